package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// A managedPolicy is a policy that the shop wrote itself.
type managedPolicy struct {
	name        string
	description string
	document    string
}

var managedPolicies = []managedPolicy{
	{"HarbourlineReadMedia", "Reads product pictures",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],
			"Resource":["arn:aws:s3:::harbourline-media","arn:aws:s3:::harbourline-media/*"]}]}`},
	{"HarbourlineOrders", "What the order services need",
		`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":["sqs:SendMessage","sqs:ReceiveMessage","sqs:DeleteMessage"],"Resource":"arn:aws:sqs:us-east-1:{account}:harbourline-orders"},
			{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:us-east-1:{account}:table/harbourline-carts"}]}`},
	{"HarbourlineDeploy", "",
		`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":["ecs:*","ec2:*","lambda:*","cloudformation:*"],"Resource":"*"},
			{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}`},
	{"HarbourlineAllButBilling", "Everything except for bills",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["aws-portal:*","budgets:*"],"Resource":"*"}]}`},
	{"HarbourlineEmergency", "Used once, in the outage of 2023",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`},
	{"HarbourlineKeys", "",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"},
			{"Effect":"Allow","Action":"cloudtrail:*","Resource":"*"}]}`},
	{"HarbourlineRequireMFA", "Denies what is done without MFA",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["iam:ChangePassword","iam:EnableMFADevice","iam:ListMFADevices","sts:GetSessionToken"],"Resource":"*",
			"Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}]}`},
	{"HarbourlineBoundary", "The most that a role of the labs may do",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","sagemaker:*","logs:*"],"Resource":"*",
			"Condition":{"StringEquals":{"aws:RequestedRegion":"ap-southeast-2"}}}]}`},
}

func (s *shop) policies(ctx context.Context) error {
	client := iam.NewFromConfig(s.production.Config)
	var inputs []*iam.CreatePolicyInput
	for _, p := range managedPolicies {
		input := &iam.CreatePolicyInput{PolicyName: new(p.name), PolicyDocument: s.document(p.document), Tags: iamTags(production("platform", ""))}
		if p.description != "" {
			input.Description = new(p.description)
		}
		inputs = append(inputs, input)
	}
	return inOrder(ctx, each(client.CreatePolicy, inputs...))
}

// policy is the ARN of a policy that the shop wrote, or of AWS's own if that
// has a path or the shop has none of this name.
func (s *shop) policy(name string) *string {
	for _, p := range managedPolicies {
		if p.name == name {
			return new(s.arn("iam", "", "policy/"+name))
		}
	}
	return new("arn:aws:iam::aws:policy/" + name)
}

func iamTags(t tags) []types.Tag {
	return as(t, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
}
