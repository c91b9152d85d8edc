package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Relational Database Service. Its API answers for Amazon Neptune and Amazon
// DocumentDB as well, whose clusters, instances and snapshots are types of
// their own.
var rdsCollectors = slices.Concat(
	rdsInstanceCollectors, rdsClusterCollectors, rdsSnapshotCollectors, rdsGroupCollectors, rdsOtherCollectors,
)

var rdsInstanceCollectors = []collector{
	{
		service: "rds",
		types: []emits{
			{
				typ: "AWS::RDS::DBInstance",
				gives: "ActivityStreamStatus AdditionalStorageVolumes AllocatedStorage AssociatedRoles AutoMinorVersionUpgrade " +
					"AutomaticBackupReplicationRegion AutomaticRestartTime AvailabilityZone AwsBackupRecoveryPointArn BackupRetentionPeriod " +
					"BackupTarget CACertificateIdentifier CertificateDetails CharacterSetName CopyTagsToSnapshot CustomIAMInstanceProfile " +
					"DBClusterIdentifier DBClusterSnapshotIdentifier DBInstanceArn DBInstanceClass DBInstanceIdentifier DBInstanceStatus DBName " +
					"DBParameterGroupName DBSecurityGroups DBSnapshotIdentifier DBSubnetGroupName DBSystemId DatabaseInsightsMode DbiResourceId DedicatedLogVolume DeletionProtection " +
					"Domain DomainAuthSecretArn DomainDnsIps DomainFqdn DomainIAMRoleName DomainOu EnableCloudwatchLogsExports " +
					"EnableIAMDatabaseAuthentication EnablePerformanceInsights Endpoint Engine EngineLifecycleSupport EngineVersion " +
					"InstanceCreateTime Iops IsStorageConfigUpgradeAvailable KmsKeyId LatestRestorableTime LicenseModel ListenerEndpoint " +
					"ManageMasterUserPassword MasterUserSecret MasterUsername MaxAllocatedStorage MonitoringInterval MonitoringRoleArn " +
					"MultiAZ NcharCharacterSetName NetworkType OptionGroupName PercentProgress PerformanceInsightsKMSKeyId " +
					"PerformanceInsightsRetentionPeriod Port PreferredBackupWindow PreferredMaintenanceWindow ProcessorFeatures PromotionTier " +
					"PubliclyAccessible ReadReplicaDBClusterIdentifiers ReadReplicaDBInstanceIdentifiers ReplicaMode " +
					"ResumeFullAutomationModeTime SecondaryAvailabilityZone SourceDBClusterIdentifier SourceDBInstanceAutomatedBackupsArn " +
					"SourceDBInstanceIdentifier SourceDbiResourceId StatusInfos " +
					"StorageEncrypted StorageEncryptionType StorageThroughput StorageType SubnetIds TdeCredentialArn Timezone " +
					"VPCSecurityGroups VpcId",
			},
			{
				typ: "AWS::Neptune::DBInstance",
				gives: "AutoMinorVersionUpgrade AvailabilityZone DBClusterIdentifier DBInstanceClass DBInstanceIdentifier " +
					"DBParameterGroupName DBSubnetGroupName Endpoint EngineVersion Port PreferredMaintenanceWindow PubliclyAccessible",
			},
			{
				typ: "AWS::DocDB::DBInstance",
				gives: "AutoMinorVersionUpgrade AvailabilityZone CACertificateIdentifier CertificateDetails DBClusterIdentifier " +
					"DBInstanceClass DBInstanceIdentifier EnablePerformanceInsights Endpoint EngineVersion Port PreferredMaintenanceWindow " +
					"PubliclyAccessible",
			},
		},
		calls: "rds:DescribeDBInstances",
		read:  readDBInstances,
		parts: []part{keyAliasPart("AWS::RDS::DBInstance", "KmsKeyId PerformanceInsightsKMSKeyId")},
	},
}

// maxRecords is the largest page of the APIs of RDS, Redshift and ElastiCache.
const maxRecords = 100

func readDBInstances(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBInstancesPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBInstancesInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBInstancesOutput) {
		for i := range page.DBInstances {
			d := &page.DBInstances[i]
			f := found{
				typ: "AWS::RDS::DBInstance", id: deref(d.DBInstanceIdentifier), arn: deref(d.DBInstanceArn), name: deref(d.DBInstanceIdentifier),
				created: d.InstanceCreateTime, tags: rdsTags(d.TagList), from: d,
			}
			switch deref(d.Engine) {
			case "neptune":
				f.typ, f.set = "AWS::Neptune::DBInstance", neptuneInstance(d)
			case "docdb":
				f.typ, f.set = "AWS::DocDB::DBInstance", docDBInstance(d)
			default:
				f.set = dbInstance(d)
			}
			s.add(f)
		}
	})
}

