package terraform

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// impureFunction is a function that needs more than its arguments' values:
// files, their holes, or a variable that is not there.
type impureFunction func(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, env *env) (cty.Value, hcl.Diagnostics)

// impureFunctions is a table of them by name.
func impureFunctions() map[string]impureFunction {
	table := map[string]impureFunction{
		"lookup":          callLookup,
		"coalesce":        callCoalesce,
		"length":          callLength,
		"replace":         callReplace,
		"slice":           callSlice,
		"zipmap":          callZipmap,
		"sensitive":       callSame,
		"nonsensitive":    callSame,
		"ephemeralasnull": callSame,
		"issensitive":     callNever,
	}
	for name, reason := range map[string]string{
		"timestamp":     "is the time at which Terraform runs",
		"plantimestamp": "is the time at which Terraform runs",
		"uuid":          "is made up at apply",
		"bcrypt":        "is made up at apply",
		"rsadecrypt":    "is decrypted at apply",
		"pathexpand":    "depends on who runs Terraform",
	} {
		table[name] = func(*evaluator, *hclsyntax.FunctionCallExpr, []cty.Value, *env) (cty.Value, hcl.Diagnostics) {
			return cty.UnknownVal(cty.String).RefineNotNull().Mark(hole{text: name + "()", reason: name + "() " + reason, kind: unknown}), nil
		}
	}
	for name, f := range fileFunctions() {
		table[name] = f
	}
	return table
}

func callSame(_ *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 1 {
		return cty.DynamicVal, wrongCount(x, 1)
	}
	return args[0], nil
}

func callNever(*evaluator, *hclsyntax.FunctionCallExpr, []cty.Value, *env) (cty.Value, hcl.Diagnostics) {
	return cty.False, nil
}

func wrongCount(x *hclsyntax.FunctionCallExpr, want int) hcl.Diagnostics {
	return fault(x.Range(), fmt.Sprintf("%s() is given %d arguments", x.Name, len(x.Args)), fmt.Sprintf("It takes %d.", want))
}

// callLookup evaluates lookup(map, key, default).
func callLookup(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 2 && len(args) != 3 {
		return cty.DynamicVal, wrongCount(x, 3)
	}
	from, marks := args[0].Unmark()
	key, keyMarks := opaque(args[1]).Unmark()
	switch ty := from.Type(); {
	case !from.IsKnown():
		return relabelled(cty.DynamicVal, "lookup", args[:1]), nil
	case from.IsNull() || !(ty.IsObjectType() || ty.IsMapType()):
		return cty.DynamicVal, fault(x.Args[0].Range(), "lookup() needs a map", fmt.Sprintf("It is given %s.", ty.FriendlyName()))
	case !key.IsKnown():
		return cty.DynamicVal.WithMarks(hardened(marks, keyMarks)), nil
	case key.IsNull() || key.Type() != cty.String:
		return cty.DynamicVal, fault(x.Range(), "lookup() needs a key that is text", "The key is null or no text.")
	}
	v, diags := e.getIndex(args[0], key, x.Range())
	if !diags.HasErrors() {
		return v, nil
	}
	if len(args) == 3 {
		return args[2], nil
	}
	return cty.DynamicVal, fault(x.Range(), fmt.Sprintf("The map has no key %q", key.AsString()), "Give lookup() a default as its third argument.")
}

// callCoalesce evaluates coalesce: the first that is neither null nor empty.
func callCoalesce(_ *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	for _, v := range args {
		plain, marks := v.Unmark()
		if !plain.IsKnown() {
			return relabelled(cty.UnknownVal(plain.Type()), "coalesce", []cty.Value{v}), nil
		}
		if plain.IsNull() {
			continue
		}
		if plain.Type() == cty.String {
			text := plain.AsString()
			if text == "" {
				continue
			}
			if mayBeEmpty(text, holesIn(text, marks)) {
				return relabelled(cty.UnknownVal(cty.String), "coalesce", []cty.Value{v}), nil
			}
		}
		return v, nil
	}
	return cty.DynamicVal, fault(x.Range(), "coalesce() finds nothing", "Every argument is null or empty.")
}

// mayBeEmpty tells whether a text consists of holes alone that may be empty.
func mayBeEmpty(text string, list []hole) bool {
	for _, h := range list {
		if h.kind != unknown {
			return false
		}
		text = strings.ReplaceAll(text, "${"+h.text+"}", "")
	}
	return text == ""
}

