package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestStillHeld(t *testing.T) {
	held := []any{"203.0.113.7"}
	ranges := []string{"198.51.100.0/24", "192.0.2.1"}
	regions := []string{"us-east-1", "eu-west-1"}
	for _, test := range []struct {
		kind   string
		values []any
		want   string
	}{
		{"A", nil, "true"},
		{"A", []any{"203.0.113.7"}, "true"},
		{"A", []any{"198.51.100.200", "192.0.2.1"}, "true"},
		{"A", []any{"10.1.2.3", "127.0.0.1"}, "true"},
		{"A", []any{"203.0.113.8"}, "unknown"},
		{"A", []any{"203.0.113.7", "203.0.113.8"}, "unknown"},
		{"A", []any{"no address"}, "true"},
		{"A", []any{&cloud.Unresolved{Reason: "a parameter"}}, "unknown"},
		{"AAAA", []any{"2001:db8::1"}, "true"},
		{"CNAME", []any{"shop.example.com"}, "true"},
		{"CNAME", []any{"ec2-203-0-113-7.compute-1.amazonaws.com"}, "true"},
		{"CNAME", []any{"ec2-203-0-113-8.compute-1.amazonaws.com."}, "false"},
		{"CNAME", []any{"EC2-203-0-113-8.eu-west-1.compute.amazonaws.com"}, "false"},
		{"CNAME", []any{"ec2-198-51-100-8.eu-west-1.compute.amazonaws.com"}, "true"},
		{"CNAME", []any{"ec2-203-0-113-8.eu-west-3.compute.amazonaws.com"}, "unknown"},
		{"CNAME", []any{"ec2-203-0-113-8.example.com"}, "true"},
	} {
		got := stillHeld(test.kind, test.values, held, ranges, regions)
		text := "unknown"
		if !got.IsUnknown() {
			text = map[bool]string{true: "true", false: "false"}[got.IsTrue()]
		}
		if text != test.want {
			t.Errorf("stillHeld(%s, %v) = %s; want %s", test.kind, test.values, text, test.want)
		}
	}
	unread := []any{"203.0.113.7", &cloud.Unresolved{Reason: "denied", Many: true}}
	if got := stillHeld("CNAME", []any{"ec2-203-0-113-8.compute-1.amazonaws.com"}, unread, nil, regions); !got.IsUnknown() {
		t.Errorf("stillHeld where not all is known that is held = %v", got)
	}
	if got := stillHeld("A", &cloud.Unresolved{Reason: "denied"}, held, ranges, regions); !got.IsUnknown() {
		t.Errorf("stillHeld of unknown values = %v", got)
	}
}
