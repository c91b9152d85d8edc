package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// ElastiCache. A node of a replication group is a cluster of its own to the
// API, and so it is here: what is asked of every node is asked of clusters.
var elastiCacheCollectors = []collector{
	{
		service: "elasticache",
		types: []emits{{
			typ: "AWS::ElastiCache::CacheCluster",
			gives: "AZMode AtRestEncryptionEnabled AuthTokenEnabled AutoMinorVersionUpgrade CacheClusterCreateTime CacheClusterStatus " +
				"CacheNodeType CacheParameterGroupName CacheSecurityGroupNames CacheSubnetGroupName ClusterName ConfigurationEndpoint " +
				"Engine EngineVersion IpDiscovery LogDeliveryConfigurations NetworkType NotificationTopicArn NumCacheNodes Port " +
				"PreferredAvailabilityZone PreferredAvailabilityZones PreferredMaintenanceWindow RedisEndpoint ReplicationGroupId " +
				"SnapshotRetentionLimit SnapshotWindow TransitEncryptionEnabled VpcSecurityGroupIds",
			tagged: "elasticache:cluster",
		}},
		calls: "elasticache:DescribeCacheClusters",
		read:  readCacheClusters,
	},
	{
		service: "elasticache",
		types: []emits{{
			typ: "AWS::ElastiCache::ReplicationGroup",
			gives: "AtRestEncryptionEnabled AuthTokenEnabled AutoMinorVersionUpgrade AutomaticFailoverEnabled CacheNodeType ClusterMode " +
				"ConfigurationEndPoint DataTieringEnabled Engine GlobalReplicationGroupId IpDiscovery KmsKeyId LogDeliveryConfigurations " +
				"MemberClusters MultiAZEnabled NetworkType NodeGroupConfiguration NumCacheClusters NumNodeGroups Port PrimaryEndPoint " +
				"ReadEndPoint ReaderEndPoint ReplicationGroupCreateTime ReplicationGroupDescription ReplicationGroupId " +
				"SnapshotRetentionLimit SnapshotWindow SnapshottingClusterId Status StorageEncryptionType TransitEncryptionEnabled " +
				"TransitEncryptionMode UserGroupIds",
			lacks: "AWS::ElastiCache::ReplicationGroup.NodeGroupConfiguration.PrimaryAvailabilityZone " +
				"AWS::ElastiCache::ReplicationGroup.NodeGroupConfiguration.ReplicaAvailabilityZones",
			tagged: "elasticache:replicationgroup",
		}},
		calls: "elasticache:DescribeReplicationGroups",
		read:  readReplicationGroups,
		parts: []part{
			keyAliasPart("AWS::ElastiCache::ReplicationGroup", "KmsKeyId"),
			{
				gives: "CacheParameterGroupName CacheSecurityGroupNames CacheSubnetGroupName EngineVersion NotificationTopicArn " +
					"PreferredMaintenanceWindow SecurityGroupIds",
				calls: "elasticache:DescribeCacheClusters",
				read:  readReplicationGroupMember,
			},
		},
	},
	{
		service: "elasticache",
		types: []emits{{
			typ: "AWS::ElastiCache::SubnetGroup", gives: "CacheSubnetGroupName Description SubnetIds VpcId", tagged: "elasticache:subnetgroup",
		}},
		calls: "elasticache:DescribeCacheSubnetGroups",
		read:  readCacheSubnetGroups,
	},
	{
		service: "elasticache",
		types: []emits{{
			typ: "AWS::ElastiCache::ReservedCacheNode",
			gives: "CacheNodeCount CacheNodeType Duration FixedPrice OfferingType ProductDescription RecurringCharges ReservedCacheNodeId " +
				"ReservedCacheNodesOfferingId StartTime State UsagePrice",
			tagged: "-",
		}},
		calls: "elasticache:DescribeReservedCacheNodes",
		read:  readReservedCacheNodes,
	},
}

// cacheClusters lists the clusters of a region, once for all that ask.
func cacheClusters(ctx context.Context, s *scope) ([]types.CacheCluster, error) {
	return once(s.session, "elasticache:DescribeCacheClusters "+s.region, func() ([]types.CacheCluster, error) {
		var clusters []types.CacheCluster
		pages := elasticache.NewDescribeCacheClustersPaginator(elasticache.NewFromConfig(s.cfg), &elasticache.DescribeCacheClustersInput{
			MaxRecords: ptr(int32(maxRecords)), ShowCacheNodeInfo: ptr(true),
		})
		err := each(ctx, pages, func(page *elasticache.DescribeCacheClustersOutput) {
			clusters = append(clusters, page.CacheClusters...)
		})
		return clusters, err
	})
}

