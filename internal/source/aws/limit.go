package aws

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A limit is how often AWS lets an API be called in one account and region.
type limit struct {
	rate  float64 // calls a second
	burst int     // calls at once
}

// limits are those that AWS documents, by service, or by service and
// operation, which counts by itself then. What is not listed begins with
// defaultLimit and learns from how AWS answers.
//
// Sources: "Request throttling for the Amazon EC2 API" (Amazon EC2 Developer
// Guide); "Quotas" pages of KMS, Lambda, CloudWatch, CloudWatch Logs,
// CloudTrail and Resource Groups.
var limits = map[string]limit{
	"EC2":                         {20, 100},
	"KMS":                         {50, 100},
	"Lambda":                      {15, 15},
	"Lambda.GetFunction":          {100, 100},
	"CloudWatch.GetMetricData":    {50, 50},
	"CloudWatch.DescribeAlarms":   {9, 9},
	"CloudWatch Logs":             {10, 10},
	"CloudTrail":                  {10, 10},
	"Resource Groups Tagging API": {15, 15},
	"CloudControl":                {10, 20},
	"S3":                          {200, 400},
	"Organizations":               {5, 10},
	"DynamoDB":                    {10, 20},
	"IAM":                         {15, 30},
	"ECR":                         {10, 20},
	"SSM":                         {10, 20},
	"API Gateway":                 {5, 10},
	"ApiGatewayV2":                {5, 10},
	"Elastic Load Balancing":      {20, 40},
	"Elastic Load Balancing v2":   {20, 40},
	"Config Service":              {5, 10},
}

var defaultLimit = limit{20, 40}

type bucketKey struct{ account, region, api string }

// A bucket gives out tokens at the rate of a limit. Each throttled call lowers
// the rate, each row of served ones raises it again.
type bucket struct {
	limiter *rate.Limiter

	mu     sync.Mutex
	most   float64 // the rate to come back to
	now    float64
	streak int
	slowed time.Time
}

// bucket is the one that the calls of an operation share.
func (m *meter) bucket(account, region, service, operation string) *bucket {
	api := service + "." + operation
	l, own := limits[api]
	if !own {
		api = service
		var known bool
		if l, known = limits[service]; !known {
			l = defaultLimit
		}
	}
	key := bucketKey{account, region, api}
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.buckets[key]
	if b == nil {
		b = &bucket{limiter: rate.NewLimiter(rate.Limit(l.rate), l.burst), most: l.rate, now: l.rate}
		m.buckets[key] = b
	}
	return b
}

func (b *bucket) wait(ctx context.Context) error { return b.limiter.Wait(ctx) }

// throttled halves the rate, down to one call in two seconds. Calls that were
// on their way together and are throttled together count once.
func (b *bucket) throttled() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.streak = 0
	if time.Since(b.slowed) < time.Second {
		return
	}
	b.slowed = time.Now()
	b.set(math.Max(b.now/2, 0.5))
}

// served raises the rate by a tenth after ten calls in a row.
func (b *bucket) served() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.now >= b.most {
		return
	}
	if b.streak++; b.streak >= 10 {
		b.streak = 0
		b.set(math.Min(b.now*1.1, b.most))
	}
}

func (b *bucket) set(r float64) {
	b.now = r
	b.limiter.SetLimit(rate.Limit(r))
}
