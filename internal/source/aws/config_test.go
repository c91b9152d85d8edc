package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestRecorders(t *testing.T) {
	moto := awstest.Moto(t)
	client := configservice.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	for _, err := range []error{
		second(client.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{
			ConfigurationRecorder: &types.ConfigurationRecorder{
				Name: ptr("default"), RoleARN: ptr("arn:aws:iam::123456789012:role/config"),
				RecordingGroup: &types.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
			},
		})),
		second(client.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{
			DeliveryChannel: &types.DeliveryChannel{
				Name: ptr("default"), S3BucketName: ptr("example-config"), S3KeyPrefix: ptr("config"),
			},
		})),
		second(client.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: ptr("default")})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::Config::ConfigurationRecorder")
	recorder := one(t, got, "AWS::Config::ConfigurationRecorder", "default")
	group := recorder.Properties["RecordingGroup"].(map[string]any)
	if group["AllSupported"] != true || group["IncludeGlobalResourceTypes"] != true || recorder.Properties["Recording"] != true ||
		recorder.Properties["RoleARN"] != "arn:aws:iam::123456789012:role/config" || recorder.Properties["LastStatus"] == nil {
		t.Errorf("recorder = %v", recorder.Properties)
	}

	// Moto does not know of deliveries; see below.
	inv, _ := collectedIn(t, moto, []string{"us-east-1"}, "AWS::Config::DeliveryChannel")
	channel := one(t, inv.Resources, "AWS::Config::DeliveryChannel", "default").Properties
	if channel["S3BucketName"] != "example-config" || channel["S3KeyPrefix"] != "config" || channel["S3BucketExists"] != false {
		t.Errorf("delivery channel = %v", channel)
	}
}

// TestDeliveryChannels is written after the AWS Config API Reference.
func TestDeliveryChannels(t *testing.T) {
	const target = "StarlingDoveService."
	server := answering(t, map[string]answers{
		target + "DescribeDeliveryChannels": {{body: `{"DeliveryChannels":[{"name":"default","s3BucketName":"central","snsTopicARN":"arn:aws:sns:us-east-1:123456789012:config","s3KmsKeyArn":"arn:aws:kms:us-east-1:1:key/1",
			"configSnapshotDeliveryProperties":{"deliveryFrequency":"Twelve_Hours"}}]}`}},
		target + "DescribeDeliveryChannelStatus": {{body: `{"DeliveryChannelsStatus":[{"name":"default",
			"configHistoryDeliveryInfo":{"lastStatus":"Failure","lastErrorCode":"AccessDenied","lastErrorMessage":"no","lastAttemptTime":1700000000.5},
			"configSnapshotDeliveryInfo":{},"configStreamDeliveryInfo":{"lastStatus":"Success","lastStatusChangeTime":1700000000}}]}`}},
		"GET /central?location": {{status: 403, body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`}},
	})
	inv, stats := server.collected(t, "AWS::Config::DeliveryChannel")
	if len(stats.Failures) != 0 {
		t.Errorf("failures = %v", stats.Failures)
	}
	if diff := cmp.Diff(map[string]any{
		"Id": "default", "Name": "default", "S3BucketName": "central", "SnsTopicARN": "arn:aws:sns:us-east-1:123456789012:config",
		"S3KmsKeyArn": "arn:aws:kms:us-east-1:1:key/1", "S3BucketExists": true,
		"ConfigSnapshotDeliveryProperties": map[string]any{"DeliveryFrequency": "Twelve_Hours"}, "ConfigSnapshotDeliveryInfo": map[string]any{},
		"ConfigHistoryDeliveryInfo": map[string]any{
			"LastStatus": "Failure", "LastErrorCode": "AccessDenied", "LastErrorMessage": "no", "LastAttemptTime": "2023-11-14T22:13:20Z",
		},
		"ConfigStreamDeliveryInfo": map[string]any{"LastStatus": "Success", "LastStatusChangeTime": "2023-11-14T22:13:20Z"},
	}, one(t, inv.Resources, "AWS::Config::DeliveryChannel", "default").Properties); diff != "" {
		t.Errorf("delivery channel (-want +got):\n%s", diff)
	}
}
