// Package logpattern reads the filter patterns of CloudWatch Logs and tells
// which log events they select. So a pattern is known by what it does: the
// order, spelling and spacing of its conditions do not matter.
//
// Source: "Filter pattern syntax for metric filters" (Amazon CloudWatch Logs
// User Guide).
package logpattern

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Pattern is a filter pattern.
type Pattern struct {
	json   condition // of a pattern in braces
	fields []field   // of a pattern in brackets
	terms  *terms    // of any other
}

// An Event is a log event.
type Event struct {
	text   string
	object any // what the text says, when it is JSON
}

// Text is the event that consists of a line of text.
func Text(line string) Event {
	e := Event{text: line}
	if strings.HasPrefix(strings.TrimSpace(line), "{") && json.Unmarshal([]byte(line), &e.object) != nil {
		e.object = nil
	}
	return e
}

// JSON is the event that consists of an object as JSON text.
func JSON(object map[string]any) Event {
	text, err := json.Marshal(object)
	if err != nil {
		return Event{}
	}
	return Text(string(text))
}

// Parse reads a filter pattern.
func Parse(text string) (*Pattern, error) {
	text = strings.TrimSpace(text)
	if len(text) > maxLength {
		return nil, fmt.Errorf("a filter pattern has %d characters at most", maxLength)
	}
	switch {
	case strings.HasPrefix(text, "{") && strings.HasSuffix(text, "}"):
		p := parser{rest: text[1 : len(text)-1], selectors: jsonSelector}
		c, err := p.whole()
		return &Pattern{json: c}, err
	case strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]"):
		fields, err := parseFields(text[1 : len(text)-1])
		return &Pattern{fields: fields}, err
	}
	t, err := parseTerms(text)
	return &Pattern{terms: t}, err
}

// maxLength is what PutMetricFilter takes.
const maxLength = 1024

// Selects tells whether the pattern selects an event.
func (p *Pattern) Selects(e Event) bool {
	switch {
	case p.json != nil:
		return e.object != nil && p.json(e.object)
	case p.fields != nil:
		return selectsFields(p.fields, splitLine(e.text))
	case p.terms != nil:
		return p.terms.selects(e.text)
	}
	return true
}

// A condition is what a pattern asks of an event: of the object of a JSON
// event, or of the words by name of a line.
type condition func(event any) bool

// A selector gives the values that it finds in an event, none when what it
// names is not there.
type selector func(event any) []any

