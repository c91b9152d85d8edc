package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// maxText bounds the length of a text that an expression puts together.
const maxText = 16 << 20

// template puts a text together. What is not known stands in it as ${…}.
func (e *evaluator) template(x *hclsyntax.TemplateExpr, env *env) (cty.Value, hcl.Diagnostics) {
	var b strings.Builder
	var diags hcl.Diagnostics
	var marks []cty.ValueMarks
	for _, part := range x.Parts {
		if plain, ok := part.(*hclsyntax.LiteralValueExpr); ok && plain.Val.Type() == cty.String {
			b.WriteString(plain.Val.AsString())
			continue
		}
		v, more := e.eval(part, env)
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		text, textMarks, more := textOf(v, part.Range())
		diags = append(diags, more...)
		marks = append(marks, textMarks)
		if b.Len()+len(text) > maxText {
			return cty.UnknownVal(cty.String), append(diags, limitFault(x.SrcRange, "The text is too long", fmt.Sprintf("It is longer than %d bytes, and was left out.", maxText))...)
		}
		b.WriteString(text)
	}
	if diags.HasErrors() {
		return cty.UnknownVal(cty.String), diags
	}
	e.spent += b.Len() / 16
	return cty.StringVal(b.String()).WithMarks(marks...), diags
}

// textOf is a value as a part of a text.
func textOf(v cty.Value, rng hcl.Range) (string, cty.ValueMarks, hcl.Diagnostics) {
	if v.IsNull() {
		return "", nil, fault(rng, "The value is null", "A null value cannot be part of a text.")
	}
	if !v.IsKnown() {
		v = textual(v)
	}
	v, marks := v.Unmark()
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return "", nil, fault(rng, "The value cannot be part of a text", sentence(err.Error()))
	}
	return text.AsString(), marks, nil
}

// templateJoin puts the rounds of a %{ for } together.
func (e *evaluator) templateJoin(x *hclsyntax.TemplateJoinExpr, env *env) (cty.Value, hcl.Diagnostics) {
	rounds, diags := e.eval(x.Tuple, env)
	if diags.HasErrors() {
		return cty.UnknownVal(cty.String), diags
	}
	rounds, marks := rounds.Unmark()
	if !rounds.IsKnown() || rounds.IsNull() || !rounds.CanIterateElements() {
		return cty.UnknownVal(cty.String).WithMarks(marks), diags
	}
	var b strings.Builder
	all := []cty.ValueMarks{marks}
	for it := rounds.ElementIterator(); it.Next(); {
		_, v := it.Element()
		text, textMarks, more := textOf(v, x.Range())
		if diags = append(diags, more...); more.HasErrors() {
			return cty.UnknownVal(cty.String), diags
		}
		if b.Len()+len(text) > maxText {
			return cty.UnknownVal(cty.String), append(diags, limitFault(x.Range(), "The text is too long", fmt.Sprintf("It is longer than %d bytes, and was left out.", maxText))...)
		}
		b.WriteString(text)
		all = append(all, textMarks)
	}
	e.spent += b.Len() / 16
	return cty.StringVal(b.String()).WithMarks(all...), diags
}

// forExpr evaluates [for …] and {for …}.
func (e *evaluator) forExpr(x *hclsyntax.ForExpr, env *env) (cty.Value, hcl.Diagnostics) {
	over, diags := e.eval(x.CollExpr, env)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	over, marks := over.Unmark()
	switch {
	case over.IsNull():
		return cty.DynamicVal, append(diags, fault(x.CollExpr.Range(), "The value to iterate over is null", "Give it a default, [] for instance.")...)
	case !over.IsKnown():
		return cty.DynamicVal.WithMarks(hardened(marks)), diags
	case !over.CanIterateElements():
		return cty.DynamicVal, append(diags, fault(x.CollExpr.Range(), "The value cannot be iterated over", fmt.Sprintf("It is %s; a list, set, map or object is needed.", over.Type().FriendlyName()))...)
	}
	if more := e.hopeless(x, over, env); more.HasErrors() {
		return cty.DynamicVal, append(diags, more...)
	}
	round := forRound{e: e, x: x, marks: []cty.ValueMarks{marks}, known: true}
	if x.KeyExpr != nil {
		round.values = map[string]cty.Value{}
		round.groups = map[string][]cty.Value{}
	}
	for it := over.ElementIterator(); it.Next(); {
		k, v := it.Element()
		if isOpenKey(k) {
			continue
		}
		if over.Type().IsSetType() {
			v = v.WithMarks(marks)
			k = v
		}
		if more := round.run(env.with2(x.KeyVar, k, x.ValVar, v)); len(more) > 0 {
			diags = append(diags, more...)
			if more.HasErrors() {
				return cty.DynamicVal, diags
			}
		}
		if e.exceeded {
			return e.giveUp(x.SrcRange)
		}
		if round.size++; round.size > maxValue {
			return cty.DynamicVal, append(diags, limitFault(x.SrcRange, "The loop makes too much", tooLargeDetail)...)
		}
	}
	e.spent += round.size
	return round.result(), diags
}

