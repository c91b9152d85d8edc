package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/customrule"
	"github.com/surety-cloud/surety/internal/store"
)

const versioning = `{"more":1,"name":"Versioning","description":"d","service":"S3","resourceType":"s3-bucket","severity":"HIGH","enabled":true,"provider":"aws",
	"categories":["security"],"attributes":[{"name":"v","path":"data.V","required":true}],
	"rules":[{"conditions":{"all":[{"fact":"v","operator":"equal","value":"12"}]},"event":{"type":"off"}}]}`

func TestCustomRules(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		parsed, err := customrule.Parse([]byte(versioning))
		if err != nil {
			t.Fatal(err)
		}
		made, err := s.AddCustomRule(ctx, parsed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.CustomRule(ctx, made.ID)
		if err != nil {
			t.Fatal(err)
		}
		first, _ := json.Marshal(parsed)
		second, _ := json.Marshal(got.Rule)
		if d := cmp.Diff(string(first), string(second)); d != "" {
			t.Errorf("the rule comes back changed (-sent +got):\n%s", d)
		}
		c.at = c.at.Add(time.Second)
		if err := s.SetCustomRule(ctx, made.ID, parsed); err != nil {
			t.Fatal(err)
		}
		if err := s.SetCustomRule(ctx, "CUSTOM-000000", parsed); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a rule that is not there: %v", err)
		}
		if list, err := s.CustomRules(ctx); err != nil || len(list) != 1 || !list[0].Modified.Equal(c.at) {
			t.Errorf("the rules are %+v, %v", list, err)
		}

		// Its checks go with it, and nothing else.
		a, b := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		for _, account := range []*store.Account{a, b} {
			own := bucket("a", store.Failure)
			own.Rule, own.Origin = made.ID, store.ByCustomRule
			scan(t, s, store.Merge{Account: account.Num, Checks: []store.Found{bucket("a", store.Failure), own}, Rules: map[string]string{"S3-001": "AWS::S3::Bucket", made.ID: "AWS::S3::Bucket"}})
		}
		if err := s.DeleteCustomRule(ctx, made.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.DeleteCustomRule(ctx, made.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the second deletion: %v", err)
		}
		page, total, err := s.PageChecks(ctx, []int64{a.Num, b.Num}, &store.CheckFilter{}, 0, 10)
		if err != nil || total != 2 || len(page) != 2 || page[0].Rule != "S3-001" {
			t.Errorf("%d checks are left: %+v, %v", total, page, err)
		}
		tallies, err := s.Tallies(ctx, nil)
		if err != nil || len(tallies) != 1 || tallies[0].N != 2 {
			t.Errorf("the tallies are %+v, %v", tallies, err)
		}
	})
}

func TestResourcesNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, _ *clock) {
		ctx := context.Background()
		a := addAccount(t, s, "111122223333")
		if given, err := s.Given(ctx, a.Num, "AWS::S3::Bucket"); err != nil || given == nil || len(given) != 0 {
			t.Errorf("before the first scan %v is given, %v", given, err)
		}
		scan(t, s, store.Merge{Account: a.Num,
			Resources: []store.Seen{
				{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "a", Name: "logs", ARN: "arn:aws:s3:::a", Doc: []byte(`{"id":"a"}`)},
				{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "b", Doc: []byte(`{"id":"b"}`)},
				{Type: "AWS::EC2::VPC", Region: "us-east-1", Resource: "a", Doc: []byte(`{}`)},
			},
			Given: map[string]map[string]bool{"AWS::S3::Bucket": {"Tags": true, "Owner": false}},
		})
		for _, name := range []string{"a", "logs", "arn:aws:s3:::a"} {
			got, err := s.ResourcesNamed(ctx, a.Num, "AWS::S3::Bucket", name)
			if err != nil || len(got) != 1 || got[0].Resource != "a" || string(got[0].Doc) != `{"id":"a"}` {
				t.Errorf("%s is %+v, %v", name, got, err)
			}
		}
		if got, err := s.ResourcesNamed(ctx, a.Num, "AWS::S3::Bucket", "c"); err != nil || len(got) != 0 {
			t.Errorf("c is %+v, %v", got, err)
		}
		given, err := s.Given(ctx, a.Num, "AWS::S3::Bucket")
		if d := cmp.Diff(map[string]bool{"Tags": true, "Owner": false}, given); err != nil || d != "" {
			t.Errorf("what is given (-want +got):\n%s%v", d, err)
		}
		if given, err := s.Given(ctx, a.Num, "AWS::EC2::VPC"); err != nil || given == nil || len(given) != 0 {
			t.Errorf("of a type that is not read %v is given, %v", given, err)
		}
	})
}
