package netaddr

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestParse(t *testing.T) {
	tests := []struct{ in, want string }{
		{"0.0.0.0/0", "0.0.0.0/0"},
		{" 10.1.2.3/0 ", "0.0.0.0/0"},
		{"10.1.2.3 / 8", "10.0.0.0/8"},
		{"192.0.2.7", "192.0.2.7/32"},
		{"0.0.0.0/00", "0.0.0.0/0"},
		{"2001:DB8::1", "2001:db8::1/128"},
		{"::/0", "::/0"},
		{"0:0:0:0:0:0:0:0/0", "::/0"},
		{"::ffff:0:0/96", "0.0.0.0/0"},
		{"::ffff:10.0.0.0/104", "10.0.0.0/8"},
		{"::ffff:192.0.2.1", "192.0.2.1/32"},
		{"::ffff:0.0.0.0/0", "::/0"},
		{"", "error"},
		{"/", "error"},
		{"0.0.0.0/33", "error"},
		{"0.0.0.0/-1", "error"},
		{"0.0.0.0/255.0.0.0", "error"},
		{"::/129", "error"},
		{"fe80::1%eth0/64", "error"},
		{"010.0.0.0/8", "error"},
		{"0/0", "error"},
		{"*", "error"},
		{strings.Repeat("9", 1000), "error"},
	}
	for _, test := range tests {
		got, err := Parse(test.in)
		text := got.String()
		if err != nil {
			text = "error"
			if len(err.Error()) > 200 {
				t.Errorf("Parse(%.20q…): the error has %d characters", test.in, len(err.Error()))
			}
		}
		if text != test.want {
			t.Errorf("Parse(%q) = %s, want %s", test.in, text, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"0.0.0.0/0", "::ffff:0:0/96", "10.1.2.3", " 1.2.3.4 / 8", "::/", "fe80::%a/3", "/32", "1.2.3.4/999"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse(text)
		if err != nil {
			return
		}
		if p != p.Masked() || !p.IsValid() || p.Addr().Is4In6() && p.Bits() >= 96 {
			t.Errorf("Parse(%q) = %v is not in canonical form", text, p)
		}
		if again, err := Parse(p.String()); err != nil || again != p {
			t.Errorf("Parse(%q) = %v, which reads as %v, %v", text, p, again, err)
		}
	})
}

// allPublic4 is the public address space of IPv4 as routers are told of it
// when private ranges are left out.
func allPublic4() []any {
	var out []any
	for _, s := range families[0].public {
		// The widest prefixes that fill the span, from its start.
		for at := s.from; ; {
			bits := 32
			for bits > 0 {
				wider, _ := at.Prefix(bits - 1)
				if wider.Addr() != at || s.to.Less(spanOf(wider).to) {
					break
				}
				bits--
			}
			p, _ := at.Prefix(bits)
			out = append(out, p.String())
			if at = spanOf(p).to.Next(); !at.IsValid() || s.to.Less(at) {
				break
			}
		}
	}
	return out
}

func TestIsInternet(t *testing.T) {
	withHole := allPublic4()[1:]
	tests := []struct {
		name string
		in   any
		want string
	}{
		{"everything", "0.0.0.0/0", "true"},
		{"everything of IPv6", "::/0", "true"},
		{"all that IANA gives out of IPv6", "2000::/3", "true"},
		{"sloppy", " 10.1.2.3/0", "true"},
		{"mapped", "::ffff:0:0/96", "true"},
		{"half", "0.0.0.0/1", "false"},
		{"upper half", "128.0.0.0/1", "false"},
		{"halves", []any{"128.0.0.0/1", "0.0.0.0/1"}, "true"},
		{"halves of IPv6", []any{"2000::/4", "3000::/4"}, "true"},
		{"halves of different families", []any{"0.0.0.0/1", "8000::/1"}, "false"},
		{"half and mapped half", []any{"0.0.0.0/1", "::ffff:128.0.0.0/97"}, "true"},
		{"all but private ranges", allPublic4(), "true"},
		{"all but private ranges, with a hole", withHole, "false"},
		{"hole filled by something unknown", append([]any{unknown("?")}, withHole...), "?"},
		{"hole too large for what is unknown", append([]any{"${Ip}/32"}, withHole[10:]...), "false"},
		{"private", "10.0.0.0/8", "false"},
		{"one address", "8.8.8.8", "false"},
		{"absent", nil, "false"},
		{"empty list", []any{}, "false"},
		{"unknown", unknown("?p"), "?p"},
		{"symbol", "${Range}", "${Range} is known only after deployment"},
		{"symbol of one address", "${Ip}/32", "false"},
		{"symbol with no length yet", "10.0.0.0/${Bits}", "10.0.0.0/${Bits} is known only after deployment"},
		{"block of a VPC", "${Vpc.CidrBlock}", "false"},
		{"block of a VPC in Terraform", "${aws_vpc.main.cidr_block}", "false"},
		{"partly known", &cloud.Unresolved{Reason: "?", Partial: "${Ip}/32"}, "false"},
		{"known beside unknown", []any{unknown("?"), "0.0.0.0/0"}, "true"},
		{"no range", "anywhere", `"anywhere" is not an IP range; write it as 10.0.0.0/16 or 2001:db8::/32`},
		{"number", int64(7), "an IP range should be text and is 7"},
		{"lists without end", []any{[]any{[]any{[]any{[]any{"0.0.0.0/0"}}}}}, "lists are nested too deep to be IP ranges"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := short(IsInternet(test.in)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestIsWithin(t *testing.T) {
	office := []string{"203.0.113.0/24", "198.51.100.7", "2001:db8::/32"}
	for _, test := range []struct {
		in   any
		want string
	}{
		{"203.0.113.0/24", "true"},
		{"203.0.113.128/25", "true"},
		{[]any{"203.0.113.1/32", "198.51.100.7/32", "2001:db8:1::/48"}, "true"},
		{"203.0.112.0/23", "false"},
		{"198.51.100.8/32", "false"},
		{"0.0.0.0/0", "false"},
		{[]any{"203.0.113.1/32", "192.0.2.0/24"}, "false"},
		{nil, "false"},
		{[]any{"203.0.113.1/32", unknown("?")}, "?"},
		{[]any{"192.0.2.0/24", unknown("?")}, "false"},
		{"${Ip}/32", "${Ip}/32 is known only after deployment"},
	} {
		if got := short(IsWithin(test.in, office)); got != test.want {
			t.Errorf("IsWithin(%v) = %s, want %s", test.in, got, test.want)
		}
	}
}

func TestPrivateRanges(t *testing.T) {
	tests := []struct {
		in             any
		private, whole string
	}{
		{"10.0.0.0/8", "true", "true"},
		{"172.16.0.0/12", "true", "true"},
		{"192.168.0.0/16", "true", "true"},
		{"10.0.0.0/7", "false", "true"},
		{"10.0.0.0/9", "true", "false"},
		{"172.16.0.0/11", "false", "true"},
		{"192.168.1.0/24", "true", "false"},
		{"100.64.0.0/10", "true", "false"},
		{"fd00::/8", "true", "false"},
		{"::ffff:10.0.0.0/104", "true", "true"},
		{"8.8.8.0/24", "false", "false"},
		{"0.0.0.0/0", "false", "false"},
		{"::/0", "false", "false"},
		{nil, "false", "false"},
		{[]any{"10.0.0.0/8", "8.8.8.8"}, "false", "true"},
		{[]any{"10.0.0.0/8", unknown("?")}, "?", "true"},
		{[]any{"8.8.8.8", unknown("?")}, "false", "?"},
		{"${Ip}/32", "${Ip}/32 is known only after deployment", "false"},
	}
	for _, test := range tests {
		if got := short(IsPrivate(test.in)); got != test.private {
			t.Errorf("IsPrivate(%v) = %s, want %s", test.in, got, test.private)
		}
		if got := short(IsWholePrivateRange(test.in)); got != test.whole {
			t.Errorf("IsWholePrivateRange(%v) = %s, want %s", test.in, got, test.whole)
		}
	}
}

func TestSpans(t *testing.T) {
	set := func(texts ...string) []span {
		var out []span
		for _, p := range prefixes(texts...) {
			out = append(out, spanOf(p))
		}
		return union(out)
	}
	tests := []struct {
		name string
		got  []span
		n    int
		size uint64
	}{
		{"nothing", nil, 0, 0},
		{"all of IPv4", set("0.0.0.0/0"), 1, 1 << 32},
		{"all of IPv6", set("::/0"), 1, 1<<64 - 1},
		{"a part of a /64", set("2001:db8::1/128"), 1, 1},
		{"touching", set("10.0.1.0/24", "10.0.0.0/24"), 1, 512},
		{"apart", set("10.0.2.0/24", "10.0.0.0/24"), 2, 512},
		{"one in another", set("10.0.0.0/8", "10.1.0.0/16", "10.255.255.255/32"), 1, 1 << 24},
		{"the last address", set("255.255.255.255/32", "255.255.255.254/32"), 1, 2},
		{"less the middle", subtract(set("10.0.0.0/24"), set("10.0.0.64/26")), 2, 192},
		{"less everything", subtract(set("10.0.0.0/24"), set("0.0.0.0/0")), 0, 0},
		{"less something else", subtract(set("10.0.0.0/24"), set("10.0.1.0/24", "9.0.0.0/8")), 1, 256},
		{"less two", subtract(set("0.0.0.0/0"), set("0.0.0.0/8", "255.0.0.0/8")), 1, 254 << 24},
		{"both", intersect(set("10.0.0.0/8", "192.168.0.0/16"), set("10.1.0.0/16", "192.0.0.0/8")), 2, 2 << 16},
	}
	for _, test := range tests {
		if len(test.got) != test.n || size(test.got) != test.size {
			t.Errorf("%s: %v, %d addresses; want %d spans, %d addresses", test.name, test.got, size(test.got), test.n, test.size)
		}
	}
}
