package customrule

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A filter is the condition of [?(@.Key == 'Owner')]. Of JavaScript, in which
// jsonpath-plus evaluates filters, it knows comparisons, &&, ||, !, brackets,
// literals, and members of the element.
type filter struct {
	test filterTest
	cost int // steps of work for one element, beside those for long texts
}

// compileFilter reads what stands between "[?" and "]". Errors complete the
// sentence "this path …".
func compileFilter(text string) (*filter, error) {
	p := &filterParser{rest: text}
	test, err := p.or()
	if err == nil && p.next() != 0 {
		err = fmt.Errorf("%q is not understood", p.rest)
	}
	if err != nil {
		return nil, fmt.Errorf("has a filter that cannot be read, [?%s]: %w", text, err)
	}
	return &filter{test: test, cost: 1 + len(text)/16}, nil
}

type (
	filterTest  = func(element any, w *work) cloud.Truth
	filterValue = func(element any, w *work) any
)

type filterParser struct{ rest string }

// next skips space and gives the first character of the rest, 0 at its end.
func (p *filterParser) next() byte {
	p.rest = strings.TrimLeft(p.rest, " ")
	if p.rest == "" {
		return 0
	}
	return p.rest[0]
}

// take skips space and then the token, if that is what follows.
func (p *filterParser) take(token string) bool {
	p.next()
	rest, ok := strings.CutPrefix(p.rest, token)
	if ok {
		p.rest = rest
	}
	return ok
}

func (p *filterParser) or() (filterTest, error) {
	return p.chain("||", cloud.Truth.Or, p.and)
}

func (p *filterParser) and() (filterTest, error) {
	return p.chain("&&", cloud.Truth.And, p.not)
}

// chain reads parts that the operator joins.
func (p *filterParser) chain(operator string, join func(a, b cloud.Truth) cloud.Truth, part func() (filterTest, error)) (filterTest, error) {
	left, err := part()
	for err == nil && p.take(operator) {
		var right filterTest
		a := left
		right, err = part()
		left = func(e any, w *work) cloud.Truth { return join(a(e, w), right(e, w)) }
	}
	return left, err
}

// not reads !x, (x), or a comparison.
func (p *filterParser) not() (filterTest, error) {
	if c := p.next(); c != '!' && c != '(' {
		return p.comparison()
	}
	test, err := p.unary()
	if err == nil && p.operator() != "" {
		err = errors.New("what ! or brackets give cannot be compared; write !(@.a == 1)")
	}
	return test, err
}

// unary reads what may stand after !, and any number of ! before it.
func (p *filterParser) unary() (filterTest, error) {
	switch {
	case p.take("!"):
		inner, err := p.unary()
		return func(e any, w *work) cloud.Truth { return inner(e, w).Not() }, err
	case p.take("("):
		inner, err := p.or()
		if err == nil && !p.take(")") {
			err = errors.New("a ) is missing")
		}
		return inner, err
	}
	value, err := p.operand()
	return truth(value), err
}

// operator takes the sign of a comparison, "" where none follows.
func (p *filterParser) operator() string {
	for _, sign := range []string{"===", "!==", "==", "!=", "<=", ">=", "<", ">"} {
		if p.take(sign) {
			return sign
		}
	}
	return ""
}

func (p *filterParser) comparison() (filterTest, error) {
	left, err := p.operand()
	if err != nil {
		return nil, err
	}
	sign := p.operator()
	if sign == "" {
		if p.next() == '=' {
			return nil, errors.New("= is no comparison; write ==")
		}
		return truth(left), nil
	}
	right, err := p.operand()
	if err != nil {
		return nil, err
	}
	holds := comparisons(sign)
	return func(e any, w *work) cloud.Truth { return known(left(e, w), right(e, w), w, holds) }, nil
}

// truth asks whether JavaScript takes a value for true.
func truth(value filterValue) filterTest {
	return func(e any, w *work) cloud.Truth {
		return known(value(e, w), nil, w, func(v, _ any) bool { return truthy(v) })
	}
}

// known compares two values unless one of them could not be known.
func known(a, b any, w *work, holds func(a, b any) bool) cloud.Truth {
	u, unknown := a.(*cloud.Unresolved)
	v, unknown2 := b.(*cloud.Unresolved)
	if unknown || unknown2 {
		return cloud.UnknownTruth(u, v)
	}
	text1, _ := a.(string)
	text2, _ := b.(string)
	if !w.spend((len(text1) + len(text2)) / 64) {
		return cloud.UnknownTruth(exhausted())
	}
	return cloud.Known(holds(a, b))
}

