package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/surety-cloud/surety/internal/customrule"
)

// A CustomRule is a rule that users have written.
type CustomRule struct {
	ID       string // "CUSTOM-7K2QX9"
	Rule     *customrule.Rule
	Created  time.Time
	Modified time.Time
}

func scanCustomRule(row interface{ Scan(...any) error }) (CustomRule, error) {
	var (
		c                 CustomRule
		doc               string
		created, modified int64
	)
	if err := row.Scan(&c.ID, &doc, &created, &modified); err != nil {
		return c, notFound(err)
	}
	c.Created, c.Modified = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC()
	if err := json.Unmarshal([]byte(doc), &c.Rule); err != nil {
		return c, fmt.Errorf("custom rule %s in the database cannot be read: %w", c.ID, err)
	}
	return c, nil
}

// CustomRules lists the custom rules in the order in which they were made.
func (s *Store) CustomRules(ctx context.Context) ([]CustomRule, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, doc, created, modified FROM custom_rules ORDER BY created, id")
	return collect(rows, err, func(rows *sql.Rows) (CustomRule, error) { return scanCustomRule(rows) })
}

// CustomRule finds a custom rule by its id.
func (s *Store) CustomRule(ctx context.Context, id string) (CustomRule, error) {
	return scanCustomRule(s.db.QueryRowContext(ctx, "SELECT id, doc, created, modified FROM custom_rules WHERE id = $1", id))
}

// idTries is how often an id is made anew when it is in use: two of a thousand
// million agree hardly ever, so that more would say that something is broken.
const idTries = 10

// AddCustomRule adds a custom rule under an id of its own.
func (s *Store) AddCustomRule(ctx context.Context, rule *customrule.Rule) (CustomRule, error) {
	doc, err := marshal(rule)
	if err != nil {
		return CustomRule{}, err
	}
	now := s.now().UTC().Truncate(time.Millisecond)
	for range idTries {
		c := CustomRule{ID: customrule.NewID(), Rule: rule, Created: now, Modified: now}
		err := changed(s.db.ExecContext(ctx, "INSERT INTO custom_rules (id, doc, created, modified) VALUES ($1, $2, $3, $3) ON CONFLICT (id) DO NOTHING",
			c.ID, doc, millis(now)))
		if !errors.Is(err, ErrNotFound) {
			return c, err
		}
	}
	return CustomRule{}, errors.New("no free id was found for a custom rule")
}

// SetCustomRule replaces what a custom rule says.
func (s *Store) SetCustomRule(ctx context.Context, id string, rule *customrule.Rule) error {
	doc, err := marshal(rule)
	if err != nil {
		return err
	}
	return changed(s.db.ExecContext(ctx, "UPDATE custom_rules SET doc = $1, modified = $2 WHERE id = $3", doc, s.now().UnixMilli(), id))
}

// DeleteCustomRule deletes a custom rule and its checks, account by account.
// When it is broken off in between, what is left goes with the next scans.
func (s *Store) DeleteCustomRule(ctx context.Context, id string) error {
	if err := changed(s.db.ExecContext(ctx, "DELETE FROM custom_rules WHERE id = $1", id)); err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, "SELECT num FROM accounts WHERE NOT deleting ORDER BY num")
	accounts, err := collect(rows, err, func(rows *sql.Rows) (int64, error) {
		var num int64
		return num, rows.Scan(&num)
	})
	for _, account := range accounts {
		err = errors.Join(err, s.removeChecks(ctx, account, id))
	}
	return err
}

// removeChecks removes the checks of a custom rule from an account.
func (s *Store) removeChecks(ctx context.Context, account int64, rule string) error {
	return s.within(ctx, func(tx *transaction) error {
		// A user's change and a scan's of the same account wait for each other.
		if _, err := tx.ExecContext(ctx, "UPDATE accounts SET deleting = deleting WHERE num = $1", account); err != nil {
			return err
		}
		const checks = "(SELECT id FROM checks WHERE account = $1 AND rule = $2 AND origin = 2)"
		for _, query := range []string{
			"DELETE FROM check_history WHERE account = $1 AND check_id IN " + checks,
			"DELETE FROM check_notes WHERE account = $1 AND check_id IN " + checks,
			"DELETE FROM checks WHERE account = $1 AND rule = $2 AND origin = 2",
		} {
			if _, err := tx.ExecContext(ctx, query, account, rule); err != nil {
				return err
			}
		}
		return tx.tally(ctx, account, rule)
	})
}

// ResourcesNamed gives the resources of a type that an account has whose id,
// name or ARN is this one, by region and id, with their documents.
func (s *Store) ResourcesNamed(ctx context.Context, account int64, typ, name string) ([]Resource, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT account, id, type, region, resource, arn, name, tags, excluded, created, modified, doc
		FROM resources WHERE account = $1 AND type = $2 AND (resource = $3 OR name = $3 OR arn = $3) ORDER BY region, resource`, account, typ, name)
	return collect(rows, err, scanResource)
}

// putGiven keeps what a scan reads.
func (tx *transaction) putGiven(ctx context.Context, m *Merge) error {
	if m.Given == nil {
		return nil
	}
	doc, err := marshal(m.Given)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE accounts SET given = $1 WHERE num = $2", doc, m.Account)
	return err
}

// Given says which properties of a type the last scan of an account reads, as
// an entry of cloud.Inventory.Given does. It is never nil: of an account that
// was not scanned nothing is known.
func (s *Store) Given(ctx context.Context, account int64, typ string) (map[string]bool, error) {
	var doc sql.NullString
	if err := s.db.QueryRowContext(ctx, "SELECT given FROM accounts WHERE num = $1", account).Scan(&doc); err != nil {
		return nil, notFound(err)
	}
	given := map[string]map[string]bool{}
	if doc.Valid {
		if err := json.Unmarshal([]byte(doc.String), &given); err != nil {
			return nil, err
		}
	}
	if given[typ] == nil {
		return map[string]bool{}, nil
	}
	return given[typ], nil
}
