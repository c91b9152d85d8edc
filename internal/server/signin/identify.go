package signin

import (
	"errors"
	"net/http"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// Identify tells who makes a request: the owner of the API key in the header
// Authorization, or whoever is signed in. The role and the access are those of
// the moment. auth.ErrNobody: neither; other errors are the store's. A request
// that a page makes of the API is that of the page's reader (auth.From).
func (s *SignIn) Identify(r *http.Request) (auth.Principal, error) {
	if p, ok := auth.From(r.Context()); ok {
		return *p, nil
	}
	// A request with a key is not looked at for a session: it was not checked
	// for where it comes from.
	if key, id, ok := auth.ParseAuthorization(r.Header.Get("Authorization")); ok {
		return s.byKey(r, key, id)
	}
	session, u, err := s.session(r)
	if err != nil {
		return auth.Principal{}, err
	}
	p := principal(u)
	p.Via = auth.ViaSession
	if auth.SessionTouch(session.Seen, s.Now()) {
		err = s.Store.SeeSession(r.Context(), session.ID)
	}
	return p, err
}

func (s *SignIn) byKey(r *http.Request, key, id string) (auth.Principal, error) {
	k, u, err := s.Store.KeyOwner(r.Context(), id)
	if errors.Is(err, store.ErrNotFound) {
		return auth.Principal{}, auth.ErrNobody
	}
	if err != nil {
		return auth.Principal{}, err
	}
	if k.Status != store.KeyEnabled || u.Status != store.UserActive || !s.keys.Verify(key, k.Hash) {
		return auth.Principal{}, auth.ErrNobody
	}
	p := principal(u)
	p.Via, p.KeyID = auth.ViaKey, k.ID
	return p, s.Store.UseKey(r.Context(), &k)
}

// session finds the session of a request and its user; where there is none, or
// it is over, one that is not kept of the user that everybody is. auth.ErrNobody:
// neither, or the request has a key and so was not checked for where it comes
// from.
func (s *SignIn) session(r *http.Request) (store.Session, store.User, error) {
	if _, _, ok := auth.ParseAuthorization(r.Header.Get("Authorization")); ok {
		return store.Session{}, store.User{}, auth.ErrNobody
	}
	session, u, err := s.kept(r)
	if s.Everybody == "" || !errors.Is(err, auth.ErrNobody) {
		return session, u, err
	}
	u, err = s.Store.User(r.Context(), s.Everybody)
	if errors.Is(err, store.ErrNotFound) {
		err = auth.ErrNobody
	}
	return store.Session{UserID: u.ID, Created: s.Now(), Seen: s.Now()}, u, err
}

// kept finds the session that a browser was given.
func (s *SignIn) kept(r *http.Request) (store.Session, store.User, error) {
	token, ok := auth.SessionFrom(r, s.Proxies.Secure(r))
	hash, good := auth.HashToken(token)
	if !ok || !good {
		return store.Session{}, store.User{}, auth.ErrNobody
	}
	session, u, err := s.Store.SessionOwner(r.Context(), hash)
	if errors.Is(err, store.ErrNotFound) {
		return session, u, auth.ErrNobody
	}
	if err == nil && (u.Status != store.UserActive || !auth.SessionAlive(session.Created, session.Seen, s.Now())) {
		return store.Session{}, store.User{}, auth.ErrNobody
	}
	return session, u, err
}

func principal(u store.User) auth.Principal {
	p := auth.Principal{UserID: u.ID, Name: u.Name(), Email: u.Email, Role: auth.Role(u.Role), Access: map[string]auth.Level{}}
	for account, level := range u.Access {
		p.Access[account] = auth.Level(level)
	}
	return p
}

// begin signs a user in: it makes a session in place of the browser's old one.
func (s *SignIn) begin(w http.ResponseWriter, r *http.Request, u store.User, how string) error {
	secure := s.Proxies.Secure(r)
	if old, ok := auth.SessionFrom(r, secure); ok {
		if hash, ok := auth.HashToken(old); ok {
			if err := s.Store.EndSession(r.Context(), hash); err != nil {
				return err
			}
		}
	}
	token, hash := auth.NewToken()
	address := s.Address(r)
	if err := s.Store.AddSession(r.Context(), &store.Session{ID: hash, UserID: u.ID, Address: address}, s.Now().Add(-auth.SessionLife)); err != nil {
		return err
	}
	http.SetCookie(w, auth.SessionCookie(token, secure))
	return s.record(r.Context(), "session.created", u, address, u.Email+" signed in "+how)
}

// end signs a user out.
func (s *SignIn) end(w http.ResponseWriter, r *http.Request) error {
	session, u, err := s.session(r)
	http.SetCookie(w, auth.EndSessionCookie(s.Proxies.Secure(r)))
	if errors.Is(err, auth.ErrNobody) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.Store.EndSession(r.Context(), session.ID); err != nil {
		return err
	}
	return s.record(r.Context(), "session.deleted", u, s.Address(r), u.Email+" signed out")
}
