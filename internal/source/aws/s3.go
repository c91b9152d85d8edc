package aws

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	bucketType       = "AWS::S3::Bucket"
	bucketPolicyType = "AWS::S3::BucketPolicy"
)

// Simple Storage Service: buckets, the policy of each as the resource that it
// is in CloudFormation, and the settings of the account. One call lists the
// buckets of all regions; each setting of a bucket is a call of its own, to the
// region of the bucket.
var s3Collectors = []collector{
	{
		service: "s3", global: true,
		types: []emits{
			{
				typ: bucketType,
				gives: "AccessControl Arn BucketName BucketNamePrefix CreationDate DomainName DualStackDomainName " +
					"RegionalDomainName",
				tagged: "s3:bucket",
			},
			{typ: bucketPolicyType, gives: "Bucket", tagged: "-"},
		},
		calls: "s3:ListAllMyBuckets s3:GetBucketLocation",
		read:  readBuckets,
		parts: []part{
			// A policy is listed for each bucket; where there is none it is gone.
			{typ: bucketPolicyType, gives: "Bucket PolicyDocument", calls: "s3:GetBucketPolicy", read: readBucketPolicy},

			bucketPart("AccelerateConfiguration", "s3:GetAccelerateConfiguration", acceleration,
				"MethodNotAllowed", "UnsupportedArgument"), // regions that have no transfer acceleration
			bucketPart("BucketEncryption", "s3:GetEncryptionConfiguration kms:ListAliases", bucketEncryption,
				"ServerSideEncryptionConfigurationNotFoundError"),
			bucketPart("CorsConfiguration", "s3:GetBucketCORS", cors, "NoSuchCORSConfiguration"),
			bucketPart("Grants Owner", "s3:GetBucketAcl", bucketACL),
			bucketPart("LifecycleConfiguration", "s3:GetLifecycleConfiguration", lifecycle, "NoSuchLifecycleConfiguration"),
			bucketPart("LoggingConfiguration", "s3:GetBucketLogging", bucketLogging),
			bucketPart("MFADelete VersioningConfiguration", "s3:GetBucketVersioning", versioning),
			bucketPart("NotificationConfiguration", "s3:GetBucketNotification", notification),
			bucketPart("ObjectLockConfiguration ObjectLockEnabled", "s3:GetBucketObjectLockConfiguration", objectLock,
				"ObjectLockConfigurationNotFoundError"),
			bucketPart("OwnershipControls", "s3:GetBucketOwnershipControls", ownershipControls, "OwnershipControlsNotFoundError"),
			bucketPart("PolicyStatus", "s3:GetBucketPolicyStatus", policyStatus, "NoSuchBucketPolicy"),
			bucketPart("PublicAccessBlockConfiguration", "s3:GetBucketPublicAccessBlock", bucketPublicAccessBlock,
				"NoSuchPublicAccessBlockConfiguration"),
			bucketPart("ReplicationConfiguration", "s3:GetReplicationConfiguration", replication,
				"ReplicationConfigurationNotFoundError"),
			bucketPart("WebsiteConfiguration", "s3:GetBucketWebsite", website, "NoSuchWebsiteConfiguration"),
		},
	},
	{
		service: "s3", global: true,
		types: []emits{{
			typ:   "AWS::S3::AccountSettings",
			gives: "BlockPublicAcls BlockPublicPolicy IgnorePublicAcls RestrictPublicBuckets",
		}},
		calls: "s3:GetAccountPublicAccessBlock",
		read:  readAccountPublicAccessBlock,
	},
}

// s3Client is the client for the buckets of a region.
func s3Client(s *scope, region string) *s3.Client {
	client, _ := once(s.session, "s3 client "+region, func() (*s3.Client, error) {
		return s3.NewFromConfig(s.at(region), func(o *s3.Options) { o.UsePathStyle = s.custom() }), nil
	})
	return client
}

