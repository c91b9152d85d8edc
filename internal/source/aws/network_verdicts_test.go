package aws_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	autoscalingtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// A want is the verdict of a rule for each of some resources, by name or id;
// "" for no check.
type want map[string]string

const pass, fail, unchecked = "pass", "fail", ""

// judge reads moto's account for a rule and compares the verdicts.
func judge(t *testing.T, moto *awstest.Server, id string, want want) {
	t.Helper()
	t.Run(id, func(t *testing.T) {
		library := made[*rule.Library](t)(rule.NewLibrary(rules.Files, "rules/"))
		wantVerdicts(t, library, id, moto.Config("us-east-1"), time.Now(), want)
	})
}

// made is what a call gave; the test ends where it failed.
func made[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestVerdictsOfVPC(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	named := func(kind types.ResourceType, name string) []types.TagSpecification {
		return []types.TagSpecification{{ResourceType: kind, Tags: []types.Tag{{Key: new("Name"), Value: &name}}}}
	}
	vpc := func(name, cidr string) *string {
		return made[*ec2.CreateVpcOutput](t)(client.CreateVpc(ctx, &ec2.CreateVpcInput{
			CidrBlock: &cidr, TagSpecifications: named(types.ResourceTypeVpc, name),
		})).Vpc.VpcId
	}
	table := func(vpc *string) *string {
		return made[*ec2.CreateRouteTableOutput](t)(client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc})).RouteTable.RouteTableId
	}
	route := func(input *ec2.CreateRouteInput) {
		t.Helper()
		made[*ec2.CreateRouteOutput](t)(client.CreateRoute(ctx, input))
	}
	shop, old, quiet := vpc("shop", "10.0.0.0/16"), vpc("old", "10.1.0.0/16"), vpc("quiet", "10.2.0.0/16")
	subnet := func(vpc *string, cidr string) *string {
		return made[*ec2.CreateSubnetOutput](t)(client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: &cidr})).Subnet.SubnetId
	}
	shopSubnet, oldSubnet := subnet(shop, "10.0.1.0/24"), subnet(old, "10.1.1.0/24")

	// shop has a NAT gateway, an endpoint and a flow log, old a NAT instance.
	address := made[*ec2.AllocateAddressOutput](t)(client.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))
	nat := made[*ec2.CreateNatGatewayOutput](t)(client.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{
		SubnetId: shopSubnet, AllocationId: address.AllocationId,
	})).NatGateway.NatGatewayId
	shopTable, oldTable := table(shop), table(old)
	route(&ec2.CreateRouteInput{RouteTableId: shopTable, DestinationCidrBlock: new("0.0.0.0/0"), NatGatewayId: nat})
	instance := made[*ec2.RunInstancesOutput](t)(client.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: new("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: new(int32(1)), MaxCount: new(int32(1)), SubnetId: oldSubnet,
	})).Instances[0].InstanceId
	route(&ec2.CreateRouteInput{RouteTableId: oldTable, DestinationCidrBlock: new("0.0.0.0/0"), InstanceId: instance})
	made[*ec2.CreateNetworkInterfaceOutput](t)(client.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: shopSubnet}))
	endpoint := func(name, service, policy string) {
		made[*ec2.CreateVpcEndpointOutput](t)(client.CreateVpcEndpoint(ctx, &ec2.CreateVpcEndpointInput{
			VpcId: shop, ServiceName: &service, RouteTableIds: []string{*shopTable}, PolicyDocument: &policy,
			VpcEndpointType: types.VpcEndpointTypeGateway, TagSpecifications: named(types.ResourceTypeVpcEndpoint, name),
		}))
	}
	endpoint("open", "com.amazonaws.us-east-1.s3", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)
	endpoint("own", "com.amazonaws.us-east-1.dynamodb", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*",
		"Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"123456789012"}}}]}`)
	made[*ec2.CreateFlowLogsOutput](t)(client.CreateFlowLogs(ctx, &ec2.CreateFlowLogsInput{
		ResourceIds: []string{*shop}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAll,
		LogGroupName: new("flow"), DeliverLogsPermissionArn: new("arn:aws:iam::123456789012:role/flow"),
	}))

	// A peering whose routes are narrow on one side, and one that has broad ones.
	peering := func(name string, from, to *string) *string {
		return made[*ec2.CreateVpcPeeringConnectionOutput](t)(client.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{
			VpcId: from, PeerVpcId: to, TagSpecifications: named(types.ResourceTypeVpcPeeringConnection, name),
		})).VpcPeeringConnection.VpcPeeringConnectionId
	}
	narrow, broad, unused := peering("narrow", shop, quiet), peering("broad", shop, old), peering("unused", old, quiet)
	route(&ec2.CreateRouteInput{RouteTableId: shopTable, DestinationCidrBlock: new("10.2.4.0/24"), VpcPeeringConnectionId: narrow})
	route(&ec2.CreateRouteInput{RouteTableId: shopTable, DestinationCidrBlock: new("10.1.0.0/16"), VpcPeeringConnectionId: broad})

	internet := func(name string) *string {
		return made[*ec2.CreateInternetGatewayOutput](t)(client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{
			TagSpecifications: named(types.ResourceTypeInternetGateway, name),
		})).InternetGateway.InternetGatewayId
	}
	internet("idle")
	made[*ec2.AttachInternetGatewayOutput](t)(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: internet("used"), VpcId: shop}))
	office := func(name string) *string {
		return made[*ec2.CreateVpnGatewayOutput](t)(client.CreateVpnGateway(ctx, &ec2.CreateVpnGatewayInput{
			Type: types.GatewayTypeIpsec1, TagSpecifications: named(types.ResourceTypeVpnGateway, name),
		})).VpnGateway.VpnGatewayId
	}
	left := office("left")
	for _, gateway := range []*string{office("joined"), left} {
		made[*ec2.AttachVpnGatewayOutput](t)(client.AttachVpnGateway(ctx, &ec2.AttachVpnGatewayInput{VpnGatewayId: gateway, VpcId: shop}))
	}
	made[*ec2.DetachVpnGatewayOutput](t)(client.DetachVpnGateway(ctx, &ec2.DetachVpnGatewayInput{VpnGatewayId: left, VpcId: shop}))

	// The network ACLs of VPCs let everything through, one of its own lets in HTTPS.
	acl := made[*ec2.CreateNetworkAclOutput](t)(client.CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{
		VpcId: shop, TagSpecifications: named(types.ResourceTypeNetworkAcl, "web"),
	})).NetworkAcl.NetworkAclId
	entry := func(number int32, action types.RuleAction, cidr string) {
		made[*ec2.CreateNetworkAclEntryOutput](t)(client.CreateNetworkAclEntry(ctx, &ec2.CreateNetworkAclEntryInput{
			NetworkAclId: acl, RuleNumber: &number, Protocol: new("6"), Egress: new(false), RuleAction: action, CidrBlock: &cidr,
			PortRange: &types.PortRange{From: new(int32(443)), To: new(int32(443))},
		}))
	}
	entry(100, types.RuleActionAllow, "0.0.0.0/0")
	standard := *made[*ec2.DescribeNetworkAclsOutput](t)(client.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: new("vpc-id"), Values: []string{*quiet}}},
	})).NetworkAcls[0].NetworkAclId

	judge(t, moto, "VPC-010", want{"web": pass, standard: fail})
	judge(t, moto, "VPC-011", want{"web": pass, standard: fail})
	judge(t, moto, "VPC-017", want{"web": pass, standard: fail})
	judge(t, moto, "VPC-015", want{"web": pass, standard: pass})
	entry(200, types.RuleActionDeny, "203.0.113.0/24")
	judge(t, moto, "VPC-015", want{"web": fail, standard: pass})
	judge(t, moto, "VPC-005", want{"open": fail, "own": pass})
	judge(t, moto, "VPC-006", want{"open": fail, "own": pass})
	judge(t, moto, "VPC-001", want{"shop": pass, "old": fail})
	judge(t, moto, "VPC-003", want{"shop": pass, "old": fail, "quiet": unchecked})
	judge(t, moto, "VPC-007", want{"used": pass, "idle": fail})
	judge(t, moto, "VPC-008", want{"joined": pass, "left": fail})
	judge(t, moto, "VPC-012", want{*narrow: pass, *broad: fail, *unused: unchecked})
	judge(t, moto, "VPC-014", want{*narrow: pass})
	judge(t, moto, "VPC-016", want{"shop": pass, "old": fail, "quiet": unchecked})
}

