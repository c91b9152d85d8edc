package large

import "time"

// A Limit is AWS's token bucket for one API, or for several that share one: so
// many requests at once, and then so many a second.
type Limit struct {
	// Bucket is the operation, or the name of what several operations share.
	Bucket string
	Burst  float64
	Rate   float64
}

// perSecond is a limit that AWS documents as requests a second and no more:
// a second's worth may come at once.
func perSecond(n float64) Limit { return Limit{Burst: max(n, 1), Rate: n} }

func tokens(burst, rate float64) Limit { return Limit{Burst: burst, Rate: rate} }

// undocumented is taken where AWS documents nothing: lower than what most of
// those APIs are seen to allow.
var undocumented = tokens(40, 20)

// serviceLimits are the limits of one service, each for an account and region.
type serviceLimits struct {
	// of are operations that have a bucket of their own.
	of map[string]Limit
	// shared are operations that have one bucket between them; those with the
	// same Bucket share it.
	shared map[string]Limit
	// rest is every other operation: one bucket for each, or, when it has a
	// Bucket name, one for all of them.
	rest Limit
}

// limit finds the bucket that a request takes a token from.
func (q *request) limit() Limit {
	l, ok := limits[q.service.name]
	if !ok {
		l.rest = undocumented
	}
	if q.service.name == "ec2" && unpaged(q) {
		return Limit{Bucket: q.operation + " (unpaged)", Burst: ec2Unpaged.Burst, Rate: ec2Unpaged.Rate}
	}
	if own, ok := l.of[q.operation]; ok {
		own.Bucket = q.operation
		return own
	}
	if shared, ok := l.shared[q.operation]; ok {
		return shared
	}
	if l.rest.Bucket != "" {
		return l.rest
	}
	rest := l.rest
	rest.Bucket = q.operation
	return rest
}

// bucket is the state of one limit.
type bucket struct {
	tokens float64
	at     time.Time
}

// take takes a token if there is one.
func (b *bucket) take(l Limit, now time.Time) bool {
	if b.at.IsZero() {
		b.tokens = l.Burst
	} else if d := now.Sub(b.at); d > 0 {
		b.tokens = min(l.Burst, b.tokens+d.Seconds()*l.Rate)
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
