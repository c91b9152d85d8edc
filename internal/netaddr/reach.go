package netaddr

import (
	"slices"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Reachable tells whether the rules let the whole internet reach any port from
// from to to over the protocol ("tcp", "udp", "icmp", "icmpv6", a number, or
// "-1" for rules that allow all protocols at once). For ICMP the ports are
// types, and -1 is any type; other protocols have no ports.
//
// A rule counts when it covers the port and its source is the internet, alone
// or together with other rules that cover the same port. Rules without ends of
// a port range, or with -1, cover all ports.
//
// Source: "Security group rules" in the Amazon VPC User Guide.
func Reachable(rules any, protocol string, from, to int) cloud.Truth {
	return reachable(rules, protocol, from, to, families[:])
}

// ReachableIPv6 is [Reachable] for the IPv6 internet alone.
func ReachableIPv6(rules any, protocol string, from, to int) cloud.Truth {
	return reachable(rules, protocol, from, to, families[1:])
}

// ReachableExcept tells whether the whole internet can reach any port of TCP
// or UDP beside those of the given ranges.
func ReachableExcept(rules any, except [][2]int) cloud.Truth {
	read, why := rulesOf(rules)
	if why != nil {
		return cloud.UnknownTruth(why)
	}
	answer := cloud.Known(false)
	for _, r := range without(interval{0, maxPort}, except) {
		for _, protocol := range []string{"tcp", "udp"} {
			answer = answer.Or(reach(read, protocol, r, families[:]))
		}
	}
	return answer
}

// AllowsAllEgress tells whether SecurityGroupEgress lets every protocol out to
// the whole internet. A group without the property (nil) has the rule that AWS
// gives it: all traffic to everywhere; one with an empty list has none.
//
// Source: AWS::EC2::SecurityGroup, SecurityGroupEgress.
func AllowsAllEgress(rules any) cloud.Truth {
	if rules == nil {
		return cloud.Known(true)
	}
	return Reachable(rules, all, 0, maxPort)
}

func reachable(rules any, protocol string, from, to int, over []*family) cloud.Truth {
	read, why := rulesOf(rules)
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
	if last := lastPort(name); from < 0 && last < maxPort {
		from, to = 0, last
	}
	return reach(read, name, interval{from, to}, over)
}

// reach asks at the few ports that matter: what is open changes for the better
// only where a rule begins.
func reach(rules []rule, protocol string, ports interval, over []*family) cloud.Truth {
	if answer := reachAnyPort(rules, protocol, ports, over); answer.IsFalse() {
		return answer
	}
	answer := cloud.Known(false)
	for _, port := range starts(rules, ports) {
		answer = answer.Or(reachPort(rules, protocol, port, over))
		if answer.IsTrue() {
			break
		}
	}
	return answer
}

// reachAnyPort takes all rules that touch the range as if they were about one
// port. When even that is not the internet, no port can be.
func reachAnyPort(rules []rule, protocol string, ports interval, over []*family) cloud.Truth {
	var reached tally
	for i := range rules {
		r := &rules[i]
		known := r.whole == nil && !r.ports.every && r.ports.noFrom == nil && r.ports.noTo == nil
		if known && r.protocol != all && (r.ports.to < ports.from || r.ports.from > ports.to) {
			continue
		}
		port := ports.from
		if known {
			port = min(max(r.ports.from, ports.from), ports.to)
		}
		if applies := r.applies(protocol, port); !applies.IsFalse() || !known {
			reached.add(r.from(), nil)
		}
	}
	return reached.over(over)
}

func reachPort(rules []rule, protocol string, port int, over []*family) cloud.Truth {
	var reached tally
	for i := range rules {
		if applies := rules[i].applies(protocol, port); !applies.IsFalse() {
			reached.add(rules[i].from(), applies.Unknown)
		}
	}
	return reached.over(over)
}

// starts lists the first port of the range and those inside it at which a rule
// begins, in order.
func starts(rules []rule, ports interval) []int {
	out := []int{ports.from}
	for i := range rules {
		r := &rules[i].ports
		if r.noFrom == nil && !r.every && r.from > ports.from && r.from <= ports.to {
			out = append(out, r.from)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// OpenPorts lists the ports that the whole internet reaches, in order, joined
// where they touch. Rules for all protocols are listed once, as "-1", beside
// what they open of TCP and UDP. unknown says why there may be more.
func OpenPorts(rules any) (open []PortRange, unknown []*cloud.Unresolved) {
	read, why := rulesOf(rules)
	if why != nil {
		return nil, []*cloud.Unresolved{why}
	}
	doubt := cloud.Known(false)
	for _, protocol := range protocolsOf(read) {
		last := lastPort(protocol)
		edges := edges(read, interval{0, last})
		for i, port := range edges {
			answer := reachPort(read, protocol, port, families[:])
			if answer.IsUnknown() {
				doubt = doubt.Or(answer)
			}
			if !answer.IsTrue() {
				continue
			}
			end := last
			if i+1 < len(edges) {
				end = edges[i+1] - 1
			}
			if n := len(open); n > 0 && open[n-1].Protocol == protocol && open[n-1].To == port-1 {
				open[n-1].To = end
			} else {
				open = append(open, PortRange{protocol, port, end})
			}
		}
	}
	return open, doubt.Unknown
}

// protocolsOf lists the protocols that the rules are about, TCP and UDP first;
// these two are always there, because a rule for all protocols is about them.
func protocolsOf(rules []rule) []string {
	out := []string{"tcp", "udp"}
	for i := range rules {
		if p := rules[i].protocol; p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	slices.Sort(out[2:])
	return out
}

// edges lists the ports of a range at which what the rules cover changes.
func edges(rules []rule, ports interval) []int {
	out := []int{ports.from}
	add := func(port int) {
		if port > ports.from && port <= ports.to {
			out = append(out, port)
		}
	}
	for i := range rules {
		r := &rules[i].ports
		if r.every {
			continue
		}
		if r.noFrom == nil {
			add(r.from)
		}
		if r.noTo == nil {
			add(r.to + 1)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
