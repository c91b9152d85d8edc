package tf

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

// literal tells whether an expression is written out: nothing in it can change
// without a change of the text.
func literal(expr hclsyntax.Expression) bool {
	switch x := unwrap(expr).(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return x.IsStringLiteral()
	case *hclsyntax.UnaryOpExpr:
		return literal(x.Val)
	case *hclsyntax.TupleConsExpr:
		return !slices.ContainsFunc(x.Exprs, func(e hclsyntax.Expression) bool { return !literal(e) })
	case *hclsyntax.ObjectConsExpr:
		return !slices.ContainsFunc(x.Items, func(i hclsyntax.ObjectConsItem) bool { return !literal(i.ValueExpr) })
	}
	return false
}

// origin names what an expression takes its value from.
func (f *file) origin(expr hclsyntax.Expression) string {
	for _, t := range expr.Variables() {
		return reference(t)
	}
	text := f.source(expr.Range())
	if line, _, more := strings.Cut(text, "\n"); more {
		text = line + " …"
	}
	return "the expression " + text
}

// reference writes a traversal as a person names it: "variable cidr".
func reference(t hcl.Traversal) string {
	parts := []string{t.RootName()}
	for _, step := range t[1:] {
		if a, ok := step.(hcl.TraverseAttr); ok {
			parts = append(parts, a.Name)
			continue
		}
		break
	}
	switch {
	case parts[0] == "var" && len(parts) > 1:
		return "variable " + parts[1]
	case parts[0] == "each":
		return "for_each"
	case parts[0] == "count":
		return "count"
	case parts[0] == "data" && len(parts) > 3:
		parts = parts[:3]
	}
	return strings.Join(parts, ".")
}

// chosen tells whether an expression depends on what someone chooses or what
// is looked up; a reference to another resource is neither.
func chosen(expr hclsyntax.Expression) (by string, is bool) {
	for _, t := range expr.Variables() {
		switch t.RootName() {
		case "var", "local", "each", "count", "data", "module", "terraform":
			return reference(t), true
		}
	}
	return "", false
}

// fixed is the reason why an expression is not replaced, if there is one.
func (f *file) fixed(expr hclsyntax.Expression, path string) error {
	if literal(expr) {
		return nil
	}
	return edit.Impossiblef("%s comes from %s (line %d)", path, f.origin(expr), expr.Range().Start.Line)
}

// expression changes a value that is written out. path is for messages.
func (e *editor) expression(f *file, expr hclsyntax.Expression, c *delta.Change, path string) error {
	if c == nil {
		return nil
	}
	inner := unwrap(expr)
	if c.Kind == delta.Within {
		switch x := inner.(type) {
		case *hclsyntax.ObjectConsExpr:
			return e.object(f, x, c, path)
		case *hclsyntax.TupleConsExpr:
			return e.tuple(f, x, c, path)
		}
		return f.fixedOr(expr, path, "is not written as a list or an object")
	}
	if err := f.fixed(expr, path); err != nil {
		return err
	}
	text, err := e.text(c.New, edit.Indent(f.text, f.start(inner.Range())), false)
	if err != nil {
		return err
	}
	if isQuoted(inner) {
		switch c.New.(type) {
		case bool, int64, float64, int:
			text = `"` + text + `"` // the author writes "true"
		}
	}
	e.edit(f, f.start(inner.Range()), f.end(inner.Range()), text)
	return nil
}

func (f *file) fixedOr(expr hclsyntax.Expression, path, otherwise string) error {
	if err := f.fixed(expr, path); err != nil {
		return err
	}
	return edit.Impossiblef("%s %s", path, otherwise)
}

// isQuoted tells whether a text stands where the new value is none.
func isQuoted(expr hclsyntax.Expression) bool {
	t, ok := expr.(*hclsyntax.TemplateExpr)
	if !ok || !t.IsStringLiteral() {
		return false
	}
	v, diagnostics := t.Value(nil)
	if diagnostics.HasErrors() || v.Type() != cty.String {
		return false
	}
	switch s := v.AsString(); s {
	case "true", "false":
		return true
	default:
		return s != "" && strings.Trim(s, "0123456789") == ""
	}
}

