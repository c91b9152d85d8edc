package conformity

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A ResourceTest is what a filter demands of a resource's id: one of Exact, Wild
// and Pattern. Case matters.
type ResourceTest struct {
	Exact   string         // the id
	Wild    string         // the id, with * for any text and ? for one character
	Pattern *regexp.Regexp // matches the whole id; it is anchored

	// Source is Pattern without its anchors, in what Go's regexp and
	// PostgreSQL's ~ both take and understand alike: "^(?:" + Source + ")$".
	Source string
}

// Match tells whether an id passes.
func (t *ResourceTest) Match(id string) bool {
	switch {
	case t.Pattern != nil:
		return t.Pattern.MatchString(id)
	case t.Wild != "":
		return matchWild(t.Wild, id)
	}
	return t.Exact == id
}

// Like is Wild as a pattern of SQL's LIKE, to be used with ESCAPE '\' where
// LIKE heeds case, as PostgreSQL's does.
func (t *ResourceTest) Like() string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`, `*`, `%`, `?`, `_`).Replace(t.Wild)
}

// Glob is Wild as a pattern of SQLite's GLOB, which heeds case.
func (t *ResourceTest) Glob() string { return strings.ReplaceAll(t.Wild, "[", "[[]") }

// matchWild goes over the text once for each star at most.
func matchWild(pattern, text string) bool {
	p, s := []rune(pattern), []rune(text)
	i, j := 0, 0
	star, from := -1, 0
	for j < len(s) {
		switch {
		case i < len(p) && p[i] == '*':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == s[j]):
			i++
			j++
		case star >= 0: // let the last star take one more
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(string(p[i:]), "*") == ""
}

// resourceTest is nil when the filter says nothing of the resource.
func (f *Filter) resourceTest() (*ResourceTest, error) {
	switch {
	case f.Resource == "":
		return nil, nil
	case f.ResourceSearchMode == "regex":
		source, err := lucene(f.Resource)
		if err == nil {
			err = checkSize(source)
		}
		var pattern *regexp.Regexp
		if err == nil {
			pattern, err = regexp.Compile("^(?s:" + source + ")$")
		}
		if err != nil {
			return nil, filterError("resource", "%q is no regular expression that is understood: %v", shortened(f.Resource), err)
		}
		return &ResourceTest{Pattern: pattern, Source: source}, nil
	case strings.ContainsAny(f.Resource, "*?"):
		return &ResourceTest{Wild: f.Resource}, nil
	}
	return &ResourceTest{Exact: f.Resource}, nil
}

// maxPattern bounds a regular expression, in characters, as Elasticsearch does
// by default (index.max_regex_length).
const maxPattern = 1000

// maxInstructions bounds a compiled expression, and with it the time that a
// test takes: repetitions make few characters large.
const maxInstructions = 5000

// checkSize also refuses what is no expression by itself, such as "a)|(b",
// which would break out of the anchors.
func checkSize(source string) error {
	parsed, err := syntax.Parse(source, syntax.Perl)
	if err != nil {
		return err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err == nil && len(program.Inst) > maxInstructions {
		err = errors.New("its repetitions make it too large")
	}
	return err
}

// maxRepeat bounds the count of a repetition, as PostgreSQL does.
const maxRepeat = 255

// lucene translates a regular expression of Lucene's syntax, which is meant for
// whole texts: ^ and $ are characters like others, "…" quotes, and @ is any
// text. Of Lucene's other operators, # & < > ~, none is understood.
func lucene(pattern string) (string, error) {
	if n := utf8.RuneCountInString(pattern); n > maxPattern {
		return "", fmt.Errorf("it has %d characters; at most %d are taken", n, maxPattern)
	}
	var out strings.Builder
	rest := []rune(pattern)
	for len(rest) > 0 {
		used, err := luceneStep(rest, &out)
		if err != nil {
			return "", err
		}
		rest = rest[used:]
	}
	return out.String(), nil
}

// luceneStep writes what the first characters of a pattern mean, and says how
// many they are.
func luceneStep(p []rune, out *strings.Builder) (int, error) {
	switch p[0] {
	case '\\':
		return luceneEscape(p, out)
	case '"':
		for i := 1; i < len(p); i++ {
			if p[i] == '"' {
				out.WriteString("(?:" + regexp.QuoteMeta(string(p[1:i])) + ")")
				return i + 1, nil
			}
		}
		return 0, errors.New(`a " is not closed; write \" for the character`)
	case '[':
		return luceneClass(p, out)
	case '{':
		return luceneRepeat(p, out)
	case '(':
		if len(p) > 1 && p[1] == '?' {
			return 0, errors.New("(? is no group here; write ( alone")
		}
		out.WriteString("(?:")
	case '@':
		out.WriteString("(?:.*)")
	case '^', '$':
		out.WriteString(`\` + string(p[0]))
	case '#', '&', '<', '>', '~':
		return 0, fmt.Errorf(`the operator %c is not understood; write \%c for the character`, p[0], p[0])
	default:
		out.WriteRune(p[0])
	}
	return 1, nil
}

var repetition = regexp.MustCompile(`^\{([0-9]{1,4})(?:,([0-9]{0,4}))?\}`)

// luceneRepeat writes {2}, {2,} and {2,3}.
func luceneRepeat(p []rune, out *strings.Builder) (int, error) {
	m := repetition.FindStringSubmatch(string(p[:min(len(p), 12)]))
	if m == nil {
		return 0, errors.New(`a { is no repetition such as {2,3}; write \{ for the character`)
	}
	for _, count := range m[1:] {
		if n, err := strconv.Atoi(count); err == nil && n > maxRepeat {
			return 0, fmt.Errorf("%s repeats more than %d times", m[0], maxRepeat)
		}
	}
	out.WriteString(m[0])
	return len(m[0]), nil
}

func luceneEscape(p []rune, out *strings.Builder) (int, error) {
	if len(p) == 1 {
		return 0, errors.New(`it ends with \; write \\ for the character`)
	}
	if p[1] < utf8.RuneSelf && (unicode.IsPunct(p[1]) || unicode.IsSymbol(p[1])) || strings.ContainsRune("dDsSwW", p[1]) {
		out.WriteByte('\\')
	}
	out.WriteRune(p[1])
	return 2, nil
}

// luceneClass writes a class of characters: [abc], [a-z], [^a].
func luceneClass(p []rune, out *strings.Builder) (int, error) {
	out.WriteByte('[')
	i := 1
	if i < len(p) && p[i] == '^' {
		out.WriteByte('^')
		i++
	}
	for first := i; i < len(p); {
		switch c := p[i]; {
		case c == ']' && i == first:
			return 0, errors.New(`[] holds no character; write \] for the character`)
		case c == ']':
			out.WriteByte(']')
			return i + 1, nil
		case c == '\\':
			used, err := luceneEscape(p[i:], out)
			if err != nil {
				return 0, err
			}
			i += used
		case c == '-':
			out.WriteByte('-')
			i++
		default:
			out.WriteString(inClass(c))
			i++
		}
	}
	return 0, errors.New(`a [ is not closed; write \[ for the character`)
}

// inClass is a character as it stands in a class.
func inClass(c rune) string {
	if strings.ContainsRune(`[^&~`, c) {
		return `\` + string(c)
	}
	return string(c)
}
