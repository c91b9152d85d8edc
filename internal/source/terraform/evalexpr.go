package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// eval evaluates an expression as HCL does, with three differences: names are
// resolved when they are met, so that only what is needed is evaluated; what
// is not known carries its reason (see [hole]); and work and depth are
// bounded. HCL's own nodes are used wherever they do the same.
func (e *evaluator) eval(expr hclsyntax.Expression, env *env) (cty.Value, hcl.Diagnostics) {
	if v, diags, ok := e.step(expr); !ok {
		return v, diags
	}
	e.depth++
	defer func() { e.depth-- }()

	switch x := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return x.Val, nil
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.RelativeTraversalExpr, *hclsyntax.IndexExpr:
		p, diags := e.placeOf(expr, env)
		if diags.HasErrors() {
			return cty.DynamicVal, diags
		}
		return e.worth(p), diags
	case *hclsyntax.ParenthesesExpr:
		return e.eval(x.Expression, env)
	case *hclsyntax.TemplateWrapExpr:
		return e.eval(x.Wrapped, env)
	case *hclsyntax.TemplateExpr:
		return e.template(x, env)
	case *hclsyntax.TemplateJoinExpr:
		return e.templateJoin(x, env)
	case *hclsyntax.FunctionCallExpr:
		return e.call(x, env)
	case *hclsyntax.ConditionalExpr:
		return e.conditional(x, env)
	case *hclsyntax.TupleConsExpr:
		return e.tuple(x, env)
	case *hclsyntax.ObjectConsExpr:
		return e.object(x, env)
	case *hclsyntax.ObjectConsKeyExpr:
		if name := hcl.ExprAsKeyword(x.Wrapped); name != "" && !x.ForceNonLiteral {
			return cty.StringVal(name), nil
		}
		return e.eval(x.Wrapped, env)
	case *hclsyntax.ForExpr:
		return e.forExpr(x, env)
	case *hclsyntax.SplatExpr:
		return e.splat(x, env)
	case *hclsyntax.AnonSymbolExpr:
		if v, ok := env.lookup(anonymous(x)); ok {
			return v, nil
		}
		return cty.DynamicVal, nil
	case *hclsyntax.BinaryOpExpr:
		return e.binary(x, env)
	case *hclsyntax.UnaryOpExpr:
		v, diags := e.eval(x.Val, env)
		if diags.HasErrors() {
			return cty.UnknownVal(x.Op.Type), diags
		}
		v, marks := opaque(v).Unmark()
		unary := &hclsyntax.UnaryOpExpr{Op: x.Op, Val: literal(v, x.Val), SrcRange: x.SrcRange, SymbolRange: x.SymbolRange}
		result, diags := unary.Value(nil)
		return outcome(result, marks), diags
	}
	return cty.DynamicVal, fault(expr.Range(), "This expression is not understood", "It is of a kind that is not known.")
}

func literal(v cty.Value, at hclsyntax.Expression) hclsyntax.Expression {
	return &hclsyntax.LiteralValueExpr{Val: v, SrcRange: at.Range()}
}

// outcome marks the result of a decision: when it is known all the same, then
// whatever the holes come to.
func outcome(v cty.Value, marks ...cty.ValueMarks) cty.Value {
	if v.IsKnown() {
		return v
	}
	return v.WithMarks(hardened(marks...))
}

func (e *evaluator) tuple(x *hclsyntax.TupleConsExpr, env *env) (cty.Value, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	values := make([]cty.Value, len(x.Exprs))
	for i, item := range x.Exprs {
		v, more := e.eval(item, env)
		values[i] = v
		diags = append(diags, more...)
	}
	e.spent += len(values)
	return cty.TupleVal(values), diags
}

func (e *evaluator) object(x *hclsyntax.ObjectConsExpr, env *env) (cty.Value, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	values := make(map[string]cty.Value, len(x.Items))
	var marks []cty.ValueMarks
	known := true
	for _, item := range x.Items {
		v, more := e.eval(item.ValueExpr, env)
		diags = append(diags, more...)
		key, keyMarks, ok, more := e.key(item.KeyExpr, env)
		diags = append(diags, more...)
		if len(keyMarks) > 0 {
			marks = append(marks, keyMarks)
		}
		if !ok {
			known = false
			continue
		}
		values[key] = v
	}
	if !known {
		return cty.DynamicVal.WithMarks(hardened(marks...)), diags
	}
	return cty.ObjectVal(values).WithMarks(marks...), diags
}

