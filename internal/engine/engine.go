package engine

import (
	"context"
	"runtime"
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

	// Left are the rules that were not held against a live inventory, with
	// what they read and the inventory's source was not asked for or does not
	// tell: what is absent there is not known to be absent.
	Left map[string][]string
}

// Run holds an inventory against rules. The same inventory, settings and time
// give the same checks in the same order: by resource as the inventory has
// them, what could not be read at last, then by rule. A cancelled context ends
// the run with its error.
func Run(ctx context.Context, inv *cloud.Inventory, options Options) (*Result, error) {
	p := newPlan(inv, options)
	if err := each(ctx, len(p.judging), func(i int) { p.judging[i].compile() }); err != nil {
		return nil, err
	}
	ix := newIndex(inv)
	units := p.units()
	if err := each(ctx, len(units), func(i int) { units[i].evaluate(ctx, ix, inv, options) }); err != nil {
		return nil, err
	}
	for _, u := range units {
		u.settle()
	}
	result := &Result{Problems: p.problems, Left: p.left}
	for _, a := range p.judging {
		if a.err != nil {
			result.Problems = append(result.Problems, pageProblem(a.err))
		}
	}
	result.Checks = append(inOrder(units, len(inv.Resources)), p.unread()...)
	for _, a := range p.applied {
		if a.made {
			result.Rules++
		}
	}
	result.Problems = append(result.Problems, suppress(inv, result.Checks, options)...)
	return result, nil
}

// inOrder lists the checks of all units by the place of their resource in the
// inventory.
func inOrder(units []*unit, places int) []*Check {
	starts := make([]int, places+1)
	for _, u := range units {
		for i, place := range u.places {
			starts[place+1] = len(u.of(i))
		}
	}
	for i := range places {
		starts[i+1] += starts[i]
	}
	checks := make([]*Check, starts[places])
	for _, u := range units {
		for i, place := range u.places {
			copy(checks[starts[place]:], u.of(i))
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

// each does n pieces of work on all processors. It ends early, with its error,
// when the context does.
func each(ctx context.Context, n int, work func(i int)) error {
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	workers.Wait()
	return ctx.Err()
}
