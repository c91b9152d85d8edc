package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/configservice/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// AWS Config: the recorder of each region and where it delivers to. The status
// of all is one more call.
var configCollectors = []collector{
	{
		service: "config",
		types: []emits{{
			typ:   "AWS::Config::ConfigurationRecorder",
			gives: "Arn Name RecordingGroup RecordingMode RoleARN",
		}},
		calls: "config:DescribeConfigurationRecorders",
		read:  readRecorders,
		parts: []part{{
			gives: "LastErrorCode LastErrorMessage LastStartTime LastStatus LastStatusChangeTime LastStopTime Recording",
			calls: "config:DescribeConfigurationRecorderStatus",
			read:  readRecorderStatus,
		}},
	},
	{
		service: "config",
		types: []emits{{
			typ:   "AWS::Config::DeliveryChannel",
			gives: "ConfigSnapshotDeliveryProperties Name S3BucketName S3KeyPrefix S3KmsKeyArn SnsTopicARN",
		}},
		calls: "config:DescribeDeliveryChannels",
		read:  readDeliveryChannels,
		parts: []part{
			{
				gives: "ConfigHistoryDeliveryInfo ConfigSnapshotDeliveryInfo ConfigStreamDeliveryInfo",
				calls: "config:DescribeDeliveryChannelStatus",
				read:  readDeliveryChannelStatus,
			},
			{gives: "S3BucketExists", calls: "s3:GetBucketLocation", read: readDeliveryBucket},
		},
	},
}

func readRecorders(ctx context.Context, s *scope) error {
	out, err := configservice.NewFromConfig(s.cfg).DescribeConfigurationRecorders(ctx, &configservice.DescribeConfigurationRecordersInput{})
	if err != nil {
		return err
	}
	for _, r := range out.ConfigurationRecorders {
		name := deref(r.Name)
		s.add(found{id: name, arn: deref(r.Arn), name: name, from: r})
	}
	return nil
}

func readRecorderStatus(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	status, err := once(s.session, "config:DescribeConfigurationRecorderStatus "+s.region, func() (map[string]types.ConfigurationRecorderStatus, error) {
		out, err := configservice.NewFromConfig(s.cfg).DescribeConfigurationRecorderStatus(ctx, &configservice.DescribeConfigurationRecorderStatusInput{})
		if err != nil {
			return nil, err
		}
		byName := map[string]types.ConfigurationRecorderStatus{}
		for _, status := range out.ConfigurationRecordersStatus {
			byName[deref(status.Name)] = status
		}
		return byName, nil
	})
	if err != nil {
		return nil, err
	}
	of, ok := status[r.Name]
	if !ok {
		return nil, errGone
	}
	return props{
		"LastErrorCode": of.LastErrorCode, "LastErrorMessage": of.LastErrorMessage, "LastStartTime": of.LastStartTime,
		"LastStatus": of.LastStatus, "LastStatusChangeTime": of.LastStatusChangeTime, "LastStopTime": of.LastStopTime,
		"Recording": of.Recording,
	}, nil
}

func readDeliveryChannels(ctx context.Context, s *scope) error {
	out, err := configservice.NewFromConfig(s.cfg).DescribeDeliveryChannels(ctx, &configservice.DescribeDeliveryChannelsInput{})
	if err != nil {
		return err
	}
	for _, c := range out.DeliveryChannels {
		name := deref(c.Name)
		s.add(found{id: name, name: name, from: c})
	}
	return nil
}

func readDeliveryChannelStatus(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	status, err := once(s.session, "config:DescribeDeliveryChannelStatus "+s.region, func() (map[string]types.DeliveryChannelStatus, error) {
		out, err := configservice.NewFromConfig(s.cfg).DescribeDeliveryChannelStatus(ctx, &configservice.DescribeDeliveryChannelStatusInput{})
		if err != nil {
			return nil, err
		}
		byName := map[string]types.DeliveryChannelStatus{}
		for _, status := range out.DeliveryChannelsStatus {
			byName[deref(status.Name)] = status
		}
		return byName, nil
	})
	if err != nil {
		return nil, err
	}
	of, ok := status[r.Name]
	if !ok {
		return nil, errGone
	}
	return props{
		"ConfigHistoryDeliveryInfo": of.ConfigHistoryDeliveryInfo, "ConfigSnapshotDeliveryInfo": of.ConfigSnapshotDeliveryInfo,
		"ConfigStreamDeliveryInfo": of.ConfigStreamDeliveryInfo,
	}, nil
}

func readDeliveryBucket(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	bucket, ok := r.Properties["S3BucketName"].(string)
	if !ok {
		return nil, nil
	}
	exists, err := bucketExists(ctx, s, bucket)
	if err != nil {
		return nil, err
	}
	return props{"S3BucketExists": exists}, nil
}
