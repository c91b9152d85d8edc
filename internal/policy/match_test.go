package policy

import (
	"regexp"
	"strings"
	"testing"
)

func TestCovers(t *testing.T) {
	tests := []struct {
		pattern, value   string
		covers, overlaps bool
	}{
		{"*", "", true, true},
		{"", "*", false, true},
		{"s3:*", "s3:GetObject", true, true},
		{"s3:Get*", "s3:*", false, true},
		{"s3:*", "s3:Get*", true, true},
		{"s3:Get*", "s3:Put*", false, false},
		{"s3:*Object", "s3:Put*", false, true},
		{"s3:??tObject", "s3:GetObject", true, true},
		{"s3:?etObject", "s3:*", false, true},
		{"?", "?", true, true},
		{"?", "*", false, true},
		{"*", "?", true, true},
		{"a*b*c", "aXbYc", true, true},
		{"a*b*c", "aXcYb", false, false},
		{"*a", "aaa", true, true},
		{"S3:*", "s3:GetObject", false, false},
		{"arn:aws:s3:::b/*", "arn:aws:s3:::b/${aws:username}/x", true, true},
		{"arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${aws:username}/x", true, true},
		{"arn:aws:s3:::b/?/x", "arn:aws:s3:::b/${aws:username}/x", false, false},
		{"arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", false, true},
		{"arn:aws:s3:::b/?", "arn:aws:s3:::b/${*}", true, true},
		{"${Bucket.Arn}/*", "${Bucket.Arn}/a/b", true, true},
		{"${A.Arn}", "${B.Arn}", false, false},
		{"${unfinished", "${unfinished", true, true},
		{"${unfinish*", "${unfinished", true, true},
	}
	for _, test := range tests {
		if got := Covers(test.pattern, test.value); got != test.covers {
			t.Errorf("Covers(%q, %q) = %v", test.pattern, test.value, got)
		}
		for _, pair := range [][2]string{{test.pattern, test.value}, {test.value, test.pattern}} {
			if got := Overlaps(pair[0], pair[1]); got != test.overlaps {
				t.Errorf("Overlaps(%q, %q) = %v", pair[0], pair[1], got)
			}
		}
	}
	if !CoversAction("S3:get*", "s3:GetObject") || !OverlapsAction("S3:get*", "s3:*Object") {
		t.Error("the case of actions should not matter")
	}
}

func TestCoversLongText(t *testing.T) {
	long := strings.Repeat("a*", maxPattern)
	if !Covers(long, long) || Covers(long, long+"b") || !Overlaps(long, "b") {
		t.Error("text that is too long to match covers only itself, and may overlap with anything")
	}
}

// FuzzCovers holds the matching of plain text against regular expressions, and
// overlapping against covering.
func FuzzCovers(f *testing.F) {
	f.Add("s3:Get*", "s3:GetObject")
	f.Add("a*b?c", "aXbYc")
	f.Add("${*}", "*")
	f.Add("**", "?")
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if len(pattern) > 200 || len(value) > 200 {
			return
		}
		covers, overlaps := Covers(pattern, value), Overlaps(pattern, value)
		if covers && !overlaps {
			t.Errorf("%q covers %q without overlapping", pattern, value)
		}
		if overlaps != Overlaps(value, pattern) {
			t.Errorf("%q and %q overlap one way only", pattern, value)
		}
		if apart(pattern, value) && able(pattern, value) {
			t.Errorf("%q and %q are told apart and overlap", pattern, value)
		}
		if strings.Contains(pattern+value, "${") || strings.ContainsAny(value, "*?") {
			return
		}
		quoted := strings.NewReplacer(`\*`, `[\x00-\x{10FFFF}]*`, `\?`, `[\x00-\xff]`).Replace(regexp.QuoteMeta(ascii(pattern)))
		want := regexp.MustCompile(`\A(?s:` + quoted + `)\z`).MatchString(ascii(value))
		if got := Covers(ascii(pattern), ascii(value)); got != want {
			t.Errorf("Covers(%q, %q) = %v, a regular expression says %v", ascii(pattern), ascii(value), got, want)
		}
	})
}

// able tells, the long way, whether something matches both, whatever its case.
func able(a, b string) bool {
	return overlaps(pieces(strings.ToLower(a)), pieces(strings.ToLower(b)))
}

// ascii keeps to characters of one byte.
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r > 126 || r < 32 {
			return 'x'
		}
		return r
	}, text)
}
