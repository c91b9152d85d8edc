package rule

import (
	"sync/atomic"

	"cel.dev/cel-go/common/types/ref"
)

// What one expression makes of a resource, the next would make again: the CEL
// form of its properties, a policy document taken apart. The types of this file
// keep it beside the value. They may be used by several goroutines: two may
// make the same at the same time, and one of the two is kept.

// A memo keeps what was made of a value.
type memo struct{ slot atomic.Pointer[any] }

// remember gives what was made of a value, or makes it.
func remember[T any](m *memo, make func() T) T {
	if p := m.slot.Load(); p != nil {
		if v, ok := (*p).(T); ok {
			return v
		}
	}
	v := make()
	var made any = v
	m.slot.Store(&made)
	return v
}

// children keep the CEL form of the parts of an object, by name. Few of the
// parts of an object are ever looked at.
type children struct{ first atomic.Pointer[child] }

type child struct {
	name  string
	value ref.Val
	next  *child
}

func (c *children) find(name string) ref.Val {
	for k := c.first.Load(); k != nil; k = k.next {
		if k.name == name {
			return k.value
		}
	}
	return nil
}

func (c *children) add(name string, value ref.Val) {
	k := &child{name: name, value: value, next: c.first.Load()}
	for !c.first.CompareAndSwap(k.next, k) {
		k.next = c.first.Load()
	}
}
