package engine

import (
	"slices"
	"strings"
	"sync"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// An index finds the resources of an inventory by world, type and the value
// of a property. The table of one (type, property) is built once, when a rule
// first asks for it.
type index struct {
	byType map[typeKey][]*cloud.Resource

	mu     sync.Mutex
	tables map[tableKey]*table

	// addresses are the ids of the resources of each world, which symbols
	// name.
	addresses map[string]map[string]bool
}

type typeKey struct{ world, typ string }

type tableKey struct {
	typeKey typeKey
	path    string
}

type table struct {
	once sync.Once
	rows map[any][]*cloud.Resource
	// literal is set when a row is found by a literal value.
	literal bool
	// open are those whose own value could not be known, with why.
	open []openRow
}

type openRow struct {
	resource *cloud.Resource
	missing  *cloud.Unresolved
}

func newIndex(inv *cloud.Inventory) *index {
	ix := &index{
		byType: map[typeKey][]*cloud.Resource{}, tables: map[tableKey]*table{},
		addresses: map[string]map[string]bool{},
	}
	for _, r := range inv.Resources {
		key := typeKey{r.World, r.Type}
		ix.byType[key] = append(ix.byType[key], r)
		if r.Template {
			if ix.addresses[r.World] == nil {
				ix.addresses[r.World] = map[string]bool{}
			}
			ix.addresses[r.World][r.ID] = true
		}
	}
	return ix
}

// join finds what a join of a rule gives for a resource.
func (ix *index) join(j rule.Join, r *cloud.Resource) []rule.Joined {
	key := typeKey{r.World, j.Type}
	if len(j.Keys) == 0 {
		return joined(ix.byType[key])
	}
	var found []*cloud.Resource
	var open []rule.Joined
	named := false // the resource is known by what it refers to, not by a literal
	for _, own := range j.Own {
		self := r.Template && identifies(r, own)
		for _, v := range valuesAt(r.Properties, own) {
			u, unresolved := v.(*cloud.Unresolved)
			if !unresolved {
				value := ix.canonical(r.World, v)
				_, isReference := value.(reference)
				named = named || isReference
				found = ix.matches(found, key, j.Keys, value)
				continue
			}
			// Whatever its own identifier will be, only a literal could turn
			// out to be the same.
			if !self || ix.literals(key, j.Keys) {
				open = append(open, maybe(own, u))
			}
		}
		if self {
			// Others name it by what it is called, or by a symbol of it.
			found = ix.matches(found, key, j.Keys, reference(r.ID))
		}
	}
	seen := map[*cloud.Resource]bool{}
	for _, path := range j.Keys {
		for _, row := range ix.table(key, path).open {
			other := row.resource
			// A reference to one resource of the template is none to another
			// whose own identifier is not known.
			if seen[other] || slices.Contains(found, other) || named && other.Template && identifies(other, path) {
				continue
			}
			seen[other] = true
			open = append(open, maybe(path+" of "+other.ID, row.missing))
		}
	}
	if r.Fragment != "" {
		// Where the resource itself is, more may stand that refers to it.
		open = append(open, maybe(j.Name, &cloud.Unresolved{Reason: r.Fragment}))
	}
	return append(joined(found), open...)
}

// maybe stands for joined resources of which it cannot be known whether they
// belong.
func maybe(what string, u *cloud.Unresolved) rule.Joined {
	return rule.Joined{Unresolved: &cloud.Unresolved{Reason: what + ": " + u.Reason, Many: true}}
}

// literals tells whether a resource of the type has a literal value at one of
// the paths.
func (ix *index) literals(key typeKey, paths []string) bool {
	for _, path := range paths {
		if ix.table(key, path).literal {
			return true
		}
	}
	return false
}

// matches adds to found the resources of a type of which one of the paths
// holds the value.
func (ix *index) matches(found []*cloud.Resource, key typeKey, paths []string, value any) []*cloud.Resource {
	for _, path := range paths {
		for _, match := range ix.table(key, path).rows[value] {
			if !slices.Contains(found, match) {
				found = append(found, match)
			}
		}
	}
	return found
}

func joined(resources []*cloud.Resource) []rule.Joined {
	out := make([]rule.Joined, len(resources))
	for i, r := range resources {
		out[i] = rule.Joined{Resource: r}
	}
	return out
}

func (ix *index) table(key typeKey, path string) *table {
	ix.mu.Lock()
	t := ix.tables[tableKey{key, path}]
	if t == nil {
		t = &table{}
		ix.tables[tableKey{key, path}] = t
	}
	ix.mu.Unlock()
	t.once.Do(func() {
		t.rows = map[any][]*cloud.Resource{}
		for _, r := range ix.byType[key] {
			ix.addRow(t, r, path)
		}
	})
	return t
}

func (ix *index) addRow(t *table, r *cloud.Resource, path string) {
	add := func(v any) {
		if _, isReference := v.(reference); !isReference {
			t.literal = true
		}
		if rows := t.rows[v]; len(rows) == 0 || rows[len(rows)-1] != r {
			t.rows[v] = append(rows, r)
		}
	}
	for _, v := range valuesAt(r.Properties, path) {
		if u, ok := v.(*cloud.Unresolved); ok {
			t.open = append(t.open, openRow{r, u})
			continue
		}
		add(ix.canonical(r.World, v))
	}
	if r.Template && identifies(r, path) {
		// Whatever the identifier will be, a reference to the resource is a
		// symbol of its address.
		add(reference(r.ID))
	}
}

// identifies tells whether a property of a resource is an identifier of its
// own rather than a reference to another.
func identifies(r *cloud.Resource, path string) bool {
	if typ, ok := schema.Lookup(r.Type); ok && typ.Identifies(path) {
		return true
	}
	v, _ := r.Properties[path].(string)
	switch {
	case v == "":
		return false
	case !cloud.IsSymbol(v):
		return r.Name == v
	}
	return v == cloud.Symbol(r.ID, "") || strings.HasPrefix(v, "${"+r.ID+".")
}

// reference is the key under which every symbol of an address is found.
type reference string

// canonical turns a symbol of a resource of the world, whatever attribute it
// names, into the reference to that resource; other values stay.
func (ix *index) canonical(world string, v any) any {
	s, ok := v.(string)
	if !ok {
		switch v.(type) {
		case []any, map[string]any:
			return nil // no key
		}
		return v
	}
	symbol := s
	if strings.HasPrefix(s, "arn:") {
		// An ARN that is put together ends in what it names:
		// "arn:aws:s3:::${Bucket}".
		symbol = s[max(strings.LastIndex(s, "${"), 0):]
	}
	if !cloud.IsSymbol(symbol) {
		return v
	}
	address := symbol[2 : len(symbol)-1]
	for address != "" {
		if ix.addresses[world][address] {
			return reference(address)
		}
		cut := strings.LastIndexByte(address, '.')
		if cut < 0 {
			break
		}
		address = address[:cut]
	}
	return v
}

// valuesAt collects the values at a dotted path; lists on the way, and at the
// end, give each of their elements.
func valuesAt(v any, path string) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case *cloud.Unresolved:
		return []any{v}
	case []any:
		var out []any
		for _, e := range v {
			out = append(out, valuesAt(e, path)...)
		}
		return out
	case map[string]any:
		if path == "" {
			return []any{v}
		}
		name, rest, _ := strings.Cut(path, ".")
		return valuesAt(v[name], rest)
	}
	if path == "" {
		return []any{v}
	}
	return nil
}
