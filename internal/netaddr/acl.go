package netaddr

import (
	"slices"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// AllowsInternet tells whether the entries of a network ACL let traffic of the
// whole internet through on any port from from to to of the protocol, in the
// direction given by egress.
//
// Entries are read in the order of their numbers, and the first that matches a
// packet decides. An entry that allows the internet counts even where earlier
// ones deny some of it, unless they leave no more than Amazon S3 still calls
// not public (a /8 of IPv4, a /32 of IPv6). What no entry matches is denied.
//
// The protocol is as for [Reachable]; "-1" asks for traffic of every protocol,
// which only an entry for all protocols allows.
//
// Entries have the properties of AWS::EC2::NetworkAclEntry.
//
// Source: "Network ACL rules" in the Amazon VPC User Guide.
func AllowsInternet(entries any, protocol string, from, to int, egress bool) cloud.Truth {
	read, why := entriesOf(entries)
	if why != nil {
		return cloud.UnknownTruth(why)
	}
	name, why := protocolOf(protocol)
	if why != nil {
		return cloud.UnknownTruth(why)
	}
	if from > to {
		from, to = to, from
	}
	if last := lastPort(name); from < 0 {
		from, to = 0, last
	}
	read = inDirection(read, egress)
	answer := cloud.Known(false)
	for _, port := range entryEdges(read, interval{from, to}) {
		for _, f := range families {
			answer = answer.Or(allowsPort(read, name, port, f))
		}
		if answer.IsTrue() {
			break
		}
	}
	return answer
}

// AllowsAllTraffic tells whether the entries let traffic of every protocol and
// port through, in the direction given by egress, to or from the whole
// internet.
func AllowsAllTraffic(entries any, egress bool) cloud.Truth {
	return AllowsInternet(entries, all, 0, 0, egress)
}

// An entry is one rule of a network ACL, read.
type entry struct {
	whole *cloud.Unresolved // the entry itself is not known

	number   int
	noNumber *cloud.Unresolved
	allow    bool
	noAction *cloud.Unresolved
	egress   cloud.Truth

	protocol   string
	noProtocol *cloud.Unresolved
	ports      portRange
	source     source
}

// lastEntry is the number of the entry that AWS ends every list with, and
// that no one can change: it denies what is left (32768 for IPv6).
const lastEntry = 32767

func entriesOf(v any) (entries []entry, why *cloud.Unresolved) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *cloud.Unresolved:
		return nil, v
	case map[string]any:
		return []entry{entryOf(v)}, nil
	case []any:
		entries = make([]entry, 0, len(v))
		for _, e := range v {
			entries = append(entries, entryOf(e))
		}
		return entries, nil
	}
	return nil, &cloud.Unresolved{Reason: "the entries should be a list and are " + describe(v)}
}

func entryOf(v any) entry {
	properties, ok := v.(map[string]any)
	if !ok {
		why, unresolved := v.(*cloud.Unresolved)
		if !unresolved {
			why = &cloud.Unresolved{Reason: "an entry should be an object and is " + describe(v)}
		}
		return entry{whole: why, egress: cloud.UnknownTruth(why)}
	}
	var e entry
	e.number, e.noNumber = intOf("RuleNumber", properties["RuleNumber"])
	e.allow, e.noAction = actionOf(properties["RuleAction"])
	e.egress = flagOf("Egress", properties["Egress"])
	e.protocol, e.noProtocol = protocolOf(properties["Protocol"])
	e.ports = entryPorts(e.protocol, properties)
	for _, key := range []string{"CidrBlock", "Ipv6CidrBlock"} {
		s := sourcesOf(properties[key], 0)
		e.source.known = append(e.source.known, s.known...)
		e.source.unknown = append(e.source.unknown, s.unknown...)
	}
	return e
}

// entryPorts reads PortRange, or for ICMP the type.
func entryPorts(protocol string, properties map[string]any) portRange {
	name, from, to := "PortRange", "From", "To"
	if protocol == "icmp" || protocol == "icmpv6" {
		name, from, to = "Icmp", "Type", "Type"
	}
	switch v := properties[name].(type) {
	case nil:
		return portsOf(protocol, nil, nil)
	case *cloud.Unresolved:
		return portsOf(protocol, v, v)
	case map[string]any:
		return portsOf(protocol, v[from], v[to])
	default:
		why := &cloud.Unresolved{Reason: name + " should be an object and is " + describe(v)}
		return portsOf(protocol, why, why)
	}
}

