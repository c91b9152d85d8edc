package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestParameters(t *testing.T) {
	moto := awstest.Moto(t)
	client := ssm.NewFromConfig(moto.Config("us-east-1"))
	for _, input := range []*ssm.PutParameterInput{
		{Name: ptr("/shop/db-password"), Value: ptr("correct-horse-battery"), Type: types.ParameterTypeString, Description: ptr("the database"), Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}}},
		{Name: ptr("token"), Value: ptr("correct-horse-battery"), Type: types.ParameterTypeSecureString, KeyId: ptr("alias/shop")},
	} {
		if _, err := client.PutParameter(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::SSM::Parameter")
	plain := one(t, got, "AWS::SSM::Parameter", "/shop/db-password")
	if plain.ARN != "arn:aws:ssm:us-east-1:123456789012:parameter/shop/db-password" {
		t.Errorf("arn = %s", plain.ARN)
	}
	delete(plain.Properties, "LastModifiedDate")
	want := map[string]any{
		"Name": "/shop/db-password", "Type": "String", "Description": "the database", "DataType": "text", "Tier": "Standard", "Version": int64(1),
		"Tags": map[string]any{"Team": "shop"},
	}
	if diff := cmp.Diff(want, plain.Properties); diff != "" {
		t.Errorf("parameter (-want +got):\n%s", diff)
	}
	secure := one(t, got, "AWS::SSM::Parameter", "token")
	if secure.ARN != "arn:aws:ssm:us-east-1:123456789012:parameter/token" || secure.Properties["Type"] != "SecureString" || secure.Properties["KeyId"] != "alias/shop" {
		t.Errorf("parameter = %+v", secure)
	}
}

func TestDocuments(t *testing.T) {
	moto := awstest.Moto(t)
	client := ssm.NewFromConfig(moto.Config("us-east-1"))
	content := `{"schemaVersion":"2.2","description":"x","mainSteps":[{"action":"aws:runShellScript","name":"x","inputs":{"runCommand":["true"]}}]}`
	for _, name := range []string{"shared", "own"} {
		if _, err := client.CreateDocument(t.Context(), &ssm.CreateDocumentInput{
			Name: &name, Content: &content, DocumentType: types.DocumentTypeCommand, DocumentFormat: types.DocumentFormatJson,
			Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.ModifyDocumentPermission(t.Context(), &ssm.ModifyDocumentPermissionInput{
		Name: ptr("shared"), PermissionType: types.DocumentPermissionTypeShare, AccountIdsToAdd: []string{"all"},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::SSM::Document")
	if len(got) != 2 {
		t.Errorf("%d documents; want those of the account's own", len(got))
	}
	shared := one(t, got, "AWS::SSM::Document", "shared")
	want := map[string]any{
		"Name": "shared", "DocumentType": "Command", "DocumentFormat": "JSON", "Owner": awstest.Account, "SharedWith": []any{"all"},
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(want, shared.Properties); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
	if own := one(t, got, "AWS::SSM::Document", "own"); own.Properties["SharedWith"] != nil {
		t.Errorf("document = %v", own.Properties)
	}
}

// moto has neither DescribeInstanceInformation nor DescribeSessions: the
// answers are written after the API reference.
func TestManagedInstances(t *testing.T) {
	server := answering(t, map[string]answers{
		"AmazonSSM.DescribeInstanceInformation": {
			{when: `"NextToken":"more"`, body: `{"InstanceInformationList":[{"InstanceId":"mi-1","PingStatus":"ConnectionLost","ResourceType":"ManagedInstance","Name":"printer"}]}`},
			{body: `{"InstanceInformationList":[{"InstanceId":"i-1","PingStatus":"Online","ResourceType":"EC2Instance","AgentVersion":"3.3.40.0",
				"IsLatestVersion":false,"PlatformType":"Linux","PlatformName":"Amazon Linux","PlatformVersion":"2023","LastPingDateTime":1767225600.0,
				"AssociationStatus":"Success"}],"NextToken":"more"}`},
		},
		"AmazonSSM.DescribeSessions": {{when: `"State":"Active"`, body: `{"Sessions":[{"SessionId":"ada-1","Target":"i-1","Status":"Connected","StartDate":1767225600.0,
			"Owner":"arn:aws:iam::123456789012:user/ada","DocumentName":"SSM-SessionManagerRunShell","MaxSessionDuration":"60"}]}`}},
	})
	inv, stats := server.collected(t, "AWS::SSM::ManagedInstance", "AWS::SSM::Session")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	want := map[string]any{
		"InstanceId": "i-1", "PingStatus": "Online", "ResourceType": "EC2Instance", "AgentVersion": "3.3.40.0", "IsLatestVersion": false,
		"PlatformType": "Linux", "PlatformName": "Amazon Linux", "PlatformVersion": "2023", "LastPingDateTime": "2026-01-01T00:00:00Z",
		"AssociationStatus": "Success",
	}
	instance := one(t, inv.Resources, "AWS::SSM::ManagedInstance", "i-1")
	if diff := cmp.Diff(want, instance.Properties); diff != "" {
		t.Errorf("managed instance (-want +got):\n%s", diff)
	}
	if instance.ARN != "arn:aws:ec2:us-east-1:123456789012:instance/i-1" {
		t.Errorf("arn = %s", instance.ARN)
	}
	if node := one(t, inv.Resources, "AWS::SSM::ManagedInstance", "mi-1"); node.ARN != "arn:aws:ssm:us-east-1:123456789012:managed-instance/mi-1" {
		t.Errorf("arn = %s", node.ARN)
	}
	wantSession := map[string]any{
		"SessionId": "ada-1", "Target": "i-1", "Status": "Connected", "StartDate": "2026-01-01T00:00:00Z",
		"Owner": "arn:aws:iam::123456789012:user/ada", "DocumentName": "SSM-SessionManagerRunShell", "MaxSessionDuration": "60",
	}
	if diff := cmp.Diff(wantSession, one(t, inv.Resources, "AWS::SSM::Session", "ada-1").Properties); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
}

func TestParameterPolicies(t *testing.T) {
	got := parameterPolicies([]types.ParameterInlinePolicy{{PolicyText: ptr(`{"Type":"Expiration"}`)}, {PolicyText: ptr(`{"Type":"NoChangeNotification"}`)}})
	if got != `[{"Type":"Expiration"},{"Type":"NoChangeNotification"}]` || parameterPolicies(nil) != nil {
		t.Errorf("policies = %v", got)
	}
}