func readCacheClusters(ctx context.Context, s *scope) error {
	clusters, err := cacheClusters(ctx, s)
	for i := range clusters {
		c := &clusters[i]
		id := deref(c.CacheClusterId)
		set := clusterMembership(c)
		set["AZMode"] = nil
		set["ClusterName"] = id
		set["LogDeliveryConfigurations"] = logDelivery(c.LogDeliveryConfigurations)
		set["Port"] = cachePort(c)
		set["RedisEndpoint"] = nil
		set["VpcSecurityGroupIds"] = set["SecurityGroupIds"]
		delete(set, "SecurityGroupIds")
		var zones []string
		for _, n := range c.CacheNodes {
			zones = append(zones, deref(n.CustomerAvailabilityZone))
		}
		set["PreferredAvailabilityZones"] = zones
		if deref(c.PreferredAvailabilityZone) == "Multiple" {
			set["PreferredAvailabilityZone"] = nil
		}
		if deref(c.Engine) == "memcached" && len(zones) > 1 {
			set["AZMode"] = "cross-az"
			if len(slices.Compact(slices.Sorted(slices.Values(zones)))) == 1 {
				set["AZMode"] = "single-az"
			}
		}
		if deref(c.Engine) != "memcached" && len(c.CacheNodes) > 0 {
			set["RedisEndpoint"] = c.CacheNodes[0].Endpoint
		}
		s.add(found{id: id, arn: deref(c.ARN), name: id, created: c.CacheClusterCreateTime, from: c, set: set})
	}
	return err
}

// clusterMembership is what a cluster tells of its surroundings, under the
// names that a replication group has for it.
func clusterMembership(c *types.CacheCluster) props {
	set := props{
		"CacheParameterGroupName": nil, "NotificationTopicArn": nil,
		"CacheSecurityGroupNames": pick(c.CacheSecurityGroups, func(g types.CacheSecurityGroupMembership) any { return deref(g.CacheSecurityGroupName) }),
		"SecurityGroupIds":        pick(c.SecurityGroups, func(g types.SecurityGroupMembership) any { return deref(g.SecurityGroupId) }),
	}
	if g := c.CacheParameterGroup; g != nil {
		set["CacheParameterGroupName"] = g.CacheParameterGroupName
	}
	if n := c.NotificationConfiguration; n != nil {
		set["NotificationTopicArn"] = n.TopicArn
	}
	return set
}

// cachePort is the port that a cluster listens on.
func cachePort(c *types.CacheCluster) any {
	if e := c.ConfigurationEndpoint; e != nil && deref(e.Port) != 0 {
		return *e.Port
	}
	for _, n := range c.CacheNodes {
		if n.Endpoint != nil && deref(n.Endpoint.Port) != 0 {
			return *n.Endpoint.Port
		}
	}
	return &cloud.Unresolved{Reason: "the cluster has no endpoint yet, so that its port is not known"}
}

func logDelivery(list []types.LogDeliveryConfiguration) any {
	return pick(list, func(l types.LogDeliveryConfiguration) any { return without(object(l), "Message", "Status") })
}

func readReplicationGroups(ctx context.Context, s *scope) error {
	pages := elasticache.NewDescribeReplicationGroupsPaginator(elasticache.NewFromConfig(s.cfg),
		&elasticache.DescribeReplicationGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *elasticache.DescribeReplicationGroupsOutput) {
		for i := range page.ReplicationGroups {
			g := &page.ReplicationGroups[i]
			id := deref(g.ReplicationGroupId)
			s.add(found{id: id, arn: deref(g.ARN), name: id, created: g.ReplicationGroupCreateTime, from: g, set: replicationGroup(g)})
		}
	})
}

