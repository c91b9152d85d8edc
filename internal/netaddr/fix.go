package netaddr

import (
	"maps"
	"net/netip"
	"slices"
)

// WithoutInternet returns the rules changed so that the whole internet no
// longer reaches the ports over the protocols; everything else stays as it
// was, in order. The input is not changed.
//
// What a rule opens to the internet beside these ports stays open:
//   - a rule for nothing but these ports is removed;
//   - a wider range is split around them;
//   - a rule for all protocols becomes rules for the other ports of TCP and
//     UDP, and one for ICMP. Protocols beside these three (GRE, ESP) are not
//     opened again: no list of rules says "all but TCP".
//
// Where several ranges make up the internet together (0.0.0.0/1 and
// 128.0.0.0/1), each that is broad (over /8 in IPv4, /32 in IPv6) loses the
// ports, and only if the rest is still the internet every public range does; a
// rule for one office beside them is kept. Private ranges, groups and prefix
// lists are never touched, nor is what is unresolved.
//
// "icmp" and "icmpv6" among the protocols take away every type, whatever the
// ports; "-1" takes away the rules for all protocols whole.
func WithoutInternet(rules any, protocols []string, ports [][2]int) any {
	read, why := rulesOf(rules)
	if why != nil || read == nil {
		return rules
	}
	taken := make([]loss, len(read))
	for _, name := range protocols {
		protocol, why := protocolOf(name)
		if why != nil {
			continue
		}
		for _, r := range rangesOf(protocol, ports) {
			take(read, taken, protocol, r)
		}
	}
	out := make([]any, 0, len(read))
	for i := range read {
		switch {
		case read[i].whole != nil:
			out = append(out, elementOf(rules, i))
		case taken[i].none():
			out = append(out, read[i].properties)
		default:
			out = append(out, split(&read[i], &taken[i])...)
		}
	}
	return out
}

func elementOf(rules any, i int) any {
	if list, ok := rules.([]any); ok {
		return list[i]
	}
	return rules
}

// rangesOf are the ports to close for a protocol; those without ports have
// none to choose from.
func rangesOf(protocol string, ports [][2]int) []interval {
	switch protocol {
	case "tcp", "udp":
		var out []interval
		for _, p := range ports {
			r := interval{max(min(p[0], p[1]), 0), min(max(p[0], p[1]), maxPort)}
			if r.from <= r.to {
				out = append(out, r)
			}
		}
		return out
	}
	return []interval{{0, lastPort(protocol)}}
}

// A loss is what one rule must no longer let through: ports by protocol, from
// sources of the given families.
type loss struct {
	ports    map[string][][2]int
	families [len(families)]bool
}

func (l *loss) none() bool { return len(l.ports) == 0 }

// take notes which rules open the protocol's ports to the internet, stretch by
// stretch of ports between which nothing changes.
func take(rules []rule, taken []loss, protocol string, ports interval) {
	edges := edges(rules, ports)
	for e, port := range edges {
		end := ports.to
		if e+1 < len(edges) {
			end = edges[e+1] - 1
		}
		for n, f := range families {
			for _, i := range offenders(rules, protocol, port, f) {
				if taken[i].ports == nil {
					taken[i].ports = map[string][][2]int{}
				}
				taken[i].ports[protocol] = append(taken[i].ports[protocol], [2]int{port, end})
				taken[i].families[n] = true
			}
		}
	}
}

// offenders lists the rules that together open the port to the internet of a
// family, as few as make sense: see [WithoutInternet].
func offenders(rules []rule, protocol string, port int, f *family) []int {
	var covering []int
	for i := range rules {
		if rules[i].whole == nil && rules[i].applies(protocol, port).IsTrue() {
			covering = append(covering, i)
		}
	}
	var out []int
	for _, offends := range []func(netip.Prefix) bool{
		isInternet,
		func(p netip.Prefix) bool { return f.units(p.Bits()) > f.broad && !private(p) },
		func(p netip.Prefix) bool { return !private(p) },
	} {
		if !opens(rules, covering, f) {
			break
		}
		covering = slices.DeleteFunc(covering, func(i int) bool {
			bad := slices.ContainsFunc(rules[i].source.known, func(p netip.Prefix) bool { return f.has(p) && offends(p) })
			if bad {
				out = append(out, i)
			}
			return bad
		})
	}
	slices.Sort(out)
	return out
}

func opens(rules []rule, covering []int, f *family) bool {
	var reached tally
	for _, i := range covering {
		reached.add(source{known: rules[i].source.known}, nil)
	}
	return reached.internetOf(f).IsTrue()
}

// split writes what is left of a rule.
func split(r *rule, l *loss) []any {
	var out []any
	open, rest := maps.Clone(r.properties), maps.Clone(r.properties)
	for n, f := range families {
		for _, key := range addressKeys {
			if source := sourcesOf(r.properties[key], 0); slices.ContainsFunc(source.known, f.has) && l.families[n] {
				delete(rest, key)
			}
		}
	}
	if hasPeer(rest) { // the rule names another peer besides: AWS refuses it, but it loses nothing
		out = append(out, rest)
		for _, key := range peerKeys {
			if _, kept := rest[key]; kept {
				delete(open, key)
			}
		}
	}
	if _, everything := l.ports[all]; everything {
		return out
	}
	if r.protocol != all {
		whole := interval{r.ports.from, r.ports.to}
		if r.ports.every {
			whole = interval{0, lastPort(r.protocol)}
		}
		return append(out, pieces(open, nil, whole, l.ports[r.protocol])...)
	}
	for _, protocol := range []string{"tcp", "udp"} {
		out = append(out, pieces(open, protocol, interval{0, maxPort}, l.ports[protocol])...)
	}
	for n, protocol := range []string{"icmp", "icmpv6"} {
		if _, closed := l.ports[protocol]; closed || !slices.ContainsFunc(r.source.known, families[n].has) {
			continue
		}
		piece := maps.Clone(open)
		piece["IpProtocol"], piece["FromPort"], piece["ToPort"] = protocol, int64(-1), int64(-1)
		out = append(out, piece)
	}
	return out
}

// peerKeys are all the properties of a rule that name a peer.
var peerKeys = [...]string{
	"CidrIp", "CidrIpv6",
	"SourceSecurityGroupId", "SourceSecurityGroupName", "SourcePrefixListId",
	"DestinationSecurityGroupId", "DestinationPrefixListId",
}

func hasPeer(properties map[string]any) bool {
	return slices.ContainsFunc(peerKeys[:], func(key string) bool { return properties[key] != nil })
}

// pieces are copies of a rule for the ports that are left of whole.
func pieces(properties map[string]any, protocol any, whole interval, closed [][2]int) []any {
	var out []any
	for _, r := range without(whole, closed) {
		piece := maps.Clone(properties)
		if protocol != nil {
			piece["IpProtocol"] = protocol
		}
		piece["FromPort"], piece["ToPort"] = int64(r.from), int64(r.to)
		out = append(out, piece)
	}
	return out
}
