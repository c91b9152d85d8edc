package aws

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	scalingGroupType        = "AWS::AutoScaling::AutoScalingGroup"
	launchConfigurationType = "AWS::AutoScaling::LaunchConfiguration"
)

// EC2 Auto Scaling: groups and launch configurations.
var autoScalingCollectors = []collector{
	{
		service: "autoscaling",
		types: []emits{{
			typ: scalingGroupType,
			gives: "AutoScalingGroupARN AutoScalingGroupName AvailabilityZoneDistribution AvailabilityZoneIds " +
				"AvailabilityZoneImpairmentPolicy AvailabilityZones CapacityRebalance CapacityReservationSpecification Context " +
				"Cooldown DefaultInstanceWarmup DeletionProtection DesiredCapacity DesiredCapacityType HealthCheckGracePeriod " +
				"HealthCheckType InstanceLifecyclePolicy InstanceMaintenancePolicy LaunchConfigurationName LaunchTemplate " +
				"LoadBalancerNames MaxInstanceLifetime MaxSize MetricsCollection MinSize MixedInstancesPolicy " +
				"NewInstancesProtectedFromScaleIn PlacementGroup ServiceLinkedRoleARN Tags TargetGroupARNs TerminationPolicies " +
				"TrafficSources VPCZoneIdentifier " +
				// of the overlay
				"Instances PredictedCapacity Status SuspendedProcesses WarmPoolConfiguration WarmPoolSize",
		}},
		calls: "autoscaling:DescribeAutoScalingGroups",
		read:  readScalingGroups,
		parts: []part{
			{
				gives: "NotificationConfiguration NotificationConfigurations",
				calls: "autoscaling:DescribeNotificationConfigurations",
				read:  readScalingNotifications,
			},
			{
				gives: "LifecycleHookSpecificationList",
				calls: "autoscaling:DescribeLifecycleHooks",
				read:  readLifecycleHooks,
			},
		},
	},
	{
		service: "autoscaling",
		types: []emits{{
			typ: launchConfigurationType,
			gives: "AssociatePublicIpAddress BlockDeviceMappings ClassicLinkVPCId ClassicLinkVPCSecurityGroups EbsOptimized " +
				"IamInstanceProfile ImageId InstanceMonitoring InstanceType KernelId KeyName LaunchConfigurationName " +
				"MetadataOptions PlacementTenancy RamDiskId SecurityGroups SpotPrice UserData " +
				"LaunchConfigurationARN", // of the overlay
			tagged: "-",
			secret: "UserData",
		}},
		calls: "autoscaling:DescribeLaunchConfigurations",
		read:  readLaunchConfigurations,
		parts: []part{
			{
				gives: "ImageState",
				calls: "autoscaling:DescribeLaunchConfigurations ec2:DescribeImages",
				read:  readLaunchImage,
			},
			{
				gives: "MissingSecurityGroups",
				calls: "autoscaling:DescribeLaunchConfigurations ec2:DescribeSecurityGroups",
				read:  readLaunchGroups,
			},
		},
	},
}

func readScalingGroups(ctx context.Context, s *scope) error {
	pages := autoscaling.NewDescribeAutoScalingGroupsPaginator(autoscaling.NewFromConfig(s.cfg),
		&autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: ptr(int32(100))})
	return each(ctx, pages, func(page *autoscaling.DescribeAutoScalingGroupsOutput) {
		for i := range page.AutoScalingGroups {
			g := &page.AutoScalingGroups[i]
			var subnets []string
			for subnet := range strings.SplitSeq(deref(g.VPCZoneIdentifier), ",") {
				if subnet = strings.TrimSpace(subnet); subnet != "" {
					subnets = append(subnets, subnet)
				}
			}
			var tags []any
			for _, t := range g.Tags {
				tags = append(tags, map[string]any{
					"Key": t.Key, "PropagateAtLaunch": t.PropagateAtLaunch, "Value": t.Value,
				})
			}
			s.add(found{
				id: *g.AutoScalingGroupName, arn: deref(g.AutoScalingGroupARN), name: *g.AutoScalingGroupName, created: g.CreatedTime,
				tags: tagMap(g.Tags, func(t types.TagDescription) (*string, *string) { return t.Key, t.Value }), from: g,
				set: props{
					"Cooldown": g.DefaultCooldown, "MetricsCollection": collectedMetrics(g.EnabledMetrics),
					"Tags": tags, "VPCZoneIdentifier": subnets,
				},
			})
		}
	})
}

