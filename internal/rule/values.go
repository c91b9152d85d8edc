package rule

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// The values of this file, values_object.go and values_list.go stand between a
// resource's plain JSON values and CEL. They read what is absent as the zero
// value of its declared type, turn what is unresolved into a CEL unknown that
// carries the path and the reason, and convert nothing that an expression does
// not touch.

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
