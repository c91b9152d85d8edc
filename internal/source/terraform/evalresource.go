package terraform

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// An expansion is all instances of a resource or data block in one instance of
// its module.
type expansion struct {
	repetition
	res       *resource
	byCount   bool
	busy      bool
	what      string // the address without a key
	instances []*resourceInstance
	value     cty.Value // of all of them; NilVal before it is asked for
}

// A resourceInstance is one of them.
type resourceInstance struct {
	res         *resource
	scope       *scope
	address     string
	env         *env
	conditional string

	busy, done bool
	attributes map[string]cty.Value // arguments and nested blocks
	location   *cloud.Location
	object     cty.Value // NilVal before it is asked for
}

// expand makes the instances of a resource, once.
func (e *evaluator) expand(s *scope, r *resource) *expansion {
	if x := s.expansions[r]; x != nil {
		if x.busy {
			v := e.cycle(s.address+r.address(), r.block.TypeRange)
			return &expansion{repetition: repetition{reason: "it refers to itself"}, res: r, what: s.address + r.address(), value: v}
		}
		return x
	}
	x := &expansion{res: r, what: s.address + r.address(), busy: true}
	s.expansions[r] = x
	defer func() { x.busy = false }()
	body := r.block.Body
	x.repetition = e.repeat(body, &env{scope: s}, x.what)
	x.byCount = body.Attributes["count"] != nil
	if x.none {
		return x
	}
	envs := x.envs(body, s)
	x.instances = make([]*resourceInstance, len(envs))
	for i, env := range envs {
		inst := &resourceInstance{res: r, scope: s, address: x.what, env: env, conditional: s.conditional}
		if x.keyed {
			inst.address += keySuffix(x.keys[i])
		}
		if inst.conditional == "" {
			inst.conditional = x.reason
		}
		x.instances[i] = inst
	}
	return x
}

func (x *expansion) place() place {
	if !x.keyed && x.reason == "" && len(x.instances) == 1 {
		return place{instance: x.instances[0]}
	}
	return place{all: x}
}

func (x *expansion) at(key cty.Value) (*resourceInstance, bool) {
	if i, ok := x.position(key); ok && i < len(x.instances) {
		return x.instances[i], true
	}
	return nil, false
}

// valueOf is all instances as one value.
func (e *evaluator) valueOf(x *expansion) cty.Value {
	if x.value == cty.NilVal {
		x.value = x.gather(x.byCount, x.what, func(i int) cty.Value { return e.objectOf(x.instances[i]) })
	}
	return x.value
}

// metaArguments are the arguments of every resource that Terraform itself
// takes, and metaBlocks the blocks.
var (
	metaArguments = []string{"count", "for_each", "provider", "depends_on"}
	metaBlocks    = []string{"lifecycle", "provisioner", "connection"}
)

// evaluateInstance evaluates the body of an instance, once; false when it is
// being evaluated already.
func (e *evaluator) evaluateInstance(i *resourceInstance) bool {
	if i.done || i.busy {
		return !i.busy
	}
	i.busy = true
	b := bodyReader{e: e, instance: i, locate: i.res.location == nil}
	i.attributes, i.location = b.read(i.res.block.Body, i.env, i.address, true)
	if i.location != nil {
		i.location.File, i.location.Line, i.location.Column = i.res.block.TypeRange.Filename, i.res.block.TypeRange.Start.Line, i.res.block.TypeRange.Start.Column
		i.location.EndLine = endLine(i.res.block.CloseBraceRange)
		if !b.dynamic {
			i.res.location = i.location
		}
	} else {
		i.location = i.res.location
	}
	if i.res.data {
		e.evaluateData(i)
	}
	i.busy, i.done = false, true
	return true
}

// objectOf is an instance as the object that references see: what is set, and
// open for all else.
func (e *evaluator) objectOf(i *resourceInstance) cty.Value {
	if i.object != cty.NilVal {
		return i.object
	}
	if !e.evaluateInstance(i) {
		return e.cycle(i.address, i.res.block.TypeRange)
	}
	attributes := make(map[string]cty.Value, len(i.attributes)+2)
	for name := range i.attributes {
		attributes[name] = e.attributeOf(i, name)
	}
	if !i.res.data {
		attributes["id"] = e.attributeOf(i, "id")
		attributes["arn"] = e.attributeOf(i, "arn")
	}
	attributes[openKey] = openValue(i.address, i.res)
	i.object = cty.ObjectVal(attributes)
	return i.object
}

// attributeOf is one attribute of an instance.
func (e *evaluator) attributeOf(i *resourceInstance, name string) cty.Value {
	if !i.res.data && !mentions(i.res.block.Body, name) {
		return e.computed(i.address, i.res.typ, name)
	}
	if !e.evaluateInstance(i) {
		return e.cycle(i.address, i.res.block.TypeRange)
	}
	v, ok := i.attributes[name]
	if i.res.data && (!ok || v.IsNull() || !i.res.readsBack(name)) {
		text := i.address + "." + name
		return unknownOf(cty.DynamicPseudoType, text, text+atApply)
	}
	if !ok {
		return e.computed(i.address, i.res.typ, name)
	}
	if v.IsNull() && !i.res.data {
		// Not set after all: the provider may still give it a value.
		return e.computed(i.address, i.res.typ, name)
	}
	if h, many := holdsMany(v); many {
		return unknownOf(cty.DynamicPseudoType, h.text, h.reason)
	}
	if namesItself(name) && !isWholly(v) && !i.res.data {
		// Whatever it will be, it is this resource's own.
		return symbol(i.address, name)
	}
	return v
}

