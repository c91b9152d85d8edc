package signin

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

// A refusal is why somebody is not let in, in words for them.
type refusal struct {
	status  int
	message string
	wait    time.Duration // before the next attempt
}

func (r *refusal) Error() string { return r.message }

// What is wrong is not said more closely: who guesses is to learn nothing.
var (
	errPassword = &refusal{status: http.StatusUnauthorized, message: "The email or the password is wrong."}
	errCode     = &refusal{status: http.StatusUnauthorized, message: "The code is wrong, or was used already."}
)

func tooMany(wait time.Duration) *refusal {
	// Rounded up, so that one who waits as told is not told to wait again.
	wait = time.Duration(math.Ceil(wait.Seconds())) * time.Second
	return &refusal{status: http.StatusTooManyRequests, message: fmt.Sprintf("There were too many attempts. Try again in %s.", wait), wait: wait}
}

// byPassword finds the user whose email and password these are. A refusal takes
// as long for an email that is not known as for a wrong password.
func (s *SignIn) byPassword(r *http.Request, email, password string) (store.User, store.Credentials, error) {
	ctx, address := r.Context(), s.Proxies.Client(r)
	email = typed(email)
	if wait := s.passwords.Begin(email, address); wait > 0 {
		return store.User{}, store.Credentials{}, tooMany(wait)
	}
	u, err := s.Store.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return u, store.Credentials{}, err
	}
	c, err := s.Store.Credentials(ctx, u.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return u, c, err
	}
	ok, rehash, err := s.hasher.Verify(ctx, password, c.Password)
	if err != nil {
		return u, c, err
	}
	if !ok || u.Status != store.UserActive {
		return u, c, errors.Join(errPassword, s.refused(r, u, email, "wrong email or password"))
	}
	s.passwords.Succeeded(email, address)
	if rehash {
		err = s.rehash(ctx, u.ID, c.Password, password)
	}
	return u, c, err
}

// typed is an email as somebody typed it, or nothing where it cannot be one.
func typed(email string) string {
	email = strings.TrimSpace(email)
	if len(email) > 254 || !utf8.ValidString(email) || strings.ContainsFunc(email, unicode.IsControl) {
		return ""
	}
	return email
}

// rehash keeps a password at today's cost. One that the policy would not take
// any longer stays as it is.
func (s *SignIn) rehash(ctx context.Context, user, old, password string) error {
	if auth.CheckPassword(password) != nil {
		return nil
	}
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Store.Rehash(ctx, user, old, hash)
}

// byCode checks the code of a user's authenticator app, or a recovery code.
func (s *SignIn) byCode(r *http.Request, u store.User, c store.Credentials, code string) error {
	ctx, address := r.Context(), s.Proxies.Client(r)
	if wait := s.codes.Begin(u.ID, address); wait > 0 {
		return tooMany(wait)
	}
	step, ok, err := auth.VerifyTOTP(c.TOTP, code, c.TOTPStep, s.Now())
	if err != nil {
		return err
	}
	if ok {
		err = s.Store.UseTOTP(ctx, u.ID, step)
	} else {
		var rest []string
		if rest, ok = auth.UseRecoveryCode(code, c.Recovery); ok {
			if err = s.Store.SetRecovery(ctx, u.ID, c.Recovery, rest); err == nil {
				err = s.record(ctx, "user.recovery-code.used", u, s.Address(r), fmt.Sprintf("%s used a recovery code; %d are left", u.Email, len(rest)))
			}
		}
	}
	// Where another request was faster with the same code, nothing changed.
	if !ok || errors.Is(err, store.ErrNotFound) {
		return errors.Join(errCode, s.refused(r, u, u.Email, "wrong code of the second factor"))
	}
	if err == nil {
		s.codes.Succeeded(u.ID, address)
	}
	return err
}

// refused writes to the audit log that somebody was not let in.
func (s *SignIn) refused(r *http.Request, u store.User, email, why string) error {
	if u.ID == "" {
		email = masked(email)
	}
	return s.Store.AddEvent(r.Context(), &store.Event{
		Name: "session.refused", UserID: u.ID, Identity: email, Description: "a sign-in was refused: " + why, Address: s.Address(r),
	})
}

// masked is an email that is nobody's, for the audit log: people type their
// password into the wrong field.
func masked(email string) string {
	at := strings.LastIndex(email, "@")
	if at < 1 {
		return "…"
	}
	first, _ := utf8.DecodeRuneInString(email)
	return string(first) + "…" + email[at:]
}
