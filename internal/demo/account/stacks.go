package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// Templates of the stacks.
const (
	queueTemplate = `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Returns of the shop","Resources":{
		"Returns":{"Type":"AWS::SQS::Queue","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain","Properties":{"QueueName":"harbourline-returns","KmsMasterKeyId":"alias/harbourline-app"}}}}`

	secretTemplate = `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Partner login",
		"Parameters":{"DatabasePassword":{"Type":"String","Default":"summer-sale-2021"}},
		"Resources":{"Topic":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"partner-login"}}},
		"Outputs":{"Password":{"Value":{"Ref":"DatabasePassword"}}}}`

	streamTemplate = `{"AWSTemplateFormatVersion":"2010-09-09","Description":"Trial","Resources":{
		"Table":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"trial","BillingMode":"PAY_PER_REQUEST",
			"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"KeySchema":[{"AttributeName":"id","KeyType":"HASH"}]}}}}`
)

// stacks of CloudFormation. The shop was made by hand for the most part.
func (s *shop) stacks(ctx context.Context) error {
	client := cloudformation.NewFromConfig(s.production.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	return inOrder(ctx,
		each(client.CreateStack,
			&cloudformation.CreateStackInput{
				StackName: new("harbourline-returns"), TemplateBody: new(queueTemplate), EnableTerminationProtection: new(true), RoleARN: s.role("HarbourlineStacks"),
				NotificationARNs: []string{s.arn("sns", Production, "harbourline-alerts")}, Tags: as(production("warehouse", ""), tag),
			},
			&cloudformation.CreateStackInput{StackName: new("partner-login"), TemplateBody: new(secretTemplate)},
		),
		to(client.SetStackPolicy, &cloudformation.SetStackPolicyInput{StackName: new("harbourline-returns"), StackPolicyBody: new(`{"Statement":[{"Effect":"Deny","Action":"Update:Replace","Principal":"*","Resource":"*"},{"Effect":"Allow","Action":"Update:*","Principal":"*","Resource":"*"}]}`)}),
		to(cloudformation.NewFromConfig(s.lab.Config).CreateStack, &cloudformation.CreateStackInput{StackName: new("trial"), TemplateBody: new(streamTemplate)}),
	)
}
