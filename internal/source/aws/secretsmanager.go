package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Secrets Manager: secrets, never their values, with the schedule by which
// each rotates and its policy as the resources that they are in
// CloudFormation.
var secretsManagerCollectors = []collector{{
	service: "secretsmanager",
	types: []emits{
		{
			typ: "AWS::SecretsManager::Secret",
			gives: "Description Id KmsKeyId Name Type " +
				"LastAccessedDate LastChangedDate LastRotatedDate NextRotationDate OwningService RotationEnabled",
		},
		{
			typ:    "AWS::SecretsManager::RotationSchedule",
			gives:  "ExternalSecretRotationMetadata ExternalSecretRotationRoleArn Id RotationLambdaARN RotationRules SecretId",
			tagged: "-",
		},
		{typ: "AWS::SecretsManager::ResourcePolicy", gives: "Id ResourcePolicy SecretId", tagged: "-"},
	},
	calls: "secretsmanager:ListSecrets kms:ListAliases",
	read:  readSecrets,
	parts: []part{
		{
			typ: "AWS::SecretsManager::Secret", gives: "ReplicaRegions",
			calls: "secretsmanager:DescribeSecret", read: readReplicas,
		},
		{
			typ: "AWS::SecretsManager::Secret", emits: "AWS::SecretsManager::ResourcePolicy",
			calls: "secretsmanager:GetResourcePolicy", read: readSecretPolicy,
		},
	},
}}

func readSecrets(ctx context.Context, s *scope) error {
	pages := secretsmanager.NewListSecretsPaginator(secretsmanager.NewFromConfig(s.cfg), &secretsmanager.ListSecretsInput{MaxResults: ptr(int32(100))})
	return each(ctx, pages, func(page *secretsmanager.ListSecretsOutput) {
		for i := range page.SecretList {
			entry := &page.SecretList[i]
			if region := deref(entry.PrimaryRegion); region != "" && region != s.region {
				continue // a replica, which is part of the secret over there
			}
			arn, name := deref(entry.ARN), deref(entry.Name)
			s.add(found{
				typ: "AWS::SecretsManager::Secret", id: arn, arn: arn, name: name, created: entry.CreatedDate,
				tags: tagMap(entry.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value }),
				from: entry,
				set:  props{"Id": arn, "KmsKeyId": keyOf(ctx, s, deref(entry.KmsKeyId))},
			})
			if !deref(entry.RotationEnabled) {
				continue
			}
			s.add(found{
				typ: "AWS::SecretsManager::RotationSchedule", id: arn, arn: arn, name: name,
				from: entry,
				set:  props{"Id": arn, "SecretId": arn},
			})
		}
	})
}

func readReplicas(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := secretsmanager.NewFromConfig(s.cfg).DescribeSecret(ctx, &secretsmanager.DescribeSecretInput{SecretId: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	var replicas []any
	for _, status := range out.ReplicationStatus {
		replicas = append(replicas, shaped(map[string]any{"KmsKeyId": status.KmsKeyId, "Region": status.Region}))
	}
	return props{"ReplicaRegions": replicas}, nil
}

func readSecretPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := secretsmanager.NewFromConfig(s.cfg).GetResourcePolicy(ctx, &secretsmanager.GetResourcePolicyInput{SecretId: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	if policy := deref(out.ResourcePolicy); policy != "" {
		s.add(found{
			typ: "AWS::SecretsManager::ResourcePolicy", id: r.ID, arn: r.ARN, name: r.Name,
			set: props{"Id": r.ID, "ResourcePolicy": policy, "SecretId": r.ID},
		})
	}
	return nil, nil
}
