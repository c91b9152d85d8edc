package cloudformation

import (
	"encoding/base64"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A joiner builds a text out of parts of which some may be unresolved. The
// result is then unresolved too, with the text as far as it is known.
type joiner struct {
	b   strings.Builder
	why string
	big bool
}

const unnamed = "${…}"

// add appends a part; placeholder stands for it where nothing of it is known.
func (j *joiner) add(v any, placeholder string) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		if j.why == "" {
			j.why = v.Reason
		}
		if v.Partial != "" {
			j.text(v.Partial)
		} else {
			j.text(placeholder)
		}
	case nothing:
	default:
		s, ok := plain(v)
		if !ok {
			_, j.why = known(v)
			s = placeholder
		}
		j.text(s)
	}
}

func (j *joiner) text(s string) {
	if j.b.Len()+len(s) > maxText {
		j.big = true
		return
	}
	j.b.WriteString(s)
}

// joined is the text, or what is known of it.
func (t *template) joined(j *joiner) any {
	if t.charge(j.b.Len()) {
		return t.exhausted()
	}
	if j.big {
		return unknown("the text is longer than 1 MB")
	}
	s := j.b.String()
	if j.why != "" {
		return &cloud.Unresolved{Reason: j.why, Partial: s}
	}
	return dynamic(s)
}

// placeholder names an expression in a text that holds its value.
func placeholder(n *node) string {
	name, argument, _ := n.intrinsic()
	if name == "Ref" || name == "Fn::GetAtt" {
		if s, ok := argument.text(); ok {
			return "${" + s + "}"
		}
		if argument != nil && len(argument.items) == 2 {
			resource, ok := argument.items[0].text()
			attribute, okToo := argument.items[1].text()
			if ok && okToo {
				return "${" + resource + "." + attribute + "}"
			}
		}
	}
	return unnamed
}

const subUsage = `"text with ${Name}", or ["text", {Name: value}]`

// sub evaluates Fn::Sub.
func (t *template) sub(argument *node) any {
	if t.charge(0) {
		return t.exhausted()
	}
	format, ok := argument.text()
	var names *node
	if !ok {
		if argument != nil && argument.kind == scalar {
			if s, ok := plain(argument.value); ok {
				return s
			}
		}
		items, isPair := arguments(argument, 1, 2)
		if !isPair {
			return t.wrong(argument, subUsage)
		}
		if format, ok = items[0].text(); !ok {
			return t.wrong(argument, subUsage)
		}
		if len(items) == 2 {
			names = items[1]
		}
	}
	at := argument.pos
	var j joiner
	for {
		before, rest, found := strings.Cut(format, "${")
		j.text(before)
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			j.text("${" + rest)
			break
		}
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			j.text("${" + literal + "}")
		} else {
			name = strings.TrimSpace(name)
			j.add(t.substitute(name, names, at), "${"+name+"}")
		}
		format = after
	}
	return t.joined(&j)
}

// substitute gives the value of one ${name}.
func (t *template) substitute(name string, names *node, at pos) any {
	if n := names.get(name); n != nil {
		return t.evaluate(n).v
	}
	if t.lookup(name) == nil {
		if resource, attribute, ok := t.splitAttribute(name); ok {
			return t.attribute(resource, attribute, at)
		}
	}
	return t.named(name, at)
}

const joinUsage = "[delimiter, [value, value, …]]"

// join evaluates Fn::Join.
func (t *template) join(argument *node) any {
	if t.charge(0) {
		return t.exhausted()
	}
	items, ok := arguments(argument, 2, 2)
	if !ok {
		return t.wrong(argument, joinUsage)
	}
	delimiter, why := "", ""
	if !items[0].null() {
		delimiter, why = known(t.evaluate(items[0]).v)
	}
	if why != "" {
		return unknown("the delimiter of Fn::Join is not known: %s", why)
	}
	var j joiner
	if items[1].kind == list {
		first := true
		for _, item := range items[1].items {
			v := t.evaluate(item).v
			if _, absent := v.(nothing); absent {
				continue
			}
			if !first {
				j.text(delimiter)
			}
			first = false
			if inner, isList := v.([]any); isList {
				t.joinList(&j, inner, delimiter)
			} else {
				j.add(v, placeholder(item))
			}
		}
		return t.joined(&j)
	}
	switch v := t.evaluate(items[1]).v.(type) {
	case []any:
		t.joinList(&j, v, delimiter)
	case nothing:
		return t.wrong(argument, joinUsage)
	default:
		// A list that is not known, or a symbol that stands for one.
		if s, ok := v.(string); ok && cloud.HasSymbol(s) {
			v = &cloud.Unresolved{Reason: symbolReason(s), Partial: s}
		}
		j.add(v, placeholder(items[1]))
	}
	return t.joined(&j)
}

func (t *template) joinList(j *joiner, values []any, delimiter string) {
	for i, v := range values {
		if i > 0 {
			j.text(delimiter)
		}
		j.add(v, unnamed)
	}
}

// base64 evaluates Fn::Base64.
func (t *template) base64(argument *node) any {
	v := t.evaluate(argument).v
	if u, ok := v.(*cloud.Unresolved); ok {
		if u.Partial == "" {
			return single(u)
		}
		return &cloud.Unresolved{Reason: u.Reason, Partial: base64.StdEncoding.EncodeToString([]byte(u.Partial))}
	}
	s, ok := plain(v)
	if !ok {
		return t.wrong(argument, "a text")
	}
	if t.charge(len(s)) {
		return t.exhausted()
	}
	return base64.StdEncoding.EncodeToString([]byte(s))
}
