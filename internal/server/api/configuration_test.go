package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const configurationPath = "/v1/organisation/configuration"

// configured is a server with channels and report configs beside its accounts.
func configured(t *testing.T) *server {
	s := newServer(t)
	s.addUser("u1", "USER", "grace@example.com", map[string]string{s.account.ID: "FULL"})
	s.addChannel(admin, s.account.ID, slackSettings)
	s.addChannel(admin, "", `{"channel":"email","enabled":true,"configuration":{"users":["u1"],"channelName":"x"}}`)
	s.addReportConfig(admin, `"groupId":"`+s.addGroup()+`"`)
	s.ok(admin, "POST", "/v1/profiles", `{"data":{"attributes":{"name":"Strict","description":"d"}},"included":[{"type":"rules","id":"EC2-001","attributes":{"enabled":true,"riskLevel":"HIGH"}}]}`)
	s.ok(admin, "PATCH", "/v1/accounts/"+s.account.ID+"/settings/bot", `{"data":{"attributes":{"settings":{"bot":{"delay":3,"disabledRegions":{"us-west-2":true}}}}}}`)
	return s
}

// empty is a server without anything.
func empty(t *testing.T) *server {
	s := newServer(t)
	for _, num := range []int64{s.account.Num, s.other.Num} {
		if err := s.store.DeleteAccount(t.Context(), num); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.store.RemoveDeleted(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestConfigurationRoundTrip(t *testing.T) {
	s := configured(t)
	whole := s.do(admin, "GET", configurationPath+"?secrets=true", "")
	exported := whole.want(http.StatusOK)
	if whole.Header.Get("Cache-Control") != "no-store" || at(exported, "meta", "secrets") != true {
		t.Errorf("the head is %v %v", whole.Header, exported["meta"])
	}
	other := empty(t)
	if got := other.ok(admin, "POST", configurationPath+"?dryRun=True", string(whole.Body)); at(got, "meta", "dryRun") != true || at(got, "meta", "added") != 8.0 || at(got, "meta", "refused") != 0.0 {
		t.Errorf("the dry run tells %v", got)
	}
	if n := size(at(other.ok(admin, "GET", "/v1/accounts", ""), "data")); n != 0 {
		t.Fatalf("the dry run added %d accounts", n)
	}
	report := other.ok(admin, "POST", configurationPath, string(whole.Body))
	if at(report, "meta", "added") != 8.0 || size(report["data"]) != 8 {
		t.Errorf("the report is %v", report)
	}
	back := other.ok(admin, "GET", configurationPath+"?secrets=true", "")
	if d := cmp.Diff(at(exported, "data", "attributes"), at(back, "data", "attributes")); d != "" {
		t.Errorf("what came back differs (-sent +got):\n%s", d)
	}
	again := other.ok(admin, "POST", configurationPath, string(whole.Body))
	if at(again, "meta", "unchanged") != 9.0 || size(again["data"]) != 0 {
		t.Errorf("the second time: %v", again)
	}
	if n := len(other.queue.scanned); n != 2 {
		t.Errorf("%d accounts were scanned for the new profile", n)
	}
	events := names(other.ok(admin, "GET", "/v1/events", ""))
	want := []string{"organisation.configuration.imported", "organisation.configuration.exported", "organisation.configuration.imported"}
	if d := cmp.Diff(want, events); d != "" {
		t.Errorf("the events (-want +got):\n%s", d)
	}
}

// TestConfigurationSecrets: without being asked for they are not given, and
// what lacks them can be brought back to where they are.
func TestConfigurationSecrets(t *testing.T) {
	s := configured(t)
	bare := s.do(admin, "GET", configurationPath, "")
	bare.want(http.StatusOK)
	for _, secret := range []string{"hooks.slack.com", "6d2c", "externalId"} {
		if strings.Contains(string(bare.Body), secret) {
			t.Errorf("%s is in what has no secrets", secret)
		}
	}
	if got := s.ok(admin, "POST", configurationPath, string(bare.Body)); at(got, "meta", "unchanged") != 9.0 {
		t.Errorf("into the same server: %v", got)
	}
	if got := s.do(admin, "GET", configurationPath+"?secrets=true", ""); !strings.Contains(string(got.Body), "hooks.slack.com/services/T/B/x") {
		t.Error("the channel lost its secret")
	}
	other := empty(t)
	report := other.ok(admin, "POST", configurationPath, string(bare.Body))
	if at(report, "meta", "refused") != 1.0 || at(report, "meta", "added") != 7.0 {
		t.Errorf("into another server: %v", report)
	}
	for i := range size(report["data"]) {
		kind, outcome, reason := at(report, "data", i, "kind"), at(report, "data", i, "outcome"), at(report, "data", i, "reason")
		text, _ := reason.(string)
		if outcome == "refused" && !strings.Contains(text, "secrets=true") || kind == "account" && !strings.Contains(text, "external id") {
			t.Errorf("%v", at(report, "data", i))
		}
	}
	access := other.ok(admin, "GET", "/v1/accounts/"+s.account.ID+"/access", "")
	if id := at(other.ok(admin, "GET", "/v1/organisation/external-id", ""), "data", "id"); at(access, "attributes", "configuration", "externalId") != id {
		t.Errorf("the account's external id is %v, not the organisation's", at(access, "attributes", "configuration"))
	}
	said := s.ok(admin, "GET", "/v1/events?filter[name]=organisation.configuration.exported", "")
	if size(said["data"]) != 2 || at(said, "data", 0, "attributes", "description") == at(said, "data", 1, "attributes", "description") {
		t.Errorf("the events do not tell the exports apart: %v", said)
	}
}

func TestConfigurationRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"nothing":       {"", 400},
		"no version":    {`{"data":{"attributes":{}}}`, 422},
		"of the future": {`{"data":{"attributes":{"version":2}}}`, 422},
		"a text":        {`{"data":{"attributes":{"version":1,"accounts":"all"}}}`, 400},
		"a rule":        {`{"data":{"attributes":{"version":1,"accounts":[{"rules":[{"id":"EC2-001"}]}]}}}`, 400},
	} {
		t.Run(name, func(t *testing.T) { s.do(admin, "POST", configurationPath, test.body).want(test.status) })
	}
	for kind, thing := range map[string]string{
		`accounts`: `{"id":"a/b","name":"x","awsAccount":"121212121212","subscription":"advanced"}`, `groups`: `{"id":"g","name":"x!"}`,
		`users`: `{"id":"u","email":"u@example.com","role":"ROOT"}`, `profiles`: `{"id":"p"}`, `customRules`: `{"id":"CUSTOM-ABCDEF"}`,
		`customStandards`: `{"id":"s","standard":{}}`, `channels`: `{"id":"c","channel":"pigeon"}`, `reportConfigs`: `{"id":"r","configuration":{}}`,
		`suppressions`: `{"account":"x","rule":"x","region":"x","service":"x","risk":9}`, `imports`: `{"id":"i"}`,
	} {
		body := s.ok(admin, "POST", configurationPath, `{"data":{"attributes":{"version":1,"`+kind+`":[`+thing+`]}}}`)
		reason, _ := at(body, "data", 0, "reason").(string)
		if at(body, "meta", "refused") != 1.0 || at(body, "meta", "added") != 0.0 || reason == "" {
			t.Errorf("%s: %v", kind, body)
		}
	}
	account := `{"id":"a","name":"x","environment":"e","awsAccount":"121212121212","subscription":"advanced"}`
	body := s.ok(admin, "POST", configurationPath, `{"data":{"attributes":{"version":1,"accounts":[`+account+`,`+account+`]}}}`)
	if at(body, "meta", "added") != 1.0 || at(body, "meta", "refused") != 1.0 {
		t.Errorf("the same account twice: %v", body)
	}
	for _, caller := range []string{powerUser, readOnly, writer} {
		s.do(caller, "GET", configurationPath, "").want(http.StatusForbidden)
	}
	var parsed any
	if err := json.Unmarshal(s.do(admin, "GET", configurationPath, "").Body, &parsed); err != nil {
		t.Error(err)
	}
}
