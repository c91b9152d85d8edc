package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestBuckets(t *testing.T) {
	moto := awstest.Moto(t)
	client := s3.NewFromConfig(moto.Config("us-east-1"), func(o *s3.Options) { o.UsePathStyle = true })
	bucket := ptr("example-reports")
	ctx := t.Context()
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::example-reports/*"}]}`
	do := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
	}
	do("create", second(client.CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket: bucket, ObjectLockEnabledForBucket: ptr(true), ObjectOwnership: types.ObjectOwnershipBucketOwnerPreferred,
	})))
	do("create plain", second(client.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: ptr("example-plain")})))
	do("tag", second(client.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
		Bucket: bucket, Tagging: &types.Tagging{TagSet: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}}},
	})))
	do("policy", second(client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &policy})))
	do("acl", second(client.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: bucket, ACL: types.BucketCannedACLPublicRead})))
	do("block", second(client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: bucket, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: ptr(true), IgnorePublicAcls: ptr(false), BlockPublicPolicy: ptr(false), RestrictPublicBuckets: ptr(true),
		},
	})))
	do("encryption", second(client.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{
		Bucket: bucket, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
			Rules: []types.ServerSideEncryptionRule{{
				BucketKeyEnabled: ptr(true),
				ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{
					SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: ptr("alias/reports"),
				},
			}},
		},
	})))
	do("versioning", second(client.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{
		Bucket: bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})))
	do("logging policy", second(client.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: ptr("example-plain"), ACL: types.BucketCannedACL("log-delivery-write")})))
	do("logging", second(client.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{
		Bucket: bucket, BucketLoggingStatus: &types.BucketLoggingStatus{LoggingEnabled: &types.LoggingEnabled{
			TargetBucket: ptr("example-plain"), TargetPrefix: ptr("reports/"),
		}},
	})))
	do("lifecycle", second(client.PutBucketLifecycleConfiguration(ctx, &s3.PutBucketLifecycleConfigurationInput{
		Bucket: bucket, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{
			{
				ID: ptr("old"), Status: types.ExpirationStatusEnabled,
				Filter:                         &types.LifecycleRuleFilter{Prefix: ptr("logs/")},
				Expiration:                     &types.LifecycleExpiration{Days: ptr(int32(90))},
				Transitions:                    []types.Transition{{Days: ptr(int32(30)), StorageClass: types.TransitionStorageClassGlacier}},
				AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: ptr(int32(7))},
			},
			{
				ID: ptr("tagged"), Status: types.ExpirationStatusDisabled,
				Filter:                      &types.LifecycleRuleFilter{And: &types.LifecycleRuleAndOperator{Prefix: ptr("tmp/"), Tags: []types.Tag{{Key: ptr("Keep"), Value: ptr("no")}}}},
				NoncurrentVersionExpiration: &types.NoncurrentVersionExpiration{NoncurrentDays: ptr(int32(5))},
			},
		}},
	})))
	do("lock", second(client.PutObjectLockConfiguration(ctx, &s3.PutObjectLockConfigurationInput{
		Bucket: bucket, ObjectLockConfiguration: &types.ObjectLockConfiguration{
			ObjectLockEnabled: types.ObjectLockEnabledEnabled,
			Rule:              &types.ObjectLockRule{DefaultRetention: &types.DefaultRetention{Days: ptr(int32(30)), Mode: types.ObjectLockRetentionModeCompliance}},
		},
	})))
	do("website", second(client.PutBucketWebsite(ctx, &s3.PutBucketWebsiteInput{
		Bucket: bucket, WebsiteConfiguration: &types.WebsiteConfiguration{
			IndexDocument: &types.IndexDocument{Suffix: ptr("index.html")}, ErrorDocument: &types.ErrorDocument{Key: ptr("404.html")},
		},
	})))
	do("acceleration", second(client.PutBucketAccelerateConfiguration(ctx, &s3.PutBucketAccelerateConfigurationInput{
		Bucket: bucket, AccelerateConfiguration: &types.AccelerateConfiguration{Status: types.BucketAccelerateStatusEnabled},
	})))
	do("cors", second(client.PutBucketCors(ctx, &s3.PutBucketCorsInput{
		Bucket: bucket, CORSConfiguration: &types.CORSConfiguration{CORSRules: []types.CORSRule{{
			AllowedMethods: []string{"GET"}, AllowedOrigins: []string{"*"}, ExposeHeaders: []string{"ETag"}, MaxAgeSeconds: ptr(int32(60)),
		}}},
	})))
	do("abroad", second(s3.NewFromConfig(moto.Config("eu-west-1"), func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket: ptr("example-abroad"), CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintEuWest1},
	})))

	got := collected(t, moto, "AWS::S3::Bucket", "AWS::S3::BucketPolicy")
	reports := one(t, got, "AWS::S3::Bucket", "example-reports")
	want := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "example-reports", Name: "example-reports", ARN: "arn:aws:s3:::example-reports",
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: reports.Created,
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Arn": "arn:aws:s3:::example-reports", "BucketName": "example-reports",
			"DomainName":          "example-reports.s3.amazonaws.com",
			"DualStackDomainName": "example-reports.s3.dualstack.us-east-1.amazonaws.com",
			"RegionalDomainName":  "example-reports.s3.us-east-1.amazonaws.com",
			"Tags":                []any{map[string]any{"Key": "Team", "Value": "shop"}},
			"AccelerateConfiguration": map[string]any{
				"AccelerationStatus": "Enabled",
			},
			"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
				"BucketKeyEnabled":              true,
				"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/reports"},
			}}},
			"CorsConfiguration": map[string]any{"CorsRules": []any{map[string]any{
				"AllowedMethods": []any{"GET"}, "AllowedOrigins": []any{"*"}, "ExposedHeaders": []any{"ETag"}, "MaxAge": int64(60),
			}}},
			"LifecycleConfiguration": map[string]any{
				"Rules": []any{
					map[string]any{
						"Id": "old", "Status": "Enabled", "Prefix": "logs/", "ExpirationInDays": int64(90),
						"Transitions":                    []any{map[string]any{"TransitionInDays": int64(30), "StorageClass": "GLACIER"}},
						"AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": int64(7)},
					},
					map[string]any{
						"Id": "tagged", "Status": "Disabled", "Prefix": "tmp/",
						"TagFilters":                  []any{map[string]any{"Key": "Keep", "Value": "no"}},
						"NoncurrentVersionExpiration": map[string]any{"NoncurrentDays": int64(5)},
					},
				},
			},
			"LoggingConfiguration":    map[string]any{"DestinationBucketName": "example-plain", "LogFilePrefix": "reports/"},
			"VersioningConfiguration": map[string]any{"Status": "Enabled"},
			"ObjectLockEnabled":       true,
			"ObjectLockConfiguration": map[string]any{
				"ObjectLockEnabled": "Enabled",
				"Rule":              map[string]any{"DefaultRetention": map[string]any{"Days": int64(30), "Years": int64(0), "Mode": "COMPLIANCE"}},
			},
			"OwnershipControls": map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerPreferred"}}},
			"PublicAccessBlockConfiguration": map[string]any{
				"BlockPublicAcls": true, "IgnorePublicAcls": false, "BlockPublicPolicy": false, "RestrictPublicBuckets": true,
			},
			"WebsiteConfiguration": map[string]any{"IndexDocument": "index.html", "ErrorDocument": "404.html"},
		},
	}
	// The owner's own grant, its date and what moto has no word of are left
	// to the test below.
	ignored := cmpopts.IgnoreMapEntries(func(key string, _ any) bool {
		return key == "Grants" || key == "Owner" || key == "CreationDate" || key == "PolicyStatus" || key == "TransitionDefaultMinimumObjectSize"
	})
	if diff := cmp.Diff(want, reports, ignored); diff != "" {
		t.Errorf("bucket (-want +got):\n%s", diff)
	}
	var granted []any
	for _, g := range reports.Properties["Grants"].([]any) {
		if uri := g.(map[string]any)["Grantee"].(map[string]any)["URI"]; uri != nil {
			granted = append(granted, uri, g.(map[string]any)["Permission"])
		}
	}
	if diff := cmp.Diff([]any{cloud.AllUsers, "READ"}, granted); diff != "" {
		t.Errorf("grants to groups (-want +got):\n%s", diff)
	}
	document := one(t, got, "AWS::S3::BucketPolicy", "example-reports")
	if statements := document.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any); statements[0].(map[string]any)["Principal"] != "*" ||
		document.Properties["Bucket"] != "example-reports" || document.Region != "us-east-1" {
		t.Errorf("policy = %v", document)
	}
	plain := one(t, got, "AWS::S3::Bucket", "example-plain").Properties
	for _, name := range []string{"CorsConfiguration", "LifecycleConfiguration", "LoggingConfiguration", "NotificationConfiguration",
		"ObjectLockConfiguration", "ObjectLockEnabled", "ReplicationConfiguration", "VersioningConfiguration", "WebsiteConfiguration"} {
		if v, set := plain[name]; set {
			t.Errorf("%s of a bucket that was only created = %v", name, v)
		}
	}
	for _, r := range got {
		if r.Type == "AWS::S3::BucketPolicy" && r.ID != "example-reports" || r.ID == "example-abroad" {
			t.Errorf("%s %s was collected", r.Type, r.ID)
		}
	}
	inv, _ := collectedIn(t, moto, []string{"us-east-1", "eu-west-1"}, "AWS::S3::Bucket")
	if region := one(t, inv.Resources, "AWS::S3::Bucket", "example-abroad").Region; region != "eu-west-1" {
		t.Errorf("the bucket in Ireland is in %s", region)
	}
}

func TestAccountPublicAccessBlock(t *testing.T) {
	moto := awstest.Moto(t)
	settings := func() map[string]any {
		return one(t, collected(t, moto, "AWS::S3::AccountSettings"), "AWS::S3::AccountSettings", awstest.Account).Properties
	}
	want := map[string]any{"BlockPublicAcls": false, "BlockPublicPolicy": false, "IgnorePublicAcls": false, "RestrictPublicBuckets": false}
	if diff := cmp.Diff(want, settings()); diff != "" {
		t.Errorf("settings of a new account (-want +got):\n%s", diff)
	}
	client := s3control.NewFromConfig(moto.Config("us-east-1"), func(o *s3control.Options) {
		o.EndpointResolverV2 = controlEndpoint{moto.URL}
	})
	_, err := client.PutPublicAccessBlock(t.Context(), &s3control.PutPublicAccessBlockInput{
		AccountId: ptr(awstest.Account), PublicAccessBlockConfiguration: &controltypes.PublicAccessBlockConfiguration{
			BlockPublicAcls: ptr(true), BlockPublicPolicy: ptr(true), IgnorePublicAcls: ptr(true), RestrictPublicBuckets: ptr(true),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		want[name] = true
	}
	if diff := cmp.Diff(want, settings()); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}

// TestBucketsAsAWSTellsThem has what moto does not: answers written after the
// examples of the Amazon S3 API Reference.
func TestBucketsAsAWSTellsThem(t *testing.T) {
	refused := func(status int, code string) answers {
		return answers{{status: status, body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>` + code + `</Code><Message>-</Message></Error>`}}
	}
	server := answering(t, map[string]answers{
		"GET /?continuation-token=more": {{body: `<ListAllMyBucketsResult><Buckets>
			<Bucket><Name>old</Name><CreationDate>2012-01-02T03:04:05.000Z</CreationDate></Bucket>
		</Buckets></ListAllMyBucketsResult>`}},
		"GET /?max-buckets=10000": {
			{body: `<ListAllMyBucketsResult><Buckets>
				<Bucket><Name>reports</Name><BucketRegion>us-east-1</BucketRegion><CreationDate>2024-01-02T03:04:05.000Z</CreationDate></Bucket>
				<Bucket><Name>abroad</Name><BucketRegion>eu-west-1</BucketRegion></Bucket>
			</Buckets><ContinuationToken>more</ContinuationToken></ListAllMyBucketsResult>`},
		},
		"GET /old?location": {{body: `<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`}},
		"GET /reports?acl": {{body: `<AccessControlPolicy><Owner><ID>75aa57f0</ID></Owner><AccessControlList><Grant>
			<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>75aa57f0</ID></Grantee><Permission>FULL_CONTROL</Permission>
			</Grant></AccessControlList></AccessControlPolicy>`}},
		"GET /reports?policy":       refused(404, "NoSuchBucketPolicy"),
		"GET /reports?policyStatus": {{body: `<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>`}},
		"GET /reports?accelerate":   refused(405, "MethodNotAllowed"),
		"GET /reports?versioning":   {{body: `<VersioningConfiguration><Status>Suspended</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>`}},
		"GET /reports?encryption": {{body: `<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>
			<KMSMasterKeyID>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>
			<BucketKeyEnabled>true</BucketKeyEnabled><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/s3","AliasName":"alias/aws/s3","TargetKeyId":"11111111-1111-1111-1111-111111111111"}]}`}},
		"GET /reports?logging": {{body: `<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix/>
			<TargetObjectKeyFormat><SimplePrefix/></TargetObjectKeyFormat></LoggingEnabled></BucketLoggingStatus>`}},
		"GET /reports?lifecycle": {{body: `<LifecycleConfiguration>
			<Rule><ID>a</ID><Filter><And><Prefix>x/</Prefix><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><ObjectSizeLessThan>64000</ObjectSizeLessThan></And></Filter><Status>Enabled</Status>
			<NoncurrentVersionTransition><NoncurrentDays>30</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions><StorageClass>STANDARD_IA</StorageClass></NoncurrentVersionTransition></Rule>
			<Rule><ID>b</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status>
			<Expiration><Date>2030-01-01T00:00:00.000Z</Date></Expiration></Rule>
			<Rule><ID>c</ID><Prefix>y/</Prefix><Status>Enabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration></Rule>
			</LifecycleConfiguration>`}},
		"GET /reports?object-lock":       refused(404, "ObjectLockConfigurationNotFoundError"),
		"GET /reports?ownershipControls": refused(404, "OwnershipControlsNotFoundError"),
		"GET /reports?publicAccessBlock": refused(403, "AccessDenied"),
		"GET /reports?cors":              refused(404, "NoSuchCORSConfiguration"),
		"GET /reports?replication": {{body: `<ReplicationConfiguration><Role>arn:aws:iam::123456789012:role/r</Role>
			<Rule><ID>r</ID><Status>Enabled</Status><Priority>1</Priority><DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>
			<Filter><And><Prefix>p/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>
			<ExistingObjectReplication><Status>Enabled</Status></ExistingObjectReplication>
			<Destination><Bucket>arn:aws:s3:::copy</Bucket></Destination></Rule></ReplicationConfiguration>`}},
		"GET /reports?website": {{body: `<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument><RoutingRules><RoutingRule>
			<Condition><KeyPrefixEquals>docs/</KeyPrefixEquals></Condition><Redirect><ReplaceKeyPrefixWith>documents/</ReplaceKeyPrefixWith></Redirect>
			</RoutingRule></RoutingRules></WebsiteConfiguration>`}},
		"GET /reports?notification": {{body: `<NotificationConfiguration><QueueConfiguration><Queue>arn:aws:sqs:us-east-1:123456789012:q</Queue>
			<Event>s3:ObjectCreated:*</Event><Event>s3:ObjectRemoved:*</Event><Filter><S3Key><FilterRule><Name>prefix</Name><Value>in/</Value></FilterRule></S3Key></Filter>
			</QueueConfiguration><EventBridgeConfiguration/></NotificationConfiguration>`}},
		"GET /old?acl": refused(404, "NoSuchBucket"), "GET /old?policy": refused(404, "NoSuchBucket"),
		"GET /old?accelerate": refused(404, "NoSuchBucket"), // deleted since it was listed
	})
	inv, stats := server.collected(t, "AWS::S3::Bucket", "AWS::S3::BucketPolicy")
	if len(inv.Resources) != 1 || len(inv.Unread) != 0 {
		t.Errorf("resources = %v, unread = %v", inv.Resources, inv.Unread)
	}
	if len(stats.Failures) != 1 || stats.Failures[0].Action != "s3:GetBucketPublicAccessBlock" {
		t.Errorf("failures = %v", stats.Failures)
	}
	filter := map[string]any{"S3Key": map[string]any{"Rules": []any{map[string]any{"Name": "prefix", "Value": "in/"}}}}
	const queue = "arn:aws:sqs:us-east-1:123456789012:q"
	want := map[string]any{
		"Arn": "arn:aws:s3:::reports", "BucketName": "reports", "CreationDate": "2024-01-02T03:04:05Z",
		"DomainName": "reports.s3.amazonaws.com", "RegionalDomainName": "reports.s3.us-east-1.amazonaws.com",
		"DualStackDomainName": "reports.s3.dualstack.us-east-1.amazonaws.com",
		"Owner":               map[string]any{"ID": "75aa57f0"},
		"Grants":              []any{map[string]any{"Grantee": map[string]any{"Type": "CanonicalUser", "ID": "75aa57f0"}, "Permission": "FULL_CONTROL"}},
		"PolicyStatus":        map[string]any{"IsPublic": true},
		"MFADelete":           "Enabled", "VersioningConfiguration": map[string]any{"Status": "Suspended"},
		"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
			"BucketKeyEnabled": true, "BlockedEncryptionTypes": map[string]any{"EncryptionType": []any{"SSE-C"}},
			"ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3"},
		}}},
		"LoggingConfiguration": map[string]any{
			"DestinationBucketName": "logs", "TargetObjectKeyFormat": map[string]any{"SimplePrefix": nil},
		},
		"LifecycleConfiguration": map[string]any{"Rules": []any{
			map[string]any{
				"Id": "a", "Status": "Enabled", "Prefix": "x/", "ObjectSizeGreaterThan": "500", "ObjectSizeLessThan": "64000",
				"NoncurrentVersionTransitions": []any{map[string]any{"TransitionInDays": int64(30), "NewerNoncurrentVersions": int64(2), "StorageClass": "STANDARD_IA"}},
			},
			map[string]any{"Id": "b", "Status": "Enabled", "ExpirationDate": "2030-01-01T00:00:00Z", "TagFilters": []any{map[string]any{"Key": "k", "Value": "v"}}},
			map[string]any{"Id": "c", "Status": "Enabled", "Prefix": "y/", "ExpiredObjectDeleteMarker": true},
		}},
		"PublicAccessBlockConfiguration": &cloud.Unresolved{
			Reason: "s3:GetBucketPublicAccessBlock is denied in us-east-1: the permission has to be added",
		},
		"ReplicationConfiguration": map[string]any{"Role": "arn:aws:iam::123456789012:role/r", "Rules": []any{map[string]any{
			"Id": "r", "Status": "Enabled", "Priority": int64(1), "DeleteMarkerReplication": map[string]any{"Status": "Disabled"},
			"Filter":      map[string]any{"And": map[string]any{"Prefix": "p/", "TagFilters": []any{map[string]any{"Key": "k", "Value": "v"}}}},
			"Destination": map[string]any{"Bucket": "arn:aws:s3:::copy"},
		}}},
		"WebsiteConfiguration": map[string]any{"IndexDocument": "index.html", "RoutingRules": []any{map[string]any{
			"RoutingRuleCondition": map[string]any{"KeyPrefixEquals": "docs/"}, "RedirectRule": map[string]any{"ReplaceKeyPrefixWith": "documents/"},
		}}},
		"NotificationConfiguration": map[string]any{
			"EventBridgeConfiguration": map[string]any{"EventBridgeEnabled": true},
			"QueueConfigurations": []any{
				map[string]any{"Event": "s3:ObjectCreated:*", "Queue": queue, "Filter": filter},
				map[string]any{"Event": "s3:ObjectRemoved:*", "Queue": queue, "Filter": filter},
			},
		},
	}
	if diff := cmp.Diff(want, one(t, inv.Resources, "AWS::S3::Bucket", "reports").Properties); diff != "" {
		t.Errorf("bucket (-want +got):\n%s", diff)
	}
	for operation, most := range map[string]int{"GET /?max-buckets=10000": 1, "GET /?continuation-token=more": 1, "GET /reports?location": 0, "TrentService.ListAliases": 1} {
		if n := server.count(operation); n != most {
			t.Errorf("%s was called %d times, not %d", operation, n, most)
		}
	}
}
