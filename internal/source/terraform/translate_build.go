package terraform

import (
	"github.com/surety-cloud/surety/internal/cloud"
)

// A builder makes the properties of one resource, and beside them the places
// in the source that they come from, in the same shape.
type builder struct {
	props map[string]any
	loc   *cloud.Location // nil when the source has no places

	inherits bool // a value in props stands for that of another resource
}

// A step leads from a value into a part of it: a field, or an element.
type step struct {
	field string
	index int // of an element, where field is empty
}

func newBuilder(at *cloud.Location) *builder {
	b := &builder{props: map[string]any{}}
	if at != nil {
		b.loc = bare(at)
	}
	return b
}

// bare copies a place without the places of its parts.
func bare(l *cloud.Location) *cloud.Location {
	if l == nil {
		return nil
	}
	return &cloud.Location{File: l.File, Line: l.Line, EndLine: l.EndLine, Column: l.Column}
}

// get returns the value at the steps, or nil. Below an unresolved value
// everything is that value.
func (b *builder) get(steps []step) any {
	var here any = b.props
	for _, s := range steps {
		switch v := here.(type) {
		case map[string]any:
			here = v[s.field]
		case []any:
			if s.field != "" || s.index >= len(v) {
				return nil
			}
			here = v[s.index]
		case *cloud.Unresolved:
			return v
		default:
			return nil
		}
	}
	return here
}

// set puts a value at the steps, makes what is missing on the way, and keeps
// out of what is unresolved. at is the place of the value, or nil.
func (b *builder) set(steps []step, v any, at *cloud.Location) {
	updated := placed(b.props, steps, v)
	b.props, _ = updated.(map[string]any)
	b.mark(steps, at)
}

// placed returns here with v at the steps.
func placed(here any, steps []step, v any) any {
	if len(steps) == 0 {
		return v
	}
	if u, ok := here.(*cloud.Unresolved); ok {
		return u
	}
	s := steps[0]
	if s.field != "" {
		m, ok := here.(map[string]any)
		if !ok {
			m = map[string]any{}
		}
		m[s.field] = placed(m[s.field], steps[1:], v)
		return m
	}
	list, _ := here.([]any)
	for len(list) < s.index {
		list = append(list, map[string]any{}) // before a fixed element
	}
	if len(list) == s.index {
		list = append(list, nil)
	}
	list[s.index] = placed(list[s.index], steps[1:], v)
	return list
}

// mark notes the place of the value at the steps. What is made on the way gets
// the same place, so that no part of a value is without one.
func (b *builder) mark(steps []step, at *cloud.Location) {
	if b.loc == nil || at == nil {
		return
	}
	// What is noted below it later must not show in the instance's own places,
	// which many instances share, nor in at itself.
	at = copyPlaces(at)
	here := b.loc
	for i, s := range steps {
		var next *cloud.Location
		if s.field != "" {
			next = here.Fields[s.field]
		} else if s.index < len(here.Items) {
			next = here.Items[s.index]
		}
		if next == nil || i == len(steps)-1 {
			fresh := bare(at)
			if i == len(steps)-1 && next == nil {
				fresh = at
			} else if next != nil {
				fresh = withParts(at, next)
			}
			next = fresh
		}
		if s.field != "" {
			if here.Fields == nil {
				here.Fields = map[string]*cloud.Location{}
			}
			here.Fields[s.field] = next
		} else {
			for len(here.Items) <= s.index {
				here.Items = append(here.Items, nil)
			}
			here.Items[s.index] = next
		}
		here = next
	}
}

// withParts is the place at, with the parts that old knows.
func withParts(at, old *cloud.Location) *cloud.Location {
	l := bare(at)
	l.Fields, l.Items = old.Fields, old.Items
	if at.Fields != nil {
		l.Fields = at.Fields
	}
	if at.Items != nil {
		l.Items = at.Items
	}
	return l
}

// locate returns the place that is noted at exactly these steps, or nil.
func (b *builder) locate(steps []step) *cloud.Location {
	here := b.loc
	for _, s := range steps {
		if here == nil {
			return nil
		}
		if s.field != "" {
			here = here.Fields[s.field]
		} else if s.index < len(here.Items) {
			here = here.Items[s.index]
		} else {
			return nil
		}
	}
	return here
}

// push appends elements to the list at the steps and returns the index of the
// first.
func (b *builder) push(steps []step, elements []any, at []*cloud.Location, whole *cloud.Location) int {
	list, _ := b.get(steps).([]any)
	if u, ok := b.get(steps).(*cloud.Unresolved); ok {
		// An unresolved list has more elements than it is known to have.
		list = []any{&cloud.Unresolved{Reason: u.Reason, Partial: u.Partial, Many: true}}
		b.force(steps, list)
	}
	first := len(list)
	if len(elements) == 0 && list == nil {
		b.set(steps, []any{}, whole)
		return 0
	}
	if len(list) == 0 {
		b.mark(steps, bare(whole))
	}
	for i, e := range elements {
		place := whole
		if i < len(at) && at[i] != nil {
			place = at[i]
		}
		b.set(append(steps[:len(steps):len(steps)], step{index: first + i}), e, place)
	}
	return first
}

// force replaces a value, also an unresolved one.
func (b *builder) force(steps []step, v any) {
	if len(steps) == 0 {
		return
	}
	parent, last := steps[:len(steps)-1], steps[len(steps)-1]
	switch holder := b.get(parent).(type) {
	case map[string]any:
		holder[last.field] = v
	case []any:
		if last.field == "" && last.index < len(holder) {
			holder[last.index] = v
		}
	}
}

// copyValue copies a value so that changes of one do not show in the other.
func copyValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for k, e := range v {
			m[k] = copyValue(e)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = copyValue(e)
		}
		return list
	}
	return v
}
