package engine

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// maxOpen is how many rows of which it cannot be known whether they belong a
// join gives: each stands for any number, so that more of them add nothing but
// work.
const maxOpen = 16

// join finds what a join of a rule gives for a resource.
func (ix *index) join(j rule.Join, r *cloud.Resource) []rule.Joined {
	key := typeKey{r.World, j.Type}
	switch {
	case j.InRegion:
		return append(joined(ix.inRegion(key, r.Region)), ix.unreadRows(key, r, func(u cloud.Unread) bool {
			return u.Region == r.Region || u.Region == global
		})...)
	case len(j.Keys) == 0:
		return append(joined(ix.byType[key]), ix.unreadRows(key, r, func(cloud.Unread) bool { return true })...)
	}
	return ix.keyed(j, key, r)
}

// keyed finds the resources that are joined with r by the value of a property.
func (ix *index) keyed(j rule.Join, key typeKey, r *cloud.Resource) []rule.Joined {
	if row, beyond := ix.beyond(j, key, r); beyond {
		return []rule.Joined{row}
	}
	var found matched
	var open openRows
	refers := false   // it has a value to join by
	named := false    // it is known by what it refers to, not by a literal
	abroad := false   // what it refers to may be in another region
	var arns []string // that it refers to
	for _, own := range j.Own {
		self := r.Template && identifies(r, own)
		for _, v := range valuesAt(r.Properties, own) {
			if v == "" {
				continue
			}
			refers = true
			u, unresolved := v.(*cloud.Unresolved)
			if !unresolved {
				value := ix.canonical(r.World, v)
				_, isReference := value.(reference)
				named = named || isReference
				abroad = abroad || crosses(value)
				if text, ok := value.(string); ok && strings.HasPrefix(text, "arn:") {
					arns = append(arns, text)
				}
				ix.match(&found, j.Keys, key, r, value)
				continue
			}
			abroad = true
			// Whatever its own identifier will be, only a literal could turn
			// out to be the same.
			if !self || ix.literals(key, j.Keys) {
				open.add(maybe(own, u))
			}
		}
		if self {
			// Others name it by what it is called, or by a symbol of it.
			ix.match(&found, j.Keys, key, r, reference(r.ID))
		}
	}
	for _, path := range j.Keys {
		t := ix.table(key, path)
		for _, rows := range [][]openRow{t.open, t.ownOpen} {
			for _, row := range rows {
				if open.full() {
					break
				}
				if found.has(row.resource) || !abroad && !near(r, row.resource) {
					continue
				}
				found.mark(row.resource)
				open.add(maybe(path+" of "+row.resource.ID, row.missing))
			}
			if named {
				// A reference to one resource of the template is none to
				// another whose own identifier is not known.
				break
			}
		}
	}
	if r.Fragment != "" {
		// Where the resource itself is, more may stand that refers to it.
		open.add(maybe(j.Name, &cloud.Unresolved{Reason: r.Fragment}))
	}
	if refers {
		open = append(open, ix.unreadRows(key, r, func(u cloud.Unread) bool { return mayHold(u, r, arns) })...)
	}
	return append(joined(found.list), open...)
}

// openRows are joined resources of which it cannot be known whether they
// belong.
type openRows []rule.Joined

func (o *openRows) add(row rule.Joined) {
	if !o.full() {
		*o = append(*o, row)
	}
}

func (o *openRows) full() bool { return len(*o) >= maxOpen }

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

// matched lists resources, each once.
type matched struct {
	list []*cloud.Resource
	seen map[*cloud.Resource]bool
}

func (m *matched) has(r *cloud.Resource) bool {
	m.index()
	return m.seen[r]
}

// mark makes has true for a resource that is not in the list.
func (m *matched) mark(r *cloud.Resource) {
	m.index()
	m.seen[r] = true
}

// index makes the set, which most joins can do without.
func (m *matched) index() {
	if m.seen != nil {
		return
	}
	m.seen = make(map[*cloud.Resource]bool, len(m.list))
	for _, r := range m.list {
		m.seen[r] = true
	}
}

func (m *matched) add(r *cloud.Resource) {
	if m.has(r) {
		return
	}
	m.seen[r] = true
	m.list = append(m.list, r)
}

// match adds to found the resources of a type of which one of the paths holds
// the value.
func (ix *index) match(found *matched, paths []string, key typeKey, r *cloud.Resource, value any) {
	everywhere := r.Template || crosses(value)
	for _, path := range paths {
		for _, other := range ix.table(key, path).rows[value] {
			if everywhere || near(r, other) {
				found.add(other)
			}
		}
	}
}

func joined(resources []*cloud.Resource) []rule.Joined {
	out := make([]rule.Joined, len(resources))
	for i, r := range resources {
		out[i] = rule.Joined{Resource: r}
	}
	return out
}
