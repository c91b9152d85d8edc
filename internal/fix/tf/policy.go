package tf

import (
	"bytes"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/surety-cloud/surety/internal/fix/cfn"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

func tupleOf(expr hclsyntax.Expression) (*hclsyntax.TupleConsExpr, bool) {
	x, ok := unwrap(expr).(*hclsyntax.TupleConsExpr)
	return x, ok
}

// policy changes a JSON document that an argument holds as text: what
// jsonencode is given, a heredoc, or a data source that makes it.
func (e *editor) policy(path string, c *delta.Change, s *spot) error {
	f := s.file
	if c.Kind == delta.Within {
		switch x := s.attr.Expr.(type) {
		case *hclsyntax.FunctionCallExpr:
			if x.Name == "jsonencode" && len(x.Args) == 1 {
				return e.expression(f, x.Args[0], c, path)
			}
		case *hclsyntax.TemplateExpr:
			return e.heredoc(path, c, f, x)
		case *hclsyntax.ScopeTraversalExpr:
			if x.Traversal.RootName() == "data" {
				return e.dataDocument(path, c, s, x.Traversal)
			}
		}
	}
	return f.fixedOr(s.attr.Expr, path, "is written in a way that cannot be corrected in place")
}

// heredoc changes the JSON text in a heredoc. What is interpolated in it
// stands in quotation marks, as JSON has them, or the text is left alone.
func (e *editor) heredoc(path string, c *delta.Change, f *file, x *hclsyntax.TemplateExpr) error {
	start, end := f.start(x.Range()), f.end(x.Range())
	text := f.text[start:end]
	if !bytes.HasPrefix(text, []byte("<<")) {
		return edit.Impossiblef("%s is written as a text in quotation marks; write it with jsonencode to have it corrected", path)
	}
	first := bytes.IndexByte(text, '\n') + 1
	last := bytes.LastIndexByte(text, '\n') + 1
	if first == 0 || last <= first {
		return edit.Impossiblef("%s is empty", path)
	}
	if bytes.Contains(text[first:last], []byte("%{")) {
		return edit.Impossiblef("%s is made by a template with directives", path)
	}
	edits, err := cfn.RewriteJSON(text[first:last], c, e.interpolate)
	if err != nil {
		return err
	}
	for _, edit := range edits {
		e.edit(f, start+first+edit.Start, start+first+edit.End, edit.Text)
	}
	return nil
}

// interpolate writes the symbols in a text of JSON as a heredoc reads them.
func (e *editor) interpolate(s string) (string, error) {
	text, err := e.stringText(s)
	if err != nil {
		return "", err
	}
	if text == "" || text[0] != '"' {
		return "${" + text + "}", nil // a reference by itself
	}
	var out []byte
	for i := 1; i < len(text)-1; i++ {
		if text[i] == '\\' {
			return "", edit.Impossible("the corrected value has signs that a heredoc cannot hold")
		}
		out = append(out, text[i])
	}
	return string(out), nil
}
