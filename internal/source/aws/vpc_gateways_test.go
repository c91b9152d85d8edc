package aws

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestGateways(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, _ := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	internet := func(name string) *types.InternetGateway {
		return do[*ec2.CreateInternetGatewayOutput](t)(client.CreateInternetGateway(t.Context(), &ec2.CreateInternetGatewayInput{
			TagSpecifications: called(types.ResourceTypeInternetGateway, name),
		})).InternetGateway
	}
	used, unused := internet("used"), internet("unused")
	do[*ec2.AttachInternetGatewayOutput](t)(client.AttachInternetGateway(t.Context(), &ec2.AttachInternetGatewayInput{
		InternetGatewayId: used.InternetGatewayId, VpcId: vpc,
	}))
	vpn := do[*ec2.CreateVpnGatewayOutput](t)(client.CreateVpnGateway(t.Context(), &ec2.CreateVpnGatewayInput{
		Type: types.GatewayTypeIpsec1, AmazonSideAsn: ptr(int64(65001)), TagSpecifications: called(types.ResourceTypeVpnGateway, "office"),
	})).VpnGateway
	do[*ec2.AttachVpnGatewayOutput](t)(client.AttachVpnGateway(t.Context(), &ec2.AttachVpnGatewayInput{VpnGatewayId: vpn.VpnGatewayId, VpcId: vpc}))
	egress := do[*ec2.CreateEgressOnlyInternetGatewayOutput](t)(client.CreateEgressOnlyInternetGateway(t.Context(), &ec2.CreateEgressOnlyInternetGatewayInput{
		VpcId: vpc, TagSpecifications: called(types.ResourceTypeEgressOnlyInternetGateway, "six"),
	})).EgressOnlyInternetGateway
	customer := do[*ec2.CreateCustomerGatewayOutput](t)(client.CreateCustomerGateway(t.Context(), &ec2.CreateCustomerGatewayInput{
		Type: types.GatewayTypeIpsec1, BgpAsn: ptr(int32(65010)), IpAddress: ptr("203.0.113.5"),
		TagSpecifications: called(types.ResourceTypeCustomerGateway, "router"),
	})).CustomerGateway

	got := collected(t, moto, "AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::VPNGateway",
		"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::CustomerGateway")
	base := func(typ, kind string, id *string, name string, properties map[string]any) *cloud.Resource {
		properties["Tags"] = list(map[string]any{"Key": "Name", "Value": name})
		return &cloud.Resource{
			Type: typ, ID: *id, Name: name, Region: "us-east-1", ARN: "arn:aws:ec2:us-east-1:123456789012:" + kind + "/" + *id,
			Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Name": name}, Properties: properties,
		}
	}
	attachment := func(kind string, properties map[string]any) *cloud.Resource {
		properties["AttachmentType"], properties["VpcId"] = kind, *vpc
		return &cloud.Resource{
			Type: "AWS::EC2::VPCGatewayAttachment", ID: kind + "|" + *vpc, Region: "us-east-1",
			Account: awstest.Account, World: awstest.Account, Properties: properties,
		}
	}
	for _, want := range []*cloud.Resource{
		base("AWS::EC2::InternetGateway", "internet-gateway", used.InternetGatewayId, "used", map[string]any{
			"Attachments":       list(map[string]any{"State": "available", "VpcId": *vpc}),
			"InternetGatewayId": *used.InternetGatewayId, "OwnerId": awstest.Account,
		}),
		base("AWS::EC2::InternetGateway", "internet-gateway", unused.InternetGatewayId, "unused", map[string]any{
			"InternetGatewayId": *unused.InternetGatewayId, "OwnerId": awstest.Account,
		}),
		base("AWS::EC2::VPNGateway", "vpn-gateway", vpn.VpnGatewayId, "office", map[string]any{
			"AmazonSideAsn": int64(65001), "State": "available", "Type": "ipsec.1", "VPNGatewayId": *vpn.VpnGatewayId,
			"VpcAttachments": list(map[string]any{"State": "attached", "VpcId": *vpc}),
		}),
		base("AWS::EC2::EgressOnlyInternetGateway", "egress-only-internet-gateway", egress.EgressOnlyInternetGatewayId, "six", map[string]any{
			"Id": *egress.EgressOnlyInternetGatewayId, "VpcId": *vpc,
		}),
		base("AWS::EC2::CustomerGateway", "customer-gateway", customer.CustomerGatewayId, "router", map[string]any{
			"BgpAsn": int64(65010), "CustomerGatewayId": *customer.CustomerGatewayId, "IpAddress": "203.0.113.5",
			"State": "available", "Type": "ipsec.1",
		}),
		attachment("IGW", map[string]any{"InternetGatewayId": *used.InternetGatewayId}),
		attachment("VGW", map[string]any{"VpnGatewayId": *vpn.VpnGatewayId}),
	} {
		if diff := cmp.Diff(want, one(t, got, want.Type, want.ID)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", want.Type, diff)
		}
	}
	if len(got) != 7 {
		t.Errorf("%d resources", len(got))
	}
}

