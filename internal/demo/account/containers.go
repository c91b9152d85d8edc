package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecr_types "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// repositories of ECR.
func (s *shop) repositories(ctx context.Context) error {
	client := ecr.NewFromConfig(s.production.Config)
	tag := func(key, value *string) ecr_types.Tag { return ecr_types.Tag{Key: key, Value: value} }
	scanned := &ecr_types.ImageScanningConfiguration{ScanOnPush: true}
	return inOrder(ctx,
		each(client.CreateRepository,
			&ecr.CreateRepositoryInput{
				RepositoryName: new("harbourline/storefront"), ImageScanningConfiguration: scanned, ImageTagMutability: ecr_types.ImageTagMutabilityImmutable,
				EncryptionConfiguration: &ecr_types.EncryptionConfiguration{EncryptionType: ecr_types.EncryptionTypeKms, KmsKey: s.production.key("harbourline-app")}, Tags: as(production("storefront", ""), tag),
			},
			&ecr.CreateRepositoryInput{RepositoryName: new("harbourline/orders"), ImageScanningConfiguration: scanned, Tags: as(production("storefront", ""), tag)},
			&ecr.CreateRepositoryInput{RepositoryName: new("partner-connector")},
			&ecr.CreateRepositoryInput{RepositoryName: new("base-images")},
		),
		to(ecr.NewFromConfig(s.lab.Config).CreateRepository, &ecr.CreateRepositoryInput{RepositoryName: new("notebooks")}),
		to(client.PutRegistryScanningConfiguration, &ecr.PutRegistryScanningConfigurationInput{ScanType: ecr_types.ScanTypeBasic, Rules: []ecr_types.RegistryScanningRule{{
			ScanFrequency: ecr_types.ScanFrequencyScanOnPush, RepositoryFilters: []ecr_types.ScanningRepositoryFilter{{Filter: new("harbourline/*"), FilterType: ecr_types.ScanningRepositoryFilterTypeWildcard}},
		}}}),
		each(client.PutLifecyclePolicy,
			&ecr.PutLifecyclePolicyInput{RepositoryName: new("harbourline/storefront"), LifecyclePolicyText: new(`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}}]}`)},
		),
		each(client.SetRepositoryPolicy,
			&ecr.SetRepositoryPolicyInput{RepositoryName: new("harbourline/orders"), PolicyText: s.document(`{"Version":"2012-10-17","Statement":[{"Sid":"pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`)},
			&ecr.SetRepositoryPolicyInput{RepositoryName: new("partner-connector"), PolicyText: s.document(`{"Version":"2012-10-17","Statement":[{"Sid":"tidewater","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":["ecr:BatchGetImage","ecr:PutImage"]}]}`)},
			&ecr.SetRepositoryPolicyInput{RepositoryName: new("base-images"), PolicyText: s.document(`{"Version":"2012-10-17","Statement":[{"Sid":"all","Effect":"Allow","Principal":"*","Action":"ecr:*"}]}`)},
		),
	)
}

