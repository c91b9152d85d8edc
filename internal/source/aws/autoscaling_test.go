package aws

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestScalingGroups(t *testing.T) {
	moto := awstest.Moto(t)
	client := autoscaling.NewFromConfig(moto.Config("us-east-1"))
	vpc, first := network(t, ec2.NewFromConfig(moto.Config("us-east-1")), "10.0.0.0/16", "10.0.1.0/24")
	second := do[*ec2.CreateSubnetOutput](t)(ec2.NewFromConfig(moto.Config("us-east-1")).CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: vpc, CidrBlock: ptr("10.0.2.0/24"), AvailabilityZone: ptr("us-east-1a"),
	})).Subnet
	do[*autoscaling.CreateLaunchConfigurationOutput](t)(client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: ptr("web-1"), ImageId: ptr("ami-0abcdef1234567890"), InstanceType: ptr("t3.micro"),
	}))
	do[*autoscaling.CreateAutoScalingGroupOutput](t)(client.CreateAutoScalingGroup(t.Context(), &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: ptr("web"), LaunchConfigurationName: ptr("web-1"), MinSize: ptr(int32(1)), MaxSize: ptr(int32(3)),
		DesiredCapacity: ptr(int32(2)), DefaultCooldown: ptr(int32(60)), HealthCheckType: ptr("ELB"), HealthCheckGracePeriod: ptr(int32(90)),
		VPCZoneIdentifier: ptr(*first + "," + *second.SubnetId), CapacityRebalance: ptr(true),
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop"), PropagateAtLaunch: ptr(true), ResourceId: ptr("web"), ResourceType: ptr("auto-scaling-group")}},
	}))
	do[*autoscaling.SuspendProcessesOutput](t)(client.SuspendProcesses(t.Context(), &autoscaling.SuspendProcessesInput{
		AutoScalingGroupName: ptr("web"), ScalingProcesses: []string{"Terminate"},
	}))
	do[*autoscaling.EnableMetricsCollectionOutput](t)(client.EnableMetricsCollection(t.Context(), &autoscaling.EnableMetricsCollectionInput{
		AutoScalingGroupName: ptr("web"), Granularity: ptr("1Minute"), Metrics: []string{"GroupMinSize"},
	}))
	do[*autoscaling.PutLifecycleHookOutput](t)(client.PutLifecycleHook(t.Context(), &autoscaling.PutLifecycleHookInput{
		AutoScalingGroupName: ptr("web"), LifecycleHookName: ptr("drain"), LifecycleTransition: ptr("autoscaling:EC2_INSTANCE_TERMINATING"),
		HeartbeatTimeout: ptr(int32(300)), DefaultResult: ptr("CONTINUE"),
	}))
	// moto does not know of notifications.
	needed := slices.DeleteFunc(slices.Sorted(maps.Keys(supplied(t, scalingGroupType))), func(name string) bool {
		return strings.HasPrefix(name, "NotificationConfiguration")
	})
	r := one(t, collectedProperties(t, moto, scalingGroupType, needed...), scalingGroupType, "web")
	described := do[*autoscaling.DescribeAutoScalingGroupsOutput](t)(client.DescribeAutoScalingGroups(t.Context(), &autoscaling.DescribeAutoScalingGroupsInput{})).AutoScalingGroups[0]
	if r.ID != "web" || r.ARN != *described.AutoScalingGroupARN || !r.Created.Equal(*described.CreatedTime) {
		t.Errorf("group %s has ARN %s and was made %s", r.ID, r.ARN, r.Created)
	}
	if diff := cmp.Diff(map[string]string{"Team": "shop"}, r.Tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	same(t, r, map[string]any{
		"AutoScalingGroupARN": r.ARN, "AutoScalingGroupName": "web", "AvailabilityZones": list("us-east-1a", "us-east-1b"),
		"CapacityRebalance": true, "Cooldown": "60", "DesiredCapacity": "2", "HealthCheckGracePeriod": int64(90), "HealthCheckType": "ELB",
		"LaunchConfigurationName": "web-1", "LaunchTemplate": nil, "LoadBalancerNames": nil, "MaxSize": "3", "MinSize": "1",
		"MetricsCollection":                list(map[string]any{"Granularity": "1Minute", "Metrics": list("GroupMinSize")}),
		"NewInstancesProtectedFromScaleIn": false, "TargetGroupARNs": nil, "TerminationPolicies": list("Default"),
		"Tags":              list(map[string]any{"Key": "Team", "PropagateAtLaunch": true, "Value": "shop"}),
		"VPCZoneIdentifier": list(*first, *second.SubnetId),
		"LifecycleHookSpecificationList": list(map[string]any{
			"DefaultResult": "CONTINUE", "HeartbeatTimeout": int64(300), "LifecycleHookName": "drain",
			"LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "NotificationTargetARN": "arn:aws:sqs:us-east-1:123456789012:my-queue",
			"RoleARN": "arn:aws:iam::1234567890:role/my-auto-scaling-role", // moto says so of each
		}),
	})
	suspended := r.Properties["SuspendedProcesses"].([]any)
	instances := r.Properties["Instances"].([]any)
	if len(suspended) != 1 || suspended[0].(map[string]any)["ProcessName"] != "Terminate" || len(instances) != 2 ||
		instances[0].(map[string]any)["LifecycleState"] != "InService" {
		t.Errorf("suspended = %v, instances = %v", suspended, instances)
	}
}

