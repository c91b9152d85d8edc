package kb

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Whatever the code, its pieces make it up again: what is copied from a page is
// what was written.
func TestTokens(t *testing.T) {
	for _, code := range []string{
		"", "\n", "a", "a: b", "a: |\n  x\n\n  y", "{\"a\": [1, true, null]", "aws s3 ls --query 'x' \\\n  --output text # end", "\tx\r\ny", "ünïcode 日本 --x", "resource \"a\" \"b\" {\n  x = <<E\n y\nE\n}",
	} {
		for name, l := range languages {
			var b strings.Builder
			for _, token := range tokens(l.lexer, code) {
				b.WriteString(token.text)
			}
			if b.String() != code {
				t.Errorf("%s: %q becomes %q", name, code, b.String())
			}
		}
	}
	if got := tokens("json", strings.Repeat("[1] ", maxCode)); len(got) != 1 {
		t.Error("code that is too long has colours")
	}
}

var (
	property   = regexp.MustCompile(`--code-([a-z]+): (#[0-9a-f]{6});`)
	themeBlock = regexp.MustCompile(`(?s):root[^{]*\{([^}]*)\}`)
)

// Text stands out from what is behind it by 4.5 to 1, which WCAG 2.2 asks for
// (success criterion 1.4.3, level AA).
func TestContrast(t *testing.T) {
	themes := themeBlock.FindAllStringSubmatch(CSS, -1)
	if len(themes) != 3 {
		t.Fatalf("%d themes", len(themes))
	}
	for i, theme := range themes {
		colours := map[string]string{}
		for _, p := range property.FindAllStringSubmatch(theme[1], -1) {
			colours[p[1]] = p[2]
		}
		if len(colours) != 10 {
			t.Errorf("theme %d has %d colours", i, len(colours))
		}
		for name, colour := range colours {
			if name == "bg" || name == "line" {
				continue
			}
			if ratio := contrast(t, colour, colours["bg"]); ratio < 4.5 {
				t.Errorf("theme %d: %s stands out by %.2f", i, name, ratio)
			}
		}
	}
}

// contrast is the ratio of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// Every class that code is given has a colour.
func TestClassesHaveColours(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range embeddedBook(t).Entries()[:100] {
		for _, m := range regexp.MustCompile(`<span class="([a-z]+)">`).FindAllStringSubmatch(allHTML(mustPage(t, embeddedBook(t), e.ID)), -1) {
			seen[m[1]] = true
		}
	}
	for class := range seen {
		if class != "lang" && !strings.Contains(CSS, "."+class+" ") {
			t.Errorf("no colour for %s", class)
		}
	}
	if len(seen) < 6 {
		t.Errorf("classes %v", seen)
	}
}
