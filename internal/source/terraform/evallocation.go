package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
)

// locateArgument is the place of an argument and of the items of a list or
// object that is written there.
func locateArgument(a *hclsyntax.Attribute) *cloud.Location {
	l := locateExpression(a.Expr)
	l.Line, l.Column = a.SrcRange.Start.Line, a.SrcRange.Start.Column
	return l
}

func locateBlock(b *hclsyntax.Block) *cloud.Location {
	return &cloud.Location{
		File:    b.TypeRange.Filename,
		Line:    b.TypeRange.Start.Line,
		Column:  b.TypeRange.Start.Column,
		EndLine: endLine(b.CloseBraceRange),
	}
}

// locateExpression is the place of a value. The document that jsonencode is
// given is mirrored too, since that is what the value is read as.
func locateExpression(expr hclsyntax.Expression) *cloud.Location {
	rng := expr.Range()
	l := &cloud.Location{File: rng.Filename, Line: rng.Start.Line, Column: rng.Start.Column, EndLine: endLine(rng)}
	inner := expr
	for {
		if x, ok := inner.(*hclsyntax.ParenthesesExpr); ok {
			inner = x.Expression
			continue
		}
		if x, ok := inner.(*hclsyntax.FunctionCallExpr); ok && len(x.Args) == 1 && (x.Name == "jsonencode" || x.Name == "tolist" || x.Name == "tomap") {
			inner = x.Args[0]
			continue
		}
		break
	}
	switch x := inner.(type) {
	case *hclsyntax.TupleConsExpr:
		l.Items = make([]*cloud.Location, len(x.Exprs))
		for i, item := range x.Exprs {
			l.Items[i] = locateExpression(item)
		}
	case *hclsyntax.ObjectConsExpr:
		l.Fields = make(map[string]*cloud.Location, len(x.Items))
		for _, item := range x.Items {
			if name, ok := literalKey(item.KeyExpr); ok {
				at := locateExpression(item.ValueExpr)
				start := item.KeyExpr.Range().Start
				at.Line, at.Column = start.Line, start.Column
				l.Fields[name] = at
			}
		}
	}
	return l
}

// literalKey is the key of an object where it is written as plain text.
func literalKey(expr hclsyntax.Expression) (string, bool) {
	if key, ok := expr.(*hclsyntax.ObjectConsKeyExpr); ok {
		if name := hcl.ExprAsKeyword(key.Wrapped); name != "" && !key.ForceNonLiteral {
			return name, true
		}
		expr = key.Wrapped
	}
	return literalString(expr)
}

// endLine is the last line of a range. The range of a heredoc ends at the
// beginning of the line after it.
func endLine(rng hcl.Range) int {
	if rng.End.Column == 1 && rng.End.Line > rng.Start.Line {
		return rng.End.Line - 1
	}
	return rng.End.Line
}
