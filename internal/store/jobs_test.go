package store_test

import (
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// TestPrune removes what is older than it is kept for.
func TestPrune(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		a := addAccount(t, s, "111122223333")
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Failure)}})
		c.at = c.at.Add(time.Hour)
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Success)}})
		if err := s.AddEvent(ctx, &store.Event{Name: "account.updated", Account: a.Num}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.BeginScan(ctx, a.Num, "one", "schedule", time.Minute); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(100 * 24 * time.Hour)
		day := 24 * time.Hour
		for _, step := range []struct {
			kept store.Retention
			want int64
		}{
			{store.Retention{}, 0},
			{store.Retention{Scans: 101 * day, Events: 101 * day, History: 101 * day}, 0},
			{store.Retention{Scans: 90 * day}, 2}, // not the one at work
			{store.Retention{Events: 90 * day}, 1},
			{store.Retention{History: 90 * day}, 1},
			{store.Retention{Scans: day, Events: day, History: day}, 0},
		} {
			if n, err := s.Prune(ctx, step.kept); err != nil || n != step.want {
				t.Errorf("%+v removes %d rows, %v; want %d", step.kept, n, err, step.want)
			}
		}
		if check, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", "a"); err != nil || check.Resolved.IsZero() {
			t.Errorf("the check is %+v, %v", check, err)
		}
	})
}

func TestFailingAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		a := addAccount(t, s, "111122223333")
		addAccount(t, s, "444455556666")
		count := func(want int64) {
			t.Helper()
			if n, err := s.FailingAccounts(ctx); err != nil || n != want {
				t.Errorf("%d accounts fail, %v; want %d", n, err, want)
			}
		}
		count(0)
		id, err := s.BeginScan(ctx, a.Num, "one", "schedule", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.FailScan(ctx, a.Num, id, "the role cannot be assumed"); err != nil {
			t.Fatal(err)
		}
		count(1)
		scan(t, s, store.Merge{Account: a.Num})
		count(0)
	})
}
