package signin_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/signin"
	"github.com/surety-cloud/surety/internal/store"
)

// A provider is an identity provider that vouches for whomever the test says.
type provider struct {
	t      *testing.T
	url    string
	key    *rsa.PrivateKey
	now    func() time.Time
	claims map[string]any // of the user who is signed in there
	nonce  string         // of the last sign-in
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{t: t, key: key, now: time.Now}
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"issuer": p.url, "authorization_endpoint": p.url + "/authorize", "token_endpoint": p.url + "/token", "jwks_uri": p.url + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1",
			"n": base64.RawURLEncoding.EncodeToString(key.N.Bytes()), "e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(key.E)).Bytes()),
		}}})
	})
	mux.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code") != "code" || r.FormValue("code_verifier") == "" {
			w.WriteHeader(http.StatusBadRequest)
			answer(w, map[string]string{"error": "invalid_grant"})
			return
		}
		answer(w, map[string]any{"access_token": "access", "token_type": "Bearer", "id_token": p.token()})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// token signs the claims as an ID token.
func (p *provider) token() string {
	claims := map[string]any{"iss": p.url, "aud": "surety", "nonce": p.nonce, "iat": p.now().Unix(), "exp": p.now().Add(time.Hour).Unix()}
	maps.Copy(claims, p.claims)
	body, err := json.Marshal(claims)
	if err != nil {
		p.t.Error(err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.t.Error(err)
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// newServerWith is a server whose users come through the provider.
func newServerWith(t *testing.T, p *provider) *server {
	t.Helper()
	s := newServer(t, func(o *signin.Options) {
		o.OIDC = &auth.OIDCConfig{Issuer: p.url, ClientID: "surety", Roles: map[string]auth.Role{"ops": auth.RoleAdmin, "dev": auth.RoleReadOnly}}
	})
	p.now = s.clock.now
	return s
}

// through goes to the provider and comes back.
func (b *browser) through(p *provider, claims map[string]any) *page {
	b.s.t.Helper()
	begun := b.get("/sign-in/oidc?return=/me/x")
	to, err := url.Parse(begun.Location)
	if err != nil || begun.Status != http.StatusSeeOther || !strings.HasPrefix(begun.Location, p.url+"/authorize?") {
		b.s.t.Fatalf("the way to the provider is %d %q", begun.Status, begun.Location)
	}
	query := to.Query()
	if got := query.Get("redirect_uri"); got != b.s.url+signin.CallbackPath {
		b.s.t.Errorf("the provider is to send the browser back to %s", got)
	}
	p.claims, p.nonce = claims, query.Get("nonce")
	return b.get(signin.CallbackPath + "?code=code&state=" + url.QueryEscape(query.Get("state")))
}

func who(subject, email string, groups ...string) map[string]any {
	return map[string]any{"sub": subject, "email": email, "email_verified": true, "given_name": "Ada", "family_name": "Lovelace", "groups": groups}
}

func TestOIDC(t *testing.T) {
	p := newProvider(t)
	s := newServerWith(t, p)
	s.addUser("admin@example.com", "ADMIN")
	b := s.browser()
	b.get("/sign-in").want(http.StatusOK, "Sign in through your organisation")

	b.through(p, who("sub-1", "Ada@example.com", "dev")).wantRedirect("/me/x")
	if !b.signedIn() {
		t.Fatal("not signed in")
	}
	ada, err := s.store.UserByEmail(t.Context(), "ada@example.com")
	if err != nil || ada.Role != "READ_ONLY" || ada.FirstName != "Ada" || !ada.SSO || ada.Status != store.UserActive {
		t.Fatalf("the user is %+v, %v", ada, err)
	}
	s.wantEvent("organisation.acl.updated")
	s.wantEvent("session.created")

	// The groups decide the role each time; the subject is who it is.
	s.browser().through(p, who("sub-1", "lovelace@example.com", "dev", "ops")).wantRedirect("/me/x")
	if again, err := s.store.User(t.Context(), ada.ID); err != nil || again.Role != "ADMIN" {
		t.Errorf("the user is %+v, %v", again, err)
	}
	// Nobody is let in whom no group gives a role, or under another's email, or
	// with one that is not verified.
	unverified := who("sub-3", "eve@example.com", "ops")
	unverified["email_verified"] = false
	for says, claims := range map[string]map[string]any{
		"None of your groups":    who("sub-2", "bob@example.com", "sales"),
		"another user":           who("sub-2", "ada@example.com", "ops"),
		"does not vouch for":     unverified,
		"cannot be reached, or ": {"sub": "", "email": "x@example.com", "email_verified": true},
	} {
		other := s.browser()
		got := other.through(p, claims)
		if got.Status != http.StatusForbidden && got.Status != http.StatusBadGateway || !strings.Contains(got.Body, says) || other.signedIn() {
			t.Errorf("%s: %d %s", says, got.Status, got.Body)
		}
	}
	if users, _ := s.store.Users(t.Context()); len(users) != 2 {
		t.Errorf("there are %d users", len(users))
	}
	s.wantEvent("session.refused")
}

func TestOIDCOfInvited(t *testing.T) {
	p := newProvider(t)
	s := newServerWith(t, p)
	u := store.User{Email: "Ada@example.com", Role: "USER", Status: store.UserInvited}
	if err := s.store.AddUser(t.Context(), &u); err != nil {
		t.Fatal(err)
	}
	b := s.browser()
	b.through(p, who("sub-1", "ada@example.com", "ops")).wantRedirect("/me/x")
	got, err := s.store.User(t.Context(), u.ID)
	if err != nil || got.Status != store.UserActive || got.Subject != "sub-1" || got.Role != "ADMIN" {
		t.Errorf("the user is %+v, %v", got, err)
	}
	// The only administrator keeps the role.
	s.browser().through(p, who("sub-1", "ada@example.com", "dev")).wantRedirect("/me/x")
	if got, _ = s.store.User(t.Context(), u.ID); got.Role != "ADMIN" || !strings.Contains(s.log.String(), "keeps the role") {
		t.Errorf("the role is %s", got.Role)
	}
}

func TestOIDCState(t *testing.T) {
	p := newProvider(t)
	s := newServerWith(t, p)
	b := s.browser()
	b.get(signin.CallbackPath+"?code=code&state=x").want(http.StatusForbidden, "begin again")
	begun := b.get("/sign-in/oidc")
	to, err := url.Parse(begun.Location)
	if err != nil {
		t.Fatal(err)
	}
	state := url.QueryEscape(to.Query().Get("state"))
	// Another browser did not begin this.
	s.browser().get(signin.CallbackPath+"?code=code&state="+state).want(http.StatusForbidden, "begin again")
	b.get(signin.CallbackPath+"?error=access_denied&state="+state).want(http.StatusForbidden, "refused the sign-in")
	// Anybody can begin a sign-in and come back with an error, again and again:
	// that must not fill the audit log.
	if names, _ := s.events(); slices.Contains(names, "session.refused") {
		t.Errorf("the audit log has %v", names)
	}
	if b.signedIn() {
		t.Error("signed in")
	}
}

func TestWithoutOIDC(t *testing.T) {
	s := newServer(t, nil)
	b := s.browser()
	if p := b.get("/sign-in"); strings.Contains(p.Body, "/sign-in/oidc") {
		t.Error("the page offers an identity provider")
	}
	b.get("/sign-in/oidc").want(http.StatusNotFound, "no identity provider")
	b.get(signin.CallbackPath + "?code=code").want(http.StatusNotFound)
	if _, err := signin.New(signin.Options{Store: s.store, Box: s.box, OIDC: &auth.OIDCConfig{}}); err == nil {
		t.Error("a configuration without an issuer is taken")
	}
	if _, err := signin.New(signin.Options{Store: s.store}); err == nil {
		t.Error("there is no key, and no error")
	}
}
