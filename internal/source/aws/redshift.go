package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Redshift: clusters, what configures them, and reservations.
var redshiftCollectors = []collector{
	{
		service: "redshift",
		types: []emits{{
			typ: "AWS::Redshift::Cluster",
			gives: "AllowVersionUpgrade AquaConfigurationStatus AutomatedSnapshotRetentionPeriod AvailabilityZone " +
				"AvailabilityZoneRelocation AvailabilityZoneRelocationStatus ClusterCreateTime ClusterIdentifier ClusterNamespaceArn " +
				"ClusterParameterGroupName ClusterSecurityGroups ClusterStatus ClusterSubnetGroupName ClusterType ClusterVersion DBName " +
				"DeferMaintenanceEndTime DeferMaintenanceIdentifier DeferMaintenanceStartTime DeferredMaintenanceWindows " +
				"DestinationRegion ElasticIp Encrypted Endpoint EnhancedVpcRouting HsmClientCertificateIdentifier " +
				"HsmConfigurationIdentifier IamRoles KmsKeyId MaintenanceTrackName ManageMasterPassword ManualSnapshotRetentionPeriod " +
				"MasterPasswordSecretArn MasterPasswordSecretKmsKeyId MasterUsername MultiAZ NextMaintenanceWindowStartTime NodeType " +
				"NumberOfNodes Port PreferredMaintenanceWindow PubliclyAccessible SnapshotClusterIdentifier SnapshotCopyGrantName SnapshotCopyRetentionPeriod " +
				"SnapshotIdentifier SnapshotScheduleIdentifier VpcId VpcSecurityGroupIds",
		}},
		calls: "redshift:DescribeClusters",
		read:  readWarehouses,
		parts: []part{
			keyAliasPart("AWS::Redshift::Cluster", "KmsKeyId"),
			{gives: "LoggingProperties", calls: "redshift:DescribeLoggingStatus", read: readWarehouseLogging},
		},
	},
	{
		service: "redshift",
		types: []emits{{
			typ: "AWS::Redshift::ClusterParameterGroup", gives: "Description ParameterGroupFamily ParameterGroupName",
		}},
		calls: "redshift:DescribeClusterParameterGroups",
		read:  readWarehouseParameterGroups,
		parts: []part{{gives: "Parameters", calls: "redshift:DescribeClusterParameters", read: readWarehouseParameters}},
	},
	{
		service: "redshift",
		types:   []emits{{typ: "AWS::Redshift::ClusterSubnetGroup", gives: "ClusterSubnetGroupName Description SubnetIds VpcId"}},
		calls:   "redshift:DescribeClusterSubnetGroups",
		read:    readWarehouseSubnetGroups,
	},
	{
		service: "redshift",
		types: []emits{{
			typ: "AWS::Redshift::ReservedNode",
			gives: "Duration FixedPrice NodeCount NodeType OfferingType RecurringCharges ReservedNodeId ReservedNodeOfferingId " +
				"ReservedNodeOfferingType StartTime State UsagePrice",
			tagged: "-",
		}},
		calls: "redshift:DescribeReservedNodes",
		read:  readReservedWarehouseNodes,
	},
}

func readWarehouses(ctx context.Context, s *scope) error {
	pages := redshift.NewDescribeClustersPaginator(redshift.NewFromConfig(s.cfg), &redshift.DescribeClustersInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *redshift.DescribeClustersOutput) {
		for i := range page.Clusters {
			c := &page.Clusters[i]
			id := deref(c.ClusterIdentifier)
			s.add(found{
				id: id, arn: s.arn("redshift", "cluster:"+id), name: id, created: c.ClusterCreateTime,
				tags: redshiftTags(c.Tags), from: c, set: warehouse(c),
			})
		}
	})
}

