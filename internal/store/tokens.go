package store

import (
	"context"
	"time"
)

// A Token is a one-time link by which a user sets a password.
type Token struct {
	ID      string // the hash of the token
	UserID  string
	Purpose string // see the constants
	Expires time.Time
}

// What one-time links are for.
const (
	TokenSetup      = "setup"      // the first administrator
	TokenInvitation = "invitation" // another new user
	TokenReset      = "reset"      // a user who has forgotten the password
)

// AddToken adds a link for a user, and ends those that the user had.
func (s *Store) AddToken(ctx context.Context, t *Token) error {
	return s.within(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM tokens WHERE user_id = $1 OR expires <= $2", t.UserID, s.now().UnixMilli()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO tokens (id, user_id, purpose, expires) VALUES ($1, $2, $3, $4)", t.ID, t.UserID, t.Purpose, millis(t.Expires))
		return err
	})
}

// TokenOwner finds the user of a link that still holds.
func (s *Store) TokenOwner(ctx context.Context, id string) (Token, User, error) {
	var (
		t       Token
		expires int64
	)
	u, err := scanUser(s.db.QueryRowContext(ctx, "SELECT "+userColumns+", t.id, t.user_id, t.purpose, t.expires FROM tokens t JOIN users u ON u.id = t.user_id WHERE t.id = $1 AND t.expires > $2",
		id, s.now().UnixMilli()), &t.ID, &t.UserID, &t.Purpose, &expires)
	t.Expires = time.UnixMilli(expires).UTC()
	return t, u, err
}

// UseToken sets the password of the user whose link this is, and ends the link,
// the user's other links and all their sessions. Who was invited is active from
// then on. ErrNotFound: the link was used, or its time is over.
func (s *Store) UseToken(ctx context.Context, id, password string) (User, error) {
	var u User
	err := s.within(ctx, func(tx *transaction) error {
		var user string
		err := tx.QueryRowContext(ctx, "DELETE FROM tokens WHERE id = $1 AND expires > $2 RETURNING user_id", id, s.now().UnixMilli()).Scan(&user)
		if err != nil {
			return notFound(err)
		}
		if err := setPassword(ctx, tx, user, password, ""); err != nil {
			return err
		}
		u, err = s.user(ctx, tx, "u.id = $1", user)
		return err
	})
	return u, err
}

// setPassword keeps the hash of a password, and ends what the old one began but
// for one session.
func setPassword(ctx context.Context, tx *transaction, user, hash, session string) error {
	if err := changed(tx.ExecContext(ctx, "UPDATE users SET password = $1, status = $2 WHERE id = $3", hash, UserActive, user)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DELETE FROM tokens WHERE user_id = $1", user); err != nil {
		return err
	}
	return endSessions(ctx, tx, user, session)
}
