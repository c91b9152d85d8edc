package customrule

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
)

// The attributes of the rules in this file: yes is "y", no is "n", gone does
// not exist and what could not be read, hidden.
const truthAttributes = `[
	{"name": "yes", "path": "data.Yes", "required": true},
	{"name": "no", "path": "data.No", "required": false},
	{"name": "gone", "path": "data.Gone", "required": false},
	{"name": "hidden", "path": "data.Hidden", "required": false},
	{"name": "hidden2", "path": "data.Hidden2.Deep", "required": false}]`

func truthDocument() map[string]any {
	return map[string]any{"data": map[string]any{
		"Yes": "y", "No": "n", "Hidden": denied, "Hidden2": &cloud.Unresolved{Reason: "not yet"},
	}}
}

func TestThreeValuedLogic(t *testing.T) {
	is := func(fact string) string {
		return fmt.Sprintf(`{"fact": %q, "operator": "equal", "value": "y"}`, fact)
	}
	all := func(parts ...string) string { return group("all", parts) }
	some := func(parts ...string) string { return group("any", parts) }
	tests := []struct {
		conditions string
		want       Status
	}{
		{all(is("yes")), Success},
		{all(is("no")), Failure},
		{all(is("gone")), Failure},
		{all(is("hidden")), Unknown},
		{all(is("hidden2")), Unknown},
		{all(is("yes"), is("hidden")), Unknown},
		{all(is("hidden"), is("yes")), Unknown},
		{all(is("no"), is("hidden")), Failure},
		{all(is("hidden"), is("no")), Failure},
		{some(is("hidden"), is("yes")), Success},
		{some(is("yes"), is("hidden")), Success},
		{some(is("hidden"), is("no")), Unknown},
		{some(is("no"), is("gone")), Failure},
		{all(some(is("hidden"), is("yes")), is("yes")), Success},
		{all(some(is("hidden"), is("no")), is("no")), Failure},
		{some(all(is("hidden"), is("no")), all(is("yes"), is("yes"))), Success},
		{some(all(is("hidden"), is("yes")), all(is("yes"), is("no"))), Unknown},
	}
	for _, test := range tests {
		rule := mustParse(t, ruleJSON(truthAttributes, `[{"conditions": `+test.conditions+`, "event": {"type": "bad"}}]`))
		if got := rule.Evaluate(truthDocument(), now); got.Status != test.want || (got.Status == Unknown) != (len(got.Missing) > 0) {
			t.Errorf("%s is %+v, want %s", test.conditions, got, test.want)
		}
	}
}

func group(name string, parts []string) string {
	text := ""
	for i, p := range parts {
		if i > 0 {
			text += ","
		}
		text += p
	}
	return `{"` + name + `": [` + text + `]}`
}

