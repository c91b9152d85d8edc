package remedy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quote makes a value one word of a POSIX shell that stands for nothing but
// itself. What needs no quotes gets none.
func quote(value string) string {
	if plainWord(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// plainWord tells whether the shell takes a text as it is, within quotes of
// either kind, too.
func plainWord(value string) bool {
	if value == "" {
		return false
	}
	for i := range len(value) {
		c := value[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_./:@%+", c) >= 0) {
			return false
		}
	}
	return true
}

// argument is an option's value as a word behind the option, and how the two
// are joined: a value that begins with a dash would be taken for an option.
func argument(value string) (joint, word string) {
	if strings.HasPrefix(value, "-") {
		return "=", quote(value)
	}
	return " ", quote(value)
}

// maxValue bounds the length of a value that is put into a command. The
// longest ARN has 2,048 characters.
const maxValue = 2048

// fillable tells whether a value may stand in a command at all. A control
// character would be acted upon by the terminal that it is pasted into, a
// character without width hides what is pasted, and what begins with file://
// makes the AWS CLI read a local file.
func fillable(value string) bool {
	if value == "" || len(value) > maxValue || !utf8.ValidString(value) {
		return false
	}
	for _, prefix := range []string{"file://", "fileb://", "http://"} {
		if len(value) >= len(prefix) && strings.EqualFold(value[:len(prefix)], prefix) {
			return false
		}
	}
	for _, r := range value {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Co) || r == utf8.RuneError {
			return false
		}
	}
	return true
}