// isWholly tells whether v is a known text without holes.
func isWholly(v cty.Value) bool {
	plain, marks := v.Unmark()
	return plain.IsKnown() && !plain.IsNull() && plain.Type() == cty.String && len(holesIn(plain.AsString(), marks)) == 0
}

// mentions tells whether a body sets an argument or block.
func mentions(body *hclsyntax.Body, name string) bool {
	return body.Attributes[name] != nil || slices.ContainsFunc(body.Blocks, func(b *hclsyntax.Block) bool { return blockName(b) == name })
}

// finish gives an instance the form that the translation takes.
func (e *evaluator) finish(s *scope, i *resourceInstance) *instance {
	e.evaluateInstance(i)
	result := &instance{
		Type:        i.res.typ,
		Address:     i.address,
		Values:      make(map[string]any, len(i.attributes)),
		Location:    i.location,
		Conditional: i.conditional,
		World:       e.rootDir,
	}
	for name, v := range i.attributes {
		if value := plain(v, nil); value != nil {
			result.Values[name] = value
		}
	}
	result.Ignores = e.ignoresOf(i)
	result.DefaultTags = e.defaultTags(s, i)
	return result
}

// A bodyReader evaluates the body of a block and what is nested in it.
type bodyReader struct {
	e        *evaluator
	instance *resourceInstance
	locate   bool // make locations
	dynamic  bool // there was a dynamic block, so that locations are this instance's own
	made     int  // blocks that dynamic blocks have made
}

// read evaluates a body. path is its place for a person.
func (b *bodyReader) read(body *hclsyntax.Body, env *env, path string, top bool) (map[string]cty.Value, *cloud.Location) {
	values := make(map[string]cty.Value, len(body.Attributes)+len(body.Blocks))
	var location *cloud.Location
	if b.locate {
		location = &cloud.Location{Fields: make(map[string]*cloud.Location, len(body.Attributes)+len(body.Blocks))}
	}
	for _, name := range b.e.namesOf(body) {
		a := body.Attributes[name]
		if top && slices.Contains(metaArguments, name) {
			continue
		}
		v, diags := b.argument(a.Expr, env)
		values[name] = b.e.settle(v, diags, path+"."+name, a.SrcRange)
		if location != nil {
			location.Fields[name] = locateArgument(a)
		}
	}
	blocks := map[string][]cty.Value{}
	for _, block := range body.Blocks {
		name := blockName(block)
		if top && slices.Contains(metaBlocks, name) {
			continue
		}
		if blocks[name] == nil && len(blocks) == 0 {
			blocks = map[string][]cty.Value{}
		}
		list, places := b.block(block, env, path, name, len(blocks[name]))
		blocks[name] = append(blocks[name], list...)
		if location != nil {
			at := location.Fields[name]
			if at == nil {
				at = locateBlock(block)
				location.Fields[name] = at
			}
			at.EndLine = max(at.EndLine, endLine(block.CloseBraceRange))
			at.Items = append(at.Items, places...)
		}
	}
	for name, list := range blocks {
		values[name] = cty.TupleVal(list)
	}
	return values, location
}

// block evaluates a nested block, or the blocks that a dynamic one makes.
// index is how many of its name stand before it.
func (b *bodyReader) block(block *hclsyntax.Block, env *env, path, name string, index int) ([]cty.Value, []*cloud.Location) {
	if block.Type == "dynamic" && len(block.Labels) == 1 {
		b.dynamic = true
		return b.dynamicBlock(block, env, path, name, index)
	}
	v, at := b.content(block, env, path, name, index)
	return []cty.Value{v}, []*cloud.Location{at}
}

// content evaluates one nested block.
func (b *bodyReader) content(block *hclsyntax.Block, env *env, path, name string, index int) (cty.Value, *cloud.Location) {
	path = fmt.Sprintf("%s.%s[%d]", path, name, index)
	values, location := b.read(block.Body, env, path, false)
	values[openKey] = cty.StringVal(path + "\x00block")
	if location != nil {
		place := locateBlock(block)
		place.Fields = location.Fields
		location = place
	}
	return cty.ObjectVal(values), location
}

// argument evaluates the value of an argument. A concat of lists that are not
// all known gives what is known: the rest is any number of elements. Nothing
// can count or look into it, since it is an argument.
func (b *bodyReader) argument(expr hclsyntax.Expression, env *env) (cty.Value, hcl.Diagnostics) {
	call, ok := expr.(*hclsyntax.FunctionCallExpr)
	if !ok || call.Name != "concat" || call.ExpandFinal {
		return b.e.evaluate(expr, env)
	}
	defer b.e.within(maxStepsOfOne)()
	args, _, diags := b.e.arguments(call, env)
	if diags.HasErrors() {
		return cty.DynamicVal, diags
	}
	var all []cty.Value
	for _, list := range args {
		plain, marks := list.Unmark()
		ty := plain.Type()
		switch {
		case !plain.IsKnown():
			if h := holes(marks); len(h) > 0 {
				h[0].many, h[0].kind = true, unknown
				all = append(all, cty.DynamicVal.Mark(h[0]))
				continue
			}
			return b.e.evaluate(expr, env)
		case plain.IsNull() || !(ty.IsTupleType() || ty.IsListType() || ty.IsSetType()):
			return b.e.evaluate(expr, env) // which tells what is wrong
		}
		for _, part := range plain.AsValueSlice() {
			all = append(all, part.WithMarks(marks))
		}
	}
	return cty.TupleVal(all), diags
}