// supplied are the properties that live accounts tell of a type.
func supplied(t *testing.T, typ string) map[string]bool {
	t.Helper()
	given, ok := Supplies(typ)
	if !ok {
		t.Fatalf("no collector emits %s", typ)
	}
	return given
}

// The answers are written after the Amazon EC2 Auto Scaling API Reference.
func TestScalingNotifications(t *testing.T) {
	group := func(name string) string {
		return `<member><AutoScalingGroupName>` + name + `</AutoScalingGroupName><AutoScalingGroupARN>arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/` +
			name + `</AutoScalingGroupARN><MixedInstancesPolicy><InstancesDistribution><OnDemandBaseCapacity>1</OnDemandBaseCapacity></InstancesDistribution>
			<LaunchTemplate><LaunchTemplateSpecification><LaunchTemplateId>lt-0a</LaunchTemplateId><LaunchTemplateName>web</LaunchTemplateName><Version>$Default</Version></LaunchTemplateSpecification>
			<Overrides><member><InstanceType>m7g.large</InstanceType></member></Overrides></LaunchTemplate></MixedInstancesPolicy></member>`
	}
	row := func(group, kind, topic string) string {
		return `<member><AutoScalingGroupName>` + group + `</AutoScalingGroupName><NotificationType>autoscaling:` + kind + `</NotificationType><TopicARN>arn:aws:sns:us-east-1:123456789012:` + topic + `</TopicARN></member>`
	}
	answer := func(rows, next string) string {
		return `<DescribeNotificationConfigurationsResponse><DescribeNotificationConfigurationsResult><NotificationConfigurations>` + rows +
			`</NotificationConfigurations>` + next + `</DescribeNotificationConfigurationsResult></DescribeNotificationConfigurationsResponse>`
	}
	server := answering(t, map[string]answers{
		"DescribeAutoScalingGroups": {{when: "MaxRecords=100", body: `<DescribeAutoScalingGroupsResponse><DescribeAutoScalingGroupsResult><AutoScalingGroups>` +
			group("web") + group("app") + `</AutoScalingGroups></DescribeAutoScalingGroupsResult></DescribeAutoScalingGroupsResponse>`}},
		"DescribeNotificationConfigurations": {
			{when: "NextToken=more", body: answer(row("web", "EC2_INSTANCE_LAUNCH", "errors")+row("web", "EC2_INSTANCE_TERMINATE", "ops"), "")},
			{body: answer(row("web", "EC2_INSTANCE_TERMINATE_ERROR", "errors"), "<NextToken>more</NextToken>")},
		},
		"DescribeLifecycleHooks": {{body: `<DescribeLifecycleHooksResponse><DescribeLifecycleHooksResult/></DescribeLifecycleHooksResponse>`}},
	})
	inv, stats := server.collected(t, scalingGroupType)
	if len(stats.Failures) > 0 {
		t.Fatal(stats.Failures)
	}
	same(t, one(t, inv.Resources, scalingGroupType, "web"), map[string]any{
		"NotificationConfiguration": nil, "LifecycleHookSpecificationList": nil, "VPCZoneIdentifier": nil,
		"NotificationConfigurations": list(
			map[string]any{
				"NotificationTypes": list("autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR"),
				"TopicARN":          "arn:aws:sns:us-east-1:123456789012:errors",
			},
			map[string]any{"NotificationTypes": list("autoscaling:EC2_INSTANCE_TERMINATE"), "TopicARN": "arn:aws:sns:us-east-1:123456789012:ops"},
		),
		"MixedInstancesPolicy": map[string]any{
			"InstancesDistribution": map[string]any{"OnDemandBaseCapacity": int64(1)},
			"LaunchTemplate": map[string]any{
				"LaunchTemplateSpecification": map[string]any{"LaunchTemplateId": "lt-0a", "LaunchTemplateName": "web", "Version": "$Default"},
				"Overrides":                   list(map[string]any{"InstanceType": "m7g.large"}),
			},
		},
	})
	absent(t, one(t, inv.Resources, scalingGroupType, "app"), "NotificationConfigurations")
	if n := server.count("DescribeNotificationConfigurations"); n != 2 {
		t.Errorf("notifications of two groups took %d calls for two pages", n)
	}
}

