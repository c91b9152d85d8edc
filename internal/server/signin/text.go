package signin

import (
	"net/mail"
	"unicode"
	"unicode/utf8"
)

// sentence is an error as a page shows it.
func sentence(err error) string {
	text := err.Error()
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// IsEmail tells whether a text is an email address and nothing else, of at most
// 254 characters (RFC 5321 section 4.5.3.1.3, less the angle brackets).
func IsEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= 254
}
