package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseEBS(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	key := made[*kms.CreateKeyOutput](t)(kms.NewFromConfig(moto.Config("us-east-1")).CreateKey(ctx, &kms.CreateKeyInput{})).KeyMetadata.Arn

	const orderly = "ebs-ue1-1a-p-shop"
	volumes := map[string]*string{}
	for name, volume := range map[string]struct {
		tier  string
		input ec2.CreateVolumeInput
	}{
		"clear-web": {"web", ec2.CreateVolumeInput{}},
		"clear-app": {"app", ec2.CreateVolumeInput{}},
		"of-aws":    {"web", ec2.CreateVolumeInput{Encrypted: new(true)}}, // by the key that AWS manages
		orderly:     {"app", ec2.CreateVolumeInput{Encrypted: new(true), KmsKeyId: key}},
		"gp3":       {"none", ec2.CreateVolumeInput{VolumeType: types.VolumeTypeGp3}},
		"io1":       {"none", ec2.CreateVolumeInput{VolumeType: types.VolumeTypeIo1, Iops: new(int32(3000))}},
		"io2":       {"none", ec2.CreateVolumeInput{VolumeType: types.VolumeTypeIo2, Iops: new(int32(16000))}},
		"io2-fast":  {"none", ec2.CreateVolumeInput{VolumeType: types.VolumeTypeIo2, Iops: new(int32(20000))}},
		"io2-multi": {"none", ec2.CreateVolumeInput{VolumeType: types.VolumeTypeIo2, Iops: new(int32(3000)), MultiAttachEnabled: new(true)}},
	} {
		volume.input.AvailabilityZone, volume.input.Size = new("us-east-1a"), new(int32(100))
		volume.input.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeVolume, Tags: []types.Tag{
			{Key: new("Name"), Value: &name}, {Key: new("tier"), Value: &volume.tier},
		}}}
		volumes[name] = made[*ec2.CreateVolumeOutput](t)(client.CreateVolume(ctx, &volume.input)).VolumeId
	}
	public := made[*ec2.CreateSnapshotOutput](t)(client.CreateSnapshot(ctx, &ec2.CreateSnapshotInput{VolumeId: volumes["clear-web"]})).SnapshotId
	made[*ec2.ModifySnapshotAttributeOutput](t)(client.ModifySnapshotAttribute(ctx, &ec2.ModifySnapshotAttributeInput{
		SnapshotId: public, CreateVolumePermission: &types.CreateVolumePermissionModifications{
			Add: []types.CreateVolumePermission{{Group: types.PermissionGroupAll}},
		},
	}))

	judge(t, moto, "EBS-001", want{"clear-web": fail, "of-aws": pass, orderly: pass})
	judge(t, moto, "EBS-002", want{"clear-web": unchecked, "of-aws": fail, orderly: pass})
	judge(t, moto, "EBS-006", want{"clear-web": fail, orderly: pass})
	judge(t, moto, "EBS-007", want{"gp3": pass, "io1": fail, "io2": fail, "io2-fast": pass, "io2-multi": pass})
	// moto lists every snapshot as one that all may restore, so none passes.
	judge(t, moto, "EBS-009", want{*public: fail})
	judge(t, moto, "EBS-012", want{"clear-web": fail, "of-aws": pass, "clear-app": unchecked})
	judge(t, moto, "EBS-013", want{"clear-app": fail, orderly: pass, "clear-web": unchecked})
	judge(t, moto, "EBS-014", want{"us-east-1": fail})
	made[*ec2.EnableEbsEncryptionByDefaultOutput](t)(client.EnableEbsEncryptionByDefault(ctx, &ec2.EnableEbsEncryptionByDefaultInput{}))
	judge(t, moto, "EBS-014", want{"us-east-1": pass})
}
