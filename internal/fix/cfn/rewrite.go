package cfn

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// A Request is a change of the properties of one resource.
type Request struct {
	LogicalID string
	Type      string          // as the scan judged it
	Source    *cloud.Location // where the scan found the resource
	Change    *delta.Change   // of the properties as a whole; Within
	Name      Namer           // nil: no text of the new values is a symbol
}

// A Plan is what a request comes to in a text.
type Plan struct {
	Edits []edit.Edit
	// Chosen are the values in what is taken away that someone chooses when
	// the stack is deployed, by the path of the property.
	Chosen []Choice
	// Gone tells that the resource itself goes: it was only a part of another.
	Gone bool
}

// A Choice is a value that is not written where it is used.
type Choice struct {
	Path string // "SecurityGroupIngress[0].CidrIp"
	By   string // "parameter Cidr (line 4)"
}

// Rewrite plans the edits that a request needs. The error is an
// [edit.Impossible] with the reason where the text cannot be changed so.
func (d *Document) Rewrite(r Request) (*Plan, error) {
	resources := d.root.get("Resources")
	if resources == nil {
		return nil, edit.Impossible("the template has no Resources section")
	}
	parent, e := d.resource(resources.node, r)
	if e == nil && r.Source != nil {
		parent, e = resources.node, d.serverless(r)
	}
	if e == nil {
		return nil, edit.Impossible("the resource is not written as such in the template: a macro, a loop or a transform makes it")
	}
	refersToItself := false
	name := func(symbol string) (id, attribute string, ok bool) {
		if r.Name == nil {
			return "", "", false
		}
		id, attribute, ok = r.Name(symbol)
		refersToItself = refersToItself || ok && id == r.LogicalID
		return id, attribute, ok
	}
	w := &editor{d: d, name: name, plan: &Plan{}}
	w.resources = &parts{parent: d.root, holder: resources, inOrder: true}
	if err := w.resource(parent, e, r); err != nil {
		return nil, err
	}
	if err := w.apply(w.resources, nil); err != nil {
		return nil, err
	}
	if refersToItself {
		return nil, edit.Impossible("the corrected value would refer to the resource itself, which CloudFormation refuses")
	}
	w.plan.Gone = w.resources.removed[e]
	return w.plan, nil
}

// resource finds where a resource is written: under its own name, or in a loop
// that makes it, whose text then changes for all that it makes.
func (d *Document) resource(n *node, r Request) (parent *node, e *element) {
	if e := n.get(r.LogicalID); e != nil && (r.Source == nil || d.at(e.start, r.Source.Line, r.Source.Column)) {
		return n, e
	}
	if r.Source == nil {
		return nil, nil
	}
	for _, loop := range n.elems {
		if !strings.HasPrefix(loop.key, "Fn::ForEach::") || loop.node.kind != list || len(loop.node.elems) != 3 {
			continue
		}
		body := loop.node.elems[2].node
		for _, e := range body.elems {
			if d.at(e.start, r.Source.Line, r.Source.Column) {
				return body, e
			}
		}
		if parent, e := d.resource(body, r); e != nil {
			return parent, e
		}
	}
	return nil, nil
}

// within is the place of a field, itemOf that of an element; nil when it is
// not known.
func within(at *cloud.Location, name string) *cloud.Location {
	if at == nil {
		return nil
	}
	return at.Fields[name]
}

func itemOf(at *cloud.Location, i int) *cloud.Location {
	if at == nil || i >= len(at.Items) {
		return nil
	}
	return at.Items[i]
}

// An editor follows one change down the nodes.
type editor struct {
	d    *Document
	name Namer
	plan *Plan

	// resources is what happens to whole resources, the parts of the one that
	// is repaired among them. It is carried out once, at the end.
	resources *parts
	taken     map[string]bool // logical ids given to new resources
}

func (w *editor) edit(start, end int, text string) {
	w.plan.Edits = append(w.plan.Edits, edit.Edit{Start: start, End: end, Text: text})
}

