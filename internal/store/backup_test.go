package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// TestRestorePrivately: a database that is restored can be read by its owner
// only, also where somebody has put a file or a link in the place of the copy.
func TestRestorePrivately(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("access is not told by the mode of a file")
	}
	c := &clock{at: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	s := open(t, filepath.Join(dir, "surety.db"), c)
	if _, err := s.Organisation(t.Context()); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(dir, "backup.db")
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for name, prepare := range map[string]func(place string) error{
		"nothing": func(string) error { return nil },
		"a file":  func(place string) error { return os.WriteFile(place, nil, 0o666) },
		"a link":  func(place string) error { return os.Symlink(filepath.Join(dir, "elsewhere"), place) },
	} {
		t.Run(name, func(t *testing.T) {
			database := filepath.Join(t.TempDir(), "surety.db")
			if err := prepare(database + ".restoring"); err != nil {
				t.Fatal(err)
			}
			if err := store.Restore(t.Context(), backup, database, false); err != nil {
				t.Fatal(err)
			}
			for _, file := range []string{backup, database} {
				if info, err := os.Lstat(file); err != nil || info.Mode() != 0o600 {
					t.Errorf("%s: %v, %v", filepath.Base(file), info.Mode(), err)
				}
			}
			if _, err := os.Stat(filepath.Join(dir, "elsewhere")); err == nil {
				t.Error("the copy was written where the link leads")
			}
		})
	}
}

// TestExternalIDsEnd: external ids that no longer hold do not stay.
func TestExternalIDsEnd(t *testing.T) {
	c := &clock{at: time.Date(2026, 11, 1, 10, 0, 0, 0, time.UTC)}
	s := open(t, filepath.Join(t.TempDir(), "surety.db"), c)
	for range 3 {
		if _, err := s.AddExternalID(t.Context(), c.at.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(40 * time.Minute)
	}
	db, err := sql.Open("sqlite", store.SQLiteURL(s.File()))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRowContext(context.Background(), "SELECT count(*) FROM external_ids").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d external ids are kept, not the 2 that hold: %v", n, err)
	}
}
