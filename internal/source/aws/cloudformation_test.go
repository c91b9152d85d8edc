package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const stackType = "AWS::CloudFormation::Stack"

func TestStacks(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudformation.NewFromConfig(moto.Config("us-east-1"))
	const template = `{"Parameters":{"Secret":{"Type":"String"}},"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}},"Outputs":{"Key":{"Value":"swordfish"}}}`
	if _, err := sns.NewFromConfig(moto.Config("us-east-1")).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: ptr("stacks")}); err != nil {
		t.Fatal(err)
	}
	created, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: ptr("shop"), TemplateBody: ptr(template), RoleARN: ptr("arn:aws:iam::123456789012:role/deploy"),
		NotificationARNs: []string{"arn:aws:sns:us-east-1:123456789012:stacks"}, TimeoutInMinutes: ptr(int32(30)),
		Parameters:                  []types.Parameter{{ParameterKey: ptr("Secret"), ParameterValue: ptr("swordfish")}},
		EnableTerminationProtection: ptr(true),
		StackPolicyBody:             ptr(`{"Statement":[{"Effect":"Deny","Action":"Update:*","Principal":"*","Resource":"*"}]}`),
		Tags:                        []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: ptr("bare"), TemplateBody: ptr(`{"Resources":{"Queue":{"Type":"AWS::SQS::Queue"}}}`),
	}); err != nil {
		t.Fatal(err)
	}
	stacks := collected(t, moto, stackType)
	got := one(t, stacks, stackType, "shop")
	if time.Since(got.Created) > time.Hour || got.Properties["CreationTime"] == nil {
		t.Errorf("created at %v, %v", got.Created, got.Properties["CreationTime"])
	}
	got.Created = time.Time{}
	delete(got.Properties, "CreationTime")
	want := &cloud.Resource{
		Type: stackType, ID: *created.StackId, ARN: *created.StackId, Name: "shop", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"StackId": *created.StackId, "StackName": "shop", "StackStatus": "CREATE_COMPLETE", "TimeoutInMinutes": int64(30),
			"RoleARN": "arn:aws:iam::123456789012:role/deploy", "EnableTerminationProtection": true, "DisableRollback": false,
			"NotificationARNs": []any{"arn:aws:sns:us-east-1:123456789012:stacks"},
			"Parameters":       map[string]any{"Secret": "[redacted]"},
			"Outputs":          map[string]any{"Key": "[redacted]"},
			"DriftInformation": map[string]any{"StackDriftStatus": &cloud.Unresolved{Reason: "drift detection has not been run on the stack"}},
			"StackPolicyBody": map[string]any{"Statement": []any{
				map[string]any{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"},
			}},
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stack (-want +got):\n%s", diff)
	}
	bare := one(t, stacks, stackType, "bare").Properties
	for _, name := range names("NotificationARNs Parameters RoleARN StackPolicyBody TimeoutInMinutes") {
		if bare[name] != nil {
			t.Errorf("%s = %v; want none", name, bare[name])
		}
	}
}

// TestStackDrift is on answers written after the AWS CloudFormation API
// Reference; moto knows no drift.
func TestStackDrift(t *testing.T) {
	const id = "arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1"
	stack := func(drift string) string {
		return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackId>` + id + `</StackId><StackName>shop</StackName>` +
			`<StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2025-12-01T14:40:00Z</CreationTime><EnableTerminationProtection>false</EnableTerminationProtection>` +
			`<DriftInformation>` + drift + `</DriftInformation></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
	}
	checked := `<LastCheckTimestamp>2025-12-02T00:00:00Z</LastCheckTimestamp>`
	never := &cloud.Unresolved{Reason: "drift detection has not been run on the stack"}
	for drift, want := range map[string]map[string]any{
		`<StackDriftStatus>DRIFTED</StackDriftStatus>` + checked: {"StackDriftStatus": "DRIFTED", "LastCheckTimestamp": "2025-12-02T00:00:00Z"},
		`<StackDriftStatus>IN_SYNC</StackDriftStatus>` + checked: {"StackDriftStatus": "IN_SYNC", "LastCheckTimestamp": "2025-12-02T00:00:00Z"},
		`<StackDriftStatus>NOT_CHECKED</StackDriftStatus>`:       {"StackDriftStatus": never},
	} {
		server := answering(t, map[string]answers{
			"DescribeStacks": {{body: stack(drift)}},
			"GetStackPolicy": {{status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}},
		})
		inv, _ := server.collected(t, stackType)
		properties := one(t, inv.Resources, stackType, "shop").Properties
		if diff := cmp.Diff(want, properties["DriftInformation"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", drift, diff)
		}
		u, ok := properties["StackPolicyBody"].(*cloud.Unresolved)
		if !ok || !strings.Contains(u.Reason, "cloudformation:GetStackPolicy is denied") {
			t.Errorf("StackPolicyBody = %v; want it denied", properties["StackPolicyBody"])
		}
	}
	gone := answering(t, map[string]answers{
		"DescribeStacks": {{body: stack("")}},
		"GetStackPolicy": {{status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id ` + id + ` does not exist</Message></Error></ErrorResponse>`}},
	})
	if inv, stats := gone.collected(t, stackType); len(inv.Resources) != 0 || len(stats.Failures) != 0 {
		t.Errorf("a stack that is gone: %v, %v", inv.Resources, stats.Failures)
	}
}
