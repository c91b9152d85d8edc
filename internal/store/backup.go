package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// Backup writes a copy of an SQLite database to a file that is not there yet,
// as it is at one moment, while others go on using it.
func (s *Store) Backup(ctx context.Context, file string) error {
	if s.pool != nil {
		return errors.New("this makes backups of SQLite; of PostgreSQL, pg_dump does")
	}
	if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already; a backup overwrites nothing", file)
	}
	// SQLite would make a file that others can read.
	made, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := made.Close(); err != nil {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "VACUUM INTO $1", file); err != nil {
		return errors.Join(fmt.Errorf("the backup failed: %w", err), os.Remove(file))
	}
	return nil
}

// Restore makes a database of a backup, after a look at whether it is one. The
// database must not be there, unless it may be replaced; it is kept under its
// name with .old then.
func Restore(ctx context.Context, backup, database string, replace bool) error {
	if err := sound(ctx, backup); err != nil {
		return err
	}
	_, err := os.Lstat(database)
	if there := !errors.Is(err, fs.ErrNotExist); there && !replace {
		return fmt.Errorf("%s is there already; stop Surety and give --force to replace it (it is kept as %s.old)", database, database)
	}
	fresh := database + ".restoring"
	// What is left of an earlier attempt.
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := copyFile(backup, fresh); err != nil {
		return errors.Join(err, os.Remove(fresh))
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		// What SQLite has not yet written into the old file stays beside it.
		if err := os.Rename(database+suffix, database+".old"+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return os.Rename(fresh, database)
}

// sound is an error for a file that is no database of Surety, or a damaged one.
func sound(ctx context.Context, file string) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro&immutable=1"}).String())
	if err != nil {
		return err
	}
	defer db.Close()
	var said string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&said); err != nil || said != "ok" {
		return fmt.Errorf("%s is no SQLite database, or a damaged one: %s", file, errors.Join(err, errors.New(said)))
	}
	var n int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name IN ('organisation', 'checks', 'goose_db_version')").Scan(&n); err != nil || n != 3 {
		return fmt.Errorf("%s is an SQLite database, but not one of Surety", file)
	}
	return nil
}

// copyFile makes a file, which only its owner can read.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Sync(), out.Close())
}
