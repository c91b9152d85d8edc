package terraform

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	hcljson "github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"
)

// topLevel names the blocks of a configuration and their labels, which JSON
// needs to tell a block from a value.
var topLevel = hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
	{Type: "resource", LabelNames: []string{"type", "name"}},
	{Type: "data", LabelNames: []string{"type", "name"}},
	{Type: "module", LabelNames: []string{"name"}},
	{Type: "variable", LabelNames: []string{"name"}},
	{Type: "output", LabelNames: []string{"name"}},
	{Type: "provider", LabelNames: []string{"name"}},
	{Type: "locals"},
}}

// parseJSON reads a .tf.json file and gives it the form that the native syntax
// has, so that everything after it knows only one.
func parseJSON(name string, data []byte) (*hclsyntax.Body, hcl.Diagnostics) {
	if at := tooDeepJSON(data); at >= 0 {
		return nil, hcl.Diagnostics{tooDeepDiagnostic(rangeAt(name, data, at))}
	}
	file, diags := hcljson.Parse(data, name)
	if diags.HasErrors() {
		return nil, diags
	}
	content, _, more := file.Body.PartialContent(&topLevel)
	diags = append(diags, more...)
	body := &hclsyntax.Body{SrcRange: hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}}
	for _, block := range content.Blocks {
		attributes, more := block.Body.JustAttributes()
		diags = append(diags, more...)
		inner := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: block.DefRange}
		for _, a := range attributes {
			diags = append(diags, jsonMember(inner, a.Name, a.NameRange, a.Expr)...)
		}
		body.Blocks = append(body.Blocks, &hclsyntax.Block{
			Type: block.Type, Labels: block.Labels, Body: inner,
			TypeRange: block.DefRange, LabelRanges: block.LabelRanges,
			CloseBraceRange: block.Body.MissingItemRange(),
		})
	}
	return body, diags
}

func rangeAt(name string, data []byte, at int) hcl.Range {
	start := bytes.LastIndexByte(data[:at], '\n') + 1
	pos := hcl.Pos{Line: bytes.Count(data[:at], []byte("\n")) + 1, Column: at - start + 1, Byte: at}
	return hcl.Range{Filename: name, Start: pos, End: pos}
}

// jsonBlocks are the members that are blocks whatever the resource type.
var jsonBlocks = map[string]bool{
	"dynamic": true, "lifecycle": true, "provisioner": true, "connection": true,
	"default_tags": true, "validation": true,
}

// jsonMember puts one member of a JSON object into body. JSON does not say
// whether a member is an argument or a nested block, and for a value of lists
// and objects it makes no difference to the result, so a member becomes a
// block only where it must: when the language knows it or when it holds a
// dynamic block.
func jsonMember(body *hclsyntax.Body, name string, nameRange hcl.Range, value hcl.Expression) hcl.Diagnostics {
	if name == "dynamic" {
		return jsonDynamic(body, value)
	}
	if jsonBlocks[name] || holdsDynamic(value) {
		var diags hcl.Diagnostics
		elements, listDiags := hcl.ExprList(value)
		if listDiags.HasErrors() {
			elements = []hcl.Expression{value}
		}
		for _, element := range elements {
			inner, more := jsonBody(element)
			diags = append(diags, more...)
			if inner != nil {
				body.Blocks = append(body.Blocks, &hclsyntax.Block{
					Type: name, Body: inner, TypeRange: nameRange, CloseBraceRange: element.Range(),
				})
			}
		}
		return diags
	}
	expr, diags := jsonExpression(value)
	body.Attributes[name] = &hclsyntax.Attribute{
		Name: name, Expr: expr, NameRange: nameRange,
		SrcRange: hcl.RangeBetween(nameRange, value.Range()),
	}
	return diags
}

// jsonBody reads a JSON object as the body of a block; nil when it is none.
func jsonBody(value hcl.Expression) (*hclsyntax.Body, hcl.Diagnostics) {
	pairs, diags := hcl.ExprMap(value)
	if diags.HasErrors() {
		return nil, nil
	}
	body := &hclsyntax.Body{Attributes: hclsyntax.Attributes{}, SrcRange: value.Range()}
	for _, pair := range pairs {
		key, more := pair.Key.Value(nil)
		diags = append(diags, more...)
		if key.Type() != cty.String || key.AsString() == "//" {
			continue
		}
		diags = append(diags, jsonMember(body, key.AsString(), pair.Key.Range(), pair.Value)...)
	}
	return body, diags
}

