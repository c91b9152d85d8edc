package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Elastic File System: file systems, and what they are reached through.
var efsCollectors = []collector{
	{
		service: "efs",
		types: []emits{{
			typ: "AWS::EFS::FileSystem",
			gives: "Arn AvailabilityZoneName Encrypted FileSystemId FileSystemProtection KmsKeyId LifeCycleState NumberOfMountTargets " +
				"PerformanceMode ProvisionedThroughputInMibps SizeInBytes ThroughputMode",
			lacks: "AWS::EFS::FileSystem.ReplicationDestination.AvailabilityZoneName AWS::EFS::FileSystem.ReplicationDestination.KmsKeyId",
		}},
		calls: "elasticfilesystem:DescribeFileSystems",
		read:  readFileSystems,
		parts: []part{
			keyAliasPart("", "KmsKeyId"),
			{gives: "BackupPolicy", calls: "elasticfilesystem:DescribeBackupPolicy", read: readBackupPolicy},
			{gives: "FileSystemPolicy", calls: "elasticfilesystem:DescribeFileSystemPolicy", read: readFileSystemPolicy},
			{gives: "LifecyclePolicies", calls: "elasticfilesystem:DescribeLifecycleConfiguration", read: readFileLifecycle},
			{gives: "ReplicationConfiguration", calls: "elasticfilesystem:DescribeReplicationConfigurations", read: readFileReplication},
		},
	},
	{
		service: "efs",
		types: []emits{{
			typ: "AWS::EFS::MountTarget", gives: "FileSystemId Id IpAddress Ipv6Address SubnetId NetworkInterfaceId VpcId", tagged: "-",
		}},
		calls: "elasticfilesystem:DescribeFileSystems elasticfilesystem:DescribeMountTargets",
		read:  readMountTargets,
		parts: []part{{
			gives: "SecurityGroups", calls: "elasticfilesystem:DescribeMountTargetSecurityGroups", read: readMountTargetGroups,
		}},
	},
	{
		service: "efs",
		types:   []emits{{typ: "AWS::EFS::AccessPoint", gives: "AccessPointId Arn ClientToken FileSystemId PosixUser RootDirectory"}},
		calls:   "elasticfilesystem:DescribeAccessPoints",
		read:    readAccessPoints,
	},
}

func efsTags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

func fileSystems(ctx context.Context, s *scope) ([]types.FileSystemDescription, error) {
	return once(s.session, "efs:DescribeFileSystems "+s.region, func() ([]types.FileSystemDescription, error) {
		var all []types.FileSystemDescription
		pages := efs.NewDescribeFileSystemsPaginator(efs.NewFromConfig(s.cfg), &efs.DescribeFileSystemsInput{})
		err := each(ctx, pages, func(page *efs.DescribeFileSystemsOutput) { all = append(all, page.FileSystems...) })
		return all, err
	})
}

func readFileSystems(ctx context.Context, s *scope) error {
	all, err := fileSystems(ctx, s)
	for i := range all {
		f := &all[i]
		set := props{"Arn": f.FileSystemArn, "SizeInBytes": nil}
		if f.SizeInBytes != nil {
			set["SizeInBytes"] = f.SizeInBytes.Value
		}
		s.add(found{
			id: deref(f.FileSystemId), arn: deref(f.FileSystemArn), name: deref(f.Name), created: f.CreationTime, tags: efsTags(f.Tags),
			from: f, set: set,
		})
	}
	return err
}

func readBackupPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := efs.NewFromConfig(s.cfg).DescribeBackupPolicy(ctx, &efs.DescribeBackupPolicyInput{FileSystemId: &r.ID})
	switch {
	case is(err, "PolicyNotFound"):
		return props{"BackupPolicy": nil}, nil
	case is(err, "FileSystemNotFound"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"BackupPolicy": out.BackupPolicy}, nil
}

func readFileSystemPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := efs.NewFromConfig(s.cfg).DescribeFileSystemPolicy(ctx, &efs.DescribeFileSystemPolicyInput{FileSystemId: &r.ID})
	switch {
	case is(err, "PolicyNotFound"):
		return props{"FileSystemPolicy": nil}, nil
	case is(err, "FileSystemNotFound"):
		return nil, errGone
	case err != nil:
		return nil, err
	}
	return props{"FileSystemPolicy": out.Policy}, nil
}

func readFileLifecycle(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := efs.NewFromConfig(s.cfg).DescribeLifecycleConfiguration(ctx, &efs.DescribeLifecycleConfigurationInput{FileSystemId: &r.ID})
	if is(err, "FileSystemNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"LifecyclePolicies": out.LifecyclePolicies}, nil
}

// readFileReplication takes what one call tells of all file systems.
func readFileReplication(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	all, err := once(s.session, "efs:DescribeReplicationConfigurations "+s.region, func() ([]types.ReplicationConfigurationDescription, error) {
		var all []types.ReplicationConfigurationDescription
		pages := efs.NewDescribeReplicationConfigurationsPaginator(efs.NewFromConfig(s.cfg), &efs.DescribeReplicationConfigurationsInput{})
		err := each(ctx, pages, func(page *efs.DescribeReplicationConfigurationsOutput) { all = append(all, page.Replications...) })
		if is(err, "ReplicationNotFound") {
			return nil, nil
		}
		return all, err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		if deref(c.SourceFileSystemId) != r.ID || deref(c.SourceFileSystemRegion) != s.region {
			continue // this is the copy
		}
		var destinations []any
		for _, d := range c.Destinations {
			destinations = append(destinations, shaped(map[string]any{
				"FileSystemId": d.FileSystemId, "Region": d.Region, "RoleArn": d.RoleArn, "Status": d.Status, "StatusMessage": d.StatusMessage,
			}))
		}
		return props{"ReplicationConfiguration": map[string]any{"Destinations": destinations}}, nil
	}
	return props{"ReplicationConfiguration": nil}, nil
}

func readMountTargets(ctx context.Context, s *scope) error {
	all, err := fileSystems(ctx, s)
	if err != nil {
		return err
	}
	client := efs.NewFromConfig(s.cfg)
	for i := range all {
		if all[i].NumberOfMountTargets == 0 {
			continue
		}
		pages := efs.NewDescribeMountTargetsPaginator(client, &efs.DescribeMountTargetsInput{FileSystemId: all[i].FileSystemId})
		err := each(ctx, pages, func(page *efs.DescribeMountTargetsOutput) {
			for j := range page.MountTargets {
				m := &page.MountTargets[j]
				s.add(found{id: deref(m.MountTargetId), from: m, set: props{"Id": m.MountTargetId}})
			}
		})
		if err != nil && !is(err, "FileSystemNotFound") {
			return err
		}
	}
	return nil
}

func readMountTargetGroups(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := efs.NewFromConfig(s.cfg).DescribeMountTargetSecurityGroups(ctx, &efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: &r.ID})
	if is(err, "MountTargetNotFound", "IncorrectMountTargetState") { // or it is on its way out
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"SecurityGroups": out.SecurityGroups}, nil
}

func readAccessPoints(ctx context.Context, s *scope) error {
	pages := efs.NewDescribeAccessPointsPaginator(efs.NewFromConfig(s.cfg), &efs.DescribeAccessPointsInput{})
	return each(ctx, pages, func(page *efs.DescribeAccessPointsOutput) {
		for i := range page.AccessPoints {
			p := &page.AccessPoints[i]
			s.add(found{
				id: deref(p.AccessPointId), arn: deref(p.AccessPointArn), name: deref(p.Name), tags: efsTags(p.Tags),
				from: p, set: props{"Arn": p.AccessPointArn},
			})
		}
	})
}
