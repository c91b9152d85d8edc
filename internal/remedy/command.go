package remedy

import (
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A Command is a shell command of a page, ready to be copied: one call with
// its continued lines and the comments above it, or a whole loop.
type Command struct {
	Text  string
	Spans []Span // in order, none overlaps another

	// Changes tells that the command may change something. A command that only
	// describes, gets, lists or waits does not.
	Changes bool
}

// Filled tells whether the command names the judged resource.
func (c Command) Filled() bool {
	for _, s := range c.Spans {
		if s.Kind == Own {
			return true
		}
	}
	return false
}

// Open tells whether something has still to be replaced by hand.
func (c Command) Open() bool {
	for _, s := range c.Spans {
		if s.Kind == Replace {
			return true
		}
	}
	return false
}

// A SpanKind says where the text of a span comes from.
type SpanKind string

// Own is an identifier of the judged resource; Place is its account or region;
// Replace is an example of the page, to be replaced before the command is run.
const (
	Own     SpanKind = "own"
	Place   SpanKind = "place"
	Replace SpanKind = "replace"
)

// A Span is a part of a command's text, by bytes.
type Span struct {
	Start, End int
	Kind       SpanKind
	Note       string // what to put there, for Replace: "the id of another resource"
}

// A Part is a piece of a command's text; Kind is empty between spans.
type Part struct {
	Text string
	Kind SpanKind
	Note string
}

// Parts cuts the text at the spans, so that a page can mark them. The parts
// together are the text.
func (c Command) Parts() []Part {
	var out []Part
	at := 0
	for _, s := range c.Spans {
		if s.Start > at {
			out = append(out, Part{Text: c.Text[at:s.Start]})
		}
		out = append(out, Part{Text: c.Text[s.Start:s.End], Kind: s.Kind, Note: s.Note})
		at = s.End
	}
	if at < len(c.Text) {
		out = append(out, Part{Text: c.Text[at:]})
	}
	return out
}

// commands are those of a page's two sections, for one resource.
func commands(r *rule.Rule, res *cloud.Resource) (audit, repair []Command, err error) {
	blocks := shellBlocks(r.Text)
	parsed := make([][]statement, len(blocks))
	for i, b := range blocks {
		if parsed[i], err = parseShell(b.text); err != nil {
			return nil, nil, fmt.Errorf("%s: a command of the page cannot be read: %w", r.File, err)
		}
	}
	f := newFiller(res)
	for i, b := range blocks {
		f.look(b.section, parsed[i])
	}
	f.settle()
	for i, b := range blocks {
		for _, s := range parsed[i] {
			c := f.fill(b.section, b.text, s)
			if b.section == auditSection {
				audit = append(audit, c)
			} else {
				repair = append(repair, c)
			}
		}
	}
	return audit, repair, nil
}

// A section is one of the two places of a page that have commands to copy.
type section int

const (
	auditSection section = iota
	repairSection
)

type shellBlock struct {
	section section
	text    string
}

// shellBlocks finds the sh blocks under "## Audit / ### CLI" and
// "## Remediation / ### CLI" of a page's text.
func shellBlocks(text string) []shellBlock {
	var out []shellBlock
	var top, below, fence string
	var body strings.Builder
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case fence != "" && trimmed == "```":
			if fence == "sh" && below == "CLI" {
				switch top {
				case "Audit":
					out = append(out, shellBlock{auditSection, body.String()})
				case "Remediation":
					out = append(out, shellBlock{repairSection, body.String()})
				}
			}
			fence = ""
		case fence != "":
			body.WriteString(line)
		case strings.HasPrefix(trimmed, "```"):
			fence = strings.TrimPrefix(trimmed, "```")
			if fence == "" {
				fence = "text"
			}
			body.Reset()
		case strings.HasPrefix(line, "## "):
			top, below = strings.TrimSpace(line[3:]), ""
		case strings.HasPrefix(line, "### "):
			below = strings.TrimSpace(line[4:])
		}
	}
	return out
}
