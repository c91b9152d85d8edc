package policy

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestTogether(t *testing.T) {
	statement := func(effect, action string) map[string]any {
		return map[string]any{"Effect": effect, "Action": action, "Resource": "*"}
	}
	allows := map[string]any{"Statement": []any{statement("Allow", "iam:*")}}
	denies := map[string]any{"Statement": statement("Deny", "iam:CreateUser")} // one statement needs no list
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	open := &cloud.Unresolved{Reason: "iam:GetPolicyVersion is denied"}
	for _, test := range []struct {
		name   string
		docs   []any
		action string
		want   string
	}{
		{"an Allow of one", []any{allows, text}, "iam:CreateRole", "true"},
		{"an Allow of the other, as text", []any{allows, text}, "s3:GetObject", "true"},
		{"a Deny of another", []any{allows, denies}, "iam:CreateUser", "false"},
		{"what the Deny leaves", []any{allows, denies}, "iam:CreateRole", "true"},
		{"nothing at all", nil, "iam:CreateRole", "false"},
		{"a policy that is not there", []any{nil, ""}, "iam:CreateRole", "false"},
		{"an Allow beside what is not known", []any{allows, open}, "iam:CreateRole", "unknown: iam:GetPolicyVersion is denied"},
		{"no Allow beside what is not known", []any{text, open}, "iam:CreateRole", "unknown: iam:GetPolicyVersion is denied"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Parse(Together(test.docs)).AllowsAction(test.action, "").String(); got != test.want {
				t.Errorf("allows %s = %s, want %s", test.action, got, test.want)
			}
		})
	}
}
