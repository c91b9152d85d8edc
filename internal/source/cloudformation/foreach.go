package cloudformation

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A binding is a loop's variable in one turn.
type binding struct{ name, value string }

// expander replaces Fn::ForEach by what it stands for, before anything is
// evaluated: parameters and mappings are all that the list of a loop may
// depend on.
type expander struct {
	t    *template
	size int // nodes made
	full bool
}

// expandLoops expands the loops of the sections that may hold them.
func (t *template) expandLoops() {
	if !bytes.Contains(t.text.data, []byte(forEachPrefix)) {
		return
	}
	x := &expander{t: t}
	var sections []entry
	for _, e := range t.root.entries {
		switch e.key {
		case "Conditions", "Resources", "Outputs":
			e.node = x.expand(e.node, nil)
		}
		sections = append(sections, e)
	}
	t.root = newObject(t.root.pos, sections...)
	t.conditions, t.outputs = t.root.get("Conditions"), t.root.get("Outputs")
}

// expand copies a node with its loops expanded and the variables replaced.
func (x *expander) expand(n *node, bound []binding) *node {
	if n == nil || x.full {
		return n
	}
	if x.size++; x.size > maxNodes {
		x.full = true
		x.t.fail(n.pos, tooLarge, tooLargeDetail)
		return n
	}
	switch n.kind {
	case scalar:
		if s, ok := n.value.(string); ok && len(bound) > 0 {
			return newScalar(n.pos, replace(s, bound))
		}
		return n
	case list:
		items := make([]*node, len(n.items))
		for i, item := range n.items {
			items[i] = x.expand(item, bound)
		}
		return newList(n.pos, items...)
	}
	if name, argument, ok := n.intrinsic(); ok && name == "Ref" {
		if s, ok := argument.text(); ok {
			for _, b := range bound {
				if b.name == s {
					return newScalar(n.pos, b.value)
				}
			}
		}
	}
	out := &node{kind: object, pos: n.pos, size: 1}
	keys := keySet{}
	x.entries(out, n, bound, &keys)
	return out
}

func (x *expander) entries(out, n *node, bound []binding, keys *keySet) {
	for _, e := range n.entries {
		if strings.HasPrefix(e.key, forEachPrefix) {
			x.loop(out, e, bound, keys)
			continue
		}
		e.key = replace(e.key, bound)
		e.node = x.expand(e.node, bound)
		out.entries = x.t.text.put(out.entries, e, keys)
		out.size = saturated(out.size, e.node.size)
	}
}

const forEachUsage = "Fn::ForEach::Name: [Variable, [value, …], {Key${Variable}: …}]"

// loop adds what a loop stands for to an object. A loop over a list that is
// not known stays: where it declares resources, these stand once for any
// number of them.
func (x *expander) loop(out *node, e entry, bound []binding, keys *keySet) {
	items, ok := arguments(e.node, 3, 3)
	variable, isText := "", false
	if ok {
		variable, isText = items[0].text()
	}
	if !ok || !isText || items[2].kind != object {
		x.t.fail(e.pos, fmt.Sprintf("%s is not understood", clip(e.key, 80)), "A loop is written "+forEachUsage+".")
		return
	}
	values, why := x.values(x.expand(items[1], bound))
	if why != "" {
		x.t.loops[variable] = fmt.Sprintf("%s repeats over a list that is not known: %s", clip(e.key, 80), why)
		e.node = newList(e.node.pos, items[0], items[1], x.expand(items[2], bound))
		out.entries = x.t.text.put(out.entries, e, keys)
		return
	}
	for _, v := range values {
		if x.full {
			return
		}
		inner := append(bound[:len(bound):len(bound)], binding{variable, v})
		x.entries(out, items[2], inner, keys)
	}
}

// values are the texts that a loop runs over.
func (x *expander) values(collection *node) (values []string, why string) {
	v := x.t.evaluate(collection).v
	elements, ok := v.([]any)
	if !ok {
		return nil, notList(v).Reason
	}
	for _, element := range elements {
		text, why := known(element)
		if why != "" {
			return nil, why
		}
		values = append(values, text)
	}
	return values, ""
}

// replace puts the variables of the loops into a text. &{Name} stands for the
// value without what a logical id may not hold.
func replace(s string, bound []binding) string {
	for _, b := range bound {
		if strings.Contains(s, "{"+b.name+"}") && len(s) < maxText {
			s = strings.ReplaceAll(s, "${"+b.name+"}", b.value)
			s = strings.ReplaceAll(s, "&{"+b.name+"}", strings.Map(alphanumeric, b.value))
		}
	}
	return s
}

func alphanumeric(r rune) rune {
	if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
		return r
	}
	return -1
}

// declareLoop declares the resources of a loop over a list that is not known.
func (t *template) declareLoop(e entry) {
	items, ok := arguments(e.node, 3, 3)
	if !ok {
		return
	}
	variable, _ := items[0].text()
	for _, inner := range items[2].entries {
		if strings.HasPrefix(inner.key, forEachPrefix) {
			t.declareLoop(inner)
			continue
		}
		if d := t.declaration(inner); d != nil {
			d.repeats = t.loops[variable]
			t.add(d)
		}
	}
}

// loopVariable gives the value of the variable of a loop whose list is not
// known.
func (t *template) loopVariable(name string) (v any, ok bool) {
	why, ok := t.loops[name]
	if !ok {
		return nil, false
	}
	return &cloud.Unresolved{Reason: why, Partial: "${" + name + "}"}, true
}
