package netaddr

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWithoutInternet(t *testing.T) {
	ssh := [][2]int{{22, 22}}
	tests := []struct {
		name      string
		rules     any
		protocols []string
		ports     [][2]int
		want      []string
	}{
		{"removed", sg("tcp 22 0.0.0.0/0", "tcp 443 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"tcp 443 0.0.0.0/0"}},
		{"split in place", sg("tcp 80 sg-1", "tcp 20..25 0.0.0.0/0", "tcp 443 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"tcp 80 sg-1", "tcp 20..21 0.0.0.0/0", "tcp 23..25 0.0.0.0/0", "tcp 443 0.0.0.0/0"}},
		{"split at an end", sg("tcp 22..25 ::/0"), []string{"tcp"}, ssh,
			[]string{"tcp 23..25 ::/0"}},
		{"several ports", sg("tcp 0..65535 0.0.0.0/0"), []string{"tcp"}, [][2]int{{3389, 3389}, {22, 22}},
			[]string{"tcp 0..21 0.0.0.0/0", "tcp 23..3388 0.0.0.0/0", "tcp 3390..65535 0.0.0.0/0"}},
		{"absent ports", sg("tcp - 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"tcp 0..21 0.0.0.0/0", "tcp 23..65535 0.0.0.0/0"}},
		{"protocol as it was written", sg("6 20..22 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"6 20..21 0.0.0.0/0"}},
		{"other protocol", sg("udp 22 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"udp 22 0.0.0.0/0"}},
		{"both protocols", sg("udp 22 0.0.0.0/0", "tcp 22 0.0.0.0/0", "tcp 22 sg-1"), []string{"tcp", "udp"}, ssh,
			[]string{"tcp 22 sg-1"}},
		{"all protocols", sg("-1 - 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"tcp 0..21 0.0.0.0/0", "tcp 23..65535 0.0.0.0/0", "udp 0..65535 0.0.0.0/0", "icmp -1 0.0.0.0/0"}},
		{"all protocols of IPv6", sg("-1 -1 ::/0"), []string{"tcp", "udp"}, [][2]int{{0, 1000}},
			[]string{"tcp 1001..65535 ::/0", "udp 1001..65535 ::/0", "icmpv6 -1 ::/0"}},
		{"all protocols taken whole", sg("-1 - 0.0.0.0/0", "tcp 22 0.0.0.0/0"), []string{"-1"}, nil,
			[]string{"tcp 22 0.0.0.0/0"}},
		{"icmp", sg("icmp 8..0 0.0.0.0/0", "icmp -1 10.0.0.0/8", "tcp 22 0.0.0.0/0"), []string{"icmp"}, nil,
			[]string{"icmp -1 10.0.0.0/8", "tcp 22 0.0.0.0/0"}},
		{"icmp of any type", sg("icmp -1 0.0.0.0/0"), []string{"icmp"}, nil, nil},
		{"icmp of all protocols", sg("-1 - 0.0.0.0/0"), []string{"icmp", "icmpv6"}, nil,
			[]string{"tcp 0..65535 0.0.0.0/0", "udp 0..65535 0.0.0.0/0"}},
		{"halves", sg("tcp 22 0.0.0.0/1", "tcp 22 203.0.113.0/24", "tcp 20..22 128.0.0.0/1"), []string{"tcp"}, ssh,
			[]string{"tcp 22 203.0.113.0/24", "tcp 20..21 128.0.0.0/1"}},
		{"a half alone is not the internet", sg("tcp 22 0.0.0.0/1"), []string{"tcp"}, ssh,
			[]string{"tcp 22 0.0.0.0/1"}},
		{"internet beside a half", sg("tcp 22 0.0.0.0/0", "tcp 22 0.0.0.0/1"), []string{"tcp"}, ssh,
			[]string{"tcp 22 0.0.0.0/1"}},
		{"private ranges stay", sg("tcp 22 0.0.0.0/1", "tcp 22 128.0.0.0/1", "tcp 22 10.0.0.0/8", "tcp 22 172.16.0.0/12"), []string{"tcp"}, ssh,
			[]string{"tcp 22 10.0.0.0/8", "tcp 22 172.16.0.0/12"}},
		{"unresolved stays", sg("?", "tcp ?port 0.0.0.0/0", "tcp 22 ?source", "tcp 22 0.0.0.0/0"), []string{"tcp"}, ssh,
			[]string{"?", "tcp ?port 0.0.0.0/0", "tcp 22 ?source"}},
		{"no ports, no change", sg("tcp 22 0.0.0.0/0"), []string{"tcp"}, nil,
			[]string{"tcp 22 0.0.0.0/0"}},
		{"ports out of range", sg("tcp 22 0.0.0.0/0"), []string{"tcp"}, [][2]int{{-5, -1}, {70000, 80000}},
			[]string{"tcp 22 0.0.0.0/0"}},
		{"single rule", sg("tcp 20..22 0.0.0.0/0")[0], []string{"tcp"}, ssh,
			[]string{"tcp 20..21 0.0.0.0/0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before := lines(test.rules)
			got := WithoutInternet(test.rules, test.protocols, test.ports)
			if diff := cmp.Diff(test.want, lines(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, lines(test.rules)); diff != "" {
				t.Errorf("the input was changed (-before +after):\n%s", diff)
			}
			if again := WithoutInternet(got, test.protocols, test.ports); cmp.Diff(lines(got), lines(again)) != "" {
				t.Errorf("a second run changes more: %v", lines(again))
			}
		})
	}
}

func TestWithoutInternetKeepsWhatItDoesNotKnow(t *testing.T) {
	list := unknown("?")
	for _, rules := range []any{nil, list, "text"} {
		if got := WithoutInternet(rules, []string{"tcp"}, [][2]int{{22, 22}}); got != rules {
			t.Errorf("%v became %v", rules, got)
		}
	}
	rule := map[string]any{"IpProtocol": "tcp", "FromPort": int64(20), "ToPort": int64(22), "CidrIp": "0.0.0.0/0",
		"CidrIpv6": "fd00::/8", "Description": "both"}
	want := []any{
		map[string]any{"IpProtocol": "tcp", "FromPort": int64(20), "ToPort": int64(22), "CidrIpv6": "fd00::/8", "Description": "both"},
		map[string]any{"IpProtocol": "tcp", "FromPort": int64(20), "ToPort": int64(21), "CidrIp": "0.0.0.0/0", "Description": "both"},
	}
	if diff := cmp.Diff(want, WithoutInternet([]any{rule}, []string{"tcp"}, [][2]int{{22, 22}})); diff != "" {
		t.Errorf("a rule with two sources (-want +got):\n%s", diff)
	}
}