// object changes the items of an object that is written out.
func (e *editor) object(f *file, x *hclsyntax.ObjectConsExpr, c *delta.Change, path string) error {
	items := map[string]hclsyntax.ObjectConsItem{}
	for _, item := range x.Items {
		if name, ok := key(item.KeyExpr); ok {
			items[name] = item
		}
	}
	s := &sequence{file: f, rng: x.Range()}
	for _, item := range x.Items {
		s.items = append(s.items, hcl.RangeBetween(item.KeyExpr.Range(), item.ValueExpr.Range()))
	}
	for _, name := range c.Names() {
		change, below := c.Fields[name], path+"."+name
		item, here := items[name]
		switch {
		case here && change.Kind == delta.Remove:
			e.choices(item.ValueExpr, below)
			s.remove(slices.IndexFunc(x.Items, func(i hclsyntax.ObjectConsItem) bool { return i.KeyExpr == item.KeyExpr }))
		case here:
			if err := e.expression(f, item.ValueExpr, change, below); err != nil {
				return err
			}
		case change.Kind == delta.Remove:
			return edit.Impossiblef("%s is not written here", below)
		default:
			text, err := e.text(change.New, s.indent(), false)
			if err != nil {
				return err
			}
			s.add(e.keyText(name, s.colons()) + text)
		}
	}
	e.apply(s)
	return nil
}

// tuple changes the items of a list that is written out.
func (e *editor) tuple(f *file, x *hclsyntax.TupleConsExpr, c *delta.Change, path string) error {
	old, _ := c.Old.([]any)
	if len(old) != len(x.Exprs) {
		return edit.Impossiblef("%s is not written item by item", path)
	}
	s := &sequence{file: f, rng: x.Range(), commas: true, last: -1}
	for _, item := range x.Exprs {
		s.items = append(s.items, item.Range())
	}
	for _, i := range c.Removed() {
		e.choices(x.Exprs[i], fmt.Sprintf("%s[%d]", path, i))
		s.remove(i)
	}
	for _, item := range c.Items {
		switch {
		case item.Old != delta.None:
			if err := e.expression(f, x.Exprs[item.Old], item.Change, fmt.Sprintf("%s[%d]", path, item.Old)); err != nil {
				return err
			}
			s.last = item.Old
		default:
			text, err := e.text(item.New, s.indent(), s.compact())
			if err != nil {
				return err
			}
			s.add(text)
		}
	}
	e.apply(s)
	return nil
}

// key is the name of an item of an object where it is written as such.
func key(expr hclsyntax.Expression) (string, bool) {
	if k, ok := expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(k.Wrapped); name != "" && !k.ForceNonLiteral {
			return name, true
		}
		expr = k.Wrapped
	}
	if t, ok := expr.(*hclsyntax.TemplateExpr); ok && t.IsStringLiteral() {
		v, diagnostics := t.Value(nil)
		if !diagnostics.HasErrors() && v.Type() == cty.String {
			return v.AsString(), true
		}
	}
	return "", false
}

// choices notes what is chosen elsewhere within a value that is taken away.
func (e *editor) choices(expr hclsyntax.Expression, path string) {
	switch x := unwrap(expr).(type) {
	case *hclsyntax.TupleConsExpr:
		for i, item := range x.Exprs {
			e.choices(item, fmt.Sprintf("%s[%d]", path, i))
		}
		return
	case *hclsyntax.ObjectConsExpr:
		for _, item := range x.Items {
			if name, ok := key(item.KeyExpr); ok {
				e.choices(item.ValueExpr, path+"."+name)
			}
		}
		return
	}
	if by, is := chosen(expr); is {
		e.plan.Chosen = append(e.plan.Chosen, Choice{Path: path, By: by})
	}
}
