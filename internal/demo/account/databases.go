package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// databases of the shop: those in order, the catalogue that nobody dares to
// touch, and the copy for finance that the internet can reach.
func (s *shop) databases(ctx context.Context) error {
	at := s.production
	client := rds.NewFromConfig(at.Config)
	staging := rds.NewFromConfig(s.staging.Config)
	return inOrder(ctx,
		each(client.CreateDBSubnetGroup,
			&rds.CreateDBSubnetGroupInput{DBSubnetGroupName: new("harbourline-data"), DBSubnetGroupDescription: new("Data subnets"), SubnetIds: from(at.subnets, "data-a", "data-b"), Tags: rdsTags(production("data", ""))},
			&rds.CreateDBSubnetGroupInput{DBSubnetGroupName: new("harbourline-public"), DBSubnetGroupDescription: new("For finance"), SubnetIds: from(at.subnets, "web-a", "web-b")},
		),
		to(staging.CreateDBSubnetGroup, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: new("staging"), DBSubnetGroupDescription: new("staging"), SubnetIds: from(s.staging.subnets, "staging-a", "staging-b")}),
		s.parameterGroups,
		each(client.CreateDBInstance, s.productionDatabases()...),
		each(staging.CreateDBInstance, s.stagingDatabases()...),
		s.clusters,
		s.databaseSnapshots,
		s.databaseEvents,
		to(client.CreateDBProxy, &rds.CreateDBProxyInput{
			DBProxyName: new("harbourline-orders"), EngineFamily: types.EngineFamilyPostgresql, RoleArn: s.role("HarbourlineTasks"),
			VpcSubnetIds: from(at.subnets, "data-a", "data-b"), VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), RequireTLS: new(false),
			Auth: []types.UserAuthConfig{{AuthScheme: types.AuthSchemeSecrets, IAMAuth: types.IAMAuthModeDisabled, SecretArn: new(s.arn("secretsmanager", Production, "secret:harbourline/orders-db"))}},
		}),
	)
}

// parameterGroups force TLS, or do not.
func (s *shop) parameterGroups(ctx context.Context) error {
	client := rds.NewFromConfig(s.production.Config)
	set := func(name, value string) types.Parameter {
		return types.Parameter{ParameterName: new(name), ParameterValue: new(value), ApplyMethod: types.ApplyMethodPendingReboot}
	}
	return inOrder(ctx,
		each(client.CreateDBParameterGroup,
			&rds.CreateDBParameterGroupInput{DBParameterGroupName: new("harbourline-postgres17"), DBParameterGroupFamily: new("postgres17"), Description: new("Orders"), Tags: rdsTags(production("data", ""))},
			&rds.CreateDBParameterGroupInput{DBParameterGroupName: new("harbourline-mysql57"), DBParameterGroupFamily: new("mysql5.7"), Description: new("Catalogue")},
		),
		each(client.ModifyDBParameterGroup,
			&rds.ModifyDBParameterGroupInput{DBParameterGroupName: new("harbourline-postgres17"), Parameters: []types.Parameter{set("rds.force_ssl", "1"), set("log_statement", "ddl"), set("log_min_duration_statement", "500")}},
			&rds.ModifyDBParameterGroupInput{DBParameterGroupName: new("harbourline-mysql57"), Parameters: []types.Parameter{set("require_secure_transport", "OFF")}},
		),
	)
}

func (s *shop) productionDatabases() []*rds.CreateDBInstanceInput {
	at := s.production
	return []*rds.CreateDBInstanceInput{
		{
			DBInstanceIdentifier: new("harbourline-orders"), Engine: new("postgres"), EngineVersion: new("17.6"), DBInstanceClass: new("db.m6g.large"),
			AllocatedStorage: aws.Int32(200), MaxAllocatedStorage: aws.Int32(1000), StorageType: new("gp3"), StorageEncrypted: new(true), KmsKeyId: at.key("harbourline-data"),
			MasterUsername: new("orders_owner"), MasterUserPassword: new("not-the-real-one"), Port: aws.Int32(6432), DBName: new("orders"),
			DBSubnetGroupName: new("harbourline-data"), VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), DBParameterGroupName: new("harbourline-postgres17"),
			MultiAZ: new(true), BackupRetentionPeriod: aws.Int32(14), DeletionProtection: new(true), CopyTagsToSnapshot: new(true), AutoMinorVersionUpgrade: new(true),
			EnableIAMDatabaseAuthentication: new(true), EnablePerformanceInsights: new(true), PerformanceInsightsKMSKeyId: at.key("harbourline-data"),
			EnableCloudwatchLogsExports: []string{"postgresql", "upgrade"}, MonitoringInterval: aws.Int32(60), MonitoringRoleArn: s.role("HarbourlineMonitoring"),
			PubliclyAccessible: new(false), CACertificateIdentifier: new("rds-ca-rsa2048-g1"), Tags: rdsTags(production("data", "").with("Tier", "data")),
		},
		{
			DBInstanceIdentifier: new("harbourline-catalogue"), Engine: new("mysql"), EngineVersion: new("5.7.44"), DBInstanceClass: new("db.m4.xlarge"),
			AllocatedStorage: aws.Int32(300), StorageType: new("io1"), Iops: aws.Int32(8000), MasterUsername: new("admin"), MasterUserPassword: new("not-the-real-one"),
			DBSubnetGroupName: new("harbourline-data"), VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), DBParameterGroupName: new("harbourline-mysql57"),
			BackupRetentionPeriod: aws.Int32(1), AutoMinorVersionUpgrade: new(false), PubliclyAccessible: new(false), CACertificateIdentifier: new("rds-ca-2019"),
			Tags: rdsTags(production("storefront", "")),
		},
		{
			DBInstanceIdentifier: new("finance-reports"), Engine: new("postgres"), EngineVersion: new("11.22"), DBInstanceClass: new("db.t2.large"),
			AllocatedStorage: aws.Int32(500), StorageType: new("gp2"), MasterUsername: new("postgres"), MasterUserPassword: new("not-the-real-one"), DBName: new("reports"),
			DBSubnetGroupName: new("harbourline-public"), VpcSecurityGroupIds: from(at.groups, "reports"), BackupRetentionPeriod: aws.Int32(0), PubliclyAccessible: new(true),
			AutoMinorVersionUpgrade: new(true),
		},
	}
}

