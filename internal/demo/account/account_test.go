package account

import (
	"context"
	"errors"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

var update = flag.Bool("update", false, "write testdata/counts.txt anew")

// serve starts a server for a test and prints what it complained of when the
// test failed.
func serve(ctx context.Context, t *testing.T) *Server {
	t.Helper()
	server, err := Serve(ctx)
	if errors.Is(err, awstest.ErrNoServer) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Stop(); err != nil {
			t.Error(err)
		}
		if log := server.Log(); t.Failed() {
			t.Log(log[max(0, len(log)-3000):])
		}
	})
	return server
}

// TestBuild builds the account and counts what it has, region by region.
func TestBuild(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	server := serve(ctx, t)
	start := time.Now()
	if err := Build(ctx, server.Config()); err != nil {
		t.Fatal(err)
	}
	t.Logf("built in %v", time.Since(start).Round(time.Millisecond))

	got := counted(ctx, t, awstest.PlainHost(server.Config()))
	const golden = "testdata/counts.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("resources by type (-want +got), -update writes them anew:\n%s", diff)
	}
}
