// Package delta tells what differs between two JSON values, part by part, so
// that a text can be changed where they differ and nowhere else.
package delta

import (
	"maps"
	"math"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A Change leads from an old value to a new one. A nil Change is none.
type Change struct {
	Kind Kind
	Old  any
	New  any // the whole new value, whatever the kind; nil for Remove

	Fields map[string]*Change // for Within an object: the fields that differ
	Items  []Item             // for Within a list: the new list, in order
}

// Kind is how a value changes.
type Kind int

// Set puts another value, or one where none was; Remove takes the value away;
// Within changes parts of an object or list that stays.
const (
	Set Kind = iota
	Remove
	Within
)

// None stands for the Old element of an Item that has none.
const None = -1

// An Item is one element of the new list.
type Item struct {
	// Old is the index of the element of the old list that it was, or None.
	Old int
	// Like is, for an element without Old, the index of the old element that
	// it is most like, or None.
	Like int
	// Repeats tells that it shares half of its fields with that element.
	Repeats bool
	// Change leads from the element at Old or Like to this one; nil when they
	// are equal. Without either it sets New.
	Change *Change
	New    any
}

// Removed lists the indexes of the elements of the old list that the new one
// has not.
func (c *Change) Removed() []int {
	old, _ := c.Old.([]any)
	kept := make([]bool, len(old))
	for _, item := range c.Items {
		if item.Old != None {
			kept[item.Old] = true
		}
	}
	var out []int
	for i := range old {
		if !kept[i] {
			out = append(out, i)
		}
	}
	return out
}

// Names lists the fields that differ, sorted.
func (c *Change) Names() []string { return slices.Sorted(maps.Keys(c.Fields)) }

// Between compares two values. A nil value is an absent one.
func Between(before, after any) *Change {
	switch {
	case Equal(before, after):
		return nil
	case after == nil:
		return &Change{Kind: Remove, Old: before}
	}
	switch a := after.(type) {
	case map[string]any:
		if b, ok := before.(map[string]any); ok {
			return objects(b, a)
		}
	case []any:
		if b, ok := before.([]any); ok {
			return lists(b, a)
		}
	}
	return &Change{Kind: Set, Old: before, New: after}
}

func objects(before, after map[string]any) *Change {
	c := &Change{Kind: Within, Old: before, New: after, Fields: map[string]*Change{}}
	for name := range before {
		if d := Between(before[name], after[name]); d != nil {
			c.Fields[name] = d
		}
	}
	for name, v := range after {
		if _, had := before[name]; !had && v != nil {
			c.Fields[name] = &Change{Kind: Set, New: v}
		}
	}
	return c
}

func lists(before, after []any) *Change {
	c := &Change{Kind: Within, Old: before, New: after}
	for i, old := range align(before, after) {
		item := Item{Old: old, Like: None, New: after[i]}
		var most float64
		if old == None {
			item.Like, most = nearest(before, after[i])
			item.Repeats = most >= 0.5
		}
		switch {
		case old != None:
			item.Change = Between(before[old], after[i])
		case item.Like != None:
			item.Change = Between(before[item.Like], after[i])
		default:
			item.Change = &Change{Kind: Set, New: after[i]}
		}
		c.Items = append(c.Items, item)
	}
	return c
}

// Equal compares JSON values; numbers by their value, whatever their type.
func Equal(a, b any) bool {
	if x, ok := float(a); ok {
		y, ok := float(b)
		return ok && x == y
	}
	switch a := a.(type) {
	case *cloud.Unresolved:
		b, ok := b.(*cloud.Unresolved)
		return ok && (a == b || *a == *b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Equal)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, Equal)
	case nil, string, bool:
		return a == b
	}
	return false
}

func float(v any) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case int64:
		return float64(v), true
	case float64:
		return v, !math.IsNaN(v)
	}
	return 0, false
}