func (w *editor) resource(resources *node, e *element, r Request) error {
	if err := w.fixed(e.node, r.LogicalID); err != nil {
		return err
	}
	if e.node.kind != object {
		return edit.Impossible("the resource is not an object")
	}
	if typ := e.node.get("Type"); typ != nil && r.Type != "" && typ.node.value != r.Type {
		if strings.HasPrefix(typ.node.value, samPrefix) {
			var err error
			if r.Change, err = samChange(typ.node.value, r.Type, r.Change); err != nil {
				return err
			}
			r.Type = typ.node.value
			return w.resource(resources, e, r)
		}
		if !elements[typ.node.value] {
			return edit.Impossiblef("it is made from a resource of type %s", typ.node.value)
		}
		// A part whose owner is not in the template is judged as if it were one.
		for _, name := range r.Change.Names() {
			if err := w.listElsewhere(r.Change.Fields[name], within(r.Source, name), name); err != nil {
				return err
			}
		}
		return nil
	}
	properties := e.node.get("Properties")
	if properties == nil || properties.node.null {
		change := &delta.Change{Kind: delta.Within, Fields: map[string]*delta.Change{
			"Properties": {Kind: delta.Set, New: additions(r.Change)},
		}}
		return w.object(resources, e, change, nil, "")
	}
	return w.value(e.node, properties, r.Change, r.Source, "")
}

// additions is what a change adds, for an object that is not there yet.
func additions(c *delta.Change) map[string]any {
	out := map[string]any{}
	for name, field := range c.Fields {
		if field.New != nil {
			out[name] = field.New
		}
	}
	return out
}

// value applies a change to the value of an element. at mirrors the value.
func (w *editor) value(parent *node, e *element, c *delta.Change, at *cloud.Location, path string) error {
	if c.Kind == delta.Set {
		return w.set(parent, e, c.New, path)
	}
	if err := w.fixed(e.node, path); err != nil {
		return err
	}
	_, isList := c.Old.([]any)
	switch {
	case isList && e.node.kind == list:
		return w.list(parent, e, c, at, path)
	case isList && !e.node.null:
		return w.single(parent, e, c, at, path)
	case e.node.kind == object:
		return w.object(parent, e, c, at, path)
	case e.node.null:
		return w.set(parent, e, c.New, path)
	}
	return edit.Impossiblef("%s is written as JSON text inside the template; write it as an object to have it corrected", path)
}

// fixed tells why a value cannot be changed where it stands, if so.
func (w *editor) fixed(n *node, path string) error {
	if n.anchor != "" {
		return edit.Impossiblef("%s is shared with other places by the YAML anchor &%s", pathOr(path), n.anchor)
	}
	if n.kind == alias {
		return edit.Impossiblef("%s is shared with other places by the YAML alias *%s", pathOr(path), n.value)
	}
	if by := w.d.choice(n); by != "" {
		return edit.Impossiblef("%s comes from %s", pathOr(path), by)
	}
	return nil
}

func pathOr(path string) string {
	if path == "" {
		return "the resource"
	}
	return path
}

// choice names what a value is computed from; empty for a value that is
// written out. AWS::NoValue stands for nothing, so nothing is lost with it.
func (d *Document) choice(n *node) string {
	name, argument := n.intrinsic()
	if name == "" {
		return ""
	}
	first := argument
	if len(argument.elems) > 0 && argument.kind == list {
		first = argument.elems[0].node
	}
	line := func(section string) string {
		if s := d.root.get(section); s != nil {
			if e := s.node.get(first.value); e != nil {
				number, _ := d.position(e.start)
				return fmt.Sprintf(" (line %d)", number)
			}
		}
		return ""
	}
	switch name {
	case "Ref":
		if argument.value == "AWS::NoValue" {
			return ""
		}
		if at := line("Parameters"); at != "" {
			return "parameter " + argument.value + at
		}
		return "a reference to " + argument.value
	case "Fn::FindInMap":
		return "mapping " + first.value + line("Mappings")
	case "Fn::If":
		return "Fn::If with condition " + first.value + line("Conditions")
	}
	number, _ := d.position(n.start)
	return fmt.Sprintf("the function %s (line %d)", name, number)
}

// object applies a change of some fields.
func (w *editor) object(parent *node, e *element, c *delta.Change, at *cloud.Location, path string) error {
	p := &parts{parent: parent, holder: e}
	for _, name := range c.Names() {
		field, here := c.Fields[name], e.node.get(name)
		below := name
		if path != "" {
			below = path + "." + name
		}
		switch {
		case here != nil && field.Kind == delta.Remove:
			if err := w.fixed(here.node, below); err != nil {
				return err
			}
			w.choices(here.node, below)
			p.remove(here)
		case here != nil:
			p.change(here, func(inner *editor) error {
				return inner.value(e.node, here, field, within(at, name), below)
			})
		case w.elsewhere(field, within(at, name)):
			if err := w.listElsewhere(field, within(at, name), below); err != nil {
				return err
			}
		case field.Kind == delta.Remove:
			return edit.Impossiblef("%s is not written where the resource is", below)
		default:
			v, err := prepare(field.New, w.name)
			if err != nil {
				return err
			}
			p.insert(nil, addition{key: name, value: v})
		}
	}
	return w.apply(p, c.New)
}

