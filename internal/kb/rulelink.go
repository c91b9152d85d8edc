package kb

import (
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
)

// ruleMention is what looks like the id of a rule in a text.
var ruleMention = regexp.MustCompile(`\b[A-Z][A-Za-z0-9]*-[0-9]{3}\b`)

// linkRules makes links of the ids of other rules, where they stand in plain
// text, and lets links to their files lead to their pages. Ids that the book does not have stay as they are.
func (b *Book) linkRules(node ast.Node, source []byte, own string) {
	for child := node.FirstChild(); child != nil; {
		next := child.NextSibling()
		switch n := child.(type) {
		case *ast.Link:
			b.linkFile(n)
		case *ast.CodeSpan, *ast.Heading, *ast.Image, *ast.AutoLink:
		case *ast.Text:
			b.linkText(n, source, own)
		default:
			b.linkRules(child, source, own)
		}
		child = next
	}
}

// linkFile turns a link to the file of a rule ("CF-003.md") into one to its page.
func (b *Book) linkFile(link *ast.Link) {
	file, fragment, _ := strings.Cut(string(link.Destination), "#")
	id, ok := strings.CutSuffix(file[strings.LastIndexByte(file, '/')+1:], ".md")
	if !ok || strings.Contains(file, ":") {
		return
	}
	e, ok := b.Entry(id)
	if !ok {
		return
	}
	link.Destination = []byte(e.Path)
	if fragment != "" {
		link.Destination = []byte(e.Path + "#" + fragment)
	}
}

// linkText cuts a text at the ids that it names.
func (b *Book) linkText(n *ast.Text, source []byte, own string) {
	parent, start := n.Parent(), n.Segment.Start
	for _, at := range ruleMention.FindAllIndex(n.Segment.Value(source), -1) {
		from, to := n.Segment.Start+at[0], n.Segment.Start+at[1]
		id := string(source[from:to])
		e, ok := b.Entry(id)
		if !ok || e.ID != id || id == own || n.Segment.Padding > 0 {
			continue
		}
		if from > start {
			parent.InsertBefore(parent, n, ast.NewTextSegment(text.NewSegment(start, from)))
		}
		link := ast.NewLink()
		link.Destination = []byte(e.Path)
		link.AppendChild(link, ast.NewTextSegment(text.NewSegment(from, to)))
		parent.InsertBefore(parent, n, link)
		start = to
	}
	// What is left keeps the line break that follows it.
	n.Segment = n.Segment.WithStart(start)
}
