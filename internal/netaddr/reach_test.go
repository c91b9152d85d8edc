package netaddr

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestReachable(t *testing.T) {
	tests := []struct {
		name     string
		rules    any
		protocol string
		from, to int
		want     string
	}{
		{"exact port", sg("tcp 22 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"other port", sg("tcp 22 0.0.0.0/0"), "tcp", 23, 23, "false"},
		{"other protocol", sg("udp 22 0.0.0.0/0"), "tcp", 22, 22, "false"},
		{"inside a range", sg("tcp 20..25 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"range overlaps", sg("tcp 20..25 0.0.0.0/0"), "tcp", 25, 30, "true"},
		{"range reversed", sg("tcp 20..25 0.0.0.0/0"), "tcp", 30, 25, "true"},
		{"range just beside", sg("tcp 20..25 0.0.0.0/0"), "tcp", 26, 30, "false"},
		{"IPv6", sg("tcp 22 ::/0"), "tcp", 22, 22, "true"},
		{"all protocols", sg("-1 - 0.0.0.0/0"), "udp", 53, 53, "true"},
		{"all protocols, ports ignored", sg("-1 80 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"protocol by number", sg("6 22 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"protocol as a number", []any{map[string]any{"IpProtocol": 17.0, "FromPort": "53", "ToPort": 53.0, "CidrIp": "0.0.0.0/0"}}, "udp", 53, 53, "true"},
		{"protocol in capitals", sg("TCP 22 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"protocol all", sg("all - 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"minus one ports", sg("tcp -1 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"absent ports", sg("tcp - 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"zero to the end", sg("tcp 0..65535 0.0.0.0/0"), "tcp", 65535, 65535, "true"},
		{"port zero is one port", sg("tcp 0 0.0.0.0/0"), "tcp", 22, 22, "false"},
		{"private source", sg("tcp 22 10.0.0.0/8"), "tcp", 22, 22, "false"},
		{"group", sg("tcp 22 sg-1"), "tcp", 22, 22, "false"},
		{"prefix list", sg("tcp 22 pl-1"), "tcp", 22, 22, "false"},
		{"no source", sg("tcp 22 -"), "tcp", 22, 22, "false"},
		{"sloppy source", sg("tcp 22 10.1.2.3/0"), "tcp", 22, 22, "true"},
		{"mapped source", sg("tcp 22 ::ffff:0:0/96"), "tcp", 22, 22, "true"},

		{"halves", sg("tcp 22 0.0.0.0/1", "tcp 22 128.0.0.0/1"), "tcp", 22, 22, "true"},
		{"halves of wider rules", sg("tcp 20..25 0.0.0.0/1", "-1 - 128.0.0.0/1"), "tcp", 22, 22, "true"},
		{"halves on different ports", sg("tcp 22 0.0.0.0/1", "tcp 23 128.0.0.0/1"), "tcp", 22, 23, "false"},
		{"halves that overlap inside the range", sg("tcp 20..30 0.0.0.0/1", "tcp 25..40 128.0.0.0/1"), "tcp", 0, 65535, "true"},
		{"halves that overlap outside the range", sg("tcp 20..30 0.0.0.0/1", "tcp 25..40 128.0.0.0/1"), "tcp", 31, 65535, "false"},
		{"halves of two protocols", sg("tcp 22 0.0.0.0/1", "udp 22 128.0.0.0/1"), "tcp", 22, 22, "false"},

		{"icmp any", sg("icmp -1 0.0.0.0/0"), "icmp", -1, -1, "true"},
		{"icmp echo", sg("icmp 8..0 0.0.0.0/0"), "icmp", -1, -1, "true"},
		{"icmp echo asked for another type", sg("icmp 8..0 0.0.0.0/0"), "icmp", 3, 3, "false"},
		{"icmp echo code is no end", sg("icmp 8..0 0.0.0.0/0"), "icmp", 8, 8, "true"},
		{"icmp is not tcp", sg("icmp -1 0.0.0.0/0"), "tcp", 22, 22, "false"},
		{"icmpv6", sg("58 -1 ::/0"), "icmpv6", -1, -1, "true"},
		{"tcp is not icmp", sg("tcp 0..65535 0.0.0.0/0"), "icmp", -1, -1, "false"},

		{"all protocols asked", sg("-1 - 0.0.0.0/0"), "-1", 0, 65535, "true"},
		{"all protocols asked, one given", sg("tcp 0..65535 0.0.0.0/0"), "-1", 0, 65535, "false"},
		{"protocol without ports", sg("50 - 0.0.0.0/0"), "50", 0, 0, "true"},
		{"protocol without ports has none", sg("50 80 0.0.0.0/0"), "50", 7, 7, "true"},

		{"unknown source on the port", sg("tcp 22 ?source"), "tcp", 22, 22, "?source"},
		{"unknown source on another port", sg("tcp 80 ?source"), "tcp", 22, 22, "false"},
		{"unknown port from the internet", sg("tcp ?port 0.0.0.0/0"), "tcp", 22, 22, "?port"},
		{"unknown port from a private range", sg("tcp ?port 10.0.0.0/8"), "tcp", 22, 22, "false"},
		{"unknown port from a group", sg("tcp ?port sg-1"), "tcp", 22, 22, "false"},
		{"unknown start below", sg("tcp ?from..30 0.0.0.0/0"), "tcp", 22, 22, "?from"},
		{"unknown start, end too low", sg("tcp ?from..20 0.0.0.0/0"), "tcp", 22, 22, "false"},
		{"unknown end, start too high", sg("tcp 30..?to 0.0.0.0/0"), "tcp", 22, 22, "false"},
		{"unknown protocol", sg("?protocol 22 0.0.0.0/0"), "tcp", 22, 22, "?protocol"},
		{"unknown protocol may have no ports", sg("?protocol 80 0.0.0.0/0"), "tcp", 22, 22, "?protocol"},
		{"unknown protocol from a group", sg("?protocol 22 sg-1"), "tcp", 22, 22, "false"},
		{"unknown rule", sg("?rule"), "tcp", 22, 22, "?rule"},
		{"unknown rule beside an open one", sg("?rule", "tcp 22 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"unknown elements", []any{&cloud.Unresolved{Reason: "?many", Many: true}}, "tcp", 22, 22, "?many"},
		{"unknown list", unknown("?list"), "tcp", 22, 22, "?list"},
		{"unknown half", sg("tcp 22 0.0.0.0/1", "tcp 22 ?half"), "tcp", 22, 22, "?half"},
		{"half on an unknown port", sg("tcp 22 0.0.0.0/1", "tcp ?port 128.0.0.0/1"), "tcp", 22, 22, "?port"},
		{"two unknown quarters", sg("tcp 22 0.0.0.0/1", "tcp ?a 128.0.0.0/2", "tcp ?b 192.0.0.0/2"), "tcp", 22, 22, "?a ?b"},
		{"only the reason that counts", sg("tcp 22 ?source", "tcp ?port 203.0.113.0/24"), "tcp", 22, 22, "?source"},
		{"the office on an unknown port", sg("tcp ?port 203.0.113.0/24"), "tcp", 22, 22, "false"},
		{"only the range that would do alone", sg("tcp ?a 0.0.0.0/0", "tcp ?b 8.0.0.0/8"), "tcp", 22, 22, "?a"},
		{"ports from minus one", sg("tcp -1..21 0.0.0.0/0"), "tcp", 22, 22, "true"},
		{"port that is no whole number", []any{map[string]any{"IpProtocol": "tcp", "FromPort": 22.5, "ToPort": 22.5, "CidrIp": "0.0.0.0/0"}}, "tcp", 22, 22, "FromPort is 22.5 and should be a number ToPort is 22.5 and should be a number"},
		{"port beyond all numbers", []any{map[string]any{"IpProtocol": "tcp", "FromPort": 1e300, "ToPort": true, "CidrIp": "0.0.0.0/0"}}, "tcp", 22, 22, "FromPort is 1e+300 and should be a number ToPort is true or false and should be a number"},
		{"one address of a symbol", sg("tcp 22 ${Eip}/32"), "tcp", 22, 22, "false"},
		{"one end missing", sg("tcp 22..- 0.0.0.0/0"), "tcp", 22, 22, "ToPort is not set, though the other end of the range is"},
		{"no protocol", sg("- 22 0.0.0.0/0"), "tcp", 22, 22, "the rule names no protocol"},
		{"port that is none", sg("tcp ssh 0.0.0.0/0"), "tcp", 22, 22, `FromPort is "ssh" and should be a number ToPort is "ssh" and should be a number`},
		{"rule that is none", []any{"tcp 22"}, "tcp", 22, 22, `a rule should be an object and is "tcp 22"`},
		{"list that is none", "tcp 22", "tcp", 22, 22, `the rules should be a list and are "tcp 22"`},
		{"question that is none", sg("tcp 22 0.0.0.0/0"), "ssh", 22, 22, `"ssh" is no protocol; AWS takes tcp, udp, icmp, icmpv6, -1 or a number from 0 to 255`},
		{"single rule", sg("tcp 22 0.0.0.0/0")[0], "tcp", 22, 22, "true"},
		{"no rules", nil, "tcp", 22, 22, "false"},
		{"empty", []any{}, "tcp", 22, 22, "false"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := short(Reachable(test.rules, test.protocol, test.from, test.to)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestReachableIPv6(t *testing.T) {
	if got := ReachableIPv6(sg("tcp 22 0.0.0.0/0"), "tcp", 22, 22); !got.IsFalse() {
		t.Errorf("IPv4: %v", got)
	}
	if got := ReachableIPv6(sg("tcp 22 ::/0"), "tcp", 22, 22); !got.IsTrue() {
		t.Errorf("IPv6: %v", got)
	}
}

func TestReachableExcept(t *testing.T) {
	web := [][2]int{{443, 443}, {80, 80}}
	tests := []struct {
		rules  any
		except [][2]int
		want   string
	}{
		{sg("tcp 443 0.0.0.0/0", "tcp 80 ::/0"), web, "false"},
		{sg("tcp 443..444 0.0.0.0/0"), web, "true"},
		{sg("udp 53 0.0.0.0/0"), web, "true"},
		{sg("tcp 0..65535 0.0.0.0/0"), [][2]int{{65535, 0}}, "false"},
		{sg("tcp ?port 0.0.0.0/0"), web, "?port"},
		{sg("tcp 22 10.0.0.0/8"), nil, "false"},
		{unknown("?"), nil, "?"},
	}
	for i, test := range tests {
		if got := short(ReachableExcept(test.rules, test.except)); got != test.want {
			t.Errorf("%d: got %s, want %s", i, got, test.want)
		}
	}
}

func TestAllowsAllEgress(t *testing.T) {
	tests := []struct {
		rules any
		want  string
	}{
		{nil, "true"},
		{[]any{}, "false"},
		{sg("-1 - 0.0.0.0/0"), "true"},
		{sg("-1 - ::/0"), "true"},
		{sg("tcp 443 0.0.0.0/0"), "false"},
		{sg("-1 - pl-1"), "false"},
		{unknown("?"), "?"},
	}
	for i, test := range tests {
		if got := short(AllowsAllEgress(test.rules)); got != test.want {
			t.Errorf("%d: got %s, want %s", i, got, test.want)
		}
	}
}

func TestOpenPorts(t *testing.T) {
	tests := []struct {
		name    string
		rules   any
		open    string
		unknown int
	}{
		{"none", sg("tcp 22 10.0.0.0/8"), "", 0},
		{"one", sg("tcp 22 0.0.0.0/0"), "tcp 22", 0},
		{"joined", sg("tcp 22 0.0.0.0/0", "tcp 23..25 ::/0", "udp 53 0.0.0.0/0"), "tcp 22-25, udp 53", 0},
		{"halves", sg("tcp 20..30 0.0.0.0/1", "tcp 25..40 128.0.0.0/1"), "tcp 25-30", 0},
		{"everything", sg("-1 - 0.0.0.0/0"), "tcp 0-65535, udp 0-65535, -1 0-65535", 0},
		{"icmp and others", sg("icmp 8..0 0.0.0.0/0", "50 - 0.0.0.0/0"), "50 0-65535, icmp 8", 0},
		{"unknown beside known", sg("tcp 22 0.0.0.0/0", "tcp 80 ?"), "tcp 22", 1},
		{"unknown list", unknown("?"), "", 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			open, unknown := OpenPorts(test.rules)
			var texts []string
			for _, r := range open {
				texts = append(texts, r.String())
			}
			if got := strings.Join(texts, ", "); got != test.open {
				t.Errorf("open: %s, want %s", got, test.open)
			}
			if len(unknown) != test.unknown {
				t.Errorf("unknown: %v, want %d", unknown, test.unknown)
			}
		})
	}
}

func TestSources(t *testing.T) {
	broad := func(rules any) cloud.Truth { return AllowsBroadPublicRange(rules, 24) }
	other := func(rules any) cloud.Truth { return AllowsOtherThan(rules, []string{"203.0.113.0/24"}) }
	tests := []struct {
		name  string
		ask   func(any) cloud.Truth
		rules any
		want  string
	}{
		{"whole private", AllowsWholePrivateRange, sg("tcp 22 10.0.0.0/8"), "true"},
		{"part of private", AllowsWholePrivateRange, sg("tcp 22 10.0.0.0/16"), "false"},
		{"internet is not private", AllowsWholePrivateRange, sg("tcp 22 0.0.0.0/0"), "false"},
		{"private unknown /16", AllowsWholePrivateRange, sg("tcp 22 ${Net}/16"), "${Net}/16 is known only after deployment"},
		{"private unknown /17", AllowsWholePrivateRange, sg("tcp 22 ${Net}/17"), "false"},
		{"broad unknown /23", broad, sg("tcp 22 ${Net}/23"), "${Net}/23 is known only after deployment"},
		{"broad unknown /24", broad, sg("tcp 22 ${Net}/24"), "false"},
		{"private unknown", AllowsWholePrivateRange, sg("tcp 22 ?"), "?"},
		{"broad", broad, sg("tcp 22 203.0.0.0/16"), "true"},
		{"just not broad", broad, sg("tcp 22 203.0.113.0/24"), "false"},
		{"private is not public", broad, sg("tcp 22 10.0.0.0/8"), "false"},
		{"other than trusted", other, sg("tcp 22 198.51.100.1/32"), "true"},
		{"wider than trusted", other, sg("tcp 22 203.0.112.0/23"), "true"},
		{"inside trusted", other, sg("tcp 22 203.0.113.7/32"), "false"},
		{"private is not other", other, sg("tcp 22 10.0.0.0/8"), "false"},
		{"one unknown address is other", other, sg("tcp 22 ${Ip}/32"), "${Ip}/32 is known only after deployment"},
		{"range", SpansPorts, sg("tcp 22..23 sg-1"), "true"},
		{"single ports", SpansPorts, sg("tcp 22 sg-1", "udp 53 sg-1", "icmp 8..0 sg-1"), "false"},
		{"range of UDP", SpansPorts, sg("udp 22..23 sg-1"), "true"},
		{"unknown rule", SpansPorts, sg("?"), "?"},
		{"unknown protocol", SpansPorts, sg("? 22 sg-1"), "?"},
		{"all protocols", SpansPorts, sg("-1 - sg-1"), "true"},
		{"all ports", SpansPorts, sg("tcp - sg-1"), "true"},
		{"unknown end", SpansPorts, sg("tcp 22..? sg-1"), "?"},
		{"unknown list", SpansPorts, unknown("?"), "?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := short(test.ask(test.rules)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// FuzzReachable holds WithoutInternet against Reachable: what was taken away is
// reachable no longer.
func FuzzReachable(f *testing.F) {
	f.Add("tcp", 22, 22, "0.0.0.0/1", "tcp", 20, 30, "128.0.0.0/1", 22)
	f.Add("-1", -1, -1, "::/0", "udp", 0, 65535, "10.0.0.0/8", 53)
	f.Add("-1", -1, -1, "::/0", "A", 0, 65535, "0", 53)
	f.Add("icmp", 8, 0, "0.0.0.0/0", "6", 70000, -5, "x", 70000)
	f.Fuzz(func(t *testing.T, p1 string, f1, t1 int, c1, p2 string, f2, t2 int, c2 string, port int) {
		rule := func(p string, from, to int, c string) map[string]any {
			return map[string]any{"IpProtocol": p, "FromPort": int64(from), "ToPort": float64(to), "CidrIp": c}
		}
		rules := []any{rule(p1, f1, t1, c1), rule(p2, f2, t2, c2)}
		before := cmp.Diff(nil, rules)
		port = max(0, min(port, maxPort))
		for _, protocol := range []string{"tcp", "udp"} {
			if closed := WithoutInternet(rules, []string{protocol}, [][2]int{{port, port}}); Reachable(closed, protocol, port, port).IsTrue() {
				t.Errorf("%v without %s %d is still reachable: %v", lines(rules), protocol, port, lines(closed))
			}
		}
		if before != cmp.Diff(nil, rules) {
			t.Error("the input was changed")
		}
	})
}

// A group with the most rules that AWS lets one have is judged in well under a
// millisecond: under 0.3 ms on the machine of 2026.
func BenchmarkReachable(b *testing.B) {
	var text []string
	for i := range 999 {
		text = append(text, fmt.Sprintf("tcp %d..%d 203.0.%d.0/24", i, i+5, i%256))
	}
	rules := sg(append(text, "tcp 20..25 0.0.0.0/1", "tcp 22 128.0.0.0/1")...)
	for b.Loop() {
		if !Reachable(rules, "tcp", 22, 22).IsTrue() {
			b.Fatal("not reachable")
		}
	}
}

func BenchmarkReachableSmall(b *testing.B) {
	rules := sg("tcp 443 0.0.0.0/0", "tcp 22 10.0.0.0/8", "-1 - sg-1")
	for b.Loop() {
		if !Reachable(rules, "tcp", 22, 22).IsFalse() {
			b.Fatal("reachable")
		}
	}
}

// TestReadRules: rules that were read stand for the list itself.
func TestReadRules(t *testing.T) {
	for name, list := range map[string]any{
		"nothing":  nil,
		"unknown":  unknown("?"),
		"no list":  "tcp",
		"closed":   sg("tcp 22 10.0.0.0/8"),
		"open":     sg("tcp 22 0.0.0.0/0"),
		"together": sg("tcp 22 0.0.0.0/1", "tcp 22 128.0.0.0/1"),
	} {
		read := ReadRules(list)
		for range 2 { // asking leaves them as they are
			if diff := cmp.Diff(Reachable(list, "tcp", 22, 22), Reachable(read, "tcp", 22, 22)); diff != "" {
				t.Errorf("%s: Reachable (-list +read):\n%s", name, diff)
			}
			if diff := cmp.Diff(ReachableExcept(list, nil), ReachableExcept(read, nil)); diff != "" {
				t.Errorf("%s: ReachableExcept (-list +read):\n%s", name, diff)
			}
			if diff := cmp.Diff(SpansPorts(list), SpansPorts(read)); diff != "" {
				t.Errorf("%s: SpansPorts (-list +read):\n%s", name, diff)
			}
		}
	}
}
