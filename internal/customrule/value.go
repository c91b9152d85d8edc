package customrule

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// undefined is JavaScript's: there is no value, not even null.
type undefined struct{}

// normal reduces what may stand in a document to nil, bool, float64, string,
// []any, map[string]any, undefined or *cloud.Unresolved. Numbers become
// float64 because they are so in JavaScript. What is of no JSON type was not
// understood, so it is unresolved.
func normal(v any) any {
	switch v := v.(type) {
	case nil, bool, float64, string, []any, map[string]any, undefined:
		return v
	case *cloud.Unresolved:
		if v == nil {
			return &cloud.Unresolved{Reason: "the value is not known"}
		}
		return v
	case cloud.Unresolved:
		return &v
	case int:
		return float64(v)
	case int32:
		return float64(v)
	case int64:
		return float64(v)
	case float32:
		return float64(v)
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f
		}
		return &cloud.Unresolved{Reason: fmt.Sprintf("%q is not a number that can be compared", string(v))}
	case time.Time:
		return v.UTC().Format("2006-01-02T15:04:05.000Z") // as JavaScript writes a Date in JSON
	}
	return &cloud.Unresolved{Reason: fmt.Sprintf("a value of the type %T cannot be compared", v)}
}

// same is JavaScript's === of two normal values. Lists and objects are the same
// only as one thing in memory, which two values of a comparison never are.
func same(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case undefined:
		return b == undefined{}
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case float64:
		b, ok := b.(float64)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && a == b
	}
	return false
}

// loose is JavaScript's == of two normal values, without lists and objects.
func loose(a, b any) bool {
	nothing := func(v any) bool { return v == nil || v == any(undefined{}) }
	switch {
	case isCompound(a) || isCompound(b):
		return false
	case nothing(a) || nothing(b):
		return nothing(a) && nothing(b)
	case same(a, b):
		return true
	}
	_, text1 := a.(string)
	_, text2 := b.(string)
	return !(text1 && text2) && toNumber(a) == toNumber(b)
}

// isCompound tells whether v is a list or an object.
func isCompound(v any) bool {
	switch v.(type) {
	case []any, map[string]any:
		return true
	}
	return false
}

// truthy is what JavaScript takes for true.
func truthy(v any) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case float64:
		return v != 0 && !math.IsNaN(v)
	case string:
		return v != ""
	}
	return true
}

// compare is the order of JavaScript's < and >: two texts as texts, anything
// else as numbers. ordered is false where one of them is not a number.
func compare(a, b any) (order int, ordered bool) {
	if a, ok := a.(string); ok {
		if b, ok := b.(string); ok {
			return strings.Compare(a, b), true
		}
	}
	x, y := toNumber(a), toNumber(b)
	switch {
	case x < y:
		return -1, true
	case x > y:
		return 1, true
	}
	return 0, x == y
}

// decimal is the whole of a number as JavaScript reads it from a text; the
// first part of a text that is one is enough for its parseFloat.
var (
	decimal = regexp.MustCompile(`^[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$`)
	leading = regexp.MustCompile(`^[+-]?(?:Infinity|\d|\.\d)`)
	radix   = regexp.MustCompile(`^0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)$`)
)

// toNumber is JavaScript's Number(v), NaN for what is no number.
func toNumber(v any) float64 {
	switch v := v.(type) {
	case nil:
		return 0
	case bool:
		if v {
			return 1
		}
		return 0
	case float64:
		return v
	case string:
		text := strings.TrimSpace(v)
		switch {
		case text == "":
			return 0
		case decimal.MatchString(text):
			f, _ := strconv.ParseFloat(text, 64) // beyond the range it is an infinity, as in JavaScript
			return f
		case radix.MatchString(text):
			if n, err := strconv.ParseUint(text, 0, 64); err == nil {
				return float64(n)
			}
		}
	}
	return math.NaN()
}

// startsAsNumber is the engine's test of a value that is to be compared with
// < and >: JavaScript's parseFloat finds a number at its beginning.
func startsAsNumber(v any) bool {
	switch v := v.(type) {
	case float64:
		return !math.IsNaN(v)
	case string:
		return leading.MatchString(strings.TrimSpace(v))
	}
	return false
}

// alone gives the element of a list of one, since JavaScript reads such a list
// as its element where a text or a number is wanted, and any other value as it
// is. It keeps `[*]` useful where there is one element.
func alone(v any) any {
	for depth := 0; depth < maxDepth; depth++ {
		list, ok := v.([]any)
		if !ok || len(list) != 1 {
			break
		}
		v = normal(list[0])
	}
	return v
}

// unresolvedIn gives the elements of a list that could not be known.
func unresolvedIn(list []any) []*cloud.Unresolved {
	var found []*cloud.Unresolved
	for _, e := range list {
		if u, ok := normal(e).(*cloud.Unresolved); ok {
			found = append(found, u)
		}
	}
	return found
}
