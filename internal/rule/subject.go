package rule

import (
	"sync"

	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A Subject is a resource as the expressions of rules see it when they judge
// it. What one rule makes of it the next finds made, so that it pays to hold
// all rules against one subject before going on to another.
type Subject objectValue

// NewSubject prepares a resource to be judged. Its properties have the form of
// its type (see schema.Type.Coerce) and must not change any more.
func NewSubject(r *cloud.Resource) *Subject {
	return &Subject{fields: r.Properties, node: rootOf(r.Type), meta: r}
}

func rootOf(typ string) *schema.Node {
	if t, ok := schema.Lookup(typ); ok {
		return t.Root
	}
	return anyNode
}

// Joined is a resource that a rule joins, or with Unresolved set, one or more
// that could not be known to belong.
type Joined struct {
	Resource   *cloud.Resource
	Unresolved *cloud.Unresolved

	object *objectValue // of Resource
}

// NewJoined prepares a resource to be joined with others. It is as [NewSubject].
func NewJoined(r *cloud.Resource) Joined {
	return Joined{Resource: r, object: &objectValue{
		fields: r.Properties, node: rootOf(r.Type), meta: r, at: &place{name: r.ID},
	}}
}

// Rows are what a join gives for a resource. They may be given to several
// evaluations. Nil is none.
type Rows struct {
	list []Joined
	once sync.Once
	made ref.Val
}

// NewRows makes rows of what was joined.
func NewRows(list []Joined) *Rows { return &Rows{list: list} }

// value is the list that expressions see, of resources of a type.
func (rows *Rows) value(typ string) ref.Val {
	if rows == nil {
		return &listValue{elem: rootOf(typ)}
	}
	rows.once.Do(func() {
		items := make([]any, len(rows.list))
		many := false
		for i, row := range rows.list {
			if row.Unresolved != nil {
				items[i], many = row.Unresolved, many || row.Unresolved.Many
				continue
			}
			items[i] = row.object
		}
		if many {
			rows.made = &openList{list: listValue{items: items, elem: rootOf(typ)}}
		} else {
			rows.made = &listValue{items: items, elem: rootOf(typ)}
		}
	})
	return rows.made
}

// Settings are the values of a rule's settings as its expressions see them.
// Nil has none.
type Settings objectValue

// NewSettings prepares the values of settings, by name.
func NewSettings(values map[string]any) *Settings {
	return &Settings{fields: values, node: anyNode}
}

func (s *Settings) value() ref.Val {
	if s == nil {
		return &objectValue{node: anyNode}
	}
	return (*objectValue)(s)
}
