package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseCloudTrail judges trails and the buckets that they write to. The
// rules on the account as a whole come between the trails.
func TestExerciseCloudTrail(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	buckets := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	client := cloudtrail.NewFromConfig(moto.Config("us-east-1"))
	trail := func(name, bucket string, change func(*cloudtrail.CreateTrailInput)) {
		t.Helper()
		input := &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: &bucket}
		change(input)
		made[*cloudtrail.CreateTrailOutput](t)(client.CreateTrail(ctx, input))
	}
	log := func(name string) {
		t.Helper()
		made[*cloudtrail.StartLoggingOutput](t)(client.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: &name}))
	}
	sel := func(name string, selectors ...types.EventSelector) {
		t.Helper()
		made[*cloudtrail.PutEventSelectorsOutput](t)(client.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: &name, EventSelectors: selectors}))
	}
	advanced := func(name string, fields map[string]string) {
		t.Helper()
		selector := types.AdvancedEventSelector{Name: new("All")}
		for field, value := range fields {
			selector.FieldSelectors = append(selector.FieldSelectors, types.AdvancedFieldSelector{Field: &field, Equals: []string{value}})
		}
		made[*cloudtrail.PutEventSelectorsOutput](t)(client.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{
			TrailName: &name, AdvancedEventSelectors: []types.AdvancedEventSelector{selector},
		}))
	}

	for _, name := range []string{"example-org-trail-logs", "example-access-logs", "example-granted", "example-open", "example-blocked"} {
		made[*s3.CreateBucketOutput](t)(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}))
	}
	made[*s3.PutBucketAclOutput](t)(buckets.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: new("example-access-logs"), ACL: "log-delivery-write"}))
	made[*s3.PutBucketLoggingOutput](t)(buckets.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket: new("example-org-trail-logs"),
		BucketLoggingStatus: &s3types.BucketLoggingStatus{LoggingEnabled: &s3types.LoggingEnabled{
			TargetBucket: new("example-access-logs"), TargetPrefix: new("trail/"),
		}},
	}))
	made[*s3.PutBucketAclOutput](t)(buckets.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: new("example-granted"), ACL: s3types.BucketCannedACLPublicRead}))
	for _, name := range []string{"example-open", "example-blocked"} {
		made[*s3.PutBucketPolicyOutput](t)(buckets.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: new(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + name + `/*"}]}`,
		)}))
	}
	made[*s3.PutPublicAccessBlockOutput](t)(buckets.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket:                         new("example-blocked"),
		PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{IgnorePublicAcls: new(true), RestrictPublicBuckets: new(true)},
	}))

	// A trail of one region, one of all that does not log, then both as they should be.
	trail("local", "example-open", func(i *cloudtrail.CreateTrailInput) { i.IncludeGlobalServiceEvents = new(false) })
	log("local")
	trail("account", "example-org-trail-logs", func(i *cloudtrail.CreateTrailInput) {
		i.IsMultiRegionTrail, i.EnableLogFileValidation = new(true), new(true)
		i.KmsKeyId = new("arn:aws:kms:us-east-1:123456789012:key/1")
		i.CloudWatchLogsLogGroupArn = new("arn:aws:logs:us-east-1:123456789012:log-group:trail:*")
		i.CloudWatchLogsRoleArn = new("arn:aws:iam::123456789012:role/trail")
	})
	judge(t, moto, "CT-001", want{awstest.Account: fail})
	log("account")
	judge(t, moto, "CT-001", want{awstest.Account: pass})
	sel("account", types.EventSelector{ReadWriteType: types.ReadWriteTypeWriteOnly, IncludeManagementEvents: new(true)})
	judge(t, moto, "CT-001", want{awstest.Account: fail})
	sel("account", types.EventSelector{
		ReadWriteType: types.ReadWriteTypeAll, IncludeManagementEvents: new(true),
		DataResources: []types.DataResource{{Type: new("AWS::S3::Object"), Values: []string{"arn:aws:s3"}}},
	})
	judge(t, moto, "CT-001", want{awstest.Account: pass})

	judge(t, moto, "CT-006", want{awstest.Account: pass})
	trail("second", "example-blocked", func(*cloudtrail.CreateTrailInput) {})
	judge(t, moto, "CT-006", want{awstest.Account: pass}) // it does not log yet
	log("second")
	judge(t, moto, "CT-006", want{awstest.Account: fail})
	advanced("second", map[string]string{"eventCategory": "Data", "resources.type": "AWS::S3::Object"})
	judge(t, moto, "CT-006", want{awstest.Account: pass})

	trail("idle", "example-granted", func(*cloudtrail.CreateTrailInput) {})
	advanced("idle", map[string]string{"eventCategory": "Management"})

	judge(t, moto, "CT-002", want{"account": pass, "local": fail})
	judge(t, moto, "CT-003", want{"account": pass, "local": fail, "idle": fail, "second": pass})
	judge(t, moto, "CT-004", want{"account": fail})
	judge(t, moto, "CT-005", want{"account": pass, "local": fail})
	judge(t, moto, "CT-007", want{"account": pass, "local": fail})
	judge(t, moto, "CT-008", want{"account": pass, "local": fail})
	judge(t, moto, "CT-009", want{"account": pass, "local": fail})
	judge(t, moto, "CT-010", want{"account": pass, "local": pass, "second": fail, "idle": pass})
	judge(t, moto, "CT-011", want{"account": pass, "idle": unchecked})
	judge(t, moto, "CT-012", want{"account": pass, "local": fail, "second": pass, "idle": fail})
	judge(t, moto, "CT-014", want{"account": pass, "local": fail})
}
