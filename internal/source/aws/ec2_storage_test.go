package aws

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// collectedProperties reads no more of a type than the named properties need.
func collectedProperties(t *testing.T, server *awstest.Server, typ string, names ...string) []*cloud.Resource {
	t.Helper()
	needs := rule.Reads{typ: {}}
	for _, name := range names {
		needs[typ][name] = true
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{Config: server.Config("us-east-1")}}, Regions: []string{"us-east-1"}, Needs: needs, Attempts: 1, Thorough: true,
	})
	for _, f := range stats.Failures {
		t.Errorf("%s: %s (%v)", f.Action, f.Reason, f.Types)
	}
	return inv.Resources
}

func TestVolumes(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	run, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	create := func(input *ec2.CreateVolumeInput) *ec2.CreateVolumeOutput {
		t.Helper()
		input.AvailabilityZone = ptr("us-east-1a")
		out, err := client.CreateVolume(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	data := create(&ec2.CreateVolumeInput{
		Size: ptr(int32(100)), VolumeType: types.VolumeTypeIo2, Iops: ptr(int32(3000)), Encrypted: ptr(true),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeVolume, Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("data")}},
		}},
	})
	plain := create(&ec2.CreateVolumeInput{Size: ptr(int32(8)), VolumeType: types.VolumeTypeGp3, Throughput: ptr(int32(250)), Encrypted: ptr(false)})
	if _, err := client.AttachVolume(t.Context(), &ec2.AttachVolumeInput{
		VolumeId: data.VolumeId, InstanceId: run.Instances[0].InstanceId, Device: ptr("/dev/sdf"),
	}); err != nil {
		t.Fatal(err)
	}
	// The key is the one that AWS made for EBS when the first volume asked for it.
	aliases, err := kms.NewFromConfig(moto.Config("us-east-1")).ListAliases(t.Context(), &kms.ListAliasesInput{})
	if err != nil || !slices.ContainsFunc(aliases.Aliases, func(a kmstypes.AliasListEntry) bool { return deref(a.AliasName) == "alias/aws/ebs" }) {
		t.Fatalf("moto made no key for EBS: %v", err)
	}

	got := collectedProperties(t, moto, "AWS::EC2::Volume", "Encrypted", "KmsKeyId")
	r := one(t, got, "AWS::EC2::Volume", "data")
	attached := r.Properties["Attachments"].([]any)[0].(map[string]any)
	want := &cloud.Resource{
		Type: "AWS::EC2::Volume", ID: *data.VolumeId, ARN: "arn:aws:ec2:us-east-1:123456789012:volume/" + *data.VolumeId,
		Name: "data", Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: r.Created,
		Tags: map[string]string{"Name": "data"},
		Properties: map[string]any{
			"Attachments": []any{map[string]any{
				"AttachTime": attached["AttachTime"], "Device": "/dev/sdf", "InstanceId": *run.Instances[0].InstanceId,
				"State": "attached", "VolumeId": *data.VolumeId,
			}},
			"AvailabilityZone": "us-east-1a", "CreateTime": r.Properties["CreateTime"], "Encrypted": true, "Iops": int64(3000),
			"KmsKeyId": "alias/aws/ebs", "Size": int64(100), "State": "in-use", "VolumeId": *data.VolumeId, "VolumeType": "io2",
			"Tags": []any{map[string]any{"Key": "Name", "Value": "data"}},
		},
	}
	if diff := cmp.Diff(want, r); diff != "" || r.Created.IsZero() {
		t.Errorf("volume (-want +got):\n%s", diff)
	}
	r = one(t, got, "AWS::EC2::Volume", *plain.VolumeId)
	if diff := cmp.Diff(map[string]any{"Encrypted": false, "State": "available", "Throughput": int64(250)},
		some(r, "Attachments", "Encrypted", "KmsKeyId", "State", "Throughput")); diff != "" {
		t.Errorf("detached volume (-want +got):\n%s", diff)
	}
}

