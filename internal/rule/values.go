package rule

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// The values in this file stand between a resource's plain JSON values and
// CEL. They read what is absent as the zero value of its declared type, turn
// what is unresolved into a CEL unknown that carries the path and the reason,
// and convert nothing that an expression does not touch.

// A place is where a value stands in its resource, kept as a chain so that
// the text is made only when an unknown needs it.
type place struct {
	parent *place
	name   string
	index  int
}

func (p *place) String() string {
	if p == nil {
		return ""
	}
	before := p.parent.String()
	if p.name == "" {
		return before + "[" + strconv.Itoa(p.index) + "]"
	}
	if before == "" {
		return p.name
	}
	return before + "." + p.name
}

// unknown makes the CEL unknown for a value that could not be known. Its text
// is what the user is told.
func unknown(at *place, u *cloud.Unresolved) ref.Val {
	reason := u.Reason
	if path := at.String(); path != "" && !strings.HasPrefix(reason, path+" ") {
		reason = path + ": " + reason
	}
	return unknownFor(reason)
}

func unknownFor(reason string) ref.Val {
	return types.NewUnknown(0, types.NewAttributeTrail(reason))
}

// reasons lists what a CEL unknown was waiting for, in a stable order.
func reasons(u *types.Unknown) []string {
	var out []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			if text := t.Variable(); text != "" && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	slices.Sort(out)
	return out
}

// scalar is wrap for values without parts; nil for others.
func scalar(v any, node *schema.Node) ref.Val {
	switch v := v.(type) {
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case int64:
		return types.Int(v)
	case nil:
		if node != nil {
			switch node.Kind {
			case schema.String, schema.Bool, schema.Int, schema.Double:
				return absent(node, nil)
			}
		}
	}
	return nil
}

// wrap gives a plain value its CEL form. node may be nil for a value without
// a declared shape; v may be nil for an absent one.
func wrap(v any, node *schema.Node, at *place) ref.Val {
	if node == nil {
		node = anyNode
	}
	switch v := v.(type) {
	case nil:
		return absent(node, at)
	case *cloud.Unresolved:
		return unknown(at, v)
	case ref.Val:
		return v
	case string:
		return types.String(v)
	case bool:
		return types.Bool(v)
	case int64:
		return types.Int(v)
	case int:
		return types.Int(v)
	case float64:
		if node.Kind == schema.Any && v == float64(int64(v)) {
			return types.Int(v)
		}
		return types.Double(v)
	case []any:
		var elem *schema.Node
		if node.Kind == schema.List {
			elem = node.Elem
		}
		for _, e := range v {
			if u, ok := e.(*cloud.Unresolved); ok && u.Many {
				return &openList{list: listValue{items: v, elem: elem, at: at}}
			}
		}
		return &listValue{items: v, elem: elem, at: at}
	case []string:
		items := make([]any, len(v))
		for i, s := range v {
			items[i] = s
		}
		return &listValue{items: items, at: at}
	case map[string]any:
		return &objectValue{fields: v, node: node, at: at}
	case map[string]string:
		fields := make(map[string]any, len(v))
		for k, s := range v {
			fields[k] = s
		}
		return &objectValue{fields: fields, node: node, at: at}
	}
	return types.NewErr("%s holds a value of type %T, which rules cannot read", at, v)
}

var (
	anyNode    = &schema.Node{Kind: schema.Any}
	stringNode = &schema.Node{Kind: schema.String}
)

// absent is what a property reads as when it is not set: its default, where
// the schema states one, or the zero value of its type.
func absent(node *schema.Node, at *place) ref.Val {
	if node.Default != nil && node.Kind != schema.Any && node.Kind != schema.Object {
		switch d := node.Default.(type) {
		case string:
			if node.Kind == schema.String {
				return types.String(d)
			}
		case bool:
			if node.Kind == schema.Bool {
				return types.Bool(d)
			}
		case float64:
			if node.Kind == schema.Int {
				return types.Int(d)
			}
			if node.Kind == schema.Double {
				return types.Double(d)
			}
		}
	}
	switch node.Kind {
	case schema.String:
		return types.String("")
	case schema.Bool:
		return types.False
	case schema.Int:
		return types.Int(0)
	case schema.Double:
		return types.Double(0)
	case schema.List:
		return &listValue{elem: node.Elem, at: at}
	case schema.Map, schema.Object:
		return &objectValue{node: node, at: at}
	}
	return types.NullValue
}

