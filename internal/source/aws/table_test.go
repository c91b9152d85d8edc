package aws

import (
	"slices"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// TestTables holds the collectors' tables to the schema: every type and every
// property in them exists, no type is emitted twice, every call is an action.
func TestTables(t *testing.T) {
	emitted := map[string]string{}
	for _, c := range collectors() {
		if c.service == "" || c.service != strings.ToLower(c.service) || len(c.types) == 0 || c.read == nil {
			t.Errorf("collector of %v: a service in lower case, types and read are needed", c.types)
			continue
		}
		calls := names(c.calls)
		for _, e := range c.types {
			// What Cloud Control lists by scope stands once for each.
			if before, ok := emitted[e.typ]; ok && before != c.service {
				t.Errorf("%s is emitted by %s and by %s", e.typ, before, c.service)
			}
			emitted[e.typ] = c.service
			typ, ok := schema.Lookup(e.typ)
			if !ok {
				t.Errorf("%s: there is no such type; declare it in the overlay", e.typ)
				continue
			}
			for _, name := range slices.Concat(names(e.gives), names(e.secret)) {
				if typ.Root.Fields[name] == nil {
					t.Errorf("%s has no property %s", e.typ, name)
				}
			}
			for _, name := range names(e.lacks) {
				if !strings.HasPrefix(name, e.typ+".") {
					t.Errorf("%s lacks %q, which should be Type.Definition.Property", e.typ, name)
				}
			}
			if e.tagged != "" && typ.TagProperty == "" && e.tagged != "-" {
				t.Errorf("%s has no tags in the schema, and tagged is %q", e.typ, e.tagged)
			}
		}
		for i := range c.parts {
			p := &c.parts[i]
			calls = append(calls, names(p.calls)...)
			typ, ok := schema.Lookup(c.typeOf(p))
			if !ok || c.emission(c.typeOf(p)) == nil {
				t.Errorf("%s: a part is of %q, which the collector does not emit", c.service, p.typ)
				continue
			}
			for _, name := range names(p.gives) {
				if typ.Root.Fields[name] == nil {
					t.Errorf("%s has no property %s", typ.Name, name)
				}
			}
			for _, other := range names(p.emits) {
				if c.emission(other) == nil {
					t.Errorf("%s: a part emits %s, which the collector does not", c.service, other)
				}
			}
		}
		for _, action := range calls {
			prefix, operation, ok := strings.Cut(action, ":")
			reads := operation == "GET"
			for _, verb := range []string{"Describe", "Get", "BatchGet", "List", "Generate", "Lookup", "Search"} {
				reads = reads || strings.HasPrefix(operation, verb)
			}
			if !ok || prefix == "" || !reads {
				t.Errorf("%s calls %q, which does not look like a reading action", c.service, action)
			}
		}
	}
}
