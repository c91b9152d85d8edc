package aws_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	searchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	redshifttypes "github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// databaseVerdicts are the verdicts on the account that fillDatabases makes:
// a rule, then what passes, then behind a bar what fails. "-" is none.
const databaseVerdicts = `
RDS-002 orders | legacy
RDS-003 orders | legacy
RDS-004 orders | legacy
RDS-005 orders | legacy
RDS-006 orders | legacy
RDS-007 orders | legacy
RDS-008 orders | legacy
RDS-009 orders | legacy
RDS-010 legacy orders | -
RDS-011 orders | legacy
RDS-012 orders | legacy
RDS-023 orders-1 stock-2 | legacy-1 stock-1
RDS-024 - | 123456789012
RDS-026 orders | legacy
RDS-027 - | failures
RDS-029 us-east-1 | -
RDS-030 orders | legacy
RDS-031 orders | legacy
RDS-033 orders | legacy
RDS-035 stock | -
RDS-037 orders | legacy
RDS-039 orders | legacy
RDS-040 orders-1 | legacy-1 stock-1 stock-2
RDS-042 stock | -
Neptune-001 fraud-1 | -
Neptune-005 - | fraud
Neptune-006 fraud | -
EC-001 sessions | pages
EC-002 carts | open
EC-003 sessions | pages
EC-010 123456789012 | -
EC-011 sessions | pages
EC-013 sessions | pages
EC-014 carts | open
ES-001 logs | legacy
ES-002 logs | legacy
ES-003 logs | legacy
ES-004 logs | legacy
ES-005 logs | legacy
ES-006 - | legacy logs
ES-007 logs | legacy
ES-008 - | 123456789012
ES-009 logs | legacy
ES-010 - | legacy logs
ES-011 logs | legacy
ES-012 logs | legacy
ES-013 logs | legacy
ES-015 logs | legacy
RS-001 sales | scratch
RS-002 sales | scratch
RS-003 sales | scratch
RS-005 sales | scratch
RS-006 sales | scratch
RS-007 new | default.redshift-1.0 sales
RS-008 sales | scratch
RS-017 sales | scratch
RS-018 sales | scratch
RS-019 sales | scratch
RS-021 123456789012 | -
RS-022 sales | scratch
RS-023 - | default.redshift-1.0 new sales
RS-024 - | sales scratch
`

