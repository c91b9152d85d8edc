package report

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"

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
		a.summary = plainMarkdown(goldmark.DefaultParser().Parse(text.NewReader(summary)), summary)
	}
	var paragraphs []string
	for _, node := range section(page, source, "Remediation") {
		if node.Kind() == ast.KindHeading {
			break
		}
		if node.Kind() == ast.KindParagraph {
			paragraphs = append(paragraphs, plainMarkdown(node, source))
		}
	}
	paragraphs = append(paragraphs, "All steps: surety explain "+r.ID)
	a.repair = strings.Join(paragraphs, "\n\n")
	for _, node := range section(page, source, "References") {
		a.urls = append(a.urls, links(node, source)...)
	}
	return a
}

// section is the nodes below the heading of that title, up to the next heading
// of its level or above.
func section(page ast.Node, source []byte, title string) []ast.Node {
	var nodes []ast.Node
	level := 0
	for node := page.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok && (level == 0 || heading.Level <= level) {
			if level > 0 {
				break
			}
			if plainMarkdown(heading, source) == title {
				level = heading.Level
			}
			continue
		}
		if level > 0 {
			nodes = append(nodes, node)
		}
	}
	return nodes
}

// plainMarkdown is the text of a node without its formatting.
func plainMarkdown(node ast.Node, source []byte) string {
	var b bytes.Buffer
	walk(node, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Text:
			b.Write(n.Segment.Value(source))
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(source))
		}
	})
	return b.String()
}

// links lists the addresses on the web that a node links to.
func links(node ast.Node, source []byte) []string {
	var found []string
	add := func(url []byte) {
		if bytes.HasPrefix(url, []byte("https://")) || bytes.HasPrefix(url, []byte("http://")) {
			found = append(found, string(url))
		}
	}
	walk(node, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			add(n.Destination)
		case *ast.AutoLink:
			add(n.URL(source))
		}
	})
	return found
}

// walk visits a node and all below it.
func walk(node ast.Node, visit func(ast.Node)) {
	visit(node)
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		walk(child, visit)
	}
}