// bucketPart makes the part that one call tells of a bucket. notSet are the
// error codes by which S3 says that there is no such setting.
func bucketPart(
	gives, calls string, read func(context.Context, *scope, *s3.Client, *cloud.Resource) (props, error), notSet ...string,
) part {
	return part{
		typ: bucketType, gives: gives, calls: calls,
		read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
			given, err := read(ctx, s, s3Client(s, r.Region), r)
			switch {
			case is(err, "NoSuchBucket"):
				return nil, errGone
			case is(err, notSet...):
				return nil, nil
			}
			return given, err
		},
	}
}

func readBuckets(ctx context.Context, s *scope) error {
	client := s3Client(s, s.region)
	// The region of a bucket is told only where the request has a parameter.
	pages := s3.NewListBucketsPaginator(client, &s3.ListBucketsInput{MaxBuckets: ptr(int32(10000))})
	var buckets []types.Bucket
	if err := each(ctx, pages, func(page *s3.ListBucketsOutput) { buckets = append(buckets, page.Buckets...) }); err != nil {
		return err
	}
	for _, b := range buckets {
		region, err := bucketRegion(ctx, client, b)
		if is(err, "NoSuchBucket") {
			continue
		}
		if err != nil {
			s.incomplete(bucketType, err)
			s.incomplete(bucketPolicyType, err)
			continue
		}
		if len(s.options.Regions) > 0 && !slices.Contains(s.options.Regions, region) {
			continue
		}
		s.addBucket(b, region)
	}
	return nil
}

// bucketRegion is the region of a bucket, by a call of its own only where the
// list does not tell it.
func bucketRegion(ctx context.Context, client *s3.Client, b types.Bucket) (string, error) {
	if region := deref(b.BucketRegion); region != "" {
		return region, nil
	}
	out, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: b.Name})
	if err != nil {
		return "", err
	}
	switch region := string(out.LocationConstraint); region {
	case "":
		return "us-east-1", nil
	case "EU":
		return "eu-west-1", nil
	default:
		return region, nil
	}
}

// bucketExists tells whether there is a bucket of that name, of whosever it is:
// S3 refuses to say where another account's is, and says when there is none.
// The collector that calls it declares s3:GetBucketLocation.
func bucketExists(ctx context.Context, s *scope, bucket string) (bool, error) {
	return once(s.session, "bucket "+bucket, func() (bool, error) {
		_, err := s3Client(s, s.region).GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
		switch {
		case is(err, "NoSuchBucket"):
			return false, nil
		case is(err, "AccessDenied", "PermanentRedirect", "AuthorizationHeaderMalformed"): // the last two for other regions
			return true, nil
		}
		return err == nil, err
	})
}

func (s *scope) addBucket(b types.Bucket, region string) {
	name := deref(b.Name)
	arn := fmt.Sprintf("arn:%s:s3:::%s", s.partition, name)
	suffix := ".amazonaws.com"
	if s.partition == "aws-cn" {
		suffix += ".cn"
	}
	s.add(found{
		typ: bucketType, id: name, arn: arn, name: name, region: region, created: b.CreationDate,
		set: props{
			"AccessControl":       nil, // the grants that it stood for are in Grants
			"Arn":                 arn,
			"BucketName":          name,
			"BucketNamePrefix":    nil, // the whole name is in BucketName
			"CreationDate":        b.CreationDate,
			"DomainName":          name + ".s3" + suffix,
			"DualStackDomainName": name + ".s3.dualstack." + region + suffix,
			"RegionalDomainName":  name + ".s3." + region + suffix,
		},
	})
	if s.needed(bucketPolicyType) {
		s.add(found{typ: bucketPolicyType, id: name, arn: arn, name: name, region: region, set: props{"Bucket": name}})
	}
}

func readBucketPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := s3Client(s, r.Region).GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &r.ID})
	if is(err, "NoSuchBucketPolicy", "NoSuchBucket") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Bucket": r.ID, "PolicyDocument": out.Policy}, nil
}

// A controlEndpoint leads to an endpoint of the user's own. The SDK's rules put
// the account before the host's name, even there.
type controlEndpoint struct{ url string }

func (e controlEndpoint) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	uri, err := url.Parse(e.url)
	if err != nil {
		return smithyendpoints.Endpoint{}, err
	}
	return smithyendpoints.Endpoint{URI: *uri}, nil
}

