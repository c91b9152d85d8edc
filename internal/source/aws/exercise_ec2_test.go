package aws_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// openPorts are the rules on a service that the internet is not to reach, with
// a port of each that a security group opens.
var openPorts = []struct {
	rule, protocol string
	port           int32
}{
	{"EC2-002", "tcp", 22}, {"EC2-003", "tcp", 3389}, {"EC2-003", "udp", 3389}, {"EC2-004", "tcp", 1521}, {"EC2-004", "tcp", 2483},
	{"EC2-005", "tcp", 3306}, {"EC2-006", "tcp", 5432}, {"EC2-007", "tcp", 53}, {"EC2-007", "udp", 53},
	{"EC2-008", "tcp", 1433}, {"EC2-008", "udp", 1434}, {"EC2-038", "tcp", 23}, {"EC2-039", "tcp", 25}, {"EC2-040", "tcp", 135},
	{"EC2-041", "udp", 137}, {"EC2-041", "tcp", 139}, {"EC2-042", "tcp", 20}, {"EC2-042", "tcp", 21}, {"EC2-043", "tcp", 445},
	{"EC2-044", "icmp", -1}, {"EC2-044", "icmpv6", -1}, {"EC2-045", "tcp", 27017}, {"EC2-045", "tcp", 27018},
	{"EC2-063", "tcp", 9200}, {"EC2-064", "tcp", 80}, {"EC2-065", "tcp", 443}, {"EC2-074", "tcp", 6379},
	{"EC2-075", "tcp", 11211}, {"EC2-075", "udp", 11211},
}

