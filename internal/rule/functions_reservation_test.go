package rule

import (
	"fmt"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestSizeUnits(t *testing.T) {
	for _, test := range []struct {
		name string
		want float64
		ok   bool
	}{
		{"t4g.nano", 0.25, true},
		{"t4g.micro", 0.5, true},
		{"cache.t4g.small", 1, true},
		{"m7g.medium", 2, true},
		{"db.r7g.large", 4, true},
		{"m7g.xlarge", 8, true},
		{"db.r7g.16xlarge", 128, true},
		{"c7g.metal", 1, true},
		{"m7i.metal-24xl", 1, true},
		{"db.serverless", 0, false},
		{"m7g.0xlarge", 0, false},
		{"", 0, false},
	} {
		r := &cloud.Resource{Type: "AWS::S3::Bucket", Properties: map[string]any{"BucketName": test.name}}
		want := Conforms
		if !test.ok {
			want = CannotTell
		}
		if got := judge(t, r, nil, fmt.Sprintf("check: sizeUnits(resource.BucketName) == double(%v)", test.want)); got.Outcome != want {
			t.Errorf("%s: got %v, want %v", test.name, got, want)
		}
	}
}

func TestTermEnds(t *testing.T) {
	for _, test := range []struct {
		start string
		want  Outcome
	}{
		{"2025-11-09T00:00:00Z", Conforms}, // a year ends eight days after the test's first of November 2026
		{"2025-11-08T00:00:00Z", Violates},
		{"2025-10-01T00:00:00Z", Violates},
	} {
		r := &cloud.Resource{Type: "AWS::S3::Bucket", Properties: map[string]any{"BucketName": test.start}}
		if got := judge(t, r, nil, "check: daysBetween(now, termEnds(resource.BucketName, 31536000)) > 7"); got.Outcome != test.want {
			t.Errorf("%s: got %v, want %v", test.start, got, test.want)
		}
	}
}
