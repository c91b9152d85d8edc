package report

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

	"github.com/surety-cloud/surety/internal/pagetext"
	"github.com/surety-cloud/surety/internal/rule"
)

// advice is what a rule's page says, as plain text for the formats that have
// a field for it.
type advice struct {
	summary string   // what is checked and why it matters, else the title
	repair  string   // the first paragraphs of "Remediation", and where the rest is
	urls    []string // what "References" links to
}

// adviceOn reads a rule's page. Neither text is ever empty.
func adviceOn(r *rule.Rule) advice {
	source := []byte(r.Text)
	page := goldmark.DefaultParser().Parse(text.NewReader(source))
	a := advice{summary: r.Title}
	if r.Summary != "" {
		summary := []byte(r.Summary)
		a.summary = pagetext.Plain(goldmark.DefaultParser().Parse(text.NewReader(summary)), summary)
	}
	var paragraphs []string
	for _, node := range pagetext.Section(page, source, "Remediation") {
		if node.Kind() == ast.KindHeading {
			break
		}
		if node.Kind() == ast.KindParagraph {
			paragraphs = append(paragraphs, pagetext.Plain(node, source))
		}
	}
	paragraphs = append(paragraphs, "All steps: surety explain "+r.ID)
	a.repair = strings.Join(paragraphs, "\n\n")
	for _, node := range pagetext.Section(page, source, "References") {
		a.urls = append(a.urls, pagetext.Links(node, source)...)
	}
	return a
}
