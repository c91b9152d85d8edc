package signin

import (
	"errors"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

const titleOIDC = "You could not be signed in"

func (s *SignIn) beginOIDC(w http.ResponseWriter, r *http.Request) {
	if s.oidc == nil {
		s.message(w, r, http.StatusNotFound, titleOIDC, "This server has no identity provider. Sign in with your password.")
		return
	}
	redirect, cookie, err := s.oidc.Begin(r.Context(), s.target(r.URL.Query().Get("return")), s.Proxies.Secure(r))
	if err != nil {
		s.failOIDC(w, r, err)
		return
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, redirect, http.StatusSeeOther)
}

func (s *SignIn) finishOIDC(w http.ResponseWriter, r *http.Request) {
	if s.oidc == nil {
		s.beginOIDC(w, r)
		return
	}
	secure := s.Proxies.Secure(r)
	http.SetCookie(w, s.oidc.EndCookie(secure))
	who, err := s.oidc.Finish(r, secure)
	if err != nil {
		s.failOIDC(w, r, err)
		return
	}
	u, added, kept, err := s.Store.SignInSSO(r.Context(), store.User{
		Email: who.Email, FirstName: who.FirstName, LastName: who.LastName, Role: string(who.Role), Subject: who.Subject,
	})
	if errors.Is(err, store.ErrExists) {
		s.Log.WarnContext(r.Context(), "a sign-in through the identity provider was refused", "error", err)
		s.message(w, r, http.StatusForbidden, titleOIDC, "Your email address is known here as that of another user of the identity provider. Ask an administrator to delete that user.")
		return
	}
	if err == nil && added {
		err = s.record(r.Context(), "organisation.acl.updated", u, s.Address(r), u.Email+" came through the identity provider for the first time, with the role "+u.Role)
	}
	if err != nil {
		s.refuse(w, r, err, "", view{})
		return
	}
	if kept {
		s.Log.WarnContext(r.Context(), "the only administrator keeps the role, although the identity provider gives another", "user", u.ID, "role", who.Role)
	}
	s.enter(w, r, u, "through the identity provider", s.target(who.Return))
}

// failOIDC says why a sign-in through the identity provider failed. Only what
// the user, or an administrator, can put right is said; the rest is logged.
func (s *SignIn) failOIDC(w http.ResponseWriter, r *http.Request, err error) {
	s.Log.WarnContext(r.Context(), "a sign-in through the identity provider failed", "error", err)
	for _, known := range []error{auth.ErrSignInExpired, auth.ErrSignInRefused, auth.ErrEmail, auth.ErrNoRole} {
		if !errors.Is(err, known) {
			continue
		}
		status, text := http.StatusForbidden, sentence(known)
		// Only what the identity provider has vouched for goes to the audit log:
		// the rest anybody can send, as often as they like.
		if known != auth.ErrSignInExpired && known != auth.ErrSignInRefused {
			if failed := s.refused(r, store.User{}, "", text); failed != nil {
				s.Log.ErrorContext(r.Context(), "a refused sign-in could not be recorded", "error", failed)
			}
		}
		s.message(w, r, status, titleOIDC, text)
		return
	}
	s.message(w, r, http.StatusBadGateway, titleOIDC, "The identity provider cannot be reached, or gave an answer that is not good. The server's log says more.")
}
