package bot

import (
	"context"
	"database/sql"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/surety-cloud/surety/internal/store"
)

// A queue is River on one of the two databases.
type queue struct {
	client  client
	db      *sql.DB // that River's tables are in
	dialect dialect
}

// A client is what is used of River's clients. There are two, of two types,
// for the transactions of the databases have two.
type client interface {
	Start(context.Context) error
	Stop(context.Context) error
	StopAndCancel(context.Context) error
	Insert(context.Context, river.JobArgs, *river.InsertOpts) (*rivertype.JobInsertResult, error)
	InsertMany(context.Context, []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobGet(context.Context, int64) (*rivertype.JobRow, error)
	JobList(context.Context, *river.JobListParams) (*river.JobListResult, error)
	JobRetry(context.Context, int64) (*rivertype.JobRow, error)
	JobDelete(context.Context, int64) (*rivertype.JobRow, error)
}

// A dialect is what the two databases spell differently of our own queries on
// River's table.
type dialect struct {
	discard string // a running job ($1, of attempt $2) with an error ($3)
}

var (
	postgresDialect = dialect{discard: `UPDATE river_job SET state = 'discarded', finalized_at = now(), errors = array_append(errors, $3::jsonb)
		WHERE id = $1 AND state = 'running' AND attempt = $2`}
	sqliteDialect = dialect{discard: `UPDATE river_job SET state = 'discarded', finalized_at = datetime('now', 'subsec'),
		errors = json_insert(coalesce(errors, json('[]')), '$[#]', json($3)) WHERE id = $1 AND state = 'running' AND attempt = $2`}
)

// The queues that jobs are in: no number of scans keeps other work waiting.
const (
	scans  = "scans"
	chores = "chores"
)

// choresAtATime bounds the chores that one process does at a time.
const choresAtATime = 2

// openQueue opens the queue of the store's database.
func (b *Bot) openQueue(ctx context.Context) (*queue, error) {
	workers, err := b.workers()
	if err != nil {
		return nil, err
	}
	config := &river.Config{
		ID: b.options.Name, Logger: slog.New(quiet{b.log.Handler()}), Workers: workers, FetchPollInterval: b.options.poll, FetchCooldown: b.options.poll,
		MaxAttempts: b.options.Attempts, RetryPolicy: backoff(b.options.Backoff), JobTimeout: b.options.ScanTimeout,
		// What has succeeded is told by the scans; what has failed for good is
		// for people to see.
		CompletedJobRetentionPeriod: time.Hour, DiscardedJobRetentionPeriod: 30 * day,
	}
	if b.options.Workers > 0 {
		config.Queues = map[string]river.QueueConfig{scans: {MaxWorkers: b.options.Workers}, chores: {MaxWorkers: choresAtATime}}
	}
	if pool := b.store.Postgres(); pool != nil {
		return newQueue(ctx, riverpgxv5.New(pool), config, stdlib.OpenDBFromPool(pool), postgresDialect)
	}
	// Beside the store's file, so that a long merge does not hold up the queue.
	name := b.store.File() + "-jobs"
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", store.SQLiteURL(name))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // as the driver asks for
	return newQueue(ctx, riversqlite.New(db), config, db, sqliteDialect)
}

func newQueue[T any](ctx context.Context, driver riverdriver.Driver[T], config *river.Config, db *sql.DB, d dialect) (*queue, error) {
	q := &queue{db: db, dialect: d}
	err := migrate(ctx, driver, config.Logger)
	if err == nil {
		q.client, err = river.NewClient(driver, config)
	}
	if err != nil {
		db.Close() //nolint:errcheck // there is an error to tell already
		return nil, err
	}
	return q, nil
}

// close ends the connections to the queue's database; those to PostgreSQL are
// the store's.
func (q *queue) close() error { return q.db.Close() }

// migrate brings River's tables up to date. Several processes may start at
// once: whoever comes second fails on what the first has just made, and finds
// it made the next time.
func migrate[T any](ctx context.Context, driver riverdriver.Driver[T], log *slog.Logger) error {
	const attempts = 30
	for attempt := 1; ; attempt++ {
		migrator, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: log})
		if err != nil {
			return err
		}
		_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		if err == nil || attempt == attempts || ctx.Err() != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(50*time.Millisecond + rand.N(100*time.Millisecond)):
		}
	}
}

// A backoff says when a job that failed is tried again: after this time, after
// four times as long, and so on, an hour at most, give or take a fifth, so that
// what failed together does not come back together.
type backoff time.Duration

// NextRetry is what River asks.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	pause := time.Duration(b)
	for range len(job.Errors) {
		pause = min(pause*4, time.Hour)
	}
	return time.Now().Add(pause*4/5 + rand.N(pause*2/5+1))
}

// quiet passes on of River's log what went wrong, and not that it starts and
// stops.
type quiet struct{ slog.Handler }

// Enabled leaves out what is only information.
func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}

// WithAttrs keeps it quiet.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }

// WithGroup keeps it quiet.
func (q quiet) WithGroup(name string) slog.Handler { return quiet{q.Handler.WithGroup(name)} }

// live are the states of a job that keep a second one of the same out.
var live = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}

// once lets no two jobs with the same arguments live at a time.
func once(queue string, priority int) *river.InsertOpts {
	return &river.InsertOpts{Queue: queue, Priority: priority, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: live}}
}

// give makes a running job available again that nobody works on, in its old
// place in the queue.
func (q *queue) give(ctx context.Context, job *rivertype.JobRow) error {
	_, err := q.db.ExecContext(ctx, "UPDATE river_job SET state = 'available' WHERE id = $1 AND state = 'running' AND attempt = $2", job.ID, job.Attempt)
	return err
}

// hurry has a waiting job done next. A scan that was waiting for the schedule
// is one that a user asked for from then on.
func (q *queue) hurry(ctx context.Context, job *rivertype.JobRow) error {
	text := job.EncodedArgs
	if args, ok := argsOf[scanArgs](job); ok {
		args.Reason = byHand
		var err error
		if text, err = json.Marshal(args); err != nil {
			return err
		}
	}
	if _, err := q.db.ExecContext(ctx, "UPDATE river_job SET priority = $1, args = $2 WHERE id = $3 AND state IN ('available', 'scheduled', 'retryable')",
		urgent, string(text), job.ID); err != nil {
		return err
	}
	_, err := q.client.JobRetry(ctx, job.ID)
	return err
}

// forget removes the dead jobs whose place a job has taken: of what fails again
// and again, the last failure is of interest.
func (q *queue) forget(ctx context.Context, id int64) error {
	_, err := q.db.ExecContext(ctx, `DELETE FROM river_job WHERE state = 'discarded' AND id <> $1
		AND unique_key = (SELECT unique_key FROM river_job WHERE id = $1)`, id)
	return err
}

// lengths counts the jobs by state, in the words of the store.
func (q *queue) lengths(ctx context.Context) (map[string]int64, error) {
	rows, err := q.db.QueryContext(ctx, "SELECT CAST(state AS TEXT), count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled') GROUP BY state")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lengths := map[string]int64{}
	for _, state := range store.JobStates {
		lengths[state] = 0
	}
	for rows.Next() {
		var (
			state string
			n     int64
		)
		if err := rows.Scan(&state, &n); err != nil {
			return nil, err
		}
		lengths[stateOf(rivertype.JobState(state))] += n
	}
	return lengths, rows.Err()
}
