package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// TestRescue has jobs at work whose worker is dead.
func TestRescue(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		a := f.addAccount(number)
		b := f.make()
		die := func(attempt int, began time.Time) {
			t.Helper()
			if _, err := b.queue.db.ExecContext(t.Context(), "UPDATE river_job SET state = 'running', attempt = $1, attempted_at = $2 WHERE state = 'available'",
				attempt, began.UTC().Format("2006-01-02 15:04:05.999")); err != nil {
				t.Fatal(err)
			}
			if err := b.rescue(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		count := func(state string) int {
			t.Helper()
			jobs, err := b.Jobs(t.Context(), state, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(jobs)
		}
		if err := b.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		long := time.Now().Add(-time.Hour)
		if die(1, long); count(store.JobWaiting) != 1 {
			t.Error("the job of a dead worker was not given back")
		}
		if die(b.options.Attempts, long); count(store.JobDead) != 1 || count(store.JobWaiting) != 0 {
			t.Error("a job that has killed every worker is not given up")
		}
		jobs, err := b.Jobs(t.Context(), store.JobDead, 10)
		if err != nil || len(jobs) != 1 || !strings.Contains(jobs[0].Error, "died at work") {
			t.Errorf("the dead jobs are %+v, %v", jobs, err)
		}
		if now := f.account(a); !now.NextScan.After(time.Now()) {
			t.Errorf("the account is due at %v, and would kill the next worker at once", now.NextScan)
		}
		// What has just begun is not touched, whoever has it.
		if err := b.RetryJob(t.Context(), jobs[0].ID); err != nil {
			t.Fatal(err)
		}
		if die(1, time.Now()); count(store.JobRunning) != 1 {
			t.Error("a job that has just begun was taken away")
		}
	})
}

// TestSweep puts what is due into the queue once, those that have waited
// longest first.
func TestSweep(t *testing.T) {
	onBoth(t, func(t *testing.T, f *fixture) {
		first, second := f.addAccount("111122220001"), f.addAccount("111122220002")
		later := f.addAccount("111122220003")
		b := f.make()
		if err := f.store.Scheduled(t.Context(), later.Num, time.Now()); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := b.sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		jobs, err := b.Jobs(t.Context(), store.JobWaiting, 10)
		if err != nil || len(jobs) != 2 || jobs[1].Account != first.Num || jobs[0].Account != second.Num {
			t.Errorf("the waiting jobs are %+v, %v", jobs, err)
		}
	})
}
