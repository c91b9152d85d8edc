package kb

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"

	"github.com/surety-cloud/surety/internal/pagetext"
)

// A nodeRenderer writes what a web page has otherwise than goldmark does: code
// with its colours, links that lead nowhere else, no HTML and no pictures.
type nodeRenderer struct{}

// RegisterFuncs takes over the nodes.
func (nodeRenderer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindFencedCodeBlock, renderFenced)
	register.Register(ast.KindCodeBlock, renderIndented)
	register.Register(ast.KindLink, renderLink)
	register.Register(ast.KindAutoLink, renderAutoLink)
	register.Register(ast.KindImage, renderImage)
	register.Register(ast.KindRawHTML, renderNothing)
	register.Register(ast.KindHTMLBlock, renderNothing)
}

func renderNothing(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkSkipChildren, nil
}

// renderImage writes the text that stands for a picture; pages have none.
func renderImage(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
	return ast.WalkContinue, nil
}

func renderLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	address, outside, ok := safeAddress(node.(*ast.Link).Destination)
	if !ok { // the text stays
		return ast.WalkContinue, nil
	}
	if !entering {
		_, err := w.WriteString("</a>")
		return ast.WalkContinue, err
	}
	return ast.WalkContinue, openLink(w, address, outside)
}

func renderAutoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := node.(*ast.AutoLink)
	label := util.EscapeHTML(link.Label(source))
	destination := link.URL(source)
	if link.AutoLinkType == ast.AutoLinkEmail && !bytes.HasPrefix(destination, []byte("mailto:")) {
		destination = append([]byte("mailto:"), destination...)
	}
	address, outside, ok := safeAddress(destination)
	if ok {
		_ = openLink(w, address, outside)
	}
	_, err := w.Write(label)
	if ok {
		_, err = w.WriteString("</a>")
	}
	return ast.WalkContinue, err
}

func openLink(w util.BufWriter, address string, outside bool) error {
	_, _ = w.WriteString(`<a href="`)
	_, _ = w.Write(util.EscapeHTML([]byte(address)))
	if outside {
		_, _ = w.WriteString(`" rel="noopener noreferrer`)
	}
	_, err := w.WriteString(`">`)
	return err
}

// safeAddress is an address that a page may link to: on the web, a mailbox, or
// a place of the same site. outside tells those on the web from the rest.
func safeAddress(destination []byte) (address string, outside, ok bool) {
	address = string(util.URLEscape(destination, true))
	u, err := url.Parse(address)
	if err != nil || strings.ContainsAny(address, "\\\t\r\n") {
		return "", false, false
	}
	switch strings.ToLower(u.Scheme) {
	case "https", "http":
		return address, true, u.Host != ""
	case "mailto":
		return address, false, true
	case "":
		// An address that is relative to the page's file leads nowhere here.
		return address, false, u.Host == "" && !strings.HasPrefix(address, "//") && (strings.HasPrefix(address, "/") || strings.HasPrefix(address, "#"))
	}
	return "", false, false
}

func renderFenced(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	language, verdict := pagetext.Fence(node.(*ast.FencedCodeBlock), source)
	return ast.WalkSkipChildren, writeCode(w, language, verdict, codeText(node, source))
}

func renderIndented(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	return ast.WalkSkipChildren, writeCode(w, "text", "", codeText(node, source))
}

func codeText(node ast.Node, source []byte) string {
	var b strings.Builder
	for i := range node.Lines().Len() {
		line := node.Lines().At(i)
		b.Write(line.Value(source))
	}
	return b.String()
}
