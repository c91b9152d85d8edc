package web

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/server/look"
	"github.com/surety-cloud/surety/rules"
)

// settingPages are the pages' templates, read once.
var settingPages = sync.OnceValues(func() (*look.Pages, error) { return look.Parse(files, "pages") })

// typed is what a browser sends of a form that nobody has changed: the form is
// shown as a page, and the page's fields are read.
func typed(t *testing.T, f *settingForm) url.Values {
	t.Helper()
	pages, err := settingPages()
	if err != nil {
		t.Fatal(err)
	}
	page, err := pages.Render("account-rule", &look.Frame{
		User: &look.User{}, Body: &ruleBody{accountSettings: &accountSettings{Write: true}, Form: f},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, form, _ := strings.Cut(string(page), `<form class="setting"`)
	form, _, _ = strings.Cut(form, "</form>")
	return fieldsOf(t, `<form `+form+`</form>`)
}

// fieldsOf reads the fields of a form.
func fieldsOf(t *testing.T, form string) url.Values {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(form))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	values := url.Values{}
	var area, choice string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return values
		}
		if err != nil {
			t.Fatalf("%v in %s", err, form)
		}
		switch e := token.(type) {
		case xml.StartElement:
			at := map[string]string{}
			for _, a := range e.Attr {
				at[a.Name.Local] = a.Value
			}
			_, checked := at["checked"]
			_, selected := at["selected"]
			switch e.Name.Local {
			case "input":
				if at["name"] != "" && (checked || at["type"] != "checkbox" && at["type"] != "radio") {
					values.Add(at["name"], at["value"])
				}
			case "textarea":
				area = at["name"]
				values.Add(area, "")
			case "select":
				choice = at["name"]
			case "option":
				if selected || choice != "" && !values.Has(choice) {
					values.Set(choice, at["value"])
				}
			}
		case xml.CharData:
			if area != "" {
				// A browser's text areas have carriage returns.
				last := values[area]
				last[len(last)-1] += strings.ReplaceAll(string(e), "\n", "\r\n")
			}
		case xml.EndElement:
			if e.Name.Local == "textarea" {
				area = ""
			}
		}
	}
}

