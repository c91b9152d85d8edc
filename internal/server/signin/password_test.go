package signin_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

func TestSignIn(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "ADMIN")
	b := s.browser()
	b.get("/me").wantRedirect("/sign-in?return=%2Fme")
	form := b.get("/sign-in?return=/me/x").want(http.StatusOK, "Sign in")
	if got := form.field("return"); got != "/me/x" {
		t.Errorf("the way back is %q", got)
	}
	if b.signedIn() {
		t.Fatal("signed in without a password")
	}
	b.post("/sign-in", "email", " Grace@Example.com ", "password", password, "return", "/me/x").wantRedirect("/me/x")
	if !b.signedIn() {
		t.Fatal("not signed in with the right password")
	}
	s.wantEvent("session.created")
	b.get("/sign-in").wantRedirect("/me")
	b.get("/me").want(http.StatusOK, email, "this one")
	b.post("/sign-out").wantRedirect("/sign-in")
	if b.signedIn() {
		t.Error("still signed in after signing out")
	}
	s.wantEvent("session.deleted")
}

func TestSignInReturnsToOwnPagesOnly(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "ADMIN")
	for _, to := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)", ""} {
		b := s.browser()
		if got := b.get("/sign-in?return=" + strings.ReplaceAll(to, `\`, "%5C")).field("return"); got != "/me" {
			t.Errorf("return %q: the form goes to %q", to, got)
		}
		b.post("/sign-in", "email", email, "password", password, "return", to).wantRedirect("/me")
	}
}

// TestRefusals: whoever is not let in learns nothing of who is known.
func TestRefusals(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "ADMIN")
	for _, u := range []store.User{
		{Email: "invited@example.com", Role: "USER", Status: store.UserInvited},
		{Email: "sso@example.com", Role: "USER", Status: store.UserActive, SSO: true},
	} {
		if err := s.store.AddUser(t.Context(), &u); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ email, password string }{
		{email, "wrong"},
		{email, ""},
		{"secretive@example.com", password},
		{"invited@example.com", password},
		{"invited@example.com", ""},
		{"sso@example.com", ""},
		{"Correct-Horse-1", password},
		{"\x00", password},
		{strings.Repeat("x", 300) + "@example.com", password},
		{"", ""},
	}
	for _, test := range tests {
		b := s.browser()
		p := b.post("/sign-in", "email", test.email, "password", test.password).want(http.StatusUnauthorized, "The email or the password is wrong.")
		if strings.Contains(p.Body, password) || b.signedIn() {
			t.Errorf("%q: %s", test.email, p.Body)
		}
	}
	_, text := s.events()
	if strings.Contains(text, "secretive") || strings.Contains(text, "Correct-Horse") || !strings.Contains(text, "s…@example.com") {
		t.Errorf("the audit log has what nobody's email is:\n%s", text)
	}
	if !strings.Contains(text, "session.refused "+email) {
		t.Errorf("the audit log does not name the user:\n%s", text)
	}
	s.wantEvent("session.refused")
}

func TestThrottle(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "ADMIN")
	b := s.browser()
	for range 5 {
		b.post("/sign-in", "email", email, "password", "wrong").want(http.StatusUnauthorized)
	}
	// The right password must wait as well.
	p := b.post("/sign-in", "email", email, "password", password).want(http.StatusTooManyRequests, "too many attempts")
	wait, err := strconv.Atoi(p.Header.Get("Retry-After"))
	if err != nil || wait < 1 {
		t.Fatalf("Retry-After is %q", p.Header.Get("Retry-After"))
	}
	s.clock.advance(time.Duration(wait) * time.Second)
	b.signIn(email)
}

func TestSessionLimits(t *testing.T) {
	s := newServer(t, nil)
	s.addUser(email, "ADMIN")
	b := s.browser()
	b.signIn(email)
	s.clock.advance(auth.SessionIdle - time.Second)
	if !b.signedIn() {
		t.Fatal("the session is over too early")
	}
	s.clock.advance(auth.SessionIdle)
	if b.signedIn() {
		t.Error("a session that was idle is alive")
	}
	b.get("/me").wantRedirect("/sign-in?return=%2Fme")

	b.signIn(email)
	for range 24 {
		s.clock.advance(auth.SessionIdle - time.Minute)
		if !b.signedIn() {
			t.Fatal("a session in use is over too early")
		}
	}
	s.clock.advance(25 * time.Minute) // 12 hours and a minute in all
	if b.signedIn() {
		t.Error("a session outlives its time")
	}
}

// TestSessionNeedsItsUser: who is deleted is out at once.
func TestSessionNeedsItsUser(t *testing.T) {
	s := newServer(t, nil)
	s.addUser("admin@example.com", "ADMIN")
	u := s.addUser(email, "USER")
	b := s.browser()
	b.signIn(email)
	if err := s.store.DeleteUser(t.Context(), u.ID); err != nil {
		t.Fatal(err)
	}
	if b.signedIn() {
		t.Error("a deleted user is signed in")
	}
}

func TestSecondFactor(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "ADMIN")
	secret, recovery := s.addTOTP(u)
	code := func() string {
		t.Helper()
		code, err := totp.GenerateCode(secret, s.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	begin := func(b *browser) string {
		t.Helper()
		p := b.post("/sign-in", "email", email, "password", password, "return", "/me/x").want(http.StatusOK, "Second factor")
		if b.signedIn() {
			t.Fatal("signed in without a code")
		}
		return p.field("pending")
	}
	b := s.browser()
	pending := begin(b)
	b.post("/sign-in", "pending", pending, "code", "000000").want(http.StatusUnauthorized, "The code is wrong")
	first := code()
	b.post("/sign-in", "pending", pending, "code", first).wantRedirect("/me/x")
	if !b.signedIn() {
		t.Fatal("not signed in with the right code")
	}

	// Each code is good once, also for who has the form still open.
	other := s.browser()
	other.post("/sign-in", "pending", pending, "code", first).want(http.StatusUnauthorized)
	other.post("/sign-in", "pending", begin(other), "code", first).want(http.StatusUnauthorized)
	s.clock.advance(time.Minute)
	other.post("/sign-in", "pending", begin(other), "code", code()).wantRedirect("/me/x")

	// So is a recovery code.
	third := s.browser()
	third.post("/sign-in", "pending", begin(third), "code", strings.ToUpper(recovery[3])).wantRedirect("/me/x")
	s.wantEvent("user.recovery-code.used")
	fourth := s.browser()
	fourth.post("/sign-in", "pending", begin(fourth), "code", recovery[3]).want(http.StatusUnauthorized)

	// The form is good for five minutes, for nobody who made it up, and not
	// after a change of the password.
	pending = begin(fourth)
	fourth.post("/sign-in", "pending", "made up", "code", code()).want(http.StatusUnauthorized, "Begin again")
	s.clock.advance(5 * time.Minute)
	fourth.post("/sign-in", "pending", pending, "code", code()).want(http.StatusUnauthorized, "Begin again")
	pending = begin(fourth)
	hash, err := auth.NewHasher(1).Hash(t.Context(), password+"2")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetPassword(t.Context(), u.ID, hash, ""); err != nil {
		t.Fatal(err)
	}
	fourth.post("/sign-in", "pending", pending, "code", code()).want(http.StatusUnauthorized, "Begin again")
}

func TestCodeThrottle(t *testing.T) {
	s := newServer(t, nil)
	s.addTOTP(s.addUser(email, "ADMIN"))
	b := s.browser()
	pending := b.post("/sign-in", "email", email, "password", password).want(http.StatusOK).field("pending")
	for range 5 {
		b.post("/sign-in", "pending", pending, "code", "000000").want(http.StatusUnauthorized)
	}
	if p := b.post("/sign-in", "pending", pending, "code", "000000").want(http.StatusTooManyRequests); p.Header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
}

// TestOtherSites: a browser's session serves our own pages only; a key has no
// browser.
func TestOtherSites(t *testing.T) {
	s := newServer(t, nil)
	u := s.addUser(email, "ADMIN")
	key, id, hash := auth.NewKey()
	if err := s.store.AddKey(t.Context(), &store.Key{ID: id, UserID: u.ID, Hash: hash}, 2); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.signIn(email)
	for _, header := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}} {
		b.header = http.Header{header[0]: {header[1]}}
		for _, path := range []string{"/me/keys", "/me/name", "/sign-out", "/sign-in", "/v1/session", "/v1/probe"} {
			b.post(path).want(http.StatusForbidden)
		}
		// With a key the same request is no longer the browser's.
		b.header.Set("Authorization", "ApiKey "+key)
		b.post("/v1/probe").want(http.StatusOK, `"Via":"key"`)
		// A wrong key is not made good by the session.
		b.header.Set("Authorization", "ApiKey "+key[:63]+"_")
		b.post("/v1/probe").want(http.StatusForbidden)
		// Nor does a session count on the pages: the request was let through for
		// its key.
		b.post("/me/name", "first", "Mallory").wantRedirect("/sign-in?return=%2Fme")
	}
	b.header = http.Header{"Sec-Fetch-Site": {"same-origin"}}
	b.post("/me/name", "first", "Grace").wantRedirect("/me?done=name")
}
