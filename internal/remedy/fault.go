package remedy

import (
	"encoding/json"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Fault is the property that a rule finds fault with.
type Fault struct {
	Path string // "BucketEncryption"; empty where the rule names none

	// Value is what stands there, as indented JSON; empty where nothing does.
	Value   string
	Present bool

	// Unknown is why the value is not known; empty when it is.
	Unknown string
}

// faultOf looks up the property that a rule names.
func faultOf(r *rule.Rule, res *cloud.Resource) Fault {
	f := Fault{Path: r.At}
	if r.At == "" {
		return f
	}
	v, ok := at(res.Properties, strings.Split(r.At, "."))
	if !ok || v == nil {
		return f
	}
	if u, unresolved := v.(*cloud.Unresolved); unresolved {
		f.Unknown = u.Reason
		return f
	}
	f.Present, f.Value = true, indented(v)
	return f
}

// at follows names into a value. From a list it takes what its elements have
// there.
func at(v any, names []string) (any, bool) {
	if len(names) == 0 {
		return v, true
	}
	switch v := v.(type) {
	case map[string]any:
		next, ok := v[names[0]]
		if !ok {
			return nil, false
		}
		return at(next, names[1:])
	case []any:
		var out []any
		for _, e := range v {
			if found, ok := at(e, names); ok {
				out = append(out, found)
			}
		}
		return out, len(out) > 0
	case *cloud.Unresolved:
		return v, true
	}
	return nil, false
}

// indented is a value as JSON for people.
func indented(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(known(v)); err != nil {
		return ""
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// known puts words where a value is not known.
func known(v any) any {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return "(not known: " + v.Reason + ")"
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, e := range v {
			out[name] = known(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = known(e)
		}
		return out
	}
	return v
}
