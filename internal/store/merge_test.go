package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

// TestMergeOverTime follows one account through scans: what is said of a check
// changes with what the scans find, and with nothing else.
func TestMergeOverTime(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		get := func(name string) store.Check {
			t.Helper()
			check, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", name)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return check
		}
		first := c.at
		got := scan(t, s, store.Merge{Account: a.Num,
			Checks:    []store.Found{bucket("a", store.Failure), bucket("b", store.Success), bucket("c", store.Unknown)},
			Resources: []store.Seen{{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", ARN: "arn:aws:s3:::a", Name: "a", Tags: map[string]string{"Team": "pay"}, Doc: []byte(`{}`)}},
		})
		want := map[string]int64{"created": 3, "failed": 1, "changed": 0, "removed": 0, "stale": 0, "success": 1, "failure": 1, "unknown": 1}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("the first scan (-want +got):\n%s", d)
		}
		check := get("a")
		if check.Status != store.Failure || !check.Discovered.Equal(first) || check.ARN != "arn:aws:s3:::a" || check.Tags["Team"] != "pay" {
			t.Errorf("the failing check is %+v", check)
		}

		// The same again writes nothing.
		c.at = c.at.Add(time.Hour)
		got = scan(t, s, store.Merge{Account: a.Num,
			Checks:    []store.Found{bucket("c", store.Unknown), bucket("b", store.Success), bucket("a", store.Failure)},
			Resources: []store.Seen{{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", ARN: "arn:aws:s3:::a", Name: "a", Tags: map[string]string{"Team": "pay"}, Doc: []byte(`{}`)}},
		})
		if got["created"]+got["changed"]+got["removed"]+got["stale"] != 0 {
			t.Errorf("the same scan again changed %v", got)
		}
		if check := get("a"); !check.Modified.Equal(first) {
			t.Errorf("the check was written at %v", check.Modified)
		}

		// a is resolved, b fails, c goes.
		c.at = c.at.Add(time.Hour)
		turned := c.at
		got = scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Success), bucket("b", store.Failure)}})
		if got["resolved"] != 1 || got["failed"] != 1 || got["removed"] != 1 {
			t.Errorf("the third scan did %v", got)
		}
		if check := get("a"); !check.Resolved.Equal(turned) || check.Status != store.Success || !check.Created.Equal(first) || check.ARN != "" {
			t.Errorf("the resolved check is %+v", check)
		}
		if check := get("b"); !check.Discovered.Equal(turned) || !check.StatusSince.Equal(turned) {
			t.Errorf("the newly failing check is %+v", check)
		}
		if _, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", "c"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the check of a bucket that is gone: %v", err)
		}
		history, err := s.History(ctx, a.Num, get("a").ID)
		if err != nil || len(history) != 1 || history[0].Was != store.Failure || history[0].Status != store.Success {
			t.Errorf("the history of a is %+v, %v", history, err)
		}

		// S3 cannot be read: nothing goes, nothing turns.
		c.at = c.at.Add(time.Hour)
		gap := []store.Gap{{Type: "AWS::S3::Bucket", Region: "global", Reason: "s3:ListBuckets was denied"}}
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Unknown)}, Gaps: gap})
		if check := get("a"); check.Status != store.Success || !check.StaleSince.Equal(c.at) {
			t.Errorf("a that could not be told is %+v", check)
		}
		if check := get("b"); check.Status != store.Failure || check.Reason != "s3:ListBuckets was denied" {
			t.Errorf("b that could not be read is %+v", check)
		}

		// It can again.
		c.at = c.at.Add(time.Hour)
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("a", store.Success), bucket("b", store.Failure)}})
		for _, name := range []string{"a", "b"} {
			if check := get(name); !check.StaleSince.IsZero() || check.Reason != "" {
				t.Errorf("%s is still stale: %+v", name, check)
			}
		}

		// The rule is turned off, though nothing could be read.
		scan(t, s, store.Merge{Account: a.Num, Rules: map[string]string{"EC2-001": "AWS::EC2::SecurityGroup"}, Gaps: gap})
		if counts, err := s.CountChecks(ctx, []int64{a.Num}, &store.CheckFilter{}); err != nil || counts[a.Num] != 0 {
			t.Errorf("the checks of a rule that is off are still there: %v, %v", counts, err)
		}
	})
}

func TestLease(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		first, err := s.BeginScan(ctx, a.Num, "one", "schedule", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.BeginScan(ctx, a.Num, "two", "schedule", time.Minute); !errors.Is(err, store.ErrBusy) {
			t.Errorf("a second worker got %v", err)
		}
		c.at = c.at.Add(50 * time.Second)
		if err := s.RenewScan(ctx, a.Num, first, time.Minute); err != nil {
			t.Error(err)
		}
		c.at = c.at.Add(50 * time.Second)
		if _, err := s.BeginScan(ctx, a.Num, "two", "schedule", time.Minute); !errors.Is(err, store.ErrBusy) {
			t.Errorf("a renewed lease was taken: %v", err)
		}
		c.at = c.at.Add(time.Minute)
		if _, err := s.BeginScan(ctx, a.Num, "two", "schedule", time.Minute); err != nil {
			t.Errorf("a lease that ran out could not be taken: %v", err)
		}
		if err := s.RenewScan(ctx, a.Num, first, time.Minute); !errors.Is(err, store.ErrLost) {
			t.Errorf("the first worker renewed: %v", err)
		}
		if _, err := s.Merge(ctx, &store.Merge{Account: a.Num, ScanID: first, Outcome: store.Complete, Checks: []store.Found{bucket("a", store.Failure)}}); !errors.Is(err, store.ErrLost) {
			t.Errorf("the first worker merged: %v", err)
		}
		if counts, _ := s.CountChecks(ctx, nil, &store.CheckFilter{}); len(counts) != 0 {
			t.Errorf("the lost scan left %v", counts)
		}
		scans, err := s.Scans(ctx, a.Num, 10)
		if err != nil || len(scans) != 2 || scans[0].Outcome != store.Running || scans[1].Outcome != store.Abandoned {
			t.Errorf("the scans are %+v, %v", scans, err)
		}
	})
}