func TestExerciseEC2SecurityGroups(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	config := moto.Config("us-east-1")
	client := ec2.NewFromConfig(config)
	library := made[*rule.Library](t)(rule.NewLibrary(rules.Files, "rules/"))

	from := func(protocol string, first, last int32, sources ...string) types.IpPermission {
		p := types.IpPermission{IpProtocol: &protocol, FromPort: &first, ToPort: &last}
		for _, source := range sources {
			if source == "::/0" {
				p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: &source, Description: new("Clients")})
			} else {
				p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: &source, Description: new("Clients")})
			}
		}
		return p
	}
	group := func(name string, inbound ...types.IpPermission) string {
		t.Helper()
		id := made[*ec2.CreateSecurityGroupOutput](t)(client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
			GroupName: &name, Description: &name,
		})).GroupId
		if inbound != nil {
			made[*ec2.AuthorizeSecurityGroupIngressOutput](t)(client.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{
				GroupId: id, IpPermissions: inbound,
			}))
		}
		return *id
	}
	everything := []types.IpPermission{from("-1", -1, -1, "0.0.0.0/0")}
	everything[0].IpRanges[0].Description = nil
	shut := func(id string) {
		made[*ec2.RevokeSecurityGroupEgressOutput](t)(client.RevokeSecurityGroupEgress(ctx, &ec2.RevokeSecurityGroupEgressInput{
			GroupId: &id, IpPermissions: everything,
		}))
	}

	// Each rule fails its own groups and those that let in the whole internet,
	// be it in two halves, and passes the groups of all others.
	var half, halves, inside []types.IpPermission
	reached := map[string]want{} // by rule
	byGroup := want{"anywhere": fail, "half": pass, "halves": pass, "inside": pass, "odd": pass}
	for i, o := range openPorts {
		source := "0.0.0.0/0"
		if o.protocol == "icmpv6" || i%2 == 1 && o.protocol != "icmp" { // every other one is open over IPv6
			source = "::/0"
		}
		name := fmt.Sprint(o.rule, " ", o.protocol, " ", o.port)
		group(name, from(o.protocol, o.port, o.port, source))
		byGroup[name] = pass
		if reached[o.rule] == nil {
			reached[o.rule] = want{"halves": fail}
		}
		reached[o.rule][name] = fail
		if o.protocol == "tcp" || o.protocol == "icmp" {
			half = append(half, from(o.protocol, o.port, o.port, "0.0.0.0/1"))
			halves = append(halves, from(o.protocol, o.port, o.port, "0.0.0.0/1", "128.0.0.0/1"))
			inside = append(inside, from(o.protocol, o.port, o.port, "10.20.0.0/16"))
		}
	}
	group("anywhere", from("-1", -1, -1, "::/0"))
	group("half", half...)
	group("halves", halves...)
	shut(group("inside", inside...))
	group("odd", from("tcp", 8081, 8081, "0.0.0.0/0"))
	for id, own := range reached {
		t.Run(id, func(t *testing.T) {
			all := maps.Clone(byGroup)
			maps.Copy(all, own)
			wantVerdicts(t, library, id, config, time.Now(), all)
		})
	}

	group("range", from("tcp", 8000, 9000, "10.20.0.0/16"))
	for name, source := range map[string]string{"class a": "10.0.0.0/8", "class b": "172.16.0.0/12", "class c": "192.168.0.0/16"} {
		group(name, from("tcp", 8443, 8443, source))
	}
	bare := from("tcp", 8443, 8443, "10.20.0.0/16")
	bare.IpRanges[0].Description = nil
	group("bare", bare)
	narrow := group("narrow")
	shut(narrow)
	made[*ec2.AuthorizeSecurityGroupEgressOutput](t)(client.AuthorizeSecurityGroupEgress(ctx, &ec2.AuthorizeSecurityGroupEgressInput{
		GroupId: &narrow, IpPermissions: []types.IpPermission{from("tcp", 443, 443, "0.0.0.0/0")},
	}))
	ports := make([]types.IpPermission, 50)
	for i := range ports {
		ports[i] = from("tcp", int32(8000+i), int32(8000+i), "10.20.0.0/16")
	}
	group("fifty", ports[:49]...) // and one outbound
	group("fifty-one", ports...)
	group("security-group-ue1-p-shop")
	group("security-group-ue9-p-shop")
	group("launch-wizard-1")

	// The default groups of two VPCs, of which one lost its rules.
	standard := func(vpc *string) types.SecurityGroup {
		return made[*ec2.DescribeSecurityGroupsOutput](t)(client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{
			Filters: []types.Filter{{Name: new("group-name"), Values: []string{"default"}}, {Name: new("vpc-id"), Values: []string{*vpc}}},
		})).SecurityGroups[0]
	}
	vpc := func(cidr string) *string {
		return made[*ec2.CreateVpcOutput](t)(client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: &cidr})).Vpc.VpcId
	}
	kept, cleared := standard(vpc("10.1.0.0/16")), standard(vpc("10.2.0.0/16"))
	shut(*cleared.GroupId)
	if len(cleared.IpPermissions) > 0 {
		made[*ec2.RevokeSecurityGroupIngressOutput](t)(client.RevokeSecurityGroupIngress(ctx, &ec2.RevokeSecurityGroupIngressInput{
			GroupId: cleared.GroupId, IpPermissions: cleared.IpPermissions,
		}))
	}

	for id, want := range map[string]want{
		"EC2-001": {"range": fail, "anywhere": fail, "inside": pass, "odd": pass, "fifty": pass},
		"EC2-014": {"fifty": pass, "fifty-one": fail},
		"EC2-016": {*kept.GroupId: fail, *cleared.GroupId: pass, "inside": unchecked},
		"EC2-032": {"class a": fail, "class b": fail, "class c": fail, "odd": pass, "inside": pass},
		"EC2-033": {"odd": fail, "inside": pass, "narrow": fail},
		"EC2-034": {"odd": fail, "anywhere": fail, "halves": fail, "inside": pass, "range": pass},
		"EC2-036": {"security-group-ue1-p-shop": pass, "security-group-ue9-p-shop": fail, *kept.GroupId: unchecked},
		"EC2-059": {"bare": fail, "odd": pass, "narrow": pass},
		"EC2-061": {"launch-wizard-1": fail, "odd": pass},
	} {
		t.Run(id, func(t *testing.T) { wantVerdicts(t, library, id, config, time.Now(), want) })
	}
}

// TestExerciseEC2Counts judges by the rules on how many there are of something,
// before and after one too many is made.
func TestExerciseEC2Counts(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	config := moto.Config("us-east-1")
	client := ec2.NewFromConfig(config)
	library := made[*rule.Library](t)(rule.NewLibrary(rules.Files, "rules/"))

	for _, step := range []struct {
		id, resource string
		fits, more   int // so many are within the limit, and so many more are not
		make         func(name string) error
	}{
		{"EC2-010", "us-east-1", 3, 1, func(string) error { // of five, which is 80 percent of the quota
			return errorOf(client.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))
		}},
		{"EC2-012", "us-east-1", 1, 1, func(name string) error { // with the default one
			return errorOf(client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name}))
		}},
		{"EC2-018", awstest.Account, 1, 1, func(string) error {
			return errorOf(client.RunInstances(ctx, &ec2.RunInstancesInput{
				ImageId: new("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: new(int32(1)), MaxCount: new(int32(1)),
			}))
		}},
	} {
		t.Run(step.id, func(t *testing.T) {
			for i := range step.fits {
				mustEC2(t, step.make(fmt.Sprint("fits ", i)))
			}
			wantVerdicts(t, library, step.id, config, time.Now(), want{step.resource: pass})
			for i := range step.more {
				mustEC2(t, step.make(fmt.Sprint("more ", i)))
			}
			wantVerdicts(t, library, step.id, config, time.Now(), want{step.resource: fail})
		})
	}

	// The region has three security groups by now.
	t.Run("EC2-013", func(t *testing.T) {
		wantVerdicts(t, library, "EC2-013", config, time.Now(), want{"us-east-1": fail})
	})
}

