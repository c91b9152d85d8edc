package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// translate turns instances into resources under CloudFormation's names. What
// AWS treats as a part of another resource is folded into its owner. unmapped
// counts the instances of the AWS provider's types that have no counterpart.
func translate(instances []*instance) (resources []*cloud.Resource, problems []cloud.Problem, unmapped map[string]int) {
	t := &translation{
		owners:   map[worldKey]*translated{},
		byType:   map[worldKey][]*translated{},
		parts:    map[worldKey]*part{},
		indexes:  map[worldKey]map[string][]*translated{},
		unmapped: map[string]int{},
		broken:   map[string]bool{},
		told:     map[string]bool{},
	}
	for _, in := range instances {
		t.add(in)
	}
	t.fold()
	t.inherit()
	for _, r := range t.resources {
		resources = append(resources, r.finish())
	}
	return resources, t.problems, t.unmapped
}

// A translation is one run of translate.
type translation struct {
	resources []*translated
	pending   []*part

	owners map[worldKey]*translated   // by address
	byType map[worldKey][]*translated // by CloudFormation type
	parts  map[worldKey]*part         // by address

	// indexes find owners by the values of a reference's properties.
	indexes map[worldKey]map[string][]*translated

	problems []cloud.Problem
	unmapped map[string]int
	broken   map[string]bool // types whose mapping was reported as unreadable
	told     map[string]bool // arguments that were reported as unknown
}

// A worldKey names something within one closed world.
type worldKey struct{ world, name string }

// A translated is a resource in the making.
type translated struct {
	*builder
	instance *instance
	id       string
	typ      *schema.Type
	main     bool // the resource that the instance is, not a further one

	// orphan is why most of the resource is not known: only a part of it
	// stands in the configuration.
	orphan string

	fragment bool // a part stands for the whole: its owner is not here

	suspected map[string]bool // lists that parts of unknown owners may add to

	moved map[string][]string
}

// add translates one instance, and keeps parts for later.
func (t *translation) add(in *instance) {
	if strings.HasPrefix(in.Type, "awscc_") {
		t.addCloudControl(in)
		return
	}
	if !strings.HasPrefix(in.Type, "aws_") {
		return
	}
	m, err := mappingOf(in.Type)
	if err != nil {
		if !t.broken[in.Type] {
			t.broken[in.Type] = true
			t.problems = append(t.problems, cloud.Problem{
				Severity: cloud.Error, Summary: "the mapping of " + in.Type + " cannot be read",
				Detail: err.Error(),
			})
		}
		return
	}
	if m == nil {
		t.unmapped[in.Type]++
		return
	}
	for _, s := range m.Sections {
		t.addSection(in, m, s)
	}
}

func (t *translation) addSection(in *instance, m *mapping, s *section) {
	root := &frame{walk: &walk{instance: in}, node: s.Root, values: in.Values}
	var doubt *cloud.Unresolved
	if s.Guard != nil {
		holds, u := s.Guard.holds(root)
		if u == nil && !holds {
			return
		}
		doubt = u
	}
	typ, ok := schema.Lookup(s.Type)
	if !ok {
		t.problems = append(t.problems, cloud.Problem{
			Severity: cloud.Error, Summary: "the mapping of " + in.Type + " names " + s.Type + ", which is no type",
		})
		return
	}
	values := in.Values
	if tags, ok := effectiveTags(in, m.Facts); ok {
		values = maps.Clone(values)
		values["tags"] = tags
	}
	if s.Each != "" {
		t.addEach(in, s, typ, values)
		return
	}
	w := &walk{builder: newBuilder(in.Location), instance: in, section: s, typ: typ}
	if s == m.Sections[0] {
		w.strange = func(f *frame, unknown *row, at *cloud.Location) { t.strange(in, f, unknown, at) }
	}
	if len(in.Ignores) > 0 {
		w.moved = map[string][]string{}
	}
	w.run(values, in.Location)
	switch s.Kind {
	case partSection:
		p := &part{walk: w, doubt: doubt}
		t.pending = append(t.pending, p)
		key := worldKey{in.World, in.Address}
		if t.parts[key] == nil {
			t.parts[key] = p
		}
	case alsoSection:
		if w.touched {
			t.keep(&translated{builder: w.builder, instance: in, id: in.Address, typ: typ, moved: w.moved})
		}
	default:
		r := &translated{builder: w.builder, instance: in, id: in.Address, typ: typ, main: true, moved: w.moved}
		if s.Fragment {
			r.orphan, r.fragment = otherSettings, true
		}
		if doubt != nil {
			r.orphan = doubt.Reason
		}
		t.keep(r)
		t.owners[worldKey{in.World, in.Address}] = r
	}
}

