package web

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/server/look"
)

// standardOutcome is how accounts stand by the controls of a standard.
type standardOutcome struct {
	Name     string
	Title    string
	Version  string
	Counts   controlCounts
	Controls []controlOutcome
	Accounts []string `json:"accountIds"`
}

type controlOutcome struct {
	ID       string
	Title    string
	Headings []struct{ ID, Title string }
	Status   string
	Rules    []ruleOutcome
}

type ruleOutcome struct {
	ID, Title, Status               string
	Fail, Unknown, Pass, Suppressed int64

	Path   string `json:"-"` // of its page; empty for one that has none
	Checks string `json:"-"` // leads to its checks that fail, or are unknown
}

// Heading is the i-th heading above a control; empty where there is none.
func (c *controlOutcome) Heading(i int) string {
	if i >= len(c.Headings) {
		return ""
	}
	return strings.TrimSpace(c.Headings[i].ID + " " + c.Headings[i].Title)
}

// Below are the headings below the first, in one line.
func (c *controlOutcome) Below() string {
	var list []string
	for i := 1; i < len(c.Headings); i++ {
		list = append(list, c.Heading(i))
	}
	return strings.Join(list, " › ")
}

// Open are the rules that fail or are unknown, Rest the others.
func (c *controlOutcome) Open() []ruleOutcome {
	return slices.DeleteFunc(slices.Clone(c.Rules), func(r ruleOutcome) bool { return r.Fail+r.Unknown == 0 })
}

// Rest are the rules that are neither failing nor unknown.
func (c *controlOutcome) Rest() []ruleOutcome {
	return slices.DeleteFunc(slices.Clone(c.Rules), func(r ruleOutcome) bool { return r.Fail+r.Unknown > 0 })
}

// FullTitle is the title with the version.
func (o *standardOutcome) FullTitle() string { return strings.TrimSpace(o.Title + " " + o.Version) }

// Judged counts the controls whose rules found something to judge.
func (o *standardOutcome) Judged() int64 {
	return o.Counts.Fail + o.Counts.Unknown + o.Counts.Pass + o.Counts.Suppressed
}

// A part of a standard is what a page of it shows: so many controls, with so
// many rules, at most.
const (
	maxPartControls = 100
	maxPartRules    = 350
	maxPrinted      = 400 // controls on a page to be printed
)

// outcomeBody is what the page of a standard shows.
type outcomeBody struct {
	Scope    *scope
	ID       string
	Outcome  *standardOutcome
	Own      *customStandard // nil for a built-in one
	Chart    template.HTML
	Page     string // in the knowledge base; empty without
	Sections []string
	States   []stateText
	Filter   struct{ State, Section, Find string }
	Groups   []controlGroup
	Pager    pager
	Names    []string // of the accounts that were counted
}

// A controlGroup are controls below the same headings. First is empty where it
// is that of the group before.
type controlGroup struct {
	First, Rest string
	Controls    []controlOutcome
}

// Link leads to the page with other filters.
func (b *outcomeBody) Link(suffix string) string {
	return b.Scope.Link("/standards/" + url.PathEscape(b.ID) + suffix)
}

// readStandard reads the standard that the path names, and how the scope stands.
func (v *visit) readStandard() (*outcomeBody, error) {
	s, err := v.scope()
	if err != nil {
		return nil, err
	}
	query, some := s.accountIDs()
	if !some {
		return nil, &Failure{Status: 422, Detail: "The group " + s.Title() + " has no accounts. Choose another, or give accounts one of its tags."}
	}
	var answer one[standardOutcome]
	if err := v.get("/compliance-standards/outcome/"+url.PathEscape(v.param("id")), query, &answer); err != nil {
		return nil, err
	}
	b := &outcomeBody{Scope: s, ID: answer.Data.ID, Outcome: &answer.Data.Attributes, States: stateTexts}
	own, err := v.customStandards()
	if err != nil {
		return nil, err
	}
	b.Own = own[b.ID]
	if page, ok := v.Book.Standard(b.ID); ok {
		b.Page = page.Path
	}
	v.linkRules(b)
	for _, id := range b.Outcome.Accounts {
		b.Names = append(b.Names, s.Name(id))
	}
	return b, nil
}

