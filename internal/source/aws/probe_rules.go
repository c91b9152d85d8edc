package aws

import (
	"fmt"
	"slices"

	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
)

// dependents are the ids of the rules that read what an action tells, by
// action, sorted; of rules that can judge accounts at all. Where the action is
// denied they cannot judge some or all resources. The faults are of pages that
// cannot be read.
func dependents(library *rule.Library) (rules map[string][]string, faults []string) {
	rules = map[string][]string{}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		var reads rule.Reads
		if err == nil {
			reads, err = r.Reads()
		}
		if err != nil {
			faults = append(faults, fmt.Sprintf("%s: %v", id, err))
			continue
		}
		if len(reads.Missing(everything())) > 0 {
			continue
		}
		for action := range actionsFor(reads) {
			rules[action] = append(rules[action], id)
		}
	}
	for _, ids := range rules {
		slices.Sort(ids)
	}
	return rules, faults
}

// actionsFor are the actions that tell what a rule reads. Which regions are
// enabled has to be known for every one.
func actionsFor(reads rule.Reads) map[string]bool {
	options := &Options{Needs: reads, Thorough: true}
	actions := map[string]bool{"ec2:DescribeRegions": true}
	note := func(calls string) {
		for _, action := range names(calls) {
			actions[action] = true
		}
	}
	for i := range collectors() {
		c := &collectors()[i]
		if !options.selected(c) {
			continue
		}
		note(c.calls)
		for j := range c.parts {
			if part := &c.parts[j]; options.runs(c, part) {
				note(part.calls)
			}
		}
		for j := range c.types {
			e := &c.types[j]
			typ, ok := schema.Lookup(e.typ)
			if !ok || !options.needs(e.typ) {
				continue
			}
			if e.tagged != "" && e.tagged != "-" && options.wants(e.typ, []string{typ.TagProperty}) {
				note(taggingCalls)
			}
			if slices.ContainsFunc(typ.Metrics, func(name string) bool { return options.measures(e.typ, name) }) {
				note(metricCalls)
			}
		}
	}
	for i := range listedTypes {
		if l := &listedTypes[i]; options.needs(l.typ) {
			note(l.actions)
		}
	}
	return actions
}