// collectedMetrics are the metrics of a group by granularity, as
// CloudFormation has them.
func collectedMetrics(enabled []types.EnabledMetric) []any {
	byGranularity := map[string][]string{}
	for _, m := range enabled {
		byGranularity[deref(m.Granularity)] = append(byGranularity[deref(m.Granularity)], deref(m.Metric))
	}
	var out []any
	for _, granularity := range slices.Sorted(maps.Keys(byGranularity)) {
		out = append(out, map[string]any{"Granularity": granularity, "Metrics": byGranularity[granularity]})
	}
	return out
}

// readScalingNotifications asks for the notifications of all groups at once:
// the API tells a row for each kind of event.
func readScalingNotifications(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	byGroup, err := once(s.session, "autoscaling:DescribeNotificationConfigurations "+s.region, func() (map[string]map[string][]string, error) {
		byGroup := map[string]map[string][]string{} // group → topic → kinds of events
		pages := autoscaling.NewDescribeNotificationConfigurationsPaginator(autoscaling.NewFromConfig(s.cfg),
			&autoscaling.DescribeNotificationConfigurationsInput{MaxRecords: ptr(int32(100))})
		err := each(ctx, pages, func(page *autoscaling.DescribeNotificationConfigurationsOutput) {
			for _, n := range page.NotificationConfigurations {
				group, topic := deref(n.AutoScalingGroupName), deref(n.TopicARN)
				if byGroup[group] == nil {
					byGroup[group] = map[string][]string{}
				}
				byGroup[group][topic] = append(byGroup[group][topic], deref(n.NotificationType))
			}
		})
		return byGroup, err
	})
	if err != nil {
		return nil, err
	}
	var configurations []any
	for _, topic := range slices.Sorted(maps.Keys(byGroup[r.ID])) {
		kinds := byGroup[r.ID][topic]
		slices.Sort(kinds)
		configurations = append(configurations, map[string]any{"NotificationTypes": kinds, "TopicARN": topic})
	}
	return props{
		"NotificationConfiguration":  nil, // the older form of the other
		"NotificationConfigurations": configurations,
	}, nil
}

func readLifecycleHooks(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := autoscaling.NewFromConfig(s.cfg).DescribeLifecycleHooks(ctx, &autoscaling.DescribeLifecycleHooksInput{AutoScalingGroupName: &r.ID})
	if err != nil {
		return nil, err
	}
	var hooks []any
	for _, h := range out.LifecycleHooks {
		hook := object(h)
		delete(hook, "AutoScalingGroupName")
		delete(hook, "GlobalTimeout") // follows from HeartbeatTimeout
		hooks = append(hooks, hook)
	}
	return props{"LifecycleHookSpecificationList": hooks}, nil
}

// launchConfigurations are all of the scope's region: their images and groups
// are asked for together.
func launchConfigurations(ctx context.Context, s *scope) ([]types.LaunchConfiguration, error) {
	return once(s.session, "autoscaling:DescribeLaunchConfigurations "+s.region, func() ([]types.LaunchConfiguration, error) {
		var list []types.LaunchConfiguration
		pages := autoscaling.NewDescribeLaunchConfigurationsPaginator(autoscaling.NewFromConfig(s.cfg),
			&autoscaling.DescribeLaunchConfigurationsInput{MaxRecords: ptr(int32(100))})
		err := each(ctx, pages, func(page *autoscaling.DescribeLaunchConfigurationsOutput) {
			list = append(list, page.LaunchConfigurations...)
		})
		return list, err
	})
}

