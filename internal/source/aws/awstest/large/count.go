package large

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Calls counts the requests for one operation in one region. Global services
// are counted under us-east-1.
type Calls struct {
	Service   string
	Region    string
	Operation string
	Answered  int
	Throttled int
	// Took is what the answered calls took, by bucket.
	Took []Taken
}

type bucketKey struct{ service, region, bucket string }

type callKey struct{ service, region, operation string }

// ledger is what the server remembers: tokens and counts.
type ledger struct {
	mu      sync.Mutex
	buckets map[bucketKey]*bucket
	calls   map[callKey]*Calls
	unknown map[string]int
}

func (l *ledger) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buckets = map[bucketKey]*bucket{}
	l.calls = map[callKey]*Calls{}
	l.unknown = map[string]int{}
}

// admit counts a request and says whether the limits let it through: every
// bucket that it needs must have its tokens, or it takes none.
func (l *ledger) admit(q *request, now time.Time, unlimited bool) bool {
	cost := q.cost(now)
	region := regions[q.region].name
	l.mu.Lock()
	defer l.mu.Unlock()
	key := callKey{q.service.name, region, q.operation}
	c := l.calls[key]
	if c == nil {
		c = &Calls{Service: key.service, Region: region, Operation: q.operation}
		l.calls[key] = c
	}
	var of [2]*bucket // no call needs more
	for i, t := range cost {
		key := bucketKey{q.service.name, region, t.Bucket}
		b := l.buckets[key]
		if b == nil {
			b = &bucket{}
			l.buckets[key] = b
		}
		b.fill(t.Limit, now)
		if !unlimited && b.tokens < t.Tokens {
			c.Throttled++
			return false
		}
		of[i] = b
	}
	c.Answered++
	for i, t := range cost {
		of[i].tokens -= t.Tokens
		c.take(t)
	}
	return true
}

func (c *Calls) take(t Taken) {
	for i := range c.Took {
		if c.Took[i].Bucket == t.Bucket {
			c.Took[i].Tokens += t.Tokens
			return
		}
	}
	c.Took = append(c.Took, t)
}

func (l *ledger) miss(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.unknown[what]++
}

// Calls returns the counts by service, region and operation, in that order.
func (s *Server) Calls() []Calls {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	calls := make([]Calls, 0, len(s.ledger.calls))
	for _, c := range s.ledger.calls {
		copied := *c
		copied.Took = slices.Clone(c.Took)
		calls = append(calls, copied)
	}
	slices.SortFunc(calls, func(a, b Calls) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Operation, b.Operation))
	})
	return calls
}

// Unknown lists what was asked that this server has no answer for (operations,
// and filters of operations), each with how often.
func (s *Server) Unknown() []string {
	s.ledger.mu.Lock()
	defer s.ledger.mu.Unlock()
	list := make([]string, 0, len(s.ledger.unknown))
	for what, n := range s.ledger.unknown {
		list = append(list, fmt.Sprintf("%s: %d", what, n))
	}
	slices.Sort(list)
	return list
}

// Reset forgets counts and fills every bucket, as for an account that has been
// left alone for a while. What has been made up stays.
func (s *Server) Reset() { s.ledger.reset() }

// Bound is the least time in which the calls could have been answered under the
// limits of their buckets, if nothing else took time: (tokens - burst) / rate of
// a bucket, and of all buckets the greatest. To that comes the latency of the
// longest chain of calls of which each needs the one before (the pages of a
// list, then a detail), which the caller knows. The second result names the
// bucket that decides, for a reader.
func (s *Server) Bound(calls []Calls, chain int) (time.Duration, string) {
	sums := map[bucketKey]Taken{}
	for _, c := range calls {
		for _, t := range c.Took {
			key := bucketKey{c.Service, c.Region, t.Bucket}
			t.Tokens += sums[key].Tokens
			sums[key] = t
		}
	}
	var least time.Duration
	var decides string
	for key, t := range sums {
		if t.Tokens <= t.Burst {
			continue
		}
		d := time.Duration((t.Tokens - t.Burst) / t.Rate * float64(time.Second))
		name := fmt.Sprintf("%s %s in %s: %g tokens, of which %g at once and then %g a second",
			key.service, key.bucket, key.region, t.Tokens, t.Burst, t.Rate)
		if d > least || d == least && name < decides {
			least, decides = d, name
		}
	}
	return least + time.Duration(chain)*s.latency, decides
}
