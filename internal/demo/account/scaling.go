package account

import (
	"context"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
)

// scaling makes the groups that keep the servers of the shop running.
func (s *shop) scaling(ctx context.Context) error {
	at := s.production
	client := autoscaling.NewFromConfig(at.Config)
	labels := func(group string, t tags, propagate bool) []types.Tag {
		return as(t, func(key, value *string) types.Tag {
			return types.Tag{Key: key, Value: value, PropagateAtLaunch: new(propagate), ResourceId: new(group), ResourceType: new("auto-scaling-group")}
		})
	}
	launched := func(template string) *types.LaunchTemplateSpecification {
		return &types.LaunchTemplateSpecification{LaunchTemplateName: new(template), Version: new("$Latest")}
	}
	return inOrder(ctx,
		each(client.CreateLaunchConfiguration,
			&autoscaling.CreateLaunchConfigurationInput{
				LaunchConfigurationName: new("legacy-shop-2019"), ImageId: new(ubuntu14), InstanceType: new("t2.medium"), KeyName: new("old-agency"),
				SecurityGroups: from(at.groups, "launch-wizard-3"), AssociatePublicIpAddress: new(true), UserData: new(base64.StdEncoding.EncodeToString([]byte(secretScript))),
				BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: new("/dev/sda1"), Ebs: &types.Ebs{VolumeSize: aws.Int32(50), VolumeType: new("gp2")}}},
			},
			&autoscaling.CreateLaunchConfigurationInput{
				LaunchConfigurationName: new("worker-2021"), ImageId: new(at.images["harbourline-app-2026.10"]), InstanceType: new("m5.large"),
				SecurityGroups: from(at.groups, "harbourline-prod-app"), IamInstanceProfile: new("HarbourlineApp"),
				BlockDeviceMappings: []types.BlockDeviceMapping{{DeviceName: new("/dev/xvda"), Ebs: &types.Ebs{VolumeSize: aws.Int32(30), VolumeType: new("gp3"), Encrypted: new(true)}}},
				MetadataOptions:     &types.InstanceMetadataOptions{HttpTokens: types.InstanceMetadataHttpTokensStateRequired, HttpPutResponseHopLimit: aws.Int32(1)},
			},
		),
		each(client.CreateAutoScalingGroup,
			&autoscaling.CreateAutoScalingGroupInput{
				AutoScalingGroupName: new("harbourline-web"), LaunchTemplate: launched("harbourline-web"),
				MinSize: aws.Int32(2), MaxSize: aws.Int32(8), DesiredCapacity: aws.Int32(2), DefaultCooldown: aws.Int32(300),
				VPCZoneIdentifier: new(at.subnets["web-a"] + "," + at.subnets["web-b"]), TargetGroupARNs: from(at.targets, "harbourline-web"),
				HealthCheckType: new("ELB"), HealthCheckGracePeriod: aws.Int32(120), CapacityRebalance: new(true),
				Tags: labels("harbourline-web", production("storefront", "harbourline-prod-web").with("Tier", "web"), true),
			},
			&autoscaling.CreateAutoScalingGroupInput{
				AutoScalingGroupName: new("harbourline-app"), LaunchTemplate: launched("harbourline-app"),
				MinSize: aws.Int32(1), MaxSize: aws.Int32(4), DesiredCapacity: aws.Int32(2),
				VPCZoneIdentifier: new(at.subnets["app-a"]), TargetGroupARNs: from(at.targets, "harbourline-app"),
				HealthCheckType: new("EC2"), HealthCheckGracePeriod: aws.Int32(120),
				Tags: labels("harbourline-app", production("storefront", "harbourline-prod-app").with("Tier", "app"), false),
			},
			&autoscaling.CreateAutoScalingGroupInput{
				AutoScalingGroupName: new("legacy-shop"), LaunchConfigurationName: new("legacy-shop-2019"),
				MinSize: aws.Int32(0), MaxSize: aws.Int32(2), DesiredCapacity: aws.Int32(0),
				VPCZoneIdentifier: new(at.subnets["web-a"]), LoadBalancerNames: []string{"legacy-shop"}, HealthCheckType: new("EC2"),
			},
		),
		to(client.SuspendProcesses, &autoscaling.SuspendProcessesInput{AutoScalingGroupName: new("legacy-shop"), ScalingProcesses: []string{"Launch", "Terminate"}}),
		to(client.EnableMetricsCollection, &autoscaling.EnableMetricsCollectionInput{AutoScalingGroupName: new("harbourline-web"), Granularity: new("1Minute"), Metrics: []string{"GroupInServiceInstances"}}),
		to(client.PutScalingPolicy, &autoscaling.PutScalingPolicyInput{
			AutoScalingGroupName: new("harbourline-web"), PolicyName: new("cpu"), PolicyType: new("TargetTrackingScaling"),
			TargetTrackingConfiguration: &types.TargetTrackingConfiguration{
				TargetValue: aws.Float64(55), PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeASGAverageCPUUtilization},
			},
		}),
		at.scalingGroups,
	)
}

// scalingGroups learns the ARNs of the groups, which making them does not tell.
func (at *site) scalingGroups(ctx context.Context) error {
	found, err := autoscaling.NewFromConfig(at.Config).DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{})
	if err != nil {
		return err
	}
	for _, group := range found.AutoScalingGroups {
		at.scaling[aws.ToString(group.AutoScalingGroupName)] = aws.ToString(group.AutoScalingGroupARN)
	}
	return nil
}
