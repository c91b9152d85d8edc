package rule

import (
	"fmt"
	"reflect"
	"slices"
	"sync/atomic"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// listValue is a list whose length is known.
type listValue struct {
	items []any
	elem  *schema.Node
	at    *place

	memo    memo
	wrapped atomic.Pointer[[]ref.Val] // the CEL form of items
}

var _ traits.Lister = (*listValue)(nil)

// item makes the CEL form of an element.
func (l *listValue) item(i int) ref.Val {
	if l.at == nil { // a list of joined resources: each has a name of its own
		return wrap(l.items[i], l.elem, nil)
	}
	return wrap(l.items[i], l.elem, &place{parent: l.at, index: i})
}

// Get reads an element.
func (l *listValue) Get(index ref.Val) ref.Val {
	i, ok := index.(types.Int)
	if !ok {
		return types.MaybeNoSuchOverloadErr(index)
	}
	if i < 0 || int(i) >= len(l.items) {
		return types.NewErr("index %d is outside of %s, which has %d elements", i, l.at, len(l.items))
	}
	return l.all()[i]
}

// Size is the number of elements.
func (l *listValue) Size() ref.Val { return types.Int(len(l.items)) }

// Contains is true when an element equals v, unknown when one that could not
// be known might, false otherwise.
func (l *listValue) Contains(v ref.Val) ref.Val {
	var missing *types.Unknown
	for _, item := range l.all() {
		switch eq := item.Equal(v).(type) {
		case types.Bool:
			if eq {
				return types.True
			}
		case *types.Unknown:
			missing = types.MergeUnknowns(missing, eq)
		}
	}
	if missing != nil {
		return missing
	}
	return types.False
}

// Add is list concatenation.
func (l *listValue) Add(other ref.Val) ref.Val {
	more, ok := native(other).([]any)
	if !ok {
		return types.MaybeNoSuchOverloadErr(other)
	}
	return wrap(slices.Concat(l.items, more), &schema.Node{Kind: schema.List, Elem: l.elem}, l.at)
}

// all is the CEL form of every element.
func (l *listValue) all() []ref.Val {
	if all := l.wrapped.Load(); all != nil {
		return *all
	}
	values := make([]ref.Val, len(l.items))
	for i := range l.items {
		values[i] = l.item(i)
	}
	l.wrapped.Store(&values)
	return values
}

// Iterator goes over the elements.
func (l *listValue) Iterator() traits.Iterator { return &iterator{values: l.all()} }

// Equal compares element by element.
func (l *listValue) Equal(other ref.Val) ref.Val { return equal(l, other) }

// Type is the CEL type at run time.
func (l *listValue) Type() ref.Type { return types.ListType }

// Value is the plain value.
func (l *listValue) Value() any { return l }

// ConvertToNative implements ref.Val.
func (l *listValue) ConvertToNative(t reflect.Type) (any, error) {
	switch {
	case t.Kind() == reflect.Interface:
		return l.items, nil
	case t == reflect.TypeFor[[]string]():
		out := make([]string, len(l.items))
		for i, v := range l.items {
			s, ok := v.(string)
			if !ok {
				return nil, fmt.Errorf("element %d of %s is not text", i, l.at)
			}
			out[i] = s
		}
		return out, nil
	}
	return nil, fmt.Errorf("a list cannot become %v", t)
}

// ConvertToType implements ref.Val.
func (l *listValue) ConvertToType(t ref.Type) ref.Val {
	switch t {
	case types.ListType:
		return l
	case types.StringType:
		return types.String(describe(l.items))
	}
	return types.NewErr("a list cannot become %s", t.TypeName())
}

// openList is a list of which some elements, and so the length, are not
// known. Its Size counts what stands in it, as CEL demands; size() of an
// expression asks unknown instead.
type openList struct{ list listValue }

var _ traits.Lister = (*openList)(nil)

// unknown is what stands for the elements that are not known.
func (l *openList) unknown() ref.Val {
	for i, v := range l.list.items {
		if u, ok := v.(*cloud.Unresolved); ok && u.Many {
			return l.list.all()[i]
		}
	}
	return types.Int(len(l.list.items))
}

// Get reads an element; from the first on that may be many, none is known.
func (l *openList) Get(index ref.Val) ref.Val {
	for i, v := range l.list.items {
		if u, ok := v.(*cloud.Unresolved); ok && u.Many {
			break
		}
		if index == types.Int(i) {
			return l.list.all()[i]
		}
	}
	return l.unknown()
}

// Size counts the elements that stand in the list.
func (l *openList) Size() ref.Val { return types.Int(len(l.list.items)) }

// Add is list concatenation.
func (l *openList) Add(other ref.Val) ref.Val { return l.list.Add(other) }

// Contains is as for any list.
func (l *openList) Contains(v ref.Val) ref.Val { return l.list.Contains(v) }

// Iterator goes over what is known and over one unknown for the rest.
func (l *openList) Iterator() traits.Iterator { return l.list.Iterator() }

// Equal is unknown: the lengths may differ.
func (l *openList) Equal(ref.Val) ref.Val { return l.unknown() }

// Type is the CEL type at run time.
func (l *openList) Type() ref.Type { return types.ListType }

// Value is the plain value.
func (l *openList) Value() any { return l }

// ConvertToNative implements ref.Val.
func (l *openList) ConvertToNative(t reflect.Type) (any, error) { return l.list.ConvertToNative(t) }

// ConvertToType implements ref.Val.
func (l *openList) ConvertToType(t ref.Type) ref.Val {
	if t == types.ListType {
		return l
	}
	return l.list.ConvertToType(t)
}

type iterator struct {
	values []ref.Val
	next   int
}

// HasNext implements traits.Iterator.
func (it *iterator) HasNext() ref.Val { return types.Bool(it.next < len(it.values)) }

// Next implements traits.Iterator.
func (it *iterator) Next() ref.Val {
	v := it.values[it.next]
	it.next++
	return v
}

// ConvertToNative implements ref.Val.
func (it *iterator) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("an iterator cannot become %v", t)
}

// ConvertToType implements ref.Val.
func (it *iterator) ConvertToType(t ref.Type) ref.Val {
	return types.NewErr("an iterator cannot become %s", t.TypeName())
}

// Equal implements ref.Val.
func (it *iterator) Equal(ref.Val) ref.Val { return types.False }

// Type implements ref.Val.
func (it *iterator) Type() ref.Type { return types.IteratorType }

// Value implements ref.Val.
func (it *iterator) Value() any { return nil }
