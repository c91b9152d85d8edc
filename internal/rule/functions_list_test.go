package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestIsEmpty(t *testing.T) {
	one := &cloud.Unresolved{Reason: "no default"}
	many := &cloud.Unresolved{Reason: "its count is not known", Many: true}
	for _, test := range []struct {
		name string
		list any
		want Outcome
	}{
		{"absent", nil, Conforms},
		{"none", []any{}, Conforms},
		{"one", []any{"a"}, Violates},
		{"one that is not known", []any{one}, Violates},
		{"any number", []any{many}, CannotTell},
		{"one and any number", []any{many, "a"}, Violates},
		{"not known", one, CannotTell},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &cloud.Resource{Type: "AWS::S3::Bucket", Properties: map[string]any{"MetricsConfigurations": test.list}}
			if got := judge(t, r, nil, "check: resource.MetricsConfigurations.isEmpty()"); got.Outcome != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
