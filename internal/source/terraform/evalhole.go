package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/zclconf/go-cty/cty"
)

// What is not known, and how it travels
//
// Every value that is not known carries a [hole] as a cty mark, so that cty
// itself takes the reason along through every function and operator. There are
// two forms:
//
//   - Something that identifies a resource (aws_vpc.main.id, the account's
//     number) is a known string, its symbol "${aws_vpc.main.id}", marked with
//     the hole. So it survives in lists, maps, templates, jsonencode and policy
//     documents as text.
//   - Anything else is an unknown value of cty, marked with the hole. In a
//     template or in jsonencode, where there must be text, it becomes
//     "${var.name}", still marked.
//
// Text with holes must never be taken for what it will be. So operands of
// operators, conditions, keys and the arguments of all functions that look at
// text are made [opaque] first: strings with holes become unknown values, and
// the result is unknown. Only functions that move values about (concat, merge)
// or put text together (join, format, jsonencode) see the text.

// holeKind says how much may be said of a hole.
type holeKind int

const (
	// identity names a resource of this configuration or the account itself.
	identity holeKind = iota
	// derived is computed from identities alone: part of an ARN, say. It is
	// not known, but it is no wildcard either, so text in a policy stands.
	derived
	// unknown may be anything.
	unknown
)

// A hole is the mark of a value, or of the part of a text, that is not known.
type hole struct {
	text   string // what stands between ${ and } in a text
	reason string // completes "… could not be known: "
	kind   holeKind
	many   bool // stands for any number of elements
}

// keyMark is the mark of objects that have texts with holes for keys, beside
// the holes.
type keyMark struct{}

// The usual reasons: what AWS makes up, and what a data source reads.
const (
	whenApplied = " is known after apply"
	atApply     = " is read at apply"
)

func afterApply(text string) string { return text + whenApplied }

// symbol is the value of something that identifies a resource.
func symbol(address, attribute string) cty.Value {
	text := strings.TrimSuffix(strings.TrimPrefix(cloud.Symbol(address, attribute), "${"), "}")
	return symbolText(text)
}

func symbolText(text string) cty.Value {
	h := hole{text: text, reason: afterApply(text), kind: identity}
	switch "${" + text + "}" {
	case cloud.TemplateAccount:
		h.reason = "the account is known only when it is deployed"
	case cloud.TemplateRegion:
		h.reason = "the region is known only when it is deployed"
	}
	return cty.StringVal("${" + text + "}").Mark(h)
}

// unknownOf is an unknown value of a type, with what it is and why.
func unknownOf(ty cty.Type, text, reason string) cty.Value {
	return cty.UnknownVal(ty).Mark(hole{text: text, reason: reason, kind: unknown})
}

// holes lists the holes among marks, the weightiest first, in an order that
// does not vary.
func holes(marks ...cty.ValueMarks) []hole {
	var list []hole
	for _, set := range marks {
		for m := range set {
			if h, ok := m.(hole); ok {
				list = append(list, h)
			}
		}
	}
	if len(list) > 1 {
		slices.SortFunc(list, func(a, b hole) int {
			if a.kind != b.kind {
				return int(b.kind - a.kind)
			}
			if c := strings.Compare(a.text, b.text); c != 0 {
				return c
			}
			return strings.Compare(a.reason, b.reason)
		})
		list = slices.Compact(list)
	}
	return list
}

// holesIn lists the holes that stand in the text s.
func holesIn(s string, marks ...cty.ValueMarks) []hole {
	if !strings.Contains(s, "${") {
		return nil
	}
	return slices.DeleteFunc(holes(marks...), func(h hole) bool { return !h.in(s) })
}

// in tells whether the hole stands in s, as it is or as it reads in JSON.
func (h hole) in(s string) bool {
	if strings.Contains(s, "${"+h.text+"}") {
		return true
	}
	if !strings.ContainsAny(h.text, "\"\\<>&") {
		return false
	}
	escaped, err := json.Marshal(h.text)
	return err == nil && strings.Contains(s, "${"+string(escaped[1:len(escaped)-1])+"}")
}

// reasonOf tells in words why a value with these holes is not known.
func reasonOf(list []hole) string {
	var reasons []string
	for _, h := range list {
		if h.kind == list[0].kind && !slices.Contains(reasons, h.reason) {
			reasons = append(reasons, h.reason)
		}
	}
	switch {
	case len(reasons) == 0:
		return "the value is known after apply"
	case len(reasons) > 3:
		reasons = append(reasons[:3], "and more")
	}
	return strings.Join(reasons, "; ")
}

