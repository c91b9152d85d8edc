package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// WithTLSOnly returns the document with a statement added that denies the
// actions on the resources to everybody who does not use TLS. Without a
// document there is a new one. A document that cannot be read comes back
// unchanged.
func WithTLSOnly(doc any, actions, resources []string) any {
	object, statements, ok := open(doc)
	if !ok {
		return doc
	}
	if object == nil {
		object = map[string]any{"Version": "2012-10-17"}
	}
	object["Statement"] = append(statements, map[string]any{
		"Sid":       freeSid(statements, "DenyInsecureTransport"),
		"Effect":    "Deny",
		"Principal": "*",
		"Action":    oneOrList(actions),
		"Resource":  oneOrList(resources),
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	})
	return object
}

// WithoutPublic returns the document without what lets everybody in: an Allow
// that [Document.Public] holds against it is removed, or only loses its "*"
// where it names others besides. With actions given, only statements that
// allow something of these patterns are touched. When nothing is left the list
// of statements is empty, which AWS takes for no resource's policy: the policy
// itself is to be removed then. A document that cannot be read comes back
// unchanged.
func WithoutPublic(doc any, actions ...string) any {
	object, statements, ok := open(doc)
	if !ok || object == nil {
		return doc
	}
	read := Parse(doc)
	kept := make([]any, 0, len(statements))
	public := map[int]bool{}
	for i := range read.Statements {
		s := &read.Statements[i]
		public[s.Index] = read.public(s, actions).IsTrue()
	}
	for i, s := range statements {
		if !public[i] {
			kept = append(kept, s)
		} else if rest := withoutEveryone(s); rest != nil {
			kept = append(kept, rest)
		}
	}
	object["Statement"] = kept
	return object
}

// withoutEveryone returns a statement without the principals that are
// everybody; nil when no other is left.
func withoutEveryone(statement any) any {
	m, ok := statement.(map[string]any)
	if !ok {
		return nil
	}
	principal, ok := m["Principal"].(map[string]any)
	if !ok {
		return nil
	}
	others := map[string]any{}
	for kind, v := range principal {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		rest := slices.DeleteFunc(slices.Clone(list), func(id any) bool {
			text, ok := id.(string)
			return ok && isEveryone(Principal{kind, text})
		})
		switch len(rest) {
		case 0:
		case len(list):
			others[kind] = v
		default:
			others[kind] = rest
		}
	}
	if len(others) == 0 {
		return nil
	}
	rest := maps.Clone(m)
	rest["Principal"] = others
	return rest
}

// open returns a copy of the document as an object, and of the list of its
// statements; ok is false when it cannot be read.
func open(doc any) (object map[string]any, statements []any, ok bool) {
	object, why := decode(doc)
	if why != nil {
		return nil, nil, false
	}
	object = maps.Clone(object)
	v := field(object, "Statement")
	maps.DeleteFunc(object, func(name string, _ any) bool { return strings.EqualFold(name, "Statement") })
	switch v := v.(type) {
	case nil:
	case []any:
		statements = slices.Clone(v)
	case *cloud.Unresolved:
		return nil, nil, false
	default:
		statements = []any{v}
	}
	return object, statements, true
}

// freeSid is a statement id that the document does not use yet.
func freeSid(statements []any, want string) string {
	used := map[string]bool{}
	for _, s := range statements {
		if m, ok := s.(map[string]any); ok {
			if sid, ok := m["Sid"].(string); ok {
				used[sid] = true
			}
		}
	}
	sid := want
	for n := 2; used[sid]; n++ {
		sid = want + strconv.Itoa(n)
	}
	return sid
}

func oneOrList(values []string) any {
	if len(values) == 1 {
		return values[0]
	}
	list := make([]any, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}
