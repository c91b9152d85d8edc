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
	resources []*cloud.Resource
	checks    []*Check
	err       error
}

// Run holds an inventory against rules. The same inventory, settings and time
// give the same checks in the same order: by resource as the inventory has
// them, then by rule. A cancelled context ends the run with its error.
func Run(ctx context.Context, inv *cloud.Inventory, options Options) (*Result, error) {
	result := &Result{}
	ix := newIndex(inv)
	byType := map[string][]*cloud.Resource{}
	for _, r := range inv.Resources {
		byType[r.Type] = append(byType[r.Type], r)
	}
	var units []*unit
	for _, id := range options.Rules {
		if !options.Profile.enabled(id) {
			continue
		}
		resources := byType[options.Library.TypeOf(id)]
		if len(resources) == 0 {
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
		for part := range slices.Chunk(resources, batch) {
			units = append(units, &unit{rule: r, settings: settings, resources: part})
		}
	}
	if err := evaluate(ctx, ix, units, options); err != nil {
		return nil, err
	}
	applied := map[string]bool{}
	failed := map[string]bool{}
	for _, u := range units {
		result.Checks = append(result.Checks, u.checks...)
		if len(u.checks) > 0 {
			applied[u.rule.ID] = true
		}
		if u.err != nil && !failed[u.rule.ID] {
			failed[u.rule.ID] = true
			result.Problems = append(result.Problems, pageProblem(u.err))
		}
	}
	result.Rules = len(applied)
	order := make(map[*cloud.Resource]int, len(inv.Resources))
	for i, r := range inv.Resources {
		order[r] = i
	}
	slices.SortStableFunc(result.Checks, func(a, b *Check) int {
		return order[a.Resource] - order[b.Resource]
	})
	result.Problems = append(result.Problems, suppress(inv, result.Checks, options)...)
	return result, nil
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
	for _, r := range u.resources {
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
		if check := u.check(r, outcome, options); check != nil {
			u.checks = append(u.checks, check)
		}
	}
}

func (u *unit) check(r *cloud.Resource, outcome rule.Result, options Options) *Check {
	c := &Check{Rule: u.rule, Risk: options.Profile.risk(u.rule), Resource: r, Missing: outcome.Missing}
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
		c.Verdict, c.Message = Unknown, "Could not tell: "+sentence(outcome.Missing)
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

func sentence(parts []string) string {
	switch len(parts) {
	case 0:
		return "what it depends on is not known"
	case 1:
		return parts[0]
	}
	return fmt.Sprintf("%s; and %d more", parts[0], len(parts)-1)
}
