package terraform

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A walk takes the values of one instance through one section of its mapping
// and builds the properties that they become.
type walk struct {
	*builder
	instance *instance
	section  *section
	typ      *schema.Type
	touched  bool // an argument of the section was set, by the user or by default

	// strange is told of each argument that the provider's schema does not
	// have; nil where another section of the mapping tells of them.
	strange func(f *frame, unknown *row, at *cloud.Location)

	// moved notes which properties each argument became, where someone asks.
	moved map[string][]string
}

// A frame is one block that the walk is in.
type frame struct {
	outer  *frame
	walk   *walk
	node   *row
	values map[string]any
	at     *cloud.Location
	here   string // the provider's path of the block, with indexes

	// bound ties open lists of the properties to the element that this block
	// became.
	bound map[string]int

	// split collects the values that each become an element of their own.
	split []splitValue
	list  []step // of the element that is split
	notes []moveNote
}

type splitValue struct {
	field []step
	value any
	at    *cloud.Location
}

// argument implements surroundings: blocks further out are asked too.
func (f *frame) argument(name string) any {
	for here := f; here != nil; here = here.outer {
		if v, ok := here.values[name]; ok && v != nil {
			return v
		}
		if here.node.Fact != nil {
			if known := here.node.Fact.Fields[name]; known != nil {
				return known.Default
			}
		}
	}
	return nil
}

func (f *frame) self() string { return cloud.Symbol(f.walk.instance.Address, "id") }

func (f *frame) index(prefix string) (int, bool) {
	for here := f; here != nil; here = here.outer {
		if i, ok := here.bound[prefix]; ok {
			return i, true
		}
	}
	return 0, false
}

// run walks all arguments of the root.
func (w *walk) run(values map[string]any, at *cloud.Location) {
	f := &frame{walk: w, node: w.section.Root, values: values, at: at, bound: map[string]int{}}
	if e := w.section.Element; e != nil {
		steps, u := f.steps(e[:len(e)-1])
		if u == nil {
			last := e[len(e)-1]
			steps = append(steps, step{field: last.Name})
			f.bound[last.prefix] = w.push(steps, []any{map[string]any{}}, nil, bare(at))
			f.list = append(steps, step{index: f.bound[last.prefix]})
		}
	}
	w.constants()
	w.block(f)
}

// constants sets what follows from the type alone.
func (w *walk) constants() {
	for _, c := range w.section.Consts {
		f := &frame{walk: w, node: w.section.Root, bound: map[string]int{}}
		value := copyValue(c.Value)
		if c.Self {
			value = f.self()
		}
		f.put(c.To, value, w.instance.Location, false)
	}
}

// block walks the arguments of one block.
func (w *walk) block(f *frame) {
	for _, n := range f.node.Children {
		v, set := f.values[n.Name]
		at := f.at
		if f.at != nil && f.at.Fields[n.Name] != nil {
			at = f.at.Fields[n.Name]
		}
		if !set || v == nil || notSet(n.Fact, v) {
			v = nil
			if n.Fact != nil && len(n.Children) == 0 && !n.Unknown {
				v = n.Fact.Default
			}
			if v == nil || v == "" {
				continue
			}
			at = bare(f.at)
		} else {
			w.touched = true
		}
		here := n.Name
		if f.here != "" {
			here = f.here + "." + n.Name
		}
		w.argument(f, n, v, at, here)
	}
	if w.strange != nil && f.node.Fact != nil {
		w.unheard(f)
	}
	w.splitElement(f)
}

// unheard deals with arguments that the provider's schema does not have: a
// misspelt name, or one of another version. They are told of, and the property
// of the same name is not known.
func (w *walk) unheard(f *frame) {
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		if f.values[name] == nil || f.node.Fact.Fields[name] != nil || f.node.child(name) != nil || name == "id" {
			continue
		}
		unknown := &row{Name: name, Path: name}
		if f.node.Path != "" {
			unknown.Path = f.node.Path + "." + name
		}
		at := f.at
		if f.at != nil && f.at.Fields[name] != nil {
			at = f.at.Fields[name]
		}
		w.namesake(f, name, at, "the provider has no argument "+unknown.Path+", which may set it")
		w.strange(f, unknown, at)
	}
}

// namesake marks the property beside the argument that has its name.
func (w *walk) namesake(f *frame, argument string, at *cloud.Location, reason string) {
	base, schemaNode := w.nearest(f)
	if schemaNode == nil {
		return
	}
	for name := range schemaNode.Fields {
		if squeezed(name) != squeezed(argument) {
			continue
		}
		steps := append(base.steps[:len(base.steps):len(base.steps)], step{field: name})
		if w.get(steps) == nil {
			w.set(steps, &cloud.Unresolved{Reason: reason}, at)
		}
	}
}

