package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Check is one as it is kept.
type Check struct {
	Account  int64
	ID       int64
	Rule     string
	Service  string
	Region   string
	Resource string
	Origin   Origin

	// Of the resource; empty where there is none.
	Type string
	ARN  string
	Name string
	Tags map[string]string

	Status    Status
	Risk      int
	Message   string
	NotScored bool
	Reason    string // why it is unknown or stale
	Extra     string // JSON, see checks.extra; empty for the checks of rules

	StaleSince      time.Time // zero when it is not
	Suppressed      bool
	SuppressedUntil time.Time // zero: for ever

	Created     time.Time
	Modified    time.Time
	StatusSince time.Time
	Discovered  time.Time // when it was found to fail
	Resolved    time.Time

	UpdatedBy, IntroducedBy, ResolvedBy string
}

// CountChecks counts the checks of each account that meet the filter. Accounts
// without any are not in the answer.
func (s *Store) CountChecks(ctx context.Context, accounts []int64, f *CheckFilter) (map[int64]int64, error) {
	counts := map[int64]int64{}
	parts := []part{everyone}
	switch {
	case f.noUsers():
		parts = []part{scans}
	case f.split():
		parts = []part{scans, users}
	}
	for _, of := range parts {
		w := s.where()
		query := "SELECT c.account, count(*) FROM checks c WHERE "
		switch {
		case f.Tallied() && of != users:
			// Rules of users are not among those of a filter that is split.
			whole := *f
			whole.Pushed = nil
			query = "SELECT c.account, sum(c.n) FROM " + whole.tallies() + " c WHERE "
			whole.where(w, accounts, everyone)
		case f.onTags() && of == scans:
			// The resources first: SQLite keeps to that order in a cross join.
			// PostgreSQL, which has no figures on how many accounts the parts of
			// a table hold together, takes a subquery in its stead for a match
			// of most checks, and reads all of them.
			query = "SELECT c.account, count(*) FROM resources r CROSS JOIN checks c WHERE c.account = r.account AND c.resource_id = r.id AND "
			f.whereTagged(w, accounts)
		default:
			f.where(w, accounts, of)
		}
		rows, err := s.db.QueryContext(ctx, query+w.String()+" GROUP BY c.account", w.args...)
		list, err := collect(rows, err, func(rows *sql.Rows) (counted, error) {
			var c counted
			return c, rows.Scan(&c.account, &c.n)
		})
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			counts[c.account] += c.n
		}
	}
	return counts, nil
}

type counted struct{ account, n int64 }

// PageChecks gives the checks of a page, and how many there are in all. They
// are in the order of the accounts as given, then by rule; the same page of
// the same checks is the same every time.
func (s *Store) PageChecks(ctx context.Context, accounts []int64, f *CheckFilter, offset, limit int64) (page []Check, total int64, err error) {
	counts, err := s.CountChecks(ctx, accounts, f)
	if err != nil {
		return nil, 0, err
	}
	page = []Check{}
	for _, account := range accounts {
		n := counts[account]
		total += n
		if offset >= n || int64(len(page)) >= limit {
			offset = max(offset-n, 0)
			continue
		}
		list, err := s.checks(ctx, account, f, nil, offset, limit-int64(len(page)))
		if err != nil {
			return nil, 0, err
		}
		page = append(page, list...)
		offset = 0
	}
	return page, total, nil
}

// A Cursor is a place in a list of checks: after this one.
type Cursor struct {
	Account int64
	Rule    string
	ID      int64
}

// ChecksAfter gives up to limit checks that come after a place, in the order of
// PageChecks; from the first, without one. However far down, it takes the same
// time.
func (s *Store) ChecksAfter(ctx context.Context, accounts []int64, f *CheckFilter, after *Cursor, limit int64) ([]Check, error) {
	page, _, err := s.SearchChecks(ctx, accounts, f, after, limit, Endless)
	return page, err
}

const checkSelect = `SELECT c.account, c.id, c.rule, c.service, c.region, c.resource, c.origin, COALESCE(r.type, ''), COALESCE(r.arn, ''), COALESCE(r.name, ''),
	COALESCE(r.tags, ''), c.status, c.risk, c.message, c.not_scored, COALESCE(c.reason, ''), COALESCE(c.extra, ''), c.stale_since,
	c.suppressed, c.suppressed_until, c.created, c.modified, c.status_since, c.discovered, c.resolved,
	COALESCE(c.updated_by, ''), COALESCE(c.introduced_by, ''), COALESCE(c.resolved_by, '')
	FROM %s c LEFT JOIN resources r ON r.account = c.account AND r.id = c.resource_id`

func (s *Store) checks(ctx context.Context, account int64, f *CheckFilter, after *Cursor, offset, limit int64) ([]Check, error) {
	w := s.where()
	f.where(w, []int64{account}, everyone)
	if after != nil {
		w.and("(c.rule, c.id) > (?, ?)", after.Rule, after.ID)
	}
	// Of what the offset leaves out no resource is looked up.
	page := "(SELECT * FROM checks c WHERE " + w.String() + " ORDER BY c.rule, c.id LIMIT " + w.next(limit) + " OFFSET " + w.next(offset) + ")"
	list, err := s.selectChecks(ctx, page, w)
	// The join keeps the order nearly always, but need not.
	slices.SortFunc(list, func(a, b Check) int { return cmp.Or(strings.Compare(a.Rule, b.Rule), cmp.Compare(a.ID, b.ID)) })
	return list, err
}

// selectChecks reads the checks of a table, or of a query in brackets, with their
// resources.
func (s *Store) selectChecks(ctx context.Context, from string, w *where) ([]Check, error) {
	rows, err := s.db.QueryContext(ctx, fmt.Sprintf(checkSelect, from), w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Check, error) { return scanCheck(rows) })
}

