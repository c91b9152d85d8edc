package rule

import (
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestMetricFunctions(t *testing.T) {
	open := &cloud.Unresolved{Reason: "cloudwatch:GetMetricData is not allowed"}
	for _, test := range []struct {
		check string
		list  any
		want  Outcome
	}{
		{"sum() == 6.5", []any{1.0, 2.0, 3.5}, Conforms},
		{"sum() == 0.0", nil, Conforms},
		{"sum() == 0.0", []any{}, Conforms},
		{"sum() == 0.0", open, CannotTell},
		{"sum() == 1.0", []any{1.0, open}, CannotTell},
		{"average() == 2.0", []any{1.0, 3.0}, Conforms},
		{"average() == 2.0", []any{1.0, 2.0}, Violates},
		{"average() < 100.0", nil, CannotTell},
		{"average() < 100.0", open, CannotTell},
		{"latest() == 3.0", []any{1.0, 3.0}, Conforms},
		{"latest() == 1.0", []any{1.0, 3.0}, Violates},
		{"latest() < 100.0", nil, CannotTell},
	} {
		db := &cloud.Resource{Type: "AWS::RDS::DBInstance", Properties: map[string]any{"CPUUtilization": test.list}}
		joined := map[string][]Joined{"dbs": {{Resource: db}}}
		got := judge(t, &cloud.Resource{Type: "AWS::S3::Bucket"}, joined,
			"with:", "  dbs: AWS::RDS::DBInstance", "check: dbs.all(db, db.CPUUtilization."+test.check+")")
		if got.Outcome != test.want {
			t.Errorf("%v.%s: got %v, want %v", test.list, test.check, got, test.want)
		}
	}
}

func TestCreated(t *testing.T) {
	for _, test := range []struct {
		created time.Time
		want    Outcome
	}{
		{time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Conforms},
		{time.Date(2026, 10, 30, 0, 0, 0, 0, time.UTC), Violates},
		{time.Time{}, CannotTell},
	} {
		r := &cloud.Resource{Type: "AWS::S3::Bucket", Created: test.created}
		if got := judge(t, r, nil, "check: daysBetween(created, now) > 7"); got.Outcome != test.want {
			t.Errorf("created %v: got %v, want %v", test.created, got, test.want)
		}
	}
}
