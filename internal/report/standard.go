package report

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/standard"
)

// ByStandard puts the checks in the order of a standard. title names a rule;
// left says why a rule was not held against what was scanned, and is empty when
// it was.
func ByStandard(s *standard.Standard, checks []*engine.Check, title, left func(rule string) string) *standard.Outcome {
	tallies := map[string]standard.Tally{}
	for _, c := range checks {
		t := tallies[c.Rule.ID]
		switch {
		case c.Verdict == engine.Pass:
			t.Pass++
		case c.Suppressed != nil:
			t.Suppressed++
		case c.Verdict == engine.Fail:
			t.Fail++
		default:
			t.Unknown++
		}
		tallies[c.Rule.ID] = t
	}
	return standard.Judge(s, func(id string) (string, standard.Tally) {
		t := tallies[id]
		t.Left = left(id)
		return title(id), t
	})
}

// statusText is a status as a person reads it.
func statusText(s standard.Status) string {
	switch s {
	case standard.Nothing:
		return "nothing to judge"
	case standard.NoRules:
		return "no rule"
	}
	return string(s)
}

// controlsText adds the controls up: "12 of 63 controls fail, 3 are unknown …".
func controlsText(o *standard.Outcome) string {
	count := o.Count()
	var parts []string
	for _, s := range standard.Statuses {
		if n := count[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, statusText(s)))
		}
	}
	return plural(len(o.Controls), "control") + ": " + strings.Join(parts, ", ")
}

// ruleText is what a rule of a control came to: "IAM-013 2 failed, 5 passed".
func ruleText(r standard.RuleOutcome) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{r.Fail, "failed"}, {r.Unknown, "unknown"}, {r.Pass, "passed"}, {r.Suppressed, "suppressed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if r.Left != "" {
		parts = append(parts, r.Left)
	}
	if len(parts) == 0 {
		parts = []string{statusText(r.Status())}
	}
	return r.ID + " " + strings.Join(parts, ", ")
}

// rulesText is what the rules of a control came to.
func rulesText(c standard.ControlOutcome) string {
	var parts []string
	for _, r := range c.Rules {
		parts = append(parts, ruleText(r))
	}
	return strings.Join(parts, "; ")
}

// newHeadings lists the headings to write before a control: those that the
// control before it does not stand below.
func newHeadings(before, of standard.Entry) []standard.Heading {
	same := 0
	for same < min(len(before.Headings), len(of.Headings)) && before.Headings[same].ID == of.Headings[same].ID {
		same++
	}
	return of.Headings[same:]
}

// statusColor paints a status in the table.
func statusColor(s standard.Status) string {
	switch s {
	case standard.Fail:
		return red
	case standard.Unknown:
		return cyan
	case standard.Pass:
		return green
	}
	return faintStyle
}

// statusWidth is that of the widest status.
const statusWidth = len("nothing to judge")

// standard writes the scan by control.
//
//	CIS Amazon Web Services Foundations Benchmark 5.0
//
//	1 Identity and access management
//	  1.3    fail     Root user has no access keys
//	                  IAM-015 1 failed
func (t *table) standard() {
	o := t.r.Standard
	if o == nil {
		return
	}
	t.line("%s\n", t.style.bold(plain(o.Standard.FullTitle())))
	width := 0
	for _, c := range o.Controls {
		width = max(width, len(c.Control.ID))
	}
	var before standard.Entry
	for i, c := range o.Controls {
		for _, h := range newHeadings(before, c.Entry) {
			if i > 0 {
				t.line("")
			}
			t.line("%s", t.style.bold(plain(strings.TrimSpace(h.ID+" "+h.Title))))
		}
		before = c.Entry
		t.control(c, width)
	}
	t.line("")
	t.paragraph(controlsText(o))
	t.line("")
}

func (t *table) control(c standard.ControlOutcome, width int) {
	status := statusText(c.Status)
	lead := "  " + pad(c.Control.ID, width) + "  " + t.style.paint(statusColor(c.Status), status) +
		strings.Repeat(" ", statusWidth-len(status)) + "  "
	used := 2 + width + 2 + statusWidth + 2
	rules := rulesText(c)
	if t.r.Width == 0 {
		text := plain(c.Control.Title)
		if rules != "" {
			text += " (" + rules + ")"
		}
		t.line("%s%s", lead, text)
		return
	}
	for i, l := range wrap(plain(c.Control.Title), t.r.Width-used) {
		if i > 0 {
			lead = strings.Repeat(" ", used)
		}
		t.line("%s%s", lead, l)
	}
	if rules == "" {
		return
	}
	for _, l := range wrap(rules, t.r.Width-used) {
		t.line("%s%s", strings.Repeat(" ", used), t.style.faint(l))
	}
}

