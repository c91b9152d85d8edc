package aws_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	configtypes "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	orgtypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseAccount judges what an account has one of, or none: an
// organisation, a recorder of AWS Config, an alarm on its bill. Each is judged
// again after it was changed.
func TestExerciseAccount(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()

	owner := organizations.NewFromConfig(moto.Config("us-east-1"))
	organize := func(features orgtypes.OrganizationFeatureSet) string {
		t.Helper()
		return *made[*organizations.CreateOrganizationOutput](t)(owner.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: features})).Organization.Id
	}
	judge(t, moto, "Organizations-001", want{awstest.Account: fail})
	bills := organize(orgtypes.OrganizationFeatureSetConsolidatedBilling)
	judge(t, moto, "Organizations-001", want{awstest.Account: fail}) // it is not the one that the page names
	library := pages(t)
	membership, err := library.Rule("Organizations-001")
	mustEC2(t, err)
	membership.Settings[0].Example = bills
	wantVerdicts(t, library, "Organizations-001", moto.Config("us-east-1"), time.Now(), want{awstest.Account: pass})
	judge(t, moto, "Organizations-002", want{bills: fail})
	made[*organizations.DeleteOrganizationOutput](t)(owner.DeleteOrganization(ctx, &organizations.DeleteOrganizationInput{}))
	judge(t, moto, "Organizations-002", want{organize(orgtypes.OrganizationFeatureSetAll): pass})

	recorders := configservice.NewFromConfig(moto.Config("us-east-1"))
	record := func(group *configtypes.RecordingGroup) {
		t.Helper()
		made[*configservice.PutConfigurationRecorderOutput](t)(recorders.PutConfigurationRecorder(ctx, &configservice.PutConfigurationRecorderInput{
			ConfigurationRecorder: &configtypes.ConfigurationRecorder{
				Name: new("default"), RoleARN: new("arn:aws:iam::123456789012:role/config"), RecordingGroup: group,
			},
		}))
	}
	recorded := func(all, global string) {
		t.Helper()
		judge(t, moto, "Config-001", want{"us-east-1": all})
		judge(t, moto, "Config-003", want{awstest.Account: global})
	}
	recorded(fail, fail)
	record(&configtypes.RecordingGroup{AllSupported: true, IncludeGlobalResourceTypes: true})
	made[*configservice.PutDeliveryChannelOutput](t)(recorders.PutDeliveryChannel(ctx, &configservice.PutDeliveryChannelInput{
		DeliveryChannel: &configtypes.DeliveryChannel{Name: new("default"), S3BucketName: new("example-config")},
	}))
	recorded(fail, fail) // set up, and not started
	made[*configservice.StartConfigurationRecorderOutput](t)(recorders.StartConfigurationRecorder(ctx, &configservice.StartConfigurationRecorderInput{
		ConfigurationRecorderName: new("default"),
	}))
	recorded(pass, pass)
	record(&configtypes.RecordingGroup{AllSupported: true})
	recorded(pass, fail)
	record(&configtypes.RecordingGroup{ResourceTypes: []configtypes.ResourceType{"AWS::EC2::Instance", "AWS::IAM::Role"}})
	recorded(fail, fail)
	record(&configtypes.RecordingGroup{ResourceTypes: []configtypes.ResourceType{"AWS::IAM::Group", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::User"}})
	recorded(fail, pass)

	judge(t, moto, "Config-002", want{"default": fail})
	buckets := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	made[*s3.CreateBucketOutput](t)(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: new("example-config")}))
	judge(t, moto, "Config-002", want{"default": pass})

	watch := cloudwatch.NewFromConfig(moto.Config("us-east-1"), func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	})
	alarm := func(namespace, metric string, actions ...string) {
		t.Helper()
		made[*cloudwatch.PutMetricAlarmOutput](t)(watch.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
			AlarmName: new(namespace + metric), Namespace: &namespace, MetricName: &metric, AlarmActions: actions, ActionsEnabled: new(true),
			Statistic: cwtypes.StatisticMaximum, Period: new(int32(21600)), EvaluationPeriods: new(int32(1)), Threshold: new(100.0),
			ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanThreshold,
		}))
	}
	const pager = "arn:aws:sns:us-east-1:123456789012:pager"
	alarm("AWS/EC2", "CPUUtilization", pager)
	alarm("AWS/Billing", "EstimatedCharges") // tells nobody
	judge(t, moto, "CW-001", want{awstest.Account: fail})
	alarm("AWS/Billing", "EstimatedCharges", pager)
	judge(t, moto, "CW-001", want{awstest.Account: pass})
}
