package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// The account and its regions themselves, for rules on what stands, or does
// not stand, in them.
var accountCollectors = []collector{
	{
		service: "account", global: true,
		types: []emits{{typ: "AWS::Account::Account", gives: "AccountId"}},
		read: func(_ context.Context, s *scope) error {
			s.add(found{id: s.id, arn: s.arn("iam", "root"), set: props{"AccountId": s.id}})
			return nil
		},
		parts: []part{{
			gives: "BillingContact OperationsContact SecurityContact",
			calls: "account:GetAlternateContact",
			read:  readContacts,
		}},
	},
	{
		service: "account",
		types:   []emits{{typ: "AWS::Account::Region", gives: "RegionName"}},
		read: func(_ context.Context, s *scope) error {
			s.add(found{id: s.region, name: s.region, set: props{"RegionName": s.region}})
			return nil
		},
	},
}

func readContacts(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	client := account.NewFromConfig(s.cfg)
	given := props{}
	var failure error
	for property, kind := range map[string]types.AlternateContactType{
		"BillingContact":    types.AlternateContactTypeBilling,
		"OperationsContact": types.AlternateContactTypeOperations,
		"SecurityContact":   types.AlternateContactTypeSecurity,
	} {
		out, err := client.GetAlternateContact(ctx, &account.GetAlternateContactInput{AlternateContactType: kind})
		switch {
		case is(err, "ResourceNotFoundException"):
			given[property] = nil // none is set
		case err != nil:
			failure = err
		default:
			given[property] = rename(object(out.AlternateContact), "AlternateContactType", "Type")
		}
	}
	return given, failure
}
