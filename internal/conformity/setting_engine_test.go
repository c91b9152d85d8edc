package conformity

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

func TestEngine(t *testing.T) {
	r := page(t, "A-001", "  ignoredRegions: {type: ignored-regions, label: R, default: []}")
	s := parsed(t, `{"id":"A-001","enabled":false,"riskLevel":"VERY_HIGH",
		"exceptions":{"resources":["i-1"],"tags":["a","b::c"],"filterTags":["a","d"]},
		"extraSettings":[{"name":"ignored-regions","values":["eu-west-1"]},{"name":"other","value":1}]}`)
	got, err := s.Engine(r)
	if err != nil {
		t.Fatal(err)
	}
	off := false
	want := engine.RuleSettings{
		Enabled: &off, Risk: rule.VeryHigh,
		Settings:   map[string]any{"ignoredRegions": []any{"eu-west-1"}},
		Exceptions: engine.Exceptions{Resources: []string{"i-1"}, Tags: []string{"a", "b::c", "d"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"other"}, s.Unused(r)); diff != "" {
		t.Errorf("unused: -want +got\n%s", diff)
	}
}

// pageWith is the page of a rule with one setting, it. A page must show a value
// for its examples where it has no default.
func pageWith(t testing.TB, setting string) *rule.Rule {
	t.Helper()
	typ, _, _ := strings.Cut(setting, ",")
	if !strings.Contains(setting, "default:") {
		example, ok := map[string]string{
			"single-number-value": "1", "ttl": "1", "single-string-value": "a", "single-value-regex": "a",
			"choice-single-value": "'1'", "multiple-number-values": "[1]", "multiple-ip-values": "['10.0.0.1']",
			"multiple-aws-account-values": "['123456789012']", "countries": "[CA]", "regions": "[eu-west-1]",
			"ignored-regions": "[eu-west-1]", "choice-multiple-value-with-tags": "[{value: a}]",
			"choice-multiple-value-with-risk-level": "[{value: a}]", "multiple-object-values": "[{a: b}]",
			"multiple-vpc-gateway-mappings": "[{vpcId: v, gatewayIds: [g]}]",
		}[typ]
		if !ok {
			example = "[a]"
		}
		setting += ", example: " + example
	}
	return page(t, "A-001", "  it: {label: L, type: "+setting+"}")
}

// TestEngineValues has the forms in which clients send the 18 types.
func TestEngineValues(t *testing.T) {
	const choices = ", choices: [a, b, c], default: [c]"
	tests := []struct {
		typ  string // and what else the page says
		in   string // the entry without its name
		want any
		err  string
	}{
		{typ: "single-number-value", in: `"value":90`, want: int64(90)},
		{typ: "single-number-value", in: `"value":"90"`, want: int64(90)},
		{typ: "single-number-value", in: `"value":" 90 "`, want: int64(90)},
		{typ: "single-number-value", in: `"value":9e1`, want: int64(90)},
		{typ: "single-number-value", in: `"value":90.0`, want: int64(90)},
		{typ: "single-number-value", in: `"value":90,"values":[],"type":[]`, want: int64(90)},
		{typ: "single-number-value", in: `"values":[{"value":"7"}]`, want: int64(7)},
		{typ: "single-number-value", in: `"value":null`},
		{typ: "single-number-value", in: `"value":1.5`, err: "1.5 is not a whole number"},
		{typ: "single-number-value", in: `"value":1e300`, err: "1e300 is not a whole number"},
		{typ: "single-number-value", in: `"value":"NaN"`, err: "NaN is not a whole number"},
		{typ: "single-number-value", in: `"value":""`, err: "is not a whole number"},
		{typ: "single-number-value", in: `"value":true`, err: "true is not a whole number"},
		{typ: "single-number-value", in: `"value":[1]`, err: "one value is expected"},
		{typ: "single-number-value", in: `"values":[1,2]`, err: "one value is expected, not 2"},
		{typ: "single-number-value", in: `"values":{"value":1}`, err: "values is not a list"},
		{typ: "ttl", in: `"value":72,"ttl":true`, want: int64(72)},
		{typ: "ttl", in: `"value":"72"`, want: int64(72)},
		{typ: "single-string-value", in: `"value":"MasterRole"`, want: "MasterRole"},
		{typ: "single-string-value", in: `"value":""`, want: ""},
		{typ: "single-string-value", in: `"value":{"a":1}`, err: "is not text"},
		{typ: "single-value-regex", in: `"value":"^vpc-[a-z]+$"`, want: "^vpc-[a-z]+$"},
		{typ: "single-value-regex", in: `"value":"(?!x)"`, err: "is not a regular expression"},
		{typ: "choice-single-value, choices: ['1', '0']", in: `"value":"1"`, want: "1"},
		{typ: "choice-single-value, choices: ['1', '0']", in: `"value":1`, want: "1"},
		{typ: "choice-single-value, choices: ['1', '0']", in: `"values":[{"value":"0"}]`, want: "0"},
		{typ: "choice-single-value, choices: ['1', '0']", in: `"value":"","values":[{"value":"0"}]`, want: "0"},
		{typ: "choice-single-value, choices: ['1', '0']", in: `"value":"2"`, err: "2 is not one of 1, 0"},
		{typ: "multiple-string-values", in: `"values":[{"value":"t3.micro","label":"x"},{"value":"m5.large","default":true}]`, want: []any{"t3.micro", "m5.large"}},
		{typ: "multiple-string-values", in: `"values":["a","b"]`, want: []any{"a", "b"}},
		{typ: "multiple-string-values", in: `"values":[{"value":"a","enabled":false},{"value":"b"}]`, want: []any{"b"}},
		{typ: "multiple-string-values", in: `"value":"a"`, want: []any{"a"}},
		{typ: "multiple-string-values", in: `"values":[{"value":{"a":1}}]`, err: "is not text"},
		{typ: "multiple-string-values", in: `"values":[]`},
		{typ: "multiple-string-values, default: [x]", in: `"values":[]`, want: []any{}},
		{typ: "multiple-string-values, default: [x]", in: `"values":null`},
		{typ: "multiple-string-values, default: [x]", in: ``},
		{typ: "multiple-number-values", in: `"values":[{"value":80},{"value":"443"}]`, want: []any{int64(80), int64(443)}},
		{typ: "multiple-number-values", in: `"values":[{"value":"http"}]`, err: "http is not a whole number"},
		{typ: "multiple-ip-values", in: `"values":[{"value":"1.2.3.4"},{"value":"10.0.0.0/8"}]`, want: []any{"1.2.3.4", "10.0.0.0/8"}},
		{typ: "multiple-ip-values", in: `"values":[{"value":"office"}]`, err: "office is neither"},
		{typ: "multiple-aws-account-values", in: `"values":[{"value":"123456789012"},{"value":210987654321}]`, want: []any{"123456789012", "210987654321"}},
		{typ: "multiple-aws-account-values", in: `"values":[{"value":"12"}]`, err: "12 is not an AWS account id"},
		{typ: "countries", in: `"countries":true,"value":null,"values":[{"value":"CA","label":"Canada"}]`, want: []any{"CA"}},
		{typ: "regions", in: `"regions":true,"value":null,"values":["us-east-1"]`, want: []any{"us-east-1"}},
		{typ: "regions", in: `"values":[{"value":"us-east-1"}]`, want: []any{"us-east-1"}},
		{typ: "regions", in: `"values":["mars"]`, err: "mars is not a region"},
		{typ: "ignored-regions", in: `"ignoredRegions":true,"values":["eu-north-1"]`, want: []any{"eu-north-1"}},
		{typ: "tags", in: `"values":["Environment",{"value":"Role"}]`, want: []any{"Environment", "Role"}},
		{typ: "choice-multiple-value" + choices, in: `"values":[{"value":"a","enabled":true},{"value":"b","enabled":false},{"value":"c"}]`, want: []any{"a"}},
		{typ: "choice-multiple-value" + choices, in: `"values":[{"value":"a"},{"value":"b"}]`, want: []any{"a", "b"}},
		{typ: "choice-multiple-value" + choices, in: `"values":[{"value":"a","enabled":false}]`, want: []any{}},
		{typ: "choice-multiple-value" + choices, in: `"values":["b"]`, want: []any{"b"}},
		{typ: "choice-multiple-value" + choices, in: `"values":[{"value":"a","enabled":true,"customised":true,"settings":[{"name":"tags-override","values":[{"value":"team"}]}]}]`, want: []any{"a"}},
		{typ: "choice-multiple-value" + choices, in: `"values":[{"value":"z","enabled":true}]`, err: "z is not one of a, b, c"},
		{
			typ:  "choice-multiple-value-with-tags" + ", choices: [a, b]",
			in:   `"values":[{"value":"a","enabled":true,"customised":true,"settings":[{"name":"tags-override","type":"multiple-string-values","values":[{"value":"team"}]}]},{"value":"b","enabled":true}]`,
			want: []any{map[string]any{"value": "a", "tags": []any{"team"}}, map[string]any{"value": "b"}},
		},
		{
			typ:  "choice-multiple-value-with-tags" + ", choices: [a, b]",
			in:   `"values":[{"value":"a","enabled":true,"customizedTags":["x","y"]}]`,
			want: []any{map[string]any{"value": "a", "tags": []any{"x", "y"}}},
		},
		{
			typ:  "choice-multiple-value-with-risk-level" + ", choices: [a, b, c]",
			in:   `"values":[{"value":"a","enabled":true,"customizedRiskLevel":"VERY_HIGH"},{"value":"b","enabled":true,"customizedRiskLevel":"NOT_CUSTOMIZED"},{"value":"c","enabled":true,"settings":[{"name":"event-risk-level","values":[{"value":"LOW"}]}]}]`,
			want: []any{map[string]any{"value": "a", "riskLevel": "very-high"}, map[string]any{"value": "b"}, map[string]any{"value": "c", "riskLevel": "low"}},
		},
		{typ: "choice-multiple-value-with-risk-level" + ", choices: [a]", in: `"values":[{"value":"a","riskLevel":"WORST"}]`, err: `"WORST" is no risk level`},
		{
			typ:  "multiple-object-values",
			in:   `"valueKeys":["eventName"],"values":[{"value":{"eventName":"^Delete","n":2,"f":1.5}}]`,
			want: []any{map[string]any{"eventName": "^Delete", "n": int64(2), "f": 1.5}},
		},
		{typ: "multiple-object-values", in: `"values":[{"value":"x"}]`, err: "x is not an object"},
		{
			typ:  "multiple-vpc-gateway-mappings",
			in:   `"mappings":[{"values":[{"name":"vpcId","type":"single-string-value","value":"vpc-1"},{"name":"gatewayIds","type":"multiple-string-values","values":[{"value":"nat-1"},{"value":"nat-2"}]}]}]`,
			want: []any{map[string]any{"vpcId": "vpc-1", "gatewayIds": []any{"nat-1", "nat-2"}}},
		},
		{typ: "multiple-vpc-gateway-mappings", in: `"values":[{"vpcId":"vpc-1","gatewayIds":["nat-1"]}]`, want: []any{map[string]any{"vpcId": "vpc-1", "gatewayIds": []any{"nat-1"}}}},
		{typ: "multiple-vpc-gateway-mappings", in: `"mappings":[{"values":[{"name":"vpcId","value":"vpc-1"}]}]`, err: "no list gatewayIds"},
		{typ: "multiple-vpc-gateway-mappings", in: `"mappings":[{"values":[]}]`, err: "no vpcId"},
		{typ: "multiple-vpc-gateway-mappings", in: `"mappings":["vpc-1"]`, err: "no vpcId"},
	}
	types := map[string]bool{}
	for _, test := range tests {
		typ, _, _ := strings.Cut(test.typ, ",")
		types[typ] = true
		t.Run(typ+" "+test.in, func(t *testing.T) {
			r := pageWith(t, test.typ)
			entry := strings.TrimSuffix(`{"name":"it",`+test.in, ",") + "}"
			s := parsed(t, `{"id":"A-001","enabled":true,"extraSettings":[`+entry+`]}`)
			got, err := s.Engine(r)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || !strings.HasPrefix(err.Error(), "Setting it of rule A-001 is invalid: ") {
					t.Fatalf("error %v; want one with %q", err, test.err)
				}
				if len(got.Settings) > 0 || got.Enabled == nil {
					t.Errorf("%+v: the value is there, or the rest is not", got)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Settings["it"]); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
	for _, typ := range rule.SettingTypes() {
		if !types[typ] {
			t.Errorf("no test of %s", typ)
		}
	}
}

func TestEngineRefusesASecondValue(t *testing.T) {
	r := page(t, "A-001", "  friendlyAccounts: {type: single-number-value, label: L, default: 1}")
	s := parsed(t, `{"id":"A-001","enabled":true,"extraSettings":[{"name":"friendly_accounts","value":1},{"name":"friendlyAccounts","value":2}]}`)
	if _, err := s.Engine(r); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("%v", err)
	}
}

func TestDefaultForms(t *testing.T) {
	const marks = `"readOnly":false,"hidden":false}`
	tests := map[string]struct{ page, want string }{
		"number":          {"single-number-value, default: 30", `"type":"single-number-value","value":30,`},
		"nothing":         {"single-number-value", `"type":"single-number-value","value":null,`},
		"choice":          {"choice-single-value, choices: [a, b], default: b", `"type":"choice-single-value","value":"b",`},
		"ttl":             {"ttl, default: 72", `"type":"ttl","value":72,"ttl":true,`},
		"texts":           {"multiple-string-values, default: [a, b]", `"type":"multiple-string-values","values":[{"value":"a"},{"value":"b"}],`},
		"no texts":        {"multiple-string-values", `"type":"multiple-string-values","values":[],`},
		"regions":         {"regions, default: [eu-west-1]", `"type":"regions","values":["eu-west-1"],"regions":true,`},
		"ignored regions": {"ignored-regions, default: []", `"type":"ignored-regions","values":[],"ignoredRegions":true,`},
		"tags":            {"tags, default: [Name]", `"type":"tags","values":["Name"],`},
		"countries":       {"countries, default: [CA]", `"type":"countries","value":null,"values":[{"value":"CA","label":"CA"}],"countries":true,`},
		"choices":         {"choice-multiple-value, choices: [a, b], default: [b]", `"type":"choice-multiple-value","values":[{"value":"a","label":"a","enabled":false},{"value":"b","label":"b","enabled":true}],`},
		"choices with tags": {
			"choice-multiple-value-with-tags, choices: [a], default: [{value: a, tags: [t]}]",
			`"type":"choice-multiple-value-with-tags","values":[{"value":"a","label":"a","enabled":true,"customised":true,"settings":[{"name":"tags-override","type":"multiple-string-values","values":[{"value":"t"}]}]}],`,
		},
		"choices with risk": {
			"choice-multiple-value-with-risk-level, choices: [a, b], default: [{value: a, riskLevel: very-high}, {value: b}]",
			`"type":"choice-multiple-value-with-risk-level","values":[{"value":"a","label":"a","enabled":true,"customised":true,"customizedRiskLevel":"VERY_HIGH"},{"value":"b","label":"b","enabled":true}],`,
		},
		"objects": {
			"multiple-object-values, default: [{b: x, a: y}]",
			`"type":"multiple-object-values","valueKeys":["a","b"],"values":[{"value":{"a":"y","b":"x"}}],`,
		},
		"mappings": {
			"multiple-vpc-gateway-mappings, default: [{vpcId: v, gatewayIds: [g]}]",
			`"type":"multiple-vpc-gateway-mappings","mappings":[{"values":[{"name":"vpcId","type":"single-string-value","value":"v"},{"name":"gatewayIds","type":"multiple-string-values","values":[{"value":"g"}]}]}],`,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			r := pageWith(t, test.page)
			s := Defaults(r)
			out, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			risk := `"riskLevel":"VERY_HIGH",`
			if manyRisks(r) {
				risk = ""
			}
			want := `{"id":"A-001","enabled":true,` + risk + `"provider":"aws","extraSettings":[{"name":"it","label":"L",` + test.want + marks + `],"configured":false}`
			if diff := cmp.Diff(want, string(out)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			got, err := s.Engine(r)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(r.Settings[0].Default, got.Settings["it"]); diff != "" {
				t.Errorf("read back: -page +read\n%s", diff)
			}
			services, err := json.Marshal(ServiceSettings(r))
			if want := `[{"name":"it","label":"L",` + test.want + `"read-only":false,"hidden":false}]`; err != nil || string(services) != want {
				t.Errorf("services %s, %v; want %s", services, err, want)
			}
		})
	}
	if got := ServiceSettings(page(t, "A-001", "")); got == nil || len(got) != 0 {
		t.Errorf("no settings: %v", got)
	}
}
