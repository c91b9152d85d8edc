package netaddr

import (
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// IneffectiveDenies lists the numbers of the entries of a network ACL that are
// meant to deny something and deny nothing: every packet that they match is
// decided by entries with lower numbers, and some of these packets are
// allowed. unknown is why there may be more. The last entry, which AWS sets, is
// left out.
//
// Source: "Network ACL rules" in the Amazon VPC User Guide: "as soon as a rule
// matches traffic, it's applied regardless of any higher-numbered rule that
// might contradict it".
func IneffectiveDenies(entries any) (numbers []int, unknown []*cloud.Unresolved) {
	return shadowed(entries, true)
}

// IneffectiveEntries lists the numbers of the entries of a network ACL that
// decide nothing, because entries with lower numbers decide every packet that
// they match, in whatever way. unknown is why there may be more.
func IneffectiveEntries(entries any) (numbers []int, unknown []*cloud.Unresolved) {
	return shadowed(entries, false)
}

func shadowed(v any, deniesOnly bool) (numbers []int, unknown []*cloud.Unresolved) {
	entries, why := entriesOf(v)
	if why != nil {
		return nil, []*cloud.Unresolved{why}
	}
	doubt := cloud.Known(false)
	for i := range entries {
		e := &entries[i]
		if e.number >= lastEntry || deniesOnly && e.allow {
			continue
		}
		unsure := e.unknown()
		var certain, possible []entry
		var doubts []*cloud.Unresolved
		for j := range entries {
			earlier := &entries[j]
			if j == i || !earlier.mayPrecede(e) {
				continue
			}
			if why := earlier.unknown(); len(why) == 0 {
				certain = append(certain, *earlier)
			} else if len(unsure) > 0 || earlier.mayCover(e) {
				possible, doubts = append(possible, *earlier), append(doubts, why...)
			}
		}
		switch {
		case deniesOnly && !mayAllow(certain) && !mayAllow(possible):
		case len(unsure) > 0:
			if len(certain)+len(possible) > 0 {
				doubt = doubt.Or(cloud.UnknownTruth(unsure...))
			}
		case decides(certain, e, deniesOnly):
			numbers = append(numbers, e.number)
		case len(possible) > 0:
			doubt = doubt.Or(cloud.UnknownTruth(doubts...))
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), doubt.Unknown
}

// unknown lists what is not known of an entry.
func (e *entry) unknown() []*cloud.Unresolved {
	var out []*cloud.Unresolved
	for _, why := range []*cloud.Unresolved{e.whole, e.noNumber, e.noAction, e.noProtocol, e.ports.noFrom, e.ports.noTo} {
		if why != nil {
			out = append(out, why)
		}
	}
	out = append(out, e.egress.Unknown...)
	for _, u := range e.source.unknown {
		out = append(out, u.why)
	}
	return out
}

// mayPrecede tells whether the entry could come before another of the same
// direction.
func (e *entry) mayPrecede(other *entry) bool {
	ordered := e.whole == nil && other.whole == nil && e.noNumber == nil && other.noNumber == nil
	if ordered && e.number >= other.number {
		return false
	}
	return e.egress.IsUnknown() || other.egress.IsUnknown() || e.egress.Value == other.egress.Value
}

func mayAllow(entries []entry) bool {
	return slices.ContainsFunc(entries, func(e entry) bool { return e.allow || e.noAction != nil || e.whole != nil })
}

// mayCover tells whether an entry that is not fully known could be about the
// same protocol and the first port of another.
func (e *entry) mayCover(other *entry) bool {
	return e.whole != nil || !e.applies(other.protocol, other.ports.first()).IsFalse()
}

func (r portRange) first() int {
	if r.every {
		return 0
	}
	return r.from
}

// decides tells whether the earlier entries match every packet that e matches
// and, when allowing, allow one of them.
func decides(earlier []entry, e *entry, allowing bool) bool {
	ports := interval{0, lastPort(e.protocol)}
	if !e.ports.every {
		ports = interval{e.ports.from, e.ports.to}
	}
	if len(e.source.known) == 0 || ports.from > ports.to {
		return false
	}
	slices.SortStableFunc(earlier, func(a, b entry) int { return a.number - b.number })
	allowed := false
	for _, port := range entryEdges(earlier, ports) {
		for _, f := range families {
			var rest []span
			for _, p := range e.source.known {
				if f.has(p) {
					rest = append(rest, spanOf(p))
				}
			}
			rest = union(rest)
			for i := range earlier {
				if len(rest) == 0 {
					break
				}
				if !earlier[i].applies(e.protocol, port).IsTrue() {
					continue
				}
				var matched []span
				for _, p := range earlier[i].source.known {
					if f.has(p) {
						matched = append(matched, spanOf(p))
					}
				}
				matched = intersect(rest, union(matched))
				allowed = allowed || earlier[i].allow && len(matched) > 0
				rest = subtract(rest, matched)
			}
			if len(rest) > 0 {
				return false
			}
		}
	}
	return allowed || !allowing
}
