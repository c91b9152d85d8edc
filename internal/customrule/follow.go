package customrule

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf16"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Bounds of the work on one resource. A path such as $..*..* meets the square
// of what a document holds.
const (
	maxWork    = 500_000
	maxMatches = 10_000
)

// work is what is left of the work that one evaluation may do, and its time.
type work struct {
	left int
	now  time.Time
}

// spend takes n from the work that is left; false means that there is none.
func (w *work) spend(n int) bool {
	w.left -= n
	return w.left >= 0
}

// exhausted is what is not known for want of work.
func exhausted() *cloud.Unresolved {
	return &cloud.Unresolved{Reason: fmt.Sprintf("the resource is too large for this rule (more than %d steps, or a path that meets more than %d values)", maxWork, maxMatches)}
}

// A match is one value that a path meets.
type match struct {
	value  any  // normal
	listed bool // met through a part that can meet several, so the result is a list
	maybe  bool // it is not known whether there is such a value; value is unresolved
}

// search follows a path and gathers what it meets.
type search struct {
	*work
	matches []match
	over    bool
}

// find gives what a path meets in a normal value: undefined for nothing, a
// value for one match by a path that can meet only one, otherwise a list.
// It is unresolved where that could not be known; doubtful then says that it
// is not even known whether there is anything.
func (p *path) find(root any, w *work) (value any, doubtful bool) {
	s := search{work: w}
	s.follow(p.steps, root, match{})
	if s.over {
		return exhausted(), true
	}
	var certain, open []match
	for _, m := range s.matches {
		if m.maybe {
			open = append(open, m)
		} else {
			certain = append(certain, m)
		}
	}
	switch {
	case len(s.matches) == 0:
		return undefined{}, false
	case len(certain) == 0:
		return open[0].value, true
	case len(certain) == 1 && !certain[0].listed:
		if len(open) > 0 { // one value, or a list of several
			return open[0].value, false
		}
		return certain[0].value, false
	}
	list := make([]any, len(s.matches))
	for i, m := range s.matches {
		list[i] = m.value
	}
	return list, false
}

// follow gathers what steps meet below value; m says how value was met.
func (s *search) follow(steps []step, value any, m match) {
	if s.over || !s.spend(1) || len(s.matches) >= maxMatches {
		s.over = true
		return
	}
	value = normal(value)
	if u, ok := value.(*cloud.Unresolved); ok {
		s.unresolved(u, len(steps) > 0 || u.Many, m)
		return
	}
	if len(steps) == 0 {
		m.value = value
		s.matches = append(s.matches, m)
		return
	}
	here, rest := steps[0], steps[1:]
	switch {
	case here.every:
		s.each(value, func(e any) { s.follow(rest, e, match{listed: true}) })
	case here.slice != nil:
		s.slice(here.slice, value, rest)
	case here.filter != nil:
		s.each(value, func(e any) { s.filter(here.filter, rest, e) })
	case here.descent:
		s.follow(rest, value, m)
		s.each(value, func(e any) {
			switch e := normal(e).(type) {
			case []any, map[string]any, *cloud.Unresolved:
				s.follow(steps, e, match{listed: true})
			}
		})
	default:
		m.listed = m.listed || here.union
		for _, name := range here.names {
			if v := member(value, name, s.work); v != any(undefined{}) {
				s.follow(rest, v, m)
			}
		}
	}
}

// unresolved notes a value that could not be known. maybe is true for what
// would stand below it, or for an element that stands for any number.
func (s *search) unresolved(u *cloud.Unresolved, maybe bool, m match) {
	if maybe {
		u = &cloud.Unresolved{Reason: u.Reason, Many: true}
	}
	s.matches = append(s.matches, match{value: u, listed: m.listed, maybe: m.maybe || maybe})
}

// each calls visit for the elements of a list or, sorted by name, the members
// of an object.
func (s *search) each(value any, visit func(any)) {
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			if s.over {
				return
			}
			visit(e)
		}
	case map[string]any:
		if !s.spend(len(v)) {
			s.over = true
			return
		}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			visit(v[name])
		}
	}
}

func (s *search) slice(by *slice, value any, rest []step) {
	list, ok := value.([]any)
	if !ok {
		return
	}
	if u := anyNumber(list); u != nil { // nobody knows which elements are meant
		s.unresolved(u, true, match{listed: true})
		return
	}
	from, to := by.bounds(len(list))
	for i := from; i < to; i += by.by {
		s.follow(rest, list[i], match{listed: true})
	}
}

func (s *search) filter(f *filter, rest []step, element any) {
	if !s.spend(f.cost) {
		s.over = true
		return
	}
	switch t := f.test(normal(element), s.work); {
	case t.IsTrue():
		s.follow(rest, element, match{listed: true})
	case t.IsUnknown():
		s.unresolved(t.Unknown[0], true, match{listed: true})
	}
}

// member gives a member of an object by name, an element of a list by its
// index in digits, or the length of a list or text, as JavaScript does;
// undefined where there is none.
func member(value any, name string, w *work) any {
	switch v := value.(type) {
	case map[string]any:
		if m, ok := v[name]; ok {
			return normal(m)
		}
	case []any:
		u := anyNumber(v)
		if name == "length" {
			if u != nil {
				return &cloud.Unresolved{Reason: u.Reason}
			}
			return float64(len(v))
		}
		i, err := strconv.Atoi(name)
		switch {
		case err != nil || i < 0 || strconv.Itoa(i) != name:
		case u != nil:
			return &cloud.Unresolved{Reason: u.Reason, Many: true}
		case i < len(v):
			return normal(v[i])
		}
	case string:
		switch {
		case name != "length":
		case !w.spend(len(v) / 64):
			return exhausted()
		default:
			return float64(utf16Length(v))
		}
	}
	return undefined{}
}

// utf16Length is the length of a text in JavaScript.
func utf16Length(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

// anyNumber gives an element that stands for any number of elements, which
// leaves the length of the list and the index of each open.
func anyNumber(list []any) *cloud.Unresolved {
	for _, e := range list {
		if u, ok := normal(e).(*cloud.Unresolved); ok && u.Many {
			return u
		}
	}
	return nil
}