func TestExerciseEC2Instances(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	config := moto.Config("us-east-1")
	client := ec2.NewFromConfig(config)
	library := made[*rule.Library](t)(rule.NewLibrary(rules.Files, "rules/"))

	identities := iam.NewFromConfig(config)
	made[*iam.CreateInstanceProfileOutput](t)(identities.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: new("shop")}))
	profile := &types.IamInstanceProfileSpecification{Name: new("shop")}
	tag := func(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
	run := func(name, tier string, change func(*ec2.RunInstancesInput)) (instance types.Instance) {
		t.Helper()
		input := &ec2.RunInstancesInput{
			ImageId: new("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeM7gLarge, MinCount: new(int32(1)), MaxCount: new(int32(1)),
			TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeInstance, Tags: []types.Tag{tag("Name", name), tag("tier", tier)},
			}},
		}
		change(input)
		return made[*ec2.RunInstancesOutput](t)(client.RunInstances(ctx, input)).Instances[0]
	}
	const sound = "ec2-ue1-1a-p-shop"
	shop := run(sound, "web", func(in *ec2.RunInstancesInput) {
		in.IamInstanceProfile = profile
		in.Monitoring = &types.RunInstancesMonitoringEnabled{Enabled: new(true)}
		in.HibernationOptions = &types.HibernationOptionsRequest{Configured: new(true)}
		in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired}
	})
	made[*ec2.ModifyInstanceAttributeOutput](t)(client.ModifyInstanceAttribute(ctx, &ec2.ModifyInstanceAttributeInput{
		InstanceId: shop.InstanceId, DisableApiTermination: &types.AttributeBooleanValue{Value: new(true)},
	}))
	run("flawed", "web", func(in *ec2.RunInstancesInput) {
		in.ImageId, in.InstanceType = new("ami-00000000deadbeef0"), types.InstanceTypeM3Large
		in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateOptional}
	})
	run("dark", "db", func(in *ec2.RunInstancesInput) {
		in.InstanceType = types.InstanceTypeT4gMedium
		in.MetadataOptions = &types.InstanceMetadataOptionsRequest{HttpEndpoint: types.InstanceMetadataEndpointStateDisabled}
	})
	run("trainer", "db", func(in *ec2.RunInstancesInput) { in.InstanceType = types.InstanceTypeP548xlarge })
	run("lookalike", "db", func(in *ec2.RunInstancesInput) { in.InstanceType = types.InstanceTypeM7gdLarge })

	// A subnet with a way to the internet, and one whose table has none.
	vpc := made[*ec2.CreateVpcOutput](t)(client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: new("10.1.0.0/16")})).Vpc.VpcId
	subnet := func(cidr string) *string {
		return made[*ec2.CreateSubnetOutput](t)(client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: &cidr})).Subnet.SubnetId
	}
	public, private := subnet("10.1.1.0/24"), subnet("10.1.2.0/24")
	gateway := made[*ec2.CreateInternetGatewayOutput](t)(client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	made[*ec2.AttachInternetGatewayOutput](t)(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc}))
	table := made[*ec2.CreateRouteTableOutput](t)(client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc})).RouteTable.RouteTableId
	made[*ec2.CreateRouteOutput](t)(client.CreateRoute(ctx, &ec2.CreateRouteInput{
		RouteTableId: table, DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: gateway,
	}))
	made[*ec2.AssociateRouteTableOutput](t)(client.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: public}))
	run("exposed", "app", func(in *ec2.RunInstancesInput) { in.SubnetId = public })
	hidden := run("hidden", "app", func(in *ec2.RunInstancesInput) { in.SubnetId, in.IamInstanceProfile = private, profile })
	spare := made[*ec2.CreateNetworkInterfaceOutput](t)(client.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: private})).NetworkInterface
	second := made[*ec2.CreateNetworkInterfaceOutput](t)(client.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: private})).NetworkInterface
	made[*ec2.AttachNetworkInterfaceOutput](t)(client.AttachNetworkInterface(ctx, &ec2.AttachNetworkInterfaceInput{
		InstanceId: hidden.InstanceId, NetworkInterfaceId: second.NetworkInterfaceId, DeviceIndex: new(int32(1)),
	}))

	images := map[string]*string{}
	for _, name := range []string{"app-own", "app-public"} {
		images[name] = made[*ec2.CreateImageOutput](t)(client.CreateImage(ctx, &ec2.CreateImageInput{
			InstanceId: shop.InstanceId, Name: &name,
			TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeImage, Tags: []types.Tag{tag("tier", "app")}}},
		})).ImageId
	}
	made[*ec2.ModifyImageAttributeOutput](t)(client.ModifyImageAttribute(ctx, &ec2.ModifyImageAttributeInput{
		ImageId: images["app-public"], LaunchPermission: &types.LaunchPermissionModifications{Add: []types.LaunchPermission{{Group: types.PermissionGroupAll}}},
	}))

	scaling := autoscaling.NewFromConfig(config)
	made[*autoscaling.CreateLaunchConfigurationOutput](t)(scaling.CreateLaunchConfiguration(ctx, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: new("web"), ImageId: new("ami-0abcdef1234567890"), InstanceType: new("m7g.large"),
	}))
	made[*autoscaling.CreateAutoScalingGroupOutput](t)(scaling.CreateAutoScalingGroup(ctx, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: new("web"), LaunchConfigurationName: new("web"), VPCZoneIdentifier: private,
		MinSize: new(int32(1)), MaxSize: new(int32(1)),
	}))
	scaled := *made[*autoscaling.DescribeAutoScalingInstancesOutput](t)(scaling.DescribeAutoScalingInstances(ctx, &autoscaling.DescribeAutoScalingInstancesInput{})).
		AutoScalingInstances[0].InstanceId

	// An instance that needs all its memory, and one that needs little.
	watch := cloudwatch.NewFromConfig(config, func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801)
	})
	later := time.Now().AddDate(0, 0, 21)
	for instance, memory := range map[*string]float64{shop.InstanceId: 80, hidden.InstanceId: 20} {
		for metric, value := range map[[2]string]float64{{"AWS/EC2", "CPUUtilization"}: 10, {"CWAgent", "mem_used_percent"}: memory} {
			var data []cwtypes.MetricDatum
			for day := range 7 {
				at := later.UTC().Truncate(24*time.Hour).AddDate(0, 0, -day-1)
				data = append(data, cwtypes.MetricDatum{
					MetricName: &metric[1], Timestamp: &at, Value: &value,
					Dimensions: []cwtypes.Dimension{{Name: new("InstanceId"), Value: instance}},
				})
			}
			made[*cloudwatch.PutMetricDataOutput](t)(watch.PutMetricData(ctx, &cloudwatch.PutMetricDataInput{Namespace: &metric[0], MetricData: data}))
		}
	}

	for _, test := range []struct {
		rule string
		day  time.Time
		want want
	}{
		{"EC2-017", time.Now(), want{sound: pass, "dark": pass, "flawed": fail, "lookalike": fail}},
		{"EC2-021", time.Now(), want{sound: pass, "hidden": pass, "flawed": fail}},
		{"EC2-023", time.Now(), want{sound: pass}}, // moto puts each instance in a VPC
		{"EC2-025", time.Now(), want{sound: fail}}, // moto keeps no tenancy
		{"EC2-027", time.Now(), want{sound: fail, scaled: pass}},
		{"EC2-028", time.Now(), want{sound: pass, "flawed": fail}},
		{"EC2-029", time.Now(), want{sound: pass, "flawed": fail}},
		{"EC2-035", time.Now(), want{sound: pass, "flawed": fail, scaled: fail}},
		{"EC2-046", time.Now(), want{sound: pass, "flawed": fail}},
		{"EC2-053", time.Now(), want{sound: pass}}, // likewise
		{"EC2-055", later, want{sound: pass, "hidden": fail, "flawed": unchecked}},
		{"EC2-058", time.Now(), want{sound: pass, "flawed": fail}},
		{"EC2-060", time.Now(), want{*spare.NetworkInterfaceId: fail, *second.NetworkInterfaceId: pass}},
		{"EC2-066", time.Now(), want{sound: pass, "flawed": fail, "trainer": unchecked, scaled: unchecked}},
		{"EC2-068", time.Now(), want{"app-own": pass, "app-public": fail}},
		{"EC2-069", time.Now(), want{sound: pass, "flawed": fail, "hidden": unchecked}},
		{"EC2-070", time.Now(), want{"hidden": pass, "exposed": fail, "flawed": unchecked}},
		{"EC2-071", time.Now(), want{sound: pass, "trainer": fail}},
		{"EC2-072", time.Now(), want{"hidden": pass, "exposed": fail, sound: unchecked}},
		{"EC2-077", time.Now(), want{sound: pass, "flawed": fail, "dark": pass}},
	} {
		t.Run(test.rule, func(t *testing.T) { wantVerdicts(t, library, test.rule, config, test.day, test.want) })
	}

	// The instance of the Auto Scaling group is not checked.
	judge(t, moto, "EC2-030", want{sound: pass, "flawed": fail, "dark": fail, "trainer": fail, "lookalike": fail, "exposed": fail, "hidden": fail, scaled: unchecked})
}
