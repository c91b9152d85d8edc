package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/store"
)

// TestContract is what clients of Cloud Conformity impose: each point broke one
// of them where it was not kept, or is plain from its code.
func TestContract(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"1 every success is 200 with a JSON body":                contractSuccess,
		"2 no redirect for double or trailing slashes":           contractSlashes,
		"3 GET api-keys answers 200 for any valid key":           contractKeys,
		"4 where data is an array and where an object":           contractData,
		"5 nothing is returned that nobody set":                  contractUnset,
		"6 what was set comes back as sent":                      contractEcho,
		"7 null and empty clear, absent is false":                contractClear,
		"8 check ids with slashes, and any service":              contractCheckIDs,
		"9 a 404 body says 404":                                  contractNotFound,
		"10 meta has total and total-pages":                      contractMeta,
		"11 included of services is flat and under attributes":   contractServices,
		"12 Python's booleans, empty filters, one page too many": contractPython,
		"13 the download of a report redirects":                  contractDownload,
		"14 a wrong key is 403 with Message":                     contractWrongKey,
	} {
		t.Run(name, test)
	}
}

// A step is one call of a client: {id} is the id in the last answer that had
// one.
type step struct{ method, path, body string }

// run makes calls one after the other, and gives the last answer. Each has to
// be 200 with JSON.
func (s *server) run(steps ...step) map[string]any {
	s.t.Helper()
	var id string
	var body map[string]any
	for _, call := range steps {
		path := strings.ReplaceAll(call.path, "{id}", strings.ReplaceAll(url.QueryEscape(id), "+", "%20"))
		body = s.ok(admin, call.method, path, call.body)
		for _, place := range [][]any{{"data", "id"}, {"data", 0, "id"}} {
			if made, ok := at(body, place...).(string); ok && call.method == "POST" {
				id = made
			}
		}
	}
	return body
}

const (
	newUserBody    = `{"data":{"attributes":{"firstName":"Grace","lastName":"Hopper","email":"grace@example.com","role":"USER"}}}`
	newProfileBody = `{"data":{"type":"profiles","attributes":{"name":"Strict","description":"d"}}}`
	newGroupBody   = `{"data":{"attributes":{"name":"Payments","tags":["pci"]}}}`
	oneSetting     = `{"data":{"attributes":{"note":"n","ruleSetting":{"id":"EC2-034","enabled":true,"riskLevel":"LOW","provider":"aws","ruleExists":false,"exceptions":{},
		"extraSettings":[{"name":"commonlyUsedPorts","type":"multiple-number-values","values":[{"value":"80"},{"value":443,"label":"x"}]},{"name":"threshold","type":"single-number-value","value":"100","unknown":[false]}]}}}}`
)

func contractSuccess(t *testing.T) {
	for name, steps := range map[string][]step{
		"accounts": {{"POST", "/v1//accounts/", newAccount}, {"GET", "/v1//accounts/{id}", ""}, {"PATCH", "/v1//accounts/{id}", `{"data":{"attributes":{"name":"x"}}}`}, {"DELETE", "/v1//accounts/{id}", ""}},
		"groups":   {{"POST", "/v1//groups/", newGroupBody}, {"PATCH", "/v1//groups/{id}", newGroupBody}, {"DELETE", "/v1//groups/{id}", ""}},
		"users":    {{"POST", "/v1//users/", newUserBody}, {"PATCH", "/v1//users/{id}", `{"data":{"role":"USER"}}`}, {"DELETE", "/v1//users/{id}", ""}},
		"sso":      {{"POST", "/v1//users/sso/", newUserBody}, {"GET", "/v1//users/{id}", ""}, {"DELETE", "/v1//users/{id}", ""}},
		"profiles": {{"POST", "/v1//profiles/", newProfileBody}, {"PATCH", "/v1//profiles/{id}", newProfileBody}, {"DELETE", "/v1//profiles/{id}", ""}},
		"rules":    {{"POST", "/v1//custom-rules", customRule}, {"PUT", "/v1//custom-rules/{id}", customRule}, {"DELETE", "/v1//custom-rules/{id}", ""}},
		"channels": {
			{"POST", "/v1//settings/communication", setting("", slackSettings)}, {"PATCH", "/v1//settings/communication/{id}", `{"data":{"attributes":{"enabled":true,"channel":"slack"}}}`},
			{"DELETE", "/v1//settings/{id}", ""},
		},
		"reports": {{"POST", "/v1//report-configs", reportOf("", dailyReport)}, {"PATCH", "/v1//report-configs/{id}", reportOf("", dailyReport)}, {"DELETE", "/v1//report-configs/{id}", ""}},
		"ids":     {{"POST", "/v1/external-ids", ""}, {"POST", "/v1/organisation/external-id", ""}},
	} {
		t.Run(name, func(t *testing.T) { newServer(t).run(steps...) })
	}
}

