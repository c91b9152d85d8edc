package large

import (
	"net/http"
	"sync"
	"testing"
)

// TestSideBySide asks from many goroutines at once, as a crawl does; it is for
// the race detector.
func TestSideBySide(t *testing.T) {
	s := New(Options{Latency: -1})
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for _, r := range []*http.Request{
				form("ec2", regions[i%len(regions)].name, "2016-11-15", "Action", "DescribeVpcs"),
				form("iam", "us-east-1", "2010-05-08", "Action", "ListPolicies"),
				signed("s3", "us-east-1", http.MethodGet, "/"+s.account.bucketName(i)+"?location", ""),
				jsonCall("kms", regions[i%len(regions)].name, "TrentService.DoThings", "{}"),
			} {
				if _, err := s.RoundTrip(r); err != nil {
					t.Error(err)
				}
			}
			s.Calls()
			s.Unknown()
		})
	}
	all.Wait()
	answered := 0
	for _, c := range s.Calls() {
		answered += c.Answered + c.Throttled
	}
	if answered != 64*4 {
		t.Errorf("%d calls counted, want %d", answered, 64*4)
	}
}
