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
	included := false
	if d.properties != nil {
		for _, e := range d.properties.entries {
			if strings.HasPrefix(e.key, "Fn::") {
				t.stray(e)
				included = true
				continue
			}
			v := t.field(e, r.Source)
			if _, absent := v.(nothing); !absent {
				r.Properties[e.key] = v
			}
		}
	}
	t.dependsOn(d)
	typ, ok := schema.Lookup(d.typ)
	if ok {
		r.Properties = typ.Coerce(r.Properties)
		if included {
			for name := range typ.Root.Fields {
				if _, set := r.Properties[name]; !set && !typ.ReadOnly(name) {
					r.Properties[name] = unknown("a macro that was not run may set it")
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
