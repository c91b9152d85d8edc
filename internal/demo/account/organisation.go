package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/account"
	contact "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// organisation makes the account the first of an organisation, with a policy
// that keeps the others in three regions, and a contact for bills alone.
func (s *shop) organisation(ctx context.Context) error {
	client := organizations.NewFromConfig(s.production.Config)
	if _, err := client.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll}); err != nil {
		return err
	}
	roots, err := client.ListRoots(ctx, &organizations.ListRootsInput{})
	if err != nil {
		return err
	}
	if len(roots.Roots) == 0 {
		return fmt.Errorf("the organisation has no root")
	}
	root := roots.Roots[0].Id
	unit, err := client.CreateOrganizationalUnit(ctx, &organizations.CreateOrganizationalUnitInput{ParentId: root, Name: new("Workloads")})
	if err != nil {
		return err
	}
	policy, err := client.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: new("regions"), Description: new("Three regions"), Type: types.PolicyTypeServiceControlPolicy,
		Content: new(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","route53:*","cloudfront:*","support:*"],"Resource":"*",
			"Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-central-1","ap-southeast-2"]}}}]}`),
	})
	if err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.EnablePolicyType, &organizations.EnablePolicyTypeInput{RootId: root, PolicyType: types.PolicyTypeServiceControlPolicy}),
		to(client.AttachPolicy, &organizations.AttachPolicyInput{PolicyId: policy.Policy.PolicySummary.Id, TargetId: unit.OrganizationalUnit.Id}),
		each(client.CreateAccount,
			&organizations.CreateAccountInput{AccountName: new("harbourline-logs"), Email: new("aws-logs@harbourline.example")},
			&organizations.CreateAccountInput{AccountName: new("harbourline-sandbox"), Email: new("aws-sandbox@harbourline.example")},
		),
		to(account.NewFromConfig(s.production.Config).PutAlternateContact, &account.PutAlternateContactInput{
			AlternateContactType: contact.AlternateContactTypeBilling, Name: new("Grace Lindqvist"), Title: new("Finance"), EmailAddress: new("billing@harbourline.example"), PhoneNumber: new("+49 30 5550100"),
		}),
	)
}
