package customrule

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const wholeRule = `{
	"name": "S3 names", "description": "Names follow <our> rules", "remediationNotes": "1. Rename",
	"service": "S3", "resourceType": "s3-bucket", "severity": "VERY_HIGH", "enabled": false, "provider": "aws",
	"categories": ["security", "sustainability"], "unknown": {"z": 1, "a": [1.0, 1e2, 12345678901234567890]},
	"attributes": [
		{"name": "bucketName", "path": "data.Name", "required": true},
		{"name": "versioning", "path": "data['Versioning']", "required": false, "note": "ours"}],
	"rules": [
		{"conditions": {"any": [
			{"fact": "bucketName", "operator": "pattern", "value": "^a"},
			{"all": [{"fact": "versioning", "path": "$.Status", "operator": "notEqual", "value": null}]}]},
		 "event": {"type": "name too long"}},
		{"conditions": {"all": [{"fact": "versioning", "operator": "in", "value": [1.50, "1", true, null]}], "any": []},
		 "event": {"type": ""}}]}`

func TestParse(t *testing.T) {
	got := mustParse(t, wholeRule)
	want := &Rule{
		Name: "S3 names", Description: "Names follow <our> rules", RemediationNotes: "1. Rename",
		Service: "S3", ResourceType: "s3-bucket", Severity: "VERY_HIGH", Provider: "aws",
		Categories: []string{"security", "sustainability"},
		Attributes: []Attribute{
			{Name: "bucketName", Path: "data.Name", Required: true},
			{Name: "versioning", Path: "data['Versioning']"},
		},
		Rules: []EventRule{
			{Conditions: Condition{Any: []Condition{
				{Fact: "bucketName", Operator: "pattern", Value: json.RawMessage(`"^a"`)},
				{All: []Condition{{Fact: "versioning", Path: "$.Status", Operator: "notEqual", Value: json.RawMessage("null")}}},
			}}, Event: Event{Type: "name too long"}},
			{Conditions: Condition{All: []Condition{
				{Fact: "versioning", Operator: "in", Value: json.RawMessage(`[1.50, "1", true, null]`)},
			}}},
		},
	}
	unexported := cmp.FilterPath(func(p cmp.Path) bool {
		name := p.Last().String()
		return name == ".raw" || name == ".attributes" || name == ".rules"
	}, cmp.Ignore())
	if d := cmp.Diff(want, got, unexported); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// What was sent comes back as it was sent: unknown members, order, types and
// the spelling of numbers.
func TestRoundTrip(t *testing.T) {
	var rule Rule
	if err := json.Unmarshal([]byte(wholeRule), &rule); err != nil {
		t.Fatal(err)
	}
	got := toJSON(t, map[string]any{"attributes": rule})
	var want strings.Builder
	e := json.NewEncoder(&want)
	if err := e.Encode(map[string]any{"attributes": json.RawMessage(wholeRule)}); err != nil {
		t.Fatal(err)
	}
	if got != strings.TrimSpace(want.String()) {
		t.Errorf("got  %s\nwant %s", got, want.String())
	}
	again := mustParse(t, toJSON(t, &rule))
	if toJSON(t, again) != toJSON(t, &rule) {
		t.Error("a second round trip gives another text")
	}
}

// A Rule that was not parsed is written from its members.
func TestMarshalWithoutParse(t *testing.T) {
	rule := mustParse(t, wholeRule)
	rule.raw = nil
	if _, err := Parse([]byte(toJSON(t, rule))); err != nil {
		t.Errorf("what is written cannot be read: %v", err)
	}
}

func TestParseErrors(t *testing.T) {
	condition := func(c string) string {
		return ruleJSON(`[{"name": "a", "path": "data.A", "required": false}]`,
			`[{"conditions": {"any": [`+c+`]}, "event": {"type": "t"}}]`)
	}
	const good = `{"fact": "a", "operator": "equal", "value": 1}`
	if _, err := Parse([]byte(condition(good))); err != nil {
		t.Fatal(err)
	}
	attributes := func(a string) string {
		return ruleJSON(a, `[{"conditions": {"any": [`+good+`]}, "event": {"type": "t"}}]`)
	}
	rules := func(r string) string {
		return ruleJSON(`[{"name": "a", "path": "data.A", "required": false}]`, r)
	}
	change := func(old, new string) string {
		text := condition(good)
		if !strings.Contains(text, old) {
			t.Fatalf("%s is not in %s", old, text)
		}
		return strings.Replace(text, old, new, 1)
	}
	nested := func(depth int) string {
		return strings.Repeat(`{"all": [`, depth) + good + strings.Repeat(`]}`, depth)
	}
	tests := []struct {
		text  string
		want  string // the beginning of the first problem
		shape bool
	}{
		{``, "the rule is not JSON", true},
		{`{`, "the rule is not JSON", true},
		{`{} {}`, "the rule is not JSON", true},
		{`[]`, "the rule must be a JSON object, not a list", true},
		{`null`, "the rule must be a JSON object, not null", true},
		{"{\"name\": \"\xff\"}", "the rule is not UTF-8", true},
		{strings.Repeat(" ", MaxSize) + `{}`, "the rule has 262146 bytes", true},
		{`{}`, "name: is missing", true},
		{change(`"name": "Bucket rule"`, `"Name": "Bucket rule"`), "name: is missing", true},
		{change(`"name": "Bucket rule"`, `"name": null`), "name: is missing", true},
		{change(`"name": "Bucket rule"`, `"name": 5`), "name: must be a text, not a number", true},
		{change(`"name": "Bucket rule"`, `"name": " "`), "name: must not be empty", false},
		{change(`"name": "Bucket rule"`, `"name": "`+strings.Repeat("é", 256)+`"`), "name: has 256 characters; at most 255", false},
		{change(`"description": ""`, `"x": ""`), "description: is missing", true},
		{change(`"description": ""`, `"description": {}`), "description: must be a text, not an object", true},
		{change(`"description": ""`, `"description": "", "remediationNotes": []`), "remediationNotes: must be a text, not a list", true},
		{change(`"service": "S3"`, `"service": ""`), "service: must not be empty", false},
		{change(`"resourceType": "s3-bucket"`, `"resourceType": true`), "resourceType: must be a text, not true or false", true},
		{change(`"MEDIUM"`, `"medium"`), `severity: "medium" is not known; it must be one of "LOW", "MEDIUM"`, false},
		{change(`"enabled": true`, `"enabled": "true"`), "enabled: must be true or false, not a text", true},
		{change(`"enabled": true`, `"x": true`), "enabled: is missing", true},
		{change(`"aws"`, `"oci"`), `provider: "oci" is not known`, false},
		{change(`["security"]`, `[]`), "categories: must not be empty", false},
		{change(`["security"]`, `"security"`), "categories: must be a list, not a text", true},
		{change(`["security"]`, `["security", "cost"]`), `categories[1]: "cost" is not known`, false},
		{change(`["security"]`, `[1]`), "categories[0]: must be a text", true},

		{attributes(`[]`), "attributes: must not be empty", false},
		{attributes(`{}`), "attributes: must be a list, not an object", true},
		{attributes(`[1]`), "attributes[0]: must be an object, not a number", true},
		{attributes(`[{"path": "data.A", "required": true}]`), "attributes[0].name: is missing", true},
		{attributes(`[{"name": "", "path": "data.A", "required": true}]`), "attributes[0].name: must not be empty", false},
		{attributes(`[{"name": "a", "path": "", "required": true}]`), "attributes[0].path: must not be empty", false},
		{attributes(`[{"name": "a", "path": "data[", "required": true}]`), `attributes[0].path: "data[" has a [ that is not closed`, false},
		{attributes(`[{"name": "a", "path": "` + strings.Repeat("a", 1001) + `", "required": true}]`), "attributes[0].path: has 1001 characters", false},
		{attributes(`[{"name": "a", "path": "data.A"}]`), "attributes[0].required: is missing", true},
		{attributes(`[{"name": "a", "path": "data.A", "required": 1}]`), "attributes[0].required: must be true or false, not a number", true},
		{attributes(`[{"name": "a", "path": "x", "required": true}, {"name": "a", "path": "y", "required": true}]`),
			`attributes[1].name: "a" is the name of another attribute`, false},
		{attributes(`[` + strings.Repeat(`{},`, 100) + `{}]`), "attributes: has 101 elements; at most 100", false},

		{rules(`[]`), "rules: must not be empty", false},
		{rules(`[null]`), "rules[0]: must be an object, not null", true},
		{rules(`[{"event": {"type": "t"}}]`), "rules[0].conditions: is missing", true},
		{rules(`[{"conditions": [], "event": {"type": "t"}}]`), "rules[0].conditions: must be an object, not a list", true},
		{rules(`[{"conditions": {}, "event": {"type": "t"}}]`), "rules[0].conditions: must be {", true},
		{rules(`[{"conditions": ` + good + `, "event": {"type": "t"}}]`), "rules[0].conditions: must be {", true},
		{rules(`[{"conditions": {"any": []}, "event": {"type": "t"}}]`), "rules[0].conditions.any: must not be empty", false},
		{rules(`[{"conditions": {"any": [], "all": []}, "event": {"type": "t"}}]`), "rules[0].conditions.all: must not be empty", false},
		{rules(`[{"conditions": {"any": {}}, "event": {"type": "t"}}]`), "rules[0].conditions.any: must be a list", true},
		{rules(`[{"conditions": {"any": [` + good + `], "all": [` + good + `]}, "event": {"type": "t"}}]`), `rules[0].conditions: has both "any" and "all"`, true},
		{rules(`[{"conditions": {"any": [` + good + `]}}]`), "rules[0].event: is missing", true},
		{rules(`[{"conditions": {"any": [` + good + `]}, "event": "t"}]`), "rules[0].event: must be an object", true},
		{rules(`[{"conditions": {"any": [` + good + `]}, "event": {}}]`), "rules[0].event.type: is missing", true},
		{rules(`[{"conditions": {"not": ` + good + `, "any": [` + good + `]}, "event": {"type": "t"}}]`), "rules[0].conditions.not: is not supported", false},

		{condition(`5`), "rules[0].conditions.any[0]: must be an object", true},
		{condition(good + `, {"operator": "equal", "value": 1}`), "rules[0].conditions.any[1].fact: is missing", true},
		{condition(`{"fact": "b", "operator": "equal", "value": 1}`), `rules[0].conditions.any[0].fact: "b" is not the name of an attribute`, false},
		{condition(`{"fact": "a", "value": 1}`), "rules[0].conditions.any[0].operator: is missing", true},
		{condition(good + `, {"fact": "a", "operator": "equals", "value": 1}`), `rules[0].conditions.any[1].operator: "equals" is not known; it must be one of "pattern"`, false},
		{condition(`{"fact": "a", "operator": "equal"}`), "rules[0].conditions.any[0].value: is missing", true},
		{condition(`{"fact": "a", "operator": "in", "value": "x"}`), "rules[0].conditions.any[0].value: must be a list", false},
		{condition(`{"fact": "a", "operator": "equal", "value": {"fact": "a"}}`), "rules[0].conditions.any[0].value: must be a text", false},
		{condition(`{"fact": "a", "path": "$[", "operator": "equal", "value": 1}`), `rules[0].conditions.any[0].path: "$[" has a [ that is not closed`, false},
		{condition(`{"fact": "a", "path": 5, "operator": "equal", "value": 1}`), "rules[0].conditions.any[0].path: must be a text", true},
		{condition(`{"not": ` + good + `}`), "rules[0].conditions.any[0].not: is not supported", false},
		{condition(`{"condition": "shared"}`), "rules[0].conditions.any[0].condition: is not supported", false},
		{condition(`{"all": [` + good + `], "fact": "a", "operator": "equal", "value": 1}`), `rules[0].conditions.any[0]: has both "all" and "fact"`, true},
		{condition(nested(10)), "rules[0].conditions.any[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0].all[0]: is nested too deep", false},
		{condition(strings.TrimSuffix(strings.Repeat(good+",", 500), ",")), "rules[0].conditions.any[499]: is one condition too many", false},
		{condition(strings.TrimSuffix(strings.Repeat(`{"fact": "a", "operator": "pattern", "value": "^[a-z0-9-]{1,999}$"},`, 30), ",")),
			"rules[0].conditions.any[20].value: makes the patterns of the rule too large together", false},
	}
	for _, test := range tests {
		_, err := Parse([]byte(test.text))
		var wrong *Error
		if !errors.As(err, &wrong) {
			t.Errorf("error %v of %.300s, want %q", err, test.text, test.want)
			continue
		}
		if first := wrong.Problems[0]; !strings.HasPrefix(first.String(), test.want) || first.Shape != test.shape || wrong.Shape() != test.shape && len(wrong.Problems) == 1 {
			t.Errorf("error %v (shape %t), want %q (shape %t)", err, first.Shape, test.want, test.shape)
		}
	}
	if _, err := Parse([]byte(condition(nested(9)))); err != nil {
		t.Errorf("ten levels of conditions: %v", err)
	}
}

// All that is wrong is told at once, within a bound; one wrong shape makes the
// whole a wrong shape.
func TestParseTellsAll(t *testing.T) {
	text := ruleJSON(`[{"name": "a", "path": "data[", "required": "yes"}]`, `[{"conditions": {"all": [
		{"fact": "b", "operator": "is", "value": 1}, {"fact": "a", "operator": "pattern", "value": "("}]}, "event": {}}]`)
	_, err := Parse([]byte(text))
	var wrong *Error
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	var members []string
	for _, p := range wrong.Problems {
		members = append(members, p.Member)
	}
	want := []string{"attributes[0].path", "attributes[0].required", "rules[0].conditions.all[0].fact",
		"rules[0].conditions.all[0].operator", "rules[0].conditions.all[1].value", "rules[0].event.type"}
	if d := cmp.Diff(want, members); d != "" || !wrong.Shape() {
		t.Errorf("shape %t; members (-want +got):\n%s", wrong.Shape(), d)
	}

	many := make([]string, 60)
	for i := range many {
		many[i] = fmt.Sprintf("%q", "no category")
	}
	_, err = Parse([]byte(strings.Replace(text, `["security"]`, "["+strings.Join(many, ",")+"]", 1)))
	if !errors.As(err, &wrong) || len(wrong.Problems) != maxProblems {
		t.Errorf("%d problems, want %d", len(wrong.Problems), maxProblems)
	}
}