// What was deleted or detached, and what is another account's, is left out.
func TestGatewaysThatAreGone(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeInternetGateways": {{body: `<DescribeInternetGatewaysResponse><internetGatewaySet><item>
			<internetGatewayId>igw-0a</internetGatewayId><ownerId>111122223333</ownerId>
			<attachmentSet><item><vpcId>vpc-0a</vpcId><state>available</state></item></attachmentSet>
		</item></internetGatewaySet></DescribeInternetGatewaysResponse>`}},
		"DescribeVpnGateways": {{body: `<DescribeVpnGatewaysResponse><vpnGatewaySet>
			<item><vpnGatewayId>vgw-0a</vpnGatewayId><state>available</state><type>ipsec.1</type>
				<attachments><item><vpcId>vpc-0a</vpcId><state>detached</state></item></attachments></item>
			<item><vpnGatewayId>vgw-0b</vpnGatewayId><state>deleted</state><type>ipsec.1</type>
				<attachments><item><vpcId>vpc-0a</vpcId><state>attached</state></item></attachments></item>
		</vpnGatewaySet></DescribeVpnGatewaysResponse>`}},
		"DescribeCustomerGateways": {{body: `<DescribeCustomerGatewaysResponse><customerGatewaySet>
			<item><customerGatewayId>cgw-0a</customerGatewayId><state>available</state><type>ipsec.1</type>
				<bgpAsnExtended>4200000000</bgpAsnExtended><deviceName>edge</deviceName></item>
			<item><customerGatewayId>cgw-0b</customerGatewayId><state>deleted</state><type>ipsec.1</type></item>
		</customerGatewaySet></DescribeCustomerGatewaysResponse>`}},
	})
	inv, _ := server.collected(t, "AWS::EC2::InternetGateway", "AWS::EC2::VPCGatewayAttachment", "AWS::EC2::VPNGateway", "AWS::EC2::CustomerGateway")
	var ids []string
	for _, r := range inv.Resources {
		ids = append(ids, r.ID)
	}
	if !slices.Equal(ids, []string{"cgw-0a", "vgw-0a"}) {
		t.Errorf("%v are left", ids)
	}
	same(t, one(t, inv.Resources, "AWS::EC2::CustomerGateway", "cgw-0a"), map[string]any{
		"BgpAsn": nil, "BgpAsnExtended": 4200000000.0, "DeviceName": "edge",
	})
}

func TestNATGateways(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	var address *ec2.AllocateAddressOutput
	create := func(name string) *types.NatGateway {
		address = do[*ec2.AllocateAddressOutput](t)(client.AllocateAddress(t.Context(), &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))
		return do[*ec2.CreateNatGatewayOutput](t)(client.CreateNatGateway(t.Context(), &ec2.CreateNatGatewayInput{
			SubnetId: subnet, AllocationId: address.AllocationId, TagSpecifications: called(types.ResourceTypeNatgateway, name),
		})).NatGateway
	}
	deleted, kept := create("deleted"), create("kept")
	do[*ec2.DeleteNatGatewayOutput](t)(client.DeleteNatGateway(t.Context(), &ec2.DeleteNatGatewayInput{NatGatewayId: deleted.NatGatewayId}))
	got := collected(t, moto, "AWS::EC2::NatGateway")
	if len(got) != 1 {
		t.Errorf("%d NAT gateways; the deleted one is left out", len(got))
	}
	r := one(t, got, "AWS::EC2::NatGateway", "kept")
	if r.ID != *kept.NatGatewayId || r.ARN != "arn:aws:ec2:us-east-1:123456789012:natgateway/"+r.ID || r.Created.IsZero() {
		t.Errorf("NAT gateway %s has ARN %s and was made %s", r.ID, r.ARN, r.Created)
	}
	same(t, r, map[string]any{
		"AllocationId": *address.AllocationId, "AvailabilityZoneAddresses": nil, "NatGatewayId": r.ID,
		"SecondaryAllocationIds": nil, "SecondaryPrivateIpAddressCount": int64(0), "State": "available",
		"SubnetId": *subnet, "VpcId": *vpc,
	})
}

func TestNATGatewaysThatMotoLacks(t *testing.T) {
	address := func(rest string) string {
		return `<item><networkInterfaceId>eni-0a</networkInterfaceId>` + rest + `</item>`
	}
	server := answering(t, map[string]answers{"DescribeNatGateways": {{
		when: "Filter.1.Name=state&Filter.1.Value.1=pending&Filter.1.Value.2=available&Filter.1.Value.3=failed",
		body: `<DescribeNatGatewaysResponse><natGatewaySet>
			<item><natGatewayId>nat-0a</natGatewayId><vpcId>vpc-0a</vpcId><subnetId>subnet-0a</subnetId><state>available</state>
				<connectivityType>public</connectivityType><availabilityMode>zonal</availabilityMode><natGatewayAddressSet>` +
			address(`<allocationId>eipalloc-2</allocationId><privateIp>10.0.0.8</privateIp><isPrimary>false</isPrimary>`) +
			address(`<allocationId>eipalloc-1</allocationId><privateIp>10.0.0.7</privateIp><isPrimary>true</isPrimary>`) + `</natGatewayAddressSet></item>
			<item><natGatewayId>nat-0b</natGatewayId><vpcId>vpc-0a</vpcId><subnetId>subnet-0a</subnetId><state>failed</state>
				<connectivityType>private</connectivityType><failureCode>Gateway.NotAttached</failureCode><failureMessage>Network vpc-0a has no internet gateway attached</failureMessage>
				<natGatewayAddressSet>` + address(`<privateIp>10.0.0.9</privateIp>`) + `</natGatewayAddressSet></item>
			<item><natGatewayId>nat-0c</natGatewayId><vpcId>vpc-0a</vpcId><state>available</state><routeTableId>rtb-0c</routeTableId>
				<connectivityType>public</connectivityType><availabilityMode>regional</availabilityMode>
				<autoProvisionZones>enabled</autoProvisionZones><autoScalingIps>enabled</autoScalingIps><natGatewayAddressSet>` +
			address(`<allocationId>eipalloc-3</allocationId><availabilityZone>us-east-1a</availabilityZone><availabilityZoneId>use1-az1</availabilityZoneId>`) +
			address(`<allocationId>eipalloc-4</allocationId><availabilityZone>us-east-1b</availabilityZone><availabilityZoneId>use1-az2</availabilityZoneId>`) +
			address(`<allocationId>eipalloc-5</allocationId><availabilityZone>us-east-1a</availabilityZone><availabilityZoneId>use1-az1</availabilityZoneId>`) + `</natGatewayAddressSet></item>
		</natGatewaySet></DescribeNatGatewaysResponse>`,
	}}})
	inv, stats := server.collected(t, "AWS::EC2::NatGateway")
	if len(stats.Failures) > 0 {
		t.Fatal(stats.Failures)
	}
	same(t, one(t, inv.Resources, "AWS::EC2::NatGateway", "nat-0a"), map[string]any{
		"AllocationId": "eipalloc-1", "AvailabilityMode": "zonal", "AvailabilityZoneAddresses": nil, "ConnectivityType": "public",
		"EniId": "eni-0a", "PrivateIpAddress": "10.0.0.7", "SecondaryAllocationIds": list("eipalloc-2"),
		"SecondaryPrivateIpAddressCount": int64(1), "SecondaryPrivateIpAddresses": list("10.0.0.8"),
	})
	same(t, one(t, inv.Resources, "AWS::EC2::NatGateway", "nat-0b"), map[string]any{
		"AllocationId": nil, "ConnectivityType": "private", "FailureCode": "Gateway.NotAttached",
		"FailureMessage": "Network vpc-0a has no internet gateway attached", "PrivateIpAddress": "10.0.0.9", "State": "failed",
	})
	same(t, one(t, inv.Resources, "AWS::EC2::NatGateway", "nat-0c"), map[string]any{
		"AllocationId": nil, "AutoProvisionZones": "enabled", "AutoScalingIps": "enabled", "AvailabilityMode": "regional",
		"AvailabilityZoneAddresses": list(
			map[string]any{"AllocationIds": list("eipalloc-3", "eipalloc-5"), "AvailabilityZone": "us-east-1a", "AvailabilityZoneId": "use1-az1"},
			map[string]any{"AllocationIds": list("eipalloc-4"), "AvailabilityZone": "us-east-1b", "AvailabilityZoneId": "use1-az2"},
		),
		"RouteTableId": "rtb-0c", "SecondaryAllocationIds": nil, "SubnetId": nil,
	})
}
