package report

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

//go:embed html.gohtml
var htmlTemplate string

//go:embed html.css
var htmlStyle string

//go:embed html.js
var htmlScript string

// htmlOpen is up to how many findings are shown unfolded.
const htmlOpen = 20

// writeHTML writes one page that needs nothing but itself: what the scan comes
// to, what could not be read, then the findings by rule, the worst first, each
// rule with how to repair it. It works without JavaScript, which adds only the
// filters, and reaches for no network: its policy forbids the browser to.
//
// Names and messages come from whoever wrote a template or owns an account;
// html/template escapes them for the place where they stand.
func writeHTML(w io.Writer, r *Report) error {
	page, err := template.New("report").Funcs(template.FuncMap{"number": grouping}).Parse(htmlTemplate)
	if err != nil {
		return err
	}
	data, err := newHTMLPage(r)
	if err != nil {
		return err
	}
	return page.Execute(w, data)
}

// An htmlPage is what the template shows.
type htmlPage struct {
	Policy string
	Style  template.CSS
	Script template.JS

	Title   string
	Time    string // for people
	Stamp   string // for machines
	Facts   []string
	Score   htmlScore
	Risks   []htmlBar
	Service htmlBreakdown
	Place   htmlBreakdown

	Problems []htmlProblem
	Unmapped string
	Standard *htmlStandard
	Rules    []*htmlRule
	Listed   int  // findings that are listed
	Passed   bool // whether what passed is among them
	Verdicts []htmlChoice
}

// An htmlProblem is something that could not be read.
type htmlProblem struct {
	Error   bool
	Summary string
	Place   string
	Source  string
	Detail  string
}

// An htmlRule is a rule and what it found.
type htmlRule struct {
	ID, Title     string
	ServiceNumber int // of the service among those to choose from
	Risk          rule.Risk
	Why, Repair   template.HTML
	Counts        []htmlChoice
	Open          bool
	Found         []htmlCheck
	Passed        []htmlCheck

	weight int // of the worst of its checks
	failed int
}

// An htmlChoice is a verdict, and how often it was reached.
type htmlChoice struct {
	Value, Text string
	Number      int
}

// An htmlCheck is one check in the list of its rule.
type htmlCheck struct {
	Verdict string // fail, unknown, suppressed, pass
	ID      string
	Name    string // empty where it is the id
	ARN     string
	Place   string // file:line, or account and region
	At      int    // number of the place among those to choose from
	Message string
	Notes   []string
}

func newHTMLPage(r *Report) (*htmlPage, error) {
	tally := r.tally()
	page := &htmlPage{
		Policy: "default-src 'none'; style-src " + contentHash(htmlStyle) + "; script-src " + contentHash(htmlScript) +
			"; base-uri 'none'; form-action 'none'",
		Style:    template.CSS(htmlStyle),
		Script:   template.JS(htmlScript),
		Title:    htmlTitle(r, tally),
		Facts:    r.scope(),
		Score:    newHTMLScore(tally),
		Risks:    riskBars(tally),
		Unmapped: plain(r.unmappedText()),
		Passed:   r.ShowPassed,
	}
	if !r.Time.IsZero() {
		page.Time = r.Time.UTC().Format("2 January 2006, 15:04 UTC")
		page.Stamp = r.Time.UTC().Format(time.RFC3339)
	}
	if r.Version != "" {
		page.Facts = append(page.Facts, "Surety "+plain(r.Version))
	}
	problems := r.problems()
	slices.SortStableFunc(problems, func(a, b cloud.Problem) int { return cmp.Compare(b.Severity, a.Severity) })
	for _, p := range problems {
		page.Problems = append(page.Problems, htmlProblemOf(p))
	}
	page.Problems = append(page.Problems, r.Live.htmlProblems()...)
	page.Service, page.Place = r.breakdowns()
	err := page.list(r)
	page.Standard = newHTMLStandard(r.Standard, func(id string) bool {
		return slices.ContainsFunc(page.Rules, func(of *htmlRule) bool { return of.ID == id })
	})
	return page, err
}

// contentHash names a style or script to a Content-Security-Policy.
func contentHash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

func htmlTitle(r *Report, t tally) string {
	if len(r.Checks) == 0 {
		return "Nothing was judged"
	}
	return many(t.fail, "failure") + " in " + many(t.fail+t.pass+t.unknown, "check")
}

// many is plural with the digits in groups.
func many(n int, noun string) string {
	_, words, _ := strings.Cut(plural(n, noun), " ")
	return grouping(n) + " " + words
}

