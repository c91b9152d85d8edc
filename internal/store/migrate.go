package store

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"testing/fstest"
	"text/template"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// dialect is what the migrations spell differently.
type dialect struct {
	Postgres  bool
	Serial    string // a number that the database gives
	Bytes     string // text that is sorted by its bytes
	Partition string // of a table by account
	Parts     []int
}

var (
	sqliteDialect   = dialect{Serial: "INTEGER PRIMARY KEY AUTOINCREMENT"}
	postgresDialect = dialect{
		Postgres: true, Serial: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", Bytes: `COLLATE "C"`,
		Partition: " PARTITION BY HASH (account)", Parts: make([]int, partitions),
	}
)

// partitions is the number of parts that PostgreSQL keeps the large tables in.
// One account is in one of them.
const partitions = 32

// migrate brings the tables up to date. Several processes may start at once.
func (s *Store) migrate(ctx context.Context) error {
	d, name := sqliteDialect, goose.DialectSQLite3
	var options []goose.ProviderOption
	if s.pool != nil {
		d, name = postgresDialect, goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := render(d)
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(name, s.db, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	for range attempts {
		if err == nil || s.pool != nil || ctx.Err() != nil {
			break
		}
		// SQLite has no lock across migrations: another process may have made
		// the table between the look and the step.
		time.Sleep(attemptPause)
		_, err = provider.Up(ctx)
	}
	if err != nil {
		return fmt.Errorf("the database could not be brought up to date: %w", err)
	}
	return nil
}

const (
	attempts     = 20
	attemptPause = 100 * time.Millisecond
)

// render writes the migrations as a database spells them.
func render(d dialect) (fs.FS, error) {
	out := fstest.MapFS{}
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		t, err := template.ParseFS(migrations, name)
		if err != nil {
			return nil, err
		}
		var text bytes.Buffer
		if err := t.Execute(&text, d); err != nil {
			return nil, err
		}
		out[name[len("migrations/"):]] = &fstest.MapFile{Data: text.Bytes()}
	}
	return out, nil
}
