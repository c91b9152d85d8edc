package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

func TestResources(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		one, two := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		seen := []store.Seen{
			{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "b", Name: "Bee", ARN: "arn:aws:s3:::b", Tags: map[string]string{"Team": "Pay"}, Excluded: []string{"S3-002", "S3-001"}, Doc: []byte(`{"a":1}`)},
			{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", Doc: []byte(`{}`)},
			{Type: "AWS::EC2::Instance", Region: "eu-west-1", Resource: "i-1", Tags: map[string]string{"team": "web"}, Doc: []byte(`{}`)},
		}
		scan(t, s, store.Merge{Account: one.Num, Resources: seen, Checks: []store.Found{bucket("b", store.Failure)}})
		scan(t, s, store.Merge{Account: two.Num, Resources: seen[:1]})
		both := []int64{one.Num, two.Num}
		for name, test := range map[string]struct {
			accounts []int64
			filter   store.ResourceFilter
			want     []string
		}{
			"all":       {both, store.ResourceFilter{}, []string{"i-1", "a", "b", "b"}},
			"everyone":  {nil, store.ResourceFilter{}, []string{"i-1", "a", "b", "b"}},
			"nobody":    {[]int64{}, store.ResourceFilter{}, nil},
			"type":      {both, store.ResourceFilter{Types: []string{"AWS::EC2::Instance", "AWS::EC2::VPC"}}, []string{"i-1"}},
			"region":    {both, store.ResourceFilter{Regions: []string{"us-east-1"}}, []string{"a", "b", "b"}},
			"tag":       {both, store.ResourceFilter{Tags: []string{"team"}, TagParts: []string{"pay", "x"}}, []string{"b", "b"}},
			"name":      {both, store.ResourceFilter{Text: "bee"}, []string{"b", "b"}},
			"ARN":       {[]int64{two.Num}, store.ResourceFilter{Text: ":s3:"}, []string{"b"}},
			"excluded":  {both, store.ResourceFilter{Excluded: true}, []string{"b", "b"}},
			"by number": {both, store.ResourceFilter{IDs: []int64{store.ResourceID("AWS::S3::Bucket", "us-east-1", "a"), 1}}, []string{"a"}},
		} {
			t.Run(name, func(t *testing.T) {
				list, err := s.Resources(ctx, test.accounts, &test.filter, store.ResourcePage{Limit: 100})
				if err != nil {
					t.Fatal(err)
				}
				var got, walked []string
				for _, r := range list {
					got = append(got, r.Resource)
				}
				if d := cmp.Diff(test.want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				if n, err := s.CountResources(ctx, test.accounts, &test.filter); err != nil || int(n) != len(test.want) {
					t.Errorf("there are %d: %v", n, err)
				}
				var after *store.ResourceCursor
				for range len(test.want) {
					p, err := s.Resources(ctx, test.accounts, &test.filter, store.ResourcePage{Limit: 1, After: after})
					if err != nil || len(p) != 1 {
						t.Fatalf("a page of %d: %v", len(p), err)
					}
					walked = append(walked, p[0].Resource)
					after = &store.ResourceCursor{Account: p[0].Account, Type: p[0].Type, Region: p[0].Region, Resource: p[0].Resource}
				}
				if d := cmp.Diff(got, walked); d != "" {
					t.Errorf("one by one (-at once +one by one):\n%s", d)
				}
			})
		}
		list, err := s.Resources(ctx, []int64{one.Num}, &store.ResourceFilter{Text: "bee"}, store.ResourcePage{Limit: 1, Documents: true})
		if err != nil || len(list) != 1 || string(list[0].Doc) != `{"a":1}` || list[0].Tags["Team"] != "Pay" || len(list[0].Excluded) != 2 || list[0].Excluded[0] != "S3-001" {
			t.Errorf("the resource is %+v, %v", list, err)
		}
		counts, err := s.CountsOfResources(ctx, list)
		if err != nil || len(counts) != 1 || len(counts[0]) != 1 || counts[0][0].N != 1 || counts[0][0].Status != store.Failure {
			t.Errorf("its checks are %+v, %v", counts, err)
		}
	})
}

// TestCountsOfResources: each resource has the checks of its own account.
func TestCountsOfResources(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := t.Context()
		if counts, err := s.CountsOfResources(ctx, nil); err != nil || len(counts) != 0 {
			t.Errorf("of none: %v, %v", counts, err)
		}
		seen := func(name string) store.Seen {
			return store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: name, Doc: []byte("{}")}
		}
		second := bucket("a", store.Failure)
		second.Rule, second.Risk = "S3-002", 5
		third := second
		third.Rule = "S3-003"
		rules := map[string]string{"S3-001": "AWS::S3::Bucket", "S3-002": "AWS::S3::Bucket", "S3-003": "AWS::S3::Bucket"}
		one, two := addAccount(t, s, "111122223333").Num, addAccount(t, s, "444455556666").Num
		scan(t, s, store.Merge{Account: one, Rules: rules, Checks: []store.Found{bucket("a", store.Failure), second, third}, Resources: []store.Seen{seen("a"), seen("none")}})
		scan(t, s, store.Merge{Account: two, Rules: rules, Checks: []store.Found{bucket("a", store.Success), bucket("b", store.Unknown)}, Resources: []store.Seen{seen("a"), seen("b")}})
		list, err := s.Resources(ctx, []int64{one, two}, &store.ResourceFilter{}, store.ResourcePage{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.CountsOfResources(ctx, list)
		if err != nil {
			t.Fatal(err)
		}
		want := [][]store.Tally{
			{{Account: one, Status: store.Failure, Risk: 5, N: 2}, {Account: one, Status: store.Failure, Risk: 4, N: 1}},
			nil,
			{{Account: two, Status: store.Success, Risk: 4, N: 1}},
			{{Account: two, Status: store.Unknown, Risk: 4, N: 1}},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}
