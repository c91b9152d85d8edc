package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestPoliciesTogether(t *testing.T) {
	policy := func(effect string) any {
		return map[string]any{"PolicyName": effect, "PolicyDocument": map[string]any{
			"Statement": []any{map[string]any{"Effect": effect, "Action": "iam:*", "Resource": "*"}},
		}}
	}
	open := &cloud.Unresolved{Reason: "iam:GetRolePolicy is denied"}
	for _, test := range []struct {
		name     string
		policies any
		want     Outcome
	}{
		{"none", nil, Violates},
		{"an Allow", []any{policy("Allow")}, Conforms},
		{"an Allow and a Deny", []any{policy("Allow"), policy("Deny")}, Violates},
		{"an Allow and a document that is not known", []any{policy("Allow"), map[string]any{"PolicyDocument": open}}, CannotTell},
		{"an Allow and any number", []any{policy("Allow"), &cloud.Unresolved{Reason: "their count is not known", Many: true}}, CannotTell},
		{"not known", open, CannotTell},
	} {
		t.Run(test.name, func(t *testing.T) {
			role := &cloud.Resource{Type: "AWS::IAM::Role", Properties: map[string]any{"Policies": test.policies}}
			got := judge(t, &cloud.Resource{Type: "AWS::S3::Bucket"}, map[string][]Joined{"roles": {{Resource: role}}},
				"with:\n  roles: AWS::IAM::Role",
				`check: roles.all(r, r.Policies.map(p, p.PolicyDocument).together().allowsAction("iam:CreateUser", ""))`)
			if got.Outcome != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
