package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestExerciseRDS judges databases, those of Neptune among them. The rules on
// the account as a whole come between what changes their verdicts.
func TestExerciseRDS(t *testing.T) {
	moto := awstest.Moto(t)
	ctx, client := t.Context(), rds.NewFromConfig(moto.Config("us-east-1"))
	instance := func(name, engine, class string, change func(*rds.CreateDBInstanceInput)) {
		t.Helper()
		input := &rds.CreateDBInstanceInput{DBInstanceIdentifier: &name, Engine: &engine, DBInstanceClass: &class}
		change(input)
		if input.DBClusterIdentifier == nil {
			input.MasterUsername, input.MasterUserPassword, input.AllocatedStorage = new("owner"), new("correct horse"), new(int32(100))
		}
		made[*rds.CreateDBInstanceOutput](t)(client.CreateDBInstance(ctx, input))
	}
	member := func(name, cluster, engine string, public bool) {
		t.Helper()
		instance(name, engine, "db.r7g.large", func(i *rds.CreateDBInstanceInput) {
			i.DBClusterIdentifier, i.PubliclyAccessible, i.AutoMinorVersionUpgrade = &cluster, &public, new(!public)
		})
	}
	cluster := func(name, engine string, change func(*rds.CreateDBClusterInput)) {
		t.Helper()
		input := &rds.CreateDBClusterInput{DBClusterIdentifier: &name, Engine: &engine}
		if engine != "neptune" {
			input.MasterUsername, input.MasterUserPassword = new("owner"), new("correct horse")
		}
		change(input)
		made[*rds.CreateDBClusterOutput](t)(client.CreateDBCluster(ctx, input))
	}
	subscribe := func(name, source string, enabled bool, categories ...string) {
		t.Helper()
		made[*rds.CreateEventSubscriptionOutput](t)(client.CreateEventSubscription(ctx, &rds.CreateEventSubscriptionInput{
			SubscriptionName: &name, SourceType: &source, Enabled: &enabled, EventCategories: categories,
			SnsTopicArn: new("arn:aws:sns:us-east-1:123456789012:pager"),
		}))
	}

	judge(t, moto, "RDS-029", want{"us-east-1": unchecked}) // nothing that events could tell of
	instance("orders", "postgres", "db.m7g.large", func(i *rds.CreateDBInstanceInput) {
		i.StorageType, i.MaxAllocatedStorage = new("gp3"), new(int32(500))
	})
	judge(t, moto, "RDS-024", want{awstest.Account: pass})
	instance("legacy", "mysql", "db.t3.micro", func(i *rds.CreateDBInstanceInput) {
		i.StorageType, i.Iops = new("io1"), new(int32(3000))
	})
	judge(t, moto, "RDS-024", want{awstest.Account: fail})
	instance("reports", "sqlserver-se", "db.r5.large", func(i *rds.CreateDBInstanceInput) {
		i.StorageType, i.Iops, i.LicenseModel = new("io1"), new(int32(20000)), new("license-included")
	})

	subscribe("off", "db-instance", false, "configuration change", "failure", "maintenance")
	judge(t, moto, "RDS-029", want{"us-east-1": fail})
	subscribe("full", "db-instance", true, "configuration change", "failure", "maintenance")
	judge(t, moto, "RDS-029", want{"us-east-1": pass})
	subscribe("part", "db-instance", true, "failure")
	subscribe("groups", "db-security-group", true, "configuration change", "failure")
	subscribe("few groups", "db-security-group", true, "failure")

	for name, source := range map[string]string{"office": "203.0.113.0/24", "open": "0.0.0.0/0"} {
		made[*rds.CreateDBSecurityGroupOutput](t)(client.CreateDBSecurityGroup(ctx, &rds.CreateDBSecurityGroupInput{
			DBSecurityGroupName: &name, DBSecurityGroupDescription: &name,
		}))
		made[*rds.AuthorizeDBSecurityGroupIngressOutput](t)(client.AuthorizeDBSecurityGroupIngress(ctx, &rds.AuthorizeDBSecurityGroupIngressInput{
			DBSecurityGroupName: &name, CIDRIP: &source,
		}))
	}

	cluster("stock", "aurora-mysql", func(c *rds.CreateDBClusterInput) {
		c.BacktrackWindow, c.DeletionProtection, c.CopyTagsToSnapshot = new(int64(3600)), new(true), new(true)
	})
	cluster("trial", "aurora-mysql", func(*rds.CreateDBClusterInput) {})
	cluster("lone", "aurora-postgresql", func(*rds.CreateDBClusterInput) {})
	member("stock-1", "stock", "aurora-mysql", false)
	member("stock-2", "stock", "aurora-mysql", false)
	member("trial-1", "trial", "aurora-mysql", false)
	member("trial-2", "trial", "aurora-mysql", true)
	member("lone-1", "lone", "aurora-postgresql", true)

	cluster("fraud", "neptune", func(c *rds.CreateDBClusterInput) { c.StorageEncrypted = new(true) })
	cluster("friends", "neptune", func(*rds.CreateDBClusterInput) {})
	member("fraud-1", "fraud", "neptune", false)
	member("friends-1", "friends", "neptune", true)

	judge(t, moto, "RDS-001", want{"office": pass, "open": fail})
	judge(t, moto, "RDS-010", want{"orders": pass, "legacy": fail, "reports": pass, "stock-1": unchecked})
	judge(t, moto, "RDS-021", want{"stock": pass, "trial": fail, "lone": unchecked})
	judge(t, moto, "RDS-025", want{"orders": pass, "legacy": fail, "reports": fail, "stock-1": pass})
	judge(t, moto, "RDS-027", want{"full": pass, "part": fail, "off": fail, "groups": unchecked})
	judge(t, moto, "RDS-028", want{"groups": pass, "few groups": fail, "full": unchecked})
	judge(t, moto, "RDS-032", want{"orders": fail, "legacy": unchecked}) // its class cannot have it
	judge(t, moto, "RDS-034", want{"stock": pass, "trial": fail, "lone": unchecked})
	judge(t, moto, "RDS-035", want{"stock": pass, "trial": fail, "fraud": unchecked})
	judge(t, moto, "RDS-041", want{"orders": pass, "legacy": fail, "stock-1": unchecked})
	judge(t, moto, "RDS-042", want{"stock": pass, "trial": fail, "fraud": unchecked})
	judge(t, moto, "Neptune-001", want{"fraud-1": pass, "friends-1": fail, "stock-1": unchecked})
	judge(t, moto, "Neptune-005", want{"fraud": fail, "stock": unchecked})
	judge(t, moto, "Neptune-006", want{"fraud": pass, "friends": fail, "stock": unchecked})
}
