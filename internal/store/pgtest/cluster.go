package pgtest

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// watchdog is the script that owns the server. A process between the test and
// the server, not a signal at the parent's death, because that one follows the
// thread that started the server, exists on Linux only, and leaves the
// directory behind.
//
//go:embed watchdog.sh
var watchdog string

// A cluster is a running PostgreSQL server and its watchdog.
type cluster struct {
	sockets string         // the directory of the socket and the log; holds the data too unless they are kept
	alive   io.WriteCloser // the server runs until this is closed
	ended   <-chan error   // gets one value when watchdog and server have ended

	prepared bool // there is the database that Prepared copies
}

// start makes a cluster and waits until it takes connections.
func start() (*cluster, error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	owner, err := unprivileged()
	if err != nil {
		return nil, err
	}
	sockets, err := os.MkdirTemp(temporary(owner), "pgtest")
	if err != nil {
		return nil, fmt.Errorf("a directory for PostgreSQL: %w", err)
	}
	c := &cluster{sockets: sockets}
	if err := c.begin(bin, owner); err != nil {
		log, _ := os.ReadFile(filepath.Join(sockets, "log")) // absent: there is nothing to add
		_ = os.RemoveAll(sockets)
		return nil, errors.New(strings.TrimSpace(fmt.Sprintf("starting PostgreSQL of %s: %v\n%s", bin, err, log)))
	}
	return c, nil
}

// begin starts the watchdog and waits for the server.
func (c *cluster) begin(bin string, owner *account) error {
	data, settings := filepath.Join(c.sockets, "data"), "fast"
	if kept := os.Getenv(DataVariable); kept != "" {
		settings = "durable"
		var err error
		if data, err = filepath.Abs(kept); err != nil {
			return err
		}
		if err := prepare(data, owner); err != nil {
			return fmt.Errorf("%s: %w", DataVariable, err)
		}
	}
	if err := owner.own(c.sockets); err != nil {
		return err
	}
	script := exec.Command("/bin/sh", "-c", watchdog, "pgtest", bin, data, c.sockets, settings, superuser)
	script.Dir = c.sockets // initdb refuses to run where its user may not look
	script.Env = []string{"PATH=" + bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	script.SysProcAttr = owner.attributes()
	alive, err := script.StdinPipe()
	if err != nil {
		return err
	}
	if err := script.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- script.Wait() }()
	c.alive, c.ended = alive, ended
	return c.ready()
}

// prepare makes the directory of a cluster that is kept. One that holds
// something belongs to somebody and is left as it is.
func prepare(data string, owner *account) error {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	if entries, err := os.ReadDir(data); err != nil || len(entries) > 0 {
		return err
	}
	return owner.own(data)
}

// ready waits until the server takes connections.
func (c *cluster) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.url(maintenance))
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case ended := <-c.ended:
			return fmt.Errorf("it ended at once: %v", ended)
		case <-ctx.Done():
			c.stop()
			return fmt.Errorf("it took no connections within %s: %w", patience, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// stop ends the server and returns when its directory is gone. A server that
// does not end is left to its watchdog.
func (c *cluster) stop() {
	_ = c.alive.Close() // the watchdog's only reader of this is waiting for the end
	select {
	case <-c.ended:
	case <-time.After(patience):
	}
}
