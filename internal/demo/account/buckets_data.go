package account

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// canonicalOwner is the canonical user id that the server gives the account.
const canonicalOwner = "75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a"

// Everyone, everyone with an AWS account, and what writes access logs.
const (
	allUsers    = "http://acs.amazonaws.com/groups/global/AllUsers"
	anyAccount  = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	logDelivery = "http://acs.amazonaws.com/groups/s3/LogDelivery"
)

func grantTo(group string, permission types.Permission) types.Grant {
	return types.Grant{Grantee: &types.Grantee{Type: types.TypeGroup, URI: new(group)}, Permission: permission}
}

func grantToOwner() types.Grant {
	return types.Grant{Grantee: &types.Grantee{Type: types.TypeCanonicalUser, ID: new(canonicalOwner)}, Permission: types.PermissionFullControl}
}

var (
	tidy = []types.LifecycleRule{{
		ID: new("tidy"), Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: new("")},
		Transitions:                    []types.Transition{{Days: aws.Int32(60), StorageClass: types.TransitionStorageClassStandardIa}},
		NoncurrentVersionExpiration:    &types.NoncurrentVersionExpiration{NoncurrentDays: aws.Int32(90)},
		AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)},
	}}
	expire = []types.LifecycleRule{{
		ID: new("expire"), Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: new("")},
		Expiration: &types.LifecycleExpiration{Days: aws.Int32(400)},
	}}
	switchedOff = []types.LifecycleRule{{
		ID: new("expire"), Status: types.ExpirationStatusDisabled, Filter: &types.LifecycleRuleFilter{Prefix: new("tmp/")},
		Expiration: &types.LifecycleExpiration{Days: aws.Int32(30)},
	}}
)

// onlyTLS refuses what does not come over TLS.
func onlyTLS(bucket string) string {
	return `{"Version":"2012-10-17","Statement":[` + denyPlain(bucket) + `]}`
}

