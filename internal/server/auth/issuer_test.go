package auth

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
	"testing"
	"time"

	"golang.org/x/oauth2"
)

const (
	testClient = "surety"
	testSecret = "s3cret-of-the-client"
	testCode   = "the-code"
	testAccess = "the-access-token"
)

// An issuer is an identity provider with one user, who agrees to everything.
// What it says can be changed before each sign-in.
type issuer struct {
	t      *testing.T
	server *httptest.Server
	key    *rsa.PrivateKey
	clock  *clock

	asked    url.Values     // the parameters of the last authorization request
	claims   map[string]any // of the ID token, over the usual ones; nil removes
	userInfo map[string]any // nil: there is no such endpoint
	signer   *rsa.PrivateKey
	algo     string
	idToken  func(string) string // changes the ID token once signed
	tokenErr string              // the code is refused with this
	uses     int                 // of the token endpoint
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{t: t, key: key, signer: key, algo: "RS256", clock: newClock()}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.discovery)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /userinfo", i.info)
	i.server = httptest.NewServer(mux)
	t.Cleanup(i.server.Close)
	return i
}

func (i *issuer) discovery(w http.ResponseWriter, _ *http.Request) {
	document := map[string]any{
		"issuer":                                i.server.URL,
		"authorization_endpoint":                i.server.URL + "/authorize",
		"token_endpoint":                        i.server.URL + "/token",
		"jwks_uri":                              i.server.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"},
	}
	if i.userInfo != nil {
		document["userinfo_endpoint"] = i.server.URL + "/userinfo"
	}
	answer(w, document)
}

func (i *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "k1",
		"n": base64.RawURLEncoding.EncodeToString(i.key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(i.key.E)).Bytes()),
	}}})
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	i.uses++
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	refusal := i.tokenErr
	switch {
	case id != testClient || secret != testSecret:
		refusal = "invalid_client"
	case r.FormValue("code") != testCode,
		r.FormValue("redirect_uri") != i.asked.Get("redirect_uri"),
		oauth2.S256ChallengeFromVerifier(r.FormValue("code_verifier")) != i.asked.Get("code_challenge"):
		refusal = "invalid_grant"
	}
	if refusal != "" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		json.NewEncoder(w).Encode(map[string]string{"error": refusal, "leak": "body-of-the-answer"})
		return
	}
	body := map[string]any{"access_token": testAccess, "token_type": "Bearer", "expires_in": 60}
	if token := i.signed(); token != "" {
		body["id_token"] = token
	}
	answer(w, body)
}

func (i *issuer) info(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+testAccess {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	answer(w, i.userInfo)
}

// signed is the ID token, as RFC 7515 has it.
func (i *issuer) signed() string {
	all := map[string]any{
		"iss": i.server.URL, "sub": "248289761001", "aud": testClient, "nonce": i.asked.Get("nonce"),
		"iat": i.clock.now().Unix(), "exp": i.clock.now().Add(time.Minute).Unix(),
		"email": "Grace@Example.com", "email_verified": true, "given_name": "Grace", "family_name": "Hopper",
		"groups": []string{"staff", "cloud-admins"},
	}
	maps.Copy(all, i.claims)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	encode := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			i.t.Error(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	text := encode(map[string]string{"alg": i.algo, "kid": "k1"}) + "." + encode(all)
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.signer, crypto.SHA256, sum[:])
	if err != nil {
		i.t.Error(err)
	}
	text += "." + base64.RawURLEncoding.EncodeToString(signature)
	if i.idToken != nil {
		text = i.idToken(text)
	}
	return text
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(body)
}
