package api

import (
	"regexp"
	"unicode/utf8"
)

// A bounded is a pattern of texts of some length, in characters. A bound of
// hundreds within a pattern would have its part in memory as many times, which
// takes megabytes.
type bounded struct {
	least, most int
	pattern     *regexp.Regexp
}

// MatchString tells whether a text is of the length and the pattern.
func (b bounded) MatchString(text string) bool {
	n := utf8.RuneCountInString(text)
	return n >= b.least && n <= b.most && b.pattern.MatchString(text)
}
