package auth

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/secretbox"
)

func newBox(t *testing.T) *secretbox.Box {
	t.Helper()
	box, err := secretbox.Parse(secretbox.GenerateKey())
	if err != nil {
		t.Fatal(err)
	}
	return box
}

func (i *issuer) config() OIDCConfig {
	return OIDCConfig{
		Issuer: i.server.URL, ClientID: testClient, ClientSecret: testSecret,
		RedirectURL: "https://surety.example.com/auth/callback", Scopes: []string{"groups"},
		Roles: map[string]Role{"cloud-admins": RoleAdmin, "staff": RoleReadOnly, "ops": RolePowerUser},
		Now:   i.clock.now,
	}
}

func (i *issuer) client(config OIDCConfig) *OIDC {
	i.t.Helper()
	o, err := NewOIDC(config, newBox(i.t))
	if err != nil {
		i.t.Fatal(err)
	}
	return o
}

// begin begins a sign-in, and gives the request with which the browser comes
// back.
func (i *issuer) begin(o *OIDC) *http.Request {
	i.t.Helper()
	redirect, cookie, err := o.Begin(context.Background(), "/accounts?x=1", true)
	if err != nil {
		i.t.Fatal(err)
	}
	u, err := url.Parse(redirect)
	if err != nil {
		i.t.Fatal(err)
	}
	i.asked = u.Query()
	back := url.Values{"code": {testCode}, "state": {i.asked.Get("state")}, "iss": {i.server.URL}}
	r := httptest.NewRequest("GET", "https://surety.example.com/auth/callback?"+back.Encode(), nil)
	r.AddCookie(cookie)
	return r
}

