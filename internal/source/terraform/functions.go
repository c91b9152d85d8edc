package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// passing is how much of a text with holes a function may see.
type passing int

const (
	// looks is for functions that depend on what a text says: they get an
	// unknown in its place.
	looks passing = iota
	// compares is for functions that only ask whether texts are the same, or
	// sort them: identities are distinct, all else is not known.
	compares
	// moves is for functions that only move values about.
	moves
	// builds is for functions that make text of their arguments: they get the
	// text ${…} in the place of an unknown.
	builds
)

// A pureFunction is a function whose result depends on its arguments alone.
type pureFunction struct {
	function.Function
	passing passing

	// bound refuses arguments whose result would be too large; nil when the
	// result is no larger than the arguments.
	bound func(args []cty.Value) bool
}

// pure is the functions that need nothing but their arguments, and the context
// in which HCL finds them.
var pure = sync.OnceValue(func() *functionTable {
	t := &functionTable{byName: map[string]pureFunction{}}
	for _, group := range []map[string]pureFunction{textFunctions(), collectionFunctions(), numberFunctions(), encodingFunctions(), networkFunctions(), conversionFunctions()} {
		maps.Copy(t.byName, group)
	}
	functions := make(map[string]function.Function, len(t.byName))
	for name, f := range t.byName {
		functions[name] = f.Function
	}
	t.context = &hcl.EvalContext{Functions: functions}
	return t
})

type functionTable struct {
	byName  map[string]pureFunction
	context *hcl.EvalContext
}

// call evaluates a call of a function.
func (e *evaluator) call(x *hclsyntax.FunctionCallExpr, env *env) (cty.Value, hcl.Diagnostics) {
	name := strings.TrimPrefix(x.Name, "core::")
	switch {
	case name == "try" || name == "can":
		return e.attempt(x, name, env)
	case strings.HasPrefix(name, "provider::"):
		return unknownOf(cty.DynamicPseudoType, name+"()", name+"() is a function of a provider, which is not run"), nil
	}
	args, ok, diags := e.arguments(x, env)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if !ok {
		return relabelled(cty.DynamicVal, name, args), diags
	}
	if f := e.impure[name]; f != nil {
		v, more := f(e, x, args, env)
		return v, append(diags, more...)
	}
	f, found := pure().byName[name]
	if !found {
		return cty.DynamicVal, append(diags, fault(x.NameRange, fmt.Sprintf("There is no function %q", x.Name), e.suggestFunction(name))...)
	}
	v, more := e.callPure(x, name, f, args)
	return v, append(diags, more...)
}

func (e *evaluator) suggestFunction(name string) string {
	known := slices.Collect(maps.Keys(pure().byName))
	for other := range e.impure {
		known = append(known, other)
	}
	slices.Sort(known)
	if near := schema.Nearest(name, known); near != "" {
		return fmt.Sprintf("Did you mean %q?", near)
	}
	return "Terraform has none of this name."
}

// callPure calls a function with arguments that it may see.
func (e *evaluator) callPure(x *hclsyntax.FunctionCallExpr, name string, f pureFunction, args []cty.Value) (cty.Value, hcl.Diagnostics) {
	if tooLarge(args...) || f.bound != nil && f.bound(args) {
		return cty.DynamicVal, limitFault(x.Range(), fmt.Sprintf("%s() makes too much", name), tooLargeDetail)
	}
	seen := slices.Clone(args)
	for i, v := range seen {
		switch f.passing {
		case looks:
			seen[i] = opaque(v)
		case compares:
			seen[i] = opaqueFrom(v, unknown)
		case builds:
			seen[i] = textual(v)
		}
	}
	result, diags := e.apply(x, name, seen)
	if diags.HasErrors() && f.passing == builds {
		// A text ${…} may not be what the function takes: a number, say.
		if again, more := e.apply(x, name, args); !more.HasErrors() {
			result, diags = again, more
		}
	}
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	if !e.afford(result) {
		return cty.DynamicVal, limitFault(x.Range(), fmt.Sprintf("%s() makes too much", name), tooLargeDetail)
	}
	switch f.passing {
	case moves, compares:
		if !result.IsKnown() && len(holes(result.Marks())) == 0 {
			return relabelled(result, name, args), diags
		}
	case looks:
		if plain, _ := result.UnmarkDeep(); plain.IsWhollyKnown() {
			return plain, diags
		}
		return relabelled(result, name, args), diags
	case builds:
		if !result.IsKnown() {
			return relabelled(result, name, args), diags
		}
	}
	return result, diags
}

