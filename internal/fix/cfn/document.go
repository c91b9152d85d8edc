package cfn

import (
	"maps"
	"slices"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// RewriteJSON plans the edits of a JSON document that stands in another text,
// such as a policy in a heredoc. text tells how a string of a new value is
// written there, without its quotation marks.
func RewriteJSON(document []byte, c *delta.Change, text func(string) (string, error)) ([]edit.Edit, error) {
	root, err := parseJSON(document, 0)
	if err != nil {
		return nil, edit.Impossible("the document is not plain JSON: something in it is put in when it is used")
	}
	d := newDocument(document)
	d.root, d.json = root, true
	d.look = d.survey()
	changed, err := rewritten(c, text)
	if err != nil {
		return nil, err
	}
	w := &editor{d: d, plan: &Plan{}}
	holder := &element{start: root.start, after: root.start, node: root}
	if err := w.value(root, holder, changed, nil, "the document"); err != nil {
		return nil, err
	}
	return w.plan.Edits, nil
}

// rewritten is a change with the strings of its new values as text has them.
func rewritten(c *delta.Change, text func(string) (string, error)) (*delta.Change, error) {
	if c == nil {
		return nil, nil
	}
	out := *c
	var err error
	if out.New, err = rewrittenValue(c.New, text); err != nil {
		return nil, err
	}
	out.Fields = maps.Clone(c.Fields)
	for name, field := range c.Fields {
		if out.Fields[name], err = rewritten(field, text); err != nil {
			return nil, err
		}
	}
	out.Items = slices.Clone(c.Items)
	for i := range out.Items {
		if out.Items[i].Change, err = rewritten(c.Items[i].Change, text); err != nil {
			return nil, err
		}
		if out.Items[i].New, err = rewrittenValue(c.Items[i].New, text); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

func rewrittenValue(v any, text func(string) (string, error)) (any, error) {
	var err error
	switch v := v.(type) {
	case string:
		return text(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			if out[i], err = rewrittenValue(v[i], text); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(v))
		for name := range v {
			if out[name], err = rewrittenValue(v[name], text); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}
