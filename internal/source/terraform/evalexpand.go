package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// A repetition is what count or for_each come to.
type repetition struct {
	keyed  bool        // there are keys; otherwise there is one, with none
	keys   []cty.Value // in order
	values []cty.Value // each.value of each key

	// reason is why the number is not known; then there is one, without a
	// key, that stands for all.
	reason string

	// none is set when there are too many; then there are none.
	none bool
}

// repeat evaluates count and for_each of a resource, data or module block.
func (e *evaluator) repeat(body *hclsyntax.Body, env *env, what string) repetition {
	if a := body.Attributes["count"]; a != nil {
		return e.repeatCount(a, env, what)
	}
	if a := body.Attributes["for_each"]; a != nil {
		return e.repeatEach(a, env, what)
	}
	if e.made++; e.made > e.options.MaxInstances {
		e.tooMany(body.SrcRange.Filename, body.SrcRange.Start.Line, what)
		return repetition{none: true}
	}
	return repetition{}
}

func (e *evaluator) repeatCount(a *hclsyntax.Attribute, env *env, what string) repetition {
	rng := a.Expr.Range()
	v, diags := e.evaluate(a.Expr, env)
	if diags.HasErrors() {
		e.reportDiagnostics(cloud.Warning, diags)
		return repetition{reason: "count could not be evaluated: " + firstError(diags)}
	}
	v, marks := opaque(v).Unmark()
	v, err := convert.Convert(v, cty.Number)
	switch {
	case err != nil || v.IsNull():
		e.report(cloud.Warning, rng, "The count of "+what+" is no number", "count needs a whole number from 0.")
		return repetition{reason: "count is no number"}
	case !v.IsKnown():
		return repetition{reason: "its count is not known: " + reasonOf(holes(marks))}
	}
	n, _ := v.AsBigFloat().Int64()
	if !v.AsBigFloat().IsInt() || v.AsBigFloat().Sign() < 0 {
		e.report(cloud.Warning, rng, "The count of "+what+" is no number of things", "count needs a whole number from 0.")
		return repetition{reason: "count is no whole number"}
	}
	if !v.AsBigFloat().IsInt() || n > int64(e.options.MaxInstances) || e.made+int(n) > e.options.MaxInstances {
		e.tooMany(rng.Filename, rng.Start.Line, what)
		return repetition{keyed: true, none: true}
	}
	e.made += int(n)
	rep := repetition{keyed: true, keys: make([]cty.Value, n), values: make([]cty.Value, n)}
	for i := range rep.keys {
		rep.keys[i] = cty.NumberIntVal(int64(i))
		rep.values[i] = rep.keys[i]
	}
	return rep
}

func (e *evaluator) repeatEach(a *hclsyntax.Attribute, env *env, what string) repetition {
	rng := a.Expr.Range()
	v, diags := e.evaluate(a.Expr, env)
	if diags.HasErrors() {
		e.reportDiagnostics(cloud.Warning, diags)
		return repetition{reason: "for_each could not be evaluated: " + firstError(diags)}
	}
	v = e.setOf(v, rng, what)
	v, marks := v.Unmark()
	ty := v.Type()
	switch {
	case v.IsNull():
		e.report(cloud.Warning, rng, "The for_each of "+what+" is null", "It needs a map or a set of texts; give it a default, {} for instance.")
		return repetition{reason: "for_each is null"}
	case !v.IsKnown():
		return repetition{reason: "its for_each is not known: " + reasonOf(holes(marks))}
	case !(ty.IsMapType() || ty.IsObjectType() || ty.IsSetType()):
		e.report(cloud.Warning, rng, "The for_each of "+what+" is no map or set", fmt.Sprintf("It is %s.", ty.FriendlyName()))
		return repetition{reason: "for_each is no map or set"}
	}
	n := v.LengthInt()
	if e.made+n > e.options.MaxInstances {
		e.tooMany(rng.Filename, rng.Start.Line, what)
		return repetition{keyed: true, none: true}
	}
	rep := repetition{keyed: true, keys: make([]cty.Value, 0, n), values: make([]cty.Value, 0, n)}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if isOpenKey(key) {
			continue
		}
		if ty.IsSetType() {
			key = value
		}
		if key.IsNull() || !key.IsKnown() || key.Type() != cty.String {
			e.report(cloud.Warning, rng, "The for_each of "+what+" has keys that are no texts", "A set for for_each must be a set of texts.")
			return repetition{reason: "for_each has keys that are no texts"}
		}
		if len(holesIn(key.AsString(), marks)) > 0 {
			return repetition{reason: "the keys of its for_each are not known: " + reasonOf(holesIn(key.AsString(), marks))}
		}
		rep.keys = append(rep.keys, key)
		rep.values = append(rep.values, value.WithMarks(marks))
	}
	e.made += n
	return rep
}

