package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// A plan marks an argument as known only after apply for one of two reasons:
// the configuration gives a value that is not known yet, or it gives none and
// AWS will choose. They matter to rules in opposite ways, and the plan does not
// say which it is. It follows from what the expression refers to, though: where
// none of that can be unknown, the expression gave null, for any other value
// would stand in the plan.

// settled tells whether all that an expression of a module refers to is known
// while the plan is made.
func (p *plan) settled(module string, expression *tfjson.Expression, depth int) bool {
	if expression == nil || expression.ExpressionData == nil {
		return false
	}
	if len(expression.References) == 0 {
		// Without a constant it is made by functions; uuid() is one.
		return expression.ConstantValue != tfjson.UnknownConstantValue
	}
	return !slices.ContainsFunc(leading(expression.References), func(ref string) bool {
		return !p.settledReference(module, ref, depth+1)
	})
}

func (p *plan) settledReference(module, ref string, depth int) bool {
	if depth > 20 {
		return false
	}
	head, rest, _ := strings.Cut(ref, ".")
	switch head {
	case "var":
		outer, call := p.call(module)
		name, _, _ := cutAddress(rest)
		name, _, _ = strings.Cut(name, "[")
		if call == nil {
			return module == "" // Terraform knows its own variables before it plans
		}
		argument := call.Expressions[name]
		return argument == nil || p.settled(outer, argument, depth)
	case "module":
		return p.settledOutput(module, rest, depth)
	case "count", "path", "terraform":
		return true
	case "each":
		return rest == "key" // a key must be known
	case "local", "self":
		return false // the plan does not hold what a local value is made of
	case "data":
		return !p.deferred[p.base(module, unindexed(ref))]
	}
	return !p.planned(module, ref)
}

// settledOutput follows an output of a module: ref is "net.vpc_id" or
// "net[0].vpc_id".
func (p *plan) settledOutput(module, ref string, depth int) bool {
	name, output, ok := cutAddress(ref)
	if !ok {
		return false
	}
	output, _, _ = cutAddress(output)
	output, _, _ = strings.Cut(output, "[")
	inner := joinAddress(module, "module."+name)
	m := p.module(inner)
	return m != nil && m.Outputs[output] != nil && p.settled(inner, m.Outputs[output].Expression, depth)
}

// planned tells whether any instance is planned of the resource that a
// reference names, seen from a module.
func (p *plan) planned(module, ref string) bool {
	base := p.base(module, unindexed(ref))
	return p.symbols[base] || len(p.indexed[base]) > 0
}

// base is the address, without an index, of the resource that begins a
// reference: "aws_vpc.main" of "aws_vpc.main.id".
func (p *plan) base(module, ref string) string {
	steps := 2
	if strings.HasPrefix(ref, "data.") {
		steps = 3
	}
	words := strings.SplitN(ref, ".", steps+1)
	return joinAddress(module, strings.Join(words[:min(steps, len(words))], "."))
}

// unindexed is a reference without any of its indexes.
func unindexed(ref string) string {
	var b strings.Builder
	for rest, more := ref, true; more; {
		var step string
		step, rest, more = cutAddress(rest)
		step, _, _ = strings.Cut(step, "[")
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}
