package api_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// user adds an active user who calls by the name of the email.
func (s *server) user(email string, role auth.Role, access map[string]string) store.User {
	s.t.Helper()
	u := store.User{Email: email, FirstName: "Ada", LastName: "Lovelace", Role: string(role), Status: store.UserActive, Access: access}
	if err := s.store.AddUser(s.t.Context(), &u); err != nil {
		s.t.Fatal(err)
	}
	p := auth.Principal{UserID: u.ID, Email: email, Role: role, Access: map[string]auth.Level{}}
	for account, level := range access {
		p.Access[account] = auth.Level(level)
	}
	s.callers[email] = p
	return u
}

const (
	boss  = "boss@example.com"
	grace = "grace@example.com"
)

func invitation(role, access string) string {
	return `{"data":{"attributes":{"firstName":"Grace","lastName":"Hopper","email":"Grace@example.com","role":"` + role + `"` + access + `}}}`
}

func TestWhoAmI(t *testing.T) {
	s := newServer(t)
	u := s.user(grace, auth.RoleUser, map[string]string{s.account.ID: "READONLY"})
	for _, path := range []string{"/v1/users/whoami", "/v1/users/whoami/", "/api/whoami", "/v1/users/" + u.ID} {
		body := s.ok(grace, "GET", path, "")
		if at(body, "data", "id") != u.ID || at(body, "data", "type") != "users" || at(body, "data", "attributes", "role") != "USER" ||
			at(body, "data", "attributes", "first-name") != "Ada" || at(body, "data", "attributes", "is-cloud-one-user") != false ||
			at(body, "data", "attributes", "last-login-date") != nil || at(body, "data", "relationships", "organisation", "data", "type") != "organisations" {
			t.Errorf("%s: %v", path, body)
		}
		// Directly an array, of the accounts that are not NONE.
		list := at(body, "data", "relationships", "accountAccessList")
		if size(list) != 1 || at(list, 0, "account") != s.account.ID || at(list, 0, "level") != "READONLY" {
			t.Errorf("%s: the access is %v", path, list)
		}
	}
	// What Terraform's data source reads.
	body := s.ok(grace, "GET", "/v1/users/whoami", "")
	for member, want := range map[string]any{
		"firstName": "Ada", "lastName": "Lovelace", "created_date": float64(s.now.UnixMilli()), "summary_email_opt_out": false, "has_credentials": false, "isCloudOneUser": false,
	} {
		if got, ok := at(body, "data", "attributes").(map[string]any)[member]; !ok || got != want {
			t.Errorf("%s is %v, not %v", member, got, want)
		}
	}
	if at(body, "data", "meta", "isApiKeyUser") != false {
		t.Errorf("data.meta is %v", at(body, "data", "meta"))
	}
	s.user(boss, auth.RoleAdmin, nil)
	if body = s.ok(boss, "GET", "/v1/users/whoami", ""); at(body, "data", "relationships", "accountAccessList") != nil {
		t.Errorf("an administrator has a list of access: %v", body)
	}
}

func TestShowUsers(t *testing.T) {
	s := newServer(t)
	u := s.user(grace, auth.RoleUser, map[string]string{s.account.ID: "FULL"})
	s.now = s.now.Add(time.Second)
	s.user(boss, auth.RoleAdmin, nil)
	s.user("other@example.com", auth.RolePowerUser, nil)
	s.do("other@example.com", "GET", "/v1/users/"+u.ID, "").want(http.StatusForbidden)
	s.do(grace, "GET", "/v1/users/"+s.callers[boss].UserID, "").want(http.StatusForbidden)
	s.do(boss, "GET", "/v1/users/nobody", "").want(http.StatusNotFound)
	// An administrator sees every account, NONE included.
	one := s.ok(boss, "GET", "/v1/users/"+u.ID, "")
	all := s.ok(boss, "GET", "/v1/users", "")
	if size(at(all, "data")) != 3 {
		t.Fatalf("the users are %v", all)
	}
	for _, list := range []any{at(one, "data", "relationships", "accountAccessList"), at(all, "data", 0, "relationships", "accountAccessList")} {
		if size(list) != 2 || at(list, 0, "level") != "FULL" || at(list, 1, "account") != s.other.ID || at(list, 1, "level") != "NONE" {
			t.Errorf("the access is %v", list)
		}
	}
	counted := at(s.ok(boss, "GET", "/v1/users?accountAccess=count", ""), "data")
	if n := at(counted, 0, "attributes", "account-count"); n != 1.0 || at(counted, 0, "relationships", "accountAccessList") != nil || at(counted, 1, "attributes", "account-count") != nil {
		t.Errorf("the counts are of %v", counted)
	}
	s.do(boss, "GET", "/v1/users?accountAccess=sum", "").want(http.StatusUnprocessableEntity)
}

