package terraform

import (
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// mappedTypes lists the resource types that have a mapping.
func mappedTypes(t testing.TB) []string {
	t.Helper()
	files, err := fs.Glob(mappingFiles, "mapping/*.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, file := range files {
		types = append(types, strings.TrimSuffix(path.Base(file), ".tsv"))
	}
	return types
}

// TestMappings holds every mapping against both vocabularies: the provider
// knows each argument, CloudFormation each property, and the lists on both
// sides fit each other.
func TestMappings(t *testing.T) {
	types := mappedTypes(t)
	if len(types) < 602 {
		t.Errorf("%d types are mapped; there were 602", len(types))
	}
	for _, name := range types {
		m, err := loadMapping(name)
		if err != nil {
			t.Error(err)
			continue
		}
		if m.Facts == nil {
			t.Errorf("%s: the provider has no such type", name)
			continue
		}
		for _, s := range m.Sections {
			checkSection(t, m, s)
		}
		checkComplete(t, m)
	}
}

// checkComplete finds arguments that no row speaks of: they would be ignored
// without anyone having decided so.
func checkComplete(t *testing.T, m *mapping) {
	t.Helper()
	var walk func(f *fact, rows []*row, path string)
	walk = func(f *fact, rows []*row, path string) {
		for name, known := range f.Fields {
			if !known.Required && !known.Optional || name == "timeouts" {
				continue
			}
			var here []*row
			silent := false
			for _, r := range rows {
				if child := r.child(name); child != nil {
					here = append(here, child)
				}
				// What is said of a whole block, or of none of what it
				// holds, is said of its arguments too.
				silent = silent || len(r.Children) == 0 && r.Name != ""
			}
			if len(here) == 0 {
				if !silent {
					t.Errorf("%s: there is no row for %s%s", m.Type, path, name)
				}
				continue
			}
			if known.Fields != nil {
				walk(known, here, path+name+".")
			}
		}
	}
	var roots []*row
	for _, s := range m.Sections {
		roots = append(roots, s.Root)
	}
	walk(m.Facts, roots, "")
}

func checkSection(t *testing.T, m *mapping, s *section) {
	t.Helper()
	typ, ok := schema.Lookup(s.Type)
	if !ok {
		t.Errorf("%s: there is no type %s", m.Type, s.Type)
		return
	}
	for _, ref := range s.Refs {
		if m.Facts.Fields[ref.Arg] == nil {
			t.Errorf("%s: ref=%s is no argument", m.Type, ref.Arg)
		}
		for _, property := range ref.Properties {
			if typ.Root.Fields[property] == nil {
				t.Errorf("%s: ref=%s: %s has no property %s", m.Type, ref.Arg, s.Type, property)
			}
		}
	}
	if s.Element != nil {
		checkPath(t, m, typ, "@part", s.Element)
		if !s.Element[len(s.Element)-1].open() {
			t.Errorf("%s: element=%s is no open list", m.Type, s.Element)
		}
	}
	if s.Guard != nil && m.Facts.Fields[s.Guard.Arg] == nil {
		t.Errorf("%s: when=%s is no argument", m.Type, s.Guard.Arg)
	}
	for _, c := range s.Consts {
		checkPath(t, m, typ, "=", c.To)
	}
	var bound []string
	if s.Element != nil {
		bound = append(bound, s.Element.String())
	}
	for _, r := range s.Root.Children {
		checkRow(t, m, typ, s.Root, r, bound, s.Each)
	}
}

func checkRow(t *testing.T, m *mapping, typ *schema.Type, outer, r *row, bound []string, each string) {
	t.Helper()
	if r.Fact == nil && r.Removed {
		for _, target := range r.Targets {
			checkPath(t, m, typ, r.Path, target.To)
		}
		for _, child := range r.Children {
			child.Removed = true
			checkRow(t, m, typ, r, child, nil, "")
		}
		return
	}
	if r.Fact == nil {
		t.Errorf("%s: %s is no argument of the provider", m.Type, r.Path)
		return
	}
	for _, target := range r.Targets {
		checkPath(t, m, typ, r.Path, target.To)
		checkLists(t, m, typ, r, target, bound, each)
		for _, s := range target.To {
			if s.KeyArg != "" && outer.child(s.KeyArg) == nil && r.child(s.KeyArg) == nil && !strings.Contains(r.Path, ".") {
				t.Errorf("%s: %s: {%s} is no argument beside it", m.Type, r.Path, s.KeyArg)
			}
		}
		for _, c := range target.Convert {
			if c.Name != "when" {
				continue
			}
			g, _ := parseGuard(c.Args[0])
			if outer.Fact.Fields[g.Arg] == nil && r.Fact.Fields[g.Arg] == nil && m.Facts.Fields[g.Arg] == nil {
				t.Errorf("%s: %s: when(%s) is no argument", m.Type, r.Path, g.Arg)
			}
		}
	}
	if r.Unknown && settledBelow(r) {
		t.Errorf("%s: %s is not settled, and what it holds is; write . for it", m.Type, r.Path)
	}
	inner := slices.Clone(bound)
	for _, target := range r.Targets {
		_, guarded := target.guarded()
		if (len(target.Convert) == 0 || guarded) && target.To[len(target.To)-1].open() {
			inner = append(inner, target.To.String())
		}
	}
	for _, child := range r.Children {
		checkRow(t, m, typ, r, child, inner, "")
	}
}

// checkPath finds out whether the type has the property, and whether its lists
// are lists there.
func checkPath(t *testing.T, m *mapping, typ *schema.Type, from string, to propertyPath) {
	t.Helper()
	n := typ.Root
	for _, s := range to {
		if n.Kind == schema.Map {
			n = n.Elem
			if s.Name != "" && s.KeyArg == "" {
				continue
			}
			if s.KeyArg != "" {
				continue
			}
		}
		if n.Kind == schema.Any {
			return
		}
		if n.Kind != schema.Object || n.Fields[s.Name] == nil {
			t.Errorf("%s: %s: %s has no property %s", m.Type, from, typ.Name, to)
			return
		}
		n = n.Fields[s.Name]
		if s.List {
			if n.Kind == schema.Any {
				return
			}
			if n.Kind != schema.List {
				t.Errorf("%s: %s: %s of %s is no list", m.Type, from, s.prefix, typ.Name)
				return
			}
			n = n.Elem
		} else if n.Kind == schema.List && s.prefix != to.String() {
			t.Errorf("%s: %s: %s of %s is a list; write []", m.Type, from, s.prefix, typ.Name)
			return
		}
	}
}

// checkLists finds arguments that repeat and whose property does not.
func checkLists(t *testing.T, m *mapping, typ *schema.Type, r *row, target target, bound []string, each string) {
	t.Helper()
	free := 0
	for _, s := range target.To {
		if s.open() && !slices.Contains(bound, s.prefix) {
			free++
		}
	}
	last := target.To[len(target.To)-1]
	if r.Fact.repeats() && r.Fact.Block && len(target.Convert) == 0 && !last.List && last.KeyArg == "" && !target.One {
		t.Errorf("%s: block %s may repeat, and %s holds one", m.Type, r.Path, target.To)
	}
	if n := schemaNode(typ, target.To); n != nil && len(target.Convert) == 0 && r.Name != each {
		list := r.Fact.Kind == "list" || r.Fact.Kind == "set"
		if list && free == 0 && n.Kind != schema.List && n.Kind != schema.Any && r.Fact.Fields == nil {
			t.Errorf("%s: %s is a list, and %s of %s holds one", m.Type, r.Path, target.To, typ.Name)
		}
		scalar := r.Fact.Kind == "string" || r.Fact.Kind == "number" || r.Fact.Kind == "bool" || list && (r.Fact.Elem == "string" || r.Fact.Elem == "number")
		if scalar && (n.Kind == schema.Object || n.Kind == schema.Map) {
			t.Errorf("%s: %s is text, and %s of %s is %s", m.Type, r.Path, target.To, typ.Name, n.Kind)
		}
		if (r.Fact.Kind == "map" || r.Fact.Kind == "object") && n.Kind != schema.Map && n.Kind != schema.Any && n.Kind != schema.Object {
			t.Errorf("%s: %s is a map, and %s is %s", m.Type, r.Path, target.To, n.Kind)
		}
		if r.Fact.Kind == "bool" && n.Enum != nil && !slices.Contains(n.Enum, any("true")) {
			t.Errorf("%s: %s is true or false, and %s is one of %v", m.Type, r.Path, target.To, n.Enum)
		}
		if d := r.Fact.Default; d != nil && d != "" && n.Kind == schema.String && n.Enum != nil && !slices.Contains(n.Enum, any(scalarText(d))) {
			t.Errorf("%s: the default %v of %s is none of %v", m.Type, d, r.Path, n.Enum)
		}
	}
	if free > 1 {
		t.Errorf("%s: %s: %s leaves %d lists open", m.Type, r.Path, target.To, free)
	}
	if free == 1 && !last.open() && !r.Fact.repeats() && len(target.Convert) == 0 {
		t.Errorf("%s: %s: %s is an element of no block", m.Type, r.Path, target.To)
	}
}

// schemaNode is the node of a property, or of the elements of the list that the
// path ends in.
func schemaNode(typ *schema.Type, to propertyPath) *schema.Node {
	name, ok := to.schemaPath()
	if !ok {
		return nil
	}
	n := typ.Property(name)
	if n != nil && n.Kind == schema.List && to[len(to)-1].List {
		n = n.Elem
	}
	return n
}

func settledBelow(r *row) bool {
	return slices.ContainsFunc(r.Children, func(c *row) bool { return len(c.Targets) > 0 || settledBelow(c) })
}

// TestEveryMappingTranslates gives every argument of every type a value of its
// own kind: none may end where CloudFormation has another kind. Text is left
// out, since the provider takes numbers and documents as text.
func TestEveryMappingTranslates(t *testing.T) {
	for _, name := range mappedTypes(t) {
		m, err := mappingOf(name)
		if err != nil {
			t.Fatal(err)
		}
		values, _ := sampleValue(&fact{Kind: "object", Fields: m.Facts.Fields}, 0).(map[string]any)
		resources, problems, _ := translate([]*instance{
			{Type: name, Address: name + ".full", Values: values},
			{Type: name, Address: name + ".empty", Values: map[string]any{}},
		})
		for _, p := range problems {
			t.Error(p.Error())
		}
		for _, r := range resources {
			if u := misplaced(r.Properties); u != "" {
				t.Errorf("%s: %s", name, u)
			}
		}
	}
}

func sampleValue(f *fact, depth int) any {
	fields := func() any {
		m := map[string]any{}
		for name, field := range f.Fields {
			if v := sampleValue(field, depth+1); v != nil && (field.Optional || field.Required || field.Block) {
				m[name] = v
			}
		}
		return m
	}
	switch {
	case depth > 6:
		return nil
	case f.Kind == "object":
		return fields()
	case f.Block || f.Fields != nil:
		return []any{fields()}
	}
	scalar := map[string]any{"string": "text", "bool": true, "number": 1.0}
	switch f.Kind {
	case "list", "set":
		if v := scalar[f.Elem]; v != nil {
			return []any{v, v}
		}
	case "map":
		return map[string]any{"key": "text"}
	}
	return scalar[f.Kind]
}

// misplaced finds a value that the schema's form did not take.
func misplaced(v any) string {
	switch v := v.(type) {
	case *cloud.Unresolved:
		if strings.Contains(v.Reason, " should be ") && !strings.HasSuffix(v.Reason, `"text"`) {
			return v.Reason
		}
	case map[string]any:
		for _, e := range v {
			if found := misplaced(e); found != "" {
				return found
			}
		}
	case []any:
		for _, e := range v {
			if found := misplaced(e); found != "" {
				return found
			}
		}
	}
	return ""
}
