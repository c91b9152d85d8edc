package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestLogGroups(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudwatchlogs.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	for _, err := range []error{
		second(client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{
			LogGroupName: ptr("/trail"), KmsKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/1"),
		})),
		second(client.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: ptr("/trail"), RetentionInDays: ptr(int32(30))})),
		second(client.PutMetricFilter(ctx, &cloudwatchlogs.PutMetricFilterInput{
			LogGroupName: ptr("/trail"), FilterName: ptr("root"), FilterPattern: ptr(`{ $.userIdentity.type = "Root" }`),
			MetricTransformations: []types.MetricTransformation{{
				MetricName: ptr("RootUse"), MetricNamespace: ptr("Trail"), MetricValue: ptr("1"), DefaultValue: ptr(0.0),
			}},
		})),
		second(client.PutDeliverySource(ctx, &cloudwatchlogs.PutDeliverySourceInput{
			Name: ptr("shop"), LogType: ptr("ACCESS_LOGS"), ResourceArn: ptr("arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7"),
			Tags: map[string]string{"Team": "shop"},
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter", "AWS::Logs::DeliverySource")
	group := one(t, got, "AWS::Logs::LogGroup", "/trail")
	if group.Created.IsZero() {
		t.Error("when the log group was made is missing")
	}
	want := &cloud.Resource{
		Type: "AWS::Logs::LogGroup", ID: "/trail", Name: "/trail", Region: "us-east-1", Created: group.Created,
		ARN: "arn:aws:logs:us-east-1:123456789012:log-group:/trail", Account: awstest.Account, World: awstest.Account,
		Properties: map[string]any{
			"Arn": "arn:aws:logs:us-east-1:123456789012:log-group:/trail:*", "LogGroupName": "/trail",
			"LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:/trail",
			"KmsKeyId":    "arn:aws:kms:us-east-1:123456789012:key/1", "RetentionInDays": int64(30),
			"MetricFilterCount": int64(0), "StoredBytes": int64(0), // as moto says
		},
	}
	if diff := cmp.Diff(want, group); diff != "" {
		t.Errorf("log group (-want +got):\n%s", diff)
	}
	filter := one(t, got, "AWS::Logs::MetricFilter", "root")
	if diff := cmp.Diff(map[string]any{
		"FilterName": "root", "LogGroupName": "/trail", "FilterPattern": `{ $.userIdentity.type = "Root" }`, "ApplyOnTransformedLogs": false,
		"MetricTransformations": []any{map[string]any{
			"MetricName": "RootUse", "MetricNamespace": "Trail", "MetricValue": "1", "DefaultValue": 0.0,
		}},
	}, filter.Properties); diff != "" {
		t.Errorf("metric filter (-want +got):\n%s", diff)
	}
	source := one(t, got, "AWS::Logs::DeliverySource", "shop")
	if diff := cmp.Diff(map[string]any{
		"Arn": source.ARN, "Name": "shop", "LogType": "ACCESS_LOGS", "Service": "cloudfront",
		"ResourceArns": []any{"arn:aws:cloudfront::123456789012:distribution/E1A2B3C4D5E6F7"},
		"Tags":         []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}, source.Properties); diff != "" {
		t.Errorf("delivery source (-want +got):\n%s", diff)
	}
	// A distribution has no region; its deliveries have the home region.
	inv, _ := collectedIn(t, moto, []string{"eu-west-1", "eu-central-1"}, "AWS::Logs::DeliverySource")
	if len(inv.Resources) != 1 || inv.Resources[0].Region != "us-east-1" {
		t.Errorf("sources from Europe = %v", inv.Resources)
	}
}

// TestMetricFilterDimensions: moto does not keep dimensions. Written after the
// CloudWatch Logs API Reference.
func TestMetricFilterDimensions(t *testing.T) {
	server := answering(t, map[string]answers{
		"Logs_20140328.DescribeMetricFilters": {
			{when: `"nextToken":"more"`, body: `{"metricFilters":[{"filterName":"second","logGroupName":"g","filterPattern":""}]}`},
			{body: `{"metricFilters":[{"filterName":"first","logGroupName":"g","creationTime":1700000000000,"filterPattern":"ERROR","metricTransformations":[
				{"metricName":"m","metricNamespace":"n","metricValue":"$.size","unit":"Bytes","dimensions":{"b":"$.b","a":"$.a"}}]}],"nextToken":"more"}`},
		},
	})
	inv, _ := server.collected(t, "AWS::Logs::MetricFilter")
	if len(inv.Resources) != 2 {
		t.Fatalf("metric filters = %v", inv.Resources)
	}
	first := one(t, inv.Resources, "AWS::Logs::MetricFilter", "first")
	if diff := cmp.Diff([]any{map[string]any{
		"MetricName": "m", "MetricNamespace": "n", "MetricValue": "$.size", "Unit": "Bytes",
		"Dimensions": []any{map[string]any{"Key": "a", "Value": "$.a"}, map[string]any{"Key": "b", "Value": "$.b"}},
	}}, first.Properties["MetricTransformations"]); diff != "" {
		t.Errorf("transformations (-want +got):\n%s", diff)
	}
	if first.Created.Unix() != 1700000000 {
		t.Errorf("made %v", first.Created)
	}
}
