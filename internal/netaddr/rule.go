package netaddr

import (
	"fmt"

	"github.com/surety-cloud/surety/internal/cloud"
)

// A rule is one element of SecurityGroupIngress or SecurityGroupEgress, read.
type rule struct {
	properties map[string]any    // as given; nil when whole is not
	whole      *cloud.Unresolved // the rule itself is not known

	protocol   string
	noProtocol *cloud.Unresolved
	ports      portRange
	source     source
}

// addressKeys are the properties of a rule that name addresses. The others
// that name a peer (a group, a prefix list) never mean the internet.
var addressKeys = [...]string{"CidrIp", "CidrIpv6"}

// Rules are the rules of a security group, read. They may stand for the list in
// every function that only asks, so that many questions read it once.
type Rules struct {
	list []rule
	why  *cloud.Unresolved
}

// ReadRules reads SecurityGroupIngress or SecurityGroupEgress. What is wrong
// with it, the functions that ask say.
func ReadRules(v any) *Rules {
	list, why := rulesOf(v)
	return &Rules{list, why}
}

// rulesOf reads a list of rules. A single rule is a list of one, and nil is an
// empty list. why is set when the list itself is not known.
func rulesOf(v any) (rules []rule, why *cloud.Unresolved) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case *Rules:
		return v.list, v.why
	case *cloud.Unresolved:
		return nil, v
	case map[string]any:
		return []rule{ruleOf(v)}, nil
	case []any:
		rules = make([]rule, 0, len(v))
		for _, e := range v {
			rules = append(rules, ruleOf(e))
		}
		return rules, nil
	}
	return nil, &cloud.Unresolved{Reason: "the rules should be a list and are " + describe(v)}
}

func ruleOf(v any) rule {
	switch v := v.(type) {
	case *cloud.Unresolved:
		return rule{whole: v}
	case map[string]any:
		r := rule{properties: v}
		r.protocol, r.noProtocol = protocolOf(v["IpProtocol"])
		r.ports = portsOf(r.protocol, v["FromPort"], v["ToPort"])
		for _, key := range addressKeys {
			s := sourcesOf(v[key], 0)
			r.source.known = append(r.source.known, s.known...)
			r.source.unknown = append(r.source.unknown, s.unknown...)
		}
		return r
	}
	return rule{whole: &cloud.Unresolved{Reason: "a rule should be an object and is " + describe(v)}}
}

func describe(v any) string {
	if s, ok := v.(string); ok {
		return quote(s)
	}
	return kindOf(v)
}

// applies tells whether the rule lets the protocol through on the port. For a
// protocol without ports the port means nothing.
func (r *rule) applies(protocol string, port int) cloud.Truth {
	if r.whole != nil {
		return cloud.UnknownTruth(r.whole)
	}
	if r.protocol == all {
		return cloud.Known(true)
	}
	answer := cloud.Known(r.protocol == protocol)
	if r.noProtocol != nil {
		answer = cloud.UnknownTruth(r.noProtocol)
	}
	if protocol == all {
		return answer // a rule for one protocol is not one for all
	}
	return answer.And(r.ports.covers(port))
}

// from is where the rule lets traffic through; of an unknown rule, anywhere.
func (r *rule) from() source {
	if r.whole != nil {
		return source{unknown: []unknownRange{{why: r.whole}}}
	}
	return r.source
}

// A PortRange is the ports From to To of a protocol: "tcp", "udp", "-1" for
// all protocols, or another. Protocols without ports have 0 to 65535.
type PortRange struct {
	Protocol string
	From, To int
}

func (r PortRange) String() string {
	if r.From == r.To {
		return fmt.Sprintf("%s %d", r.Protocol, r.From)
	}
	return fmt.Sprintf("%s %d-%d", r.Protocol, r.From, r.To)
}