// apply lets HCL call the function, for its conversions and messages.
func (e *evaluator) apply(x *hclsyntax.FunctionCallExpr, name string, args []cty.Value) (cty.Value, hcl.Diagnostics) {
	call := &hclsyntax.FunctionCallExpr{
		Name: name, Args: make([]hclsyntax.Expression, len(args)),
		NameRange: x.NameRange, OpenParenRange: x.OpenParenRange, CloseParenRange: x.CloseParenRange,
	}
	for i, v := range args {
		at := x.Range()
		if i < len(x.Args) {
			at = x.Args[i].Range()
		}
		call.Args[i] = &hclsyntax.LiteralValueExpr{Val: v, SrcRange: at}
	}
	return call.Value(pure().context)
}

// relabelled is an unknown result with one hole that names the function: what
// it makes of an identity is no identity any more.
func relabelled(result cty.Value, name string, args []cty.Value) cty.Value {
	result, marks := result.UnmarkDeep()
	list := holes(marks)
	if len(list) == 0 {
		for _, v := range args {
			_, marks := v.UnmarkDeep()
			list = append(list, holes(marks)...)
		}
		list = holes(marksOf(list))
	}
	if len(list) == 0 {
		return result.Mark(hole{text: name + "()", reason: afterApply(name + "()"), kind: unknown})
	}
	h := hole{text: name + "(" + list[0].text + ")", reason: reasonOf(list), kind: max(list[0].kind, derived)}
	if len(list) > 1 || len(h.text) > 120 {
		h.text = name + "(" + shortened(list[0].text) + ", …)"
	}
	return result.Mark(h)
}

func shortened(text string) string {
	if len(text) > 80 {
		return "…"
	}
	return text
}

// arguments evaluates the arguments of a call; ok is false when their number
// is not known.
func (e *evaluator) arguments(x *hclsyntax.FunctionCallExpr, env *env) (args []cty.Value, ok bool, diags hcl.Diagnostics) {
	args = make([]cty.Value, 0, len(x.Args))
	for i, arg := range x.Args {
		v, more := e.eval(arg, env)
		diags = append(diags, more...)
		if !x.ExpandFinal || i < len(x.Args)-1 || more.HasErrors() {
			args = append(args, v)
			continue
		}
		plain, marks := v.Unmark()
		switch ty := plain.Type(); {
		case !plain.IsKnown():
			return []cty.Value{v}, false, diags
		case plain.IsNull() || !(ty.IsTupleType() || ty.IsListType() || ty.IsSetType()):
			return nil, false, append(diags, fault(arg.Range(), "The last argument cannot be expanded", "... needs a list, set or tuple before it.")...)
		}
		for _, part := range plain.AsValueSlice() {
			args = append(args, part.WithMarks(marks))
		}
	}
	return args, true, diags
}

// attempt evaluates try and can. What may or may not be there is not known
// here, since its absence is an answer.
func (e *evaluator) attempt(x *hclsyntax.FunctionCallExpr, name string, outer *env) (cty.Value, hcl.Diagnostics) {
	inner := *outer
	inner.tentative = true
	if name == "can" {
		if len(x.Args) != 1 {
			return cty.DynamicVal, fault(x.Range(), "can() takes one argument", "Write can(expression).")
		}
		v, diags := e.eval(x.Args[0], &inner)
		switch {
		case limitReached(diags):
			return cty.UnknownVal(cty.Bool), diags
		case diags.HasErrors():
			return cty.False, nil
		case !v.IsKnown():
			return cty.UnknownVal(cty.Bool).WithMarks(hardened(v.Marks())), nil
		}
		return cty.True, nil
	}
	if len(x.Args) == 0 {
		return cty.DynamicVal, fault(x.Range(), "try() takes at least one argument", "Write try(expression, fallback).")
	}
	var last hcl.Diagnostics
	for _, arg := range x.Args {
		v, diags := e.eval(arg, &inner)
		if !diags.HasErrors() || limitReached(diags) {
			return v, diags
		}
		last = diags
	}
	return cty.DynamicVal, fault(x.Range(), "No argument of try() could be evaluated", "The last one failed: "+lowerFirst(firstError(last))+".")
}

func limitReached(diags hcl.Diagnostics) bool {
	return slices.ContainsFunc(diags, func(d *hcl.Diagnostic) bool { return d.Extra == beyondBounds })
}

// textArgument is an argument as plain text; ok is false when it is not known,
// null or no text.
func textArgument(v cty.Value) (string, bool) {
	v, _ = opaque(v).Unmark()
	v, err := convert.Convert(v, cty.String)
	if err != nil || v.IsNull() || !v.IsKnown() {
		return "", false
	}
	return v.AsString(), true
}
