package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

// accountFacts are what the API says of one account.
type accountFacts struct {
	account
	Code         string
	Subscription string `json:"subscription-type"`
	Cost         bool   `json:"cost-package"`
	Security     bool   `json:"security-package"`
	Settings     struct{ Bot *botSettings }
}

// Every says how often the account is scanned.
func (a accountFacts) Every() string {
	if a.Settings.Bot.Delay == 1 {
		return "every hour"
	}
	return "every " + strconv.Itoa(a.Settings.Bot.Delay) + " hours"
}

// Reason is why the account cannot be read, without that it cannot: pages say so
// before it.
func (a account) Reason() string {
	return sentence(strings.TrimPrefix(a.Failure, "the account could not be read: "))
}

// An accountPage is what the pages of one account have in common.
type accountPage struct {
	ID      string
	Account accountFacts
	Path    string
	Tabs    []Tab
	Write   bool // the reader may change it
	Admin   bool
}

// Running tells whether the account is being scanned.
func (p *accountPage) Running() bool { return p.Account.BotStatus != nil }

// Scope is the query that leads to what is known of the account.
func (p *accountPage) Scope() *scope { return &scope{Account: p.ID} }

// Paused tells whether scans are paused.
func (p *accountPage) Paused() bool { return p.Account.Settings.Bot.paused() }

// accountTabs are the views of an account. current is the last part of the path
// of the one that is shown: "", scans, settings, rules or access.
func (v *visit) accountTabs(id, current string) []Tab {
	tabs := []struct{ text, at string }{{"Overview", ""}, {"Scans", "scans"}, {"Settings", "settings"}, {"Rules", "rules"}}
	if v.who.CanWrite(id) {
		tabs = append(tabs, struct{ text, at string }{"Access", "access"})
	}
	var list []Tab
	for _, t := range tabs {
		path := accountPath(id)
		if t.at != "" {
			path += "/" + t.at
		}
		list = append(list, Tab{Text: t.text, Path: path, Current: t.at == current})
	}
	return list
}

// accountPage reads the account that the path names.
func (v *visit) accountPage(tab string) (accountPage, error) {
	id := v.param("id")
	p := accountPage{ID: id, Path: accountPath(id), Tabs: v.accountTabs(id, tab), Write: v.who.CanWrite(id), Admin: v.who.IsAdmin()}
	var answer one[accountFacts]
	err := v.get(accountPath(id), nil, &answer)
	p.Account = answer.Data.Attributes
	if p.Account.Settings.Bot == nil {
		p.Account.Settings.Bot = &botSettings{Delay: defaultDelay}
	}
	return p, err
}

// frame is the frame of a page of the account.
func (p *accountPage) frame(body any) *look.Frame {
	f := &look.Frame{
		Title: p.Account.Name, Lead: "AWS account " + p.Account.AWS, Section: "/accounts",
		Crumbs: []look.Link{{Text: "Accounts", Path: "/accounts"}}, Body: body,
	}
	if p.Account.Environment != "" {
		f.Lead = p.Account.Environment + ", " + f.Lead
	}
	return f
}

// accountBody is what the overview of an account shows.
type accountBody struct {
	accountPage
	Score    counts
	Ring     template.HTML
	Weighted string
	Failing  string // leads to the failures
	Split    template.HTML
	Days     template.HTML
	Scans    []scanRow
	Failure  string // why it cannot be read; empty when it can
	Off      []string
}

// Known tells whether anything is known of the account.
func (b *accountBody) Known() bool { return !b.Account.Checked.IsZero() || b.Score.all() > 0 }

// overviewScans is how many scans the overview lists.
const overviewScans = 5

func (v *visit) account() error {
	b := &accountBody{}
	var (
		scores one[score]
		days   many[dayScore]
		scans  many[accountScan]
		of     = url.Values{"accountIds": {v.param("id")}}
	)
	// First, for it says whether there is an account, and whether it is the
	// reader's to see.
	var err error
	if b.accountPage, err = v.accountPage(""); err != nil {
		return err
	}
	if err := together(
		func() error { return v.get("/statistics/score", of, &scores) },
		func() error {
			return v.get("/statistics/evolution", url.Values{"accountIds": of["accountIds"], "days": {strconv.Itoa(dashboardDays)}}, &days)
		},
		func() error {
			return v.get(b.Path+"/scans", url.Values{"limit": {strconv.Itoa(overviewScans)}}, &scans)
		},
	); err != nil {
		return err
	}
	s := b.Scope()
	b.Score = scores.Data.Attributes.counts
	note := ""
	if judged := b.Score.Successes + b.Score.Failures; judged > 0 {
		note = look.Number(b.Score.Successes) + " of " + look.Number(judged) + " checks pass"
	}
	b.Ring = chart.Ring(chart.Gauge{Label: "Compliance score", Value: b.Score.Score, Note: note})
	b.Weighted = chart.Percent(b.Score.Weighted)
	b.Failing = s.Link("/checks", "filter[statuses]", "FAILURE")
	split := chart.Split{Title: "Failures by risk"}
	for _, a := range scores.Data.Attributes.Accounts {
		for _, n := range a.Failing {
			split.Parts = append(split.Parts, chart.Part{
				Label: look.Risk(n.Risk), Count: n.Count, Tone: riskTones[n.Risk],
				Href: s.Link("/checks", "filter[statuses]", "FAILURE", "filter[riskLevels]", n.Risk),
			})
		}
	}
	b.Split = chart.Stack(split)
	e := newEvolution(days.Data, v.Now())
	b.Days = chart.Lines(chart.Evolution{
		Title: "Compliance score", First: e.first, Days: dashboardDays, Series: []chart.Series{{Name: "All checks", Values: e.values("")}},
	})
	for _, t := range scans.Data {
		b.Scans = append(b.Scans, newScanRow(t.Attributes))
	}
	if !b.Account.FailedSince.IsZero() {
		b.Failure = b.Account.Reason()
	}
	b.Off = b.Account.Settings.Bot.off()
	return v.show("account", b.frame(b))
}

