package aws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

// A crawl runs collectors for every account and region, all at once within the
// limits of the meter, and gathers what they bring.
type crawl struct {
	options Options
	meter   *meter

	accounts sync.WaitGroup
	workers  chan struct{} // bounds the collectors at work

	mu        sync.Mutex
	resources []*cloud.Resource
	unread    []cloud.Unread
	problems  []cloud.Problem
	failures  map[failureKey]*Failure
	regions   map[string]bool
	read      int // accounts that were read

	total, done, found atomic.Int64
	reporting          sync.Mutex
}

// maxWorkers bounds the collectors at work at one time.
const maxWorkers = 128

// maxDetails bounds the resources whose parts one collector reads at a time.
const maxDetails = 24

func newCrawl(options Options) *crawl {
	return &crawl{
		options: options, meter: newMeter(&options), workers: make(chan struct{}, maxWorkers),
		failures: map[failureKey]*Failure{}, regions: map[string]bool{},
	}
}

func (c *crawl) wait() { c.accounts.Wait() }

// account begins to read one account.
func (c *crawl) account(ctx context.Context, a *Account) {
	c.accounts.Go(func() {
		s, regions, err := c.open(ctx, a)
		if err != nil {
			c.lost(a, err)
			return
		}
		c.mu.Lock()
		c.read++
		for _, region := range regions {
			c.regions[region] = true
		}
		c.mu.Unlock()
		var scopes []*scope
		for i := range collectors() {
			collector := &collectors()[i]
			if !c.options.selected(collector) {
				continue
			}
			places := regions
			if collector.global {
				places = []string{s.home()}
			}
			for _, region := range places {
				scopes = append(scopes, &scope{session: s, region: region, cfg: s.at(region), collector: collector})
			}
		}
		c.total.Add(int64(len(scopes)))
		var running sync.WaitGroup
		for _, sc := range scopes {
			c.workers <- struct{}{}
			running.Go(func() {
				defer func() { <-c.workers }()
				c.collect(ctx, sc)
				c.done.Add(1)
				c.report(sc.collector.service)
			})
		}
		running.Wait()
		c.absences(scopes)
		c.finish(ctx, s, scopes)
	})
}

// lost records an account of which nothing could be read.
func (c *crawl) lost(a *Account, err error) {
	name := a.ID
	if a.Name != "" {
		name = strings.TrimSpace(name + " " + a.Name)
	}
	if name == "" {
		name = "the account"
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.problems = append(c.problems, cloud.Problem{
		Severity: cloud.Error,
		Summary:  name + " could not be read: " + reason(err),
		Detail:   remedy(err),
	})
	for _, typ := range c.neededTypes() {
		c.unread = append(c.unread, cloud.Unread{Type: typ, Account: a.ID, Region: "global", Reason: reason(err)})
	}
}

// neededTypes lists the types that the collectors selected emit, sorted.
func (c *crawl) neededTypes() []string {
	var types []string
	for i := range collectors() {
		collector := &collectors()[i]
		if !c.options.selected(collector) {
			continue
		}
		for _, e := range collector.types {
			if c.options.needs(e.typ) && !slices.Contains(types, e.typ) {
				types = append(types, e.typ)
			}
		}
	}
	slices.Sort(types)
	return types
}

// collect runs one collector in one place.
func (c *crawl) collect(ctx context.Context, s *scope) {
	err := ctx.Err()
	if err != nil {
		err = &callError{action: firstOf(s.collector.calls), cause: Stopped, err: err}
	} else {
		err = protect(func() error { return s.collector.read(permit(ctx, s.collector.calls), s) })
	}
	if noService(err) {
		s.absence = err
	} else if err != nil {
		for _, e := range s.collector.types {
			s.incomplete(e.typ, err)
		}
	}
	c.details(ctx, s)
	if len(s.faults) > 0 {
		for _, e := range s.collector.types {
			s.incomplete(e.typ, fmt.Errorf("%w: %w", errNotDeclared, errors.Join(s.faults...)))
		}
	}
	for _, r := range s.found {
		s.settle(r)
	}
	c.found.Add(int64(len(s.found)))
	c.record(s)
}

// record tells what a scope could not read.
func (c *crawl) record(s *scope) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range s.failed {
		c.fail(s, f.typ, f.err)
	}
	for typ, errs := range s.unread {
		for _, err := range errs {
			c.fail(s, typ, err)
		}
		if c.options.needs(typ) {
			c.unread = append(c.unread, cloud.Unread{Type: typ, Account: s.id, Region: s.label(), Reason: reason(errs[0])})
		}
	}
}

// noService tells whether a list failed as it does where the region does not
// have the service at all, so that there is nothing there to read.
func noService(err error) bool {
	var call *callError
	return errors.As(err, &call) && call.cause == NotOffered && noSuchHost(err)
}

// absences looks, once all have been asked, at the services that a region does
// not seem to have: without any answer from there, the fault may be the
// network's.
func (c *crawl) absences(scopes []*scope) {
	for _, s := range scopes {
		if s.absence == nil {
			continue
		}
		if _, answered := c.meter.answered.Load(place{s.id, s.region}); answered {
			continue
		}
		s.failed, s.unread = nil, nil // these are recorded
		for _, e := range s.collector.types {
			s.incomplete(e.typ, s.absence)
		}
		c.record(s)
	}
}