// key evaluates the key of an object. One that is a text with holes, or can be
// one, stands as that text.
func (e *evaluator) key(expr hclsyntax.Expression, env *env) (key string, marks cty.ValueMarks, ok bool, diags hcl.Diagnostics) {
	v, diags := e.eval(expr, env)
	if diags.HasErrors() {
		return "", nil, false, diags
	}
	v, marks = v.Unmark()
	if v.IsNull() {
		return "", nil, false, fault(expr.Range(), "The key is null", "Every key of an object needs a value.")
	}
	if !v.IsKnown() {
		return "", marks, false, diags
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil || !text.IsKnown() {
		return "", nil, false, fault(expr.Range(), "The key is no text", "The key of an object must be text or a number.")
	}
	marks = marksOf(holesIn(text.AsString(), marks))
	if marks != nil {
		marks[keyMark{}] = struct{}{}
	}
	return text.AsString(), marks, true, diags
}

func (e *evaluator) conditional(x *hclsyntax.ConditionalExpr, env *env) (cty.Value, hcl.Diagnostics) {
	condition, diags := e.eval(x.Condition, env)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	condition, marks := opaque(condition).Unmark()
	yes, yesDiags := e.eval(x.TrueResult, env)
	no, noDiags := e.eval(x.FalseResult, env)
	if condition.IsKnown() && !condition.IsNull() {
		decided, err := convert.Convert(condition, cty.Bool)
		if err != nil {
			return cty.DynamicVal, append(diags, fault(x.Condition.Range(), "The condition is neither true nor false", sentence(err.Error()))...)
		}
		chosen, chosenDiags, other := yes, yesDiags, no
		if decided.False() {
			chosen, chosenDiags, other = no, noDiags, yes
		}
		if chosenDiags.HasErrors() {
			return cty.DynamicVal, append(diags, chosenDiags...)
		}
		return e.unified(x, decided, yes, no, chosen, other), append(diags, chosenDiags...)
	}
	if condition.IsNull() {
		return cty.DynamicVal, append(diags, fault(x.Condition.Range(), "The condition is null", "It must be true or false.")...)
	}
	// Whichever it will be, its failures are no certain failures.
	result := e.unified(x, cty.UnknownVal(cty.Bool), yes, no, cty.DynamicVal, cty.DynamicVal)
	result, _ = result.UnmarkDeep()
	return result.WithMarks(hardened(marks)), diags
}

// unified gives the result of a conditional the type that both of its sides
// have, as HCL does. Where they have none in common, which may be because we
// do not know the types of the provider, the chosen side stands as it is.
func (e *evaluator) unified(x *hclsyntax.ConditionalExpr, condition, yes, no, chosen, other cty.Value) cty.Value {
	if condition.IsKnown() && sameKind(chosen.Type(), other.Type()) {
		return chosen
	}
	c := &hclsyntax.ConditionalExpr{
		Condition: literal(condition, x.Condition), TrueResult: literal(yes, x.TrueResult), FalseResult: literal(no, x.FalseResult),
		SrcRange: x.SrcRange,
	}
	if result, diags := c.Value(nil); !diags.HasErrors() {
		return result
	}
	return chosen
}

// sameKind tells whether two types need no conversion to be alternatives.
func sameKind(a, b cty.Type) bool {
	return a.IsPrimitiveType() && a == b || a.IsObjectType() && b.IsObjectType() || a == cty.DynamicPseudoType || b == cty.DynamicPseudoType
}

func (e *evaluator) binary(x *hclsyntax.BinaryOpExpr, env *env) (cty.Value, hcl.Diagnostics) {
	params := x.Op.Impl.Params()
	operand := func(side hclsyntax.Expression, want cty.Type) (cty.Value, cty.ValueMarks, hcl.Diagnostics, error) {
		v, diags := e.eval(side, env)
		if diags.HasErrors() {
			return cty.UnknownVal(want), nil, diags, nil
		}
		v = opaque(v)
		v, err := convert.Convert(v, want)
		if err != nil {
			return cty.UnknownVal(want), nil, diags, err
		}
		v, marks := v.UnmarkDeep()
		return v, marks, diags, nil
	}
	left, leftMarks, leftDiags, err := operand(x.LHS, params[0].Type)
	if err != nil {
		return cty.UnknownVal(x.Op.Type), append(leftDiags, fault(x.LHS.Range(), "The left side does not fit the operator", sentence(err.Error()))...)
	}
	right, rightMarks, rightDiags, err := operand(x.RHS, params[1].Type)
	if err != nil {
		return cty.UnknownVal(x.Op.Type), append(rightDiags, fault(x.RHS.Range(), "The right side does not fit the operator", sentence(err.Error()))...)
	}
	if x.Op.ShortCircuit != nil {
		if forced, diags := x.Op.ShortCircuit(left, right, leftDiags, rightDiags); forced != cty.NilVal {
			return outcome(forced, leftMarks, rightMarks), diags
		}
	}
	diags := append(leftDiags, rightDiags...)
	if diags.HasErrors() {
		return cty.UnknownVal(x.Op.Type).WithMarks(hardened(leftMarks, rightMarks)), diags
	}
	result, err := x.Op.Impl.Call([]cty.Value{left, right})
	if err != nil {
		return cty.UnknownVal(x.Op.Type), append(diags, fault(x.SrcRange, "The operation failed", sentence(err.Error()))...)
	}
	return outcome(result, leftMarks, rightMarks), diags
}