func contractSlashes(t *testing.T) {
	s := newServer(t)
	for _, prefix := range api.Prefixes {
		for _, path := range []string{"//accounts/", "//groups/", "//users/", "//api-keys/", "//profiles/", "//services/", "//reports/", "/accounts//" + s.account.ID + "/access/", "//organisation/external-id"} {
			if got := s.do(admin, "GET", prefix+path, ""); got.Status != http.StatusOK {
				t.Errorf("GET %s: %d", prefix+path, got.Status)
			}
		}
		if got := s.do(admin, "POST", prefix+"//groups/", newGroupBody); got.Status != http.StatusOK {
			t.Errorf("POST %s//groups/: %d", prefix, got.Status)
		}
	}
}

func contractKeys(t *testing.T) {
	s := newServer(t)
	for _, key := range []string{admin, powerUser, readOnly, writer, reader, outsider} {
		if body := s.ok(key, "GET", "/v1//api-keys/", ""); size(body["data"]) < 0 {
			t.Errorf("as %s: %v", key, body)
		}
	}
}

func contractData(t *testing.T) {
	s := newServer(t)
	account := "/v1/accounts/" + s.account.ID
	bot := step{"PATCH", account + "/settings/bot", `{"data":{"attributes":{"settings":{"bot":{"delay":2}}}}}`}
	channel := step{"POST", "/v1/settings/communication", setting("", slackSettings)}
	report := step{"POST", "/v1/report-configs", reportOf("", dailyReport)}
	group, rule := step{"POST", "/v1/groups", newGroupBody}, step{"POST", "/v1/custom-rules", customRule}
	profile, user := step{"POST", "/v1/profiles", newProfileBody}, step{"POST", "/v1/users", newUserBody}
	for name, test := range map[string]struct {
		steps []step
		array bool
	}{
		"GET a group":        {[]step{group, {"GET", "/v1/groups/{id}", ""}}, true},
		"GET a custom rule":  {[]step{rule, {"GET", "/v1/custom-rules/{id}", ""}}, true},
		"PATCH the bot":      {[]step{bot}, true},
		"POST a channel":     {[]step{channel}, true},
		"GET an account":     {[]step{{"GET", account, ""}}, false},
		"GET a setting":      {[]step{channel, {"GET", "/v1/settings/{id}", ""}}, false},
		"PATCH a channel":    {[]step{channel, {"PATCH", "/v1/settings/communication/{id}", `{"data":{"attributes":{"channel":"slack"}}}`}}, false},
		"GET a report":       {[]step{report, {"GET", "/v1/report-configs/{id}", ""}}, false},
		"POST a report":      {[]step{report}, false},
		"PATCH a report":     {[]step{report, {"PATCH", "/v1/report-configs/{id}", reportOf("", dailyReport)}}, false},
		"POST a group":       {[]step{group}, false},
		"PATCH a group":      {[]step{group, {"PATCH", "/v1/groups/{id}", newGroupBody}}, false},
		"POST a custom rule": {[]step{rule}, false},
		"PUT a custom rule":  {[]step{rule, {"PUT", "/v1/custom-rules/{id}", customRule}}, false},
		"POST a profile":     {[]step{profile}, false},
		"GET a profile":      {[]step{profile, {"GET", "/v1/profiles/{id}?includes=ruleSettings", ""}}, false},
		"POST a user":        {[]step{user}, false},
		"PATCH a user":       {[]step{user, {"PATCH", "/v1/users/{id}", `{"data":{"role":"READ_ONLY"}}`}}, false},
		"GET oneself":        {[]step{{"GET", "/v1/users/whoami", ""}}, false},
		"PATCH a setting":    {[]step{{"PATCH", account + "/settings/rules/EC2-034", oneSetting}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			fresh := newServer(t)
			steps := slices.Clone(test.steps)
			for i := range steps {
				steps[i].path = strings.ReplaceAll(steps[i].path, s.account.ID, fresh.account.ID)
			}
			if name == "GET oneself" {
				fresh.addUser("u-admin", "ADMIN", "admin@example.com", nil)
			}
			body := fresh.run(steps...)
			_, object := body["data"].(map[string]any)
			if n := size(body["data"]); test.array && n != 1 || !test.array && !object {
				t.Errorf("data is %v", body["data"])
			}
		})
	}
	access := s.ok(admin, "GET", account+"/access", "")
	if _, there := access["data"]; there || access["id"] != s.account.ID+":access" {
		t.Errorf("the access setting is %v", access)
	}
}

