package aws

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Stats says what a reading took.
type Stats struct {
	Accounts  int
	Regions   []string
	Resources int
	Calls     int64
	Retries   int64
	Throttles int64
	Elapsed   time.Duration

	// Failures is what could not be read, by the action that failed.
	Failures []Failure
}

// A Failure is an IAM action that did not answer, in one account.
type Failure struct {
	Account string
	Action  string // empty for a fault that is no call's
	Cause   Cause
	Reason  string   // of the first of them
	Regions []string // where, sorted
	Types   []string // what is not known for it, sorted
	Count   int      // how many lists or resources
}

type failureKey struct {
	account, action string
	cause           Cause
}

// fail records a failed read; the caller holds the lock.
func (c *crawl) fail(s *scope, typ string, err error) {
	key := failureKey{account: s.id, cause: Malformed}
	text := reason(err)
	var call *callError
	if errors.As(err, &call) {
		key.action, key.cause = call.action, call.cause
	} else {
		key.action = s.collector.service
	}
	f := c.failures[key]
	if f == nil {
		f = &Failure{Account: key.account, Action: key.action, Cause: key.cause, Reason: text}
		c.failures[key] = f
	}
	f.Count++
	if text < f.Reason {
		f.Reason = text
	}
	f.Regions = with(f.Regions, s.region)
	f.Types = with(f.Types, typ)
}

// with is a sorted list with one more in it.
func with(list []string, s string) []string {
	at, ok := slices.BinarySearch(list, s)
	if ok {
		return list
	}
	return slices.Insert(list, at, s)
}

func (c *crawl) stats(inv *cloud.Inventory, elapsed time.Duration) *Stats {
	s := &Stats{
		Accounts: c.read, Regions: slices.Sorted(maps.Keys(c.regions)), Resources: len(inv.Resources),
		Calls: c.meter.calls.Load(), Retries: c.meter.retries.Load(), Throttles: c.meter.throttles.Load(),
		Elapsed: elapsed,
	}
	for _, f := range c.failures {
		s.Failures = append(s.Failures, *f)
	}
	slices.SortFunc(s.Failures, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Cause, b.Cause))
	})
	return s
}

// Progress is how far a reading is.
type Progress struct {
	Collectors, CollectorsDone int64 // one for each list in each account and region
	Resources, Calls           int64
	Accounts, Regions          int
	Service                    string // that was read last
}

// report tells how far the reading is; service is that of the collector that
// has ended.
func (c *crawl) report(service string) {
	if c.options.Progress == nil {
		return
	}
	c.mu.Lock()
	accounts, regions := c.read, len(c.regions)
	c.mu.Unlock()
	c.reporting.Lock()
	defer c.reporting.Unlock()
	c.options.Progress(Progress{
		Collectors: c.total.Load(), CollectorsDone: c.done.Load(),
		Resources: c.found.Load(), Calls: c.meter.calls.Load(),
		Accounts: accounts, Regions: regions, Service: service,
	})
}
