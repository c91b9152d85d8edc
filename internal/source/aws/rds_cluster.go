package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

var rdsClusterCollectors = []collector{
	{
		service: "rds",
		types: []emits{
			{
				typ: "AWS::RDS::DBCluster",
				gives: "ActivityStreamStatus AllocatedStorage AssociatedRoles AutoMinorVersionUpgrade AvailabilityZones BacktrackWindow " +
					"BackupRetentionPeriod CertificateDetails ClusterCreateTime ClusterScalabilityType CopyTagsToSnapshot DBClusterArn " +
					"DBClusterIdentifier DBClusterInstanceClass DBClusterMembers DBClusterParameterGroupName DBClusterResourceId " +
					"DBSubnetGroupName DBSystemId DatabaseInsightsMode DatabaseName DeletionProtection Domain DomainIAMRoleName " +
					"EarliestRestorableTime EnableCloudwatchLogsExports EnableGlobalWriteForwarding EnableHttpEndpoint " +
					"EnableIAMDatabaseAuthentication EnableLocalWriteForwarding Endpoint Engine EngineLifecycleSupport EngineMode " +
					"EngineVersion GlobalClusterIdentifier Iops KmsKeyId LatestRestorableTime ManageMasterUserPassword MasterUserSecret " +
					"MasterUsername MonitoringInterval MonitoringRoleArn MultiAZ NetworkType PerformanceInsightsEnabled " +
					"PerformanceInsightsKmsKeyId PerformanceInsightsRetentionPeriod Port PreferredBackupWindow PreferredMaintenanceWindow " +
					"PubliclyAccessible ReadEndpoint ReplicationSourceIdentifier ScalingConfiguration ServerlessV2ScalingConfiguration " +
					"SnapshotIdentifier SourceDBClusterIdentifier SourceDbClusterResourceId Status StorageEncrypted StorageEncryptionType StorageThroughput StorageType VpcSecurityGroupIds",
			},
			{
				typ: "AWS::Neptune::DBCluster",
				gives: "AssociatedRoles AvailabilityZones BackupRetentionPeriod ClusterResourceId CopyTagsToSnapshot DBClusterIdentifier " +
					"DBClusterMembers DBClusterParameterGroupName DBPort DBSubnetGroupName DeletionProtection EnableCloudwatchLogsExports " +
					"Endpoint EngineVersion IamAuthEnabled KmsKeyId MultiAZ Port PreferredBackupWindow PreferredMaintenanceWindow " +
					"ReadEndpoint ServerlessScalingConfiguration SnapshotIdentifier SourceDBClusterIdentifier StorageEncrypted VpcSecurityGroupIds",
			},
			{
				typ: "AWS::DocDB::DBCluster",
				gives: "AvailabilityZones BackupRetentionPeriod ClusterResourceId CopyTagsToSnapshot DBClusterIdentifier DBClusterMembers " +
					"DBClusterParameterGroupName DBSubnetGroupName DeletionProtection EnableCloudwatchLogsExports Endpoint EngineVersion " +
					"GlobalClusterIdentifier KmsKeyId ManageMasterUserPassword MasterUserSecretKmsKeyId MasterUsername MultiAZ NetworkType " +
					"Port PreferredBackupWindow PreferredMaintenanceWindow ReadEndpoint ServerlessV2ScalingConfiguration " +
					"SnapshotIdentifier SourceDBClusterIdentifier StorageEncrypted StorageType VpcSecurityGroupIds",
			},
		},
		calls: "rds:DescribeDBClusters",
		read:  readDBClusters,
		parts: []part{
			keyAliasPart("AWS::RDS::DBCluster", "KmsKeyId PerformanceInsightsKmsKeyId"),
			keyAliasPart("AWS::Neptune::DBCluster", "KmsKeyId"),
			keyAliasPart("AWS::DocDB::DBCluster", "KmsKeyId"),
		},
	},
}

func readDBClusters(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBClustersPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBClustersInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBClustersOutput) {
		for i := range page.DBClusters {
			d := &page.DBClusters[i]
			f := found{
				typ: "AWS::RDS::DBCluster", id: deref(d.DBClusterIdentifier), arn: deref(d.DBClusterArn), name: deref(d.DBClusterIdentifier),
				created: d.ClusterCreateTime, tags: rdsTags(d.TagList), from: d,
			}
			switch deref(d.Engine) {
			case "neptune":
				f.typ, f.set = "AWS::Neptune::DBCluster", neptuneCluster(d)
			case "docdb":
				f.typ, f.set = "AWS::DocDB::DBCluster", docDBCluster(d)
			default:
				f.set = dbCluster(d)
			}
			s.add(f)
		}
	})
}

// dbCluster are the properties of a cluster that CloudFormation names
// otherwise.
func dbCluster(d *types.DBCluster) props {
	member := first(d.DomainMemberships)
	set := props{
		"AssociatedRoles":                 clusterRoles(d),
		"DBClusterParameterGroupName":     d.DBClusterParameterGroup,
		"DBClusterResourceId":             d.DbClusterResourceId,
		"DBSubnetGroupName":               d.DBSubnetGroup,
		"Domain":                          member.Domain,
		"DomainIAMRoleName":               member.IAMRoleName,
		"EnableCloudwatchLogsExports":     d.EnabledCloudwatchLogsExports,
		"EnableGlobalWriteForwarding":     d.GlobalWriteForwardingRequested,
		"EnableHttpEndpoint":              d.HttpEndpointEnabled,
		"EnableIAMDatabaseAuthentication": d.IAMDatabaseAuthenticationEnabled,
		"EnableLocalWriteForwarding":      nil,
		"Endpoint":                        nil,
		"ManageMasterUserPassword":        d.MasterUserSecret != nil,
		"MasterUserSecret":                masterUserSecret(d.MasterUserSecret),
		"PerformanceInsightsKmsKeyId":     d.PerformanceInsightsKMSKeyId,
		"ReadEndpoint":                    nil,
		"ScalingConfiguration":            d.ScalingConfigurationInfo,
		"VpcSecurityGroupIds":             vpcSecurityGroups(d.VpcSecurityGroups),

		// What it was restored from: what it took from there are its own values.
		"SnapshotIdentifier":        nil,
		"SourceDBClusterIdentifier": nil,
		"SourceDbClusterResourceId": nil,
	}
	if d.Endpoint != nil {
		endpoint := map[string]any{"Address": *d.Endpoint}
		if d.Port != nil {
			endpoint["Port"] = int64(*d.Port)
		}
		set["Endpoint"] = endpoint
	}
	if d.ReaderEndpoint != nil {
		set["ReadEndpoint"] = map[string]any{"Address": *d.ReaderEndpoint}
	}
	switch d.LocalWriteForwardingStatus {
	case types.LocalWriteForwardingStatusEnabled, types.LocalWriteForwardingStatusEnabling, types.LocalWriteForwardingStatusRequested:
		set["EnableLocalWriteForwarding"] = true
	case types.LocalWriteForwardingStatusDisabled, types.LocalWriteForwardingStatusDisabling:
		set["EnableLocalWriteForwarding"] = false
	}
	return set
}

func clusterRoles(d *types.DBCluster) any {
	return pick(d.AssociatedRoles, func(r types.DBClusterRole) any { return without(object(r), "Status") })
}
