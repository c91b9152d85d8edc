package account

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// launchTemplates of the groups that scale, and one that was left over.
func (s *shop) launchTemplates(ctx context.Context) error {
	at := s.production
	disk := func(encrypted bool, key *string) []types.LaunchTemplateBlockDeviceMappingRequest {
		return []types.LaunchTemplateBlockDeviceMappingRequest{{
			DeviceName: new("/dev/xvda"),
			Ebs:        &types.LaunchTemplateEbsBlockDeviceRequest{VolumeSize: aws.Int32(30), VolumeType: types.VolumeTypeGp3, Encrypted: new(encrypted), KmsKeyId: key, DeleteOnTermination: new(true)},
		}}
	}
	instanceTags := func(t tags) []types.LaunchTemplateTagSpecificationRequest {
		return []types.LaunchTemplateTagSpecificationRequest{{ResourceType: types.ResourceTypeInstance, Tags: ec2Tags(t)}}
	}
	return inOrder(ctx, each(ec2.NewFromConfig(at.Config).CreateLaunchTemplate,
		&ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: new("harbourline-web"),
			TagSpecifications:  tagged(types.ResourceTypeLaunchTemplate, production("storefront", "").with("Tier", "web")),
			LaunchTemplateData: &types.RequestLaunchTemplateData{
				ImageId:             new(from(at.images, "harbourline-web-2026.10")[0]),
				InstanceType:        types.InstanceTypeM6iLarge,
				IamInstanceProfile:  &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: new("HarbourlineWeb")},
				SecurityGroupIds:    from(at.groups, "harbourline-prod-web"),
				BlockDeviceMappings: disk(true, at.key("harbourline-web")),
				Monitoring:          &types.LaunchTemplatesMonitoringRequest{Enabled: new(true)},
				MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
					HttpEndpoint: types.LaunchTemplateInstanceMetadataEndpointStateEnabled, HttpTokens: types.LaunchTemplateHttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1),
				},
				UserData:          new(base64.StdEncoding.EncodeToString([]byte(agentScript))),
				TagSpecifications: instanceTags(production("storefront", "harbourline-prod-web").with("Tier", "web")),
			},
		},
		&ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: new("harbourline-app"),
			TagSpecifications:  tagged(types.ResourceTypeLaunchTemplate, production("storefront", "").with("Tier", "app")),
			LaunchTemplateData: &types.RequestLaunchTemplateData{
				ImageId:             new(from(at.images, "harbourline-app-2026.10")[0]),
				InstanceType:        types.InstanceTypeC5Large,
				IamInstanceProfile:  &types.LaunchTemplateIamInstanceProfileSpecificationRequest{Name: new("HarbourlineApp")},
				SecurityGroupIds:    from(at.groups, "harbourline-prod-app"),
				BlockDeviceMappings: disk(true, nil),
				MetadataOptions: &types.LaunchTemplateInstanceMetadataOptionsRequest{
					HttpEndpoint: types.LaunchTemplateInstanceMetadataEndpointStateEnabled, HttpTokens: types.LaunchTemplateHttpTokensStateOptional, HttpPutResponseHopLimit: aws.Int32(2),
				},
				TagSpecifications: instanceTags(production("storefront", "harbourline-prod-app").with("Tier", "app")),
			},
		},
		&ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: new("campaign-2022"),
			LaunchTemplateData: &types.RequestLaunchTemplateData{
				ImageId:             new(amazonLinux),
				InstanceType:        types.InstanceTypeT2Large,
				BlockDeviceMappings: disk(false, nil),
				NetworkInterfaces: []types.LaunchTemplateInstanceNetworkInterfaceSpecificationRequest{{
					DeviceIndex: aws.Int32(0), AssociatePublicIpAddress: new(true), Groups: from(at.groups, "launch-wizard-3"),
				}},
				UserData: new(base64.StdEncoding.EncodeToString([]byte(secretScript))),
			},
		},
	))
}
