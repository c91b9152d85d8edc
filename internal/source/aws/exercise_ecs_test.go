package aws_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseECS(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := ecs.NewFromConfig(moto.Config("us-east-1"))
	made[*ecs.CreateClusterOutput](t)(client.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: new("shop")}))
	for family, system := range map[string]types.OSFamily{"linux": types.OSFamilyLinux, "windows": types.OSFamilyWindowsServer2022Core} {
		made[*ecs.RegisterTaskDefinitionOutput](t)(client.RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
			Family: &family, RuntimePlatform: &types.RuntimePlatform{OperatingSystemFamily: system},
			ContainerDefinitions: []types.ContainerDefinition{{Name: new("web"), Image: new("web:1"), Memory: new(int32(128))}},
		}))
	}
	for name, service := range map[string]ecs.CreateServiceInput{
		"machines": {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeEc2},
		"daemons":  {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeEc2, SchedulingStrategy: types.SchedulingStrategyDaemon},
		"latest":   {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("LATEST")},
		"current":  {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("1.4.0")},
		"old":      {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("1.3.0")},
		"oldest":   {TaskDefinition: new("linux"), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("1.0.0")},
		"windows":  {TaskDefinition: new("windows"), LaunchType: types.LaunchTypeFargate, PlatformVersion: new("1.0.0")},
	} {
		service.Cluster, service.ServiceName, service.DesiredCount = new("shop"), &name, new(int32(1))
		made[*ecs.CreateServiceOutput](t)(client.CreateService(ctx, &service))
	}
	var instances []string
	for _, i := range made[*ec2.RunInstancesOutput](t)(ec2.NewFromConfig(moto.Config("us-east-1")).RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: new("ami-0abcdef1234567890"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: new(int32(2)), MaxCount: new(int32(2)),
	})).Instances {
		document := made[[]byte](t)(json.Marshal(map[string]string{"instanceId": *i.InstanceId}))
		instances = append(instances, *made[*ecs.RegisterContainerInstanceOutput](t)(client.RegisterContainerInstance(ctx, &ecs.RegisterContainerInstanceInput{
			Cluster: new("shop"), InstanceIdentityDocument: new(string(document)),
		})).ContainerInstance.ContainerInstanceArn)
	}
	made[*ecs.UpdateContainerInstancesStateOutput](t)(client.UpdateContainerInstancesState(ctx, &ecs.UpdateContainerInstancesStateInput{
		Cluster: new("shop"), ContainerInstances: instances[1:], Status: types.ContainerInstanceStatusDraining,
	}))

	// moto forgets the placement strategies of a service.
	judge(t, moto, "ECS-003", want{"machines": fail, "daemons": unchecked, "latest": unchecked})
	judge(t, moto, "ECS-004", want{"latest": pass, "current": pass, "windows": pass, "old": fail, "oldest": fail, "machines": unchecked})
	// moto's instances all run version 1.0.0 of the agent.
	judge(t, moto, "ECS-005", want{instances[0]: fail, instances[1]: unchecked})
}
