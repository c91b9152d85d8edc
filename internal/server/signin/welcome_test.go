package signin_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

func TestFirstStart(t *testing.T) {
	s := newServer(t, nil)
	start := func() string {
		t.Helper()
		link, err := s.signIn.FirstStart(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return link
	}
	first := start()
	second := start()
	if !strings.HasPrefix(second, s.url+"/welcome/") || second == first {
		t.Fatalf("the links are %s and %s", first, second)
	}
	b := s.browser()
	b.get(first).want(http.StatusNotFound, "time is over")
	b.get(second).want(http.StatusOK, "admin@localhost")

	// It holds for a day.
	s.clock.advance(auth.SetupLife)
	b.get(second).want(http.StatusNotFound)
	b.post(second, "password", password, "again", password).want(http.StatusNotFound)
	third := start()

	tests := []struct{ password, again, says string }{
		{"Short-1", "Short-1", "The password needs at least 12 characters."},
		{"alllowercase1!", "alllowercase1!", "an upper-case letter"},
		{password, password + "x", "not the same"},
		{"", "", "The password needs"},
	}
	for _, test := range tests {
		b.post(third, "password", test.password, "again", test.again).want(http.StatusUnprocessableEntity, test.says)
	}
	b.post(third, "password", password, "again", password).wantRedirect("/me")
	if !b.signedIn() {
		t.Error("who sets the password is not signed in")
	}
	s.wantEvent("user.password.updated")
	// The link has served, and there is no other.
	other := s.browser()
	other.get(third).want(http.StatusNotFound)
	other.post(third, "password", password+"2", "again", password+"2").want(http.StatusNotFound)
	if link := start(); link != "" {
		t.Errorf("there is an administrator, and still a link: %s", link)
	}
	other.signIn("admin@localhost")
}

func TestAdminEmail(t *testing.T) {
	s := newServer(t, func(o *signin.Options) { o.AdminEmail, o.PublicURL = "root@example.com", "" })
	link, err := s.signIn.FirstStart(t.Context())
	if err != nil || !strings.HasPrefix(link, "/welcome/") {
		t.Fatalf("the link is %q, %v", link, err)
	}
	if u, err := s.store.UserByEmail(t.Context(), "root@example.com"); err != nil || u.Role != "ADMIN" || u.Status != store.UserInvited {
		t.Errorf("the first administrator is %+v, %v", u, err)
	}
	for _, email := range []string{"admin", "Admin <admin@example.com>", "a@b\nc"} {
		if _, err := signin.New(signin.Options{Store: s.store, Box: s.box, AdminEmail: email}); err == nil {
			t.Errorf("%q is taken for an email", email)
		}
	}
}

func TestResetLink(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "ADMIN")
	s.addTOTP(u)
	if _, err := s.signIn.ResetLink(t.Context(), "nobody@example.com"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a link for nobody: %v", err)
	}
	sso := store.User{Email: "sso@example.com", Role: "USER", Status: store.UserActive, SSO: true}
	if err := s.store.AddUser(t.Context(), &sso); err != nil {
		t.Fatal(err)
	}
	if _, err := s.signIn.ResetLink(t.Context(), sso.Email); err == nil {
		t.Error("who has no password gets a link to set one")
	}
	old, hash := auth.NewToken()
	if err := s.store.AddSession(t.Context(), &store.Session{ID: hash, UserID: u.ID}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	link, err := s.signIn.ResetLink(t.Context(), "Grace@example.com")
	if err != nil {
		t.Fatal(err)
	}
	// The second factor is asked for all the same.
	b := s.browser()
	b.get(link).want(http.StatusOK, email)
	b.post(link, "password", password+"2", "again", password+"2").want(http.StatusOK, "Second factor")
	if b.signedIn() {
		t.Error("a link signs in without the second factor")
	}
	// Sessions end.
	b.header.Set("Cookie", auth.SessionCookie(old, false).String())
	if b.signedIn() {
		t.Error("a session outlived the new password")
	}
	b.header.Del("Cookie")
	b.post("/sign-in", "email", email, "password", password).want(http.StatusUnauthorized)

	// For who was invited it is another invitation.
	invited := store.User{Email: "new@example.com", Role: "USER", Status: store.UserInvited}
	if err := s.store.AddUser(t.Context(), &invited); err != nil {
		t.Fatal(err)
	}
	if link, err = s.signIn.ResetLink(t.Context(), invited.Email); err != nil {
		t.Fatal(err)
	}
	s.clock.advance(auth.InvitationLife - time.Second)
	b.get(link).want(http.StatusOK, "Welcome.")
}

func TestBadLinks(t *testing.T) {
	s := newServer(t, nil)
	token, _ := auth.NewToken()
	for _, path := range []string{"/welcome/" + token, "/welcome/x", "/welcome/%00", "/welcome/" + strings.Repeat("x", 5000)} {
		s.browser().get(path).want(http.StatusNotFound, "Ask an administrator")
	}
}
