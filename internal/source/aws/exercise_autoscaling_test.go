package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseAutoScaling(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	made[*elb.CreateLoadBalancerOutput](t)(elb.NewFromConfig(moto.Config("us-east-1")).CreateLoadBalancer(ctx, &elb.CreateLoadBalancerInput{
		LoadBalancerName: new("front"), AvailabilityZones: []string{"us-east-1a"},
		Listeners: []elbtypes.Listener{{Protocol: new("TCP"), LoadBalancerPort: 80, InstancePort: new(int32(80))}},
	}))
	client := autoscaling.NewFromConfig(moto.Config("us-east-1"))
	made[*autoscaling.CreateLaunchConfigurationOutput](t)(client.CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: new("machine"), ImageId: new("ami-0abcdef1234567890"), InstanceType: new("t3.micro"),
	}))
	for name, group := range map[string]struct {
		tier      string
		balancers []string
	}{
		"web": {"web", []string{"front"}}, "web-apart": {"web", nil}, "app": {"app", []string{"front"}}, "app-apart": {"app", nil},
	} {
		made[*autoscaling.CreateAutoScalingGroupOutput](t)(client.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
			AutoScalingGroupName: &name, LaunchConfigurationName: new("machine"), MinSize: new(int32(0)), MaxSize: new(int32(1)),
			AvailabilityZones: []string{"us-east-1a"}, LoadBalancerNames: group.balancers, Tags: []types.Tag{{
				Key: new("Tier"), Value: &group.tier, ResourceId: &name, ResourceType: new("auto-scaling-group"), PropagateAtLaunch: new(false),
			}},
		}))
	}
	judge(t, moto, "ASG-013", want{"web": pass, "web-apart": fail, "app": unchecked, "app-apart": unchecked})
	judge(t, moto, "ASG-014", want{"app": pass, "app-apart": fail, "web": unchecked, "web-apart": unchecked})
	made[*autoscaling.AttachLoadBalancersOutput](t)(client.AttachLoadBalancers(ctx, &autoscaling.AttachLoadBalancersInput{
		AutoScalingGroupName: new("app-apart"), LoadBalancerNames: []string{"front"},
	}))
	judge(t, moto, "ASG-014", want{"app-apart": pass})
}
