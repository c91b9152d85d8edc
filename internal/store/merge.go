package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrLost is the error for a worker that no longer has its scan: it was taken
// for dead, and somebody else scans the account.
var ErrLost = errors.New("another worker has taken over the scan")

// Outcomes of scans.
const (
	Running   = "running"
	Complete  = "complete"
	Partial   = "partial"   // something could not be read
	Failed    = "failed"    // the account could not be read at all
	Abandoned = "abandoned" // its worker died
)

// Merge brings the checks and resources of an account to what a scan found, in
// one transaction: all of it is there, or nothing. What has not changed is not
// written. It gives what it did, by name: "created", "removed", "failed" (new
// failures), "resolved", "changed", "stale", and the checks by status.
//
// What could not be read takes nothing with it: a check that the scan could
// not decide keeps its last status and is marked stale with the reason.
func (s *Store) Merge(ctx context.Context, m *Merge) (map[string]int64, error) {
	at := s.now().UnixMilli()
	counts := map[string]int64{}
	for name, n := range m.Counts {
		counts[name] = n
	}
	checks, err := prepareChecks(m)
	if err != nil {
		return nil, err
	}
	resources, err := prepareResources(m)
	if err != nil {
		return nil, err
	}
	err = s.within(ctx, func(tx *transaction) error {
		// The first statement takes the account: nobody else merges into it.
		if err := tx.finish(ctx, m, at); err != nil {
			return err
		}
		if err := tx.putGiven(ctx, m); err != nil {
			return err
		}
		if err := tx.mergeResources(ctx, m, resources, at); err != nil {
			return fmt.Errorf("resources: %w", err)
		}
		if err := tx.mergeChecks(ctx, m, checks, at, counts); err != nil {
			return fmt.Errorf("checks: %w", err)
		}
		if err := tx.tally(ctx, m.Account); err != nil {
			return fmt.Errorf("tallies: %w", err)
		}
		if err := tx.score(ctx, m.Account, at, m.Categories, counts); err != nil {
			return fmt.Errorf("scores: %w", err)
		}
		text, err := json.Marshal(counts)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE scans SET finished = $1, outcome = $2, error = $3, counts = $4 WHERE id = $5",
			at, m.Outcome, m.Error, string(text), m.ScanID)
		return err
	})
	return counts, err
}

// finish ends the lease on the account.
func (tx *transaction) finish(ctx context.Context, m *Merge, at int64) error {
	err := changed(tx.ExecContext(ctx, `UPDATE accounts SET scan_id = NULL, scan_worker = NULL, scan_lease = NULL, scan_started = NULL,
		last_scan = $1, first_checks = COALESCE(first_checks, $1), failed_since = NULL, failure = NULL WHERE num = $2 AND scan_id = $3 AND NOT deleting`, at, m.Account, m.ScanID))
	if errors.Is(err, ErrNotFound) {
		return ErrLost
	}
	return err
}

// A prepared check has its keys.
type prepared struct {
	*Found
	id, digest int64
	resource   sql.NullInt64
}

// prepareChecks sorts the checks by id. Of two of the same rule, region and
// resource the worse stays.
func prepareChecks(m *Merge) ([]prepared, error) {
	list := make([]prepared, len(m.Checks))
	for i := range m.Checks {
		f := &m.Checks[i]
		if f.Risk < 1 || f.Risk > 5 || f.Status < Success || f.Status > Unknown {
			return nil, fmt.Errorf("the check of %s on %s has risk %d and status %d", f.Rule, f.Resource, f.Risk, f.Status)
		}
		storable(&f.Rule, &f.Service, &f.Region, &f.Resource, &f.Message, &f.Reason, &f.Extra)
		list[i] = prepared{Found: f, id: f.ID(), digest: f.digest()}
		if f.Resource != "" {
			list[i].resource = sql.NullInt64{Int64: ResourceID(f.Type, f.Region, f.Resource), Valid: true}
		}
	}
	worse := map[Status]int{Failure: 0, Unknown: 1, Success: 2}
	slices.SortStableFunc(list, func(a, b prepared) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(worse[a.Status], worse[b.Status]))
	})
	return slices.CompactFunc(list, func(a, b prepared) bool { return a.id == b.id }), nil
}

