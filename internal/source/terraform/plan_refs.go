package terraform

import (
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/surety-cloud/surety/internal/cloud"
)

// references resolve values that are known only after apply to the resources
// that the configuration takes them from.
type references struct {
	plan *plan
	one  *planned

	// of is how many elements of a list are known only after apply, and nth
	// which of them is resolved; 0 of 0 outside lists. They stand in the order
	// of the references in the configuration.
	nth, of int
}

func (r references) hasConfig() bool { return r.one.config != nil }

// resolve stands in for a value that is known only after apply: the symbol of
// the resource that it is taken from where there is exactly one.
func (r references) resolve(f *fact, expression *tfjson.Expression) any {
	unknown := &cloud.Unresolved{Reason: knownAfterApply}
	if expression == nil || expression.ExpressionData == nil || len(expression.References) == 0 {
		return unknown
	}
	if document := r.plan.policyDocument(r.one, expression.References); document != nil && (f == nil || f.Kind == "string") {
		return document
	}
	symbols, whole := r.plan.symbolsOf(r.one.module, r.one.address, expression.References, 0)
	list := f != nil && (f.Kind == "list" || f.Kind == "set")
	switch {
	case len(symbols) == 0:
		unknown.Reason = strings.Join(leading(expression.References), ", ") + " is known only after apply"
		return unknown
	case list:
		out := make([]any, 0, len(symbols)+1)
		for _, symbol := range symbols {
			out = append(out, symbol)
		}
		// The list may hold more than what is referred to.
		return append(out, &cloud.Unresolved{Reason: knownAfterApply, Many: true})
	case whole && len(symbols) == max(r.of, 1) && r.nth < len(symbols):
		return symbols[r.nth]
	}
	unknown.Partial = strings.Join(symbols, " ")
	return unknown
}

// leading drops from references those that only repeat the beginning of
// another: "aws_vpc.main.id" is followed by "aws_vpc.main".
func leading(refs []string) []string {
	var out []string
	for _, ref := range refs {
		if !slices.ContainsFunc(refs, func(other string) bool {
			return other != ref && (strings.HasPrefix(other, ref+".") || strings.HasPrefix(other, ref+"["))
		}) && !slices.Contains(out, ref) {
			out = append(out, ref)
		}
	}
	return out
}

// symbolsOf follows references, through variables and outputs of modules, to
// resources of the plan. whole is false where something else is referred to as
// well.
func (p *plan) symbolsOf(module, from string, refs []string, depth int) (symbols []string, whole bool) {
	whole = true
	if depth > 20 {
		return nil, false
	}
	add := func(more []string, all bool) {
		for _, s := range more {
			if !slices.Contains(symbols, s) {
				symbols = append(symbols, s)
			}
		}
		whole = whole && all
	}
	refs = leading(refs)
	for _, ref := range refs {
		head, rest, _ := strings.Cut(ref, ".")
		switch {
		case head == "var":
			outer, call := p.call(module)
			name, _, _ := strings.Cut(rest, ".")
			if call == nil || call.Expressions[name] == nil || call.Expressions[name].ExpressionData == nil {
				whole = false
				continue
			}
			add(p.symbolsOf(outer, module, call.Expressions[name].References, depth+1))
		case head == "module":
			add(p.outputSymbols(module, rest, depth))
		case head == "each" && (rest == "value" || strings.HasPrefix(rest, "value.")):
			attribute := strings.TrimPrefix(strings.TrimPrefix(rest, "value"), ".")
			more, all := p.eachValue(module, from, attribute, depth)
			add(more, all)
		case head == "count" || head == "each":
			// They say which of several instances is meant.
		case head == "local" || head == "data" || head == "path" || head == "terraform" || head == "self":
			whole = false
		default:
			address, attribute, ok := p.target(module, from, ref)
			if !ok {
				// What has no instance gives nothing: one([]), try() of one
				// that a count leaves out.
				whole = whole && !p.planned(module, ref)
				continue
			}
			add([]string{cloud.Symbol(address, attribute)}, true)
		}
	}
	return symbols, whole
}

// eachValue follows each.value to the resource with the same key, where
// for_each goes over the instances of a resource.
func (p *plan) eachValue(module, from, attribute string, depth int) ([]string, bool) {
	config := p.configs[configKey(module, withoutIndex(lastTwo(from)))]
	if config == nil || config.ForEachExpression == nil || config.ForEachExpression.ExpressionData == nil || depth > 20 {
		return nil, false
	}
	refs := leading(config.ForEachExpression.References)
	if len(refs) != 1 {
		return nil, false
	}
	typ, name, _ := strings.Cut(refs[0], ".")
	name, rest, _ := cutAddress(name)
	if rest != "" || !strings.HasPrefix(typ, "aws_") && !strings.HasPrefix(typ, "awscc_") {
		return nil, false
	}
	attribute, _, _ = strings.Cut(attribute, ".")
	address, _, ok := p.target(module, from, typ+"."+name)
	if !ok || attribute == "" {
		return nil, false
	}
	return []string{cloud.Symbol(address, attribute)}, true
}

