package terraform

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// newVariable reads a variable block.
func (e *evaluator) newVariable(block *hclsyntax.Block) *variable {
	v := &variable{name: block.Labels[0], block: block, ty: cty.DynamicPseudoType, nullable: true, literal: true}
	if a := block.Body.Attributes["type"]; a != nil {
		expr := a.Expr
		v.literal = false
		if text, ok := literalString(expr); ok { // JSON, and the way of Terraform 0.11
			switch text {
			case "list":
				text = "list(any)"
			case "map":
				text = "map(any)"
			}
			if parsed, diags := parseExpression(text, expr.Range().Filename, expr.Range().Start); !diags.HasErrors() {
				expr = parsed
			}
		}
		ty, defaults, diags := typeexpr.TypeConstraintWithDefaults(expr)
		if diags.HasErrors() {
			e.reportDiagnostics(cloud.Warning, diags)
		} else {
			v.ty, v.defaults = ty, defaults
			v.literal = ty.IsPrimitiveType()
		}
	}
	if a := block.Body.Attributes["default"]; a != nil {
		v.value = a.Expr
	}
	if a := block.Body.Attributes["nullable"]; a != nil {
		if literal, ok := a.Expr.(*hclsyntax.LiteralValueExpr); ok && literal.Val.Type() == cty.Bool && !literal.Val.IsNull() {
			v.nullable = literal.Val.True()
		}
	}
	return v
}

// conform applies the type constraint of a variable to a value.
func (v *variable) conform(e *evaluator, value cty.Value) (cty.Value, error) {
	if v.ty == cty.DynamicPseudoType {
		return value, nil
	}
	value = e.closed(value, v.ty)
	if v.defaults != nil && !value.IsNull() {
		value = v.defaults.Apply(value)
	}
	return convertTo(value, v.ty)
}

// convertTo converts as cty does, but a text with holes that does not fit
// becomes unknown: what it will be may fit.
func convertTo(value cty.Value, ty cty.Type) (cty.Value, error) {
	converted, err := convert.Convert(value, ty)
	if err != nil && value.ContainsMarked() {
		if again, err := convert.Convert(opaque(value), ty); err == nil {
			return again, nil
		}
	}
	return converted, err
}

// rootVariables collects the values that variables of the root module are
// given, each source over the one before, as Terraform does.
func (e *evaluator) rootVariables(s *scope) {
	s.preset = map[string]cty.Value{}
	files := []string{"terraform.tfvars", "terraform.tfvars.json"}
	if entries, err := e.options.ReadDir(e.rootDir); err == nil {
		present := map[string]bool{}
		var automatic []string
		for _, entry := range entries {
			name := entry.Name()
			present[name] = !entry.IsDir()
			if !entry.IsDir() && (strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json")) {
				automatic = append(automatic, name)
			}
		}
		files = slices.DeleteFunc(files, func(name string) bool { return !present[name] })
		slices.Sort(automatic)
		files = append(files, automatic...)
	} else {
		files = nil
	}
	for _, name := range files {
		e.readVariables(s, filepath.Join(e.rootDir, name))
	}
	for _, name := range e.options.VarFiles {
		e.readVariables(s, name)
	}
	for _, name := range slices.Sorted(maps.Keys(e.options.Vars)) {
		e.parseVariable(s, name, e.options.Vars[name])
	}
}

// parseVariable reads a value of the command line.
func (e *evaluator) parseVariable(s *scope, name, text string) {
	v := s.module.variables[name]
	if v == nil {
		e.tell(cloud.Problem{Severity: cloud.Error, Summary: fmt.Sprintf("The variable %s is not declared", name),
			Detail: fmt.Sprintf("--var gives it a value, but the configuration in %s has no variable %q.", e.rootDir, name)})
		return
	}
	if v.literal {
		s.preset[name] = cty.StringVal(text)
		return
	}
	source := "--var " + name
	f := &sourceFile{name: source, data: []byte(text)}
	e.sources[source] = f
	expr, diags := parseExpression(text, source, hcl.InitialPos)
	if !diags.HasErrors() {
		var value cty.Value
		if value, diags = e.evaluate(expr, &env{}); !diags.HasErrors() {
			s.preset[name] = value
		}
	}
	e.reportDiagnostics(cloud.Error, diags)
}