func denyPlain(bucket string) string {
	return `{"Sid":"TLS","Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":["arn:aws:s3:::` + bucket + `","arn:aws:s3:::` + bucket + `/*"],
		"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
}

var productionBuckets = []bucket{
	{
		name: "harbourline-access-logs", owner: types.ObjectOwnershipBucketOwnerPreferred, acl: "log-delivery-write", private: true, versioned: true,
		encryption: types.ServerSideEncryptionAes256, policy: onlyTLS("harbourline-access-logs"), lifecycle: expire, tags: production("platform", ""),
	},
	{
		name: "harbourline-balancer-logs", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, encryption: types.ServerSideEncryptionAes256, lifecycle: expire, logs: "harbourline-access-logs",
		policy: `{"Version":"2012-10-17","Statement":[` + denyPlain("harbourline-balancer-logs") + `,
			{"Effect":"Allow","Principal":{"Service":"logdelivery.elasticloadbalancing.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::harbourline-balancer-logs/*"}]}`,
		tags: production("platform", ""),
	},
	{
		name: "harbourline-trail", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, versioned: true, encryption: types.ServerSideEncryptionAwsKms, key: "harbourline-logs", cheap: true,
		logs: "harbourline-access-logs", lifecycle: expire,
		policy: `{"Version":"2012-10-17","Statement":[` + denyPlain("harbourline-trail") + `,
			{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::harbourline-trail","Condition":{"StringEquals":{"aws:SourceAccount":"{account}"}}},
			{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::harbourline-trail/AWSLogs/{account}/*",
			 "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control","aws:SourceAccount":"{account}"}}}]}`,
		tags: production("platform", ""),
	},
	{
		name: "harbourline-config", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, encryption: types.ServerSideEncryptionAes256, tags: production("platform", ""),
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"config.amazonaws.com"},"Action":["s3:GetBucketAcl","s3:ListBucket","s3:PutObject"],
			"Resource":["arn:aws:s3:::harbourline-config","arn:aws:s3:::harbourline-config/*"],"Condition":{"StringEquals":{"aws:SourceAccount":"{account}"}}}]}`,
	},
	{
		name: "harbourline-media", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, versioned: true, encryption: types.ServerSideEncryptionAwsKms, key: "harbourline-web", cheap: true,
		logs: "harbourline-access-logs", lifecycle: tidy, cors: "https://www.harbourline.example", tags: production("storefront", "").with("Tier", "web"),
		policy: `{"Version":"2012-10-17","Statement":[` + denyPlain("harbourline-media") + `,
			{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::harbourline-media/*","Condition":{"StringEquals":{"aws:SourceAccount":"{account}"}}}]}`,
	},
	{
		name: "harbourline-orders", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, versioned: true, encryption: types.ServerSideEncryptionAwsKms, key: "harbourline-data",
		locked: true, logs: "harbourline-access-logs", lifecycle: tidy, policy: onlyTLS("harbourline-orders"), tags: production("payments", ""),
	},
	{
		name: "harbourline-invoices", private: true, encryption: types.ServerSideEncryptionAes256, tags: production("payments", ""),
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::{account}:user/mail-relay"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::harbourline-invoices/*"}]}`,
	},
	{
		name: "harbourline-partner-exchange", owner: types.ObjectOwnershipBucketOwnerPreferred, versioned: true, encryption: types.ServerSideEncryptionAwsKms, fast: true, lifecycle: switchedOff, cors: "*",
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::{tidewater}:root","arn:aws:iam::{freight}:root"]},"Action":["s3:GetObject","s3:PutObject","s3:ListBucket"],
			"Resource":["arn:aws:s3:::harbourline-partner-exchange","arn:aws:s3:::harbourline-partner-exchange/*"]}]}`,
	},
	{
		name: "harbourline-www", owner: types.ObjectOwnershipObjectWriter, acl: types.BucketCannedACLPublicRead, website: true, tags: named("old website"),
		policy: `{"Version":"2012-10-17","Statement":[{"Sid":"Website","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::harbourline-www/*"}]}`,
	},
	{
		name: "static.harbourline.example", owner: types.ObjectOwnershipObjectWriter, website: true, logs: "static.harbourline.example", // into itself
		grants: []types.Grant{
			grantToOwner(), grantTo(allUsers, types.PermissionRead), grantTo(allUsers, types.PermissionWrite),
			grantTo(logDelivery, types.PermissionWrite), grantTo(logDelivery, types.PermissionReadAcp),
		},
	},
	{
		name: "harbourline-drop", owner: types.ObjectOwnershipObjectWriter,
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::harbourline-drop/*"}]}`,
	},
}

var stagingBuckets = []bucket{
	{
		name: "harbourline-orders-copy", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, versioned: true, encryption: types.ServerSideEncryptionAes256,
		policy: onlyTLS("harbourline-orders-copy"), lifecycle: tidy, tags: production("payments", ""),
	},
	{name: "harbourline-staging-uploads", owner: types.ObjectOwnershipObjectWriter, acl: types.BucketCannedACLAuthenticatedRead, tags: owned("staging", "storefront", "")},
	{
		name: "harbourline-staging-dump", owner: types.ObjectOwnershipObjectWriter,
		grants: []types.Grant{
			grantToOwner(), grantTo(allUsers, types.PermissionReadAcp), grantTo(allUsers, types.PermissionWriteAcp),
			grantTo(anyAccount, types.PermissionWrite), grantTo(anyAccount, types.PermissionReadAcp), grantTo(anyAccount, types.PermissionWriteAcp),
		},
	},
}

var labBuckets = []bucket{
	{
		name: "harbourline-lab-data", owner: types.ObjectOwnershipObjectWriter, tags: owned("lab", "data", ""),
		grants: []types.Grant{grantToOwner(), grantTo(allUsers, types.PermissionFullControl), grantTo(anyAccount, types.PermissionFullControl)},
	},
	{name: "harbourline-lab-models", owner: types.ObjectOwnershipBucketOwnerEnforced, private: true, encryption: types.ServerSideEncryptionAes256, tags: owned("lab", "data", "")},
}
