package auth

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/surety-cloud/surety/internal/secretbox"
)

const (
	// signInLife is how long a user may take at the identity provider.
	signInLife = 10 * time.Minute
	// oidcTimeout bounds each request to the identity provider.
	oidcTimeout = 10 * time.Second
	oidcCookie  = "surety-sign-in"
	// oidcPlace is the context under which the cookie is sealed.
	oidcPlace = "cookie " + oidcCookie
)

// What goes wrong with a sign-in that the user, or an administrator, can put
// right. Other errors tell of the identity provider, and are for the log.
var (
	ErrSignInExpired = errors.New("this sign-in was not begun in this browser, or took longer than ten minutes; begin again")
	ErrSignInRefused = errors.New("the identity provider refused the sign-in")
	ErrEmail         = errors.New("the identity provider does not vouch for an email address of yours (claims email and email_verified)")
	ErrNoRole        = errors.New("none of your groups at the identity provider has a role here; ask an administrator for access")
)

// An OIDC signs users in through an identity provider that speaks OpenID
// Connect, by the code flow with PKCE. What has to be remembered between the
// two halves of a sign-in is in a sealed cookie of the browser that began it.
// It can be used by many goroutines at once.
type OIDC struct {
	config OIDCConfig
	box    *secretbox.Box
	client *http.Client

	mu       sync.Mutex
	provider *oidc.Provider // nil until the discovery has worked
}

// NewOIDC checks the configuration. The identity provider is first asked when
// somebody signs in, so that the server starts while it is down.
func NewOIDC(config OIDCConfig, box *secretbox.Box) (*OIDC, error) {
	config, err := config.check()
	if err != nil {
		return nil, fmt.Errorf("sign-in by OpenID Connect: %w", err)
	}
	if box == nil {
		return nil, errors.New("sign-in by OpenID Connect needs the key that secrets are sealed with")
	}
	return &OIDC{config: config, box: box, client: boundedClient(config.Transport)}, nil
}

// discovered is the identity provider. It is asked for its endpoints until it
// has once answered.
func (o *OIDC) discovered(ctx context.Context) (*oidc.Provider, error) {
	o.mu.Lock()
	provider := o.provider
	o.mu.Unlock()
	if provider != nil {
		return provider, nil
	}
	// Not under the lock: while the provider is slow, all would queue for it.
	provider, err := oidc.NewProvider(ctx, o.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("the identity provider %s cannot be reached or is not one: %w", o.config.Issuer, err)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.provider = provider
	return provider, nil
}

func (o *OIDC) oauth(provider *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     o.config.ClientID,
		ClientSecret: o.config.ClientSecret,
		Endpoint:     provider.Endpoint(),
		RedirectURL:  o.config.RedirectURL,
		Scopes:       append([]string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail}, o.config.Scopes...),
	}
}

// pending is what the cookie holds.
type pending struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Return   string    `json:"return"`
	Expires  time.Time `json:"expires"`
}

// Begin begins a sign-in: the browser is to be given the cookie and redirected
// to the URL, by a GET. After the sign-in it is meant to go to the page
// returnTo of ours. Secure is [Proxies.Secure] of the request.
func (o *OIDC) Begin(ctx context.Context, returnTo string, secure bool) (redirect string, cookie *http.Cookie, err error) {
	ctx = oidc.ClientContext(ctx, o.client)
	provider, err := o.discovered(ctx)
	if err != nil {
		return "", nil, err
	}
	p := pending{Return: LocalPath(returnTo), Verifier: oauth2.GenerateVerifier(), Expires: o.config.Now().Add(signInLife)}
	p.State, _ = NewToken()
	p.Nonce, _ = NewToken()
	text, err := json.Marshal(p)
	if err != nil {
		return "", nil, err
	}
	sealed, err := o.box.Seal(string(text), oidcPlace)
	if err != nil {
		return "", nil, err
	}
	cookie = newCookie(oidcCookie, sealed, secure)
	cookie.MaxAge = int(signInLife.Seconds())
	return o.oauth(provider).AuthCodeURL(p.State, oidc.Nonce(p.Nonce), oauth2.S256ChallengeOption(p.Verifier)), cookie, nil
}

// EndCookie makes the browser forget the cookie of Begin. Send it with every
// answer to the request that Finish reads.
func (o *OIDC) EndCookie(secure bool) *http.Cookie { return endCookie(oidcCookie, secure) }

// Finish ends a sign-in with the request that the identity provider sent the
// browser back with. The user it gives is vouched for; whether there is such a
// user here is another question. Errors are those of this package, for the
// user to read, or others for the log.
func (o *OIDC) Finish(r *http.Request, secure bool) (Identity, error) {
	ctx := oidc.ClientContext(r.Context(), o.client)
	p, err := o.pending(r, secure)
	if err != nil {
		return Identity{}, err
	}
	query := r.URL.Query()
	if said := query.Get("error"); said != "" {
		return Identity{}, fmt.Errorf("%w: %.80q %.200q", ErrSignInRefused, said, query.Get("error_description"))
	}
	// RFC 9207: an answer that names its issuer must name ours.
	if issuer := query.Get("iss"); issuer != "" && issuer != o.config.Issuer {
		return Identity{}, fmt.Errorf("the answer is one of another identity provider, %.200q", issuer)
	}
	if query.Get("code") == "" {
		return Identity{}, errors.New("the identity provider sent the browser back without a code")
	}
	provider, err := o.discovered(ctx)
	if err != nil {
		return Identity{}, err
	}
	token, err := o.oauth(provider).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(p.Verifier))
	if err != nil {
		return Identity{}, exchangeError(err)
	}
	all, err := o.claims(ctx, provider, token, p.Nonce)
	if err != nil {
		return Identity{}, err
	}
	identity, err := o.config.identity(all)
	identity.Return = p.Return
	return identity, err
}

// pending opens the cookie and compares the state.
func (o *OIDC) pending(r *http.Request, secure bool) (pending, error) {
	sealed, ok := cookieValue(r, oidcCookie, secure)
	if !ok {
		return pending{}, ErrSignInExpired
	}
	text, err := o.box.Open(sealed, oidcPlace)
	if err != nil {
		return pending{}, ErrSignInExpired
	}
	var p pending
	if err := json.Unmarshal([]byte(text), &p); err != nil || p.State == "" || p.Nonce == "" || p.Verifier == "" {
		return pending{}, ErrSignInExpired
	}
	state := r.URL.Query().Get("state")
	if subtle.ConstantTimeCompare([]byte(state), []byte(p.State)) != 1 || !o.config.Now().Before(p.Expires) {
		return pending{}, ErrSignInExpired
	}
	return p, nil
}

// exchangeError leaves out the answer's body, of which nothing is known.
func exchangeError(err error) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return fmt.Errorf("the identity provider did not accept the code (%.80q %.200q); are the client's id and secret right?", refused.ErrorCode, refused.ErrorDescription)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return fmt.Errorf("the identity provider cannot be reached: %w", failed)
	}
	return errors.New("the identity provider's answer to the code is not understood")
}
