package customrule

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

var (
	denied = &cloud.Unresolved{Reason: "s3:GetBucketPolicy was denied"}
	more   = &cloud.Unresolved{Reason: "there may be more", Many: true}
)

// The answers for known values were compared with json-rules-engine 7.3.1.
func TestOperators(t *testing.T) {
	var none any = undefined{}
	tests := []struct {
		operator, value string
		fact            any
		want            string
	}{
		{"equal", `"Enabled"`, "Enabled", "true"},
		{"equal", `"Enabled"`, "enabled", "false"},
		{"equal", `1`, 1.0, "true"},
		{"equal", `1`, int64(1), "true"},
		{"equal", `1.0`, json.Number("1"), "true"},
		{"equal", `1`, "1", "false"},
		{"equal", `"1"`, 1.0, "false"},
		{"equal", `1`, true, "false"},
		{"equal", `true`, true, "true"},
		{"equal", `false`, nil, "false"},
		{"equal", `null`, nil, "true"},
		{"equal", `null`, none, "false"},
		{"equal", `"a"`, []any{"a"}, "false"},
		{"equal", `"a"`, denied, "unknown"},
		{"equal", `"a"`, cloud.Unresolved{Reason: "r"}, "unknown"},
		{"equal", `"a"`, struct{}{}, "unknown"},
		{"equal", `"2026-06-01T00:00:00.000Z"`, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "true"},

		{"notEqual", `"Enabled"`, "Suspended", "true"},
		{"notEqual", `"Enabled"`, "Enabled", "false"},
		{"notEqual", `1`, "1", "true"},
		{"notEqual", `null`, none, "true"},
		{"notEqual", `null`, nil, "false"},
		{"notEqual", `"a"`, []any{denied}, "true"},
		{"notEqual", `"a"`, denied, "unknown"},

		{"lessThan", `5`, 4.0, "true"},
		{"lessThan", `5`, 5.0, "false"},
		{"lessThan", `5`, "4", "true"},
		{"lessThan", `"5"`, 4.0, "true"},
		{"lessThan", `20`, "12abc", "false"},
		{"lessThan", `20`, "abc", "false"},
		{"lessThan", `20`, "", "false"},
		{"lessThan", `20`, nil, "false"},
		{"lessThan", `20`, none, "false"},
		{"lessThan", `20`, true, "false"},
		{"lessThan", `40`, "0x1F", "true"},
		{"lessThan", `5`, []any{4.0}, "true"},
		{"lessThan", `5`, []any{3.0, 4.0}, "false"},
		{"lessThan", `5`, []any{}, "false"},
		{"lessThan", `5`, map[string]any{}, "false"},
		{"lessThan", `"2026-06-01"`, "2026-05-01", "true"},
		{"lessThan", `5`, denied, "unknown"},
		{"lessThan", `5`, []any{denied}, "unknown"},
		{"lessThan", `5`, []any{4.0, more}, "unknown"},
		{"lessThanInclusive", `5`, 5.0, "true"},
		{"lessThanInclusive", `5`, 5.5, "false"},
		{"lessThanInclusive", `5`, none, "false"},
		{"lessThanInclusive", `5`, denied, "unknown"},
		{"greaterThan", `5`, 6.0, "true"},
		{"greaterThan", `5`, 5.0, "false"},
		{"greaterThan", `5`, "Infinity", "true"},
		{"greaterThan", `5`, none, "false"},
		{"greaterThan", `5`, denied, "unknown"},
		{"greaterThanInclusive", `5`, 5.0, "true"},
		{"greaterThanInclusive", `5`, 4.0, "false"},
		{"greaterThanInclusive", `5`, nil, "false"},
		{"greaterThanInclusive", `5`, denied, "unknown"},

		{"in", `["a", 1, null]`, "a", "true"},
		{"in", `["a", 1, null]`, 1.0, "true"},
		{"in", `["a", 1, null]`, "1", "false"},
		{"in", `["a", 1, null]`, nil, "true"},
		{"in", `["a", 1, null]`, none, "false"},
		{"in", `["a"]`, []any{"a"}, "false"},
		{"in", `[]`, "a", "false"},
		{"in", `"[\"a\", \"b\"]"`, "b", "true"}, // as Terraform sends it
		{"in", `["a"]`, denied, "unknown"},
		{"notIn", `["a"]`, "b", "true"},
		{"notIn", `["a"]`, "a", "false"},
		{"notIn", `["a"]`, none, "true"},
		{"notIn", `["a"]`, []any{"a"}, "true"},
		{"notIn", `["a"]`, denied, "unknown"},

		{"contains", `"a"`, []any{"b", "a"}, "true"},
		{"contains", `"a"`, []any{"b"}, "false"},
		{"contains", `1`, []any{"1"}, "false"},
		{"contains", `1`, []any{json.Number("1")}, "true"},
		{"contains", `null`, []any{nil}, "true"},
		{"contains", `"a"`, "a", "false"},
		{"contains", `"a"`, none, "false"},
		{"contains", `"a"`, []any{denied, "a"}, "true"},
		{"contains", `"a"`, []any{"b", denied}, "unknown"},
		{"contains", `"a"`, []any{more}, "unknown"},
		{"contains", `"a"`, []any{map[string]any{"a": denied}}, "false"},
		{"contains", `"a"`, denied, "unknown"},
		{"doesNotContain", `"a"`, []any{"b"}, "true"},
		{"doesNotContain", `"a"`, []any{}, "true"},
		{"doesNotContain", `"a"`, []any{"a", denied}, "false"},
		{"doesNotContain", `"a"`, []any{"b", denied}, "unknown"},
		{"doesNotContain", `"a"`, "b", "false"},
		{"doesNotContain", `"a"`, none, "false"},
		{"doesNotContain", `"a"`, nil, "false"},
		{"doesNotContain", `"a"`, map[string]any{}, "false"},
		{"doesNotContain", `"a"`, denied, "unknown"},

		{"isNullOrUndefined", `true`, nil, "true"},
		{"isNullOrUndefined", `true`, none, "true"},
		{"isNullOrUndefined", `true`, "", "false"},
		{"isNullOrUndefined", `true`, false, "false"},
		{"isNullOrUndefined", `true`, []any{}, "false"},
		{"isNullOrUndefined", `true`, []any{denied}, "false"},
		{"isNullOrUndefined", `true`, denied, "unknown"},
		{"isNullOrUndefined", `false`, "x", "true"},
		{"isNullOrUndefined", `false`, nil, "false"},
		{"isNullOrUndefined", `false`, none, "false"},
		{"isNullOrUndefined", `false`, denied, "unknown"},

		{"pattern", `"^([a-zA-Z0-9_-]){1,32}$"`, "my-bucket", "true"},
		{"pattern", `"^([a-zA-Z0-9_-]){1,32}$"`, strings.Repeat("a", 33), "false"},
		{"pattern", `"^a$"`, "a\n", "false"},
		{"pattern", `"buck"`, "my-bucket", "true"},
		{"pattern", `""`, "anything", "true"},
		{"pattern", `"5"`, 5.0, "false"},
		{"pattern", `"."`, nil, "false"},
		{"pattern", `"undefined"`, none, "false"},
		{"pattern", `"^a$"`, []any{"a"}, "true"},
		{"pattern", `"^a$"`, []any{"a", "a"}, "false"},
		{"pattern", `"^a$"`, []any{more}, "unknown"},
		{"pattern", `"^a$"`, denied, "unknown"},

		{"dateComparison", `{"days": 90, "operator": "within"}`, "2026-06-01T00:00:00Z", "true"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, "2026-01-01T00:00:00Z", "false"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, "2026-12-01T00:00:00Z", "true"},
		{"dateComparison", `{"days": 29, "operator": "within"}`, "2026-06-01T12:00:00Z", "true"},
		{"dateComparison", `{"days": 29, "operator": "within"}`, "2026-06-01T11:59:59Z", "false"},
		{"dateComparison", `{"days": 29, "operator": "olderThan"}`, "2026-06-01T12:00:00Z", "false"},
		{"dateComparison", `{"days": 29, "operator": "olderThan"}`, "2026-06-01T11:59:59Z", "true"},
		{"dateComparison", `{"days": 0, "operator": "olderThan"}`, "2026-06-30", "true"},
		{"dateComparison", `{"days": 1, "operator": "within"}`, "2026-06-30T08:00:00.123+02:00", "true"},
		{"dateComparison", `{"days": 1, "operator": "within"}`, "2026-06-30T08:00:00.000+0000", "true"},
		{"dateComparison", `{"days": 1, "operator": "within"}`, "2026-06-30T08:00", "true"},
		{"dateComparison", `{"days": 1, "operator": "within"}`, "Tue, 30 Jun 2026 08:00:00 GMT", "true"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, float64(now.UnixMilli()), "true"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, json.Number("1600000000000"), "true"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, now.AddDate(-1, 0, 0), "true"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, []any{"2020-01-01"}, "true"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, "N/A", "false"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, "N/A", "false"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, nil, "false"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, none, "false"},
		{"dateComparison", `{"days": 90, "operator": "olderThan"}`, 1e300, "false"},
		{"dateComparison", `{"days": 90, "operator": "within"}`, denied, "unknown"},
	}
	seen := map[string]bool{}
	for _, test := range tests {
		seen[test.operator] = true
		compare, err := compileTest(test.operator, json.RawMessage(test.value))
		if err != nil {
			t.Errorf("%s %s: %v", test.operator, test.value, err)
			continue
		}
		got, _, _ := strings.Cut(compare(normal(test.fact), &work{left: maxWork, now: now}).String(), ":")
		if got != test.want {
			t.Errorf("%#v %s %s is %s, want %s", test.fact, test.operator, test.value, got, test.want)
		}
	}
	for _, operator := range operators() {
		if !seen[operator] {
			t.Errorf("no test of %s", operator)
		}
	}
}

