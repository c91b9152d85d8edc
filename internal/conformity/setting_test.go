package conformity

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

// pages makes a library of pages from the lines of their settings, by id.
func pages(t testing.TB, settings map[string]string) *rule.Library {
	t.Helper()
	files := fstest.MapFS{}
	for id, lines := range settings {
		page := "---\nid: " + id + "\ntitle: T\nrisk: very-high\ncategories: [security]\nservice: X\nresource: AWS::EC2::VPC\n"
		if lines != "" {
			page += "settings:\n" + lines + "\n"
		}
		page += "check: true\nmessage: wrong {id}\n---\n\nText.\n"
		files["x/"+id+".md"] = &fstest.MapFile{Data: []byte(page)}
	}
	l, err := rule.NewLibrary(files, "")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func page(t testing.TB, id, settings string) *rule.Rule {
	t.Helper()
	r, err := pages(t, map[string]string{id: settings}).Rule(id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func parsed(t testing.TB, text string) Setting {
	t.Helper()
	s, err := ParseSetting([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return s
}

func TestSettingIsEchoed(t *testing.T) {
	tests := map[string]struct{ in, want string }{ // want empty: as in
		"least":                   {in: `{"id":"EC2-012","enabled":true}`},
		"all":                     {in: `{"id":"EC2-012","enabled":false,"riskLevel":"VERY_HIGH","provider":"aws","ruleExists":false,"exceptions":{"resources":["i-1"],"tags":["a::b"],"filterTags":["c"]},"extraSettings":[{"name":"threshold","value":90}]}`},
		"provider in capitals":    {in: `{"id":"CloudAPI-001","enabled":true,"provider":"GCP"}`},
		"empty exceptions":        {in: `{"id":"A-1","enabled":true,"exceptions":{}}`, want: `{"id":"A-1","enabled":true}`},
		"null exceptions":         {in: `{"id":"A-1","enabled":true,"exceptions":null}`, want: `{"id":"A-1","enabled":true}`},
		"exceptions of nothing":   {in: `{"id":"A-1","enabled":true,"exceptions":{"tags":null,"resources":[]}}`, want: `{"id":"A-1","enabled":true}`},
		"a null among exceptions": {in: `{"id":"A-1","enabled":true,"exceptions":{"tags":["x"],"resources":null}}`, want: `{"id":"A-1","enabled":true,"exceptions":{"tags":["x"]}}`},
		"an empty list stays":     {in: `{"id":"A-1","enabled":true,"exceptions":{"resources":[],"tags":["x","a"]}}`},
		"empty text is absent":    {in: `{"id":"A-1","enabled":true,"riskLevel":"","provider":""}`, want: `{"id":"A-1","enabled":true}`},
		"null text is absent":     {in: `{"id":"A-1","enabled":true,"riskLevel":null,"provider":null,"ruleExists":null,"extraSettings":null}`, want: `{"id":"A-1","enabled":true}`},
		"no extra settings":       {in: `{"id":"A-1","enabled":true,"extraSettings":[]}`},
		"custom rule":             {in: `{"id":"CUSTOM-12AB3C","enabled":true}`},
		"JSON types of value":     {in: `{"id":"A-1","enabled":true,"extraSettings":[{"name":"a","value":"100"},{"name":"b","value":100},{"name":"c","value":1e2},{"name":"d","value":null,"type":[]}]}`},
		"unknown members inside":  {in: `{"id":"A-1","enabled":true,"extraSettings":[{"type":"regions","regions":true,"name":"r","customised":false,"deep":{"z":1,"a":[2]},"values":["b","a"]}]}`},
		"numbers beyond a float":  {in: `{"id":"A-1","enabled":true,"extraSettings":[{"name":"n","value":123456789012345678901234567890}]}`},
		"space":                   {in: "{\"id\" : \"A-1\",\n\"enabled\":true, \"extraSettings\": [ { \"name\" :\"n\" } ] }", want: `{"id":"A-1","enabled":true,"extraSettings":[{"name":"n"}]}`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if test.want == "" {
				test.want = test.in
			}
			out, err := json.Marshal(parsed(t, test.in))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(out)); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			again, err := json.Marshal(parsed(t, string(out)))
			if err != nil || string(again) != string(out) {
				t.Errorf("read again: %s, %v", again, err)
			}
		})
	}
}

func TestSettingIsRefused(t *testing.T) {
	tests := map[string]struct{ in, want, hint string }{
		"no object":           {in: `[1]`, want: "A rule setting must be a JSON object"},
		"null":                {in: `null`, want: "A rule setting must be a JSON object"},
		"no JSON":             {in: `{`, want: "A rule setting must be a JSON object"},
		"no text":             {in: "{\"id\":\"A-1\xff\"}", want: "A rule setting must be text in UTF-8"},
		"no id":               {in: `{"enabled":true}`, want: "A rule setting has no id"},
		"id is a number":      {in: `{"id":1,"enabled":true}`, want: "The id of a rule setting must be a text such as EC2-012"},
		"odd id":              {in: `{"id":"EC2 012","enabled":true}`, want: `"EC2 012" is not the id of a rule`},
		"no enabled":          {in: `{"id":"A-1"}`, want: "Rule enable status is not valid for A-1"},
		"enabled is text":     {in: `{"id":"A-1","enabled":"true"}`, want: "Rule enable status is not valid for A-1"},
		"enabled is null":     {in: `{"id":"A-1","enabled":null}`, want: "Rule enable status is not valid for A-1"},
		"another spelling":    {in: `{"id":"A-1","Enabled":true}`, want: "One or more rule setting property is invalid for A-1", hint: `"Enabled"`},
		"wrong risk":          {in: `{"id":"A-1","enabled":true,"riskLevel":"SEVERE"}`, want: "Rule risk level provided for A-1 is incorrect"},
		"risk in small":       {in: `{"id":"A-1","enabled":true,"riskLevel":"high"}`, want: "Rule risk level provided for A-1 is incorrect"},
		"risk is a number":    {in: `{"id":"A-1","enabled":true,"riskLevel":3}`, want: "Rule risk level provided for A-1 is incorrect"},
		"unknown provider":    {in: `{"id":"A-1","enabled":true,"provider":"ibm"}`, want: "Provider ibm is invalid for A-1"},
		"provider is a list":  {in: `{"id":"A-1","enabled":true,"provider":["aws"]}`, want: `Provider ["aws"] is invalid for A-1`},
		"unknown member":      {in: `{"id":"A-1","enabled":true,"note":"n"}`, want: "One or more rule setting property is invalid for A-1", hint: `"note"`},
		"configured":          {in: `{"id":"A-1","enabled":true,"configured":true}`, want: "One or more rule setting property is invalid for A-1", hint: `"configured"`},
		"ruleExists is text":  {in: `{"id":"A-1","enabled":true,"ruleExists":"no"}`, want: "One or more rule setting property is invalid for A-1", hint: "ruleExists"},
		"exceptions":          {in: `{"id":"A-1","enabled":true,"exceptions":["a"]}`, want: "One or more rule setting property is invalid for A-1", hint: "exceptions"},
		"unknown exception":   {in: `{"id":"A-1","enabled":true,"exceptions":{"accounts":["a"]}}`, want: "One or more rule setting property is invalid for A-1", hint: `"accounts"`},
		"exception is number": {in: `{"id":"A-1","enabled":true,"exceptions":{"tags":[1]}}`, want: "One or more rule setting property is invalid for A-1", hint: "exceptions.tags"},
		"exception is null":   {in: `{"id":"A-1","enabled":true,"exceptions":{"tags":["a",null]}}`, want: "One or more rule setting property is invalid for A-1", hint: "exceptions.tags"},
		"extra is an object":  {in: `{"id":"A-1","enabled":true,"extraSettings":{}}`, want: "One or more rule setting property is invalid for A-1", hint: "extraSettings"},
		"extra is text":       {in: `{"id":"A-1","enabled":true,"extraSettings":["a"]}`, want: "One or more rule setting property is invalid for A-1", hint: "extraSettings[0]"},
		"extra has no name":   {in: `{"id":"A-1","enabled":true,"extraSettings":[{"name":"a"},{"value":1}]}`, want: "One or more rule setting property is invalid for A-1", hint: "extraSettings[1] has no name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseSetting([]byte(test.in))
			var e *SettingError
			if !errors.As(err, &e) {
				t.Fatalf("%v is no SettingError", err)
			}
			if e.Error() != test.want || !strings.Contains(e.Hint, test.hint) {
				t.Errorf("%q, hint %q; want %q, hint with %q", e.Error(), e.Hint, test.want, test.hint)
			}
		})
	}
}

func TestSettingsInABody(t *testing.T) {
	var body struct{ RuleSettings []Setting }
	err := json.Unmarshal([]byte(`{"RuleSettings":[{"id":"A-1","enabled":true},{"id":"A-2"}]}`), &body)
	var e *SettingError
	if !errors.As(err, &e) || e.Rule != "A-2" {
		t.Errorf("%v does not name A-2", err)
	}
}

func TestSettingBesideItsID(t *testing.T) {
	s, err := ParseSettingOf("RTM-002", []byte(`{"enabled":true,"extraSettings":[{"name":"ttl","ttl":true,"value":72}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.ID != "RTM-002" {
		t.Errorf("id %q", s.ID)
	}
	out, err := s.Attributes()
	if want := `{"enabled":true,"extraSettings":[{"name":"ttl","ttl":true,"value":72}]}`; err != nil || string(out) != want {
		t.Errorf("%s, %v; want %s", out, err, want)
	}
	if _, err := ParseSettingOf("A-1", []byte(`{"id":"A-1","enabled":true}`)); err != nil {
		t.Errorf("the same id: %v", err)
	}
	if _, err := ParseSettingOf("A-1", []byte(`{"id":"A-2","enabled":true}`)); err == nil {
		t.Error("another id is taken")
	}
}

func TestCheck(t *testing.T) {
	l := pages(t, map[string]string{
		"A-001": "  days: {type: single-number-value, label: Days, default: 5}",
		"A-002": "",
		"A-003": "  what: {type: choice-multiple-value-with-risk-level, label: W, choices: [a, b], default: []}",
	})
	tests := map[string]struct{ in, account, profile string }{
		"good":                  {in: `{"id":"A-001","enabled":true,"riskLevel":"LOW","provider":"AWS","extraSettings":[{"name":"days","value":"7"}]}`},
		"no risk":               {in: `{"id":"A-001","enabled":true}`, account: "Rule risk level missing for A-001"},
		"no risk, many risks":   {in: `{"id":"A-003","enabled":true}`},
		"no risk, unknown rule": {in: `{"id":"B-001","enabled":true,"provider":"azure"}`},
		"another provider":      {in: `{"id":"A-001","enabled":true,"riskLevel":"LOW","provider":"gcp"}`, account: "Provider gcp is invalid for A-001", profile: "Provider gcp is invalid for A-001"},
		"not configurable":      {in: `{"id":"A-002","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"ttl","value":1}]}`, account: "Rule A-002 is not configurable"},
		"empty extra settings":  {in: `{"id":"A-002","enabled":true,"riskLevel":"LOW","extraSettings":[]}`},
		"another name":          {in: `{"id":"A-001","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"weeks","value":"x"}]}`},
		"wrong value": {
			in:      `{"id":"A-001","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"days","value":"soon"}]}`,
			account: "Setting days of rule A-001 is invalid: soon is not a whole number", profile: "Setting days of rule A-001 is invalid: soon is not a whole number",
		},
	}
	text := func(err error) string {
		if err == nil {
			return ""
		}
		return err.Error()
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s := parsed(t, test.in)
			if got := text(s.Check(l)); got != test.account {
				t.Errorf("account: %q, want %q", got, test.account)
			}
			if got := text(s.CheckInProfile(l)); got != test.profile {
				t.Errorf("profile: %q, want %q", got, test.profile)
			}
		})
	}
}

func TestTextsOfTheDocument(t *testing.T) {
	for want, err := range map[string]error{
		"This Real-Time Threat Monitoring package rule RTM-001 is not part of the account subscription": NotInSubscription("RTM-001", "Real-Time Threat Monitoring"),
		"Org-001 is not configurable from this endpoint.":                                               NotConfigurableHere("Org-001"),
	} {
		if err.Error() != want {
			t.Errorf("%q, want %q", err, want)
		}
	}
}

// TestDefaultsComeBack holds the defaults of every page against what is read
// from them when a script copies them.
func TestDefaultsComeBack(t *testing.T) {
	l, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, id := range l.IDs() {
		r, err := l.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		s := Defaults(r)
		if s.Configured == nil || *s.Configured {
			t.Fatalf("%s says it is configured", id)
		}
		s.Configured = nil
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		s = parsed(t, string(data))
		if err := s.Check(l); err != nil {
			t.Errorf("%s: %v", data, err)
		}
		got, err := s.Engine(r)
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]any{}
		for _, setting := range r.Settings {
			if setting.Default != nil {
				want[setting.Name] = setting.Default
				seen++
			}
		}
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, got.Settings); diff != "" {
			t.Errorf("%s: -page +read\n%s", id, diff)
		}
		if got.Risk != r.Risk || *got.Enabled != (r.Deprecated == "") {
			t.Errorf("%s: risk %s, enabled %v", id, got.Risk, *got.Enabled)
		}
	}
	if seen == 0 {
		t.Error("no page has a default")
	}
}
