package aws_test

import (
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// A tower makes what stands between a log and those who are told of it.
type tower struct {
	t      *testing.T
	logs   *cloudwatchlogs.Client
	alarms *cloudwatch.Client
	topics *sns.Client
}

func towerOf(t *testing.T, moto *awstest.Server) tower {
	config := moto.Config("us-east-1")
	return tower{t, cloudwatchlogs.NewFromConfig(config), cloudwatch.NewFromConfig(config, func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	}), sns.NewFromConfig(config)}
}

func (w tower) group(name string) {
	w.t.Helper()
	made[*cloudwatchlogs.CreateLogGroupOutput](w.t)(w.logs.CreateLogGroup(w.t.Context(), &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}))
}

// count gives a log group a metric filter, whose metric has its name.
func (w tower) count(group, name, pattern string) {
	w.t.Helper()
	made[*cloudwatchlogs.PutMetricFilterOutput](w.t)(w.logs.PutMetricFilter(w.t.Context(), &cloudwatchlogs.PutMetricFilterInput{
		LogGroupName: &group, FilterName: &name, FilterPattern: &pattern, MetricTransformations: []logtypes.MetricTransformation{{
			MetricNamespace: new("Logs"), MetricName: &name, MetricValue: new("1"),
		}},
	}))
}

// alarm puts an alarm on the metric of a filter, or puts another in its place.
func (w tower) alarm(metric string, enabled bool, actions ...string) {
	w.t.Helper()
	made[*cloudwatch.PutMetricAlarmOutput](w.t)(w.alarms.PutMetricAlarm(w.t.Context(), &cloudwatch.PutMetricAlarmInput{
		AlarmName: &metric, Namespace: new("Logs"), MetricName: &metric, Statistic: cwtypes.StatisticSum, Period: new(int32(300)),
		EvaluationPeriods: new(int32(1)), Threshold: new(1.0), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanOrEqualToThreshold,
		ActionsEnabled: &enabled, AlarmActions: actions,
	}))
}

// topic is one that somebody has subscribed to, if heard.
func (w tower) topic(name string, heard bool) string {
	w.t.Helper()
	arn := made[*sns.CreateTopicOutput](w.t)(w.topics.CreateTopic(w.t.Context(), &sns.CreateTopicInput{Name: &name})).TopicArn
	if heard {
		made[*sns.SubscribeOutput](w.t)(w.topics.Subscribe(w.t.Context(), &sns.SubscribeInput{
			TopicArn: arn, Protocol: new("sqs"), Endpoint: new("arn:aws:sqs:us-east-1:123456789012:pager"),
		}))
	}
	return *arn
}

