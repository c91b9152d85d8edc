package netaddr

import (
	"net/netip"

	"github.com/surety-cloud/surety/internal/cloud"
)

// AllowsWholePrivateRange tells whether a rule has a whole range of RFC 1918
// as its source: see [IsWholePrivateRange].
func AllowsWholePrivateRange(rules any) cloud.Truth {
	return anySource(rules, wholePrivate, func(bits int) bool { return bits <= 16 })
}

// AllowsBroadPublicRange tells whether a rule has a source of public IPv4
// addresses with a prefix shorter than bits, be it the internet or a part of
// it: 203.0.0.0/16 is broader than 24.
func AllowsBroadPublicRange(rules any, bits int) cloud.Truth {
	return anySource(rules,
		func(p netip.Prefix) bool { return p.Addr().Is4() && p.Bits() < bits && !private(p) },
		func(least int) bool { return least < bits })
}

// AllowsOtherThan tells whether a rule has a source of public addresses that
// lies not wholly inside one of the trusted ranges.
func AllowsOtherThan(rules any, trusted []string) cloud.Truth {
	outer := rangesIn(trusted)
	return anySource(rules,
		func(p netip.Prefix) bool { return !private(p) && !anyHolds(outer, p) },
		func(int) bool { return true })
}

// SpansPorts tells whether a rule opens more than one port of TCP or UDP, or
// all protocols, whatever its source.
func SpansPorts(rules any) cloud.Truth {
	read, why := rulesOf(rules)
	if why != nil {
		return cloud.UnknownTruth(why)
	}
	answer := cloud.Known(false)
	for i := range read {
		r := &read[i]
		switch {
		case r.whole != nil:
			answer = answer.Or(cloud.UnknownTruth(r.whole))
		case r.noProtocol != nil:
			answer = answer.Or(cloud.UnknownTruth(r.noProtocol))
		case r.protocol == all:
			return cloud.Known(true)
		case r.protocol != "tcp" && r.protocol != "udp":
		case r.ports.every:
			return cloud.Known(true)
		case r.ports.noFrom != nil || r.ports.noTo != nil:
			answer = answer.Or(cloud.UnknownTruth(r.ports.noFrom, r.ports.noTo))
		default:
			answer = answer.Or(cloud.Known(r.ports.from != r.ports.to))
		}
	}
	return answer
}

// anySource tells whether a rule has a range for which is holds. may tells of
// a range that is not known, by its least length, whether is could hold.
func anySource(rules any, is func(netip.Prefix) bool, may func(bits int) bool) cloud.Truth {
	read, why := rulesOf(rules)
	if why != nil {
		return cloud.UnknownTruth(why)
	}
	answer := cloud.Known(false)
	for i := range read {
		s := read[i].from()
		for _, p := range s.known {
			answer = answer.Or(cloud.Known(is(p)))
		}
		for _, u := range s.unknown {
			if may(u.bits) {
				answer = answer.Or(cloud.UnknownTruth(u.why))
			}
		}
	}
	return answer
}