func TestVerdictsOfLoadBalancing(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	machines := ec2.NewFromConfig(moto.Config("us-east-1"))
	classic := elb.NewFromConfig(moto.Config("us-east-1"))
	client := elbv2.NewFromConfig(moto.Config("us-east-1"))
	scaling := autoscaling.NewFromConfig(moto.Config("us-east-1"))

	subnets := made[*ec2.DescribeSubnetsOutput](t)(machines.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})).Subnets
	zones := map[string]*string{}
	for _, s := range subnets {
		zones[*s.AvailabilityZone] = s.SubnetId
	}
	a, b, vpc := zones["us-east-1a"], zones["us-east-1b"], subnets[0].VpcId
	run := func(subnet *string, n int32) (ids []string) {
		for _, i := range made[*ec2.RunInstancesOutput](t)(machines.RunInstances(ctx, &ec2.RunInstancesInput{
			ImageId: new("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: &n, MaxCount: &n, SubnetId: subnet,
		})).Instances {
			ids = append(ids, *i.InstanceId)
		}
		return ids
	}
	group := func(name string, ports ...int32) *string {
		id := made[*ec2.CreateSecurityGroupOutput](t)(machines.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
			GroupName: &name, Description: &name, VpcId: vpc,
		})).GroupId
		for _, port := range ports {
			made[*ec2.AuthorizeSecurityGroupIngressOutput](t)(machines.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: id, IpProtocol: new("tcp"), FromPort: &port, ToPort: &port, CidrIp: new("0.0.0.0/0"),
			}))
		}
		return id
	}
	tight, loose := group("tight", 80), group("loose", 80, 22)
	standard := made[*ec2.DescribeSecurityGroupsOutput](t)(machines.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
		Filters: []types.Filter{{Name: new("group-name"), Values: []string{"default"}}},
	})).SecurityGroups[0].GroupId

	// Classic Load Balancers: even, uneven, and one with nothing behind it.
	first, second := run(a, 2), run(b, 1)
	for name, use := range map[string]struct {
		group     *string
		instances []string
	}{
		"even":   {tight, []string{first[0], second[0]}},
		"uneven": {loose, first},
		"empty":  {standard, nil},
	} {
		made[*elb.CreateLoadBalancerOutput](t)(classic.CreateLoadBalancer(ctx, &elb.CreateLoadBalancerInput{
			LoadBalancerName: &name, AvailabilityZones: []string{"us-east-1a", "us-east-1b"}, SecurityGroups: []string{*use.group},
			Listeners: []elbtypes.Listener{{Protocol: new("HTTP"), LoadBalancerPort: 80, InstancePort: new(int32(8080))}},
		}))
		var instances []elbtypes.Instance
		for _, id := range use.instances {
			instances = append(instances, elbtypes.Instance{InstanceId: &id})
		}
		if instances != nil {
			made[*elb.RegisterInstancesWithLoadBalancerOutput](t)(classic.RegisterInstancesWithLoadBalancer(ctx, &elb.RegisterInstancesWithLoadBalancerInput{
				LoadBalancerName: &name, Instances: instances,
			}))
		}
	}

	made[*elb.ModifyLoadBalancerAttributesOutput](t)(classic.ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{
		LoadBalancerName: new("even"), LoadBalancerAttributes: &elbtypes.LoadBalancerAttributes{
			CrossZoneLoadBalancing: &elbtypes.CrossZoneLoadBalancing{Enabled: true},
			ConnectionDraining:     &elbtypes.ConnectionDraining{Enabled: true, Timeout: new(int32(60))},
			AccessLog:              &elbtypes.AccessLog{Enabled: true, S3BucketName: new("example-logs")},
		},
	}))

	// Application Load Balancers with two targets, one, and none.
	targets := map[string]*string{}
	for name, use := range map[string]struct {
		group     *string
		instances []string
	}{
		"shop":   {tight, first},
		"office": {loose, second},
		"idle":   {standard, nil},
	} {
		balancer := made[*elbv2.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
			Name: &name, Subnets: []string{*a, *b}, SecurityGroups: []string{*use.group},
		})).LoadBalancers[0].LoadBalancerArn
		targets[name] = made[*elbv2.CreateTargetGroupOutput](t)(client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
			Name: &name, VpcId: vpc, Port: new(int32(8080)), Protocol: elbv2types.ProtocolEnumHttp,
		})).TargetGroups[0].TargetGroupArn
		made[*elbv2.CreateListenerOutput](t)(client.CreateListener(ctx, &elbv2.CreateListenerInput{
			LoadBalancerArn: balancer, Protocol: elbv2types.ProtocolEnumHttp, Port: new(int32(80)),
			DefaultActions: []elbv2types.Action{{Type: elbv2types.ActionTypeEnumForward, TargetGroupArn: targets[name]}},
		}))
		if name == "shop" {
			made[*elbv2.ModifyLoadBalancerAttributesOutput](t)(client.ModifyLoadBalancerAttributes(ctx, &elbv2.ModifyLoadBalancerAttributesInput{
				LoadBalancerArn: balancer, Attributes: []elbv2types.LoadBalancerAttribute{
					{Key: new("deletion_protection.enabled"), Value: new("true")}, {Key: new("access_logs.s3.enabled"), Value: new("true")},
				},
			}))
		}
		for _, id := range use.instances {
			made[*elbv2.RegisterTargetsOutput](t)(client.RegisterTargets(ctx, &elbv2.RegisterTargetsInput{
				TargetGroupArn: targets[name], Targets: []elbv2types.TargetDescription{{Id: &id, Port: new(int32(8080))}},
			}))
		}
	}
	loneTargets := made[*elbv2.CreateTargetGroupOutput](t)(client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: new("lone"), VpcId: vpc, Port: new(int32(8080)), Protocol: elbv2types.ProtocolEnumHttp,
	})).TargetGroups[0].TargetGroupArn

	// Auto Scaling groups as they should be, and as they should not.
	image := made[*ec2.RegisterImageOutput](t)(machines.RegisterImage(ctx, &ec2.RegisterImageInput{Name: new("web"), RootDeviceName: new("/dev/xvda")})).ImageId
	launch := func(name string, image *string, groups ...string) *string {
		made[*autoscaling.CreateLaunchConfigurationOutput](t)(scaling.CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
			LaunchConfigurationName: &name, ImageId: image, InstanceType: new("t3.micro"), SecurityGroups: groups,
		}))
		return &name
	}
	current, stale := launch("current", image, *tight), launch("stale", new("ami-0gone"), *tight, "sg-0gone")
	for name, input := range map[string]*autoscaling.CreateAutoScalingGroupInput{
		"web": {
			LaunchConfigurationName: current, DesiredCapacity: new(int32(1)), VPCZoneIdentifier: new(*a + "," + *b),
			TargetGroupARNs: []string{*targets["shop"]}, HealthCheckType: new("ELB"),
			Tags: []autoscalingtypes.Tag{{Key: new("Tier"), Value: new("web"), ResourceId: new("web"), ResourceType: new("auto-scaling-group"), PropagateAtLaunch: new(true)}},
		},
		"old": {
			LaunchConfigurationName: current, DesiredCapacity: new(int32(0)), VPCZoneIdentifier: a, DefaultCooldown: new(int32(10)),
			TargetGroupARNs: []string{*targets["office"]},
		},
		"lost": {LaunchConfigurationName: current, DesiredCapacity: new(int32(0)), VPCZoneIdentifier: a, TargetGroupARNs: []string{*loneTargets}},
		"queue": {
			LaunchConfigurationName: current, DesiredCapacity: new(int32(0)), VPCZoneIdentifier: a,
			Tags: []autoscalingtypes.Tag{{Key: new("Tier"), Value: new("app"), ResourceId: new("queue"), ResourceType: new("auto-scaling-group"), PropagateAtLaunch: new(true)}},
		},
	} {
		input.AutoScalingGroupName, input.MinSize, input.MaxSize = &name, new(int32(0)), new(int32(4))
		made[*autoscaling.CreateAutoScalingGroupOutput](t)(scaling.CreateAutoScalingGroup(ctx, input))
	}
	made[*autoscaling.SuspendProcessesOutput](t)(scaling.SuspendProcesses(ctx, &autoscaling.SuspendProcessesInput{
		AutoScalingGroupName: new("old"), ScalingProcesses: []string{"Launch"},
	}))

	judge(t, moto, "ASG-001", want{"web": pass, "old": fail, "queue": unchecked})
	judge(t, moto, "ASG-002", want{"web": pass, "old": fail})
	judge(t, moto, "ASG-003", want{*current: pass, *stale: fail})
	judge(t, moto, "ASG-004", want{"web": pass, "old": fail, "lost": unchecked, "queue": unchecked})
	judge(t, moto, "ASG-006", want{*current: pass, *stale: fail})
	judge(t, moto, "ASG-007", want{"web": pass, "lost": fail, "queue": unchecked})
	judge(t, moto, "ASG-008", want{*current: pass, *stale: fail})
	judge(t, moto, "ASG-009", want{"web": pass, "old": fail})
	judge(t, moto, "ASG-010", want{"web": pass, "old": fail})
	judge(t, moto, "ASG-011", want{"web": pass, "old": fail})
	judge(t, moto, "ASG-012", want{"web": pass, "queue": fail})
	judge(t, moto, "ASG-013", want{"web": pass, "queue": unchecked})
	judge(t, moto, "ASG-014", want{"web": unchecked, "queue": fail})
	judge(t, moto, "ELB-001", want{"even": pass, "empty": fail})
	judge(t, moto, "ELB-002", want{"even": pass, "uneven": fail})
	judge(t, moto, "ELB-003", want{"even": pass, "uneven": fail})
	judge(t, moto, "ELB-008", want{"even": fail})
	judge(t, moto, "ELB-009", want{"even": pass, "uneven": fail})
	judge(t, moto, "ELB-011", want{"even": fail})
	judge(t, moto, "ELB-007", want{"even": pass, "uneven": fail, "empty": fail})
	judge(t, moto, "ELB-010", want{"even": pass, "empty": fail})
	judge(t, moto, "ELB-014", want{"even": pass, "uneven": fail, "empty": unchecked})
	judge(t, moto, "ELBv2-001", want{"shop": pass, "office": fail})
	judge(t, moto, "ELBv2-002", want{"shop": pass, "office": fail})
	judge(t, moto, "ELBv2-005", want{"shop": fail, "office": fail})
	judge(t, moto, "ELBv2-004", want{"shop": pass, "office": fail, "lone": unchecked})
	judge(t, moto, "ELBv2-006", want{"shop": pass, "office": fail, "idle": fail})
	judge(t, moto, "ELBv2-008", want{"shop": pass, "office": pass, "idle": fail})
}

