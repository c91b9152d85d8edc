package customrule

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// filterMark begins a name that stands for a filter, in the text that jp is
// given; no path that is accepted has the character itself.
const filterMark = "\x00"

// spell rewrites a path of jsonpath-plus as one that the jp package reads the
// same way. Names that jp takes only in quotes, such as
// aws:cloudformation:stack-name, are quoted. Filters are taken out, in order,
// because jp gives && and || the same rank and lets ! reach to the end; each
// leaves a name that is filterMark and its index.
func spell(text string) (spelt string, filters []string, err error) {
	for _, c := range text {
		if unicode.IsControl(c) {
			return "", nil, errors.New("has a control character")
		}
	}
	var out strings.Builder
	for i := 0; i < len(text); {
		switch text[i] {
		case '.':
			out.WriteByte('.')
			i++
		case '[':
			end, err := closing(text, i)
			if err != nil {
				return "", nil, err
			}
			if inside := text[i+1 : end]; strings.HasPrefix(inside, "?") {
				fmt.Fprintf(&out, "['%s%d']", filterMark, len(filters))
				filters = append(filters, inside[1:])
			} else {
				inside, err := bracket(inside)
				if err != nil {
					return "", nil, err
				}
				out.WriteString("[" + inside + "]")
			}
			i = end + 1
		default:
			end := i
			for end < len(text) && text[end] != '.' && text[end] != '[' {
				end++
			}
			if err := writeName(&out, text[i:end], i == 0); err != nil {
				return "", nil, err
			}
			i = end
		}
	}
	return out.String(), filters, nil
}

// closing finds the bracket that closes the one at start; brackets in quotes
// and of an inner pair do not count.
func closing(text string, start int) (int, error) {
	depth, quote := 0, byte(0)
	for i := start; i < len(text); i++ {
		c := text[i]
		switch {
		case quote != 0 && c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i, nil
			}
		}
	}
	return 0, errors.New("has a [ that is not closed")
}

// bracket rewrites what stands in [] and refuses what jp would not, or would
// explain badly. jsonpath-plus takes names there without quotes as well.
func bracket(inside string) (string, error) {
	inside = strings.TrimSpace(inside)
	switch {
	case inside == "":
		return "", errors.New("has nothing in []")
	case inside[0] == '(':
		return "", errors.New("has a script, [(…)], which is not supported; write [-1:] for the last element")
	case inside[0] == '\'', inside[0] == '"', inside == "*":
		return inside, nil
	case strings.Trim(inside, "-0123456789:, ") != "":
		if strings.ContainsAny(inside, "'\"^~`@*?:\\") {
			return "", fmt.Errorf("has [%s], which is not understood; write ['name'], [0], [1:3] or [*]", inside)
		}
		names := strings.Split(inside, ",")
		for i, name := range names {
			names[i] = "'" + strings.TrimSpace(name) + "'"
		}
		return strings.Join(names, ","), nil
	}
	digits := 0
	for _, c := range inside {
		if digits++; c < '0' || c > '9' {
			digits = 0
		}
		if digits > 9 {
			return "", fmt.Errorf("has an index that is too large in [%s]", inside)
		}
	}
	return inside, nil
}

// writeName writes a name that stands between dots, quoted where jp needs it.
func writeName(out *strings.Builder, name string, first bool) error {
	if i := strings.IndexAny(name, "^~`,"); i >= 0 {
		return fmt.Errorf("has %q, which is not supported outside of ['…']", name[i])
	}
	if strings.HasPrefix(name, "@") || strings.Contains(name, "()") {
		return fmt.Errorf("has %q, which is not supported outside of a filter", name)
	}
	before := out.String()
	if !first && !strings.HasSuffix(before, ".") {
		return fmt.Errorf("has no . before %q", name)
	}
	special := func(c rune) bool { return c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }
	if name == "*" || first && name == "$" || strings.IndexFunc(name, special) < 0 {
		out.WriteString(name)
		return nil
	}
	// a.b-c becomes a['b-c'], while a..b-c becomes a..['b-c'].
	if strings.HasSuffix(before, ".") && !strings.HasSuffix(before, "..") {
		out.Reset()
		out.WriteString(before[:len(before)-1])
	}
	out.WriteString("['" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(name) + "']")
	return nil
}
