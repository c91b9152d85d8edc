package large

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// signed makes a request as an SDK would sign it.
func signed(service, region, method, path, body string, header ...string) *http.Request {
	r, err := http.NewRequest(method, "https://"+service+"."+region+".amazonaws.com"+path, strings.NewReader(body))
	if err != nil {
		panic(err) // a mistake of the test itself
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261122/"+region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func form(service, region, version string, values ...string) *http.Request {
	f := url.Values{"Version": {version}}
	for i := 0; i+1 < len(values); i += 2 {
		f.Set(values[i], values[i+1])
	}
	return signed(service, region, http.MethodPost, "/", f.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func jsonCall(service, region, target, body string) *http.Request {
	return signed(service, region, http.MethodPost, "/", body, "Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", target)
}

// watched is a server whose clock the test turns.
func watched() (*Server, *time.Time) {
	s := New(Options{Latency: -1})
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	s.clock = func() time.Time { return now }
	return s, &now
}

func (s *Server) ask(t *testing.T, r *http.Request) answer {
	t.Helper()
	a, err := s.do(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestTokenBuckets asks as often as can be at one moment, and again after each second.
func TestTokenBuckets(t *testing.T) {
	paged := []string{"MaxResults", "1000"}
	for _, test := range []struct {
		name    string
		request func() *http.Request
		burst   int
		after   []int // answered after each further second
	}{
		{"ec2 by pages", func() *http.Request {
			return form("ec2", "eu-west-3", "2016-11-15", append(paged, "Action", "DescribeVolumes")...)
		}, 100, []int{20, 20}},
		{"ec2 at once", func() *http.Request {
			return form("ec2", "eu-west-3", "2016-11-15", "Action", "DescribeVolumes")
		}, 50, []int{10, 10}},
		{"ec2 with a filter", func() *http.Request {
			return form("ec2", "eu-west-3", "2016-11-15", "Action", "DescribeVolumes", "Filter.1.Name", "status", "Filter.1.Value.1", "available")
		}, 100, []int{20}},
		{"ec2, of those that are always small", func() *http.Request {
			return form("ec2", "eu-west-3", "2016-11-15", "Action", "DescribeVpcs")
		}, 100, []int{20}},
		{"ec2, of its own", func() *http.Request {
			return form("ec2", "eu-west-3", "2016-11-15", "Action", "DescribeStaleSecurityGroups")
		}, 20, []int{5}},
		{"balancers", func() *http.Request {
			return form("elasticloadbalancing", "eu-west-3", "2015-12-01", "Action", "DescribeLoadBalancers")
		}, 40, []int{10}},
		{"lambda policies", func() *http.Request {
			return signed("lambda", "eu-west-3", http.MethodGet, "/2015-03-31/functions/none/policy", "")
		}, 15, []int{15}},
		{"metric filters", func() *http.Request {
			return jsonCall("logs", "eu-west-3", "Logs_20140328.DescribeMetricFilters", "{}")
		}, 5, []int{5, 5}},
		{"a slow bucket", func() *http.Request {
			return jsonCall("dynamodb", "eu-west-3", "DynamoDB_20120810.DescribeLimits", "{}")
		}, 1, []int{0, 0}},
		{"no limit is known", func() *http.Request {
			return jsonCall("ecr", "eu-west-3", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories", "{}")
		}, 40, []int{20}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, now := watched()
			answered := func() int {
				n := 0
				for s.ask(t, test.request()); ; s.ask(t, test.request()) {
					c := s.Calls()[0]
					if c.Throttled > 0 {
						s.ledger.mu.Lock()
						for _, c := range s.ledger.calls {
							n, c.Answered, c.Throttled = c.Answered, 0, 0
						}
						s.ledger.mu.Unlock()
						return n
					}
				}
			}
			if got := answered(); got != test.burst {
				t.Errorf("%d at once, want %d", got, test.burst)
			}
			for i, want := range test.after {
				*now = now.Add(time.Second)
				if got := answered(); got != want {
					t.Errorf("second %d: %d, want %d", i+1, got, want)
				}
			}
			*now = now.Add(time.Hour)
			if got := answered(); got != test.burst {
				t.Errorf("after an hour %d, want %d again", got, test.burst)
			}
		})
	}
}

func TestBucketsAreApart(t *testing.T) {
	s, _ := watched()
	drain := func(r func() *http.Request) {
		for range 200 {
			s.ask(t, r())
		}
	}
	drain(func() *http.Request { return form("ec2", "us-east-2", "2016-11-15", "Action", "DescribeVpcs") })
	for name, r := range map[string]*http.Request{
		"another region": form("ec2", "us-west-1", "2016-11-15", "Action", "DescribeVpcs"),
		"another API":    form("ec2", "us-east-2", "2016-11-15", "Action", "DescribeSubnets"),
	} {
		if a := s.ask(t, r); a.status != http.StatusOK {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
	// All of version 2 share one bucket; version 1 has another.
	drain(func() *http.Request {
		return form("elasticloadbalancing", "us-east-2", "2015-12-01", "Action", "DescribeLoadBalancers")
	})
	if a := s.ask(t, form("elasticloadbalancing", "us-east-2", "2015-12-01", "Action", "DescribeTargetGroups")); a.status == http.StatusOK {
		t.Error("target groups are answered when the balancers' bucket is empty")
	}
	if a := s.ask(t, form("elasticloadbalancing", "us-east-2", "2012-06-01", "Action", "DescribeLoadBalancers")); a.status != http.StatusOK {
		t.Errorf("classic balancers: status %d", a.status)
	}
}

// TestThrottled: the error is the one of the service, in its own format.
func TestThrottled(t *testing.T) {
	for name, test := range map[string]struct {
		request func() *http.Request
		status  int
		want    string
	}{
		"ec2": {func() *http.Request {
			return form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeMovingAddresses")
		}, 503, "<Code>RequestLimitExceeded</Code>"},
		"iam":  {func() *http.Request { return form("iam", "us-east-1", "2010-05-08", "Action", "GetAccountSummary") }, 400, "<Code>Throttling</Code>"},
		"s3":   {func() *http.Request { return signed("s3", "us-east-1", http.MethodGet, "/", "") }, 503, "<Code>SlowDown</Code>"},
		"logs": {func() *http.Request { return jsonCall("logs", "us-east-1", "Logs_20140328.DescribeLogGroups", "{}") }, 400, `"__type":"ThrottlingException"`},
		"lambda": {func() *http.Request {
			return signed("lambda", "us-east-1", http.MethodGet, "/2015-03-31/functions", "")
		}, 429, `"__type":"TooManyRequestsException"`},
		"sqs": {func() *http.Request { return jsonCall("sqs", "us-east-1", "AmazonSQS.ListQueues", "{}") }, 403, `"__type":"RequestThrottled"`},
		"monitoring": {func() *http.Request {
			return signed("monitoring", "us-east-1", http.MethodPost, "/service/GraniteServiceVersion20100801/operation/DescribeAlarms", "", "Smithy-Protocol", "rpc-v2-cbor")
		}, 400, "jThrottling"},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := watched()
			for range 100 {
				a := s.ask(t, test.request())
				if a.status == http.StatusOK {
					continue
				}
				if a.status != test.status || !strings.Contains(string(a.body), test.want) {
					t.Errorf("%d %q, want %d with %s", a.status, a.body, test.status, test.want)
				}
				return
			}
			t.Error("100 calls at once are answered")
		})
	}
}

func TestDataPoints(t *testing.T) {
	s, now := watched()
	ask := func(days int) int {
		to := now.Unix()
		body := fmt.Sprintf(`{"StartTime":%d,"EndTime":%d,"MetricDataQueries":[`, to-int64(days)*86400, to)
		query := `{"Id":"a","MetricStat":{"Metric":{"Namespace":"AWS/EC2","MetricName":"CPUUtilization"},"Period":60,"Stat":"Average"}}`
		body += query + strings.Repeat(","+query, 6) + "]}"
		return s.ask(t, jsonCall("monitoring", "us-east-1", "GraniteServiceVersion20100801.GetMetricData", body)).status
	}
	// A call of 7 metrics for 10 days by the minute asks for 100,800 points, of
	// 396,000 a second.
	for i, want := range []int{200, 200, 200, 400} {
		if got := ask(10); got != want {
			t.Errorf("call %d: status %d, want %d", i+1, got, want)
		}
	}
	if got := ask(1); got != 200 { // 10,080 points
		t.Errorf("a small call: status %d, want 200", got)
	}
	*now = now.Add(time.Second)
	if got := ask(10); got != 200 {
		t.Errorf("after a second: status %d, want 200", got)
	}
}

func TestCallsAndBound(t *testing.T) {
	s := New(Options{Latency: 30 * time.Millisecond, Unlimited: true})
	s.latency = 0
	for range 160 {
		s.ask(t, form("ec2", "us-east-2", "2016-11-15", "Action", "DescribeVpcs"))
	}
	for range 60 {
		s.ask(t, form("elasticloadbalancing", "us-east-2", "2015-12-01", "Action", "DescribeLoadBalancers"))
		s.ask(t, form("elasticloadbalancing", "us-east-2", "2015-12-01", "Action", "DescribeTargetGroups"))
	}
	s.ask(t, jsonCall("kms", "us-east-2", "TrentService.ListKeys", "{}"))
	shared := func(operation string) Calls {
		return Calls{Service: "elasticloadbalancingv2", Region: "us-east-2", Operation: operation, Answered: 60,
			Took: []Taken{{Limit{"all requests", 40, 10}, 60}}}
	}
	want := []Calls{
		{Service: "ec2", Region: "us-east-2", Operation: "DescribeVpcs", Answered: 160, Took: []Taken{{Limit{"DescribeVpcs", 100, 20}, 160}}},
		shared("DescribeLoadBalancers"),
		shared("DescribeTargetGroups"),
		{Service: "kms", Region: "us-east-2", Operation: "ListKeys", Answered: 1, Took: []Taken{{Limit{"ListKeys", 500, 500}, 1}}},
	}
	if diff := cmp.Diff(want, s.Calls()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	s.latency = 30 * time.Millisecond
	// 160 VPC calls take (160-100)/20 = 3 s; 120 of the balancers' (120-40)/10 = 8 s.
	least, by := s.Bound(s.Calls(), 4)
	if least != 8*time.Second+120*time.Millisecond || !strings.HasPrefix(by, "elasticloadbalancingv2 all requests in us-east-2") {
		t.Errorf("bound %v by %s", least, by)
	}
	if least, by := s.Bound(nil, 0); least != 0 || by != "" {
		t.Errorf("bound of no calls %v by %s", least, by)
	}
	s.Reset()
	if n := len(s.Calls()); n != 0 {
		t.Errorf("%d calls after a reset", n)
	}
}

func TestLatency(t *testing.T) {
	s := New(Options{Latency: 20 * time.Millisecond})
	start := time.Now()
	done := make(chan error, 50)
	for range cap(done) { // side by side, as waiting costs nothing
		go func() {
			_, err := s.Client().Do(form("iam", "us-east-1", "2010-05-08", "Action", "GetAccountSummary"))
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if d := time.Since(start); d < 20*time.Millisecond {
		t.Errorf("50 calls side by side take %v, want at least 20 ms", d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.RoundTrip(form("iam", "us-east-1", "2010-05-08", "Action", "GetAccountSummary").WithContext(ctx))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a call that is given up: %v", err)
	}
}
