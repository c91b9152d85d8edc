package api_test

import (
	"net/http"
	"testing"
)

const newAccount = `{"data": {"type": "account", "attributes": {"name": "data", "environment": "Test", "tags": null,
	"access": {"keys": {"roleArn": "arn:aws:iam::777788889999:role/CloudConformity", "externalId": "x1"}}}}}`

func TestAddAccount(t *testing.T) {
	s := newServer(t)
	body := s.ok(admin, "POST", "/v1/accounts", newAccount)
	id, _ := at(body, "data", "id").(string)
	for path, want := range map[string]any{"name": "data", "awsaccount-id": "777788889999", "cloud-type": "aws", "status": "ACTIVE", "subscription-type": "advanced"} {
		if got := at(body, "data", "attributes", path); got != want {
			t.Errorf("%s is %v, not %v", path, got, want)
		}
	}
	if bot := at(body, "data", "attributes", "settings", "bot"); bot != nil {
		t.Errorf("settings.bot is %v before anybody has set it", bot)
	}
	if len(s.queue.scanned) != 1 {
		t.Errorf("the new account was scanned %d times", len(s.queue.scanned))
	}
	if got := s.do(admin, "POST", "/v1/accounts", newAccount); got.Status != http.StatusUnprocessableEntity {
		t.Errorf("the same AWS account again: %d %s", got.Status, got.Body)
	}
	access := s.ok(admin, "GET", "/v1/accounts/"+id+"/access", "")
	if at(access, "attributes", "configuration", "externalId") != "x1" || at(access, "data") != nil {
		t.Errorf("the access setting is %v", access)
	}
	if got := s.ok(admin, "DELETE", "/v1/accounts/"+id, ""); at(got, "meta", "status") != "sent" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	s.do(admin, "GET", "/v1/accounts/"+id, "").want(http.StatusNotFound)
}

func TestAddAccountRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		body   string
		status int
	}{
		"no JSON":            {"{", 400},
		"nothing":            {"", 400},
		"a name of a number": {`{"data":{"attributes":{"name":1}}}`, 400},
		"no name":            {`{"data":{"attributes":{"environment":"x","access":{"keys":{"roleArn":"arn:aws:iam::777788889999:role/C","externalId":"x"}}}}}`, 422},
		"no role":            {`{"data":{"attributes":{"name":"n","environment":"x","access":{"keys":{"externalId":"x"}}}}}`, 422},
		"both subscriptions": {`{"data":{"attributes":{"name":"n","environment":"x","subscriptionType":"advanced","hasRealTimeMonitoring":true,"access":{"keys":{"roleArn":"arn:aws:iam::777788889999:role/C","externalId":"x"}}}}}`, 422},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/accounts", test.body)
			body := got.want(test.status)
			if at(body, "errors", 0, "status") != float64(test.status) || at(body, "errors", 0, "detail") == "" {
				t.Errorf("the body is %s", got.Body)
			}
		})
	}
}

func TestChangeAccount(t *testing.T) {
	s := newServer(t)
	path := "/v1/accounts/" + s.account.ID
	got := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"name":"pay","code":"PAY","access":{"ignored":true}}}}`)
	if at(got, "data", "attributes", "name") != "pay" || size(at(got, "data", "attributes", "tags")) != 1 {
		t.Errorf("after a change of the name: %v", got)
	}
	if at(got, "data", "attributes", "settings") != nil {
		t.Error("the answer to a change has settings")
	}
	got = s.ok(writer, "PATCH", path, `{"data":{"attributes":{"tags":null}}}`)
	if size(at(got, "data", "attributes", "tags")) != 0 {
		t.Errorf("null left the tags %v", at(got, "data", "attributes", "tags"))
	}
	s.do(writer, "PATCH", path, `{"data":{"attributes":{"tags":["a!"]}}}`).want(http.StatusUnprocessableEntity)
}

// TestPaths asks for the same account in every way that clients write its path.
func TestPaths(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/v1/accounts/", "/v1//accounts/", "/api/accounts", "/beta/c1/conformity/accounts", "//v1/accounts"} {
		got := s.do(admin, "GET", path, "")
		if path == "//v1/accounts" {
			continue // the prefix is the server's
		}
		if n := size(at(got.want(http.StatusOK), "data")); n != 2 {
			t.Errorf("%s lists %d accounts", path, n)
		}
	}
	s.do(admin, "GET", "/v1/nothing", "").want(http.StatusNotFound)
	if got := s.do(admin, "PUT", "/v1/accounts", "{}"); got.Status != http.StatusMethodNotAllowed {
		t.Errorf("PUT /accounts is %d", got.Status)
	}
}

// TestNobody is what clients look for when their key is wrong.
func TestNobody(t *testing.T) {
	s := newServer(t)
	for _, key := range []string{nobody, "wrong"} {
		body := s.do(key, "GET", "/v1/accounts", "").want(http.StatusForbidden)
		if at(body, "Message") != "User is not authorized to access this resource with an explicit deny" {
			t.Errorf("the body is %v", body)
		}
	}
}