// services of ECS: the order service on Fargate, and a monitor that somebody
// gave every right on the host.
func (s *shop) services(ctx context.Context) error {
	at := s.production
	client := ecs.NewFromConfig(at.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	image := s.number + ".dkr.ecr.us-east-1.amazonaws.com/harbourline/orders:1.42.0"
	return inOrder(ctx,
		each(client.CreateCluster,
			&ecs.CreateClusterInput{ClusterName: new("harbourline"), Settings: []types.ClusterSetting{{Name: types.ClusterSettingNameContainerInsights, Value: new("enabled")}}, Tags: as(production("storefront", ""), tag)},
			&ecs.CreateClusterInput{ClusterName: new("batch-2021")},
		),
		each(client.CreateCapacityProvider, provider("workers", at.scaling["harbourline-app"], true), provider("workers-2021", at.scaling["legacy-shop"], false)),
		each(client.RegisterTaskDefinition,
			&ecs.RegisterTaskDefinitionInput{
				Family: new("orders"), RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate}, NetworkMode: types.NetworkModeAwsvpc, Cpu: new("512"), Memory: new("1024"),
				TaskRoleArn: s.role("HarbourlineTasks"), ExecutionRoleArn: s.role("HarbourlineTaskExecution"),
				ContainerDefinitions: []types.ContainerDefinition{{
					Name: new("orders"), Image: new(image), Memory: aws.Int32(1024), Essential: new(true), ReadonlyRootFilesystem: new(true), User: new("1000"), Privileged: new(false),
					Secrets: []types.Secret{{Name: new("DB_PASSWORD"), ValueFrom: new(s.arn("secretsmanager", Production, "secret:harbourline/orders-db"))}},
					LogConfiguration: &types.LogConfiguration{LogDriver: types.LogDriverAwslogs, Options: map[string]string{
						"awslogs-group": "/harbourline/orders", "awslogs-region": Production, "awslogs-stream-prefix": "orders", "mode": "non-blocking",
					}},
				}},
				Volumes: []types.Volume{{Name: new("content"), EfsVolumeConfiguration: &types.EFSVolumeConfiguration{FileSystemId: new(at.files["harbourline-content"]), TransitEncryption: types.EFSTransitEncryptionEnabled}}},
				Tags:    as(production("storefront", ""), tag),
			},
			&ecs.RegisterTaskDefinitionInput{
				Family: new("host-monitor"), RequiresCompatibilities: []types.Compatibility{types.CompatibilityEc2}, NetworkMode: types.NetworkModeHost, PidMode: types.PidModeHost, TaskRoleArn: s.role("HarbourlineTaskExecution"), ExecutionRoleArn: s.role("HarbourlineTaskExecution"),
				ContainerDefinitions: []types.ContainerDefinition{{
					Name: new("monitor"), Image: new("docker.io/library/busybox:latest"), Memory: aws.Int32(128), Essential: new(true), Privileged: new(true), User: new("root"),
					Environment: []types.KeyValuePair{{Name: new("AWS_SECRET_ACCESS_KEY"), Value: new("this-should-be-a-role")}},
				}},
			},
			&ecs.RegisterTaskDefinitionInput{
				Family: new("import"), NetworkMode: types.NetworkModeBridge, Volumes: []types.Volume{{Name: new("share"), EfsVolumeConfiguration: &types.EFSVolumeConfiguration{FileSystemId: new(at.files["erp-share"])}}},
				ContainerDefinitions: []types.ContainerDefinition{{Name: new("import"), Image: new("docker.io/library/busybox:latest"), MemoryReservation: aws.Int32(256), Essential: new(true)}},
			},
		),
		each(client.CreateService,
			&ecs.CreateServiceInput{
				Cluster: new("harbourline"), ServiceName: new("orders"), TaskDefinition: new("orders"), DesiredCount: aws.Int32(2), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("LATEST"), PropagateTags: types.PropagateTagsService,
				NetworkConfiguration:    &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: from(at.subnets, "app-a", "app-b"), SecurityGroups: from(at.groups, "harbourline-prod-app"), AssignPublicIp: types.AssignPublicIpDisabled}},
				DeploymentConfiguration: &types.DeploymentConfiguration{DeploymentCircuitBreaker: &types.DeploymentCircuitBreaker{Enable: true, Rollback: true}, MinimumHealthyPercent: aws.Int32(100), MaximumPercent: aws.Int32(200)},
				Tags:                    as(production("storefront", ""), tag),
			},
			&ecs.CreateServiceInput{
				Cluster: new("harbourline"), ServiceName: new("orders-preview"), TaskDefinition: new("orders"), DesiredCount: aws.Int32(1), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("1.3.0"), EnableExecuteCommand: true,
				NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: from(at.subnets, "web-a"), SecurityGroups: from(at.groups, "launch-wizard-3"), AssignPublicIp: types.AssignPublicIpEnabled}},
			},
			&ecs.CreateServiceInput{Cluster: new("harbourline"), ServiceName: new("host-monitor"), TaskDefinition: new("host-monitor"), DesiredCount: aws.Int32(1), LaunchType: types.LaunchTypeEc2},
		),
	)
}

// provider lets ECS scale a group of instances.
func provider(name, group string, protected bool) *ecs.CreateCapacityProviderInput {
	input := &ecs.CreateCapacityProviderInput{Name: new(name), AutoScalingGroupProvider: &types.AutoScalingGroupProvider{
		AutoScalingGroupArn: new(group), ManagedTerminationProtection: types.ManagedTerminationProtectionDisabled,
	}}
	if protected {
		input.AutoScalingGroupProvider.ManagedTerminationProtection = types.ManagedTerminationProtectionEnabled
		input.AutoScalingGroupProvider.ManagedScaling = &types.ManagedScaling{Status: types.ManagedScalingStatusEnabled, TargetCapacity: aws.Int32(90)}
	}
	return input
}
