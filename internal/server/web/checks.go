package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/look"
)

var checkPages = []page{
	{Pattern: "GET /checks", Handle: (*visit).checks},
	{Pattern: "POST /checks/suppress", Handle: (*visit).suppressMany},
}

// A check is one as pages show it.
type check struct {
	Region          string
	Status          string
	Risk            string `json:"risk-level"`
	Message         string
	Service         string
	Resource        string
	ResourceName    string
	Descriptor      string `json:"descriptorType"`
	RuleTitle       string `json:"rule-title"`
	Page            string `json:"resolution-page-url"`
	Categories      []string
	Tags            []string
	Suppressed      bool
	SuppressedUntil moment `json:"suppressed-until"`
	StatusSince     moment `json:"status-since"`
	StaleSince      moment `json:"stale-since"`
	StaleReason     string `json:"stale-reason"`
	UnknownReason   string `json:"unknown-reason"`
}

// Shown is the status as the badge has it.
func (c check) Shown() string {
	if c.Suppressed {
		return "SUPPRESSED"
	}
	return c.Status
}

// checksBody is what the page of checks shows.
type checksBody struct {
	Query checksQuery
	Scope *scope
	Tabs  []Tab
	// Empty says why there is nothing to show; empty when there may be.
	Empty   string
	MayAdd  bool // whoever looks may add accounts
	Waiting []waitingAccount
	More    int // accounts that wait and are not listed
	Filter  filterForm
	Chips   []chip
	// Unused are the filters that the tab cannot apply, by their labels.
	Unused  []string
	Views   viewsMenu
	Exports []look.Link
	// One of these is what the tab shows; none when the filter was refused.
	List      *checkList
	Rules     *ruleList
	Resources *resourceList
	Standards *standardList
	Write     bool // whoever looks may suppress checks of the scope
}

// The tabs of the page of checks, as the parameter by has them.
const (
	byCheck    = ""
	byRule     = "rule"
	byResource = "resource"
	byStandard = "standard"
)

// checkTabs are the tabs, which keep the filters.
func checkTabs(q checksQuery) []Tab {
	var tabs []Tab
	for _, t := range []struct{ by, text string }{{byCheck, "All checks"}, {byRule, "By rule"}, {byResource, "By resource"}, {byStandard, "By standard"}} {
		to := q
		to.By = t.by
		tabs = append(tabs, Tab{Text: t.text, Path: to.Link(), Current: t.by == q.By})
	}
	return tabs
}

func (v *visit) checks() error {
	given := v.r.URL.Query()
	q := readChecksQuery(given)
	if q.readForm(given) {
		http.Redirect(v.w, v.r, q.Link(), http.StatusSeeOther)
		return nil
	}
	f := &look.Frame{Title: "Checks", Section: "/checks"}
	b := &checksBody{Query: q, MayAdd: v.who.IsAdmin()}
	f.Body = b
	if !v.who.CanReadSome() {
		b.Empty = emptyOutside
		return v.show("checks", f)
	}
	var err error
	if b.Scope, err = v.scope(); err != nil {
		return err
	}
	if f.Lead = q.title(b.Scope); len(b.Scope.Accounts) == 0 {
		f.Lead, b.Empty = "", emptyServer
		return v.show("checks", f)
	}
	if len(q.ids(b.Scope)) == 0 {
		b.Empty = emptyGroup
		return v.show("checks", f)
	}
	for _, id := range q.ids(b.Scope) {
		b.Write = b.Write || v.who.CanWrite(id)
	}
	b.Tabs = checkTabs(q)
	err = v.loadChecks(b)
	var no *Failure
	if errors.As(err, &no) && no.Status == http.StatusUnprocessableEntity {
		switch {
		case no.Source == "page[after]": // the place is of another list
			http.Redirect(v.w, v.r, q.Link(), http.StatusSeeOther)
			return nil
		case strings.HasPrefix(no.Source, "filter"):
			f.Error = "These filters cannot be applied. " + b.Filter.refuse(no)
			b.List, b.Rules, b.Resources, b.Standards = nil, nil, nil, nil
			return v.showAs(no.Status, "checks", f)
		}
	}
	if err != nil {
		return err
	}
	b.showWaiting(v)
	if l := b.List; l != nil && l.Pager.Total > 0 {
		f.Lead += ": " + look.Plural(l.Pager.Total, "check", "checks")
	}
	return v.show("checks", f)
}

// optionTime is how long the page waits to know in which services and regions
// there are checks; it offers all of them otherwise.
const optionTime = 150 * time.Millisecond

// loadChecks asks for what the page shows, together. The filter's form is
// there even when the filter is refused.
func (v *visit) loadChecks(b *checksBody) error {
	var (
		sums      one[score]
		standards many[standardFacts]
		views     many[view]
		known     bool
		listFault error
	)
	err := together(
		func() error {
			known = v.soon(optionTime, func(v *visit) error { return v.get("/statistics/score", b.Query.accounts(b.Scope), &sums) })
			return nil
		},
		func() error { return v.get("/compliance-standards", nil, &standards) },
		func() error { return v.get("/views", nil, &views) },
		func() error { listFault = v.list(b); return nil },
	)
	if err != nil {
		return err
	}
	services, regions := v.placeOptions(&sums.Data.Attributes, known)
	b.Filter = b.Query.form(services, regions, standards.Data)
	b.Chips = b.Query.chips(standards.Data)
	b.Views = newViewsMenu(v, b.Query, views.Data)
	b.Exports = b.Query.exports(b.Scope)
	return listFault
}

// list asks for the list of the tab.
func (v *visit) list(b *checksBody) error {
	switch b.Query.By {
	case byRule:
		return v.listByRule(b)
	case byResource:
		return v.listByResource(b)
	case byStandard:
		return v.listByStandard(b)
	default:
		return v.listChecks(b)
	}
}

// showWaiting says so where no account of the scope was ever scanned, and there
// is nothing to list.
func (b *checksBody) showWaiting(v *visit) {
	if b.List == nil || len(b.List.Rows) > 0 {
		return
	}
	ids := map[string]bool{}
	for _, id := range b.Query.ids(b.Scope) {
		ids[id] = true
	}
	var chosen []thing[account]
	for _, a := range b.Scope.Accounts {
		if ids[a.ID] {
			chosen = append(chosen, a)
		}
	}
	if neverScanned(chosen) {
		b.Empty = emptyWaiting
		b.Waiting, b.More = waiting(chosen, v.Now())
	}
}

// exports lead to files of the checks that the page shows.
func (q checksQuery) exports(s *scope) []look.Link {
	var links []look.Link
	for _, format := range []struct{ key, text string }{{"csv", "CSV"}, {"xlsx", "Excel"}, {"json", "JSON"}, {"jsonl", "JSON, a check a line"}} {
		query := q.api(s)
		query.Set("format", format.key)
		links = append(links, look.Link{Text: format.text, Path: link("/v1/checks/export", query)})
	}
	return links
}

// api are the parameters of GET /checks: the accounts and the filter.
func (q checksQuery) api(s *scope) url.Values {
	query := q.accounts(s)
	q.Filter.asked().add(query)
	return query
}
