package signin

import (
	"unicode"
	"unicode/utf8"
)

// sentence is an error as a page shows it.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}
