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
	Limit     Limit
	Answered  int
	Throttled int
}

type callKey struct{ service, region, operation, bucket string }

// ledger is what the server remembers: tokens and counts.
type ledger struct {
	mu      sync.Mutex
	buckets map[callKey]*bucket
	calls   map[callKey]*Calls
	unknown map[string]int
}

func (l *ledger) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buckets = map[callKey]*bucket{}
	l.calls = map[callKey]*Calls{}
	l.unknown = map[string]int{}
}

// admit counts a request and says whether the limits let it through.
func (l *ledger) admit(q *request, limit Limit, now time.Time, unlimited bool) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := callKey{service: q.service.name, region: regions[q.region].name, bucket: limit.Bucket}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{}
		l.buckets[key] = b
	}
	key.operation = q.operation
	c := l.calls[key]
	if c == nil {
		c = &Calls{Service: key.service, Region: key.region, Operation: key.operation, Limit: limit}
		l.calls[key] = c
	}
	if !unlimited && !b.take(limit, now) {
		c.Throttled++
		return false
	}
	c.Answered++
	return true
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
		calls = append(calls, *c)
	}
	slices.SortFunc(calls, func(a, b Calls) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Limit.Bucket, b.Limit.Bucket))
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
// limits of their buckets, if nothing else took time: for n calls to a bucket,
// (n - burst) / rate, and of all buckets the greatest. To that comes the latency
// of the longest chain of calls of which each needs the one before (a list's
// pages, then a detail), which the caller knows. The second result names the
// bucket that decides, for a reader.
func (s *Server) Bound(calls []Calls, chain int) (time.Duration, string) {
	sums := map[callKey]int{}
	limits := map[callKey]Limit{}
	for _, c := range calls {
		key := callKey{service: c.Service, region: c.Region, bucket: c.Limit.Bucket}
		sums[key] += c.Answered
		limits[key] = c.Limit
	}
	var least time.Duration
	var decides string
	for key, n := range sums {
		l := limits[key]
		if float64(n) <= l.Burst {
			continue
		}
		d := time.Duration((float64(n) - l.Burst) / l.Rate * float64(time.Second))
		name := fmt.Sprintf("%s %s in %s: %d calls, %g at once and %g a second", key.service, key.bucket, key.region, n, l.Burst, l.Rate)
		if d > least || d == least && name < decides {
			least, decides = d, name
		}
	}
	return least + time.Duration(chain)*s.latency, decides
}
