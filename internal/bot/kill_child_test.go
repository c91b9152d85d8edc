package bot

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/store"
)

// Variables tell the test binary that it is a worker to be killed.
const (
	childDatabase = "SURETY_BOT_CHILD_DATABASE"
	childKey      = "SURETY_BOT_CHILD_KEY"
)

// hasty are options of a bot that takes others for dead soon, and tries for
// ever.
func hasty(s *store.Store, lib *rule.Library) Options {
	return Options{
		Store: s, Library: lib, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Workers: 2, Attempts: 1000,
		Sweep: 200 * time.Millisecond, Lease: 800 * time.Millisecond, Backoff: 100 * time.Millisecond, poll: 50 * time.Millisecond,
		services: []string{"sqs"}, regions: []string{"us-east-1"},
	}
}

// child works until it is killed, or its standard input ends.
func child() int {
	if err := work(context.Background(), os.Getenv(childDatabase), os.Getenv(childKey)); err != nil {
		fmt.Fprintln(os.Stderr, "the child failed:", err)
		return 1
	}
	return 0
}

func work(ctx context.Context, database, key string) error {
	box, err := secretbox.LoadOrCreate(key)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, database, store.Options{Key: box, Connections: 5})
	if err != nil {
		return err
	}
	defer s.Close()
	lib, err := library()
	if err != nil {
		return err
	}
	b, err := New(ctx, hasty(s, lib))
	if err != nil {
		return err
	}
	if err := b.Start(ctx); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return b.Stop(ctx)
}