func contractUnset(t *testing.T) {
	s := newServer(t)
	account := "/v1/accounts/" + s.account.ID
	if bot := at(s.ok(admin, "GET", account, ""), "data", "attributes", "settings", "bot"); bot != nil {
		t.Errorf("settings.bot is %v", bot)
	}
	s.do(admin, "GET", account+"/settings/rules", "").want(http.StatusNotFound)
	s.do(admin, "GET", account+"/settings/rules/EC2-034", "").want(http.StatusNotFound)
	body := s.ok(admin, "PATCH", account+"/settings/rules/EC2-034", oneSetting)
	rule, _ := at(body, "data", "attributes", "settings", "rules", 0).(map[string]any)
	if _, there := rule["exceptions"]; there || rule["id"] != "EC2-034" {
		t.Errorf("empty exceptions come back in %v", rule)
	}
	channel := s.run(step{"POST", "/v1/settings/communication", setting("", `{"channel":"slack","enabled":true,"configuration":{"url":"https://hooks.slack.com/x","channel":"#a"}}`)})
	if filter, there := at(channel, "data", 0, "attributes").(map[string]any)["filter"]; there && len(filter.(map[string]any)) > 0 {
		t.Errorf("the channel has the filter %v", filter)
	}
	profile := s.run(step{"POST", "/v1/profiles", newProfileBody}, step{"GET", "/v1/profiles/{id}?includes=ruleSettings", ""})
	if _, there := profile["included"]; there || at(profile, "data", "relationships") != nil {
		t.Errorf("a profile without rules is %v", profile)
	}
}

func contractEcho(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID + "/settings/rules"
	s.ok(admin, "PATCH", path+"/EC2-034", oneSetting)
	got := s.do(admin, "GET", path, "")
	for _, sent := range []string{
		`"extraSettings":[{"name":"commonlyUsedPorts","type":"multiple-number-values","values":[{"value":"80"},{"value":443,"label":"x"}]},{"name":"threshold","type":"single-number-value","value":"100","unknown":[false]}]`,
		`"ruleExists":false`,
	} {
		if !strings.Contains(string(got.Body), sent) {
			t.Errorf("%s is not in %s", sent, got.Body)
		}
	}
	report := s.run(step{"POST", "/v1/report-configs", reportOf("", dailyReport)}, step{"GET", "/v1/report-configs/{id}", ""})
	var sent any
	if err := json.Unmarshal([]byte(dailyReport), &sent); err != nil {
		t.Fatal(err)
	}
	for name, value := range sent.(map[string]any) {
		back, err := json.Marshal(at(report, "data", "attributes", "configuration", name))
		want, _ := json.Marshal(value)
		if err != nil || string(back) != string(want) {
			t.Errorf("%s is %s, not %s", name, back, want)
		}
	}
	if back := s.do(admin, "POST", "/v1/custom-rules", customRule); !strings.Contains(string(back.Body), customRule) {
		t.Errorf("the custom rule comes back as %s", back.Body)
	}
}

