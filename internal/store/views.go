package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"
)

// A View is a query of the page of checks under a name.
type View struct {
	ID       string
	UserID   string // who owns it
	Name     string
	Query    string // "filter[riskLevels]=EXTREME&accountIds=all"
	Shared   bool   // everybody sees it
	Created  time.Time
	Modified time.Time
}

// ErrTooMany is the error for one thing more than a user may have.
var ErrTooMany = errors.New("there are as many as are possible")

const viewColumns = "id, user_id, name, query, shared, created, modified"

func scanView(row interface{ Scan(...any) error }) (View, error) {
	var (
		v                 View
		created, modified int64
	)
	err := row.Scan(&v.ID, &v.UserID, &v.Name, &v.Query, &v.Shared, &created, &modified)
	v.Created, v.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return v, notFound(err)
}

// Views lists the views that a user sees, by name: their own and those that are
// shared.
func (s *Store) Views(ctx context.Context, user string) ([]View, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+viewColumns+" FROM views WHERE user_id = $1 OR shared ORDER BY name, id", user)
	return collect(rows, err, func(rows *sql.Rows) (View, error) { return scanView(rows) })
}

// View finds a view by its id.
func (s *Store) View(ctx context.Context, id string) (View, error) {
	return scanView(s.db.QueryRowContext(ctx, "SELECT "+viewColumns+" FROM views WHERE id = $1", id))
}

// AddView adds a view, and fills in what the store gives it. ErrTooMany: its
// owner has most already. ErrNotFound: there is no such user.
func (s *Store) AddView(ctx context.Context, v *View, most int) error {
	v.ID = cmp.Or(v.ID, uuid.NewString())
	v.Modified = s.now().UTC().Truncate(time.Millisecond)
	v.Created = v.Modified
	return s.within(ctx, func(tx *transaction) error {
		// Of two views at once the second waits for the first.
		if err := changed(tx.ExecContext(ctx, "UPDATE users SET id = id WHERE id = $1", v.UserID)); err != nil {
			return err
		}
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM views WHERE user_id = $1", v.UserID).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return ErrTooMany
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO views ("+viewColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
			v.ID, v.UserID, v.Name, v.Query, v.Shared, millis(v.Created), millis(v.Modified))
		return err
	})
}

// ChangeView writes name, query and whether it is shared of the view that has
// its id.
func (s *Store) ChangeView(ctx context.Context, v *View) error {
	v.Modified = s.now().UTC().Truncate(time.Millisecond)
	return changed(s.db.ExecContext(ctx, "UPDATE views SET name = $1, query = $2, shared = $3, modified = $4 WHERE id = $5",
		v.Name, v.Query, v.Shared, millis(v.Modified), v.ID))
}

// DeleteView deletes a view.
func (s *Store) DeleteView(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM views WHERE id = $1", id))
}
