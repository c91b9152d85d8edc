package report

import (
	"bytes"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/surety-cloud/surety/internal/rule"
)

// pageHTML renders what a report shows of a rule's page: why it matters, and
// how to repair it with what to read about it. HTML that stands in a page is
// left out, as are addresses that would run something.
func pageHTML(r *rule.Rule) (why, repair template.HTML, err error) {
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.Table),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(exampleRenderer{}, 100))),
	)
	var b bytes.Buffer
	if err := markdown.Convert(printable(r.Summary), &b); err != nil {
		return "", "", err
	}
	why = template.HTML(b.String())

	source := printable(r.Text)
	page := markdown.Parser().Parse(text.NewReader(source))
	document := ast.NewDocument()
	for _, node := range section(page, source, "Remediation") {
		document.AppendChild(document, node)
	}
	if references := section(page, source, "References"); len(references) > 0 && document.HasChildren() {
		heading := ast.NewHeading(belowSection)
		heading.AppendChild(heading, ast.NewString([]byte("References")))
		document.AppendChild(document, heading)
		for _, node := range references {
			document.AppendChild(document, node)
		}
	}
	walk(document, func(n ast.Node) {
		if heading, ok := n.(*ast.Heading); ok {
			heading.Level = min(heading.Level+1, 6) // the rule's title is a heading of level 3
		}
	})
	b.Reset()
	if err := markdown.Renderer().Render(&b, source, document); err != nil {
		return "", "", err
	}
	return why, template.HTML(b.String()), nil
}

// printable is Markdown without the characters that do more than show
// themselves; line ends and tabs, which it is made of, stay.
func printable(markdown string) []byte {
	return []byte(strings.Map(func(c rune) rune {
		if unprintable(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, markdown))
}

// belowSection is the level of the headings within "Remediation".
const belowSection = 3

// An exampleRenderer shows the verdict of an example, which a page says in the
// info string: "yaml fails".
type exampleRenderer struct{}

// RegisterFuncs takes over the code blocks.
func (exampleRenderer) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindFencedCodeBlock, func(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		block := node.(*ast.FencedCodeBlock)
		var verdict string
		if block.Info != nil {
			if words := strings.Fields(string(block.Info.Segment.Value(source))); len(words) == 2 {
				verdict = map[string]string{"fails": "Fails", "passes": "Passes"}[words[1]]
			}
		}
		if verdict != "" {
			_, _ = w.WriteString(`<p class="example ` + strings.ToLower(verdict) + `">` + verdict + "</p>\n")
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
