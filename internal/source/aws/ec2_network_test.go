package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestSecurityGroups(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: ptr("10.0.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	create := func(name string) *string {
		t.Helper()
		made, err := client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
			GroupName: &name, Description: ptr("of the shop"), VpcId: vpc.Vpc.VpcId,
			TagSpecifications: []types.TagSpecification{{
				ResourceType: types.ResourceTypeSecurityGroup, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		return made.GroupId
	}
	shop, balancer := create("shop"), create("balancer")
	lists, err := client.DescribeManagedPrefixLists(t.Context(), &ec2.DescribeManagedPrefixListsInput{})
	if err != nil {
		t.Fatal(err)
	}
	list := lists.PrefixLists[0].PrefixListId
	everything := []types.IpPermission{{IpProtocol: ptr("-1"), IpRanges: []types.IpRange{{CidrIp: ptr("0.0.0.0/0")}}}}
	for _, err := range []error{
		second(client.AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
			GroupId: shop, IpPermissions: []types.IpPermission{
				{
					IpProtocol: ptr("tcp"), FromPort: ptr(int32(443)), ToPort: ptr(int32(443)),
					IpRanges: []types.IpRange{
						{CidrIp: ptr("10.0.0.0/8"), Description: ptr("the company")}, {CidrIp: ptr("0.0.0.0/0")},
					},
					Ipv6Ranges:       []types.Ipv6Range{{CidrIpv6: ptr("::/0"), Description: ptr("all")}},
					PrefixListIds:    []types.PrefixListId{{PrefixListId: list}},
					UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: balancer, Description: ptr("from the balancer")}},
				},
				{IpProtocol: ptr("icmp"), FromPort: ptr(int32(8)), ToPort: ptr(int32(-1)), IpRanges: []types.IpRange{{CidrIp: ptr("10.0.0.0/8")}}},
			},
		})),
		second(client.RevokeSecurityGroupEgress(t.Context(), &ec2.RevokeSecurityGroupEgressInput{GroupId: shop, IpPermissions: everything})),
		second(client.RevokeSecurityGroupEgress(t.Context(), &ec2.RevokeSecurityGroupEgressInput{GroupId: balancer, IpPermissions: everything})),
		second(client.AuthorizeSecurityGroupEgress(t.Context(), &ec2.AuthorizeSecurityGroupEgressInput{
			GroupId: balancer, IpPermissions: []types.IpPermission{{
				IpProtocol: ptr("tcp"), FromPort: ptr(int32(80)), ToPort: ptr(int32(81)),
				UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: shop}}, PrefixListIds: []types.PrefixListId{{PrefixListId: list}},
			}},
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	got := collected(t, moto, "AWS::EC2::SecurityGroup")
	tcp := func(rule map[string]any) any {
		rule["IpProtocol"], rule["FromPort"], rule["ToPort"] = "tcp", int64(443), int64(443)
		return rule
	}
	want := &cloud.Resource{
		Type: "AWS::EC2::SecurityGroup", ID: *shop, ARN: "arn:aws:ec2:us-east-1:123456789012:security-group/" + *shop, Name: "shop",
		Account: awstest.Account, World: awstest.Account, Region: "us-east-1", Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"GroupDescription": "of the shop", "GroupId": *shop, "GroupName": "shop", "Id": *shop, "VpcId": *vpc.Vpc.VpcId,
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
			"SecurityGroupIngress": []any{
				tcp(map[string]any{"CidrIp": "10.0.0.0/8", "Description": "the company"}),
				tcp(map[string]any{"CidrIp": "0.0.0.0/0"}),
				tcp(map[string]any{"CidrIpv6": "::/0", "Description": "all"}),
				tcp(map[string]any{"SourcePrefixListId": *list}),
				tcp(map[string]any{
					"SourceSecurityGroupId": *balancer, "SourceSecurityGroupOwnerId": awstest.Account, "Description": "from the balancer",
				}),
				map[string]any{"CidrIp": "10.0.0.0/8", "IpProtocol": "icmp", "FromPort": int64(8), "ToPort": int64(-1)},
			},
			"SecurityGroupEgress": []any{},
		},
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::EC2::SecurityGroup", "shop")); diff != "" {
		t.Errorf("security group (-want +got):\n%s", diff)
	}
	egress := []any{
		map[string]any{"DestinationPrefixListId": *list, "IpProtocol": "tcp", "FromPort": int64(80), "ToPort": int64(81)},
		map[string]any{"DestinationSecurityGroupId": *shop, "IpProtocol": "tcp", "FromPort": int64(80), "ToPort": int64(81)},
	}
	if diff := cmp.Diff(egress, one(t, got, "AWS::EC2::SecurityGroup", "balancer").Properties["SecurityGroupEgress"]); diff != "" {
		t.Errorf("egress (-want +got):\n%s", diff)
	}
	if r := one(t, got, "AWS::EC2::SecurityGroup", "default"); r.Properties["SecurityGroupEgress"] == nil {
		t.Errorf("default group = %v", r.Properties)
	}
}

