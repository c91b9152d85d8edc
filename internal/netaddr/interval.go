package netaddr

import "slices"

// An interval is the ports from from to to, both included.
type interval struct{ from, to int }

// without lists what is left of whole when the given ranges are taken out of
// it, in order. A range with its ends the wrong way round is read the right
// way.
func without(whole interval, ranges [][2]int) []interval {
	cuts := make([]interval, len(ranges))
	for i, r := range ranges {
		cuts[i] = interval{min(r[0], r[1]), max(r[0], r[1])}
	}
	slices.SortFunc(cuts, func(a, b interval) int { return a.from - b.from })
	var out []interval
	for _, cut := range cuts {
		if cut.to < whole.from {
			continue
		}
		if cut.from > whole.to {
			break
		}
		if cut.from > whole.from {
			out = append(out, interval{whole.from, cut.from - 1})
		}
		whole.from = cut.to + 1
		if whole.from > whole.to {
			return out
		}
	}
	return append(out, whole)
}