// outputSymbols follows an output of a module: ref is "net.vpc_id" or
// "net[0].vpc_id".
func (p *plan) outputSymbols(module, ref string, depth int) ([]string, bool) {
	name, output, ok := cutAddress(ref)
	if !ok {
		return nil, false
	}
	output, _, _ = strings.Cut(output, ".")
	output, _, _ = strings.Cut(output, "[")
	inner := joinAddress(module, "module."+name)
	m := p.module(inner)
	if m == nil || m.Outputs[output] == nil || m.Outputs[output].Expression == nil || m.Outputs[output].Expression.ExpressionData == nil {
		return nil, false
	}
	return p.symbolsOf(inner, inner, m.Outputs[output].Expression.References, depth+1)
}

// target finds the resource of the plan that a reference such as
// "aws_vpc.main[0].id" names, seen from a module. Where the reference leaves
// the index open, it is the only instance, or the one with the index of the
// resource that refers to it.
func (p *plan) target(module, from, ref string) (address, attribute string, ok bool) {
	typ, rest, found := strings.Cut(ref, ".")
	if !found {
		return "", "", false
	}
	name, attribute, _ := cutAddress(rest)
	base := joinAddress(module, typ+"."+name)
	attribute, _, _ = strings.Cut(attribute, "[")
	if attribute == "" {
		attribute = "id"
	}
	if p.symbols[base] {
		return base, attribute, true
	}
	if strings.HasSuffix(name, "]") {
		return "", "", false
	}
	if open := strings.IndexByte(lastStep(from), '['); open >= 0 {
		if same := base + lastStep(from)[open:]; p.symbols[same] {
			return same, attribute, true
		}
	}
	if candidates := p.indexed[base]; len(candidates) == 1 {
		return candidates[0], attribute, true
	}
	return "", "", false
}

// lastStep is the name of an address, with its index.
func lastStep(address string) string {
	name, rest, ok := cutAddress(address)
	for ok {
		name, rest, ok = cutAddress(rest)
	}
	return name
}

// lastTwo is an address without its modules: the type and the name.
func lastTwo(address string) string {
	name := lastStep(address)
	before := strings.TrimSuffix(address[:len(address)-len(name)], ".")
	return joinAddress(lastStep(before), name)
}

// configKey is how the configuration of a resource is found: by the names of
// its modules, its type and its name.
func configKey(module, resource string) string {
	return strings.Join(modulePath(module), ".") + " " + resource
}

// cutAddress cuts an address at the first dot that is not inside an index.
func cutAddress(address string) (first, rest string, ok bool) {
	quoted, depth := false, 0
	for i := 0; i < len(address); i++ {
		switch c := address[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '.' && depth == 0:
			return address[:i], address[i+1:], true
		}
	}
	return address, "", false
}

func joinAddress(module, address string) string {
	if module == "" {
		return address
	}
	return module + "." + address
}

// modulePath lists the names of the modules of an address, without indexes.
func modulePath(module string) []string {
	var names []string
	for rest, ok := module, module != ""; ok; {
		var word string
		word, rest, ok = cutAddress(rest)
		if word == "module" && ok {
			word, rest, ok = cutAddress(rest)
			name, _, _ := strings.Cut(word, "[")
			names = append(names, name)
		}
	}
	return names
}

// module returns the configuration of a module instance.
func (p *plan) module(address string) *tfjson.ConfigModule {
	m := p.config.RootModule
	for _, name := range modulePath(address) {
		if m == nil || m.ModuleCalls[name] == nil {
			return nil
		}
		m = m.ModuleCalls[name].Module
	}
	return m
}

// call returns the module that calls a module instance, and the call.
func (p *plan) call(address string) (outer string, call *tfjson.ModuleCall) {
	cut := strings.LastIndex(address, ".module.")
	if cut >= 0 {
		outer = address[:cut]
	}
	names := modulePath(address)
	if len(names) == 0 {
		return "", nil
	}
	m := p.module(outer)
	if m == nil {
		return "", nil
	}
	return outer, m.ModuleCalls[names[len(names)-1]]
}

// indexConfig notes the configuration of each resource under its module, type
// and name.
func (p *plan) indexConfig(m *tfjson.ConfigModule, path string, depth int) {
	if m == nil || depth > 200 {
		return
	}
	for _, r := range m.Resources {
		if r != nil && r.Mode != tfjson.DataResourceMode {
			p.configs[path+" "+r.Type+"."+r.Name] = r
		}
	}
	for name, call := range m.ModuleCalls {
		if call == nil {
			continue
		}
		inner := name
		if path != "" {
			inner = path + "." + name
		}
		p.indexConfig(call.Module, inner, depth+1)
	}
}

// withoutIndex is an address without the index of its last step.
func withoutIndex(address string) string {
	last := lastStep(address)
	open := strings.IndexByte(last, '[')
	if open < 0 {
		return address
	}
	return address[:len(address)-len(last)+open]
}
