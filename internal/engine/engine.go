package engine

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// Options say what to judge by.
type Options struct {
	Library *rule.Library
	Rules   []string // ids; see Selected
	Profile *Profile // nil: every rule as its page has it
	Now     time.Time
}

// A Result is what a run gives beside the inventory that it judged.
type Result struct {
	Checks   []*Check
	Problems []cloud.Problem
	Rules    int // how many rules were applied to at least one resource
}

// batch is how many resources one unit of work holds against one rule.
const batch = 128

// A unit of work: one rule, some resources.
type unit struct {
	rule      *rule.Rule
	settings  map[string]any
	risk      rule.Risk
	inventory []*cloud.Resource
	places    []int // of the resources, in the inventory
	checks    []placed
	err       error
}

// A placed check is of the resource at a place in the inventory; what was not
// read has its place behind them.
type placed struct {
	*Check
	place int
}

// Run holds an inventory against rules. The same inventory, settings and time
// give the same checks in the same order: by resource as the inventory has
// them, what could not be read at last, then by rule. A cancelled context ends
// the run with its error.
func Run(ctx context.Context, inv *cloud.Inventory, options Options) (*Result, error) {
	result := &Result{}
	places := map[string][]int{}
	for i, r := range inv.Resources {
		places[r.Type] = append(places[r.Type], i)
	}
	gaps := gapsOf(inv)
	var units []*unit
	for _, id := range options.Rules {
		if !options.Profile.enabled(id) {
			continue
		}
		typ := options.Library.TypeOf(id)
		if len(places[typ])+len(gaps[typ]) == 0 {
			continue
		}
		r, err := options.Library.Rule(id)
		if err != nil {
			result.Problems = append(result.Problems, pageProblem(err))
			continue
		}
		settings, configured := options.Profile.settingsFor(r)
		if !configured || r.Deprecated != "" {
			continue
		}
		whole := unit{rule: r, settings: settings, risk: options.Profile.risk(r), inventory: inv.Resources}
		for part := range slices.Chunk(places[typ], batch) {
			u := whole
			u.places = part
			units = append(units, &u)
		}
		if len(gaps[typ]) > 0 {
			whole.tellOf(gaps[typ])
			units = append(units, &whole)
		}
	}
	if err := evaluate(ctx, newIndex(inv), units, options); err != nil {
		return nil, err
	}
	applied := map[string]bool{}
	failed := map[string]bool{}
	for _, u := range units {
		if len(u.checks) > 0 {
			applied[u.rule.ID] = true
		}
		if u.err != nil && !failed[u.rule.ID] {
			failed[u.rule.ID] = true
			result.Problems = append(result.Problems, pageProblem(u.err))
		}
	}
	result.Rules = len(applied)
	result.Checks = inOrder(units, len(inv.Resources)+len(inv.Unread))
	result.Problems = append(result.Problems, suppress(inv, result.Checks, options)...)
	return result, nil
}

// inOrder lists the checks of all units by their place, those of one place in
// the order of the units.
func inOrder(units []*unit, places int) []*Check {
	starts := make([]int, places+1)
	for _, u := range units {
		for _, c := range u.checks {
			starts[c.place+1]++
		}
	}
	for i := range places {
		starts[i+1] += starts[i]
	}
	checks := make([]*Check, starts[places])
	for _, u := range units {
		for _, c := range u.checks {
			checks[starts[c.place]] = c.Check
			starts[c.place]++
		}
	}
	return checks
}

func pageProblem(err error) cloud.Problem {
	if p, ok := err.(*rule.PageError); ok {
		return p.Problem()
	}
	return cloud.Problem{Severity: cloud.Error, Summary: err.Error()}
}

func evaluate(ctx context.Context, ix *index, units []*unit, options Options) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(units)) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(units) {
					return
				}
				units[i].evaluate(ix, options)
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}

func (u *unit) evaluate(ix *index, options Options) {
	if len(u.places) == 0 {
		return
	}
	joins, err := u.rule.Joins()
	if err != nil {
		u.err = err
		return
	}
	template, err := u.rule.Template()
	if err != nil {
		u.err = err
		return
	}
	for _, place := range u.places {
		r := u.inventory[place]
		if r.Template && !template || options.Profile.excepted(u.rule.ID, r) {
			continue
		}
		in := rule.Input{Resource: r, Settings: u.settings, Now: options.Now}
		if len(joins) > 0 {
			in.Joined = make(map[string][]rule.Joined, len(joins))
			for _, j := range joins {
				in.Joined[j.Name] = ix.join(j, r)
			}
		}
		outcome, err := u.rule.Evaluate(in)
		if err != nil {
			u.err = fmt.Errorf("%s could not judge %s: %w", u.rule.File, r.ID, err)
			outcome = rule.Result{Outcome: rule.CannotTell, Missing: []string{"the rule failed: " + err.Error()}}
		}
		if check := u.check(r, outcome); check != nil {
			u.checks = append(u.checks, placed{check, place})
		}
	}
}

func (u *unit) check(r *cloud.Resource, outcome rule.Result) *Check {
	c := &Check{Rule: u.rule, Risk: u.risk, Resource: r, Missing: outcome.Missing}
	switch outcome.Outcome {
	case rule.NotApplicable:
		return nil
	case rule.Conforms:
		c.Verdict, c.Message = Pass, u.rule.Title
	case rule.Violates:
		c.Verdict, c.Message = Fail, outcome.Message
		if r.Conditional != "" {
			c.Message += " (if it is created at all: " + r.Conditional + ")"
		}
	case rule.CannotTell:
		if r.Fragment != "" && waitsOnlyFor(outcome.Missing, r.Fragment) {
			// The part does not bear on the rule: nothing is asked of it.
			return nil
		}
		c.Verdict, c.Message = Unknown, couldNotTell(outcome.Missing)
	}
	c.Location = r.Locate(u.rule.At)
	return c
}

// waitsOnlyFor tells whether a check could not be told for one reason alone.
func waitsOnlyFor(missing []string, reason string) bool {
	return len(missing) > 0 && !slices.ContainsFunc(missing, func(m string) bool {
		return m != reason && !strings.HasSuffix(m, ": "+reason)
	})
}

// couldNotTell says in a sentence what was missing.
func couldNotTell(missing []string) string {
	what := "what it depends on is not known"
	if len(missing) > 0 {
		what = missing[0]
	}
	if len(missing) > 1 {
		what = fmt.Sprintf("%s; and %d more", what, len(missing)-1)
	}
	return "Could not tell: " + what
}
