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
		case ownerFound:
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
// Where both exist under one condition, there is no doubt.
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
		r.props[name] = mergeValue(r.props[name], copyValue(v))
		if r.loc != nil && at != nil {
			if r.loc.Fields == nil {
				r.loc.Fields = map[string]*cloud.Location{}
			}
			r.loc.Fields[name] = mergePlace(r.loc.Fields[name], at, r.props[name], v)
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
// are joined, and elsewhere the part has the last word, as it has in AWS.
func mergeValue(old, part any) any {
	switch old := old.(type) {
	case nil:
		return part
	case *cloud.Unresolved:
		if list, ok := part.([]any); ok {
			return append([]any{&cloud.Unresolved{Reason: old.Reason, Partial: old.Partial, Many: true}}, list...)
		}
	case []any:
		switch part := part.(type) {
		case []any:
			return append(old, part...)
		case *cloud.Unresolved:
			return append(old, &cloud.Unresolved{Reason: part.Reason, Partial: part.Partial, Many: true})
		}
	case map[string]any:
		if fields, ok := part.(map[string]any); ok {
			for name, v := range fields {
				old[name] = mergeValue(old[name], v)
			}
			return old
		}
	}
	return part
}

// mergePlace does for places what mergeValue does for values. whole is the
// merged value, added what the part brought.
func mergePlace(old, at *cloud.Location, whole, added any) *cloud.Location {
	if old == nil {
		return at
	}
	merged := bare(old)
	merged.Fields = maps.Clone(old.Fields)
	merged.Items = slices.Clone(old.Items)
	list, isList := whole.([]any)
	if isList {
		before := len(list) - 1
		if more, ok := added.([]any); ok {
			before = len(list) - len(more)
		}
		for len(merged.Items) < before {
			merged.Items = append(merged.Items, nil)
		}
		if len(at.Items) > 0 {
			merged.Items = append(merged.Items[:before], at.Items...)
		} else {
			merged.Items = append(merged.Items[:before], at)
		}
		return merged
	}
	object, isObject := whole.(map[string]any)
	fields, wasObject := added.(map[string]any)
	if !isObject || !wasObject {
		return at
	}
	if len(old.Fields) == 0 {
		merged = bare(at)
		merged.Fields = maps.Clone(at.Fields)
		return merged
	}
	for name, inner := range at.Fields {
		merged.Fields[name] = mergePlace(merged.Fields[name], inner, object[name], fields[name])
	}
	return merged
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
	r := &translated{builder: newBuilder(w.instance.Location), instance: w.instance, id: w.instance.Address, typ: w.typ, orphan: elsewhere}
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
