package cloudformation

import (
	"fmt"
	"strings"
)

// parameter gives the value of a parameter: what is given from outside, else
// its default.
func (t *template) parameter(name string, declaration *node) any {
	v, ok := t.values[name]
	if !ok {
		v = t.parameterValue(name, declaration)
		t.values[name] = v
	}
	// A long value that is used often is work each time.
	switch v := v.(type) {
	case []any:
		t.steps += len(v)
	case string:
		t.charge(len(v))
	}
	if t.steps > maxSteps || t.charge(0) {
		return t.exhausted()
	}
	return v
}

func (t *template) parameterValue(name string, declaration *node) any {
	typ, _ := declaration.get("Type").text()
	if strings.HasPrefix(typ, "AWS::SSM::Parameter::Value<") {
		// Default and argument are the name of a parameter in the store.
		return unknown("parameter %s is looked up in the Parameter Store at deployment", name)
	}
	isList := typ == "CommaDelimitedList" || strings.HasPrefix(typ, "List<")
	if v, ok := t.given[name]; ok {
		switch v := v.(type) {
		case string:
			if isList {
				return commaList(v)
			}
			return dynamic(v)
		case []any:
			if !isList {
				var j joiner
				t.joinList(&j, v, ",")
				return t.joined(&j)
			}
		}
		return v
	}
	fallback := declaration.get("Default")
	if fallback == nil {
		if allowed := declaration.get("AllowedValues"); allowed != nil && len(allowed.items) == 1 {
			fallback = allowed.items[0]
		}
	}
	if fallback == nil {
		return unknown("parameter %s has no default", name)
	}
	if fallback.kind != scalar {
		t.warn(fallback.pos, fmt.Sprintf("the Default of parameter %s is %s and should be a text", name, fallback.describe()), "Write a list as text with commas.")
		return unknown("parameter %s has a default that is no text", name)
	}
	s, ok := plain(fallback.value)
	switch {
	case !ok:
		return unknown("parameter %s has no default", name)
	case isList:
		return commaList(s)
	case typ == "Number":
		return number(s)
	}
	return dynamic(s)
}

// commaList splits the value of a list parameter; CloudFormation trims the
// elements.
func commaList(s string) any {
	out := []any{}
	if strings.TrimSpace(s) == "" {
		return out
	}
	for part := range strings.SplitSeq(s, ",") {
		out = append(out, dynamic(strings.TrimSpace(part)))
	}
	return out
}