// notSet tells whether the provider takes the value for none: an empty text
// where text is optional.
func notSet(f *fact, v any) bool {
	return v == "" && (f == nil || !f.Required)
}

// argument takes one value to where it belongs.
func (w *walk) argument(f *frame, n *row, v any, at *cloud.Location, here string) {
	if n.Unknown {
		w.unsettled(f, at, "Terraform's "+n.Path+" is not translated")
		return
	}
	if n.Fact != nil && n.Fact.Block || len(n.Children) > 0 && (n.Fact == nil || n.Fact.Fields != nil) {
		w.blocks(f, n, v, at, here)
		return
	}
	for i := range n.Targets {
		w.leaf(f, n, &n.Targets[i], v, at, here)
	}
}

// leaf converts the value of an argument and puts it in its place.
func (w *walk) leaf(f *frame, n *row, t *target, v any, at *cloud.Location, here string) {
	v, keep := convertValue(t.Convert, f, ofKind(n.Fact, v))
	if !keep || v == nil {
		return
	}
	if in, ok := v.(*inherited); ok {
		in.argument, w.inherits = n.Name, true
	}
	w.note(f, t.To, here)
	at = sameShape(at, t.Convert)
	if hasConversion(t.Convert, "each") || hasConversion(t.Convert, "eachSelf") {
		f.collect(t.To, v, at)
		return
	}
	list := n.Fact != nil && (n.Fact.Kind == "list" || n.Fact.Kind == "set") || hasConversion(t.Convert, "split") || hasConversion(t.Convert, "cannedGrants") ||
		hasConversion(t.Convert, "tags") || hasConversion(t.Convert, "keyValue")
	f.put(t.To, v, at, list)
}

// ofKind is the value as the provider reads it: where it wants a number or a
// boolean, their text will do. Whole numbers are int64, as they are in
// properties whose form the schema states.
func ofKind(f *fact, v any) any {
	if f == nil {
		return v
	}
	switch f.Kind {
	case "number":
		switch n := v.(type) {
		case float64:
			if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
				return int64(n)
			}
		case string:
			if whole, err := strconv.ParseInt(n, 10, 64); err == nil {
				return whole
			}
		}
	case "bool":
		if yes, ok := truth(v); ok {
			return yes
		}
	}
	return v
}

// sameShape is the place of a converted value: the parts of the place are kept
// where the value still has them.
func sameShape(at *cloud.Location, list []conversion) *cloud.Location {
	for _, c := range list {
		switch c.Name {
		case "json", "jsonOrYaml", "each", "when", "unless", "words":
		case "objects", "either":
			if at != nil {
				items := at.Items
				at = bare(at)
				at.Items = items
			}
		default:
			at = bare(at)
		}
	}
	return at
}

// blocks walks a nested block, or an argument that holds objects.
func (w *walk) blocks(f *frame, n *row, v any, at *cloud.Location, here string) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		w.unresolved(f, n, v, at)
	case map[string]any:
		w.element(f, n, v, at, here)
	case []any:
		if len(v) == 0 {
			w.noBlocks(f, n, at)
		}
		for i, e := range v {
			place := at
			if at != nil && i < len(at.Items) && at.Items[i] != nil {
				place = at.Items[i]
			}
			switch e := e.(type) {
			case map[string]any:
				w.element(f, n, e, place, here+indexed(i))
			case *cloud.Unresolved:
				w.unresolvedElement(f, n, e, place)
			}
		}
	case string:
		w.unresolved(f, n, &cloud.Unresolved{Reason: v + " is known only after deployment", Partial: v}, at)
	}
}

// noBlocks notes that there is explicitly none (`ingress = []`). Of a proper
// block it is no news: a plan lists none for every block that is not written.
func (w *walk) noBlocks(f *frame, n *row, at *cloud.Location) {
	if n.Fact != nil && n.Fact.Block {
		return
	}
	for _, t := range n.Targets {
		if len(t.Convert) > 0 || !t.To[len(t.To)-1].open() {
			continue
		}
		if steps, u := f.listSteps(t.To); u == nil && w.get(steps) == nil {
			w.set(steps, []any{}, bare(at))
		}
	}
}

// element walks one block.
func (w *walk) element(f *frame, n *row, values map[string]any, at *cloud.Location, here string) {
	inner := &frame{outer: f, walk: w, node: n, values: values, at: at, here: here, bound: map[string]int{}}
	for i := range n.Targets {
		t := &n.Targets[i]
		last := t.To[len(t.To)-1]
		if guarded, ok := t.guarded(); ok {
			if holds, u := guarded.holds(inner); u == nil && !holds {
				continue
			}
		} else if len(t.Convert) > 0 {
			w.leaf(inner, n, t, values, at, here)
			continue
		}
		if last.open() {
			steps, u := f.listSteps(t.To)
			if u != nil {
				continue
			}
			if _, bound := f.index(last.prefix); !bound {
				inner.bound[last.prefix] = w.push(steps, []any{map[string]any{}}, nil, bare(at))
				inner.list = append(steps, step{index: inner.bound[last.prefix]})
			}
			w.note(inner, t.To, here)
			continue
		}
		w.note(inner, t.To, here)
		if f.selectors(t.To, at) != nil {
			continue
		}
		steps, u := inner.steps(t.To)
		if u == nil && w.get(steps) == nil {
			w.set(steps, map[string]any{}, bare(at))
		}
	}
	w.block(inner)
}