// replicationGroup are the properties that CloudFormation names otherwise.
func replicationGroup(g *types.ReplicationGroup) props {
	set := props{
		// In effect: a group that did not ask for it may be encrypted all the same.
		"AtRestEncryptionEnabled": deref(g.AtRestEncryptionEnabled) ||
			g.StorageEncryptionType == types.StorageEncryptionTypeSseElasticache || g.StorageEncryptionType == types.StorageEncryptionTypeSseKms,
		"AutomaticFailoverEnabled":    g.AutomaticFailover == types.AutomaticFailoverStatusEnabled || g.AutomaticFailover == types.AutomaticFailoverStatusEnabling,
		"ConfigurationEndPoint":       g.ConfigurationEndpoint,
		"DataTieringEnabled":          g.DataTiering == types.DataTieringStatusEnabled,
		"GlobalReplicationGroupId":    nil,
		"LogDeliveryConfigurations":   logDelivery(g.LogDeliveryConfigurations),
		"MultiAZEnabled":              g.MultiAZ == types.MultiAZStatusEnabled,
		"NodeGroupConfiguration":      pick(g.NodeGroups, nodeGroup),
		"NumCacheClusters":            len(g.MemberClusters),
		"NumNodeGroups":               len(g.NodeGroups),
		"Port":                        &cloud.Unresolved{Reason: "the replication group has no endpoint yet, so that its port is not known"},
		"PrimaryEndPoint":             nil,
		"ReadEndPoint":                nil,
		"ReaderEndPoint":              nil,
		"ReplicationGroupDescription": g.Description,
	}
	if info := g.GlobalReplicationGroupInfo; info != nil {
		set["GlobalReplicationGroupId"] = info.GlobalReplicationGroupId
	}
	if e := g.ConfigurationEndpoint; e != nil && e.Port != nil {
		set["Port"] = *e.Port
	}
	if len(g.NodeGroups) == 0 {
		return set
	}
	only := g.NodeGroups[0]
	set["PrimaryEndPoint"], set["ReaderEndPoint"] = only.PrimaryEndpoint, only.ReaderEndpoint
	if e := only.PrimaryEndpoint; e != nil && e.Port != nil {
		set["Port"] = *e.Port
	}
	var addresses, ports []any
	for _, m := range only.NodeGroupMembers {
		if e := m.ReadEndpoint; e != nil {
			addresses, ports = append(addresses, deref(e.Address)), append(ports, int64(deref(e.Port)))
		}
	}
	if len(addresses) > 0 {
		set["ReadEndPoint"] = map[string]any{"AddressesList": addresses, "PortsList": ports}
	}
	return set
}

func nodeGroup(n types.NodeGroup) any {
	group := map[string]any{"NodeGroupId": deref(n.NodeGroupId), "ReplicaCount": int64(max(len(n.NodeGroupMembers)-1, 0))}
	if n.Slots != nil {
		group["Slots"] = *n.Slots
	}
	return group
}

// readReplicationGroupMember takes what the group does not tell of itself from
// one of its clusters, which have it all alike.
func readReplicationGroupMember(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	clusters, err := cacheClusters(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range clusters {
		if c := &clusters[i]; deref(c.ReplicationGroupId) == r.ID {
			set := clusterMembership(c)
			set["CacheSubnetGroupName"] = c.CacheSubnetGroupName
			set["EngineVersion"] = c.EngineVersion
			set["PreferredMaintenanceWindow"] = c.PreferredMaintenanceWindow
			return set, nil
		}
	}
	missing := &cloud.Unresolved{Reason: "the replication group has no clusters yet"}
	return props{
		"CacheParameterGroupName": missing, "CacheSecurityGroupNames": missing, "CacheSubnetGroupName": missing, "EngineVersion": missing,
		"NotificationTopicArn": missing, "PreferredMaintenanceWindow": missing, "SecurityGroupIds": missing,
	}, nil
}

func readCacheSubnetGroups(ctx context.Context, s *scope) error {
	pages := elasticache.NewDescribeCacheSubnetGroupsPaginator(elasticache.NewFromConfig(s.cfg),
		&elasticache.DescribeCacheSubnetGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *elasticache.DescribeCacheSubnetGroupsOutput) {
		for _, g := range page.CacheSubnetGroups {
			name := deref(g.CacheSubnetGroupName)
			s.add(found{
				id: name, arn: deref(g.ARN), name: name, from: g,
				set: props{
					"Description": g.CacheSubnetGroupDescription,
					"SubnetIds":   pick(g.Subnets, func(subnet types.Subnet) any { return deref(subnet.SubnetIdentifier) }),
				},
			})
		}
	})
}

func readReservedCacheNodes(ctx context.Context, s *scope) error {
	pages := elasticache.NewDescribeReservedCacheNodesPaginator(elasticache.NewFromConfig(s.cfg),
		&elasticache.DescribeReservedCacheNodesInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *elasticache.DescribeReservedCacheNodesOutput) {
		for _, n := range page.ReservedCacheNodes {
			id := deref(n.ReservedCacheNodeId)
			s.add(found{id: id, arn: deref(n.ReservationARN), name: id, created: n.StartTime, from: n})
		}
	})
}