func (s *shop) stagingDatabases() []*rds.CreateDBInstanceInput {
	at := s.staging
	return []*rds.CreateDBInstanceInput{
		{
			DBInstanceIdentifier: new("staging-shop"), Engine: new("mariadb"), EngineVersion: new("10.4.34"), DBInstanceClass: new("db.t3.medium"),
			AllocatedStorage: aws.Int32(50), StorageType: new("gp2"), MasterUsername: new("admin"), MasterUserPassword: new("not-the-real-one"),
			DBSubnetGroupName: new("staging"), VpcSecurityGroupIds: from(at.groups, "staging-databases"), BackupRetentionPeriod: aws.Int32(0), PubliclyAccessible: new(true),
			Tags: rdsTags(owned("staging", "storefront", "")),
		},
		{
			DBInstanceIdentifier: new("staging-orders"), Engine: new("postgres"), EngineVersion: new("16.9"), DBInstanceClass: new("db.t4g.medium"),
			AllocatedStorage: aws.Int32(50), StorageType: new("gp3"), StorageEncrypted: new(true), MasterUsername: new("orders_owner"), MasterUserPassword: new("not-the-real-one"),
			DBSubnetGroupName: new("staging"), VpcSecurityGroupIds: from(at.groups, "staging-databases"), BackupRetentionPeriod: aws.Int32(1), PubliclyAccessible: new(false),
			EnableCloudwatchLogsExports: []string{"postgresql"}, CopyTagsToSnapshot: new(true),
		},
	}
}

// databaseSnapshots were made by hand; one went to the agency, one to everyone.
func (s *shop) databaseSnapshots(ctx context.Context) error {
	client := rds.NewFromConfig(s.production.Config)
	for _, snapshot := range []struct{ database, name, shared string }{
		{"harbourline-orders", "orders-before-17", ""},
		{"harbourline-catalogue", "catalogue-for-tidewater", tidewater},
		{"finance-reports", "reports-2024", "all"},
	} {
		if _, err := client.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: new(snapshot.database), DBSnapshotIdentifier: new(snapshot.name)}); err != nil {
			return fmt.Errorf("snapshot %s: %w", snapshot.name, err)
		}
		if snapshot.shared == "" {
			continue
		}
		if _, err := client.ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{
			DBSnapshotIdentifier: new(snapshot.name), AttributeName: new("restore"), ValuesToAdd: []string{snapshot.shared},
		}); err != nil {
			return fmt.Errorf("snapshot %s: %w", snapshot.name, err)
		}
	}
	return nil
}

// databaseEvents tell the people on call what happens to databases of
// production, though not to clusters.
func (s *shop) databaseEvents(ctx context.Context) error {
	topic := new(s.arn("sns", Production, "harbourline-alerts"))
	return inOrder(ctx, each(rds.NewFromConfig(s.production.Config).CreateEventSubscription,
		&rds.CreateEventSubscriptionInput{SubscriptionName: new("databases"), SnsTopicArn: topic, SourceType: new("db-instance"), EventCategories: []string{"configuration change", "failure", "maintenance"}, Enabled: new(true)},
		&rds.CreateEventSubscriptionInput{SubscriptionName: new("security-groups"), SnsTopicArn: topic, SourceType: new("db-security-group"), EventCategories: []string{"configuration change", "failure"}, Enabled: new(true)},
		&rds.CreateEventSubscriptionInput{SubscriptionName: new("parameters"), SnsTopicArn: topic, SourceType: new("db-parameter-group"), EventCategories: []string{"configuration change"}, Enabled: new(true)},
	))
}

func rdsTags(t tags) []types.Tag {
	return as(t, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
}