func contractClear(t *testing.T) {
	s := newServer(t)
	account := "/v1/accounts/" + s.account.ID
	if tags := at(s.ok(admin, "PATCH", account, `{"data":{"attributes":{"tags":null,"access":{"keys":{"roleArn":"x"}}}}}`), "data", "attributes", "tags"); size(tags) != 0 {
		t.Errorf("null left the tags %v", tags)
	}
	s.ok(admin, "PATCH", account+"/settings/bot", `{"data":{"attributes":{"settings":{"bot":{"disabledRegions":{"us-west-2":true}}}}}}`)
	bot := at(s.ok(admin, "PATCH", account+"/settings/bot", `{"data":{"attributes":{"settings":{"bot":{"disabledRegions":{}}}}}}`), "data", 0, "attributes", "settings", "bot")
	if regions, _ := at(bot, "disabledRegions").(map[string]any); bot == nil || len(regions) != 0 || at(bot, "delay") == nil || at(bot, "disabled") == nil {
		t.Errorf("after {} the bot is %v", bot)
	}
	channel := s.run(step{"POST", "/v1/settings/communication", setting("", strings.Replace(slackSettings, `"enabled":true,`, "", 1))})
	if at(channel, "data", 0, "attributes", "enabled") != false || at(channel, "data", 0, "relationships", "account", "data") != nil {
		t.Errorf("enabled absent and an account with an empty id became %v", channel)
	}
	profile := s.ok(admin, "POST", "/v1/profiles", `{"data":{"attributes":{"name":"Strict","description":""}},"included":[{"type":"rules","id":"RTM-002","attributes":{"enabled":true,"riskLevel":"","provider":""}}]}`)
	rule, _ := at(profile, "included", 0, "attributes").(map[string]any)
	for _, name := range []string{"riskLevel", "provider"} {
		if v, there := rule[name]; there && v != "" || rule["enabled"] != true {
			t.Errorf("empty texts became %v", rule)
		}
	}
}

func contractCheckIDs(t *testing.T) {
	s := withChecks(t)
	resource := "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main one"
	suppress := `{"data":{"type":"checks","attributes":{"suppressed":true,"suppressed-until":null}},"meta":{"note":"n"}}`
	id := func(service string) string {
		return "ccc:" + s.account.ID + ":CT-003:" + service + ":eu-west-1:" + resource
	}
	for name, path := range map[string]string{
		"Terraform":      url.QueryEscape(id("CT")),
		"migration tool": url.PathEscape(id("CloudTrail")),
		"a script":       strings.ReplaceAll(id("CloudTrail"), " ", "%20"),
	} {
		body := s.ok(admin, "PATCH", "/v1//checks/"+path, suppress)
		if at(body, "data", "id") != id("CloudTrail") || at(body, "data", "attributes", "resource") != resource || at(body, "data", "attributes", "region") != "eu-west-1" ||
			at(body, "data", "relationships", "rule", "data", "id") != "CT-003" || at(body, "data", "relationships", "account", "data", "id") != s.account.ID {
			t.Errorf("%s: %v", name, body["data"])
		}
		s.ok(admin, "GET", "/v1/checks/"+path, "")
	}
}

func contractNotFound(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{
		"/accounts/none", "/accounts/" + s.account.ID + "/settings/rules", "/accounts/" + s.account.ID + "/settings/rules/EC2-034", "/profiles/none",
		"/settings/communication:slack-none", "/report-configs/" + s.account.ID + ":report-config:none", "/custom-rules/CUSTOM-000000",
		"/checks/ccc:" + s.account.ID + ":S3-001:S3:us-east-1:none", "/users/none", "/nothing",
	} {
		got := s.do(admin, "GET", "/v1"+path, "")
		if got.Status != http.StatusNotFound || !strings.Contains(string(got.Body), "404") {
			t.Errorf("%s: %d %s", path, got.Status, got.Body)
		}
	}
}

