package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

// kubernetes are the clusters of the data team.
func (s *shop) kubernetes(ctx context.Context) error {
	at := s.production
	client := eks.NewFromConfig(at.Config)
	return inOrder(ctx,
		each(client.CreateCluster,
			&eks.CreateClusterInput{
				Name: new("harbourline-data"), Version: new("1.36"), RoleArn: s.role("HarbourlineCluster"), Tags: production("data", ""),
				ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: from(at.subnets, "app-a", "app-b"), SecurityGroupIds: from(at.groups, "harbourline-prod-app"), EndpointPrivateAccess: new(true), EndpointPublicAccess: new(false)},
				Logging: &types.Logging{ClusterLogging: []types.LogSetup{{Enabled: new(true), Types: []types.LogType{
					types.LogTypeApi, types.LogTypeAudit, types.LogTypeAuthenticator, types.LogTypeControllerManager, types.LogTypeScheduler,
				}}}},
				EncryptionConfig: []types.EncryptionConfig{{Resources: []string{"secrets"}, Provider: &types.Provider{KeyArn: at.key("harbourline-data")}}},
			},
			&eks.CreateClusterInput{
				Name: new("trial"), Version: new("1.32"), RoleArn: s.role("HarbourlineCluster"),
				ResourcesVpcConfig: &types.VpcConfigRequest{SubnetIds: from(at.subnets, "web-a", "web-b"), SecurityGroupIds: from(at.groups, "launch-wizard-3"), EndpointPrivateAccess: new(false), EndpointPublicAccess: new(true), PublicAccessCidrs: []string{anywhere}},
			},
		),
		each(client.CreateNodegroup, &eks.CreateNodegroupInput{
			ClusterName: new("harbourline-data"), NodegroupName: new("general"), NodeRole: s.role("HarbourlineNodes"), Subnets: from(at.subnets, "app-a", "app-b"), InstanceTypes: []string{"m6g.large"}, AmiType: types.AMITypesAl2023Arm64Standard,
			ScalingConfig: &types.NodegroupScalingConfig{MinSize: aws.Int32(1), DesiredSize: aws.Int32(1), MaxSize: aws.Int32(4)}, Tags: production("data", ""),
		}, &eks.CreateNodegroupInput{
			ClusterName: new("trial"), NodegroupName: new("trial"), NodeRole: s.role("HarbourlineNodes"), Subnets: from(at.subnets, "web-a"), InstanceTypes: []string{"m5.large"}, AmiType: types.AMITypesAl2X8664, Version: new("1.32"),
			ScalingConfig: &types.NodegroupScalingConfig{MinSize: aws.Int32(1), DesiredSize: aws.Int32(1), MaxSize: aws.Int32(1)}, RemoteAccess: &types.RemoteAccessConfig{Ec2SshKey: new("old-agency")},
		}),
	)
}
