package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

// narrowest is the least room that a message gets beside the other columns;
// with less it goes below them.
const narrowest = 56

// writeTable writes for a person: the findings by file and resource with the
// worst first, then what could not be read, then what it adds up to.
//
//	network.yaml
//
//	  WebGroup  AWS::EC2::SecurityGroup
//	    very-high  EC2-075  network.yaml:12  Security group WebGroup lets …
func writeTable(w io.Writer, r *Report) error {
	t := &table{w: w, r: r, style: style{on: r.Color}}
	groups := grouped(r.notable())
	slices.SortStableFunc(groups, func(a, b group) int {
		return cmp.Compare(heaviest(b.checks), heaviest(a.checks))
	})
	for _, g := range groups {
		t.group(g)
	}
	for _, p := range r.problems() {
		t.problem(p)
	}
	t.summary()
	return t.err
}

// A table writes lines and keeps the first error.
type table struct {
	w     io.Writer
	r     *Report
	style style
	err   error
}

func (t *table) line(format string, args ...any) {
	if t.err == nil {
		_, t.err = fmt.Fprintf(t.w, format+"\n", args...)
	}
}

// columns are the widths that the rows of one group share.
type columns struct {
	verdict, rule, place int
}

// indent of the rows below the name of the resource.
const indent = "    "

func (t *table) group(g group) {
	t.line("%s", t.style.bold(plain(g.title)))
	var width columns
	for _, c := range g.checks {
		width.verdict = max(width.verdict, len(label(c)))
		width.rule = max(width.rule, ansi.StringWidth(plain(c.Rule.ID)))
		width.place = max(width.place, ansi.StringWidth(position(c)))
	}
	for _, checks := range byResource(g.checks) {
		r := checks[0].Resource
		name := t.style.bold(plain(r.ID))
		if r.Name != "" && r.Name != r.ID {
			name += "  " + plain(r.Name)
		}
		t.line("")
		t.line("  %s  %s", name, t.style.faint(plain(r.Type)))
		for _, c := range checks {
			t.row(c, width)
		}
	}
	t.line("")
}

// byResource splits the checks of a group by resource, the worst first, and
// sorts those of each the same way.
func byResource(checks []*engine.Check) [][]*engine.Check {
	var split [][]*engine.Check
	index := map[*cloud.Resource]int{}
	for _, c := range checks {
		at, ok := index[c.Resource]
		if !ok {
			at = len(split)
			index[c.Resource] = at
			split = append(split, nil)
		}
		split[at] = append(split[at], c)
	}
	for _, checks := range split {
		slices.SortStableFunc(checks, func(a, b *engine.Check) int {
			return cmp.Or(cmp.Compare(weight(b), weight(a)), cmp.Compare(b.Risk.Level(), a.Risk.Level()))
		})
	}
	slices.SortStableFunc(split, func(a, b []*engine.Check) int {
		return cmp.Compare(heaviest(b), heaviest(a))
	})
	return split
}

// row writes one check: its columns, and the message beside them or, where
// there is no room, below.
func (t *table) row(c *engine.Check, width columns) {
	verdict := label(c)
	head := indent + t.style.check(c, verdict) + strings.Repeat(" ", width.verdict-len(verdict)) +
		"  " + pad(plain(c.Rule.ID), width.rule)
	if width.place > 0 {
		head += "  " + t.style.faint(pad(position(c), width.place))
	}
	head += "  "
	used := ansi.StringWidth(head)
	if t.r.Width == 0 {
		// One line a finding, so that grep finds all of it.
		text := plain(c.Message)
		if notes := notes(c); len(notes) > 0 {
			text += " (" + strings.Join(notes, "; ") + ")"
		}
		t.line("%s%s", head, text)
		return
	}
	if t.r.Width-used < narrowest {
		t.line("%s", strings.TrimRight(head, " "))
		head = indent + "  "
		used = len(head)
	}
	hang := strings.Repeat(" ", used)
	for i, l := range wrap(plain(c.Message), t.r.Width-used) {
		if i == 0 {
			t.line("%s%s", head, l)
		} else {
			t.line("%s%s", hang, l)
		}
	}
	for _, note := range notes(c) {
		for _, l := range wrap(note, t.r.Width-used-2) {
			t.line("%s  %s", hang, t.style.faint(l))
		}
	}
}

