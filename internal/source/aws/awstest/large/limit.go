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
func perSecond(n float64) Limit { return tokens(max(n, 1), n) }

func tokens(burst, rate float64) Limit { return Limit{Burst: burst, Rate: rate} }

// named gives a limit that several operations share its name.
func (l Limit) named(bucket string) Limit {
	l.Bucket = bucket
	return l
}

// undocumented is taken where AWS documents nothing. It is a guess, lower than
// what most of those APIs are seen to allow.
var undocumented = tokens(40, 20)

// serviceLimits are the limits of one service, each for an account and region.
type serviceLimits struct {
	// of are operations with limits of their own. Those whose limits have the
	// same Bucket share it; without one it is the operation's alone.
	of map[string]Limit
	// rest is every other operation's: one bucket for each or, when it has a
	// Bucket, one for all of them.
	rest Limit
}

// share puts several operations into one bucket.
func share(l Limit, operations ...string) map[string]Limit {
	m := make(map[string]Limit, len(operations))
	for _, o := range operations {
		m[o] = l
	}
	return m
}

// Taken is what calls took from one bucket: a token each, in most.
type Taken struct {
	Limit
	Tokens float64
}

// cost is what a request takes, from each bucket that it needs.
func (q *request) cost(now time.Time) []Taken {
	l, ok := limits[q.service.name]
	if !ok {
		l.rest = undocumented
	}
	limit, ok := l.of[q.operation]
	if !ok {
		limit = l.rest
	}
	if limit.Bucket == "" {
		limit.Bucket = q.operation
	}
	switch {
	case q.service.name == "ec2" && unpaged(q):
		return []Taken{{ec2Unpaged.named(q.operation + " without a page size"), 1}}
	case q.service.name == "monitoring" && q.operation == "GetMetricData":
		return []Taken{{limit, 1}, q.datapoints(now)}
	}
	return []Taken{{limit, 1}}
}

// bucket is the state of one limit.
type bucket struct {
	tokens float64
	at     time.Time
}

// fill gives a bucket the tokens that time has brought.
func (b *bucket) fill(l Limit, now time.Time) {
	if b.at.IsZero() {
		b.tokens = l.Burst
	} else if d := now.Sub(b.at); d > 0 {
		b.tokens = min(l.Burst, b.tokens+d.Seconds()*l.Rate)
	}
	if now.After(b.at) {
		b.at = now
	}
}