func TestOperatorValues(t *testing.T) {
	tests := []struct{ operator, value, want string }{
		{"equal", `["a"]`, `use "contains" or "in"`},
		{"equal", `{"days": 0, "operator": ""}`, "must be a text"},
		{"equal", `1e999`, "1e999 is too large"},
		{"notEqual", `{}`, "must be a text"},
		{"lessThan", `true`, "must be a number"},
		{"lessThanInclusive", `"abc"`, "must be a number"},
		{"greaterThan", `null`, "must be a number"},
		{"greaterThanInclusive", `[1]`, "must be a number"},
		{"in", `"a"`, "must be a list"},
		{"in", `5`, "must be a list"},
		{"in", `[["a"]]`, "element 0 must be"},
		{"in", `[1, 1e999]`, "is not a number that can be compared"},
		{"notIn", `{}`, "must be a list"},
		{"contains", `["a"]`, "must be a text"},
		{"doesNotContain", `{}`, "must be a text"},
		{"isNullOrUndefined", `"true"`, "must be true or false"},
		{"isNullOrUndefined", `null`, "must be true or false"},
		{"pattern", `12`, "must be a text"},
		{"pattern", `"("`, "missing closing"},
		{"pattern", `"^(?!prod)"`, "without lookahead"},
		{"pattern", `"` + strings.Repeat("a", maxPattern+1) + `"`, "a pattern may have 2000"},
		{"pattern", `"(\\pL{999})+\\pL{999}"`, "too large"},
		{"dateComparison", `90`, "must be an object"},
		{"dateComparison", `{"operator": "within"}`, "needs days"},
		{"dateComparison", `{"days": "90", "operator": "within"}`, "needs days"},
		{"dateComparison", `{"days": -1, "operator": "within"}`, "needs days"},
		{"dateComparison", `{"days": 1e9, "operator": "within"}`, "needs days"},
		{"dateComparison", `{"days": 90, "operator": "before"}`, `"within" or "olderThan"`},
		{"dateComparison", `{"days": 90}`, `"within" or "olderThan"`},
	}
	for _, test := range tests {
		if _, err := compileTest(test.operator, json.RawMessage(test.value)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %.60s: error %v, want %q in it", test.operator, test.value, err, test.want)
		}
	}
}
