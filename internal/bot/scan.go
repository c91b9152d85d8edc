package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"

	"github.com/surety-cloud/surety/internal/store"
)

// A scan is one reading of an account, from taking it to giving it back.
type scan struct {
	*Bot
	log     *slog.Logger
	account store.Account
	id      string
	started time.Time
	final   bool     // it is the job's last attempt
	unread  []string // why it is not complete
}

// busyPause is how long a job waits for an account that another worker has.
const busyPause = 3 * time.Second

// scan does the job of scanning an account.
func (b *Bot) scan(ctx context.Context, job *river.Job[scanArgs]) error {
	a, err := b.store.AccountByNum(ctx, job.Args.Account)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was deleted
	}
	if err != nil {
		return err
	}
	if !wanted(&a, job) {
		return nil
	}
	started := time.Now()
	id, err := b.store.BeginScan(ctx, a.Num, b.options.Name, job.Args.Reason, b.options.Lease)
	switch {
	case errors.Is(err, store.ErrBusy):
		return river.JobSnooze(min(busyPause, b.options.Lease/2))
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	}
	s := &scan{
		Bot: b, account: a, id: id, started: started, final: job.Attempt >= job.MaxAttempts,
		log: b.log.With("account", a.AWSID, "name", a.Name, "scan", id),
	}
	if err := b.queue.forget(ctx, job.ID); err != nil {
		s.log.WarnContext(ctx, "old failures could not be removed from the queue", "error", err)
	}
	s.log.InfoContext(ctx, "a scan begins", "reason", job.Args.Reason, "attempt", job.Attempt)
	b.memory.begin()
	defer b.memory.end()
	return s.run(ctx)
}

// wanted tells whether an account still is to be scanned when the turn of its
// job comes: the schedule may have changed, or another job may have done it.
func wanted(a *store.Account, job *river.Job[scanArgs]) bool {
	if job.Args.Reason == byHand {
		return true
	}
	due := !a.NextScan.IsZero() && !a.NextScan.After(time.Now())
	// After a failure the next regular turn is set already.
	again := len(job.Errors) > 0 && !a.NextScan.IsZero() && (a.Bot == nil || !a.Bot.Disabled)
	return due || again
}

// An unreadable account is one of which nothing could be read; the text is for
// its owner, with the remedy.
type unreadable string

func (u unreadable) Error() string { return string(u) }

func (s *scan) run(ctx context.Context) error {
	reading, lose := context.WithCancelCause(ctx)
	defer lose(nil)
	stop := s.hold(ctx, lose)
	defer stop()
	m, err := s.read(reading)
	var counts map[string]int64
	if err == nil {
		// Whether the lease holds is seen by the merge itself.
		counts, err = s.store.Merge(ctx, m)
	}
	if cause := context.Cause(reading); err != nil && errors.Is(cause, store.ErrLost) {
		err = cause
	}
	// What is left to write is written though the context has ended.
	after, end := context.WithTimeout(context.WithoutCancel(ctx), cancelled)
	defer end()
	if err == nil {
		return s.done(after, m, counts)
	}
	return s.undone(ctx, after, err)
}

// hold keeps the lease until it is stopped. When the lease is lost the reading
// ends, for nobody would want what it gives.
func (s *scan) hold(ctx context.Context, lose context.CancelCauseFunc) (stop func()) {
	l := &loops{}
	renewed := time.Now()
	l.start(ctx, s.options.Heartbeat, func(ctx context.Context) {
		err := s.store.RenewScan(ctx, s.account.Num, s.id, s.options.Lease)
		switch {
		case err == nil:
			renewed = time.Now()
		case errors.Is(err, store.ErrLost):
			lose(err)
		case ctx.Err() == nil && time.Since(renewed) > s.options.Lease:
			lose(fmt.Errorf("%w: the lease could not be renewed: %w", store.ErrLost, err))
		}
	})
	return l.stop
}

// done tells of a scan that was merged, and sets the next.
func (s *scan) done(ctx context.Context, m *store.Merge, counts map[string]int64) error {
	s.metrics.scanned(m.Outcome, time.Since(s.started))
	attributes := []any{"outcome", m.Outcome, "seconds", int(time.Since(s.started).Seconds())}
	for _, name := range []string{"resources", "calls", "throttles", "success", "failure", "unknown", "created", "changed", "removed", "stale"} {
		attributes = append(attributes, name, counts[name])
	}
	if n := len(s.unread); n > 0 {
		attributes = append(attributes, "unread", n, "such as", abridged(s.unread, fewReasons, maxReason))
	}
	s.log.InfoContext(ctx, "a scan is done", attributes...)
	return s.schedule(ctx)
}

// schedule sets the next regular scan.
func (s *scan) schedule(ctx context.Context) error {
	err := s.store.Scheduled(ctx, s.account.Num, s.started)
	if errors.Is(err, store.ErrNotFound) {
		return nil // it was deleted
	}
	return err
}

// undone ends a scan that was not merged. after is a context for what is left
// to write.
func (s *scan) undone(ctx, after context.Context, err error) error {
	var lost unreadable
	switch {
	case errors.Is(err, store.ErrLost):
		s.metrics.scanned("lost", time.Since(s.started))
		s.log.WarnContext(after, "a scan was lost to another worker, or its account was deleted", "error", err)
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		s.metrics.scanned(store.Abandoned, time.Since(s.started))
		s.log.InfoContext(after, "a scan was broken off; it begins anew elsewhere")
		return cmp.Or(s.store.AbandonScan(after, s.account.Num, s.id), error(river.JobSnooze(0)))
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		lost = unreadable(fmt.Sprintf("The account could not be read within %s. Turn off regions that are not in use, or give a scan more time.", s.options.ScanTimeout))
	case errors.As(err, &lost):
	}
	if lost == "" {
		return s.broken(after, err)
	}
	s.metrics.scanned(store.Failed, time.Since(s.started))
	s.log.WarnContext(after, "an account could not be read", "reason", string(lost))
	if err := s.store.FailScan(after, s.account.Num, s.id, string(lost)); err != nil && !errors.Is(err, store.ErrLost) {
		return err
	}
	return cmp.Or(s.schedule(after), error(lost))
}

// broken ends a scan by a fault of our own side. The account is free at once;
// after the job's last attempt it waits for its next turn.
func (s *scan) broken(ctx context.Context, err error) error {
	s.metrics.scanned("error", time.Since(s.started))
	s.log.ErrorContext(ctx, "a scan failed", "error", err)
	err = errors.Join(err, s.store.AbandonScan(ctx, s.account.Num, s.id))
	if s.final {
		err = errors.Join(err, s.schedule(ctx))
	}
	return err
}