// standard writes the scan by control as a table, which stands before the
// findings.
func (m *markdown) standard() {
	o := m.r.Standard
	if o == nil {
		return
	}
	m.paragraph("### " + escape(o.Standard.FullTitle()))
	m.paragraph(controlsText(o))
	m.line("| Control | Status | What it asks for | Rules |\n| --- | --- | --- | --- |")
	for _, c := range o.Controls {
		m.entry(fmt.Sprintf("| %s | %s | %s | %s |", escape(c.Control.ID), statusText(c.Status), escape(c.Control.Title), escape(rulesText(c))))
	}
	m.line("")
}

// standardJSON is a scan by control as scripts see it. All keys are always
// there.
type standardJSON struct {
	ID       string                  `json:"id"`
	Name     string                  `json:"name"`
	Title    string                  `json:"title"`
	Version  string                  `json:"version"`
	Count    map[standard.Status]int `json:"count"` // controls by status, all of them
	Controls []controlJSON           `json:"controls"`
}

type controlJSON struct {
	ID       string            `json:"id"`
	Title    string            `json:"title"`
	Headings []string          `json:"headings"` // titles, the outermost first
	Status   standard.Status   `json:"status"`
	Rules    []controlRuleJSON `json:"rules"`
}

type controlRuleJSON struct {
	Rule       string          `json:"rule"`
	Title      string          `json:"title"`
	Status     standard.Status `json:"status"`
	Fail       int             `json:"fail"`
	Unknown    int             `json:"unknown"`
	Pass       int             `json:"pass"`
	Suppressed int             `json:"suppressed"`
	// Reason says why the rule was not held against what was scanned; empty
	// when it was.
	Reason string `json:"reason"`
}

func standardObject(o *standard.Outcome) *standardJSON {
	if o == nil {
		return nil
	}
	s := o.Standard
	out := &standardJSON{ID: s.ID, Name: s.Name, Title: s.Title, Version: s.Version, Count: map[standard.Status]int{}, Controls: []controlJSON{}}
	count := o.Count()
	for _, status := range standard.Statuses {
		out.Count[status] = count[status]
	}
	for _, c := range o.Controls {
		control := controlJSON{ID: c.Control.ID, Title: c.Control.Title, Headings: []string{}, Status: c.Status, Rules: []controlRuleJSON{}}
		for _, h := range c.Headings {
			control.Headings = append(control.Headings, strings.TrimSpace(h.ID+" "+h.Title))
		}
		for _, r := range c.Rules {
			control.Rules = append(control.Rules, controlRuleJSON{
				Rule: r.ID, Title: r.Title, Status: r.Status(), Fail: r.Fail, Unknown: r.Unknown,
				Pass: r.Pass, Suppressed: r.Suppressed, Reason: r.Left,
			})
		}
		out.Controls = append(out.Controls, control)
	}
	return out
}

// An htmlStandard is the scan by control.
type htmlStandard struct {
	Title string
	Count string
	Rows  []htmlControl
}

// An htmlControl is a line of it: a heading, or a control.
type htmlControl struct {
	Level    int // of a heading, from 1; 0 for a control
	ID       string
	Title    string
	Status   string
	Mark     string // class of its badge
	Outcomes []htmlRuleOutcome
}

// An htmlRuleOutcome is what a rule came to; Listed tells whether the page
// lists findings of it.
type htmlRuleOutcome struct {
	ID, Text string
	Listed   bool
}

func newHTMLStandard(o *standard.Outcome, listed func(rule string) bool) *htmlStandard {
	if o == nil {
		return nil
	}
	out := &htmlStandard{Title: plain(o.Standard.FullTitle()), Count: controlsText(o)}
	var before standard.Entry
	for _, c := range o.Controls {
		fresh := newHeadings(before, c.Entry)
		for i, h := range fresh {
			out.Rows = append(out.Rows, htmlControl{Level: len(c.Headings) - len(fresh) + i + 1, ID: plain(h.ID), Title: plain(h.Title)})
		}
		before = c.Entry
		row := htmlControl{ID: plain(c.Control.ID), Title: plain(c.Control.Title), Status: statusText(c.Status), Mark: string(c.Status)}
		for _, r := range c.Rules {
			_, text, _ := strings.Cut(ruleText(r), " ")
			row.Outcomes = append(row.Outcomes, htmlRuleOutcome{ID: plain(r.ID), Text: plain(text), Listed: listed(plain(r.ID))})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}
