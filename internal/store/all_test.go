package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// TestAllAccounts sums over all accounts, which are many, over all but one, and
// over all when the rows of another are still there.
func TestAllAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		var nums []int64
		for i := range 25 {
			a := addAccount(t, s, fmt.Sprintf("%012d", i+1))
			nums = append(nums, a.Num)
			check := store.Found{Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: "a", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 4, Message: "open"}
			scan(t, s, store.Merge{
				Account: a.Num, Checks: []store.Found{check}, Rules: map[string]string{check.Rule: check.Type},
				Categories: func(string) []string { return []string{"security"} },
			})
			if err := s.AddEvent(ctx, &store.Event{Name: "one", Account: a.Num}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.AddEvent(ctx, &store.Event{Name: "the organisation's"}); err != nil {
			t.Fatal(err)
		}
		hold := func(name string, accounts []int64) {
			t.Helper()
			want := int64(len(accounts))
			sums, err := s.Sums(ctx, accounts, &store.CheckFilter{}, store.PerRule)
			if err != nil || len(sums) != 1 || sums[0].N != want {
				t.Errorf("%s: the sums are %+v, %v", name, sums, err)
			}
			days, err := s.Evolution(ctx, accounts, 0)
			if err != nil || len(days) != 2 || days[0].Totals != want {
				t.Errorf("%s: the scores are %+v, %v", name, days, err)
			}
			for _, organisation := range []bool{false, true} {
				f := store.EventFilter{Accounts: accounts, Organisation: organisation, Cloud: true, Activity: true}
				more := int64(0)
				if organisation {
					more = 1
				}
				if _, n, err := s.Events(ctx, &f, 0, 1); err != nil || n != want+more {
					t.Errorf("%s: there are %d events, %v", name, n, err)
				}
			}
		}
		hold("all", nums)
		hold("all but one", nums[1:])
		hold("two", nums[:2])
		if err := s.DeleteAccount(ctx, nums[3]); err != nil {
			t.Fatal(err)
		}
		hold("all that are not being deleted", append(nums[:3:3], nums[4:]...))
	})
}
