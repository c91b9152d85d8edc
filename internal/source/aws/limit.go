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
	each  bool    // for each operation by itself, not for all of the service
}

// limits are those that AWS documents, by service, or by service and
// operation, which counts by itself then. What is not listed begins with
// defaultLimit and learns from how AWS answers.
//
// Sources: "Request throttling for the Amazon EC2 API" (Amazon EC2 Developer
// Guide), "Elastic Load Balancing API throttling", the quota pages of Lambda,
// KMS, CloudWatch, CloudWatch Logs, CloudTrail, Tag Editor, API Gateway, ECS,
// Kinesis, DynamoDB, ACM, Secrets Manager, Account Management and Service
// Quotas, "Throttling" in the Route 53 Developer Guide, "Optimizing
// performance" in the Amazon S3 User Guide.
var limits = map[string]limit{
	"EC2":                       {rate: 20, burst: 100, each: true},
	"Elastic Load Balancing":    {rate: 10, burst: 40},
	"Elastic Load Balancing v2": {rate: 10, burst: 40},
	"Lambda":                    {rate: 15, burst: 15},
	"Lambda.GetFunction":        {rate: 100, burst: 100},
	"Lambda.GetPolicy":          {rate: 15, burst: 15},
	"KMS":                       {rate: 5, burst: 5, each: true},
	"KMS.DescribeKey":           {rate: 2000, burst: 2000},
	"KMS.GetKeyPolicy":          {rate: 1000, burst: 1000},
	"KMS.GetKeyRotationStatus":  {rate: 1000, burst: 1000},
	"KMS.ListAliases":           {rate: 500, burst: 500},
	"KMS.ListGrants":            {rate: 100, burst: 100},
	"KMS.ListKeys":              {rate: 500, burst: 500},
	"KMS.ListResourceTags":      {rate: 2000, burst: 2000},

	"CloudWatch.GetMetricData":  {rate: 500, burst: 500},
	"CloudWatch.DescribeAlarms": {rate: 9, burst: 9},

	"CloudWatch Logs":                   {rate: 5, burst: 5, each: true},
	"CloudWatch Logs.DescribeLogGroups": {rate: 10, burst: 10},

	"CloudTrail":                    {rate: 10, burst: 10, each: true},
	"CloudTrail.LookupEvents":       {rate: 2, burst: 2},
	"Resource Groups Tagging API":   {rate: 15, burst: 15},
	"Route 53":                      {rate: 10, burst: 50},
	"API Gateway":                   {rate: 10, burst: 40},
	"ApiGatewayV2":                  {rate: 10, burst: 40},
	"ECS":                           {rate: 20, burst: 50},
	"Kinesis":                       {rate: 5, burst: 5, each: true},
	"Kinesis.DescribeStreamSummary": {rate: 20, burst: 20},
	"ACM.DescribeCertificate":       {rate: 10, burst: 10},
	"ACM.ListCertificates":          {rate: 5, burst: 5},
	"Secrets Manager.ListSecrets":   {rate: 100, burst: 100},
	"Account":                       {rate: 10, burst: 15},

	"Service Quotas":                   {rate: 5, burst: 5, each: true},
	"Service Quotas.ListServiceQuotas": {rate: 10, burst: 10},

	// Settings of buckets have no documented limit; reading objects has 5,500
	// a second.
	"S3":             {rate: 1000, burst: 1000},
	"S3.ListBuckets": {rate: 5, burst: 5},
}

var defaultLimit = limit{rate: 20, burst: 40}

// limitOf is the limit of an operation, and the name under which the
// operations that share it are counted.
func limitOf(service, operation string) (limit, string) {
	own := service + "." + operation
	if l, ok := limits[own]; ok {
		return l, own
	}
	l, ok := limits[service]
	switch {
	case !ok:
		return defaultLimit, service
	case l.each:
		return l, own
	}
	return l, service
}

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
	l, api := limitOf(service, operation)
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
