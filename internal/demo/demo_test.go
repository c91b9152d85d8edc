package demo_test

import (
	"net/http"
	"testing"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/demo"
	"github.com/surety-cloud/surety/internal/source/aws"
)

// counting passes requests on and counts equal ones.
type counting struct {
	client awssdk.HTTPClient
	seen   func(*http.Request)
}

func (c counting) Do(r *http.Request) (*http.Response, error) {
	c.seen(r)
	return c.client.Do(r)
}

func account(t testing.TB) aws.Options {
	t.Helper()
	options, err := demo.Account()
	if err != nil {
		t.Fatal(err)
	}
	return options
}

// TestPlay reads the recorded account: whatever the collectors ask must have
// been recorded, and two readings are equal.
func TestPlay(t *testing.T) {
	first, stats := aws.Read(t.Context(), account(t))
	for _, p := range first.Problems {
		t.Error(p)
	}
	for _, f := range stats.Failures {
		t.Errorf("%s: %s; make the recording anew: go run ./internal/demo/record -o internal/demo/account", f.Action, f.Reason)
	}
	if len(first.Resources) < 200 {
		t.Errorf("%d resources", len(first.Resources))
	}
	second, _ := aws.Read(t.Context(), account(t))
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("a second reading differs:\n%s", diff)
	}
}

func BenchmarkDemo(b *testing.B) {
	options := account(b)
	for b.Loop() {
		inv, stats := aws.Read(b.Context(), options)
		b.ReportMetric(float64(len(inv.Resources)), "resources")
		b.ReportMetric(float64(stats.Calls), "calls")
	}
}
