package netaddr

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestIneffectiveByEveryPacket holds random lists against what becomes of
// every packet of a small world.
func TestIneffectiveByEveryPacket(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	for range 3000 {
		var lines []string
		for i := range 2 + random.IntN(7) {
			protocol, ports := pick("tcp", "tcp", "udp", "-1"), "-"
			if from := random.IntN(4); protocol != "-1" {
				ports = fmt.Sprintf("%d..%d", from, from+random.IntN(3))
			}
			lines = append(lines, fmt.Sprintf("%d %s %s %s %s %s", 100+random.IntN(6)+i%2, pick("allow", "deny"), protocol, ports,
				pick("10.0.0.0/30", "10.0.0.0/31", "10.0.0.2/31", "10.0.0.1/32", "10.0.0.3/32"), pick("in", "in", "out")))
		}
		entries := acl(lines...)
		for _, denies := range []bool{true, false} {
			got, unknown := shadowed(entries, denies)
			want := byEveryPacket(entries, denies)
			if diff := cmp.Diff(want, got); diff != "" || unknown != nil {
				t.Fatalf("%q, denies only %v (-want +got):\n%s%v", lines, denies, diff, unknown)
			}
		}
	}
}

// byEveryPacket lists the entries that decide no packet and, for denies, see
// one that is allowed before.
func byEveryPacket(list []any, denies bool) []int {
	entries, _ := entriesOf(list)
	matches := func(e *entry, protocol string, port int, from netip.Addr) bool {
		return (e.protocol == all || e.protocol == protocol) && (e.ports.every || e.ports.from <= port && port <= e.ports.to) &&
			slices.ContainsFunc(e.source.known, func(p netip.Prefix) bool { return p.Contains(from) })
	}
	var out []int
	for i := range entries {
		e := &entries[i]
		decides, allowed := false, false
		protocols := []string{e.protocol}
		if e.protocol == all {
			protocols = []string{"47"} // which no other entry names
		}
		for _, protocol := range protocols {
			for port := range 8 {
				for last := range 4 {
					from := netip.AddrFrom4([4]byte{10, 0, 0, byte(last)})
					if !matches(e, protocol, port, from) {
						continue
					}
					var first *entry
					for j := range entries {
						o := &entries[j]
						if o.egress.Value == e.egress.Value && o.number < e.number && matches(o, protocol, port, from) && (first == nil || o.number < first.number) {
							first = o
						}
					}
					decides = decides || first == nil
					allowed = allowed || first != nil && allowedBy(entries, first, func(o *entry) bool { return matches(o, protocol, port, from) })
				}
			}
		}
		if !decides && (!denies || allowed && !e.allow) {
			out = append(out, e.number)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// allowedBy tells whether the first of the entries of a number that match
// allows.
func allowedBy(entries []entry, first *entry, matches func(*entry) bool) bool {
	for i := range entries {
		o := &entries[i]
		if o.number == first.number && o.egress.Value == first.egress.Value && matches(o) {
			return o.allow
		}
	}
	return false
}

// manyEntries are entries of which each is about something else.
func manyEntries(n int, line func(i int) string) any {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = line(i)
	}
	return acl(lines...)
}

// TestIneffectiveAmongMany: far more entries than AWS takes are judged where
// that is possible, and otherwise not known.
func TestIneffectiveAmongMany(t *testing.T) {
	const some = -1 // as many as were found before it was given up
	for _, test := range []struct {
		name    string
		line    func(i int) string
		numbers int
		unknown int
	}{
		{"apart", func(i int) string {
			return fmt.Sprintf("%d %s tcp %d..%d 10.%d.%d.0/24", i+1, []string{"allow", "deny"}[i%2], i, i, i>>8, i&255)
		}, 0, 0},
		{"each a little wider", func(i int) string {
			return fmt.Sprintf("%d %s tcp %d..60000 10.0.0.0/8", i+1, []string{"allow", "deny"}[i%2], 9000-i)
		}, 0, 0},
		{"each covered by thousands", func(i int) string {
			if i < 4500 {
				return fmt.Sprintf("%d allow tcp %d..%d 10.0.0.0/8", i+1, i, i+1)
			}
			return fmt.Sprintf("%d deny tcp 0..%d 10.0.0.0/8", i+1, i-4500)
		}, some, 1},
		{"not known", func(i int) string { return fmt.Sprintf("%d deny tcp %d..%d ?", i+1, i, i) }, 0, 0},
		{"not known and wide", func(i int) string {
			return fmt.Sprintf("%d %s tcp 0..60000 ?", i+1, []string{"allow", "deny"}[i%2])
		}, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			numbers, unknown := IneffectiveDenies(manyEntries(9000, test.line))
			if test.numbers == some && len(numbers) > 0 {
				test.numbers = len(numbers)
			}
			if len(numbers) != test.numbers || len(unknown) != test.unknown {
				t.Errorf("%d numbers, unknown %v; want %d, %d", len(numbers), unknown, test.numbers, test.unknown)
			}
		})
	}
}

// BenchmarkIneffectiveDenies is one list of 9,000 entries, two hundred times
// what AWS takes: below 0.5 s on one core of 2026.
func BenchmarkIneffectiveDenies(b *testing.B) {
	entries := manyEntries(9000, func(i int) string {
		return fmt.Sprintf("%d %s tcp %d..%d 10.%d.%d.0/24", i+1, []string{"allow", "deny"}[i%2], i, i, i>>8, i&255)
	})
	for b.Loop() {
		IneffectiveDenies(entries)
	}
}
