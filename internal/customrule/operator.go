package customrule

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// operators lists the operators of the language.
func operators() []string {
	return []string{"pattern", "equal", "notEqual", "lessThan", "lessThanInclusive", "greaterThan",
		"greaterThanInclusive", "in", "notIn", "contains", "doesNotContain", "isNullOrUndefined", "dateComparison"}
}

// A test compares a normal value, undefined included, with what the rule says.
type test func(value any, w *work) cloud.Truth

// compileTest makes the test of an operator and the value in a rule. Errors
// say which values the operator takes.
func compileTest(operator string, raw json.RawMessage) (test, error) {
	value, err := decode(raw)
	if err != nil {
		return nil, err
	}
	switch operator {
	case "equal":
		return equalTest(value)
	case "notEqual":
		return opposite(equalTest(value))
	case "lessThan":
		return orderTest("<", value)
	case "lessThanInclusive":
		return orderTest("<=", value)
	case "greaterThan":
		return orderTest(">", value)
	case "greaterThanInclusive":
		return orderTest(">=", value)
	case "in":
		return inTest(value)
	case "notIn":
		return opposite(inTest(value))
	case "contains":
		return containsTest(value, true)
	case "doesNotContain":
		return containsTest(value, false)
	case "isNullOrUndefined":
		return nothingTest(value)
	case "pattern":
		return patternTest(value)
	case "dateComparison":
		return dateTest(value)
	}
	return nil, fmt.Errorf("no operator %q", operator)
}

// decode reads a JSON value into normal values. Numbers that JavaScript could
// not hold are an error rather than an infinity.
func decode(raw json.RawMessage) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if n, ok := value.(json.Number); ok {
		if f, err := n.Float64(); err != nil || math.IsInf(f, 0) {
			return nil, fmt.Errorf("the number %s is too large", n)
		}
	}
	return normal(value), nil
}

// opposite negates a test.
func opposite(t test, err error) (test, error) {
	return func(v any, w *work) cloud.Truth { return t(v, w).Not() }, err
}

// whenKnown makes a test that is unknown for a value that is not known.
func whenKnown(holds func(v any) bool) test {
	return func(v any, w *work) cloud.Truth {
		if u, ok := v.(*cloud.Unresolved); ok {
			return cloud.UnknownTruth(u)
		}
		return cloud.Known(holds(v))
	}
}

// whenAlone is whenKnown for operators that read a list of one as its element.
// A list with elements that are not known may be such a list.
func whenAlone(holds func(v any, now time.Time) bool) test {
	return func(v any, w *work) cloud.Truth {
		v = alone(v)
		switch v := v.(type) {
		case *cloud.Unresolved:
			return cloud.UnknownTruth(v)
		case []any:
			if open := unresolvedIn(v); len(open) > 0 {
				return cloud.UnknownTruth(open...)
			}
		case string:
			if !w.spend(1 + len(v)/64) {
				return cloud.UnknownTruth(exhausted())
			}
		}
		return cloud.Known(holds(v, w.now))
	}
}

func equalTest(value any) (test, error) {
	if isCompound(value) {
		return nil, errors.New(`must be a text, a number, true, false or null: a list or an object equals nothing; use "contains" or "in"`)
	}
	return whenKnown(func(v any) bool { return same(v, value) }), nil
}

func orderTest(sign string, value any) (test, error) {
	if !startsAsNumber(value) {
		return nil, errors.New("must be a number")
	}
	holds := ordering(sign)
	return whenAlone(func(v any, _ time.Time) bool { return startsAsNumber(v) && holds(v, value) }), nil
}

// inTest is whether the value is an element of the rule's list. Terraform's
// provider can send a list only as the text of its JSON, so that is one, too.
func inTest(value any) (test, error) {
	if text, ok := value.(string); ok {
		if inner, err := decode(json.RawMessage(text)); err == nil {
			value = inner
		}
	}
	list, ok := value.([]any)
	if !ok {
		return nil, errors.New(`must be a list, ["a", "b"]`)
	}
	for i := range list {
		if list[i] = normal(list[i]); isCompound(list[i]) {
			return nil, fmt.Errorf("element %d must be a text, a number, true, false or null", i)
		}
		if u, ok := list[i].(*cloud.Unresolved); ok {
			return nil, errors.New(u.Reason)
		}
	}
	return func(v any, w *work) cloud.Truth {
		if u, ok := v.(*cloud.Unresolved); ok {
			return cloud.UnknownTruth(u)
		}
		return holdsOne(list, v, w)
	}, nil
}

// containsTest is whether the value is a list with the rule's value in it, or,
// for want false, a list without it. Neither is true of what is no list.
func containsTest(value any, want bool) (test, error) {
	if isCompound(value) {
		return nil, errors.New("must be a text, a number, true, false or null: no list contains a list or an object that equals another")
	}
	return func(v any, w *work) cloud.Truth {
		switch v := v.(type) {
		case *cloud.Unresolved:
			return cloud.UnknownTruth(v)
		case []any:
			contains := holdsOne(v, value, w)
			if !want {
				return contains.Not()
			}
			return contains
		}
		return cloud.Known(false)
	}, nil
}

// holdsOne tells whether a list holds a value. An element that is not known
// matters only where no other is the value.
func holdsOne(list []any, value any, w *work) cloud.Truth {
	if !w.spend(1 + len(list)/4) {
		return cloud.UnknownTruth(exhausted())
	}
	for _, e := range list {
		if same(normal(e), value) {
			return cloud.Known(true)
		}
	}
	if open := unresolvedIn(list); len(open) > 0 {
		return cloud.UnknownTruth(open...)
	}
	return cloud.Known(false)
}

func nothingTest(value any) (test, error) {
	want, ok := value.(bool)
	if !ok {
		return nil, errors.New("must be true or false")
	}
	return whenKnown(func(v any) bool {
		return (v == nil || v == any(undefined{})) == want
	}), nil
}
