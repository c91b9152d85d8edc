package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// user adds a user, who calls by the email.
func (s *site) user(email, role, status string, access map[string]string) store.User {
	s.t.Helper()
	u := store.User{Email: email, FirstName: "Ada", LastName: "Lovelace " + hostile, Role: role, Status: status, Access: access}
	if err := s.store.AddUser(s.t.Context(), &u); err != nil {
		s.t.Fatal(err)
	}
	s.callers[email] = auth.Principal{UserID: u.ID, Email: email, Role: auth.Role(role)}
	return u
}

const boss = "boss@example.com"

func (s *site) stored(id string) store.User {
	s.t.Helper()
	u, err := s.store.User(s.t.Context(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

func TestUsers(t *testing.T) {
	s := newSite(t)
	s.user(boss, "ADMIN", store.UserActive, nil)
	u := s.user("ada@example.com", "USER", store.UserActive, map[string]string{s.account.ID: "READONLY"})
	s.get(boss, "/users").want(http.StatusOK, "Ada Lovelace", "ada@example.com", "1 account", "Power user", ">you<").lacks(hostile)
	s.get(boss, "/users/"+u.ID).want(http.StatusOK, `name="level.`+s.account.ID+`"`, "web (Production)", "Delete the user").lacks(hostile)
	for _, path := range []string{"/users", "/users/new", "/users/" + u.ID} {
		for _, caller := range []string{powerUser, reader} {
			s.get(caller, path).want(http.StatusForbidden).lacks("ada@example.com")
		}
	}
	s.get(boss, "/users/nobody").want(http.StatusNotFound)
}

// TestManyUsers pages through the users, and finds some by words.
func TestManyUsers(t *testing.T) {
	s := newSite(t)
	s.user(boss, "ADMIN", store.UserActive, nil)
	for i := range 120 {
		s.user(fmt.Sprintf("u%03d@example.com", i), "USER", store.UserActive, nil)
	}
	s.get(boss, "/users").want(http.StatusOK, "121 users", "u098@example.com", "1 to 100 of 121", "/users?page=2").lacks("u099@example.com")
	s.get(boss, "/users?page=2").want(http.StatusOK, "u099@example.com", "101 to 121 of 121").lacks("u098@example.com")
	s.get(boss, "/users?find=u119").want(http.StatusOK, "1 of 121 users", "u119@example.com", `value="u119"`).lacks("u118@example.com")
	s.get(boss, "/users?find=nobody+there").want(http.StatusOK, "No user has these words")
}

func TestInviteUser(t *testing.T) {
	s := newSite(t)
	s.user(boss, "ADMIN", store.UserActive, nil)
	form := url.Values{"way": {"invite"}, "email": {"grace@example.com"}, "first": {"Grace"}, "last": {"Hopper"}, "role": {"USER"}, "level." + s.account.ID: {"FULL"}, "level." + s.other.ID: {"NONE"}}
	s.post(boss, "/users/new", form).want(http.StatusOK, "/welcome/", "It will not be shown again", "Grace Hopper")
	u, err := s.store.UserByEmail(t.Context(), "grace@example.com")
	if err != nil || u.Status != store.UserInvited || u.Access[s.account.ID] != "FULL" || u.Access[s.other.ID] != "" || u.FirstName != "Grace" {
		t.Fatalf("the user is %+v, %v", u, err)
	}
	s.get(boss, "/users/"+u.ID).want(http.StatusOK, "Make a new link").lacks("/welcome/")
	s.post(boss, "/users/"+u.ID+"/invite", nil).want(http.StatusOK, "/welcome/")
	if again := s.stored(u.ID); again.FirstName != "Grace" || again.Access[s.account.ID] != "FULL" {
		t.Errorf("the second invitation left %+v", again)
	}
	// What is refused is shown at the field, with what was typed.
	form.Set("email", "nonsense "+hostile)
	s.post(boss, "/users/new", form).want(http.StatusUnprocessableEntity, `id="email-fault"`, `value="nonsense `, `value="Hopper"`, `<option value="FULL" selected>`).lacks(hostile)
	form.Set("email", "new@example.com")
	form.Set("role", "")
	s.post(boss, "/users/new", form).want(http.StatusUnprocessableEntity, `id="role-fault"`)
	s.post(powerUser, "/users/new", form).want(http.StatusForbidden)
}

func TestAddSSOUser(t *testing.T) {
	s := newSite(t)
	s.user(boss, "ADMIN", store.UserActive, nil)
	got := s.post(boss, "/users/new", url.Values{"way": {"sso"}, "email": {"sso@example.com"}, "role": {"POWER_USER"}})
	u, err := s.store.UserByEmail(t.Context(), "sso@example.com")
	if err != nil || u.Role != "POWER_USER" || u.Status != store.UserActive {
		t.Fatalf("the user is %+v, %v", u, err)
	}
	got.wantRedirect("/users/" + u.ID)
}

func TestChangeUser(t *testing.T) {
	s := newSite(t)
	first := s.user(boss, "ADMIN", store.UserActive, nil)
	u := s.user("ada@example.com", "USER", store.UserActive, map[string]string{s.account.ID: "READONLY"})
	path := "/users/" + u.ID
	s.post(boss, path, url.Values{"role": {"USER"}, "level." + s.other.ID: {"FULL"}}).wantRedirect(path)
	if got := s.stored(u.ID); got.Access[s.account.ID] != "READONLY" || got.Access[s.other.ID] != "FULL" {
		t.Errorf("the access is %v", got.Access)
	}
	// Of accounts that the form does not list nothing is changed.
	s.get(boss, path+"?find=payments").want(http.StatusOK, "level."+s.account.ID).lacks("level." + s.other.ID)
	s.post(boss, path+"?find=payments", url.Values{"role": {"USER"}, "level." + s.account.ID: {"NONE"}, "level." + s.other.ID: {"NONE"}}).wantRedirect(path + "?find=payments")
	if got := s.stored(u.ID); got.Access[s.account.ID] != "NONE" && got.Access[s.account.ID] != "" || got.Access[s.other.ID] != "FULL" {
		t.Errorf("the access is %v", got.Access)
	}
	s.post(boss, "/users/"+first.ID, url.Values{"role": {"READ_ONLY"}}).want(http.StatusUnprocessableEntity, `id="role-fault"`)
	s.post(boss, path, url.Values{"role": {"KING"}}).want(http.StatusUnprocessableEntity, `id="role-fault"`)
	s.post(powerUser, path, url.Values{"role": {"ADMIN"}}).want(http.StatusForbidden)

	s.get(boss, "/users/"+first.ID).want(http.StatusOK, "This is you").lacks(first.ID + "/delete")
	s.post(boss, "/users/"+first.ID+"/delete", nil).want(http.StatusUnprocessableEntity, "You cannot delete yourself")
	s.post(boss, path+"/delete", nil).wantRedirect("/users")
	s.get(boss, path).want(http.StatusNotFound)
}

// A link for a new password is told once, and lets the user set one.
func TestResetLink(t *testing.T) {
	s := newSite(t)
	s.user(boss, "ADMIN", store.UserActive, nil)
	u := s.user("ada@example.com", "USER", store.UserActive, nil)
	if err := s.store.SetPassword(t.Context(), u.ID, "hash", ""); err != nil {
		t.Fatal(err)
	}
	path := "/users/" + u.ID
	s.get(boss, path).want(http.StatusOK, "Forgotten password", path+"/reset")
	s.post(powerUser, path+"/reset", nil).want(http.StatusForbidden)
	s.post(boss, path+"/reset", nil).want(http.StatusOK, "The link for", "/welcome/")
	s.get(boss, path).want(http.StatusOK).lacks("/welcome/")
}
