package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"
)

// searchDomains hold the products and the logs; staging runs an Elasticsearch
// that anyone may use.
func (s *shop) searchDomains(ctx context.Context) error {
	at := s.production
	client := opensearch.NewFromConfig(at.Config)
	logTo := func(group string) types.LogPublishingOption {
		return types.LogPublishingOption{CloudWatchLogsLogGroupArn: new(s.arn("logs", Production, "log-group:"+group)), Enabled: new(true)}
	}
	return inOrder(ctx,
		each(client.CreateDomain,
			&opensearch.CreateDomainInput{
				DomainName: new("harbourline-products"), EngineVersion: new("OpenSearch_2.19"),
				ClusterConfig: &types.ClusterConfig{
					InstanceType: types.OpenSearchPartitionInstanceTypeR6gLargeSearch, InstanceCount: aws.Int32(3), DedicatedMasterEnabled: new(true),
					DedicatedMasterType: types.OpenSearchPartitionInstanceTypeM6gLargeSearch, DedicatedMasterCount: aws.Int32(3),
					ZoneAwarenessEnabled: new(true), ZoneAwarenessConfig: &types.ZoneAwarenessConfig{AvailabilityZoneCount: aws.Int32(2)},
				},
				EBSOptions:                  &types.EBSOptions{EBSEnabled: new(true), VolumeType: types.VolumeTypeGp3, VolumeSize: aws.Int32(100)},
				VPCOptions:                  &types.VPCOptions{SubnetIds: from(at.subnets, "data-a", "data-b"), SecurityGroupIds: from(at.groups, "harbourline-prod-data")},
				EncryptionAtRestOptions:     &types.EncryptionAtRestOptions{Enabled: new(true), KmsKeyId: at.key("harbourline-data")},
				NodeToNodeEncryptionOptions: &types.NodeToNodeEncryptionOptions{Enabled: new(true)},
				DomainEndpointOptions:       &types.DomainEndpointOptions{EnforceHTTPS: new(true), TLSSecurityPolicy: types.TLSSecurityPolicyPolicyMinTls12Pfs202310},
				AdvancedSecurityOptions:     &types.AdvancedSecurityOptionsInput{Enabled: new(true), InternalUserDatabaseEnabled: new(false), MasterUserOptions: &types.MasterUserOptions{MasterUserARN: s.role("HarbourlineApp")}},
				LogPublishingOptions:        map[string]types.LogPublishingOption{"INDEX_SLOW_LOGS": logTo("/harbourline/search"), "SEARCH_SLOW_LOGS": logTo("/harbourline/search"), "ES_APPLICATION_LOGS": logTo("/harbourline/search"), "AUDIT_LOGS": logTo("/harbourline/search")},
				AccessPolicies:              s.document(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:role/HarbourlineApp"},"Action":"es:ESHttp*","Resource":"arn:aws:es:us-east-1:{account}:domain/harbourline-products/*"}]}`),
				TagList:                     as(production("storefront", ""), func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }),
			},
			&opensearch.CreateDomainInput{
				DomainName: new("clickstream"), EngineVersion: new("OpenSearch_1.3"),
				ClusterConfig:           &types.ClusterConfig{InstanceType: types.OpenSearchPartitionInstanceTypeM4LargeSearch, InstanceCount: aws.Int32(1), DedicatedMasterEnabled: new(false), ZoneAwarenessEnabled: new(false)},
				EBSOptions:              &types.EBSOptions{EBSEnabled: new(true), VolumeType: types.VolumeTypeIo1, VolumeSize: aws.Int32(500), Iops: aws.Int32(5000)},
				EncryptionAtRestOptions: &types.EncryptionAtRestOptions{Enabled: new(true)},
				DomainEndpointOptions:   &types.DomainEndpointOptions{EnforceHTTPS: new(false), TLSSecurityPolicy: types.TLSSecurityPolicyPolicyMinTls10201907},
				AccessPolicies:          s.document(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":"es:*","Resource":"arn:aws:es:us-east-1:{account}:domain/clickstream/*"}]}`),
			},
		),
		to(opensearch.NewFromConfig(s.staging.Config).CreateDomain, &opensearch.CreateDomainInput{
			DomainName: new("staging-search"), EngineVersion: new("Elasticsearch_6.8"),
			ClusterConfig:  &types.ClusterConfig{InstanceType: types.OpenSearchPartitionInstanceTypeT2MediumSearch, InstanceCount: aws.Int32(1)},
			EBSOptions:     &types.EBSOptions{EBSEnabled: new(true), VolumeType: types.VolumeTypeGp2, VolumeSize: aws.Int32(20)},
			AccessPolicies: s.document(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"es:*","Resource":"arn:aws:es:eu-central-1:{account}:domain/staging-search/*"}]}`),
		}),
	)
}
