package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/google/uuid"
)

// ErrBusy is the error for an account that is being scanned.
var ErrBusy = errors.New("the account is being scanned")

// A Scan is one reading of an account.
type Scan struct {
	ID       string
	Account  int64
	Reason   string // schedule, manual
	Worker   string
	Started  time.Time
	Finished time.Time // zero while it goes on
	Outcome  string
	Error    string
	Counts   map[string]int64
}

// BeginScan takes an account for a worker until the lease ends, and gives the
// id of the scan. ErrBusy: another has it. A lease that ran out is that of a
// dead worker, whose scan is recorded as abandoned.
func (s *Store) BeginScan(ctx context.Context, account int64, worker, reason string, lease time.Duration) (string, error) {
	id := uuid.NewString()
	now := s.now().UnixMilli()
	err := s.within(ctx, func(tx *transaction) error {
		err := changed(tx.ExecContext(ctx, `UPDATE accounts SET scan_id = $1, scan_worker = $2, scan_started = $3, scan_lease = $4
			WHERE num = $5 AND NOT deleting AND (scan_id IS NULL OR scan_lease < $3)`, id, worker, now, now+lease.Milliseconds(), account))
		if errors.Is(err, ErrNotFound) {
			var there int
			if err := tx.QueryRowContext(ctx, "SELECT 1 FROM accounts WHERE num = $1 AND NOT deleting", account).Scan(&there); err != nil {
				return notFound(err)
			}
			return ErrBusy
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "UPDATE scans SET outcome = $1, finished = $2 WHERE account = $3 AND outcome = $4", Abandoned, now, account, Running); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO scans (id, account, reason, worker, started, outcome) VALUES ($1, $2, $3, $4, $5, $6)",
			id, account, reason, worker, now, Running)
		return err
	})
	return id, err
}

// RenewScan prolongs a lease. ErrLost: the scan is no longer the worker's.
func (s *Store) RenewScan(ctx context.Context, account int64, scan string, lease time.Duration) error {
	err := changed(s.db.ExecContext(ctx, "UPDATE accounts SET scan_lease = $1 WHERE num = $2 AND scan_id = $3 AND NOT deleting",
		s.now().Add(lease).UnixMilli(), account, scan))
	if errors.Is(err, ErrNotFound) {
		return ErrLost
	}
	return err
}

// FailScan ends a scan that could not read the account at all. Its checks stay
// as they are; the account says since when, and why.
func (s *Store) FailScan(ctx context.Context, account int64, scan, reason string) error {
	now := s.now().UnixMilli()
	return s.within(ctx, func(tx *transaction) error {
		err := changed(tx.ExecContext(ctx, `UPDATE accounts SET scan_id = NULL, scan_worker = NULL, scan_lease = NULL, scan_started = NULL,
			failed_since = COALESCE(failed_since, $1), failure = $2 WHERE num = $3 AND scan_id = $4`, now, reason, account, scan))
		if errors.Is(err, ErrNotFound) {
			return ErrLost
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE scans SET finished = $1, outcome = $2, error = $3 WHERE id = $4", now, Failed, reason, scan)
		return err
	})
}

// AbandonScan gives an account back whose scan was stopped before its end.
func (s *Store) AbandonScan(ctx context.Context, account int64, scan string) error {
	now := s.now().UnixMilli()
	return s.within(ctx, func(tx *transaction) error {
		if _, err := tx.ExecContext(ctx, `UPDATE accounts SET scan_id = NULL, scan_worker = NULL, scan_lease = NULL, scan_started = NULL
			WHERE num = $1 AND scan_id = $2`, account, scan); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE scans SET finished = $1, outcome = $2 WHERE id = $3 AND outcome = $4", now, Abandoned, scan, Running)
		return err
	})
}

// Due lists the accounts that are due to be scanned and are not being scanned,
// those that have waited longest first.
func (s *Store) Due(ctx context.Context, limit int) ([]int64, error) {
	now := s.now().UnixMilli()
	rows, err := s.db.QueryContext(ctx, `SELECT num FROM accounts WHERE next_scan <= $1 AND NOT deleting AND (scan_id IS NULL OR scan_lease < $1)
		ORDER BY next_scan, num LIMIT $2`, now, limit)
	return collect(rows, err, func(rows *sql.Rows) (int64, error) {
		var num int64
		return num, rows.Scan(&num)
	})
}

// Scheduled says when an account is due next: an interval after the start of
// the scan that was taken for it.
func (s *Store) Scheduled(ctx context.Context, num int64, started time.Time) error {
	return s.within(ctx, func(tx *transaction) error {
		a, err := s.scanAccount(tx.QueryRowContext(ctx, "SELECT "+accountColumns+" FROM accounts WHERE num = $1", num))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE accounts SET next_scan = $1 WHERE num = $2", orNull(a.Bot.next(started.Add(a.Bot.Interval()), s.now())), num)
		return err
	})
}

// Scans lists the last scans of an account, the newest first.
func (s *Store) Scans(ctx context.Context, account int64, limit int) ([]Scan, error) {
	return s.LatestScans(ctx, []int64{account}, limit)
}

// LatestScans lists the last scans of accounts, of all for nil, the newest
// first.
func (s *Store) LatestScans(ctx context.Context, accounts []int64, limit int) ([]Scan, error) {
	w := s.where()
	oneOf(w, "account", accounts)
	rows, err := s.db.QueryContext(ctx, "SELECT id, account, reason, worker, started, finished, outcome, error, counts FROM scans WHERE "+
		w.String()+" ORDER BY started DESC, id LIMIT "+w.next(limit), w.args...)
	return collect(rows, err, func(rows *sql.Rows) (Scan, error) {
		var (
			scan     Scan
			started  int64
			finished sql.NullInt64
			counts   string
		)
		if err := rows.Scan(&scan.ID, &scan.Account, &scan.Reason, &scan.Worker, &started, &finished, &scan.Outcome, &scan.Error, &counts); err != nil {
			return scan, err
		}
		scan.Started, scan.Finished = time.UnixMilli(started).UTC(), when(finished)
		return scan, json.Unmarshal([]byte(counts), &scan.Counts)
	})
}
