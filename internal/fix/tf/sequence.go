package tf

import (
	"bytes"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A sequence is the items of a list or an object in the text, and what happens
// to them. Commas are lenient: one may follow the last item, and an object
// whose items stand on lines of their own needs none.
type sequence struct {
	file   *file
	rng    hcl.Range   // with its brackets
	items  []hcl.Range // of an object: key and value
	commas bool        // items are separated by commas whatever the lines

	removed map[int]bool
	last    int // the item that additions follow, -1 for the place before all
	added   map[int][]string
	fresh   int
}

func (s *sequence) remove(i int) {
	if s.removed == nil {
		s.removed = map[int]bool{}
	}
	s.removed[i] = true
}

func (s *sequence) add(text string) {
	if s.added == nil {
		s.added = map[int][]string{}
	}
	after := s.last
	if !s.commas {
		after = len(s.items) - 1
	}
	s.added[after] = append(s.added[after], text)
	s.fresh++
}

func (s *sequence) inner() (start, end int) {
	return s.file.start(s.rng) + 1, s.file.base + s.rng.End.Byte - 1
}

// lined tells whether the items stand on lines of their own.
func (s *sequence) lined() bool {
	if len(s.items) == 0 {
		start, end := s.inner()
		return bytes.ContainsRune(s.file.text[start:end], '\n')
	}
	return s.file.alone(s.file.start(s.items[0]))
}

// alone tells whether an offset is the first of its line but for white space.
func (f *file) alone(offset int) bool {
	return len(bytes.TrimSpace(f.text[edit.LineStart(f.text, offset):offset])) == 0
}

// indent is the indentation of the items.
func (s *sequence) indent() string {
	if len(s.items) > 0 && s.lined() {
		return edit.Indent(s.file.text, s.file.start(s.items[0]))
	}
	return edit.Indent(s.file.text, s.file.start(s.rng)) + "  "
}

// compact tells whether items that have parts are written in one line: where
// the ones that are there are.
func (s *sequence) compact() bool {
	if !s.lined() {
		return true
	}
	return slices.ContainsFunc(s.items, func(r hcl.Range) bool {
		return r.Start.Line == r.End.Line && strings.HasPrefix(s.file.source(r), "{")
	})
}

// colons tells whether the keys of an object are followed by colons.
func (s *sequence) colons() bool {
	for _, r := range s.items {
		rest := strings.TrimLeft(strings.TrimLeft(s.file.source(r), `"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-:`), " ")
		if strings.HasPrefix(rest, "=") {
			return false
		}
	}
	return len(s.items) > 0
}

// apply makes the edits of a sequence.
func (e *editor) apply(s *sequence) {
	if len(s.removed) == 0 && s.fresh == 0 {
		return
	}
	if len(s.items) == len(s.removed) {
		e.refill(s)
		return
	}
	if s.lined() {
		e.applyLines(s)
		return
	}
	f := s.file
	for i := 0; i < len(s.items); i++ {
		if !s.removed[i] {
			continue
		}
		next := i + 1
		for next < len(s.items) && s.removed[next] {
			next++
		}
		if i == 0 {
			e.edit(f, f.start(s.items[0]), f.start(s.items[next]), "")
		} else {
			e.edit(f, f.end(s.items[i-1]), f.end(s.items[next-1]), "")
		}
		i = next - 1
	}
	for after, texts := range s.added {
		at, joined := 0, strings.Join(texts, ", ")
		for after >= 0 && s.removed[after] {
			after--
		}
		if after < 0 {
			first := slices.IndexFunc(s.items, func(r hcl.Range) bool { return !s.removed[slices.Index(s.items, r)] })
			e.edit(f, f.start(s.items[first]), f.start(s.items[first]), joined+", ")
			continue
		}
		at = f.end(s.items[after])
		e.edit(f, at, at, ", "+joined)
	}
}

// refill writes what is in the brackets anew: nothing of it stays.
func (e *editor) refill(s *sequence) {
	f := s.file
	start, end := s.inner()
	var texts []string
	for i := -1; i <= len(s.items); i++ {
		texts = append(texts, s.added[i]...)
	}
	if len(texts) == 0 {
		e.edit(f, start, end, "")
		return
	}
	outer := edit.Indent(f.text, f.start(s.rng))
	if s.commas && !slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, "\n") }) {
		e.edit(f, start, end, strings.Join(texts, ", "))
		return
	}
	indent, eol := outer+"  ", edit.EOL(f.text)
	separator := eol
	if s.commas {
		separator = "," + eol
	}
	e.edit(f, start, end, eol+indent+strings.Join(texts, separator+indent)+separator+outer)
}

// applyLines edits items that stand on lines of their own.
func (e *editor) applyLines(s *sequence) {
	f := s.file
	for i, r := range s.items {
		if s.removed[i] {
			start, end := f.lines(f.start(r), f.end(r))
			e.edit(f, start, end, "")
		}
	}
	eol := edit.EOL(f.text)
	for after, texts := range s.added {
		if after < 0 {
			at, _ := f.lines(f.start(s.items[0]), f.end(s.items[0]))
			e.edit(f, at, at, s.indent()+strings.Join(texts, ","+eol+s.indent())+","+eol)
			continue
		}
		end := f.end(s.items[after])
		limit, _ := edit.LineEnd(f.text, end)
		separator := ""
		if s.commas || f.comma(s.items, end) {
			separator = ","
		}
		if separator != "" && !s.removed[after] && !bytes.HasPrefix(bytes.TrimLeft(f.text[end:], " \t"), []byte(",")) {
			e.edit(f, end, end, ",")
		}
		var b strings.Builder
		for _, text := range texts {
			b.WriteString(s.indent() + text + separator + eol)
		}
		e.edit(f, limit, limit, b.String())
	}
}

// comma tells whether the items of an object are separated by commas although
// they stand on lines of their own.
func (f *file) comma(items []hcl.Range, end int) bool {
	if len(items) == 0 {
		return false
	}
	rest := bytes.TrimLeft(f.text[f.end(items[0]):], " \t")
	return bytes.HasPrefix(rest, []byte(","))
}

// lines extends a range of bytes to whole lines, with the comments directly
// above that are indented as it is.
func (f *file) lines(start, end int) (from, to int) {
	from = edit.LineStart(f.text, start)
	indent := f.text[from:start]
	for from > 0 {
		above := edit.LineStart(f.text, from-1)
		rest, found := bytes.CutPrefix(f.text[above:from], indent)
		if !found || !bytes.HasPrefix(rest, []byte("#")) && !bytes.HasPrefix(rest, []byte("//")) {
			break
		}
		from = above
	}
	to, _ = edit.LineEnd(f.text, end)
	return from, to
}

// paragraph extends whole lines over the blank lines that would be left double
// without them: those below where one stands above, or one above the end of a
// block.
func (f *file) paragraph(from, to int) (int, int) {
	above := from > 0 && len(bytes.TrimSpace(f.text[edit.LineStart(f.text, from-1):from])) == 0
	opens := from == 0 || bytes.HasSuffix(bytes.TrimSpace(f.text[:from]), []byte("{"))
	if above || opens {
		for to < len(f.text) {
			next, _ := edit.LineEnd(f.text, to)
			if len(bytes.TrimSpace(f.text[to:next])) > 0 {
				break
			}
			to = next
		}
	}
	rest := bytes.TrimSpace(f.text[to:])
	if above && (len(rest) == 0 || rest[0] == '}') {
		for from > 0 {
			before := edit.LineStart(f.text, from-1)
			if len(bytes.TrimSpace(f.text[before:from])) > 0 {
				break
			}
			from = before
		}
	}
	return from, to
}