func TestLaunchConfigurations(t *testing.T) {
	moto := awstest.Moto(t)
	client := autoscaling.NewFromConfig(moto.Config("us-east-1"))
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	image := do[*ec2.RegisterImageOutput](t)(machines.RegisterImage(t.Context(), &ec2.RegisterImageInput{
		Name: ptr("web"), RootDeviceName: ptr("/dev/xvda"), Architecture: ec2types.ArchitectureValuesX8664,
	})).ImageId
	group := do[*ec2.CreateSecurityGroupOutput](t)(machines.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: ptr("web"), Description: ptr("Web"),
	})).GroupId
	do[*autoscaling.CreateLaunchConfigurationOutput](t)(client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: ptr("web-1"), ImageId: image, InstanceType: ptr("t3.micro"), SecurityGroups: []string{*group, "web"},
		AssociatePublicIpAddress: ptr(true), IamInstanceProfile: ptr("web"), KeyName: ptr("ops"), SpotPrice: ptr("0.1"),
		InstanceMonitoring: &types.InstanceMonitoring{Enabled: ptr(false)}, UserData: ptr("ZWNobyBoZWxsbw=="),
		MetadataOptions: &types.InstanceMetadataOptions{HttpTokens: types.InstanceMetadataHttpTokensStateRequired},
		BlockDeviceMappings: []types.BlockDeviceMapping{{
			DeviceName: ptr("/dev/xvda"), Ebs: &types.Ebs{VolumeSize: ptr(int32(20)), VolumeType: ptr("gp3"), Encrypted: ptr(true)},
		}},
	}))
	do[*autoscaling.CreateLaunchConfigurationOutput](t)(client.CreateLaunchConfiguration(t.Context(), &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: ptr("old"), ImageId: ptr("ami-0gone"), InstanceType: ptr("m1.small"),
		SecurityGroups: []string{*group, "sg-0gone", "gone"},
	}))
	got := collected(t, moto, launchConfigurationType)
	r := one(t, got, launchConfigurationType, "web-1")
	described := do[*autoscaling.DescribeLaunchConfigurationsOutput](t)(client.DescribeLaunchConfigurations(t.Context(), &autoscaling.DescribeLaunchConfigurationsInput{
		LaunchConfigurationNames: []string{"web-1"},
	})).LaunchConfigurations[0]
	want := &cloud.Resource{
		Type: launchConfigurationType, ID: "web-1", Name: "web-1", ARN: *described.LaunchConfigurationARN, Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Created: *described.CreatedTime,
		Properties: map[string]any{
			"AssociatePublicIpAddress": true, "EbsOptimized": false, "IamInstanceProfile": "web", "ImageId": *image, "ImageState": "available",
			"BlockDeviceMappings": list(map[string]any{"DeviceName": "/dev/xvda", "Ebs": map[string]any{
				"Encrypted": true, "VolumeSize": int64(20), "VolumeType": "gp3",
			}, "NoDevice": false}),
			"InstanceMonitoring": false, "InstanceType": "t3.micro", "KeyName": "ops", "LaunchConfigurationARN": *described.LaunchConfigurationARN,
			"LaunchConfigurationName": "web-1", "MetadataOptions": map[string]any{"HttpTokens": "required"},
			"SecurityGroups": list(*group, "web"), "SpotPrice": "0.1", "UserData": r.Properties["UserData"],
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("launch configuration (-want +got):\n%s", diff)
	}
	if text := r.Properties["UserData"]; text == nil || text == "ZWNobyBoZWxsbw==" {
		t.Errorf("user data = %v, which should be redacted", text)
	}
	same(t, one(t, got, launchConfigurationType, "old"), map[string]any{
		"ImageId": "ami-0gone", "ImageState": nil, "MissingSecurityGroups": list("sg-0gone", "gone"),
	})
}
