package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

func TestBusPermission(t *testing.T) {
	open := &cloud.Unresolved{Reason: "no default"}
	organization := map[string]any{"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-a1b2c3d4e5"}
	for _, test := range []struct {
		name       string
		permission any
		everyone   string
		foreign    string
	}{
		{"everyone", map[string]any{"Action": "events:PutEvents", "Principal": "*"}, "yes", "yes"},
		{"an account", map[string]any{"Action": "events:PutEvents", "Principal": "111122223333"}, "no", "yes"},
		{"its own account", map[string]any{"Action": "events:PutEvents", "Principal": "123456789012"}, "no", "no"},
		{"an organization", map[string]any{"Principal": "*", "Condition": organization}, "no", "no"},
		{"an organization not known", map[string]any{"Principal": "*", "Condition": open}, "unknown", "unknown"},
		{"a principal not known", map[string]any{"Principal": open}, "unknown", "unknown"},
		{"a statement", map[string]any{"Statement": map[string]any{
			"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents", "Resource": "*",
		}}, "yes", "yes"},
		{"a statement as text", map[string]any{
			"Statement": `{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "events:PutEvents", "Resource": "*"}`,
		}, "no", "yes"},
		{"no JSON", map[string]any{"Statement": "Allow"}, "unknown", "unknown"},
		{"a statement not known", map[string]any{"Statement": open}, "unknown", "unknown"},
		{"not known", open, "unknown", "unknown"},
	} {
		document := policy.Parse(busPermission(test.permission))
		if got := answer(document.Public()); got != test.everyone {
			t.Errorf("%s: everyone: %s, want %s", test.name, got, test.everyone)
		}
		if got := answer(document.CrossAccount("123456789012", nil)); got != test.foreign {
			t.Errorf("%s: other accounts: %s, want %s", test.name, got, test.foreign)
		}
	}
}
