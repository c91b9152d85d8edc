package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/surety-cloud/surety/internal/store"
)

// ScanNow has an account scanned as soon as a worker is free, before those that
// are due; it does nothing when the account is being scanned. A paused account
// is scanned, too.
func (b *Bot) ScanNow(ctx context.Context, account int64) error {
	result, err := b.queue.client.Insert(ctx, scanArgs{Account: account, Reason: byHand}, once(scans, urgent))
	if err != nil || !result.UniqueSkippedAsDuplicate || result.Job.State == rivertype.JobStateRunning {
		return err
	}
	return b.queue.hurry(ctx, result.Job)
}

// Remove takes what is left of deleted accounts out of the database, in the
// background.
func (b *Bot) Remove(ctx context.Context) error {
	return b.insert(ctx, removeArgs{}, once(chores, regular))
}

// Import runs an organisation import, in the background.
func (b *Bot) Import(ctx context.Context, id string) error {
	return b.insert(ctx, importArgs{Import: id}, once(chores, urgent))
}

// riverStates are the states of River's jobs, by the words of the store.
var riverStates = map[string][]rivertype.JobState{
	store.JobWaiting:  {rivertype.JobStateAvailable, rivertype.JobStateScheduled, rivertype.JobStatePending},
	store.JobRunning:  {rivertype.JobStateRunning},
	store.JobRetrying: {rivertype.JobStateRetryable},
	store.JobDead:     {rivertype.JobStateDiscarded},
}

// maxJobs is how many jobs River lists at a time.
const maxJobs = 10_000

func stateOf(state rivertype.JobState) string {
	for word, states := range riverStates {
		for _, s := range states {
			if s == state {
				return word
			}
		}
	}
	return string(state)
}

// Jobs lists up to limit jobs of a state (one of store.JobStates), the newest
// first.
func (b *Bot) Jobs(ctx context.Context, state string, limit int) ([]store.Job, error) {
	states := riverStates[state]
	if len(states) == 0 {
		return nil, fmt.Errorf("there is no state %q of jobs; the states are %s", state, strings.Join(store.JobStates, ", "))
	}
	limit = min(max(limit, 1), maxJobs)
	params := river.NewJobListParams().States(states...).OrderBy(river.JobListOrderByID, river.SortOrderDesc).First(limit)
	list, err := b.queue.client.JobList(ctx, params)
	if err != nil {
		return nil, err
	}
	jobs := make([]store.Job, len(list.Jobs))
	for i, row := range list.Jobs {
		jobs[i] = jobOf(row)
	}
	return jobs, nil
}

func jobOf(row *rivertype.JobRow) store.Job {
	j := store.Job{
		ID: row.ID, Kind: row.Kind, State: stateOf(row.State), Attempt: row.Attempt, MaxAttempts: row.MaxAttempts,
		Worker: workerOf(row), Created: row.CreatedAt, Due: row.ScheduledAt, Began: orZero(row.AttemptedAt), Ended: orZero(row.FinalizedAt),
	}
	if args, ok := scanOf(row); ok {
		j.Account, j.Reason = args.Account, args.Reason
	}
	if args, ok := argsOf[importArgs](row); ok {
		j.Import = args.Import
	}
	if n := len(row.Errors); n > 0 {
		j.Error, j.ErrorAt = row.Errors[n-1].Error, row.Errors[n-1].At
	}
	return j
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

// workerOf is who has a job, or had it last.
func workerOf(job *rivertype.JobRow) string {
	if len(job.AttemptedBy) == 0 {
		return ""
	}
	return job.AttemptedBy[len(job.AttemptedBy)-1]
}

// scanOf gives the arguments of the job of a scan.
func scanOf(job *rivertype.JobRow) (scanArgs, bool) { return argsOf[scanArgs](job) }

func argsOf[T river.JobArgs](job *rivertype.JobRow) (T, bool) {
	var args T
	if job.Kind != args.Kind() {
		return args, false
	}
	return args, json.Unmarshal(job.EncodedArgs, &args) == nil
}

// RetryJob has a job done as soon as a worker is free. A dead one is put into
// the queue anew. store.ErrNotFound: there is none; store.ErrRunning: it is
// being done.
func (b *Bot) RetryJob(ctx context.Context, id int64) error {
	job, err := b.queue.client.JobGet(ctx, id)
	if err != nil {
		return plain(err)
	}
	switch job.State {
	case rivertype.JobStateRunning:
		return store.ErrRunning
	case rivertype.JobStateAvailable, rivertype.JobStateScheduled, rivertype.JobStateRetryable, rivertype.JobStatePending:
		return b.queue.hurry(ctx, job)
	}
	// There may be another of the same by now, which two may not be.
	switch j := jobOf(job); {
	case j.Account != 0:
		err = b.ScanNow(ctx, j.Account)
	case j.Import != "":
		err = b.Import(ctx, j.Import)
	case j.Kind == removeArgs{}.Kind():
		err = b.Remove(ctx)
	default:
		err = b.insert(ctx, pruneArgs{}, once(chores, urgent))
	}
	if err != nil {
		return err
	}
	if err := b.DeleteJob(ctx, id); !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return nil // the new job has removed it already
}

// DeleteJob takes a job out of the queue. An account that is due comes back
// with the next sweep. store.ErrNotFound: there is none; store.ErrRunning: it
// is being done.
func (b *Bot) DeleteJob(ctx context.Context, id int64) error {
	_, err := b.queue.client.JobDelete(ctx, id)
	return plain(err)
}

// plain turns River's errors into those of the store.
func plain(err error) error {
	switch {
	case errors.Is(err, rivertype.ErrNotFound):
		return store.ErrNotFound
	case errors.Is(err, rivertype.ErrJobRunning):
		return store.ErrRunning
	}
	return err
}
