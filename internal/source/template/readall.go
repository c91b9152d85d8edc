package template

import (
	"context"
	"fmt"
	"runtime"

	"github.com/surety-cloud/surety/internal/cloud"
)

// maxResources bounds what one scan holds in memory. Modules that call one
// another can make very many resources of a few files, and each folder of
// modules is read for itself too.
const maxResources = 250_000

// readAll reads the roots, several at a time. When the context ends it returns
// at once with what was read so far.
func readAll(ctx context.Context, roots []*root, options Options) {
	type reading struct {
		at        int
		inventory *cloud.Inventory
	}
	next := make(chan int)
	done := make(chan reading)
	for range min(runtime.GOMAXPROCS(0), len(roots)) {
		go func() {
			for at := range next {
				own := *roots[at] // what is given up must not be written to later
				own.inventory = &cloud.Inventory{}
				own.read(options)
				select {
				case done <- reading{at, own.inventory}:
				case <-ctx.Done():
				}
			}
		}()
	}
	for _, r := range roots {
		r.inventory = &cloud.Inventory{}
	}
	defer close(next)
	resources := 0
	for at, open := 0, 0; at < len(roots) || open > 0; {
		send := next
		switch {
		case at == len(roots):
			send = nil
		case resources > maxResources:
			at++ // withinBudget leaves it out whatever it holds
			continue
		}
		select {
		case <-ctx.Done():
			return
		case send <- at:
			at++
			open++
		case r := <-done:
			open--
			roots[r.at].inventory = r.inventory
			resources += len(r.inventory.Resources)
		}
	}
}

// withinBudget leaves out what was read after the limit of resources was
// reached. Which roots these are hangs on their order alone, not on which was
// read first.
func withinBudget(roots []*root, limit int) []cloud.Problem {
	var problems []cloud.Problem
	sum := 0
	for _, r := range roots {
		if sum > limit {
			r.inventory = &cloud.Inventory{}
			problems = append(problems, cloud.Problem{
				Severity: cloud.Error, File: r.path, Summary: "not read, for the scan holds too many resources already",
				Detail: fmt.Sprintf("A scan stops at %d resources; scan fewer folders at a time.", limit),
			})
			continue
		}
		sum += len(r.inventory.Resources)
	}
	return problems
}