// setOf makes a set of a list of texts, which Terraform refuses: what is meant
// is plain, so it is told and judged all the same.
func (e *evaluator) setOf(v cty.Value, rng hcl.Range, what string) cty.Value {
	ty := v.Type()
	if !(ty.IsTupleType() || ty.IsListType()) || v.IsNull() || !v.IsKnown() {
		return v
	}
	set, err := convert.Convert(v, cty.Set(cty.String))
	if err != nil {
		return v
	}
	e.report(cloud.Warning, rng, "The for_each of "+what+" is a list", "Terraform takes a map or a set only. Make a set of the list with toset().")
	return set
}

// tooMany tells, once, that something makes more than there may be.
func (e *evaluator) tooMany(file string, line int, what string) {
	if e.leftOut {
		return
	}
	e.leftOut = true
	p := cloud.Problem{
		Severity: cloud.Error, File: file, Line: line,
		Summary: fmt.Sprintf("%s makes more than %d resources and modules in all", what, e.options.MaxInstances),
		Detail:  "It was left out, and so was all else beyond that number. Check its count or for_each; if the number is meant, scan the modules one by one.",
	}
	if f := e.sources[file]; f != nil {
		p.Source = f.line(line)
	}
	e.tell(p)
}

// envs gives the environment of each repetition: with count or each.
func (rep repetition) envs(body *hclsyntax.Body, s *scope) []*env {
	base := &env{scope: s}
	name := "count"
	if body.Attributes["count"] == nil {
		name = "each"
	}
	if !rep.keyed {
		if rep.reason == "" {
			return []*env{base}
		}
		text := func(t string) cty.Value { return unknownOf(cty.DynamicPseudoType, t, rep.reason) }
		if name == "count" {
			return []*env{base.with("count", cty.ObjectVal(map[string]cty.Value{"index": unknownOf(cty.Number, "count.index", rep.reason)}))}
		}
		return []*env{base.with("each", cty.ObjectVal(map[string]cty.Value{"key": text("each.key"), "value": text("each.value")}))}
	}
	envs := make([]*env, len(rep.keys))
	for i, key := range rep.keys {
		if name == "count" {
			envs[i] = base.with("count", cty.ObjectVal(map[string]cty.Value{"index": key}))
		} else {
			envs[i] = base.with("each", cty.ObjectVal(map[string]cty.Value{"key": key, "value": rep.values[i]}))
		}
	}
	return envs
}

// keySuffix is a key as it stands in an address: [0] or ["web"].
func keySuffix(key cty.Value) string {
	if key == cty.NilVal {
		return ""
	}
	if key.Type() == cty.Number {
		return "[" + key.AsBigFloat().Text('f', -1) + "]"
	}
	return `["` + keyEscapes.Replace(key.AsString()) + `"]`
}

var keyEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "${", "$${", "%{", "%%{")

// position finds the place of a key among keys, which are 0, 1, 2… or sorted
// texts.
func (rep repetition) position(key cty.Value) (int, bool) {
	key, _ = key.Unmark()
	if !rep.keyed || len(rep.keys) == 0 || key.IsNull() || !key.IsKnown() {
		return 0, false
	}
	want := rep.keys[0].Type()
	key, err := convert.Convert(key, want)
	if err != nil {
		return 0, false
	}
	if want == cty.Number {
		f := key.AsBigFloat()
		i, _ := f.Int64()
		return int(i), f.IsInt() && i >= 0 && i < int64(len(rep.keys))
	}
	return slices.BinarySearchFunc(rep.keys, key.AsString(), func(k cty.Value, text string) int {
		return strings.Compare(k.AsString(), text)
	})
}

