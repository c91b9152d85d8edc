package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Elastic Container Service: clusters, the services and the instances in them,
// and task definitions (ecs_tasks.go). What one list needs of another is read
// once.
var ecsCollectors = []collector{
	{
		service: "ecs",
		types: []emits{{
			typ: "AWS::ECS::Cluster",
			gives: "Arn CapacityProviders ClusterName ClusterSettings Configuration DefaultCapacityProviderStrategy ServiceConnectDefaults " +
				"ActiveServicesCount RegisteredContainerInstancesCount RunningTasksCount Status",
		}},
		calls: "ecs:ListClusters ecs:DescribeClusters",
		read:  readClusters,
	},
	{
		service: "ecs",
		types: []emits{{
			typ: "AWS::ECS::Service",
			gives: "AvailabilityZoneRebalancing CapacityProviderStrategy Cluster DeploymentConfiguration DeploymentController DesiredCount " +
				"EnableECSManagedTags EnableExecuteCommand HealthCheckGracePeriodSeconds LaunchType LoadBalancers Name NetworkConfiguration " +
				"PlacementConstraints PlacementStrategies PlatformVersion PropagateTags Role SchedulingStrategy ServiceArn " +
				"ServiceConnectConfiguration ServiceName ServiceRegistries TaskDefinition VolumeConfigurations VpcLatticeConfigurations " +
				"RunningCount Status",
		}},
		calls: "ecs:ListClusters ecs:DescribeClusters ecs:ListServices ecs:DescribeServices",
		read:  readServices,
	},
	{
		service: "ecs",
		types: []emits{{
			typ: "AWS::ECS::TaskDefinition",
			gives: "ContainerDefinitions Cpu EnableFaultInjection EphemeralStorage ExecutionRoleArn Family InferenceAccelerators IpcMode " +
				"Memory NetworkMode PidMode PlacementConstraints ProxyConfiguration RequiresCompatibilities RuntimePlatform " +
				"TaskDefinitionArn TaskRoleArn Volumes",
		}},
		calls: "ecs:ListClusters ecs:DescribeClusters ecs:ListServices ecs:DescribeServices ecs:ListTaskDefinitionFamilies ecs:DescribeTaskDefinition",
		read:  readTaskDefinitions,
	},
	{
		service: "ecs",
		types: []emits{{
			typ:   "AWS::ECS::ContainerInstance",
			gives: "AgentConnected AgentVersion Cluster ContainerInstanceArn DockerVersion Ec2InstanceId RegisteredAt RunningTasksCount Status",
		}},
		calls: "ecs:ListClusters ecs:DescribeClusters ecs:ListContainerInstances ecs:DescribeContainerInstances",
		read:  readContainerInstances,
	},
}

func ecsTags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// maxClusters and its like are what one call describes.
const (
	maxClusters           = 100
	maxServices           = 10
	maxContainerInstances = 100
)

func containerClusters(ctx context.Context, s *scope) ([]types.Cluster, error) {
	return once(s.session, "ecs:DescribeClusters "+s.region, func() ([]types.Cluster, error) {
		client := ecs.NewFromConfig(s.cfg)
		var arns []string
		pages := ecs.NewListClustersPaginator(client, &ecs.ListClustersInput{MaxResults: ptr(int32(100))})
		err := each(ctx, pages, func(page *ecs.ListClustersOutput) { arns = append(arns, page.ClusterArns...) })
		if err != nil {
			return nil, err
		}
		var all []types.Cluster
		for part := range slices.Chunk(arns, maxClusters) {
			out, err := client.DescribeClusters(ctx, &ecs.DescribeClustersInput{
				Clusters: part,
				Include:  []types.ClusterField{types.ClusterFieldConfigurations, types.ClusterFieldSettings, types.ClusterFieldTags},
			})
			if err != nil {
				return all, err
			}
			all = append(all, out.Clusters...)
		}
		return all, nil
	})
}

func readClusters(ctx context.Context, s *scope) error {
	all, err := containerClusters(ctx, s)
	for i := range all {
		c := &all[i]
		s.add(found{
			id: deref(c.ClusterName), arn: deref(c.ClusterArn), name: deref(c.ClusterName), tags: ecsTags(c.Tags),
			from: c,
			set:  props{"Arn": c.ClusterArn, "ClusterSettings": c.Settings},
		})
	}
	return err
}

