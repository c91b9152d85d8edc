package aws

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func registerTask(t *testing.T, client *ecs.Client, family, image string) string {
	t.Helper()
	out, err := client.RegisterTaskDefinition(t.Context(), &ecs.RegisterTaskDefinitionInput{
		Family: &family, NetworkMode: types.NetworkModeAwsvpc, Cpu: ptr("256"), Memory: ptr("512"),
		RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		RuntimePlatform:         &types.RuntimePlatform{OperatingSystemFamily: types.OSFamilyLinux, CpuArchitecture: types.CPUArchitectureArm64},
		ContainerDefinitions: []types.ContainerDefinition{{
			Name: ptr("web"), Image: &image, Essential: ptr(true), Memory: ptr(int32(128)),
			Command: []string{"serve", "--password=correct-horse-battery"},
			Environment: []types.KeyValuePair{
				{Name: ptr("DB_PASSWORD"), Value: ptr("correct-horse-battery")}, {Name: ptr("PORT"), Value: ptr("8080")},
			},
			Secrets: []types.Secret{{Name: ptr("TOKEN"), ValueFrom: ptr("arn:aws:ssm:us-east-1:123456789012:parameter/token")}},
			LogConfiguration: &types.LogConfiguration{
				LogDriver: types.LogDriverAwslogs, Options: map[string]string{"awslogs-group": "web"},
			},
		}},
		Volumes: []types.Volume{{
			Name: ptr("files"),
			EfsVolumeConfiguration: &types.EFSVolumeConfiguration{
				FileSystemId: ptr("fs-1"), TransitEncryption: types.EFSTransitEncryptionEnabled,
				AuthorizationConfig: &types.EFSAuthorizationConfig{Iam: types.EFSAuthorizationConfigIAMEnabled},
			},
		}},
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *out.TaskDefinition.TaskDefinitionArn
}

func TestContainers(t *testing.T) {
	moto := awstest.Moto(t)
	client := ecs.NewFromConfig(moto.Config("us-east-1"))
	cluster, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{
		ClusterName: ptr("shop"), Settings: []types.ClusterSetting{{Name: types.ClusterSettingNameContainerInsights, Value: ptr("enabled")}},
		CapacityProviders:               []string{"FARGATE"},
		DefaultCapacityProviderStrategy: []types.CapacityProviderStrategyItem{{CapacityProvider: ptr("FARGATE"), Weight: 1}},
		Tags:                            []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	used := registerTask(t, client, "web", "web:1")
	registerTask(t, client, "web", "web:2") // superseded, and used by nobody
	newest := registerTask(t, client, "web", "web:3")
	idle := registerTask(t, client, "job", "job:1")
	service, err := client.CreateService(t.Context(), &ecs.CreateServiceInput{
		Cluster: ptr("shop"), ServiceName: ptr("web"), TaskDefinition: &used, DesiredCount: ptr(int32(2)), LaunchType: types.LaunchTypeEc2,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::ECS::Cluster", "AWS::ECS::Service", "AWS::ECS::TaskDefinition")

	wantCluster := map[string]any{
		"Arn": *cluster.Cluster.ClusterArn, "ClusterName": "shop", "Status": "ACTIVE",
		"CapacityProviders":               []any{"FARGATE"},
		"ClusterSettings":                 []any{map[string]any{"Name": "containerInsights", "Value": "enabled"}},
		"DefaultCapacityProviderStrategy": []any{map[string]any{"CapacityProvider": "FARGATE", "Weight": int64(1), "Base": int64(0)}},
		"ActiveServicesCount":             int64(0), "RegisteredContainerInstancesCount": int64(0), "RunningTasksCount": int64(0), // moto counts nothing
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(wantCluster, one(t, got, "AWS::ECS::Cluster", "shop").Properties); diff != "" {
		t.Errorf("cluster (-want +got):\n%s", diff)
	}

	web := one(t, got, "AWS::ECS::Service", "web")
	if web.ID != *service.Service.ServiceArn {
		t.Errorf("service = %+v", web)
	}
	for name, want := range map[string]any{
		"Cluster": *cluster.Cluster.ClusterArn, "ServiceName": "web", "Name": "web", "DesiredCount": int64(2), "LaunchType": "EC2",
		"TaskDefinition": used, "SchedulingStrategy": "REPLICA",
	} {
		if web.Properties[name] != want {
			t.Errorf("%s of the service = %v; want %v", name, web.Properties[name], want)
		}
	}
	var definitions []string
	for _, r := range got {
		if r.Type == "AWS::ECS::TaskDefinition" {
			definitions = append(definitions, r.ID)
		}
	}
	if diff := cmp.Diff([]string{idle, used, newest}, definitions); diff != "" {
		t.Errorf("task definitions (-want +got):\n%s", diff)
	}
	definition := one(t, got, "AWS::ECS::TaskDefinition", newest)
	container := definition.Properties["ContainerDefinitions"].([]any)[0].(map[string]any)
	wantContainer := map[string]any{
		"Name": "web", "Image": "web:3", "Essential": true, "Memory": int64(128), "Cpu": int64(0),
		"Command": []any{"serve", "[redacted: password]"},
		"Environment": []any{
			map[string]any{"Name": "DB_PASSWORD", "Value": "[redacted: password]"}, map[string]any{"Name": "PORT", "Value": "8080"},
		},
		"Secrets":          []any{map[string]any{"Name": "TOKEN", "ValueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/token"}},
		"LogConfiguration": map[string]any{"LogDriver": "awslogs", "Options": map[string]any{"awslogs-group": "web"}},
	}
	if diff := cmp.Diff(wantContainer, container); diff != "" {
		t.Errorf("container (-want +got):\n%s", diff)
	}
	delete(definition.Properties, "ContainerDefinitions")
	wantDefinition := map[string]any{
		"TaskDefinitionArn": newest, "Family": "web", "NetworkMode": "awsvpc", "Cpu": "256", "Memory": "512",
		"RequiresCompatibilities": []any{"FARGATE"},
		"RuntimePlatform":         map[string]any{"OperatingSystemFamily": "LINUX", "CpuArchitecture": "ARM64"},
		"Volumes": []any{map[string]any{"Name": "files", "EFSVolumeConfiguration": map[string]any{
			"FilesystemId": "fs-1", "RootDirectory": "/", "TransitEncryption": "ENABLED", "AuthorizationConfig": map[string]any{"IAM": "ENABLED"},
		}}},
		"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
	}
	if diff := cmp.Diff(wantDefinition, definition.Properties); diff != "" {
		t.Errorf("task definition (-want +got):\n%s", diff)
	}
}

func TestContainerSecretsKept(t *testing.T) {
	moto := awstest.Moto(t)
	registerTask(t, ecs.NewFromConfig(moto.Config("us-east-1")), "web", "web:1")
	inv, _ := Read(t.Context(), Options{
		Accounts: []Account{{Config: moto.Config("us-east-1")}}, Regions: []string{"us-east-1"}, Now: time.Now(), Secrets: true,
		Needs: rule.Reads{"AWS::ECS::TaskDefinition": {rule.Whole: true}},
	})
	container := inv.Resources[0].Properties["ContainerDefinitions"].([]any)[0].(map[string]any)
	if v := container["Environment"].([]any)[0].(map[string]any)["Value"]; v != "correct-horse-battery" {
		t.Errorf("value = %v", v)
	}
	if v := container["Command"].([]any)[1]; v != "--password=correct-horse-battery" {
		t.Errorf("command = %v", v)
	}
}

func TestContainerInstances(t *testing.T) {
	moto := awstest.Moto(t)
	cfg := moto.Config("us-east-1")
	client := ecs.NewFromConfig(cfg)
	if _, err := client.CreateCluster(t.Context(), &ecs.CreateClusterInput{ClusterName: ptr("shop")}); err != nil {
		t.Fatal(err)
	}
	run, err := ec2.NewFromConfig(cfg).RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-12c6146b"), MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)), InstanceType: ec2types.InstanceTypeT3Micro,
	})
	if err != nil {
		t.Fatal(err)
	}
	instance := *run.Instances[0].InstanceId
	document, err := json.Marshal(map[string]string{
		"instanceId": instance, "region": "us-east-1", "accountId": awstest.Account, "imageId": "ami-12c6146b", "instanceType": "t3.micro",
	})
	if err != nil {
		t.Fatal(err)
	}
	registered, err := client.RegisterContainerInstance(t.Context(), &ecs.RegisterContainerInstanceInput{
		Cluster: ptr("shop"), InstanceIdentityDocument: ptr(string(document)),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := one(t, collected(t, moto, "AWS::ECS::ContainerInstance"), "AWS::ECS::ContainerInstance", *registered.ContainerInstance.ContainerInstanceArn)
	for name, want := range map[string]any{
		"Ec2InstanceId": instance, "Cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "AgentConnected": true,
		"AgentVersion": "1.0.0", "DockerVersion": "1.5.0", "Status": "ACTIVE", "RunningTasksCount": int64(0),
	} {
		if got.Properties[name] != want {
			t.Errorf("%s = %v; want %v", name, got.Properties[name], want)
		}
	}
}

// What moto's services do not have, after the API reference: placement
// strategies, what only a deployment tells, and a task definition that cannot
// be read.
func TestServiceDeployments(t *testing.T) {
	const p = "AmazonEC2ContainerServiceV20141113."
	server := answering(t, map[string]answers{
		p + "ListClusters":     {{body: `{"clusterArns":["arn:aws:ecs:us-east-1:123456789012:cluster/shop"]}`}},
		p + "DescribeClusters": {{body: `{"clusters":[{"clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/shop","clusterName":"shop"}]}`}},
		p + "ListServices":     {{body: `{"serviceArns":["arn:aws:ecs:us-east-1:123456789012:service/shop/web"]}`}},
		p + "DescribeServices": {{body: `{"services":[{"serviceArn":"arn:aws:ecs:us-east-1:123456789012:service/shop/web","serviceName":"web",
			"clusterArn":"arn:aws:ecs:us-east-1:123456789012:cluster/shop","taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
			"platformVersion":"1.4.0","createdAt":1767225600.0,
			"placementStrategy":[{"type":"spread","field":"attribute:ecs.availability-zone"}],"roleArn":"arn:aws:iam::123456789012:role/service","capacityProviderStrategy":[{"capacityProvider":"FARGATE_SPOT","weight":1,"base":0}],
			"deployments":[{"status":"ACTIVE"},{"status":"PRIMARY","serviceConnectConfiguration":{"enabled":true,"namespace":"shop",
			"logConfiguration":{"logDriver":"splunk","options":{"splunk-auth-token":"correct-horse-battery"}}},
			"volumeConfigurations":[{"name":"data","managedEBSVolume":{"encrypted":false,"roleArn":"arn:role"}}]}]}]}`}},
		p + "ListTaskDefinitionFamilies": {{body: `{"families":["job","web"]}`}},
		p + "DescribeTaskDefinition": {
			{when: `"web:1"`, body: `{}`},
			{when: `"job"`, status: 400, body: `{"__type":"AccessDeniedException","message":"no"}`},
			{when: `"web"`, body: `{"taskDefinition":{"taskDefinitionArn":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:1","family":"web"}}`},
		},
	})
	inv, stats := server.collected(t, "AWS::ECS::Service", "AWS::ECS::TaskDefinition")
	web := one(t, inv.Resources, "AWS::ECS::Service", "web")
	if web.Created.Year() != 2026 {
		t.Errorf("created at %v", web.Created)
	}
	service := web.Properties
	for name, want := range map[string]any{
		"PlatformVersion":          "1.4.0",
		"LaunchType":               nil,
		"Role":                     "arn:aws:iam::123456789012:role/service",
		"PlacementStrategies":      []any{map[string]any{"Type": "spread", "Field": "attribute:ecs.availability-zone"}},
		"CapacityProviderStrategy": []any{map[string]any{"CapacityProvider": "FARGATE_SPOT", "Weight": int64(1), "Base": int64(0)}},
		"ServiceConnectConfiguration": map[string]any{"Enabled": true, "Namespace": "shop", "LogConfiguration": map[string]any{
			"LogDriver": "splunk", "Options": map[string]any{"splunk-auth-token": "[redacted: password]"},
		}},
		"VolumeConfigurations": []any{map[string]any{"Name": "data", "ManagedEBSVolume": map[string]any{"Encrypted": false, "RoleArn": "arn:role"}}},
	} {
		if diff := cmp.Diff(want, service[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	one(t, inv.Resources, "AWS::ECS::TaskDefinition", "web")
	if n := server.count(p + "DescribeTaskDefinition"); n != 2 {
		t.Errorf("DescribeTaskDefinition was called %d times; the one that the service uses is the newest", n)
	}
	want := []cloud.Unread{{
		Type: "AWS::ECS::TaskDefinition", Account: "123456789012", Region: "us-east-1",
		Reason: "ecs:DescribeTaskDefinition is denied in us-east-1: the permission has to be added",
	}}
	if diff := cmp.Diff(want, inv.Unread); diff != "" || len(stats.Failures) != 1 {
		t.Errorf("unread (-want +got):\n%s\n%v", diff, stats.Failures)
	}
	if n := server.count(p + "DescribeServices"); n != 1 {
		t.Errorf("DescribeServices was called %d times", n)
	}
}
