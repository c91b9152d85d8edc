package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// sweepLimit bounds the accounts that one sweep puts into the queue; those that
// have waited longest are first.
const sweepLimit = 1000

// duties does what one process does for all. A duty is taken for a little less
// than the time between two looks, so that the next look is not too early.
func (b *Bot) duties(ctx context.Context) {
	most := b.options.Sweep - b.options.Sweep/4
	for _, duty := range []struct {
		name  string
		every time.Duration
		do    func(context.Context) error
	}{
		{"sweep", most, b.sweep},
		{"rescue", most, b.rescue},
		{"leases", most, b.endLeases},
		{"suppressions", most, b.endSuppressions},
		{"prune", time.Hour, func(ctx context.Context) error { return b.insert(ctx, pruneArgs{}, once(chores, regular)) }},
	} {
		mine, err := b.store.TakeDuty(ctx, duty.name, b.options.Name, duty.every)
		if err == nil && mine {
			err = duty.do(ctx)
		}
		if err != nil && ctx.Err() == nil {
			b.log.ErrorContext(ctx, "a regular task failed", "task", duty.name, "error", err)
		}
	}
}

func (b *Bot) insert(ctx context.Context, args river.JobArgs, options *river.InsertOpts) error {
	_, err := b.queue.client.Insert(ctx, args, options)
	return err
}

// sweep puts what is due into the queue. What has a job already is left alone.
func (b *Bot) sweep(ctx context.Context) error {
	due, err := b.store.Due(ctx, sweepLimit)
	if err != nil {
		return err
	}
	imports, err := b.store.DueImports(ctx)
	if err != nil {
		return err
	}
	jobs := make([]river.InsertManyParams, 0, len(due)+len(imports))
	for _, account := range due {
		jobs = append(jobs, river.InsertManyParams{Args: scanArgs{Account: account, Reason: bySchedule}, InsertOpts: once(scans, regular)})
	}
	for _, id := range imports {
		jobs = append(jobs, river.InsertManyParams{Args: importArgs{Import: id}, InsertOpts: once(chores, regular)})
	}
	if len(jobs) == 0 {
		return nil
	}
	_, err = b.queue.client.InsertMany(ctx, jobs)
	return err
}

func (b *Bot) endLeases(ctx context.Context) error {
	n, err := b.store.EndLostScans(ctx)
	if n > 0 {
		b.log.WarnContext(ctx, "scans were given up whose workers are dead", "scans", n)
	}
	return err
}

func (b *Bot) endSuppressions(ctx context.Context) error {
	n, err := b.store.EndSuppressions(ctx)
	if n > 0 {
		b.log.InfoContext(ctx, "suppressions have ended", "checks", n)
	}
	return err
}

// rescue gives the jobs of dead workers back. River would do so after hours,
// for it cannot tell a dead worker from a slow one.
func (b *Bot) rescue(ctx context.Context) error {
	alive, err := b.store.Workers(ctx, b.options.Lease)
	if err != nil {
		return err
	}
	living := map[string]bool{}
	for _, id := range alive {
		living[id] = true
	}
	list, err := b.queue.client.JobList(ctx, river.NewJobListParams().States(rivertype.JobStateRunning).First(maxJobs))
	if err != nil {
		return err
	}
	for _, job := range list.Jobs {
		worker := workerOf(job)
		// A worker says that it lives before it takes a job; the age of the
		// attempt is for clocks that differ.
		if living[worker] || job.AttemptedAt == nil || time.Since(*job.AttemptedAt) < b.options.Lease {
			continue
		}
		if err := b.giveBack(ctx, job, worker); err != nil {
			return err
		}
	}
	return nil
}

// giveBack makes a job available whose worker died. One that has outlived no
// worker may be what kills them: after its last attempt it is dead, and the
// account waits for its next turn.
func (b *Bot) giveBack(ctx context.Context, job *rivertype.JobRow, worker string) error {
	if job.Attempt < job.MaxAttempts {
		b.log.WarnContext(ctx, "the worker of a job is dead: the job begins anew", "job", job.ID, "kind", job.Kind, "dead", worker)
		return b.queue.give(ctx, job)
	}
	text := fmt.Sprintf("the worker %s died at work on this job; its process was killed, by want of memory perhaps", worker)
	failure, err := json.Marshal(rivertype.AttemptError{At: time.Now().UTC(), Attempt: job.Attempt, Error: text})
	if err != nil {
		return err
	}
	b.log.ErrorContext(ctx, "the worker of a job is dead, and so were those before it: the job is given up", "job", job.ID, "kind", job.Kind, "dead", worker)
	if _, err := b.queue.db.ExecContext(ctx, b.queue.dialect.discard, job.ID, job.Attempt, string(failure)); err != nil {
		return err
	}
	if args, ok := scanOf(job); ok {
		return b.store.Scheduled(ctx, args.Account, time.Now())
	}
	return nil
}