// comparisons gives JavaScript's meaning of a sign.
func comparisons(sign string) func(a, b any) bool {
	switch sign {
	case "===":
		return same
	case "!==":
		return func(a, b any) bool { return !same(a, b) }
	case "==":
		return loose
	case "!=":
		return func(a, b any) bool { return !loose(a, b) }
	}
	return ordering(sign)
}

// ordering gives JavaScript's meaning of <, <=, > and >=.
func ordering(sign string) func(a, b any) bool {
	return func(a, b any) bool {
		order, ordered := compare(a, b)
		switch sign {
		case "<":
			return ordered && order < 0
		case "<=":
			return ordered && order <= 0
		case ">":
			return ordered && order > 0
		}
		return ordered && order >= 0
	}
}

// operand reads a literal or @ with members.
func (p *filterParser) operand() (filterValue, error) {
	switch c := p.next(); {
	case c == '@':
		p.rest = p.rest[1:]
		return p.members()
	case c == '\'' || c == '"':
		text, err := p.quoted()
		return func(any, *work) any { return text }, err
	case c == '-' || c == '.' || c >= '0' && c <= '9':
		n := len(p.rest) - len(strings.TrimLeft(p.rest, "+-.0123456789eE"))
		number, err := strconv.ParseFloat(p.rest[:n], 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", p.rest[:n])
		}
		p.rest = p.rest[n:]
		return func(any, *work) any { return number }, nil
	}
	switch word := p.word(); word {
	case "true", "false":
		return func(any, *work) any { return word == "true" }, nil
	case "null":
		return func(any, *work) any { return nil }, nil
	case "undefined":
		return func(any, *work) any { return undefined{} }, nil
	case "":
		if p.rest == "" {
			return nil, errors.New("it ends too early")
		}
		return nil, fmt.Errorf("%q is not understood", p.rest)
	default:
		return nil, fmt.Errorf("%q is not understood; members begin with @ (@.%s), texts stand in quotes", word, word)
	}
}

// word takes a name.
func (p *filterParser) word() string {
	n := strings.IndexFunc(p.rest, func(c rune) bool {
		return c != '_' && c != '$' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
	if n < 0 {
		n = len(p.rest)
	}
	word := p.rest[:n]
	p.rest = p.rest[n:]
	return word
}

// members reads .a, [0] and ['a'] after the @.
func (p *filterParser) members() (filterValue, error) {
	var names []string
	for {
		switch {
		case strings.HasPrefix(p.rest, "."):
			p.rest = p.rest[1:]
			name := p.word()
			if name == "" {
				return nil, errors.New("a name is expected after .; only members of the element can be compared")
			}
			names = append(names, name)
		case strings.HasPrefix(p.rest, "["):
			p.rest = p.rest[1:]
			var name string
			var err error
			if c := p.next(); c == '\'' || c == '"' {
				name, err = p.quoted()
			} else if name = p.word(); !isIndex(name) {
				err = fmt.Errorf("an index or a name in quotes is expected in [], not %q", name)
			}
			if err == nil && !p.take("]") {
				err = errors.New("a ] is missing")
			}
			if err != nil {
				return nil, err
			}
			names = append(names, name)
		default:
			return func(element any, w *work) any {
				for _, name := range names {
					if _, unresolved := element.(*cloud.Unresolved); unresolved {
						break
					}
					element = member(element, name, w)
				}
				return element
			}, nil
		}
	}
}

// isIndex tells whether a name is the index of an element.
func isIndex(name string) bool {
	n, err := strconv.Atoi(name)
	return err == nil && strconv.Itoa(n) == name
}

// quoted reads a text in quotes.
func (p *filterParser) quoted() (string, error) {
	quote := p.rest[0]
	var text strings.Builder
	for i := 1; i < len(p.rest); i++ {
		switch c := p.rest[i]; {
		case c == quote:
			p.rest = p.rest[i+1:]
			return text.String(), nil
		case c == '\\' && i+1 < len(p.rest):
			// Other escapes are for characters that no path may have.
			r, n := utf8.DecodeRuneInString(p.rest[i+1:])
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return "", fmt.Errorf(`\%c is not supported in a text`, r)
			}
			text.WriteRune(r)
			i += n
		default:
			text.WriteByte(c)
		}
	}
	return "", errors.New("a quote is not closed")
}
