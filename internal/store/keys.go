package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// The states of an API key.
const (
	KeyEnabled  = "ENABLED"
	KeyDisabled = "DISABLED"
)

// A Key is an API key of a user. The key itself is not kept.
type Key struct {
	ID       string // the first characters of the key
	UserID   string
	Hash     string
	Status   string
	Created  time.Time
	LastUsed time.Time
}

const keyColumns = "k.id, k.user_id, k.hash, k.status, k.created, k.last_used"

func scanKey(rows *sql.Rows) (Key, error) {
	var (
		k       Key
		created int64
		used    sql.NullInt64
	)
	err := rows.Scan(&k.ID, &k.UserID, &k.Hash, &k.Status, &created, &used)
	k.Created, k.LastUsed = time.UnixMilli(created).UTC(), when(used)
	return k, err
}

// Keys lists the keys of a user in the order in which they were made.
func (s *Store) Keys(ctx context.Context, user string) ([]Key, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+keyColumns+" FROM api_keys k WHERE k.user_id = $1 ORDER BY k.created, k.id", user)
	return collect(rows, err, scanKey)
}

// KeyOwner finds a key by its id, and the user that it is of.
func (s *Store) KeyOwner(ctx context.Context, id string) (Key, User, error) {
	var (
		k       Key
		created int64
		used    sql.NullInt64
	)
	u, err := scanUser(s.db.QueryRowContext(ctx, "SELECT "+userColumns+", "+keyColumns+" FROM api_keys k JOIN users u ON u.id = k.user_id WHERE k.id = $1", id),
		&k.ID, &k.UserID, &k.Hash, &k.Status, &created, &used)
	if err != nil {
		return k, u, err
	}
	k.Created, k.LastUsed = time.UnixMilli(created).UTC(), when(used)
	return k, u, s.addAccess(ctx, s.db, &u)
}

// AddKey adds an enabled key for a user who has fewer than most keys, and fills
// in what the store gives it. ErrExists: they have that many. ErrNotFound:
// there is no such user.
func (s *Store) AddKey(ctx context.Context, k *Key, most int) error {
	k.Status, k.Created = KeyEnabled, s.now().UTC().Truncate(time.Millisecond)
	return s.within(ctx, func(tx *transaction) error {
		// This takes hold of the user's row: of two requests at once, the
		// second counts the key of the first.
		if err := changed(tx.ExecContext(ctx, "UPDATE users SET role = role WHERE id = $1", k.UserID)); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM api_keys WHERE user_id = $1", k.UserID).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return fmt.Errorf("%d keys, as many as a user may have: %w", n, ErrExists)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO api_keys (id, user_id, hash, status, created) VALUES ($1, $2, $3, $4, $5)",
			k.ID, k.UserID, k.Hash, k.Status, millis(k.Created))
		return err
	})
}

// SetKeyStatus enables or disables a key of a user.
func (s *Store) SetKeyStatus(ctx context.Context, user, id, status string) error {
	return changed(s.db.ExecContext(ctx, "UPDATE api_keys SET status = $1 WHERE id = $2 AND user_id = $3", status, id, user))
}

// DeleteKey deletes a key of a user.
func (s *Store) DeleteKey(ctx context.Context, user, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM api_keys WHERE id = $1 AND user_id = $2", id, user))
}

// keyUseEvery is how often the use of a key is written down.
const keyUseEvery = time.Minute

// UseKey notes that a key is used now, at most once a minute: reading must not
// cost a write each time.
func (s *Store) UseKey(ctx context.Context, k *Key) error {
	now := s.now()
	if now.Sub(k.LastUsed) < keyUseEvery {
		return nil
	}
	_, err := s.db.ExecContext(ctx, "UPDATE api_keys SET last_used = $1 WHERE id = $2", now.UnixMilli(), k.ID)
	return err
}
