package large_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestBuckets reads the settings of every bucket and finds each both set and
// not set, not set with the code that S3 has for it.
func TestBuckets(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	east := s3.NewFromConfig(config(s, "us-east-1"))
	clients := map[string]*s3.Client{}
	set, unset := map[string]int{}, map[string]map[string]int{}
	seen := 0
	p := s3.NewListBucketsPaginator(east, &s3.ListBucketsInput{MaxBuckets: aws.Int32(100)})
	for p.HasMorePages() {
		for _, b := range must[*s3.ListBucketsOutput](t)(p.NextPage(ctx)).Buckets {
			seen++
			location := string(must[*s3.GetBucketLocationOutput](t)(east.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: b.Name})).LocationConstraint)
			if location == "" {
				location = "us-east-1"
			}
			if location != *b.BucketRegion {
				t.Errorf("%s is listed in %s and located in %s", *b.Name, *b.BucketRegion, location)
			}
			client := clients[location]
			if client == nil {
				client = s3.NewFromConfig(config(s, location))
				clients[location] = client
			}
			for setting, get := range map[string]func() error{
				"encryption": func() error {
					o, err := client.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b.Name})
					if err == nil && o.ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm == "" {
						t.Errorf("%s has encryption without algorithm", *b.Name)
					}
					return err
				},
				"block": func() error {
					o, err := client.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: b.Name})
					if err == nil && !*o.PublicAccessBlockConfiguration.RestrictPublicBuckets {
						t.Errorf("%s has a block that does not block", *b.Name)
					}
					return err
				},
				"policy": func() error {
					o, err := client.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b.Name})
					if err == nil && !json.Valid([]byte(*o.Policy)) {
						t.Errorf("policy of %s: %s", *b.Name, *o.Policy)
					}
					return err
				},
				"status": func() error {
					_, err := client.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: b.Name})
					return err
				},
				"tags": func() error {
					_, err := client.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: b.Name})
					return err
				},
				"lifecycle": func() error {
					o, err := client.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b.Name})
					if err == nil && (len(o.Rules) != 1 || *o.Rules[0].Transitions[0].Days != 90) {
						t.Errorf("lifecycle of %s: %+v", *b.Name, o.Rules)
					}
					return err
				},
				"lock": func() error {
					_, err := client.GetObjectLockConfiguration(ctx, &s3.GetObjectLockConfigurationInput{Bucket: b.Name})
					return err
				},
				"website": func() error {
					_, err := client.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: b.Name})
					return err
				},
				"ownership": func() error {
					_, err := client.GetBucketOwnershipControls(ctx, &s3.GetBucketOwnershipControlsInput{Bucket: b.Name})
					return err
				},
				"replication": func() error {
					_, err := client.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: b.Name})
					return err
				},
				"versioning": func() error {
					o, err := client.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: b.Name})
					if err == nil && o.Status == "Enabled" {
						set["versions"]++
					}
					return err
				},
				"logging": func() error {
					o, err := client.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: b.Name})
					if err == nil && o.LoggingEnabled != nil {
						set["logs"]++
					}
					return err
				},
				"acl": func() error {
					o, err := client.GetBucketAcl(ctx, &s3.GetBucketAclInput{Bucket: b.Name})
					if err == nil && o.Grants[0].Grantee.Type != "CanonicalUser" {
						t.Errorf("first grant of %s is to a %q", *b.Name, o.Grants[0].Grantee.Type)
					}
					return err
				},
				"notification": func() error {
					_, err := client.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: b.Name})
					return err
				},
			} {
				switch err := get(); {
				case err == nil:
					set[setting]++
				case code(err) != "":
					if unset[setting] == nil {
						unset[setting] = map[string]int{}
					}
					unset[setting][code(err)]++
				default:
					t.Errorf("%s of %s: %v", setting, *b.Name, err)
				}
			}
		}
	}
	if seen != 391 {
		t.Errorf("%d buckets, want 391", seen)
	}
	for setting, want := range map[string]string{
		"encryption": "ServerSideEncryptionConfigurationNotFoundError", "block": "NoSuchPublicAccessBlockConfiguration",
		"policy": "NoSuchBucketPolicy", "status": "NoSuchBucketPolicy", "tags": "NoSuchTagSet",
		"lifecycle": "NoSuchLifecycleConfiguration", "lock": "ObjectLockConfigurationNotFoundError",
		"website": "NoSuchWebsiteConfiguration", "ownership": "OwnershipControlsNotFoundError",
	} {
		if set[setting] == 0 || len(unset[setting]) != 1 || unset[setting][want] == 0 {
			t.Errorf("%s: set %d times, not set %v, want both, and %s", setting, set[setting], unset[setting], want)
		}
	}
	if unset["replication"]["ReplicationConfigurationNotFoundError"] != 391 {
		t.Errorf("replication: %v", unset["replication"])
	}
	for _, always := range []string{"versioning", "logging", "acl", "notification"} {
		if set[always] != 391 {
			t.Errorf("%s: answered %d times of 391, else %v", always, set[always], unset[always])
		}
	}
	if set["versions"] == 0 || set["versions"] == 391 || set["logs"] == 0 || set["logs"] == 391 {
		t.Errorf("%d buckets with versions, %d with logs", set["versions"], set["logs"])
	}
}

func TestBucketOfAnotherRegion(t *testing.T) {
	ctx, s := context.Background(), quick(t)
	west := s3.NewFromConfig(config(s, "us-west-2"))
	far := must[*s3.ListBucketsOutput](t)(west.ListBuckets(ctx, &s3.ListBucketsInput{BucketRegion: aws.String("eu-west-1")})).Buckets
	if len(far) == 0 {
		t.Fatal("no bucket in eu-west-1")
	}
	_, err := west.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: far[0].Name})
	var response *awshttp.ResponseError
	if !errors.As(err, &response) || response.HTTPStatusCode() != http.StatusMovedPermanently ||
		response.Response.Header.Get("X-Amz-Bucket-Region") != "eu-west-1" || code(err) != "PermanentRedirect" {
		t.Errorf("%v, want a PermanentRedirect to eu-west-1", err)
	}
	home := s3.NewFromConfig(config(s, "eu-west-1"))
	for range 2 { // the second answer is one that was kept
		head := must[*s3.HeadBucketOutput](t)(home.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: far[0].Name}))
		if aws.ToString(head.BucketRegion) != "eu-west-1" {
			t.Errorf("HeadBucket says %q", aws.ToString(head.BucketRegion))
		}
	}
	_, err = home.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: aws.String("somebody-elses")})
	if code(err) != "NoSuchBucket" {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

// TestUnpagedBuckets: a call without parameters tells no regions.
func TestUnpagedBuckets(t *testing.T) {
	out := must[*s3.ListBucketsOutput](t)(s3.NewFromConfig(config(quick(t), "us-east-1")).ListBuckets(context.Background(), nil))
	if len(out.Buckets) != 391 || out.Buckets[0].BucketRegion != nil {
		t.Errorf("%d buckets, the first in %v", len(out.Buckets), out.Buckets[0].BucketRegion)
	}
}
