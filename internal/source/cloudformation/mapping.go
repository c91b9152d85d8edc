package cloudformation

import (
	"reflect"

	"github.com/surety-cloud/surety/internal/cloud"
)

const findInMapUsage = "[map, top-level key, second-level key]"

// findInMap evaluates Fn::FindInMap. Where a key is not known, the value is
// still known when every key that it could be has the same.
func (t *template) findInMap(argument *node) value {
	items, ok := arguments(argument, 3, 4)
	if !ok {
		return value{v: t.wrong(argument, findInMapUsage)}
	}
	name, why := known(t.evaluate(items[0]).v)
	if why != "" {
		return value{v: unknown("the map of Fn::FindInMap is not known: %s", why)}
	}
	mapping := t.mappings.get(name)
	if mapping == nil && t.macro == "" && len(items) < 4 {
		t.warn(argument.pos, "map "+clip(name, 80)+" is not declared", "Declare it in the Mappings section or correct the name.")
	}
	var fallback *value
	if len(items) == 4 {
		if n := items[3].get("DefaultValue"); n != nil {
			v := t.evaluate(n)
			fallback = &v
		}
	}
	rows, whyRow := t.rows(mapping, items[1])
	var found []value
	whyKey, lacking := "", false
	for _, row := range rows {
		cells, why := t.rows(row, items[2])
		whyKey = why
		for _, cell := range cells {
			found = append(found, t.mapped(cell))
		}
		lacking = lacking || len(cells) == 0
	}
	if whyRow == "" {
		whyRow = whyKey
	}
	if fallback != nil && (len(found) == 0 || whyRow != "" || lacking) {
		found = append(found, *fallback)
	}
	if len(found) == 0 {
		if whyRow != "" {
			return value{v: unknown("%s", whyRow)}
		}
		return value{v: unknown("map %s has no such key", clip(name, 80))}
	}
	for _, other := range found[1:] {
		if !reflect.DeepEqual(found[0].v, other.v) {
			return value{v: unknown("it differs within map %s, and %s", clip(name, 80), whyRow)}
		}
	}
	return found[0]
}

// rows are the values under a key of a map, all of them when the key is not
// known, and then why it is not.
func (t *template) rows(mapping, key *node) (rows []*node, why string) {
	text, why := known(t.evaluate(key).v)
	if why == "" {
		if row := mapping.get(text); row != nil {
			return []*node{row}, ""
		}
		return nil, ""
	}
	if mapping != nil {
		for _, e := range mapping.entries {
			rows = append(rows, e.node)
		}
	}
	return rows, why
}

// mapped evaluates a value of a map, which with AWS::LanguageExtensions may
// hold functions itself.
func (t *template) mapped(n *node) value {
	if t.open[n] {
		t.fail(n.pos, "this value of a map depends on itself", "Remove the Fn::FindInMap that leads back here.")
		return value{v: &cloud.Unresolved{Reason: "a value of a map depends on itself"}}
	}
	t.open[n] = true
	v := t.evaluate(n)
	delete(t.open, n)
	return v
}