func TestOutcome(t *testing.T) {
	rules := func(facts ...string) string {
		text := "["
		for i, fact := range facts {
			if i > 0 {
				text += ","
			}
			text += fmt.Sprintf(`{"conditions": {"all": [{"fact": %q, "operator": "equal", "value": "y"}]}, "event": {"type": "%s is bad"}}`, fact, fact)
		}
		return text + "]"
	}
	required := func(paths ...string) string {
		text := `[{"name": "yes", "path": "data.Yes", "required": false}`
		for i, path := range paths {
			text += fmt.Sprintf(`, {"name": "r%d", "path": %q, "required": true}`, i, path)
		}
		return text + "]"
	}
	hidden := `attribute "hidden" (data.Hidden): s3:GetBucketPolicy was denied`
	hidden2 := `attribute "hidden2" (data.Hidden2.Deep): not yet`
	unknown := "It could not be known whether the conditions are met."
	success := Outcome{Status: Success, Message: `The conditions of "Bucket rule" are met.`}
	tests := []struct {
		attributes, rules string
		want              Outcome
	}{
		{truthAttributes, rules("yes"), success},
		{truthAttributes, rules("yes", "no", "gone"), Outcome{Status: Failure, Message: "no is bad"}},
		{truthAttributes, rules("hidden", "yes", "gone"), Outcome{Status: Failure, Message: "gone is bad"}},
		{truthAttributes, rules("hidden", "yes", "hidden"), Outcome{Status: Unknown, Message: unknown, Missing: []string{hidden}}},
		{truthAttributes, rules("hidden", "hidden2"), Outcome{Status: Unknown, Message: unknown, Missing: []string{hidden, hidden2}}},
		{required("data.No", "data.Null"), rules("yes"), success},
		{required("data.No", "data.Gone"), rules("yes"), Outcome{Status: NotApplicable,
			Message: `The resource has no attribute "r1" (data.Gone), which the rule requires.`}},
		{required("data.Empty[*].Name"), rules("yes"), Outcome{Status: NotApplicable,
			Message: `The resource has no attribute "r0" (data.Empty[*].Name), which the rule requires.`}},
		// An unresolved value is a value; whether it has members nobody knows.
		{required("data.Hidden"), rules("yes"), success},
		{required("data.Hidden.Status"), rules("yes"), Outcome{Status: Unknown, Message: unknown,
			Missing: []string{`attribute "r0" (data.Hidden.Status): s3:GetBucketPolicy was denied`}}},
		{required("data.Hidden.Status", "data.Gone"), rules("yes"), Outcome{Status: NotApplicable,
			Message: `The resource has no attribute "r1" (data.Gone), which the rule requires.`}},
	}
	for _, test := range tests {
		document := truthDocument()
		data := document["data"].(map[string]any)
		data["Null"], data["Empty"] = nil, []any{}
		got := mustParse(t, ruleJSON(test.attributes, test.rules)).Evaluate(document, now)
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("%s %s: -want +got:\n%s", test.attributes, test.rules, d)
		}
	}
}

