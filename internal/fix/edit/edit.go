// Package edit changes a text at places of it and leaves every other byte as
// it is.
package edit

import (
	"bytes"
	"fmt"
	"slices"
)

// An Edit puts Text where the bytes from Start up to End stand. An insertion
// has Start equal to End.
type Edit struct {
	Start, End int
	Text       string
}

// Apply carries out the edits. Insertions at one place come in the order
// given. Edits that overlap are an error: they were planned on different ideas
// of the text.
func Apply(text []byte, edits []Edit) ([]byte, error) {
	ordered, err := order(edits, len(text))
	if err != nil {
		return nil, err
	}
	size := len(text)
	for _, e := range ordered {
		size += len(e.Text) - (e.End - e.Start)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, e := range ordered {
		out = append(out, text[at:e.Start]...)
		out = append(out, e.Text...)
		at = e.End
	}
	return append(out, text[at:]...), nil
}

// Check is the error that [Apply] would give for a text of a length.
func Check(length int, edits []Edit) error {
	_, err := order(edits, length)
	return err
}

// order sorts edits by their places.
func order(edits []Edit, length int) ([]Edit, error) {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		// What is inserted at a place comes before what is replaced there.
		return min(a.End-a.Start, 1) - min(b.End-b.Start, 1)
	})
	at := 0
	for _, e := range sorted {
		if e.Start < at || e.End < e.Start || e.End > length {
			return nil, fmt.Errorf("the edit of bytes %d to %d collides with another", e.Start, e.End)
		}
		at = e.End
	}
	return sorted, nil
}

// Collide tells whether some edit of a touches the same bytes as one of b.
// Two insertions at one place collide too: which comes first would matter.
func Collide(a, b []Edit) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Start < y.End && y.Start < x.End || x.Start == y.Start {
				return true
			}
		}
	}
	return false
}

// Impossible is why a correction cannot be written into the text, for a
// person: "the value comes from parameter Cidr".
type Impossible string

// Error is the reason.
func (i Impossible) Error() string { return string(i) }

// Impossiblef makes an Impossible.
func Impossiblef(format string, args ...any) error {
	return Impossible(fmt.Sprintf(format, args...))
}

// LineStart is the offset at which the line of an offset begins.
func LineStart(text []byte, offset int) int {
	return bytes.LastIndexByte(text[:offset], '\n') + 1
}

// LineEnd is the offset behind the line of an offset, its end included; ended
// is false when the text ends there without one.
func LineEnd(text []byte, offset int) (end int, ended bool) {
	if i := bytes.IndexByte(text[offset:], '\n'); i >= 0 {
		return offset + i + 1, true
	}
	return len(text), false
}

// Indent is the white space that the line of an offset begins with.
func Indent(text []byte, offset int) string {
	start := LineStart(text, offset)
	end := start
	for end < len(text) && (text[end] == ' ' || text[end] == '\t') {
		end++
	}
	return string(text[start:end])
}

// EOL is the end of line that the text uses.
func EOL(text []byte) string {
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}
