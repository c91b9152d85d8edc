package cloudformation

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A value is what a node evaluates to, with the places of its parts.
type value struct {
	v  any
	at *cloud.Location
}

// nothing is the value of AWS::NoValue and of null: the property is absent,
// the element is removed.
type nothing struct{}

func unknown(format string, arguments ...any) *cloud.Unresolved {
	return &cloud.Unresolved{Reason: fmt.Sprintf(format, arguments...)}
}

// plain gives the text of a scalar, as CloudFormation writes it where a text
// is wanted.
func plain(v any) (s string, ok bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// known gives the text of a scalar that holds nothing unknown. Otherwise why
// says what is not known.
func known(v any) (s, why string) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return "", v.Reason
	case []any:
		return "", "a list stands where a text is needed"
	case map[string]any:
		return "", "an object stands where a text is needed"
	case nothing:
		return "", "a text is needed here"
	}
	s, _ = plain(v)
	if cloud.HasSymbol(s) {
		return "", symbolReason(s)
	}
	return s, ""
}

func symbolReason(s string) string {
	if cloud.IsSymbol(s) {
		s = strings.TrimSuffix(strings.TrimPrefix(s, "${"), "}")
	}
	return s + " is known only after deployment"
}

// merge gives what is certain of a value that is either a or b, depending on
// something that is not known: what both have in common, and unresolved parts
// where they differ.
func merge(a, b any, why string) any {
	if reflect.DeepEqual(a, b) {
		return a
	}
	_, noA := a.(nothing)
	_, noB := b.(nothing)
	if noA || noB {
		return &cloud.Unresolved{Reason: why, Many: true}
	}
	switch a := a.(type) {
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			return mergeObjects(a, b, why)
		}
	case []any:
		if b, ok := b.([]any); ok {
			return mergeLists(a, b, why)
		}
	}
	return &cloud.Unresolved{Reason: why, Many: maybeMany(a) || maybeMany(b)}
}

func maybeMany(v any) bool {
	u, ok := v.(*cloud.Unresolved)
	return ok && u.Many
}

func mergeObjects(a, b map[string]any, why string) any {
	out := make(map[string]any, len(a))
	for k, v := range a {
		if w, both := b[k]; both {
			out[k] = single(merge(v, w, why))
		} else {
			out[k] = &cloud.Unresolved{Reason: why}
		}
	}
	for k := range b {
		if _, both := a[k]; !both {
			out[k] = &cloud.Unresolved{Reason: why}
		}
	}
	return out
}

func mergeLists(a, b []any, why string) any {
	if len(a) == len(b) {
		out := make([]any, len(a))
		for i := range a {
			out[i] = merge(a[i], b[i], why)
		}
		return out
	}
	// The elements that both have, and then any number of others.
	if len(a)*len(b) > 10_000 {
		return &cloud.Unresolved{Reason: why}
	}
	out := []any{}
	rest := append([]any(nil), b...)
	for _, v := range a {
		for i, w := range rest {
			if reflect.DeepEqual(v, w) {
				out = append(out, v)
				rest = append(rest[:i], rest[i+1:]...)
				break
			}
		}
	}
	return append(out, &cloud.Unresolved{Reason: why, Many: true})
}

// single makes an element that may stand for many into a value of its own:
// a property has one value or none.
func single(v any) any {
	if u, ok := v.(*cloud.Unresolved); ok && u.Many {
		copied := *u
		copied.Many = false
		return &copied
	}
	return v
}