// linkRules fills in where the rules of a standard lead to, and puts those that
// fail first.
func (v *visit) linkRules(b *outcomeBody) {
	order := map[string]int{"fail": 0, "unknown": 1, "pass": 2, "suppressed": 3}
	rank := func(r ruleOutcome) int {
		if n, ok := order[r.Status]; ok {
			return n
		}
		return len(order)
	}
	for i := range b.Outcome.Controls {
		rules := b.Outcome.Controls[i].Rules
		slices.SortStableFunc(rules, func(x, y ruleOutcome) int { return cmp.Compare(rank(x), rank(y)) })
		for j := range rules {
			r := &rules[j]
			if e, ok := v.Book.Entry(r.ID); ok {
				r.Path = e.Path
			}
			status := "FAILURE"
			if r.Fail == 0 {
				status = "UNKNOWN"
			}
			r.Checks = b.Scope.Link("/checks", "filter[ruleIds]", r.ID, "filter[statuses]", status)
		}
	}
}

func (v *visit) standard() error {
	b, err := v.readStandard()
	if err != nil {
		return err
	}
	b.Filter.State, b.Filter.Section, b.Filter.Find = v.query("state"), v.query("section"), strings.TrimSpace(v.query("find"))
	for i := range b.Outcome.Controls {
		if h := b.Outcome.Controls[i].Heading(0); h != "" && !slices.Contains(b.Sections, h) {
			b.Sections = append(b.Sections, h)
		}
	}
	b.Chart = b.Outcome.Counts.draw(false, func(state string) string {
		return b.Scope.Link("/standards/"+url.PathEscape(b.ID), "state", state)
	})
	v.choosePart(b, b.filtered())
	return v.show("standard", b.frame(b.Outcome.FullTitle()))
}

// frame is the frame of a standard's page.
func (b *outcomeBody) frame(title string) *look.Frame {
	return &look.Frame{Title: title, Lead: b.Scope.Title(), Section: "/standards", Crumbs: []look.Link{{Text: "Standards", Path: "/standards"}}, Body: b}
}

// filtered are the controls that the filter chooses.
func (b *outcomeBody) filtered() []controlOutcome {
	words := strings.Fields(strings.ToLower(b.Filter.Find))
	var list []controlOutcome
	for _, c := range b.Outcome.Controls {
		if b.Filter.State != "" && c.Status != b.Filter.State || b.Filter.Section != "" && c.Heading(0) != b.Filter.Section {
			continue
		}
		text := c.ID + " " + c.Title
		for _, r := range c.Rules {
			text += " " + r.ID + " " + r.Title
		}
		if hasAll(strings.ToLower(text), words) {
			list = append(list, c)
		}
	}
	return list
}

// choosePart takes the controls of the page that the query asks for, in groups.
func (v *visit) choosePart(b *outcomeBody, list []controlOutcome) {
	starts := standardParts(list, maxPartControls, maxPartRules)
	number := min(max(1, v.number("page")), max(1, len(starts)-1))
	b.Pager = v.pager(number, int64(len(starts)-1), 1)
	b.Pager.Total = int64(len(list))
	if len(list) == 0 {
		b.Pager = pager{}
		return
	}
	first, end := starts[number-1], starts[number]
	b.Pager.First, b.Pager.Last = int64(first+1), int64(end)
	b.Groups = controlGroups(list[first:end])
}

// standardParts cuts a list of controls: the places where parts begin, and the end.
func standardParts(list []controlOutcome, controls, rules int) []int {
	starts := []int{0}
	bearing := 0
	for i, c := range list {
		if first := starts[len(starts)-1]; i > first && (i-first >= controls || bearing+len(c.Rules) > rules) {
			starts, bearing = append(starts, i), 0
		}
		bearing += len(c.Rules)
	}
	return append(starts, len(list))
}

// controlGroups puts controls below the same headings together.
func controlGroups(list []controlOutcome) []controlGroup {
	var groups []controlGroup
	first, rest := "", ""
	for i, c := range list {
		h, below := c.Heading(0), c.Below()
		if i == 0 || h != first || below != rest {
			g := controlGroup{First: h, Rest: below}
			if i > 0 && h == first {
				g.First = ""
			}
			groups = append(groups, g)
			first, rest = h, below
		}
		last := &groups[len(groups)-1]
		last.Controls = append(last.Controls, c)
	}
	return groups
}
