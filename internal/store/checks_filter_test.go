package store_test

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/conformity"
	"github.com/surety-cloud/surety/internal/store"
)

// TestCheckFilter holds the SQL of every field against what it should choose,
// in pages, counts and cursors alike.
func TestCheckFilter(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store, c *clock) {
		ctx := context.Background()
		one, two := addAccount(t, s, "111122223333"), addAccount(t, s, "444455556666")
		start := c.at
		scan(t, s, store.Merge{Account: one.Num,
			Checks: []store.Found{
				bucket("apple", store.Failure), bucket("Birne_1", store.Success), bucket("çilek%", store.Unknown),
				{Rule: "EC2-001", Service: "EC2", Region: "eu-west-1", Resource: "sg-1", Type: "AWS::EC2::SecurityGroup", Status: store.Failure, Risk: 2, Message: `a\b ÜBER open`},
			},
			Resources: []store.Seen{
				{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: "apple", Tags: map[string]string{"Team": "Pay", "env": "prod"}, Doc: []byte(`{}`)},
				{Type: "AWS::EC2::SecurityGroup", Region: "eu-west-1", Resource: "sg-1", Tags: map[string]string{"team": "web"}, Doc: []byte(`{}`)},
			},
		})
		c.at = c.at.Add(time.Hour)
		scan(t, s, store.Merge{Account: two.Num, Checks: []store.Found{bucket("apple", store.Failure)}})
		pushed := store.Pushed{
			Found: store.Found{Rule: "CUSTOM-001", Service: "EC2", Region: "eu-west-1", Resource: "laptop", Status: store.Failure, Risk: 2, Message: "no lock"},
			Title: "Locks", Categories: []string{"security"}, Tags: []string{"team::web"},
		}
		if n, err := s.PushChecks(ctx, one.Num, []store.Pushed{pushed}, "me"); err != nil || n != 1 {
			t.Fatal(n, err)
		}
		yes, no := true, false
		s3 := []string{"S3-001"}
		for name, test := range map[string]struct {
			filter store.CheckFilter
			want   string
		}{
			"nothing":                   {store.CheckFilter{}, "laptop sg-1 Birne_1 apple çilek% apple"},
			"no rules":                  {store.CheckFilter{Rules: []string{}}, ""},
			"rules":                     {store.CheckFilter{Rules: []string{"S3-001", "CUSTOM-001"}}, "laptop Birne_1 apple çilek% apple"},
			"no checks of users":        {store.CheckFilter{Rules: s3, Pushed: &store.PushedFilter{None: true}}, "Birne_1 apple çilek% apple"},
			"checks of users":           {store.CheckFilter{Rules: s3, Pushed: &store.PushedFilter{Categories: []string{"security"}}}, "laptop Birne_1 apple çilek% apple"},
			"other category":            {store.CheckFilter{Rules: []string{}, Pushed: &store.PushedFilter{Categories: []string{"reliability"}}}, ""},
			"part of a category":        {store.CheckFilter{Rules: []string{}, Pushed: &store.PushedFilter{Categories: []string{"secur"}}}, ""},
			"other rule of users":       {store.CheckFilter{Rules: []string{}, Pushed: &store.PushedFilter{Rules: s3}}, ""},
			"category and status":       {store.CheckFilter{Rules: s3, Statuses: []store.Status{store.Failure}, Pushed: &store.PushedFilter{Categories: []string{"security"}}}, "laptop apple apple"},
			"service":                   {store.CheckFilter{Services: []string{"EC2"}}, "laptop sg-1"},
			"regions":                   {store.CheckFilter{Regions: []string{"us-east-1", "global"}}, "Birne_1 apple çilek% apple"},
			"status and risk":           {store.CheckFilter{Statuses: []store.Status{store.Failure, store.Unknown}, Risks: []int{4}}, "apple çilek% apple"},
			"suppressed":                {store.CheckFilter{Suppressed: &yes}, ""},
			"not suppressed":            {store.CheckFilter{Suppressed: &no, Rules: s3}, "Birne_1 apple çilek% apple"},
			"tag":                       {store.CheckFilter{Tags: []string{"team::pay"}}, "apple"},
			"tag of users and scans":    {store.CheckFilter{Tags: []string{"team::web"}}, "laptop sg-1"},
			"key":                       {store.CheckFilter{Tags: []string{"team"}}, "laptop sg-1 apple"},
			"tag's part as a tag":       {store.CheckFilter{Tags: []string{"eam::pa"}}, ""},
			"tag's part":                {store.CheckFilter{TagParts: []string{"eam::pa"}}, "apple"},
			"tag and part":              {store.CheckFilter{Tags: []string{"team"}, TagParts: []string{"prod"}}, "apple"},
			"tag and rules":             {store.CheckFilter{Tags: []string{"team"}, Rules: []string{"EC2-001"}, Pushed: &store.PushedFilter{None: true}}, "sg-1"},
			"wildcard as a tag":         {store.CheckFilter{Tags: []string{"%"}}, ""},
			"text, its case":            {store.CheckFilter{Text: "birne_1"}, "Birne_1"},
			"text, an underscore":       {store.CheckFilter{Text: "birne_"}, "Birne_1"},
			"text, a percent sign":      {store.CheckFilter{Text: "%"}, "çilek%"},
			"text, a backslash":         {store.CheckFilter{Text: `\`}, "sg-1"},
			"text, no ASCII":            {store.CheckFilter{Text: "über"}, "sg-1"},
			"text, of a title":          {store.CheckFilter{Text: "locks", TextRules: []string{"CUSTOM-001"}}, "laptop"},
			"words":                     {store.CheckFilter{Words: []string{"open", "über"}}, "sg-1"},
			"resource":                  {store.CheckFilter{Resource: &conformity.ResourceTest{Exact: "apple"}}, "apple apple"},
			"resource, its case":        {store.CheckFilter{Resource: &conformity.ResourceTest{Exact: "APPLE"}}, ""},
			"resource, wild":            {store.CheckFilter{Resource: &conformity.ResourceTest{Wild: "?irne_*"}}, "Birne_1"},
			"resource, wild, its case":  {store.CheckFilter{Resource: &conformity.ResourceTest{Wild: "?IRNE_*"}}, ""},
			"resource, a regex":         {store.CheckFilter{Resource: &conformity.ResourceTest{Pattern: regexp.MustCompile("^(?s:a.*e|x)$"), Source: "a.*e|x"}}, "apple apple"},
			"resource, part of a regex": {store.CheckFilter{Resource: &conformity.ResourceTest{Pattern: regexp.MustCompile("^(?s:appl)$"), Source: "appl"}}, ""},
			"created":                   {store.CheckFilter{CreatedAfter: start.Add(time.Minute)}, "laptop apple"},
			"changed":                   {store.CheckFilter{ChangedAfter: start, ChangedBefore: start.Add(time.Minute), Rules: s3}, "Birne_1 apple çilek%"},
			"stale":                     {store.CheckFilter{Stale: &yes}, ""},
			"fresh":                     {store.CheckFilter{Stale: &no, Rules: s3}, "Birne_1 apple çilek% apple"},
			"the resource":              {store.CheckFilter{ResourceID: store.ResourceID("AWS::EC2::SecurityGroup", "eu-west-1", "sg-1")}, "sg-1"},
		} {
			t.Run(name, func(t *testing.T) {
				accounts := []int64{one.Num, two.Num}
				page, total, err := s.PageChecks(ctx, accounts, &test.filter, 0, 100)
				if err != nil {
					t.Fatal(err)
				}
				if got := names(page); !alike(got, test.want) || int(total) != len(page) {
					t.Errorf("the checks are of %q (in all %d), not %q", got, total, test.want)
				}
				// Every page of two, and the same by cursor, give the same checks.
				var paged, walked []store.Check
				var after *store.Cursor
				for offset := int64(0); offset < total; offset += 2 {
					p, _, err := s.PageChecks(ctx, accounts, &test.filter, offset, 2)
					if err != nil {
						t.Fatal(err)
					}
					paged = append(paged, p...)
					if p, err = s.ChecksAfter(ctx, accounts, &test.filter, after, 2); err != nil {
						t.Fatal(err)
					}
					walked = append(walked, p...)
					if n := len(p); n > 0 {
						after = &store.Cursor{Account: p[n-1].Account, Rule: p[n-1].Rule, ID: p[n-1].ID}
					}
				}
				if names(paged) != names(page) || names(walked) != names(page) {
					t.Errorf("by pages %q, by cursor %q, at once %q", names(paged), names(walked), names(page))
				}
				// The worst first, page by page, are the same checks in another order.
				var worst []store.Check
				var from *store.WorstCursor
				for range total/2 + 1 {
					p, err := s.WorstAfter(ctx, accounts, &test.filter, from, 2)
					if err != nil {
						t.Fatal(err)
					}
					worst = append(worst, p...)
					if n := len(p); n > 0 {
						last := p[n-1]
						from = &store.WorstCursor{Cursor: store.Cursor{Account: last.Account, Rule: last.Rule, ID: last.ID}, Status: last.Status, Risk: last.Risk}
					}
				}
				rank := map[store.Status]int{store.Failure: 0, store.Unknown: 1, store.Success: 2}
				want := slices.Clone(page)
				slices.SortStableFunc(want, func(a, b store.Check) int {
					return cmp.Or(cmp.Compare(rank[a.Status], rank[b.Status]), cmp.Compare(b.Risk, a.Risk))
				})
				if names(worst) != names(want) {
					t.Errorf("the worst first are %q, not %q", names(worst), names(want))
				}
				// No account, and all, are no special cases.
				if all, err := s.CountChecks(ctx, nil, &test.filter); err != nil || all[one.Num]+all[two.Num] != total {
					t.Errorf("over all accounts there are %v, not %d: %v", all, total, err)
				}
				if none, err := s.CountChecks(ctx, []int64{}, &test.filter); err != nil || len(none) != 0 {
					t.Errorf("no account has %v: %v", none, err)
				}
			})
		}
	})
}

// names are the ids of the resources of checks.
func names(checks []store.Check) string {
	var out []string
	for _, c := range checks {
		out = append(out, c.Resource)
	}
	return strings.Join(out, " ")
}

// alike tells whether two lists have the same words, in any order: within a
// rule, checks are in that of their numbers.
func alike(a, b string) bool {
	count := map[string]int{}
	for _, w := range strings.Fields(a) {
		count[w]++
	}
	for _, w := range strings.Fields(b) {
		count[w]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}
