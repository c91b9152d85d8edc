package rule

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestAttributeValue(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	many := &cloud.Unresolved{Reason: "no default", Many: true}
	attribute := func(key, value any) any { return map[string]any{"Key": key, "Value": value} }
	for _, test := range []struct {
		name       string
		attributes any
		want       any
	}{
		{"nothing", nil, ""},
		{"another", []any{attribute("b", "true")}, ""},
		{"text", []any{attribute("b", "x"), attribute("a", "True")}, "true"},
		{"truth", []any{attribute("a", true)}, "true"},
		{"number", []any{attribute("a", int64(60))}, "60"},
		{"value not known", []any{attribute("a", open)}, open},
		{"key not known", []any{attribute(open, "true")}, open},
		{"known beside not known", []any{many, attribute("a", "true")}, "true"},
		{"perhaps more", []any{attribute("b", "true"), many}, open},
	} {
		if diff := cmp.Diff(test.want, attributeValue(test.attributes, "a")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestWithAttribute(t *testing.T) {
	attribute := func(key, value any) any { return map[string]any{"Key": key, "Value": value} }
	for _, test := range []struct {
		name       string
		attributes any
		want       []any
	}{
		{"nothing", nil, []any{attribute("a", "true")}},
		{"added", []any{attribute("b", "x")}, []any{attribute("b", "x"), attribute("a", "true")}},
		{"changed in place", []any{attribute("a", "false"), attribute("b", "x")}, []any{attribute("a", "true"), attribute("b", "x")}},
		{"twice", []any{attribute("a", "false"), attribute("a", "false")}, []any{attribute("a", "true")}},
	} {
		if diff := cmp.Diff(test.want, withAttribute(test.attributes, "a", "true")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestUsesTLS(t *testing.T) {
	for protocol, want := range map[string]bool{
		"HTTPS": true, "https": true, "SSL": true, "TLS": true, "QUIC": true,
		"HTTP": false, "tcp": false, "TCP_QUIC": false, "UDP": false, "": false,
	} {
		if got := usesTLS(protocol); got != want {
			t.Errorf("%q: %t, want %t", protocol, got, want)
		}
	}
}

func TestRedirectsToHTTPS(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	action := func(kind, protocol any) any {
		return map[string]any{"Type": kind, "RedirectConfig": map[string]any{"Protocol": protocol, "StatusCode": "HTTP_301"}}
	}
	for _, test := range []struct {
		name    string
		actions any
		want    string
	}{
		{"nothing", nil, "no"},
		{"a redirect", []any{action("redirect", "HTTPS")}, "yes"},
		{"to the same protocol", []any{action("redirect", "#{protocol}")}, "no"},
		{"no protocol", []any{map[string]any{"Type": "redirect", "RedirectConfig": map[string]any{"Port": "443"}}}, "no"},
		{"another action", []any{map[string]any{"Type": "forward"}}, "no"},
		{"beside another", []any{map[string]any{"Type": "authenticate-oidc"}, action("redirect", "HTTPS")}, "yes"},
		{"protocol not known", []any{action("redirect", open)}, "unknown"},
		{"type not known", []any{action(open, "HTTPS")}, "unknown"},
		{"action not known", []any{open}, "unknown"},
		{"actions not known", open, "unknown"},
	} {
		if got := answer(redirectsToHTTPS(test.actions)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestTLSPolicies(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	many := &cloud.Unresolved{Reason: "no default", Many: true}
	listener := func(protocol, port any, names ...any) any {
		return map[string]any{"Protocol": protocol, "LoadBalancerPort": port, "PolicyNames": names}
	}
	policy := func(name any, ports []any, attributes ...any) any {
		p := map[string]any{"PolicyName": name, "PolicyType": "SSLNegotiationPolicyType", "Attributes": attributes}
		if ports != nil {
			p["LoadBalancerPorts"] = ports
		}
		return p
	}
	set := func(name string, value any) any { return map[string]any{"Name": name, "Value": value} }
	strong := set("Reference-Security-Policy", "ELBSecurityPolicy-TLS-1-2-2017-01")
	is := func(reference any, on ...any) any {
		return map[string]any{"Port": "443", "Reference": reference, "Attributes": append([]any{}, on...)}
	}
	cookie := map[string]any{"PolicyName": "sticky", "PolicyType": "LBCookieStickinessPolicyType"}
	const latest, given = "ELBSecurityPolicy-TLS-1-2-2017-01", "ELBSecurityPolicy-2016-08"

	for _, test := range []struct {
		name                string
		listeners, policies any
		want                []any
	}{
		{"nothing", nil, nil, []any{}},
		{"plain listeners", []any{listener("HTTP", "80"), listener("tcp", "25")}, nil, []any{}},
		{"no policy", []any{listener("HTTPS", "443")}, nil, []any{is(given)}},
		{"small letters", []any{listener("ssl", int64(443))}, nil, []any{is(given)}},
		{"by name", []any{listener("HTTPS", "443", "tls")}, []any{policy("tls", nil, strong)}, []any{is(latest)}},
		{"by port", []any{listener("HTTPS", int64(443))}, []any{policy("tls", []any{"443"}, strong)}, []any{is(latest)}},
		{"by port, apart", []any{listener("HTTPS", "443")}, []any{policy("tls", nil, strong), map[string]any{"PolicyName": "tls", "LoadBalancerPorts": []any{int64(443)}}}, []any{is(latest)}},
		{"of another port", []any{listener("HTTPS", "443")}, []any{policy("tls", []any{"8443"}, strong)}, []any{is(given)}},
		{"predefined by name", []any{listener("HTTPS", "443", latest)}, nil, []any{is(latest)}},
		{"a name that misleads", []any{listener("HTTPS", "443", latest)}, []any{policy(latest, nil, set("Protocol-TLSv1", "true"))}, []any{is("", "Protocol-TLSv1")}},
		{"beside a cookie", []any{listener("HTTPS", "443", "sticky", "tls")}, []any{cookie, policy("tls", nil, strong)}, []any{is(latest)}},
		{"a cookie alone", []any{listener("HTTPS", "443", "sticky")}, []any{cookie}, []any{is(given)}},
		{"custom", []any{listener("HTTPS", "443", "own")}, []any{policy("own", nil, set("Protocol-TLSv1.2", true), set("Protocol-TLSv1", "false"), set("RC4-MD5", "True"))}, []any{is("", "Protocol-TLSv1.2", "RC4-MD5")}},
		{"attached elsewhere", []any{listener("HTTPS", "443")}, []any{policy("tls", nil, strong)}, []any{&cloud.Unresolved{Reason: "it is not known whether the listener of port 443 has security policy tls"}}},
		{"left over", []any{listener("HTTPS", "443")}, []any{policy("tls", []any{}, strong)}, []any{is(given)}},
		{"reference not known", []any{listener("HTTPS", "443", "tls")}, []any{policy("tls", nil, set("Reference-Security-Policy", open))}, []any{is(open)}},
		{"attribute not known", []any{listener("HTTPS", "443", "own")}, []any{policy("own", nil, set("Protocol-TLSv1", open))}, []any{is("", open)}},
		{"name not known", []any{listener("HTTPS", "443", open)}, nil, []any{open}},
		{"perhaps more policies", []any{listener("HTTPS", "443", "tls")}, []any{many}, []any{open}},
		{"known all the same", []any{listener("HTTPS", "443", "tls")}, []any{many, policy("tls", nil, strong)}, []any{is(latest)}},
		{"protocol not known", []any{listener(open, "443")}, nil, []any{open}},
		{"listeners not known", open, nil, []any{many}},
	} {
		if diff := cmp.Diff(test.want, tlsPolicies(test.listeners, test.policies)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
