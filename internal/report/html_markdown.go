package report

import (
	"bytes"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/surety-cloud/surety/internal/pagetext"
	"github.com/surety-cloud/surety/internal/rule"
)

// pageHTML renders what a report shows of a rule's page: why it matters, and
// how to repair it with what to read about it. HTML that stands in a page is
// left out, as are addresses that would run something.
func pageHTML(r *rule.Rule) (why, repair template.HTML, err error) {
	converter := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(exampleRenderer{}, 100))),
	)
	var b bytes.Buffer
	if err := converter.Convert(pagetext.Printable(r.Summary), &b); err != nil {
		return "", "", err
	}
	why = template.HTML(b.String())

	source := pagetext.Printable(r.Text)
	page := converter.Parser().Parse(text.NewReader(source))
	document := ast.NewDocument()
	for _, node := range pagetext.Section(page, source, "Remediation") {
		document.AppendChild(document, node)
	}
	if references := pagetext.Section(page, source, "References"); len(references) > 0 && document.HasChildren() {
		heading := ast.NewHeading(belowSection)
		heading.AppendChild(heading, ast.NewString([]byte("References")))
		document.AppendChild(document, heading)
		for _, node := range references {
			document.AppendChild(document, node)
		}
	}
	pagetext.Walk(document, func(n ast.Node) {
		if heading, ok := n.(*ast.Heading); ok {
			heading.Level = min(heading.Level+1, 6) // the rule's title is a heading of level 3
		}
	})
	b.Reset()
	if err := converter.Renderer().Render(&b, source, document); err != nil {
		return "", "", err
	}
	return why, template.HTML(b.String()), nil
}

// belowSection is the level of the headings within "Remediation".
const belowSection = 3

// An exampleRenderer shows the verdict of an example, which a page says in the
// info string: "yaml fails".
type exampleRenderer struct{}

// verdictNames are the verdicts as a reader sees them.
var verdictNames = map[string]string{"fails": "Fails", "passes": "Passes"}

// RegisterFuncs takes over the code blocks.
func (exampleRenderer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		block := node.(*ast.FencedCodeBlock)
		if _, verdict := pagetext.Fence(block, source); verdict != "" {
			_, _ = w.WriteString(`<p class="example ` + verdict + `">` + verdictNames[verdict] + "</p>\n")
		}
		// A block that scrolls must be reachable by the keyboard.
		_, _ = w.WriteString(`<pre tabindex="0"><code>`)
		for i := range block.Lines().Len() {
			line := block.Lines().At(i)
			html.DefaultWriter.RawWrite(w, line.Value(source))
		}
		_, err := w.WriteString("</code></pre>\n")
		return ast.WalkSkipChildren, err
	})
}
