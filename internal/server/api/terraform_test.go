package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestTerraform makes the calls of the Terraform provider in its order: the
// key, the external id, the account and all that hangs on it, read again after
// each change, and taken away in the end.
func TestTerraform(t *testing.T) {
	s := newServer(t)
	s.ok(admin, "GET", "/v1//api-keys/", "")
	external, _ := at(s.ok(admin, "GET", "/v1//organisation/external-id", ""), "data", "id").(string)
	if external == "" {
		t.Fatal("there is no external id")
	}
	made := s.ok(admin, "POST", "/v1//accounts/", strings.Replace(newAccount, `"x1"`, `"`+external+`"`, 1))
	account := "/v1//accounts/" + at(made, "data", "id").(string)
	read := func() (attributes any) {
		t.Helper()
		attributes = at(s.ok(admin, "GET", account, ""), "data", "attributes")
		if keys := at(s.ok(admin, "GET", account+"/access", ""), "attributes", "configuration"); at(keys, "externalId") != external || at(keys, "roleArn") == nil {
			t.Errorf("the keys are %v", keys)
		}
		return attributes
	}
	if got := read(); at(got, "settings", "bot") != nil || size(at(got, "tags")) != 0 {
		t.Errorf("the new account is %v", got)
	}
	s.do(admin, "GET", account+"/settings/rules", "").want(http.StatusNotFound)
	s.ok(admin, "PATCH", account, `{"data":{"attributes":{"name":"data","environment":"Test","tags":["pci"],"access":{"keys":{"roleArn":"arn:aws:iam::777788889999:role/CloudConformity","externalId":"`+external+`"}}}}}`)
	s.ok(admin, "PATCH", account+"/settings/bot", `{"data":{"type":"accounts","attributes":{"settings":{"bot":{"delay":10,"disabled":true,"disabledUntil":null,"disabledRegions":{"us-west-2":true}}}}}}`)
	s.ok(admin, "PATCH", account+"/settings/rules/EC2-034", oneSetting)
	got := read()
	if at(got, "settings", "bot", "delay") != 10.0 || at(got, "settings", "bot", "disabled") != true || size(at(got, "tags")) != 1 {
		t.Errorf("the account is %v", got)
	}
	if rules := at(s.ok(admin, "GET", account+"/settings/rules", ""), "data", "attributes", "settings", "rules"); size(rules) != 1 || at(rules, 0, "extraSettings", 1, "value") != "100" {
		t.Errorf("the settings are %v", rules)
	}
	s.ok(admin, "DELETE", account, "")
	gone := s.do(admin, "GET", account, "")
	if gone.Status == http.StatusOK {
		t.Error("the account is still there")
	}
}
