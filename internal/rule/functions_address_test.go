package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

func TestAllowsOnlyFrom(t *testing.T) {
	from := func(addresses any) any {
		return map[string]any{
			"Effect": "Allow", "Principal": "*", "Action": "es:ESHttp*", "Resource": "*",
			"Condition": map[string]any{"IpAddress": map[string]any{"aws:SourceIp": addresses}},
		}
	}
	document := func(statements ...any) any {
		return map[string]any{"Version": "2012-10-17", "Statement": statements}
	}
	anywhere := map[string]any{"Effect": "Allow", "Principal": map[string]any{"AWS": "arn:aws:iam::123456789012:role/app"}, "Action": "es:*", "Resource": "*"}
	optional := map[string]any{
		"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*",
		"Condition": map[string]any{"IpAddressIfExists": map[string]any{"aws:SourceIp": "203.0.113.7"}},
	}
	but := map[string]any{
		"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*",
		"Condition": map[string]any{"NotIpAddress": map[string]any{"aws:SourceIp": "203.0.113.7"}},
	}
	denied := map[string]any{"Effect": "Deny", "Principal": "*", "Action": "es:*", "Resource": "*"}
	open := &cloud.Unresolved{Reason: "no default"}
	for _, test := range []struct {
		name     string
		document any
		want     string
	}{
		{"nothing", nil, "yes"},
		{"the range", document(from("203.0.113.0/24")), "yes"},
		{"a part of it", document(from("203.0.113.128/25")), "yes"},
		{"an address of it", document(from([]any{"203.0.113.7", "2001:db8::1"})), "yes"},
		{"more than it", document(from("203.0.0.0/16")), "no"},
		{"one outside", document(from([]any{"203.0.113.7", "198.51.100.1"})), "no"},
		{"text JSON", `{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.7/32"}}}}`, "yes"},
		{"a role from anywhere", document(from("203.0.113.7"), anywhere), "no"},
		{"where there is an address", document(optional), "no"},
		{"all but one", document(but), "no"},
		{"only a refusal", document(denied), "yes"},
		{"an unknown address", document(from([]any{"203.0.113.7", open})), "unknown"},
		{"a symbol", document(from("${Office}")), "unknown"},
		{"unknown and outside", document(from(open), anywhere), "no"},
		{"not known", open, "unknown"},
	} {
		if got := answer(allowsOnlyFrom(policy.Parse(test.document), []string{"203.0.113.0/24", "2001:db8::/32"})); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