func readLaunchConfigurations(ctx context.Context, s *scope) error {
	list, err := launchConfigurations(ctx, s)
	for i := range list {
		c := &list[i]
		s.add(found{
			id: *c.LaunchConfigurationName, arn: deref(c.LaunchConfigurationARN), name: *c.LaunchConfigurationName,
			created: c.CreatedTime, from: c,
			set: props{"InstanceMonitoring": deref(c.InstanceMonitoring).Enabled, "RamDiskId": c.RamdiskId},
		})
	}
	return err
}

// maxFilterValues is how many values a filter of EC2 takes.
const maxFilterValues = 200

// distinct lists what the launch configurations have of a kind, each once.
func distinct(list []types.LaunchConfiguration, values func(*types.LaunchConfiguration) []string) []string {
	set := map[string]bool{}
	for i := range list {
		for _, v := range values(&list[i]) {
			set[v] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// readLaunchImage asks for the images of all launch configurations at once,
// whoever owns them. A filter passes over what is not there; a list of ids
// would be refused for it.
func readLaunchImage(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	states, err := once(s.session, "images of launch configurations "+s.region, func() (map[string]string, error) {
		list, err := launchConfigurations(ctx, s)
		if err != nil {
			return nil, err
		}
		ids := distinct(list, func(c *types.LaunchConfiguration) []string { return []string{deref(c.ImageId)} })
		states := map[string]string{}
		for some := range slices.Chunk(ids, maxFilterValues) {
			pages := ec2.NewDescribeImagesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeImagesInput{
				Filters: ec2Filter("image-id", some...), IncludeDeprecated: ptr(true), IncludeDisabled: ptr(true), MaxResults: ptr(int32(1000)),
			})
			err := each(ctx, pages, func(page *ec2.DescribeImagesOutput) {
				for _, i := range page.Images {
					states[deref(i.ImageId)] = string(i.State)
				}
			})
			if err != nil {
				return nil, err
			}
		}
		return states, nil
	})
	if err != nil {
		return nil, err
	}
	image, _ := r.Properties["ImageId"].(string)
	return props{"ImageState": states[image]}, nil
}

// readLaunchGroups asks for the security groups of all launch configurations
// at once, those that another account shares among them.
func readLaunchGroups(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	there, err := once(s.session, "security groups of launch configurations "+s.region, func() (map[string]bool, error) {
		list, err := launchConfigurations(ctx, s)
		if err != nil {
			return nil, err
		}
		all := distinct(list, func(c *types.LaunchConfiguration) []string { return c.SecurityGroups })
		there := map[string]bool{}
		for _, kind := range []string{"group-id", "group-name"} {
			wanted := slices.DeleteFunc(slices.Clone(all), func(group string) bool {
				return strings.HasPrefix(group, "sg-") != (kind == "group-id")
			})
			for some := range slices.Chunk(wanted, maxFilterValues) {
				pages := ec2.NewDescribeSecurityGroupsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSecurityGroupsInput{
					Filters: ec2Filter(kind, some...), MaxResults: ptr(int32(1000)),
				})
				err := each(ctx, pages, func(page *ec2.DescribeSecurityGroupsOutput) {
					for _, g := range page.SecurityGroups {
						there[deref(g.GroupId)], there[deref(g.GroupName)] = true, true
					}
				})
				if err != nil {
					return nil, err
				}
			}
		}
		return there, nil
	})
	if err != nil {
		return nil, err
	}
	var missing []any
	groups, _ := r.Properties["SecurityGroups"].([]any)
	for _, group := range groups {
		if id, ok := group.(string); ok && !there[id] {
			missing = append(missing, id)
		}
	}
	return props{"MissingSecurityGroups": missing}, nil
}