// TestDatabaseVerdicts judges databases, caches, warehouses and search domains
// of moto's by the rules on them. Left out are those for which moto tells too
// little: it gives caches no port.
func TestDatabaseVerdicts(t *testing.T) {
	moto := awstest.Moto(t)
	fillDatabases(t, moto)
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(strings.TrimSpace(databaseVerdicts)) {
		id, want, _ := strings.Cut(strings.TrimSpace(line), " ")
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		reads, err := r.Reads()
		if err != nil {
			t.Fatal(err)
		}
		inv, stats := aws.Read(t.Context(), aws.Options{
			Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: moto.Config("us-east-1")}},
			Regions:  []string{"us-east-1"}, Needs: reads, Now: time.Now(), Attempts: 2, Backoff: time.Millisecond,
		})
		for _, f := range stats.Failures {
			t.Errorf("%s: %s: %s", id, f.Action, f.Reason)
		}
		checks, err := prove.Judge(library, r, inv, keystoneDay)
		if err != nil {
			t.Fatal(err)
		}
		ids := map[string][]string{"pass": {}, "fail": {}}
		for _, c := range checks {
			if c.Verdict == "unknown" {
				t.Errorf("%s: %s is unknown: %v", id, c.Resource.ID, c.Missing)
			}
			if !strings.HasPrefix(c.Resource.ID, "rds:") { // an automated snapshot, named after the time
				ids[string(c.Verdict)] = append(ids[string(c.Verdict)], c.Resource.ID)
				exercise(moto.Config("us-east-1"), id, string(c.Verdict))
			}
		}
		if got := list(ids["pass"]) + " | " + list(ids["fail"]); got != want {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

func list(ids []string) string {
	if len(ids) == 0 {
		return "-"
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// fillDatabases makes a sound and a flawed one of each kind.
func fillDatabases(t *testing.T, moto *awstest.Server) {
	t.Helper()
	config, ctx := moto.Config("us-east-1"), t.Context()
	key, err := kms.NewFromConfig(config).CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	s, n, yes, no := awssdk.String, awssdk.Int32, awssdk.Bool(true), awssdk.Bool(false)
	private, public := networkFor(t, moto)
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}

	databases := rds.NewFromConfig(config)
	must(databases.CreateDBSubnetGroup(ctx, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: s("private"), DBSubnetGroupDescription: s("Private"), SubnetIds: []string{private}}))
	must(databases.CreateDBSubnetGroup(ctx, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: s("mixed"), DBSubnetGroupDescription: s("Mixed"), SubnetIds: []string{private, public}}))
	must(databases.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: s("orders"), DBInstanceClass: s("db.m7g.large"), Engine: s("postgres"), EngineVersion: s("16.4"), AllocatedStorage: n(100),
		StorageType: s("gp3"), StorageEncrypted: yes, KmsKeyId: key.KeyMetadata.Arn, MasterUsername: s("orders_owner"), MasterUserPassword: s("correct horse"),
		Port: n(5433), MultiAZ: yes, BackupRetentionPeriod: n(14), CopyTagsToSnapshot: yes, DeletionProtection: yes, AutoMinorVersionUpgrade: yes,
		EnableIAMDatabaseAuthentication: yes, EnableCloudwatchLogsExports: []string{"postgresql"}, PubliclyAccessible: no, DBSubnetGroupName: s("private"),
	}))
	must(databases.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: s("legacy"), DBInstanceClass: s("db.t2.micro"), Engine: s("mysql"), EngineVersion: s("5.7.44"), AllocatedStorage: n(20),
		MasterUsername: s("admin"), MasterUserPassword: s("correct horse"), PubliclyAccessible: yes, AutoMinorVersionUpgrade: no,
		BackupRetentionPeriod: n(0), DBSubnetGroupName: s("mixed"),
	}))
	must(databases.CreateDBCluster(ctx, &rds.CreateDBClusterInput{
		DBClusterIdentifier: s("stock"), Engine: s("aurora-postgresql"), MasterUsername: s("owner"), MasterUserPassword: s("correct horse"),
		DeletionProtection: yes, CopyTagsToSnapshot: yes,
	}))
	must(databases.CreateDBCluster(ctx, &rds.CreateDBClusterInput{DBClusterIdentifier: s("fraud"), Engine: s("neptune"), StorageEncrypted: yes}))
	must(databases.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: s("fraud-1"), DBClusterIdentifier: s("fraud"), DBInstanceClass: s("db.r6g.large"), Engine: s("neptune"), AutoMinorVersionUpgrade: yes,
	}))
	for _, name := range []string{"orders", "legacy"} {
		must(databases.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: &name, DBSnapshotIdentifier: s(name + "-1")}))
	}
	for i := range 2 {
		must(databases.CreateDBClusterSnapshot(ctx, &rds.CreateDBClusterSnapshotInput{DBClusterIdentifier: s("stock"), DBClusterSnapshotIdentifier: s(fmt.Sprintf("stock-%d", i+1))}))
	}
	must(databases.ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{DBSnapshotIdentifier: s("legacy-1"), AttributeName: s("restore"), ValuesToAdd: []string{"all"}}))
	must(databases.ModifyDBClusterSnapshotAttribute(ctx, &rds.ModifyDBClusterSnapshotAttributeInput{DBClusterSnapshotIdentifier: s("stock-1"), AttributeName: s("restore"), ValuesToAdd: []string{"all"}}))
	must(databases.CreateEventSubscription(ctx, &rds.CreateEventSubscriptionInput{
		SubscriptionName: s("failures"), SnsTopicArn: s("arn:aws:sns:us-east-1:123456789012:pager"), SourceType: s("db-instance"), EventCategories: []string{"failure"}, Enabled: yes,
	}))

	caches := elasticache.NewFromConfig(config)
	must(caches.CreateCacheSubnetGroup(ctx, &elasticache.CreateCacheSubnetGroupInput{CacheSubnetGroupName: s("private"), CacheSubnetGroupDescription: s("Private"), SubnetIds: []string{private}}))
	must(caches.CreateCacheCluster(ctx, &elasticache.CreateCacheClusterInput{
		CacheClusterId: s("sessions"), Engine: s("redis"), EngineVersion: s("7.1"), CacheNodeType: s("cache.t4g.small"), CacheSubnetGroupName: s("private"),
	}))
	must(caches.CreateCacheCluster(ctx, &elasticache.CreateCacheClusterInput{
		CacheClusterId: s("pages"), Engine: s("memcached"), EngineVersion: s("1.4.34"), CacheNodeType: s("cache.m3.medium"), NumCacheNodes: n(2),
	}))
	must(caches.CreateReplicationGroup(ctx, &elasticache.CreateReplicationGroupInput{
		ReplicationGroupId: s("carts"), ReplicationGroupDescription: s("Carts"), CacheNodeType: s("cache.m7g.large"), AutomaticFailoverEnabled: yes, MultiAZEnabled: yes,
		NumCacheClusters: n(2), AtRestEncryptionEnabled: yes, TransitEncryptionEnabled: yes,
	}))
	must(caches.CreateReplicationGroup(ctx, &elasticache.CreateReplicationGroupInput{
		ReplicationGroupId: s("open"), ReplicationGroupDescription: s("Open"), CacheNodeType: s("cache.m7g.large"), NumCacheClusters: n(1),
	}))

	warehouses := redshift.NewFromConfig(config)
	for name, family := range map[string]string{"sales": "redshift-1.0", "new": "redshift-2.0"} {
		must(warehouses.CreateClusterParameterGroup(ctx, &redshift.CreateClusterParameterGroupInput{ParameterGroupName: &name, ParameterGroupFamily: &family, Description: &name}))
	}
	must(warehouses.CreateCluster(ctx, &redshift.CreateClusterInput{
		ClusterIdentifier: s("sales"), NodeType: s("ra3.xlplus"), ClusterType: s("multi-node"), NumberOfNodes: n(2), MasterUsername: s("sales_owner"),
		MasterUserPassword: s("Correct1Horse"), Port: n(5440), Encrypted: yes, KmsKeyId: key.KeyMetadata.Arn, PubliclyAccessible: no, AllowVersionUpgrade: yes,
		AutomatedSnapshotRetentionPeriod: n(14), ClusterParameterGroupName: s("sales"),
	}))
	must(warehouses.CreateCluster(ctx, &redshift.CreateClusterInput{
		ClusterIdentifier: s("scratch"), NodeType: s("dc1.large"), ClusterType: s("single-node"), MasterUsername: s("awsuser"), MasterUserPassword: s("Correct1Horse"),
		Encrypted: no, PubliclyAccessible: yes, AllowVersionUpgrade: no,
	}))
	must(warehouses.EnableLogging(ctx, &redshift.EnableLoggingInput{ClusterIdentifier: s("sales"), BucketName: s("example-logs"), LogDestinationType: redshifttypes.LogDestinationTypeS3}))

	fillDomains(t, opensearch.NewFromConfig(config), *key.KeyMetadata.Arn)
}

