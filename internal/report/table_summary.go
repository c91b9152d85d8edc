package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
)

// WriteProblems writes problems as the table shows them, for where the report
// itself goes elsewhere.
func WriteProblems(w io.Writer, problems []cloud.Problem, color bool, width int) error {
	r := &Report{Problems: problems, Width: width}
	t := &table{w: w, r: r, style: style{on: color}}
	t.problems()
	return t.err
}

// problems writes the errors last: the end of the output is what is seen.
func (t *table) problems() {
	problems := t.r.problems()
	slices.SortStableFunc(problems, func(a, b cloud.Problem) int { return cmp.Compare(a.Severity, b.Severity) })
	for _, p := range problems {
		t.problem(p)
	}
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
	t.problemCount()
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

// problemCount says that the scan is not whole, and how often it was warned.
func (t *table) problemCount() {
	count := map[cloud.Severity]int{}
	for _, p := range t.r.Problems {
		count[p.Severity]++
	}
	var parts []string
	if n := count[cloud.Warning]; n > 0 {
		parts = append(parts, t.style.paint(yellow, plural(n, "warning")))
	}
	if n := count[cloud.Error]; n > 0 {
		parts = append(parts, t.style.paint(red, plural(n, "error"))+": not everything was judged")
	}
	if len(parts) > 0 {
		t.line("%s", strings.Join(parts, ", "))
	}
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