// Each rule on what alarms watch fails with the filters of all the rules before
// it, and passes with the one of its own page.
func TestExerciseCWLAlarms(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, w := t.Context(), towerOf(t, moto)
	account := func(rule, verdict string) {
		t.Helper()
		judge(t, moto, rule, want{awstest.Account: verdict})
	}
	account("CWL-001", fail) // there is not even a trail
	made[string](t)(bucket(ctx, moto.Config("us-east-1"), "example-trail"))
	w.group("trail")
	trails := cloudtrail.NewFromConfig(moto.Config("us-east-1"))
	made[*cloudtrail.CreateTrailOutput](t)(trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{
		Name: new("account"), S3BucketName: new("example-trail"), IsMultiRegionTrail: new(true),
		CloudWatchLogsLogGroupArn: new("arn:aws:logs:us-east-1:123456789012:log-group:trail:*"),
		CloudWatchLogsRoleArn:     new("arn:aws:iam::123456789012:role/trail"),
	}))
	made[*cloudtrail.StartLoggingOutput](t)(trails.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: new("account")}))
	heard, unheard := w.topic("heard", true), w.topic("unheard", false)

	account("CWL-016", unchecked) // outside of an organization
	made[*organizations.CreateOrganizationOutput](t)(organizations.NewFromConfig(moto.Config("us-east-1")).
		CreateOrganization(ctx, &organizations.CreateOrganizationInput{}))
	recommended := regexp.MustCompile(`(?m)^\{ .+ \}$`)
	ids := []string{
		"CWL-001", "CWL-002", "CWL-003", "CWL-004", "CWL-005", "CWL-006", "CWL-007",
		"CWL-009", "CWL-008", // whose filter selects large instances as well
		"CWL-010", "CWL-011", "CWL-012", "CWL-013", "CWL-014", "CWL-015", "CWL-016", "CWL-017",
	}
	for _, id := range ids {
		w.alarm(id, true, heard)
		account(id, fail)
		w.count("trail", id, string(recommended.Find(made[[]byte](t)(rules.Files.ReadFile("cwl/"+id+".md")))))
		account(id, pass)
	}

	// Then each link of the chain is taken out, and put back.
	const id = "CWL-003"
	w.alarm(id, true, unheard)
	account(id, fail)
	w.alarm(id, true, "arn:aws:automate:us-east-1:ec2:stop")
	account(id, fail)
	w.alarm(id, false, heard)
	account(id, fail)
	w.alarm(id, true, heard)
	account(id, pass)
	selectors := func(management bool) {
		t.Helper()
		made[*cloudtrail.PutEventSelectorsOutput](t)(trails.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{
			TrailName: new("account"), EventSelectors: []trailtypes.EventSelector{{
				IncludeManagementEvents: &management, ReadWriteType: trailtypes.ReadWriteTypeAll,
				DataResources: []trailtypes.DataResource{{Type: new("AWS::S3::Object"), Values: []string{"arn:aws:s3"}}},
			}},
		}))
	}
	selectors(false)
	account(id, fail)
	selectors(true)
	account(id, pass)
	made[*cloudtrail.UpdateTrailOutput](t)(trails.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: new("account"), IsMultiRegionTrail: new(false)}))
	account(id, fail)
	made[*cloudtrail.UpdateTrailOutput](t)(trails.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: new("account"), IsMultiRegionTrail: new(true)}))
	account(id, pass)
	made[*cloudtrail.StopLoggingOutput](t)(trails.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: new("account")}))
	account(id, fail)
}

func TestExerciseCWLFlowLogs(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, w := t.Context(), towerOf(t, moto)
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc := made[*ec2.DescribeVpcsOutput](t)(machines.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})).Vpcs[0].VpcId
	record := func(group string, traffic types.TrafficType, change ...func(*ec2.CreateFlowLogsInput)) {
		t.Helper()
		w.group(group)
		input := &ec2.CreateFlowLogsInput{
			ResourceIds: []string{*vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: traffic, LogGroupName: &group,
			DeliverLogsPermissionArn: new("arn:aws:iam::123456789012:role/flow"),
		}
		for _, c := range change {
			c(input)
		}
		if failed := made[*ec2.CreateFlowLogsOutput](t)(machines.CreateFlowLogs(ctx, input)).Unsuccessful; len(failed) > 0 {
			t.Fatal(failed)
		}
	}
	const counted = `[version, account, eni, source, destination, srcport, destport, protocol, packets, bytes, windowstart, windowend, action="REJECT", flowlogstatus]`
	record("watched", types.TrafficTypeAll)
	w.count("watched", "watched", counted)
	w.alarm("watched", true, w.topic("heard", true))
	record("unheard", types.TrafficTypeReject)
	w.count("unheard", "unheard", counted)
	w.alarm("unheard", true, w.topic("unheard", false))
	record("counted", types.TrafficTypeAll)
	w.count("counted", "counted", counted)
	// The pattern counts on the default format, and this is another.
	record("short", types.TrafficTypeAll, func(i *ec2.CreateFlowLogsInput) {
		i.LogFormat = new("${srcaddr} ${dstaddr} ${dstport} ${action}")
	})
	w.count("short", "short", counted)
	record("byarn", types.TrafficTypeAll, func(i *ec2.CreateFlowLogsInput) {
		i.LogGroupName, i.LogDestination = nil, new("arn:aws:logs:us-east-1:123456789012:log-group:byarn")
	})
	w.count("byarn", "byarn", "REJECT")
	record("plain", types.TrafficTypeAll)
	record("accepted", types.TrafficTypeAccept)
	w.group("other")

	judge(t, moto, "CWL-018", want{
		"watched": pass, "counted": pass, "byarn": pass, "short": fail, "plain": fail, "accepted": unchecked, "other": unchecked,
	})
	judge(t, moto, "CWL-019", want{
		"watched": pass, "unheard": fail, "counted": fail, "byarn": fail, "short": unchecked, "plain": unchecked, "accepted": unchecked,
	})
}
