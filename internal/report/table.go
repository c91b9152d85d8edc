package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

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
	t.standard()
	t.unread()
	t.problems()
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
		about := plain(r.Type)
		if from := caller(r); from != "" {
			about += "  in " + plain(from)
		}
		t.line("")
		t.line("  %s  %s", name, t.style.faint(about))
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
		text := sentence(c)
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
	for i, l := range wrap(sentence(c), t.r.Width-used) {
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

// sentence is what a check has to say. The message of one that is unknown tells
// the reason only, so that what was asked stands before it.
func sentence(c *engine.Check) string {
	if c.Verdict == engine.Unknown && c.Suppressed == nil {
		return plain(c.Rule.Title) + "? " + plain(c.Message)
	}
	return plain(c.Message)
}

// notes are what is said below a message: what was missing, why it is
// suppressed.
func notes(c *engine.Check) []string {
	var notes []string
	if c.Verdict == engine.Unknown {
		for _, m := range c.Missing {
			if !strings.Contains(c.Message, m) {
				notes = append(notes, "missing: "+plain(m))
			}
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
