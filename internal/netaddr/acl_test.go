package netaddr

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAllowsInternet(t *testing.T) {
	tests := []struct {
		name     string
		entries  any
		protocol string
		from, to int
		egress   bool
		want     string
	}{
		{"allowed", acl("100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"other port", acl("100 allow tcp 22 0.0.0.0/0"), "tcp", 23, 23, false, "false"},
		{"other direction", acl("100 allow tcp 22 0.0.0.0/0 out"), "tcp", 22, 22, false, "false"},
		{"egress", acl("100 allow tcp 22 0.0.0.0/0 out"), "tcp", 22, 22, true, "true"},
		{"protocol number", acl("100 allow 6 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"all protocols", acl("100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"all protocols, port range ignored", acl("100 allow -1 80 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"IPv6", acl("100 allow tcp 22 ::/0"), "tcp", 22, 22, false, "true"},
		{"nothing", acl(), "tcp", 22, 22, false, "false"},
		{"absent", nil, "tcp", 22, 22, false, "false"},
		{"private", acl("100 allow tcp 22 10.0.0.0/8"), "tcp", 22, 22, false, "false"},
		{"denied first", acl("90 deny tcp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "false"},
		{"denied later", acl("110 deny tcp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"denied for another protocol", acl("90 deny udp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"IPv4 denied, IPv6 not", acl("90 deny -1 - 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0", "101 allow -1 - ::/0"), "tcp", 22, 22, false, "true"},
		{"deny of one range leaves the internet", acl("90 deny -1 - 203.0.113.0/24", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"deny of half leaves the internet", acl("90 deny -1 - 0.0.0.0/1", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"denied in halves", acl("90 deny -1 - 0.0.0.0/1", "91 deny tcp 20..30 128.0.0.0/1", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "false"},
		{"one address before the rest is denied", acl("90 allow tcp 22 8.8.8.8/32", "95 deny tcp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), "tcp", 22, 22, false, "false"},
		{"allowed in halves", acl("90 allow tcp 22 0.0.0.0/1", "91 allow tcp 22 128.0.0.0/1"), "tcp", 22, 22, false, "true"},
		{"some port of a range", acl("90 deny tcp 0..1023 0.0.0.0/0", "100 allow tcp 0..65535 0.0.0.0/0"), "tcp", 1000, 2000, false, "true"},
		{"no port of a range", acl("90 deny tcp 0..1023 0.0.0.0/0", "100 allow tcp 0..65535 0.0.0.0/0"), "tcp", 0, 1023, false, "false"},
		{"port after a deny inside a range", acl("90 deny tcp 0..22 0.0.0.0/0", "100 allow tcp 0..23 0.0.0.0/0"), "tcp", 0, 23, false, "true"},
		{"all traffic asked", acl("100 allow -1 - 0.0.0.0/0"), "-1", 0, 0, false, "true"},
		{"all traffic asked, tcp denied", acl("90 deny tcp - 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), "-1", 0, 0, false, "true"},
		{"all traffic asked, one protocol allowed", acl("100 allow tcp - 0.0.0.0/0"), "-1", 0, 0, false, "false"},
		{"icmp", acl("100 allow icmp - 0.0.0.0/0"), "icmp", -1, -1, false, "true"},

		{"unknown source", acl("100 allow tcp 22 ?source"), "tcp", 22, 22, false, "?source"},
		{"unknown source on another port", acl("100 allow tcp 80 ?source"), "tcp", 22, 22, false, "false"},
		{"unknown source after all is denied", acl("90 deny -1 - 0.0.0.0/0", "91 deny -1 - ::/0", "100 allow tcp 22 ?source"), "tcp", 22, 22, false, "false"},
		{"unknown source after all is allowed", acl("90 allow -1 - 0.0.0.0/0", "100 deny tcp 22 ?source"), "tcp", 22, 22, false, "true"},
		{"unknown deny before the allow", acl("90 deny tcp 22 ?source", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "?source"},
		{"unknown number", acl("?number deny tcp 22 0.0.0.0/0", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "?number"},
		{"unknown number of a deny elsewhere", acl("?number deny tcp 80 0.0.0.0/0", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"unknown action", acl("100 ?action tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "?action"},
		{"unknown action of a private range", acl("90 ?action tcp 22 10.0.0.0/8", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"unknown direction", acl("100 allow tcp 22 0.0.0.0/0 ?"), "tcp", 22, 22, false, "?egress"},
		{"unknown protocol", acl("100 allow ?protocol 22 0.0.0.0/0"), "tcp", 22, 22, false, "?protocol"},
		{"unknown ports", acl("100 allow tcp ?ports 0.0.0.0/0"), "tcp", 22, 22, false, "?ports"},
		{"unknown entry alone", acl("?entry"), "tcp", 22, 22, false, "?entry"},
		{"unknown entry beside an allow", acl("?entry", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "?entry"},
		{"unknown list", unknown("?list"), "tcp", 22, 22, false, "?list"},
		{"one unknown address changes nothing", acl("90 deny tcp 22 ${Ip}/32", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"an unknown /8 changes nothing", acl("90 deny tcp 22 ${Net}/8", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"an unknown /7 may", acl("90 deny tcp 22 ${Net}/7", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "${Net}/7 is known only after deployment"},
		{"all but a /8 denied", acl("90 allow tcp 22 8.0.0.0/8", "95 deny tcp 22 0.0.0.0/0", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "false"},
		{"all but a /7 denied", acl("90 allow tcp 22 8.0.0.0/7", "95 deny tcp 22 0.0.0.0/0", "100 allow tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, "true"},
		{"action that is none", acl("100 permit tcp 22 0.0.0.0/0"), "tcp", 22, 22, false, `RuleAction should be allow or deny and is "permit"`},
		{"list that is none", "x", "tcp", 22, 22, false, `the entries should be a list and are "x"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := short(AllowsInternet(test.entries, test.protocol, test.from, test.to, test.egress)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestAllowsInternetICMPTypes(t *testing.T) {
	echo := []any{map[string]any{"RuleNumber": "100", "RuleAction": "Allow", "Protocol": int64(1), "CidrBlock": "0.0.0.0/0",
		"Egress": "false", "Icmp": map[string]any{"Type": int64(8), "Code": int64(-1)}}}
	for icmp, want := range map[int]bool{8: true, 3: false, -1: true} {
		if got := AllowsInternet(echo, "icmp", icmp, icmp, false); got.IsTrue() != want {
			t.Errorf("type %d: %v, want %v", icmp, got, want)
		}
	}
}

func TestAllowsInternetFlags(t *testing.T) {
	for text, want := range map[any]string{
		"true": "true", "False": "false", true: "true", nil: "false",
		"out": `Egress should be true or false and is "out"`, int64(1): "Egress should be true or false and is 1",
	} {
		entries := []any{map[string]any{"RuleNumber": int64(1), "RuleAction": "allow", "Protocol": int64(-1), "CidrBlock": "0.0.0.0/0", "Egress": text}}
		if got := short(AllowsAllTraffic(entries, true)); got != want {
			t.Errorf("%v: got %s, want %s", text, got, want)
		}
	}
}

func TestAllowsAllTraffic(t *testing.T) {
	entries := acl("100 allow -1 - 0.0.0.0/0 out", "100 allow tcp 0..65535 0.0.0.0/0 in")
	if got := AllowsAllTraffic(entries, true); !got.IsTrue() {
		t.Errorf("egress: %v", got)
	}
	if got := AllowsAllTraffic(entries, false); !got.IsFalse() {
		t.Errorf("ingress: %v", got)
	}
}

func TestIneffective(t *testing.T) {
	tests := []struct {
		name         string
		entries      any
		denies, all  []int
		unknownDeny  int
		unknownEntry int
	}{
		{"shadowed", acl("100 allow -1 - 0.0.0.0/0", "110 deny tcp 22 0.0.0.0/0"), []int{110}, []int{110}, 0, 0},
		{"order of the list does not matter", acl("110 deny tcp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), []int{110}, []int{110}, 0, 0},
		{"effective", acl("90 deny tcp 22 0.0.0.0/0", "100 allow -1 - 0.0.0.0/0"), nil, nil, 0, 0},
		{"other direction", acl("100 allow -1 - 0.0.0.0/0 out", "110 deny tcp 22 0.0.0.0/0 in"), nil, nil, 0, 0},
		{"other family", acl("100 allow -1 - 0.0.0.0/0", "110 deny tcp 22 ::/0"), nil, nil, 0, 0},
		{"partly allowed earlier", acl("100 allow tcp 443 0.0.0.0/0", "200 deny -1 - 0.0.0.0/0"), nil, nil, 0, 0},
		{"smaller allow", acl("100 allow tcp 22 10.0.0.0/8", "110 deny tcp 22 0.0.0.0/0"), nil, nil, 0, 0},
		{"ports partly covered", acl("100 allow tcp 20..22 0.0.0.0/0", "110 deny tcp 20..23 0.0.0.0/0"), nil, nil, 0, 0},
		{"covered by two in ports", acl("100 allow tcp 0..22 0.0.0.0/0", "101 deny tcp 23..30 0.0.0.0/0", "110 deny tcp 20..25 0.0.0.0/0"), []int{110}, []int{110}, 0, 0},
		{"covered by two in addresses", acl("100 allow tcp 22 0.0.0.0/1", "101 allow tcp 22 128.0.0.0/1", "110 deny tcp 22 0.0.0.0/0"), []int{110}, []int{110}, 0, 0},
		{"denied already", acl("100 deny -1 - 0.0.0.0/0", "110 deny tcp 22 0.0.0.0/0"), nil, []int{110}, 0, 0},
		{"allow after a deny", acl("100 deny -1 - 0.0.0.0/0", "110 allow tcp 22 0.0.0.0/0"), nil, []int{110}, 0, 0},
		{"the last entry", acl("100 allow -1 - 0.0.0.0/0", "32767 deny -1 - 0.0.0.0/0"), nil, nil, 0, 0},
		{"unknown allow before", acl("100 allow -1 - ?", "110 deny tcp 22 0.0.0.0/0"), nil, nil, 1, 1},
		{"unknown deny before", acl("100 deny -1 - ?", "110 deny tcp 22 0.0.0.0/0"), nil, nil, 0, 1},
		{"unknown allow on another port", acl("100 allow tcp 80 ?", "110 deny tcp 22 0.0.0.0/0"), nil, nil, 0, 0},
		{"unknown deny after an allow", acl("100 allow -1 - 0.0.0.0/0", "110 deny tcp 22 ?"), nil, nil, 1, 1},
		{"unknown deny first", acl("90 deny tcp 22 ?", "100 allow -1 - 0.0.0.0/0"), nil, nil, 0, 0},
		{"unknown entry alone", acl("?"), nil, nil, 0, 0},
		{"unknown list", unknown("?"), nil, nil, 1, 1},
		{"unknown direction", acl("100 allow -1 - 0.0.0.0/0 ?", "110 deny tcp 22 0.0.0.0/0 in"), nil, nil, 1, 1},
		{"deny of unknown direction", acl("100 allow -1 - 0.0.0.0/0 out", "110 deny tcp 22 0.0.0.0/0 ?"), nil, nil, 1, 1},
		{"one unknown beside a known", acl("?", "100 allow -1 - 0.0.0.0/0", "110 deny tcp 22 0.0.0.0/0"), []int{110}, []int{110}, 1, 1},
		{"same number in both directions", acl("100 allow -1 - 0.0.0.0/0 in", "100 allow -1 - 0.0.0.0/0 out"), nil, nil, 0, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, unknown := IneffectiveDenies(test.entries)
			if diff := cmp.Diff(test.denies, got); diff != "" {
				t.Errorf("denies (-want +got):\n%s", diff)
			}
			if len(unknown) != test.unknownDeny {
				t.Errorf("denies: unknown %v, want %d", unknown, test.unknownDeny)
			}
			got, unknown = IneffectiveEntries(test.entries)
			if diff := cmp.Diff(test.all, got); diff != "" {
				t.Errorf("entries (-want +got):\n%s", diff)
			}
			if len(unknown) != test.unknownEntry {
				t.Errorf("entries: unknown %v, want %d", unknown, test.unknownEntry)
			}
		})
	}
}

// AWS lets a network ACL have 40 entries a direction: under 0.2 ms on the
// machine of 2026.
func BenchmarkAllowsInternet(b *testing.B) {
	var text []string
	for i := range 40 {
		text = append(text, fmt.Sprintf("%d deny tcp %d..%d 203.0.%d.0/24", i+1, i, i+50, i))
	}
	entries := acl(append(text, "100 allow -1 - 0.0.0.0/0")...)
	for b.Loop() {
		if !AllowsInternet(entries, "tcp", 22, 22, false).IsTrue() {
			b.Fatal("not allowed")
		}
	}
}
