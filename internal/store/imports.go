package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// An Import keeps the accounts of an AWS organisation in step: it adds those
// that are new, and removes those of its own that have left.
type Import struct {
	ID          string
	Name        string
	RoleARN     string // with which the organisation is listed; empty for the server's own identity
	ExternalID  string // that this role asks for
	RoleName    string // to assume in each account
	Environment string
	Tags        []string
	Exclude     []string // numbers of AWS accounts to leave alone
	Created     time.Time
	NextRun     time.Time
	LastRun     time.Time // zero before the first
	Failure     string    // of the last run; empty when it succeeded
}

const importColumns = "id, name, role_arn, external_id, role_name, environment, tags, exclude, created, next_run, last_run, failure"

func (s *Store) scanImport(row interface{ Scan(...any) error }) (Import, error) {
	var (
		i                     Import
		sealed, tags, exclude string
		created               int64
		next, last            sql.NullInt64
	)
	if err := row.Scan(&i.ID, &i.Name, &i.RoleARN, &sealed, &i.RoleName, &i.Environment, &tags, &exclude, &created, &next, &last, &i.Failure); err != nil {
		return i, notFound(err)
	}
	i.Created, i.NextRun, i.LastRun = time.UnixMilli(created).UTC(), when(next), when(last)
	var err error
	if i.ExternalID, err = s.open(sealed, secretbox.At("imports", "external_id", i.ID)); err != nil {
		return i, err
	}
	return i, errors.Join(json.Unmarshal([]byte(tags), &i.Tags), json.Unmarshal([]byte(exclude), &i.Exclude))
}

// Imports lists the imports in the order in which they were made.
func (s *Store) Imports(ctx context.Context) ([]Import, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+importColumns+" FROM imports ORDER BY created, id")
	return collect(rows, err, func(rows *sql.Rows) (Import, error) { return s.scanImport(rows) })
}

// Import finds an import by its id.
func (s *Store) Import(ctx context.Context, id string) (Import, error) {
	return s.scanImport(s.db.QueryRowContext(ctx, "SELECT "+importColumns+" FROM imports WHERE id = $1", id))
}

// DueImports lists the ids of the imports that are due to run.
func (s *Store) DueImports(ctx context.Context) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM imports WHERE next_run <= $1 ORDER BY next_run, id", s.now().UnixMilli())
	return collect(rows, err, func(rows *sql.Rows) (string, error) {
		var id string
		return id, rows.Scan(&id)
	})
}

// AddImport adds an import, due to run at once, and fills in what the store
// gives it.
func (s *Store) AddImport(ctx context.Context, i *Import) error { return s.addImport(ctx, s.db, i) }

func (s *Store) addImport(ctx context.Context, q querier, i *Import) error {
	i.ID = cmp.Or(i.ID, uuid.NewString())
	i.Created = s.now().UTC().Truncate(time.Millisecond)
	i.NextRun = i.Created
	sealed, tags, exclude, err := s.importTexts(i)
	if err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, `INSERT INTO imports (id, name, role_arn, external_id, role_name, environment, tags, exclude, created, next_run)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		i.ID, i.Name, i.RoleARN, sealed, i.RoleName, i.Environment, tags, exclude, millis(i.Created))
	return err
}

// UpdateImport writes what users may change of an import, and has it run.
func (s *Store) UpdateImport(ctx context.Context, i *Import) error {
	return s.updateImport(ctx, s.db, i)
}

func (s *Store) updateImport(ctx context.Context, q querier, i *Import) error {
	i.NextRun = s.now().UTC().Truncate(time.Millisecond)
	sealed, tags, exclude, err := s.importTexts(i)
	if err != nil {
		return err
	}
	return changed(q.ExecContext(ctx, `UPDATE imports SET name = $1, role_arn = $2, external_id = $3, role_name = $4, environment = $5,
		tags = $6, exclude = $7, next_run = $8 WHERE id = $9`,
		i.Name, i.RoleARN, sealed, i.RoleName, i.Environment, tags, exclude, millis(i.NextRun), i.ID))
}

func (s *Store) importTexts(i *Import) (sealed, tags, exclude string, err error) {
	if i.Tags == nil {
		i.Tags = []string{}
	}
	if i.Exclude == nil {
		i.Exclude = []string{}
	}
	if sealed, err = s.seal(i.ExternalID, secretbox.At("imports", "external_id", i.ID)); err != nil {
		return "", "", "", err
	}
	if tags, err = marshal(i.Tags); err != nil {
		return "", "", "", err
	}
	exclude, err = marshal(i.Exclude)
	return sealed, tags, exclude, err
}

// DeleteImport deletes an import. The accounts that it has added stay.
func (s *Store) DeleteImport(ctx context.Context, id string) error {
	return s.within(ctx, func(tx *transaction) error {
		if err := changed(tx.ExecContext(ctx, "DELETE FROM imports WHERE id = $1", id)); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE accounts SET import_id = NULL WHERE import_id = $1", id)
		return err
	})
}

// ImportRan says that an import has run, why it failed (empty when it did
// not), and when it is due next.
func (s *Store) ImportRan(ctx context.Context, id, failure string, next time.Time) error {
	return changed(s.db.ExecContext(ctx, "UPDATE imports SET last_run = $1, failure = $2, next_run = $3 WHERE id = $4",
		s.now().UnixMilli(), failure, millis(next), id))
}