// callLength evaluates length of a list, map or text.
func callLength(_ *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 1 {
		return cty.DynamicVal, wrongCount(x, 1)
	}
	v, marks := args[0].Unmark()
	ty := v.Type()
	switch {
	case !v.IsKnown() && ty.IsTupleType():
		return cty.NumberIntVal(int64(len(ty.TupleElementTypes()))), nil
	case !v.IsKnown():
		return relabelled(cty.UnknownVal(cty.Number).RefineNotNull(), "length", args), nil
	case v.IsNull():
		return cty.DynamicVal, fault(x.Range(), "length() of null", "The argument is null; give it a default.")
	case ty == cty.String:
		if len(holesIn(v.AsString(), marks)) > 0 {
			return relabelled(cty.UnknownVal(cty.Number).RefineNotNull(), "length", args), nil
		}
		n, err := stdlib.Strlen(v)
		if err != nil {
			return cty.DynamicVal, fault(x.Range(), "length() failed", sentence(err.Error()))
		}
		return n, nil
	case !v.CanIterateElements():
		return cty.DynamicVal, fault(x.Range(), "length() needs a list, map or text", fmt.Sprintf("It is given %s.", ty.FriendlyName()))
	}
	if ty.IsSetType() {
		// Elements that are not known may turn out to be the same.
		if v, _ = opaqueFrom(args[0], unknown).Unmark(); !v.Length().IsKnown() {
			return relabelled(cty.UnknownVal(cty.Number).RefineNotNull(), "length", args), nil
		}
	}
	if list := holesInKeys(v, marks); len(list) > 0 && list[0].kind == unknown {
		return relabelled(cty.UnknownVal(cty.Number).RefineNotNull(), "length", args), nil
	}
	n := v.LengthInt()
	if ty.IsObjectType() && ty.HasAttribute(openKey) {
		n--
	}
	if _, many := holdsMany(v); many {
		return relabelled(cty.UnknownVal(cty.Number).RefineNotNull(), "length", args), nil
	}
	return cty.NumberIntVal(int64(n)), nil
}

// callSlice evaluates slice. Of a list that is not known the slice still has a
// known length, since otherwise Terraform fails.
func callSlice(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	if len(args) != 3 {
		return cty.DynamicVal, wrongCount(x, 3)
	}
	list, marks := args[0].Unmark()
	from, fromOK := wholeNumber(args[1])
	to, toOK := wholeNumber(args[2])
	if list.IsKnown() || !fromOK || !toOK || from < 0 || to < from || to-from > 1024 {
		return e.callPure(x, "slice", pure().byName["slice"], args)
	}
	ty := list.Type()
	element := cty.DynamicPseudoType
	if ty.IsListType() {
		element = ty.ElementType()
	}
	parts := make([]cty.Value, to-from)
	for i := range parts {
		parts[i] = cty.UnknownVal(element).WithMarks(extended(marks, fmt.Sprintf("[%d]", from+i)))
	}
	return cty.TupleVal(parts), nil
}

// placeholder is what people write to be replaced later: _BUCKET_ARN_, {{x}}.
var placeholder = regexp.MustCompile(`^(__*[A-Z0-9_]{3,}_|\{\{.+\}\}|%%?[A-Za-z0-9_]{2,}%%?|<[A-Za-z0-9_ -]{2,}>)$`)

// callReplace evaluates replace. Where a placeholder is replaced, the holes of
// the texts stand as text: no identity of AWS has a placeholder in it.
func callReplace(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	f := pure().byName["replace"]
	if len(args) == 3 && args[0].IsKnown() {
		if search, ok := textArgument(args[1]); ok && placeholder.MatchString(search) {
			f.passing = builds
		}
	}
	return e.callPure(x, "replace", f, args)
}

// callZipmap evaluates zipmap, whose keys may be texts with holes.
func callZipmap(e *evaluator, x *hclsyntax.FunctionCallExpr, args []cty.Value, _ *env) (cty.Value, hcl.Diagnostics) {
	v, diags := e.callPure(x, "zipmap", pure().byName["zipmap"], args)
	if !diags.HasErrors() && v.IsKnown() && len(args) > 0 && args[0].ContainsMarked() {
		v = v.Mark(keyMark{})
	}
	return v, diags
}

// wholeNumber is an argument as a whole number; ok is false when it is not
// known or none.
func wholeNumber(v cty.Value) (int, bool) {
	v, _ = opaque(v).Unmark()
	if !v.IsKnown() || v.IsNull() || v.Type() != cty.Number {
		return 0, false
	}
	i, _ := v.AsBigFloat().Int64()
	return int(i), v.AsBigFloat().IsInt() && i >= -1<<31 && i < 1<<31
}
