package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func ruleSetting(setting string) string {
	return `{"data":{"attributes":{"note":"agreed","ruleSetting":` + setting + `}}}`
}

// TestRuleSettingEcho is what clients compare: what was sent comes back.
func TestRuleSettingEcho(t *testing.T) {
	for name, test := range map[string]struct{ rule, sent, want string }{
		"nothing in the exceptions": {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","provider":"aws","ruleExists":false,"exceptions":{},"extraSettings":null}`,
			`{"id":"EC2-001","enabled":true,"riskLevel":"LOW","provider":"aws","ruleExists":false}`},
		"nulls in the exceptions": {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","exceptions":{"tags":null,"resources":[]}}`,
			`{"id":"EC2-001","enabled":true,"riskLevel":"LOW"}`},
		"a number as text": {"ZZ-999", `{"id":"ZZ-999","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"threshold","type":"single-number-value","value":"100"}]}`,
			`{"id":"ZZ-999","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"threshold","type":"single-number-value","value":"100"}]}`},
		"a number": {"ZZ-999", `{"id":"ZZ-999","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"threshold","type":"single-number-value","value":100}]}`,
			`{"id":"ZZ-999","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"threshold","type":"single-number-value","value":100}]}`},
		"members that nobody knows": {"ZZ-999", `{"id":"ZZ-999","enabled":false,"riskLevel":"LOW","extraSettings":[{"name":"c","countries":true,"value":null,"values":[{"value":"CA","label":"Canada"}],"more":{"b":1,"a":2}}]}`,
			`{"id":"ZZ-999","enabled":false,"riskLevel":"LOW","extraSettings":[{"name":"c","countries":true,"value":null,"values":[{"value":"CA","label":"Canada"}],"more":{"b":1,"a":2}}]}`},
		"lists in their order": {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","provider":"AWS","exceptions":{"tags":["b","a"],"filterTags":["z","y"]}}`,
			`{"id":"EC2-001","enabled":true,"riskLevel":"LOW","provider":"AWS","exceptions":{"tags":["b","a"],"filterTags":["z","y"]}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			path := "/v1/accounts/" + s.account.ID + "/settings/rules"
			s.ok(writer, "PATCH", path+"/"+test.rule, ruleSetting(test.sent))
			for _, read := range []string{path, path + "/" + test.rule} {
				got := s.do(reader, "GET", read, "")
				got.want(http.StatusOK)
				var body struct {
					Data struct {
						Attributes struct {
							Settings struct{ Rules []json.RawMessage }
						}
					}
				}
				if err := json.Unmarshal(got.Body, &body); err != nil {
					t.Fatal(err)
				}
				if rules := body.Data.Attributes.Settings.Rules; len(rules) != 1 || string(rules[0]) != test.want {
					t.Errorf("GET %s has %s, not %s", read, rules, test.want)
				}
			}
		})
	}
}

func TestRuleSettings(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/rules"
	for _, missing := range []string{path, path + "/EC2-001"} {
		if got := s.do(reader, "GET", missing, ""); got.Status != http.StatusNotFound || !strings.Contains(string(got.Body), "404") {
			t.Errorf("GET %s before any was configured is %d %s", missing, got.Status, got.Body)
		}
	}
	all := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"note":"first","ruleSettings":[
		{"id":"S3-001","enabled":false,"riskLevel":"LOW"},{"id":"EC2-001","enabled":true,"riskLevel":"HIGH","exceptions":{"tags":["dev"]}}]}}}`)
	if got := idsOf(at(all, "data", "attributes", "settings", "rules")); got != "S3-001 EC2-001" {
		t.Errorf("the settings are %s", got)
	}
	if len(s.queue.scanned) != 1 {
		t.Errorf("the account was scanned %d times after a change", len(s.queue.scanned))
	}
	all = s.ok(writer, "PATCH", path+"/S3-001", ruleSetting(`{"id":"S3-001","enabled":true,"riskLevel":"LOW"}`))
	if got := idsOf(at(all, "data", "attributes", "settings", "rules")); got != "S3-001 EC2-001" {
		t.Errorf("after a change of the first the settings are %s", got)
	}
	scans := len(s.queue.scanned)
	s.ok(writer, "PATCH", path+"/S3-001", ruleSetting(`{"id":"S3-001","enabled":true,"riskLevel":"LOW"}`))
	if len(s.queue.scanned) != scans {
		t.Error("the same setting again had the account scanned")
	}
	for _, want := range []string{"disabled", "enabled", "riskLevel", "exceptions.tags.added"} {
		if !slices.Contains(s.happened(), "account.rule.update."+want) {
			t.Errorf("there is no event account.rule.update.%s: %v", want, s.happened())
		}
	}
	one := s.ok(reader, "GET", path+"/S3-001?notes=True", "")
	if at(one, "meta", "notes", 0, "note") != "agreed" || at(one, "meta", "notes", 2, "note") != "first" || at(one, "meta", "notes", 0, "createdBy") != "u-writer" {
		t.Errorf("the notes are %v", at(one, "meta"))
	}
	if got := s.ok(reader, "GET", path+"/S3-001?notes=false", ""); at(got, "meta") != nil {
		t.Errorf("meta is %v", at(got, "meta"))
	}
	account := s.ok(reader, "GET", "/v1/accounts/"+s.account.ID, "")
	if got := idsOf(at(account, "data", "attributes", "settings", "rules")); got != "S3-001 EC2-001" {
		t.Errorf("the account has the settings %s", got)
	}
	if at(account, "data", "attributes", "settings", "bot") != nil {
		t.Error("the account has a bot that nobody has set")
	}

	if got := s.ok(writer, "DELETE", path+"/S3-001", ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the removal is %v", got)
	}
	s.do(writer, "DELETE", path+"/S3-001", "").want(http.StatusNotFound)
	s.do(reader, "GET", path+"/S3-001", "").want(http.StatusNotFound)
	s.ok(writer, "DELETE", path+"/EC2-001", "")
	s.do(reader, "GET", path, "").want(http.StatusNotFound)
}

// idsOf are the ids of a list in JSON, in its order.
func idsOf(list any) string {
	entries, _ := list.([]any)
	var out []string
	for _, e := range entries {
		out = append(out, fmt.Sprint(at(e, "id")))
	}
	return strings.Join(out, " ")
}

func TestRuleSettingsWithDefaults(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/rules"
	library, _ := knowledge()
	count := func() int {
		return size(at(s.ok(reader, "GET", path+"?includeDefaults=True", ""), "data", "attributes", "settings", "rules"))
	}
	if got := count(); got != len(library.IDs()) {
		t.Errorf("without settings there are %d defaults of %d rules", got, len(library.IDs()))
	}
	s.ok(writer, "PATCH", path+"/S3-001", ruleSetting(`{"id":"S3-001","enabled":false,"riskLevel":"LOW"}`))
	s.ok(writer, "PATCH", path+"/ZZ-999", ruleSetting(`{"id":"ZZ-999","enabled":false,"riskLevel":"LOW"}`))
	rules := at(s.ok(reader, "GET", path+"?includeDefaults=true", ""), "data", "attributes", "settings", "rules")
	if got := size(rules); got != len(library.IDs())+1 {
		t.Errorf("with two settings there are %d of %d rules", got, len(library.IDs()))
	}
	if at(rules, 0, "id") != "S3-001" || at(rules, 0, "configured") != true || at(rules, 2, "configured") != false {
		t.Errorf("the settings begin with %v, %v", at(rules, 0), at(rules, 2))
	}
	if got := at(s.ok(reader, "GET", path, ""), "data", "attributes", "settings", "rules", 0, "configured"); got != nil {
		t.Errorf("configured is %v without defaults", got)
	}
}

func TestRuleSettingRefused(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/rules/"
	s.ok(admin, "PATCH", "/v1/accounts/"+s.account.ID+"/subscription", `{"data":{"attributes":{"subscriptionType":"essentials"}}}`)
	for name, test := range map[string]struct {
		rule, setting string
		status        int
		text          string
	}{
		"no setting":          {"EC2-001", `null`, 422, ""},
		"a list":              {"EC2-001", `[]`, 422, ""},
		"another id":          {"EC2-001", `{"id":"EC2-002","enabled":true,"riskLevel":"LOW"}`, 422, "ruleSetting.id"},
		"no risk":             {"EC2-001", `{"id":"EC2-001","enabled":true}`, 422, "Rule risk level missing for EC2-001"},
		"a wrong risk":        {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"low"}`, 422, "Rule risk level provided for EC2-001 is incorrect"},
		"enabled is missing":  {"EC2-001", `{"id":"EC2-001","riskLevel":"LOW"}`, 422, "Rule enable status is not valid for EC2-001"},
		"enabled is text":     {"EC2-001", `{"id":"EC2-001","enabled":"true","riskLevel":"LOW"}`, 422, "Rule enable status is not valid for EC2-001"},
		"an unknown member":   {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","note":"x"}`, 422, "One or more rule setting property is invalid for EC2-001"},
		"another provider":    {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","provider":"gcp"}`, 422, "Provider gcp is invalid for EC2-001"},
		"settings of none":    {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW","extraSettings":[{"name":"a","value":1}]}`, 422, "Rule EC2-001 is not configurable"},
		"no real-time":        {"RTM-002", `{"id":"RTM-002","enabled":true,"riskLevel":"LOW"}`, 422, "This Real-Time Threat Monitoring package rule RTM-002 is not part of the account subscription"},
		"not a rule":          {"x", `{"id":"x","enabled":true,"riskLevel":"LOW"}`, 422, "not the id of a rule"},
		"a control character": {"EC2-001", `{"id":"EC2-001","enabled":true,"riskLevel":"LOW"},"note":"a\u0001b"`, 422, "control character"},
	} {
		t.Run(name, func(t *testing.T) {
			body := `{"data":{"attributes":{"ruleSetting":` + test.setting + `}}}`
			got := s.do(writer, "PATCH", path+test.rule, body)
			detail, _ := at(got.want(test.status), "errors", 0, "detail").(string)
			if !strings.Contains(detail, test.text) {
				t.Errorf("the detail is %q", detail)
			}
		})
	}
	s.do(writer, "PATCH", path+"EC2-001", `{"data":{"attributes":{}}}`).want(http.StatusBadRequest)
	s.do(writer, "PATCH", strings.TrimSuffix(path, "/"), `{"data":{"attributes":{"ruleSettings":[]}}}`).want(http.StatusBadRequest)
	// One that is wrong keeps all from being written.
	s.do(writer, "PATCH", strings.TrimSuffix(path, "/"), `{"data":{"attributes":{"ruleSettings":[{"id":"S3-001","enabled":true,"riskLevel":"LOW"},{"id":"EC2-001"}]}}}`).want(422)
	s.do(reader, "GET", strings.TrimSuffix(path, "/"), "").want(http.StatusNotFound)
}

func TestDeprecatedRule(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/rules"
	got := s.ok(writer, "PATCH", path+"/TST-001", ruleSetting(`{"id":"TST-001","enabled":true,"riskLevel":"LOW"}`))
	for _, body := range []map[string]any{got, s.ok(reader, "GET", path, ""), s.ok(reader, "GET", "/v1/accounts/"+s.account.ID, "")} {
		warning := at(body, "meta", "deprecation", "warning")
		if at(warning, "message") != "1 manually configured rule in this account is deprecated." || at(warning, "rules", 0, "id") != "TST-001" ||
			at(warning, "rules", 0, "enabled") != true || at(warning, "link") != s.url+"/v1/services" {
			t.Errorf("the warning is %v", warning)
		}
	}
	got = s.ok(writer, "PATCH", path+"/TST-001", ruleSetting(`{"id":"TST-001","enabled":false,"riskLevel":"LOW"}`))
	if at(got, "meta") != nil {
		t.Errorf("a disabled rule is warned of: %v", at(got, "meta"))
	}
	s.do(admin, "POST", "/v1/profiles", `{"data":{"attributes":{"name":"p"}},"included":[{"type":"rules","id":"TST-001","attributes":{"enabled":true}}]}`).want(422)
}

// TestOrganisationOfAccountRules lists what an account has from the
// organisation's profile beside its own settings.
func TestOrganisationOfAccountRules(t *testing.T) {
	s := newServer(t)
	rules := "/v1/accounts/" + s.account.ID + "/settings/rules"
	s.do(reader, "GET", rules+"?includeOrganisation=true", "").want(http.StatusNotFound)
	organisation, err := s.store.Organisation(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.ok(admin, "PATCH", "/v1/profiles/organisation-"+organisation.ID, `{"included":[
		{"type":"rules","id":"S3-001","attributes":{"enabled":false}},{"type":"rules","id":"S3-002","attributes":{"enabled":false}}]}`)
	s.ok(admin, "PATCH", rules, `{"data":{"attributes":{"ruleSettings":[{"id":"S3-001","enabled":true,"riskLevel":"LOW"}]}}}`)
	for query, configured := range map[string]any{"": nil, "&includeDefaults=true": false} {
		body := s.ok(reader, "GET", rules+"?includeOrganisation=true"+query, "")
		list := at(body, "data", "attributes", "settings", "rules")
		if at(list, 0, "id") != "S3-001" || at(list, 0, "enabled") != true || at(list, 1, "id") != "S3-002" || at(list, 1, "enabled") != false || at(list, 1, "configured") != configured {
			t.Errorf("the rules are %v, %v", at(list, 0), at(list, 1))
		}
		if got, _ := json.Marshal(at(body, "meta", "organisation")); string(got) != `["S3-002"]` {
			t.Errorf("meta is %v", at(body, "meta"))
		}
	}
}
