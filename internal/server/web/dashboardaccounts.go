package web

import (
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/server/chart"
	"github.com/surety-cloud/surety/internal/server/look"
)

// chosen are the accounts of the scope, by name.
func (s *scope) chosen() []thing[account] {
	ids := map[string]bool{}
	for _, id := range s.IDs() {
		ids[id] = true
	}
	return slices.DeleteFunc(slices.Clone(s.Accounts), func(a thing[account]) bool { return !ids[a.ID] })
}

// neverScanned tells whether no account was ever read.
func neverScanned(accounts []thing[account]) bool {
	return !slices.ContainsFunc(accounts, func(a thing[account]) bool { return !a.Attributes.Checked.IsZero() })
}

// leadOf says what the page is about.
func leadOf(s *scope, accounts []thing[account], now time.Time) string {
	lead := s.Title()
	if s.Account != "" {
		lead += ", AWS account " + accounts[0].Attributes.AWS
	} else if len(accounts) > 1 {
		lead += ": " + look.Number(len(accounts)) + " accounts"
	}
	var last time.Time
	for _, a := range accounts {
		if a.Attributes.Checked.After(last) {
			last = a.Attributes.Checked.Time
		}
	}
	if last.IsZero() {
		return lead
	}
	return lead + ", last scan " + look.Ago(last, now)
}

// A waitingAccount is one that was not read yet, and why.
type waitingAccount struct {
	Title   string
	Path    string
	Running bool
	Failed  time.Time // since when it cannot be read; zero when that is not so
	Failure string
	Next    time.Time // of its scan; zero when none is planned
	Due     bool      // its time has come
}

// waiting are the first accounts that wait for a scan, and how many more do.
func waiting(accounts []thing[account], now time.Time) (list []waitingAccount, more int) {
	shown := min(len(accounts), dashboardAccounts)
	for _, a := range accounts[:shown] {
		t := a.Attributes
		list = append(list, waitingAccount{
			Title: t.Title(), Path: accountPath(a.ID), Running: t.BotStatus != nil, Failed: t.FailedSince.Time, Failure: sentence(shortened(t.Failure, noticeLength)),
			Next: t.NextScan.Time, Due: !t.NextScan.IsZero() && !t.NextScan.After(now),
		})
	}
	return list, len(accounts) - shown
}

// notices say of what accounts the page knows nothing, or nothing new.
type notices struct {
	Unread     []unreadAccount // that cannot be read now
	MoreUnread int             // of these that are not listed
	New        int             // how many wait for their first scan
}

type unreadAccount struct {
	Title   string
	Since   time.Time
	Checked time.Time // zero when it never could be read
	Failure string
	Path    string // where it can be mended
	MayMend bool
}

func (v *visit) notices(accounts []thing[account]) notices {
	var n notices
	for _, a := range accounts {
		t := a.Attributes
		switch {
		case !t.FailedSince.IsZero():
			u := unreadAccount{Title: t.Title(), Since: t.FailedSince.Time, Checked: t.Checked.Time, Failure: sentence(shortened(t.Failure, noticeLength)), Path: accountPath(a.ID)}
			if v.who.IsAdmin() {
				u.MayMend, u.Path = true, u.Path+"/access"
			}
			n.Unread = append(n.Unread, u)
		case t.Checked.IsZero():
			n.New++
		}
	}
	slices.SortStableFunc(n.Unread, func(a, b unreadAccount) int { return a.Since.Compare(b.Since) })
	if n.MoreUnread = len(n.Unread) - dashboardNotices; n.MoreUnread > 0 {
		n.Unread = n.Unread[:dashboardNotices]
	}
	return n
}

func accountPath(id string) string { return "/accounts/" + url.PathEscape(id) }

// A rankedAccount is an account with its score.
type rankedAccount struct {
	ID, Title string
	AWS       string
	Path      string // its dashboard
	Score     string
	Spark     template.HTML
	Split     template.HTML
	Failures  int64
	Failing   string // leads to them
	Unknown   int64
	Checked   time.Time
	Unread    bool // it cannot be read now
	score     *float64
}

