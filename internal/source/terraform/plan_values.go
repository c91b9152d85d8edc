package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A planned is one resource that will exist, with what the plan says of each
// of its values.
type planned struct {
	address, module, typ string
	values               map[string]any
	unknown              any // mirrors values: true where a value is known only after apply
	sensitive            any // mirrors values: true where a value must not be shown
	config               *tfjson.ConfigResource
}

const sensitiveValue = "sensitive value"

// instances lists the resources that will exist after apply.
func (p *plan) instances() []*instance {
	changes := map[string]*tfjson.ResourceChange{}
	for _, c := range p.changes {
		if c != nil && c.DeposedKey == "" {
			changes[c.Address] = c
		}
	}
	var list []*planned
	seen := map[string]bool{}
	var walk func(m *tfjson.StateModule, depth int)
	walk = func(m *tfjson.StateModule, depth int) {
		if m == nil || depth > 200 {
			return
		}
		for _, r := range m.Resources {
			if r == nil || r.Mode == tfjson.DataResourceMode || r.DeposedKey != "" || seen[r.Address] {
				continue
			}
			seen[r.Address] = true
			one := &planned{address: r.Address, module: m.Address, typ: r.Type, values: r.AttributeValues}
			if len(r.SensitiveValues) > 0 && json.Unmarshal(r.SensitiveValues, &one.sensitive) != nil {
				one.sensitive = true
			}
			if c := changes[r.Address]; c != nil && c.Change != nil {
				one.unknown = c.Change.AfterUnknown
				one.sensitive = eitherMark(one.sensitive, c.Change.AfterSensitive)
			}
			list = append(list, one)
		}
		for _, child := range m.ChildModules {
			walk(child, depth+1)
		}
	}
	walk(p.values.RootModule, 0)
	for _, c := range p.changes {
		if c != nil && c.Mode == tfjson.DataResourceMode {
			p.deferred[withoutIndex(c.Address)] = true
		}
		if c == nil || c.Change == nil || c.Mode == tfjson.DataResourceMode || c.DeposedKey != "" || seen[c.Address] || gone(c.Change.Actions) {
			continue
		}
		after, ok := c.Change.After.(map[string]any)
		if !ok {
			continue
		}
		seen[c.Address] = true
		list = append(list, &planned{
			address: c.Address, module: c.ModuleAddress, typ: c.Type, values: after,
			unknown: c.Change.AfterUnknown, sensitive: c.Change.AfterSensitive,
		})
	}
	p.documents = p.dataSources("aws_iam_policy_document")
	for _, one := range list {
		p.symbols[one.address] = true
		base := withoutIndex(one.address)
		p.indexed[base] = append(p.indexed[base], one.address)
	}
	p.indexConfig(p.config.RootModule, "", 0)
	out := make([]*instance, 0, len(list))
	for _, one := range list {
		if one.typ == "" || !strings.HasPrefix(one.typ, "aws_") && !strings.HasPrefix(one.typ, "awscc_") {
			continue
		}
		one.config = p.configs[configKey(one.module, withoutIndex(lastTwo(one.address)))]
		out = append(out, &instance{Type: one.typ, Address: one.address, Values: p.known(one), World: p.file})
	}
	return out
}

// gone tells whether a resource will not exist after its change.
func gone(actions tfjson.Actions) bool {
	return !slices.ContainsFunc(actions, func(a tfjson.Action) bool {
		return a != tfjson.ActionDelete && a != "forget"
	})
}

// eitherMark is true wherever one of two marks is.
func eitherMark(a, b any) any {
	switch av := a.(type) {
	case bool:
		if av {
			return true
		}
		return b
	case map[string]any:
		bv, ok := b.(map[string]any)
		if !ok {
			if b == true {
				return true
			}
			return a
		}
		out := make(map[string]any, len(av)+len(bv))
		for k, v := range av {
			out[k] = eitherMark(v, bv[k])
		}
		for k, v := range bv {
			if _, done := out[k]; !done {
				out[k] = v
			}
		}
		return out
	case []any:
		bv, ok := b.([]any)
		if !ok {
			if b == true {
				return true
			}
			return a
		}
		out := make([]any, max(len(av), len(bv)))
		for i := range out {
			out[i] = eitherMark(elementAt(av, i), elementAt(bv, i))
		}
		return out
	}
	return b
}

func elementAt(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nil
}

// known are the values of a resource, with unresolved values where the plan
// has none or must not show them.
func (p *plan) known(one *planned) map[string]any {
	var facts *fact
	if strings.HasPrefix(one.typ, "aws_") {
		var read bool
		if facts, read = p.facts[one.typ]; !read {
			facts, _ = providerFacts(one.typ)
			p.facts[one.typ] = facts
		}
	}
	refs := references{plan: p, one: one}
	var of expressions
	if one.config != nil {
		of.byName = one.config.Expressions
	}
	out, _ := p.merge(one.values, one.unknown, one.sensitive, facts, refs, of, 0).(map[string]any)
	if out == nil {
		out = map[string]any{}
	}
	return out
}

