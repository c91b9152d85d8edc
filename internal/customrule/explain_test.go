package customrule

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every comparison is judged, also where the rule's answer is certain without.
func TestExplain(t *testing.T) {
	is := func(fact string) string { return `{"fact": "` + fact + `", "operator": "equal", "value": "y"}` }
	rule := mustParse(t, ruleJSON(truthAttributes, `[
		{"conditions": {"any": [`+is("yes")+`, {"all": [`+is("no")+`, `+is("hidden")+`]}]}, "event": {"type": "a"}},
		{"conditions": {"all": [`+is("gone")+`]}, "event": {"type": "b"}}]`))
	type part struct {
		Member, Fact string
		Status       Status
	}
	var got []part
	for _, p := range rule.Explain(truthDocument(), now) {
		got = append(got, part{p.Member, p.Condition.Fact, p.Status})
	}
	want := []part{
		{"rules[0].conditions.any[0]", "yes", Success},
		{"rules[0].conditions.any[1].all[0]", "no", Failure},
		{"rules[0].conditions.any[1].all[1]", "hidden", Unknown},
		{"rules[1].conditions.all[0]", "gone", Failure},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	required := mustParse(t, ruleJSON(`[{"name": "a", "path": "data.None", "required": true}]`, `[{"conditions": {"all": [{"fact": "a", "operator": "equal", "value": 1}]}, "event": {"type": ""}}]`))
	if got := required.Explain(truthDocument(), now); got != nil {
		t.Errorf("of a rule that does not apply: %v", got)
	}
	if got := (&Rule{Rules: make([]EventRule, 1)}).Explain(nil, now); got != nil {
		t.Errorf("of a rule that was not read: %v", got)
	}
}
