package large

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"testing"
)

// answered runs a request through the round tripper, as an SDK would.
func answered(b *testing.B, s *Server, r *http.Request) int64 {
	b.Helper()
	response, err := s.RoundTrip(r)
	if err != nil {
		b.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	if err != nil || response.StatusCode >= 500 {
		b.Fatalf("%s: %v", response.Status, err)
	}
	return n
}

// BenchmarkDetails are the small calls that a scan makes most of, each for
// another thing. It must hold 10,000 a second on one core (0.1 ms an op).
func BenchmarkDetails(b *testing.B) {
	for name, request := range map[string]func(s *Server, i int) *http.Request{
		"bucket setting": func(s *Server, i int) *http.Request {
			i %= 391
			return signed("s3", regions[s.account.bucketRegion(i)].name, http.MethodGet, "/"+s.account.bucketName(i)+"?encryption", "")
		},
		"user": func(s *Server, i int) *http.Request {
			return form("iam", "us-east-1", "2010-05-08", "Action", "ListMFADevices", "UserName", s.account.name(users, 0, i%1000))
		},
		"function policy": func(s *Server, i int) *http.Request {
			return signed("lambda", "us-east-1", http.MethodGet, "/2015-03-31/functions/"+s.account.name(functions, 0, i%300)+"/policy", "")
		},
		"nothing": func(s *Server, i int) *http.Request {
			return jsonCall("cloudcontrolapi", "us-east-1", "CloudApiService.ListResources", fmt.Sprintf(`{"TypeName":"AWS::Glue::Job%d"}`, i%200))
		},
	} {
		b.Run(name, func(b *testing.B) {
			s := bare(0)
			b.ReportAllocs()
			for i := range b.N {
				answered(b, s, request(s, i))
			}
		})
	}
}

// BenchmarkInstances is a page of 1,000 instances, 4 MB of XML: 20 ms.
func BenchmarkInstances(b *testing.B) {
	s := bare(0)
	b.ReportAllocs()
	for range b.N {
		b.SetBytes(answered(b, s, form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeInstances", "MaxResults", "1000")))
	}
}

// BenchmarkMemory reads every large list of every region and then says how much
// the server holds: below 60 MB.
func BenchmarkMemory(b *testing.B) {
	held := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / (1 << 20)
	}
	before := held()
	s := bare(0)
	for range b.N {
		for _, r := range regions {
			for _, operation := range []string{"DescribeInstances", "DescribeVolumes", "DescribeNetworkInterfaces", "DescribeSnapshots", "DescribeSecurityGroups"} {
				answered(b, s, form("ec2", r.name, "2016-11-15", "Action", operation))
			}
		}
		for i := range 1000 {
			for _, operation := range []string{"GetUser", "ListMFADevices", "ListAccessKeys", "ListUserPolicies", "ListAttachedUserPolicies", "ListGroupsForUser"} {
				answered(b, s, form("iam", "us-east-1", "2010-05-08", "Action", operation, "UserName", s.account.name(users, 0, i)))
			}
		}
	}
	b.ReportMetric(held()-before, "MB-held")
	runtime.KeepAlive(s)
}
