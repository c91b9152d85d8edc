package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// A Group is the accounts that have one of its tags.
type Group struct {
	ID       string
	Name     string
	Tags     []string
	Created  time.Time
	Modified time.Time
}

// Holds tells whether an account is of the group.
func (g *Group) Holds(a Account) bool {
	return slices.ContainsFunc(a.Tags, func(tag string) bool { return slices.Contains(g.Tags, tag) })
}

// Groups lists all groups by name.
func (s *Store) Groups(ctx context.Context) ([]Group, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, name, tags, created, modified FROM account_groups ORDER BY name, id")
	return collect(rows, err, func(rows *sql.Rows) (Group, error) {
		var (
			g                 Group
			tags              string
			created, modified int64
		)
		if err := rows.Scan(&g.ID, &g.Name, &tags, &created, &modified); err != nil {
			return g, err
		}
		g.Created, g.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
		return g, json.Unmarshal([]byte(tags), &g.Tags)
	})
}

// PutGroup makes a group, or changes the one that has its id, and fills in what
// the store gives it.
func (s *Store) PutGroup(ctx context.Context, g *Group) error {
	g.Modified = s.now().UTC().Truncate(time.Millisecond)
	if g.ID == "" {
		g.Created = g.Modified
	}
	g.ID = cmp.Or(g.ID, uuid.NewString())
	tags, err := marshal(slices.Concat([]string{}, g.Tags))
	if err != nil {
		return err
	}
	_, err = s.db.ExecContext(ctx, `INSERT INTO account_groups (id, name, tags, created, modified) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, tags = excluded.tags, modified = excluded.modified`,
		g.ID, g.Name, tags, millis(g.Created), millis(g.Modified))
	return err
}

// DeleteGroup deletes a group; its accounts stay.
func (s *Store) DeleteGroup(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM account_groups WHERE id = $1", id))
}