// TestGroupRules has what moto forgets of a rule.
func TestGroupRules(t *testing.T) {
	permissions := []types.IpPermission{{
		IpProtocol:       ptr("-1"),
		PrefixListIds:    []types.PrefixListId{{PrefixListId: ptr("pl-0a"), Description: ptr("CloudFront")}},
		UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: ptr("sg-0a"), GroupName: ptr("web"), UserId: ptr("210987654321"), VpcId: ptr("vpc-0a"), PeeringStatus: ptr("active")}},
	}}
	for end, want := range map[string][]any{
		"Source": {
			map[string]any{"SourcePrefixListId": "pl-0a", "Description": "CloudFront", "IpProtocol": "-1"},
			map[string]any{
				"SourceSecurityGroupId": "sg-0a", "SourceSecurityGroupName": "web", "SourceSecurityGroupOwnerId": "210987654321", "IpProtocol": "-1",
			},
		},
		"Destination": {
			map[string]any{"DestinationPrefixListId": "pl-0a", "Description": "CloudFront", "IpProtocol": "-1"},
			map[string]any{"DestinationSecurityGroupId": "sg-0a", "IpProtocol": "-1"},
		},
	} {
		if diff := cmp.Diff(want, groupRules(permissions, end)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", end, diff)
		}
	}
}

