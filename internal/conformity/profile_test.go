package conformity

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

const profileText = `{
  "schema": "https://cloudconformity.com/external/profile.schema.json",
  "version": "1.1",
  "name": "Production",
  "description": "What we hold to",
  "ruleSettings": [
    {"id": "A-002", "enabled": false, "provider": "aws", "riskLevel": "LOW", "exceptions": {"tags": ["dev"], "resources": []}},
    {"id": "A-001", "enabled": true, "riskLevel": "HIGH", "extraSettings": [{"name": "days", "type": "single-number-value", "value": "9"}]}
  ]
}
`

func TestProfileIsEchoed(t *testing.T) {
	p, err := ParseProfile("p.json", []byte("\xef\xbb\xbf"+profileText))
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "Production" || p.Description != "What we hold to" || len(p.Settings) != 2 || p.Settings[0].ID != "A-002" {
		t.Errorf("read %+v", p)
	}
	configured := true
	p.Settings[1].Configured = &configured // not of a file
	out, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := errors.Join(json.Unmarshal([]byte(profileText), &want), json.Unmarshal(out, &got)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-read +written\n%s", diff)
	}
	if _, err := ParseProfile("", out); err != nil {
		t.Errorf("what is written cannot be read: %v", err)
	}
	if p.Settings[1].Configured == nil {
		t.Error("writing changed the profile")
	}
	empty, err := json.Marshal(Profile{Name: "n"})
	if err != nil || !strings.Contains(string(empty), `"ruleSettings":[]`) {
		t.Errorf("empty: %s, %v", empty, err)
	}
}

func TestProfileIsRefused(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"empty":               {"", "p.json:1: the profile ends before it is complete"},
		"a list":              {"\n[]", "p.json:2: a profile is a JSON object with schema, version, name, description and ruleSettings"},
		"no text":             {"{\"name\": \"\xff\"}", "p.json:1: a profile is text in UTF-8"},
		"cut":                 {"{\"name\": \"n\",\n\"ruleSettings\": [", "p.json:2: the profile ends before it is complete"},
		"no comma":            {"{\"name\": \"n\"\n\"ruleSettings\": []}", "p.json:2: the profile is not JSON: "},
		"no settings":         {`{"name": "n"}`, "p.json:1: the profile has no ruleSettings"},
		"settings are null":   {`{"ruleSettings": null}`, "p.json:1: ruleSettings must be a list of settings of rules"},
		"settings twice":      {"{\"ruleSettings\": [],\n\"ruleSettings\": []}", "p.json:2: ruleSettings stands twice"},
		"more than one":       {"{\"ruleSettings\": []}\n{}", "p.json:2: a profile is one JSON object; remove what follows it"},
		"newer version":       {"{\n\"version\": \"2.0\", \"ruleSettings\": []}", `p.json:2: version "2.0" is not understood; it should be "1.1"`},
		"name is a number":    {"{\n\n\"name\": 1, \"ruleSettings\": []}", "p.json:3: name must be text"},
		"a wrong setting":     {"{\"ruleSettings\": [\n{\"id\": \"A-1\", \"enabled\": true},\n{\"id\": \"A-2\", \"enabled\": true, \"riskLevel\": \"BAD\"}]}", "p.json:3: ruleSettings[1]: Rule risk level provided for A-2 is incorrect: riskLevel must be"},
		"a rule twice":        {"{\"ruleSettings\": [\n{\"id\": \"A-1\", \"enabled\": true},\n{\"id\": \"A-1\", \"enabled\": false}]}", "p.json:3: ruleSettings[1]: rule A-1 stands twice; ruleSettings[0] has it too"},
		"a setting is a text": {"{\"ruleSettings\": [\n\"A-1\"]}", "p.json:2: ruleSettings[0]: A rule setting must be a JSON object"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ParseProfile("p.json", []byte(test.in))
			var e *ProfileError
			if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("%v; want %q", err, test.want)
			}
		})
	}
	_, err := ParseProfile("", []byte(`{"ruleSettings": [{"id": "A-1"}]}`))
	var e *SettingError
	if !errors.As(err, &e) || e.Rule != "A-1" || !strings.HasPrefix(err.Error(), "line 1: ") {
		t.Errorf("%v", err)
	}
}

// of makes settings from "A-001 HIGH tag" each.
func of(t testing.TB, lines ...string) []Setting {
	t.Helper()
	var out []Setting
	for _, line := range lines {
		f := strings.Fields(line)
		s := Setting{ID: f[0], Enabled: true, RiskLevel: f[1]}
		if len(f) > 2 {
			s.Exceptions = &Exceptions{Tags: f[2:]}
		}
		out = append(out, s)
	}
	return out
}

func TestMerge(t *testing.T) {
	account := of(t, "B-001 LOW account", "A-001 LOW account", "C-001 LOW")
	profile := of(t, "D-001 HIGH profile", "A-001 HIGH profile", "C-001 HIGH profile")
	tests := []struct {
		name       string
		mode       Mode
		exceptions bool
		want       []Setting
	}{
		{"fill-gaps", FillGaps, true, of(t, "B-001 LOW account", "A-001 LOW account", "C-001 LOW", "D-001 HIGH profile")},
		{"fill-gaps heeds no exceptions", FillGaps, false, of(t, "B-001 LOW account", "A-001 LOW account", "C-001 LOW", "D-001 HIGH profile")},
		{"overwrite", Overwrite, true, of(t, "B-001 LOW account", "A-001 HIGH profile", "C-001 HIGH profile", "D-001 HIGH profile")},
		{"overwrite without exceptions", Overwrite, false, of(t, "B-001 LOW account", "A-001 HIGH account", "C-001 HIGH", "D-001 HIGH")},
		{"replace", Replace, true, profile},
		{"replace heeds no exceptions", Replace, false, profile},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := Merge(account, profile, test.mode, test.exceptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			again, err := Merge(got, profile, test.mode, test.exceptions)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, again); diff != "" {
				t.Errorf("applied again: -once +twice\n%s", diff)
			}
		})
	}
	if diff := cmp.Diff(of(t, "B-001 LOW account", "A-001 LOW account", "C-001 LOW"), account); diff != "" {
		t.Errorf("the account's own list changed:\n%s", diff)
	}
	if _, err := Merge(nil, profile, "merge", true); err == nil || !strings.Contains(err.Error(), `"merge" is no mode: use fill-gaps, overwrite or replace`) {
		t.Errorf("%v", err)
	}
}

