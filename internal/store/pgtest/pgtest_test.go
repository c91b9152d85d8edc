package pgtest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

func TestMain(m *testing.M) {
	_ = os.Unsetenv(DataVariable) // these tests know which cluster they want
	os.Exit(Main(m))
}

// connect opens a connection that ends with the test.
func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(t.Context()) })
	return conn
}

// value returns the one value that a query answers with.
func value[T any](t *testing.T, conn *pgx.Conn, query string) T {
	t.Helper()
	var got T
	if err := conn.QueryRow(t.Context(), query).Scan(&got); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return got
}

func execute(t *testing.T, conn *pgx.Conn, statement string) {
	t.Helper()
	if _, err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

func TestDatabasesAreIndependent(t *testing.T) {
	first, second := connect(t, Database(t)), connect(t, Database(t))
	const tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
	execute(t, first, "CREATE TABLE a (b int)")
	if got := value[int](t, first, tables); got != 1 {
		t.Errorf("the first database has %d tables, want 1", got)
	}
	if got := value[int](t, second, tables); got != 0 {
		t.Errorf("a new database has %d tables, want none", got)
	}
	const data = "SHOW data_directory"
	if a, b := value[string](t, first, data), value[string](t, second, data); a != b {
		t.Errorf("two databases of one process are in two clusters, %s and %s", a, b)
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	const databases = "SELECT count(*) FROM pg_database WHERE datname LIKE 'test_%'"
	conn := connect(t, Database(t))
	before := value[int](t, conn, databases)
	t.Run("using one", func(t *testing.T) {
		url := Database(t)
		// A connection that nobody closes keeps nothing.
		if _, err := pgx.Connect(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		if got := value[int](t, conn, databases); got != before+1 {
			t.Errorf("%d databases, want %d", got, before+1)
		}
	})
	if got := value[int](t, conn, databases); got != before {
		t.Errorf("after the test there are %d databases, want %d", got, before)
	}
}

func TestSettings(t *testing.T) {
	conn := connect(t, Database(t))
	for _, test := range []struct{ name, want string }{
		{"listen_addresses", ""},
		{"fsync", "off"},
		{"autovacuum", "on"},
		{"server_encoding", "UTF8"},
		{"lc_collate", "C.UTF-8"},
		{"TimeZone", "UTC"},
	} {
		// PostgreSQL 16 and newer tell a database's collation in pg_database only.
		query := "SHOW " + test.name
		if test.name == "lc_collate" {
			query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
		}
		if got := value[string](t, conn, query); got != test.want {
			t.Errorf("%s is %q, want %q", test.name, got, test.want)
		}
	}
}

func TestStart(t *testing.T) {
	for range 2 { // a second one works, beside that of the process too
		_ = Database(t)
		url, stop := Start(t)
		conn := connect(t, url)
		data := value[string](t, conn, "SHOW data_directory")
		if _, err := os.Stat(data); err != nil {
			t.Error(err)
		}
		stop()
		stop()
		if err := conn.Ping(t.Context()); err == nil {
			t.Error("the server runs after stop")
		}
		if _, err := os.Stat(filepath.Dir(data)); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is there after stop: %v", filepath.Dir(data), err)
		}
	}
}

func TestKeptCluster(t *testing.T) {
	data := filepath.Join(temporary(nil), "pgtest-kept-"+strings.ToLower(filepath.Base(t.TempDir())+t.Name()))
	t.Cleanup(func() { _ = os.RemoveAll(data) })
	t.Setenv(DataVariable, data)

	url, stop := Start(t)
	conn := connect(t, url)
	if got := value[string](t, conn, "SHOW fsync"); got != "on" {
		t.Errorf("fsync is %s in a cluster that is kept", got)
	}
	execute(t, conn, "CREATE TABLE kept AS SELECT 42 AS answer")
	stop()

	url, stop = Start(t)
	if got := value[int](t, connect(t, url), "SELECT answer FROM kept"); got != 42 {
		t.Errorf("the answer kept is %d", got)
	}
	stop()
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		t.Errorf("the cluster is not kept: %v", err)
	}
}

// TestCannotStart wants the server's own words in the error.
func TestCannotStart(t *testing.T) {
	if _, err := binaries(); err != nil {
		t.Skip(err)
	}
	data := t.TempDir()
	if err := os.WriteFile(filepath.Join(data, "precious"), []byte("data"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(DataVariable, data)
	c, err := start()
	if err == nil {
		c.stop()
		t.Fatal("a directory that holds something else became a cluster")
	}
	if !strings.Contains(err.Error(), "initdb: error") {
		t.Errorf("the error does not say what initdb said: %v", err)
	}
}

func TestNewest(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9.6", "13", "17", "9", "later"} {
		directory := filepath.Join(root, version, "bin")
		if err := os.MkdirAll(directory, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(directory, "postgres"), nil, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(root, "18", "bin"), 0o755); err != nil { // removed, but for its directory
		t.Fatal(err)
	}
	if got, want := newest(root), filepath.Join(root, "17", "bin"); got != want {
		t.Errorf("newest is %q, want %q", got, want)
	}
	if got := newest(filepath.Join(root, "none")); got != "" {
		t.Errorf("newest of nothing is %q", got)
	}
}

// TestMissing runs a test of this package where no PostgreSQL is found.
func TestMissing(t *testing.T) {
	if newest("/usr/lib/postgresql") != "" {
		t.Setenv("PATH", t.TempDir())
		if _, err := binaries(); err != nil {
			t.Errorf("Debian's packages are not found without PATH: %v", err)
		}
		return
	}
	command := exec.Command(os.Args[0], "-test.run=^TestDatabasesAreIndependent$", "-test.v")
	command.Env = []string{"PATH=" + t.TempDir()}
	out, err := command.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "apt-get install postgresql") {
		t.Errorf("%v: %s", err, out)
	}
}