func TestInvite(t *testing.T) {
	s := newServer(t)
	s.user(boss, auth.RoleAdmin, nil)
	body := s.ok(boss, "POST", "/v1/users", invitation("USER", `,"accessList":[{"account":"`+s.account.ID+`","level":"READONLY"}]`))
	id, _ := at(body, "data", "id").(string)
	if at(body, "data", "attributes", "status") != "INVITED" || at(body, "data", "attributes", "email") != "Grace@example.com" ||
		at(body, "data", "attributes", "has-credentials") != false || at(body, "data", "relationships", "accountAccessList", 0, "level") != "READONLY" {
		t.Errorf("the answer is %v", body)
	}
	link, _ := at(body, "meta", "link").(string)
	token := func(link string) error {
		t.Helper()
		text, ok := strings.CutPrefix(link, s.url+"/welcome/")
		hash, good := auth.HashToken(text)
		if !ok || !good {
			t.Fatalf("the link is %q", link)
		}
		_, u, err := s.store.TokenOwner(t.Context(), hash)
		if err == nil && u.ID != id {
			t.Errorf("the link is of %s", u.ID)
		}
		return err
	}
	if err := token(link); err != nil {
		t.Errorf("the link does not hold: %v", err)
	}
	// Who is invited again keeps levels that are not named, and the link of
	// before ends.
	body = s.ok(boss, "POST", "/v1/users", invitation("USER", `,"accessList":[{"account":"`+s.other.ID+`","level":"FULL"}]`))
	if at(body, "data", "id") != id || at(body, "data", "relationships", "accountAccessList", 0, "level") != "READONLY" ||
		at(body, "data", "relationships", "accountAccessList", 1, "level") != "FULL" {
		t.Errorf("the second invitation gave %v", body)
	}
	if err := token(link); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the first link: %v", err)
	}
	again, _ := at(body, "meta", "link").(string)
	if err := token(again); err != nil {
		t.Errorf("the second link does not hold: %v", err)
	}
	s.wantEvent(t, "organisation.acl.updated")

	// Who is active already is not invited.
	s.do(boss, "POST", "/v1/users", strings.Replace(invitation("USER", ""), "Grace@example.com", boss, 1)).want(http.StatusUnprocessableEntity)
}

func TestResetUser(t *testing.T) {
	s := newServer(t)
	body := func(email string) string { return `{"data": {"attributes": {"email": "` + email + `"}}}` }
	active := store.User{Email: "ada@example.com", Role: "USER", Status: store.UserActive}
	invited := store.User{Email: "new@example.com", Role: "USER", Status: store.UserInvited}
	sso := store.User{Email: "sso@example.com", Role: "USER", Status: store.UserActive, SSO: true}
	for _, u := range []*store.User{&active, &invited, &sso} {
		if err := s.store.AddUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
	}
	s.do(powerUser, "POST", "/v1/users/reset", body(active.Email)).want(http.StatusForbidden)
	answer := s.ok(admin, "POST", "/v1/users/reset", body("ADA@example.com"))
	link, _ := at(answer, "meta", "link").(string)
	if at(answer, "data", "id") != active.ID || !strings.Contains(link, "/welcome/") {
		t.Errorf("the answer is %v", answer)
	}
	if want := float64(s.now.Add(auth.ResetLife).UnixMilli()); at(answer, "meta", "link-expires") != want {
		t.Errorf("the link holds until %v", at(answer, "meta", "link-expires"))
	}
	for _, email := range []string{invited.Email, sso.Email, "nobody@example.com", ""} {
		refused := s.do(admin, "POST", "/v1/users/reset", body(email)).want(http.StatusUnprocessableEntity)
		if at(refused, "errors", 0, "source", "pointer") != "/data/attributes/email" {
			t.Errorf("%s: %v", email, refused)
		}
	}
}

