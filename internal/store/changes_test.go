package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// turned is what Turned tells, as text: the numbers by risk, and the checks.
func turned(t *testing.T, s *store.Store, accounts []int64, turn store.Turn, since time.Time, limit int) string {
	t.Helper()
	got, err := s.Turned(t.Context(), accounts, turn, since, limit)
	if err != nil {
		t.Fatal(err)
	}
	words := []string{fmt.Sprint(got.Total)}
	for risk := 5; risk >= 1; risk-- {
		if n, ok := got.Risks[risk]; ok {
			words = append(words, fmt.Sprintf("%d:%d", risk, n))
		}
	}
	for _, c := range got.Checks {
		words = append(words, c.Resource+"@"+c.At.Format("15:04"))
	}
	return strings.Join(words, " ")
}

func TestTurned(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		a, other := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		both := []int64{a.Num, other.Num}
		of := func(risk int, name string, status store.Status) store.Found {
			f := bucket(name, status)
			f.Risk = risk
			return f
		}
		informing := of(5, "informing", store.Failure)
		informing.NotScored = true
		// What the checks are before the time, and after the scans within it.
		states := map[string][3]store.Status{
			"always":   {store.Failure, store.Failure, store.Failure},
			"never":    {store.Success, store.Success, store.Success},
			"fails":    {store.Success, store.Failure, store.Failure},
			"later":    {store.Success, store.Success, store.Failure},
			"resolved": {store.Failure, store.Failure, store.Success},
			"blinked":  {store.Success, store.Failure, store.Success},
			"flapped":  {store.Failure, store.Success, store.Failure},
			"untold":   {store.Unknown, store.Failure, store.Failure},
			"told":     {store.Unknown, store.Unknown, store.Success},
			"new":      {0, store.Failure, store.Failure},
			"newGood":  {0, store.Success, store.Success},
			"brief":    {0, store.Failure, store.Success},
			"late":     {0, store.Success, store.Failure},
			"gone":     {store.Failure, store.Failure, 0},
		}
		for step := range 3 {
			found := []store.Found{informing}
			for name, status := range states {
				if status[step] != 0 {
					found = append(found, of(4, name, status[step]))
				}
			}
			slices.SortFunc(found, func(a, b store.Found) int { return cmp.Compare(a.Resource, b.Resource) })
			scan(t, s, store.Merge{Account: a.Num, Checks: found})
			c.at = c.at.Add(time.Hour)
		}
		since := time.Date(2026, 11, 1, 10, 30, 0, 0, time.UTC)
		for _, test := range []struct {
			turn     store.Turn
			since    time.Time
			limit    int
			want     string
			accounts []int64
		}{
			// Of one moment the order is that of the ids, which are hashes.
			{store.BeganToFail, since, 2, "5 4:5 late@12:00 later@12:00", both},
			{store.StoppedFailing, since, 10, "1 4:1 resolved@12:00", both},
			{store.BeganToFail, since.Add(time.Hour), 10, "3 4:3 late@12:00 later@12:00 flapped@12:00", both},
			{store.StoppedFailing, since.Add(time.Hour), 10, "3 4:3 blinked@12:00 brief@12:00 resolved@12:00", both},
			{store.BeganToFail, since.Add(2 * time.Hour), 10, "0", both},
			{store.StoppedFailing, since.Add(-24 * time.Hour), 10, "0", both},
			{store.BeganToFail, since, 10, "0", []int64{other.Num}},
			{store.BeganToFail, since, 10, "0", []int64{}},
		} {
			got := turned(t, s, test.accounts, test.turn, test.since, test.limit)
			if sorted(got) != sorted(test.want) {
				t.Errorf("since %s: %v is %q, not %q", test.since.Format("15:04"), test.turn, got, test.want)
			}
		}
		// A time that begins before there was anything: all that fails began to.
		if got := turned(t, s, nil, store.BeganToFail, since.Add(-24*time.Hour), 1); !strings.HasPrefix(got, "7 4:7 ") {
			t.Errorf("since the day before: %q", got)
		}

		// A suppressed check is out, in the other account the same names count.
		k, err := s.Check(t.Context(), a.Num, "S3-001", "us-east-1", "late")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Suppress(t.Context(), &k, true, time.Time{}, "", "u"); err != nil {
			t.Fatal(err)
		}
		scan(t, s, store.Merge{Account: other.Num, Checks: []store.Found{of(5, "worst", store.Failure), of(4, "late", store.Failure), of(1, "least", store.Failure)}})
		if got, want := turned(t, s, both, store.BeganToFail, since, 3), "7 5:1 4:5 1:1 worst@13:00 late@13:00 later@12:00"; got != want {
			t.Errorf("of both accounts: %q, not %q", got, want)
		}
	})
}

// sorted puts words in an order.
func sorted(text string) string {
	words := strings.Fields(text)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// TestTurnedPushed: checks that users push turn, too.
func TestTurnedPushed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		a := addAccount(t, s, "111122223333")
		push := func(status store.Status) {
			t.Helper()
			f := bucket("x", status)
			f.Rule = "CUSTOM-1"
			if _, err := s.PushChecks(t.Context(), a.Num, []store.Pushed{{Found: f, Title: "t", Categories: []string{"security"}}}, "u"); err != nil {
				t.Fatal(err)
			}
			c.at = c.at.Add(time.Hour)
		}
		push(store.Failure)
		since := c.at
		push(store.Success)
		if got := turned(t, s, nil, store.StoppedFailing, since, 10); got != "1 4:1 x@11:00" {
			t.Errorf("resolved: %q", got)
		}
		push(store.Failure)
		if got := turned(t, s, nil, store.BeganToFail, since, 10) + turned(t, s, nil, store.StoppedFailing, since, 10); got != "00" {
			t.Errorf("there and back: %q", got)
		}
		if got := turned(t, s, nil, store.BeganToFail, since.Add(time.Hour), 10); got != "1 4:1 x@12:00" {
			t.Errorf("failing again: %q", got)
		}
	})
}

// TestTurnedOrder: the newest of many accounts come first, however few of each
// are looked at.
func TestTurnedOrder(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		since := c.at
		var want []string
		for i := range 6 {
			a := addAccount(t, s, fmt.Sprintf("%012d", i+1))
			for step := range 2 {
				var found []store.Found
				for k := range step + 1 {
					found = append(found, bucket(fmt.Sprintf("b%d-%d", i, k), store.Failure))
				}
				scan(t, s, store.Merge{Account: a.Num, Checks: found})
				want = append(want, fmt.Sprintf("b%d-%d@%s", i, step, c.at.Format("15:04")))
				c.at = c.at.Add(10 * time.Minute)
			}
		}
		slices.Reverse(want)
		for _, limit := range []int{1, 5, 12, 100} {
			if got, want := turned(t, s, nil, store.BeganToFail, since, limit), "12 4:12 "+strings.Join(want[:min(limit, 12)], " "); got != want {
				t.Errorf("%d of them: %q, not %q", limit, got, want)
			}
		}
	})
}