// list applies a change of some elements.
func (w *editor) list(parent *node, e *element, c *delta.Change, at *cloud.Location, path string) error {
	old, _ := c.Old.([]any)
	places := make([]*element, len(old)) // nil for those that stand elsewhere
	for i := range old {
		var err error
		if places[i], err = w.place(e.node, i, len(old), itemOf(at, i), path); err != nil {
			return err
		}
	}
	p := &parts{parent: parent, holder: e}
	for _, i := range c.Removed() {
		here := path + "[" + strconv.Itoa(i) + "]"
		if places[i] == nil {
			if err := w.removeElsewhere(itemOf(at, i), here); err != nil {
				return err
			}
			continue
		}
		if err := w.fixed(places[i].node, here); err != nil {
			return err
		}
		w.choices(places[i].node, here)
		p.remove(places[i])
	}
	var last *element
	for _, item := range c.Items {
		if item.Old != delta.None {
			if places[item.Old] != nil {
				last = places[item.Old]
			}
			if item.Change == nil {
				continue
			}
			here := path + "[" + strconv.Itoa(item.Old) + "]"
			if last == nil || places[item.Old] == nil {
				if err := w.changeElsewhere(item.Change, itemOf(at, item.Old), here); err != nil {
					return err
				}
				continue
			}
			changed := last
			p.change(changed, func(inner *editor) error {
				return inner.value(e.node, changed, item.Change, itemOf(at, item.Old), here)
			})
			continue
		}
		a := addition{}
		if item.Like != delta.None && places[item.Like] == nil {
			here := path + "[" + strconv.Itoa(item.Like) + "]"
			if err := w.repeatElsewhere(item.Change, itemOf(at, item.Like), here); err != nil {
				return err
			}
			continue
		}
		if item.Repeats {
			here := path + "[" + strconv.Itoa(item.Like) + "]"
			source := places[item.Like]
			a.like, a.change = source, func(inner *editor) error {
				if item.Change == nil {
					return nil
				}
				return inner.value(e.node, source, item.Change, itemOf(at, item.Like), here)
			}
		} else {
			v, err := prepare(item.New, w.name)
			if err != nil {
				return err
			}
			a.value = v
		}
		p.insert(last, a)
		p.inOrder = true
	}
	return w.apply(p, c.New)
}

// place finds the element of a list's text that gave the element i of its
// value. It is nil when that stands in a resource of its own.
func (w *editor) place(n *node, i, count int, at *cloud.Location, path string) (*element, error) {
	if at == nil {
		if len(n.elems) == count {
			return n.elems[i], nil
		}
		return nil, edit.Impossiblef("it is not known where %s[%d] is written", path, i)
	}
	for _, e := range n.elems {
		if w.d.at(e.node.start, at.Line, at.Column) {
			return e, nil
		}
	}
	for _, e := range n.elems {
		if w.d.holds(e, at) {
			if err := w.fixed(e.node, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return nil, err
			}
			return nil, edit.Impossiblef("it is not known where %s[%d] is written", path, i)
		}
	}
	if w.d.resourceAt(at) == nil {
		return nil, edit.Impossiblef("%s[%d] is written outside of the resources of this template", path, i)
	}
	return nil, nil
}

// holds tells whether a place lies within an element.
func (d *Document) holds(e *element, at *cloud.Location) bool {
	from, column := d.position(e.start)
	to, until := d.position(e.node.end)
	return (at.Line > from || at.Line == from && at.Column >= column) && (at.Line < to || at.Line == to && at.Column < until)
}

// single applies the change of a list whose only element is written without
// the list.
func (w *editor) single(parent *node, e *element, c *delta.Change, at *cloud.Location, path string) error {
	if old, _ := c.Old.([]any); len(old) != 1 {
		return edit.Impossiblef("%s is not written as a list", path)
	}
	if len(c.Items) == 1 && c.Items[0].Old == 0 {
		inner := itemOf(at, 0)
		if inner == nil {
			inner = at
		}
		return w.value(parent, e, c.Items[0].Change, inner, path)
	}
	w.choices(e.node, path)
	return w.set(parent, e, c.New, path)
}

// choices notes what is chosen elsewhere within a value that is taken away.
func (w *editor) choices(n *node, path string) {
	if by := w.d.choice(n); by != "" {
		w.plan.Chosen = append(w.plan.Chosen, Choice{Path: path, By: by})
		return
	}
	for i, e := range n.elems {
		below := path + "[" + strconv.Itoa(i) + "]"
		if n.kind == object {
			below = path + "." + e.key
		}
		w.choices(e.node, below)
	}
}