func actionOf(v any) (allow bool, why *cloud.Unresolved) {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return false, v
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "allow":
			return true, nil
		case "deny":
			return false, nil
		}
	}
	return false, &cloud.Unresolved{Reason: "RuleAction should be allow or deny and is " + describe(v)}
}

func flagOf(name string, v any) cloud.Truth {
	switch v := v.(type) {
	case nil:
		return cloud.Known(false)
	case bool:
		return cloud.Known(v)
	case *cloud.Unresolved:
		return cloud.UnknownTruth(v)
	case string:
		switch strings.ToLower(strings.TrimSpace(v)) {
		case "true":
			return cloud.Known(true)
		case "false":
			return cloud.Known(false)
		}
	}
	return cloud.UnknownTruth(&cloud.Unresolved{Reason: name + " should be true or false and is " + describe(v)})
}

func inDirection(entries []entry, egress bool) []entry {
	return slices.DeleteFunc(entries, func(e entry) bool {
		return e.egress.IsTrue() && !egress || e.egress.IsFalse() && egress
	})
}

// entryEdges lists the ports of a range at which what the entries cover
// changes.
func entryEdges(entries []entry, ports interval) []int {
	rules := make([]rule, len(entries))
	for i, e := range entries {
		rules[i].ports = e.ports
	}
	return edges(rules, ports)
}

// applies tells whether the entry is about a packet of the protocol to the
// port, leaving addresses aside.
func (e *entry) applies(protocol string, port int) cloud.Truth {
	if e.whole != nil {
		return cloud.UnknownTruth(e.whole)
	}
	r := rule{protocol: e.protocol, noProtocol: e.noProtocol, ports: e.ports}
	return r.applies(protocol, port)
}

// allowsPort evaluates the list twice: with everything that is not known as it
// lets the least through, and as it lets the most through. Where both agree,
// what is not known does not matter.
func allowsPort(entries []entry, protocol string, port int, f *family) cloud.Truth {
	if allowed, _ := walk(entries, protocol, port, f, false); allowed {
		return cloud.Known(true)
	}
	allowed, doubts := walk(entries, protocol, port, f, true)
	if !allowed {
		return cloud.Known(false)
	}
	return cloud.UnknownTruth(doubts...)
}

// A step is what an entry does to a packet under one reading of what is not
// known of it.
type step struct {
	order  int
	allow  bool
	ranges []span
}

// walk follows the list for one port and family, reading what is not known as
// it lets the most (or least) through, and tells whether the internet comes
// through. doubts are the unknown values it met.
func walk(entries []entry, protocol string, port int, f *family, most bool) (allowed bool, doubts []*cloud.Unresolved) {
	var steps []step
	for i := range entries {
		e := &entries[i]
		applies := e.applies(protocol, port)
		if applies.IsFalse() {
			continue
		}
		doubt := append(applies.Unknown[:len(applies.Unknown):len(applies.Unknown)], e.egress.Unknown...)
		s := step{order: e.number, allow: e.allow}
		if e.noAction != nil || e.whole != nil {
			doubt, s.allow = append(doubt, e.noAction), most
		}
		// An allow is read wide to let the most through, a deny narrow.
		wide := s.allow == most
		var ranges []span
		for _, p := range e.source.known {
			if f.has(p) {
				ranges = append(ranges, spanOf(p))
			}
		}
		certain := len(doubt) == 0
		for _, u := range e.source.unknown {
			if f.units(u.bits) <= f.broad {
				continue // too small to open or close the internet
			}
			doubt = append(doubt, u.why)
			if wide {
				ranges = append(ranges, f.public...)
			}
		}
		if e.whole != nil && wide {
			ranges = slices.Clone(f.public)
		}
		if !certain && !wide {
			ranges = nil // it may not be about this packet at all
		}
		if e.noNumber != nil || e.whole != nil {
			doubt = append(doubt, e.noNumber)
			if s.order = -1; !wide {
				s.order = lastEntry + 1
			}
		}
		doubts = append(doubts, doubt...)
		if s.ranges = union(ranges); len(s.ranges) > 0 {
			steps = append(steps, s)
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.order - b.order })
	return passes(steps, f), doubts
}

// passes tells whether the steps, in order, let the internet through.
func passes(steps []step, f *family) bool {
	var named, decided []span
	var through uint64
	for _, s := range steps {
		fresh := subtract(s.ranges, decided)
		if s.allow {
			named = union(append(named, s.ranges...))
			through += size(intersect(fresh, f.public))
		}
		decided = union(append(decided, fresh...))
	}
	return through > f.broad && len(subtract(f.public, named)) == 0
}
