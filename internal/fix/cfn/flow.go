package cfn

import (
	"bytes"
	"strings"
)

// A piece is an element in brackets with what stands around it.
type piece struct {
	lead  string // white space and comments before it
	tail  string // between it and the comma
	trail string // a comment behind the comma, in the same line
}

// flow edits an object or list in braces or brackets: the gaps between the
// elements that stay, where something is taken away or added.
func (w *editor) flow(p *parts) error {
	n := p.holder.node
	if len(n.elems) == 0 {
		w.edit(n.inner, n.end, w.fillEmpty(p))
		return nil
	}
	pieces, closing, comma := w.d.pieces(n)
	first, usual := pieces[0].lead, w.d.usualLead(pieces)
	g := gap{from: n.inner + 1, first: first, usual: usual, comma: comma}
	add := func(after *element) error {
		for _, a := range p.added[after] {
			text, err := w.flowText(n, a, usual)
			if err != nil {
				return err
			}
			g.fresh, g.changed = append(g.fresh, text), true
		}
		return nil
	}
	if p.inOrder {
		if err := add(nil); err != nil {
			return err
		}
	}
	for i, e := range n.elems {
		if p.removed[e] {
			g.changed = true
		} else {
			if g.changed {
				w.edit(g.from, e.start, g.text(pieces[i].lead, false))
			}
			if change := p.changed[e]; change != nil {
				if err := change(w); err != nil {
					return err
				}
			}
			g = gap{from: max(e.node.end, e.after), before: &pieces[i], first: first, usual: usual, comma: comma}
		}
		if err := add(e); err != nil {
			return err
		}
	}
	if !p.inOrder {
		if err := add(nil); err != nil {
			return err
		}
	}
	if g.changed {
		w.edit(g.from, n.end-1, g.text(closing, true))
	}
	return nil
}

// A gap is what stands between two elements that stay, or between one and a
// bracket.
type gap struct {
	from    int    // where it begins
	before  *piece // the element before it; nil behind the opening bracket
	fresh   []string
	changed bool

	first, usual string // white space before the first element, and others
	comma        bool   // the last element has a comma
}

// text writes the gap anew. lead is the white space, with comments, before the
// element that follows, or before the closing bracket.
func (g *gap) text(lead string, closes bool) string {
	var b strings.Builder
	separate := func(last bool) {
		if !last || g.comma {
			b.WriteByte(',')
		}
	}
	if g.before != nil {
		separate(closes && len(g.fresh) == 0)
		b.WriteString(g.before.tail + g.before.trail)
	}
	for i, text := range g.fresh {
		if g.before == nil && i == 0 {
			b.WriteString(g.first)
		} else {
			b.WriteString(g.usual)
		}
		b.WriteString(text)
		separate(closes && i+1 == len(g.fresh))
	}
	switch {
	case closes:
	case g.before == nil && len(g.fresh) == 0 && !strings.Contains(g.first+lead, "\n"):
		lead = g.first
	case len(g.fresh) > 0 && !strings.Contains(lead, "\n"):
		lead = g.usual
	}
	b.WriteString(lead)
	return b.String()
}

// pieces takes the text of n apart. closing is what stands behind the last
// element and its comma; comma tells whether it has one.
func (d *Document) pieces(n *node) (pieces []piece, closing string, comma bool) {
	at := n.inner + 1
	for i, e := range n.elems {
		end := max(e.node.end, e.after)
		p := piece{lead: string(d.text[at:e.start])}
		stop := n.end - 1
		if i+1 < len(n.elems) {
			stop = n.elems[i+1].start
		}
		between := d.text[end:stop]
		cut := commaIn(between)
		switch {
		case cut < 0:
			// Only the last has no comma.
			p.trail = commentIn(between)
			closing = string(between[len(p.trail):])
		default:
			p.tail = string(between[:cut])
			p.trail = commentIn(between[cut+1:])
			at = end + cut + 1 + len(p.trail)
			if i+1 == len(n.elems) {
				comma = true
				closing = string(d.text[at:stop])
			}
		}
		pieces = append(pieces, p)
	}
	return pieces, closing, comma
}

// commentIn is the comment that text begins with, up to the end of its line.
func commentIn(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
		return ""
	}
	return string(bytes.TrimRight(line, "\r"))
}

// commaIn finds the comma in the text between two elements, outside of
// comments.
func commaIn(text []byte) int {
	comment := false
	for i, c := range text {
		switch {
		case c == '\n':
			comment = false
		case c == '#':
			comment = true
		case c == ',' && !comment:
			return i
		}
	}
	return -1
}

// usualLead is the white space before an element that is not the first.
func (d *Document) usualLead(pieces []piece) string {
	last := pieces[len(pieces)-1].lead
	if cut := strings.LastIndexByte(last, '\n'); cut >= 0 {
		return d.look.eol + last[cut+1:]
	}
	return strings.TrimPrefix(d.look.comma, ",")
}

func (w *editor) flowText(n *node, a addition, lead string) (string, error) {
	if a.like != nil {
		return w.slice(a.like.start, max(a.like.node.end, a.like.after), a.change)
	}
	text := w.d.inline(a.value)
	if _, indent, multi := strings.Cut(lead, "\n"); multi && w.d.spreads(n, nil) {
		text = w.d.spread(a.value, indent)
	}
	if n.kind == object {
		text = w.d.keyText(a.key) + w.d.colon() + text
	}
	return text, nil
}

// fillEmpty writes the elements of an object or list that has had none.
func (w *editor) fillEmpty(p *parts) string {
	n := p.holder.node
	var v any
	if n.kind == object {
		fields := map[string]any{}
		for _, a := range p.added[nil] {
			fields[a.key] = a.value
		}
		v = fields
	} else {
		items := make([]any, 0, len(p.added[nil]))
		for _, a := range p.added[nil] {
			items = append(items, a.value)
		}
		v = items
	}
	if w.d.json && (w.d.ownLines(p.parent) || w.d.ownLines(n)) {
		return w.d.spread(v, w.d.indent(p.holder.start))
	}
	return w.d.inline(v)
}