// readVariables reads a file of variable values.
func (e *evaluator) readVariables(s *scope, path string) {
	data, err := e.options.ReadFile(path)
	if err != nil {
		e.tell(cloud.Problem{Severity: cloud.Error, File: path, Summary: "The file of variables could not be read", Detail: err.Error()})
		return
	}
	f := &sourceFile{name: path, data: data}
	e.sources[path] = f
	if p := checkText(path, data); p != nil {
		e.tell(*p)
		return
	}
	attributes, diags := variableAttributes(path, data)
	if diags.HasErrors() {
		e.reportDiagnostics(cloud.Error, diags)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value, diags := e.evaluate(attributes[name], &env{})
		if diags.HasErrors() {
			e.reportDiagnostics(cloud.Error, diags)
			continue
		}
		s.preset[name] = value
	}
}

func variableAttributes(path string, data []byte) (map[string]hclsyntax.Expression, hcl.Diagnostics) {
	result := map[string]hclsyntax.Expression{}
	if !strings.HasSuffix(path, ".json") {
		tokens, _ := hclsyntax.LexConfig(data, path, hcl.InitialPos)
		if rng, ok := tooDeep(tokens); ok {
			return nil, hcl.Diagnostics{tooDeepDiagnostic(rng)}
		}
		file, diags := hclsyntax.ParseConfig(data, path, hcl.InitialPos)
		if diags.HasErrors() {
			return nil, diags
		}
		for name, a := range file.Body.(*hclsyntax.Body).Attributes {
			result[name] = a.Expr
		}
		return result, nil
	}
	if at := tooDeepJSON(data); at >= 0 {
		return nil, hcl.Diagnostics{tooDeepDiagnostic(rangeAt(path, data, at))}
	}
	attributes, diags := jsonAttributes(path, data)
	if diags.HasErrors() {
		return nil, diags
	}
	for name, a := range attributes {
		// Strings of a file of values are no templates.
		value, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			return nil, diags
		}
		result[name] = &hclsyntax.LiteralValueExpr{Val: value, SrcRange: a.Expr.Range()}
	}
	return result, nil
}

// closed gives v, and every object in it that has attributes known after
// apply, the attributes that ty asks for.
func (e *evaluator) closed(v cty.Value, ty cty.Type) cty.Value {
	if v.IsNull() || !v.IsKnown() || !mayBeOpen(v.Type()) {
		return v
	}
	plain, marks := v.Unmark()
	switch from := plain.Type(); {
	case from.IsObjectType() && ty.IsObjectType():
		parts := plain.AsValueMap()
		if parts == nil {
			parts = map[string]cty.Value{}
		}
		for name, want := range ty.AttributeTypes() {
			part, ok := parts[name]
			switch {
			case ok:
				parts[name] = e.closed(part, want)
			case from.HasAttribute(openKey):
				parts[name] = e.computedOf(plain, name)
			}
		}
		return cty.ObjectVal(parts).WithMarks(marks)
	case from.IsObjectType() && ty.IsMapType():
		parts := map[string]cty.Value{}
		for name, part := range plain.AsValueMap() {
			if name != openKey {
				parts[name] = e.closed(part, ty.ElementType())
			}
		}
		return cty.ObjectVal(parts).WithMarks(marks)
	case (from.IsTupleType() || from.IsListType()) && (ty.IsListType() || ty.IsSetType()) && plain.LengthInt() > 0:
		var parts []cty.Value
		for _, part := range plain.AsValueSlice() {
			parts = append(parts, e.closed(part, ty.ElementType()))
		}
		return cty.TupleVal(parts).WithMarks(marks)
	}
	return v
}

// mayBeOpen tells whether a value of this type may hold an open object.
func mayBeOpen(ty cty.Type) bool {
	switch {
	case ty.IsObjectType():
		if ty.HasAttribute(openKey) {
			return true
		}
		for _, t := range ty.AttributeTypes() {
			if mayBeOpen(t) {
				return true
			}
		}
	case ty.IsTupleType():
		return slices.ContainsFunc(ty.TupleElementTypes(), mayBeOpen)
	case ty.IsCollectionType():
		return mayBeOpen(ty.ElementType())
	}
	return false
}
