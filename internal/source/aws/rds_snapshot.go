package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/rds"

	"github.com/surety-cloud/surety/internal/cloud"
)

// snapshotProperties is what the lists tell of AWS::RDS::DBSnapshot, which
// stands for the snapshots of instances and those of clusters alike: rules
// judge the two by the same words.
const snapshotProperties = "AllocatedStorage DBClusterIdentifier DBInstanceIdentifier DBSnapshotArn DBSnapshotIdentifier Encrypted Engine " +
	"EngineVersion IAMDatabaseAuthenticationEnabled KmsKeyId SnapshotCreateTime SnapshotType SourceDBSnapshotIdentifier Status StorageEncryptionType VpcId"

// clusterSnapshotProperties is what the list tells of the cluster snapshots of
// Neptune and DocumentDB.
const clusterSnapshotProperties = "DBClusterIdentifier DBClusterSnapshotArn DBClusterSnapshotIdentifier EngineVersion " +
	"IAMDatabaseAuthenticationEnabled KmsKeyId SnapshotCreateTime SnapshotType SourceDBClusterSnapshotArn Status StorageEncrypted VpcId"

var rdsSnapshotCollectors = []collector{
	{
		service: "rds",
		types:   []emits{{typ: "AWS::RDS::DBSnapshot", gives: snapshotProperties}},
		calls:   "rds:DescribeDBSnapshots",
		read:    readDBSnapshots,
		parts: []part{
			keyAliasPart("AWS::RDS::DBSnapshot", "KmsKeyId"),
			{gives: "Public SharedAccounts", calls: "rds:DescribeDBSnapshotAttributes", read: readDBSnapshotAttributes},
		},
	},
	{
		service: "rds",
		types: []emits{
			{typ: "AWS::RDS::DBSnapshot", gives: snapshotProperties},
			{typ: "AWS::Neptune::DBClusterSnapshot", gives: clusterSnapshotProperties},
			{typ: "AWS::DocDB::DBClusterSnapshot", gives: clusterSnapshotProperties},
		},
		calls: "rds:DescribeDBClusterSnapshots",
		read:  readDBClusterSnapshots,
		parts: []part{
			keyAliasPart("AWS::RDS::DBSnapshot", "KmsKeyId"),
			keyAliasPart("AWS::Neptune::DBClusterSnapshot", "KmsKeyId"),
			keyAliasPart("AWS::DocDB::DBClusterSnapshot", "KmsKeyId"),
			sharedClusterSnapshot("AWS::RDS::DBSnapshot"),
			sharedClusterSnapshot("AWS::Neptune::DBClusterSnapshot"),
			sharedClusterSnapshot("AWS::DocDB::DBClusterSnapshot"),
		},
	},
}

func readDBSnapshots(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBSnapshotsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBSnapshotsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBSnapshotsOutput) {
		for i := range page.DBSnapshots {
			d := &page.DBSnapshots[i]
			if engine := deref(d.Engine); engine == "neptune" || engine == "docdb" {
				continue // which have snapshots of clusters alone
			}
			s.add(found{
				id: deref(d.DBSnapshotIdentifier), arn: deref(d.DBSnapshotArn), name: deref(d.DBSnapshotIdentifier),
				created: d.SnapshotCreateTime, tags: rdsTags(d.TagList), from: d,
				set: props{"DBClusterIdentifier": nil},
			})
		}
	})
}

func readDBClusterSnapshots(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBClusterSnapshotsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBClusterSnapshotsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBClusterSnapshotsOutput) {
		for i := range page.DBClusterSnapshots {
			d := &page.DBClusterSnapshots[i]
			f := found{
				typ: "AWS::RDS::DBSnapshot", id: deref(d.DBClusterSnapshotIdentifier), arn: deref(d.DBClusterSnapshotArn),
				name: deref(d.DBClusterSnapshotIdentifier), created: d.SnapshotCreateTime, tags: rdsTags(d.TagList), from: d,
			}
			switch deref(d.Engine) {
			case "neptune":
				f.typ = "AWS::Neptune::DBClusterSnapshot"
			case "docdb":
				f.typ = "AWS::DocDB::DBClusterSnapshot"
			default:
				f.set = props{
					"DBInstanceIdentifier":       nil,
					"DBSnapshotArn":              d.DBClusterSnapshotArn,
					"DBSnapshotIdentifier":       d.DBClusterSnapshotIdentifier,
					"Encrypted":                  d.StorageEncrypted,
					"SourceDBSnapshotIdentifier": d.SourceDBClusterSnapshotArn,
				}
			}
			s.add(f)
		}
	})
}

func readDBSnapshotAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if given := unshared(s, r, "Encrypted"); given != nil {
		return given, nil
	}
	out, err := rds.NewFromConfig(s.cfg).DescribeDBSnapshotAttributes(ctx, &rds.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: &r.ID})
	if is(err, "DBSnapshotNotFound", "DBSnapshotNotFoundFault") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	var accounts []string
	if result := out.DBSnapshotAttributesResult; result != nil {
		for _, a := range result.DBSnapshotAttributes {
			if deref(a.AttributeName) == "restore" {
				accounts = a.AttributeValues
			}
		}
	}
	return shared(accounts), nil
}

func sharedClusterSnapshot(typ string) part {
	return part{
		typ: typ, gives: "Public SharedAccounts", calls: "rds:DescribeDBClusterSnapshotAttributes",
		read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
			encrypted := "Encrypted"
			if typ != "AWS::RDS::DBSnapshot" {
				encrypted = "StorageEncrypted"
			}
			if given := unshared(s, r, encrypted); given != nil {
				return given, nil
			}
			out, err := rds.NewFromConfig(s.cfg).DescribeDBClusterSnapshotAttributes(ctx,
				&rds.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: &r.ID})
			if is(err, "DBClusterSnapshotNotFoundFault") {
				return nil, errGone
			}
			if err != nil {
				return nil, err
			}
			var accounts []string
			if result := out.DBClusterSnapshotAttributesResult; result != nil {
				for _, a := range result.DBClusterSnapshotAttributes {
					if deref(a.AttributeName) == "restore" {
						accounts = a.AttributeValues
					}
				}
			}
			return shared(accounts), nil
		},
	}
}

// unshared is what is known of who may restore a snapshot without a call for
// it: RDS shares no snapshot that it made itself, and an encrypted one with
// single accounts at most. Nil where the call is needed.
func unshared(s *scope, r *cloud.Resource, encrypted string) props {
	switch {
	case r.Properties["SnapshotType"] == "automated":
		return props{"Public": false, "SharedAccounts": nil}
	case r.Properties[encrypted] == true && !s.wanted(r.Type, "SharedAccounts"):
		return props{"Public": false}
	}
	return nil
}

// shared tells from a snapshot's attribute "restore" who may copy and restore
// it; "all" is everybody.
func shared(accounts []string) props {
	public := slices.Contains(accounts, "all")
	accounts = slices.DeleteFunc(slices.Clone(accounts), func(id string) bool { return id == "all" })
	slices.Sort(accounts)
	return props{"Public": public, "SharedAccounts": accounts}
}
