package aws_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// TestVerdictsOfEC2 judges an account of moto's by the rules that no template
// can decide.
func TestVerdictsOfEC2(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	one := int32(1)
	named := func(kind types.ResourceType, name string, tags ...types.Tag) []types.TagSpecification {
		key := "Name"
		return []types.TagSpecification{{ResourceType: kind, Tags: append(tags, types.Tag{Key: &key, Value: &name})}}
	}
	tier := func(value string) types.Tag {
		key := "tier"
		return types.Tag{Key: &key, Value: &value}
	}
	text := func(s string) *string { return &s }

	group, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{GroupName: text("web"), Description: text("Web")})
	mustEC2(t, err)
	for _, key := range []string{"admin", "trial"} {
		mustEC2(t, errorOf(client.CreateKeyPair(t.Context(), &ec2.CreateKeyPairInput{KeyName: &key})))
	}
	base, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: text("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: &one, MaxCount: &one,
		TagSpecifications: named(types.ResourceTypeInstance, "base"),
	})
	mustEC2(t, err)
	stopped := *base.Instances[0].InstanceId
	images := map[string]string{}
	for name, tag := range map[string]types.Tag{"ami-ue1-p-shop": tier("web"), "shared": tier("web"), "ami-ue1-t-shared": tier("app")} {
		made, err := client.CreateImage(t.Context(), &ec2.CreateImageInput{
			InstanceId: &stopped, Name: &name, TagSpecifications: named(types.ResourceTypeImage, name, tag),
		})
		mustEC2(t, err)
		images[name] = *made.ImageId
		if name != "ami-ue1-p-shop" {
			mustEC2(t, errorOf(client.ModifyImageAttribute(t.Context(), &ec2.ModifyImageAttributeInput{
				ImageId: made.ImageId, LaunchPermission: &types.LaunchPermissionModifications{Add: []types.LaunchPermission{{Group: types.PermissionGroupAll}}},
			})))
		}
	}
	shop, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: text(images["ami-ue1-p-shop"]), InstanceType: types.InstanceTypeT3Micro, MinCount: &one, MaxCount: &one,
		KeyName: text("admin"), SecurityGroupIds: []string{*group.GroupId}, TagSpecifications: named(types.ResourceTypeInstance, "shop", tier("app")),
	})
	mustEC2(t, err)
	mustEC2(t, errorOf(client.StopInstances(t.Context(), &ec2.StopInstancesInput{InstanceIds: []string{stopped}})))
	mustEC2(t, errorOf(client.CreateLaunchTemplate(t.Context(), &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: text("shared"), LaunchTemplateData: &types.RequestLaunchTemplateData{ImageId: text(images["shared"])},
	})))

	volumes := map[string]string{}
	for _, name := range []string{"data", "idle", "kept"} {
		encrypted := name == "data"
		made, err := client.CreateVolume(t.Context(), &ec2.CreateVolumeInput{
			AvailabilityZone: text("us-east-1a"), Size: &one, Encrypted: &encrypted, TagSpecifications: named(types.ResourceTypeVolume, name),
		})
		mustEC2(t, err)
		volumes[name] = *made.VolumeId
	}
	for volume, instance := range map[string]string{"data": *shop.Instances[0].InstanceId, "kept": stopped} {
		mustEC2(t, errorOf(client.AttachVolume(t.Context(), &ec2.AttachVolumeInput{
			VolumeId: text(volumes[volume]), InstanceId: &instance, Device: text("/dev/sdf"),
		})))
	}
	for _, name := range []string{"data", "kept"} {
		mustEC2(t, errorOf(client.CreateSnapshot(t.Context(), &ec2.CreateSnapshotInput{
			VolumeId: text(volumes[name]), TagSpecifications: named(types.ResourceTypeSnapshot, "of "+name),
		})))
	}
	var addresses []string
	for _, name := range []string{"used", "free"} {
		made, err := client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{
			Domain: types.DomainTypeVpc, TagSpecifications: named(types.ResourceTypeElasticIp, name),
		})
		mustEC2(t, err)
		addresses = append(addresses, *made.AllocationId)
	}
	mustEC2(t, errorOf(client.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{
		AllocationId: &addresses[0], InstanceId: shop.Instances[0].InstanceId,
	})))
	subnets, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	mustEC2(t, err)
	mustEC2(t, errorOf(client.CreateNetworkInterface(t.Context(), &ec2.CreateNetworkInterfaceInput{
		SubnetId: subnets.Subnets[0].SubnetId, TagSpecifications: named(types.ResourceTypeNetworkInterface, "spare"),
	})))

	// A subnet's own table has a way to the internet, the VPC's main one has none.
	gateway, err := client.CreateInternetGateway(t.Context(), &ec2.CreateInternetGatewayInput{})
	mustEC2(t, err)
	table, err := client.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: subnets.Subnets[0].VpcId})
	mustEC2(t, err)
	mustEC2(t, errorOf(client.AttachInternetGateway(t.Context(), &ec2.AttachInternetGatewayInput{
		InternetGatewayId: gateway.InternetGateway.InternetGatewayId, VpcId: subnets.Subnets[0].VpcId,
	})))
	mustEC2(t, errorOf(client.CreateRoute(t.Context(), &ec2.CreateRouteInput{
		RouteTableId: table.RouteTable.RouteTableId, DestinationCidrBlock: text("0.0.0.0/0"), GatewayId: gateway.InternetGateway.InternetGatewayId,
	})))
	mustEC2(t, errorOf(client.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{
		RouteTableId: table.RouteTable.RouteTableId, SubnetId: shop.Instances[0].SubnetId,
	})))

	library, err := rule.NewLibrary(rules.Files, "rules/")
	mustEC2(t, err)
	today, nextYear := time.Now(), time.Now().AddDate(1, 0, 0)
	const pass, fail = "pass", "fail"
	for _, test := range []struct {
		rule string
		day  time.Time
		want map[string]string // by name; what is not named has no check or is not looked at
	}{
		{"EBS-003", today, map[string]string{"data": pass, "idle": fail, "kept": pass}},
		{"EBS-004", today, map[string]string{"data": pass, "idle": fail, "kept": pass}},
		{"EBS-004", nextYear, map[string]string{"data": fail, "idle": fail}},
		{"EBS-005", today, map[string]string{"of data": pass, "of kept": pass}},
		{"EBS-005", nextYear, map[string]string{"of data": fail, "of kept": fail}},
		{"EBS-010", today, map[string]string{"data": pass, "kept": pass, "idle": ""}},
		{"EBS-010", nextYear, map[string]string{"data": pass, "kept": fail, "idle": ""}},
		{"EBS-011", today, map[string]string{"of data": pass, "of kept": fail}},
		{"EBS-014", today, map[string]string{"us-east-1": fail}},
		{"EC2-010", today, map[string]string{"us-east-1": pass}},
		{"EC2-012", today, map[string]string{"us-east-1": pass}}, // two groups of two
		{"EC2-013", today, map[string]string{"us-east-1": pass}},
		{"EC2-018", today, map[string]string{awstest.Account: fail}}, // two instances of one
		{"EC2-019", today, map[string]string{"ami-ue1-p-shop": pass, "shared": fail, "ami-ue1-t-shared": fail}},
		{"EC2-020", today, map[string]string{"base": pass, "shop": pass}},
		{"EC2-022", today, map[string]string{"shop": pass, "base": ""}},
		{"EC2-022", nextYear, map[string]string{"shop": fail, "base": ""}},
		{"EC2-024", today, map[string]string{"used": pass, "free": fail}},
		{"EC2-026", today, map[string]string{"ami-ue1-p-shop": pass, "shared": pass, "ami-ue1-t-shared": fail}},
		{"EC2-027", today, map[string]string{"base": fail, "shop": fail}},
		{"EC2-031", today, map[string]string{"base": fail, "shop": pass}},
		{"EC2-037", today, map[string]string{"ami-ue1-p-shop": pass, "shared": fail}},
		{"EC2-056", today, map[string]string{"admin": pass, "trial": fail}},
		{"EC2-057", today, map[string]string{"ami-ue1-p-shop": fail}}, // moto encrypts no image
		{"EC2-060", today, map[string]string{"spare": fail}},
		{"EC2-062", today, map[string]string{"ami-ue1-p-shop": pass, "shared": pass, "ami-ue1-t-shared": pass}},
		{"EC2-062", nextYear, map[string]string{"ami-ue1-p-shop": fail, "shared": fail, "ami-ue1-t-shared": fail}},
		{"EC2-067", today, map[string]string{"ami-ue1-p-shop": pass, "shared": fail, "ami-ue1-t-shared": ""}},
		{"EC2-068", today, map[string]string{"ami-ue1-p-shop": "", "shared": "", "ami-ue1-t-shared": fail}},
		{"EC2-072", today, map[string]string{"shop": fail, "base": ""}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			wantVerdicts(t, library, test.rule, moto.Config("us-east-1"), test.day, test.want)
		})
	}
}

func mustEC2(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func errorOf[T any](_ T, err error) error { return err }
