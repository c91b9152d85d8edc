package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A unit of work: some resources of a type, and every rule for it. What one
// rule makes of a resource serves the next.
type unit struct {
	group  *group
	places []int // of the resources, in the inventory
	checks []*Check
	ends   []int         // of the checks of each resource, in checks
	faults map[int]error // of rules, by their place in the group: the first of each

	free []Check // made together, one by one given out
}

// of lists the checks of the resource at a place of u.places.
func (u *unit) of(i int) []*Check {
	if i == 0 {
		return u.checks[:u.ends[0]]
	}
	return u.checks[u.ends[i-1]:u.ends[i]]
}

func (u *unit) evaluate(ctx context.Context, ix *index, inv *cloud.Inventory, options Options) {
	rows := make([]*rule.Rows, len(u.group.joins))
	var joined []*rule.Rows
	u.ends = make([]int, 0, len(u.places))
	for _, place := range u.places {
		if ctx.Err() != nil {
			return
		}
		clear(rows)
		r := inv.Resources[place]
		in := rule.Input{Resource: rule.NewSubject(r), Now: options.Now}
		for i, a := range u.group.rules {
			if a.err != nil || r.Template && !a.template || a.exceptions.Covers(r) {
				continue
			}
			joined = joined[:0]
			for _, slot := range a.joins {
				if rows[slot] == nil {
					rows[slot] = ix.join(u.group.joins[slot], r)
				}
				joined = append(joined, rows[slot])
			}
			in.Joined, in.Settings = joined, a.settings
			outcome, err := a.rule.Evaluate(in)
			if err != nil {
				u.fault(i, fmt.Errorf("%s could not judge %s: %w", a.rule.File, r.ID, err))
				outcome = rule.Result{Outcome: rule.CannotTell, Missing: []string{"the rule failed: " + err.Error()}}
			}
			u.add(a, r, outcome)
		}
		u.ends = append(u.ends, len(u.checks))
	}
}

// fault keeps the first fault of a rule.
func (u *unit) fault(i int, err error) {
	if u.faults == nil {
		u.faults = map[int]error{}
	}
	if u.faults[i] == nil {
		u.faults[i] = err
	}
}

// settle tells the rules of the group what came of them. It is called for one
// unit after the other, in order.
func (u *unit) settle() {
	for i, err := range u.faults {
		if a := u.group.rules[i]; a.err == nil {
			a.err = err
		}
	}
	if len(u.checks) == 0 {
		return
	}
	made := make(map[*rule.Rule]bool, len(u.group.rules))
	for _, c := range u.checks {
		made[c.Rule] = true
	}
	for _, a := range u.group.rules {
		a.made = a.made || made[a.rule]
	}
}

// add makes the check of an outcome, if there is one.
func (u *unit) add(a *applied, r *cloud.Resource, outcome rule.Result) {
	c := Check{Rule: a.rule, Risk: a.risk, Resource: r, Missing: outcome.Missing}
	switch outcome.Outcome {
	case rule.NotApplicable:
		return
	case rule.Conforms:
		c.Verdict, c.Message = Pass, a.rule.Title
	case rule.Violates:
		c.Verdict, c.Message = Fail, outcome.Message
		if r.Conditional != "" {
			c.Message += " (if it is created at all: " + r.Conditional + ")"
		}
	case rule.CannotTell:
		if r.Fragment != "" && waitsOnlyFor(outcome.Missing, r.Fragment) {
			// The part does not bear on the rule: nothing is asked of it.
			return
		}
		c.Verdict, c.Message = Unknown, couldNotTell(outcome.Missing)
	}
	c.Location = r.Locate(a.rule.At)
	if len(u.free) == 0 {
		u.free = make([]Check, 32)
	}
	u.free[0] = c
	u.checks = append(u.checks, &u.free[0])
	u.free = u.free[1:]
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
