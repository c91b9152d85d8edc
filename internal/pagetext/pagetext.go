// Package pagetext reads the Markdown of the knowledge base's pages: it finds
// sections, plain text, links and the examples that code blocks hold. What it
// becomes (a report, a web page) is for others to say.
package pagetext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
)

// Printable is Markdown without the characters that do more than show
// themselves; line ends and tabs, which it is made of, stay.
func Printable(text string) []byte {
	return []byte(strings.Map(func(c rune) rune {
		if Unprintable(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, text))
}

// Unprintable tells of the characters that do more than show themselves.
func Unprintable(c rune) bool {
	if c < utf8.RuneSelf { // most of what is written, told without a table
		return c < ' ' || c == 0x7f
	}
	return unicode.Is(unicode.Cc, c) || unicode.Is(unicode.Bidi_Control, c) ||
		c == '\u2028' || c == '\u2029'
}

// Fence reads the info string of a code block: the language, and of an example
// of a rule the verdict, "fails" or "passes".
func Fence(block *ast.FencedCodeBlock, source []byte) (language, verdict string) {
	if block.Info == nil {
		return "", ""
	}
	words := strings.Fields(string(block.Info.Segment.Value(source)))
	if len(words) == 0 {
		return "", ""
	}
	if len(words) == 2 && (words[1] == "fails" || words[1] == "passes") {
		verdict = words[1]
	}
	return words[0], verdict
}
