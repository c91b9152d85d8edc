package engine

import (
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
	byType map[typeKey][]*entry
	unread map[typeKey][]cloud.Unread

	mu     sync.Mutex
	tables map[tableKey]*table
	groups map[groupKey]*rule.Rows
	counts map[pairsKey]*pairs

	// addresses are the ids of the resources of each world, which symbols
	// name.
	addresses map[string]map[string]bool
}

// An entry is a resource, and what rules join when they join it.
type entry struct {
	*cloud.Resource
	once sync.Once
	row  rule.Joined
}

func (e *entry) joined() rule.Joined {
	e.once.Do(func() { e.row = rule.NewJoined(e.Resource) })
	return e.row
}

type typeKey struct{ world, typ string }

type tableKey struct {
	typeKey typeKey
	path    string
}

type table struct {
	once sync.Once
	rows map[any][]*entry
	// literal is set when a row is found by a literal value.
	literal bool
	// open are those whose value could not be known, with why; ownOpen those
	// of them for which it is their own identifier, in a template.
	open, ownOpen []openRow
}

type openRow struct {
	entry   *entry
	missing *cloud.Unresolved
}

func newIndex(inv *cloud.Inventory) *index {
	ix := &index{
		byType: map[typeKey][]*entry{}, unread: map[typeKey][]cloud.Unread{}, addresses: map[string]map[string]bool{},
		tables: map[tableKey]*table{}, groups: map[groupKey]*rule.Rows{}, counts: map[pairsKey]*pairs{},
	}
	for _, u := range inv.Unread {
		key := typeKey{u.Account, u.Type} // the world of a live resource is its account
		ix.unread[key] = append(ix.unread[key], u)
	}
	entries := make([]entry, len(inv.Resources))
	for i, r := range inv.Resources {
		entries[i].Resource = r
		key := typeKey{r.World, r.Type}
		ix.byType[key] = append(ix.byType[key], &entries[i])
		if r.Template {
			if ix.addresses[r.World] == nil {
				ix.addresses[r.World] = map[string]bool{}
			}
			ix.addresses[r.World][r.ID] = true
		}
	}
	return ix
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
		t.rows = map[any][]*entry{}
		for _, e := range ix.byType[key] {
			ix.addRow(t, e, path)
		}
	})
	return t
}

func (ix *index) addRow(t *table, e *entry, path string) {
	r := e.Resource
	add := func(v any) {
		if v == nil {
			return // no key
		}
		if _, isReference := v.(reference); !isReference {
			t.literal = true
		}
		if rows := t.rows[v]; len(rows) == 0 || rows[len(rows)-1] != e {
			t.rows[v] = append(rows, e)
		}
	}
	self := r.Template && identifies(r, path)
	valuesAt(r.Properties, path, func(v any) {
		switch u, ok := v.(*cloud.Unresolved); {
		case ok && self:
			t.ownOpen = append(t.ownOpen, openRow{e, u})
		case ok:
			t.open = append(t.open, openRow{e, u})
		case v != "":
			add(ix.canonical(r.World, v))
		}
	})
	if self {
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

// valuesAt calls f with the values at a dotted path; lists on the way, and at
// the end, give each of their elements.
func valuesAt(v any, path string, f func(any)) {
	for {
		switch w := v.(type) {
		case nil:
			return
		case *cloud.Unresolved:
			f(w)
			return
		case []any:
			for _, e := range w {
				valuesAt(e, path, f)
			}
			return
		case map[string]any:
			if path == "" {
				f(w)
				return
			}
			var name string
			name, path, _ = strings.Cut(path, ".")
			v = w[name]
		default:
			if path == "" {
				f(w)
			}
			return
		}
	}
}