func TestSignIn(t *testing.T) {
	issuer := newIssuer(t)
	o := issuer.client(issuer.config())
	r := issuer.begin(o)

	for name, want := range map[string]string{
		"response_type": "code", "client_id": testClient, "code_challenge_method": "S256",
		"scope": "openid profile email groups", "redirect_uri": "https://surety.example.com/auth/callback",
	} {
		if got := issuer.asked.Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	cookie := r.Cookies()[0]
	for _, secret := range []string{"state", "nonce"} {
		if value := issuer.asked.Get(secret); len(value) < 43 || strings.Contains(cookie.Value, value) {
			t.Errorf("the %s is %q", secret, value)
		}
	}

	got, err := o.Finish(r, true)
	if err != nil {
		t.Fatal(err)
	}
	want := Identity{Subject: "248289761001", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Role: RoleAdmin, Return: "/accounts?x=1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSignInCookie(t *testing.T) {
	issuer := newIssuer(t)
	o := issuer.client(issuer.config())
	for secure, want := range map[bool]string{
		true:  "; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax",
		false: "; Path=/; Max-Age=600; HttpOnly; SameSite=Lax",
	} {
		_, cookie, err := o.Begin(context.Background(), "/", secure)
		if err != nil {
			t.Fatal(err)
		}
		if text := cookie.String(); !strings.HasSuffix(text, want) || strings.HasPrefix(text, "__Host-") != secure || len(text) > 4096 {
			t.Errorf("secure %v: %s", secure, text)
		}
	}
	if text := o.EndCookie(true).String(); text != "__Host-surety-sign-in=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax" {
		t.Errorf("to forget: %s", text)
	}
}

func TestSignInRefused(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	setQuery := func(r *http.Request, name, value string) {
		query := r.URL.Query()
		query.Set(name, value)
		r.URL.RawQuery = query.Encode()
	}
	for name, test := range map[string]struct {
		say   func(*issuer)       // before the browser comes back
		alter func(*http.Request) // what the browser comes back with
		is    error
		says  string
	}{
		"wrong nonce":        {say: func(i *issuer) { i.claims = map[string]any{"nonce": "another"} }, says: "nonce"},
		"no nonce":           {say: func(i *issuer) { i.claims = map[string]any{"nonce": nil} }, says: "nonce"},
		"wrong audience":     {say: func(i *issuer) { i.claims = map[string]any{"aud": "another"} }, says: "audience"},
		"no audience":        {say: func(i *issuer) { i.claims = map[string]any{"aud": nil} }, says: "audience"},
		"for another client": {say: func(i *issuer) { i.claims = map[string]any{"azp": "another"} }, says: "azp"},
		"for one of several": {say: func(i *issuer) { i.claims = map[string]any{"aud": []string{testClient, "another"}} }, says: "azp"},
		"wrong issuer":       {say: func(i *issuer) { i.claims = map[string]any{"iss": "https://evil.example"} }, says: "different provider"},
		"expired":            {say: func(i *issuer) { i.claims = map[string]any{"exp": i.clock.now().Unix() - 1} }, says: "expired"},
		"not yet":            {say: func(i *issuer) { i.claims = map[string]any{"nbf": i.clock.now().Unix() + 3600} }, says: "nbf"},
		"no subject":         {say: func(i *issuer) { i.claims = map[string]any{"sub": ""} }, says: "sub"},
		"a long subject":     {say: func(i *issuer) { i.claims = map[string]any{"sub": strings.Repeat("x", 256)} }, says: "sub"},
		"another's key":      {say: func(i *issuer) { i.signer = other }, says: "signature"},
		"symmetric":          {say: func(i *issuer) { i.algo = "HS256" }, says: "not good"},
		"unsigned": {say: func(i *issuer) {
			i.algo = "none"
			i.idToken = func(text string) string { return text[:strings.LastIndex(text, ".")+1] }
		}, says: "not good"},
		"changed after signing": {say: func(i *issuer) {
			i.idToken = func(text string) string {
				parts := strings.Split(text, ".")
				i.claims = map[string]any{"sub": "another"}
				i.idToken = nil
				return parts[0] + "." + strings.Split(i.signed(), ".")[1] + "." + parts[2]
			}
		}, says: "signature"},
		"no ID token":       {say: func(i *issuer) { i.idToken = func(string) string { return "" } }, says: "no ID token"},
		"unverified email":  {say: func(i *issuer) { i.claims = map[string]any{"email_verified": false} }, is: ErrEmail},
		"unverified, text":  {say: func(i *issuer) { i.claims = map[string]any{"email_verified": "false"} }, is: ErrEmail},
		"perhaps verified":  {say: func(i *issuer) { i.claims = map[string]any{"email_verified": nil} }, is: ErrEmail},
		"no email":          {say: func(i *issuer) { i.claims = map[string]any{"email": nil} }, is: ErrEmail},
		"odd email":         {say: func(i *issuer) { i.claims = map[string]any{"email": "Grace <grace@example.com>"} }, is: ErrEmail},
		"email of a number": {say: func(i *issuer) { i.claims = map[string]any{"email": 7} }, is: ErrEmail},
		"no groups":         {say: func(i *issuer) { i.claims = map[string]any{"groups": nil} }, is: ErrNoRole},
		"other groups":      {say: func(i *issuer) { i.claims = map[string]any{"groups": []string{"Cloud-Admins", "x"}} }, is: ErrNoRole},
		"groups of numbers": {say: func(i *issuer) { i.claims = map[string]any{"groups": []int{1}} }, is: ErrNoRole},
		"code refused":      {say: func(i *issuer) { i.tokenErr = "invalid_grant" }, says: "invalid_grant"},

		"took too long":    {say: func(i *issuer) { i.clock.advance(signInLife) }, is: ErrSignInExpired},
		"another state":    {alter: func(r *http.Request) { setQuery(r, "state", "another") }, is: ErrSignInExpired},
		"no state":         {alter: func(r *http.Request) { setQuery(r, "state", "") }, is: ErrSignInExpired},
		"no cookie":        {alter: func(r *http.Request) { r.Header.Del("Cookie") }, is: ErrSignInExpired},
		"a cookie of ours": {alter: func(r *http.Request) { r.Header.Set("Cookie", "__Host-surety-sign-in=x") }, is: ErrSignInExpired},
		"refused there":    {alter: func(r *http.Request) { setQuery(r, "error", "access_denied") }, is: ErrSignInRefused, says: "access_denied"},
		"another issuer":   {alter: func(r *http.Request) { setQuery(r, "iss", "https://evil.example") }, says: "another identity provider"},
		"no code":          {alter: func(r *http.Request) { setQuery(r, "code", "") }, says: "without a code"},
		"another code":     {alter: func(r *http.Request) { setQuery(r, "code", "x") }, says: "invalid_grant"},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := newIssuer(t)
			o := issuer.client(issuer.config())
			r := issuer.begin(o)
			if test.say != nil {
				test.say(issuer)
			}
			if test.alter != nil {
				test.alter(r)
			}
			got, err := o.Finish(r, true)
			if err == nil {
				t.Fatalf("signed in as %+v", got)
			}
			if test.is != nil && !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %v %q", err, test.is, test.says)
			}
			if got.Subject+got.Email+string(got.Role) != "" {
				t.Errorf("a refused user is %+v", got)
			}
			for _, secret := range []string{testSecret, testCode, testAccess, "body-of-the-answer"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error shows %q: %v", secret, err)
				}
			}
			if errors.Is(err, ErrSignInExpired) && issuer.uses != 0 {
				t.Error("the code was spent on a sign-in that is none")
			}
		})
	}
}

