package aws_test

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest/large"
	"github.com/surety-cloud/surety/rules"
)

// readLarge reads the simulated large account as a scan by all rules does.
func readLarge(tb testing.TB, server *large.Server, unlimited bool) (*cloud.Inventory, *aws.Stats) {
	tb.Helper()
	return aws.Read(tb.Context(), aws.Options{
		Accounts: []aws.Account{{Config: awssdk.Config{
			Region: "us-east-1", HTTPClient: server.Client(),
			Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		}}},
		Needs: allNeeds(), Services: ownServices(), Now: large.DefaultNow, Unlimited: unlimited, Lean: true,
	})
}

// allNeeds is what all rules together read.
var allNeeds = sync.OnceValue(func() rule.Reads {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		panic(err)
	}
	given := aws.Given(&aws.Options{})
	needs := rule.Reads{}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			panic(err)
		}
		if len((*engine.Profile)(nil).Missing(r)) > 0 {
			continue // it has to be configured first
		}
		if reads, err := r.Reads(); err == nil && len(reads.Missing(given)) == 0 {
			needs.Add(reads)
		}
	}
	return needs
})

// ownServices are those with a collector of their own. What is read through
// Cloud Control has its own test.
func ownServices() []string {
	return slices.DeleteFunc(aws.Services(), func(name string) bool {
		return slices.ContainsFunc(aws.ListedTypes(), func(typ string) bool {
			return strings.EqualFold(strings.Split(typ, "::")[1], name)
		})
	})
}

// TestLargeAccount reads the simulated large account without its limits: all
// of it is found, and lists take no more calls than their pages.
func TestLargeAccount(t *testing.T) {
	if testing.Short() {
		t.Skip("some ten thousand calls")
	}
	server := large.New(large.Options{Latency: -1, Unlimited: true})
	inv, stats := readLarge(t, server, true)
	for _, f := range stats.Failures {
		t.Errorf("%s: %s", f.Action, f.Reason)
	}
	for _, what := range server.Unknown() {
		t.Errorf("the server does not know %s", what)
	}
	count := map[string]int{}
	for _, r := range inv.Resources {
		count[r.Type]++
	}
	needs := allNeeds()
	for typ, want := range server.Expected() {
		if _, needed := needs[typ]; needed && count[typ] != want {
			t.Errorf("%d of %s, want %d", count[typ], typ, want)
		}
	}
	calls := map[string]int{}
	total := 0
	for _, c := range server.Calls() {
		calls[c.Service+" "+c.Operation] += c.Answered
		total += c.Answered
	}
	if int64(total) != stats.Calls {
		t.Errorf("%d calls were answered and %d counted", total, stats.Calls)
	}
	// The least that the API allows: a call a page of 1,000 of each region.
	for operation, perRegion := range map[string]map[string]int{
		"ec2 DescribeInstances":      byRegion(inv, "AWS::EC2::Instance"),
		"ec2 DescribeVolumes":        byRegion(inv, "AWS::EC2::Volume"),
		"ec2 DescribeSecurityGroups": byRegion(inv, "AWS::EC2::SecurityGroup"),
	} {
		least := 0
		for _, n := range perRegion {
			least += (n + 999) / 1000
		}
		if calls[operation]*100 > least*105 {
			t.Errorf("%s: %d calls, the least is %d", operation, calls[operation], least)
		}
	}
	if n := calls["iam ListRoles"] + calls["iam ListUsers"] + calls["iam GetRole"] + calls["iam GetUser"] + calls["iam GetRolePolicy"]; n > 2 {
		t.Errorf("%d calls for what GetAccountAuthorizationDetails tells", n)
	}
	if testing.Verbose() {
		t.Logf("%d resources, %d calls\n%s", len(inv.Resources), total, strings.Join(most(calls, 40), "\n"))
	}
}

func byRegion(inv *cloud.Inventory, typ string) map[string]int {
	n := map[string]int{}
	for _, r := range inv.Resources {
		if r.Type == typ {
			n[r.Region]++
		}
	}
	return n
}

// most lists the operations with the most calls.
func most(calls map[string]int, n int) []string {
	var out []string
	for operation := range calls {
		out = append(out, operation)
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(calls[b]-calls[a], cmp.Compare(a, b)) })
	out = out[:min(n, len(out))]
	for i, operation := range out {
		out[i] = fmt.Sprintf("%7d %s", calls[operation], operation)
	}
	return out
}

// BenchmarkLargeAccount reads the simulated large account (12,906 instances,
// 13,433 volumes, 391 buckets, 2,000 users and roles, 500 security groups, 17
// regions) under the limits that AWS documents, with 30 ms for each answer. It
// must stay below 1.25 times the bound that these limits set, and below 400 MB
// of memory, the server's own included.
func BenchmarkLargeAccount(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // as the command does
	for b.Loop() {
		server := large.New(large.Options{})
		var most uint64
		done := make(chan struct{})
		var watching sync.WaitGroup
		watching.Go(func() {
			for {
				select {
				case <-done:
					return
				case <-time.After(100 * time.Millisecond):
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapInuse)
				}
			}
		})
		start := time.Now()
		inv, stats := readLarge(b, server, false)
		took := time.Since(start)
		close(done)
		watching.Wait()
		bound, decides := server.Bound(server.Calls(), 10)
		b.ReportMetric(took.Seconds()/bound.Seconds(), "times-bound")
		b.ReportMetric(float64(stats.Calls), "calls")
		b.ReportMetric(float64(stats.Throttles), "throttled")
		b.ReportMetric(float64(len(inv.Resources)), "resources")
		b.ReportMetric(float64(most)/1e6, "MB-heap")
		b.Logf("%v, bound %v by %s", took.Round(time.Millisecond), bound.Round(time.Millisecond), decides)
		for _, f := range stats.Failures {
			b.Errorf("%s: %s", f.Action, f.Reason)
		}
	}
}
