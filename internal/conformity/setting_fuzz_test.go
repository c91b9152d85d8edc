package conformity

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/rule"
)

// everyType is a library with a rule that has a setting of each type.
func everyType(t testing.TB) (*rule.Library, *rule.Rule) {
	t.Helper()
	lines := ""
	for i, typ := range rule.SettingTypes() {
		value := "[]"
		switch typ {
		case "single-number-value", "ttl":
			value = "1"
		case "single-string-value", "single-value-regex", "choice-single-value":
			value = "a"
		}
		if strings.HasPrefix(typ, "choice-") {
			value += ", choices: [a, b]"
		}
		lines += fmt.Sprintf("  s%d: {label: L, type: %s, default: %s}\n", i, typ, value)
	}
	l := pages(t, map[string]string{"A-001": lines})
	r, err := l.Rule("A-001")
	if err != nil {
		t.Fatal(err)
	}
	return l, r
}

// FuzzParseSetting holds that what is read is written so that it is read
// alike, and that a scan takes or refuses it.
func FuzzParseSetting(f *testing.F) {
	f.Add(`{"id":"A-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":["a"]},"extraSettings":[{"name":"s0","values":[{"value":"a","enabled":true,"settings":[{"name":"tags-override","values":[{"value":"t"}]}]}]}]}`)
	f.Add(`{"id":"A-001","enabled":true,"extraSettings":[{"name":"s7","mappings":[{"values":[{"name":"vpcId","value":"v"},{"name":"gatewayIds","values":["g"]}]}]}]}`)
	for i := range rule.SettingTypes() {
		f.Add(fmt.Sprintf(`{"id":"A-001","enabled":true,"extraSettings":[{"name":"s%d","value":"90","values":[{"value":"a"},"a",1]}]}`, i))
		f.Add(fmt.Sprintf(`{"id":"A-001","enabled":true,"extraSettings":[{"name":"s-%d","value":90}]}`, i))
	}
	l, r := everyType(f)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSetting([]byte(text))
		if err != nil {
			var e *SettingError
			if !errors.As(err, &e) || e.Error() == "" {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseSetting(out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		twice, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if string(out) != string(twice) {
			t.Fatalf("written %s, then %s", out, twice)
		}
		s.ID = r.ID
		settings, err := s.Engine(r)
		if err != nil && s.Check(l) == nil {
			t.Fatalf("checked, and refused: %v", err)
		}
		for name, value := range settings.Settings {
			setting, _ := r.Setting(name)
			if _, err := setting.Parse(value); err != nil {
				t.Fatalf("%s: %v is no value: %v", name, value, err)
			}
		}
	})
}

// FuzzParseProfile holds that a profile that is read is written as one that
// reads alike, and that errors tell a line of the file.
func FuzzParseProfile(f *testing.F) {
	f.Add(profileText)
	f.Add(`{"version":"1.1","ruleSettings":[{"id":"A-001","enabled":true}],"more":{}}`)
	f.Add(`{"ruleSettings":[{"id":"A-1"`)
	l, _ := everyType(f)
	f.Fuzz(func(t *testing.T, text string) {
		if _, _, err := ReadProfileFile("p", []byte(text), l); err == nil && text == "" {
			t.Fatal("nothing is a profile")
		}
		p, err := ParseProfile("p", []byte(text))
		if err != nil {
			var e *ProfileError
			if !errors.As(err, &e) || e.Line < 1 || e.Line > 1+len(text) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		out, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		again, err := ParseProfile("p", out)
		if err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if diff := cmp.Diff(p.Name, again.Name); diff != "" || len(p.Settings) != len(again.Settings) {
			t.Fatalf("%s", out)
		}
	})
}