// marksOf makes marks of holes.
func marksOf(list []hole) cty.ValueMarks {
	if len(list) == 0 {
		return nil
	}
	marks := make(cty.ValueMarks, len(list))
	for _, h := range list {
		marks[h] = struct{}{}
	}
	return marks
}

// hardened is the mark of what depends on these holes by a decision, not by
// text: it may be anything.
func hardened(marks ...cty.ValueMarks) cty.ValueMarks {
	list := holes(marks...)
	for i := range list {
		list[i].kind = unknown
		list[i].many = false
	}
	return marksOf(list)
}

// opaque replaces every text with holes in v by an unknown string, so that
// nothing can look into it.
func opaque(v cty.Value) cty.Value { return opaqueFrom(v, identity) }

// opaqueFrom does so for texts with a hole of this kind or a weightier one.
func opaqueFrom(v cty.Value, kind holeKind) cty.Value {
	if !v.ContainsMarked() {
		return v
	}
	return mapLeaves(v, nil, false, func(leaf cty.Value, own, inherited cty.ValueMarks) cty.Value {
		if leaf.IsKnown() && !leaf.IsNull() && leaf.Type() == cty.String {
			if list := holesIn(leaf.AsString(), own, inherited); len(list) > 0 && list[0].kind >= kind {
				return cty.UnknownVal(cty.String).RefineNotNull().WithMarks(marksOf(list))
			}
		}
		return leaf.WithMarks(own)
	})
}

// textual replaces every unknown leaf of v by the text of its hole, for where
// v becomes part of a text. Lists become tuples and maps objects.
func textual(v cty.Value) cty.Value {
	if v.IsWhollyKnown() {
		return v
	}
	return mapLeaves(v, nil, true, func(leaf cty.Value, own, inherited cty.ValueMarks) cty.Value {
		if leaf.IsKnown() {
			return leaf.WithMarks(own)
		}
		list := holes(own)
		if len(list) == 0 {
			list = holes(inherited)
		}
		h := hole{text: "…", reason: "the value is known after apply", kind: unknown}
		if len(list) > 0 {
			h = list[0]
			if h.kind == identity {
				h.kind = unknown // it is something made of it, we cannot tell what
			}
		}
		return cty.StringVal("${" + h.text + "}").Mark(h)
	})
}

// mapLeaves rebuilds v with every primitive, null or unknown part of it
// replaced by what f makes of it. f gets the part unmarked, its own marks and
// those of what holds it. loose makes tuples of lists and sets and objects of
// maps, so that the type of a part may change.
func mapLeaves(v cty.Value, inherited cty.ValueMarks, loose bool, f func(leaf cty.Value, own, inherited cty.ValueMarks) cty.Value) cty.Value {
	v, own := v.Unmark()
	ty := v.Type()
	if v.IsNull() || !v.IsKnown() || ty.IsPrimitiveType() || ty == cty.DynamicPseudoType || ty.IsCapsuleType() {
		return f(v, own, inherited)
	}
	below := unionMarks(inherited, own)
	if ty.IsObjectType() || ty.IsMapType() {
		if v.LengthInt() == 0 {
			return v.WithMarks(own)
		}
		parts := make(map[string]cty.Value, v.LengthInt())
		for it := v.ElementIterator(); it.Next(); {
			k, part := it.Element()
			parts[k.AsString()] = mapLeaves(part, below, loose, f)
		}
		if ty.IsMapType() && !loose && cty.CanMapVal(parts) {
			return cty.MapVal(parts).WithMarks(own)
		}
		return cty.ObjectVal(parts).WithMarks(own)
	}
	if v.LengthInt() == 0 {
		return v.WithMarks(own)
	}
	parts := make([]cty.Value, 0, v.LengthInt())
	for it := v.ElementIterator(); it.Next(); {
		_, part := it.Element()
		parts = append(parts, mapLeaves(part, below, loose, f))
	}
	switch {
	case !loose && ty.IsListType() && cty.CanListVal(parts):
		return cty.ListVal(parts).WithMarks(own)
	case !loose && ty.IsSetType() && cty.CanSetVal(parts):
		return cty.SetVal(parts).WithMarks(own)
	}
	return cty.TupleVal(parts).WithMarks(own)
}

func unionMarks(a, b cty.ValueMarks) cty.ValueMarks {
	switch {
	case len(a) == 0:
		return b
	case len(b) == 0:
		return a
	}
	both := make(cty.ValueMarks, len(a)+len(b))
	for m := range a {
		both[m] = struct{}{}
	}
	for m := range b {
		both[m] = struct{}{}
	}
	return both
}
