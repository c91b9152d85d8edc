package terraform

import (
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// steps resolves a path in the frame: open lists are the element that a block
// around became, or the first. u says why a key is not known.
func (f *frame) steps(p propertyPath) (steps []step, u *cloud.Unresolved) {
	b := f.walk.builder
	for _, s := range p {
		name := s.Name
		if s.KeyArg != "" {
			key := f.argument(s.KeyArg)
			if bad, ok := key.(*cloud.Unresolved); ok {
				return steps, bad
			}
			if name = scalarText(key); key == nil || name == "" {
				return steps, &cloud.Unresolved{Reason: s.KeyArg + " is not set"}
			}
		}
		steps = append(steps, step{field: name})
		if !s.List {
			continue
		}
		index := 0
		switch {
		case s.Index >= 0:
			index = s.Index
		case s.Field != "":
			index = b.find(steps, s.Field, s.Value)
		default:
			if bound, ok := f.index(s.prefix); ok {
				index = bound
			}
		}
		steps = append(steps, step{index: index})
	}
	return steps, nil
}

// listSteps resolves a path that ends in a list to the list itself.
func (f *frame) listSteps(p propertyPath) ([]step, *cloud.Unresolved) {
	steps, u := f.steps(p)
	if u != nil {
		return nil, u
	}
	return steps[:len(steps)-1], nil
}

// find returns the index of the element whose field has the value, the index
// after the last when there is none yet.
func (b *builder) find(steps []step, field, value string) int {
	list, _ := b.get(steps).([]any)
	for i, e := range list {
		if object, ok := e.(map[string]any); ok && scalarText(object[field]) == value {
			return i
		}
	}
	return len(list)
}

// put sets the value at a path. list tells that the value is a list whose
// elements belong to the last open list of the path.
func (f *frame) put(p propertyPath, v any, at *cloud.Location, list bool) {
	b := f.walk.builder
	if u, ok := v.(*cloud.Unresolved); ok && list {
		f.putUnresolved(p, u, at)
		return
	}
	last := p[len(p)-1]
	if last.open() {
		if steps, u := f.listSteps(p); u == nil {
			elements, ok := v.([]any)
			if !ok {
				elements = []any{v}
			}
			b.push(steps, elements, itemsOf(at), at)
		}
		return
	}
	if elements, ok := v.([]any); ok && list {
		if open := f.lastOpen(p); open >= 0 && !f.walk.takesList(p) {
			f.spread(p, open, elements, at)
			return
		}
	}
	if u := f.selectors(p, at); u != nil {
		f.putUnresolved(p, u, at)
		return
	}
	steps, u := f.steps(p)
	if u != nil {
		f.putUnresolved(p, u, at)
		return
	}
	b.set(steps, v, at)
}

// selectors makes the elements that a path finds by a field.
func (f *frame) selectors(p propertyPath, at *cloud.Location) *cloud.Unresolved {
	for i, s := range p {
		if s.Field == "" {
			continue
		}
		steps, u := f.steps(p[:i+1])
		if u != nil {
			return u
		}
		if f.walk.get(steps) == nil {
			f.walk.set(steps, map[string]any{s.Field: s.Value}, bare(at))
		}
	}
	return nil
}

// lastOpen is the last open list of a path that no block is bound to, or -1.
func (f *frame) lastOpen(p propertyPath) int {
	for i := len(p) - 1; i >= 0; i-- {
		if p[i].open() {
			if _, bound := f.index(p[i].prefix); !bound {
				return i
			}
			return -1
		}
	}
	return -1
}

// takesList tells whether the property itself holds a list.
func (w *walk) takesList(p propertyPath) bool {
	name, ok := p.schemaPath()
	if !ok {
		return true
	}
	n := w.typ.Property(name)
	return n == nil || n.Kind == schema.List || n.Kind == schema.Any
}

// spread makes an element of the open list for each of the values.
func (f *frame) spread(p propertyPath, open int, values []any, at *cloud.Location) {
	list, u := f.listSteps(p[:open+1])
	if u != nil {
		return
	}
	items := itemsOf(at)
	if len(values) == 0 {
		f.walk.push(list, nil, nil, at)
	}
	for i, v := range values {
		place := at
		if i < len(items) && items[i] != nil {
			place = items[i]
		}
		if u, ok := v.(*cloud.Unresolved); ok && u.Many {
			f.walk.push(list, []any{u}, nil, place)
			continue
		}
		index := f.walk.push(list, []any{map[string]any{}}, nil, bare(place))
		inner := &frame{outer: f, walk: f.walk, node: f.node, bound: map[string]int{p[open].prefix: index}}
		if steps, u := inner.steps(p); u == nil {
			f.walk.set(steps, v, place)
		}
	}
}

// putUnresolved marks the property at a path, up to the first list that is
// left open.
func (f *frame) putUnresolved(p propertyPath, u *cloud.Unresolved, at *cloud.Location) {
	cut := len(p)
	for i, s := range p {
		if s.KeyArg != "" {
			if _, bad := f.steps(p[:i+1]); bad != nil {
				cut = i
				break
			}
		}
		if s.open() {
			if _, bound := f.index(s.prefix); !bound {
				f.markOpen(p[:i+1], u, at)
				return
			}
		}
	}
	if cut == 0 {
		return
	}
	p = p[:cut]
	if f.selectors(p, at) != nil {
		return
	}
	if steps, bad := f.steps(p); bad == nil {
		f.walk.set(steps, u, at)
	}
}

// markOpen makes a list unresolved, or adds an element of unknown number to
// what is known of it.
func (f *frame) markOpen(p propertyPath, u *cloud.Unresolved, at *cloud.Location) {
	steps, bad := f.listSteps(p)
	if bad != nil {
		return
	}
	if list, ok := f.walk.get(steps).([]any); ok && len(list) > 0 {
		for _, e := range list {
			if e, ok := e.(*cloud.Unresolved); ok && e.Reason == u.Reason {
				return
			}
		}
		f.walk.push(steps, []any{&cloud.Unresolved{Reason: u.Reason, Partial: u.Partial, Many: true}}, nil, at)
		return
	}
	f.walk.set(steps, u, at)
}

// collect keeps values of which each becomes an element of its own when the
// block is complete.
func (f *frame) collect(p propertyPath, v any, at *cloud.Location) {
	steps, u := f.steps(p)
	if u != nil {
		return
	}
	holder := f
	for holder != nil && holder.list == nil {
		holder = holder.outer
	}
	if holder == nil || len(steps) < len(holder.list) {
		return
	}
	field := steps[len(holder.list):]
	values, ok := v.([]any)
	if !ok {
		values = []any{v}
	}
	items := itemsOf(at)
	for i, value := range values {
		place := at
		if i < len(items) && items[i] != nil {
			place = items[i]
		}
		if u, ok := value.(*cloud.Unresolved); ok && u.Many {
			value = &cloud.Unresolved{Reason: u.Reason, Partial: u.Partial}
		}
		holder.split = append(holder.split, splitValue{field, value, place})
	}
}

// splitElement replaces the element that the block became by one for each of
// the values collected.
func (w *walk) splitElement(f *frame) {
	if len(f.split) == 0 || f.list == nil {
		return
	}
	list := f.list[:len(f.list)-1]
	index := f.list[len(f.list)-1].index
	original, ok := w.get(f.list).(map[string]any)
	if !ok {
		return
	}
	at := w.locate(f.list)
	for i := range f.split {
		steps := append(list[:len(list):len(list)], step{index: index + i})
		if i > 0 {
			w.set(steps, copyValue(original), copyLocation(at))
			for _, n := range f.notes {
				w.moved[n.here] = append(w.moved[n.here], stepsText(steps)+n.rest)
			}
		}
	}
	for i, s := range f.split {
		steps := append(list[:len(list):len(list)], step{index: index + i})
		w.set(append(steps, s.field...), s.value, s.at)
	}
}

// copyLocation copies a place with the places of its parts.
func copyLocation(l *cloud.Location) *cloud.Location {
	if l == nil {
		return nil
	}
	copied := *l
	copied.Fields = make(map[string]*cloud.Location, len(l.Fields))
	for name, field := range l.Fields {
		copied.Fields[name] = field
	}
	return &copied
}

// A moveNote says that an argument became a part of the element that a block
// became.
type moveNote struct{ here, rest string }

func itemsOf(at *cloud.Location) []*cloud.Location {
	if at == nil {
		return nil
	}
	return at.Items
}

func indexed(i int) string { return "[" + strconv.Itoa(i) + "]" }

// stepsText writes steps as the path that cloud.Resource.Locate reads.
func stepsText(steps []step) string {
	var b strings.Builder
	for _, s := range steps {
		if s.field == "" {
			b.WriteString(indexed(s.index))
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.field)
	}
	return b.String()
}
