package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestFileSystems(t *testing.T) {
	moto := awstest.Moto(t)
	client := efs.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{
		CreationToken: ptr("orders"), Encrypted: ptr(true), KmsKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/own"), Backup: ptr(true),
		Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("orders")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	bare, err := client.CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: ptr("bare")})
	if err != nil {
		t.Fatal(err)
	}
	network := ec2.NewFromConfig(moto.Config("us-east-1"))
	subnets, err := network.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	groups, err := network.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	group := *groups.SecurityGroups[0].GroupId
	subnet := *subnets.Subnets[0].SubnetId
	for _, err := range []error{
		second(client.PutLifecycleConfiguration(t.Context(), &efs.PutLifecycleConfigurationInput{
			FileSystemId: created.FileSystemId, LifecyclePolicies: []types.LifecyclePolicy{{TransitionToIA: types.TransitionToIARulesAfter30Days}},
		})),
		second(client.PutFileSystemPolicy(t.Context(), &efs.PutFileSystemPolicyInput{
			FileSystemId: created.FileSystemId, Policy: ptr(`{"Version":"2012-10-17","Statement":[]}`),
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	target, err := client.CreateMountTarget(t.Context(), &efs.CreateMountTargetInput{FileSystemId: created.FileSystemId, SubnetId: &subnet, SecurityGroups: []string{group}})
	if err != nil {
		t.Fatal(err)
	}
	point, err := client.CreateAccessPoint(t.Context(), &efs.CreateAccessPointInput{
		FileSystemId: created.FileSystemId, ClientToken: ptr("point"), PosixUser: &types.PosixUser{Uid: ptr(int64(1000)), Gid: ptr(int64(1000))},
		RootDirectory: &types.RootDirectory{Path: ptr("/orders")}, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	inv, stats := collectedIn(t, moto, []string{"us-east-1"}, "AWS::EFS::FileSystem", "AWS::EFS::MountTarget", "AWS::EFS::AccessPoint")
	for _, f := range stats.Failures {
		if f.Action != "elasticfilesystem:DescribeReplicationConfigurations" { // moto has it not
			t.Errorf("%s: %s", f.Action, f.Reason)
		}
	}
	orders := one(t, inv.Resources, "AWS::EFS::FileSystem", *created.FileSystemId)
	if orders.Name != "orders" || orders.ARN != *created.FileSystemArn || orders.Created.IsZero() || orders.Tags["Name"] != "orders" {
		t.Errorf("file system = %+v", orders)
	}
	got := orders.Properties
	for _, name := range []string{"ReplicationConfiguration", "LifeCycleState", "SizeInBytes", "FileSystemTags", "FileSystemProtection"} {
		delete(got, name)
	}
	want := map[string]any{
		"Arn": *created.FileSystemArn, "FileSystemId": *created.FileSystemId, "Encrypted": true, "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/own",
		"BackupPolicy":      map[string]any{"Status": "ENABLED"},
		"FileSystemPolicy":  map[string]any{"Version": "2012-10-17", "Statement": []any{}},
		"LifecyclePolicies": []any{map[string]any{"TransitionToIA": "AFTER_30_DAYS"}},
		"PerformanceMode":   "generalPurpose", "ThroughputMode": "bursting", "NumberOfMountTargets": int64(1),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file system (-want +got):\n%s", diff)
	}
	other := one(t, inv.Resources, "AWS::EFS::FileSystem", *bare.FileSystemId).Properties
	for _, name := range []string{"BackupPolicy", "FileSystemPolicy", "LifecyclePolicies", "KmsKeyId"} {
		if other[name] != nil {
			t.Errorf("%s of a file system without it = %v", name, other[name])
		}
	}
	mount := one(t, inv.Resources, "AWS::EFS::MountTarget", *target.MountTargetId).Properties
	wantMount := map[string]any{
		"Id": *target.MountTargetId, "SubnetId": subnet, "FileSystemId": *created.FileSystemId, "IpAddress": *target.IpAddress,
		"NetworkInterfaceId": *target.NetworkInterfaceId, "VpcId": *subnets.Subnets[0].VpcId, "SecurityGroups": []any{group},
	}
	if diff := cmp.Diff(wantMount, mount); diff != "" {
		t.Errorf("mount target (-want +got):\n%s", diff)
	}
	access := one(t, inv.Resources, "AWS::EFS::AccessPoint", *point.AccessPointId)
	wantAccess := map[string]any{
		"AccessPointId": *point.AccessPointId, "Arn": *point.AccessPointArn, "ClientToken": "point", "FileSystemId": *created.FileSystemId,
		"PosixUser": map[string]any{"Uid": "1000", "Gid": "1000"}, "RootDirectory": map[string]any{"Path": "/orders"},
		"AccessPointTags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(wantAccess, access.Properties); diff != "" {
		t.Errorf("access point (-want +got):\n%s", diff)
	}
}

// The key that AWS manages and the copy elsewhere, after the API reference.
func TestFileReplication(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /2015-02-01/file-systems": {{body: `{"FileSystems":[
			{"FileSystemId":"fs-1","FileSystemArn":"arn:1","Encrypted":true,"KmsKeyId":"arn:aws:kms:us-east-1:123456789012:key/managed","NumberOfMountTargets":0,"LifeCycleState":"available","PerformanceMode":"generalPurpose","Tags":[],"SizeInBytes":{"Value":6144}},
			{"FileSystemId":"fs-2","FileSystemArn":"arn:2","Encrypted":false,"NumberOfMountTargets":0,"LifeCycleState":"available","PerformanceMode":"generalPurpose","Tags":[]}]}`}},
		"GET /2015-02-01/file-systems/fs-1/backup-policy":           {{status: 404, body: `{"__type":"PolicyNotFound","Message":"none"}`}},
		"GET /2015-02-01/file-systems/fs-2/backup-policy":           {{body: `{"BackupPolicy":{"Status":"DISABLED"}}`}},
		"GET /2015-02-01/file-systems/fs-1/policy":                  {{status: 404, body: `{"__type":"PolicyNotFound","Message":"none"}`}},
		"GET /2015-02-01/file-systems/fs-2/policy":                  {{status: 404, body: `{"__type":"FileSystemNotFound","Message":"gone"}`}},
		"GET /2015-02-01/file-systems/fs-1/lifecycle-configuration": {{body: `{"LifecyclePolicies":[]}`}},
		"GET /2015-02-01/file-systems/replication-configurations": {{body: `{"Replications":[{"SourceFileSystemId":"fs-1","SourceFileSystemRegion":"us-east-1",
			"Destinations":[{"FileSystemId":"fs-9","Region":"eu-west-1","Status":"ENABLED","OwnerId":"123456789012"}]}]}`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasName":"alias/aws/elasticfilesystem","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/elasticfilesystem","TargetKeyId":"managed"}]}`}},
	})
	inv, stats := server.collected(t, "AWS::EFS::FileSystem", "AWS::EFS::MountTarget")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	if len(inv.Resources) != 1 {
		t.Fatalf("%d resources; the second file system is gone", len(inv.Resources))
	}
	got := inv.Resources[0].Properties
	want := map[string]any{
		"Arn": "arn:1", "FileSystemId": "fs-1", "Encrypted": true, "KmsKeyId": "alias/aws/elasticfilesystem", "LifeCycleState": "available",
		"PerformanceMode": "generalPurpose", "NumberOfMountTargets": int64(0), "SizeInBytes": int64(6144),
		"ReplicationConfiguration": map[string]any{"Destinations": []any{map[string]any{"FileSystemId": "fs-9", "Region": "eu-west-1", "Status": "ENABLED"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("file system (-want +got):\n%s", diff)
	}
	if n := server.count("GET /2015-02-01/file-systems"); n != 1 {
		t.Errorf("the file systems were listed %d times", n)
	}
}
