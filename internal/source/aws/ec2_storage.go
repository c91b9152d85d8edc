package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Elastic Block Store: volumes, and the snapshots that the account owns.
var ec2StorageCollectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::Volume",
			gives: "AvailabilityZone AvailabilityZoneId Encrypted Iops KmsKeyId MultiAttachEnabled OutpostArn Size SnapshotId " +
				"SourceVolumeId Throughput VolumeId VolumeInitializationRate VolumeType " +
				"Attachments CreateTime FastRestored State", // of the overlay
		}},
		calls: "ec2:DescribeVolumes",
		read:  readVolumes,
		parts: []part{
			keyAliasPart("AWS::EC2::Volume", "KmsKeyId"),
			{gives: "AutoEnableIO", calls: "ec2:DescribeVolumeAttribute", slow: true, read: readVolumeIO},
		},
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::Snapshot",
			gives: "CompletionTime Description Encrypted FullSnapshotSizeInBytes KmsKeyId OutpostArn OwnerAlias OwnerId Progress " +
				"RestoreExpiryTime SnapshotId StartTime State StateMessage StorageTier TransferType VolumeId VolumeSize",
		}},
		calls: "ec2:DescribeSnapshots",
		read:  readSnapshots,
		parts: []part{
			keyAliasPart("AWS::EC2::Snapshot", "KmsKeyId"),
			{gives: "Public", calls: "ec2:DescribeSnapshots", read: readPublicSnapshot},
		},
	},
}

func readVolumes(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeVolumesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeVolumesInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ec2.DescribeVolumesOutput) {
		for _, v := range page.Volumes {
			tags := ec2Tags(v.Tags)
			s.add(found{
				id: *v.VolumeId, arn: s.arn("ec2", "volume/"+*v.VolumeId), name: tags["Name"],
				created: v.CreateTime, tags: tags, from: v,
			})
		}
	})
}

func readVolumeIO(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := ec2.NewFromConfig(s.cfg).DescribeVolumeAttribute(ctx, &ec2.DescribeVolumeAttributeInput{
		VolumeId: &r.ID, Attribute: "autoEnableIO",
	})
	if is(err, "InvalidVolume.NotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	enabled, _ := field(out.AutoEnableIO, "Value")
	return props{"AutoEnableIO": enabled}, nil
}

func readSnapshots(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeSnapshotsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSnapshotsInput{
		OwnerIds: []string{"self"}, MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeSnapshotsOutput) {
		for _, v := range page.Snapshots {
			tags := ec2Tags(v.Tags)
			s.add(found{
				// The ARN of a snapshot names no account.
				id: *v.SnapshotId, arn: "arn:" + s.partition + ":ec2:" + s.region + "::snapshot/" + *v.SnapshotId, name: tags["Name"],
				created: v.StartTime, tags: tags, from: v,
			})
		}
	})
}

// readPublicSnapshot asks once which of the account's snapshots everybody may
// restore.
func readPublicSnapshot(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	public, err := once(s.session, "ec2:DescribeSnapshots public "+s.region, func() (map[string]bool, error) {
		public := map[string]bool{}
		pages := ec2.NewDescribeSnapshotsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSnapshotsInput{
			OwnerIds: []string{"self"}, RestorableByUserIds: []string{"all"}, MaxResults: ptr(int32(1000)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeSnapshotsOutput) {
			for _, v := range page.Snapshots {
				public[deref(v.SnapshotId)] = true
			}
		})
		return public, err
	})
	if err != nil {
		return nil, err
	}
	return props{"Public": public[r.ID]}, nil
}
