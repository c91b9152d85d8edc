package bot

import (
	"context"
	"time"

	"github.com/riverqueue/river"
)

// The priorities of jobs: what a user asks for goes before what is due.
const (
	urgent  = 1
	regular = 2
)

// scanArgs is the job of scanning an account.
type scanArgs struct {
	Account int64  `json:"account" river:"unique"`
	Reason  string `json:"reason"` // schedule, manual
}

// Why an account is scanned.
const (
	bySchedule = "schedule"
	byHand     = "manual"
)

// Kind names the job.
func (scanArgs) Kind() string { return "scan" }

// importArgs is the job of running an organisation import.
type importArgs struct {
	Import string `json:"import" river:"unique"`
}

// Kind names the job.
func (importArgs) Kind() string { return "import" }

// removeArgs is the job of taking what is left of deleted accounts out of the
// database.
type removeArgs struct{}

// Kind names the job.
func (removeArgs) Kind() string { return "remove" }

// pruneArgs is the job of removing what has been kept for long enough.
type pruneArgs struct{}

// Kind names the job.
func (pruneArgs) Kind() string { return "prune" }

// choreTimeout bounds what is no scan.
const choreTimeout = 30 * time.Minute

// workers says what is done with each kind of job.
func (b *Bot) workers() (*river.Workers, error) {
	w := river.NewWorkers()
	for _, err := range []error{
		river.AddWorkerSafely(w, river.WorkFunc(b.scan)),
		river.AddWorkerSafely(w, chore(func(ctx context.Context, args importArgs) error { return b.runImport(ctx, args.Import) })),
		river.AddWorkerSafely(w, chore(func(ctx context.Context, _ removeArgs) error { return b.store.RemoveDeleted(ctx) })),
		river.AddWorkerSafely(w, chore(func(ctx context.Context, _ pruneArgs) error { return b.prune(ctx) })),
	} {
		if err != nil {
			return nil, err
		}
	}
	return w, nil
}

// chore makes a worker of a function. What a shutdown breaks off begins anew
// without counting as an attempt.
func chore[T river.JobArgs](do func(context.Context, T) error) river.Worker[T] {
	return river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		bounded, cancel := context.WithTimeout(ctx, choreTimeout)
		defer cancel()
		err := do(bounded, job.Args)
		if err != nil && ctx.Err() == context.Canceled {
			return river.JobSnooze(0)
		}
		return err
	})
}

func (b *Bot) prune(ctx context.Context) error {
	if err := b.store.RemoveDeleted(ctx); err != nil {
		return err
	}
	if err := b.store.ForgetWorkers(ctx, day); err != nil {
		return err
	}
	removed, err := b.store.Prune(ctx, b.options.Retention)
	if removed > 0 {
		b.log.InfoContext(ctx, "what was kept for long enough was removed", "rows", removed)
	}
	return err
}