// strange tells of an argument that the provider does not have, once.
func (t *translation) strange(in *instance, f *frame, unknown *row, at *cloud.Location) {
	key := in.Type + " " + unknown.Path
	if t.told[key] {
		return
	}
	t.told[key] = true
	p := cloud.Problem{
		Summary: in.Type + " has no argument " + unknown.Path,
		Detail:  "It is not in the schema of the AWS provider, versions 5 and 6; what it sets is not known.",
	}
	if near := schema.Nearest(unknown.Name, slices.Sorted(maps.Keys(f.node.Fact.Fields))); near != "" {
		p.Detail += " Is " + near + " meant?"
	}
	if at != nil {
		p.File, p.Line, p.Column = at.File, at.Line, at.Column
	}
	t.problems = append(t.problems, p)
}

// addEach makes a further resource of each block of one kind.
func (t *translation) addEach(in *instance, s *section, typ *schema.Type, values map[string]any) {
	n := s.Root.child(s.Each)
	if n == nil {
		return
	}
	var blocks []any
	switch v := values[s.Each].(type) {
	case []any:
		blocks = v
	case map[string]any:
		blocks = []any{v}
	case *cloud.Unresolved:
		blocks = []any{v}
	}
	var at *cloud.Location
	if in.Location != nil {
		at = in.Location.Fields[s.Each]
	}
	for i, block := range blocks {
		place := at
		if at != nil && i < len(at.Items) && at.Items[i] != nil {
			place = at.Items[i]
		}
		w := &walk{builder: newBuilder(place), instance: in, section: s, typ: typ}
		if at == nil {
			w.builder = newBuilder(in.Location)
		}
		w.constants()
		f := &frame{walk: w, node: s.Root, values: values, at: place, bound: map[string]int{}}
		r := &translated{builder: w.builder, instance: in, id: in.Address + "." + s.Each + indexed(i), typ: typ}
		switch block := block.(type) {
		case map[string]any:
			w.element(f, n, block, place, s.Each+indexed(i))
		case *cloud.Unresolved:
			w.unresolved(f, n, block, place)
			r.orphan = block.Reason
		default: // one of a list of names
			for i := range n.Targets {
				w.leaf(f, n, &n.Targets[i], block, place, s.Each)
			}
		}
		t.keep(r)
	}
}

func (t *translation) keep(r *translated) {
	t.resources = append(t.resources, r)
	key := worldKey{r.instance.World, r.typ.Name}
	t.byType[key] = append(t.byType[key], r)
}

// finish makes the resource out of what was collected.
func (r *translated) finish() *cloud.Resource {
	in := r.instance
	out := &cloud.Resource{
		Type: r.typ.Name, ID: r.id, World: in.World, Template: true, SourceType: in.Type,
		Conditional: in.Conditional, Source: r.loc,
	}
	if arn, ok := in.Values["arn"].(string); ok && r.main && !cloud.HasSymbol(arn) {
		out.ARN = arn // of a resource that a plan finds in place
	}
	if r.orphan != "" {
		r.fillOrphan()
	}
	if r.fragment {
		out.Fragment = r.orphan
	}
	r.textify()
	out.Properties = r.typ.Coerce(r.props)
	out.Tags, out.TagsUnresolved = resourceTags(in, r.props, r.typ)
	if r.orphan != "" && out.TagsUnresolved == "" {
		out.TagsUnresolved = r.orphan
	}
	out.Name = r.name(out)
	r.typ.FillTemplate(out.Properties, in.Address)
	out.Ignores = r.ignores()
	return out
}

