package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDBSnapshots(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	key, err := kms.NewFromConfig(moto.Config("us-east-1")).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	for _, err := range []error{
		second(client.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: ptr("orders"), DBInstanceClass: ptr("db.m7g.large"), Engine: ptr("postgres"), AllocatedStorage: ptr(int32(20)),
			StorageEncrypted: ptr(true), KmsKeyId: key.KeyMetadata.Arn,
		})),
		second(client.CreateDBInstance(ctx, &rds.CreateDBInstanceInput{
			DBInstanceIdentifier: ptr("legacy"), DBInstanceClass: ptr("db.m7g.large"), Engine: ptr("mysql"), AllocatedStorage: ptr(int32(20)),
		})),
		second(client.CreateDBCluster(ctx, &rds.CreateDBClusterInput{
			DBClusterIdentifier: ptr("stock"), Engine: ptr("aurora-postgresql"), MasterUsername: ptr("owner"), MasterUserPassword: ptr("correct horse"),
		})),
		second(client.CreateDBCluster(ctx, &rds.CreateDBClusterInput{DBClusterIdentifier: ptr("fraud"), Engine: ptr("neptune"), StorageEncrypted: ptr(true)})),
		second(client.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{
			DBInstanceIdentifier: ptr("orders"), DBSnapshotIdentifier: ptr("orders-1"), Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		})),
		second(client.CreateDBSnapshot(ctx, &rds.CreateDBSnapshotInput{DBInstanceIdentifier: ptr("legacy"), DBSnapshotIdentifier: ptr("legacy-1")})),
		second(client.CreateDBClusterSnapshot(ctx, &rds.CreateDBClusterSnapshotInput{
			DBClusterIdentifier: ptr("stock"), DBClusterSnapshotIdentifier: ptr("stock-1"),
		})),
		second(client.CreateDBClusterSnapshot(ctx, &rds.CreateDBClusterSnapshotInput{
			DBClusterIdentifier: ptr("fraud"), DBClusterSnapshotIdentifier: ptr("fraud-1"),
		})),
		second(client.ModifyDBSnapshotAttribute(ctx, &rds.ModifyDBSnapshotAttributeInput{
			DBSnapshotIdentifier: ptr("legacy-1"), AttributeName: ptr("restore"), ValuesToAdd: []string{"all", "222222222222", "111111111111"},
		})),
		second(client.ModifyDBClusterSnapshotAttribute(ctx, &rds.ModifyDBClusterSnapshotAttributeInput{
			DBClusterSnapshotIdentifier: ptr("stock-1"), AttributeName: ptr("restore"), ValuesToAdd: []string{"all"},
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::RDS::DBSnapshot", "AWS::Neptune::DBClusterSnapshot")

	orders := one(t, got, "AWS::RDS::DBSnapshot", "orders-1")
	expect(t, orders, map[string]any{
		"DBSnapshotIdentifier": "orders-1", "DBInstanceIdentifier": "orders", "DBClusterIdentifier": nil, "SnapshotType": "manual",
		"Encrypted": true, "KmsKeyId": *key.KeyMetadata.Arn, "Engine": "postgres", "Status": "available", "AllocatedStorage": int64(20),
		"DBSnapshotArn": "arn:aws:rds:us-east-1:123456789012:snapshot:orders-1", "Public": false, "SharedAccounts": nil,
	})
	if orders.ARN != "arn:aws:rds:us-east-1:123456789012:snapshot:orders-1" || orders.Tags["Team"] != "shop" || orders.Created.IsZero() {
		t.Errorf("orders-1 = %s, tags %v, created %v", orders.ARN, orders.Tags, orders.Created)
	}
	expect(t, one(t, got, "AWS::RDS::DBSnapshot", "legacy-1"), map[string]any{
		"Encrypted": false, "KmsKeyId": nil, "Public": true, "SharedAccounts": []any{"111111111111", "222222222222"},
	})
	stock := one(t, got, "AWS::RDS::DBSnapshot", "stock-1")
	expect(t, stock, map[string]any{
		"DBSnapshotIdentifier": "stock-1", "DBClusterIdentifier": "stock", "DBInstanceIdentifier": nil, "Encrypted": false,
		"Engine": "aurora-postgresql", "Public": true, "SharedAccounts": nil,
		"DBSnapshotArn": "arn:aws:rds:us-east-1:123456789012:cluster-snapshot:stock-1",
	})
	expect(t, one(t, got, "AWS::Neptune::DBClusterSnapshot", "fraud-1"), map[string]any{
		"DBClusterSnapshotIdentifier": "fraud-1", "DBClusterIdentifier": "fraud", "StorageEncrypted": true, "Public": false,
	})
}

// Nobody is asked who may restore a snapshot where the list tells that nobody
// else can. The answers are written after the Amazon RDS API Reference.
func TestDBSnapshotCalls(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeDBSnapshots": {{body: `<DescribeDBSnapshotsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBSnapshotsResult><DBSnapshots>
<DBSnapshot><DBSnapshotIdentifier>rds:orders-2026-11-20</DBSnapshotIdentifier><SnapshotType>automated</SnapshotType><Encrypted>false</Encrypted></DBSnapshot>
<DBSnapshot><DBSnapshotIdentifier>sealed</DBSnapshotIdentifier><SnapshotType>manual</SnapshotType><Encrypted>true</Encrypted></DBSnapshot>
<DBSnapshot><DBSnapshotIdentifier>open</DBSnapshotIdentifier><SnapshotType>manual</SnapshotType><Encrypted>false</Encrypted></DBSnapshot>
<DBSnapshot><DBSnapshotIdentifier>gone</DBSnapshotIdentifier><SnapshotType>manual</SnapshotType><Encrypted>false</Encrypted></DBSnapshot>
</DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>`}},
		"DescribeDBClusterSnapshots": {{body: `<DescribeDBClusterSnapshotsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBClusterSnapshotsResult><DBClusterSnapshots>
<DBClusterSnapshot><DBClusterSnapshotIdentifier>rds:stock-2026-11-20</DBClusterSnapshotIdentifier><Engine>aurora-mysql</Engine><SnapshotType>automated</SnapshotType><StorageEncrypted>false</StorageEncrypted></DBClusterSnapshot>
<DBClusterSnapshot><DBClusterSnapshotIdentifier>papers-1</DBClusterSnapshotIdentifier><Engine>docdb</Engine><SnapshotType>manual</SnapshotType><StorageEncrypted>true</StorageEncrypted></DBClusterSnapshot>
<DBClusterSnapshot><DBClusterSnapshotIdentifier>denied</DBClusterSnapshotIdentifier><Engine>aurora-mysql</Engine><SnapshotType>manual</SnapshotType><StorageEncrypted>false</StorageEncrypted></DBClusterSnapshot>
</DBClusterSnapshots></DescribeDBClusterSnapshotsResult></DescribeDBClusterSnapshotsResponse>`}},
		"DescribeDBSnapshotAttributes": {
			{when: "gone", status: 404, body: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>DBSnapshotNotFound</Code><Message>gone</Message></Error></ErrorResponse>`},
			{body: `<DescribeDBSnapshotAttributesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBSnapshotAttributesResult><DBSnapshotAttributesResult><DBSnapshotIdentifier>open</DBSnapshotIdentifier><DBSnapshotAttributes>
<DBSnapshotAttribute><AttributeName>restore</AttributeName><AttributeValues><AttributeValue>all</AttributeValue></AttributeValues></DBSnapshotAttribute>
</DBSnapshotAttributes></DBSnapshotAttributesResult></DescribeDBSnapshotAttributesResult></DescribeDBSnapshotAttributesResponse>`},
		},
		"DescribeDBClusterSnapshotAttributes": {{status: 403, body: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}},
	})
	needs := rule.Reads{
		"AWS::RDS::DBSnapshot": {"Public": true, "Encrypted": true}, "AWS::DocDB::DBClusterSnapshot": {"Public": true},
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}},
		Regions:  []string{"us-east-1"}, Needs: needs, Now: time.Now(), Attempts: 1, Backoff: time.Millisecond,
	})
	if len(inv.Unread) > 0 || len(inv.Resources) != 6 {
		t.Errorf("unread %v, %d resources, want 6", inv.Unread, len(inv.Resources))
	}
	for id, public := range map[string]bool{"rds:orders-2026-11-20": false, "sealed": false, "open": true, "rds:stock-2026-11-20": false} {
		expect(t, one(t, inv.Resources, "AWS::RDS::DBSnapshot", id), map[string]any{"Public": public})
	}
	expect(t, one(t, inv.Resources, "AWS::DocDB::DBClusterSnapshot", "papers-1"), map[string]any{"Public": false})
	if _, ok := one(t, inv.Resources, "AWS::RDS::DBSnapshot", "denied").Properties["Public"].(*cloud.Unresolved); !ok {
		t.Error("whether a snapshot is public is known although the call was denied")
	}
	if n := server.count("DescribeDBSnapshotAttributes"); n != 2 {
		t.Errorf("%d calls of DescribeDBSnapshotAttributes, want 2", n)
	}
	if n := server.count("DescribeDBClusterSnapshotAttributes"); n != 1 {
		t.Errorf("%d calls of DescribeDBClusterSnapshotAttributes, want 1", n)
	}
	if len(stats.Failures) != 1 || stats.Failures[0].Action != "rds:DescribeDBClusterSnapshotAttributes" || stats.Failures[0].Cause != Denied {
		t.Errorf("failures = %v", stats.Failures)
	}
}
