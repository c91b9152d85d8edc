package cfn

import (
	"strings"

	"github.com/surety-cloud/surety/internal/fix/edit"
)

// set puts a value where another stands, whatever that is.
func (w *editor) set(parent *node, e *element, v any, path string) error {
	if err := w.fixed(e.node, path); err != nil {
		return err
	}
	w.choices(e.node, path)
	prepared, err := prepare(v, w.name)
	if err != nil {
		return err
	}
	w.write(parent, e, prepared)
	return nil
}

// write puts a prepared value where that of an element of parent stands.
func (w *editor) write(parent *node, e *element, v any) {
	d, old := w.d, e.node
	switch {
	case !container(v):
		text := d.scalarText(v, old)
		switch {
		case old.end == old.start:
			w.edit(e.after, e.after, " "+text)
		case d.onLine(e):
			w.edit(old.start, old.end, text)
		default:
			w.edit(e.after, old.end, " "+text)
		}
	case parent.flow || d.json:
		text := d.inline(v)
		if d.spreads(parent, e) {
			text = d.spread(v, d.indent(e.start))
		}
		if old.end == old.start {
			w.edit(e.after, e.after, " "+text)
			return
		}
		w.edit(old.start, old.end, text)
	case parent.kind == list:
		w.edit(e.after, max(old.end, e.after), d.behindDash(v, d.column(e.start)))
	case old.flow && len(old.elems) > 0:
		w.edit(old.start, old.end, d.inline(v))
	default:
		w.below(e, v)
	}
}

// onLine tells whether a value begins on the line of its key.
func (d *Document) onLine(e *element) bool {
	return !strings.Contains(string(d.text[e.after:e.node.start]), "\n")
}

// below writes a value with parts under its key and leaves a comment behind
// the key where it is.
func (w *editor) below(e *element, v any) {
	d := w.d
	end := max(e.node.end, e.after)
	next, _ := edit.LineEnd(d.text, end)
	rest := strings.TrimRight(string(d.text[end:next]), "\r\n")
	comment := ""
	if trimmed := strings.TrimSpace(rest); trimmed != "" {
		comment = " " + trimmed
	}
	lines := strings.TrimPrefix(d.behindColon(v, d.column(e.start)), d.look.eol)
	w.edit(e.after, end+len(rest), comment+d.look.eol+lines)
}

// spreads tells whether a new value in an object in braces is written over
// several lines: where the elements beside it stand on lines of their own and
// none of them has a value with parts in one line.
func (d *Document) spreads(parent *node, e *element) bool {
	if !d.ownLines(parent) {
		return false
	}
	for _, other := range parent.elems {
		if other == e {
			continue
		}
		n := other.node
		if len(n.elems) > 0 && !strings.Contains(string(d.text[n.start:n.end]), "\n") {
			if name, _ := n.intrinsic(); name == "" {
				return false
			}
		}
	}
	return true
}

// ownLines tells whether the elements of an object or list in brackets stand
// on lines of their own.
func (d *Document) ownLines(n *node) bool {
	if len(n.elems) == 0 {
		return strings.Contains(string(d.text[n.start:n.end]), "\n")
	}
	return d.firstOnLine(n.elems[0].start)
}
