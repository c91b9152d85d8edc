package aws_test

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
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

// exceptions lists the examples whose verdict moto cannot be asked for: RULE
// EXAMPLE REASON, where EXAMPLE is fails1, passes2 and so on, or * when none of
// the rule's works. What stands there and works fails the test, and so does
// what no page has, so that the list stays short.
//
//go:embed testdata/keystone.txt
var exceptions string

// TestKeystone deploys every page's CloudFormation example to moto and scans
// the account: each resource must get the verdict that the template scan gave.
//
//	go test ./internal/source/aws -run TestKeystone/EBS-001
func TestKeystone(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it deploys some hundred stacks to moto")
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	excused := keystoneExceptions(t)
	known := map[string]bool{} // what an exception may name
	alike, without := 0, 0
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Error(err)
			continue
		}
		if lacking, err := aws.Lacking(r); err != nil || len(lacking) > 0 || r.Deprecated != "" {
			continue // TestLive says which rules live accounts cannot be judged by
		}
		if _, ok := aws.Supplies(r.Resource); !ok || readThroughCloudControl(r.Resource) {
			continue // moto has no Cloud Control
		}
		examples, order := stacks(r)
		if len(order) > 0 {
			known[id+" *"] = true
		}
		for _, name := range order {
			known[id+" "+name] = true
		}
		t.Run(id, func(t *testing.T) {
			for _, name := range order {
				t.Run(name, func(t *testing.T) {
					e := examples[name]
					why, excuse := excused[id+" "+name]
					if !excuse {
						why, excuse = excused[id+" *"]
					}
					err := keystone(t, library, r, e)
					switch {
					case excuse && err == nil:
						t.Errorf("%s:%d: works, though testdata/keystone.txt excuses it: %s", r.File, e.Line, why)
					case excuse:
						t.Logf("%v", err)
						without++
					case err != nil:
						t.Errorf("%s:%d: %v", r.File, e.Line, err)
					default:
						alike++
					}
				})
			}
		})
	}
	t.Logf("%d examples deployed and judged alike; moto could not be asked for %d", alike, without)
	for key := range excused {
		id, name, _ := strings.Cut(key, " ")
		if !known[key] {
			t.Errorf("testdata/keystone.txt excuses %s, which no page that is deployed has", key)
		} else if _, all := excused[id+" *"]; all && name != "*" {
			t.Errorf("testdata/keystone.txt excuses %s twice", key)
		}
	}
}

// stacks are the CloudFormation examples of a page by name: fails1, passes1,
// fails2; and the names in order.
func stacks(r *rule.Rule) (examples map[string]rule.Example, order []string) {
	examples = map[string]rule.Example{}
	number := map[string]int{}
	for _, e := range r.Examples() {
		if e.Language != "yaml" {
			continue
		}
		kind := "passes"
		if e.Fails {
			kind = "fails"
		}
		number[kind]++
		name := fmt.Sprint(kind, number[kind])
		examples[name] = e
		order = append(order, name)
	}
	return examples, order
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
		key := fields[0] + " " + fields[1]
		if out[key] != "" {
			t.Errorf("testdata/keystone.txt:%d: %s stands there twice", i+1, key)
		}
		out[key] = fields[2]
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
	moto := awstest.Moto(t)
	text, err := surround(t.Context(), moto.Config("us-east-1"), e.Text)
	if err != nil {
		return err
	}
	ids, err := deploy(t.Context(), moto.Config("us-east-1"), text)
	if err != nil {
		return err
	}
	reads, err := r.Reads()
	if err != nil {
		return err
	}
	inv, stats := aws.Read(t.Context(), aws.Options{
		Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: moto.Config("us-east-1")}},
		Regions:  []string{"us-east-1"}, Needs: reads, Thorough: true, Now: time.Now(), Attempts: 2, Backoff: time.Millisecond,
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
		if physical == "" && len(want) == 1 && len(got) == 1 {
			physical = got[0].Resource.ID // moto tells no id, and there is but one
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
	if physical == "" {
		return false
	}
	if _, path, ok := strings.Cut(physical, ".amazonaws.com/"); ok {
		physical = path // of a queue's URL, which on moto has moto's host
	}
	return r.ID == physical || r.ARN == physical || r.Name == physical ||
		strings.HasSuffix(r.ARN, "/"+physical) || strings.HasSuffix(r.ARN, ":"+physical) ||
		strings.HasPrefix(r.ID, "http") && strings.HasSuffix(r.ID, "/"+physical)
}

// deploy makes a stack and returns the physical id of each logical one.
func deploy(ctx context.Context, cfg awssdk.Config, template string) (map[string]string, error) {
	// Moto keeps what is there of a stack that it failed to make, so that a
	// second attempt would only say that there is one.
	client := cloudformation.NewFromConfig(cfg, func(o *cloudformation.Options) { o.Retryer = awssdk.NopRetryer{} })
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