// An existing check, as far as a merge looks at it.
type existing struct {
	id, digest   int64
	rule, region string
	status       Status
	stale        bool
	reason       string
}

func (tx *transaction) existing(ctx context.Context, account int64) ([]existing, error) {
	names := map[string]string{} // rules and regions are few
	name := func(s string) string {
		if known, ok := names[s]; ok {
			return known
		}
		names[s] = s
		return s
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, digest, rule, region, status, stale_since IS NOT NULL, COALESCE(reason, '')
		FROM checks WHERE account = $1 AND origin <> 1 ORDER BY id`, account)
	return collect(rows, err, func(rows *sql.Rows) (existing, error) {
		var e existing
		err := rows.Scan(&e.id, &e.digest, &e.rule, &e.region, &e.status, &e.stale, &e.reason)
		e.rule, e.region = name(e.rule), name(e.region)
		return e, err
	})
}

var checkColumns = []string{
	"account", "id", "rule", "service", "region", "resource", "resource_id", "origin", "status", "risk", "message",
	"digest", "not_scored", "reason", "suppressed", "created", "modified", "status_since", "discovered", "extra",
}

// The statements of a merge, each with the arguments in this order.
const (
	updateCheck = `UPDATE checks SET service = $3, resource_id = $4, status = $5, risk = $6, message = $7, digest = $8,
		not_scored = $9, reason = $10, modified = $11, status_since = CASE WHEN status = $5 THEN status_since ELSE $11 END,
		discovered = CASE WHEN $5 = 2 AND status <> 2 THEN $11 ELSE discovered END,
		resolved = CASE WHEN $5 = 1 AND status = 2 THEN $11 WHEN $5 = 2 AND status <> 2 THEN NULL ELSE resolved END,
		introduced_by = CASE WHEN status = $5 THEN introduced_by ELSE NULL END, resolved_by = NULL,
		stale_since = NULL, updated_by = 'SYSTEM', extra = $12, origin = $13
		WHERE account = $1 AND id = $2`
	freezeCheck   = `UPDATE checks SET stale_since = COALESCE(stale_since, $3), reason = $4, modified = $3 WHERE account = $1 AND id = $2`
	deleteCheck   = `DELETE FROM checks WHERE account = $1 AND id = $2`
	deleteHistory = `DELETE FROM check_history WHERE account = $1 AND check_id = $2`
	deleteNotes   = `DELETE FROM check_notes WHERE account = $1 AND check_id = $2`
	insertHistory = `INSERT INTO check_history (account, check_id, at, was, status, scan_id) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`
)

// mergeChecks walks through what there is and what was found, both in the order
// of their ids.
func (tx *transaction) mergeChecks(ctx context.Context, m *Merge, found []prepared, at int64, counts map[string]int64) error {
	old, err := tx.existing(ctx, m.Account)
	if err != nil {
		return err
	}
	unread := gapsOf(m.Gaps)
	var created []*prepared
	var updated, frozen, removed, history [][]any
	for len(old) > 0 || len(found) > 0 {
		switch {
		case len(old) == 0 || len(found) > 0 && found[0].id < old[0].id:
			created = append(created, &found[0])
			if found[0].Status == Failure {
				counts["failed"]++
			}
			found = found[1:]
		case len(found) == 0 || old[0].id < found[0].id:
			e := old[0]
			old = old[1:]
			typ, held := m.Rules[e.rule]
			switch reason := unread.reason(typ, e.region); {
			case !held || reason == "":
				removed = append(removed, []any{m.Account, e.id})
			case !e.stale || e.reason != reason:
				frozen = append(frozen, []any{m.Account, e.id, at, reason})
			}
		default:
			e, f := old[0], found[0]
			old, found = old[1:], found[1:]
			switch {
			case f.Status == Unknown && e.status != Unknown:
				if !e.stale || e.reason != f.Reason {
					frozen = append(frozen, []any{m.Account, e.id, at, f.Reason})
				}
			case e.digest != f.digest || e.stale:
				updated = append(updated, f.changes(m.Account, at))
				if e.status == f.Status {
					break
				}
				history = append(history, []any{m.Account, e.id, at, int(e.status), int(f.Status), m.ScanID})
				switch {
				case f.Status == Failure:
					counts["failed"]++
				case e.status == Failure:
					counts["resolved"]++
				}
			}
		}
	}
	counts["created"], counts["changed"], counts["removed"], counts["stale"] =
		int64(len(created)), int64(len(updated)), int64(len(removed)), int64(len(frozen))
	if err := tx.all(ctx, []step{
		{deleteCheck, removed}, {deleteHistory, removed}, {deleteNotes, removed},
		{freezeCheck, frozen}, {updateCheck, updated}, {insertHistory, history},
	}); err != nil {
		return err
	}
	return tx.insert(ctx, "checks", checkColumns, len(created), func(i int) []any { return created[i].row(m.Account, at) })
}

// row is a new check.
func (p *prepared) row(account, at int64) []any {
	var discovered sql.NullInt64
	if p.Status == Failure {
		discovered = sql.NullInt64{Int64: at, Valid: true}
	}
	return []any{
		account, p.id, p.Rule, p.Service, p.Region, p.Resource, p.resource, int(p.Origin), int(p.Status), p.Risk, p.Message,
		p.digest, p.NotScored, text(p.Reason), false, at, at, at, discovered, text(p.Extra),
	}
}

// changes are the arguments of updateCheck.
func (p *prepared) changes(account, at int64) []any {
	return []any{
		account, p.id, p.Service, p.resource, int(p.Status), p.Risk, p.Message, p.digest, p.NotScored, text(p.Reason), at, text(p.Extra), int(p.Origin),
	}
}

// text is NULL for an empty text.
func text(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// day is the length of one, in milliseconds.
const day = int64(24 * time.Hour / time.Millisecond)

// score adds a scan to the sums of its day, and the checks by status to what
// is told of the scan. Suppressed checks, and those that only inform, are not
// in the score, nor is what could not be told.
func (tx *transaction) score(ctx context.Context, account, at int64, categories func(string) []string, counts map[string]int64) error {
	type tallied struct {
		rule    string
		status  Status
		outside bool
		n       int64
	}
	rows, err := tx.QueryContext(ctx, "SELECT rule, status, suppressed OR not_scored, n FROM rule_tallies WHERE account = $1", account)
	list, err := collect(rows, err, func(rows *sql.Rows) (tallied, error) {
		var t tallied
		return t, rows.Scan(&t.rule, &t.status, &t.outside, &t.n)
	})
	if err != nil {
		return err
	}
	type sums struct{ successes, totals int64 }
	by := map[string]*sums{}
	add := func(category string, t tallied) {
		if by[category] == nil {
			by[category] = &sums{}
		}
		by[category].totals += t.n
		if t.status == Success {
			by[category].successes += t.n
		}
	}
	names := map[Status]string{Success: "success", Failure: "failure", Unknown: "unknown"}
	for _, t := range list {
		counts[names[t.status]] += t.n
		if t.outside || t.status == Unknown {
			continue
		}
		add("", t)
		if categories != nil {
			for _, c := range categories(t.rule) {
				add(c, t)
			}
		}
	}
	for category, sum := range by {
		if _, err := tx.ExecContext(ctx, `INSERT INTO scores (account, day, category, successes, totals) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (day, account, category) DO UPDATE SET successes = scores.successes + excluded.successes, totals = scores.totals + excluded.totals`,
			account, at/day, category, sum.successes, sum.totals); err != nil {
			return err
		}
	}
	return nil
}
