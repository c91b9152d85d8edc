package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		a, b := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		start := c.at
		for i, e := range []store.Event{
			{Name: "one", Account: a.Num, UserID: "u1"},
			{Name: "two", Account: b.Num, Cloud: true, Identity: "deployer", Region: "eu-west-1", Service: "s3"},
			{Name: "three.x"}, {Name: "three_x", Account: a.Num, UserID: "u2"},
		} {
			c.at = start.Add(time.Duration(i) * time.Second)
			if err := s.AddEvent(ctx, &e); err != nil {
				t.Fatal(err)
			}
		}
		both := []int64{a.Num, b.Num}
		for name, test := range map[string]struct {
			f    store.EventFilter
			want []string
		}{
			"all":           {store.EventFilter{Accounts: both, Organisation: true}, []string{"three_x", "three.x", "two", "one"}},
			"no account":    {store.EventFilter{Organisation: true}, []string{"three.x"}},
			"nothing":       {store.EventFilter{}, []string{}},
			"one account":   {store.EventFilter{Accounts: both[:1]}, []string{"three_x", "one"}},
			"a name":        {store.EventFilter{Accounts: both, Organisation: true, Name: "THREE_*"}, []string{"three_x"}},
			"one character": {store.EventFilter{Accounts: both, Organisation: true, Name: "three?x"}, []string{"three_x", "three.x"}},
			"users":         {store.EventFilter{Accounts: both, UserIDs: []string{"u1", "deployer"}}, []string{"one"}},
			"identities":    {store.EventFilter{Accounts: both, Identities: []string{"deployer"}}, []string{"two"}},
			"region":        {store.EventFilter{Accounts: both, Regions: []string{"eu-west-1"}, Services: []string{"s3"}}, []string{"two"}},
			"since":         {store.EventFilter{Accounts: both, Since: start.Add(time.Second)}, []string{"three_x", "two"}},
			"until":         {store.EventFilter{Accounts: both, Until: start.Add(time.Second)}, []string{"two", "one"}},
		} {
			t.Run(name, func(t *testing.T) {
				test.f.Cloud, test.f.Activity = true, true
				page, total, err := s.Events(ctx, &test.f, 0, 10)
				if err != nil {
					t.Fatal(err)
				}
				got := []string{}
				for _, e := range page {
					got = append(got, e.Name)
				}
				if d := cmp.Diff(test.want, got); d != "" || total != int64(len(got)) {
					t.Errorf("%d in all (-want +got):\n%s", total, d)
				}
			})
		}
		page, total, err := s.Events(ctx, &store.EventFilter{Accounts: both, Organisation: true, Activity: true}, 1, 1)
		if err != nil || total != 3 || len(page) != 1 || page[0].Name != "three.x" || !page[0].At.Equal(start.Add(2*time.Second)) {
			t.Errorf("the second page is %+v of %d, %v", page, total, err)
		}
	})
}
