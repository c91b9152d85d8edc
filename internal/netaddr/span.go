package netaddr

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// A span is an inclusive range of addresses of one family. Sets of addresses
// are lists of spans, sorted, that neither overlap nor touch.
type span struct{ from, to netip.Addr }

// reserved4 and reserved6 hold what is no public address: IANA's IPv4 and IPv6
// Special-Purpose Address Registries, multicast (RFC 5771), and the future use
// of class E (RFC 1112). IANA gives out public IPv6 addresses of 2000::/3 only.
var (
	reserved4 = prefixes(
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
		"198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	)
	reserved6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
	rfc1918   = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
	inside    = prefixes("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
		"127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fc00::/7")
)

// A family is one of the two internets.
type family struct {
	bits   int    // length of an address
	public []span // every public address
	whole  uint64 // how many units of address space that is
	broad  uint64 // units from which on a set of addresses counts as public at large
}

// families are IPv4 and IPv6. What is broad is Amazon S3's own measure: a
// policy with ranges "broader than /8 for IPv4 and /32 for IPv6" is public
// ("The meaning of 'public'" in the Amazon S3 User Guide).
var families = [...]*family{
	newFamily("0.0.0.0/0", reserved4, 1<<(32-8)),
	newFamily("2000::/3", reserved6, 1<<(64-32)),
}

func newFamily(space string, reserved []netip.Prefix, broad uint64) *family {
	all := spanOf(netip.MustParsePrefix(space))
	f := &family{bits: all.from.BitLen(), broad: broad}
	var holes []span
	for _, r := range reserved {
		holes = append(holes, spanOf(r))
	}
	f.public = subtract([]span{all}, union(holes))
	f.whole = size(f.public)
	return f
}

// has tells whether p is a range of the family.
func (f *family) has(p netip.Prefix) bool { return p.Addr().BitLen() == f.bits }

// units is the size of a range with a prefix of n bits.
func (f *family) units(n int) uint64 {
	if f.bits == 128 {
		n = min(n, 64)
		return pow2(64 - n)
	}
	return pow2(32 - min(n, 32))
}

func pow2(n int) uint64 {
	if n >= 64 {
		return 1<<64 - 1
	}
	return 1 << n
}

func prefixes(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// private tells whether the range lies inside address space that no host of
// the internet has.
func private(p netip.Prefix) bool {
	return slices.ContainsFunc(inside, func(o netip.Prefix) bool { return holds(o, p) })
}

// holds tells whether every address of inner is in outer.
func holds(outer, inner netip.Prefix) bool {
	return outer.Bits() <= inner.Bits() && outer.Contains(inner.Addr())
}

func wholePrivate(p netip.Prefix) bool {
	return !isInternet(p) && slices.ContainsFunc(rfc1918, func(r netip.Prefix) bool { return holds(p, r) })
}

// isInternet tells whether the range alone holds every public address of its
// family.
func isInternet(p netip.Prefix) bool {
	for _, f := range families {
		if f.has(p) {
			return p.Bits() < 4 && len(subtract(f.public, []span{spanOf(p)})) == 0
		}
	}
	return false
}

func spanOf(p netip.Prefix) span {
	p = p.Masked()
	last := p.Addr().As16()
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	to := netip.AddrFrom16(last)
	if p.Addr().Is4() {
		to = to.Unmap()
	}
	return span{p.Addr(), to}
}

// union merges spans of one family; the input may be in any order and is
// sorted.
func union(spans []span) []span {
	slices.SortFunc(spans, func(a, b span) int { return a.from.Compare(b.from) })
	var out []span
	for _, s := range spans {
		if n := len(out); n > 0 && touches(out[n-1].to, s.from) {
			if out[n-1].to.Less(s.to) {
				out[n-1].to = s.to
			}
			continue
		}
		out = append(out, s)
	}
	return out
}

// touches tells whether a span that begins at from goes on where one that ends
// at to stops, or earlier.
func touches(to, from netip.Addr) bool {
	return !to.Less(from) || to.Next() == from
}

// subtract returns what of the set a is not in the set b.
func subtract(a, b []span) []span {
	var out []span
	for _, s := range a {
		first, _ := slices.BinarySearchFunc(b, s.from, func(e span, from netip.Addr) int { return e.to.Compare(from) })
		rest, left := s, true
		for _, cut := range b[first:] {
			if rest.to.Less(cut.from) {
				break
			}
			if rest.from.Less(cut.from) {
				out = append(out, span{rest.from, cut.from.Prev()})
			}
			if !cut.to.Less(rest.to) {
				left = false
				break
			}
			rest.from = cut.to.Next()
		}
		if left {
			out = append(out, rest)
		}
	}
	return out
}

// intersect returns what is in both sets.
func intersect(a, b []span) []span { return subtract(a, subtract(a, b)) }

// size counts a set: addresses of IPv4, networks of /64 in IPv6, where a part
// of a /64 counts as one.
func size(set []span) uint64 {
	var total uint64
	for _, s := range set {
		from, to := s.from.As16(), s.to.As16()
		half := 0
		if s.from.Is4() {
			half = 8
		}
		n := binary.BigEndian.Uint64(to[half:half+8]) - binary.BigEndian.Uint64(from[half:half+8])
		if n++; n == 0 || total+n < total {
			return 1<<64 - 1
		}
		total += n
	}
	return total
}
