package report

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/surety-cloud/surety/internal/pagetext"
)

// plain makes text safe for a terminal and keeps it on one line: a control
// character, which could move the cursor or hide text, and a character that
// turns the direction of writing are shown as their code. Names come from
// whoever wrote the template.
func plain(text string) string {
	return clean(text, false)
}

// plainLines is plain for text of several lines.
func plainLines(text string) string {
	return clean(text, true)
}

func clean(text string, lines bool) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if !strings.ContainsFunc(text, pagetext.Unprintable) {
		return text
	}
	var b strings.Builder
	for _, c := range text {
		switch {
		case c == '\n' && lines:
			b.WriteRune(c)
		case c == '\n' || c == '\t':
			b.WriteByte(' ')
		case pagetext.Unprintable(c):
			fmt.Fprintf(&b, "\\u%04x", c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

// plural is "1 file", "2 files".
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// pad fills text with spaces to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}

// wrap breaks text at spaces into lines of at most width columns; a width of 0
// or less keeps it whole. A longer word, such as an ARN, stays in one piece so
// that it can be copied.
func wrap(text string, width int) []string {
	if width <= 0 {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(text) {
		n := ansi.StringWidth(word)
		if used > 0 && used+1+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line += " "
			used++
		}
		line += word
		used += n
	}
	return append(lines, line)
}
