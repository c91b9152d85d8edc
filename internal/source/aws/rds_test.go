package aws

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDBInstances(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	key, err := kms.NewFromConfig(moto.Config("us-east-1")).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, create := range []*rds.CreateDBInstanceInput{
		{
			DBInstanceIdentifier: ptr("orders"), DBInstanceClass: ptr("db.m7g.large"), Engine: ptr("postgres"), EngineVersion: ptr("16.4"),
			AllocatedStorage: ptr(int32(100)), MaxAllocatedStorage: ptr(int32(500)), StorageType: ptr("gp3"), StorageEncrypted: ptr(true),
			KmsKeyId: key.KeyMetadata.Arn, MasterUsername: ptr("orders_owner"), ManageMasterUserPassword: ptr(true), Port: ptr(int32(5433)),
			MultiAZ: ptr(true), BackupRetentionPeriod: ptr(int32(14)), CopyTagsToSnapshot: ptr(true), DeletionProtection: ptr(true),
			EnableIAMDatabaseAuthentication: ptr(true), EnableCloudwatchLogsExports: []string{"postgresql"},
			AutoMinorVersionUpgrade: ptr(true), PubliclyAccessible: ptr(false),
			Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		},
		{
			DBInstanceIdentifier: ptr("legacy"), DBInstanceClass: ptr("db.t2.micro"), Engine: ptr("mysql"), EngineVersion: ptr("5.7.44"),
			AllocatedStorage: ptr(int32(20)), MasterUsername: ptr("admin"), MasterUserPassword: ptr("correct horse"),
			PubliclyAccessible: ptr(true), AutoMinorVersionUpgrade: ptr(false), BackupRetentionPeriod: ptr(int32(0)),
		},
	} {
		if _, err := client.CreateDBInstance(t.Context(), create); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.CreateDBInstanceReadReplica(t.Context(), &rds.CreateDBInstanceReadReplicaInput{
		DBInstanceIdentifier: ptr("orders-read"), SourceDBInstanceIdentifier: ptr("orders"),
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::RDS::DBInstance", "AWS::Neptune::DBInstance", "AWS::DocDB::DBInstance")
	if len(got) != 3 {
		t.Errorf("%d resources, want 3", len(got))
	}

	orders := one(t, got, "AWS::RDS::DBInstance", "orders")
	if orders.Created.IsZero() {
		t.Error("orders has no time of creation")
	}
	want := &cloud.Resource{
		Type: "AWS::RDS::DBInstance", ID: "orders", Name: "orders", Region: "us-east-1",
		ARN: "arn:aws:rds:us-east-1:123456789012:db:orders", Account: awstest.Account, World: awstest.Account,
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"AllocatedStorage": "100", "MaxAllocatedStorage": int64(500), "StorageType": "gp3",
			"AutoMinorVersionUpgrade": true, "AvailabilityZone": "us-east-1a", "BackupRetentionPeriod": int64(14),
			"CACertificateIdentifier": "rds-ca-default", "CopyTagsToSnapshot": true,
			"DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:orders", "DBInstanceIdentifier": "orders",
			"DBInstanceClass": "db.m7g.large", "DBInstanceStatus": "available", "DBParameterGroupName": "default.postgres16",
			"DeletionProtection": true, "EnableCloudwatchLogsExports": []any{"postgresql"},
			"EnableIAMDatabaseAuthentication": true, "Engine": "postgres", "EngineVersion": "16.4", "KmsKeyId": *key.KeyMetadata.Arn, "StorageEncrypted": true,
			"LicenseModel": "general-public-license", "ManageMasterUserPassword": true, "MasterUsername": "orders_owner",
			"MultiAZ": true, "OptionGroupName": "default:postgres-16-4", "Port": "5433",
			"PreferredBackupWindow": "13:14-13:44", "PreferredMaintenanceWindow": "wed:06:38-wed:07:08", "PubliclyAccessible": false,
			"ReadReplicaDBInstanceIdentifiers": []any{"orders-read"},
			"Tags":                             []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	// What moto makes up by chance, or at the moment.
	ignored := cmpopts.IgnoreMapEntries(func(name string, _ any) bool {
		return slices.Contains([]string{"Endpoint", "DbiResourceId", "InstanceCreateTime", "LatestRestorableTime", "MasterUserSecret", "VPCSecurityGroups"}, name)
	})
	if diff := cmp.Diff(want, orders, ignored, cmpopts.IgnoreFields(cloud.Resource{}, "Created")); diff != "" {
		t.Errorf("orders (-want +got):\n%s", diff)
	}
	if secret, _ := orders.Properties["MasterUserSecret"].(map[string]any); secret["SecretArn"] == nil || secret["SecretStatus"] != nil {
		t.Errorf("MasterUserSecret = %v", secret)
	}

	expect(t, one(t, got, "AWS::RDS::DBInstance", "legacy"), map[string]any{
		"AutoMinorVersionUpgrade": false, "BackupRetentionPeriod": int64(0), "PubliclyAccessible": true, "StorageEncrypted": false,
		"KmsKeyId": nil, "ManageMasterUserPassword": false, "Port": "3306", "SourceDBInstanceIdentifier": nil,
	})
	expect(t, one(t, got, "AWS::RDS::DBInstance", "orders-read"), map[string]any{"SourceDBInstanceIdentifier": "orders"})
}

// expect compares the named properties of a resource; nil is an absent one.
func expect(t *testing.T, r *cloud.Resource, want map[string]any) {
	t.Helper()
	for name, value := range want {
		if diff := cmp.Diff(value, r.Properties[name]); diff != "" {
			t.Errorf("%s %s: %s (-want +got):\n%s", r.Type, r.ID, name, diff)
		}
	}
}

func TestDBClusters(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	for _, create := range []*rds.CreateDBClusterInput{
		{
			DBClusterIdentifier: ptr("orders"), Engine: ptr("aurora-mysql"), EngineVersion: ptr("8.0.mysql_aurora.3.08.0"),
			MasterUsername: ptr("orders_owner"), ManageMasterUserPassword: ptr(true), StorageEncrypted: ptr(true),
			DeletionProtection: ptr(true), CopyTagsToSnapshot: ptr(true), BacktrackWindow: ptr(int64(3600)),
			EnableIAMDatabaseAuthentication: ptr(true), EnableCloudwatchLogsExports: []string{"audit"}, Port: ptr(int32(3307)),
			Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		},
		{
			DBClusterIdentifier: ptr("fraud"), Engine: ptr("neptune"),
			StorageEncrypted: ptr(true), BackupRetentionPeriod: ptr(int32(7)),
		},
	} {
		if _, err := client.CreateDBCluster(t.Context(), create); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.CreateDBInstance(t.Context(), &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: ptr("fraud-1"), DBClusterIdentifier: ptr("fraud"), DBInstanceClass: ptr("db.r6g.large"),
		Engine: ptr("neptune"), AutoMinorVersionUpgrade: ptr(false),
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::Neptune::DBCluster", "AWS::Neptune::DBInstance")
	if len(got) != 3 {
		t.Errorf("%d resources, want 3", len(got))
	}
	orders := one(t, got, "AWS::RDS::DBCluster", "orders")
	expect(t, orders, map[string]any{
		"DBClusterIdentifier": "orders", "Engine": "aurora-mysql", "EngineVersion": "8.0.mysql_aurora.3.08.0", "EngineMode": "provisioned",
		"DeletionProtection": true, "CopyTagsToSnapshot": true, "BacktrackWindow": int64(3600), "StorageEncrypted": true,
		"EnableIAMDatabaseAuthentication": true, "EnableCloudwatchLogsExports": []any{"audit"}, "Port": int64(3307),
		"MasterUsername": "orders_owner", "ManageMasterUserPassword": true, "GlobalClusterIdentifier": nil,
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	})
	if orders.ARN != "arn:aws:rds:us-east-1:123456789012:cluster:orders" || orders.Tags["Team"] != "shop" {
		t.Errorf("orders = %s, tags %v", orders.ARN, orders.Tags)
	}
	expect(t, one(t, got, "AWS::Neptune::DBCluster", "fraud"), map[string]any{
		"DBClusterIdentifier": "fraud", "IamAuthEnabled": false, "StorageEncrypted": true, "BackupRetentionPeriod": int64(7),
		"DBPort": int64(8182), "Port": "8182",
	})
	expect(t, one(t, got, "AWS::Neptune::DBInstance", "fraud-1"), map[string]any{
		"DBInstanceIdentifier": "fraud-1", "DBClusterIdentifier": "fraud", "AutoMinorVersionUpgrade": false, "DBInstanceClass": "db.r6g.large",
	})
}

// The answers are written after the Amazon RDS API Reference and the Amazon
// DocumentDB Developer Guide: what moto does not give.
func TestDBInstanceAnswers(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeDBInstances": {{body: `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances>
<DBInstance>
  <DBInstanceIdentifier>orders</DBInstanceIdentifier><Engine>sqlserver-se</Engine><DBInstanceStatus>available</DBInstanceStatus>
  <Endpoint><Address>orders.example.com</Address><Port>1433</Port><HostedZoneId>Z2R2ITUGPM61AM</HostedZoneId></Endpoint>
  <DbInstancePort>0</DbInstancePort>
  <DBSubnetGroup><DBSubnetGroupName>private</DBSubnetGroupName><VpcId>vpc-1</VpcId><Subnets>
    <Subnet><SubnetIdentifier>subnet-1</SubnetIdentifier></Subnet><Subnet><SubnetIdentifier>subnet-2</SubnetIdentifier></Subnet>
  </Subnets></DBSubnetGroup>
  <VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-1</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroups>
  <DomainMemberships><DomainMembership><Domain>d-1</Domain><Status>joined</Status><FQDN>corp.example.com</FQDN><IAMRoleName>join</IAMRoleName><OU>OU=db</OU></DomainMembership></DomainMemberships>
  <AssociatedRoles><DBInstanceRole><RoleArn>arn:aws:iam::123456789012:role/s3</RoleArn><FeatureName>S3_INTEGRATION</FeatureName><Status>ACTIVE</Status></DBInstanceRole></AssociatedRoles>
  <CertificateDetails><CAIdentifier>rds-ca-rsa2048-g1</CAIdentifier><ValidTill>2027-05-01T00:00:00Z</ValidTill></CertificateDetails>
  <AdditionalStorageVolumes><member><VolumeName>data2</VolumeName><StorageVolumeStatus>in-use</StorageVolumeStatus><AllocatedStorage>200</AllocatedStorage><IOPS>3000</IOPS></member></AdditionalStorageVolumes>
  <DBInstanceAutomatedBackupsReplications><DBInstanceAutomatedBackupsReplication><DBInstanceAutomatedBackupsArn>arn:aws:rds:us-west-2:123456789012:auto-backup:ab-1</DBInstanceAutomatedBackupsArn></DBInstanceAutomatedBackupsReplication></DBInstanceAutomatedBackupsReplications>
  <StorageEncrypted>true</StorageEncrypted><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KmsKeyId>
  <PerformanceInsightsEnabled>true</PerformanceInsightsEnabled><PerformanceInsightsKMSKeyId>arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222</PerformanceInsightsKMSKeyId>
</DBInstance>
<DBInstance><DBInstanceIdentifier>new</DBInstanceIdentifier><Engine>postgres</Engine><DBInstanceStatus>creating</DBInstanceStatus><DbInstancePort>0</DbInstancePort></DBInstance>
</DBInstances><Marker>more</Marker></DescribeDBInstancesResult></DescribeDBInstancesResponse>`}},
		"ListAliases": nil,
	})
	server.answers["DescribeDBInstances"] = append(answers{{
		when: "Marker=more",
		body: `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances>
<DBInstance><DBInstanceIdentifier>papers-1</DBInstanceIdentifier><DBInstanceArn>arn:aws:rds:us-east-1:123456789012:db:papers-1</DBInstanceArn><Engine>docdb</Engine><EngineVersion>5.0.0</EngineVersion>
  <DBClusterIdentifier>papers</DBClusterIdentifier><DBInstanceClass>db.r6g.large</DBInstanceClass><AutoMinorVersionUpgrade>true</AutoMinorVersionUpgrade>
  <Endpoint><Address>papers-1.example.com</Address><Port>27017</Port></Endpoint><CACertificateIdentifier>rds-ca-rsa2048-g1</CACertificateIdentifier>
</DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
	}}, server.answers["DescribeDBInstances"]...)
	server.answers["TrentService.ListAliases"] = answers{{body: `{"Aliases":[
{"AliasName":"alias/aws/rds","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/rds","TargetKeyId":"11111111-1111-1111-1111-111111111111"},
{"AliasName":"alias/insights","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/insights","TargetKeyId":"22222222-2222-2222-2222-222222222222"}]}`}}
	inv, stats := server.collected(t, "AWS::RDS::DBInstance", "AWS::DocDB::DBInstance")
	for _, f := range stats.Failures {
		t.Errorf("%s: %s", f.Action, f.Reason)
	}
	expect(t, one(t, inv.Resources, "AWS::RDS::DBInstance", "orders"), map[string]any{
		"Port": "1433", "DBSubnetGroupName": "private", "SubnetIds": []any{"subnet-1", "subnet-2"}, "VpcId": "vpc-1",
		"VPCSecurityGroups": []any{"sg-1"}, "Domain": "d-1", "DomainFqdn": "corp.example.com", "DomainIAMRoleName": "join", "DomainOu": "OU=db",
		"AssociatedRoles":                  []any{map[string]any{"RoleArn": "arn:aws:iam::123456789012:role/s3", "FeatureName": "S3_INTEGRATION"}},
		"CertificateDetails":               map[string]any{"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": "2027-05-01T00:00:00Z"},
		"AdditionalStorageVolumes":         []any{map[string]any{"VolumeName": "data2", "AllocatedStorage": "200", "Iops": int64(3000)}},
		"AutomaticBackupReplicationRegion": "us-west-2",
		"KmsKeyId":                         "alias/aws/rds",
		"PerformanceInsightsKMSKeyId":      "arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222",
		"EnablePerformanceInsights":        true,
	})
	created := one(t, inv.Resources, "AWS::RDS::DBInstance", "new")
	if _, ok := created.Properties["Port"].(*cloud.Unresolved); !ok {
		t.Errorf("the port of an instance without an endpoint is %v, want unresolved", created.Properties["Port"])
	}
	if created.Properties["KmsKeyId"] != nil {
		t.Errorf("the key of an instance without one is %v", created.Properties["KmsKeyId"])
	}
	expect(t, one(t, inv.Resources, "AWS::DocDB::DBInstance", "papers-1"), map[string]any{
		"DBInstanceIdentifier": "papers-1", "DBClusterIdentifier": "papers", "Port": "27017", "Endpoint": "papers-1.example.com",
		"CACertificateIdentifier": "rds-ca-rsa2048-g1", "EngineVersion": "5.0.0", "AutoMinorVersionUpgrade": true,
	})
	if server.count("DescribeDBInstances") != 2 || server.count("TrentService.ListAliases") != 1 {
		t.Errorf("%d lists and %d lists of aliases, want 2 and 1", server.count("DescribeDBInstances"), server.count("TrentService.ListAliases"))
	}
}

// The answers are written after the Amazon Neptune API Reference and the
// Amazon DocumentDB Developer Guide: moto refuses IAM authentication of Neptune
// and has no DocumentDB.
func TestDBClusterAnswers(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeDBClusters": {{body: `<DescribeDBClustersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBClustersResult><DBClusters>
<DBCluster><DBClusterIdentifier>fraud</DBClusterIdentifier><Engine>neptune</Engine><IAMDatabaseAuthenticationEnabled>true</IAMDatabaseAuthenticationEnabled>
  <DbClusterResourceId>cluster-1</DbClusterResourceId><Port>8182</Port><Endpoint>fraud.example.com</Endpoint><ReaderEndpoint>fraud-ro.example.com</ReaderEndpoint><MultiAZ>true</MultiAZ>
  <EnabledCloudwatchLogsExports><member>audit</member></EnabledCloudwatchLogsExports><DBClusterParameterGroup>default.neptune1.3</DBClusterParameterGroup><DBSubnetGroup>private</DBSubnetGroup>
  <ServerlessV2ScalingConfiguration><MinCapacity>1.0</MinCapacity><MaxCapacity>16.0</MaxCapacity></ServerlessV2ScalingConfiguration>
  <StorageEncrypted>true</StorageEncrypted><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KmsKeyId></DBCluster>
<DBCluster><DBClusterIdentifier>papers</DBClusterIdentifier><DBClusterArn>arn:aws:rds:us-east-1:123456789012:cluster:papers</DBClusterArn><Engine>docdb</Engine><EngineVersion>5.0.0</EngineVersion><Port>27017</Port>
  <BackupRetentionPeriod>7</BackupRetentionPeriod><StorageEncrypted>false</StorageEncrypted><DeletionProtection>true</DeletionProtection>
  <MasterUserSecret><SecretArn>arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!papers</SecretArn><SecretStatus>active</SecretStatus><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222</KmsKeyId></MasterUserSecret></DBCluster>
<DBCluster><DBClusterIdentifier>stock</DBClusterIdentifier><Engine>aurora-mysql</Engine><EngineMode>provisioned</EngineMode><Endpoint>stock.example.com</Endpoint><Port>3306</Port><ReaderEndpoint>stock-ro.example.com</ReaderEndpoint>
  <LocalWriteForwardingStatus>enabled</LocalWriteForwardingStatus><HttpEndpointEnabled>true</HttpEndpointEnabled><GlobalClusterIdentifier>world</GlobalClusterIdentifier>
  <AssociatedRoles><DBClusterRole><RoleArn>arn:aws:iam::123456789012:role/s3</RoleArn><Status>ACTIVE</Status></DBClusterRole></AssociatedRoles>
  <DBClusterMembers><DBClusterMember><DBInstanceIdentifier>stock-1</DBInstanceIdentifier><IsClusterWriter>true</IsClusterWriter><PromotionTier>1</PromotionTier></DBClusterMember></DBClusterMembers>
  <ScalingConfigurationInfo><MinCapacity>2</MinCapacity><MaxCapacity>8</MaxCapacity><AutoPause>true</AutoPause></ScalingConfigurationInfo>
  <PerformanceInsightsEnabled>true</PerformanceInsightsEnabled></DBCluster>
</DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasName":"alias/aws/rds","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/rds","TargetKeyId":"11111111-1111-1111-1111-111111111111"}]}`}},
	})
	inv, stats := server.collected(t, "AWS::RDS::DBCluster", "AWS::Neptune::DBCluster", "AWS::DocDB::DBCluster")
	if len(stats.Failures) > 0 || len(inv.Resources) != 3 {
		t.Errorf("failures %v, %d resources, want 3", stats.Failures, len(inv.Resources))
	}
	expect(t, one(t, inv.Resources, "AWS::Neptune::DBCluster", "fraud"), map[string]any{
		"IamAuthEnabled": true, "ClusterResourceId": "cluster-1", "Port": "8182", "DBPort": int64(8182), "Endpoint": "fraud.example.com",
		"ReadEndpoint": "fraud-ro.example.com", "MultiAZ": true, "EnableCloudwatchLogsExports": []any{"audit"},
		"DBClusterParameterGroupName": "default.neptune1.3", "DBSubnetGroupName": "private", "KmsKeyId": "alias/aws/rds",
		"ServerlessScalingConfiguration": map[string]any{"MinCapacity": 1.0, "MaxCapacity": 16.0},
	})
	expect(t, one(t, inv.Resources, "AWS::DocDB::DBCluster", "papers"), map[string]any{
		"DBClusterIdentifier": "papers", "Id": "papers", "EngineVersion": "5.0.0", "Port": int64(27017), "BackupRetentionPeriod": int64(7),
		"StorageEncrypted": false, "DeletionProtection": true, "ManageMasterUserPassword": true, "KmsKeyId": nil,
		"MasterUserSecretKmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/22222222-2222-2222-2222-222222222222",
	})
	expect(t, one(t, inv.Resources, "AWS::RDS::DBCluster", "stock"), map[string]any{
		"Endpoint": map[string]any{"Address": "stock.example.com", "Port": "3306"}, "ReadEndpoint": map[string]any{"Address": "stock-ro.example.com"},
		"EnableLocalWriteForwarding": true, "EnableHttpEndpoint": true, "GlobalClusterIdentifier": "world", "PerformanceInsightsEnabled": true,
		"AssociatedRoles":      []any{map[string]any{"RoleArn": "arn:aws:iam::123456789012:role/s3"}},
		"DBClusterMembers":     []any{map[string]any{"DBInstanceIdentifier": "stock-1", "IsClusterWriter": true, "PromotionTier": int64(1)}},
		"ScalingConfiguration": map[string]any{"MinCapacity": int64(2), "MaxCapacity": int64(8), "AutoPause": true},
	})
}