func TestSSOUser(t *testing.T) {
	s := newServer(t)
	s.user(boss, auth.RoleAdmin, nil)
	body := s.ok(boss, "POST", "/v1/users/sso/", invitation("USER", ""))
	if at(body, "data", "attributes", "status") != "ACTIVE" || at(body, "meta") != nil {
		t.Errorf("the answer is %v", body)
	}
	if list := at(body, "data", "relationships", "accountAccessList"); size(list) != 2 || at(list, 0, "level") != "NONE" {
		t.Errorf("a new user without a list has %v", list)
	}
	s.do(boss, "POST", "/v1/users/sso", invitation("USER", "")).want(http.StatusUnprocessableEntity)
	s.do(boss, "POST", "/v1/users", invitation("USER", "")).want(http.StatusUnprocessableEntity)
}

func TestBadUsers(t *testing.T) {
	s := newServer(t)
	s.user(boss, auth.RoleAdmin, nil)
	tests := []struct{ body, says, pointer string }{
		{strings.Replace(invitation("USER", ""), "Grace@example.com", "Grace", 1), `email is \"Grace\"`, "/data/attributes/email"},
		{strings.Replace(invitation("USER", ""), "Grace@example.com", "Grace <grace@example.com>", 1), "email is", "/data/attributes/email"},
		{invitation("KING", ""), "the roles are ADMIN", "/data/attributes/role"},
		{invitation("", ""), "role is missing", "/data/attributes/role"},
		{strings.Replace(invitation("USER", ""), "Hopper", strings.Repeat("x", 101), 1), "lastName", "/data/attributes/lastName"},
		{invitation("USER", `,"accessList":[{"account":"nowhere","level":"FULL"}]`), "accessList[0].account", "/data/attributes/accessList/0/account"},
		{invitation("USER", `,"accessList":[{"account":"`+s.account.ID+`","level":"SOME"}]`), "accessList[0].level", "/data/attributes/accessList/0/level"},
	}
	for _, test := range tests {
		for _, path := range []string{"/v1/users", "/v1/users/sso"} {
			got := s.do(boss, "POST", path, test.body)
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), test.says) || !strings.Contains(string(got.Body), `"`+test.pointer+`"`) {
				t.Errorf("%s: %d %s", test.body, got.Status, got.Body)
			}
		}
	}
	s.do(boss, "POST", "/v1/users", `{"data":{"attributes":{"email":7}}}`).want(http.StatusBadRequest)
	if users, _ := s.store.Users(t.Context()); len(users) != 1 {
		t.Errorf("there are %d users", len(users))
	}
}

