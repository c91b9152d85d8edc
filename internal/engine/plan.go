package engine

import (
	"fmt"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// A plan says which rules a run applies to what.
type plan struct {
	groups   []*group // in the order in which the inventory has their types
	applied  []*applied
	judging  []*applied // those that have resources to judge
	gaps     []*gap
	problems []cloud.Problem
	left     map[string][]string // see Result
}

// A group is a resource type with its resources and the rules for it.
type group struct {
	rules  []*applied
	joins  []rule.Join // that the rules make, each once
	places []int       // of the resources, in the inventory
}

// An applied rule is one with what the user's settings make of it.
type applied struct {
	rule       *rule.Rule
	settings   *rule.Settings
	risk       rule.Risk
	exceptions Exceptions
	template   bool  // it can judge a template
	joins      []int // in the group, in the order of the rule's
	made       bool  // it made a check
	err        error // the first fault of its page
}

func newPlan(inv *cloud.Inventory, options Options) *plan {
	p := &plan{gaps: gapsOf(inv), left: map[string][]string{}}
	byType := map[string]*group{}
	groupOf := func(typ string) *group {
		g := byType[typ]
		if g == nil {
			g = &group{}
			byType[typ] = g
			p.groups = append(p.groups, g)
		}
		return g
	}
	for i, r := range inv.Resources {
		g := groupOf(r.Type)
		g.places = append(g.places, i)
	}
	for _, gap := range p.gaps {
		gap.group = groupOf(gap.resource.Type)
	}
	for _, id := range options.Rules {
		if !options.Profile.Enabled(id) {
			continue
		}
		g := byType[options.Library.TypeOf(id)]
		if g == nil && inv.Given == nil {
			continue // most pages are never parsed
		}
		r, err := options.Library.Rule(id)
		if err != nil {
			p.problems = append(p.problems, pageProblem(err))
			continue
		}
		settings, configured := options.Profile.settingsFor(r)
		if !configured || r.Deprecated != "" {
			continue
		}
		if missing := lacks(r, inv.Given); len(missing) > 0 {
			p.left[id] = missing
			continue
		}
		if g == nil {
			continue
		}
		a := &applied{
			rule: r, settings: rule.NewSettings(settings), risk: options.Profile.risk(r),
			exceptions: options.Profile.exceptions(id),
		}
		g.rules = append(g.rules, a)
		p.applied = append(p.applied, a)
		if len(g.places) > 0 {
			p.judging = append(p.judging, a)
		}
	}
	return p
}

// compile makes the rule ready to judge.
// lacks lists what a rule reads and a live inventory was not asked for, or does
// not tell. A template tells what it lacks by itself.
func lacks(r *rule.Rule, given map[string]map[string]bool) []string {
	if given == nil {
		return nil
	}
	reads, err := r.Reads()
	if err != nil {
		return nil // told where the page is compiled to be held against something
	}
	return reads.Missing(given)
}

func (a *applied) compile() { a.template, a.err = a.rule.Template() }

// batch is how many resources one unit of work has: few, since one may take as
// long as many others.
const batch = 16

// units cuts the work in pieces. Every rule that judges is compiled by then.
func (p *plan) units() []*unit {
	var units []*unit
	for _, g := range p.groups {
		if len(g.rules) == 0 {
			continue
		}
		g.share()
		for part := range slices.Chunk(g.places, batch) {
			units = append(units, &unit{group: g, places: part})
		}
	}
	return units
}

// share finds the joins that several rules of the group make.
func (g *group) share() {
	slots := map[string]int{}
	for _, a := range g.rules {
		if a.err != nil {
			continue
		}
		joins, err := a.rule.Joins()
		if err != nil {
			a.err = err
			continue
		}
		for _, j := range joins {
			key := fmt.Sprint(j)
			slot, ok := slots[key]
			if !ok {
				slot = len(g.joins)
				slots[key] = slot
				g.joins = append(g.joins, j)
			}
			a.joins = append(a.joins, slot)
		}
	}
}
