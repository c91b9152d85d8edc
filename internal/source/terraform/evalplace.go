package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// A place is what a reference has come to on its way through names and keys: a
// value, or something that has a value but need not be evaluated as a whole
// (all instances of a resource, one of them, all instances of a module, one
// of them).
type place struct {
	value    cty.Value
	all      *expansion
	instance *resourceInstance
	modules  *callExpansion
	module   *scope
}

// placeOf follows an expression as far as it is a reference.
func (e *evaluator) placeOf(expr hclsyntax.Expression, env *env) (place, hcl.Diagnostics) {
	switch x := expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return e.follow(x.Traversal, env)
	case *hclsyntax.RelativeTraversalExpr:
		p, diags := e.placeOf(x.Source, env)
		if diags.HasErrors() {
			return place{value: cty.DynamicVal}, diags
		}
		return e.walk(p, x.Traversal, env)
	case *hclsyntax.IndexExpr:
		p, diags := e.placeOf(x.Collection, env)
		key, keyDiags := e.eval(x.Key, env)
		diags = append(diags, keyDiags...)
		if diags.HasErrors() {
			return place{value: cty.DynamicVal}, diags
		}
		return e.index(p, key, x.BracketRange, env)
	case *hclsyntax.ParenthesesExpr:
		return e.placeOf(x.Expression, env)
	}
	value, diags := e.eval(expr, env)
	return place{value: value}, diags
}

// worth is the value at a place.
func (e *evaluator) worth(p place) cty.Value {
	switch {
	case p.instance != nil:
		return e.objectOf(p.instance)
	case p.all != nil:
		return e.valueOf(p.all)
	case p.module != nil:
		return p.module.outputs()
	case p.modules != nil:
		return p.modules.value()
	}
	return p.value
}

// follow resolves a reference that begins with a name.
func (e *evaluator) follow(t hcl.Traversal, env *env) (place, hcl.Diagnostics) {
	root := t.RootName()
	if value, ok := env.lookup(root); ok {
		return e.walk(place{value: value}, t[1:], env)
	}
	s := env.scope
	if s == nil {
		return place{value: cty.DynamicVal}, fault(t.SourceRange(), root+" has no value here", "Only what a template is given may be referred to in it, and nothing in a default or a file of variables.")
	}
	name := func(i int) string {
		if i < len(t) {
			if a, ok := t[i].(hcl.TraverseAttr); ok {
				return a.Name
			}
			if x, ok := t[i].(hcl.TraverseIndex); ok && x.Key.Type() == cty.String && i == 1 {
				return x.Key.AsString()
			}
		}
		return ""
	}
	undeclared := func(what string) (place, hcl.Diagnostics) {
		return s.undeclared(what, t.SourceRange())
	}
	switch root {
	case "var":
		v := s.module.variables[name(1)]
		if v == nil {
			return undeclared("variable " + name(1))
		}
		return e.walk(place{value: s.variable(v)}, t[2:], env)
	case "local":
		value, ok := s.local(name(1))
		if !ok {
			return undeclared("local " + name(1))
		}
		return e.walk(place{value: value}, t[2:], env)
	case "module":
		call := s.module.callNames[name(1)]
		if call == nil {
			return undeclared("module " + name(1))
		}
		return e.walk(e.expandCall(s, call).place(), t[2:], env)
	case "path":
		if value, ok := s.folder(name(1)); ok {
			return e.walk(place{value: value}, t[2:], env)
		}
		return undeclared("path." + name(1))
	case "terraform", "tofu":
		if name(1) == "workspace" {
			return place{value: cty.StringVal("default")}, nil
		}
		return place{value: unknownOf(cty.DynamicPseudoType, root+"."+name(1), root+"."+name(1)+" is known only when Terraform runs")}, nil
	case "each", "count", "self":
		return place{value: cty.DynamicVal}, fault(t.SourceRange(), root+" has no value here", fmt.Sprintf("%s may be used only in a block that has %s.", root, map[string]string{"each": "for_each", "count": "count", "self": "a provisioner"}[root]))
	case "ephemeral":
		text := strings.Join([]string{root, name(1), name(2)}, ".")
		return place{value: unknownOf(cty.DynamicPseudoType, text, text+atApply)}, nil
	}
	first, address := 0, ""
	switch root {
	case "data":
		first, address = 1, "data."
	case "resource":
		first = 1
	}
	typ := root
	if first == 1 {
		typ = name(1)
	}
	address += typ + "." + name(first+1)
	r := s.module.byAddress[address]
	switch {
	case len(t) < first+2:
		return undeclared(address)
	case r == nil && isAWS(typ) && !strings.HasPrefix(address, "data."):
		// What it is set to is known all the same: that resource's identity.
		if !s.module.broken && (e.onlyFile == "" || s.parent != nil) {
			e.report(cloud.Warning, t.SourceRange(), "No "+address+" is declared", "Check the name, or declare it in this module.")
		}
		rest := t[first+2:]
		if len(rest) > 0 {
			if step, ok := rest[0].(hcl.TraverseIndex); ok {
				address, rest = address+keyText(step.Key), rest[1:]
			}
		}
		open := cty.ObjectVal(map[string]cty.Value{openKey: cty.StringVal(s.address + address + "\x00" + typ)})
		return e.walk(place{value: open}, rest, env)
	case r == nil:
		return undeclared(address)
	}
	return e.walk(e.expand(s, r).place(), t[first+2:], env)
}