// notes are what is said below a message: what was missing, why it is
// suppressed.
func notes(c *engine.Check) []string {
	var notes []string
	if c.Verdict == engine.Unknown {
		for _, m := range c.Missing {
			notes = append(notes, "missing: "+plain(m))
		}
	}
	if s := c.Suppressed; s != nil {
		note := "suppressed"
		if end := until(s); end != "" {
			note += " until " + end
		}
		notes = append(notes, note+": "+plain(s.Reason))
	}
	return notes
}

// label is the first column: the risk of what fails, else the verdict.
func label(c *engine.Check) string {
	switch {
	case c.Suppressed != nil:
		return "suppressed"
	case c.Verdict == engine.Fail:
		return string(c.Risk)
	}
	return string(c.Verdict)
}

// position is file:line, which terminals and editors make a link of.
func position(c *engine.Check) string {
	file, line := place(c)
	switch {
	case file == "":
		return ""
	case line == 0:
		return plain(file)
	}
	return fmt.Sprintf("%s:%d", plain(file), line)
}

// problem writes what could not be read, as the error itself tells it.
func (t *table) problem(p cloud.Problem) {
	const hang = 2 // what Problem.Error puts before the lines after the first
	label := p.Severity.String()
	p.Summary = strings.Join(wrap(p.Summary, t.r.Width-len(label+": ")), "\n"+strings.Repeat(" ", hang))
	var detail []string
	for _, l := range strings.Split(p.Detail, "\n") {
		detail = append(detail, wrap(l, t.r.Width-hang)...)
	}
	p.Detail = strings.Join(detail, "\n")
	color := yellow
	if p.Severity == cloud.Error {
		color = red
	}
	text := strings.TrimPrefix(plainLines(p.Error()), label)
	t.line("%s%s\n", t.style.paint(color, label), text)
}

// summary writes what the scan adds up to, and what to do next.
func (t *table) summary() {
	n := t.r.tally()
	switch {
	case t.r.Resources == 0 && len(t.r.Checks) == 0:
		t.line("%s: no resources were found", t.style.bold("Nothing was judged"))
	case len(t.r.Checks) == 0:
		t.line("%s: no rule applies to what was found", t.style.bold("Nothing was judged"))
	default:
		t.verdicts(n)
	}
	counts := append(t.r.scope(), duration(t.r.Elapsed))
	t.line("%s", t.style.faint(strings.Join(counts, ", ")))
	if text := t.r.unmappedText(); text != "" {
		t.paragraph(text)
	}
	if n.suppressed > 0 && !t.r.ShowSuppressed {
		t.paragraph("List what is suppressed: --show-suppressed")
	}
	if worst := t.worst(); worst != nil {
		t.paragraph("Why it matters and how to repair it: surety explain " + worst.Rule.ID)
	}
}

// verdicts writes the counts: what fails by risk, then the others.
func (t *table) verdicts(n tally) {
	failed := t.style.bold(fmt.Sprintf("%d failed", n.fail))
	var risks []string
	for _, risk := range worstFirst() {
		if n.failed[risk] > 0 {
			risks = append(risks, t.style.paint(riskColor(risk), fmt.Sprintf("%d %s", n.failed[risk], risk)))
		}
	}
	if len(risks) > 0 {
		failed += ": " + strings.Join(risks, ", ")
	}
	t.line("%s", failed)

	var others []string
	if n.unknown > 0 {
		others = append(others, t.style.paint(cyan, fmt.Sprintf("%d unknown", n.unknown)))
	}
	if n.suppressed > 0 {
		others = append(others, fmt.Sprintf("%d suppressed", n.suppressed))
	}
	others = append(others, t.style.paint(green, fmt.Sprintf("%d passed", n.pass)))
	t.line("%s", strings.Join(others, ", "))
}

// worst is the failing check to read about first; nil when none fails.
func (t *table) worst() *engine.Check {
	var worst *engine.Check
	for _, c := range t.r.sorted(func(c *engine.Check) bool {
		return c.Verdict == engine.Fail && c.Suppressed == nil
	}) {
		if worst == nil || c.Risk.Level() > worst.Risk.Level() {
			worst = c
		}
	}
	return worst
}

// paragraph writes text wrapped to the width.
func (t *table) paragraph(text string) {
	for _, l := range wrap(plain(text), t.r.Width) {
		t.line("%s", l)
	}
}

// duration is a length of time as a person says it.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
