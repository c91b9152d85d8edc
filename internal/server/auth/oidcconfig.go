package auth

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// An OIDCConfig says how users sign in through an identity provider. It does
// not print its secret.
type OIDCConfig struct {
	// Issuer is the identity provider's URL, exactly as it names itself.
	Issuer   string
	ClientID string
	// ClientSecret is empty for a public client.
	ClientSecret string
	// RedirectURL is where the identity provider sends the browser back to.
	RedirectURL string
	// Scopes are asked for beside openid, profile and email.
	Scopes []string
	// GroupsClaim names the claim with the user's groups; empty means
	// "groups".
	GroupsClaim string
	// Roles gives groups a role. Of several the strongest counts.
	Roles map[string]Role
	// DefaultRole is for users of no such group; empty refuses them.
	DefaultRole Role
	// TrustEmail takes an email address for verified where the identity
	// provider says neither yes nor no. That is right only for one whose
	// addresses users cannot choose themselves.
	TrustEmail bool
	// Transport is for requests to the identity provider; nil means the
	// usual.
	Transport http.RoundTripper
	// Now is the clock; nil means the computer's.
	Now func() time.Time
}

const redactedConfig = "auth.OIDCConfig(redacted)"

// String hides the client's secret.
func (OIDCConfig) String() string { return redactedConfig }

// GoString hides the client's secret.
func (OIDCConfig) GoString() string { return redactedConfig }

// Format hides the client's secret from every verb.
func (OIDCConfig) Format(state fmt.State, _ rune) { state.Write([]byte(redactedConfig)) }

// LogValue hides the client's secret.
func (OIDCConfig) LogValue() slog.Value { return slog.StringValue(redactedConfig) }

// check fills in what was left out, and says what is wrong.
func (c OIDCConfig) check() (OIDCConfig, error) {
	if err := checkURL(c.Issuer); err != nil {
		return c, fmt.Errorf("the issuer %w", err)
	}
	if err := checkURL(c.RedirectURL); err != nil {
		return c, fmt.Errorf("the URL to come back to %w", err)
	}
	if c.ClientID == "" {
		return c, errors.New("the client's id is missing")
	}
	for group, role := range c.Roles {
		if _, err := ParseRole(string(role)); err != nil {
			return c, fmt.Errorf("the group %q: %w", group, err)
		}
	}
	if c.DefaultRole != "" {
		if _, err := ParseRole(string(c.DefaultRole)); err != nil {
			return c, fmt.Errorf("the default role: %w", err)
		}
	}
	if len(c.Roles) == 0 && c.DefaultRole == "" {
		return c, errors.New("no group has a role and there is no default role, so nobody could sign in; give one")
	}
	if c.GroupsClaim == "" {
		c.GroupsClaim = "groups"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c, nil
}

// checkURL wants https, and takes http on this computer.
func checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%.200q is not a URL such as https://login.example.com", text)
	}
	address, err := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || err == nil && address.IsLoopback()
	if u.Scheme == "http" && !local {
		return fmt.Errorf("%.200q is not protected by TLS; it has to begin with https", text)
	}
	if u.User != nil || u.Fragment != "" {
		return errors.New("has a user or a fragment, which do not belong there")
	}
	return nil
}

// LocalPath is the path when it leads to a page of ours, and "/" otherwise, so
// that nobody is sent on to another site after signing in.
func LocalPath(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || len(path) > 2000 {
		return "/"
	}
	// Browsers take \ for /, and leave out tabs and the ends of lines.
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\t\r\n") {
		return "/"
	}
	return path
}

// maxAnswer bounds an answer of the identity provider in bytes.
const maxAnswer = 1 << 20

// boundedClient gives up on answers that take long, and ends long ones early.
func boundedClient(transport http.RoundTripper) *http.Client {
	if transport == nil {
		transport = http.DefaultTransport
	}
	return &http.Client{Transport: bounded{transport}, Timeout: oidcTimeout}
}

type bounded struct{ http.RoundTripper }

// RoundTrip makes the request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = limited{io.LimitReader(response.Body, maxAnswer), response.Body}
	}
	return response, err
}

type limited struct {
	io.Reader
	io.Closer
}
