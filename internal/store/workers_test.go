package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func TestWorkers(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		living := func(want ...string) {
			t.Helper()
			if got, err := s.Workers(ctx, time.Minute); err != nil || !slices.Equal(got, want) {
				t.Errorf("the living workers are %v, %v; want %v", got, err, want)
			}
		}
		beat := func(ids ...string) {
			t.Helper()
			for _, id := range ids {
				if err := s.Beat(ctx, id, "host"); err != nil {
					t.Fatal(err)
				}
			}
		}
		living()
		beat("one", "two")
		c.at = c.at.Add(50 * time.Second)
		beat("two")
		living("one", "two")
		c.at = c.at.Add(50 * time.Second)
		living("two")
		if err := s.ForgetWorkers(ctx, time.Minute); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Workers(ctx, time.Hour); err != nil || !slices.Equal(got, []string{"two"}) {
			t.Errorf("after the others were forgotten: %v, %v", got, err)
		}
		if err := s.RemoveWorker(ctx, "two"); err != nil {
			t.Fatal(err)
		}
		living()
	})
}

// TestDuty lets one worker do what is to be done once in a while.
func TestDuty(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		take := func(worker, duty string, want bool) {
			t.Helper()
			if got, err := s.TakeDuty(t.Context(), duty, worker, time.Minute); err != nil || got != want {
				t.Errorf("%s takes %s: %v, %v", worker, duty, got, err)
			}
		}
		take("one", "sweep", true)
		take("two", "sweep", false)
		take("one", "sweep", false)
		take("two", "prune", true)
		c.at = c.at.Add(time.Minute)
		take("two", "sweep", true)
		take("one", "sweep", false)
	})
}

// TestLostScans gives back the accounts of dead workers, and no others.
func TestLostScans(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		dead, alive := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		addAccount(t, s, "777788889999") // is not scanned
		lost, err := s.BeginScan(ctx, dead.Num, "one", "schedule", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(50 * time.Second)
		kept, err := s.BeginScan(ctx, alive.Num, "two", "schedule", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := s.EndLostScans(ctx); err != nil || n != 0 {
			t.Errorf("%d scans were given up before their time, %v", n, err)
		}
		c.at = c.at.Add(50 * time.Second)
		if n, err := s.EndLostScans(ctx); err != nil || n != 1 {
			t.Errorf("%d scans were given up, %v", n, err)
		}
		if err := s.RenewScan(ctx, dead.Num, lost, time.Minute); err != store.ErrLost {
			t.Errorf("the lost scan was renewed: %v", err)
		}
		if err := s.RenewScan(ctx, alive.Num, kept, time.Minute); err != nil {
			t.Errorf("the other scan: %v", err)
		}
		if a, err := s.AccountByNum(ctx, dead.Num); err != nil || a.ScanID != "" || !a.ScanStarted.IsZero() {
			t.Errorf("the account is %+v, %v", a, err)
		}
		if scans, err := s.Scans(ctx, dead.Num, 10); err != nil || len(scans) != 1 || scans[0].Outcome != store.Abandoned || scans[0].Finished.IsZero() {
			t.Errorf("its scans are %+v, %v", scans, err)
		}
	})
}
