package netaddr

import (
	"cmp"
	"net/netip"
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
	list := rank(entries)
	doubt := cloud.Known(false)
	for i := range entries {
		e := &entries[i]
		if e.number >= lastEntry || deniesOnly && e.allow {
			continue
		}
		unsure := e.unknown()
		some, allowing := list.before(e)
		if deniesOnly && !allowing && !list.vagueAllow {
			continue
		}
		possible := list.possible(e, len(unsure) > 0)
		switch {
		case deniesOnly && !allowing && !possible.allowing:
		case len(unsure) > 0:
			if some || possible.some {
				doubt = doubt.Or(cloud.UnknownTruth(unsure...))
			}
		case list.decides(e, deniesOnly):
			numbers = append(numbers, e.number)
		case possible.some:
			doubt = doubt.Or(cloud.UnknownTruth(possible.why...))
		}
		if list.work > maxWork {
			doubt = doubt.Or(cloud.UnknownTruth(&cloud.Unresolved{Reason: "the network ACL has far more entries than AWS takes, too many to compare"}))
			break
		}
	}
	slices.Sort(numbers)
	return slices.Compact(numbers), doubt.Unknown
}

// maxWork bounds what one list may cost, in looks at a pair of entries. AWS
// takes 40 entries a direction ("Network ACLs" in "Amazon VPC quotas"), which
// cost some thousands; 9,000 whose ports or addresses differ stay below it.
const (
	maxWork     = 50_000_000
	workOfVague = 8  // to hold an entry that is not fully known against another
	workOfSpans = 32 // to take the addresses of one entry from those of another
)

// A ranking has the entries of a network ACL in the order in which AWS reads
// them.
type ranking struct {
	known [2][]ranked // those that are fully known, of each direction
	allow [2]int      // the least number of them that allows
	vague []vague     // the others, those without a number first
	// vagueAllow is set when one of them may allow.
	vagueAllow bool
	work       int
}

// A ranked entry is one that is fully known, with its addresses as spans.
type ranked struct {
	*entry
	ports interval
	spans [len(families)][]span
}

type vague struct {
	*entry
	why      []*cloud.Unresolved
	allowing bool
}

func direction(e *entry) int {
	if e.egress.IsTrue() {
		return 1
	}
	return 0
}

func rank(entries []entry) *ranking {
	list := &ranking{allow: [2]int{lastEntry + 1, lastEntry + 1}}
	for i := range entries {
		e := &entries[i]
		if why := e.unknown(); len(why) > 0 {
			v := vague{e, why, e.allow || e.noAction != nil || e.whole != nil}
			list.vague = append(list.vague, v)
			list.vagueAllow = list.vagueAllow || v.allowing
			continue
		}
		d := direction(e)
		list.known[d] = append(list.known[d], rankedOf(e))
		if e.allow {
			list.allow[d] = min(list.allow[d], e.number)
		}
	}
	for _, known := range list.known {
		slices.SortStableFunc(known, func(a, b ranked) int { return cmp.Compare(a.number, b.number) })
	}
	slices.SortStableFunc(list.vague, func(a, b vague) int { return cmp.Compare(a.order(), b.order()) })
	return list
}

func rankedOf(e *entry) ranked {
	r := ranked{entry: e, ports: interval{0, lastPort(e.protocol)}}
	if !e.ports.every {
		r.ports = interval{e.ports.from, e.ports.to}
	}
	for n, f := range families {
		r.spans[n] = spansOf(e.source.known, f)
	}
	return r
}

func spansOf(prefixes []netip.Prefix, f *family) []span {
	var out []span
	for _, p := range prefixes {
		if f.has(p) {
			out = append(out, spanOf(p))
		}
	}
	return union(out)
}

// ordered tells whether the place of the entry in the list is known.
func (e *entry) ordered() bool { return e.whole == nil && e.noNumber == nil }

// order is the number of an entry; one that is not known may be the first.
func (e *entry) order() int {
	if !e.ordered() {
		return -1
	}
	return e.number
}