// A parser reads conditions. selectors reads what a condition is about.
type parser struct {
	rest      string
	selectors func(*parser) (selector, error)
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

// take goes past a mark or a word if it is next.
func (p *parser) take(mark string) bool {
	p.space()
	if !strings.HasPrefix(p.rest, mark) {
		return false
	}
	p.rest = p.rest[len(mark):]
	return true
}

// whole reads a condition that is all there is.
func (p *parser) whole() (condition, error) {
	c, err := p.either()
	if err != nil {
		return nil, err
	}
	if p.space(); p.rest != "" {
		return nil, fmt.Errorf("%q is not understood", p.rest)
	}
	return c, nil
}

func (p *parser) either() (condition, error) {
	left, err := p.both()
	for err == nil && p.take("||") {
		a := left
		var b condition
		b, err = p.both()
		left = func(e any) bool { return a(e) || b(e) }
	}
	return left, err
}

func (p *parser) both() (condition, error) {
	left, err := p.one()
	for err == nil && p.take("&&") {
		a := left
		var b condition
		b, err = p.one()
		left = func(e any) bool { return a(e) && b(e) }
	}
	return left, err
}

func (p *parser) one() (condition, error) {
	if p.take("(") {
		c, err := p.either()
		if err == nil && !p.take(")") {
			err = fmt.Errorf("a parenthesis is not closed before %q", p.rest)
		}
		return c, err
	}
	find, err := p.selectors(p)
	if err != nil {
		return nil, err
	}
	for _, test := range []struct {
		words string
		holds func([]any) bool
	}{
		{"NOT EXISTS", func(v []any) bool { return len(v) == 0 }},
		{"EXISTS", func(v []any) bool { return len(v) > 0 }},
		{"IS NULL", one(func(v any) bool { return v == nil })},
		{"IS TRUE", one(func(v any) bool { return v == true })},
		{"IS FALSE", one(func(v any) bool { return v == false })},
	} {
		if p.words(test.words) {
			return func(e any) bool { return test.holds(find(e)) }, nil
		}
	}
	for _, operator := range []string{"!=", ">=", "<=", "=", ">", "<"} {
		if p.take(operator) {
			matches, err := p.comparison(operator)
			if err != nil {
				return nil, err
			}
			return func(e any) bool { return matches(find(e)) }, nil
		}
	}
	return nil, fmt.Errorf("a comparison is expected before %q", p.rest)
}

func one(holds func(any) bool) func([]any) bool {
	return func(values []any) bool { return len(values) == 1 && holds(values[0]) }
}

// words goes past words that are next, in capitals or not.
func (p *parser) words(words string) bool {
	before := p.rest
	for word := range strings.FieldsSeq(words) {
		p.space()
		if len(p.rest) < len(word) || !strings.EqualFold(p.rest[:len(word)], word) {
			p.rest = before
			return false
		}
		p.rest = p.rest[len(word):]
	}
	return true
}

// comparison reads what values are compared with. A list has the value when one
// of its elements has it; what is not there differs from nothing.
func (p *parser) comparison(operator string) (func([]any) bool, error) {
	value, kind, err := p.value()
	if err != nil {
		return nil, err
	}
	if operator == "=" || operator == "!=" {
		equal, err := equals(value, kind)
		if err != nil {
			return nil, err
		}
		return func(values []any) bool {
			for _, v := range values {
				if equal(v) {
					return operator == "="
				}
			}
			return operator == "!=" && len(values) > 0
		}, nil
	}
	limit, err := strconv.ParseFloat(value, 64)
	if err != nil || kind != bare {
		return nil, fmt.Errorf("%s takes a number, and %q is none", operator, value)
	}
	return func(values []any) bool {
		for _, v := range values {
			n, err := strconv.ParseFloat(scalar(v), 64)
			if err != nil {
				continue
			}
			switch operator {
			case ">":
				return n > limit
			case "<":
				return n < limit
			case ">=":
				return n >= limit
			default:
				return n <= limit
			}
		}
		return false
	}, nil
}

// The kinds of a value by how it is written.
const (
	bare = iota
	quoted
	regular // between percent signs
)

func (p *parser) value() (text string, kind int, err error) {
	p.space()
	switch {
	case strings.HasPrefix(p.rest, `"`):
		for i := 1; i < len(p.rest); i++ {
			switch p.rest[i] {
			case '\\':
				i++
			case '"':
				text = strings.ReplaceAll(p.rest[1:i], `\"`, `"`)
				p.rest = p.rest[i+1:]
				return text, quoted, nil
			}
		}
		return "", 0, fmt.Errorf("a quotation mark is not closed: %s", p.rest)
	case strings.HasPrefix(p.rest, "%"):
		text, rest, ok := strings.Cut(p.rest[1:], "%")
		if !ok {
			return "", 0, fmt.Errorf("a regular expression is not closed: %s", p.rest)
		}
		p.rest = rest
		return text, regular, nil
	}
	end := strings.IndexAny(p.rest, " \t\r\n()&|,")
	if end < 0 {
		end = len(p.rest)
	}
	if end == 0 {
		return "", 0, fmt.Errorf("a value is expected before %q", p.rest)
	}
	text, p.rest = p.rest[:end], p.rest[end:]
	return text, bare, nil
}

func equals(value string, kind int) (func(any) bool, error) {
	if kind == regular {
		expression, err := regexp.Compile(value)
		if err != nil {
			return nil, err
		}
		return func(v any) bool { return v != nil && expression.MatchString(scalar(v)) }, nil
	}
	if n, err := strconv.ParseFloat(value, 64); err == nil && kind == bare {
		return func(v any) bool {
			m, err := strconv.ParseFloat(scalar(v), 64)
			return err == nil && m == n
		}, nil
	}
	return func(v any) bool { return v != nil && wildcard(value, scalar(v)) }, nil
}

// wildcard matches text in which an asterisk stands for any characters.
func wildcard(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	text, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	last := len(parts) - 1
	for _, part := range parts[1:last] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return strings.HasSuffix(text, parts[last])
}

// scalar is a value as text.
func scalar(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}

// jsonSelector reads $.a.b[0]['c'].
func jsonSelector(p *parser) (selector, error) {
	if !p.take("$") {
		return nil, fmt.Errorf("a property, which begins with $, is expected before %q", p.rest)
	}
	var path []string // "*" is every element
	for {
		switch {
		case strings.HasPrefix(p.rest, ".["), strings.HasPrefix(p.rest, "["):
			p.rest = strings.TrimPrefix(p.rest, ".")
			name, rest, ok := strings.Cut(p.rest[1:], "]")
			if !ok {
				return nil, fmt.Errorf("a bracket is not closed: %s", p.rest)
			}
			path, p.rest = append(path, strings.Trim(strings.TrimSpace(name), `'"`)), rest
		case strings.HasPrefix(p.rest, "."):
			end := strings.IndexAny(p.rest[1:], " \t\r\n.[=!<>()&|")
			if end < 0 {
				end = len(p.rest) - 1
			}
			if end == 0 {
				return nil, fmt.Errorf("the name of a property is expected before %q", p.rest)
			}
			path, p.rest = append(path, p.rest[1:end+1]), p.rest[end+1:]
		default:
			if len(path) == 0 {
				return nil, fmt.Errorf("the name of a property is expected before %q", p.rest)
			}
			return func(event any) []any { return at(event, path) }, nil
		}
	}
}

func at(v any, path []string) []any {
	if len(path) == 0 {
		if list, ok := v.([]any); ok {
			return list
		}
		return []any{v}
	}
	switch v := v.(type) {
	case map[string]any:
		if value, ok := v[path[0]]; ok {
			return at(value, path[1:])
		}
	case []any:
		if path[0] == "*" {
			var all []any
			for _, e := range v {
				all = append(all, at(e, path[1:])...)
			}
			return all
		}
		if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < len(v) {
			return at(v[i], path[1:])
		}
	}
	return nil
}
