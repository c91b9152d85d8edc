package cfn

import (
	"bytes"
	"strings"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// block edits an object or list in block style of which something stays. Its
// elements take lines of their own, but for the first, which may stand behind
// the dash of a list.
func (w *editor) block(p *parts) error {
	n := p.holder.node
	for _, e := range n.elems {
		if change := p.changed[e]; change != nil {
			if err := change(w); err != nil {
				return err
			}
		}
	}
	first := 0
	if !w.d.firstOnLine(n.elems[0].start) {
		for p.removed[n.elems[first]] {
			first++
		}
		if first > 0 {
			w.removeBehindDash(n, first)
		}
	}
	ends := map[*element]int{} // of the lines that go
	for _, e := range n.elems[first:] {
		if p.removed[e] {
			start, limit := w.d.blockStart(e), w.d.blockLimit(n, e)
			ends[e] = w.d.blankLimit(n, e, start, limit)
			w.edit(start, ends[e], "")
		}
	}
	column := w.d.column(n.elems[0].start)
	for _, after := range append([]*element{nil}, n.elems...) {
		additions := p.added[after]
		if len(additions) == 0 {
			continue
		}
		var lines strings.Builder
		for _, a := range additions {
			text, err := w.blockText(n, a, column)
			if err != nil {
				return err
			}
			lines.WriteString(strings.Repeat(" ", column) + text + w.d.look.eol)
		}
		switch at, gone := ends[after]; {
		case gone:
			w.edit(at, at, lines.String())
		case after != nil && p.removed[after]: // one of those behind the dash
			at := n.elems[first].start
			w.edit(at, at, strings.TrimLeft(lines.String(), " ")+strings.Repeat(" ", column))
		default:
			w.insertLines(p, after, lines.String(), column)
		}
	}
	return nil
}

// blockText writes an addition, without the indentation of its first line and
// the end of its last.
func (w *editor) blockText(n *node, a addition, column int) (string, error) {
	switch {
	case a.like != nil:
		text, err := w.slice(a.like.start, w.d.blockLimit(n, a.like), a.change)
		return strings.TrimRight(text, "\r\n"), err
	case n.kind == list:
		return "-" + w.d.behindDash(a.value, column), nil
	}
	return w.d.keyText(a.key) + ":" + w.d.behindColon(a.value, column), nil
}

// insertLines puts whole lines behind an element; nil is the place before the
// first, or for an object the place behind the last.
func (w *editor) insertLines(p *parts, after *element, lines string, column int) {
	n := p.holder.node
	if after == nil && p.inOrder {
		at := n.elems[0].start
		if w.d.firstOnLine(at) {
			at = w.d.blockStart(n.elems[0])
			w.edit(at, at, lines)
			return
		}
		w.edit(at, at, strings.TrimLeft(lines, " ")+strings.Repeat(" ", column))
		return
	}
	if after == nil {
		for _, e := range n.elems {
			if !p.removed[e] {
				after = e
			}
		}
	}
	at := w.d.blockLimit(n, after)
	if at == len(w.d.text) && !bytes.HasSuffix(w.d.text, []byte("\n")) {
		lines = w.d.look.eol + strings.TrimSuffix(lines, w.d.look.eol)
	}
	w.edit(at, at, lines)
}

// removeBehindDash removes the first elements, of which the very first shares
// its line with a dash.
func (w *editor) removeBehindDash(n *node, count int) {
	from, to := n.elems[0].start, n.elems[count].start
	last := n.elems[count-1].node
	between := w.d.text[max(last.end, n.elems[count-1].after):to]
	_, rest, _ := bytes.Cut(between, []byte("\n"))
	if len(bytes.TrimSpace(rest)) == 0 {
		w.edit(from, to, "")
		return
	}
	// Comments stand above what stays: they keep their lines, below the dash.
	for from > 0 && w.d.text[from-1] == ' ' {
		from--
	}
	end, _ := edit.LineEnd(w.d.text, last.end)
	w.edit(from, end, w.d.look.eol)
}

// blockStart is where the lines of an element begin: its own, and the comments
// directly above that are indented as it is.
func (d *Document) blockStart(e *element) int {
	start := edit.LineStart(d.text, e.start)
	indent := d.text[start:e.start]
	for start > 0 {
		above := edit.LineStart(d.text, start-1)
		line := d.text[above : start-1]
		rest, found := bytes.CutPrefix(line, indent)
		if !found || !bytes.HasPrefix(rest, []byte("#")) {
			break
		}
		start = above
	}
	return start
}

// blankLimit extends the lines of an element that goes over the blank lines
// below, where blank lines or nothing stand above it.
func (d *Document) blankLimit(n *node, e *element, start, limit int) int {
	above := d.text[edit.LineStart(d.text, max(start-1, 0)):start]
	if e != n.elems[0] && len(bytes.TrimSpace(above)) > 0 {
		return limit
	}
	for limit < len(d.text) {
		next, _ := edit.LineEnd(d.text, limit)
		if len(bytes.TrimSpace(d.text[limit:next])) > 0 {
			break
		}
		limit = next
	}
	return limit
}

// blockLimit is the offset behind the lines of an element of n, with comments
// below it that are indented deeper than it is.
func (d *Document) blockLimit(n *node, e *element) int {
	column := d.column(n.elems[0].start)
	limit, more := edit.LineEnd(d.text, max(e.node.end, e.after))
	for more && limit < len(d.text) {
		next, ended := edit.LineEnd(d.text, limit)
		line := d.text[limit:next]
		content := bytes.TrimLeft(line, " ")
		if !bytes.HasPrefix(content, []byte("#")) || len(line)-len(content) <= column {
			break
		}
		limit, more = next, ended
	}
	return limit
}
