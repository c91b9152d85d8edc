package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// TestWorstOfManyAccounts pages through accounts with a different number of
// checks each, of which some are asked together: every check comes once, by risk
// and then in the order of the accounts.
func TestWorstOfManyAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		var nums []int64
		var want []string
		rules := map[string]string{"S3-001": "AWS::S3::Bucket", "S3-016": "AWS::S3::Bucket"}
		for account, n := range []int{3, 1, 1, 0, 2, 1, 6, 1} {
			a := addAccount(t, s, fmt.Sprintf("%012d", account+1))
			nums = append(nums, a.Num)
			var checks []store.Found
			for i := range n {
				checks = append(checks, store.Found{
					Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: fmt.Sprintf("%d-%d", account, i), Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 4, Message: "open",
				})
				want = append(want, fmt.Sprint(account))
			}
			checks = append(checks, store.Found{
				Rule: "S3-016", Service: "S3", Region: "us-east-1", Resource: "low", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 1, Message: "not logged",
			})
			scan(t, s, store.Merge{Account: a.Num, Checks: checks, Rules: rules})
		}
		f := &store.CheckFilter{Rules: []string{"S3-001", "S3-016"}, Pushed: &store.PushedFilter{None: true}}
		for range nums {
			want = append(want, "low")
		}
		for _, limit := range []int64{1, 2, 3, 5, 100} {
			var got []string
			seen := map[string]bool{}
			var after *store.WorstCursor
			for range 100 {
				page, err := s.WorstAfter(ctx, nums, f, after, limit)
				if err != nil {
					t.Fatal(err)
				}
				if int64(len(page)) > limit {
					t.Fatalf("a page of %d has %d checks", limit, len(page))
				}
				for _, k := range page {
					name, _, _ := strings.Cut(k.Resource, "-")
					got = append(got, name)
					seen[fmt.Sprint(k.Account, k.Resource)] = true
					after = &store.WorstCursor{Cursor: store.Cursor{Account: k.Account, Rule: k.Rule, ID: k.ID}, Status: k.Status, Risk: k.Risk}
				}
				if int64(len(page)) < limit {
					break
				}
			}
			if strings.Join(got, " ") != strings.Join(want, " ") || len(seen) != len(want) {
				t.Errorf("by pages of %d the checks are of %v, not %v", limit, got, want)
			}
		}
	})
}
