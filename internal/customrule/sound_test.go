package customrule

import (
	"fmt"
	"testing"
)

// A certain answer on a document with unknown values is the answer on every
// document that it may stand for. "?" stands for a value, "*" for any number
// of elements of a list.
func TestUnknownIsSound(t *testing.T) {
	documents := []string{
		`{"A": "?"}`,
		`{"A": {"B": "?", "C": "x"}}`,
		`{"A": ["?"]}`,
		`{"A": ["x", "?"]}`,
		`{"A": ["*"]}`,
		`{"A": ["*", "x"]}`,
		`{"A": ["x", "*", 5]}`,
		`{"A": [{"K": "x", "B": "?"}, {"K": "?", "B": "x"}, {"K": "y", "B": 5}]}`,
		`{"A": [{"K": "x", "B": 5}, "*"]}`,
		`{"A": [["?"], ["x"]], "B": "x"}`,
		`{"A": {"B": {"B": "?"}}, "B": 5}`,
		`{"A": {"B": ["*"]}, "C": ["?", {"B": "x"}]}`,
	}
	paths := []string{
		"A", "A.B", "A.B.B", "A.length", "A[0]", "A[1]", "A[2].B", "A[*]", "A[*].B", "A.*", "A.*.*", "A[0].B", "A[0:1]", "A[-1:].B",
		"A[:2]", "A[0,1]", "A['B','C']", "A[*][*]", "A[*].length", "$..B", "A..B", "$..*", "C[*].B",
		"A[?(@.K == 'x')]", "A[?(@.K == 'x')].B", "A[?(@.K != 'x' && @.B)].B", "A[?(!@.B || @.K === 'x')].B", "A[?(@ == 'x')]", "A[?(@.length > 0)]",
	}
	secondPaths := []string{"", "$.B", "$.length", "$[0]", "$[*].B"}
	conditions := []string{
		`"operator": "equal", "value": "x"`, `"operator": "notEqual", "value": null`, `"operator": "equal", "value": 2`,
		`"operator": "lessThan", "value": 2`, `"operator": "greaterThanInclusive", "value": 5`,
		`"operator": "in", "value": ["x", 5, null]`, `"operator": "notIn", "value": ["x", 5]`,
		`"operator": "contains", "value": "x"`, `"operator": "doesNotContain", "value": 5`,
		`"operator": "isNullOrUndefined", "value": true`, `"operator": "pattern", "value": "x"`,
		`"operator": "dateComparison", "value": {"days": 1, "operator": "olderThan"}`,
	}
	values := []string{`"x"`, `null`, `5`, `[]`, `["x"]`, `["x", 5]`, `{}`, `{"B": "x", "K": "x"}`, `{"B": {"B": 5}}`, `"2020-01-01"`, `false`}
	elements := [][]any{{}, {"x"}, {"y", 5.0}, {nil}, {map[string]any{"K": "x", "B": "x"}, []any{"x"}}}

	certain := 0
	for _, text := range documents {
		hidden := hide(fromJSON(t, text)).(map[string]any)
		var possible []map[string]any
		for _, value := range values {
			for _, some := range elements {
				possible = append(possible, fill(fromJSON(t, text), value, some, t).(map[string]any))
			}
		}
		for _, required := range []bool{false, true} {
			for _, path := range paths {
				for _, second := range secondPaths {
					for _, condition := range conditions {
						rule := mustParse(t, ruleJSON(
							fmt.Sprintf(`[{"name": "f", "path": %q, "required": %t}]`, path, required),
							fmt.Sprintf(`[{"conditions": {"all": [{"fact": "f", "path": %q, %s}]}, "event": {"type": "t"}}]`, second, condition)))
						want := rule.Evaluate(hidden, now)
						if want.Status == Unknown {
							continue
						}
						certain++
						for _, document := range possible {
							if got := rule.Evaluate(document, now); got.Status != want.Status {
								t.Errorf("%s (required %t) %s %s: %s of %s, but %s of %s", path, required, second, condition,
									want.Status, text, got.Status, toJSON(t, document))
								break
							}
						}
					}
				}
			}
		}
	}
	if certain < 1000 {
		t.Errorf("only %d answers are certain", certain)
	}
}

// fill puts values in the place of "?" and elements in the place of "*".
func fill(v any, value string, elements []any, t *testing.T) any {
	switch v := v.(type) {
	case string:
		if v == "?" {
			return fromJSON(t, value)
		}
	case []any:
		out := []any{}
		for _, e := range v {
			if e == "*" {
				out = append(out, elements...)
				continue
			}
			out = append(out, fill(e, value, elements, t))
		}
		return out
	case map[string]any:
		for name, e := range v {
			v[name] = fill(e, value, elements, t)
		}
	}
	return v
}