// gather makes one value of the values of all repetitions: the value itself, a
// list by count, an object by for_each.
func (rep repetition) gather(byCount bool, what string, one func(i int) cty.Value) cty.Value {
	switch {
	case rep.reason != "":
		return unknownOf(cty.DynamicPseudoType, what, what+" cannot be told: "+rep.reason)
	case rep.none:
		return unknownOf(cty.DynamicPseudoType, what, what+" makes too many and was left out")
	case !rep.keyed:
		return one(0)
	case byCount:
		list := make([]cty.Value, len(rep.keys))
		for i := range rep.keys {
			list[i] = one(i)
		}
		return cty.TupleVal(list)
	}
	object := make(map[string]cty.Value, len(rep.keys))
	for i, key := range rep.keys {
		object[key.AsString()] = one(i)
	}
	return cty.ObjectVal(object)
}

// A callExpansion is all instances of a module that a block calls.
type callExpansion struct {
	repetition
	byCount bool
	busy    bool
	what    string
	scopes  []*scope
	unread  string // why the module cannot be read, or empty
}

// expandCall makes the instances of a module call, once.
func (e *evaluator) expandCall(s *scope, call *moduleCall) *callExpansion {
	if x := s.callees[call]; x != nil {
		if x.busy {
			e.cycle(s.address+"module."+call.name, call.block.TypeRange)
			return &callExpansion{what: "module." + call.name, unread: "module." + call.name + " refers to itself"}
		}
		return x
	}
	x := &callExpansion{what: s.address + "module." + call.name, busy: true}
	s.callees[call] = x
	defer func() { x.busy = false }()
	called := e.resolve(s, call)
	if called.module == nil {
		x.unread = called.reason
		return x
	}
	if at := s.ancestor(called.module); at != nil || s.depth+1 > maxModuleDepth {
		summary, detail := fmt.Sprintf("Module %q calls itself", call.name), fmt.Sprintf("%s is called from within itself, so that there is no end. Break the circle.", called.module.dir)
		if at == nil {
			summary, detail = fmt.Sprintf("Module %q is nested too deeply", call.name), fmt.Sprintf("Modules may call modules %d deep.", maxModuleDepth)
		}
		e.report(cloud.Error, call.block.TypeRange, summary, detail)
		x.unread = lowerFirst(summary)
		return x
	}
	body := call.block.Body
	x.repetition = e.repeat(body, &env{scope: s}, x.what)
	x.byCount = body.Attributes["count"] != nil
	if x.none {
		return x
	}
	for i, env := range x.envs(body, s) {
		child := e.newScope(called.module, s, call)
		child.callEnv = env
		child.address = x.what + "."
		if x.keyed {
			child.address = x.what + keySuffix(x.keys[i]) + "."
		}
		child.conditional = s.conditional
		if child.conditional == "" && x.reason != "" {
			child.conditional = x.what + ": " + x.reason
		}
		x.scopes = append(x.scopes, child)
	}
	return x
}

// ancestor finds the scope of a module among s and those that called it.
func (s *scope) ancestor(m *module) *scope {
	for ; s != nil; s = s.parent {
		if s.module == m {
			return s
		}
	}
	return nil
}

func (x *callExpansion) place() place {
	switch {
	case x.unread != "":
		return place{value: unknownOf(cty.DynamicPseudoType, x.what, x.unread)}
	case !x.keyed && x.reason == "" && len(x.scopes) == 1:
		return place{module: x.scopes[0]}
	}
	return place{modules: x}
}

func (x *callExpansion) at(key cty.Value) (*scope, bool) {
	if i, ok := x.position(key); ok && i < len(x.scopes) {
		return x.scopes[i], true
	}
	return nil, false
}

func (x *callExpansion) value() cty.Value {
	return x.gather(x.byCount, x.what, func(i int) cty.Value { return x.scopes[i].outputs() })
}

// namesOf is the names of a body's arguments in the order in which they are
// written, so that they are evaluated, and problems told, in one order always.
func (e *evaluator) namesOf(body *hclsyntax.Body) []string {
	if names, ok := e.names[body]; ok {
		return names
	}
	names := slices.Sorted(maps.Keys(body.Attributes))
	slices.SortStableFunc(names, func(a, b string) int {
		return body.Attributes[a].SrcRange.Start.Byte - body.Attributes[b].SrcRange.Start.Byte
	})
	e.names[body] = names
	return names
}
