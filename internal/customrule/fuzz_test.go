package customrule

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
)

// corpus are rules to begin with.
func corpus() []string {
	return []string{
		wholeRule,
		`{`, `null`, `{"rules": [{"conditions": {"any": [{}]}}]}`,
		ruleJSON(truthAttributes, `[{"conditions": {"any": [{"fact": "hidden", "operator": "in", "value": [1, "a"]}]}, "event": {"type": "t"}}]`),
		ruleJSON(`[{"name": "a", "path": "$..*[?(@.Key == 'x' || !(@.b.length > 1e3) && @['c'] !== null)].Value[0:9:2]", "required": true}]`,
			`[{"conditions": {"all": [{"fact": "a", "path": "$.length", "operator": "lessThan", "value": "0x10"}]}, "event": {"type": "t"}}]`),
		ruleJSON(`[{"name": "a", "path": "data['it\\'s', \"b\"].aws:x.y-z[1,2]", "required": false}]`,
			`[{"conditions": {"any": [{"fact": "a", "operator": "dateComparison", "value": {"days": 1.5, "operator": "olderThan"}},
			{"fact": "a", "operator": "pattern", "value": "^(a|b){2,5}\\.x$"}]}, "event": {"type": "t"}}]`),
	}
}

// Whatever is read is either refused with an *Error or comes back as it was.
func FuzzParse(f *testing.F) {
	for _, text := range corpus() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rule, err := Parse(text)
		if err != nil {
			var wrong *Error
			if !errors.As(err, &wrong) || len(wrong.Problems) == 0 || wrong.Error() == "" {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		written, err := json.Marshal(rule)
		if err != nil {
			t.Fatal(err)
		}
		var sent, got any
		if json.Unmarshal(text, &sent) != nil || json.Unmarshal(written, &got) != nil || !cmp.Equal(sent, got) {
			t.Fatalf("%s came back as %s", text, written)
		}
	})
}

// Every rule that is read judges every document, always the same, without
// changing it.
func FuzzEvaluate(f *testing.F) {
	documents := []string{`{}`, pathDocument, `{"data": {"Name": "abc", "Versioning": {"Status": 1}, "Hidden": ["a"], "Yes": "?"}}`}
	for _, rule := range corpus() {
		for _, document := range documents {
			f.Add([]byte(rule), []byte(document))
		}
	}
	f.Fuzz(func(t *testing.T, text, data []byte) {
		rule, err := Parse(text)
		var document map[string]any
		if err != nil || json.Unmarshal(data, &document) != nil {
			return
		}
		hide(document)
		before := toJSON(t, document)
		first := rule.Evaluate(document, now)
		switch first.Status {
		case Success, Failure, NotApplicable:
			if len(first.Missing) > 0 {
				t.Fatalf("a certain answer with something missing: %+v", first)
			}
		case Unknown:
			if len(first.Missing) == 0 {
				t.Fatalf("unknown for no reason: %+v", first)
			}
		default:
			t.Fatalf("status %q", first.Status)
		}
		if second := rule.Evaluate(document, now); !cmp.Equal(first, second) {
			t.Fatalf("first %+v, then %+v", first, second)
		}
		if toJSON(t, document) != before {
			t.Fatal("the document was changed")
		}
	})
}

// Every path that is read can be followed, in bounded work.
func FuzzPath(f *testing.F) {
	for _, path := range []string{"$.data['a.b'][*]..x", "data.Tags[?(@.Key === 'Owner' && !(@.Value.length >= 1.5))].Value", "a.b-c[0:9:2][1,'x'][name]", "$..*..*"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := compilePath(text)
		if err != nil {
			return
		}
		w := &work{left: maxWork, now: now}
		document := hide(fromJSON(t, `{"a": ["?", {"x": "*", "b": [1, "text", null, true]}], "data": {"b-c": {"a.b": ["*"]}}}`))
		if value, doubtful := p.find(document, w); doubtful {
			if _, ok := value.(*cloud.Unresolved); !ok {
				t.Fatalf("%s: nobody knows whether there is %v", text, value)
			}
		}
	})
}

// hide makes values that could not be known of the texts "?" and "*".
func hide(v any) any {
	switch v := v.(type) {
	case string:
		if v == "?" || v == "*" {
			return &cloud.Unresolved{Reason: "hidden", Many: v == "*"}
		}
	case []any:
		for i, e := range v {
			v[i] = hide(e)
		}
	case map[string]any:
		for name, e := range v {
			v[name] = hide(e)
		}
	}
	return v
}
