package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"
)

// CloudWatch: alarms on metrics, and those that are composed of other alarms.
var cloudWatchCollectors = []collector{
	{
		service: "cloudwatch",
		types: []emits{
			{
				typ: "AWS::CloudWatch::Alarm",
				gives: "ActionsEnabled AlarmActions AlarmDescription AlarmName Arn ComparisonOperator DatapointsToAlarm Dimensions " +
					"EvaluateLowSampleCountPercentile EvaluationCriteria EvaluationInterval EvaluationPeriods ExtendedStatistic " +
					"InsufficientDataActions MetricName Metrics Namespace OKActions Period StateReason StateUpdatedTimestamp " +
					"StateValue Statistic Threshold ThresholdMetricId TreatMissingData Unit",
				tagged: "cloudwatch:alarm",
			},
			{
				typ: "AWS::CloudWatch::CompositeAlarm",
				gives: "ActionsEnabled ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmActions " +
					"AlarmDescription AlarmName AlarmRule Arn InsufficientDataActions OKActions StateReason StateUpdatedTimestamp StateValue",
				tagged: "cloudwatch:alarm",
			},
		},
		calls: "cloudwatch:DescribeAlarms",
		read:  readAlarms,
	},
}

// cloudWatchClient is the client for a region. Endpoints of the user's own, such
// as a test server, seldom speak the newest of CloudWatch's protocols, which
// the SDK prefers.
func cloudWatchClient(s *session, region string) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(s.at(region), func(o *cloudwatch.Options) {
		if s.custom() {
			o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
		}
	})
}

func readAlarms(ctx context.Context, s *scope) error {
	pages := cloudwatch.NewDescribeAlarmsPaginator(cloudWatchClient(s.session, s.region), &cloudwatch.DescribeAlarmsInput{
		AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm, types.AlarmTypeCompositeAlarm},
		MaxRecords: ptr(int32(100)),
	})
	return each(ctx, pages, func(page *cloudwatch.DescribeAlarmsOutput) {
		for _, a := range page.MetricAlarms {
			set := props{"Arn": a.AlarmArn, "EvaluationCriteria": nil}
			if criteria, ok := a.EvaluationCriteria.(*types.EvaluationCriteriaMemberPromQLCriteria); ok {
				set["EvaluationCriteria"] = map[string]any{"PromQLCriteria": object(criteria.Value)}
			}
			name := deref(a.AlarmName)
			s.add(found{typ: "AWS::CloudWatch::Alarm", id: name, arn: deref(a.AlarmArn), name: name, from: a, set: set})
		}
		for _, a := range page.CompositeAlarms {
			name := deref(a.AlarmName)
			s.add(found{
				typ: "AWS::CloudWatch::CompositeAlarm", id: name, arn: deref(a.AlarmArn), name: name,
				from: a, set: props{"Arn": a.AlarmArn},
			})
		}
	})
}
