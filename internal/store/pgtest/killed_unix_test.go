//go:build unix

package pgtest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// childVariable tells the test binary that it is the process to be killed.
const childVariable = "SURETY_PGTEST_CHILD"

// TestKilled kills a process that has a cluster, and wants its server and its
// directory to go.
func TestKilled(t *testing.T) {
	if os.Getenv(childVariable) != "" {
		Database(t)
		fmt.Println("cluster:" + shared.sockets)
		select {} // until killed
	}
	_ = Database(t) // skips where there is no PostgreSQL

	child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
	child.Env = append(os.Environ(), childVariable+"=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var directory, said string
	for lines := bufio.NewScanner(out); directory == "" && lines.Scan(); {
		said += lines.Text() + "\n"
		_, directory, _ = strings.Cut(lines.Text(), "cluster:")
	}
	if directory == "" {
		t.Fatalf("the child has no cluster: %v\n%s", child.Wait(), said)
	}
	server := postmaster(t, directory)
	if err := syscall.Kill(server, 0); err != nil {
		t.Fatalf("the server of the child does not run: %v", err)
	}

	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait() // it was killed
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		_, err := os.Stat(directory)
		running := syscall.Kill(server, 0)
		if errors.Is(err, os.ErrNotExist) && errors.Is(running, syscall.ESRCH) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after the death of the test: signal to the server: %v, directory: %v", running, err)
		}
	}
}

// postmaster returns the process id of the server.
func postmaster(t *testing.T, directory string) int {
	t.Helper()
	lines, err := os.ReadFile(filepath.Join(directory, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(lines), "\n")
	id, err := strconv.Atoi(first)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
