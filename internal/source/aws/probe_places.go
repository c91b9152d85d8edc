package aws

import (
	"maps"
	"slices"
)

// places are the regions in which the actions are looked at, with the actions:
// those that only global services use in the partition's own region.
func (p *probe) places() map[string][]string {
	regional := map[string]bool{"ec2:DescribeRegions": true}
	note := func(calls string) {
		for _, action := range names(calls) {
			regional[action] = true
		}
	}
	note(taggingCalls)
	note(metricCalls)
	for _, c := range collectors() {
		if c.global {
			continue
		}
		note(c.calls)
		for _, part := range c.parts {
			note(part.calls)
		}
	}
	for _, l := range listedTypes {
		if !l.global {
			note(l.actions)
		}
	}
	places := map[string][]string{}
	for _, action := range Actions() {
		region := homeRegion(p.partition)
		if regional[action] {
			region = p.access.Region
		}
		places[region] = append(places[region], action)
	}
	return places
}

func sortedKeys(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
