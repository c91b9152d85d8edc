package netaddr

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Parse reads an IP range as leniently as AWS does: spaces around it are
// ignored, host bits are masked off (10.1.2.3/0 is 0.0.0.0/0), a bare address
// is a range of one, and an IPv4 range in IPv6 form (::ffff:0:0/96) is the
// IPv4 range.
func Parse(text string) (netip.Prefix, error) {
	address, length, ranged := strings.Cut(strings.TrimSpace(text), "/")
	addr, err := netip.ParseAddr(strings.TrimSpace(address))
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("%s is not an IP range; write it as 10.0.0.0/16 or 2001:db8::/32", quote(text))
	}
	bits := addr.BitLen()
	if ranged {
		n, err := strconv.ParseUint(strings.TrimSpace(length), 10, 8)
		if err != nil || int(n) > addr.BitLen() {
			return netip.Prefix{}, fmt.Errorf("%s is not an IP range: its length must be a number from 0 to %d", quote(text), addr.BitLen())
		}
		bits = int(n)
	}
	if addr.Is4In6() && bits >= 96 {
		addr, bits = addr.Unmap(), bits-96
	}
	return netip.PrefixFrom(addr, bits).Masked(), nil
}

// quote shortens text that stands in a reason.
func quote(text string) string {
	if len(text) > 60 {
		text = text[:60] + "…"
	}
	return strconv.Quote(text)
}

// IsInternet tells whether an IP range, or a list of them together, holds
// every public address of IPv4 or of IPv6. An absent value is false.
func IsInternet(cidrs any) cloud.Truth {
	var reached tally
	reached.add(sourcesOf(cidrs, 0), nil)
	return reached.internet()
}

// IsPrivate tells whether an IP range, or every range of a list, lies inside
// address space that no host of the internet has: RFC 1918, shared (RFC 6598),
// loopback, link-local and IPv6 unique local addresses. An absent value is
// false.
func IsPrivate(cidrs any) cloud.Truth {
	s := sourcesOf(cidrs, 0)
	if len(s.known) == 0 && len(s.unknown) == 0 {
		return cloud.Known(false)
	}
	answer := cloud.Known(true)
	for _, p := range s.known {
		answer = answer.And(cloud.Known(private(p)))
	}
	for _, u := range s.unknown {
		answer = answer.And(cloud.UnknownTruth(u.why))
	}
	return answer
}

// IsWithin tells whether an IP range, or every range of a list, lies wholly
// inside one of the ranges of a second list. An absent value is false.
func IsWithin(cidrs any, ranges []string) cloud.Truth {
	s := sourcesOf(cidrs, 0)
	if len(s.known) == 0 && len(s.unknown) == 0 {
		return cloud.Known(false)
	}
	outer := rangesIn(ranges)
	answer := cloud.Known(true)
	for _, p := range s.known {
		answer = answer.And(cloud.Known(anyHolds(outer, p)))
	}
	for _, u := range s.unknown {
		answer = answer.And(cloud.UnknownTruth(u.why))
	}
	return answer
}

// rangesIn are the IP ranges among texts.
func rangesIn(texts []string) []netip.Prefix {
	var out []netip.Prefix
	for _, text := range texts {
		if p, err := Parse(text); err == nil {
			out = append(out, p)
		}
	}
	return out
}

func anyHolds(outer []netip.Prefix, inner netip.Prefix) bool {
	return slices.ContainsFunc(outer, func(o netip.Prefix) bool { return holds(o, inner) })
}

// IsWholePrivateRange tells whether an IP range, or one of a list, is or holds
// a whole range of RFC 1918 (10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16)
// without being the internet.
func IsWholePrivateRange(cidrs any) cloud.Truth {
	s := sourcesOf(cidrs, 0)
	answer := cloud.Known(false)
	for _, p := range s.known {
		answer = answer.Or(cloud.Known(wholePrivate(p)))
	}
	for _, u := range s.unknown {
		if u.bits <= 16 {
			answer = answer.Or(cloud.UnknownTruth(u.why))
		}
	}
	return answer
}

// A source is where traffic comes from or goes to, as far as addresses tell.
// Groups and prefix lists leave nothing here: they are never the internet.
type source struct {
	known   []netip.Prefix
	unknown []unknownRange
}

// An unknownRange is a range that could not be known.
type unknownRange struct {
	why  *cloud.Unresolved
	bits int // the range is at least this long; 0 says nothing
}

// maxNesting bounds how deep lists in lists are followed.
const maxNesting = 4

func sourcesOf(v any, depth int) (s source) {
	switch v := v.(type) {
	case nil:
	case *cloud.Unresolved:
		s.unknown = append(s.unknown, unknownRange{why: v, bits: leastBits(v.Partial)})
	case string:
		if cloud.HasSymbol(v) {
			why := &cloud.Unresolved{Reason: v + " is known only after deployment", Partial: v}
			s.unknown = append(s.unknown, unknownRange{why: why, bits: leastBits(v)})
			return s
		}
		p, err := Parse(v)
		if err != nil {
			s.unknown = append(s.unknown, unknownRange{why: &cloud.Unresolved{Reason: err.Error()}})
			return s
		}
		s.known = append(s.known, p)
	case []any:
		if depth >= maxNesting {
			s.unknown = append(s.unknown, unknownRange{why: &cloud.Unresolved{Reason: "lists are nested too deep to be IP ranges"}})
			return s
		}
		for _, e := range v {
			inner := sourcesOf(e, depth+1)
			s.known = append(s.known, inner.known...)
			s.unknown = append(s.unknown, inner.unknown...)
		}
	default:
		why := &cloud.Unresolved{Reason: fmt.Sprintf("an IP range should be text and is %s", kindOf(v))}
		s.unknown = append(s.unknown, unknownRange{why: why})
	}
	return s
}

// leastBits is the least prefix length that text with symbols can have:
// "${Address}/32" is one address whatever the address, and the CidrBlock of a
// VPC or subnet is a /16 or smaller (IPv6: a /44 or smaller).
//
// Source: "VPC CIDR blocks" in the Amazon VPC User Guide.
func leastBits(text string) int {
	text = strings.TrimSpace(text)
	if slash := strings.LastIndexByte(text, '/'); slash > strings.LastIndexByte(text, '}') {
		if n, err := strconv.ParseUint(text[slash+1:], 10, 8); err == nil && n <= 128 {
			return int(n)
		}
		return 0
	}
	if cloud.IsSymbol(text) {
		attribute := strings.TrimSuffix(text[strings.LastIndexByte(text, '.')+1:], "}")
		switch attribute {
		case "CidrBlock", "cidr_block", "Ipv6CidrBlock", "ipv6_cidr_block":
			return 16
		}
	}
	return 0
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "absent"
	case bool:
		return "true or false"
	case string:
		return "text"
	case []any:
		return "a list"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprint(v)
}
