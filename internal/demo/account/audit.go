package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trail "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	duty "github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// trails of CloudTrail: the one of production, and that of the agency which
// was switched off.
func (s *shop) trails(ctx context.Context) error {
	client, staging := cloudtrail.NewFromConfig(s.production.Config), cloudtrail.NewFromConfig(s.staging.Config)
	return inOrder(ctx,
		to(client.CreateTrail, &cloudtrail.CreateTrailInput{
			Name: new("harbourline"), S3BucketName: new("harbourline-trail"), IsMultiRegionTrail: new(true), IncludeGlobalServiceEvents: new(true), EnableLogFileValidation: new(true),
			KmsKeyId: s.production.key("harbourline-logs"), CloudWatchLogsLogGroupArn: new(s.arn("logs", Production, "log-group:"+trailLogs+":*")), CloudWatchLogsRoleArn: s.role("HarbourlineTrail"),
			SnsTopicName: new("harbourline-alerts"), TagsList: as(production("platform", ""), func(key, value *string) trail.Tag { return trail.Tag{Key: key, Value: value} }),
		}),
		to(client.PutEventSelectors, &cloudtrail.PutEventSelectorsInput{TrailName: new("harbourline"), EventSelectors: []trail.EventSelector{{
			ReadWriteType: trail.ReadWriteTypeAll, IncludeManagementEvents: new(true),
			DataResources: []trail.DataResource{{Type: new("AWS::S3::Object"), Values: []string{"arn:aws:s3:::harbourline-orders/", "arn:aws:s3:::harbourline-invoices/"}}},
		}}}),
		to(client.PutInsightSelectors, &cloudtrail.PutInsightSelectorsInput{TrailName: new("harbourline"), InsightSelectors: []trail.InsightSelector{{InsightType: trail.InsightTypeApiCallRateInsight}}}),
		to(client.StartLogging, &cloudtrail.StartLoggingInput{Name: new("harbourline")}),
		to(staging.CreateTrail, &cloudtrail.CreateTrailInput{Name: new("agency"), S3BucketName: new("harbourline-staging-dump"), IsMultiRegionTrail: new(false), IncludeGlobalServiceEvents: new(false), EnableLogFileValidation: new(false)}),
		to(staging.PutEventSelectors, &cloudtrail.PutEventSelectorsInput{TrailName: new("agency"), EventSelectors: []trail.EventSelector{{ReadWriteType: trail.ReadWriteTypeWriteOnly, IncludeManagementEvents: new(false)}}}),
	)
}

// recorder of AWS Config, in production alone.
func (s *shop) recorder(ctx context.Context) error {
	client := configservice.NewFromConfig(s.production.Config)
	managed := func(name, source string) *configservice.PutConfigRuleInput {
		return &configservice.PutConfigRuleInput{ConfigRule: &types.ConfigRule{ConfigRuleName: new(name), Source: &types.Source{Owner: types.OwnerAws, SourceIdentifier: new(source)}}}
	}
	return inOrder(ctx,
		to(client.PutConfigurationRecorder, &configservice.PutConfigurationRecorderInput{ConfigurationRecorder: &types.ConfigurationRecorder{
			Name: new("default"), RoleARN: s.role("HarbourlineConfig"), RecordingGroup: &types.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true},
		}}),
		to(client.PutDeliveryChannel, &configservice.PutDeliveryChannelInput{DeliveryChannel: &types.DeliveryChannel{
			Name: new("default"), S3BucketName: new("harbourline-config"), SnsTopicARN: new(s.arn("sns", Production, "harbourline-alerts")),
			ConfigSnapshotDeliveryProperties: &types.ConfigSnapshotDeliveryProperties{DeliveryFrequency: types.MaximumExecutionFrequencyTwentyFourHours},
		}}),
		to(client.StartConfigurationRecorder, &configservice.StartConfigurationRecorderInput{ConfigurationRecorderName: new("default")}),
		each(client.PutConfigRule, managed("ssh-closed", "INCOMING_SSH_DISABLED"), managed("root-mfa", "ROOT_ACCOUNT_MFA_ENABLED")),
	)
}

// detectors of GuardDuty: a full one in production, a suspended one in staging.
func (s *shop) detectors(ctx context.Context) error {
	return inOrder(ctx,
		to(guardduty.NewFromConfig(s.production.Config).CreateDetector, &guardduty.CreateDetectorInput{
			Enable: new(true), FindingPublishingFrequency: duty.FindingPublishingFrequencyFifteenMinutes, Tags: production("platform", ""),
			Features: []duty.DetectorFeatureConfiguration{
				{Name: duty.DetectorFeatureS3DataEvents, Status: duty.FeatureStatusEnabled},
				{Name: duty.DetectorFeatureEksAuditLogs, Status: duty.FeatureStatusEnabled},
				{Name: duty.DetectorFeatureEbsMalwareProtection, Status: duty.FeatureStatusDisabled},
				{Name: duty.DetectorFeatureRdsLoginEvents, Status: duty.FeatureStatusEnabled},
				{Name: duty.DetectorFeatureLambdaNetworkLogs, Status: duty.FeatureStatusDisabled},
			},
		}),
		to(guardduty.NewFromConfig(s.staging.Config).CreateDetector, &guardduty.CreateDetectorInput{Enable: aws.Bool(false)}),
	)
}