func TestPut(t *testing.T) {
	list := of(t, "A-001 LOW", "B-001 LOW")
	got := Put(list, of(t, "C-001 LOW", "A-001 HIGH", "C-001 HIGH")...)
	if diff := cmp.Diff(of(t, "A-001 HIGH", "B-001 LOW", "C-001 HIGH"), got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if list[0].RiskLevel != "LOW" {
		t.Error("the list itself changed")
	}
}

const daysSetting = "  days: {type: single-number-value, label: Days, default: 5}"

func TestResolve(t *testing.T) {
	l := pages(t, map[string]string{"A-001": daysSetting, "A-002": daysSetting, "A-003": daysSetting, "A-004": daysSetting})
	account := []Setting{
		parsed(t, `{"id":"A-001","enabled":true,"riskLevel":"LOW"}`),
		parsed(t, `{"id":"Z-001","enabled":true}`),
		parsed(t, `{"id":"A-003","enabled":true,"riskLevel":"HIGH","extraSettings":[{"name":"days","value":"many"}]}`),
	}
	organisation := []Setting{
		parsed(t, `{"id":"A-001","enabled":false,"extraSettings":[{"name":"days","value":7}]}`),
		parsed(t, `{"id":"A-002","enabled":false,"extraSettings":[{"name":"days","value":8}]}`),
	}
	p, errs := Resolve(l, account, organisation)
	on, off := true, false
	want := map[string]engine.RuleSettings{
		"A-001": {Enabled: &on, Risk: rule.Low},
		"A-002": {Enabled: &off, Settings: map[string]any{"days": int64(8)}},
		"A-003": {Enabled: &on, Risk: rule.High},
	}
	if diff := cmp.Diff(want, p.Rules); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(errs) != 1 || errs[0].Error() != "Setting days of rule A-003 is invalid: many is not a whole number" {
		t.Errorf("errors %v", errs)
	}
	if p, errs := Resolve(l, nil, nil); len(p.Rules) != 0 || errs != nil {
		t.Errorf("of nothing: %+v, %v", p, errs)
	}
}

func TestReadProfileFile(t *testing.T) {
	l := pages(t, map[string]string{"A-001": daysSetting, "A-002": ""})
	on, off := true, false
	tests := map[string]struct {
		in    string
		want  *engine.Profile
		notes []string
		err   []string
	}{
		"Conformity's": {in: profileText, want: &engine.Profile{
			Name: "Production", Description: "What we hold to", Rules: map[string]engine.RuleSettings{
				"A-001": {Enabled: &on, Risk: rule.High, Settings: map[string]any{"days": int64(9)}},
				"A-002": {Enabled: &off, Risk: rule.Low, Exceptions: engine.Exceptions{Resources: []string{}, Tags: []string{"dev"}}},
			},
		}},
		"what has no effect": {
			in:    `{"ruleSettings":[{"id":"B-001","enabled":true},{"id":"A-002","enabled":true,"extraSettings":[{"name":"ttl","value":1}]}]}`,
			want:  &engine.Profile{Rules: map[string]engine.RuleSettings{"A-002": {Enabled: &on}}},
			notes: []string{"there is no rule B-001: its setting has no effect", "rule A-002 has no setting ttl: its value has no effect"},
		},
		"Surety's":         {in: "name: n\nrules:\n  A-001:\n    risk: high\n", want: &engine.Profile{Name: "n", Rules: map[string]engine.RuleSettings{"A-001": {Risk: rule.High}}}},
		"Surety's in JSON": {in: `{"name": "n", "rules": {"A-001": {"risk": "high"}}}`, want: &engine.Profile{Name: "n", Rules: map[string]engine.RuleSettings{"A-001": {Risk: rule.High}}}},
		"Surety's, wrong":  {in: "rules:\n  B-001: {}\n", err: []string{"p:2", "B-001"}},
		"not quite JSON":   {in: `{"ruleSettings": [}`, err: []string{"p:1: the profile is not JSON"}},
		"no settings":      {in: `{"schema": "x"}`, err: []string{"p:1: the profile has no ruleSettings"}},
		"all wrong values": {
			in:  `{"ruleSettings":[{"id":"A-001","enabled":true,"extraSettings":[{"name":"days","value":"x"}]},{"id":"A-002","enabled":true,"provider":"gcp"}]}`,
			err: []string{"p: Setting days of rule A-001 is invalid", "p: Provider gcp is invalid for A-002"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, notes, err := ReadProfileFile("p", []byte(test.in), l)
			if test.err != nil {
				for _, part := range test.err {
					if err == nil || !strings.Contains(err.Error(), part) {
						t.Errorf("error %v; want one with %q", err, part)
					}
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, notes); diff != "" {
				t.Errorf("notes: -want +got\n%s", diff)
			}
		})
	}
}
