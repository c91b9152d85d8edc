package reference

import (
	"slices"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud/schema"
)

func TestWeakTLSPolicy(t *testing.T) {
	for _, test := range []struct{ service, name, want string }{
		{"cloudfront", "SSLv3", "yes"},
		{"cloudfront", "TLSv1.1_2016", "yes"},
		{"cloudfront", "TLSv1.2_2021", "no"},
		{"cloudfront", "TLSv1.3_2025", "no"},
		{"cloudfront", "", "unknown"},
		{"elbv2", "ELBSecurityPolicy-2016-08", "yes"},
		{"elbv2", "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09", "yes"},
		{"elbv2", "ELBSecurityPolicy-TLS13-1-2-2021-06", "no"},
		{"elbv2", "ELBSecurityPolicy-FS-1-2-Res-2020-10", "no"},
		{"elbv2", "ELBSecurityPolicy-TLS13-1-2-2099-01", "unknown"},
		{"elb", "ELBSecurityPolicy-TLS-1-2-2017-01", "no"},
		{"elb", "ELBSecurityPolicy-2015-05", "yes"},
		{"apigateway", "TLS_1_0", "yes"},
		{"apigateway", "TLS_1_2", "no"},
		{"apigateway", "SecurityPolicy_TLS13_2025_EDGE", "no"},
		{"opensearch", "Policy-Min-TLS-1-0-2019-07", "yes"},
		{"OpenSearch", "Policy-Min-TLS-1-2-PFS-2023-10", "no"},
		{"ftp", "TLS", "unknown"},
	} {
		if got := answer(WeakTLSPolicy(test.service, test.name)); got != test.want {
			t.Errorf("WeakTLSPolicy(%q, %q) = %s, want %s", test.service, test.name, got, test.want)
		}
	}
}

func TestPostQuantumTLSPolicy(t *testing.T) {
	for _, test := range []struct{ service, name, want string }{
		{"elbv2", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", "yes"},
		{"elbv2", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "no"},
		{"apigateway", "SecurityPolicy_TLS13_1_2_PQ_2025_09", "yes"},
		{"apigateway", "SecurityPolicy_TLS13_2025_EDGE", "unknown"},
		{"elbv2", "ELBSecurityPolicy-X", "unknown"},
	} {
		if got := answer(PostQuantumTLSPolicy(test.service, test.name)); got != test.want {
			t.Errorf("PostQuantumTLSPolicy(%q, %q) = %s, want %s", test.service, test.name, got, test.want)
		}
	}
}

func TestWeakTLSAttribute(t *testing.T) {
	for name, want := range map[string]string{
		"Protocol-SSLv2":                "yes",
		"Protocol-SSLv3":                "yes",
		"Protocol-TLSv1":                "yes",
		"Protocol-TLSv1.1":              "yes",
		"Protocol-TLSv1.2":              "no",
		"Protocol-TLSv9":                "unknown",
		"Server-Defined-Cipher-Order":   "no",
		"ECDHE-ECDSA-AES128-GCM-SHA256": "no",
		"AES256-SHA":                    "no",
		"DHE-RSA-CAMELLIA256-SHA":       "no",
		"DES-CBC3-SHA":                  "yes",
		"EDH-RSA-DES-CBC3-SHA":          "yes",
		"DES-CBC-SHA":                   "yes",
		"RC4-MD5":                       "yes",
		"ECDHE-RSA-RC4-SHA":             "yes",
		"EXP-RC2-CBC-MD5":               "yes",
		"ADH-AES128-SHA":                "yes",
		"PSK-AES128-CBC-SHA":            "yes",
		"ROT13":                         "unknown",
		"":                              "unknown",
	} {
		if got := answer(WeakTLSAttribute(name)); got != want {
			t.Errorf("WeakTLSAttribute(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestTLSTable(t *testing.T) {
	file, err := tlsPolicies()
	if err != nil {
		t.Fatal(err)
	}
	checkSource(t, "attributes", file.Attributes.source)
	for service, table := range file.Services {
		checkSource(t, service, table.source)
		seen := map[string]bool{}
		for _, p := range table.Policies {
			if p.Name == "" || seen[p.Name] {
				t.Errorf("%s lists policy %q twice or without a name", service, p.Name)
			}
			seen[p.Name] = true
			if !slices.Contains(tlsProtocols, p.Minimum) {
				t.Errorf("%s %s has the minimum %q", service, p.Name, p.Minimum)
			}
			if p.WeakCiphers && !weakProtocol(p.Minimum) {
				t.Errorf("%s %s: TLS 1.2 and later policies of AWS have no RC4 or 3DES", service, p.Name)
			}
		}
	}
}

func TestEveryCloudFrontPolicyIsListed(t *testing.T) {
	distribution, ok := schema.Lookup("AWS::CloudFront::Distribution")
	if !ok {
		t.Fatal("the schema has no AWS::CloudFront::Distribution")
	}
	names := distribution.Property("DistributionConfig.ViewerCertificate.MinimumProtocolVersion").Enum
	if len(names) < 9 {
		t.Fatalf("the schema lists %d values", len(names))
	}
	for _, name := range names {
		if _, u := findTLSPolicy("cloudfront", name.(string)); u != nil {
			t.Error(u.Reason)
		}
	}
}