// fillOrphan makes every property unresolved that the part did not set.
func (r *translated) fillOrphan() {
	for name, n := range r.typ.Root.Fields {
		if r.typ.ReadOnly(name) || n.Live && !n.Templates || name == r.typ.TagProperty {
			continue
		}
		switch v := r.props[name].(type) {
		case nil:
			r.props[name] = &cloud.Unresolved{Reason: r.orphan}
		case []any:
			if n.Kind == schema.List {
				r.props[name] = append(v, &cloud.Unresolved{Reason: r.orphan, Many: true})
			}
		}
	}
}

// textify writes documents as JSON where the schema wants text: the values of
// arguments such as policies are kept as documents as long as possible.
func (r *translated) textify() {
	for name, v := range r.props {
		if n := r.typ.Root.Fields[name]; n != nil {
			r.props[name] = textify(n, v, 0)
		}
	}
}

func textify(n *schema.Node, v any, depth int) any {
	if n == nil || depth > 64 {
		return v
	}
	switch n.Kind {
	case schema.String:
		switch v.(type) {
		case map[string]any, []any:
			text, _ := toJSONText(nil, nil, v)
			return text
		}
	case schema.List, schema.Map:
		switch v := v.(type) {
		case []any:
			for i := range v {
				v[i] = textify(n.Elem, v[i], depth+1)
			}
		case map[string]any:
			for k := range v {
				v[k] = textify(n.Elem, v[k], depth+1)
			}
		}
	case schema.Object:
		if m, ok := v.(map[string]any); ok {
			for k := range m {
				m[k] = textify(n.Fields[k], m[k], depth+1)
			}
		}
	}
	return v
}

// nameArguments are the arguments by which types without a name argument are
// named.
var nameArguments = []string{
	"name", "bucket", "function_name", "identifier", "cluster_identifier", "cluster_name", "cluster_id",
	"replication_group_id", "domain_name", "broker_name", "family",
}

// name is what a person calls the resource: its name argument, its Name tag,
// or its identifier where the user chose it.
func (r *translated) name(out *cloud.Resource) string {
	if r.main {
		for _, argument := range nameArguments {
			if name, ok := r.instance.Values[argument].(string); ok && name != "" && !cloud.HasSymbol(name) {
				return name
			}
		}
	}
	if name := out.Tags["Name"]; name != "" && !cloud.HasSymbol(name) {
		return name
	}
	if len(r.typ.PrimaryIdentifier) == 1 && !r.typ.ReadOnly(r.typ.PrimaryIdentifier[0]) {
		if name, ok := out.Properties[r.typ.PrimaryIdentifier[0]].(string); ok && !cloud.HasSymbol(name) {
			return name
		}
	}
	return ""
}

// ignores are the suppressions of the instance with the properties' names.
func (r *translated) ignores() []cloud.Ignore {
	if !r.main {
		return nil
	}
	var out []cloud.Ignore
	for _, ignore := range r.instance.Ignores {
		paths := r.became(ignore.Path)
		if ignore.Path == "" || len(paths) == 0 {
			ignore.Path = ""
			out = append(out, ignore)
			continue
		}
		for _, path := range paths {
			ignore.Path = path
			out = append(out, ignore)
		}
	}
	return out
}

// became lists the properties that an argument, or what it holds, became.
func (r *translated) became(argument string) []string {
	if paths := r.moved[argument]; len(paths) > 0 {
		return paths
	}
	var paths []string
	for _, here := range slices.Sorted(maps.Keys(r.moved)) {
		if strings.HasPrefix(here, argument+".") || strings.HasPrefix(here, argument+"[") {
			for _, path := range r.moved[here] {
				if !slices.Contains(paths, path) {
					paths = append(paths, path)
				}
			}
		}
	}
	return paths
}
