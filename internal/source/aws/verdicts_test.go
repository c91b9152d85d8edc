package aws_test

import (
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// wantVerdicts reads what a rule needs of an account and holds the rule's
// verdicts against those wanted, by name or id of the resource; "" wants no
// check.
func wantVerdicts(t *testing.T, library *rule.Library, id string, config awssdk.Config, day time.Time, want map[string]string) {
	t.Helper()
	r, err := library.Rule(id)
	mustEC2(t, err)
	reads, err := r.Reads()
	mustEC2(t, err)
	inv, stats := aws.Read(t.Context(), aws.Options{
		Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: config}},
		Regions:  []string{"us-east-1"}, Needs: reads, Thorough: true, Now: day, Attempts: 1,
	})
	for _, f := range stats.Failures {
		t.Error(f.Reason)
	}
	checks, err := prove.Judge(library, r, inv, day)
	mustEC2(t, err)
	got := map[string]string{}
	for name := range want {
		got[name] = ""
	}
	for _, c := range checks {
		for _, name := range []string{c.Resource.Name, c.Resource.ID} {
			if _, asked := want[name]; asked {
				got[name] = string(c.Verdict)
				exercise(config, id, got[name])
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
