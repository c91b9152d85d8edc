package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Kinesis Data Streams.
var kinesisCollectors = []collector{{
	service: "kinesis",
	types:   []emits{{typ: "AWS::Kinesis::Stream", gives: "Arn Name StreamModeDetails StreamStatus", tagged: "kinesis:stream"}},
	calls:   "kinesis:ListStreams",
	read:    readStreams,
	parts: []part{{
		gives: "DesiredShardLevelMetrics MaxRecordSizeInKiB RetentionPeriodHours ShardCount StreamEncryption WarmThroughputObject " +
			"ConsumerCount",
		calls: "kinesis:DescribeStreamSummary kms:ListAliases",
		read:  readStream,
	}},
}}

func readStreams(ctx context.Context, s *scope) error {
	pages := kinesis.NewListStreamsPaginator(kinesis.NewFromConfig(s.cfg), &kinesis.ListStreamsInput{Limit: ptr(int32(100))})
	return each(ctx, pages, func(page *kinesis.ListStreamsOutput) {
		for i := range page.StreamSummaries {
			stream := &page.StreamSummaries[i]
			name, arn := deref(stream.StreamName), deref(stream.StreamARN)
			s.add(found{
				id: name, arn: arn, name: name, created: stream.StreamCreationTimestamp,
				from: stream, set: props{"Arn": arn, "Name": name},
			})
		}
	})
}

func readStream(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := kinesis.NewFromConfig(s.cfg).DescribeStreamSummary(ctx, &kinesis.DescribeStreamSummaryInput{StreamARN: &r.ARN})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	d := out.StreamDescriptionSummary
	var metrics []types.MetricsName
	for _, m := range d.EnhancedMonitoring {
		metrics = append(metrics, m.ShardLevelMetrics...)
	}
	given := props{
		"ConsumerCount":            d.ConsumerCount,
		"DesiredShardLevelMetrics": metrics,
		"MaxRecordSizeInKiB":       d.MaxRecordSizeInKiB,
		"RetentionPeriodHours":     d.RetentionPeriodHours,
		"ShardCount":               d.OpenShardCount,
		"StreamEncryption":         nil,
		"WarmThroughputObject":     d.WarmThroughput,
	}
	if d.EncryptionType == types.EncryptionTypeKms {
		given["StreamEncryption"] = shaped(map[string]any{"EncryptionType": d.EncryptionType, "KeyId": keyOf(ctx, s, deref(d.KeyId))})
	}
	return given, nil
}
