package pagetext

import (
	"bytes"

	"github.com/yuin/goldmark/ast"
)

// Section is the nodes below the heading of that title, up to the next heading
// of its level or above.
func Section(page ast.Node, source []byte, title string) []ast.Node {
	var nodes []ast.Node
	level := 0
	for node := page.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok && (level == 0 || heading.Level <= level) {
			if level > 0 {
				break
			}
			if Plain(heading, source) == title {
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

// Plain is the text of a node without its formatting.
func Plain(node ast.Node, source []byte) string {
	var b bytes.Buffer
	Walk(node, func(n ast.Node) {
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

// Links lists the addresses on the web that a node links to.
func Links(node ast.Node, source []byte) []string {
	var found []string
	add := func(url []byte) {
		if bytes.HasPrefix(url, []byte("https://")) || bytes.HasPrefix(url, []byte("http://")) {
			found = append(found, string(url))
		}
	}
	Walk(node, func(n ast.Node) {
		switch n := n.(type) {
		case *ast.Link:
			add(n.Destination)
		case *ast.AutoLink:
			add(n.URL(source))
		}
	})
	return found
}

// Walk visits a node and all below it.
func Walk(node ast.Node, visit func(ast.Node)) {
	visit(node)
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		Walk(child, visit)
	}
}
