package signin_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

func TestIdentifyByKey(t *testing.T) {
	s := newServer(t, nil)
	s.addUser("admin@example.com", "ADMIN")
	u := s.addUser(email, "USER")
	a := store.Account{Name: "payments", AWSID: "111122223333"}
	if err := s.store.AddAccount(t.Context(), &a); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.ChangeUser(t.Context(), u.ID, store.UserChange{Access: map[string]string{a.ID: "FULL"}}); err != nil {
		t.Fatal(err)
	}
	key, id, hash := auth.NewKey()
	if err := s.store.AddKey(t.Context(), &store.Key{ID: id, UserID: u.ID, Hash: hash}, 2); err != nil {
		t.Fatal(err)
	}
	probe := func(header string) (auth.Principal, bool) {
		t.Helper()
		b := s.browser()
		b.header.Set("Authorization", header)
		answer := b.get("/v1/probe")
		var p auth.Principal
		if answer.Status != http.StatusOK {
			return p, false
		}
		if err := json.Unmarshal([]byte(answer.Body), &p); err != nil {
			t.Fatal(err)
		}
		return p, true
	}
	want := auth.Principal{UserID: u.ID, Name: email, Email: email, Role: auth.RoleUser, Access: map[string]auth.Level{a.ID: auth.LevelFull}, Via: auth.ViaKey, KeyID: id}
	for _, header := range []string{"ApiKey " + key, "Bearer " + key, "apikey  " + key} {
		got, ok := probe(header)
		if d := cmp.Diff(want, got); !ok || d != "" {
			t.Errorf("%s: (-want +got):\n%s", header[:8], d)
		}
	}
	other, _, _ := auth.NewKey()
	for _, header := range []string{"", "ApiKey", "ApiKey " + other, "ApiKey " + id, "ApiKey " + id + other[12:], "Basic " + key, key} {
		if got, ok := probe(header); ok {
			t.Errorf("%q is %+v", header, got)
		}
	}

	// The key has the role that its owner has now.
	role := "READ_ONLY"
	if _, err := s.store.ChangeUser(t.Context(), u.ID, store.UserChange{Role: &role}); err != nil {
		t.Fatal(err)
	}
	if got, _ := probe("ApiKey " + key); got.Role != auth.RoleReadOnly {
		t.Errorf("the role is %s", got.Role)
	}
	k, _, err := s.store.KeyOwner(t.Context(), id)
	if err != nil || !k.LastUsed.Equal(s.clock.now()) {
		t.Errorf("the key was last used at %v, %v", k.LastUsed, err)
	}

	// Disabled, or without its owner, it is nobody's at once.
	if err := s.store.SetKeyStatus(t.Context(), u.ID, id, store.KeyDisabled); err != nil {
		t.Fatal(err)
	}
	if _, ok := probe("ApiKey " + key); ok {
		t.Error("a disabled key is good")
	}
	if err := s.store.SetKeyStatus(t.Context(), u.ID, id, store.KeyEnabled); err != nil {
		t.Fatal(err)
	}
	if _, ok := probe("ApiKey " + key); !ok {
		t.Error("a key that was enabled again is not good")
	}
	if err := s.store.DeleteUser(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if _, ok := probe("ApiKey " + key); ok {
		t.Error("the key of a deleted user is good")
	}
}

// TestSessionIsKeptHashed: what the browser keeps is not what the
// database keeps.
func TestSessionIsKeptHashed(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "ADMIN")
	token, hash := auth.NewToken()
	if err := s.store.AddSession(t.Context(), &store.Session{ID: hash, UserID: u.ID}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	for value, want := range map[string]bool{token: true, hash: false, "": false} {
		b := s.browser()
		b.header.Set("Cookie", auth.SessionCookie(value, false).String())
		if b.signedIn() != want {
			t.Errorf("the cookie %q: signed in %v", value, !want)
		}
	}
}

// TestProxy: behind a proxy that speaks TLS the cookie is for TLS only, and
// the address is the client's.
func TestProxy(t *testing.T) {
	s := newServer(t, func(o *signin.Options) {
		var err error
		if o.Proxies, err = auth.ParseProxies([]string{"127.0.0.1"}); err != nil {
			t.Fatal(err)
		}
	})
	s.addUser(email, "ADMIN")
	b := s.browser()
	b.header.Set("X-Forwarded-Proto", "https")
	b.header.Set("X-Forwarded-For", "203.0.113.9")
	p := b.post("/sign-in", "email", email, "password", password)
	p.wantRedirect("/me")
	cookies, err := http.ParseSetCookie(p.Header.Get("Set-Cookie"))
	if err != nil || cookies.Name != "__Host-surety-session" || !cookies.Secure || !cookies.HttpOnly || cookies.SameSite != http.SameSiteLaxMode {
		t.Errorf("the cookie is %+v, %v", cookies, err)
	}
	_, text := s.events()
	if want := "session.created " + email + " " + email + " signed in with a password 203.0.113.9\n"; text != want {
		t.Errorf("the audit log is %q, not %q", text, want)
	}
}
