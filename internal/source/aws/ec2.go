package aws

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Elastic Compute Cloud, without the VPC: each file of it begins with the
// table of what it emits.
var ec2Collectors = slices.Concat(
	ec2InstanceCollectors, // ec2_instances.go: instances
	ec2LaunchCollectors,   // ec2_launch.go: launch templates, key pairs, images, reserved instances
	ec2StorageCollectors,  // ec2_storage.go: volumes, snapshots
	ec2NetworkCollectors,  // ec2_network.go: security groups, network interfaces, addresses
	ec2RegionCollectors,   // ec2_region.go: settings of a region
)

func ec2Tags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// ec2Filter asks EC2 for what has one of the values.
func ec2Filter(name string, values ...string) []types.Filter {
	return []types.Filter{{Name: &name, Values: values}}
}

// ec2Groups are the ids and the names of security groups.
func ec2Groups(groups []types.GroupIdentifier) (ids, names []string) {
	for _, g := range groups {
		ids = append(ids, deref(g.GroupId))
		names = append(names, deref(g.GroupName))
	}
	return ids, names
}

// shaped is an object of CloudFormation's with its values in plain form; what
// is nil is left out.
func shaped(fields map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for name, v := range fields {
		put(out, name, v)
	}
	return out
}
