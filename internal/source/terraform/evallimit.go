package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// A configuration can be written so that a few lines of it need more memory or
// time than there is. These bounds are far beyond what real ones need.
const (
	// maxSteps bounds the expressions that are evaluated in all.
	maxSteps = 100_000_000
	// maxMade bounds the size of all values that are made.
	maxMade = 30_000_000
	// maxDepth bounds how deep they nest, references included.
	maxDepth = 10_000
	// maxValue bounds the size of a value: its parts, and the bytes of its
	// texts divided by 16.
	maxValue = 1_000_000
)

const tooLargeDetail = "It has more than a million parts, or as much text, and was left out."

type limitMark struct{}

// beyondBounds marks a diagnostic that tells of a bound: what it cost is not
// the fault of one argument but leaves the configuration unjudged.
var beyondBounds any = limitMark{}

func limitFault(rng hcl.Range, summary, detail string) hcl.Diagnostics {
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &rng, Extra: beyondBounds}}
}

// tooLarge tells whether values are beyond the bound. It looks at no more than
// the bound.
func tooLarge(values ...cty.Value) bool {
	left := maxValue
	for _, v := range values {
		if left = weigh(v, left); left < 0 {
			return true
		}
	}
	return false
}

// afford accounts for a value that was made, and tells whether it may be.
func (e *evaluator) afford(v cty.Value) bool {
	left := weigh(v, maxValue)
	if left < 0 {
		return false
	}
	e.spent += maxValue - left
	return true
}

// weigh subtracts the size of v from what is left.
func weigh(v cty.Value, left int) int {
	if left--; left < 0 || v == cty.NilVal {
		return left
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
		left = weigh(part, left)
	}
	return left
}
