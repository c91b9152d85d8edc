// Package store keeps what the server knows: accounts, their resources and
// checks over time, and what users have configured. It is one implementation
// on two databases: SQLite, in a file, and PostgreSQL. Queries are the same;
// what the two spell differently stands in this file, in bulk.go and in the
// migrations.
//
// Secrets (external ids, tokens of channels) are sealed before they are
// written; what is read from the database without the key is of no use.
package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"github.com/surety-cloud/surety/internal/secretbox"
)

// ErrNotFound is the error for a thing that is not there.
var ErrNotFound = errors.New("not found")

// A Store is an open database.
type Store struct {
	db   *sql.DB
	pool *pgxpool.Pool // nil on SQLite
	file string        // of SQLite
	box  *secretbox.Box
	now  func() time.Time
}

// Options say how a database is opened. The zero value will do, but for the
// key.
type Options struct {
	// Key seals secrets.
	Key *secretbox.Box
	// Connections bounds those to PostgreSQL; 0 means 10.
	Connections int
	// Now is the clock; nil means the computer's.
	Now func() time.Time
}

// Open opens a database and brings its tables up to date: a URL of PostgreSQL
// ("postgres://user@host/name"), or the name of a file for SQLite, which is
// made when it is not there.
func Open(ctx context.Context, database string, options Options) (*Store, error) {
	s := &Store{box: options.Key, now: options.Now}
	if s.now == nil {
		s.now = time.Now
	}
	var err error
	if IsPostgres(database) {
		err = s.openPostgres(ctx, database, options.Connections)
	} else {
		err = s.openSQLite(database)
	}
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// IsPostgres tells whether a --database is the URL of a PostgreSQL database
// rather than the name of a file.
func IsPostgres(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://")
}

// CheckName is the error for a --database that names neither kind.
func CheckName(database string) error {
	if !IsPostgres(database) && strings.Contains(database, "://") {
		return fmt.Errorf("the database %q is neither a postgres:// URL nor the name of a file", database)
	}
	return nil
}

func (s *Store) openPostgres(ctx context.Context, database string, connections int) error {
	config, err := pgxpool.ParseConfig(database)
	if err != nil {
		// The error of the parser may hold the password.
		return errors.New("the URL of the PostgreSQL database is not understood; it looks like postgres://user:password@host:5432/surety?sslmode=verify-full")
	}
	if connections == 0 {
		connections = 10
	}
	config.MaxConns = int32(connections)
	// Compiling a query over partitions takes a second, running it a few
	// milliseconds.
	config.ConnConfig.RuntimeParams["jit"] = "off"
	if s.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return err
	}
	if err := s.pool.Ping(ctx); err != nil {
		s.pool.Close()
		return fmt.Errorf("PostgreSQL at %s does not answer: %w", config.ConnConfig.Host, err)
	}
	s.db = stdlib.OpenDBFromPool(s.pool)
	return nil
}

// busy is how long a statement waits for another process or connection that
// writes to the same file of SQLite.
const busy = 60 * time.Second

func (s *Store) openSQLite(file string) error {
	if err := CheckName(file); err != nil {
		return err
	}
	file = strings.TrimPrefix(file, "sqlite:")
	made, err := os.OpenFile(file, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("the database cannot be opened: %w", err)
	}
	if err := made.Close(); err != nil {
		return err
	}
	if s.file, err = filepath.Abs(file); err != nil {
		return err
	}
	if err := withFunctions(); err != nil {
		return err
	}
	if s.db, err = sql.Open("sqlite", SQLiteURL(s.file)); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(8) // one writes, the others read
	s.db.SetMaxIdleConns(8)
	return nil
}

// withFunctions gives SQLite its operator REGEXP, and fold, which is lower for
// all letters; once for the process.
var withFunctions = sync.OnceValue(func() error {
	var last atomic.Pointer[regexp.Regexp]
	match := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		pattern, _ := args[0].(string)
		text, _ := args[1].(string)
		re := last.Load()
		if re == nil || re.String() != pattern {
			var err error
			if re, err = regexp.Compile(pattern); err != nil {
				return nil, err
			}
			last.Store(re)
		}
		return re.MatchString(text), nil
	}
	fold := func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		text, _ := args[0].(string)
		return strings.ToLower(text), nil
	}
	return errors.Join(sqlite.RegisterDeterministicScalarFunction("regexp", 2, match),
		sqlite.RegisterDeterministicScalarFunction("fold", 1, fold))
})

// SQLiteURL names a file to the driver of SQLite as the store uses it: readers
// do not wait for the one that writes (WAL), and a transaction takes the right
// to write at once, so that it cannot find that somebody else has written in
// between.
func SQLiteURL(file string) string {
	query := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()),
			"journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "temp_store(MEMORY)",
		},
		"_txlock": {"immediate"},
	}
	return (&url.URL{Scheme: "file", Path: file, RawQuery: query.Encode()}).String()
}

// Close ends all connections.
func (s *Store) Close() error {
	err := s.db.Close()
	if s.pool != nil {
		s.pool.Close()
	}
	return err
}

// Postgres is the pool of connections, nil on SQLite. It is for the job queue,
// which has its own tables.
func (s *Store) Postgres() *pgxpool.Pool { return s.pool }

// File is SQLite's file; empty on PostgreSQL.
func (s *Store) File() string { return s.file }

// Ping is an error when the database does not answer.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.db.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// A querier is the database or a transaction of it.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// within runs f in a transaction: all of it is kept, or nothing.
func (s *Store) within(ctx context.Context, f func(tx *transaction) error) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(&transaction{Tx: tx, conn: conn, postgres: s.pool != nil}); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// millis is a time as the tables have it; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// when is the time that a column holds.
func when(ms sql.NullInt64) time.Time {
	if !ms.Valid || ms.Int64 == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

// orNull is a time as a column that may be NULL has it.
func orNull(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: millis(t), Valid: !t.IsZero()}
}

// collect reads all rows of a query.
func collect[T any](rows *sql.Rows, err error, scan func(*sql.Rows) (T, error)) ([]T, error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// notFound turns the driver's error for no row into ErrNotFound.
func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return err
}

// changed is ErrNotFound when a statement met no row.
func changed(result sql.Result, err error) error {
	if err != nil {
		return err
	}
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = ErrNotFound
	}
	return err
}