// merge joins the value of a block with its marks.
func (p *plan) merge(value, unknown, sensitive any, f *fact, refs references, of expressions, depth int) any {
	if depth > 200 {
		return &cloud.Unresolved{Reason: "the value is nested too deep"}
	}
	values, _ := value.(map[string]any)
	unknowns, _ := unknown.(map[string]any)
	secrets, _ := sensitive.(map[string]any)
	out := make(map[string]any, len(values))
	names := make([]string, 0, len(values)+len(unknowns))
	for name := range values {
		names = append(names, name)
	}
	for name := range unknowns {
		if _, done := values[name]; !done {
			names = append(names, name)
		}
	}
	for _, name := range names {
		var known *fact
		if f != nil {
			known = f.Fields[name]
		}
		if sensitive == true || secrets[name] == true || known != nil && known.Sensitive && values[name] != nil {
			out[name] = &cloud.Unresolved{Reason: sensitiveValue}
			continue
		}
		expression := of.of(name)
		if f != nil && known == nil && expression == nil && refs.hasConfig() {
			continue // computed by another version of the provider
		}
		if unknowns[name] == true && known != nil && known.Computed && refs.hasConfig() && p.settled(refs.one.module, expression, 0) {
			// The configuration gives null, as modules do for what their
			// callers leave out: AWS will set it.
			continue
		}
		v := p.value(values[name], unknowns[name], secrets[name], known, refs, expression, depth)
		if u, ok := v.(*cloud.Unresolved); ok && u.Reason == knownAfterApply && expression == nil && known != nil && known.Computed && (refs.hasConfig() || !known.Optional) {
			// Nobody sets it: AWS will, as in a configuration that leaves
			// it out.
			continue
		}
		if v != nil {
			out[name] = v
		}
	}
	return out
}

const knownAfterApply = "known only after apply"

// value joins one value with its marks.
func (p *plan) value(value, unknown, sensitive any, f *fact, refs references, expression *tfjson.Expression, depth int) any {
	if unknown == true {
		return refs.resolve(f, expression)
	}
	if sensitive == true {
		if value == nil {
			return nil
		}
		return &cloud.Unresolved{Reason: sensitiveValue}
	}
	switch v := value.(type) {
	case map[string]any:
		return p.merge(v, unknown, sensitive, fieldsOf(f), refs, nested(expression, 0, 1), depth+1)
	case []any:
		marks, _ := unknown.([]any)
		secrets, _ := sensitive.([]any)
		out := make([]any, max(len(v), len(marks)))
		inner := refs
		inner.of = 0
		for _, mark := range marks {
			if mark == true {
				inner.of++
			}
		}
		for i := range out {
			element := elementAt(v, i)
			if _, object := element.(map[string]any); object {
				out[i] = p.merge(element, elementAt(marks, i), elementAt(secrets, i), fieldsOf(f), refs, nested(expression, i, len(out)), depth+1)
				continue
			}
			out[i] = p.value(element, elementAt(marks, i), elementAt(secrets, i), nil, inner, expression, depth+1)
			if elementAt(marks, i) == true {
				inner.nth++
			}
		}
		return out
	case nil:
		if marks, ok := unknown.(map[string]any); ok && len(marks) > 0 {
			return p.merge(nil, marks, sensitive, fieldsOf(f), refs, nested(expression, 0, 1), depth+1)
		}
		if marks, ok := unknown.([]any); ok && len(marks) > 0 {
			return p.value([]any{}, marks, sensitive, f, refs, expression, depth+1)
		}
	}
	return value
}

func fieldsOf(f *fact) *fact {
	if f == nil || f.Fields == nil {
		return nil
	}
	return f
}

// expressions are those of the arguments of one block.
type expressions struct {
	byName map[string]*tfjson.Expression
	// whole is the expression of the block itself, where the configuration
	// says nothing of its arguments.
	whole *tfjson.Expression
}

func (e expressions) of(name string) *tfjson.Expression {
	if e.byName == nil {
		return e.whole
	}
	return e.byName[name]
}

// nested are the expressions of one of a number of blocks. Where the plan has
// another number of blocks than the configuration, because a dynamic block
// made them, it cannot be told which is which.
func nested(expression *tfjson.Expression, i, of int) expressions {
	if expression == nil || expression.ExpressionData == nil {
		return expressions{}
	}
	if len(expression.NestedBlocks) == of {
		return expressions{byName: expression.NestedBlocks[i]}
	}
	if len(expression.NestedBlocks) == 0 {
		return expressions{whole: expression}
	}
	return expressions{}
}
