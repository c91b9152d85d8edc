package web

import (
	"cmp"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

var accountPages = []page{
	{Pattern: "GET /accounts", Handle: (*visit).accounts},
	{Pattern: "GET /accounts/new", Handle: (*visit).newAccountStart},
	{Pattern: "GET /accounts/new/role", Handle: (*visit).newAccountRole},
	{Pattern: "GET /accounts/new/role/{format}", Handle: (*visit).roleFile},
	{Pattern: "GET /accounts/new/details", Handle: (*visit).newAccountDetails},
	{Pattern: "POST /accounts/new/details", Handle: (*visit).addAccount},
	{Pattern: "GET /accounts/{id}", Handle: (*visit).account},
	{Pattern: "POST /accounts/{id}/scan", Handle: (*visit).scanNow},
	{Pattern: "GET /accounts/{id}/scans", Handle: (*visit).accountScans},
	{Pattern: "GET /accounts/{id}/settings", Handle: (*visit).accountEdit},
	{Pattern: "POST /accounts/{id}/settings", Handle: (*visit).changeAccount},
	{Pattern: "POST /accounts/{id}/bot", Handle: (*visit).changeBot},
	{Pattern: "GET /accounts/{id}/bot/copy", Handle: (*visit).botCopy},
	{Pattern: "POST /accounts/{id}/bot/copy", Handle: (*visit).copyBot},
	{Pattern: "POST /accounts/{id}/subscription", Handle: (*visit).changeSubscription},
	{Pattern: "POST /accounts/{id}/delete", Handle: (*visit).deleteAccount},
	{Pattern: "GET /accounts/{id}/access", Handle: (*visit).accountAccess},
	{Pattern: "POST /accounts/{id}/access", Handle: (*visit).changeAccountAccess},
	{Pattern: "POST /accounts/{id}/access/check", Handle: (*visit).checkAccountAccess},
}

// accountsPerPage is how many accounts a page lists.
const accountsPerPage = 50

// accountsBody is what the list of accounts shows.
type accountsBody struct {
	Rows    []accountListed
	All     int    // accounts that the reader may see
	Unread  int    // of these, how many cannot be read now
	Find    string // the words that those listed have
	Sort    string
	Sorts   []accountSort
	Pager   pager
	MayAdd  bool
	Outside bool // the reader has no access to any
}

// An accountListed is a row of the list.
type accountListed struct {
	thing[account]
	Score    *float64
	Percent  string
	Failures int64
	Failing  string // leads to them
	Split    template.HTML
	Scan     *lastScan // its last one; nil when the API does not tell
	Failure  string
	MayMend  bool
}

// Paused tells whether no scan is planned.
func (a accountListed) Paused() bool { return a.Attributes.NextScan.IsZero() }

// Path is that of the account's page.
func (a accountListed) Path() string { return accountPath(a.ID) }

// An accountSort is an order of the list.
type accountSort struct {
	Key, Text string
	compare   func(a, b *accountListed) int
}

// accountSorts are the orders; within each, and in the first, it is by name.
var accountSorts = []accountSort{
	{"", "What needs attention", func(a, b *accountListed) int {
		return cmp.Compare(oneIf(a.Attributes.FailedSince.IsZero()), oneIf(b.Attributes.FailedSince.IsZero()))
	}},
	{"name", "Name", func(_, _ *accountListed) int { return 0 }},
	{"score", "Lowest score", func(a, b *accountListed) int {
		if a.Score == nil || b.Score == nil {
			return cmp.Compare(oneIf(a.Score == nil), oneIf(b.Score == nil))
		}
		return cmp.Compare(*a.Score, *b.Score)
	}},
	{"failures", "Most failures", func(a, b *accountListed) int { return cmp.Compare(b.Failures, a.Failures) }},
	{"scan", "Longest without a scan", func(a, b *accountListed) int { return a.Attributes.Checked.Compare(b.Attributes.Checked.Time) }},
}

func (v *visit) accounts() error {
	b := &accountsBody{
		Find: strings.TrimSpace(v.query("find")), Sort: v.query("sort"), Sorts: accountSorts, MayAdd: v.who.IsAdmin(), Outside: !v.who.CanReadSome(),
	}
	f := &look.Frame{Title: "Accounts", Section: "/accounts", Body: b}
	if b.Outside {
		return v.show("accounts", f)
	}
	var (
		s      *scope
		scores one[score]
	)
	if err := together(
		func() (err error) { s, err = v.scope(); return err },
		func() error { return v.get("/statistics/score", nil, &scores) },
	); err != nil {
		return err
	}
	b.list(s, scores.Data.Attributes.Accounts)
	number := v.within(len(b.Rows), accountsPerPage)
	b.Pager = v.pager(number, int64(len(b.Rows)), accountsPerPage)
	if len(b.Rows) > 0 {
		b.Rows = b.Rows[b.Pager.First-1 : b.Pager.Last]
	}
	for i := range b.Rows {
		b.Rows[i].MayMend = v.who.CanWrite(b.Rows[i].ID)
	}
	if err := v.lastScansOf(b.Rows); err != nil {
		return err
	}
	return v.show("accounts", f)
}

// within is the number of the page asked for of a list of so many rows.
func (v *visit) within(rows, size int) int {
	return min(max(1, v.number("page")), max(1, (rows+size-1)/size))
}

// list makes the rows that are asked for, in their order.
func (b *accountsBody) list(s *scope, scores []accountScore) {
	of := map[string]*accountScore{}
	for i := range scores {
		of[scores[i].ID] = &scores[i]
	}
	words := strings.Fields(strings.ToLower(b.Find))
	b.All = len(s.Accounts)
	for _, a := range s.Accounts {
		t := a.Attributes
		if !t.FailedSince.IsZero() {
			b.Unread++
		}
		if !hasAll(strings.ToLower(strings.Join(append([]string{t.Name, t.Environment, t.AWS}, t.Tags...), " ")), words) {
			continue
		}
		row := accountListed{thing: a, Percent: chart.Percent(nil), Failure: shortened(t.Reason(), listedFailure)}
		if n := of[a.ID]; n != nil {
			scoped := scope{Account: a.ID}
			row.Score, row.Percent, row.Failures = n.Score, chart.Percent(n.Score), n.Failures
			row.Failing = scoped.Link("/checks", "filter[statuses]", "FAILURE")
			row.Split = riskSplit("Failures of "+t.Title()+" by risk", n.Failing)
		}
		b.Rows = append(b.Rows, row)
	}
	order := accountSorts[0]
	for _, sort := range accountSorts {
		if sort.Key == b.Sort {
			order = sort
		}
	}
	slices.SortStableFunc(b.Rows, func(x, y accountListed) int { return order.compare(&x, &y) })
}

// listedFailure is how much of why an account cannot be read the list tells, in
// characters.
const listedFailure = 300

// riskSplit is a small bar of failures by risk.
func riskSplit(title string, failing []riskNumber) template.HTML {
	split := chart.Split{Title: title, Bare: true}
	for _, n := range failing {
		split.Parts = append(split.Parts, chart.Part{Label: look.Risk(n.Risk), Count: n.Count, Tone: riskTones[n.Risk]})
	}
	return chart.Stack(split)
}

// listScansRead is how many scans are looked at for the last of each account.
const listScansRead = 500

// lastScansOf adds the newest scan of each account listed, as far as it is among
// the newest of all.
func (v *visit) lastScansOf(rows []accountListed) error {
	if len(rows) == 0 {
		return nil
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.ID)
	}
	var scans many[accountScan]
	if err := v.get("/scans", url.Values{"accountIds": {strings.Join(ids, ",")}, "limit": {strconv.Itoa(listScansRead)}}, &scans); err != nil {
		return err
	}
	newest := map[string]*lastScan{}
	for i := range scans.Data {
		if id := scans.Data[i].to("account"); newest[id] == nil {
			row := newScanRow(scans.Data[i].Attributes)
			newest[id] = &row.lastScan
		}
	}
	for i := range rows {
		rows[i].Scan = newest[rows[i].ID]
	}
	return nil
}
