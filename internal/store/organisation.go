package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// An Organisation owns everything in the store; there is one.
type Organisation struct {
	ID         string
	Name       string
	ExternalID string // for the roles of its accounts; a UUID
	Created    time.Time
}

// Organisation gives the organisation, and makes it the first time.
func (s *Store) Organisation(ctx context.Context) (Organisation, error) {
	o, err := s.organisation(ctx)
	if !errors.Is(err, ErrNotFound) {
		return o, err
	}
	id := uuid.NewString()
	sealed, err := s.seal(uuid.NewString(), secretbox.At("organisation", "external_id", id))
	if err != nil {
		return o, err
	}
	if _, err := s.db.ExecContext(ctx, `INSERT INTO organisation (id, name, external_id, created) SELECT $1, $2, $3, $4
		WHERE NOT EXISTS (SELECT 1 FROM organisation)`, id, "Organisation", sealed, s.now().UnixMilli()); err != nil {
		return o, err
	}
	return s.organisation(ctx)
}

func (s *Store) organisation(ctx context.Context) (Organisation, error) {
	var (
		o       Organisation
		sealed  string
		created int64
	)
	err := s.db.QueryRowContext(ctx, "SELECT id, name, external_id, created FROM organisation ORDER BY created, id LIMIT 1").Scan(&o.ID, &o.Name, &sealed, &created)
	if err != nil {
		return o, notFound(err)
	}
	o.Created = time.UnixMilli(created).UTC()
	o.ExternalID, err = s.open(sealed, secretbox.At("organisation", "external_id", o.ID))
	return o, err
}

// RenameOrganisation gives the organisation a name.
func (s *Store) RenameOrganisation(ctx context.Context, id, name string) error {
	return changed(s.db.ExecContext(ctx, "UPDATE organisation SET name = $1 WHERE id = $2", name, id))
}

// AddExternalID makes an external id that holds until a time. Those that no
// longer hold are removed.
func (s *Store) AddExternalID(ctx context.Context, until time.Time) (string, error) {
	id := uuid.NewString()
	if _, err := s.db.ExecContext(ctx, "DELETE FROM external_ids WHERE valid_until <= $1", s.now().UnixMilli()); err != nil {
		return "", err
	}
	_, err := s.db.ExecContext(ctx, "INSERT INTO external_ids (id, valid_until) VALUES ($1, $2)", id, millis(until))
	return id, err
}

// An Event is an entry of the audit log.
type Event struct {
	ID          int64
	At          time.Time
	Name        string // "account.bot.update.disabled"
	Account     int64  // 0: the organisation's
	UserID      string
	Identity    string
	Cloud       bool // of the cloud, rather than of Surety
	Service     string
	Region      string
	Description string
	Address     string
}

// AddEvent writes to the audit log, as of now.
func (s *Store) AddEvent(ctx context.Context, e *Event) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO events (at, name, account, user_id, identity, cloud, service, region, description, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, s.now().UnixMilli(), e.Name, sql.NullInt64{Int64: e.Account, Valid: e.Account != 0},
		e.UserID, e.Identity, e.Cloud, e.Service, e.Region, e.Description, e.Address)
	return err
}
