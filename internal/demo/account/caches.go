package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"
)

// caches of ElastiCache: carts, the memcached of the old shop, and one that
// staging runs with every default.
func (s *shop) caches(ctx context.Context) error {
	at := s.production
	client := elasticache.NewFromConfig(at.Config)
	staging := elasticache.NewFromConfig(s.staging.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	return inOrder(ctx,
		to(client.CreateCacheSubnetGroup, &elasticache.CreateCacheSubnetGroupInput{CacheSubnetGroupName: new("harbourline-data"), CacheSubnetGroupDescription: new("Data subnets"), SubnetIds: from(at.subnets, "data-a", "data-b")}),
		each(client.CreateReplicationGroup,
			&elasticache.CreateReplicationGroupInput{
				ReplicationGroupId: new("harbourline-carts"), ReplicationGroupDescription: new("Carts"), Engine: new("valkey"), EngineVersion: new("8.0"), CacheNodeType: new("cache.m6g.large"), Port: aws.Int32(6380),
				NumCacheClusters: aws.Int32(2), MultiAZEnabled: new(true), AutomaticFailoverEnabled: new(true), AtRestEncryptionEnabled: new(true), TransitEncryptionEnabled: new(true), KmsKeyId: at.key("harbourline-data"),
				CacheSubnetGroupName: new("harbourline-data"), SecurityGroupIds: from(at.groups, "harbourline-prod-data"), SnapshotRetentionLimit: aws.Int32(7), AutoMinorVersionUpgrade: new(true),
				AuthToken: new("not-the-real-token"), Tags: as(production("storefront", ""), tag),
			},
			&elasticache.CreateReplicationGroupInput{
				ReplicationGroupId: new("legacy-sessions"), ReplicationGroupDescription: new("Sessions of the old shop"), Engine: new("redis"), EngineVersion: new("5.0.6"), CacheNodeType: new("cache.m3.medium"), Port: aws.Int32(6379),
				NumCacheClusters: aws.Int32(1), AutomaticFailoverEnabled: new(false), MultiAZEnabled: new(false), AtRestEncryptionEnabled: new(false), TransitEncryptionEnabled: new(false),
			},
		),
		to(client.CreateCacheCluster, &elasticache.CreateCacheClusterInput{
			CacheClusterId: new("harbourline-pages"), Engine: new("memcached"), EngineVersion: new("1.6.22"), CacheNodeType: new("cache.t2.small"), NumCacheNodes: aws.Int32(2), Port: aws.Int32(11211),
			CacheSubnetGroupName: new("harbourline-data"), SecurityGroupIds: from(at.groups, "harbourline-prod-data"), Tags: as(production("storefront", ""), tag),
		}),
		to(staging.CreateCacheCluster, &elasticache.CreateCacheClusterInput{
			CacheClusterId: new("staging-redis"), Engine: new("redis"), EngineVersion: new("6.2"), CacheNodeType: new("cache.t3.small"), NumCacheNodes: aws.Int32(1), AutoMinorVersionUpgrade: new(false),
		}),
	)
}
