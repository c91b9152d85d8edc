package kb

import (
	"cmp"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/standard"
)

// A Standard is a compliance standard in a list.
type Standard struct {
	ID      string // "CISAWSF-5_0", as scripts write it
	Name    string // "cis-aws-5.0"; empty for one that only a page names
	Title   string // with the version
	Path    string // of its page; empty for one that only a page names
	Rules   int    // how many rules bear on its controls
	Covered int    // how many of its controls a rule bears on
	Total   int    // how many controls it has
}

// A Bearing is a standard with those of its controls that a rule bears on.
type Bearing struct {
	Standard
	Controls []Control
}

// A Control is what a standard asks for.
type Control struct {
	ID    string // "2.1.1"
	Title string // empty where only a page names the control
}

// A StandardPage is a standard with its controls in their order.
type StandardPage struct {
	Standard
	Controls []StandardControl
}

// A StandardControl is a control with the rules that bear on it.
type StandardControl struct {
	Control
	Headings []Control // above it, the outermost first
	Rules    []Entry   // in the order of the standard; none for what people have to look at
}

// A bearing is what the standards say of the rules.
type bearing struct {
	standards []Standard
	of        map[string]*standard.Standard // by id and by name
	rules     map[string][]Bearing          // by the rule's id
	err       error
}

// readStandards reads all standards. Without them pages name no controls but
// those that they write down themselves.
func (b *Book) readStandards() *bearing {
	out := &bearing{of: map[string]*standard.Standard{}, rules: map[string][]Bearing{}}
	if b.standards == nil {
		return out
	}
	all, err := b.standards.All()
	if err != nil {
		out.err = err
		return out
	}
	for _, s := range all {
		entry := Standard{ID: s.ID, Name: s.Name, Title: s.FullTitle(), Path: b.options.Base + standardPath(s.Name)}
		bears := map[string]*Bearing{}
		var rules []string
		for _, e := range s.Entries() {
			entry.Total++
			covered := false
			for _, id := range e.Control.Rules {
				if _, ok := b.Entry(id); !ok {
					continue
				}
				covered = true
				if bears[id] == nil {
					bears[id] = &Bearing{}
					rules = append(rules, id)
				}
				bears[id].Controls = append(bears[id].Controls, Control{ID: e.Control.ID, Title: e.Control.Title})
			}
			if covered {
				entry.Covered++
			}
		}
		entry.Rules = len(rules)
		for _, id := range rules {
			bears[id].Standard = entry
			out.rules[id] = append(out.rules[id], *bears[id])
		}
		out.standards = append(out.standards, entry)
		out.of[strings.ToLower(s.ID)], out.of[strings.ToLower(s.Name)] = s, s
	}
	byTitle := func(a, b Standard) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(out.standards, byTitle)
	for _, list := range out.rules {
		slices.SortFunc(list, func(a, b Bearing) int { return byTitle(a.Standard, b.Standard) })
	}
	return out
}

// Standards lists the standards by title.
func (b *Book) Standards() []Standard { return b.bearing().standards }

// Standard finds a standard by its id or its name, with or without ".html",
// whatever the case.
func (b *Book) Standard(name string) (*StandardPage, bool) {
	bearing := b.bearing()
	s := bearing.of[strings.TrimSuffix(strings.ToLower(name), ".html")]
	if s == nil {
		return nil, false
	}
	at := slices.IndexFunc(bearing.standards, func(e Standard) bool { return e.ID == s.ID })
	page := &StandardPage{Standard: bearing.standards[at]}
	for _, e := range s.Entries() {
		control := StandardControl{Control: Control{ID: e.Control.ID, Title: e.Control.Title}}
		for _, h := range e.Headings {
			control.Headings = append(control.Headings, Control{ID: h.ID, Title: h.Title})
		}
		for _, id := range e.Control.Rules {
			if entry, ok := b.Entry(id); ok {
				control.Rules = append(control.Rules, entry)
			}
		}
		page.Controls = append(page.Controls, control)
	}
	return page, true
}

// standardsOf lists what a rule bears on, and after it what only its page says.
func (b *Book) standardsOf(r *rule.Rule) []Bearing {
	list := slices.Clone(b.bearing().rules[r.ID])
	for _, own := range r.Standards {
		id, control, _ := strings.Cut(own, ":")
		at := slices.IndexFunc(list, func(s Bearing) bool { return s.ID == id })
		if at < 0 {
			list = append(list, Bearing{Standard: b.named(id)})
			at = len(list) - 1
		}
		if !slices.ContainsFunc(list[at].Controls, func(c Control) bool { return c.ID == control }) {
			list[at].Controls = append(slices.Clip(list[at].Controls), b.control(id, control))
		}
	}
	return list
}

// named is the standard of an id; of one that the book does not have the id.
func (b *Book) named(id string) Standard {
	for _, s := range b.bearing().standards {
		if s.ID == id {
			return s
		}
	}
	return Standard{ID: id, Title: id}
}

// control is a control that a page names.
func (b *Book) control(id, control string) Control {
	if s := b.bearing().of[strings.ToLower(id)]; s != nil {
		for _, e := range s.Entries() {
			if e.Control.ID == control {
				return Control{ID: control, Title: e.Control.Title}
			}
		}
	}
	return Control{ID: control}
}