// undeclared is the answer to a name that nothing declares. Where a file of
// the module could not be read it may be declared there, and that problem has
// been told.
func (s *scope) undeclared(what string, rng hcl.Range) (place, hcl.Diagnostics) {
	if s.module.broken {
		return place{value: unknownOf(cty.DynamicPseudoType, what, what+" is declared in a file that could not be read, if at all")}, nil
	}
	if s.e.onlyFile != "" && s.parent == nil {
		return place{value: unknownOf(cty.DynamicPseudoType, what, what+" is not declared in this file")}, nil
	}
	// An error in Terraform; here it costs no more than what refers to it.
	s.e.report(cloud.Warning, rng, "No "+what+" is declared", "Check the name, or declare it in this module.")
	return place{value: unknownOf(cty.DynamicPseudoType, what, what+" is not declared")}, nil
}

// walk goes on from p through names and keys.
func (e *evaluator) walk(p place, t hcl.Traversal, env *env) (place, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	for _, step := range t {
		var more hcl.Diagnostics
		switch step := step.(type) {
		case hcl.TraverseAttr:
			p, more = e.attribute(p, step.Name, step.SrcRange)
		case hcl.TraverseIndex:
			p, more = e.index(p, step.Key, step.SrcRange, env)
		default:
			more = fault(step.SourceRange(), "This reference is not understood", "Refer by names and keys.")
		}
		diags = append(diags, more...)
		if more.HasErrors() {
			return place{value: cty.DynamicVal}, diags
		}
	}
	return p, diags
}

// attribute goes on from p to a name.
func (e *evaluator) attribute(p place, name string, rng hcl.Range) (place, hcl.Diagnostics) {
	switch {
	case p.instance != nil:
		return place{value: e.attributeOf(p.instance, name)}, nil
	case p.module != nil:
		value, ok := p.module.output(name)
		if !ok {
			if p.module.module.broken {
				text := strings.TrimSuffix(p.module.address, ".") + "." + name
				return place{value: unknownOf(cty.DynamicPseudoType, text, text+" is declared in a file that could not be read, if at all")}, nil
			}
			return place{value: cty.DynamicVal}, fault(rng, fmt.Sprintf("The module has no output %q", name), fmt.Sprintf("%s declares no such output.", p.module.module.dir))
		}
		return place{value: value}, nil
	case p.all != nil && p.all.reason == "" && !p.all.none:
		if p.all.byCount {
			return place{value: cty.DynamicVal}, wholeResource(p.all.what, "count", "[0]", rng)
		}
		// The instances of for_each may be referred to as an object's members.
		if _, ok := p.all.at(cty.StringVal(name)); !ok {
			return place{value: cty.DynamicVal}, wholeResource(p.all.what, "for_each", `["key"]`, rng)
		}
		return e.index(p, cty.StringVal(name), rng, nil)
	case p.modules != nil && p.modules.reason == "" && !p.modules.none:
		if p.modules.byCount {
			return place{value: cty.DynamicVal}, wholeResource(p.modules.what, "count", "[0]", rng)
		}
		return e.index(p, cty.StringVal(name), rng, nil)
	}
	value, diags := e.getAttribute(e.worth(p), name, rng)
	return place{value: value}, diags
}

// wholeResource is the fault of a reference to all instances where one is
// meant.
func wholeResource(what, by, key string, rng hcl.Range) hcl.Diagnostics {
	return fault(rng, what+" has "+by, fmt.Sprintf("Refer to one of its instances, as in %s%s.", what, key))
}

// index goes on from p to a key.
func (e *evaluator) index(p place, key cty.Value, rng hcl.Range, env *env) (place, hcl.Diagnostics) {
	key = opaque(key)
	switch {
	case p.instance != nil:
		if plain, _ := key.Unmark(); plain.Type() == cty.String && plain.IsKnown() && !plain.IsNull() {
			return e.attribute(p, plain.AsString(), rng)
		}
	case p.all != nil:
		if p.all.reason != "" && (env == nil || !env.tentative) && len(p.all.instances) == 1 {
			// If this is evaluated at all then the instance is there.
			return place{instance: p.all.instances[0]}, nil
		}
		if i, ok := p.all.at(key); ok {
			return place{instance: i}, nil
		}
	case p.modules != nil:
		if p.modules.reason != "" && (env == nil || !env.tentative) && len(p.modules.scopes) == 1 {
			return place{module: p.modules.scopes[0]}, nil
		}
		if s, ok := p.modules.at(key); ok {
			return place{module: s}, nil
		}
	}
	value, diags := e.getIndex(e.worth(p), key, rng)
	return place{value: value}, diags
}