// TestManagedKeys tells the two kinds of keys apart, and says so where the
// aliases may not be read.
func TestManagedKeys(t *testing.T) {
	volume := func(id, key string) string {
		return `<item><volumeId>` + id + `</volumeId><encrypted>true</encrypted><kmsKeyId>arn:aws:kms:us-east-1:123456789012:key/` + key + `</kmsKeyId></item>`
	}
	prepared := map[string]answers{
		"DescribeVolumes":         {{body: `<DescribeVolumesResponse><volumeSet>` + volume("vol-0a", "1") + volume("vol-0b", "2") + `</volumeSet></DescribeVolumesResponse>`}},
		"DescribeVolumeAttribute": {{body: `<DescribeVolumeAttributeResponse><volumeId>vol-0a</volumeId><autoEnableIO><value>true</value></autoEnableIO></DescribeVolumeAttributeResponse>`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[
			{"AliasName":"alias/aws/ebs","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/ebs","TargetKeyId":"1"},
			{"AliasName":"alias/data","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/data","TargetKeyId":"2"}]}`}},
	}
	server := answering(t, prepared)
	inv, stats := server.collected(t, "AWS::EC2::Volume")
	if len(stats.Failures) > 0 || server.count("TrentService.ListAliases") != 1 {
		t.Errorf("%+v; the aliases were listed %d times, want once", stats.Failures, server.count("TrentService.ListAliases"))
	}
	for id, want := range map[string]string{"vol-0a": "alias/aws/ebs", "vol-0b": "arn:aws:kms:us-east-1:123456789012:key/2"} {
		r := one(t, inv.Resources, "AWS::EC2::Volume", id)
		if r.Properties["KmsKeyId"] != want || r.Properties["AutoEnableIO"] != true {
			t.Errorf("%s: %v", id, r.Properties)
		}
	}

	prepared["TrentService.ListAliases"] = answers{{status: 400, body: `{"__type":"AccessDeniedException","message":"no"}`}}
	inv, stats = answering(t, prepared).collected(t, "AWS::EC2::Volume")
	r := one(t, inv.Resources, "AWS::EC2::Volume", "vol-0b")
	if u, ok := r.Properties["KmsKeyId"].(*cloud.Unresolved); !ok || u.Reason != "kms:ListAliases is denied in us-east-1: the permission has to be added" {
		t.Errorf("KmsKeyId = %v", r.Properties["KmsKeyId"])
	}
	if r.Properties["Encrypted"] != true || len(stats.Failures) != 1 {
		t.Errorf("what the list told is lost: %v, %+v", r.Properties, stats.Failures)
	}
}

func TestSnapshots(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	volume, err := client.CreateVolume(t.Context(), &ec2.CreateVolumeInput{AvailabilityZone: ptr("us-east-1a"), Size: ptr(int32(8)), Encrypted: ptr(true)})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateSnapshot(t.Context(), &ec2.CreateSnapshotInput{
		VolumeId: volume.VolumeId, Description: ptr("before the move"),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeSnapshot, Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("orders")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := one(t, collectedProperties(t, moto, "AWS::EC2::Snapshot", "Encrypted", "KmsKeyId"), "AWS::EC2::Snapshot", "orders")
	want := &cloud.Resource{
		Type: "AWS::EC2::Snapshot", ID: *made.SnapshotId, ARN: "arn:aws:ec2:us-east-1::snapshot/" + *made.SnapshotId,
		Name: "orders", Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Created: r.Created,
		Tags: map[string]string{"Name": "orders"},
		Properties: map[string]any{
			"Description": "before the move", "Encrypted": true, "OwnerId": awstest.Account,
			"Progress": "100%", "SnapshotId": *made.SnapshotId, "StartTime": r.Properties["StartTime"], "State": "completed",
			"VolumeId": *volume.VolumeId, "VolumeSize": int64(8),
		},
	}
	if diff := cmp.Diff(want, r); diff != "" || r.Created.IsZero() {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
}

// TestPublicSnapshots: moto does not look at RestorableByUserIds.
//
// Written after the Amazon EC2 API Reference, DescribeSnapshots.
func TestPublicSnapshots(t *testing.T) {
	server := answering(t, map[string]answers{"TrentService.ListAliases": {{body: `{"Aliases":[
		{"AliasName":"alias/aws/ebs","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/ebs","TargetKeyId":"1"}]}`}}, "DescribeSnapshots": {
		{when: "RestorableBy.1=all", body: `<DescribeSnapshotsResponse><snapshotSet>
			<item><snapshotId>snap-0b</snapshotId></item></snapshotSet></DescribeSnapshotsResponse>`},
		{when: "Owner.1=self", body: `<DescribeSnapshotsResponse><snapshotSet>
			<item><snapshotId>snap-0a</snapshotId><status>completed</status><storageTier>archive</storageTier>
				<encrypted>true</encrypted><kmsKeyId>arn:aws:kms:us-east-1:123456789012:key/1</kmsKeyId></item>
			<item><snapshotId>snap-0b</snapshotId></item>
			<item><snapshotId>snap-0c</snapshotId></item></snapshotSet></DescribeSnapshotsResponse>`},
	}})
	inv, stats := server.collected(t, "AWS::EC2::Snapshot")
	if len(stats.Failures) > 0 || server.count("DescribeSnapshots") != 2 {
		t.Errorf("%+v; %d calls, want 2 for three snapshots", stats.Failures, server.count("DescribeSnapshots"))
	}
	for id, want := range map[string]bool{"snap-0a": false, "snap-0b": true, "snap-0c": false} {
		if got := one(t, inv.Resources, "AWS::EC2::Snapshot", id).Properties["Public"]; got != want {
			t.Errorf("%s: Public = %v", id, got)
		}
	}
	want := map[string]any{"Encrypted": true, "KmsKeyId": "alias/aws/ebs", "State": "completed", "StorageTier": "archive"}
	if diff := cmp.Diff(want, some(one(t, inv.Resources, "AWS::EC2::Snapshot", "snap-0a"), "Encrypted", "KmsKeyId", "State", "StorageTier")); diff != "" {
		t.Errorf("snapshot (-want +got):\n%s", diff)
	}
}
