package store

import (
	"context"
	"errors"
	"time"
)

// A Job is work in the background. The queue keeps it; the accounts say what is
// due.
type Job struct {
	ID          int64
	Kind        string // scan, import, remove, prune
	State       string // one of JobStates
	Account     int64  // of a scan
	Import      string // of an import
	Reason      string // of a scan: schedule, manual
	Attempt     int
	MaxAttempts int
	Worker      string    // that has it, or had it last
	Created     time.Time // when it was put into the queue
	Due         time.Time // when it may begin
	Began       time.Time // the last attempt; zero before the first
	Ended       time.Time // zero until it has
	Error       string    // of the last attempt that failed
	ErrorAt     time.Time
}

// The states of jobs.
const (
	JobWaiting  = "waiting"
	JobRunning  = "running"
	JobRetrying = "retrying" // it failed, and is tried again later
	JobDead     = "dead"     // it failed for good
)

// JobStates lists the states of jobs that have not succeeded.
var JobStates = []string{JobRunning, JobWaiting, JobRetrying, JobDead}

// ErrRunning is the error for what cannot be done to a job at work.
var ErrRunning = errors.New("the job is running")

// A Retention says for how long what has passed is kept; zero is for ever.
type Retention struct {
	Scans   time.Duration
	Events  time.Duration
	History time.Duration // changes of the status of checks
}

// Prune removes what has been kept for long enough, and tells how many rows
// those were. Checks stay, with what they know of their own past.
func (s *Store) Prune(ctx context.Context, kept Retention) (int64, error) {
	var removed int64
	for _, part := range []struct {
		query string
		kept  time.Duration
	}{
		{"DELETE FROM scans WHERE started < $1 AND finished IS NOT NULL", kept.Scans},
		{"DELETE FROM events WHERE at < $1", kept.Events},
		{"DELETE FROM check_history WHERE at < $1", kept.History},
	} {
		if part.kept == 0 {
			continue
		}
		result, err := s.db.ExecContext(ctx, part.query, s.now().Add(-part.kept).UnixMilli())
		if err != nil {
			return removed, err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return removed, err
		}
		removed += n
	}
	return removed, nil
}

// FailingAccounts counts the accounts that cannot be read at present.
func (s *Store) FailingAccounts(ctx context.Context) (int64, error) {
	var n int64
	return n, s.db.QueryRowContext(ctx, "SELECT count(*) FROM accounts WHERE failed_since IS NOT NULL AND NOT deleting").Scan(&n)
}