// before tells whether fully known entries may precede another in its
// direction, and whether one of these allows.
func (list *ranking) before(e *entry) (some, allowing bool) {
	for d, known := range list.known {
		if !e.egress.IsUnknown() && d != direction(e) || len(known) == 0 {
			continue
		}
		some = some || !e.ordered() || known[0].number < e.number
		allowing = allowing || list.allow[d] <= lastEntry && (!e.ordered() || list.allow[d] < e.number)
	}
	return some, allowing
}

// possibles are entries that are not fully known and may bear on another.
type possibles struct {
	some, allowing bool
	why            []*cloud.Unresolved
}

// possible finds them, for an entry that is itself not fully known among all
// that may precede it. It does not look further when more would say no more.
func (list *ranking) possible(e *entry, unsure bool) possibles {
	const enough = 32 // reasons
	var p possibles
	for i := range list.vague {
		v := &list.vague[i]
		if v.ordered() && e.ordered() && v.number >= e.number {
			break
		}
		list.work += workOfVague
		sameWay := v.egress.IsUnknown() || e.egress.IsUnknown() || v.egress.Value == e.egress.Value
		if v.entry == e || !sameWay || !unsure && !v.mayCover(e) {
			continue
		}
		p.some, p.allowing = true, p.allowing || v.allowing
		if p.why = append(p.why, v.why...); len(p.why) >= enough && p.allowing || list.work > maxWork {
			break
		}
	}
	return p
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

// decides tells whether the earlier entries, among those that are fully known,
// match every packet that e matches and, when allowing, allow one of them.
func (list *ranking) decides(e *entry, allowing bool) bool {
	own := rankedOf(e)
	if len(e.source.known) == 0 || own.ports.from > own.ports.to {
		return false
	}
	known := list.known[direction(e)]
	end, _ := slices.BinarySearchFunc(known, e.number, func(r ranked, number int) int { return cmp.Compare(r.number, number) })
	list.work += end
	var earlier []*ranked
	for i := range known[:end] {
		if r := &known[i]; r.meets(&own) {
			earlier = append(earlier, r)
		}
	}
	if len(earlier) == 0 {
		return false
	}
	allowed, decided := list.decidesAt(own.ports.from, &own, earlier)
	if !decided {
		return false
	}
	list.work += len(earlier)
	for _, port := range own.edges(earlier) {
		some, decided := list.decidesAt(port, &own, earlier)
		if !decided {
			return false
		}
		allowed = allowed || some
	}
	return allowed || !allowing
}

// decidesAt is decides for one port; allowed tells whether a packet to it is
// allowed.
func (list *ranking) decidesAt(port int, own *ranked, earlier []*ranked) (allowed, decided bool) {
	for n := range families {
		rest := own.spans[n]
		for _, r := range earlier {
			if len(rest) == 0 || list.work > maxWork {
				break
			}
			list.work++
			if r.ports.from > port || r.ports.to < port || !touch(rest, r.spans[n]) {
				continue
			}
			list.work += workOfSpans
			if matched := intersect(rest, r.spans[n]); len(matched) > 0 {
				allowed = allowed || r.allow
				rest = subtract(rest, matched)
			}
		}
		if len(rest) > 0 {
			return allowed, false
		}
	}
	return allowed, true
}

// meets tells whether a packet could match both entries.
func (r *ranked) meets(other *ranked) bool {
	if r.protocol != all && (r.protocol != other.protocol || r.ports.to < other.ports.from || r.ports.from > other.ports.to) {
		return false
	}
	for n := range families {
		if touch(r.spans[n], other.spans[n]) {
			return true
		}
	}
	return false
}

// touch tells whether two sets could have an address in common, by their ends.
func touch(a, b []span) bool {
	return len(a) > 0 && len(b) > 0 && !a[len(a)-1].to.Less(b[0].from) && !b[len(b)-1].to.Less(a[0].from)
}

// edges lists the ports of the entry, beside its first, at which what the
// others cover changes.
func (r *ranked) edges(others []*ranked) []int {
	var out []int
	for _, o := range others {
		for _, port := range [...]int{o.ports.from, o.ports.to + 1} {
			if port > r.ports.from && port <= r.ports.to {
				out = append(out, port)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
