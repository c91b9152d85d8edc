package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	trailType             = "AWS::CloudTrail::Trail"
	organizationTrailType = "AWS::CloudTrail::OrganizationTrail"
)

// CloudTrail: the trails of the account, each in its home Region, and the
// trails of the organisation's management account that record this one as
// well: these belong to it, and only their effect is told here.
var cloudTrailCollectors = []collector{
	{
		service: "cloudtrail",
		types: []emits{
			{
				typ: trailType,
				gives: "Arn CloudWatchLogsLogGroupArn CloudWatchLogsRoleArn EnableLogFileValidation HasCustomEventSelectors " +
					"HasInsightSelectors HomeRegion IncludeGlobalServiceEvents IsMultiRegionTrail IsOrganizationTrail KMSKeyId " +
					"S3BucketName S3KeyPrefix SnsTopicArn SnsTopicName TrailName",
				tagged: "cloudtrail:trail",
			},
			{
				typ: organizationTrailType,
				gives: "Arn CloudWatchLogsLogGroupArn HasCustomEventSelectors HomeRegion IncludeGlobalServiceEvents " +
					"IsMultiRegionTrail S3BucketName TrailName",
				tagged: "-",
			},
		},
		calls: "cloudtrail:DescribeTrails",
		read:  readTrails,
		parts: []part{
			{
				typ: trailType,
				gives: "IsLogging LatestCloudWatchLogsDeliveryError LatestCloudWatchLogsDeliveryTime LatestDeliveryError " +
					"LatestDeliveryTime LatestDigestDeliveryError LatestDigestDeliveryTime LatestNotificationError " +
					"LatestNotificationTime StartLoggingTime StopLoggingTime",
				calls: "cloudtrail:GetTrailStatus",
				read:  readTrailStatus,
			},
			{
				typ:   organizationTrailType,
				gives: "IsLogging",
				calls: "cloudtrail:GetTrailStatus",
				read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
					status, err := readTrailStatus(ctx, s, r)
					if err != nil {
						return nil, err
					}
					return props{"IsLogging": status["IsLogging"]}, nil
				},
			},
			{typ: trailType, gives: "AdvancedEventSelectors EventSelectors", calls: "cloudtrail:GetEventSelectors", read: readEventSelectors},
			{typ: trailType, gives: "InsightSelectors", calls: "cloudtrail:GetInsightSelectors", read: readInsightSelectors},
		},
	},
}

// readTrails lists the trails that record the scope's region. A multi-Region
// trail is told in every region, and is taken up once, wherever its home is:
// that may be a region which is not read.
func readTrails(ctx context.Context, s *scope) error {
	out, err := cloudtrail.NewFromConfig(s.cfg).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: ptr(true)})
	if err != nil {
		return err
	}
	for _, t := range out.TrailList {
		arn, first := deref(t.TrailARN), false
		_, _ = once(s.session, "trail "+arn, func() (bool, error) { first = true; return true, nil })
		if first {
			s.addTrail(t)
		}
	}
	return nil
}

func (s *scope) addTrail(t types.Trail) {
	arn, name := deref(t.TrailARN), deref(t.Name)
	region, account := "", ""
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		region, account = parts[3], parts[4]
	}
	if home := deref(t.HomeRegion); home != "" {
		region = home
	}
	if account != s.id {
		s.add(found{
			typ: organizationTrailType, id: arn, arn: arn, name: name, region: region, from: t,
			set: props{"Arn": arn, "HomeRegion": region, "TrailName": name},
		})
		return
	}
	s.add(found{
		typ: trailType, id: name, arn: arn, name: name, region: region, from: t,
		set: props{
			"Arn": arn, "EnableLogFileValidation": t.LogFileValidationEnabled, "HomeRegion": region,
			"KMSKeyId": t.KmsKeyId, "SnsTopicArn": t.SnsTopicARN, "TrailName": name,
		},
	})
}

// trailClient is the client for a trail: its home Region answers for it.
func trailClient(s *scope, r *cloud.Resource) *cloudtrail.Client {
	return cloudtrail.NewFromConfig(s.at(r.Region))
}

func readTrailStatus(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := trailClient(s, r).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: &r.ARN})
	if is(err, "TrailNotFoundException") && r.Type == trailType {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{
		"IsLogging":                         deref(out.IsLogging),
		"LatestCloudWatchLogsDeliveryError": out.LatestCloudWatchLogsDeliveryError,
		"LatestCloudWatchLogsDeliveryTime":  out.LatestCloudWatchLogsDeliveryTime,
		"LatestDeliveryError":               out.LatestDeliveryError,
		"LatestDeliveryTime":                out.LatestDeliveryTime,
		"LatestDigestDeliveryError":         out.LatestDigestDeliveryError,
		"LatestDigestDeliveryTime":          out.LatestDigestDeliveryTime,
		"LatestNotificationError":           out.LatestNotificationError,
		"LatestNotificationTime":            out.LatestNotificationTime,
		"StartLoggingTime":                  out.StartLoggingTime,
		"StopLoggingTime":                   out.StopLoggingTime,
	}, nil
}

func readEventSelectors(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := trailClient(s, r).GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: &r.ARN})
	if is(err, "TrailNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"AdvancedEventSelectors": out.AdvancedEventSelectors, "EventSelectors": out.EventSelectors}, nil
}

func readInsightSelectors(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := trailClient(s, r).GetInsightSelectors(ctx, &cloudtrail.GetInsightSelectorsInput{TrailName: &r.ARN})
	switch {
	case is(err, "InsightNotEnabledException"):
		return nil, nil
	case is(err, "TrailNotFoundException"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"InsightSelectors": out.InsightSelectors}, nil
}