// native gives a CEL value back as a plain one; what was unresolved in it is
// a *cloud.Unresolved again.
func native(v ref.Val) any {
	switch v := v.(type) {
	case *types.Unknown:
		return &cloud.Unresolved{Reason: strings.Join(reasons(v), "; ")}
	case *listValue:
		return unwrapped(v.items)
	case *openList:
		return unwrapped(v.list.items)
	case *objectValue:
		return v.fields
	case types.Null:
		return nil
	case types.Int:
		return int64(v)
	case types.String:
		return string(v)
	case types.Bool:
		return bool(v)
	case types.Double:
		return float64(v)
	case traits.Mapper:
		out := map[string]any{}
		for it := v.Iterator(); it.HasNext() == types.True; {
			key := it.Next()
			out[fmt.Sprint(key.Value())] = native(v.Get(key))
		}
		return out
	case traits.Lister:
		size, _ := v.Size().(types.Int)
		out := make([]any, 0, int(size))
		for it := v.Iterator(); it.HasNext() == types.True; {
			out = append(out, native(it.Next()))
		}
		return out
	}
	return v.Value()
}

// unwrapped is items without CEL values among them: a list of joined
// resources holds these.
func unwrapped(items []any) []any {
	for i, v := range items {
		if _, ok := v.(ref.Val); !ok {
			continue
		}
		out := slices.Clone(items)
		for j := i; j < len(out); j++ {
			if w, ok := out[j].(ref.Val); ok {
				out[j] = native(w)
			}
		}
		return out
	}
	return items
}

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

// equal compares two values with three outcomes: a difference that is known
// wins over what is not known.
func equal(a, b ref.Val) ref.Val {
	return truth(equalNative(native(a), native(b)))
}

func equalNative(a, b any) cloud.Truth {
	for _, v := range []any{a, b} {
		if u, ok := v.(*cloud.Unresolved); ok {
			return cloud.UnknownTruth(u)
		}
	}
	switch a := a.(type) {
	case []any:
		other, ok := b.([]any)
		if !ok {
			return cloud.Known(false)
		}
		if len(a) != len(other) {
			for _, v := range slices.Concat(a, other) {
				if u, ok := v.(*cloud.Unresolved); ok && u.Many {
					return cloud.UnknownTruth(u)
				}
			}
			return cloud.Known(false)
		}
		result := cloud.Known(true)
		for i := range a {
			result = result.And(equalNative(a[i], other[i]))
		}
		return result
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return cloud.Known(false)
		}
		result := cloud.Known(true)
		for k, v := range a {
			w, there := other[k]
			if !there {
				return cloud.Known(false)
			}
			result = result.And(equalNative(v, w))
		}
		return result
	case float64:
		if i, ok := b.(int64); ok {
			return cloud.Known(a == float64(i))
		}
	case int64:
		if f, ok := b.(float64); ok {
			return cloud.Known(float64(a) == f)
		}
	}
	switch b.(type) {
	case []any, map[string]any:
		return cloud.Known(false)
	}
	return cloud.Known(a == b)
}

// describe writes a value as a person would in a sentence.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		return v
	case []any:
		parts := make([]string, len(v))
		for i, e := range v {
			parts[i] = describe(e)
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		parts := make([]string, 0, len(v))
		for k, e := range v {
			parts = append(parts, k+": "+describe(e))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ", ") + "}"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case *cloud.Unresolved:
		if v.Partial != "" {
			return v.Partial
		}
		return "(not known)"
	}
	return fmt.Sprint(v)
}
