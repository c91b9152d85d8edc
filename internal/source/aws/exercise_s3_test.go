package aws_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// openBucket gives groups permissions by the ACL of a bucket.
func openBucket(t *testing.T, client *s3.Client, bucket string, list ...types.Grant) {
	t.Helper()
	acl := made[*s3.GetBucketAclOutput](t)(client.GetBucketAcl(t.Context(), &s3.GetBucketAclInput{Bucket: &bucket}))
	made[*s3.PutBucketAclOutput](t)(client.PutBucketAcl(t.Context(), &s3.PutBucketAclInput{
		Bucket: &bucket, AccessControlPolicy: &types.AccessControlPolicy{Owner: acl.Owner, Grants: append(acl.Grants, list...)},
	}))
}

func toGroup(group string, permission types.Permission) types.Grant {
	return types.Grant{Permission: permission, Grantee: &types.Grantee{
		Type: types.TypeGroup, URI: new("http://acs.amazonaws.com/groups/" + group),
	}}
}

func TestExerciseS3ACLs(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), bucketsOf(moto.Config("us-east-1"))
	grants := func(bucket string, list ...types.Grant) {
		t.Helper()
		made[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}))
		openBucket(t, client, bucket, list...)
	}
	// Each rule is on one permission of one group, and has a bucket that
	// grants nothing else.
	cases := []struct {
		rule, group string
		permission  types.Permission
	}{
		{"S3-001", "AllUsers", types.PermissionRead}, {"S3-002", "AllUsers", types.PermissionReadAcp},
		{"S3-003", "AllUsers", types.PermissionWrite}, {"S3-004", "AllUsers", types.PermissionWriteAcp},
		{"S3-005", "AllUsers", types.PermissionFullControl},
		{"S3-006", "AuthenticatedUsers", types.PermissionRead}, {"S3-007", "AuthenticatedUsers", types.PermissionReadAcp},
		{"S3-008", "AuthenticatedUsers", types.PermissionWrite}, {"S3-009", "AuthenticatedUsers", types.PermissionWriteAcp},
		{"S3-010", "AuthenticatedUsers", types.PermissionFullControl},
	}
	for _, c := range cases {
		grants(strings.ToLower(c.rule), toGroup("global/"+c.group, c.permission))
	}
	all := []types.Grant{
		toGroup("global/AllUsers", types.PermissionFullControl), toGroup("global/AuthenticatedUsers", types.PermissionFullControl),
	}
	grants("example-open", all...)
	grants("example-ignored", all...)
	made[*s3.PutPublicAccessBlockOutput](t)(client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: new("example-ignored"), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{IgnorePublicAcls: new(true)},
	}))

	for _, c := range cases {
		verdicts := want{"example-open": fail, "example-ignored": pass}
		for _, other := range cases {
			verdicts[strings.ToLower(other.rule)] = pass
			if other.group == c.group && (other.permission == c.permission || other.permission == types.PermissionFullControl) {
				verdicts[strings.ToLower(other.rule)] = fail
			}
		}
		judge(t, moto, c.rule, verdicts)
	}
}

