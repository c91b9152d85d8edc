package web

import (
	"encoding/csv"
	"mime"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/report"
)

// printStandard shows a standard to be printed: every control with what fails.
func (v *visit) printStandard() error {
	b, err := v.readStandard()
	if err != nil {
		return err
	}
	list := b.Outcome.Controls
	number := max(1, v.number("page"))
	b.Pager = v.pager(number, int64(len(list)), maxPrinted)
	if b.Pager.First < 1 || b.Pager.First > b.Pager.Last {
		b.Groups = nil
	} else {
		b.Groups = controlGroups(list[b.Pager.First-1 : b.Pager.Last])
	}
	b.Chart = b.Outcome.Counts.draw(false, nil)
	return v.show("standard-print", b.frame(b.Outcome.FullTitle()))
}

// standardCSV gives the outcome of a standard as a table for a spreadsheet: a
// row for each control and rule.
func (v *visit) standardCSV() error {
	b, err := v.readStandard()
	if err != nil {
		return err
	}
	name := b.ID + "-" + v.Now().UTC().Format(time.DateOnly) + ".csv"
	v.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	v.w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w := csv.NewWriter(v.w)
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = report.Inert(cells[i])
		}
		w.Write(cells) //nolint:errcheck // the browser may have gone
	}
	row("Headings", "Control", "Title", "State", "Rule", "Rule title", "Rule state", "Failing", "Unknown", "Passing", "Suppressed")
	for i := range b.Outcome.Controls {
		c := &b.Outcome.Controls[i]
		head := strings.Trim(c.Heading(0)+" › "+c.Below(), " ›")
		if len(c.Rules) == 0 {
			row(head, c.ID, c.Title, stateWords(c.Status), "", "", "", "", "", "", "")
		}
		for _, r := range c.Rules {
			n := func(n int64) string { return strconv.FormatInt(n, 10) }
			row(head, c.ID, c.Title, stateWords(c.Status), r.ID, r.Title, stateWords(r.Status), n(r.Fail), n(r.Unknown), n(r.Pass), n(r.Suppressed))
		}
	}
	w.Flush()
	return nil
}

// Failing are the rules of a control that fail, with how often, in one line:
// the first of them when there are many.
func (c *controlOutcome) Failing() string {
	const most = 12
	var list []string
	for _, r := range c.Rules {
		if r.Fail > 0 {
			list = append(list, r.ID+" ("+strconv.FormatInt(r.Fail, 10)+")")
		}
	}
	if more := len(list) - most; more > 0 {
		list = append(list[:most], "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(list, ", ")
}

// Uncertain counts the checks of a control of which it could not be told.
func (c *controlOutcome) Uncertain() (n int64) {
	for _, r := range c.Rules {
		n += r.Unknown
	}
	return n
}
