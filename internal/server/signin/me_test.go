package signin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestMeNeedsSession(t *testing.T) {
	s := newServer(t, nil)
	b := s.browser()
	for _, path := range []string{"name", "password", "second-factor", "second-factor/confirm", "second-factor/remove", "recovery-codes", "keys", "keys/x/delete", "sessions/end"} {
		b.post("/me/" + path).wantRedirect("/sign-in?return=%2Fme")
		b.get("/me/" + path).wantRedirect("/me")
	}
}

func TestName(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "USER")
	b := s.browser()
	b.signIn(email)
	b.post("/me/name", "first", " <b>Grace", "last", "Hopper").wantRedirect("/me?done=name")
	p := b.get("/me?done=name").want(http.StatusOK, "Your name was changed.", `value="<b>Grace"`)
	if strings.Contains(p.Body, "<b>") {
		t.Error("the name is not escaped")
	}
	b.post("/me/name", "first", strings.Repeat("x", 101)).want(http.StatusUnprocessableEntity, "at most 100")
	b.post("/me/name", "first", "a\nb").want(http.StatusUnprocessableEntity)
}

func TestChangePassword(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "USER")
	b, other := s.browser(), s.browser()
	b.signIn(email)
	other.signIn(email)
	next := password + "2"
	b.post("/me/password", "current", "wrong", "password", next, "again", next).want(http.StatusUnprocessableEntity, "The current password is wrong.", `open><summary>Change the password`)
	b.post("/me/password", "current", password, "password", next, "again", "other").want(http.StatusUnprocessableEntity, "not the same")
	b.post("/me/password", "current", password, "password", "weak", "again", "weak").want(http.StatusUnprocessableEntity, "at least 12")
	if !other.signedIn() {
		t.Fatal("a change that was refused ended a session")
	}
	b.post("/me/password", "current", password, "password", next, "again", next).wantRedirect("/me?done=password")
	if !b.signedIn() || other.signedIn() {
		t.Errorf("after the change: this session %v, the other %v", b.signedIn(), other.signedIn())
	}
	s.wantEvent("user.password.updated")
	other.post("/sign-in", "email", email, "password", password).want(http.StatusUnauthorized)
	other.post("/sign-in", "email", email, "password", next).wantRedirect("/me")
	// Guessing here is slowed down as it is at the door.
	for range 5 {
		b.post("/me/password", "current", "wrong").want(http.StatusUnprocessableEntity)
	}
	b.post("/me/password", "current", "wrong").want(http.StatusTooManyRequests)
}

func TestEnrol(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "USER")
	b := s.browser()
	b.signIn(email)
	b.post("/me/second-factor", "current", "wrong").want(http.StatusUnprocessableEntity, "The current password is wrong.")
	p := b.post("/me/second-factor", "current", password).want(http.StatusOK, "data:image/png;base64,")
	secret := strings.ReplaceAll(p.find(`<code>([A-Z2-7 ]{32,})</code>`), " ", "")
	offer := p.field("offer")
	if strings.Contains(offer, secret) {
		t.Error("the form holds the secret in the open")
	}
	p = b.post("/me/second-factor/confirm", "offer", offer, "code", "000000").want(http.StatusUnprocessableEntity, "The code is wrong", "data:image/png;base64,")
	if got := strings.ReplaceAll(p.find(`<code>([A-Z2-7 ]{32,})</code>`), " ", ""); got != secret {
		t.Error("a wrong code made another secret")
	}
	code, err := totp.GenerateCode(secret, s.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	// Another user cannot use the form.
	s.addUser("ada@example.com", "USER")
	ada := s.browser()
	ada.signIn("ada@example.com")
	ada.post("/me/second-factor/confirm", "offer", offer, "code", code).want(http.StatusUnprocessableEntity, "not one of yours")

	p = b.post("/me/second-factor/confirm", "offer", offer, "code", code).want(http.StatusOK, "The second factor is on.")
	recovery := p.find(`<li><code>([0-9a-z-]+)</code></li>`)
	if n := strings.Count(p.Body, "<li><code>"); n != 10 {
		t.Errorf("there are %d recovery codes", n)
	}
	s.wantEvent("user.second-factor.enabled")
	if p = b.get("/me").want(http.StatusOK, "10 recovery codes left"); strings.Contains(p.Body, recovery) || strings.Contains(p.Body, secret) {
		t.Error("the page shows a secret again")
	}
	// The code that turned it on signs nobody in.
	other := s.browser()
	pending := other.post("/sign-in", "email", email, "password", password).want(http.StatusOK).field("pending")
	other.post("/sign-in", "pending", pending, "code", code).want(http.StatusUnauthorized)
	other.post("/sign-in", "pending", pending, "code", recovery).wantRedirect("/me")

	b.post("/me/second-factor", "current", password).want(http.StatusUnprocessableEntity, "already")
	b.post("/me/second-factor/confirm", "offer", offer, "code", code).want(http.StatusUnprocessableEntity)
	b.post("/me/recovery-codes", "current", "wrong").want(http.StatusUnprocessableEntity)
	b.post("/me/recovery-codes", "current", password).want(http.StatusOK, "take the place")
	b.get("/me").want(http.StatusOK, "10 recovery codes left")
	b.post("/me/second-factor/remove", "current", "wrong").want(http.StatusUnprocessableEntity)
	b.post("/me/second-factor/remove", "current", password).wantRedirect("/me?done=removed")
	s.wantEvent("user.second-factor.disabled")
	if got, err := s.store.User(t.Context(), u.ID); err != nil || got.MFA {
		t.Errorf("the second factor is still there: %v", err)
	}
	b.post("/me/recovery-codes", "current", password).want(http.StatusUnprocessableEntity, "no second factor")
}

