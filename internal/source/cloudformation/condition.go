package cloudformation

import (
	"fmt"
	"reflect"
	"regexp"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A verdict is what a condition comes to: yes, no, or not known and why.
type verdict struct {
	known, is bool
	why       string // "parameter Env has no default"
}

func decided(is bool) verdict { return verdict{known: true, is: is} }

func undecided(why string) verdict { return verdict{why: why} }

// named subjects read better as "parameter Env, which has no default".
var subject = regexp.MustCompile(`^(parameter \S+|AWS::\S+) (has|is) `)

// reason explains in a sentence why a condition cannot be decided.
func (v verdict) reason(condition string) string {
	if m := subject.FindStringSubmatchIndex(v.why); m != nil {
		return fmt.Sprintf("condition %s depends on %s, which %s", condition, v.why[m[2]:m[3]], v.why[m[4]:])
	}
	return fmt.Sprintf("condition %s cannot be decided: %s", condition, v.why)
}

// namedCondition decides a condition of the Conditions section, once.
func (t *template) namedCondition(name string, at pos) verdict {
	if v, ok := t.decided[name]; ok {
		return v
	}
	declaration := t.conditions.get(name)
	if declaration == nil {
		if t.macro == "" {
			t.warn(at, fmt.Sprintf("condition %s is not declared", clip(name, 80)), "Declare it in the Conditions section or correct the name.")
		}
		return undecided("it is not declared")
	}
	key := "condition " + name
	if t.open[key] {
		t.fail(declaration.pos, fmt.Sprintf("condition %s depends on itself", clip(name, 80)), "Remove it from the conditions that it is made of.")
		return undecided("it depends on itself")
	}
	t.open[key] = true
	v := t.condition(declaration)
	delete(t.open, key)
	t.decided[name] = v
	return v
}

// condition decides an expression of condition functions.
func (t *template) condition(n *node) verdict {
	e, ok := n.single()
	if !ok {
		if n != nil && n.kind == scalar {
			if b, ok := truth(n.value); ok {
				return decided(b)
			}
		}
		t.warn(posOf(n), "this is not a condition", "A condition is Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition: Name.")
		return undecided("it is not written as a condition")
	}
	switch e.key {
	case "Condition":
		name, ok := e.node.text()
		if !ok {
			return undecided("what Condition names is not known")
		}
		return t.namedCondition(name, e.node.pos)
	case "Fn::Equals":
		return t.equals(e.node)
	case "Fn::Not":
		items, ok := arguments(e.node, 1, 1)
		if !ok {
			return undecided(t.wrong(e.node, "[condition]").Reason)
		}
		v := t.condition(items[0])
		v.is = v.known && !v.is
		return v
	case "Fn::And":
		return t.all(e.node, true)
	case "Fn::Or":
		return t.all(e.node, false)
	}
	// Any other function may still give true or false (Fn::FindInMap).
	v := t.evaluate(n).v
	if b, ok := truth(v); ok {
		return decided(b)
	}
	if u, ok := v.(*cloud.Unresolved); ok {
		return undecided(u.Reason)
	}
	return undecided("it is neither true nor false")
}

func posOf(n *node) pos {
	if n == nil {
		return pos{}
	}
	return n.pos
}

func truth(v any) (b, ok bool) {
	switch v {
	case true, "true":
		return true, true
	case false, "false":
		return false, true
	}
	return false, false
}

// all decides Fn::And, for which every part must be true, and Fn::Or, for
// which every part must be false to make it false. One part can settle it
// whatever the others are.
func (t *template) all(n *node, and bool) verdict {
	if n == nil || n.kind != list || len(n.items) == 0 {
		return undecided(t.wrong(n, "[condition, condition, …]").Reason)
	}
	result := decided(and)
	for _, item := range n.items {
		v := t.condition(item)
		switch {
		case v.known && v.is != and:
			return v
		case !v.known && result.known:
			result = v
		}
	}
	return result
}

// equals decides Fn::Equals. Two texts that are known are compared as
// CloudFormation does, as texts; two that hold symbols can be known to be
// equal but never to differ.
func (t *template) equals(n *node) verdict {
	items, ok := arguments(n, 2, 2)
	if !ok {
		return undecided(t.wrong(n, "[value, value]").Reason)
	}
	a, b := t.evaluate(items[0]).v, t.evaluate(items[1]).v
	if why := unknownWithin(a); why != "" {
		return undecided(why)
	}
	if why := unknownWithin(b); why != "" {
		return undecided(why)
	}
	left, isText := plain(a)
	right, isTextToo := plain(b)
	if !isText || !isTextToo {
		if reflect.DeepEqual(a, b) {
			return decided(true)
		}
		if why := symbolWithin(a) + symbolWithin(b); why != "" {
			return undecided(why)
		}
		return decided(false)
	}
	switch {
	case left == right:
		return decided(true)
	case cloud.HasSymbol(left):
		return undecided(symbolReason(left))
	case cloud.HasSymbol(right):
		return undecided(symbolReason(right))
	}
	return decided(false)
}

// unknownWithin is the reason of the first unresolved part of a value.
func unknownWithin(v any) string {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return v.Reason
	case []any:
		for _, item := range v {
			if why := unknownWithin(item); why != "" {
				return why
			}
		}
	case map[string]any:
		least := ""
		for _, item := range v {
			// The least, so that the order of a map does not show.
			if why := unknownWithin(item); why != "" && (least == "" || why < least) {
				least = why
			}
		}
		return least
	}
	return ""
}

func symbolWithin(v any) string {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, item := range list {
		if s, ok := item.(string); ok && cloud.HasSymbol(s) {
			return symbolReason(s)
		}
	}
	return ""
}

// choose evaluates Fn::If.
func (t *template) choose(argument *node) value {
	items, ok := arguments(argument, 3, 3)
	if !ok {
		return value{v: t.wrong(argument, "[condition, value if true, value if false]")}
	}
	var v verdict
	name, isName := items[0].text()
	if isName {
		v = t.namedCondition(name, items[0].pos)
	} else {
		name, v = "of Fn::If", t.condition(items[0])
	}
	if v.known {
		if v.is {
			return t.evaluate(items[1])
		}
		return t.evaluate(items[2])
	}
	t.uncertain++
	yes, no := t.evaluate(items[1]), t.evaluate(items[2])
	t.uncertain--
	if _, absent := yes.v.(nothing); absent {
		yes.at = no.at
	}
	return value{merge(yes.v, no.v, v.reason(name)), yes.at}
}
