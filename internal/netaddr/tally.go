package netaddr

import (
	"net/netip"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A tally gathers the sources of the rules that bear on one port and tells
// whether they come to the internet.
type tally struct {
	certain  []netip.Prefix  // of rules that surely bear on it
	possible []possibleRange // of rules, or with ranges, that are not known
}

// A possibleRange is a range that may be among the sources.
type possibleRange struct {
	prefix netip.Prefix // invalid when the range itself is not known
	bits   int          // of an unknown range: its least length
	why    []*cloud.Unresolved
}

// add takes a rule's source; doubt is what is not known of whether the rule
// bears on the port at all.
func (t *tally) add(s source, doubt []*cloud.Unresolved) {
	for _, p := range s.known {
		if len(doubt) == 0 {
			t.certain = append(t.certain, p)
		} else {
			t.possible = append(t.possible, possibleRange{prefix: p, why: doubt})
		}
	}
	for _, u := range s.unknown {
		why := append([]*cloud.Unresolved{u.why}, doubt...)
		t.possible = append(t.possible, possibleRange{bits: u.bits, why: why})
	}
}

// internet tells whether the sources hold all public addresses of a family.
func (t *tally) internet() cloud.Truth { return t.over(families[:]) }

// over is internet for some families.
func (t *tally) over(families []*family) cloud.Truth {
	answer := cloud.Known(false)
	for _, f := range families {
		answer = answer.Or(t.internetOf(f))
	}
	return answer
}

// mayReach tells whether the ranges are large enough to hold all public
// addresses of a family, if none overlapped: the few sums that answer for most
// rules.
func (t *tally) mayReach(f *family) bool {
	var total uint64
	enough := func(bits int) bool {
		before := total
		total += f.units(bits)
		return total < before || total >= f.whole
	}
	for _, p := range t.certain {
		if f.has(p) && enough(p.Bits()) {
			return true
		}
	}
	for _, p := range t.possible {
		bits := p.bits
		if p.prefix.IsValid() {
			if !f.has(p.prefix) {
				continue
			}
			bits = p.prefix.Bits()
		}
		if enough(bits) {
			return true
		}
	}
	return false
}

func (t *tally) internetOf(f *family) cloud.Truth {
	if !t.mayReach(f) {
		return cloud.Known(false)
	}
	var certain []span
	for _, p := range t.certain {
		if f.has(p) {
			certain = append(certain, spanOf(p))
		}
	}
	certain = union(certain)
	hole := subtract(f.public, certain)
	missing := size(hole)
	if missing == 0 {
		return cloud.Known(true)
	}

	// Does it come to the internet if everything possible is so?
	public := make([]uint64, len(t.possible))
	all := certain[:len(certain):len(certain)]
	var anywhere uint64
	for i, p := range t.possible {
		switch {
		case !p.prefix.IsValid():
			public[i] = f.units(p.bits)
			if anywhere += public[i]; anywhere < public[i] {
				anywhere = 1<<64 - 1
			}
		case f.has(p.prefix):
			s := spanOf(p.prefix)
			public[i] = size(intersect(f.public, []span{s}))
			all = append(all, s)
		}
	}
	if size(subtract(f.public, union(all))) > anywhere {
		return cloud.Known(false)
	}

	// Name those that would do alone; else all that count.
	var alone, together []*cloud.Unresolved
	for i, p := range t.possible {
		if public[i] == 0 {
			continue
		}
		together = append(together, p.why...)
		if !p.prefix.IsValid() && public[i] >= missing ||
			p.prefix.IsValid() && len(subtract(hole, []span{spanOf(p.prefix)})) == 0 {
			alone = append(alone, p.why...)
		}
	}
	if len(alone) > 0 {
		return cloud.UnknownTruth(alone...)
	}
	return cloud.UnknownTruth(together...)
}
