package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// clusters of Aurora, with their instances.
func (s *shop) clusters(ctx context.Context) error {
	at := s.production
	client := rds.NewFromConfig(at.Config)
	member := func(name, cluster, engine, class string, public bool) *rds.CreateDBInstanceInput {
		return &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: new(name), DBClusterIdentifier: new(cluster), Engine: new(engine), DBInstanceClass: new(class),
			PubliclyAccessible: new(public), AutoMinorVersionUpgrade: new(!public), CopyTagsToSnapshot: new(!public),
		}
	}
	return inOrder(ctx,
		each(client.CreateDBCluster,
			&rds.CreateDBClusterInput{
				DBClusterIdentifier: new("harbourline-accounts"), Engine: new("aurora-postgresql"), EngineVersion: new("16.9"), DatabaseName: new("accounts"),
				MasterUsername: new("accounts_owner"), MasterUserPassword: new("not-the-real-one"), Port: aws.Int32(6432),
				StorageEncrypted: new(true), KmsKeyId: at.key("harbourline-data"), DeletionProtection: new(true), CopyTagsToSnapshot: new(true), BackupRetentionPeriod: aws.Int32(14),
				EnableIAMDatabaseAuthentication: new(true), EnableCloudwatchLogsExports: []string{"postgresql"}, DBSubnetGroupName: new("harbourline-data"),
				VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), AvailabilityZones: []string{"us-east-1a", "us-east-1b", "us-east-1c"},
				Tags: rdsTags(production("data", "").with("Tier", "data")),
			},
			&rds.CreateDBClusterInput{
				DBClusterIdentifier: new("harbourline-reviews"), Engine: new("aurora-mysql"), EngineVersion: new("5.7.mysql_aurora.2.11.2"), DatabaseName: new("reviews"),
				MasterUsername: new("admin"), MasterUserPassword: new("not-the-real-one"), StorageEncrypted: new(false), BackupRetentionPeriod: aws.Int32(1),
				DBSubnetGroupName: new("harbourline-data"), VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), BacktrackWindow: aws.Int64(0),
			},
			&rds.CreateDBClusterInput{
				DBClusterIdentifier: new("harbourline-loyalty"), Engine: new("aurora-mysql"), EngineVersion: new("8.0.mysql_aurora.3.08.2"), DatabaseName: new("loyalty"),
				MasterUsername: new("loyalty_owner"), MasterUserPassword: new("not-the-real-one"), StorageEncrypted: new(true), KmsKeyId: at.key("harbourline-data"), BackupRetentionPeriod: aws.Int32(7),
				DeletionProtection: new(true), CopyTagsToSnapshot: new(true), BacktrackWindow: aws.Int64(86400), EnableCloudwatchLogsExports: []string{"audit", "error"}, DBSubnetGroupName: new("harbourline-data"),
				VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), Tags: rdsTags(production("storefront", "")),
			},
		),
		each(client.CreateDBInstance,
			member("harbourline-accounts-1", "harbourline-accounts", "aurora-postgresql", "db.r6g.large", false),
			member("harbourline-accounts-2", "harbourline-accounts", "aurora-postgresql", "db.r6g.large", false),
			member("harbourline-reviews-1", "harbourline-reviews", "aurora-mysql", "db.r4.large", false),
			member("harbourline-reviews-2", "harbourline-reviews", "aurora-mysql", "db.r4.large", true), // for the agency
			member("harbourline-loyalty-1", "harbourline-loyalty", "aurora-mysql", "db.r6g.large", false),
		),
		to(client.CreateDBClusterSnapshot, &rds.CreateDBClusterSnapshotInput{DBClusterIdentifier: new("harbourline-reviews"), DBClusterSnapshotIdentifier: new("reviews-2025")}),
		to(client.ModifyDBClusterSnapshotAttribute, &rds.ModifyDBClusterSnapshotAttributeInput{DBClusterSnapshotIdentifier: new("reviews-2025"), AttributeName: new("restore"), ValuesToAdd: []string{"all"}}),
		to(client.CreateDBClusterParameterGroup, &rds.CreateDBClusterParameterGroupInput{DBClusterParameterGroupName: new("harbourline-aurora-mysql8"), DBParameterGroupFamily: new("aurora-mysql8.0"), Description: new("Loyalty")}),
		to(client.ModifyDBClusterParameterGroup, &rds.ModifyDBClusterParameterGroupInput{DBClusterParameterGroupName: new("harbourline-aurora-mysql8"), Parameters: []types.Parameter{
			{ParameterName: new("require_secure_transport"), ParameterValue: new("ON"), ApplyMethod: types.ApplyMethodImmediate},
		}}),
	)
}
