package tf

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
	"github.com/surety-cloud/surety/internal/source/terraform"
)

// Two kinds of list are neither blocks nor lists in Terraform. In one each
// element is an argument of its own, found by a field of the element
// (LoadBalancerAttributes: {Key: idle_timeout.timeout_seconds, Value: 60} is
// idle_timeout = 60). In the other each element is an object of one field, and
// Terraform lists the fields alone (EnabledTypes: {Type: api} is one of
// enabled_cluster_log_types).

// selector is the path of the element of a list of the first kind; field is
// the one that tells its value. ok is false for any other list.
func selector(tfType, path string, element any) (selected, field string, ok bool) {
	object, isObject := element.(map[string]any)
	if !isObject || len(object) != 2 {
		return "", "", false
	}
	names := slices.Sorted(maps.Keys(object))
	for _, pair := range [][2]string{{names[0], names[1]}, {names[1], names[0]}} {
		key, isText := object[pair[0]].(string)
		if !isText || strings.ContainsAny(key, "[]=") {
			continue
		}
		here := fmt.Sprintf("%s[%s=%s]", path, pair[0], key)
		nowhere := fmt.Sprintf("%s[%s=%s]", path, pair[0], "no such key")
		if len(terraform.TerraformPaths(tfType, here+"."+pair[1])) > 0 && len(terraform.TerraformPaths(tfType, nowhere+"."+pair[1])) == 0 {
			return here, pair[1], true
		}
	}
	return "", "", false
}

// keyed changes a list of the first kind; done is false for any other.
func (e *editor) keyed(path string, c *delta.Change, at *cloud.Location) (done bool, err error) {
	after, _ := c.New.([]any)
	if len(after) == 0 {
		return false, nil
	}
	for _, v := range after {
		if _, _, ok := selector(e.home.typ(), path, v); !ok {
			if _, unknown := v.(*cloud.Unresolved); !unknown {
				return false, nil
			}
		}
	}
	before, _ := c.Old.([]any)
	for i, it := range c.Items {
		if it.Old != delta.None && it.Change == nil {
			continue
		}
		selected, field, ok := selector(e.home.typ(), path, after[i])
		if !ok {
			return true, edit.Impossiblef("%s[%d] is not known", path, i)
		}
		value := after[i].(map[string]any)[field]
		s := e.fieldSpot(at, before, it, field)
		if s != nil && s.attr != nil {
			err = e.written(selected+"."+field, &delta.Change{Kind: delta.Set, New: value}, s)
		} else {
			err = e.add(selected+"."+field, value)
		}
		if err != nil {
			return true, err
		}
	}
	for _, i := range c.Removed() {
		if moved(c, before[i]) {
			continue
		}
		for _, place := range fieldsOf(item(at, i)) {
			if s := e.spot(place); s != nil && s.attr != nil {
				e.choices(s.attr.Expr, fmt.Sprintf("%s[%d]", path, i))
				e.removeArgument(s)
				break
			}
		}
	}
	return true, nil
}

// fieldSpot is where the value of an element is written that stays or is
// repeated with another value.
func (e *editor) fieldSpot(at *cloud.Location, before []any, it delta.Item, name string) *spot {
	source := it.Old
	if source == delta.None {
		source = it.Like
		if source == delta.None || !sameKey(before[source], it.New, name) {
			return nil
		}
	}
	return e.spot(field(item(at, source), name))
}

// sameKey tells whether two elements differ in nothing but the value.
func sameKey(a, b any, value string) bool {
	x, ok := a.(map[string]any)
	y, also := b.(map[string]any)
	if !ok || !also {
		return false
	}
	x, y = maps.Clone(x), maps.Clone(y)
	delete(x, value)
	delete(y, value)
	return delta.Equal(x, y)
}

// moved tells whether an element that is gone from its place is there again
// with another value.
func moved(c *delta.Change, old any) bool {
	object, ok := old.(map[string]any)
	if !ok {
		return false
	}
	after, _ := c.New.([]any)
	for name := range object {
		if slices.ContainsFunc(after, func(v any) bool { return sameKey(old, v, name) }) {
			return true
		}
	}
	return false
}

func fieldsOf(at *cloud.Location) []*cloud.Location {
	if at == nil {
		return nil
	}
	var out []*cloud.Location
	for _, name := range slices.Sorted(maps.Keys(at.Fields)) {
		out = append(out, at.Fields[name])
	}
	return out
}

// single is the one field that every object of a list has, and the argument
// that lists its values; empty for a list that is not of the second kind.
func single(tfType, path string, list []any) (field, argument string) {
	for _, v := range list {
		object, ok := v.(map[string]any)
		if !ok || len(object) != 1 {
			return "", ""
		}
		for name := range object {
			if field != "" && field != name {
				return "", ""
			}
			field = name
		}
	}
	if field == "" {
		return "", ""
	}
	for _, p := range terraform.TerraformPaths(tfType, path+"."+field) {
		shape, ok := terraform.TerraformShape(tfType, p)
		if ok && !shape.Block && !shape.Objects && (shape.Kind == "list" || shape.Kind == "set") {
			return field, p
		}
	}
	return "", ""
}

// values are the values of the one field of each object.
func values(list []any, field string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		object, _ := v.(map[string]any)
		out[i] = object[field]
	}
	return out
}

// fieldList changes a list of the second kind that is written already; done is
// false for any other.
func (e *editor) fieldList(path string, c *delta.Change, at *cloud.Location) (done bool, err error) {
	before, _ := c.Old.([]any)
	after, _ := c.New.([]any)
	var arg *spot
	for i := range before {
		for _, place := range append(fieldsOf(item(at, i)), item(at, i)) {
			if s := e.spot(place); s != nil && arg == nil {
				arg = s.argument()
			}
		}
	}
	if arg == nil {
		return false, nil
	}
	top, names := arg.resource()
	field, argument := single(top.typ(), path, append(slices.Clone(before), after...))
	if strings.ReplaceAll(argument, "[]", "") != strings.Join(append(names, arg.attr.Name), ".") {
		return false, nil
	}
	return true, e.expression(arg.file, arg.attr.Expr, delta.Between(values(before, field), values(after, field)), path)
}

// adapted is a value in the kind that an argument has: CloudFormation has text
// in some places where Terraform has a number or a truth value.
func adapted(v any, kind string) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	switch kind {
	case "bool":
		if b, err := strconv.ParseBool(text); err == nil {
			return b
		}
	case "number":
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return v
}