func TestKeys(t *testing.T) {
	s := newServer(t, nil)
	s.addUser("admin@example.com", "ADMIN")
	u := s.addUser(email, "USER")
	b := s.browser()
	b.signIn(email)
	p := b.post("/me/keys").want(http.StatusOK, "will not be shown again")
	key := p.find(`<code>([A-Za-z0-9_-]{64})</code>`)
	if p = b.get("/me").want(http.StatusOK, key[:12]); strings.Contains(p.Body, key) {
		t.Error("the page shows the key again")
	}
	script := s.browser()
	script.header.Set("Authorization", "ApiKey "+key)
	works := func(want bool) {
		t.Helper()
		if script.signedIn() != want {
			t.Errorf("the key works: %v", !want)
		}
	}
	works(true)
	// A key opens the API, not these pages.
	script.get("/me").wantRedirect("/sign-in?return=%2Fme")
	b.post("/me/keys/" + key[:12] + "/disable").wantRedirect("/me?done=disabled")
	works(false)
	b.post("/me/keys/" + key[:12] + "/enable").wantRedirect("/me?done=enabled")
	works(true)
	b.post("/me/keys").want(http.StatusOK)
	b.post("/me/keys").want(http.StatusUnprocessableEntity, "Delete one first")

	admin := s.browser()
	admin.signIn("admin@example.com")
	for _, what := range []string{"disable", "delete"} {
		admin.post("/me/keys/"+key[:12]+"/"+what).want(http.StatusNotFound, "no such API key")
	}
	b.post("/me/keys/" + key[:12] + "/steal").want(http.StatusNotFound)
	works(true)
	b.post("/me/keys/" + key[:12] + "/delete").wantRedirect("/me?done=deleted")
	works(false)
	names, text := s.events()
	for _, name := range []string{"api-key.created", "api-key.disabled", "api-key.enabled", "api-key.deleted"} {
		if !slices.Contains(names, name) {
			t.Errorf("there is no event %s", name)
		}
	}
	if strings.Contains(text, key) {
		t.Error("the audit log holds the key")
	}
	if keys, _ := s.store.Keys(t.Context(), u.ID); len(keys) != 1 {
		t.Errorf("there are %d keys", len(keys))
	}
}

func TestEndOtherSessions(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "USER")
	a, b := s.browser(), s.browser()
	a.signIn(email)
	s.clock.advance(time.Minute)
	b.signIn(email)
	b.get("/me").want(http.StatusOK, "1 Nov 2026, 12:00 UTC", "1 Nov 2026, 12:01 UTC", "End all others")
	b.post("/me/sessions/end").wantRedirect("/me?done=ended")
	if a.signedIn() || !b.signedIn() {
		t.Errorf("the other session %v, this one %v", a.signedIn(), b.signedIn())
	}
}

// TestMeWithoutPassword: who comes through the identity provider has no
// password to change, nor a second factor here.
func TestMeWithoutPassword(t *testing.T) {
	s := newServer(t, nil)
	u := store.User{Email: email, Role: "USER", Status: store.UserActive, SSO: true}
	if err := s.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.signInAs(u)
	p := b.get("/me").want(http.StatusOK, "API keys")
	if strings.Contains(p.Body, "/me/password") || strings.Contains(p.Body, "/me/second-factor") {
		t.Error("the page offers a password")
	}
	b.post("/me/password", "current", "", "password", password, "again", password).want(http.StatusUnprocessableEntity)
	b.post("/me/second-factor", "current", "").want(http.StatusUnprocessableEntity)
}

func TestLargeForm(t *testing.T) {
	s := newServer(t, nil)
	s.browser().post("/sign-in", "email", strings.Repeat("x", 1<<20)).want(http.StatusBadRequest, "could not be read")
}