func TestNetworkInterfaces(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	subnets, err := client.DescribeSubnets(t.Context(), &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.CreateNetworkInterface(t.Context(), &ec2.CreateNetworkInterfaceInput{
		SubnetId: subnets.Subnets[0].SubnetId, Description: ptr("spare"),
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeNetworkInterface, Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("spare")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	n := made.NetworkInterface
	r := one(t, collected(t, moto, "AWS::EC2::NetworkInterface"), "AWS::EC2::NetworkInterface", "spare")
	if r.ID != *n.NetworkInterfaceId || r.ARN != "arn:aws:ec2:us-east-1:123456789012:network-interface/"+r.ID {
		t.Errorf("network interface = %+v", r)
	}
	want := map[string]any{
		"Description": "spare", "Id": r.ID, "PrivateIpAddress": *n.PrivateIpAddress, "SourceDestCheck": true, "Status": "available",
		"SubnetId": *subnets.Subnets[0].SubnetId, "VpcId": *subnets.Subnets[0].VpcId, "GroupSet": []any{*n.Groups[0].GroupId},
	}
	if diff := cmp.Diff(want, some(r, "Attachment", "Description", "GroupSet", "Id", "PrivateIpAddress", "SourceDestCheck", "Status", "SubnetId", "VpcId")); diff != "" {
		t.Errorf("network interface (-want +got):\n%s", diff)
	}
}

// TestNetworkInterfaceAnswer reads an interface with all that moto leaves out,
// beside one of another account.
//
// Written after the Amazon EC2 API Reference, DescribeNetworkInterfaces.
func TestNetworkInterfaceAnswer(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeNetworkInterfaces": {{body: `<DescribeNetworkInterfacesResponse><networkInterfaceSet>
		<item><networkInterfaceId>eni-0b</networkInterfaceId><ownerId>210987654321</ownerId></item>
		<item><networkInterfaceId>eni-0a</networkInterfaceId><ownerId>123456789012</ownerId><subnetId>subnet-0a</subnetId><vpcId>vpc-0a</vpcId>
			<availabilityZone>us-east-1a</availabilityZone><description>ELB app/shop/0a</description>
			<requesterId>amazon-elb</requesterId><requesterManaged>true</requesterManaged><status>in-use</status>
			<macAddress>02:00:00:00:00:01</macAddress><privateIpAddress>10.0.0.5</privateIpAddress>
			<privateDnsName>ip-10-0-0-5.ec2.internal</privateDnsName><sourceDestCheck>true</sourceDestCheck><interfaceType>interface</interfaceType>
			<groupSet><item><groupId>sg-0a</groupId><groupName>shop</groupName></item></groupSet>
			<attachment><attachmentId>ela-attach-0a</attachmentId><instanceOwnerId>amazon-elb</instanceOwnerId><deviceIndex>1</deviceIndex>
				<status>attached</status><deleteOnTermination>false</deleteOnTermination></attachment>
			<association><publicIp>203.0.113.7</publicIp><ipOwnerId>amazon-elb</ipOwnerId></association>
			<connectionTrackingConfiguration><tcpEstablishedTimeout>350</tcpEstablishedTimeout></connectionTrackingConfiguration>
			<privateIpAddressesSet><item><privateIpAddress>10.0.0.5</privateIpAddress><primary>true</primary></item>
				<item><privateIpAddress>10.0.0.6</privateIpAddress><primary>false</primary></item></privateIpAddressesSet>
			<ipv6AddressesSet><item><ipv6Address>2001:db8::6</ipv6Address></item>
				<item><ipv6Address>2001:db8::5</ipv6Address><isPrimaryIpv6>true</isPrimaryIpv6></item></ipv6AddressesSet>
			<ipv4PrefixSet><item><ipv4Prefix>10.0.0.16/28</ipv4Prefix></item></ipv4PrefixSet>
			<tagSet/></item>
	</networkInterfaceSet></DescribeNetworkInterfacesResponse>`}}})
	inv, _ := server.collected(t, "AWS::EC2::NetworkInterface")
	want := []*cloud.Resource{{
		Type: "AWS::EC2::NetworkInterface", ID: "eni-0a", ARN: "arn:aws:ec2:us-east-1:123456789012:network-interface/eni-0a",
		Account: "123456789012", World: "123456789012", Region: "us-east-1", Tags: map[string]string{},
		Properties: map[string]any{
			"Association": map[string]any{"IpOwnerId": "amazon-elb", "PublicIp": "203.0.113.7"},
			"Attachment": map[string]any{
				"AttachmentId": "ela-attach-0a", "DeleteOnTermination": false, "DeviceIndex": int64(1),
				"InstanceOwnerId": "amazon-elb", "Status": "attached",
			},
			"AvailabilityZone": "us-east-1a", "ConnectionTrackingSpecification": map[string]any{"TcpEstablishedTimeout": int64(350)},
			"Description": "ELB app/shop/0a", "EnablePrimaryIpv6": true, "GroupSet": []any{"sg-0a"}, "Id": "eni-0a", "InterfaceType": "interface",
			"Ipv4Prefixes":  []any{map[string]any{"Ipv4Prefix": "10.0.0.16/28"}},
			"Ipv6Addresses": []any{map[string]any{"Ipv6Address": "2001:db8::6"}, map[string]any{"Ipv6Address": "2001:db8::5"}},
			"MacAddress":    "02:00:00:00:00:01", "PrimaryIpv6Address": "2001:db8::5", "PrimaryPrivateIpAddress": "10.0.0.5",
			"PrivateDnsName": "ip-10-0-0-5.ec2.internal", "PrivateIpAddress": "10.0.0.5",
			"PrivateIpAddresses": []any{
				map[string]any{"Primary": true, "PrivateIpAddress": "10.0.0.5"},
				map[string]any{"Primary": false, "PrivateIpAddress": "10.0.0.6"},
			},
			"RequesterId": "amazon-elb", "RequesterManaged": true, "SecondaryPrivateIpAddresses": []any{"10.0.0.6"},
			"SourceDestCheck": true, "Status": "in-use", "SubnetId": "subnet-0a", "VpcId": "vpc-0a",
		},
	}}
	if diff := cmp.Diff(want, inv.Resources); diff != "" {
		t.Errorf("network interfaces (-want +got):\n%s", diff)
	}
}

func TestAddresses(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	run, err := client.RunInstances(t.Context(), &ec2.RunInstancesInput{
		ImageId: ptr("ami-0abcdef1234567890"), InstanceType: types.InstanceTypeT3Micro, MinCount: ptr(int32(1)), MaxCount: ptr(int32(1)),
	})
	if err != nil {
		t.Fatal(err)
	}
	used, err := client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{
		Domain: types.DomainTypeVpc,
		TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeElasticIp, Tags: []types.Tag{{Key: ptr("Name"), Value: ptr("shop")}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	idle, err := client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc})
	if err != nil {
		t.Fatal(err)
	}
	associated, err := client.AssociateAddress(t.Context(), &ec2.AssociateAddressInput{
		AllocationId: used.AllocationId, InstanceId: run.Instances[0].InstanceId,
	})
	if err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::EC2::EIP")
	r := one(t, got, "AWS::EC2::EIP", "shop")
	if r.ID != *used.PublicIp || r.ARN != "arn:aws:ec2:us-east-1:123456789012:elastic-ip/"+*used.AllocationId {
		t.Errorf("address = %+v", r)
	}
	want := map[string]any{
		"AllocationId": *used.AllocationId, "AssociationId": *associated.AssociationId, "Domain": "vpc",
		"InstanceId": *run.Instances[0].InstanceId, "PublicIp": *used.PublicIp,
	}
	if diff := cmp.Diff(want, some(r, "AllocationId", "AssociationId", "Domain", "InstanceId", "PublicIp")); diff != "" {
		t.Errorf("address (-want +got):\n%s", diff)
	}
	if r := one(t, got, "AWS::EC2::EIP", *idle.PublicIp); r.Properties["AssociationId"] != nil || r.Properties["InstanceId"] != nil {
		t.Errorf("idle address = %v", r.Properties)
	}
}
