// Package bot scans accounts on their schedules.
//
// What is due stands in the store, in each account's row; jobs only carry it.
// A process sweeps from time to time: it puts a job into the queue for every
// account that is due and has none. Any worker of any process takes the job,
// takes the account by a lease, reads it, holds it against the rules and merges
// what it found. The lease is the fence: a worker that has lost it, because it
// was taken for dead, cannot merge. The job of a worker that was killed is given
// back when the worker has not been heard of for the length of a lease.
//
// The queue is River, in the tables of the store's PostgreSQL, or in a file of
// SQLite's own beside the store's.
package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/store"
)

// Options say how a bot works. What is zero has a default where one is named.
type Options struct {
	Store   *store.Store
	Library *rule.Library
	Log     *slog.Logger // nil for none
	// Registerer takes the metrics; nil for none.
	Registerer prometheus.Registerer

	// Workers is how many accounts this process scans at a time; with 0 it
	// only puts jobs into the queue.
	Workers int
	// Name is this process's, unlike that of any other; by default it is made
	// of host, process and chance.
	Name string
	// Login gives the identity that assumes the accounts' roles; nil for that
	// of the AWS SDK's environment.
	Login func() aws.Login
	// Read gives what is known of an account in place of AWS; nil for AWS. With
	// it nothing talks to AWS: organisations cannot be imported either. Its
	// errors are for the account's owner, with the remedy.
	Read func(context.Context, *store.Account) (*Reading, error)
	// Thorough makes the calls that take one for each instance or volume, too.
	Thorough bool

	Sweep       time.Duration // between looks at what is due; 30 s
	Lease       time.Duration // after which a silent worker counts as dead; 60 s
	Heartbeat   time.Duration // between signs of life; a quarter of the lease
	ScanTimeout time.Duration // of one scan; 2 hours
	Attempts    int           // of one job; 4
	Backoff     time.Duration // before the second attempt, four times as long before each further; 2 minutes
	ImportEvery time.Duration // between runs of an organisation import; 1 hour
	// Retention is 90 days for scans, 400 for events and for the history of
	// checks where it is the zero value.
	Retention store.Retention

	// Bounds of what is read, for tests.
	services, regions []string
	// poll is how often the queue is looked at; 0 is River's second.
	poll time.Duration
}

const day = 24 * time.Hour

// withDefaults fills in what is zero.
func (o Options) withDefaults() Options {
	if o.Name == "" {
		host, _ := os.Hostname() // a name without it will do
		o.Name = fmt.Sprintf("%.60s-%d-%08x", cmp.Or(host, "host"), os.Getpid(), rand.Uint32())
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Login == nil {
		o.Login = func() aws.Login { return aws.Login{} }
	}
	o.Sweep = cmp.Or(o.Sweep, 30*time.Second)
	o.Lease = cmp.Or(o.Lease, time.Minute)
	o.Heartbeat = cmp.Or(o.Heartbeat, o.Lease/4)
	o.ScanTimeout = cmp.Or(o.ScanTimeout, 2*time.Hour)
	o.Attempts = cmp.Or(o.Attempts, 4)
	o.Backoff = cmp.Or(o.Backoff, 2*time.Minute)
	o.ImportEvery = cmp.Or(o.ImportEvery, time.Hour)
	o.Retention = cmp.Or(o.Retention, store.Retention{Scans: 90 * day, Events: 400 * day, History: 400 * day})
	return o
}

// A Bot puts work into the queue and, when it has workers, does it.
type Bot struct {
	options Options
	store   *store.Store
	log     *slog.Logger
	metrics *metrics
	queue   *queue
	memory  memory

	sweeping, beating *loops
}

// New opens the queue and brings its tables up to date. The caller ends the bot
// with Stop, whether it was started or not.
func New(ctx context.Context, options Options) (*Bot, error) {
	if options.Workers < 0 {
		return nil, fmt.Errorf("the number of workers is %d; it is 0 or more", options.Workers)
	}
	options = options.withDefaults()
	b := &Bot{
		options: options, store: options.Store, log: options.Log.With("worker", options.Name),
		sweeping: &loops{}, beating: &loops{},
	}
	var err error
	if b.queue, err = b.openQueue(ctx); err != nil {
		return nil, fmt.Errorf("the job queue could not be opened: %w", err)
	}
	if b.metrics, err = newMetrics(b, options.Registerer); err != nil {
		return nil, errors.Join(err, b.queue.close())
	}
	return b, nil
}

// Start begins to work, until Stop. Without workers it does nothing.
func (b *Bot) Start(ctx context.Context) error {
	if b.options.Workers == 0 {
		return nil
	}
	// The others have to know of this worker before it has a job.
	if err := b.beat(ctx); err != nil {
		return err
	}
	running := context.WithoutCancel(ctx) // Stop ends it, in its own way
	if err := b.queue.client.Start(running); err != nil {
		return fmt.Errorf("the job queue could not be started: %w", err)
	}
	b.beating.start(running, b.options.Heartbeat, func(ctx context.Context) {
		if err := b.beat(ctx); err != nil && ctx.Err() == nil {
			b.log.WarnContext(ctx, "the sign of life could not be written", "error", err)
		}
	})
	b.sweeping.start(running, b.options.Sweep, b.duties)
	return nil
}

func (b *Bot) beat(ctx context.Context) error {
	host, _ := os.Hostname() // it is for people only
	return b.store.Beat(ctx, b.options.Name, host)
}

// cancelled is how long scans have to give their accounts back once they have
// been told to stop.
const cancelled = 15 * time.Second

// Stop takes no new jobs and lets those at work come to their end. When the
// context ends before, they are broken off: their accounts are given back, and
// the jobs begin anew elsewhere.
func (b *Bot) Stop(ctx context.Context) error {
	b.sweeping.stop()
	var err error
	if b.options.Workers > 0 {
		if b.queue.client.Stop(ctx) != nil {
			hard, end := context.WithTimeout(context.WithoutCancel(ctx), cancelled)
			defer end()
			if err = b.queue.client.StopAndCancel(hard); err != nil {
				err = fmt.Errorf("some jobs did not stop: %w", err)
			}
		}
		b.beating.stop()
		after, end := context.WithTimeout(context.WithoutCancel(ctx), cancelled)
		defer end()
		err = errors.Join(err, b.store.RemoveWorker(after, b.options.Name))
	}
	if b.options.Registerer != nil {
		b.metrics.unregister(b.options.Registerer)
	}
	return errors.Join(err, b.queue.close())
}

// Loops do things at intervals, at once the first time, until they are stopped.
type loops struct {
	running sync.WaitGroup
	cancel  context.CancelFunc
}

func (l *loops) start(ctx context.Context, every time.Duration, do func(context.Context)) {
	ctx, l.cancel = context.WithCancel(ctx)
	l.running.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			do(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
}

func (l *loops) stop() {
	if l.cancel != nil {
		l.cancel()
	}
	l.running.Wait()
}
