package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/surety-cloud/surety/internal/conformity"
)

// A Profile is a named set of settings of rules. The organisation's own, which
// holds for every account that has no setting of a rule, has the id
// conformity.OrganisationProfileID; until somebody changes it, it is not there.
type Profile struct {
	ID          string
	Name        string
	Description string
	Created     time.Time
	Modified    time.Time
}

const profileColumns = "id, name, description, created, modified"

func scanProfile(row interface{ Scan(...any) error }) (Profile, error) {
	var (
		p                 Profile
		created, modified int64
	)
	if err := row.Scan(&p.ID, &p.Name, &p.Description, &created, &modified); err != nil {
		return p, notFound(err)
	}
	p.Created, p.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	return p, nil
}

// Profiles lists all profiles by name, the organisation's among them once it
// has been changed.
func (s *Store) Profiles(ctx context.Context) ([]Profile, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+profileColumns+" FROM profiles")
	list, err := collect(rows, err, func(rows *sql.Rows) (Profile, error) { return scanProfile(rows) })
	slices.SortFunc(list, func(a, b Profile) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return list, err
}

// Profile finds a profile by its id.
func (s *Store) Profile(ctx context.Context, id string) (Profile, error) {
	return scanProfile(s.db.QueryRowContext(ctx, "SELECT "+profileColumns+" FROM profiles WHERE id = $1", id))
}

// ProfileSettings lists the settings of a profile by the rules' ids; none for a
// profile that is not there.
func (s *Store) ProfileSettings(ctx context.Context, id string) ([]conformity.Setting, error) {
	return profileSettings(ctx, s.db, id)
}

func profileSettings(ctx context.Context, q querier, id string) ([]conformity.Setting, error) {
	rows, err := q.QueryContext(ctx, "SELECT rule, doc FROM profile_rules WHERE profile = $1", id)
	list, err := collect(rows, err, scanSetting)
	slices.SortFunc(list, func(a, b conformity.Setting) int { return strings.Compare(a.ID, b.ID) })
	return list, err
}

// AddProfile makes a profile and fills in what the store gives it.
func (s *Store) AddProfile(ctx context.Context, p *Profile, settings []conformity.Setting) error {
	p.ID = cmp.Or(p.ID, uuid.NewString())
	return s.within(ctx, func(tx *transaction) error { return tx.putProfile(ctx, p, nil, settings, s.now()) })
}

// ChangeProfile changes a profile by what a function makes of it and its
// settings, with nobody else changing it meanwhile. The function is given p
// itself, as the database has it. A profile that is not there is made when make
// is true, as p has it, and is ErrNotFound otherwise.
func (s *Store) ChangeProfile(ctx context.Context, p *Profile, make bool, change func(*Profile, []conformity.Setting) ([]conformity.Setting, error)) error {
	return s.within(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, "UPDATE profiles SET id = id WHERE id = $1", p.ID); err != nil {
			return err
		}
		there, err := scanProfile(tx.QueryRowContext(ctx, "SELECT "+profileColumns+" FROM profiles WHERE id = $1", p.ID))
		switch {
		case err == nil:
			*p = there
		case !errors.Is(err, ErrNotFound) || !make:
			return err
		}
		before, err := profileSettings(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		after, err := change(p, before)
		if err != nil {
			return err
		}
		return tx.putProfile(ctx, p, before, after, s.now())
	})
}

// putProfile writes a profile, and what differs of its settings.
func (tx *transaction) putProfile(ctx context.Context, p *Profile, before, after []conformity.Setting, now time.Time) error {
	p.Modified = now.UTC().Truncate(time.Millisecond)
	if p.Created.IsZero() {
		p.Created = p.Modified
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO profiles (id, name, description, created, modified) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, description = excluded.description, modified = excluded.modified`,
		p.ID, p.Name, p.Description, millis(p.Created), millis(p.Modified)); err != nil {
		return err
	}
	old := make(map[string]string, len(before))
	for _, setting := range before {
		doc, err := settingDoc(setting)
		if err != nil {
			return err
		}
		old[setting.ID] = doc
	}
	var put, removed [][]any
	for _, setting := range after {
		doc, err := settingDoc(setting)
		if err != nil {
			return err
		}
		if old[setting.ID] != doc {
			put = append(put, []any{p.ID, setting.ID, doc})
		}
		delete(old, setting.ID)
	}
	for rule := range old {
		removed = append(removed, []any{p.ID, rule})
	}
	return tx.all(ctx, []step{
		{"DELETE FROM profile_rules WHERE profile = $1 AND rule = $2", removed},
		{"INSERT INTO profile_rules (profile, rule, doc) VALUES ($1, $2, $3) ON CONFLICT (profile, rule) DO UPDATE SET doc = excluded.doc", put},
	})
}

// DeleteProfile deletes a profile; what it was applied to stays as it is.
func (s *Store) DeleteProfile(ctx context.Context, id string) error {
	return changed(s.db.ExecContext(ctx, "DELETE FROM profiles WHERE id = $1", id))
}
