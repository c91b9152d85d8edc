package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestTrails(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	buckets := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	do(second(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: ptr("example-trail-logs")})))
	create := func(region string, input *cloudtrail.CreateTrailInput) *cloudtrail.Client {
		client := cloudtrail.NewFromConfig(moto.Config(region))
		input.S3BucketName = ptr("example-trail-logs")
		do(second(client.CreateTrail(ctx, input)))
		return client
	}
	ireland := create("eu-west-1", &cloudtrail.CreateTrailInput{
		Name: ptr("account"), IsMultiRegionTrail: ptr(true), EnableLogFileValidation: ptr(true), S3KeyPrefix: ptr("logs"),
		CloudWatchLogsLogGroupArn: ptr("arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"),
		CloudWatchLogsRoleArn:     ptr("arn:aws:iam::123456789012:role/trail"),
		KmsKeyId:                  ptr("arn:aws:kms:eu-west-1:123456789012:key/1"), IncludeGlobalServiceEvents: ptr(true),
	})
	do(second(ireland.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: ptr("account")})))
	do(second(ireland.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{
		TrailName: ptr("account"), EventSelectors: []types.EventSelector{{
			IncludeManagementEvents: ptr(true), ReadWriteType: types.ReadWriteTypeAll,
			DataResources: []types.DataResource{{Type: ptr("AWS::S3::Object"), Values: []string{"arn:aws:s3"}}},
		}},
	})))
	do(second(ireland.PutInsightSelectors(ctx, &cloudtrail.PutInsightSelectorsInput{
		TrailName: ptr("account"), InsightSelectors: []types.InsightSelector{{InsightType: types.InsightTypeApiCallRateInsight}},
	})))
	virginia := create("us-east-1", &cloudtrail.CreateTrailInput{Name: ptr("local"), IncludeGlobalServiceEvents: ptr(false)})
	do(second(virginia.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{
		TrailName: ptr("local"), AdvancedEventSelectors: []types.AdvancedEventSelector{{
			Name: ptr("writes"), FieldSelectors: []types.AdvancedFieldSelector{{Field: ptr("readOnly"), Equals: []string{"false"}}},
		}},
	})))

	// The trail of Ireland is told in every region, and is one.
	inv, stats := collectedIn(t, moto, []string{"us-east-1", "eu-west-1"}, "AWS::CloudTrail::Trail")
	if len(inv.Resources) != 2 || len(stats.Failures) != 0 {
		t.Fatalf("trails = %v, failures = %v", inv.Resources, stats.Failures)
	}
	got := one(t, inv.Resources, "AWS::CloudTrail::Trail", "account")
	for _, name := range []string{"LatestDeliveryTime", "StartLoggingTime"} {
		if _, ok := got.Properties[name].(string); !ok {
			t.Errorf("%s = %v", name, got.Properties[name])
		}
		delete(got.Properties, name)
	}
	want := &cloud.Resource{
		Type: "AWS::CloudTrail::Trail", ID: "account", Name: "account", Region: "eu-west-1",
		ARN: "arn:aws:cloudtrail:eu-west-1:123456789012:trail/account", Account: awstest.Account, World: awstest.Account,
		Properties: map[string]any{
			"Arn": "arn:aws:cloudtrail:eu-west-1:123456789012:trail/account", "TrailName": "account", "HomeRegion": "eu-west-1",
			"S3BucketName": "example-trail-logs", "S3KeyPrefix": "logs", "KMSKeyId": "arn:aws:kms:eu-west-1:123456789012:key/1",
			"CloudWatchLogsLogGroupArn":  "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*",
			"CloudWatchLogsRoleArn":      "arn:aws:iam::123456789012:role/trail",
			"IncludeGlobalServiceEvents": true, "IsMultiRegionTrail": true, "IsOrganizationTrail": false,
			"EnableLogFileValidation": true, "HasCustomEventSelectors": false, "HasInsightSelectors": false, // as moto says
			"IsLogging": true,
			"EventSelectors": []any{map[string]any{
				"IncludeManagementEvents": true, "ReadWriteType": "All",
				"DataResources": []any{map[string]any{"Type": "AWS::S3::Object", "Values": []any{"arn:aws:s3"}}},
			}},
			"InsightSelectors": []any{map[string]any{"InsightType": "ApiCallRateInsight"}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("trail (-want +got):\n%s", diff)
	}
	local := one(t, inv.Resources, "AWS::CloudTrail::Trail", "local").Properties
	if diff := cmp.Diff([]any{map[string]any{
		"Name": "writes", "FieldSelectors": []any{map[string]any{"Field": "readOnly", "Equals": []any{"false"}}},
	}}, local["AdvancedEventSelectors"]); diff != "" || local["IsLogging"] != false {
		t.Errorf("the second trail is %v", local)
	}

	// It records us-east-1, so that it is told when only that is read.
	inv, _ = collectedIn(t, moto, []string{"us-east-1"}, "AWS::CloudTrail::Trail")
	if abroad := one(t, inv.Resources, "AWS::CloudTrail::Trail", "account"); abroad.Region != "eu-west-1" || abroad.Properties["IsLogging"] != true {
		t.Errorf("the trail from another region is %v", abroad)
	}
}

// TestTrailStatus has a trail that fails, and one of the organisation, which
// moto has not. Written after the CloudTrail API Reference.
func TestTrailStatus(t *testing.T) {
	const target = "CloudTrail_20131101."
	server := answering(t, map[string]answers{
		target + "DescribeTrails": {{body: `{"trailList":[
			{"Name":"broken","TrailARN":"arn:aws:cloudtrail:us-east-1:123456789012:trail/broken","HomeRegion":"us-east-1","IsMultiRegionTrail":false,"S3BucketName":"gone"},
			{"Name":"all","TrailARN":"arn:aws:cloudtrail:us-west-2:999999999999:trail/all","HomeRegion":"us-west-2","IsMultiRegionTrail":true,"IsOrganizationTrail":true,
			 "IncludeGlobalServiceEvents":true,"HasCustomEventSelectors":false,"S3BucketName":"central"}
		]}`}},
		target + "GetTrailStatus": {
			{when: "trail/broken", body: `{"IsLogging":true,"LatestDeliveryError":"NoSuchBucket","LatestDeliveryTime":1700000000.25,"LatestCloudWatchLogsDeliveryError":"Access denied"}`},
			{when: "trail/all", body: `{"IsLogging":true}`},
		},
		target + "GetEventSelectors":   {{body: `{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]}`}},
		target + "GetInsightSelectors": {{status: 400, body: `{"__type":"InsightNotEnabledException","message":"Trail does not have Insights enabled."}`}},
	})
	inv, stats := server.collected(t, "AWS::CloudTrail::Trail", "AWS::CloudTrail::OrganizationTrail")
	if len(stats.Failures) != 0 {
		t.Errorf("failures = %v", stats.Failures)
	}
	broken := one(t, inv.Resources, "AWS::CloudTrail::Trail", "broken").Properties
	if broken["LatestDeliveryError"] != "NoSuchBucket" || broken["LatestDeliveryTime"] != "2023-11-14T22:13:20Z" ||
		broken["LatestCloudWatchLogsDeliveryError"] != "Access denied" {
		t.Errorf("trail = %v", broken)
	}
	if insights, set := broken["InsightSelectors"]; set {
		t.Errorf("insights = %v", insights)
	}
	all := one(t, inv.Resources, "AWS::CloudTrail::OrganizationTrail", "all")
	want := map[string]any{
		"Arn": "arn:aws:cloudtrail:us-west-2:999999999999:trail/all", "TrailName": "all", "HomeRegion": "us-west-2", "IsLogging": true,
		"IsMultiRegionTrail": true, "IncludeGlobalServiceEvents": true, "HasCustomEventSelectors": false, "S3BucketName": "central",
	}
	if diff := cmp.Diff(want, all.Properties); diff != "" || all.Region != "us-west-2" {
		t.Errorf("trail of the organisation in %s (-want +got):\n%s", all.Region, diff)
	}
}
