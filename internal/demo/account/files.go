package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
)

// fileSystems of EFS.
func (s *shop) fileSystems(ctx context.Context) error {
	at := s.production
	client := efs.NewFromConfig(at.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	media, err := client.CreateFileSystem(ctx, &efs.CreateFileSystemInput{
		CreationToken: new("harbourline-content"), Encrypted: new(true), KmsKeyId: at.key("harbourline-data"), Backup: new(true), Tags: as(production("storefront", "harbourline-content"), tag),
	})
	if err != nil {
		return fmt.Errorf("harbourline-content: %w", err)
	}
	shared, err := client.CreateFileSystem(ctx, &efs.CreateFileSystemInput{CreationToken: new("erp-share"), Encrypted: new(true), Tags: as(named("erp-share"), tag)})
	if err != nil {
		return fmt.Errorf("erp-share: %w", err)
	}
	at.files["harbourline-content"], at.files["erp-share"] = aws.ToString(media.FileSystemId), aws.ToString(shared.FileSystemId)
	group := from(at.groups, "harbourline-prod-data")
	return inOrder(ctx,
		each(client.CreateMountTarget,
			&efs.CreateMountTargetInput{FileSystemId: media.FileSystemId, SubnetId: at.sub("data-a"), SecurityGroups: group},
			&efs.CreateMountTargetInput{FileSystemId: media.FileSystemId, SubnetId: at.sub("data-b"), SecurityGroups: group},
			&efs.CreateMountTargetInput{FileSystemId: shared.FileSystemId, SubnetId: at.sub("web-a"), SecurityGroups: from(at.groups, "harbourline-prod-erp")},
		),
		to(client.PutLifecycleConfiguration, &efs.PutLifecycleConfigurationInput{FileSystemId: media.FileSystemId, LifecyclePolicies: []types.LifecyclePolicy{{TransitionToIA: types.TransitionToIARulesAfter30Days}}}),
		each(client.PutFileSystemPolicy,
			&efs.PutFileSystemPolicyInput{FileSystemId: media.FileSystemId, Policy: s.document(`{"Version":"2012-10-17","Statement":[
				{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:role/HarbourlineTasks"},"Action":["elasticfilesystem:ClientMount","elasticfilesystem:ClientWrite"]},
				{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`)},
			&efs.PutFileSystemPolicyInput{FileSystemId: shared.FileSystemId, Policy: s.document(`{"Version":"2012-10-17","Statement":[
				{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["elasticfilesystem:ClientMount","elasticfilesystem:ClientWrite","elasticfilesystem:ClientRootAccess"]}]}`)},
		),
		each(client.CreateAccessPoint,
			&efs.CreateAccessPointInput{
				ClientToken: new("content"), FileSystemId: media.FileSystemId, PosixUser: &types.PosixUser{Uid: aws.Int64(1000), Gid: aws.Int64(1000)},
				RootDirectory: &types.RootDirectory{Path: new("/content"), CreationInfo: &types.CreationInfo{OwnerUid: aws.Int64(1000), OwnerGid: aws.Int64(1000), Permissions: new("0750")}},
				Tags:          as(production("storefront", "content"), tag),
			},
			&efs.CreateAccessPointInput{ClientToken: new("everything"), FileSystemId: shared.FileSystemId},
		),
		to(efs.NewFromConfig(s.staging.Config).CreateFileSystem, &efs.CreateFileSystemInput{CreationToken: new("staging"), AvailabilityZoneName: new("eu-central-1a"), Encrypted: new(false), Tags: as(named("staging"), tag)}),
	)
}
