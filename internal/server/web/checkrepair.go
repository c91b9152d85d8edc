package web

import (
	"html/template"
	"strings"

	"github.com/surety-cloud/surety/internal/kb"
)

// A remediation is what the API says of how a resource is repaired.
type remediation struct {
	Fault struct {
		Path, Value, Unknown string
		Present              bool
	}
	Audit, Repair []repairCommand
	Control       repairControl `json:"cloud-control"`
	Template      struct {
		Before, After, Why string
		Lines              []templateLine
		Missing            []string
	}
}

// A repairCommand is one of the shell.
type repairCommand struct {
	Text    string
	Changes bool
	Parts   []commandPart
}

type commandPart struct {
	Text, Kind, Note string
}

// A repairControl is the correction by AWS Cloud Control.
type repairControl struct {
	Command *repairCommand
	Why     string
	Replace bool
	Notes   []string
}

// A templateLine is one of a comparison. Skipped lines, which are the same in
// both, have no text.
type templateLine struct {
	Mark, Text string
	Skipped    int
}

// Replaced are the places of a command that a reader has to fill in, each
// once.
func (c repairCommand) Replaced() []commandPart {
	var places []commandPart
	seen := map[string]bool{}
	for _, p := range c.Parts {
		if p.Kind == "replace" && !seen[p.Text] {
			seen[p.Text] = true
			places = append(places, p)
		}
	}
	return places
}

// TooLong tells whether a command would make the page too heavy. It is not cut,
// for a part of a command does something else.
func (c repairCommand) TooLong() bool { return weight(c.Text) > maxCommand }

// What the parts of a page may weigh, in bytes of HTML.
const (
	maxCommand  = 12 << 10
	maxTemplate = 40 << 10
)

// weight is how many bytes a text has as HTML.
func weight(text string) int { return len(template.HTMLEscapeString(text)) }

// A repair is a remediation as the page shows it.
type repair struct {
	Look    []repairCommand // commands that change nothing, from the audit
	Repair  []repairCommand
	Control repairControl
	// Lines are the template before and after in one, without what is far from
	// any change; empty without a correction.
	Lines     []templateLine
	Corrected string // the whole template; empty where it is too long to be shown
	Why       string // why there is no corrected template
	Missing   []string
}

// shown makes a remediation ready to be shown; nil for none.
func (r *remediation) shown() *repair {
	if r == nil {
		return nil
	}
	out := &repair{Look: r.Audit, Repair: r.Repair, Control: r.Control, Why: r.Template.Why, Missing: r.Template.Missing}
	if r.Template.After != "" {
		out.Lines = around(r.Template.Lines, maxTemplate)
		if weight(r.Template.After) <= maxTemplate {
			out.Corrected = r.Template.After
		}
	}
	return out
}

// near is how many lines that are the same stand around a difference; a
// comparison of no more than short lines is shown whole.
const (
	near  = 3
	short = 60
)

// around leaves out the lines of a comparison that are far from any difference,
// and all beyond a weight.
func around(lines []templateLine, most int) []templateLine {
	keep := make([]bool, len(lines))
	for i, l := range lines {
		if keep[i] = keep[i] || len(lines) <= short; l.Mark == "" {
			continue
		}
		for j := max(0, i-near); j <= min(len(lines)-1, i+near); j++ {
			keep[j] = true
		}
	}
	var out []templateLine
	skip := func(n int) {
		if last := len(out) - 1; last >= 0 && out[last].Skipped > 0 {
			out[last].Skipped += n
		} else {
			out = append(out, templateLine{Skipped: n})
		}
	}
	for i, l := range lines {
		if keep[i] {
			most -= weight(l.Text) + 80 // with its tags
		}
		if !keep[i] || most < 0 {
			skip(1)
			continue
		}
		out = append(out, l)
	}
	return out
}

// template is the corrected template, or what there is of the resource.
func (b *checkBody) template() string {
	if b.Check.Remediation == nil {
		return ""
	}
	return b.Check.Remediation.Template.After
}

// templateName is the corrected template's as a file.
func (b *checkBody) templateName() string { return b.Rule + "-corrected.yaml" }

// checkSteps are what the rule's page says to everybody.
type checkSteps struct {
	Intro  template.HTML // what to know of the repair; may be empty
	Look   template.HTML // how to look at it; likewise
	Repair template.HTML // how to repair it; likewise
	CLI    template.HTML // the same by commands with examples of values; likewise
}

// stepsOf takes them from a page.
func stepsOf(p *kb.Page) checkSteps {
	var s checkSteps
	for _, section := range p.Sections {
		repairs := strings.EqualFold(section.Title, "Remediation")
		if repairs {
			s.Intro = section.HTML
		}
		for _, below := range section.Sections {
			switch console := strings.EqualFold(below.Title, "Console"); {
			case console && repairs:
				s.Repair = below.HTML
			case console:
				s.Look = below.HTML
			case repairs && strings.EqualFold(below.Title, "CLI"):
				s.CLI = below.HTML
			}
		}
	}
	return s
}
