package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Elastic Compute Cloud: volumes and snapshots.
var ec2Collectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ:   "AWS::EC2::Volume",
			gives: "AvailabilityZone Encrypted Iops KmsKeyId MultiAttachEnabled OutpostArn Size SnapshotId Throughput VolumeType",
		}},
		calls: "ec2:DescribeVolumes",
		read:  readVolumes,
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

func ec2Tags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}
