package cloudformation

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// resource evaluates a declared resource; it is false when the template says
// that it will not be made.
func (t *template) resource(d *declared) bool {
	r := &cloud.Resource{
		Type:        d.typ,
		ID:          t.prefix + d.id,
		World:       t.world,
		Template:    true,
		Conditional: d.repeats,
	}
	if d.owner != nil {
		r.SourceType = d.owner.typ
	}
	if d.condition != "" {
		v := t.namedCondition(d.condition, d.pos)
		if v.known && !v.is {
			return false
		}
		if !v.known {
			r.Conditional = v.reason(d.condition)
		}
	}
	if r.Conditional == "" {
		r.Conditional = t.conditional
	}
	t.current = d
	defer func() { t.current = nil }()
	r.Source = d.pos.location(t.text.file)
	r.Source.Fields = map[string]*cloud.Location{}
	r.Properties = map[string]any{}
	open := t.properties(d, r)
	t.dependsOn(d)
	typ, ok := schema.Lookup(d.typ)
	if ok {
		r.Properties = typ.Coerce(r.Properties)
		if open != "" {
			for name := range typ.Root.Fields {
				if _, set := r.Properties[name]; !set && !typ.ReadOnly(name) {
					r.Properties[name] = &cloud.Unresolved{Reason: open}
				}
			}
		}
		r.Name = nameOf(typ, r.Properties)
		derive(r)
		t.tags(r, typ)
		typ.FillTemplate(r.Properties, r.ID)
	} else {
		t.unknownType(d)
	}
	d.resource = r
	t.metadataIgnores(d)
	return true
}

// properties evaluates what a resource sets. open says why there may be more
// than that; it is empty where there is not.
func (t *template) properties(d *declared, r *cloud.Resource) (open string) {
	if d.properties == nil {
		return ""
	}
	if name, _, ok := d.properties.intrinsic(); ok && name == "Fn::If" {
		chosen := t.evaluate(d.properties)
		switch set := chosen.v.(type) {
		case map[string]any:
			r.Properties = set
			if chosen.at.Fields != nil {
				r.Source.Fields = chosen.at.Fields
			}
		case *cloud.Unresolved:
			return set.Reason
		}
		return ""
	}
	for _, e := range d.properties.entries {
		if strings.HasPrefix(e.key, "Fn::") {
			open = t.stray(e).Reason
			continue
		}
		v := t.field(e, r.Source)
		if _, absent := v.(nothing); !absent {
			r.Properties[e.key] = v
		}
	}
	return open
}

// unknownType warns of a type that AWS does not have. Custom resources,
// modules and types of third parties are nobody's mistake.
func (t *template) unknownType(d *declared) {
	if !strings.HasPrefix(d.typ, "AWS::") || strings.HasPrefix(d.typ, "AWS::Serverless::") || strings.HasSuffix(d.typ, "::MODULE") {
		return
	}
	detail := "No rule judges it."
	if near := schema.NearestType(d.typ); near != "" {
		detail = fmt.Sprintf("No rule judges it. Is %s meant?", near)
	}
	at := d.pos
	if n := d.node.get("Type"); n != nil {
		at = n.pos
	}
	t.warn(at, fmt.Sprintf("resource %s is of type %s, which is not known", d.id, clip(d.typ, 100)), detail)
}