// jsonDynamic reads {"dynamic": {"ingress": {"for_each": …, "content": {…}}}}.
func jsonDynamic(body *hclsyntax.Body, value hcl.Expression) (diags hcl.Diagnostics) {
	lists, listDiags := hcl.ExprList(value)
	if listDiags.HasErrors() {
		lists = []hcl.Expression{value}
	}
	for _, one := range lists {
		pairs, mapDiags := hcl.ExprMap(one)
		if mapDiags.HasErrors() {
			continue
		}
		for _, pair := range pairs {
			label, _ := pair.Key.Value(nil)
			if label.Type() != cty.String {
				continue
			}
			elements, listDiags := hcl.ExprList(pair.Value)
			if listDiags.HasErrors() {
				elements = []hcl.Expression{pair.Value}
			}
			for _, element := range elements {
				inner, more := jsonBody(element)
				diags = append(diags, more...)
				if inner == nil {
					continue
				}
				jsonContent(inner, element)
				body.Blocks = append(body.Blocks, &hclsyntax.Block{
					Type: "dynamic", Labels: []string{label.AsString()}, Body: inner,
					TypeRange: pair.Key.Range(), CloseBraceRange: element.Range(),
				})
			}
		}
	}
	return diags
}

// jsonContent makes a block of the content of a dynamic block.
func jsonContent(dynamic *hclsyntax.Body, value hcl.Expression) {
	delete(dynamic.Attributes, "content")
	for _, b := range dynamic.Blocks {
		if b.Type == "content" {
			return
		}
	}
	pairs, _ := hcl.ExprMap(value)
	for _, pair := range pairs {
		if key, _ := pair.Key.Value(nil); key.Type() != cty.String || key.AsString() != "content" {
			continue
		}
		if inner, _ := jsonBody(pair.Value); inner != nil {
			dynamic.Blocks = append(dynamic.Blocks, &hclsyntax.Block{
				Type: "content", Body: inner, TypeRange: pair.Key.Range(), CloseBraceRange: pair.Value.Range(),
			})
		}
	}
}

// holdsDynamic tells whether an object, or an object of a list, has a member
// "dynamic" somewhere, so that it must be a block.
func holdsDynamic(value hcl.Expression) bool {
	if elements, diags := hcl.ExprList(value); !diags.HasErrors() {
		for _, element := range elements {
			if holdsDynamic(element) {
				return true
			}
		}
		return false
	}
	pairs, diags := hcl.ExprMap(value)
	if diags.HasErrors() {
		return false
	}
	for _, pair := range pairs {
		if key, _ := pair.Key.Value(nil); key.Type() == cty.String && key.AsString() == "dynamic" {
			return true
		}
		if holdsDynamic(pair.Value) {
			return true
		}
	}
	return false
}

// jsonExpression gives a JSON value the form of an expression; strings are
// templates.
func jsonExpression(value hcl.Expression) (hclsyntax.Expression, hcl.Diagnostics) {
	rng := value.Range()
	if pairs, diags := hcl.ExprMap(value); !diags.HasErrors() {
		object := &hclsyntax.ObjectConsExpr{SrcRange: rng, OpenRange: value.StartRange()}
		var all hcl.Diagnostics
		for _, pair := range pairs {
			key, keyDiags := jsonExpression(pair.Key)
			item, itemDiags := jsonExpression(pair.Value)
			all = append(append(all, keyDiags...), itemDiags...)
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{KeyExpr: key, ValueExpr: item})
		}
		return object, all
	}
	if elements, diags := hcl.ExprList(value); !diags.HasErrors() {
		tuple := &hclsyntax.TupleConsExpr{SrcRange: rng, OpenRange: value.StartRange()}
		var all hcl.Diagnostics
		for _, element := range elements {
			item, itemDiags := jsonExpression(element)
			all = append(all, itemDiags...)
			tuple.Exprs = append(tuple.Exprs, item)
		}
		return tuple, all
	}
	v, diags := value.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: rng}, diags
	}
	text := v.AsString()
	if !strings.Contains(text, "${") && !strings.Contains(text, "%{") {
		return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: rng}, nil
	}
	start := hcl.Pos{Line: rng.Start.Line, Column: rng.Start.Column + 1, Byte: rng.Start.Byte + 1}
	return parseTemplate(text, rng.Filename, start)
}

// parseTemplate parses the text of a template that nests within the bound.
func parseTemplate(text, filename string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics) {
	tokens, _ := hclsyntax.LexTemplate([]byte(text), filename, start)
	if rng, ok := tooDeep(tokens); ok {
		return &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal, SrcRange: rng}, hcl.Diagnostics{tooDeepDiagnostic(rng)}
	}
	expr, diags := hclsyntax.ParseTemplate([]byte(text), filename, start)
	if expr == nil {
		expr = &hclsyntax.LiteralValueExpr{Val: cty.DynamicVal}
	}
	return expr, diags
}

// parseExpression parses an expression that nests within the bound.
func parseExpression(text, filename string, start hcl.Pos) (hclsyntax.Expression, hcl.Diagnostics) {
	tokens, _ := hclsyntax.LexExpression([]byte(text), filename, start)
	if rng, ok := tooDeep(tokens); ok {
		return nil, hcl.Diagnostics{tooDeepDiagnostic(rng)}
	}
	return hclsyntax.ParseExpression([]byte(text), filename, start)
}

// jsonAttributes reads a JSON object as names and values.
func jsonAttributes(path string, data []byte) (hcl.Attributes, hcl.Diagnostics) {
	file, diags := hcljson.Parse(data, path)
	if diags.HasErrors() {
		return nil, diags
	}
	return file.Body.JustAttributes()
}
