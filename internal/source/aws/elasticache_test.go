package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestCaches(t *testing.T) {
	moto := awstest.Moto(t)
	client := elasticache.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	subnets, err := ec2.NewFromConfig(moto.Config("us-east-1")).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		second(client.CreateCacheSubnetGroup(ctx, &elasticache.CreateCacheSubnetGroupInput{
			CacheSubnetGroupName: ptr("private"), CacheSubnetGroupDescription: ptr("Private"), SubnetIds: []string{*subnets.Subnets[0].SubnetId},
		})),
		second(client.CreateCacheCluster(ctx, &elasticache.CreateCacheClusterInput{
			CacheClusterId: ptr("sessions"), Engine: ptr("redis"), EngineVersion: ptr("7.1"), CacheNodeType: ptr("cache.t4g.small"),
			CacheSubnetGroupName: ptr("private"), AutoMinorVersionUpgrade: ptr(true), TransitEncryptionEnabled: ptr(true),
			SnapshotRetentionLimit: ptr(int32(7)),
		})),
		second(client.CreateReplicationGroup(ctx, &elasticache.CreateReplicationGroupInput{
			ReplicationGroupId: ptr("carts"), ReplicationGroupDescription: ptr("Shopping carts"), Engine: ptr("redis"),
			CacheNodeType: ptr("cache.m7g.large"), NumCacheClusters: ptr(int32(2)), AutomaticFailoverEnabled: ptr(true), MultiAZEnabled: ptr(true),
			AtRestEncryptionEnabled: ptr(true), TransitEncryptionEnabled: ptr(true), KmsKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333"),
		})),
		second(client.CreateReplicationGroup(ctx, &elasticache.CreateReplicationGroupInput{
			ReplicationGroupId: ptr("open"), ReplicationGroupDescription: ptr("Open"), CacheNodeType: ptr("cache.t2.micro"), NumCacheClusters: ptr(int32(1)),
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::SubnetGroup")
	sessions := one(t, got, "AWS::ElastiCache::CacheCluster", "sessions")
	expect(t, sessions, map[string]any{
		"ClusterName": "sessions", "Engine": "redis", "EngineVersion": "7.1", "CacheNodeType": "cache.t4g.small",
		"CacheSubnetGroupName": "private", "TransitEncryptionEnabled": true, "SnapshotRetentionLimit": int64(7),
		"NumCacheNodes": int64(1), "ReplicationGroupId": nil,
	})
	if sessions.ARN != "arn:aws:elasticache:us-east-1:123456789012:cluster:sessions" || sessions.Created.IsZero() {
		t.Errorf("sessions = %s, created %v", sessions.ARN, sessions.Created)
	}
	carts := one(t, got, "AWS::ElastiCache::ReplicationGroup", "carts")
	expect(t, carts, map[string]any{
		"ReplicationGroupId": "carts", "ReplicationGroupDescription": "Shopping carts", "CacheNodeType": "cache.m7g.large",
		"AutomaticFailoverEnabled": true, "MultiAZEnabled": true, "AtRestEncryptionEnabled": true, "TransitEncryptionEnabled": true,
		"KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333", "NumNodeGroups": int64(1),
	})
	if carts.ARN != "arn:aws:elasticache:us-east-1:123456789012:replicationgroup:carts" {
		t.Errorf("carts = %s", carts.ARN)
	}
	expect(t, one(t, got, "AWS::ElastiCache::ReplicationGroup", "open"), map[string]any{
		"AutomaticFailoverEnabled": false, "MultiAZEnabled": false, "AtRestEncryptionEnabled": false, "TransitEncryptionEnabled": false, "KmsKeyId": nil,
	})
	expect(t, one(t, got, "AWS::ElastiCache::SubnetGroup", "private"), map[string]any{
		"CacheSubnetGroupName": "private", "Description": "Private", "SubnetIds": []any{*subnets.Subnets[0].SubnetId}, "VpcId": *subnets.Subnets[0].VpcId,
	})
}

// The answers are written after the Amazon ElastiCache API Reference: moto
// gives no endpoints, makes no clusters for a replication group and has no
// reservations.
func TestCacheAnswers(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeCacheClusters": {{when: "ShowCacheNodeInfo=true", body: `<DescribeCacheClustersResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><DescribeCacheClustersResult><CacheClusters>
<CacheCluster><CacheClusterId>carts-001</CacheClusterId><ARN>arn:aws:elasticache:us-east-1:123456789012:cluster:carts-001</ARN><ReplicationGroupId>carts</ReplicationGroupId>
  <Engine>valkey</Engine><EngineVersion>8.0.1</EngineVersion><CacheNodeType>cache.m7g.large</CacheNodeType><NumCacheNodes>1</NumCacheNodes>
  <CacheSubnetGroupName>private</CacheSubnetGroupName><PreferredAvailabilityZone>us-east-1a</PreferredAvailabilityZone>
  <CacheParameterGroup><CacheParameterGroupName>default.valkey8</CacheParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus></CacheParameterGroup>
  <NotificationConfiguration><TopicArn>arn:aws:sns:us-east-1:123456789012:pager</TopicArn><TopicStatus>active</TopicStatus></NotificationConfiguration>
  <SecurityGroups><member><SecurityGroupId>sg-1</SecurityGroupId><Status>active</Status></member></SecurityGroups>
  <PreferredMaintenanceWindow>sun:04:00-sun:05:00</PreferredMaintenanceWindow>
  <CacheNodes><CacheNode><CacheNodeId>0001</CacheNodeId><CustomerAvailabilityZone>us-east-1a</CustomerAvailabilityZone><Endpoint><Address>carts-001.example.com</Address><Port>6380</Port></Endpoint></CacheNode></CacheNodes>
  <AtRestEncryptionEnabled>true</AtRestEncryptionEnabled><TransitEncryptionEnabled>true</TransitEncryptionEnabled>
  <LogDeliveryConfigurations><LogDeliveryConfiguration><LogType>slow-log</LogType><DestinationType>cloudwatch-logs</DestinationType><LogFormat>json</LogFormat><Status>active</Status>
    <DestinationDetails><CloudWatchLogsDetails><LogGroup>/carts/slow</LogGroup></CloudWatchLogsDetails></DestinationDetails></LogDeliveryConfiguration></LogDeliveryConfigurations>
</CacheCluster>
<CacheCluster><CacheClusterId>pages</CacheClusterId><Engine>memcached</Engine><EngineVersion>1.6.22</EngineVersion><NumCacheNodes>2</NumCacheNodes>
  <PreferredAvailabilityZone>Multiple</PreferredAvailabilityZone><ConfigurationEndpoint><Address>pages.example.com</Address><Port>11211</Port></ConfigurationEndpoint>
  <CacheNodes><CacheNode><CustomerAvailabilityZone>us-east-1a</CustomerAvailabilityZone></CacheNode><CacheNode><CustomerAvailabilityZone>us-east-1b</CustomerAvailabilityZone></CacheNode></CacheNodes>
</CacheCluster>
<CacheCluster><CacheClusterId>new</CacheClusterId><Engine>redis</Engine><CacheClusterStatus>creating</CacheClusterStatus></CacheCluster>
</CacheClusters></DescribeCacheClustersResult></DescribeCacheClustersResponse>`}},
		"DescribeReplicationGroups": {{body: `<DescribeReplicationGroupsResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><DescribeReplicationGroupsResult><ReplicationGroups>
<ReplicationGroup><ReplicationGroupId>carts</ReplicationGroupId><ARN>arn:aws:elasticache:us-east-1:123456789012:replicationgroup:carts</ARN><Description>Carts</Description>
  <Engine>valkey</Engine><AutomaticFailover>enabling</AutomaticFailover><MultiAZ>enabled</MultiAZ><DataTiering>disabled</DataTiering><ClusterMode>disabled</ClusterMode>
  <MemberClusters><ClusterId>carts-001</ClusterId><ClusterId>carts-002</ClusterId></MemberClusters>
  <NodeGroups><NodeGroup><NodeGroupId>0001</NodeGroupId><PrimaryEndpoint><Address>master.carts.example.com</Address><Port>6380</Port></PrimaryEndpoint>
    <NodeGroupMembers><NodeGroupMember><CacheClusterId>carts-001</CacheClusterId><ReadEndpoint><Address>carts-001.example.com</Address><Port>6380</Port></ReadEndpoint></NodeGroupMember>
      <NodeGroupMember><CacheClusterId>carts-002</CacheClusterId></NodeGroupMember></NodeGroupMembers></NodeGroup></NodeGroups>
  <AtRestEncryptionEnabled>true</AtRestEncryptionEnabled><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KmsKeyId>
  <TransitEncryptionEnabled>true</TransitEncryptionEnabled><TransitEncryptionMode>required</TransitEncryptionMode>
  <UserGroupIds><member>shop</member></UserGroupIds>
</ReplicationGroup>
<ReplicationGroup><ReplicationGroupId>new</ReplicationGroupId><Status>creating</Status><AtRestEncryptionEnabled>false</AtRestEncryptionEnabled><StorageEncryptionType>sse-elasticache</StorageEncryptionType></ReplicationGroup>
</ReplicationGroups></DescribeReplicationGroupsResult></DescribeReplicationGroupsResponse>`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasName":"alias/aws/elasticache","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/elasticache","TargetKeyId":"11111111-1111-1111-1111-111111111111"}]}`}},
		"DescribeReservedCacheNodes": {{body: `<DescribeReservedCacheNodesResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><DescribeReservedCacheNodesResult><ReservedCacheNodes>
<ReservedCacheNode><ReservedCacheNodeId>carts</ReservedCacheNodeId><ReservationARN>arn:aws:elasticache:us-east-1:123456789012:reserved-instance:carts</ReservationARN><CacheNodeType>cache.m7g.large</CacheNodeType>
  <CacheNodeCount>2</CacheNodeCount><ProductDescription>redis</ProductDescription><State>active</State><StartTime>2026-01-10T23:25:01Z</StartTime><Duration>31536000</Duration><FixedPrice>0.0</FixedPrice></ReservedCacheNode>
</ReservedCacheNodes></DescribeReservedCacheNodesResult></DescribeReservedCacheNodesResponse>`}},
	})
	inv, stats := server.collected(t, "AWS::ElastiCache::CacheCluster", "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::ReservedCacheNode")
	if len(stats.Failures) > 0 || len(inv.Resources) != 6 {
		t.Errorf("failures %v, %d resources, want 6", stats.Failures, len(inv.Resources))
	}
	expect(t, one(t, inv.Resources, "AWS::ElastiCache::CacheCluster", "carts-001"), map[string]any{
		"ReplicationGroupId": "carts", "Port": int64(6380), "CacheParameterGroupName": "default.valkey8", "VpcSecurityGroupIds": []any{"sg-1"},
		"NotificationTopicArn": "arn:aws:sns:us-east-1:123456789012:pager", "RedisEndpoint": map[string]any{"Address": "carts-001.example.com", "Port": "6380"},
		"PreferredAvailabilityZone": "us-east-1a", "AtRestEncryptionEnabled": true, "AZMode": nil,
		"LogDeliveryConfigurations": []any{map[string]any{
			"LogType": "slow-log", "DestinationType": "cloudwatch-logs", "LogFormat": "json",
			"DestinationDetails": map[string]any{"CloudWatchLogsDetails": map[string]any{"LogGroup": "/carts/slow"}},
		}},
	})
	expect(t, one(t, inv.Resources, "AWS::ElastiCache::CacheCluster", "pages"), map[string]any{
		"Port": int64(11211), "AZMode": "cross-az", "PreferredAvailabilityZones": []any{"us-east-1a", "us-east-1b"}, "PreferredAvailabilityZone": nil,
		"RedisEndpoint": nil, "NumCacheNodes": int64(2),
	})
	created := one(t, inv.Resources, "AWS::ElastiCache::CacheCluster", "new")
	if _, ok := created.Properties["Port"].(*cloud.Unresolved); !ok {
		t.Errorf("the port of a cluster without an endpoint is %v, want unresolved", created.Properties["Port"])
	}
	expect(t, one(t, inv.Resources, "AWS::ElastiCache::ReplicationGroup", "carts"), map[string]any{
		"AutomaticFailoverEnabled": true, "MultiAZEnabled": true, "DataTieringEnabled": false, "Port": int64(6380), "NumCacheClusters": int64(2),
		"NumNodeGroups": int64(1), "KmsKeyId": "alias/aws/elasticache", "TransitEncryptionMode": "required", "UserGroupIds": []any{"shop"},
		"NodeGroupConfiguration": []any{map[string]any{"NodeGroupId": "0001", "ReplicaCount": int64(1)}},
		"PrimaryEndPoint":        map[string]any{"Address": "master.carts.example.com", "Port": "6380"},
		"ReadEndPoint":           map[string]any{"AddressesList": []any{"carts-001.example.com"}, "PortsList": []any{"6380"}},
		// from the cluster
		"EngineVersion": "8.0.1", "CacheSubnetGroupName": "private", "CacheParameterGroupName": "default.valkey8", "SecurityGroupIds": []any{"sg-1"},
		"PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
	})
	group := one(t, inv.Resources, "AWS::ElastiCache::ReplicationGroup", "new")
	expect(t, group, map[string]any{"AtRestEncryptionEnabled": true, "StorageEncryptionType": "sse-elasticache"})
	for _, name := range []string{"EngineVersion", "CacheSubnetGroupName", "Port"} {
		if _, ok := group.Properties[name].(*cloud.Unresolved); !ok {
			t.Errorf("%s of a group without clusters is %v, want unresolved", name, group.Properties[name])
		}
	}
	expect(t, one(t, inv.Resources, "AWS::ElastiCache::ReservedCacheNode", "carts"), map[string]any{
		"CacheNodeType": "cache.m7g.large", "CacheNodeCount": int64(2), "State": "active", "StartTime": "2026-01-10T23:25:01Z", "Duration": int64(31536000),
	})
	if n := server.count("DescribeCacheClusters"); n != 1 {
		t.Errorf("%d calls of DescribeCacheClusters, want 1", n)
	}
}
