package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

// streams of Kinesis.
func (s *shop) streams(ctx context.Context) error {
	client, lab := kinesis.NewFromConfig(s.production.Config), kinesis.NewFromConfig(s.lab.Config)
	encrypt := func(stream string, key *string) *kinesis.StartStreamEncryptionInput {
		return &kinesis.StartStreamEncryptionInput{StreamName: new(stream), EncryptionType: types.EncryptionTypeKms, KeyId: key}
	}
	return inOrder(ctx,
		each(client.CreateStream,
			&kinesis.CreateStreamInput{StreamName: new("harbourline-orders"), ShardCount: aws.Int32(2), Tags: production("data", "")},
			&kinesis.CreateStreamInput{StreamName: new("harbourline-clicks"), ShardCount: aws.Int32(2), Tags: production("data", "")},
		),
		to(lab.CreateStream, &kinesis.CreateStreamInput{StreamName: new("lab-clicks"), ShardCount: aws.Int32(1)}),
		each(client.StartStreamEncryption, encrypt("harbourline-orders", s.production.key("harbourline-data")), encrypt("harbourline-clicks", new("alias/aws/kinesis"))),
		to(client.IncreaseStreamRetentionPeriod, &kinesis.IncreaseStreamRetentionPeriodInput{StreamName: new("harbourline-orders"), RetentionPeriodHours: aws.Int32(168)}),
		to(client.EnableEnhancedMonitoring, &kinesis.EnableEnhancedMonitoringInput{StreamName: new("harbourline-orders"), ShardLevelMetrics: []types.MetricsName{types.MetricsNameAll}}),
	)
}