// again shows a setting, sends the form back, and gives what is saved.
func again(t *testing.T, s conformity.Setting, page *rule.Rule, profile bool) conformity.Setting {
	t.Helper()
	form := newSettingForm(s, page, profile)
	out, err := form.take(typed(t, newSettingForm(s, page, profile)))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func plain(t *testing.T, s conformity.Setting) any {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// example is a setting with the page's examples for what has no default.
func example(r *rule.Rule) conformity.Setting {
	s := conformity.Defaults(r)
	s.Configured = nil
	for i, setting := range r.Settings {
		if setting.Default != nil || setting.Example == nil {
			continue
		}
		setting.Default = setting.Example
		s.ExtraSettings[i] = conformity.Defaults(&rule.Rule{ID: r.ID, Settings: []rule.Setting{setting}}).ExtraSettings[0]
	}
	return s
}

// TestEverySettingSurvivesItsForm shows every setting of every page, as its
// defaults are and with the page's examples, and saves it unchanged.
func TestEverySettingSurvivesItsForm(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Settings) == 0 {
			continue
		}
		n++
		full := example(r)
		if diff := cmp.Diff(plain(t, full), plain(t, again(t, full, r, false))); diff != "" {
			t.Errorf("%s: what was saved differs: %s", id, diff)
		}
		bare := conformity.Setting{ID: id, Enabled: true, RiskLevel: "LOW"}
		if diff := cmp.Diff(plain(t, bare), plain(t, again(t, bare, r, true))); diff != "" {
			t.Errorf("%s without values: what was saved differs: %s", id, diff)
		}
		for _, field := range newSettingForm(full, r, false).Fields {
			if field.Kind == "json" {
				t.Errorf("%s: setting %s is shown as JSON", id, field.Label)
			}
		}
		// The same values, typed into the form of the bare setting, mean the same.
		form := newSettingForm(bare, r, false)
		values := typed(t, newSettingForm(full, r, false))
		values.Set("was", form.Was)
		written, err := form.take(values)
		if err != nil {
			t.Fatal(err)
		}
		want, err := full.Engine(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := written.Engine(r)
		if err != nil {
			t.Fatalf("%s: %v", id, err)
		}
		for name, value := range want.Settings {
			if setting, _ := r.Setting(name); got.Settings[name] == nil && cmp.Equal(value, must(setting.Parse(setting.Default))) {
				continue // the default is not written
			}
			if diff := cmp.Diff(value, got.Settings[name]); diff != "" {
				t.Errorf("%s: setting %s means another value: %s", id, name, diff)
			}
		}
	}
	if n < 100 {
		t.Errorf("only %d rules have settings", n)
	}
}

func must(v any, err error) any {
	if err != nil {
		return err
	}
	return v
}

// shapes are entries of every type in the forms in which clients send them.
// Kind is how the form shows them.
var shapes = []struct {
	name, typ, entry, kind string
	choices                []string
}{
	{"number", "single-number-value", `{"name":"v","label":"L","type":"single-number-value","value":72}`, "number", nil},
	{"number in text", "single-number-value", `{"name":"v","value":" 72"}`, "number", nil},
	{"number among values", "single-number-value", `{"name":"v","value":null,"values":[{"value":"72","x":[1]}]}`, "number", nil},
	{"no number", "single-number-value", `{"name":"v","value":null}`, "number", nil},
	{"two numbers", "single-number-value", `{"name":"v","values":[1,2]}`, "json", nil},
	{"large number", "single-number-value", `{"name":"v","value":12345678901234567890123}`, "number", nil},
	{"ttl", "ttl", `{"name":"v","type":"ttl","value":"24","ttl":true}`, "number", nil},
	{"text", "single-string-value", `{"name":"v","value":"  a \"b\" <i>&amp; "}`, "text", nil},
	{"text of two lines", "single-string-value", `{"name":"v","value":"a\nb"}`, "json", nil},
	{"boolean", "single-string-value", `{"name":"v","value":true}`, "text", nil},
	{"regular expression", "single-value-regex", `{"name":"v","value":"^a\\\\.[\"'<]+$"}`, "code", nil},
	{"choice", "choice-single-value", `{"name":"v","value":"b"}`, "choice", []string{"a", "b"}},
	{"choice that is none", "choice-single-value", `{"name":"v","value":"z"}`, "choice", []string{"a", "b"}},
	{"texts", "multiple-string-values", `{"name":"v","values":[{"value":"b","label":"B"},{"value":" a "},"c",{"value":7}]}`, "lines", nil},
	{"texts as the value", "multiple-string-values", `{"name":"v","value":["a","b"]}`, "lines", nil},
	{"texts switched off", "multiple-string-values", `{"name":"v","values":[{"value":"a","enabled":false},{"value":"b","enabled":true}]}`, "lines", nil},
	{"the same text twice", "multiple-string-values", `{"name":"v","values":[{"value":"a","n":1},{"value":"a","n":2}]}`, "lines", nil},
	{"empty text", "multiple-string-values", `{"name":"v","values":[{"value":""}]}`, "json", nil},
	{"numbers", "multiple-number-values", `{"name":"v","values":[{"value":22},{"value":"3389"}]}`, "lines", nil},
	{"accounts", "multiple-aws-account-values", `{"name":"v","values":[{"value":"111122223333"}]}`, "lines", nil},
	{"addresses", "multiple-ip-values", `{"name":"v","values":[{"value":"203.0.113.0/24"},{"value":"2001:db8::1"}]}`, "lines", nil},
	{"tags", "tags", `{"name":"v","values":["env::prod","x"]}`, "lines", nil},
	{"countries", "countries", `{"name":"v","value":null,"values":[{"value":"DE","label":"Germany"}],"countries":true}`, "lines", nil},
	{"regions", "regions", `{"name":"v","values":["us-east-1","eu-west-1"],"regions":true}`, "choices", nil},
	{"regions of later", "ignored-regions", `{"name":"ignored-v","values":[{"value":"zz-north-9"}]}`, "choices", nil},
	{"choices", "choice-multiple-value", `{"name":"v","values":[{"value":"a","label":"A","enabled":true},{"value":"b","enabled":false,"k":1}]}`, "choices", []string{"a", "b", "c"}},
	{"choices of which none says", "choice-multiple-value", `{"name":"v","values":[{"value":"b"}]}`, "choices", []string{"a", "b"}},
	{"choices with tags", "choice-multiple-value-with-tags", `{"name":"v","values":[{"value":"a","enabled":true,"customised":true,"settings":[{"name":"tags-override","values":[{"value":"k::v"}]}]},{"value":"b","enabled":true}]}`, "tagged", []string{"a", "b"}},
	{"choices with risks", "choice-multiple-value-with-risk-level", `{"name":"v","values":[{"value":"a","enabled":true,"customised":true,"customizedRiskLevel":"HIGH"},{"value":"b","enabled":true,"riskLevel":"NOT_CUSTOMIZED"}]}`, "risked", []string{"a", "b"}},
	{"a risk that is none", "choice-multiple-value-with-risk-level", `{"name":"v","values":[{"value":"a","enabled":true,"riskLevel":"SOME"}]}`, "json", []string{"a"}},
	{"objects", "multiple-object-values", `{"name":"v","valueKeys":["eventName","eventSource"],"values":[{"value":{"eventName":"^Delete","eventSource":"s3","more":1}}]}`, "objects", nil},
	{"objects of objects", "multiple-object-values", `{"name":"v","values":[{"value":{"a":{"b":1}}}]}`, "json", nil},
	{"mappings", "multiple-vpc-gateway-mappings", `{"name":"v","mappings":[{"values":[{"name":"vpcId","type":"single-string-value","value":"vpc-1"},{"name":"gatewayIds","values":[{"value":"igw-1"},{"value":"nat-1"}]}]}]}`, "mappings", nil},
	{"mappings as values", "multiple-vpc-gateway-mappings", `{"name":"v","values":[{"vpcId":"vpc-1","gatewayIds":["igw-1"]}]}`, "mappings", nil},
	{"values that are no list", "tags", `{"name":"v","values":{"a":1}}`, "json", nil},
}

// TestEveryShapeSurvivesItsForm saves values of every type unchanged, in all
// forms in which clients send them.
func TestEveryShapeSurvivesItsForm(t *testing.T) {
	seen := map[string]bool{}
	for _, test := range shapes {
		seen[test.typ] = true
		t.Run(test.name, func(t *testing.T) {
			var entry struct{ Name string }
			if err := json.Unmarshal([]byte(test.entry), &entry); err != nil {
				t.Fatal(err)
			}
			page := &rule.Rule{ID: "TST-001", Risk: "high", Settings: []rule.Setting{{Name: entry.Name, Type: test.typ, Choices: test.choices}}}
			s, err := conformity.ParseSetting(fmt.Appendf(nil, `{"id":"TST-001","enabled":true,"riskLevel":"LOW","ruleExists":false,"provider":"AWS",
				"exceptions":{"tags":["a::b"," c"],"resources":[]},"extraSettings":[{"name":"gone","value":1.50,"deep":{"z":1,"a":[null]}},%s]}`, test.entry))
			if err != nil {
				t.Fatal(err)
			}
			form := newSettingForm(s, page, false)
			if got := form.Fields[0].Kind; got != test.kind {
				t.Errorf("it is shown as %s, not %s", got, test.kind)
			}
			out := again(t, s, page, false)
			want, _ := json.Marshal(s)
			if got, _ := json.Marshal(out); string(got) != string(want) {
				t.Errorf("what was saved is\n%s, not\n%s", got, want)
			}
			if unknown := again(t, s, nil, true); !cmp.Equal(plain(t, s), plain(t, unknown)) {
				t.Errorf("of a rule that is not there, what was saved is %v", plain(t, unknown))
			}
		})
	}
	for _, typ := range rule.SettingTypes() {
		if !seen[typ] || settingKinds[typ] == "" {
			t.Errorf("type %s is not shown", typ)
		}
	}
}

// TestChange changes values: what was not touched stays.
func TestChange(t *testing.T) {
	for _, test := range []struct {
		name, typ, entry string
		fallback         any // the default
		choices          []string
		change           url.Values
		want             string
	}{
		{"number", "single-number-value", `{"name":"v","label":"L","value":"72","x":1}`, int64(1), nil, url.Values{"s.v": {" 90 "}}, `{"name":"v","label":"L","value":90,"x":1}`},
		{"no number", "single-number-value", `{"name":"v","value":72}`, int64(1), nil, url.Values{"s.v": {""}}, `{"name":"v","value":null}`},
		{"not a number", "single-number-value", `{"name":"v","value":72}`, int64(1), nil, url.Values{"s.v": {"many"}}, `{"name":"v","value":"many"}`},
		{"empty text", "single-string-value", `{"name":"v","value":"a"}`, "b", nil, url.Values{"s.v": {""}}, `{"name":"v","value":""}`},
		{"no text", "single-string-value", `{"name":"v","value":"a"}`, nil, nil, url.Values{"s.v": {""}}, `{"name":"v","value":null}`},
		{"lines", "multiple-string-values", `{"name":"v","values":[{"value":"a","x":1},{"value":"b","enabled":false},"c"]}`, nil, nil, url.Values{"s.v": {"c\r\n d \r\n\r\na"}}, `{"name":"v","values":["c",{"value":"d"},{"value":"a","x":1},{"value":"b","enabled":false}]}`},
		{"numbers", "multiple-number-values", `{"name":"v","value":22}`, nil, nil, url.Values{"s.v": {"22\n23"}}, `{"name":"v","values":[22,{"value":23}]}`},
		{"regions", "regions", `{"name":"v","values":["us-east-1"]}`, nil, nil, url.Values{"s.v": {"eu-west-1", "us-east-1"}}, `{"name":"v","values":["eu-west-1","us-east-1"]}`},
		{"choices", "choice-multiple-value", `{"name":"v","values":[{"value":"b","k":1}]}`, nil, []string{"a", "b"}, url.Values{"s.v": {"a"}}, `{"name":"v","values":[{"value":"b","k":1,"enabled":false},{"value":"a","label":"a","enabled":true}]}`},
		{"tags of a choice", "choice-multiple-value-with-tags", `{"name":"v","values":[{"value":"a","enabled":true,"tags":["x"],"settings":[{"name":"other"}]}]}`, nil, []string{"a"}, url.Values{"s.v.tags.a": {"k::v\n"}}, `{"name":"v","values":[{"value":"a","enabled":true,"settings":[{"name":"other"},{"name":"tags-override","type":"multiple-string-values","values":[{"value":"k::v"}]}],"customised":true}]}`},
		{"risk of a choice", "choice-multiple-value-with-risk-level", `{"name":"v","values":[{"value":"a","enabled":true,"riskLevel":"LOW"}]}`, nil, []string{"a"}, url.Values{"s.v.risk.a": {""}}, `{"name":"v","values":[{"value":"a","enabled":true,"customised":false,"customizedRiskLevel":"NOT_CUSTOMIZED"}]}`},
		{"objects", "multiple-object-values", `{"name":"v","valueKeys":["e","f"],"values":[{"value":{"e":"x","n":1}}]}`, nil, nil, url.Values{"s.v.a": {"x", "y", ""}, "s.v.b": {"", "z", ""}, "s.v.c": {"1", "", ""}}, `{"name":"v","valueKeys":["e","f"],"values":[{"value":{"e":"x","n":1}},{"value":{"e":"y","f":"z"}}]}`},
		{"mappings", "multiple-vpc-gateway-mappings", `{"name":"v","mappings":[]}`, nil, nil, url.Values{"s.v.a": {"vpc-1"}, "s.v.b": {"igw-1\nnat-1"}}, `{"name":"v","mappings":[{"values":[{"name":"vpcId","type":"single-string-value","value":"vpc-1"},{"name":"gatewayIds","type":"multiple-string-values","values":[{"value":"igw-1"},{"value":"nat-1"}]}]}]}`},
		{"JSON", "tags", `{"name":"v","values":{"a":1}}`, nil, nil, url.Values{"s.v": {`{ "name": "v", "values": ["x"] }`}}, `{"name":"v","values":["x"]}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := &rule.Rule{ID: "TST-001", Risk: "high", Settings: []rule.Setting{{Name: "v", Type: test.typ, Choices: test.choices, Default: test.fallback}}}
			s := conformity.Setting{ID: "TST-001", RiskLevel: "LOW", ExtraSettings: []json.RawMessage{json.RawMessage(test.entry)}}
			form := newSettingForm(s, page, false)
			values := typed(t, newSettingForm(s, page, false))
			for key, v := range test.change {
				values[key] = v
			}
			out, err := form.take(values)
			if err != nil {
				t.Fatal(err)
			}
			if got := string(out.ExtraSettings[0]); got != test.want {
				t.Errorf("what was saved is\n%s, not\n%s", got, test.want)
			}
		})
	}
}

func TestFormRefuses(t *testing.T) {
	s := conformity.Setting{ID: "TST-001", RiskLevel: "LOW", ExtraSettings: []json.RawMessage{json.RawMessage(`{"name":"v","value":{}}`)}}
	for name, test := range map[string]struct {
		change url.Values
		want   string
	}{
		"no JSON":       {url.Values{"x.0": {"{"}}, "v is not right"},
		"no name":       {url.Values{"x.0": {"{}"}}, "v is not right"},
		"somebody else": {url.Values{"was": {"x"}}, "somebody changed"},
	} {
		form := newSettingForm(s, nil, false)
		values := typed(t, newSettingForm(s, nil, false))
		for key, v := range test.change {
			values[key] = v
		}
		if _, err := form.take(values); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
	form := newSettingForm(s, nil, false)
	values := typed(t, form)
	values.Set("x.0", "")
	if out, err := form.take(values); err != nil || len(out.ExtraSettings) != 0 {
		t.Errorf("what was emptied is not removed: %s, %v", out.ExtraSettings, err)
	}
}