func fillDomains(t *testing.T, client *opensearch.Client, key string) {
	t.Helper()
	s, n, yes := awssdk.String, awssdk.Int32, awssdk.Bool(true)
	published := searchtypes.LogPublishingOption{CloudWatchLogsLogGroupArn: s("arn:aws:logs:us-east-1:123456789012:log-group:slow"), Enabled: yes}
	allow := func(principal string) *string {
		return s(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"es:ESHttp*","Resource":"*"}]}`)
	}
	for _, domain := range []*opensearch.CreateDomainInput{
		{
			DomainName: s("logs"), EngineVersion: s("OpenSearch_3.5"), AccessPolicies: allow("arn:aws:iam::123456789012:role/ingest"),
			ClusterConfig: &searchtypes.ClusterConfig{
				InstanceType: "m7g.large.search", InstanceCount: n(3), ZoneAwarenessEnabled: yes,
				DedicatedMasterEnabled: yes, DedicatedMasterType: "m7g.large.search", DedicatedMasterCount: n(3),
			},
			EBSOptions:                  &searchtypes.EBSOptions{EBSEnabled: yes, VolumeType: searchtypes.VolumeTypeGp3, VolumeSize: n(100)},
			EncryptionAtRestOptions:     &searchtypes.EncryptionAtRestOptions{Enabled: yes, KmsKeyId: &key},
			NodeToNodeEncryptionOptions: &searchtypes.NodeToNodeEncryptionOptions{Enabled: yes},
			LogPublishingOptions:        map[string]searchtypes.LogPublishingOption{"INDEX_SLOW_LOGS": published, "SEARCH_SLOW_LOGS": published},
		},
		{
			DomainName: s("legacy"), EngineVersion: s("Elasticsearch_6.8"), AccessPolicies: allow("*"),
			ClusterConfig: &searchtypes.ClusterConfig{InstanceType: "m4.large.search", InstanceCount: n(1)},
			EBSOptions:    &searchtypes.EBSOptions{EBSEnabled: yes, VolumeType: searchtypes.VolumeTypeIo1, VolumeSize: n(100), Iops: n(1000)},
		},
	} {
		if _, err := client.CreateDomain(t.Context(), domain); err != nil {
			t.Fatal(err)
		}
	}
}

// networkFor makes a VPC with a private and a public subnet.
func networkFor(t *testing.T, moto *awstest.Server) (private, public string) {
	t.Helper()
	client, ctx, s := ec2.NewFromConfig(moto.Config("us-east-1")), t.Context(), awssdk.String
	vpc, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: s("10.0.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	var subnets []string
	for i, zone := range []string{"us-east-1a", "us-east-1b"} {
		made, err := client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc.Vpc.VpcId, CidrBlock: s(fmt.Sprintf("10.0.%d.0/24", i)), AvailabilityZone: &zone})
		if err != nil {
			t.Fatal(err)
		}
		subnets = append(subnets, *made.Subnet.SubnetId)
	}
	gateway, err := client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})
	if err != nil {
		t.Fatal(err)
	}
	table, err := client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc.Vpc.VpcId})
	if err != nil {
		t.Fatal(err)
	}
	id := gateway.InternetGateway.InternetGatewayId
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: vpc.Vpc.VpcId}))
	must(client.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: table.RouteTable.RouteTableId, DestinationCidrBlock: s("0.0.0.0/0"), GatewayId: id}))
	must(client.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table.RouteTable.RouteTableId, SubnetId: &subnets[1]}))
	return subnets[0], subnets[1]
}
