package terraform

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// An inherited stands for a value that AWS takes over from another resource: a
// snapshot is as encrypted as its volume. It is looked up once all resources
// are there, and never leaves the translation.
type inherited struct {
	argument string // that names the other resource
	name     string // how it names it
	typ      string // of the other resource
	property string

	// unless are properties of the other resource, as name or name=value. Where
	// it does not set the property itself but one of these, it has the value
	// from somewhere else again.
	unless []string
}

const deepestInheritance = 8

// toInherited: the value that the resource named by the argument has in a
// property, "inherited(AWS::EC2::Volume.Encrypted,SnapshotId)". Without
// arguments it is never known.
func toInherited(c *conversion, _ surroundings, v any) (any, bool) {
	name, ok := v.(string)
	if !ok {
		return misfit(c, v)
	}
	if len(c.Args) == 0 {
		return &cloud.Unresolved{Reason: "it is taken over from " + shown(name)}, true
	}
	typ, property, _ := strings.Cut(c.Args[0], ".")
	return &inherited{name: name, typ: typ, property: property, unless: c.Args[1:]}, true
}

func inheritedArguments(args []string) error {
	if len(args) > 0 && !strings.Contains(args[0], ".") {
		return fmt.Errorf("%q is not Type.Property", args[0])
	}
	return nil
}

// inherit fills in what resources take over from one another.
func (t *translation) inherit() {
	for _, r := range t.resources {
		if r.inherits {
			t.fill(r, r.props, 0)
		}
	}
}

// fill replaces the values inside v that stand for those of other resources,
// and returns what v is then; nil where the other has none either.
func (t *translation) fill(r *translated, v any, depth int) any {
	switch v := v.(type) {
	case *inherited:
		return t.inheritedValue(r, v, depth)
	case map[string]any:
		for name, e := range v {
			if _, ok := e.(*inherited); !ok {
				t.fill(r, e, depth)
			} else if filled := t.fill(r, e, depth); filled != nil {
				v[name] = filled
			} else {
				delete(v, name)
			}
		}
	case []any:
		for i, e := range v {
			v[i] = t.fill(r, e, depth)
		}
	}
	return v
}

func (t *translation) inheritedValue(r *translated, in *inherited, depth int) any {
	from := t.inheritedFrom(r, in)
	if from == nil {
		return &cloud.Unresolved{Reason: "it is taken over from " + shown(in.name) + ", which is not in this configuration"}
	}
	unknown := &cloud.Unresolved{Reason: "it is taken over from " + from.id + ", where it is not known"}
	if depth >= deepestInheritance || from.orphan != "" && from.props[in.property] == nil {
		return unknown
	}
	v := t.fill(from, copyValue(from.props[in.property]), depth+1)
	if v != nil {
		return v
	}
	for _, other := range in.unless {
		name, value, exactly := strings.Cut(other, "=")
		if set := from.props[name]; set != nil && (!exactly || scalarText(set) == value) {
			return unknown
		}
	}
	return nil
}

// inheritedFrom finds the other resource; nil where it is not in the
// configuration.
func (t *translation) inheritedFrom(r *translated, in *inherited) *translated {
	world := r.instance.World
	if from := t.named(world, in.name, in.typ, in.argument, 0); from != nil {
		return from
	}
	typ, ok := schema.Lookup(in.typ)
	if !ok {
		return nil
	}
	found := t.lookup(world, in.typ, reference{Properties: typ.PrimaryIdentifier}, in.name)
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// shown is how a reason names a resource: by its address rather than a symbol.
func shown(name string) string {
	if cloud.IsSymbol(name) {
		return strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
	}
	return name
}