// guarded is the condition of a block's place, where that is all that stands
// in its third column.
func (t *target) guarded() (*guard, bool) {
	if len(t.Convert) != 1 || t.Convert[0].Name != "when" {
		return nil, false
	}
	g, err := parseGuard(t.Convert[0].Args[0])
	return g, err == nil
}

// unresolved marks everything that a block would set.
func (w *walk) unresolved(f *frame, n *row, u *cloud.Unresolved, at *cloud.Location) {
	for _, t := range n.Targets {
		f.putUnresolved(t.To, u, at)
	}
	for _, child := range n.Children {
		if child.Unknown {
			w.unsettled(f, at, "Terraform's "+child.Path+" is not translated")
			continue
		}
		w.unresolved(f, child, u, at)
	}
}

// unresolvedElement adds a block that is not known, or that stands for any
// number of them.
func (w *walk) unresolvedElement(f *frame, n *row, u *cloud.Unresolved, at *cloud.Location) {
	added := false
	for _, t := range n.Targets {
		if len(t.Convert) > 0 || !t.To[len(t.To)-1].open() {
			continue
		}
		if steps, bad := f.listSteps(t.To); bad == nil {
			w.push(steps, []any{u}, nil, at)
			added = true
		}
	}
	if !added {
		w.unresolved(f, n, u, at)
	}
}

// unsettled marks the properties that an argument without a settled
// counterpart might set: those beside it that no other argument sets.
func (w *walk) unsettled(f *frame, at *cloud.Location, reason string) {
	u := &cloud.Unresolved{Reason: reason}
	base, schemaNode := w.nearest(f)
	if schemaNode == nil {
		return
	}
	taken := map[string]bool{}
	w.section.Root.targetsBelow(base.text, taken)
	for name, field := range schemaNode.Fields {
		top := len(base.steps) == 0
		if taken[name] || field.Live || top && (w.typ.ReadOnly(name) || name == w.typ.TagProperty) {
			continue
		}
		steps := append(base.steps[:len(base.steps):len(base.steps)], step{field: name})
		if w.get(steps) == nil {
			w.set(steps, u, at)
		}
	}
}

// objectPlace is where an object stands: as steps, and as the mapping names it.
type objectPlace struct {
	steps []step
	text  string
}

// nearest finds the object that the innermost block of the frame became.
func (w *walk) nearest(f *frame) (objectPlace, *schema.Node) {
	for here := f; here != nil; here = here.outer {
		for _, t := range here.node.Targets {
			if len(t.Convert) > 0 {
				continue
			}
			name, ok := t.To.schemaPath()
			if !ok {
				continue
			}
			found := w.typ.Property(name)
			for found != nil && found.Kind == schema.List {
				found = found.Elem
			}
			if found == nil || found.Kind != schema.Object {
				continue
			}
			if steps, u := f.steps(t.To); u == nil {
				return objectPlace{steps, t.To.String()}, found
			}
		}
	}
	return objectPlace{}, w.typ.Root
}

// targetsBelow collects the names of the fields of the object at base that
// some argument sets.
func (n *row) targetsBelow(base string, names map[string]bool) {
	for _, t := range n.Targets {
		text := t.To.String()
		if base != "" {
			var ok bool
			if text, ok = strings.CutPrefix(text, base+"."); !ok {
				continue
			}
		}
		if end := strings.IndexAny(text, ".["); end >= 0 {
			text = text[:end]
		}
		names[text] = true
	}
	for _, child := range n.Children {
		child.targetsBelow(base, names)
	}
}

// note remembers that an argument became a property.
func (w *walk) note(f *frame, to propertyPath, here string) {
	if w.moved == nil {
		return
	}
	steps, u := f.steps(to)
	if u != nil {
		return
	}
	text := stepsText(steps)
	if slices.Contains(w.moved[here], text) {
		return
	}
	w.moved[here] = append(w.moved[here], text)
	for holder := f; holder != nil; holder = holder.outer {
		if holder.list == nil {
			continue
		}
		if rest, ok := strings.CutPrefix(text, stepsText(holder.list)); ok {
			holder.notes = append(holder.notes, moveNote{here, rest})
		}
	}
}
