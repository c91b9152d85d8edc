package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestRepositories(t *testing.T) {
	moto := awstest.Moto(t)
	client := ecr.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{
		RepositoryName: ptr("shop/orders"), ImageTagMutability: types.ImageTagMutabilityImmutable,
		ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: true},
		EncryptionConfiguration:    &types.EncryptionConfiguration{EncryptionType: types.EncryptionTypeKms, KmsKey: ptr("arn:aws:kms:us-east-1:123456789012:key/own")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		second(client.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: ptr("bare")})),
		second(client.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{
			RepositoryName:      ptr("shop/orders"),
			LifecyclePolicyText: ptr(`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":3},"action":{"type":"expire"}}]}`),
		})),
		second(client.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{
			RepositoryName: ptr("shop/orders"),
			PolicyText:     ptr(`{"Version":"2012-10-17","Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`),
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::ECR::Repository", "AWS::ECR::RegistryScanningConfiguration")
	orders := one(t, got, "AWS::ECR::Repository", "shop/orders")
	policy := orders.Properties["LifecyclePolicy"].(map[string]any)
	if policy["LifecyclePolicyText"] == nil || policy["RegistryId"] != awstest.Account {
		t.Errorf("lifecycle policy = %v", policy)
	}
	delete(orders.Properties, "LifecyclePolicy")
	want := &cloud.Resource{
		Type: "AWS::ECR::Repository", ID: "shop/orders", Name: "shop/orders", ARN: *created.Repository.RepositoryArn,
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: *created.Repository.CreatedAt,
		Properties: map[string]any{
			"Arn": *created.Repository.RepositoryArn, "RepositoryName": "shop/orders", "RepositoryUri": *created.Repository.RepositoryUri,
			"EncryptionConfiguration":    map[string]any{"EncryptionType": "KMS", "KmsKey": "arn:aws:kms:us-east-1:123456789012:key/own"},
			"ImageScanningConfiguration": map[string]any{"ScanOnPush": true}, "ImageTagMutability": "IMMUTABLE",
			"RepositoryPolicyText": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
				"Sid": "x", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage",
			}}},
		},
	}
	if diff := cmp.Diff(want, orders); diff != "" {
		t.Errorf("repository (-want +got):\n%s", diff)
	}
	bare := one(t, got, "AWS::ECR::Repository", "bare").Properties
	if bare["LifecyclePolicy"] != nil || bare["RepositoryPolicyText"] != nil {
		t.Errorf("repository without policies = %v", bare)
	}
	if diff := cmp.Diff(map[string]any{"ScanOnPush": false}, bare["ImageScanningConfiguration"]); diff != "" {
		t.Errorf("scanning (-want +got):\n%s", diff)
	}
	registry := one(t, got, "AWS::ECR::RegistryScanningConfiguration", awstest.Account).Properties
	if registry["ScanType"] != "BASIC" {
		t.Errorf("registry = %v", registry)
	}

	// The registry's rule stands above the repository's own setting.
	if _, err := client.PutRegistryScanningConfiguration(t.Context(), &ecr.PutRegistryScanningConfigurationInput{
		ScanType: types.ScanTypeEnhanced,
		Rules: []types.RegistryScanningRule{{
			ScanFrequency:     types.ScanFrequencyContinuousScan,
			RepositoryFilters: []types.ScanningRepositoryFilter{{Filter: aws.String("bar*"), FilterType: types.ScanningRepositoryFilterTypeWildcard}},
		}},
	}); err != nil {
		t.Fatal(err)
	}
	got = collected(t, moto, "AWS::ECR::Repository")
	for name, scanned := range map[string]bool{"bare": true, "shop/orders": false} {
		if diff := cmp.Diff(map[string]any{"ScanOnPush": scanned}, one(t, got, "AWS::ECR::Repository", name).Properties["ImageScanningConfiguration"]); diff != "" {
			t.Errorf("scanning of %s (-want +got):\n%s", name, diff)
		}
	}
}

// The table in "Filters to choose which repositories are scanned in Amazon
// ECR" of the ECR User Guide.
func TestRepositoryFilters(t *testing.T) {
	names := []string{"prod", "repo-prod", "prod-repo", "repo-prod-repo", "prodrepo"}
	for filter, want := range map[string][]bool{
		"prod":      {true, true, true, true, true},
		"*prod":     {true, true, false, false, false},
		"prod*":     {true, false, true, false, true},
		"*prod*":    {true, true, true, true, true},
		"prod*repo": {false, false, true, false, true},
	} {
		for i, name := range names {
			if got := matchesRepository(filter, name); got != want[i] {
				t.Errorf("%s matches %s: %v", filter, name, got)
			}
		}
	}
	if !matchesRepository("shop*", "shop/orders") {
		t.Error("a * stands for a slash, too")
	}
}