func readAccountPublicAccessBlock(ctx context.Context, s *scope) error {
	client := s3control.NewFromConfig(s.cfg, func(o *s3control.Options) {
		if s.custom() {
			o.EndpointResolverV2 = controlEndpoint{*s.config.BaseEndpoint}
		}
	})
	out, err := client.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &s.id})
	settings := props{
		"BlockPublicAcls": false, "BlockPublicPolicy": false, "IgnorePublicAcls": false, "RestrictPublicBuckets": false,
	}
	switch {
	case is(err, "NoSuchPublicAccessBlockConfiguration"):
	case err != nil:
		return err
	default:
		for name, v := range object(out.PublicAccessBlockConfiguration) {
			settings[name] = v
		}
	}
	s.add(found{id: s.id, arn: s.arn("s3", "account"), set: settings})
	return nil
}

func bucketACL(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	return props{"Grants": out.Grants, "Owner": out.Owner}, nil
}

func policyStatus(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	return props{"PolicyStatus": out.PolicyStatus}, nil
}

func bucketPublicAccessBlock(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	return props{"PublicAccessBlockConfiguration": out.PublicAccessBlockConfiguration}, nil
}

func ownershipControls(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	return props{"OwnershipControls": out.OwnershipControls}, nil
}

func acceleration(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketAccelerateConfiguration(ctx, &s3.GetBucketAccelerateConfigurationInput{Bucket: &r.ID})
	if err != nil || out.Status == "" {
		return nil, err
	}
	return props{"AccelerateConfiguration": map[string]any{"AccelerationStatus": string(out.Status)}}, nil
}

func versioning(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	given := props{"MFADelete": out.MFADelete}
	if out.Status != "" {
		given["VersioningConfiguration"] = map[string]any{"Status": string(out.Status)}
	}
	return given, nil
}

func bucketLogging(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: &r.ID})
	if err != nil || out.LoggingEnabled == nil {
		return nil, err
	}
	logging := rename(object(out.LoggingEnabled), "TargetBucket", "DestinationBucketName", "TargetPrefix", "LogFilePrefix")
	delete(logging, "TargetGrants")
	return props{"LoggingConfiguration": logging}, nil
}

func objectLock(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: &r.ID})
	if err != nil || out.ObjectLockConfiguration == nil {
		return nil, err
	}
	lock := out.ObjectLockConfiguration
	given := map[string]any{"ObjectLockEnabled": string(lock.ObjectLockEnabled)}
	if lock.Rule != nil && lock.Rule.DefaultRetention != nil {
		retention := object(lock.Rule.DefaultRetention)
		delete(retention, "DefaultEventHold")
		given["Rule"] = map[string]any{"DefaultRetention": retention}
	}
	return props{
		"ObjectLockConfiguration": given,
		"ObjectLockEnabled":       lock.ObjectLockEnabled == types.ObjectLockEnabledEnabled,
	}, nil
}

func bucketEncryption(ctx context.Context, s *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &r.ID})
	if err != nil || out.ServerSideEncryptionConfiguration == nil {
		return nil, err
	}
	var rules []any
	for _, rule := range out.ServerSideEncryptionConfiguration.Rules {
		given := rename(object(rule), "ApplyServerSideEncryptionByDefault", "ServerSideEncryptionByDefault")
		if byDefault, ok := given["ServerSideEncryptionByDefault"].(map[string]any); ok {
			if key, ok := byDefault["KMSMasterKeyID"].(string); ok {
				byDefault["KMSMasterKeyID"] = answer(encryptionKey(ctx, s, r.Region, key))
			}
		}
		rules = append(rules, given)
	}
	return props{"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": rules}}, nil
}

// encryptionKey is the key that a bucket names: as its alias when it is AWS's own,
// for which only those of the bucket's region and account come into question.
func encryptionKey(ctx context.Context, s *scope, region, key string) (string, error) {
	if strings.Contains(key, "alias/") || strings.HasPrefix(key, "arn:") && !strings.Contains(key, ":"+region+":"+s.id+":") {
		return key, nil
	}
	return keyAlias(ctx, &scope{session: s.session, region: region, cfg: s.at(region), collector: s.collector}, key)
}