// rank lists the accounts with the lowest scores. Those without a score come
// last.
func (b *dashboardBody) rank(accounts []thing[account]) {
	scores := map[string]*accountScore{}
	for i := range b.Score.Accounts {
		scores[b.Score.Accounts[i].ID] = &b.Score.Accounts[i]
	}
	for _, a := range accounts {
		n := scores[a.ID]
		if n == nil {
			continue // added since the API was asked
		}
		one := scope{Account: a.ID}
		b.Ranked = append(b.Ranked, rankedAccount{
			ID: a.ID, Title: a.Attributes.Title(), AWS: a.Attributes.AWS, Path: one.Link("/"), Score: chart.Percent(n.Score), Failures: n.Failures,
			Failing: one.Link("/checks", "filter[statuses]", "FAILURE"), Unknown: n.Unknown, Checked: a.Attributes.Checked.Time,
			Unread: !a.Attributes.FailedSince.IsZero(), score: n.Score,
		})
	}
	slices.SortStableFunc(b.Ranked, func(a, b rankedAccount) int {
		switch {
		case a.score == nil || b.score == nil:
			return cmp.Compare(oneIf(a.score == nil), oneIf(b.score == nil))
		default:
			return cmp.Or(cmp.Compare(*a.score, *b.score), cmp.Compare(b.Failures, a.Failures))
		}
	})
	shown := min(len(b.Ranked), dashboardAccounts)
	b.Unranked, b.Ranked = len(b.Ranked)-shown, b.Ranked[:shown]
	for i := range b.Ranked {
		r := &b.Ranked[i]
		split := chart.Split{Title: "Failures of " + r.Title + " by risk", Bare: true}
		for _, n := range scores[r.ID].Failing {
			split.Parts = append(split.Parts, chart.Part{Label: look.Risk(n.Risk), Count: n.Count, Tone: riskTones[n.Risk]})
		}
		r.Split = chart.Stack(split)
	}
}

func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// recentScans is how many scans are looked at for the last of each account.
const recentScans = 200

// A dashboardScan is one of GET /scans.
type dashboardScan struct {
	Outcome  string
	Error    string
	Started  moment           `json:"started-date"`
	Finished moment           `json:"finished-date"`
	Counts   map[string]int64 // of what it did, by name
}

// A lastScan is the newest scan of an account, in words.
type lastScan struct {
	Title  string // of the account
	Path   string
	Text   string
	Icon   string
	Class  string
	At     time.Time
	Facts  string
	Unread string // what could not be read
}

// scanOutcomes are how scans ended, in words.
var scanOutcomes = map[string]lastScan{
	"running":   {Text: "Running", Icon: "play", Class: "muted"},
	"complete":  {Text: "Complete", Icon: "pass", Class: "pass"},
	"partial":   {Text: "Not all could be read", Icon: "unknown", Class: "unknown"},
	"failed":    {Text: "The account could not be read", Icon: "fail", Class: "fail"},
	"abandoned": {Text: "Stopped before its end", Icon: "muted", Class: "muted"},
}

// lastScans are the newest scans, one an account: first those that could not
// read all.
func lastScans(s *scope, scans []thing[dashboardScan]) []lastScan {
	var list []lastScan
	seen := map[string]bool{}
	for i := range scans {
		id, t := scans[i].to("account"), scans[i].Attributes
		if seen[id] {
			continue
		}
		seen[id] = true
		l, ok := scanOutcomes[t.Outcome]
		if !ok {
			l = lastScan{Text: look.Words(t.Outcome), Icon: "info", Class: "muted"}
		}
		l.Title, l.Path, l.At, l.Unread, l.Facts = s.Name(id), accountPath(id), t.Started.Time, sentence(shortened(t.Error, unreadLength)), scanFacts(t)
		if !t.Finished.IsZero() {
			l.At = t.Finished.Time
		}
		list = append(list, l)
	}
	slices.SortStableFunc(list, func(a, b lastScan) int { return cmp.Compare(oneIf(a.Unread == ""), oneIf(b.Unread == "")) })
	return list[:min(len(list), dashboardScans)]
}

// unreadLength and noticeLength are how much is told of what could not be read, in
// characters; the page of the account has all.
const (
	unreadLength = 700
	noticeLength = 300
)

// shortened is a text of at most so many characters.
func shortened(text string, most int) string {
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// scanFacts says what a scan did.
func scanFacts(t dashboardScan) string {
	var facts []string
	for _, f := range []struct{ name, one, many string }{
		{"resources", "resource", "resources"}, {"failed", "new failure", "new failures"}, {"resolved", "resolved", "resolved"},
	} {
		n, told := t.Counts[f.name]
		switch {
		case !told:
		case n == 1:
			facts = append(facts, "1 "+f.one)
		case n > 0:
			facts = append(facts, look.Number(n)+" "+f.many)
		}
	}
	if !t.Finished.IsZero() {
		if took := t.Finished.Sub(t.Started.Time).Round(time.Second); took >= time.Minute {
			facts = append(facts, fmt.Sprintf("took %d min %d s", int(took.Minutes()), int(took.Seconds())%60))
		} else if took > 0 {
			facts = append(facts, fmt.Sprintf("took %d s", int(took.Seconds())))
		}
	}
	return strings.Join(facts, ", ")
}