func TestSignInOfAnotherBrowser(t *testing.T) {
	issuer := newIssuer(t)
	o := issuer.client(issuer.config())
	mine, theirs := issuer.begin(o), issuer.begin(o)
	mine.URL = theirs.URL // an attacker's link, in my browser
	if _, err := o.Finish(mine, true); !errors.Is(err, ErrSignInExpired) {
		t.Errorf("got %v", err)
	}
	// A cookie of another server with a key of its own.
	if _, err := issuer.client(issuer.config()).Finish(theirs, true); !errors.Is(err, ErrSignInExpired) {
		t.Errorf("got %v", err)
	}
}

func TestSignInVariants(t *testing.T) {
	grace := Identity{Subject: "248289761001", Email: "grace@example.com", FirstName: "Grace", LastName: "Hopper", Role: RoleAdmin, Return: "/accounts?x=1"}
	with := func(change func(*Identity)) Identity {
		identity := grace
		change(&identity)
		return identity
	}
	for name, test := range map[string]struct {
		configure func(*OIDCConfig)
		claims    map[string]any
		userInfo  map[string]any
		want      Identity
		err       error
	}{
		"verified in text":    {claims: map[string]any{"email_verified": "true"}, want: grace},
		"trusted email":       {configure: func(c *OIDCConfig) { c.TrustEmail = true }, claims: map[string]any{"email_verified": nil}, want: grace},
		"trusted, unverified": {configure: func(c *OIDCConfig) { c.TrustEmail = true }, claims: map[string]any{"email_verified": false}, err: ErrEmail},
		"several audiences":   {claims: map[string]any{"aud": []string{"another", testClient}, "azp": testClient}, want: grace},
		"one group as text":   {claims: map[string]any{"groups": "staff"}, want: with(func(i *Identity) { i.Role = RoleReadOnly })},
		"strongest role":      {claims: map[string]any{"groups": []string{"staff", "x", "ops", "staff"}}, want: with(func(i *Identity) { i.Role = RolePowerUser })},
		"another claim": {
			configure: func(c *OIDCConfig) { c.GroupsClaim = "https://example.com/roles" },
			claims:    map[string]any{"https://example.com/roles": []string{"ops"}}, want: with(func(i *Identity) { i.Role = RolePowerUser }),
		},
		"default role":        {configure: func(c *OIDCConfig) { c.DefaultRole = RoleUser }, claims: map[string]any{"groups": nil}, want: with(func(i *Identity) { i.Role = RoleUser })},
		"default is no floor": {configure: func(c *OIDCConfig) { c.DefaultRole = RoleAdmin }, claims: map[string]any{"groups": "staff"}, want: with(func(i *Identity) { i.Role = RoleReadOnly })},
		"no groups at all":    {configure: func(c *OIDCConfig) { c.Roles, c.DefaultRole = nil, RoleReadOnly }, want: with(func(i *Identity) { i.Role = RoleReadOnly })},
		"one name": {
			claims: map[string]any{"given_name": nil, "family_name": nil, "name": " Grace\nHopper "},
			want:   with(func(i *Identity) { i.FirstName, i.LastName = "GraceHopper", "" }),
		},
		"a long name": {
			claims: map[string]any{"family_name": strings.Repeat("ü", 5000)},
			want:   with(func(i *Identity) { i.LastName = strings.Repeat("ü", 100) }),
		},
		"short token": {
			claims: map[string]any{"email": nil, "email_verified": nil, "groups": nil, "given_name": nil, "family_name": nil},
			userInfo: map[string]any{"sub": "248289761001", "email": "grace@example.com", "email_verified": true, "given_name": "Grace",
				"family_name": "Hopper", "groups": []string{"cloud-admins"}},
			want: grace,
		},
		"only groups there": {
			claims:   map[string]any{"groups": nil},
			userInfo: map[string]any{"sub": "248289761001", "groups": []string{"cloud-admins"}, "email": "ada@example.com", "email_verified": true, "given_name": "Ada"},
			want:     grace,
		},
		"its own email verified there": {
			claims:   map[string]any{"groups": nil, "email_verified": nil},
			userInfo: map[string]any{"sub": "248289761001", "groups": "staff", "email": "ada@example.com", "email_verified": true}, err: ErrEmail,
		},
		"email there verified here": {
			claims:   map[string]any{"email": nil},
			userInfo: map[string]any{"sub": "248289761001", "groups": "staff", "email": "ada@example.com"}, err: ErrEmail,
		},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := newIssuer(t)
			issuer.claims, issuer.userInfo = test.claims, test.userInfo
			config := issuer.config()
			if test.configure != nil {
				test.configure(&config)
			}
			o := issuer.client(config)
			got, err := o.Finish(issuer.begin(o), true)
			if !errors.Is(err, test.err) {
				t.Fatalf("got %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(test.want, got, cmp.FilterPath(func(p cmp.Path) bool { return test.err != nil }, cmp.Ignore())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUserInfoOfAnother(t *testing.T) {
	issuer := newIssuer(t)
	issuer.claims = map[string]any{"groups": nil}
	issuer.userInfo = map[string]any{"sub": "another", "groups": "cloud-admins"}
	o := issuer.client(issuer.config())
	if got, err := o.Finish(issuer.begin(o), true); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestIssuerComesUpLater(t *testing.T) {
	issuer := newIssuer(t)
	down := true
	config := issuer.config()
	config.Transport = transport(func(r *http.Request) (*http.Response, error) {
		if down {
			return nil, errors.New("connection refused")
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	o := issuer.client(config)
	if _, _, err := o.Begin(context.Background(), "/", true); err == nil || !strings.Contains(err.Error(), issuer.server.URL) {
		t.Errorf("while it is down: %v", err)
	}
	down = false
	if _, err := o.Finish(issuer.begin(o), true); err != nil {
		t.Errorf("once it is up: %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

func TestHugeAnswerIsCut(t *testing.T) {
	issuer := newIssuer(t)
	issuer.claims = map[string]any{"groups": nil}
	issuer.userInfo = map[string]any{"sub": "248289761001", "groups": "staff", "padding": strings.Repeat("x", 2*maxAnswer)}
	o := issuer.client(issuer.config())
	if _, err := o.Finish(issuer.begin(o), true); err == nil || !strings.Contains(err.Error(), "UserInfo") {
		t.Errorf("got %v", err)
	}
}

func TestOIDCConfig(t *testing.T) {
	good := OIDCConfig{Issuer: "https://login.example.com/realm", ClientID: "surety", ClientSecret: testSecret,
		RedirectURL: "https://surety.example.com/cb", DefaultRole: RoleUser}
	for name, test := range map[string]struct {
		change func(*OIDCConfig)
		says   string // empty: good
	}{
		"good":               {func(*OIDCConfig) {}, ""},
		"public client":      {func(c *OIDCConfig) { c.ClientSecret = "" }, ""},
		"on this computer":   {func(c *OIDCConfig) { c.Issuer, c.RedirectURL = "http://localhost:9000", "http://[::1]:8080/cb" }, ""},
		"no issuer":          {func(c *OIDCConfig) { c.Issuer = "" }, "issuer"},
		"plain issuer":       {func(c *OIDCConfig) { c.Issuer = "http://login.example.com" }, "TLS"},
		"issuer without URL": {func(c *OIDCConfig) { c.Issuer = "login.example.com" }, "https://login"},
		"password in issuer": {func(c *OIDCConfig) { c.Issuer = "https://u:p@login.example.com" }, "a user"},
		"plain redirect":     {func(c *OIDCConfig) { c.RedirectURL = "http://surety.example.com/cb" }, "come back"},
		"no client":          {func(c *OIDCConfig) { c.ClientID = "" }, "client's id"},
		"odd role":           {func(c *OIDCConfig) { c.Roles = map[string]Role{"ops": "ROOT"} }, `"ops"`},
		"odd default":        {func(c *OIDCConfig) { c.DefaultRole = "ROOT" }, "default role"},
		"no role":            {func(c *OIDCConfig) { c.DefaultRole = "" }, "nobody could sign in"},
	} {
		config := good
		test.change(&config)
		_, err := NewOIDC(config, newBox(t))
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewOIDC(good, nil); err == nil {
		t.Error("no key will do")
	}
	var text strings.Builder
	fmt.Fprintf(&text, "%v %+v %#v %s %x %v", good, good, good, good, good, &good)
	slog.New(slog.NewTextHandler(&text, nil)).Info("started", "oidc", good)
	if strings.Contains(text.String(), testSecret) || strings.Contains(text.String(), fmt.Sprintf("%x", testSecret)) {
		t.Errorf("the secret shows in %s", text.String())
	}
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{
		"/": "/", "/accounts?x=1#y": "/accounts?x=1#y", "/a//b": "/a//b",
		"": "/", "accounts": "/", "//evil.example": "/", "///evil.example": "/", `/\evil.example`: "/", `\\evil.example`: "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/\t/evil.example": "/", "/\n/evil.example": "/",
		"/%zz": "/", "/" + strings.Repeat("x", 3000): "/",
	} {
		if got := LocalPath(path); got != want {
			t.Errorf("%.40q became %.40q", path, got)
		}
	}
}

// The time of the sign-in is that of the clock given.
func TestSignInLife(t *testing.T) {
	issuer := newIssuer(t)
	o := issuer.client(issuer.config())
	r := issuer.begin(o)
	issuer.clock.advance(signInLife - time.Second)
	if _, err := o.Finish(r, true); err != nil {
		t.Errorf("just in time: %v", err)
	}
}