// getAttribute is the attribute of a value. That of an open object is always
// there.
func (e *evaluator) getAttribute(v cty.Value, name string, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	plain, marks := v.Unmark()
	ty := plain.Type()
	if ty.IsObjectType() && plain.IsKnown() && !plain.IsNull() && !ty.HasAttribute(name) && ty.HasAttribute(openKey) {
		return e.computedOf(plain, name), nil
	}
	if !plain.IsKnown() {
		result, diags := hcl.GetAttr(plain, name, &rng)
		return result.WithMarks(extended(marks, "."+name)), diags
	}
	if h, ok := mayBeKey(plain, marks, name); ok {
		return unknownOf(cty.DynamicPseudoType, h.text, h.reason), nil
	}
	return hcl.GetAttr(v, name, &rng)
}

// getIndex is the element of a value; key is opaque.
func (e *evaluator) getIndex(v, key cty.Value, rng hcl.Range) (cty.Value, hcl.Diagnostics) {
	plain, marks := v.Unmark()
	plainKey, keyMarks := key.Unmark()
	if plain.Type().IsObjectType() && plainKey.IsKnown() && !plainKey.IsNull() && plainKey.Type() == cty.String && plain.Type().HasAttribute(openKey) {
		return e.getAttribute(v, plainKey.AsString(), rng)
	}
	if !plain.IsKnown() {
		result, diags := hcl.Index(plain, plainKey, &rng)
		return result.WithMarks(extended(marks, keyText(plainKey)), keyMarks), diags
	}
	if plainKey.IsKnown() && !plainKey.IsNull() && plainKey.Type() == cty.String {
		if h, ok := mayBeKey(plain, marks, plainKey.AsString()); ok {
			return unknownOf(cty.DynamicPseudoType, h.text, h.reason), nil
		}
	}
	result, diags := hcl.Index(plain, plainKey, &rng)
	if !plainKey.IsKnown() {
		// The element is one of many; what is unknown is which.
		return result.WithMarks(marks, hardened(keyMarks)), diags
	}
	return result.WithMarks(marks), diags
}

// holesInKeys lists the holes that stand in the keys of an object or map, the
// weightiest first.
func holesInKeys(v cty.Value, marks cty.ValueMarks) []hole {
	if _, ok := marks[keyMark{}]; !ok || !v.IsKnown() || v.IsNull() || !(v.Type().IsObjectType() || v.Type().IsMapType()) {
		return nil
	}
	var found []hole
	for k := range v.AsValueMap() {
		found = append(found, holesIn(k, marks)...)
	}
	return holes(marksOf(found))
}

// mayBeKey finds a key with holes that may turn out to be name: then the
// element of that name, or that there is none, is not known.
func mayBeKey(v cty.Value, marks cty.ValueMarks, name string) (hole, bool) {
	list := holesInKeys(v, marks)
	if len(list) == 0 {
		return hole{}, false
	}
	for k := range v.AsValueMap() {
		present := holesIn(k, marks)
		if len(present) == 0 || k == name {
			continue
		}
		before, _, _ := strings.Cut(k, "${")
		after := k[strings.LastIndexByte(k, '}')+1:]
		if len(name) >= len(before)+len(after) && strings.HasPrefix(name, before) && strings.HasSuffix(name, after) {
			return present[0], true
		}
	}
	return hole{}, false
}

func keyText(key cty.Value) string {
	switch {
	case !key.IsKnown() || key.IsNull():
		return "[…]"
	case key.Type() == cty.String:
		return keySuffix(key)
	case key.Type() == cty.Number:
		return "[" + key.AsBigFloat().Text('f', -1) + "]"
	}
	return "[…]"
}

// extended names what is reached from something that is not known:
// data.aws_ami.x becomes data.aws_ami.x.id.
func extended(marks cty.ValueMarks, step string) cty.ValueMarks {
	list := holes(marks)
	if len(list) != 1 || list[0].kind != unknown || len(list[0].text)+len(step) > 200 {
		return marks
	}
	h := list[0]
	if rest, ok := strings.CutPrefix(h.reason, h.text); ok && (rest == atApply || rest == whenApplied) {
		h.reason = h.text + step + rest
	}
	h.text += step
	out := cty.ValueMarks{h: {}}
	for m := range marks {
		if _, ok := m.(hole); !ok {
			out[m] = struct{}{}
		}
	}
	return out
}