// label is the region as resources carry it.
func (s *scope) label() string {
	if s.collector.global {
		return "global"
	}
	return s.region
}

func firstOf(calls string) string {
	first, _, _ := strings.Cut(calls, " ")
	return first
}

// protect turns a panic over an answer that nobody foresaw into an error of
// that collector.
func protect(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the answer could not be read: %v", p)
		}
	}()
	return do()
}

// details reads the parts of every resource that was found.
func (c *crawl) details(ctx context.Context, s *scope) {
	var parts []*part
	for i := range s.collector.parts {
		p := &s.collector.parts[i]
		if c.options.runs(s.collector, p) {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 || len(s.found) == 0 {
		return
	}
	listed := s.found // parts may add to it
	gone := make([]bool, len(listed))
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(maxDetails, len(listed)) {
		workers.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(listed) {
					return
				}
				gone[i] = c.detail(ctx, s, listed[i], parts)
			}
		})
	}
	workers.Wait()
	kept := make([]*cloud.Resource, 0, len(s.found))
	for i, r := range s.found {
		if i >= len(gone) || !gone[i] {
			kept = append(kept, r)
		}
	}
	s.found = kept
}

// detail reads the parts of one resource, one after the other; gone is true
// when the resource is no longer there.
func (c *crawl) detail(ctx context.Context, s *scope, r *cloud.Resource, parts []*part) (gone bool) {
	for _, p := range parts {
		if s.collector.typeOf(p) != r.Type {
			continue
		}
		var given props
		err := ctx.Err()
		if err != nil {
			err = &callError{action: firstOf(p.calls), cause: Stopped, err: err}
		} else {
			err = protect(func() (err error) {
				given, err = p.read(permit(ctx, p.calls), s, r)
				return err
			})
		}
		if errors.Is(err, errGone) {
			return true
		}
		declared := names(p.gives)
		for name := range given {
			if !slices.Contains(declared, name) && err == nil {
				err = fmt.Errorf("%w: the collector of %s gives %s.%s, which it does not declare", errNotDeclared, s.collector.service, r.Type, name)
			}
		}
		if err != nil {
			c.mu.Lock()
			c.fail(s, r.Type, err)
			c.mu.Unlock()
			for _, typ := range names(p.emits) {
				s.incomplete(typ, err)
			}
		}
		for _, name := range declared {
			if v, ok := given[name]; ok {
				put(r.Properties, name, settled(v, func(err error) {
					c.mu.Lock()
					c.fail(s, r.Type, err)
					c.mu.Unlock()
				}))
			} else if err != nil {
				r.Properties[name] = unknown(err)
			}
		}
	}
	return false
}

// settle gives a resource's properties the form of its type.
func (s *scope) settle(r *cloud.Resource) {
	typ, ok := schema.Lookup(r.Type)
	if !ok {
		return
	}
	s.options.prune(r, typ)
	r.Properties = typ.Coerce(r.Properties)
	if !s.options.Secrets {
		if e := s.collector.emission(r.Type); e != nil {
			for _, name := range names(e.secret) {
				if v := r.Properties[name]; v != nil {
					r.Properties[name] = redact(v)
				}
			}
		}
	}
}

// finish reads what needs the resources of a whole account to be known: tags
// and metrics.
func (c *crawl) finish(ctx context.Context, s *session, scopes []*scope) {
	c.tags(ctx, s, scopes)
	c.metrics(ctx, s, scopes)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, sc := range scopes {
		for _, r := range sc.found {
			if c.options.needs(r.Type) {
				tagProperty(r, &c.options)
				c.resources = append(c.resources, r)
			}
		}
		sc.found = nil
	}
}

// inventory is what was read, in an order that does not depend on who answered
// first.
func (c *crawl) inventory() *cloud.Inventory {
	accounts := map[string]int{}
	for i, a := range c.options.Accounts {
		accounts[a.ID] = i
	}
	slices.SortStableFunc(c.resources, func(a, b *cloud.Resource) int {
		return cmp.Or(
			cmp.Compare(accounts[a.Account], accounts[b.Account]),
			cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Region, b.Region), cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.ID, b.ID), cmp.Compare(a.ARN, b.ARN),
		)
	})
	slices.SortFunc(c.unread, func(a, b cloud.Unread) int {
		return cmp.Or(
			cmp.Compare(accounts[a.Account], accounts[b.Account]), cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Region, b.Region), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Reason, b.Reason),
		)
	})
	c.unread = slices.CompactFunc(c.unread, func(a, b cloud.Unread) bool {
		return a.Type == b.Type && a.Account == b.Account && a.Region == b.Region
	})
	slices.SortFunc(c.problems, func(a, b cloud.Problem) int { return cmp.Compare(a.Summary, b.Summary) })
	return &cloud.Inventory{Resources: c.resources, Unread: c.unread, Problems: c.problems}
}
