package engine

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// maxOpen is how many rows of which it cannot be known whether they belong a
// join gives: each stands for any number, so that more of them add nothing but
// work.
const maxOpen = 16

// join finds what a join of a rule gives for a resource.
func (ix *index) join(j rule.Join, r *cloud.Resource) *rule.Rows {
	key := typeKey{r.World, j.Type}
	switch {
	case j.InRegion:
		return ix.grouped(groupKey{key, true, r.Region}, r, func(region string) bool {
			return region == r.Region || everywhere(region)
		})
	case len(j.Keys) == 0:
		return ix.grouped(groupKey{key, false, ""}, r, func(string) bool { return true })
	}
	return ix.keyed(j, key, r)
}

// groupKey is a type in all of its world, or in a region of it.
type groupKey struct {
	typeKey  typeKey
	inRegion bool
	region   string
}

// grouped are all resources of a type in some regions, with what was not read
// there. They are the same for every resource, and made once.
func (ix *index) grouped(key groupKey, r *cloud.Resource, in func(region string) bool) *rule.Rows {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if rows := ix.groups[key]; rows != nil {
		return rows
	}
	var list []rule.Joined
	for _, e := range ix.byType[key.typeKey] {
		if in(e.Region) {
			list = append(list, e.joined())
		}
	}
	list = append(list, ix.unreadRows(key.typeKey, r, func(u cloud.Unread) bool { return in(u.Region) })...)
	rows := rule.NewRows(list)
	ix.groups[key] = rows
	return rows
}

// keyed finds the resources that are joined with r by the value of a property.
func (ix *index) keyed(j rule.Join, key typeKey, r *cloud.Resource) *rule.Rows {
	if row, beyond := ix.beyond(j, key, r); beyond {
		return rule.NewRows([]rule.Joined{row})
	}
	s := search{index: ix, join: j, key: key, resource: r}
	for _, own := range j.Own {
		self := r.Template && identifies(r, own)
		valuesAt(r.Properties, own, func(v any) { s.value(own, self, v) })
		if self {
			// Others name it by what it is called, or by a symbol of it.
			s.match(reference(r.ID))
		}
	}
	s.maybe()
	if r.Fragment != "" {
		// Where the resource itself is, more may stand that refers to it.
		s.open.add(maybe(j.Name, &cloud.Unresolved{Reason: r.Fragment}))
	}
	if s.refers {
		s.open = append(s.open, ix.unreadRows(key, r, func(u cloud.Unread) bool { return mayHold(u, r, s.arns) })...)
	}
	list := make([]rule.Joined, 0, len(s.found)+len(s.open))
	for _, e := range s.found {
		list = append(list, e.joined())
	}
	return rule.NewRows(append(list, s.open...))
}

// A search is the making of one keyed join.
type search struct {
	index    *index
	join     rule.Join
	key      typeKey
	resource *cloud.Resource

	refers bool     // the resource has a value to join by
	named  bool     // it is known by what it refers to, not by a literal
	abroad bool     // what it refers to may be in another region
	arns   []string // that it refers to

	found []*entry // each once
	met   []*entry // the first few that were found or may belong
	seen  map[*entry]bool
	open  openRows
}

// value joins by one value of a property of the resource; self tells that it
// is its own identifier.
func (s *search) value(own string, self bool, v any) {
	if v == "" {
		return
	}
	s.refers = true
	if u, unresolved := v.(*cloud.Unresolved); unresolved {
		s.abroad = true
		// Whatever its own identifier will be, only a literal could turn out
		// to be the same.
		if !self || s.literals() {
			s.open.add(maybe(own, u))
		}
		return
	}
	value := s.index.canonical(s.resource.World, v)
	_, isReference := value.(reference)
	s.named = s.named || isReference
	s.abroad = s.abroad || crosses(value)
	if text, ok := value.(string); ok && strings.HasPrefix(text, "arn:") {
		s.arns = append(s.arns, text)
	}
	s.match(value)
}

// literals tells whether a resource of the type has a literal value at one of
// the paths.
func (s *search) literals() bool {
	for _, path := range s.join.Keys {
		if s.index.table(s.key, path).literal {
			return true
		}
	}
	return false
}

// match finds the resources of the type of which one of the paths holds the
// value.
func (s *search) match(value any) {
	everywhere := s.resource.Template || crosses(value)
	for _, path := range s.join.Keys {
		for _, e := range s.index.table(s.key, path).rows[value] {
			if (everywhere || near(s.resource, e.Resource)) && s.first(e) {
				s.found = append(s.found, e)
			}
		}
	}
}

// first tells whether the entry was not met before.
func (s *search) first(e *entry) bool {
	const few = 8 // that are looked through faster than a map is made
	if s.seen == nil && len(s.met) < few {
		if slices.Contains(s.met, e) {
			return false
		}
		s.met = append(s.met, e)
		return true
	}
	if s.seen == nil {
		s.seen = make(map[*entry]bool, 2*few)
		for _, before := range s.met {
			s.seen[before] = true
		}
	}
	if s.seen[e] {
		return false
	}
	s.seen[e] = true
	return true
}

// maybe finds those whose value could not be known.
func (s *search) maybe() {
	for _, path := range s.join.Keys {
		t := s.index.table(s.key, path)
		s.maybeOf(path, t.open)
		// A reference to one resource of the template is none to another whose
		// own identifier is not known.
		if !s.named {
			s.maybeOf(path, t.ownOpen)
		}
	}
}

func (s *search) maybeOf(path string, rows []openRow) {
	for _, row := range rows {
		if s.open.full() {
			return
		}
		if (s.abroad || near(s.resource, row.entry.Resource)) && s.first(row.entry) {
			s.open.add(maybe(path+" of "+row.entry.ID, row.missing))
		}
	}
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