// A member account is not told who else is in the organisation: a peering with
// a third account can be judged by the management account alone.
func TestVerdictOfPeeringInMemberAccount(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	r := made[*rule.Rule](t)(library.Rule("VPC-014"))
	peering := func(id, owner string) *cloud.Resource {
		return &cloud.Resource{
			Type: "AWS::EC2::VPCPeeringConnection", ID: id, Account: awstest.Account, World: awstest.Account, Region: "us-east-1",
			Properties: map[string]any{
				"Id": id, "AccepterVpcInfo": map[string]any{"OwnerId": owner}, "RequesterVpcInfo": map[string]any{"OwnerId": awstest.Account},
			},
		}
	}
	inv := &cloud.Inventory{Given: aws.Given(&aws.Options{}), Resources: []*cloud.Resource{
		peering("pcx-management", "111122223333"), peering("pcx-own", awstest.Account), peering("pcx-third", "999988887777"),
		{
			Type: "AWS::Organizations::Organization", ID: "o-a1b2c3d4e5", Account: awstest.Account, World: awstest.Account, Region: "global",
			Properties: map[string]any{
				"Id": "o-a1b2c3d4e5", "ManagementAccountId": "111122223333", "RootId": &cloud.Unresolved{Reason: "it is told to the management account alone"},
			},
		},
	}}
	got := want{}
	for _, c := range made[[]*engine.Check](t)(prove.Judge(library, r, inv, time.Now())) {
		got[c.Resource.ID] = string(c.Verdict)
	}
	if diff := cmp.Diff(want{"pcx-management": pass, "pcx-own": pass, "pcx-third": "unknown"}, got); diff != "" {
		t.Errorf("verdicts (-want +got):\n%s", diff)
	}
}
