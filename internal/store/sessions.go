package store

import (
	"context"
	"database/sql"
	"time"
)

// A Session is a user who is signed in with a browser.
type Session struct {
	ID      string // the hash of its token
	UserID  string
	Created time.Time
	Seen    time.Time
	Address string // of the client that signed in
}

const sessionColumns = "s.id, s.user_id, s.created, s.seen, s.address"

// AddSession signs a user in, and notes when. Sessions that were begun before a
// time, when none can be in use any longer, are removed.
func (s *Store) AddSession(ctx context.Context, session *Session, over time.Time) error {
	session.Created = s.now().UTC().Truncate(time.Millisecond)
	session.Seen = session.Created
	return s.within(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM sessions WHERE created < $1", millis(over)); err != nil {
			return err
		}
		if err := changed(tx.ExecContext(ctx, "UPDATE users SET last_login = $1 WHERE id = $2", millis(session.Created), session.UserID)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO sessions (id, user_id, created, seen, address) VALUES ($1, $2, $3, $4, $5)",
			session.ID, session.UserID, millis(session.Created), millis(session.Seen), session.Address)
		return err
	})
}

// SessionOwner finds a session and its user.
func (s *Store) SessionOwner(ctx context.Context, id string) (Session, User, error) {
	var (
		session       Session
		created, seen int64
	)
	u, err := scanUser(s.db.QueryRowContext(ctx, "SELECT "+userColumns+", "+sessionColumns+" FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.id = $1", id),
		&session.ID, &session.UserID, &created, &seen, &session.Address)
	if err != nil {
		return session, u, err
	}
	session.Created, session.Seen = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
	return session, u, s.addAccess(ctx, s.db, &u)
}

// SeeSession notes that a session is in use now.
func (s *Store) SeeSession(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, "UPDATE sessions SET seen = $1 WHERE id = $2", s.now().UnixMilli(), id)
	return err
}

// Sessions lists the sessions of a user, the latest first.
func (s *Store) Sessions(ctx context.Context, user string) ([]Session, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+sessionColumns+" FROM sessions s WHERE s.user_id = $1 ORDER BY s.created DESC, s.id", user)
	return collect(rows, err, func(rows *sql.Rows) (Session, error) {
		var (
			session       Session
			created, seen int64
		)
		err := rows.Scan(&session.ID, &session.UserID, &created, &seen, &session.Address)
		session.Created, session.Seen = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
		return session, err
	})
}

// EndSession ends one session; it is no error when there is none.
func (s *Store) EndSession(ctx context.Context, id string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE id = $1", id)
	return err
}

// EndSessions ends the sessions of a user but for one, which may be "".
func (s *Store) EndSessions(ctx context.Context, user, but string) error {
	return endSessions(ctx, s.db, user, but)
}

func endSessions(ctx context.Context, q querier, user, but string) error {
	_, err := q.ExecContext(ctx, "DELETE FROM sessions WHERE user_id = $1 AND id <> $2", user, but)
	return err
}
