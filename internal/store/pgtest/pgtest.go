// Package pgtest gives tests a PostgreSQL of their own: a cluster in a
// temporary directory, made from the programs that are installed, that only
// this process reaches and that ends with it, even when it is killed.
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
//	func TestStore(t *testing.T) {
//		store, err := Open(t.Context(), pgtest.Database(t))
//		…
//
// The first test that asks for a database starts the cluster of the process
// (a second or two), each further database takes a few milliseconds. Where
// PostgreSQL is not installed the test is skipped with what to install.
//
// The cluster does not survive a crash of the machine and gains speed from
// that. For figures that mean something, set SURETY_TEST_PGDATA to a directory
// on the disk to measure: the cluster there is made when the directory is
// empty, kept afterwards, writes durably as a real one does, and has more
// shared memory. One process at a time can use it.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// DataVariable names the environment variable with the directory of a durable
// cluster that is kept.
const DataVariable = "SURETY_TEST_PGDATA"

// patience bounds each step that waits for PostgreSQL. It is generous: a
// machine that runs many tests at once is slow, and only a broken one waits so
// long.
const patience = time.Minute

// A process has one cluster, made when the first test asks for a database.
var shared struct {
	sync.Mutex
	begun bool
	*cluster
	err error
}

// Main runs the tests of a package, ends the cluster if a test started it, and
// returns the exit status.
func Main(m *testing.M) int {
	status := m.Run()
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		shared.stop()
	}
	return status
}

// Database returns the URL of a new empty database in the cluster of this
// process. It is dropped when the test ends, whoever is still connected. The
// URL has the form postgres://user@/database?host=/directory/of/the/socket.
func Database(t testing.TB) string {
	t.Helper()
	// template0 takes no connections, so it can be copied at any time.
	return copied(t, clusterOf(t), "template0")
}

// Prepared gives a test a database of its own that is a copy of one that
// prepare has filled, which the first test of the process waits for. It is for
// tables that take longer to make than to copy; all tests of a process give
// the same prepare.
func Prepared(t testing.TB, prepare func(url string) error) string {
	t.Helper()
	c := clusterOf(t)
	shared.Lock()
	if !c.prepared {
		err := c.run("CREATE DATABASE prepared TEMPLATE template0")
		if err == nil {
			err = prepare(c.url("prepared"))
		}
		if err != nil {
			shared.Unlock()
			t.Fatal(err)
		}
		c.prepared = true
	}
	shared.Unlock()
	return copied(t, c, "prepared")
}

// clusterOf is the cluster of the process.
func clusterOf(t testing.TB) *cluster {
	t.Helper()
	shared.Lock()
	if !shared.begun {
		shared.begun = true
		shared.cluster, shared.err = start()
	}
	c, err := shared.cluster, shared.err
	shared.Unlock()
	require(t, err)
	return c
}

// copied makes a database that ends with the test.
func copied(t testing.TB, c *cluster, template string) string {
	t.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	if err := c.run("CREATE DATABASE " + name + " TEMPLATE " + template); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.run("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return c.url(name)
}

// Start starts a cluster for one test and returns the URL of its database
// "postgres", as its superuser, and what ends it. Calling stop is allowed more
// than once, and the end of the test calls it too. Most tests want Database.
func Start(t testing.TB) (url string, stop func()) {
	t.Helper()
	c, err := start()
	require(t, err)
	stop = sync.OnceFunc(c.stop)
	t.Cleanup(stop)
	return c.url(maintenance), stop
}

// require skips the test where PostgreSQL is missing and fails it on any
// other error.
func require(t testing.TB, err error) {
	t.Helper()
	switch {
	case errors.Is(err, errMissing):
		t.Skip(err)
	case err != nil:
		t.Fatal(err)
	}
}

const (
	superuser = "surety"
	// maintenance is the database that every cluster has.
	maintenance = "postgres"
)

// url is the address of a database of the cluster. It names the port because
// a PGPORT in the environment would else choose another socket.
func (c *cluster) url(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(superuser), Path: "/" + database, RawQuery: "host=" + c.sockets + "&port=5432"}
	return u.String()
}

// run executes one statement in the maintenance database.
func (c *cluster) run(statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url(maintenance))
	if err != nil {
		return fmt.Errorf("connecting to the PostgreSQL of the test: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
