package fix

import (
	"bytes"
	"path/filepath"
	"strings"

	"github.com/pmezard/go-difflib/difflib"
)

// Diff is the change of a file in the unified format, with three lines of
// context, as git and patch read it. It is empty when nothing differs.
func Diff(f File) string {
	if !f.Changed() {
		return ""
	}
	name := filepath.ToSlash(f.Path)
	diff := difflib.UnifiedDiff{
		A:        lines(f.Before),
		B:        lines(f.After),
		FromFile: "a/" + strings.TrimPrefix(name, "/"),
		ToFile:   "b/" + strings.TrimPrefix(name, "/"),
		Context:  3,
	}
	text, err := difflib.GetUnifiedDiffString(diff)
	if err != nil {
		return "" // only a writer can fail, and this one is memory
	}
	return text
}

// lines splits a text behind its ends of lines. A last line without one is
// marked as diff does.
func lines(text []byte) []string {
	var out []string
	for len(text) > 0 {
		end := bytes.IndexByte(text, '\n') + 1
		if end == 0 {
			out = append(out, string(text)+"\n\\ No newline at end of file\n")
			break
		}
		out = append(out, string(text[:end]))
		text = text[end:]
	}
	return out
}