func redshiftTags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// warehouse are the properties of a cluster that CloudFormation names
// otherwise.
func warehouse(c *types.Cluster) props {
	set := props{
		"AquaConfigurationStatus":        nil,
		"AvailabilityZoneRelocation":     strings.EqualFold(deref(c.AvailabilityZoneRelocationStatus), "enabled"),
		"ClusterParameterGroupName":      first(c.ClusterParameterGroups).ParameterGroupName,
		"ClusterType":                    nil,
		"DeferMaintenanceEndTime":        nil,
		"DeferMaintenanceIdentifier":     nil,
		"DeferMaintenanceStartTime":      nil,
		"DestinationRegion":              nil,
		"ElasticIp":                      nil,
		"Endpoint":                       nil,
		"HsmClientCertificateIdentifier": nil,
		"HsmConfigurationIdentifier":     nil,
		"IamRoles":                       pick(c.IamRoles, func(r types.ClusterIamRole) any { return deref(r.IamRoleArn) }),
		"ManageMasterPassword":           c.MasterPasswordSecretArn != nil,
		"MultiAZ":                        strings.EqualFold(deref(c.MultiAZ), "enabled") || strings.EqualFold(deref(c.MultiAZ), "true"),
		"Port":                           &cloud.Unresolved{Reason: "the cluster has no endpoint yet, so that its port is not known"},
		"SnapshotClusterIdentifier":      nil, // what it was restored from: what it took from there are its own values
		"SnapshotIdentifier":             nil,
		"SnapshotCopyGrantName":          nil,
		"SnapshotCopyRetentionPeriod":    nil,
		"ClusterSecurityGroups": pick(c.ClusterSecurityGroups, func(g types.ClusterSecurityGroupMembership) any {
			return deref(g.ClusterSecurityGroupName)
		}),
		"VpcSecurityGroupIds": pick(c.VpcSecurityGroups, func(g types.VpcSecurityGroupMembership) any { return deref(g.VpcSecurityGroupId) }),
	}
	if a := c.AquaConfiguration; a != nil {
		set["AquaConfigurationStatus"] = a.AquaConfigurationStatus
	}
	switch n := deref(c.NumberOfNodes); {
	case n == 1:
		set["ClusterType"] = "single-node"
	case n > 1:
		set["ClusterType"] = "multi-node"
	}
	if len(c.DeferredMaintenanceWindows) > 0 {
		w := c.DeferredMaintenanceWindows[0]
		set["DeferMaintenanceIdentifier"] = w.DeferMaintenanceIdentifier
		set["DeferMaintenanceStartTime"], set["DeferMaintenanceEndTime"] = w.DeferMaintenanceStartTime, w.DeferMaintenanceEndTime
	}
	if to := c.ClusterSnapshotCopyStatus; to != nil {
		set["DestinationRegion"], set["SnapshotCopyGrantName"] = to.DestinationRegion, to.SnapshotCopyGrantName
		set["SnapshotCopyRetentionPeriod"] = to.RetentionPeriod
	}
	if ip := c.ElasticIpStatus; ip != nil {
		set["ElasticIp"] = ip.ElasticIp
	}
	if hsm := c.HsmStatus; hsm != nil {
		set["HsmClientCertificateIdentifier"], set["HsmConfigurationIdentifier"] = hsm.HsmClientCertificateIdentifier, hsm.HsmConfigurationIdentifier
	}
	if e := c.Endpoint; e != nil {
		set["Endpoint"] = without(object(e), "VpcEndpoints")
		if e.Port != nil {
			set["Port"] = *e.Port
		}
	}
	return set
}

func readWarehouseLogging(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := redshift.NewFromConfig(s.cfg).DescribeLoggingStatus(ctx, &redshift.DescribeLoggingStatusInput{ClusterIdentifier: &r.ID})
	if is(err, "ClusterNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	if !deref(out.LoggingEnabled) {
		return props{"LoggingProperties": nil}, nil
	}
	given := map[string]any{"LogDestinationType": "s3"} // what the API leaves out for clusters that knew no other
	for name, v := range map[string]any{
		"BucketName": plain(out.BucketName), "LogDestinationType": plain(out.LogDestinationType),
		"LogExports": plain(out.LogExports), "S3KeyPrefix": plain(out.S3KeyPrefix),
	} {
		if v != nil {
			given[name] = v
		}
	}
	return props{"LoggingProperties": given}, nil
}

func readWarehouseParameterGroups(ctx context.Context, s *scope) error {
	pages := redshift.NewDescribeClusterParameterGroupsPaginator(redshift.NewFromConfig(s.cfg),
		&redshift.DescribeClusterParameterGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *redshift.DescribeClusterParameterGroupsOutput) {
		for _, g := range page.ParameterGroups {
			name := deref(g.ParameterGroupName)
			s.add(found{id: name, arn: s.arn("redshift", "parametergroup:"+name), name: name, tags: redshiftTags(g.Tags), from: g})
		}
	})
}

// readWarehouseParameters reads the parameters that somebody has set. A group
// that AWS made cannot be changed, so that nothing is set in it.
func readWarehouseParameters(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if strings.HasPrefix(r.ID, "default.") {
		return props{"Parameters": nil}, nil
	}
	var set []any
	pages := redshift.NewDescribeClusterParametersPaginator(redshift.NewFromConfig(s.cfg), &redshift.DescribeClusterParametersInput{
		ParameterGroupName: &r.ID, Source: ptr("user"), MaxRecords: ptr(int32(maxRecords)),
	})
	err := each(ctx, pages, func(page *redshift.DescribeClusterParametersOutput) {
		for _, p := range page.Parameters {
			if deref(p.Source) != "engine-default" {
				set = append(set, map[string]any{"ParameterName": deref(p.ParameterName), "ParameterValue": deref(p.ParameterValue)})
			}
		}
	})
	if is(err, "ClusterParameterGroupNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Parameters": set}, nil
}

func readWarehouseSubnetGroups(ctx context.Context, s *scope) error {
	pages := redshift.NewDescribeClusterSubnetGroupsPaginator(redshift.NewFromConfig(s.cfg),
		&redshift.DescribeClusterSubnetGroupsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *redshift.DescribeClusterSubnetGroupsOutput) {
		for _, g := range page.ClusterSubnetGroups {
			name := deref(g.ClusterSubnetGroupName)
			s.add(found{
				id: name, arn: s.arn("redshift", "subnetgroup:"+name), name: name, tags: redshiftTags(g.Tags), from: g,
				set: props{"SubnetIds": pick(g.Subnets, func(subnet types.Subnet) any { return deref(subnet.SubnetIdentifier) })},
			})
		}
	})
}

func readReservedWarehouseNodes(ctx context.Context, s *scope) error {
	pages := redshift.NewDescribeReservedNodesPaginator(redshift.NewFromConfig(s.cfg), &redshift.DescribeReservedNodesInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *redshift.DescribeReservedNodesOutput) {
		for _, n := range page.ReservedNodes {
			id := deref(n.ReservedNodeId)
			s.add(found{id: id, name: id, created: n.StartTime, from: n})
		}
	})
}
