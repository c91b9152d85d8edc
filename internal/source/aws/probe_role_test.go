package aws

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/source/cloudformation"
)

// TestRolePolicy fills in whom the role trusts.
func TestRolePolicy(t *testing.T) {
	trust := Trust{Principal: "arn:aws:iam::999988887777:role/apps/Surety", ExternalID: "0b1c2d3e"}
	for _, test := range []struct {
		format string
		want   []string
	}{
		{"cloudformation", []string{"    Default: \"" + trust.Principal + "\"\n  ExternalId:", "    Default: \"0b1c2d3e\"\nResources:"}},
		{"terraform", []string{"  default     = \"" + trust.Principal + "\"\n}", "  default     = \"0b1c2d3e\"\n}"}},
		{"json", nil},
	} {
		plain, err := Policy(test.format)
		if err != nil {
			t.Fatal(err)
		}
		text, err := RolePolicy(test.format, trust)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range test.want {
			if !strings.Contains(text, part) || strings.Contains(plain, part) {
				t.Errorf("%s: %q", test.format, part)
			}
		}
		if test.want == nil && text != plain {
			t.Errorf("%s: policy documents name somebody", test.format)
		}
		if test.format == "cloudformation" {
			if inv := cloudformation.Read("role.yaml", []byte(text), cloudformation.Options{}); len(inv.Problems) > 0 {
				t.Errorf("problems: %v", inv.Problems)
			}
		}
	}
	for _, wrong := range []Trust{
		{Principal: "arn:aws:iam::999988887777:role/x\"\nResources: {}"}, {Principal: "${file(\"/etc/passwd\")}"}, {ExternalID: "a b"}, {ExternalID: "x\n"},
	} {
		if text, err := RolePolicy("terraform", wrong); err == nil || text != "" {
			t.Errorf("%+v is taken", wrong)
		}
	}
}
