package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func laptop(name string, status store.Status) store.Pushed {
	return store.Pushed{
		Found: store.Found{Rule: "CUSTOM-001", Service: "EC2", Region: "global", Resource: name, Status: status, Risk: 3, Message: "m", Extra: `{}`},
		Title: "Title " + name, Categories: []string{"security"},
	}
}

// TestPushedOverTime follows a check that a user pushes: it keeps its dates and
// its suppression, and scans leave it alone.
func TestPushedOverTime(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		push := func(want int, list ...store.Pushed) {
			t.Helper()
			if n, err := s.PushChecks(ctx, a.Num, list, "me"); err != nil || n != want {
				t.Fatalf("%d were new, not %d: %v", n, want, err)
			}
		}
		get := func(name string) store.Check {
			t.Helper()
			k, err := s.Check(ctx, a.Num, "CUSTOM-001", "global", name)
			if err != nil {
				t.Fatal(err)
			}
			return k
		}
		first := c.at
		push(1, laptop("x", store.Success), laptop("x", store.Failure)) // the last counts
		if k := get("x"); k.Status != store.Failure || !k.Discovered.Equal(first) || k.Origin != store.ByUser || k.UpdatedBy != "me" || k.Extra != "{}" {
			t.Errorf("the new check is %+v", k)
		}
		check := get("x")
		if err := s.Suppress(ctx, &check, true, time.Time{}, "why", "me"); err != nil {
			t.Fatal(err)
		}
		c.at = c.at.Add(time.Hour)
		push(1, laptop("x", store.Success), laptop("y", store.Failure))
		if k := get("x"); !k.Resolved.Equal(c.at) || !k.StatusSince.Equal(c.at) || !k.Created.Equal(first) || !k.Suppressed {
			t.Errorf("the resolved check is %+v", k)
		}
		history, err := s.History(ctx, a.Num, check.ID)
		if err != nil || len(history) != 1 || history[0].Was != store.Failure || history[0].Status != store.Success {
			t.Errorf("the history is %+v, %v", history, err)
		}
		scan(t, s, store.Merge{Account: a.Num, Checks: []store.Found{bucket("b", store.Failure)}})
		counts, err := s.CountChecks(ctx, nil, &store.CheckFilter{Rules: []string{"CUSTOM-001"}})
		if err != nil || counts[a.Num] != 2 {
			t.Errorf("after a scan there are %v, %v", counts, err)
		}
		rules, err := s.PushedRules(ctx)
		if d := cmp.Diff([]store.PushedRule{{ID: "CUSTOM-001", Title: "Title y", Categories: []string{"security"}}}, rules); d != "" || err != nil {
			t.Errorf("the rules (-want +got):\n%s%v", d, err)
		}
		// A check of a scan is not overwritten.
		if n, err := s.PushChecks(ctx, a.Num, []store.Pushed{{Found: bucket("b", store.Success)}}, "me"); err != nil || n != 0 {
			t.Errorf("%d, %v", n, err)
		}
		if k, err := s.Check(ctx, a.Num, "S3-001", "us-east-1", "b"); err != nil || k.Status != store.Failure || k.Origin != store.ByRule {
			t.Errorf("the scan's check is %+v, %v", k, err)
		}

		check = get("x")
		if err := s.DeleteCheck(ctx, &check); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteCheck(ctx, &check); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the second deletion: %v", err)
		}
		notes, err := s.Notes(ctx, a.Num, check.ID, 10)
		if err != nil || len(notes) != 0 {
			t.Errorf("notes are left: %+v, %v", notes, err)
		}
		consistent(t, s, a.Num, 2)
		if _, err := s.PushChecks(ctx, a.Num+1, []store.Pushed{laptop("x", store.Failure)}, "me"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an account that is not there: %v", err)
		}
	})
}

// consistent holds every table of tallies against the checks themselves.
func consistent(t *testing.T, s *store.Store, account int64, want int64) {
	t.Helper()
	ctx := context.Background()
	list, err := s.ChecksAfter(ctx, []int64{account}, &store.CheckFilter{}, nil, 1000)
	if err != nil || int64(len(list)) != want {
		t.Errorf("there are %d checks, not %d: %v", len(list), want, err)
	}
	type kind struct {
		rule, service, region string
		status                store.Status
		risk                  int
		suppressed, notScored bool
	}
	for name, test := range map[string]struct {
		by   []store.Dimension
		kind func(kind) kind
	}{
		"rule":   {[]store.Dimension{store.PerRule}, func(k kind) kind { k.region = ""; return k }},
		"region": {[]store.Dimension{store.PerRegion}, func(k kind) kind { k.rule, k.service = "", ""; return k }},
		"both":   {[]store.Dimension{store.PerRule, store.PerRegion}, func(k kind) kind { return k }},
		"no":     {nil, func(k kind) kind { k.rule, k.service, k.region = "", "", ""; return k }},
	} {
		counts := map[kind]int64{}
		for _, c := range list {
			counts[test.kind(kind{c.Rule, c.Service, c.Region, c.Status, c.Risk, c.Suppressed, c.NotScored})]++
		}
		tallies, err := s.Sums(ctx, []int64{account}, &store.CheckFilter{}, test.by...)
		if err != nil {
			t.Fatal(err)
		}
		got := map[kind]int64{}
		for _, n := range tallies {
			got[kind{n.Rule, n.Service, n.Region, n.Status, n.Risk, n.Suppressed, n.NotScored}] += n.N
		}
		if d := cmp.Diff(counts, got, cmp.AllowUnexported(kind{})); d != "" {
			t.Errorf("by %s (-checks +tallies):\n%s", name, d)
		}
	}
}