func containerServices(ctx context.Context, s *scope) ([]types.Service, error) {
	return once(s.session, "ecs:DescribeServices "+s.region, func() ([]types.Service, error) {
		clusters, err := containerClusters(ctx, s)
		if err != nil {
			return nil, err
		}
		client := ecs.NewFromConfig(s.cfg)
		var all []types.Service
		for _, cluster := range clusters {
			var arns []string
			pages := ecs.NewListServicesPaginator(client, &ecs.ListServicesInput{Cluster: cluster.ClusterArn, MaxResults: ptr(int32(100))})
			err := each(ctx, pages, func(page *ecs.ListServicesOutput) { arns = append(arns, page.ServiceArns...) })
			if is(err, "ClusterNotFoundException") {
				continue
			}
			if err != nil {
				return all, err
			}
			for part := range slices.Chunk(arns, maxServices) {
				out, err := client.DescribeServices(ctx, &ecs.DescribeServicesInput{
					Cluster: cluster.ClusterArn, Services: part, Include: []types.ServiceField{types.ServiceFieldTags},
				})
				if err != nil {
					return all, err
				}
				all = append(all, out.Services...)
			}
		}
		return all, nil
	})
}

func readServices(ctx context.Context, s *scope) error {
	all, err := containerServices(ctx, s)
	for i := range all {
		service := &all[i]
		set := props{
			"Cluster": service.ClusterArn, "Name": service.ServiceName, "PlacementStrategies": service.PlacementStrategy, "Role": service.RoleArn,
			// What the deployments alone tell is that of the newest.
			"ServiceConnectConfiguration": nil, "VolumeConfigurations": nil, "VpcLatticeConfigurations": nil,
		}
		for _, d := range service.Deployments {
			if deref(d.Status) == "PRIMARY" {
				set["VolumeConfigurations"], set["VpcLatticeConfigurations"] = d.VolumeConfigurations, d.VpcLatticeConfigurations
				if d.ServiceConnectConfiguration != nil {
					connect := object(d.ServiceConnectConfiguration)
					scrubLog(s, connect)
					set["ServiceConnectConfiguration"] = connect
				}
			}
		}
		s.add(found{
			id: deref(service.ServiceArn), arn: deref(service.ServiceArn), name: deref(service.ServiceName), created: service.CreatedAt,
			tags: ecsTags(service.Tags), from: service, set: set,
		})
	}
	return err
}

func readContainerInstances(ctx context.Context, s *scope) error {
	clusters, err := containerClusters(ctx, s)
	if err != nil {
		return err
	}
	client := ecs.NewFromConfig(s.cfg)
	for _, cluster := range clusters {
		if cluster.RegisteredContainerInstancesCount == 0 {
			continue
		}
		var arns []string
		pages := ecs.NewListContainerInstancesPaginator(client, &ecs.ListContainerInstancesInput{Cluster: cluster.ClusterArn, MaxResults: ptr(int32(100))})
		err := each(ctx, pages, func(page *ecs.ListContainerInstancesOutput) { arns = append(arns, page.ContainerInstanceArns...) })
		if err != nil && !is(err, "ClusterNotFoundException") {
			return err
		}
		for part := range slices.Chunk(arns, maxContainerInstances) {
			out, err := client.DescribeContainerInstances(ctx, &ecs.DescribeContainerInstancesInput{
				Cluster: cluster.ClusterArn, ContainerInstances: part, Include: []types.ContainerInstanceField{types.ContainerInstanceFieldTags},
			})
			if err != nil {
				return err
			}
			for i := range out.ContainerInstances {
				c := &out.ContainerInstances[i]
				arn := deref(c.ContainerInstanceArn)
				set := props{"AgentVersion": nil, "DockerVersion": nil, "Cluster": cluster.ClusterArn}
				if v := c.VersionInfo; v != nil {
					set["AgentVersion"] = v.AgentVersion
					set["DockerVersion"] = strings.TrimPrefix(deref(v.DockerVersion), "DockerVersion: ")
				}
				s.add(found{
					id: arn, arn: arn, name: deref(c.Ec2InstanceId), created: c.RegisteredAt, tags: ecsTags(c.Tags),
					from: c, set: set,
				})
			}
		}
	}
	return nil
}
