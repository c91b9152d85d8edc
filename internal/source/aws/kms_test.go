package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestKeys(t *testing.T) {
	moto := awstest.Moto(t)
	client := kms.NewFromConfig(moto.Config("us-east-1"))
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}]}`
	create := func(input *kms.CreateKeyInput) *types.KeyMetadata {
		t.Helper()
		out, err := client.CreateKey(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		return out.KeyMetadata
	}
	orders := create(&kms.CreateKeyInput{
		Description: ptr("Orders"), Policy: &policy, KeyUsage: types.KeyUsageTypeEncryptDecrypt, MultiRegion: ptr(false),
		Tags: []types.Tag{{TagKey: ptr("Team"), TagValue: ptr("shop")}},
	})
	signing := create(&kms.CreateKeyInput{KeySpec: types.KeySpecRsa2048, KeyUsage: types.KeyUsageTypeSignVerify})
	doomed := create(&kms.CreateKeyInput{})
	for _, err := range []error{
		second(client.CreateAlias(t.Context(), &kms.CreateAliasInput{AliasName: ptr("alias/orders"), TargetKeyId: orders.KeyId})),
		second(client.EnableKeyRotation(t.Context(), &kms.EnableKeyRotationInput{KeyId: orders.KeyId})),
		second(client.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: doomed.KeyId})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::KMS::Key", "AWS::KMS::Alias")

	key := one(t, got, "AWS::KMS::Key", *orders.KeyId)
	created := key.Properties["CreationDate"]
	want := &cloud.Resource{
		Type: "AWS::KMS::Key", ID: *orders.KeyId, ARN: *orders.Arn, Name: "orders", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Created: key.Created,
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Arn": *orders.Arn, "KeyId": *orders.KeyId, "Description": "Orders", "CreationDate": created,
			"Enabled": true, "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "KeyState": "Enabled",
			"KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": false, "Origin": "AWS_KMS",
			"EnableKeyRotation": true,
			"KeyPolicy": map[string]any{"Version": "2012-10-17", "Statement": []any{
				map[string]any{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
			}},
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, key); diff != "" {
		t.Errorf("key (-want +got):\n%s", diff)
	}
	if created == nil || key.Created.IsZero() {
		t.Error("when the key was made is missing")
	}
	if p := one(t, got, "AWS::KMS::Key", *signing.KeyId).Properties; p["EnableKeyRotation"] != false || p["KeySpec"] != "RSA_2048" || p["KeyUsage"] != "SIGN_VERIFY" {
		t.Errorf("asymmetric key = %v", p)
	}
	if p := one(t, got, "AWS::KMS::Key", *doomed.KeyId).Properties; p["KeyState"] != "PendingDeletion" || p["DeletionDate"] == nil || p["Enabled"] != false {
		t.Errorf("key that is scheduled for deletion = %v", p)
	}
	alias := one(t, got, "AWS::KMS::Alias", "alias/orders").Properties
	if diff := cmp.Diff(map[string]any{
		"AliasName": "alias/orders", "TargetKeyId": *orders.KeyId, "AliasArn": "arn:aws:kms:us-east-1:123456789012:alias/orders",
	}, alias); diff != "" {
		t.Errorf("alias (-want +got):\n%s", diff)
	}
	one(t, got, "AWS::KMS::Alias", "alias/aws/rds") // which moto has from the beginning
}

// TestKeysOfAWS: what AWS manages is no resource of the account; others turn
// its ARN into its alias. Written after the examples of ListAliases, ListKeys
// and DescribeKey in the AWS KMS API Reference.
func TestKeysOfAWS(t *testing.T) {
	const arn = "arn:aws:kms:us-east-1:123456789012:"
	server := answering(t, map[string]answers{
		"TrentService.ListAliases": {{body: `{"Aliases":[
			{"AliasArn":"` + arn + `alias/aws/rds","AliasName":"alias/aws/rds","CreationDate":1700000000.5,"TargetKeyId":"11111111-1111-1111-1111-111111111111"},
			{"AliasArn":"` + arn + `alias/aws/sqs","AliasName":"alias/aws/sqs"},
			{"AliasArn":"` + arn + `alias/orders","AliasName":"alias/orders","TargetKeyId":"22222222-2222-2222-2222-222222222222"}
		],"Truncated":false}`}},
		"TrentService.ListKeys": {{body: `{"Keys":[
			{"KeyArn":"` + arn + `key/11111111-1111-1111-1111-111111111111","KeyId":"11111111-1111-1111-1111-111111111111"},
			{"KeyArn":"` + arn + `key/22222222-2222-2222-2222-222222222222","KeyId":"22222222-2222-2222-2222-222222222222"},
			{"KeyArn":"` + arn + `key/33333333-3333-3333-3333-333333333333","KeyId":"33333333-3333-3333-3333-333333333333"},
			{"KeyArn":"` + arn + `key/44444444-4444-4444-4444-444444444444","KeyId":"44444444-4444-4444-4444-444444444444"}
		],"Truncated":false}`}},
		"TrentService.DescribeKey": {
			{when: "22222222", body: `{"KeyMetadata":{"KeyId":"22222222-2222-2222-2222-222222222222","KeyManager":"CUSTOMER","KeyState":"Enabled","Enabled":true,"KeySpec":"SYMMETRIC_DEFAULT","Origin":"AWS_KMS"}}`},
			// A key whose alias is not in the list yet.
			{when: "33333333", body: `{"KeyMetadata":{"KeyId":"33333333-3333-3333-3333-333333333333","KeyManager":"AWS"}}`},
			// A key whose policy does not let the scan in.
			{when: "44444444", status: 400, body: `{"__type":"AccessDeniedException","Message":"User: arn:aws:iam::123456789012:user/scan is not authorized to perform: kms:DescribeKey on this resource because no resource-based policy allows the kms:DescribeKey action"}`},
		},
		"TrentService.GetKeyRotationStatus": {
			{when: "22222222", body: `{"KeyId":"22222222-2222-2222-2222-222222222222","KeyRotationEnabled":true,"RotationPeriodInDays":180}`},
			{when: "44444444", status: 400, body: `{"__type":"UnsupportedOperationException"}`},
		},
		"TrentService.GetKeyPolicy": {{body: `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}`}},
	})
	inv, stats := server.collected(t, "AWS::KMS::Key", "AWS::KMS::Alias")
	var keys []string
	for _, r := range inv.Resources {
		if r.Type == "AWS::KMS::Key" {
			keys = append(keys, r.ID[:8])
		}
	}
	if diff := cmp.Diff([]string{"22222222", "44444444"}, keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	denied := one(t, inv.Resources, "AWS::KMS::Key", "44444444-4444-4444-4444-444444444444").Properties
	if u, ok := denied["KeyState"].(*cloud.Unresolved); !ok || u.Reason != "kms:DescribeKey is denied in us-east-1: the permission has to be added" {
		t.Errorf("state of a key that does not let the scan in = %v", denied["KeyState"])
	}
	if denied["EnableKeyRotation"] != false {
		t.Errorf("rotation of a key that cannot rotate = %v", denied["EnableKeyRotation"])
	}
	if p := one(t, inv.Resources, "AWS::KMS::Key", "orders").Properties; p["EnableKeyRotation"] != true || p["RotationPeriodInDays"] != int64(180) {
		t.Errorf("rotation = %v", p)
	}
	if len(stats.Failures) != 1 {
		t.Errorf("failures = %v", stats.Failures)
	}
	if n := server.count("TrentService.ListAliases"); n != 1 {
		t.Errorf("the aliases were listed %d times", n)
	}

	c := newCrawl(Options{})
	s := &scope{session: &session{id: "123456789012", config: c.meter.configure(server.config(), ""), memos: map[string]*memo{}, options: &c.options}, region: "us-east-1"}
	s.cfg = s.at("us-east-1")
	managed, err := managedKeys(permit(t.Context(), "kms:ListAliases"), s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{
		"11111111-1111-1111-1111-111111111111":           "alias/aws/rds",
		arn + "key/11111111-1111-1111-1111-111111111111": "alias/aws/rds",
	}, managed); diff != "" {
		t.Errorf("keys of AWS (-want +got):\n%s", diff)
	}
}
