package store

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// Credentials are what a user proves themselves by. They do not print.
type Credentials struct {
	Password string // a hash; empty for none
	TOTP     string // the secret of the second factor; empty for none
	TOTPStep int64  // of the last code that was accepted
	Recovery []string
}

const redactedCredentials = "store.Credentials(redacted)"

// String hides the credentials.
func (Credentials) String() string { return redactedCredentials }

// GoString hides the credentials.
func (Credentials) GoString() string { return redactedCredentials }

// Format hides the credentials from every verb.
func (Credentials) Format(state fmt.State, _ rune) { state.Write([]byte(redactedCredentials)) }

// LogValue hides the credentials.
func (Credentials) LogValue() slog.Value { return slog.StringValue(redactedCredentials) }

func totpPlace(user string) string { return secretbox.At("users", "totp", user) }

// Credentials reads what a user proves themselves by.
func (s *Store) Credentials(ctx context.Context, user string) (Credentials, error) {
	var (
		c                Credentials
		sealed, recovery string
	)
	err := s.db.QueryRowContext(ctx, "SELECT password, totp, totp_step, recovery FROM users WHERE id = $1", user).Scan(&c.Password, &sealed, &c.TOTPStep, &recovery)
	if err != nil {
		return c, notFound(err)
	}
	if c.TOTP, err = s.open(sealed, totpPlace(user)); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(recovery), &c.Recovery)
}

// SetPassword keeps the hash of a new password, and ends the user's sessions
// but for one, and their links.
func (s *Store) SetPassword(ctx context.Context, user, hash, session string) error {
	return s.within(ctx, func(tx *transaction) error { return setPassword(ctx, tx, user, hash, session) })
}

// Rehash keeps another hash of the same password, unless it has been changed.
func (s *Store) Rehash(ctx context.Context, user, old, hash string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE users SET password = $1 WHERE id = $2 AND password = $3", hash, user, old)
	return err
}

// SetTOTP gives a user who has none a second factor, whose code of a step has
// been accepted, with the hashes of recovery codes. ErrNotFound: they have one.
func (s *Store) SetTOTP(ctx context.Context, user, secret string, step int64, recovery []string) error {
	sealed, err := s.seal(secret, totpPlace(user))
	if err != nil {
		return err
	}
	codes, err := marshal(recovery)
	if err != nil {
		return err
	}
	return changed(s.db.ExecContext(ctx, "UPDATE users SET totp = $1, totp_step = $2, recovery = $3 WHERE id = $4 AND totp = ''", sealed, step, codes, user))
}

// RemoveTOTP takes the second factor and the recovery codes from a user.
func (s *Store) RemoveTOTP(ctx context.Context, user string) error {
	return changed(s.db.ExecContext(ctx, "UPDATE users SET totp = '', totp_step = 0, recovery = '[]' WHERE id = $1", user))
}

// UseTOTP notes that the code of a step was accepted. ErrNotFound: it, or a
// later one, was accepted before.
func (s *Store) UseTOTP(ctx context.Context, user string, step int64) error {
	return changed(s.db.ExecContext(ctx, "UPDATE users SET totp_step = $1 WHERE id = $2 AND totp_step < $1", step, user))
}

// SetRecovery keeps the hashes of recovery codes in place of others.
// ErrNotFound: the others are not there any longer, so one of them has been
// used at the same time.
func (s *Store) SetRecovery(ctx context.Context, user string, old, recovery []string) error {
	before, err := marshal(append([]string{}, old...))
	if err != nil {
		return err
	}
	after, err := marshal(append([]string{}, recovery...))
	if err != nil {
		return err
	}
	return changed(s.db.ExecContext(ctx, "UPDATE users SET recovery = $1 WHERE id = $2 AND recovery = $3", after, user, before))
}
