// Package signin lets users in: it tells who makes a request, and holds the
// pages on which people sign in, set a password, and keep their own second
// factor, API keys and sessions. The pages are plain HTML and need no script.
//
// What makes it safe (hashes, tokens, throttles, cookies) is in package auth,
// and what is kept is in package store; this package puts the two together. Its
// handlers rely on auth.SameOrigin and auth.PageHeaders around them.
package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/server/look"
	"github.com/surety-cloud/surety/internal/store"
)

// Options are what signing in works with.
type Options struct {
	Store *store.Store
	// Box seals what a browser keeps for us between two steps of a sign-in.
	Box *secretbox.Box
	// OIDC is how users sign in through an identity provider; nil without. Where
	// its RedirectURL is empty it is CallbackPath below PublicURL.
	OIDC *auth.OIDCConfig
	// PublicURL is where users reach the server ("https://surety.example.com").
	// When it is empty, links are paths only.
	PublicURL string
	// AdminEmail is that of the first administrator; empty means
	// admin@localhost.
	AdminEmail string
	// Home is the page to go to after signing in; empty means /.
	Home string
	// Everybody is the id of a user as whom whoever has no session is taken, for
	// a demo that only its own machine reaches; empty: nobody is.
	Everybody string
	// Proxies are believed when they say for whom they call.
	Proxies auth.Proxies
	Log     *slog.Logger     // nil means the default
	Now     func() time.Time // nil means the computer's clock
}

// CallbackPath is where the identity provider sends browsers back to.
const CallbackPath = "/sign-in/oidc/callback"

// A SignIn lets users in. It can be used by many goroutines at once.
type SignIn struct {
	Options
	oidc      *auth.OIDC // nil without
	hasher    *auth.Hasher
	keys      *auth.KeyVerifier
	passwords *auth.Throttle
	codes     *auth.Throttle
	pages     *look.Pages
}

// hashAtOnce bounds the passwords that are hashed at the same time: each takes
// 19 MiB and some hundredths of a second of one core.
const hashAtOnce = 2

// New makes a SignIn. The error says what is wrong with the options.
func New(options Options) (*SignIn, error) {
	s := &SignIn{Options: options, hasher: auth.NewHasher(hashAtOnce)}
	if s.Store == nil || s.Box == nil {
		return nil, errors.New("signing in needs a store, and the key that secrets are sealed with")
	}
	if s.Log == nil {
		s.Log = slog.Default()
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	if s.AdminEmail == "" {
		s.AdminEmail = "admin@localhost"
	}
	if !IsEmail(s.AdminEmail) {
		return nil, fmt.Errorf("the administrator's email is %.100q; it looks like admin@example.com", s.AdminEmail)
	}
	if s.Home == "" {
		s.Home = "/"
	}
	s.PublicURL = strings.TrimSuffix(s.PublicURL, "/")
	s.keys = auth.NewKeyVerifier(s.Now)
	s.passwords, s.codes = auth.NewLoginThrottle(s.Now), auth.NewCodeThrottle(s.Now)
	if options.OIDC != nil {
		config := *options.OIDC
		if config.RedirectURL == "" && s.PublicURL != "" {
			config.RedirectURL = s.PublicURL + CallbackPath
		}
		if config.Now == nil {
			config.Now = s.Now
		}
		var err error
		if s.oidc, err = auth.NewOIDC(config, s.Box); err != nil {
			return nil, err
		}
	}
	var err error
	s.pages, err = look.Parse(files, "pages")
	return s, err
}

// Register adds the pages to a mux.
func (s *SignIn) Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /sign-in", s.showSignIn)
	mux.HandleFunc("POST /sign-in", s.signIn)
	mux.HandleFunc("GET /sign-in/oidc", s.beginOIDC)
	mux.HandleFunc("GET "+CallbackPath, s.finishOIDC)
	mux.HandleFunc("POST /sign-out", s.signOut)
	mux.HandleFunc("GET "+welcomePath+"{token}", s.showWelcome)
	mux.HandleFunc("POST "+welcomePath+"{token}", s.welcome)

	mux.HandleFunc("GET /me", s.mine(s.showMe))
	// Somebody reloads a page that answered a form.
	mux.HandleFunc("GET /me/{rest...}", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/me", http.StatusSeeOther) })
	mux.HandleFunc("POST /me/name", s.mine(s.changeName))
	mux.HandleFunc("POST /me/password", s.mine(s.changePassword))
	mux.HandleFunc("POST /me/second-factor", s.mine(s.offerSecondFactor))
	mux.HandleFunc("POST /me/second-factor/confirm", s.mine(s.confirmSecondFactor))
	mux.HandleFunc("POST /me/second-factor/remove", s.mine(s.removeSecondFactor))
	mux.HandleFunc("POST /me/recovery-codes", s.mine(s.renewRecoveryCodes))
	mux.HandleFunc("POST /me/keys", s.mine(s.makeKey))
	mux.HandleFunc("POST /me/keys/{id}/{what}", s.mine(s.changeKey))
	mux.HandleFunc("POST /me/sessions/end", s.mine(s.endOtherSessions))
}

// Address tells where a request comes from, for the audit log.
func (s *SignIn) Address(r *http.Request) string {
	if address := s.Proxies.Client(r); address.IsValid() {
		return address.String()
	}
	return ""
}

// record writes to the audit log what a user did.
func (s *SignIn) record(ctx context.Context, name string, u store.User, address, description string) error {
	return s.Store.AddEvent(ctx, &store.Event{Name: name, UserID: u.ID, Identity: u.Email, Description: description, Address: address})
}
