package kb

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/surety-cloud/surety/internal/pagetext"
	"github.com/surety-cloud/surety/internal/rule"
)

// converter is Markdown with tables. HTML that stands in a page is left out, and
// cells are not aligned, which takes a style.
func converter() goldmark.Markdown {
	return goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone))),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodeRenderer{}, 100))),
	)
}

// A writing is a text on its way from Markdown to HTML.
type writing struct {
	markdown goldmark.Markdown
	source   []byte
	root     ast.Node
}

// read parses Markdown; the ids of other rules become links to their pages.
func (b *Book) read(source string, own string) *writing {
	w := &writing{markdown: converter(), source: pagetext.Printable(source)}
	w.root = w.markdown.Parser().Parse(text.NewReader(w.source))
	b.linkRules(w.root, w.source, own)
	return w
}

// html renders nodes, which are taken from where they stand.
func (w *writing) html(nodes []ast.Node) (template.HTML, error) {
	document := ast.NewDocument()
	for _, node := range nodes {
		document.AppendChild(document, node)
	}
	var out bytes.Buffer
	err := w.markdown.Renderer().Render(&out, w.source, document)
	return template.HTML(strings.TrimSpace(out.String())), err
}

// render makes the text of a page.
func (b *Book) render(p *Page, r *rule.Rule) error {
	w := b.read(r.Text, r.ID)
	lead, sections := w.outline()
	var err error
	if len(lead) > 0 && lead[0].Kind() == ast.KindParagraph {
		p.Description = shorten(pagetext.Plain(lead[0], w.source), maxDescription)
		if p.Summary, err = w.html(lead[:1]); err != nil {
			return err
		}
		lead = lead[1:]
	}
	if p.Notes, err = w.html(lead); err != nil {
		return err
	}
	for _, s := range sections {
		if references, ok := w.references(s); ok {
			p.References = append(p.References, references...)
			continue
		}
		section, err := w.section(s)
		if err != nil {
			return err
		}
		p.Sections = append(p.Sections, section)
	}
	if r.Deprecated != "" {
		why := b.read(r.Deprecated, r.ID)
		p.Replacement, err = why.html(children(why.root))
	}
	return err
}

// maxDescription bounds the description of a page, in characters: search engines
// show no more.
const maxDescription = 160

// shorten cuts a text at the end of a word.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	cut := string(runes[:most-1])
	if end := strings.LastIndexByte(cut, ' '); end > 0 {
		cut = cut[:end]
	}
	return strings.TrimRight(cut, " ,;:.") + "…"
}

func children(node ast.Node) []ast.Node {
	var nodes []ast.Node
	for child := node.FirstChild(); child != nil; child = child.NextSibling() {
		nodes = append(nodes, child)
	}
	return nodes
}