func rdsTags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// dbInstance are the properties of an instance that CloudFormation names
// otherwise.
func dbInstance(d *types.DBInstance) props {
	member := first(d.DomainMemberships)
	set := props{
		"AdditionalStorageVolumes":         storageVolumes(d.AdditionalStorageVolumes),
		"AssociatedRoles":                  pick(d.AssociatedRoles, func(r types.DBInstanceRole) any { return without(object(r), "Status") }),
		"AutomaticBackupReplicationRegion": backupRegion(d.DBInstanceAutomatedBackupsReplications),
		"CustomIAMInstanceProfile":         d.CustomIamInstanceProfile,
		"DBParameterGroupName":             first(d.DBParameterGroups).DBParameterGroupName,
		"DBSecurityGroups":                 dbSecurityGroups(d.DBSecurityGroups),
		"Domain":                           member.Domain,
		"DomainAuthSecretArn":              member.AuthSecretArn,
		"DomainDnsIps":                     member.DnsIps,
		"DomainFqdn":                       member.FQDN,
		"DomainIAMRoleName":                member.IAMRoleName,
		"DomainOu":                         member.OU,
		"EnableCloudwatchLogsExports":      d.EnabledCloudwatchLogsExports,
		"EnableIAMDatabaseAuthentication":  d.IAMDatabaseAuthenticationEnabled,
		"EnablePerformanceInsights":        d.PerformanceInsightsEnabled,
		"ManageMasterUserPassword":         d.MasterUserSecret != nil,
		"MasterUserSecret":                 masterUserSecret(d.MasterUserSecret),
		"OptionGroupName":                  first(d.OptionGroupMemberships).OptionGroupName,
		"Port":                             instancePort(d),
		"SourceDBClusterIdentifier":        d.ReadReplicaSourceDBClusterIdentifier,
		"SourceDBInstanceIdentifier":       d.ReadReplicaSourceDBInstanceIdentifier,
		"VPCSecurityGroups":                vpcSecurityGroups(d.VpcSecurityGroups),
		"DBSubnetGroupName":                nil,
		"SubnetIds":                        nil,
		"VpcId":                            nil,

		// What it was restored from: what it took from there are its own values.
		"DBClusterSnapshotIdentifier":         nil,
		"DBSnapshotIdentifier":                nil,
		"SourceDBInstanceAutomatedBackupsArn": nil,
		"SourceDbiResourceId":                 nil,
	}
	if g := d.DBSubnetGroup; g != nil {
		set["DBSubnetGroupName"], set["SubnetIds"], set["VpcId"] = g.DBSubnetGroupName, subnetIDs(g), g.VpcId
	}
	return set
}

// instancePort is the port that clients connect to. DbInstancePort is 0 for
// most engines.
func instancePort(d *types.DBInstance) any {
	switch {
	case d.Endpoint != nil && deref(d.Endpoint.Port) != 0:
		return *d.Endpoint.Port
	case deref(d.DbInstancePort) != 0:
		return *d.DbInstancePort
	}
	return &cloud.Unresolved{Reason: "the instance has no endpoint yet, so that its port is not known"}
}

func masterUserSecret(secret *types.MasterUserSecret) any {
	if secret == nil {
		return nil
	}
	return without(object(secret), "SecretStatus")
}

func storageVolumes(list []types.AdditionalStorageVolumeOutput) any {
	return pick(list, func(v types.AdditionalStorageVolumeOutput) any {
		return without(rename(object(v), "IOPS", "Iops"), "StorageOperationPercentProgress", "StorageOperationStatus", "StorageVolumeStatus")
	})
}

// backupRegion is the region that automated backups are replicated to, which
// stands in their ARN.
func backupRegion(list []types.DBInstanceAutomatedBackupsReplication) any {
	arn := strings.Split(deref(first(list).DBInstanceAutomatedBackupsArn), ":")
	if len(arn) < 6 {
		return nil
	}
	return arn[3]
}

func dbSecurityGroups(list []types.DBSecurityGroupMembership) any {
	return pick(list, func(g types.DBSecurityGroupMembership) any { return deref(g.DBSecurityGroupName) })
}

func vpcSecurityGroups(list []types.VpcSecurityGroupMembership) any {
	return pick(list, func(g types.VpcSecurityGroupMembership) any { return deref(g.VpcSecurityGroupId) })
}

func subnetIDs(g *types.DBSubnetGroup) any {
	return pick(g.Subnets, func(subnet types.Subnet) any { return deref(subnet.SubnetIdentifier) })
}

// first is the first element of a list, or the zero value of an empty one.
func first[T any](list []T) T {
	if len(list) == 0 {
		var zero T
		return zero
	}
	return list[0]
}

// pick makes a list of what is of interest of each element; nil of an empty
// one.
func pick[T any](list []T, of func(T) any) []any {
	var out []any
	for _, e := range list {
		out = append(out, of(e))
	}
	return out
}
