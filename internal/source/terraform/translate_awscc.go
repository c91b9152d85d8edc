package terraform

import (
	"strings"
	"sync"
	"unicode"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// The awscc provider is made from CloudFormation's schema: its types and
// attributes are CloudFormation's own in another spelling, so that no table is
// needed.

// cloudControlTypes maps the spelling of the awscc provider to types.
var cloudControlTypes = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	for _, name := range schema.Names() {
		parts := strings.Split(name, "::")
		if len(parts) == 3 && parts[0] == "AWS" {
			names[squeezed(parts[1]+parts[2])] = name
		}
	}
	return names
})

// squeezed is a name without its spelling: small letters and digits only.
func squeezed(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

func (t *translation) addCloudControl(in *instance) {
	name := cloudControlTypes()[squeezed(strings.TrimPrefix(in.Type, "awscc_"))]
	typ, ok := schema.Lookup(name)
	if !ok {
		t.unmapped[in.Type]++
		return
	}
	r := &translated{builder: newBuilder(in.Location), instance: in, id: in.Address, typ: typ, main: true, moved: map[string][]string{}}
	spell := speller{fields: map[*schema.Node]map[string]string{}}
	props, at := spell.value(typ.Root, in.Values, in.Location, 0)
	if m, ok := props.(map[string]any); ok {
		delete(m, "Id") // Terraform's own
		if n := typ.Root.Fields["Id"]; n != nil && in.Values["id"] != nil {
			m["Id"] = in.Values["id"]
		}
		r.props = m
	}
	if at != nil {
		r.loc = at
	}
	t.keep(r)
	t.owners[worldKey{in.World, in.Address}] = r
}

// A speller renames attributes to the properties of the same name.
type speller struct {
	fields map[*schema.Node]map[string]string // squeezed name to field, by object
}

func (s *speller) value(n *schema.Node, v any, at *cloud.Location, depth int) (any, *cloud.Location) {
	if n == nil || depth > 64 {
		return v, at
	}
	switch v := v.(type) {
	case map[string]any:
		switch n.Kind {
		case schema.Object:
			return s.object(n, v, at, depth)
		case schema.Map:
			out := make(map[string]any, len(v))
			for key, e := range v {
				if e != nil {
					out[key], _ = s.value(n.Elem, e, nil, depth+1)
				}
			}
			return out, at
		case schema.List:
			// A set of objects may come as one block.
			e, place := s.value(n.Elem, v, at, depth+1)
			return []any{e}, &cloud.Location{Items: []*cloud.Location{place}}
		}
	case []any:
		elem := n
		if n.Kind == schema.List {
			elem = n.Elem
		} else if n.Kind == schema.Object && len(v) == 1 {
			return s.value(n, v[0], itemAt(at, 0), depth+1)
		}
		out := make([]any, len(v))
		var places *cloud.Location
		if at != nil {
			places = bare(at)
			places.Items = make([]*cloud.Location, len(v))
		}
		for i, e := range v {
			var place *cloud.Location
			out[i], place = s.value(elem, e, itemAt(at, i), depth+1)
			if places != nil {
				places.Items[i] = place
			}
		}
		return out, places
	}
	return v, at
}

func itemAt(at *cloud.Location, i int) *cloud.Location {
	if at == nil {
		return nil
	}
	if i < len(at.Items) && at.Items[i] != nil {
		return at.Items[i]
	}
	return at
}

func (s *speller) object(n *schema.Node, values map[string]any, at *cloud.Location, depth int) (any, *cloud.Location) {
	names := s.fields[n]
	if names == nil {
		names = make(map[string]string, len(n.Fields))
		for field := range n.Fields {
			names[squeezed(field)] = field
		}
		s.fields[n] = names
	}
	out := make(map[string]any, len(values))
	places := bare(at)
	for attribute, v := range values {
		field, ok := names[squeezed(attribute)]
		if !ok || v == nil {
			continue
		}
		var place *cloud.Location
		if at != nil {
			place = at.Fields[attribute]
		}
		value, place := s.value(n.Fields[field], v, place, depth+1)
		out[field] = value
		if places != nil && place != nil {
			if places.Fields == nil {
				places.Fields = map[string]*cloud.Location{}
			}
			places.Fields[field] = place
		}
	}
	return out, places
}
