package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// hopeless tells of loops directly within loops that are sure to go beyond the
// bound, before any work is lost on them: the length of each is known, each
// runs in every round of the one around it, and all rounds together are more
// than the steps that are left.
func (e *evaluator) hopeless(x *hclsyntax.ForExpr, over cty.Value, env *env) hcl.Diagnostics {
	left := e.until - e.steps
	rounds := over.LengthInt()
	variables := map[string]bool{}
	for x.CondExpr == nil && rounds > 0 {
		variables[x.KeyVar], variables[x.ValVar] = true, true
		inner := loopIn(x.ValExpr)
		if inner == nil || dependsOn(inner.CollExpr, variables) {
			return nil
		}
		x = inner
		within, diags := e.eval(x.CollExpr, env)
		within, _ = within.Unmark()
		if diags.HasErrors() || within.IsNull() || !within.IsKnown() || !within.CanIterateElements() {
			return nil // which is told where the loop comes to it
		}
		if rounds *= within.LengthInt(); rounds > left {
			return tooMuchWork(x.ValExpr.Range())
		}
	}
	return nil
}

// loopIn is the loop that an expression is, in parentheses or not.
func loopIn(expr hclsyntax.Expression) *hclsyntax.ForExpr {
	for {
		switch x := expr.(type) {
		case *hclsyntax.ForExpr:
			return x
		case *hclsyntax.ParenthesesExpr:
			expr = x.Expression
		default:
			return nil
		}
	}
}

// dependsOn tells whether an expression depends on one of some variables.
func dependsOn(expr hclsyntax.Expression, variables map[string]bool) bool {
	for _, traversal := range expr.Variables() {
		if variables[traversal.RootName()] {
			return true
		}
	}
	return false
}
