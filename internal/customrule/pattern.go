package customrule

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"time"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Bounds of the size of patterns as patternSize counts it. Go's own bound is
// memory of 128 MB a pattern, of which a rule could have hundreds.
const (
	maxPatternSize = 20_000  // of one
	maxPatterns    = 100_000 // of all in a rule
)

// patternTest is whether a pattern is found in a text; it is in nothing else.
func patternTest(value any) (test, error) {
	text, ok := value.(string)
	if !ok {
		return nil, errors.New(`must be a text with a regular expression, "^[a-z-]+$"`)
	}
	size, err := patternSize(text)
	if err != nil {
		return nil, err
	}
	pattern, err := regexp.Compile(text)
	if err != nil {
		return nil, patternError(err)
	}
	find := whenAlone(func(v any, _ time.Time) bool {
		text, ok := v.(string)
		return ok && pattern.MatchString(text)
	})
	return func(v any, w *work) cloud.Truth {
		// A search takes at most the length of the text times the size.
		if text, ok := alone(v).(string); ok && !w.spend(len(text)*size/64) {
			return cloud.UnknownTruth(exhausted())
		}
		return find(v, w)
	}, nil
}

// patternSize is about how many instructions a pattern has once its
// repetitions are written out. Errors are those of patternTest.
func patternSize(text string) (int, error) {
	if n := utf8.RuneCountInString(text); n > maxPattern {
		return 0, fmt.Errorf("has %d characters; a pattern may have %d", n, maxPattern)
	}
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0, patternError(err)
	}
	size := instructions(parsed)
	if size > maxPatternSize {
		return 0, errors.New("is a pattern that is too large; use smaller repetitions")
	}
	return size, nil
}

// instructions counts; Go's parser bounds nested repetitions to 1000 together
// and the depth of a pattern to 1000.
func instructions(re *syntax.Regexp) int {
	size := 1 + len(re.Rune)/2
	for _, part := range re.Sub {
		size += instructions(part)
	}
	if re.Op == syntax.OpRepeat {
		size *= max(re.Min, re.Max, 1)
	}
	return size
}

func patternError(err error) error {
	return fmt.Errorf("is not a pattern that can be used: %w. Patterns are JavaScript's without "+
		"lookahead (?=…) (?!…), lookbehind (?<=…) (?<!…), backreferences \\1, \\u and \\c escapes, and repetitions above 1000", err)
}