func contractMeta(t *testing.T) {
	s := withChecks(t)
	s.event(store.Event{Name: "account.updated", Account: s.account.Num})
	for _, path := range []string{"/v1/checks?accountIds=" + s.account.ID + "&", "/v1/events?", "/v1/resources?excluded=true&"} {
		meta := at(s.ok(admin, "GET", path+"page[size]=1&page[number]=0", ""), "meta")
		if at(meta, "total") == nil || at(meta, "total-pages") == nil || at(meta, "total") != at(meta, "total-pages") {
			t.Errorf("%s: meta is %v", path, meta)
		}
	}
}

func contractServices(t *testing.T) {
	s := newServer(t)
	body := s.ok(nobody, "GET", "/v1/services", "")
	included, _ := body["included"].([]any)
	flat := map[string]bool{}
	for _, rule := range included {
		id, _ := at(rule, "id").(string)
		flat[id] = true
		for _, name := range []string{"title", "risk-level", "categories", "compliances", "provider"} {
			a, err := json.Marshal(at(rule, name))
			b, _ := json.Marshal(at(rule, "attributes", name))
			if err != nil || string(a) != string(b) || string(a) == "null" {
				t.Fatalf("%s of %s is %s and %s", name, id, a, b)
			}
		}
	}
	for i := range size(body["data"]) {
		rules := at(body, "data", i, "relationships", "rules", "data")
		for j := range size(rules) {
			if id, _ := at(rules, j, "id").(string); !flat[id] {
				t.Errorf("rule %s is not in included", id)
			}
		}
	}
	if len(flat) == 0 || size(body["data"]) == 0 {
		t.Error("there are no services or rules")
	}
}

func contractPython(t *testing.T) {
	s := withChecks(t)
	path := "/v1/checks?accountIds=" + s.account.ID + "&consistentPagination=True&filter%5Bsuppressed%5D=True&filter[regions]=&filter[services]=&filter[statuses]=&page[size]=2&page[number]="
	first := s.ok(admin, "GET", path+"0", "")
	total, _ := at(first, "meta", "total").(float64)
	if size(first["data"]) != 2 || total != 4 {
		t.Errorf("the first page has %d of %v", size(first["data"]), total)
	}
	last := s.ok(admin, "GET", path+"2", "")
	if size(last["data"]) != 0 || at(last, "meta", "total") != total {
		t.Errorf("the page past the end is %v", last)
	}
}

func contractDownload(t *testing.T) {
	s := newServer(t)
	body := s.ok(admin, "GET", "/v1/reports", "")
	if size(body["data"]) == 0 && at(body, "meta", "generation") == "not yet" {
		t.Skip("no report is generated, and the API says so")
	}
	endpoint, _ := at(body, "data", 0, "attributes", "included", 0, "report-download-endpoint").(string)
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	got := s.do(admin, "GET", u.Path, "")
	if to := at(got.want(http.StatusFound), "url"); to == nil || to != got.Header.Get("Location") {
		t.Errorf("the body names %v, and Location %q", to, got.Header.Get("Location"))
	}
}

func contractWrongKey(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/v1/api-keys/", "/v1/accounts", "/v1/checks/x", "/api/settings/communication"} {
		for _, key := range []string{nobody, "wrong"} {
			message, _ := s.do(key, "GET", path, "").want(http.StatusForbidden)["Message"].(string)
			if !strings.Contains(message, "explicit deny") {
				t.Errorf("%s: the message is %q", path, message)
			}
		}
	}
	for _, path := range []string{"/v1/services", "/v1/regions", "/v1/resource-types", "/v1/providers"} {
		s.ok(nobody, "GET", path, "")
	}
}