func scanCheck(row interface{ Scan(...any) error }) (Check, error) {
	var (
		c                                  Check
		tags                               string
		created, modified, since           int64
		stale, until, discovered, resolved sql.NullInt64
	)
	err := row.Scan(&c.Account, &c.ID, &c.Rule, &c.Service, &c.Region, &c.Resource, &c.Origin, &c.Type, &c.ARN, &c.Name, &tags,
		&c.Status, &c.Risk, &c.Message, &c.NotScored, &c.Reason, &c.Extra, &stale, &c.Suppressed, &until, &created, &modified, &since,
		&discovered, &resolved, &c.UpdatedBy, &c.IntroducedBy, &c.ResolvedBy)
	if err != nil {
		return c, notFound(err)
	}
	c.StaleSince, c.SuppressedUntil, c.Discovered, c.Resolved = when(stale), when(until), when(discovered), when(resolved)
	c.Created, c.Modified, c.StatusSince = time.UnixMilli(created).UTC(), time.UnixMilli(modified).UTC(), time.UnixMilli(since).UTC()
	if tags != "" {
		err = json.Unmarshal([]byte(tags), &c.Tags)
	}
	return c, err
}

// Check finds a check by its rule, region and resource.
func (s *Store) Check(ctx context.Context, account int64, rule, region, resource string) (Check, error) {
	return scanCheck(s.db.QueryRowContext(ctx, fmt.Sprintf(checkSelect, "checks")+" WHERE c.account = $1 AND c.id = $2", account, CheckID(rule, region, resource)))
}

// ErrNotFailing is the error for the suppression of a check that does not fail.
var ErrNotFailing = errors.New("only a failing check can be suppressed")

// Suppress accepts a failing check until a time, or for ever with the zero
// time; or lifts that. note is why, by is who; a note that is empty is not
// kept.
func (s *Store) Suppress(ctx context.Context, c *Check, suppressed bool, until time.Time, note, by string) error {
	now := s.now().UnixMilli()
	return s.within(ctx, func(tx *transaction) error {
		if err := tx.lock(ctx, c.Account); err != nil {
			return err
		}
		failing := ""
		if suppressed {
			failing = " AND status = 2"
		}
		err := changed(tx.ExecContext(ctx, `UPDATE checks SET suppressed = $1, suppressed_until = $2, modified = $3, updated_by = $4
			WHERE account = $5 AND id = $6`+failing, suppressed, orNull(until), now, by, c.Account, c.ID))
		if errors.Is(err, ErrNotFound) {
			return ErrNotFailing
		}
		if err != nil {
			return err
		}
		if err := tx.note(ctx, c.Account, c.ID, now, note, by); err != nil {
			return err
		}
		return tx.tally(ctx, c.Account, c.Rule)
	})
}

func (tx *transaction) note(ctx context.Context, account, check, at int64, note, by string) error {
	if note == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO check_notes (account, check_id, at, note, created_by) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account, check_id, at) DO UPDATE SET note = excluded.note`, account, check, at, note, by)
	return err
}

// A Note is what a user said of a check.
type Note struct {
	Note, By string
	At       time.Time
}

// Notes lists the last notes on a check, the newest first.
func (s *Store) Notes(ctx context.Context, account, check int64, limit int) ([]Note, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT note, created_by, at FROM check_notes WHERE account = $1 AND check_id = $2 ORDER BY at DESC LIMIT $3", account, check, limit)
	return collect(rows, err, scanNote)
}

// scanNote reads a note: its text, who made it and when.
func scanNote(rows *sql.Rows) (Note, error) {
	var (
		n  Note
		at int64
	)
	err := rows.Scan(&n.Note, &n.By, &at)
	n.At = time.UnixMilli(at).UTC()
	return n, err
}

// A Change is one of the status of a check.
type Change struct {
	At          time.Time
	Was, Status Status
	Scan        string
}

// History lists the changes of a check's status, the oldest first.
func (s *Store) History(ctx context.Context, account, check int64) ([]Change, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT at, was, status, scan_id FROM check_history WHERE account = $1 AND check_id = $2 ORDER BY at", account, check)
	return collect(rows, err, func(rows *sql.Rows) (Change, error) {
		var (
			c  Change
			at int64
		)
		err := rows.Scan(&at, &c.Was, &c.Status, &c.Scan)
		c.At = time.UnixMilli(at).UTC()
		return c, err
	})
}

// EndSuppressions lifts the suppressions whose time is over, and tells how many
// there were.
func (s *Store) EndSuppressions(ctx context.Context) (int64, error) {
	now := s.now().UnixMilli()
	rows, err := s.db.QueryContext(ctx, "SELECT DISTINCT account FROM checks WHERE suppressed_until IS NOT NULL AND suppressed_until <= $1", now)
	accounts, err := collect(rows, err, func(rows *sql.Rows) (int64, error) {
		var account int64
		return account, rows.Scan(&account)
	})
	var ended int64
	for _, account := range accounts {
		err = errors.Join(err, s.within(ctx, func(tx *transaction) error {
			if err := tx.lock(ctx, account); err != nil {
				if errors.Is(err, ErrNotFound) {
					return nil // the account is being deleted
				}
				return err
			}
			result, err := tx.ExecContext(ctx, `UPDATE checks SET suppressed = $1, suppressed_until = NULL, modified = $2, updated_by = 'SYSTEM'
				WHERE account = $3 AND suppressed_until IS NOT NULL AND suppressed_until <= $2`, false, now, account)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			ended += n
			return tx.tally(ctx, account)
		}))
	}
	if err != nil {
		return ended, fmt.Errorf("suppressions could not be lifted: %w", err)
	}
	return ended, nil
}
