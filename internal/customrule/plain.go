package customrule

import (
	"maps"
	"slices"
	"strconv"

	"github.com/surety-cloud/surety/internal/cloud"
)

// maxErrors bounds the errors that Plain lists.
const maxErrors = 100

// Plain copies a document for a person or a client, as JSON: a value that is
// not known becomes null, an element that stands for any number of elements is
// left out, and "errors" lists both with the reason, as {attribute, message}.
// Properties that the scan does not read are left out. To judge by a plain
// document would be to take what is not known for not set.
func Plain(document map[string]any) map[string]any {
	p := plain{}
	out := make(map[string]any, len(document))
	for _, name := range slices.Sorted(maps.Keys(document)) {
		if v, keep := p.value(name, document[name]); keep {
			out[name] = v
		}
	}
	if list, ok := out["errors"].([]any); ok || out["errors"] == nil {
		out["errors"] = append(list, p.errors...)
	}
	return out
}

type plain struct{ errors []any }

// value copies what stands at a path; keep is false for what is left out.
func (p *plain) value(at string, v any) (out any, keep bool) {
	switch v := v.(type) {
	case []any:
		out := make([]any, 0, len(v))
		for i, e := range v {
			if e, keep := p.value(at+"["+strconv.Itoa(i)+"]", e); keep {
				out = append(out, e)
			}
		}
		return out, true
	case map[string]any:
		out := make(map[string]any, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if e, keep := p.value(at+"."+name, v[name]); keep {
				out[name] = e
			}
		}
		return out, true
	}
	u, unresolved := normal(v).(*cloud.Unresolved)
	switch {
	case !unresolved:
		return v, true
	case u.Reason == notRead:
		return nil, false
	case len(p.errors) < maxErrors:
		p.errors = append(p.errors, map[string]any{"attribute": at, "message": u.Reason})
	}
	return nil, !u.Many
}