func TestFailureWithoutEventType(t *testing.T) {
	rule := mustParse(t, ruleJSON(truthAttributes, `[{"conditions": {"all": [{"fact": "no", "operator": "equal", "value": "y"}]}, "event": {"type": ""}}]`))
	want := Outcome{Status: Failure, Message: `The conditions of "Bucket rule" are not met.`}
	if d := cmp.Diff(want, rule.Evaluate(truthDocument(), now)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// Conditions that users have, on documents as they come.
func TestConditions(t *testing.T) {
	tests := []struct {
		name, path, condition, data string
		want                        Status
	}{
		{"versioning", "data.BucketVersioning", `{"fact": "f", "path": "$.Status", "operator": "equal", "value": "Enabled"}`,
			`{"BucketVersioning": {"Status": "Enabled"}}`, Success},
		{"versioning off", "data.BucketVersioning", `{"fact": "f", "path": "$.Status", "operator": "equal", "value": "Enabled"}`,
			`{"BucketVersioning": {}}`, Failure},
		{"a path on a text is passed over", "data.BucketVersioning", `{"fact": "f", "path": "$.Status", "operator": "equal", "value": "Enabled"}`,
			`{"BucketVersioning": "Enabled"}`, Success},
		{"encryption", "data.BucketEncryption", `{"fact": "f", "path": "$.Rules[0].Default.SSEAlgorithm", "operator": "in", "value": ["AES256", "aws:kms"]}`,
			`{"BucketEncryption": {"Rules": [{"Default": {"SSEAlgorithm": "aws:kms"}}]}}`, Success},
		{"no port", "data.IpPermissions[:].FromPort", `{"fact": "f", "operator": "doesNotContain", "value": 27017}`,
			`{"IpPermissions": [{"FromPort": 22}, {"FromPort": 27017}]}`, Failure},
		{"another port", "data.IpPermissions[:].FromPort", `{"fact": "f", "operator": "doesNotContain", "value": 27017}`,
			`{"IpPermissions": [{"FromPort": 22}]}`, Success},
		{"no permissions", "data.IpPermissions", `{"fact": "f", "path": "$.length", "operator": "equal", "value": 0}`,
			`{"IpPermissions": []}`, Success},
		{"a tag", "data.Tags[?(@.Key == 'Owner')].Value", `{"fact": "f", "operator": "contains", "value": "me"}`,
			`{"Tags": [{"Key": "Name", "Value": "me"}, {"Key": "Owner", "Value": "me"}]}`, Success},
		{"no tag", "data.Tags[?(@.Key == 'Owner')].Value", `{"fact": "f", "operator": "isNullOrUndefined", "value": false}`,
			`{"Tags": [{"Key": "Name", "Value": "me"}]}`, Failure},
		{"new key", "data.CreationDate", `{"fact": "f", "operator": "dateComparison", "value": {"days": 90, "operator": "within"}}`,
			`{"CreationDate": "2026-05-01T10:00:00Z"}`, Success},
		{"old key", "data.Keys[0].CreateDate", `{"fact": "f", "operator": "dateComparison", "value": {"days": 90, "operator": "within"}}`,
			`{"Keys": [{"CreateDate": "2020-05-01T10:00:00Z"}]}`, Failure},
		{"an empty path is none", "data.Name", `{"fact": "f", "path": "", "operator": "pattern", "value": "^[a-z]{1,5}$"}`,
			`{"Name": "abcde"}`, Success},
		{"another member", "region", `{"fact": "f", "operator": "equal", "value": "eu-west-1"}`, `{}`, Success},
	}
	for _, test := range tests {
		rule := mustParse(t, ruleJSON(fmt.Sprintf(`[{"name": "f", "path": %q, "required": false}]`, test.path),
			`[{"conditions": {"all": [`+test.condition+`]}, "event": {"type": "bad"}}]`))
		document := map[string]any{"data": fromJSON(t, test.data), "region": "eu-west-1"}
		if got := rule.Evaluate(document, now); got.Status != test.want {
			t.Errorf("%s: %+v, want %s", test.name, got, test.want)
		}
	}
}

// What cannot be judged is unknown, whatever the document is.
func TestEvaluateNothing(t *testing.T) {
	if got := (&Rule{Name: "by hand", Rules: []EventRule{{}}}).Evaluate(truthDocument(), now); got.Status != Unknown || len(got.Missing) != 1 {
		t.Errorf("a rule that was not parsed gives %+v", got)
	}
	rule := mustParse(t, ruleJSON(`[{"name": "a", "path": "data.A", "required": false}]`,
		`[{"conditions": {"all": [{"fact": "a", "operator": "isNullOrUndefined", "value": true}]}, "event": {"type": "bad"}}]`))
	for _, document := range []map[string]any{nil, {}, {"data": nil}, {"data": "text"}} {
		if got := rule.Evaluate(document, now); got.Status != Success {
			t.Errorf("%v gives %+v", document, got)
		}
	}
	if got := rule.Evaluate(map[string]any{"data": map[string]any{"A": make(chan int)}}, now); got.Status != Unknown {
		t.Errorf("a value of no JSON type gives %+v", got)
	}
}

// A rule that would work for ever ends, and its answer is unknown.
func TestEvaluateBounds(t *testing.T) {
	var deep any = "x"
	for range 100 {
		deep = map[string]any{"a": deep, "b": []any{deep}}
	}
	rule := mustParse(t, ruleJSON(`[{"name": "a", "path": "$..*..*", "required": false}]`,
		`[{"conditions": {"all": [{"fact": "a", "operator": "doesNotContain", "value": "y"}]}, "event": {"type": "bad"}}]`))
	if got := rule.Evaluate(map[string]any{"data": deep}, now); got.Status != Unknown {
		t.Errorf("got %+v", got)
	}

	slow := mustParse(t, ruleJSON(`[{"name": "a", "path": "data", "required": false}]`,
		`[{"conditions": {"all": [{"fact": "a", "operator": "pattern", "value": "(x?){999}x{999}y"}]}, "event": {"type": "bad"}}]`))
	if got := slow.Evaluate(map[string]any{"data": strings.Repeat("x", 1<<20)}, now); got.Status != Unknown {
		t.Errorf("got %+v", got)
	}
}
