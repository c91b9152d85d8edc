package aws_test

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// keystoneDay is the day on which the pages' examples are judged; see
// rules/rules_test.go.
var keystoneDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// exceptions lists the examples whose verdict moto cannot be asked for: RULE,
// LINE of the example or *, and why. What stands there and works after all
// fails the test, so that the list stays short.
//
//go:embed testdata/keystone.txt
var exceptions string

// TestKeystone deploys every page's CloudFormation example to moto and scans
// the account: each resource must get the verdict that the template scan gave.
//
//	go test ./internal/source/aws -run TestKeystone/EBS-001
func TestKeystone(t *testing.T) {
	if testing.Short() {
		t.Skip("the keystone deploys some hundred stacks")
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	excused := keystoneExceptions(t)
	used := map[string]bool{}
	deployed := 0
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		if lacking, err := aws.Lacking(r); err != nil || len(lacking) > 0 || r.Deprecated != "" {
			continue // TestLive says which rules live accounts cannot be judged by
		}
		if _, ok := aws.Supplies(r.Resource); !ok || readThroughCloudControl(r.Resource) {
			continue // moto has no Cloud Control
		}
		t.Run(id, func(t *testing.T) {
			number := map[bool]int{}
			for _, e := range r.Examples() {
				if e.Language != "yaml" {
					continue
				}
				number[e.Fails]++
				name := fmt.Sprintf("%s%d", map[bool]string{true: "fails", false: "passes"}[e.Fails], number[e.Fails])
				t.Run(name, func(t *testing.T) {
					err := keystone(t, library, r, e)
					key := id + " " + name
					why, excuse := excused[key]
					if !excuse {
						key = id + " *"
						why, excuse = excused[key]
					}
					if excuse {
						if err != nil {
							used[key] = true
						} else if key != id+" *" {
							t.Errorf("works, though testdata/keystone.txt excuses it: %s", why)
						}
						return
					}
					if err != nil {
						t.Errorf("%s:%d: %v", r.File, e.Line, err)
					}
					deployed++
				})
			}
		})
	}
	t.Logf("%d examples deployed and judged alike", deployed)
	for key := range excused {
		id, _, _ := strings.Cut(key, " ")
		if !used[key] && os.Getenv("KEYSTONE_ALL") != "" {
			t.Errorf("testdata/keystone.txt excuses %s %s, which works or is not there", id, key)
		}
	}
}

func readThroughCloudControl(typ string) bool { return slices.Contains(aws.ListedTypes(), typ) }

func keystoneExceptions(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for i, line := range strings.Split(exceptions, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.SplitN(line, " ", 3)
		if len(fields) < 3 {
			t.Fatalf("testdata/keystone.txt:%d: RULE EXAMPLE REASON is expected", i+1)
		}
		out[fields[0]+" "+fields[1]] = fields[2]
	}
	return out
}

// keystone compares the verdicts of one example as a template and as a stack.
func keystone(t *testing.T, library *rule.Library, r *rule.Rule, e rule.Example) error {
	template, err := prove.Read(e)
	if err != nil {
		return err
	}
	want, err := prove.Judge(library, r, template, keystoneDay)
	if err != nil {
		return err
	}
	start := awstest.Moto
	if strings.Contains(e.Text, ":aws:policy/") {
		start = awstest.MotoWithPolicies
	}
	moto := start(t)
	ids, err := deploy(t.Context(), moto.Config("us-east-1"), e.Text)
	if err != nil {
		return err
	}
	reads, err := r.Reads()
	if err != nil {
		return err
	}
	inv, stats := aws.Read(t.Context(), aws.Options{
		Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: moto.Config("us-east-1")}},
		Regions:  []string{"us-east-1"}, Needs: reads, Now: time.Now(), Attempts: 2, Backoff: time.Millisecond,
	})
	for _, f := range stats.Failures {
		return fmt.Errorf("%s", f.Reason)
	}
	got, err := prove.Judge(library, r, inv, keystoneDay)
	if err != nil {
		return err
	}
	for _, w := range want {
		physical, ok := ids[w.Resource.ID]
		if !ok {
			return fmt.Errorf("moto made no %s for %s", w.Resource.Type, w.Resource.ID)
		}
		if err := sameVerdict(w, physical, got); err != nil {
			return err
		}
	}
	return nil
}

// sameVerdict finds the live check of a resource of a template.
func sameVerdict(want *engine.Check, physical string, got []*engine.Check) error {
	var others []string
	for _, g := range got {
		if named(g.Resource, physical) {
			if g.Verdict != want.Verdict {
				return fmt.Errorf("%s is %s in the template (%s) and %s live (%s)\nproperties: %v",
					want.Resource.ID, want.Verdict, want.Message, g.Verdict, g.Message, g.Resource.Properties)
			}
			return nil
		}
		others = append(others, g.Resource.ID)
	}
	return fmt.Errorf("%s (%s) has no check live; those with one: %s", want.Resource.ID, physical, strings.Join(others, ", "))
}

// named tells whether a resource is the one that CloudFormation calls so.
func named(r *cloud.Resource, physical string) bool {
	return r.ID == physical || r.ARN == physical || r.Name == physical && physical != "" ||
		strings.HasSuffix(r.ARN, "/"+physical) || strings.HasSuffix(r.ARN, ":"+physical)
}

// deploy makes a stack and returns the physical id of each logical one.
func deploy(ctx context.Context, cfg awssdk.Config, template string) (map[string]string, error) {
	client := cloudformation.NewFromConfig(cfg)
	name := awssdk.String("example")
	if _, err := client.CreateStack(ctx, &cloudformation.CreateStackInput{
		StackName: name, TemplateBody: &template,
		Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam, types.CapabilityCapabilityAutoExpand},
	}); err != nil {
		return nil, fmt.Errorf("moto refused the stack: %w", errors.Unwrap(err))
	}
	out, err := client.DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{StackName: name})
	if err != nil {
		return nil, err
	}
	ids := map[string]string{}
	for _, r := range out.StackResources {
		ids[awssdk.ToString(r.LogicalResourceId)] = awssdk.ToString(r.PhysicalResourceId)
	}
	return ids, nil
}
