package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	control "github.com/aws/aws-sdk-go-v2/service/s3control/types"
)

// A bucket of S3. What is empty is not set.
type bucket struct {
	name       string
	owner      types.ObjectOwnership // ACLs are in force unless it is BucketOwnerEnforced
	acl        types.BucketCannedACL
	grants     []types.Grant // instead of acl
	policy     string
	private    bool // blocks public access
	versioned  bool
	encryption types.ServerSideEncryption
	key        string // alias, for encryption with KMS
	cheap      bool   // bucket key
	logs       string // bucket that gets the access logs
	lifecycle  []types.LifecycleRule
	website    bool
	locked     bool // object lock
	fast       bool // transfer acceleration
	cors       string
	tags       tags
}

func (s *shop) buckets(ctx context.Context) error {
	for _, place := range []struct {
		at      *site
		buckets []bucket
	}{
		{s.production, productionBuckets},
		{s.staging, stagingBuckets},
		{s.lab, labBuckets},
	} {
		for _, b := range place.buckets {
			if err := s.bucket(ctx, place.at, b); err != nil {
				return fmt.Errorf("bucket %s: %w", b.name, err)
			}
		}
	}
	return inOrder(ctx, s.replication, s.objects, s.accountBlock)
}

func bucketsOf(at *site) *s3.Client {
	return s3.NewFromConfig(at.Config, func(o *s3.Options) { o.UsePathStyle = true })
}

func (s *shop) bucket(ctx context.Context, at *site, b bucket) error {
	client := bucketsOf(at)
	create := &s3.CreateBucketInput{Bucket: new(b.name), ObjectOwnership: b.owner, ObjectLockEnabledForBucket: new(b.locked)}
	if at.Region != Production {
		create.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(at.Region)}
	}
	calls := []call{to(client.CreateBucket, create)}
	if b.private {
		calls = append(calls, to(client.PutPublicAccessBlock, &s3.PutPublicAccessBlockInput{Bucket: new(b.name), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: new(true), BlockPublicPolicy: new(true), IgnorePublicAcls: new(true), RestrictPublicBuckets: new(true),
		}}))
	} else {
		calls = append(calls, to(client.DeletePublicAccessBlock, &s3.DeletePublicAccessBlockInput{Bucket: new(b.name)}))
	}
	if b.acl != "" {
		calls = append(calls, to(client.PutBucketAcl, &s3.PutBucketAclInput{Bucket: new(b.name), ACL: b.acl}))
	}
	if b.grants != nil {
		calls = append(calls, to(client.PutBucketAcl, &s3.PutBucketAclInput{Bucket: new(b.name), AccessControlPolicy: &types.AccessControlPolicy{
			Owner: &types.Owner{ID: new(canonicalOwner)}, Grants: b.grants,
		}}))
	}
	if b.policy != "" {
		calls = append(calls, to(client.PutBucketPolicy, &s3.PutBucketPolicyInput{Bucket: new(b.name), Policy: s.document(b.policy)}))
	}
	if b.tags != nil {
		calls = append(calls, to(client.PutBucketTagging, &s3.PutBucketTaggingInput{Bucket: new(b.name), Tagging: &types.Tagging{
			TagSet: as(b.tags, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }),
		}}))
	}
	return inOrder(ctx, append(append(calls, protection(client, at, b)...), use(client, b)...)...)
}

// protection are the calls for what keeps objects safe.
func protection(client *s3.Client, at *site, b bucket) []call {
	var calls []call
	if b.versioned {
		calls = append(calls, to(client.PutBucketVersioning, &s3.PutBucketVersioningInput{
			Bucket: new(b.name), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		}))
	}
	if b.encryption != "" {
		by := &types.ServerSideEncryptionByDefault{SSEAlgorithm: b.encryption}
		if b.key != "" {
			by.KMSMasterKeyID = at.key(b.key)
		}
		calls = append(calls, to(client.PutBucketEncryption, &s3.PutBucketEncryptionInput{Bucket: new(b.name), ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
			Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: by, BucketKeyEnabled: new(b.cheap)}},
		}}))
	}
	if b.locked {
		calls = append(calls, to(client.PutObjectLockConfiguration, &s3.PutObjectLockConfigurationInput{Bucket: new(b.name), ObjectLockConfiguration: &types.ObjectLockConfiguration{
			ObjectLockEnabled: types.ObjectLockEnabledEnabled,
			Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Mode: types.ObjectLockRetentionModeGovernance, Days: aws.Int32(30)}},
		}}))
	}
	if b.logs != "" {
		calls = append(calls, to(client.PutBucketLogging, &s3.PutBucketLoggingInput{Bucket: new(b.name), BucketLoggingStatus: &types.BucketLoggingStatus{
			LoggingEnabled: &types.LoggingEnabled{TargetBucket: new(b.logs), TargetPrefix: new(b.name + "/")},
		}}))
	}
	return calls
}

