package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/surety-cloud/surety/internal/demo"
	source "github.com/surety-cloud/surety/internal/source/aws"
)

// read scans the account that cfg leads to, the way surety scan aws does, and
// says what the server did not answer. The time of the reading is written
// beside the recording, for it is played as of then.
func read(ctx context.Context, cfg aws.Config, output string) error {
	now := time.Now().UTC().Truncate(time.Second)
	inv, stats := source.Read(ctx, demo.Options(cfg, now))
	for _, p := range inv.Problems {
		return p
	}
	for _, f := range stats.Failures {
		fmt.Fprintf(os.Stderr, "%s: %s\n", f.Action, f.Reason)
	}
	fmt.Fprintf(os.Stderr, "%d resources read with %d calls\n", stats.Resources, stats.Calls)
	return os.WriteFile(filepath.Join(filepath.Dir(output), "account.time"), []byte(now.Format(time.RFC3339)+"\n"), 0o644)
}
