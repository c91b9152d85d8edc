package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestStreams(t *testing.T) {
	moto := awstest.Moto(t)
	client := kinesis.NewFromConfig(moto.Config("us-east-1"))
	for _, name := range []string{"orders", "bare"} {
		if _, err := client.CreateStream(t.Context(), &kinesis.CreateStreamInput{
			StreamName: &name, ShardCount: ptr(int32(2)), StreamModeDetails: &types.StreamModeDetails{StreamMode: types.StreamModeProvisioned},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{
		second(client.StartStreamEncryption(t.Context(), &kinesis.StartStreamEncryptionInput{
			StreamName: ptr("orders"), EncryptionType: types.EncryptionTypeKms, KeyId: ptr("alias/aws/kinesis"),
		})),
		second(client.EnableEnhancedMonitoring(t.Context(), &kinesis.EnableEnhancedMonitoringInput{
			StreamName: ptr("orders"), ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingBytes},
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::Kinesis::Stream")
	orders := one(t, got, "AWS::Kinesis::Stream", "orders")
	if orders.Created.IsZero() || orders.ARN != "arn:aws:kinesis:us-east-1:123456789012:stream/orders" {
		t.Errorf("stream = %+v", orders)
	}
	want := map[string]any{
		"Arn": orders.ARN, "Name": "orders", "ShardCount": int64(2), "RetentionPeriodHours": int64(24), "StreamStatus": "ACTIVE",
		"StreamModeDetails":        map[string]any{"StreamMode": "PROVISIONED"},
		"StreamEncryption":         map[string]any{"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
		"DesiredShardLevelMetrics": []any{"IncomingBytes"},
	}
	if diff := cmp.Diff(want, orders.Properties); diff != "" {
		t.Errorf("stream (-want +got):\n%s", diff)
	}
	bare := one(t, got, "AWS::Kinesis::Stream", "bare").Properties
	if bare["StreamEncryption"] != nil || bare["DesiredShardLevelMetrics"] != nil {
		t.Errorf("stream without anything = %v", bare)
	}
}