func TestChangeUser(t *testing.T) {
	s := newServer(t)
	s.user(boss, auth.RoleAdmin, nil)
	u := s.user(grace, auth.RoleUser, map[string]string{s.account.ID: "READONLY"})
	levels := func(body map[string]any) string {
		list := at(body, "data", "relationships", "accountAccessList")
		a, _ := at(list, 0, "level").(string)
		b, _ := at(list, 1, "level").(string)
		return a + " " + b
	}
	path := "/v1/users/" + u.ID
	for _, test := range []struct{ body, role, levels string }{
		{`{"data":{"role":"USER","accessList":[{"account":"` + s.other.ID + `","level":"FULL"}]}}`, "USER", "READONLY FULL"},
		{`{"data":{"role":"USER"}}`, "USER", "READONLY FULL"}, // Terraform leaves an empty list out
		{`{"data":{"role":"USER","accessList":[]}}`, "USER", "READONLY FULL"},
		{`{"data":{"accessList":[{"account":"` + s.account.ID + `","level":"NONE"}]}}`, "USER", "NONE FULL"},
		{`{"data":{"attributes":{"role":"POWER_USER"}}}`, "POWER_USER", " "},
		{`{"data":{"role":"ADMIN"}}`, "ADMIN", " "},
		{`{"data":{"role":"READ_ONLY","attributes":{"role":"ADMIN"}}}`, "READ_ONLY", " "},
		{`{"data":{"role":"USER"}}`, "USER", "NONE FULL"},
	} {
		body := s.ok(boss, "PATCH", path, test.body)
		if at(body, "data", "attributes", "role") != test.role || levels(body) != test.levels {
			t.Errorf("%s gave %v", test.body, body)
		}
	}
	s.wantEvent(t, "organisation.acl.updated")
	for body, says := range map[string]string{
		`{"data":{"role":"KING"}}`:                "/data/role",
		`{"data":{"attributes":{"role":"KING"}}}`: "/data/attributes/role",
		`{"data":{}}`: "nothing to change",
		`{"data":{"role":"USER","accessList":[{"account":"nowhere","level":"FULL"}]}}`: "/data/accessList/0/account",
	} {
		got := s.do(boss, "PATCH", path, body)
		if got.Status != http.StatusUnprocessableEntity || !strings.Contains(string(got.Body), says) {
			t.Errorf("%s: %d %s", body, got.Status, got.Body)
		}
	}
	s.do(boss, "PATCH", "/v1/users/nobody", `{"data":{"role":"USER"}}`).want(http.StatusNotFound)
	// The last administrator stays one.
	s.do(boss, "PATCH", "/v1/users/"+s.callers[boss].UserID, `{"data":{"role":"USER"}}`).want(http.StatusUnprocessableEntity)
	s.ok(boss, "PATCH", path, `{"data":{"role":"ADMIN"}}`)
	s.ok(boss, "PATCH", "/v1/users/"+s.callers[boss].UserID, `{"data":{"role":"USER"}}`)
}

func TestDeleteUser(t *testing.T) {
	s := newServer(t)
	s.user(boss, auth.RoleAdmin, nil)
	u := s.user(grace, auth.RoleUser, nil)
	if err := s.store.AddKey(t.Context(), &store.Key{ID: "k", UserID: u.ID}, auth.MaxKeys); err != nil {
		t.Fatal(err)
	}
	s.do(boss, "DELETE", "/v1/users/"+s.callers[boss].UserID, "").want(http.StatusUnprocessableEntity)
	// A principal of before who is an administrator by their session only.
	s.do(admin, "DELETE", "/v1/users/"+s.callers[boss].UserID, "").want(http.StatusUnprocessableEntity)
	if body := s.ok(boss, "DELETE", "/v1/users/"+u.ID, ""); at(body, "meta", "status") != "revoked" {
		t.Errorf("the answer is %v", body)
	}
	s.do(boss, "DELETE", "/v1/users/"+u.ID, "").want(http.StatusNotFound)
	if _, _, err := s.store.KeyOwner(t.Context(), "k"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the key of a deleted user: %v", err)
	}
	s.wantEvent(t, "organisation.acl.updated")
}

// wantEvent fails the test when the latest entry of the organisation's audit
// log has another name, or does not say who and from where.
func (s *server) wantEvent(t *testing.T, name string) {
	t.Helper()
	page, _, err := s.store.Events(t.Context(), &store.EventFilter{Organisation: true, Activity: true}, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page {
		if e.Name == name && e.UserID != "" && e.Identity != "" && e.Address == "192.0.2.7" && e.Description != "" {
			return
		}
	}
	t.Errorf("there is no event %s among %+v", name, page)
}