// use are the calls for what the bucket is used for.
func use(client *s3.Client, b bucket) []call {
	var calls []call
	if b.lifecycle != nil {
		calls = append(calls, to(client.PutBucketLifecycleConfiguration, &s3.PutBucketLifecycleConfigurationInput{
			Bucket: new(b.name), LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: b.lifecycle},
		}))
	}
	if b.website {
		calls = append(calls, to(client.PutBucketWebsite, &s3.PutBucketWebsiteInput{Bucket: new(b.name), WebsiteConfiguration: &types.WebsiteConfiguration{
			IndexDocument: &types.IndexDocument{Suffix: new("index.html")}, ErrorDocument: &types.ErrorDocument{Key: new("404.html")},
		}}))
	}
	if b.fast {
		calls = append(calls, to(client.PutBucketAccelerateConfiguration, &s3.PutBucketAccelerateConfigurationInput{
			Bucket: new(b.name), AccelerateConfiguration: &types.AccelerateConfiguration{Status: types.BucketAccelerateStatusEnabled},
		}))
	}
	if b.cors != "" {
		calls = append(calls, to(client.PutBucketCors, &s3.PutBucketCorsInput{Bucket: new(b.name), CORSConfiguration: &types.CORSConfiguration{
			CORSRules: []types.CORSRule{{AllowedMethods: []string{"GET", "PUT"}, AllowedOrigins: []string{b.cors}, AllowedHeaders: []string{"*"}}},
		}}))
	}
	return calls
}

// replication copies the orders to Frankfurt.
func (s *shop) replication(ctx context.Context) error {
	_, err := bucketsOf(s.production).PutBucketReplication(ctx, &s3.PutBucketReplicationInput{
		Bucket: new("harbourline-orders"),
		ReplicationConfiguration: &types.ReplicationConfiguration{
			Role: s.role("HarbourlineReplication"),
			Rules: []types.ReplicationRule{{
				ID: new("frankfurt"), Priority: aws.Int32(1), Status: types.ReplicationRuleStatusEnabled,
				Filter:                  &types.ReplicationRuleFilter{Prefix: new("")},
				DeleteMarkerReplication: &types.DeleteMarkerReplication{Status: types.DeleteMarkerReplicationStatusDisabled},
				Destination:             &types.Destination{Bucket: new("arn:aws:s3:::harbourline-orders-copy"), StorageClass: types.StorageClassStandardIa},
			}},
		},
	})
	return err
}

// objects are a page for everyone and a file for nobody; and the queue hears
// of new orders.
func (s *shop) objects(ctx context.Context) error {
	client := bucketsOf(s.production)
	return inOrder(ctx,
		each(client.PutObject,
			&s3.PutObjectInput{Bucket: new("harbourline-www"), Key: new("index.html"), ACL: types.ObjectCannedACLPublicRead, Body: strings.NewReader("<!doctype html><title>Harbourline</title>")},
			&s3.PutObjectInput{Bucket: new("harbourline-invoices"), Key: new("2026/10/1001.txt"), Body: strings.NewReader("Invoice 1001")},
		),
		to(client.PutBucketNotificationConfiguration, &s3.PutBucketNotificationConfigurationInput{Bucket: new("harbourline-orders"), NotificationConfiguration: &types.NotificationConfiguration{
			QueueConfigurations: []types.QueueConfiguration{{QueueArn: new(s.arn("sqs", Production, "harbourline-orders")), Events: []types.Event{types.EventS3ObjectCreated}}},
		}}),
	)
}

// accountBlock blocks public ACLs in the whole account, and forgets policies.
// Two access points lead to the files for partners.
func (s *shop) accountBlock(ctx context.Context) error {
	client := s3control.NewFromConfig(s.production.Config, func(o *s3control.Options) {
		o.EndpointResolverV2 = plainEndpoint{s.production.BaseEndpoint}
	})
	return inOrder(ctx,
		to(client.PutPublicAccessBlock, &s3control.PutPublicAccessBlockInput{AccountId: new(s.number), PublicAccessBlockConfiguration: &control.PublicAccessBlockConfiguration{
			BlockPublicAcls: new(true), IgnorePublicAcls: new(false), BlockPublicPolicy: new(false), RestrictPublicBuckets: new(false),
		}}),
		each(client.CreateAccessPoint,
			&s3control.CreateAccessPointInput{
				AccountId: new(s.number), Name: new("partner-files"), Bucket: new("harbourline-partner-exchange"),
				PublicAccessBlockConfiguration: &control.PublicAccessBlockConfiguration{BlockPublicAcls: new(false), BlockPublicPolicy: new(false), IgnorePublicAcls: new(false), RestrictPublicBuckets: new(false)},
			},
			&s3control.CreateAccessPointInput{
				AccountId: new(s.number), Name: new("media-internal"), Bucket: new("harbourline-media"),
				VpcConfiguration:               &control.VpcConfiguration{VpcId: s.production.vpc("harbourline-prod")},
				PublicAccessBlockConfiguration: &control.PublicAccessBlockConfiguration{BlockPublicAcls: new(true), BlockPublicPolicy: new(true), IgnorePublicAcls: new(true), RestrictPublicBuckets: new(true)},
			},
		),
	)
}