func (v *visit) scanNow() error {
	p, err := v.accountPage("")
	if err != nil {
		return err
	}
	if err := v.send(http.MethodPost, p.Path+"/scan", nil, nil); err != nil {
		return err
	}
	if p.Running() {
		return v.done(p.Path, "A scan of "+p.Account.Name+" is running already.")
	}
	return v.done(p.Path, "A scan of "+p.Account.Name+" was asked for. It begins as soon as a worker is free.")
}

// An accountScan is a scan as the API has it.
type accountScan struct {
	dashboardScan
	Reason string
}

// A scanRow is a scan in words.
type scanRow struct {
	lastScan
	Reason  string
	Took    string
	Counts  map[string]int64
	Reasons []string // what could not be read, one by one
}

// Count is a number of what the scan did, which tells of what is not 0 only; a
// dash for a scan that did nothing, or has not ended.
func (r scanRow) Count(name string) string {
	if len(r.Counts) == 0 {
		return "–"
	}
	return look.Number(r.Counts[name])
}

func newScanRow(t accountScan) scanRow {
	l, ok := scanOutcomes[t.Outcome]
	if !ok {
		l = lastScan{Text: look.Words(t.Outcome), Icon: "info", Class: "muted"}
	}
	l.At = t.Started.Time
	r := scanRow{lastScan: l, Counts: t.Counts, Reason: scanReasons[t.Reason], Reasons: reasonsOf(t.Error)}
	if r.Reason == "" {
		r.Reason = look.Words(t.Reason)
	}
	if !t.Finished.IsZero() {
		r.Took = duration(t.Finished.Sub(t.Started.Time))
	}
	return r
}

// scanReasons are why scans were made, in words.
var scanReasons = map[string]string{"schedule": "Planned", "manual": "Asked for"}

// duration is a time for a reader, to the second.
func duration(d time.Duration) string {
	switch d = d.Round(time.Second); {
	case d < 0:
		return "–"
	case d < time.Second:
		return "under 1 s"
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min " + strconv.Itoa(int(d%time.Minute/time.Second)) + " s"
	}
	return strconv.Itoa(int(d/time.Hour)) + " h " + strconv.Itoa(int(d%time.Hour/time.Minute)) + " min"
}

// reasonsOf takes apart what the bot has joined.
func reasonsOf(text string) []string {
	var list []string
	for part := range strings.SplitSeq(text, "; ") {
		if part = sentence(part); part != "" && !slices.Contains(list, part) {
			list = append(list, part)
		}
	}
	return list
}

// How many scans are read, and how many a page lists: what one could not read
// may take 8 kB.
const (
	accountScansRead = 200
	scansPerPage     = 20
)

// accountScansBody is what the list of an account's scans shows.
type accountScansBody struct {
	accountPage
	Scans []scanRow
	Last  int // how many of the last ones are shown at most
	Pager pager
}

func (v *visit) accountScans() error {
	b := &accountScansBody{Last: accountScansRead}
	var err error
	if b.accountPage, err = v.accountPage("scans"); err != nil {
		return err
	}
	var scans many[accountScan]
	if err := v.get(b.Path+"/scans", url.Values{"limit": {strconv.Itoa(accountScansRead)}}, &scans); err != nil {
		return err
	}
	all := scans.Data
	b.Pager = v.pager(v.within(len(all), scansPerPage), int64(len(all)), scansPerPage)
	if len(all) > 0 {
		all = all[b.Pager.First-1 : b.Pager.Last]
	}
	for _, t := range all {
		b.Scans = append(b.Scans, newScanRow(t.Attributes))
	}
	return v.show("account-scans", b.frame(b))
}
