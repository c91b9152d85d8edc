package rule

import (
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// metaType is what meta() of a resource gives.
const metaType = "surety.Meta"

var metaFields = map[string]*types.Type{
	"id": types.StringType, "arn": types.StringType, "name": types.StringType,
	"type": types.StringType, "account": types.StringType, "region": types.StringType,
	"tags": types.NewMapType(types.StringType, types.StringType),
}

// A provider tells CEL the types of one rule: those of the schema, and the
// rule's own settings.
type provider struct {
	types.Provider
	nodes    map[string]*schema.Node // object types seen, by name
	settings map[string]*types.Type
}

const settingsType = "surety.Settings"

func newProvider(base types.Provider, settings []Setting) *provider {
	p := &provider{Provider: base, nodes: map[string]*schema.Node{}, settings: map[string]*types.Type{}}
	for _, s := range settings {
		p.settings[s.Name] = settingTypes[s.Type].cel
	}
	return p
}

// celType is the CEL type of a node; object types become known to p by it.
func (p *provider) celType(n *schema.Node) *types.Type {
	if n == nil {
		return types.DynType
	}
	switch n.Kind {
	case schema.String:
		return types.StringType
	case schema.Bool:
		return types.BoolType
	case schema.Int:
		return types.IntType
	case schema.Double:
		return types.DoubleType
	case schema.List:
		return types.NewListType(p.celType(n.Elem))
	case schema.Map:
		return types.NewMapType(types.StringType, p.celType(n.Elem))
	case schema.Object:
		p.nodes[n.Name] = n
		return types.NewObjectType(n.Name)
	}
	return types.DynType
}

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if p.nodes[name] != nil || name == metaType || name == settingsType {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Provider.FindStructType(name)
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	var names []string
	switch n := p.nodes[name]; {
	case n != nil:
		for field := range n.Fields {
			names = append(names, field)
		}
	case name == metaType:
		for field := range metaFields {
			names = append(names, field)
		}
	case name == settingsType:
		for field := range p.settings {
			names = append(names, field)
		}
	default:
		return p.Provider.FindStructFieldNames(name)
	}
	slices.Sort(names)
	return names, true
}

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	var t *types.Type
	switch n := p.nodes[name]; {
	case n != nil:
		if child := n.Fields[field]; child != nil {
			t = p.celType(child)
		}
	case name == metaType:
		t = metaFields[field]
	case name == settingsType:
		t = p.settings[field]
	default:
		return p.Provider.FindStructFieldType(name, field)
	}
	if t == nil {
		return nil, false
	}
	return &types.FieldType{Type: t}, true
}

// NewValue implements types.Provider: expressions make no resources.
func (p *provider) NewValue(name string, fields map[string]ref.Val) ref.Val {
	return p.Provider.NewValue(name, fields)
}

// adapter turns Go values into CEL values.
type adapter struct{}

// NativeToValue implements types.Adapter.
func (adapter) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case ref.Val:
		return v
	case nil, string, bool, int64, int, float64, []any, []string, map[string]any, map[string]string:
		return wrap(v, nil, nil)
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}

// undefinedField recognises CEL's complaint about a misspelt property.
const undefinedField = "undefined field '"

// explain makes CEL's complaint one that helps: a misspelt property is
// answered with the nearest right name.
func (p *provider) explain(message string) string {
	if message == "invalid matches argument" {
		return "the text given to matches() is no regular expression that Go's regexp takes"
	}
	rest, ok := strings.CutPrefix(message, undefinedField)
	if !ok {
		return message
	}
	field := strings.TrimSuffix(rest, "'")
	var best, owner string
	for name, n := range p.nodes {
		var fields []string
		for f := range n.Fields {
			fields = append(fields, f)
		}
		slices.Sort(fields)
		near := schema.Nearest(field, fields)
		if near != "" && (best == "" || distance(field, near) < distance(field, best) ||
			distance(field, near) == distance(field, best) && name < owner) {
			best, owner = near, name
		}
	}
	if near := schema.Nearest(field, slices.Collect(keys(p.settings))); near != "" && (best == "" || distance(field, near) < distance(field, best)) {
		best, owner = near, "settings"
	}
	if best == "" {
		return "there is no property '" + field + "'"
	}
	return "there is no property '" + field + "'; did you mean '" + best + "' of " + owner + "?"
}
