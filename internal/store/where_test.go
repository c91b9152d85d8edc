package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// TestManyValues: every list of a filter may have as many values as the API
// takes, all at once, and means the same as with few. A database has bounds of
// its own for places in a statement, and for conditions that nest.
func TestManyValues(t *testing.T) {
	many := func(values ...string) []string {
		for i := range 5000 {
			values = append(values, fmt.Sprintf("other-%d", i))
		}
		return values
	}
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		scan(t, s, store.Merge{
			Account: a.Num, Checks: []store.Found{bucket("apple", store.Failure), bucket("pear", store.Success)},
			Resources: []store.Seen{
				{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "apple", Tags: map[string]string{"team": "pay%"}, Doc: []byte(`{}`)},
				{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "pear", Tags: map[string]string{"team": "pays"}, Doc: []byte(`{}`)},
			},
		})
		if err := s.AddEvent(ctx, &store.Event{Name: "x", Account: a.Num, UserID: "u1", Service: "S3", Region: "us-east-1"}); err != nil {
			t.Fatal(err)
		}
		accounts := []int64{a.Num}
		for i := range int64(5000) {
			accounts = append(accounts, 1_000_000+i)
		}
		checks := &store.CheckFilter{
			Rules: many("S3-001"), Services: many("S3"), Regions: many("us-east-1"), Tags: many("team::pay%"), TagParts: many("PAY%", "pay%"),
			Text: "a", TextRules: many("S3-001"), Pushed: &store.PushedFilter{Rules: many(), Categories: many()},
		}
		page, total, err := s.PageChecks(ctx, accounts[:2], checks, 0, 10)
		if err != nil || total != 1 || len(page) != 1 || page[0].Resource != "apple" {
			t.Errorf("the checks are %v of %d: %v", page, total, err)
		}
		if n, err := s.SuppressAll(ctx, a.Num, checks, &store.Suppression{Suppressed: true, By: "me"}, false); err != nil || n != 1 {
			t.Errorf("%d checks were suppressed: %v", n, err)
		}
		if sums, err := s.Sums(ctx, accounts, &store.CheckFilter{Rules: checks.Rules}, store.PerAccount); err != nil || len(sums) != 2 {
			t.Errorf("the sums are %v: %v", sums, err)
		}
		resources := &store.ResourceFilter{Types: many("AWS::S3::Bucket"), Regions: checks.Regions, Tags: checks.Tags, TagParts: checks.TagParts}
		if n, err := s.CountResources(ctx, accounts[:2], resources); err != nil || n != 1 {
			t.Errorf("there are %d resources: %v", n, err)
		}
		events := &store.EventFilter{Accounts: accounts, Activity: true, Regions: checks.Regions, Services: checks.Services, UserIDs: many("u1")}
		for len(events.UserIDs) < 40_000 {
			events.UserIDs = append(events.UserIDs, events.UserIDs...)
		}
		if _, n, err := s.Events(ctx, events, 0, 10); err != nil || n != 1 {
			t.Errorf("there are %d events: %v", n, err)
		}
		if seen, err := s.Recipients(ctx, a.Num, events.UserIDs); err != nil || len(seen) != 0 {
			t.Errorf("the recipients are %v: %v", seen, err)
		}
	})
}