func TestExerciseS3(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), bucketsOf(moto.Config("us-east-1"))
	create := func(bucket string, change ...func(*s3.CreateBucketInput)) *string {
		t.Helper()
		input := &s3.CreateBucketInput{Bucket: &bucket}
		for _, c := range change {
			c(input)
		}
		made[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, input))
		return &bucket
	}
	policy := func(bucket, statement string) {
		t.Helper()
		document := `{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(statement, "BUCKET", "arn:aws:s3:::"+bucket) + `]}`
		made[*s3.PutBucketPolicyOutput](t)(client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: create(bucket), Policy: &document}))
	}
	encrypt := func(bucket, algorithm string, key *string, bucketKey *bool) {
		t.Helper()
		made[*s3.PutBucketEncryptionOutput](t)(client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
			Bucket: create(bucket), ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{Rules: []types.ServerSideEncryptionRule{{
				BucketKeyEnabled:                   bucketKey,
				ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryption(algorithm), KMSMasterKeyID: key},
			}}},
		}))
	}
	version := func(bucket *string, status types.BucketVersioningStatus) {
		t.Helper()
		made[*s3.PutBucketVersioningOutput](t)(client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
			Bucket: bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: status, MFADelete: types.MFADeleteEnabled}, MFA: new("token 123456"),
		}))
	}
	expire := func(bucket *string, status types.ExpirationStatus) {
		t.Helper()
		made[*s3.PutBucketLifecycleConfigurationOutput](t)(client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
			Bucket: bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{{
				Status: status, Filter: &types.LifecycleRuleFilter{Prefix: new("")}, Expiration: &types.LifecycleExpiration{Days: new(int32(90))},
			}}},
		}))
	}
	accelerate := func(bucket *string, status types.BucketAccelerateStatus) {
		t.Helper()
		made[*s3.PutBucketAccelerateConfigurationOutput](t)(client.PutBucketAccelerateConfiguration(ctx, &s3.PutBucketAccelerateConfigurationInput{
			Bucket: bucket, AccelerateConfiguration: &types.AccelerateConfiguration{Status: status},
		}))
	}
	const plain, sound, paused = "example-plain", "example-sound", "example-paused"
	create(plain)
	create("example.dotted")
	create(sound, func(i *s3.CreateBucketInput) { i.ObjectLockEnabledForBucket = new(true) })
	version(new(sound), types.BucketVersioningStatusEnabled)
	expire(new(sound), types.ExpirationStatusEnabled)
	accelerate(new(sound), types.BucketAccelerateStatusEnabled)
	create(paused)
	version(new(paused), types.BucketVersioningStatusSuspended)
	expire(new(paused), types.ExpirationStatusDisabled)
	accelerate(new(paused), types.BucketAccelerateStatusSuspended)

	// Of the two grants of the canned ACL log-delivery-write moto tells one.
	openBucket(t, client, *create("example-logs"), toGroup("s3/LogDelivery", types.PermissionWrite), toGroup("s3/LogDelivery", types.PermissionReadAcp))
	policy("example-newlogs", `{"Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"BUCKET/*"}`)
	made[*s3.PutBucketLoggingOutput](t)(client.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket: new(sound), BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: &types.LoggingEnabled{
			TargetBucket: new("example-logs"), TargetPrefix: new("sound/"),
		}},
	}))
	made[*s3.PutBucketWebsiteOutput](t)(client.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{
		Bucket: create("example-site"), WebsiteConfiguration: &types.WebsiteConfiguration{IndexDocument: &types.IndexDocument{Suffix: new("index.html")}},
	}))

	const secure = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["BUCKET","BUCKET/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	const sealed = `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"BUCKET/*","Condition":{"Null":{"s3:x-amz-server-side-encryption":"true"}}}`
	const reader = `{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT:root"},"Action":"s3:GetObject","Resource":"BUCKET/*"}`
	policy("example-secure", secure)
	policy("example-sealed", sealed)
	policy("example-trusting", strings.ReplaceAll(reader, "ACCOUNT", "210987654321"))
	policy("example-careless", strings.ReplaceAll(reader, "ACCOUNT", "999988887777"))
	const everyone = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"BUCKET/*"}`
	policy("example-public", everyone)
	policy("example-restricted", everyone)
	made[*s3.PutPublicAccessBlockOutput](t)(client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: new("example-restricted"), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{RestrictPublicBuckets: new(true)},
	}))

	keys := kms.NewFromConfig(moto.Config("us-east-1"))
	own := made[*kms.CreateKeyOutput](t)(keys.CreateKey(ctx, &kms.CreateKeyInput{})).KeyMetadata.Arn
	// S3's key is there from its first use on.
	standard := made[*kms.DescribeKeyOutput](t)(keys.DescribeKey(ctx, &kms.DescribeKeyInput{KeyId: new("alias/aws/s3")})).KeyMetadata.Arn
	encrypt("example-aes", "AES256", nil, nil)
	encrypt("example-own", "aws:kms", own, new(true))
	encrypt("example-dsse", "aws:kms:dsse", own, nil)
	encrypt("example-standard", "aws:kms", standard, new(false))

	judge(t, moto, "S3-011", want{sound: pass, plain: fail, "example-logs": unchecked, "example-newlogs": unchecked, "example-secure": fail})
	judge(t, moto, "S3-012", want{sound: pass, plain: fail, paused: fail})
	judge(t, moto, "S3-013", want{sound: fail, plain: fail}) // moto drops MFADelete
	judge(t, moto, "S3-014", want{"example-public": fail, "example-restricted": pass, "example-trusting": pass, plain: unchecked})
	judge(t, moto, "S3-015", want{"example-secure": pass, "example-trusting": pass, "example-careless": fail, plain: unchecked})
	judge(t, moto, "S3-016", want{"example-aes": pass, "example-sealed": pass, "example-secure": fail, plain: fail})
	judge(t, moto, "S3-017", want{"example-secure": pass, "example-sealed": fail, plain: fail})
	judge(t, moto, "S3-018", want{plain: pass, "example.dotted": fail})
	judge(t, moto, "S3-019", want{plain: pass, "example-site": fail})
	judge(t, moto, "S3-020", want{sound: pass, plain: fail, paused: fail})
	judge(t, moto, "S3-021", want{"example-aes": pass, "example-own": pass, "example-sealed": fail, plain: fail})
	judge(t, moto, "S3-023", want{sound: pass, plain: fail})
	judge(t, moto, "S3-024", want{sound: pass, plain: fail, paused: fail, "example.dotted": unchecked})
	judge(t, moto, "S3-025", want{
		"example-own": pass, "example-dsse": pass, "example-standard": fail, "example-aes": fail, plain: fail,
		"example-logs": unchecked, "example-newlogs": unchecked,
	})
	judge(t, moto, "S3-028", want{"example-own": pass, "example-standard": fail, "example-dsse": unchecked, "example-aes": unchecked, plain: unchecked})
}

// controlAt leads S3 Control's calls to moto. The SDK's own rules put the
// account before the host's name.
type controlAt string

func (c controlAt) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	uri, err := url.Parse(string(c))
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *uri}, nil
}

// Block public access has four switches, for a bucket and for the account: one
// that is off fails.
func TestExerciseS3PublicAccessBlock(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), bucketsOf(moto.Config("us-east-1"))
	control := s3control.NewFromConfig(moto.Config("us-east-1"), func(o *s3control.Options) { o.EndpointResolverV2 = controlAt(moto.URL) })
	judge(t, moto, "S3-027", want{awstest.Account: fail})
	buckets := want{"example-unblocked": fail}
	made[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: new("example-unblocked")}))
	verdict := fail
	for _, off := range []string{"block-acls", "block-policy", "ignore-acls", "restrict", "nothing"} {
		if off == "nothing" {
			verdict = pass
		}
		on := func(which string) *bool { return new(off != which) }
		acls, policies, ignore, restrict := on("block-acls"), on("block-policy"), on("ignore-acls"), on("restrict")
		name := "example-without-" + off
		buckets[name] = verdict
		made[*s3.CreateBucketOutput](t)(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}))
		made[*s3.PutPublicAccessBlockOutput](t)(client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
			Bucket: &name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
				BlockPublicAcls: acls, BlockPublicPolicy: policies, IgnorePublicAcls: ignore, RestrictPublicBuckets: restrict,
			},
		}))
		made[*s3control.PutPublicAccessBlockOutput](t)(control.PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{
			AccountId: new(awstest.Account), PublicAccessBlockConfiguration: &controltypes.PublicAccessBlockConfiguration{
				BlockPublicAcls: acls, BlockPublicPolicy: policies, IgnorePublicAcls: ignore, RestrictPublicBuckets: restrict,
			},
		}))
		judge(t, moto, "S3-027", want{awstest.Account: verdict})
	}
	judge(t, moto, "S3-026", buckets)
}
