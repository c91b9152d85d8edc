package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestSecrets(t *testing.T) {
	moto := awstest.Moto(t)
	client := secretsmanager.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: ptr("orders/db"), SecretString: ptr("correct-horse-battery"), Description: ptr("the database"), KmsKeyId: ptr("alias/orders"),
		Tags:              []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		AddReplicaRegions: []types.ReplicaRegionType{{Region: ptr("eu-west-1")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: ptr("bare"), SecretString: ptr("x")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutResourcePolicy(t.Context(), &secretsmanager.PutResourcePolicyInput{
		SecretId: created.ARN, ResourcePolicy: ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}`),
	}); err != nil {
		t.Fatal(err)
	}
	inv, stats := collectedIn(t, moto, []string{"us-east-1", "eu-west-1"}, "AWS::SecretsManager::Secret", "AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::RotationSchedule")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	var secrets []*cloud.Resource
	for _, r := range inv.Resources {
		if r.Type == "AWS::SecretsManager::Secret" {
			secrets = append(secrets, r)
		}
	}
	if len(secrets) != 2 {
		t.Errorf("%d secrets; want 2, for the replica is part of the first", len(secrets))
	}
	orders := one(t, inv.Resources, "AWS::SecretsManager::Secret", *created.ARN)
	if orders.Name != "orders/db" || orders.Created.IsZero() || orders.Region != "us-east-1" {
		t.Errorf("secret = %+v", orders)
	}
	delete(orders.Properties, "LastChangedDate")
	want := map[string]any{
		"Id": *created.ARN, "Name": "orders/db", "Description": "the database", "KmsKeyId": "alias/orders",
		"ReplicaRegions": []any{map[string]any{"Region": "eu-west-1", "KmsKeyId": "alias/aws/secretsmanager"}},
		"Tags":           []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(want, orders.Properties); diff != "" {
		t.Errorf("secret (-want +got):\n%s", diff)
	}
	policy := one(t, inv.Resources, "AWS::SecretsManager::ResourcePolicy", *created.ARN).Properties
	if policy["SecretId"] != *created.ARN || policy["ResourcePolicy"].(map[string]any)["Version"] != "2012-10-17" {
		t.Errorf("policy = %v", policy)
	}
	if other := one(t, inv.Resources, "AWS::SecretsManager::Secret", *bare.ARN).Properties; other["ReplicaRegions"] != nil || other["KmsKeyId"] != nil {
		t.Errorf("secret without anything = %v", other)
	}
	for _, r := range inv.Resources {
		if r.Type == "AWS::SecretsManager::RotationSchedule" {
			t.Errorf("a schedule of a secret that does not rotate: %+v", r)
		}
	}
}

// moto rotates at once and tells of it otherwise than AWS; this answer is
// written after the API reference.
func TestRotation(t *testing.T) {
	server := answering(t, map[string]answers{
		"secretsmanager.ListSecrets": {{body: `{"SecretList":[
			{"ARN":"arn:1","Name":"lambda","RotationEnabled":true,"RotationLambdaARN":"arn:aws:lambda:us-east-1:123456789012:function:rotate",
			 "RotationRules":{"ScheduleExpression":"rate(10 days)","Duration":"2h"},"LastRotatedDate":1767225600.0,"LastAccessedDate":1767225600.0,
			 "KmsKeyId":"arn:aws:kms:us-east-1:123456789012:key/managed"},
			{"ARN":"arn:2","Name":"rds!cluster","OwningService":"rds","RotationEnabled":true,"RotationRules":{"AutomaticallyAfterDays":7}},
			{"ARN":"arn:3","Name":"stopped","RotationEnabled":false,"RotationRules":{"AutomaticallyAfterDays":7}}]}`}},
		"secretsmanager.DescribeSecret":    {{body: `{"ARN":"arn:1","ReplicationStatus":[{"Region":"eu-west-1","KmsKeyId":"alias/copies","Status":"InSync"}]}`}},
		"TrentService.ListAliases":         {{body: `{"Aliases":[{"AliasName":"alias/aws/secretsmanager","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/secretsmanager","TargetKeyId":"managed"}]}`}},
		"secretsmanager.GetResourcePolicy": {{body: `{"ARN":"arn:1","Name":"lambda"}`}},
	})
	inv, stats := server.collected(t, "AWS::SecretsManager::Secret", "AWS::SecretsManager::RotationSchedule")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	got := map[string]map[string]any{}
	for _, r := range inv.Resources {
		if r.Type == "AWS::SecretsManager::RotationSchedule" {
			got[r.ID] = r.Properties
		}
	}
	want := map[string]map[string]any{
		"arn:1": {
			"Id": "arn:1", "SecretId": "arn:1", "RotationLambdaARN": "arn:aws:lambda:us-east-1:123456789012:function:rotate",
			"RotationRules": map[string]any{"ScheduleExpression": "rate(10 days)", "Duration": "2h"},
		},
		"arn:2": {"Id": "arn:2", "SecretId": "arn:2", "RotationRules": map[string]any{"AutomaticallyAfterDays": int64(7)}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("schedules (-want +got):\n%s", diff)
	}
	secret := one(t, inv.Resources, "AWS::SecretsManager::Secret", "arn:1").Properties
	if diff := cmp.Diff([]any{map[string]any{"Region": "eu-west-1", "KmsKeyId": "alias/copies"}}, secret["ReplicaRegions"]); diff != "" {
		t.Errorf("replicas (-want +got):\n%s", diff)
	}
	if secret["KmsKeyId"] != "alias/aws/secretsmanager" || secret["LastRotatedDate"] != "2026-01-01T00:00:00Z" {
		t.Errorf("secret = %v", secret)
	}
}
