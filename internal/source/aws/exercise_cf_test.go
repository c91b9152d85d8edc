package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseCF has a distribution without logs, one that logs as it did
// before 2024, and one whose logs CloudWatch Logs delivers.
func TestExerciseCF(t *testing.T) {
	moto := awstest.Moto(t)
	client := cloudfront.NewFromConfig(moto.Config("us-east-1"))
	distribution := func(name string, logging *types.LoggingConfig) *types.Distribution {
		t.Helper()
		return made[*cloudfront.CreateDistributionOutput](t)(client.CreateDistribution(t.Context(), &cloudfront.CreateDistributionInput{
			DistributionConfig: &types.DistributionConfig{
				CallerReference: &name, Comment: &name, Enabled: new(true), Logging: logging,
				Origins: &types.Origins{Quantity: new(int32(1)), Items: []types.Origin{{
					Id: new("web"), DomainName: new("example-web.s3.amazonaws.com"), S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: new("")},
				}}},
				DefaultCacheBehavior: &types.DefaultCacheBehavior{TargetOriginId: new("web"), ViewerProtocolPolicy: types.ViewerProtocolPolicyHttpsOnly},
			},
		})).Distribution
	}
	silent := distribution("silent", nil)
	legacy := distribution("legacy", &types.LoggingConfig{
		Enabled: new(true), Bucket: new("example-logs.s3.amazonaws.com"), Prefix: new(""), IncludeCookies: new(false),
	})
	delivered := distribution("delivered", nil)
	judge(t, moto, "CF-005", want{*silent.Id: fail, *legacy.Id: pass, *delivered.Id: fail})
	logs := cloudwatchlogs.NewFromConfig(moto.Config("us-east-1"))
	made[*cloudwatchlogs.PutDeliverySourceOutput](t)(logs.PutDeliverySource(t.Context(),
		&cloudwatchlogs.PutDeliverySourceInput{Name: new("requests"), LogType: new("ACCESS_LOGS"), ResourceArn: delivered.ARN}))
	judge(t, moto, "CF-005", want{*delivered.Id: fail}) // nothing is delivered yet
	destination := made[*cloudwatchlogs.PutDeliveryDestinationOutput](t)(logs.PutDeliveryDestination(t.Context(),
		&cloudwatchlogs.PutDeliveryDestinationInput{
			Name:                             new("bucket"),
			DeliveryDestinationConfiguration: &logstypes.DeliveryDestinationConfiguration{DestinationResourceArn: new("arn:aws:s3:::example-logs")},
		})).DeliveryDestination
	made[*cloudwatchlogs.CreateDeliveryOutput](t)(logs.CreateDelivery(t.Context(),
		&cloudwatchlogs.CreateDeliveryInput{DeliverySourceName: new("requests"), DeliveryDestinationArn: destination.Arn}))
	judge(t, moto, "CF-005", want{*silent.Id: fail, *legacy.Id: pass, *delivered.Id: pass})
}
