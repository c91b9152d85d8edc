package rule

import (
	"fmt"
	"reflect"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// objectValue is an object with declared fields, a map, or free JSON.
type objectValue struct {
	fields map[string]any
	node   *schema.Node
	at     *place
	// open says why there may be fields that fields does not hold; empty when
	// there are none.
	open string
	// meta is the resource itself, for the root object of one.
	meta *cloud.Resource

	memo memo
	kept children
}

var _ traits.Indexer = (*objectValue)(nil)
var _ traits.Container = (*objectValue)(nil)
var _ traits.Iterable = (*objectValue)(nil)
var _ traits.Sizer = (*objectValue)(nil)

func (o *objectValue) field(name string) (any, *schema.Node) {
	switch o.node.Kind {
	case schema.Object:
		return o.fields[name], o.node.Fields[name]
	case schema.Map:
		return o.fields[name], o.node.Elem
	}
	return o.fields[name], nil
}

// Get reads a field; an absent one reads as its zero value.
func (o *objectValue) Get(index ref.Val) ref.Val {
	name, ok := index.(types.String)
	if !ok {
		return types.MaybeNoSuchOverloadErr(index)
	}
	v, node := o.field(string(name))
	if v == nil && o.open != "" {
		return unknownFor(o.open)
	}
	if plain := scalar(v, node); plain != nil {
		return plain
	}
	if kept := o.kept.find(string(name)); kept != nil {
		return kept
	}
	made := wrap(v, node, &place{parent: o.at, name: string(name)})
	// Free maps may have any number of keys, all of them asked for.
	if o.node.Kind == schema.Object || len(o.fields) <= keepUpTo {
		o.kept.add(string(name), made)
	}
	return made
}

// keepUpTo bounds what is kept of an object without declared fields.
const keepUpTo = 32

// isSet tells whether a field is there: true, false, or unknown. One of which
// a part is known is there.
func (o *objectValue) isSet(name string) ref.Val {
	v, _ := o.field(name)
	if u, ok := v.(*cloud.Unresolved); ok && u.Partial == "" {
		return unknown(&place{parent: o.at, name: name}, u)
	}
	if v == nil && o.open != "" {
		return unknownFor(o.open)
	}
	return types.Bool(v != nil)
}

// Contains tells whether a key is there, for `key in map`.
func (o *objectValue) Contains(key ref.Val) ref.Val {
	name, ok := key.(types.String)
	if !ok {
		return types.False
	}
	return o.isSet(string(name))
}

// Size counts the fields that are set.
func (o *objectValue) Size() ref.Val {
	if o.open != "" {
		return unknownFor(o.open)
	}
	return types.Int(len(o.fields))
}

// Iterator goes over the names in order.
func (o *objectValue) Iterator() traits.Iterator {
	keys := make([]ref.Val, 0, len(o.fields)+1)
	names := make([]string, 0, len(o.fields))
	for name := range o.fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		keys = append(keys, types.String(name))
	}
	if o.open != "" {
		keys = append(keys, unknownFor(o.open))
	}
	return &iterator{values: keys}
}

// Equal compares field by field.
func (o *objectValue) Equal(other ref.Val) ref.Val { return equal(o, other) }

// Type is the CEL type at run time.
func (o *objectValue) Type() ref.Type { return types.MapType }

// Value is the plain value.
func (o *objectValue) Value() any { return o }

// ConvertToNative implements ref.Val.
func (o *objectValue) ConvertToNative(t reflect.Type) (any, error) {
	if t.Kind() == reflect.Interface {
		return o.fields, nil
	}
	return nil, fmt.Errorf("an object cannot become %v", t)
}

// ConvertToType implements ref.Val.
func (o *objectValue) ConvertToType(t ref.Type) ref.Val {
	if t == types.StringType {
		return types.String(describe(o.fields))
	}
	return types.NewErr("an object cannot become %s", t.TypeName())
}
