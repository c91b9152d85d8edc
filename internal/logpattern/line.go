package logpattern

import (
	"fmt"
	"regexp"
	"strings"
)

// A field stands for a word of a line; where skips is set, for any number of
// words.
type field struct {
	skips bool
	holds func(word string) bool
}

// parseFields reads a pattern in brackets: names of words with or without a
// condition, and three dots for those that do not matter.
func parseFields(text string) ([]field, error) {
	fields := []field{}
	for _, part := range splitOutside(text, ',') {
		part = strings.TrimSpace(part)
		if part == "..." {
			fields = append(fields, field{skips: true})
			continue
		}
		f := field{holds: func(string) bool { return true }}
		if strings.ContainsAny(part, "=<>") {
			p := parser{rest: part, selectors: wordSelector}
			c, err := p.whole()
			if err != nil {
				return nil, err
			}
			f.holds = func(word string) bool { return c(word) }
		} else if p := (&parser{rest: part}); strings.HasPrefix(part, `"`) {
			// A value without a name.
			value, kind, err := p.value()
			if err != nil {
				return nil, err
			}
			equal, err := equals(value, kind)
			if err != nil {
				return nil, err
			}
			f.holds = func(word string) bool { return equal(word) }
		}
		fields = append(fields, f)
	}
	return fields, nil
}

// wordSelector reads the name of a word, which is the word itself.
func wordSelector(p *parser) (selector, error) {
	p.space()
	end := strings.IndexAny(p.rest, " \t\r\n=!<>()&|")
	if end <= 0 {
		return nil, fmt.Errorf("the name of a word is expected before %q", p.rest)
	}
	p.rest = p.rest[end:]
	return func(word any) []any { return []any{word} }, nil
}

// selectsFields follows the fields through the line: reached says after how many
// words one can be.
func selectsFields(fields []field, line []string) bool {
	reached := make([]bool, len(line)+1)
	reached[0] = true
	for _, f := range fields {
		next := make([]bool, len(line)+1)
		for i := range reached {
			switch {
			case f.skips:
				next[i] = reached[i] || i > 0 && next[i-1]
			case i > 0:
				next[i] = reached[i-1] && f.holds(line[i-1])
			}
		}
		reached = next
	}
	return reached[len(line)]
}

// splitLine splits a line into its words; what stands in quotes or brackets is
// one.
func splitLine(line string) []string {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r\n")
		if line == "" {
			return words
		}
		end := strings.IndexAny(line, " \t\r\n")
		for open, closing := range map[string]string{`"`: `"`, "[": "]"} {
			if strings.HasPrefix(line, open) {
				if i := strings.Index(line[1:], closing); i >= 0 {
					words, line = append(words, line[1:i+1]), line[i+2:]
					end = -2
				}
				break
			}
		}
		switch {
		case end == -2:
		case end < 0:
			return append(words, line)
		default:
			words, line = append(words, line[:end]), line[end:]
		}
	}
}

// splitOutside splits text at a mark that does not stand in quotes or percent
// signs.
func splitOutside(text string, mark byte) []string {
	var parts []string
	start, inside := 0, byte(0)
	for i := range len(text) {
		switch c := text[i]; {
		case inside != 0:
			if c == inside {
				inside = 0
			}
		case c == '"' || c == '%':
			inside = c
		case c == mark:
			parts, start = append(parts, text[start:i]), i+1
		}
	}
	return append(parts, text[start:])
}

// terms are words that a text must have, must not have, and one of which it
// must have.
type terms struct{ all, none, any []func(string) bool }

func parseTerms(text string) (*terms, error) {
	t := &terms{}
	p := parser{rest: text}
	for p.space(); p.rest != ""; p.space() {
		list := &t.all
		switch {
		case strings.HasPrefix(p.rest, "-"):
			list, p.rest = &t.none, p.rest[1:]
		case strings.HasPrefix(p.rest, "?"):
			list, p.rest = &t.any, p.rest[1:]
		}
		if p.rest == "" || strings.ContainsAny(p.rest[:1], " \t\r\n") {
			return nil, fmt.Errorf("a word is expected before %q", p.rest)
		}
		word, kind := "", bare
		if strings.HasPrefix(p.rest, `"`) || strings.HasPrefix(p.rest, "%") {
			var err error
			if word, kind, err = p.value(); err != nil {
				return nil, err
			}
		} else {
			end := strings.IndexAny(p.rest, " \t\r\n")
			if end < 0 {
				end = len(p.rest)
			}
			word, p.rest = p.rest[:end], p.rest[end:]
		}
		has := func(line string) bool { return strings.Contains(line, word) }
		if kind == regular {
			expression, err := regexp.Compile(word)
			if err != nil {
				return nil, err
			}
			has = expression.MatchString
		}
		*list = append(*list, has)
	}
	return t, nil
}

func (t *terms) selects(line string) bool {
	for _, has := range t.all {
		if !has(line) {
			return false
		}
	}
	for _, has := range t.none {
		if has(line) {
			return false
		}
	}
	for _, has := range t.any {
		if has(line) {
			return true
		}
	}
	return len(t.any) == 0
}
