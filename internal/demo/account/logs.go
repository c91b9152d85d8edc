package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logs "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2_types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The log groups that the trail and the flow log of production write to.
const (
	trailLogs = "/harbourline/trail"
	flowLogs  = "/harbourline/flow"
)

var productionLogGroups = []struct {
	name string
	days int32 // kept; for ever if 0
	key  string
	tags tags
}{
	{trailLogs, 365, "harbourline-logs", production("platform", "")},
	{flowLogs, 90, "harbourline-logs", production("platform", "")},
	{"/harbourline/orders", 30, "", production("storefront", "")},
	{"/harbourline/search", 30, "", production("storefront", "")},
	{"/aws/lambda/harbourline-payment-webhook", 90, "harbourline-logs", production("payments", "")},
	{"/aws/lambda/invoice-mailer", 0, "", nil},
	{"/aws/route53/harbourline.example", 7, "", nil},
	{"API-Gateway-Execution-Logs_shop/prod", 0, "", nil},
}

func (s *shop) logGroups(ctx context.Context) error {
	client := cloudwatchlogs.NewFromConfig(s.production.Config)
	for _, g := range productionLogGroups {
		input := &cloudwatchlogs.CreateLogGroupInput{LogGroupName: new(g.name), Tags: g.tags}
		if g.key != "" {
			input.KmsKeyId = s.production.key(g.key)
		}
		calls := []call{to(client.CreateLogGroup, input)}
		if g.days != 0 {
			calls = append(calls, to(client.PutRetentionPolicy, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: new(g.name), RetentionInDays: new(g.days)}))
		}
		if err := inOrder(ctx, calls...); err != nil {
			return fmt.Errorf("log group %s: %w", g.name, err)
		}
	}
	return inOrder(ctx,
		to(cloudwatchlogs.NewFromConfig(s.staging.Config).CreateLogGroup, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: new("/aws/lambda/staging-hello")}),
		to(client.PutResourcePolicy, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: new("search"), PolicyDocument: s.document(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":["logs:PutLogEvents","logs:CreateLogStream"],"Resource":"arn:aws:logs:us-east-1:{account}:log-group:/harbourline/search:*"}]}`)}),
		to(client.PutResourcePolicy, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: new("shipping"), PolicyDocument: s.document(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":"*","Action":"logs:PutLogEvents","Resource":"*"}]}`)}),
		to(ec2.NewFromConfig(s.production.Config).CreateFlowLogs, &ec2.CreateFlowLogsInput{
			ResourceIds: []string{*s.production.vpc("harbourline-prod")}, ResourceType: ec2_types.FlowLogsResourceTypeVpc, TrafficType: ec2_types.TrafficTypeAll,
			LogGroupName: new(flowLogs), DeliverLogsPermissionArn: s.role("HarbourlineFlowLogs"), TagSpecifications: tagged(ec2_types.ResourceTypeVpcFlowLog, production("platform", "harbourline-prod")),
		}),
	)
}

// A watch is a metric filter of a log group with its alarm.
type watch struct {
	name    string
	group   string
	pattern string
	silent  bool // without an alarm
}

// watches are half of what the benchmarks ask for.
var watches = []watch{
	{"RootUse", trailLogs, `{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`, false},
	{"SignInFailures", trailLogs, `{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`, false},
	{"SignInWithoutMFA", trailLogs, `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }`, false},
	{"UnauthorisedCalls", trailLogs, `{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }`, false},
	{"PolicyChanges", trailLogs, `{($.eventName=DeleteGroupPolicy)||($.eventName=DeleteRolePolicy)||($.eventName=DeleteUserPolicy)||($.eventName=PutGroupPolicy)||($.eventName=PutRolePolicy)||($.eventName=PutUserPolicy)||($.eventName=CreatePolicy)||($.eventName=DeletePolicy)||($.eventName=CreatePolicyVersion)||($.eventName=DeletePolicyVersion)||($.eventName=AttachRolePolicy)||($.eventName=DetachRolePolicy)||($.eventName=AttachUserPolicy)||($.eventName=DetachUserPolicy)||($.eventName=AttachGroupPolicy)||($.eventName=DetachGroupPolicy)}`, false},
	{"TrailChanges", trailLogs, `{ ($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail) || ($.eventName = StartLogging) || ($.eventName = StopLogging) }`, false},
	{"SecurityGroupChanges", trailLogs, `{ ($.eventName = AuthorizeSecurityGroupIngress) || ($.eventName = AuthorizeSecurityGroupEgress) || ($.eventName = RevokeSecurityGroupIngress) || ($.eventName = RevokeSecurityGroupEgress) || ($.eventName = CreateSecurityGroup) || ($.eventName = DeleteSecurityGroup) }`, true},
	{"BucketPolicyChanges", trailLogs, `{ ($.eventSource = s3.amazonaws.com) && (($.eventName = PutBucketAcl) || ($.eventName = PutBucketPolicy) || ($.eventName = PutBucketCors) || ($.eventName = PutBucketLifecycle) || ($.eventName = PutBucketReplication) || ($.eventName = DeleteBucketPolicy) || ($.eventName = DeleteBucketCors) || ($.eventName = DeleteBucketLifecycle) || ($.eventName = DeleteBucketReplication)) }`, true},
	{"RejectedPackets", flowLogs, `[version, account, interface, from, to, fromPort, toPort, protocol, packets, bytes, start, end, action="REJECT", status]`, false},
}

func (s *shop) alarms(ctx context.Context) error {
	client, metrics := cloudwatchlogs.NewFromConfig(s.production.Config), watcher(s.production)
	alerts := []string{s.arn("sns", Production, "harbourline-alerts")}
	for _, w := range watches {
		calls := []call{to(client.PutMetricFilter, &cloudwatchlogs.PutMetricFilterInput{
			LogGroupName: new(w.group), FilterName: new(w.name), FilterPattern: new(w.pattern),
			MetricTransformations: []logs.MetricTransformation{{MetricNamespace: new("Harbourline"), MetricName: new(w.name), MetricValue: new("1")}},
		})}
		if !w.silent {
			calls = append(calls, to(metrics.PutMetricAlarm, &cloudwatch.PutMetricAlarmInput{
				AlarmName: new("harbourline-" + w.name), AlarmDescription: new("Seen in " + w.group), Namespace: new("Harbourline"), MetricName: new(w.name), Statistic: types.StatisticSum,
				Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), ComparisonOperator: types.ComparisonOperatorGreaterThanOrEqualToThreshold,
				TreatMissingData: new("notBreaching"), AlarmActions: alerts,
			}))
		}
		if err := inOrder(ctx, calls...); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
	}
	return inOrder(ctx, each(metrics.PutMetricAlarm,
		&cloudwatch.PutMetricAlarmInput{
			AlarmName: new("harbourline-bill"), AlarmDescription: new("Estimated charges"), Namespace: new("AWS/Billing"), MetricName: new("EstimatedCharges"), Dimensions: dimensions("Currency", "USD"), Statistic: types.StatisticMaximum,
			Period: aws.Int32(21600), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(18000), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, AlarmActions: alerts,
		},
		&cloudwatch.PutMetricAlarmInput{
			AlarmName: new("orders-db-cpu"), Namespace: new("AWS/RDS"), MetricName: new("CPUUtilization"), Dimensions: dimensions("DBInstanceIdentifier", "harbourline-orders"), Statistic: types.StatisticAverage,
			Period: aws.Int32(300), EvaluationPeriods: aws.Int32(3), Threshold: aws.Float64(85), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold, ActionsEnabled: new(false), AlarmActions: alerts,
		},
		&cloudwatch.PutMetricAlarmInput{
			AlarmName: new("erp-disk"), Namespace: new("ERP"), MetricName: new("DiskUsed"), Statistic: types.StatisticAverage,
			Period: aws.Int32(300), EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(90), ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		},
	))
}

func dimensions(name, value string) []types.Dimension {
	return []types.Dimension{{Name: new(name), Value: new(value)}}
}