// grouping writes a number for people: 12,906.
func grouping(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func htmlProblemOf(p cloud.Problem) htmlProblem {
	out := htmlProblem{
		Error:   p.Severity == cloud.Error,
		Summary: plain(p.Summary),
		Detail:  plainLines(p.Detail),
	}
	if out.Place = plain(p.File); p.Line > 0 {
		out.Place = fmt.Sprintf("%s:%d", out.Place, p.Line)
	}
	if len(p.Source) < 400 {
		out.Source = plain(p.Source)
	}
	return out
}

// htmlProblems is what could not be read of live accounts.
func (l *Live) htmlProblems() []htmlProblem {
	if l == nil {
		return nil
	}
	var out []htmlProblem
	for _, u := range l.Unread {
		out = append(out, htmlProblem{
			Summary: plain(u.Action + ": " + cmp.Or(u.Reason, u.Cause)),
			Place:   plain(u.Account + " " + strings.Join(u.Regions, " ")),
			Detail:  plain("Rules that need " + strings.Join(u.Types, ", ") + " are unknown there."),
		})
	}
	return out
}

// list puts the checks that are shown under their rules.
func (page *htmlPage) list(r *Report) error {
	index := map[htmlKey]*htmlRule{}
	counts, risks := map[string]int{}, map[string]bool{}
	services, places := page.Service.numbers(), page.Place.numbers()
	for _, c := range r.notable() {
		key := htmlKey{c.Rule, c.Risk}
		of := index[key]
		if of == nil {
			of = &htmlRule{
				ID: plain(c.Rule.ID), Title: plain(c.Rule.Title), Risk: c.Risk,
				ServiceNumber: services[plain(c.Rule.Service)],
			}
			var err error
			if of.Why, of.Repair, err = pageHTML(c.Rule); err != nil {
				return err
			}
			index[key] = of
			page.Rules = append(page.Rules, of)
		}
		check := htmlCheckOf(c, places)
		of.add(check)
		of.weight = max(of.weight, weight(c))
		counts[check.Verdict]++
		risks[string(c.Risk)] = true
		page.Listed++
	}
	slices.SortStableFunc(page.Rules, func(a, b *htmlRule) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(b.failed, a.failed), cmp.Compare(a.ID, b.ID))
	})
	for _, verdict := range htmlVerdicts {
		if counts[verdict.Value] > 0 {
			page.Verdicts = append(page.Verdicts, htmlChoice{verdict.Value, verdict.Text, counts[verdict.Value]})
		}
	}
	for i := range page.Risks {
		page.Risks[i].Listed = risks[page.Risks[i].Name]
	}
	for _, of := range page.Rules {
		of.Open = page.Listed <= htmlOpen
		of.count()
	}
	return nil
}

// An htmlKey tells rules apart; a setting may give one rule two risks.
type htmlKey struct {
	rule *rule.Rule
	risk rule.Risk
}

// htmlVerdicts are the verdicts in the order in which they are shown.
var htmlVerdicts = []htmlChoice{
	{Value: "fail", Text: "Failed"}, {Value: "unknown", Text: "Unknown"},
	{Value: "suppressed", Text: "Suppressed"}, {Value: "pass", Text: "Passed"},
}

func (of *htmlRule) add(c htmlCheck) {
	if c.Verdict == "pass" {
		of.Passed = append(of.Passed, c)
		return
	}
	of.Found = append(of.Found, c)
	if c.Verdict == "fail" {
		of.failed++
	}
}

// count orders what the rule found and adds it up, for the line that stays when
// the rule is folded.
func (of *htmlRule) count() {
	order := map[string]int{}
	for i, verdict := range htmlVerdicts {
		order[verdict.Value] = i
	}
	slices.SortStableFunc(of.Found, func(a, b htmlCheck) int { return cmp.Compare(order[a.Verdict], order[b.Verdict]) })
	number := map[string]int{"pass": len(of.Passed)}
	for _, c := range of.Found {
		number[c.Verdict]++
	}
	for _, verdict := range htmlVerdicts {
		if n := number[verdict.Value]; n > 0 {
			of.Counts = append(of.Counts, htmlChoice{verdict.Value, strings.ToLower(verdict.Text), n})
		}
	}
}

func htmlCheckOf(c *engine.Check, places map[string]int) htmlCheck {
	r := c.Resource
	out := htmlCheck{
		Verdict: string(c.Verdict),
		ID:      plain(r.ID),
		ARN:     plain(r.ARN),
		Place:   position(c),
		At:      places[htmlPlace(c)],
		Message: plain(c.Message),
		Notes:   notes(c),
	}
	if c.Suppressed != nil {
		out.Verdict = "suppressed"
	}
	switch {
	case unread(r):
		out.ID = plain(r.Type) + " (all)"
	case r.Name != r.ID:
		out.Name = plain(r.Name)
	}
	if out.Place == "" {
		out.Place = plain(where(r))
	} else if from := caller(r); from != "" {
		out.Place += " in " + plain(from)
	}
	return out
}
