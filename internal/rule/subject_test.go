package rule

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

// TestSubjectIsShared: what one rule made of a resource, of what is joined and
// of its settings serves others, on several goroutines, and changes no verdict.
func TestSubjectIsShared(t *testing.T) {
	document := map[string]any{"Statement": []any{map[string]any{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}}
	bucket := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Tags: map[string]string{"team": "web"}, Properties: map[string]any{
		"BucketName": "b", "VersioningConfiguration": &cloud.Unresolved{Reason: "denied"},
		"LifecycleConfiguration": map[string]any{"Rules": []any{map[string]any{"Status": "Enabled"}, map[string]any{"Status": "Disabled"}}},
	}}
	policy := &cloud.Resource{Type: "AWS::S3::BucketPolicy", ID: "p", Properties: map[string]any{"PolicyDocument": document}}
	rows := func() []*Rows { return []*Rows{NewRows([]Joined{NewJoined(policy)})} }
	values := map[string]any{"names": []any{"a", "b"}}
	settings := "settings: {names: {type: multiple-string-values, label: Names, default: [a, b]}}"
	with := "with: {policies: AWS::S3::BucketPolicy where Bucket = BucketName}"
	checks := []string{
		"policies.exists(p, p.PolicyDocument.allowsEveryone())",
		"policies.exists(p, p.PolicyDocument.givesAdministrator())",
		"policies.all(p, p.PolicyDocument.allowsEveryone(settings.names))",
		"policies.exists(p, p.PolicyDocument.letsIn(['*']))",
		"resource.LifecycleConfiguration.Rules.exists(r, r.Status == 'Disabled')",
		"resource.LifecycleConfiguration.Rules.all(r, r.Status == 'Enabled')",
		"resource.VersioningConfiguration.Status == 'Enabled'",
		"tags.hasTags(settings.names) || tags['team'] == 'web' && 'team' in tags",
		"resource.BucketName in settings.names && size(settings.names) == 2",
		"resource.BucketEncryption.ServerSideEncryptionConfiguration.isEmpty()",
	}
	var rules []*Rule
	var want []Result
	now := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, check := range checks {
		r, err := Parse("S3-999.md", write(with, settings, fmt.Sprintf("check: %q", check)), nil)
		if err != nil {
			t.Fatal(err)
		}
		result, err := r.Evaluate(Input{Resource: NewSubject(bucket), Joined: rows(), Settings: NewSettings(values), Now: now})
		if err != nil {
			t.Fatalf("%s: %v", check, err)
		}
		rules, want = append(rules, r), append(want, result)
	}
	outcomes := map[Outcome]bool{}
	for _, w := range want {
		outcomes[w.Outcome] = true
	}
	if len(outcomes) != 3 {
		t.Fatalf("the checks should come to pass, fail and unknown: %v", want)
	}
	in := Input{Resource: NewSubject(bucket), Joined: rows(), Settings: NewSettings(values), Now: now}
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for range 20 {
				for i, r := range rules {
					got, err := r.Evaluate(in)
					if diff := cmp.Diff(want[i], got); diff != "" || err != nil {
						t.Errorf("%s: %v\n%s", checks[i], err, diff)
					}
				}
			}
		})
	}
	workers.Wait()
}
