package terraform

import (
	"maps"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A part is an instance that AWS keeps as properties of another resource: a
// rule of a security group, the versioning of a bucket.
type part struct {
	walk  *walk
	doubt *cloud.Unresolved // why it cannot be known whether the part applies
}

const otherSettings = "other resources set this, if any does"

const elsewhere = "the resource that this is a part of is not in this configuration"

// fold merges every part into its owner. A part whose owner is elsewhere
// becomes a resource of the owner's type of which only the part is known. A
// part whose owner could not be known makes every resource that may be the
// owner unresolved where nothing else has set the property.
func (t *translation) fold() {
	orphans := map[worldKey]*translated{}
	var homeless []*part
	for _, p := range t.pending {
		owners, status := t.ownersOf(p)
		for _, owner := range owners {
			owner.absorb(p, p.doubtFor(owner))
		}
		switch status {
		case ownerFound, ownerNone:
			continue
		case ownerUnknown:
			homeless = append(homeless, p)
		}
		if !p.walk.section.Loose {
			t.adopt(p, status, orphans)
		}
	}
	for _, p := range homeless {
		t.suspect(p)
	}
}

// doubtFor is why the part may not apply to the owner although it names it.
// Where both exist under one condition there is no doubt: a reference from one
// to the other would fail if they did not exist together.
func (p *part) doubtFor(owner *translated) *cloud.Unresolved {
	if p.doubt != nil {
		return p.doubt
	}
	if reason := p.walk.instance.Conditional; reason != "" && reason != owner.instance.Conditional {
		return &cloud.Unresolved{Reason: reason}
	}
	return nil
}

// absorb merges the part into the resource.
func (r *translated) absorb(p *part, doubt *cloud.Unresolved) {
	from := p.walk
	for _, name := range slices.Sorted(maps.Keys(from.props)) {
		v := from.props[name]
		if doubt != nil {
			v = doubtful(v, doubt)
		}
		var at *cloud.Location
		if from.loc != nil {
			at = from.loc.Fields[name]
		}
		n := r.typ.Root.Fields[name]
		r.props[name] = mergeValue(n, r.props[name], copyValue(v))
		if r.loc != nil && at != nil {
			if r.loc.Fields == nil {
				r.loc.Fields = map[string]*cloud.Location{}
			}
			r.loc.Fields[name] = mergePlace(n, r.loc.Fields[name], at, r.props[name], v)
		}
	}
}

// doubtful is a value of which it is not known whether it is set.
func doubtful(v any, doubt *cloud.Unresolved) any {
	if _, ok := v.([]any); ok {
		return []any{&cloud.Unresolved{Reason: doubt.Reason, Many: true}}
	}
	return &cloud.Unresolved{Reason: doubt.Reason}
}

// mergeValue adds what a part says to what the owner says: lists grow, objects
// are joined, and elsewhere, in a policy document too, the part has the last
// word, as it has in AWS.
func mergeValue(n *schema.Node, old, part any) any {
	if old == nil || n == nil {
		return part
	}
	u, unknown := old.(*cloud.Unresolved)
	switch n.Kind {
	case schema.List:
		list, _ := old.([]any)
		if unknown {
			list = []any{&cloud.Unresolved{Reason: u.Reason, Partial: u.Partial, Many: true}}
		}
		switch part := part.(type) {
		case []any:
			return append(list, part...)
		case *cloud.Unresolved:
			return append(list, &cloud.Unresolved{Reason: part.Reason, Partial: part.Partial, Many: true})
		}
	case schema.Object:
		fields, ok := part.(map[string]any)
		object, ok2 := old.(map[string]any)
		if ok && ok2 {
			for name, v := range fields {
				object[name] = mergeValue(n.Fields[name], object[name], v)
			}
			return object
		}
	}
	return part
}

// mergePlace does for places what mergeValue does for values; old belongs to
// the owner alone and is changed. whole is the merged value, added what the
// part brought.
func mergePlace(n *schema.Node, old, at *cloud.Location, whole, added any) *cloud.Location {
	if at == nil {
		return old
	}
	if old == nil || n == nil {
		return copyPlaces(at)
	}
	switch n.Kind {
	case schema.List:
		list, _ := whole.([]any)
		before := len(list) - 1
		if more, ok := added.([]any); ok {
			before = len(list) - len(more)
		}
		for len(old.Items) < before {
			old.Items = append(old.Items, nil)
		}
		old.Items = old.Items[:max(before, 0)]
		if len(at.Items) > 0 {
			old.Items = append(old.Items, copyPlaces(at).Items...)
		} else {
			old.Items = append(old.Items, bare(at))
		}
		return old
	case schema.Object:
		object, ok := whole.(map[string]any)
		fields, ok2 := added.(map[string]any)
		if !ok || !ok2 {
			break
		}
		if old.Fields == nil {
			old.Fields = map[string]*cloud.Location{}
		}
		for name, inner := range at.Fields {
			old.Fields[name] = mergePlace(n.Fields[name], old.Fields[name], inner, object[name], fields[name])
		}
		return old
	}
	return copyPlaces(at)
}

// copyPlaces copies a place with those of its parts.
func copyPlaces(l *cloud.Location) *cloud.Location {
	if l == nil {
		return nil
	}
	out := bare(l)
	for name, field := range l.Fields {
		if out.Fields == nil {
			out.Fields = make(map[string]*cloud.Location, len(l.Fields))
		}
		out.Fields[name] = copyPlaces(field)
	}
	for _, item := range l.Items {
		out.Items = append(out.Items, copyPlaces(item))
	}
	return out
}

// adopt makes a resource of the owner's type out of a part whose owner is not
// in the configuration; parts of one owner share it.
func (t *translation) adopt(p *part, status ownerStatus, orphans map[worldKey]*translated) {
	w := p.walk
	key := worldKey{w.instance.World, w.typ.Name + " " + w.instance.Address}
	if status == ownerElsewhere {
		key.name = w.typ.Name + " " + p.refText()
	}
	if r := orphans[key]; r != nil {
		r.absorb(p, p.doubtFor(r))
		return
	}
	r := &translated{builder: newBuilder(w.instance.Location), instance: w.instance, id: w.instance.Address, typ: w.typ, orphan: elsewhere, fragment: true}
	if status == ownerUnknown {
		r.orphan = "it could not be known which resource this is a part of"
	}
	for _, ref := range w.section.Refs {
		value, ok := w.instance.Values[ref.Arg].(string)
		if !ok || len(ref.Properties) == 0 || w.typ.ReadOnly(ref.Properties[0]) {
			continue
		}
		if n := w.typ.Root.Fields[ref.Properties[0]]; n != nil && n.Kind == schema.String {
			r.props[ref.Properties[0]] = value
		}
	}
	r.absorb(p, p.doubt)
	orphans[key] = r
	t.resources = append(t.resources, r)
}

// refText is how the part names its owner, as text.
func (p *part) refText() string {
	var b strings.Builder
	for _, ref := range p.walk.section.Refs {
		b.WriteString(scalarText(p.walk.instance.Values[ref.Arg]))
		b.WriteByte(' ')
	}
	return b.String()
}

// suspect marks the resources that may own a part which does not say whose it
// is.
func (t *translation) suspect(p *part) {
	w := p.walk
	u := &cloud.Unresolved{Reason: w.instance.Address + " may set it: it could not be known to which resource that belongs"}
	for _, r := range t.byType[worldKey{w.instance.World, w.typ.Name}] {
		if !r.mayOwn(p) {
			continue
		}
		for name, v := range w.props {
			switch old := r.props[name].(type) {
			case nil:
				r.props[name] = u
			case []any:
				if _, ok := v.([]any); ok && !r.suspected[name] {
					r.props[name] = append(old, &cloud.Unresolved{Reason: u.Reason, Many: true})
					// One such element says it for all further parts.
					if r.suspected == nil {
						r.suspected = map[string]bool{}
					}
					r.suspected[name] = true
				}
			}
		}
	}
}