// A forRound is a for expression on its way through a collection.
type forRound struct {
	e      *evaluator
	x      *hclsyntax.ForExpr
	marks  []cty.ValueMarks
	known  bool
	size   int
	list   []cty.Value
	values map[string]cty.Value
	groups map[string][]cty.Value
}

func (r *forRound) run(env *env) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if r.x.CondExpr != nil {
		include, more := r.e.eval(r.x.CondExpr, env)
		diags = append(diags, more...)
		if more.HasErrors() {
			return diags
		}
		include, marks := opaque(include).Unmark()
		include, err := convert.Convert(include, cty.Bool)
		if err != nil || include.IsNull() {
			return append(diags, fault(r.x.CondExpr.Range(), "The condition is neither true nor false", "It decides which elements are taken.")...)
		}
		if !include.IsKnown() {
			r.known = false
			r.marks = append(r.marks, hardened(marks))
			return diags
		}
		if include.False() {
			return diags
		}
	}
	if r.x.KeyExpr == nil {
		v, more := r.e.eval(r.x.ValExpr, env)
		r.list = append(r.list, v)
		return append(diags, more...)
	}
	key, marks, ok, more := r.e.key(r.x.KeyExpr, env)
	diags = append(diags, more...)
	if more.HasErrors() {
		return diags
	}
	if len(marks) > 0 {
		r.marks = append(r.marks, marks)
	}
	if !ok {
		r.known = false
		return diags
	}
	v, more := r.e.eval(r.x.ValExpr, env)
	diags = append(diags, more...)
	if r.x.Group {
		r.groups[key] = append(r.groups[key], v)
		return diags
	}
	if _, twice := r.values[key]; twice {
		return append(diags, fault(r.x.KeyExpr.Range(), fmt.Sprintf("The key %q comes twice", key), "Two elements give the same key. Add ... after the value to group them.")...)
	}
	r.values[key] = v
	return diags
}

func (r *forRound) result() cty.Value {
	switch {
	case !r.known:
		return cty.DynamicVal.WithMarks(hardened(r.marks...))
	case r.x.KeyExpr == nil:
		return cty.TupleVal(r.list).WithMarks(r.marks...)
	case r.x.Group:
		for key, list := range r.groups {
			r.values[key] = cty.TupleVal(list)
		}
	}
	return cty.ObjectVal(r.values).WithMarks(r.marks...)
}

// anonymous is the name under which env holds the element that a splat is at;
// no name of the language looks like it.
func anonymous(x *hclsyntax.AnonSymbolExpr) string {
	return fmt.Sprintf("%p", x)
}

// splat evaluates a[*].b.
func (e *evaluator) splat(x *hclsyntax.SplatExpr, env *env) (cty.Value, hcl.Diagnostics) {
	source, diags := e.eval(x.Source, env)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	source, marks := source.Unmark()
	ty := source.Type()
	single := !(ty.IsTupleType() || ty.IsListType() || ty.IsSetType())
	switch {
	case source.IsNull() && single:
		return cty.EmptyTupleVal.WithMarks(marks), diags
	case source.IsNull():
		return cty.DynamicVal, append(diags, fault(x.Source.Range(), "The list is null", "[*] needs a list; give it a default, [] for instance.")...)
	case !source.IsKnown():
		return cty.DynamicVal.WithMarks(marks), diags
	case single:
		source = cty.TupleVal([]cty.Value{source.WithMarks(marks)})
	}
	values := make([]cty.Value, 0, source.LengthInt())
	name := anonymous(x.Item)
	for it := source.ElementIterator(); it.Next(); {
		_, item := it.Element()
		v, more := e.eval(x.Each, env.with(name, item))
		if diags = append(diags, more...); more.HasErrors() {
			return cty.DynamicVal, diags
		}
		values = append(values, v)
	}
	if !source.Type().IsTupleType() && cty.CanListVal(values) {
		if len(values) == 0 {
			return cty.EmptyTupleVal.WithMarks(marks), diags
		}
		return cty.ListVal(values).WithMarks(marks), diags
	}
	return cty.TupleVal(values).WithMarks(marks), diags
}
