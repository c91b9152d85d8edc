package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

var dashboardPages = []page{
	{Pattern: "GET /{$}", Handle: (*visit).dashboard},
}

// What the dashboard shows of long lists.
const (
	dashboardDays     = 30
	dashboardAccounts = 10
	dashboardRules    = 8
	dashboardBars     = 10
	dashboardChanges  = 5
	dashboardScans    = 5
	dashboardNotices  = 3
)

// dashboardBody is what the dashboard shows.
type dashboardBody struct {
	Scope *scope
	// Empty says why there is nothing to show; empty when there is.
	Empty    string
	Waiting  []waitingAccount // that have no checks yet, when no account has
	More     int              // of these that are not listed
	MayAdd   bool             // whoever looks may add accounts
	Look     string           // leads to this page again
	Notices  notices
	Score    score
	Ring     template.HTML
	Weighted string
	Since    []change
	Improve  string // leads to the failures
	Counts   []countRow
	Days     template.HTML
	Split    template.HTML
	Risks    []riskTile
	Rules    []failingRule
	AllRules string // leads to all rules that fail
	Turned   [2]turnedCard
	From     time.Time // since when they have turned
	Pillars  template.HTML
	Services barList
	Regions  barList
	Ranked   []rankedAccount
	Unranked int // accounts that are not among these
	Scans    []lastScan
}

// What the dashboard has nothing to show for.
const (
	emptyOutside = "outside" // no account is the reader's to see
	emptyServer  = "server"  // there are no accounts
	emptyGroup   = "group"   // the group has none
	emptyWaiting = "waiting" // no account of the scope has been scanned
)

// answers are what the API says for the dashboard.
type answers struct {
	scope   *scope
	score   one[score]
	days    many[dayScore]
	changes one[changes]
	scans   many[dashboardScan]
}

// ask makes the calls of the dashboard, together.
func (v *visit) ask() (*answers, error) {
	var a answers
	chosen := scope{Account: v.query("account"), Group: v.query("group")}
	with := func(name string, n int) url.Values {
		q := chosen.statistics()
		q.Set(name, strconv.Itoa(n))
		return q
	}
	return &a, together(
		func() (err error) { a.scope, err = v.scope(); return err },
		func() error { return v.get("/statistics/score", chosen.statistics(), &a.score) },
		func() error { return v.get("/statistics/changes", with("limit", dashboardChanges), &a.changes) },
		func() error { return v.get("/statistics/evolution", with("days", dashboardDays), &a.days) },
		func() error { return v.get("/scans", with("limit", recentScans), &a.scans) },
	)
}

func (v *visit) dashboard() error {
	f := &look.Frame{Title: "Dashboard", Section: "/"}
	if !v.who.CanReadSome() {
		f.Body = &dashboardBody{Empty: emptyOutside}
		return v.show("dashboard", f)
	}
	a, err := v.ask()
	if err != nil {
		return err
	}
	b := &dashboardBody{Scope: a.scope, Score: a.score.Data.Attributes, MayAdd: v.who.IsAdmin(), Look: a.scope.Link("/")}
	f.Body = b
	accounts := a.scope.chosen()
	switch {
	case len(a.scope.Accounts) == 0:
		b.Empty = emptyServer
	case len(accounts) == 0:
		f.Lead, b.Empty = a.scope.Title(), emptyGroup
	case b.Score.all() == 0 && neverScanned(accounts):
		f.Lead, b.Empty = a.scope.Title(), emptyWaiting
		b.Waiting, b.More = waiting(accounts, v.Now())
	}
	if b.Empty != "" {
		return v.show("dashboard", f)
	}
	f.Lead = leadOf(a.scope, accounts, v.Now())
	b.Notices = v.notices(accounts)
	b.showScore()
	b.showCounts()
	b.showDays(a.days.Data, v.Now())
	b.showFailures()
	b.showTurned(&a.changes.Data.Attributes)
	b.Scans = lastScans(a.scope, a.scans.Data)
	if len(accounts) > 1 {
		b.rank(accounts)
		if err := v.sparks(b.Ranked); err != nil {
			return err
		}
	}
	return v.show("dashboard", f)
}

// sparks adds how the score of each account went.
func (v *visit) sparks(accounts []rankedAccount) error {
	var calls []func() error
	for i := range accounts {
		a := &accounts[i]
		calls = append(calls, func() error {
			var days many[dayScore]
			if err := v.get("/statistics/evolution", url.Values{"accountIds": {a.ID}, "days": {strconv.Itoa(dashboardDays)}}, &days); err != nil {
				return err
			}
			title := fmt.Sprintf("Score of %s in %d days", a.Title, dashboardDays)
			a.Spark = chart.Spark(chart.Trend{Title: title, Values: newEvolution(days.Data, v.Now()).values("")})
			return nil
		})
	}
	return together(calls...)
}

// together calls functions at the same time. The error is that of the first
// that has one, in their order; a panic is passed on to the caller, whom the
// server guards.
func together(calls ...func() error) error {
	errs, faults := make([]error, len(calls)), make([]any, len(calls))
	var group sync.WaitGroup
	for i, call := range calls {
		group.Go(func() {
			defer func() { faults[i] = recover() }()
			errs[i] = call()
		})
	}
	group.Wait()
	for _, fault := range faults {
		if fault != nil {
			panic(fault)
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
