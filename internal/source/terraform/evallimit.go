package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// A configuration can be written so that a few lines of it need more memory or
// time than there is. These bounds are far beyond what real ones need.
const (
	// maxStepsOfOne bounds the expressions within one argument, local or
	// output, without those that it refers to, and maxSteps all of them.
	maxStepsOfOne = 1_000_000
	maxSteps      = 30_000_000
	// afterGivenUp counts as steps what goes beyond its bound, so that a few
	// such end the evaluation of all.
	afterGivenUp = 5_000_000
	// maxMade bounds the size of all values that are made.
	maxMade = 30_000_000
	// maxDepth bounds how deep they nest, references included.
	maxDepth = 10_000
	// maxValue bounds the size of a value: its parts, and the bytes of its
	// texts divided by 16.
	maxValue = 1_000_000
	// maxBlocks bounds the blocks that dynamic blocks make in one resource, and
	// blockSize is what each counts as beside its arguments.
	maxBlocks = 10_000
	blockSize = 50
)

const tooLargeDetail = "It has more than a million parts, as much text, or parts that nest more than 300 deep, and was left out."

type limitMark struct{}

// beyondBounds marks a diagnostic that tells of a bound: what it cost is not
// the fault of one argument but leaves the configuration unjudged.
var beyondBounds any = limitMark{}

func limitFault(rng hcl.Range, summary, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &rng, Extra: beyondBounds}}
}

// evaluate evaluates an expression that stands by itself, within a bound of
// its own: what goes beyond it costs no more than what needs it.
func (e *evaluator) evaluate(expr hclsyntax.Expression, env *env) (cty.Value, hcl.Diagnostics) {
	defer e.within(maxStepsOfOne)()
	return e.eval(expr, env)
}

// within bounds what is evaluated until the function that it returns is
// called, and does not count it against what it is a part of.
func (e *evaluator) within(steps int) (end func()) {
	outer, start := e.until, e.steps
	e.until = start + steps
	return func() {
		if e.steps > e.until {
			e.steps += afterGivenUp
		}
		e.until = outer + e.steps - start
	}
}

// step accounts for the evaluation of one more expression. When that is too
// much it gives what to answer instead.
func (e *evaluator) step(expr hclsyntax.Expression) (cty.Value, hcl.Diagnostics, bool) {
	e.steps++
	switch {
	case e.steps > maxSteps || e.spent > maxMade:
		v, diags := e.giveUp(expr.Range())
		return v, diags, false
	case e.steps > e.until:
		return cty.DynamicVal, tooMuchWork(expr.Range()), false
	case e.depth > maxDepth:
		return cty.DynamicVal, limitFault(expr.Range(), "The expression refers too deeply",
			fmt.Sprintf("Expressions and references nest more than %d deep here, and were not evaluated further.", maxDepth)), false
	}
	return cty.NilVal, nil, true
}

func tooMuchWork(rng hcl.Range) hcl.Diagnostics {
	return limitFault(rng, "The expression takes too much work to evaluate",
		"It was given up here, and its value is not known. Are there loops within loops over long lists?")
}

// giveUp is the answer to everything after the bound on all work is reached.
func (e *evaluator) giveUp(rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	v := unknownOf(cty.DynamicPseudoType, "…", "the configuration takes too much work to evaluate")
	if e.exceeded {
		return v, nil
	}
	e.exceeded = true
	return v, limitFault(rng, "The configuration takes too much work to evaluate",
		"Evaluation was given up here; what was not reached is not known. Are there loops within loops over long lists?")
}

// tooLarge tells whether values are beyond the bound. It looks at no more than
// the bound.
func tooLarge(values ...cty.Value) bool {
	left := maxValue
	for _, v := range values {
		if left = weigh(v, left, maxNesting); left < 0 {
			return true
		}
	}
	return false
}

// afford accounts for a value that was made, and tells whether it may be.
func (e *evaluator) afford(v cty.Value) bool {
	left := weigh(v, maxValue, maxNesting)
	if left < 0 {
		return false
	}
	e.spent += maxValue - left
	return true
}

// weigh subtracts the size of v from what is left. What nests deeper than
// depth is too large as well: cty compares types of such values for hours.
func weigh(v cty.Value, left, depth int) int {
	if left--; left < 0 || v == cty.NilVal {
		return left
	}
	if depth == 0 {
		return -1
	}
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() {
		return left
	}
	ty := v.Type()
	switch {
	case ty == cty.String:
		return left - len(v.AsString())/16
	case ty.IsPrimitiveType(), ty.IsCapsuleType():
		return left
	}
	for it := v.ElementIterator(); it.Next() && left >= 0; {
		_, part := it.Element()
		left = weigh(part, left, depth-1)
	}
	return left
}
