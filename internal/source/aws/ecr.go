package aws

import (
	"context"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Elastic Container Registry: the private repositories, and the registry's own
// settings, one of each in a region.
var ecrCollectors = []collector{
	{
		service: "ecr",
		types: []emits{{
			typ: "AWS::ECR::Repository",
			gives: "Arn EncryptionConfiguration ImageScanningConfiguration ImageTagMutability ImageTagMutabilityExclusionFilters " +
				"RepositoryName RepositoryUri",
			tagged: "ecr:repository",
		}},
		calls: "ecr:DescribeRepositories",
		read:  readRepositories,
		parts: []part{
			{gives: "EncryptionConfiguration", calls: "kms:ListAliases", read: readRepositoryKey},
			{gives: "ImageScanningConfiguration", calls: "ecr:GetRegistryScanningConfiguration", read: readRepositoryScanning},
			{gives: "LifecyclePolicy", calls: "ecr:GetLifecyclePolicy", read: readRepositoryLifecycle},
			{gives: "RepositoryPolicyText", calls: "ecr:GetRepositoryPolicy", read: readRepositoryPolicy},
		},
	},
	{
		service: "ecr",
		types:   []emits{{typ: "AWS::ECR::RegistryScanningConfiguration", gives: "RegistryId Rules ScanType", tagged: "-"}},
		calls:   "ecr:GetRegistryScanningConfiguration",
		read: func(ctx context.Context, s *scope) error {
			c, err := registryScanning(ctx, s)
			if err != nil || c == nil {
				return err
			}
			s.add(found{id: s.id, name: s.region, from: c, set: props{"RegistryId": s.id}})
			return nil
		},
	},
}

func readRepositories(ctx context.Context, s *scope) error {
	pages := ecr.NewDescribeRepositoriesPaginator(ecr.NewFromConfig(s.cfg), &ecr.DescribeRepositoriesInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ecr.DescribeRepositoriesOutput) {
		for i := range page.Repositories {
			r := &page.Repositories[i]
			var exclusions []any
			for _, f := range r.ImageTagMutabilityExclusionFilters {
				exclusions = append(exclusions, shaped(map[string]any{
					"ImageTagMutabilityExclusionFilterType":  f.FilterType,
					"ImageTagMutabilityExclusionFilterValue": f.Filter,
				}))
			}
			s.add(found{
				id: deref(r.RepositoryName), arn: deref(r.RepositoryArn), name: deref(r.RepositoryName), created: r.CreatedAt,
				from: r,
				set:  props{"Arn": r.RepositoryArn, "ImageTagMutabilityExclusionFilters": exclusions},
			})
		}
	})
}

func readRepositoryKey(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	encryption, _ := r.Properties["EncryptionConfiguration"].(map[string]any)
	key, _ := encryption["KmsKey"].(string)
	if key == "" {
		return nil, nil
	}
	out := map[string]any{"KmsKey": keyOf(ctx, s, key)}
	put(out, "EncryptionType", encryption["EncryptionType"])
	return props{"EncryptionConfiguration": out}, nil
}

func registryScanning(ctx context.Context, s *scope) (*types.RegistryScanningConfiguration, error) {
	return once(s.session, "ecr:GetRegistryScanningConfiguration "+s.region, func() (*types.RegistryScanningConfiguration, error) {
		out, err := ecr.NewFromConfig(s.cfg).GetRegistryScanningConfiguration(ctx, &ecr.GetRegistryScanningConfigurationInput{})
		if err != nil {
			return nil, err
		}
		return out.ScanningConfiguration, nil
	})
}

// readRepositoryScanning says what holds for a repository: the registry's
// rules, where it has any, stand above its own setting.
func readRepositoryScanning(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	registry, err := registryScanning(ctx, s)
	if err != nil {
		return nil, err
	}
	if registry == nil || registry.ScanType != types.ScanTypeEnhanced && len(registry.Rules) == 0 {
		return nil, nil // the list's answer stands
	}
	return props{"ImageScanningConfiguration": map[string]any{"ScanOnPush": scannedOnPush(registry, r.ID)}}, nil
}

func scannedOnPush(registry *types.RegistryScanningConfiguration, repository string) bool {
	for _, rule := range registry.Rules {
		if rule.ScanFrequency == types.ScanFrequencyManual {
			continue // CONTINUOUS_SCAN begins with the push
		}
		for _, f := range rule.RepositoryFilters {
			if matchesRepository(deref(f.Filter), repository) {
				return true
			}
		}
	}
	return false
}

// matchesRepository: a filter without * matches every name that contains it
// ("Filters to choose which repositories are scanned in Amazon ECR" in the
// ECR User Guide).
func matchesRepository(filter, name string) bool {
	if !strings.Contains(filter, "*") {
		return strings.Contains(name, filter)
	}
	// A * stands for slashes, too, which path.Match would stop at.
	flat := strings.NewReplacer("/", "_")
	ok, err := path.Match(flat.Replace(filter), flat.Replace(name))
	return ok && err == nil
}

func readRepositoryLifecycle(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := ecr.NewFromConfig(s.cfg).GetLifecyclePolicy(ctx, &ecr.GetLifecyclePolicyInput{RepositoryName: &r.ID})
	switch {
	case is(err, "LifecyclePolicyNotFoundException"):
		return props{"LifecyclePolicy": nil}, nil
	case is(err, "RepositoryNotFoundException"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"LifecyclePolicy": shaped(map[string]any{
		"LifecyclePolicyText": out.LifecyclePolicyText, "RegistryId": out.RegistryId,
	})}, nil
}

func readRepositoryPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := ecr.NewFromConfig(s.cfg).GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: &r.ID})
	switch {
	case is(err, "RepositoryPolicyNotFoundException"):
		return props{"RepositoryPolicyText": nil}, nil
	case is(err, "RepositoryNotFoundException"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"RepositoryPolicyText": out.PolicyText}, nil
}
