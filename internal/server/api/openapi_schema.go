package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// schemas makes JSON schemas of Go types.
type schemas struct {
	registry huma.Registry
	names    map[reflect.Type]string
	taken    map[string]bool
	requests map[string]bool // names of those for requests
}

const schemaPrefix = "#/components/schemas/"

func newSchemas() *schemas {
	s := &schemas{names: map[reflect.Type]string{}, taken: map[string]bool{}, requests: map[string]bool{}}
	s.registry = huma.NewMapRegistry(schemaPrefix, s.name)
	return s
}

// name gives a type a name of its own: two packages may have one of the same
// name, and types without a name are many.
func (s *schemas) name(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if name, ok := s.names[t]; ok {
		return name
	}
	base := notInNames.ReplaceAllString(strings.ReplaceAll(huma.DefaultSchemaNamer(t, hint), "Interface {}", "Any"), "")
	name := base
	for n := 2; s.taken[name]; n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	if t.Kind() == reflect.Struct {
		s.names[t], s.taken[name] = name, true
	}
	return name
}

// notInNames is what the name of a component may not hold, by OpenAPI 3.1.
var notInNames = regexp.MustCompile(`[^A-Za-z0-9._-]`)

// of is the schema of a value's type.
func (s *schemas) of(v any) *huma.Schema {
	return s.registry.Schema(reflect.TypeOf(v), true, "Body")
}

// request is the schema of the type of a request, of which no member is said
// to be required: what has to be there depends on the call, and the error says
// so.
func (s *schemas) request(v any) *huma.Schema {
	schema := s.of(v)
	s.mark(schema)
	return schema
}

// mark notes a schema, and those that it refers to, as that of a request.
func (s *schemas) mark(schema *huma.Schema) {
	if name, ok := strings.CutPrefix(schema.Ref, schemaPrefix); ok {
		if s.requests[name] {
			return
		}
		s.requests[name] = true
		schema = s.registry.Map()[name]
	}
	s.each(schema, func(part **huma.Schema) { s.mark(*part) })
}

// each gives the schemas that a schema holds.
func (s *schemas) each(schema *huma.Schema, f func(**huma.Schema)) {
	for name, part := range schema.Properties {
		f(&part)
		schema.Properties[name] = part
	}
	if schema.Items != nil {
		f(&schema.Items)
	}
	if part, ok := schema.AdditionalProperties.(*huma.Schema); ok {
		f(&part)
		schema.AdditionalProperties = part
	}
	for i := range schema.AnyOf {
		f(&schema.AnyOf[i])
	}
}

// finish makes the schemas as permissive as the API is: members that are not
// known are taken and may appear, and a type that writes its own JSON may be
// anything. Types without a name stand where they are used.
func (s *schemas) finish() {
	all := s.registry.Map()
	s.embed()
	for name, schema := range all {
		t := s.registry.TypeFromRef(schemaPrefix + name)
		if writesItself(t) {
			*schema = huma.Schema{Description: "JSON that has no fixed form"}
		}
		if s.requests[name] {
			schema.Required = nil
		}
		s.loosen(schema)
	}
	for _, schema := range all {
		s.inline(schema)
	}
	for name := range all {
		if s.registry.TypeFromRef(schemaPrefix+name).Name() == "" {
			delete(all, name)
		}
	}
}

// embed gives types the members of those that they embed without exporting
// them, which the registry leaves out, and encoding/json does not.
func (s *schemas) embed() {
	all := s.registry.Map()
	seen := map[string]bool{}
	for len(seen) < len(all) { // a type that is embedded may be new
		for _, name := range slices.Sorted(maps.Keys(all)) {
			if seen[name] {
				continue
			}
			seen[name] = true
			t := s.registry.TypeFromRef(schemaPrefix + name)
			for i := range t.NumField() {
				f := t.Field(i)
				if !f.Anonymous || f.IsExported() || f.Tag.Get("json") != "" || f.Type.Kind() != reflect.Struct {
					continue
				}
				part := s.registry.Schema(f.Type, false, f.Name)
				if s.requests[name] {
					s.mark(part)
				}
				for member, schema := range part.Properties {
					if all[name].Properties[member] == nil {
						all[name].Properties[member] = schema
					}
				}
				all[name].Required = append(all[name].Required, part.Required...)
			}
		}
	}
}

// loosen lets an object have members that are not described.
func (s *schemas) loosen(schema *huma.Schema) {
	if schema.AdditionalProperties == false {
		schema.AdditionalProperties = nil
	}
	s.each(schema, func(part **huma.Schema) { s.loosen(*part) })
}

// inline puts schemas of types without a name in the place of references to
// them.
func (s *schemas) inline(schema *huma.Schema) {
	s.each(schema, func(part **huma.Schema) {
		if name, ok := strings.CutPrefix((*part).Ref, schemaPrefix); ok && s.registry.TypeFromRef((*part).Ref).Name() == "" {
			*part = s.registry.Map()[name]
		}
		if (*part).Ref == "" {
			s.inline(*part)
		}
	})
}

var marshaler = reflect.TypeFor[json.Marshaler]()

// writesItself tells whether a type, or one that it embeds, makes its own
// JSON.
func writesItself(t reflect.Type) bool {
	return t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)
}
