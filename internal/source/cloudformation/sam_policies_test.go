package cloudformation

import (
	"slices"
	"testing"
)

func TestPolicyTemplates(t *testing.T) {
	templates := policyTemplates()
	if len(templates.entries) < 80 {
		t.Fatalf("%d policy templates were read", len(templates.entries))
	}
	allowed := []string{"Action", "Condition", "Effect", "Resource", "Sid"}
	for _, e := range templates.entries {
		if len(e.node.items) == 0 {
			t.Errorf("%s has no statements", e.key)
		}
		for _, statement := range e.node.items {
			for _, part := range statement.entries {
				if !slices.Contains(allowed, part.key) {
					t.Errorf("%s: a statement has %s", e.key, part.key)
				}
			}
			if statement.textOr("Effect", "") != "Allow" || statement.get("Action") == nil || statement.get("Resource") == nil {
				t.Errorf("%s: a statement lacks Effect, Action or Resource", e.key)
			}
		}
	}
}
