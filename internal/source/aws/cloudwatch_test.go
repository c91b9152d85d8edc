package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestAlarms(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudWatchClient(&session{config: moto.Config("us-east-1")}, "us-east-1")
	topic := "arn:aws:sns:us-east-1:123456789012:alarms"
	for _, input := range []*cloudwatch.PutMetricAlarmInput{
		{
			AlarmName: ptr("root"), Namespace: ptr("Trail"), MetricName: ptr("RootUse"), Statistic: types.StatisticSum,
			ComparisonOperator: types.ComparisonOperatorGreaterThanOrEqualToThreshold, Threshold: ptr(1.0), Period: ptr(int32(300)),
			EvaluationPeriods: ptr(int32(1)), AlarmActions: []string{topic}, TreatMissingData: ptr("notBreaching"),
			Dimensions: []types.Dimension{{Name: ptr("Currency"), Value: ptr("USD")}},
			Tags:       []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		},
		{
			AlarmName: ptr("rate"), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, Threshold: ptr(0.5),
			EvaluationPeriods: ptr(int32(2)), ActionsEnabled: ptr(false),
			Metrics: []types.MetricDataQuery{
				{Id: ptr("e"), Expression: ptr("m/60"), ReturnData: ptr(true)},
				{Id: ptr("m"), ReturnData: ptr(false), MetricStat: &types.MetricStat{
					Metric: &types.Metric{Namespace: ptr("Trail"), MetricName: ptr("Calls")}, Period: ptr(int32(60)), Stat: ptr("Sum"),
				}},
			},
		},
	} {
		if _, err := client.PutMetricAlarm(t.Context(), input); err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::CloudWatch::Alarm")
	root := one(t, got, "AWS::CloudWatch::Alarm", "root")
	for _, name := range []string{"StateUpdatedTimestamp", "StateReason", "StateValue"} {
		if root.Properties[name] == nil {
			t.Errorf("%s is missing", name)
		}
		delete(root.Properties, name)
	}
	want := &cloud.Resource{
		Type: "AWS::CloudWatch::Alarm", ID: "root", Name: "root", Region: "us-east-1",
		ARN: "arn:aws:cloudwatch:us-east-1:123456789012:alarm:root", Account: awstest.Account, World: awstest.Account,
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"AlarmName": "root", "Arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:root",
			"Namespace": "Trail", "MetricName": "RootUse", "Statistic": "Sum", "Threshold": 1.0, "Period": int64(300),
			"ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": int64(1), "TreatMissingData": "notBreaching",
			"ActionsEnabled": true, "AlarmActions": []any{topic},
			"Dimensions": []any{map[string]any{"Name": "Currency", "Value": "USD"}},
			"Tags":       []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, root); diff != "" {
		t.Errorf("alarm (-want +got):\n%s", diff)
	}
	rate := one(t, got, "AWS::CloudWatch::Alarm", "rate").Properties
	metrics := []any{
		map[string]any{"Id": "e", "Expression": "m/60", "ReturnData": true},
		map[string]any{"Id": "m", "ReturnData": false, "MetricStat": map[string]any{
			"Metric": map[string]any{"Namespace": "Trail", "MetricName": "Calls"}, "Period": int64(60), "Stat": "Sum",
		}},
	}
	if diff := cmp.Diff(metrics, rate["Metrics"]); diff != "" || rate["ActionsEnabled"] != false {
		t.Errorf("metrics (-want +got):\n%s\nof %v", diff, rate)
	}
}

// TestCompositeAlarms has what moto does not keep. Written after the
// CloudWatch API Reference.
func TestCompositeAlarms(t *testing.T) {
	server := answering(t, map[string]answers{
		"GraniteServiceVersion20100801.DescribeAlarms": {
			{when: `"NextToken":"more"`, body: `{"CompositeAlarms":[{"AlarmName":"any","AlarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:any",
				"AlarmRule":"ALARM(\"root\") OR ALARM(\"rate\")","ActionsEnabled":true,"AlarmActions":["arn:aws:sns:us-east-1:123456789012:alarms"],"StateValue":"OK"}]}`},
			{when: `"AlarmTypes":["MetricAlarm","CompositeAlarm"]`, body: `{"MetricAlarms":[{"AlarmName":"query","AlarmArn":"arn:aws:cloudwatch:us-east-1:123456789012:alarm:query",
				"EvaluationCriteria":{"PromQLCriteria":{"Query":"up","PendingPeriod":60}},"EvaluationInterval":60,"ActionsEnabled":false,"StateValue":"ALARM"}],"NextToken":"more"}`},
		},
	})
	inv, _ := server.collected(t, "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
	if diff := cmp.Diff(map[string]any{
		"AlarmName": "any", "Arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:any", "AlarmRule": `ALARM("root") OR ALARM("rate")`,
		"ActionsEnabled": true, "AlarmActions": []any{"arn:aws:sns:us-east-1:123456789012:alarms"}, "StateValue": "OK",
	}, one(t, inv.Resources, "AWS::CloudWatch::CompositeAlarm", "any").Properties); diff != "" {
		t.Errorf("composite alarm (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{
		"AlarmName": "query", "Arn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:query", "ActionsEnabled": false,
		"EvaluationCriteria": map[string]any{"PromQLCriteria": map[string]any{"Query": "up", "PendingPeriod": int64(60)}},
		"EvaluationInterval": int64(60), "StateValue": "ALARM",
	}, one(t, inv.Resources, "AWS::CloudWatch::Alarm", "query").Properties); diff != "" {
		t.Errorf("alarm on a query (-want +got):\n%s", diff)
	}
}
