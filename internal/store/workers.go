package store

import (
	"context"
	"database/sql"
	"time"
)

// Beat says that a worker is alive.
func (s *Store) Beat(ctx context.Context, worker, host string) error {
	_, err := s.db.ExecContext(ctx, `INSERT INTO workers (id, host, started, seen) VALUES ($1, $2, $3, $3)
		ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`, worker, host, s.now().UnixMilli())
	return err
}

// Workers lists the workers that were seen within a time.
func (s *Store) Workers(ctx context.Context, within time.Duration) ([]string, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id FROM workers WHERE seen >= $1 ORDER BY id", s.now().Add(-within).UnixMilli())
	return collect(rows, err, func(rows *sql.Rows) (string, error) {
		var id string
		return id, rows.Scan(&id)
	})
}

// RemoveWorker says that a worker has stopped.
func (s *Store) RemoveWorker(ctx context.Context, worker string) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM workers WHERE id = $1", worker)
	return err
}

// ForgetWorkers removes the workers that were not seen for a time.
func (s *Store) ForgetWorkers(ctx context.Context, after time.Duration) error {
	_, err := s.db.ExecContext(ctx, "DELETE FROM workers WHERE seen < $1", s.now().Add(-after).UnixMilli())
	return err
}

// TakeDuty tells whether a worker is to do now what one of them does for all:
// it is when nobody has done it for the time that each did it for.
func (s *Store) TakeDuty(ctx context.Context, name, worker string, every time.Duration) (bool, error) {
	now := s.now()
	result, err := s.db.ExecContext(ctx, `INSERT INTO duties (name, worker, until) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, until = excluded.until WHERE duties.until <= $4`,
		name, worker, now.Add(every).UnixMilli(), now.UnixMilli())
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// EndLostScans gives the accounts back whose leases have run out, for their
// workers are dead, and tells how many there were.
func (s *Store) EndLostScans(ctx context.Context) (int64, error) {
	now := s.now().UnixMilli()
	var n int64
	err := s.within(ctx, func(tx *transaction) error {
		// The accounts are marked first: then nobody renews or takes them.
		result, err := tx.ExecContext(ctx, "UPDATE accounts SET scan_worker = NULL WHERE scan_id IS NOT NULL AND scan_lease < $1", now)
		if err != nil {
			return err
		}
		if n, err = result.RowsAffected(); err != nil || n == 0 {
			return err
		}
		const lost = "scan_id IS NOT NULL AND scan_worker IS NULL"
		if _, err := tx.ExecContext(ctx, "UPDATE scans SET outcome = $1, finished = $2 WHERE outcome = $3 AND id IN (SELECT scan_id FROM accounts WHERE "+lost+")",
			Abandoned, now, Running); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "UPDATE accounts SET scan_id = NULL, scan_lease = NULL, scan_started = NULL WHERE "+lost)
		return err
	})
	return n, err
}
