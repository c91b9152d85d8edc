package cfn

import (
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// parts is what happens to the elements of one object or list.
type parts struct {
	parent *node    // that the holder is an element of
	holder *element // whose value the object or list is

	removed map[*element]bool
	changed map[*element]func(*editor) error
	added   map[*element][]addition // by the element that they follow; nil: see inOrder
	inOrder bool                    // what follows no element goes first, not last
}

// An addition is a new element: a value, or a repetition of another element
// with a change.
type addition struct {
	key    string // in an object
	value  any    // prepared
	like   *element
	change func(*editor) error
}

func (p *parts) remove(e *element) {
	if p.removed == nil {
		p.removed = map[*element]bool{}
	}
	p.removed[e] = true
}

func (p *parts) change(e *element, f func(*editor) error) {
	if p.changed == nil {
		p.changed = map[*element]func(*editor) error{}
	}
	p.changed[e] = f
}

func (p *parts) insert(after *element, a addition) {
	if p.added == nil {
		p.added = map[*element][]addition{}
	}
	p.added[after] = append(p.added[after], a)
}

// apply carries the parts out. whole is the new value as a whole.
func (w *editor) apply(p *parts, whole any) error {
	n := p.holder.node
	if len(p.removed) == 0 && len(p.added) == 0 {
		for _, e := range n.elems {
			if change := p.changed[e]; change != nil {
				if err := change(w); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if n.bare {
		return edit.Impossible("the text is laid out in a way that cannot be changed safely")
	}
	if len(n.elems) == len(p.removed) && (len(n.elems) > 0 || !n.flow || !w.d.json) {
		return w.replace(p, whole)
	}
	if n.flow {
		return w.flow(p)
	}
	return w.block(p)
}

// replace writes an object or list anew of which nothing stays.
func (w *editor) replace(p *parts, whole any) error {
	n := p.holder.node
	var v any = []any{}
	if n.kind == object {
		v = map[string]any{}
	}
	switch {
	case len(p.added) == 0:
	case n.kind == object:
		fields := map[string]any{}
		for _, list := range p.added {
			for _, a := range list {
				fields[a.key] = a.value
			}
		}
		v = fields
	default:
		var err error
		if v, err = prepare(whole, w.name); err != nil {
			return err
		}
	}
	w.write(p.parent, p.holder, v)
	return nil
}

// slice is the text from start to end as the given change leaves it.
func (w *editor) slice(start, end int, change func(*editor) error) (string, error) {
	text := w.d.text[start:end]
	if change == nil {
		return string(text), nil
	}
	inner := &editor{d: w.d, name: w.name, plan: &Plan{}}
	if err := change(inner); err != nil {
		return "", err
	}
	w.plan.Chosen = append(w.plan.Chosen, inner.plan.Chosen...)
	for i := range inner.plan.Edits {
		e := &inner.plan.Edits[i]
		e.Start, e.End = e.Start-start, e.End-start
		if e.Start < 0 || e.End > len(text) {
			return "", edit.Impossible("the text is laid out in a way that cannot be changed safely")
		}
	}
	out, err := edit.Apply(text, inner.plan.Edits)
	return string(out), err
}
