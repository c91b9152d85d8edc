package aws

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// The ways out of a VPC: internet gateways, virtual private gateways and what
// these are attached to, egress-only internet gateways, NAT gateways; and the
// customer's end of a VPN.
var vpcGatewayCollectors = []collector{
	{
		service: "ec2",
		types: []emits{
			{
				typ: "AWS::EC2::InternetGateway",
				gives: "InternetGatewayId " +
					"Attachments OwnerId", // of the overlay
			},
			gatewayAttachment,
		},
		calls: "ec2:DescribeInternetGateways",
		read:  readInternetGateways,
	},
	{
		service: "ec2",
		types: []emits{
			{
				typ: "AWS::EC2::VPNGateway",
				gives: "AmazonSideAsn Type VPNGatewayId " +
					"AvailabilityZone State VpcAttachments", // of the overlay
			},
			gatewayAttachment,
		},
		calls: "ec2:DescribeVpnGateways",
		read:  readVPNGateways,
	},
	{
		service: "ec2",
		types:   []emits{{typ: "AWS::EC2::EgressOnlyInternetGateway", gives: "Id VpcId"}},
		calls:   "ec2:DescribeEgressOnlyInternetGateways",
		read:    readEgressOnlyGateways,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::NatGateway",
			gives: "AllocationId AutoProvisionZones AutoScalingIps AvailabilityMode AvailabilityZoneAddresses ConnectivityType " +
				"EniId NatGatewayId PrivateIpAddress RouteTableId SecondaryAllocationIds SecondaryPrivateIpAddressCount " +
				"SecondaryPrivateIpAddresses SubnetId VpcId " +
				// of the overlay
				"CreateTime FailureCode FailureMessage NatGatewayAddresses State",
		}},
		calls: "ec2:DescribeNatGateways",
		read:  readNATGateways,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::CustomerGateway",
			gives: "BgpAsn BgpAsnExtended CertificateArn CustomerGatewayId DeviceName IpAddress Type " +
				"State", // of the overlay
		}},
		calls: "ec2:DescribeCustomerGateways",
		read:  readCustomerGateways,
	},
}

// gatewayAttachment is told by the lists of both kinds of gateways.
var gatewayAttachment = emits{
	typ: "AWS::EC2::VPCGatewayAttachment", gives: "AttachmentType InternetGatewayId VpcId VpnGatewayId", tagged: "-",
}

func (s *scope) addAttachment(kind string, vpc, internet, vpn *string) {
	s.add(found{
		typ: gatewayAttachment.typ, id: kind + "|" + deref(vpc),
		set: props{"AttachmentType": kind, "InternetGatewayId": internet, "VpcId": vpc, "VpnGatewayId": vpn},
	})
}

// readInternetGateways leaves out those of other accounts, of whose VPCs a part
// is shared with this one.
func readInternetGateways(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeInternetGatewaysPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeInternetGatewaysInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ec2.DescribeInternetGatewaysOutput) {
		for _, g := range page.InternetGateways {
			if g.OwnerId != nil && *g.OwnerId != s.id {
				continue
			}
			tags := ec2Tags(g.Tags)
			s.add(found{
				typ: "AWS::EC2::InternetGateway", id: *g.InternetGatewayId, arn: s.arn("ec2", "internet-gateway/"+*g.InternetGatewayId),
				name: tags["Name"], tags: tags, from: g,
			})
			for _, a := range g.Attachments {
				if attached(a.State) {
					s.addAttachment("IGW", a.VpcId, g.InternetGatewayId, nil)
				}
			}
		}
	})
}

// attached tells whether a gateway is attached, or about to be; an internet
// gateway's attachment is then "available".
func attached(state types.AttachmentStatus) bool {
	return state != types.AttachmentStatusDetached && state != types.AttachmentStatusDetaching
}

// readVPNGateways leaves out those that are deleted, which EC2 lists for a
// while.
func readVPNGateways(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeVpnGateways(ctx, &ec2.DescribeVpnGatewaysInput{})
	if err != nil {
		return err
	}
	for _, g := range out.VpnGateways {
		if g.State == types.VpnStateDeleted || g.State == types.VpnStateDeleting {
			continue
		}
		tags := ec2Tags(g.Tags)
		s.add(found{
			typ: "AWS::EC2::VPNGateway", id: *g.VpnGatewayId, arn: s.arn("ec2", "vpn-gateway/"+*g.VpnGatewayId),
			name: tags["Name"], tags: tags, from: g, set: props{"VPNGatewayId": g.VpnGatewayId},
		})
		for _, a := range g.VpcAttachments {
			if attached(a.State) {
				s.addAttachment("VGW", a.VpcId, nil, g.VpnGatewayId)
			}
		}
	}
	return nil
}

func readEgressOnlyGateways(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeEgressOnlyInternetGatewaysPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeEgressOnlyInternetGatewaysInput{
		MaxResults: ptr(int32(255)),
	})
	return each(ctx, pages, func(page *ec2.DescribeEgressOnlyInternetGatewaysOutput) {
		for _, g := range page.EgressOnlyInternetGateways {
			var vpc any // there is one
			for _, a := range g.Attachments {
				vpc = a.VpcId
			}
			tags := ec2Tags(g.Tags)
			s.add(found{
				id: *g.EgressOnlyInternetGatewayId, arn: s.arn("ec2", "egress-only-internet-gateway/"+*g.EgressOnlyInternetGatewayId),
				name: tags["Name"], tags: tags, set: props{"Id": g.EgressOnlyInternetGatewayId, "VpcId": vpc},
			})
		}
	})
}

// readNATGateways leaves out those that are deleted, which EC2 lists for an
// hour.
func readNATGateways(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeNatGatewaysPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeNatGatewaysInput{
		Filter: ec2Filter("state", "pending", "available", "failed"), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeNatGatewaysOutput) {
		for i := range page.NatGateways {
			g := &page.NatGateways[i]
			tags := ec2Tags(g.Tags)
			s.add(found{
				id: *g.NatGatewayId, arn: s.arn("ec2", "natgateway/"+*g.NatGatewayId), name: tags["Name"],
				created: g.CreateTime, tags: tags, from: g, set: natAddresses(g),
			})
		}
	})
}

// natAddresses gives the addresses of a NAT gateway the form that
// CloudFormation has: of a zonal one a primary and secondary ones, of a
// regional one those of each Availability Zone.
func natAddresses(g *types.NatGateway) props {
	set := props{
		"AllocationId": nil, "AvailabilityZoneAddresses": nil, "EniId": nil, "PrivateIpAddress": nil,
		"SecondaryAllocationIds": nil, "SecondaryPrivateIpAddressCount": nil, "SecondaryPrivateIpAddresses": nil,
	}
	if g.AvailabilityMode == types.AvailabilityModeRegional {
		set["AvailabilityZoneAddresses"] = zoneAddresses(g.NatGatewayAddresses)
		return set
	}
	primary := max(0, slices.IndexFunc(g.NatGatewayAddresses, func(a types.NatGatewayAddress) bool { return deref(a.IsPrimary) }))
	var allocations, addresses []string
	for i, a := range g.NatGatewayAddresses {
		if i == primary {
			set["AllocationId"], set["EniId"], set["PrivateIpAddress"] = a.AllocationId, a.NetworkInterfaceId, a.PrivateIp
			continue
		}
		if a.AllocationId != nil {
			allocations = append(allocations, *a.AllocationId)
		}
		addresses = append(addresses, deref(a.PrivateIp))
	}
	set["SecondaryAllocationIds"], set["SecondaryPrivateIpAddresses"] = allocations, addresses
	set["SecondaryPrivateIpAddressCount"] = len(addresses)
	return set
}

func zoneAddresses(addresses []types.NatGatewayAddress) []any {
	var zones []map[string]any
	for _, a := range addresses {
		zone := deref(a.AvailabilityZone)
		i := slices.IndexFunc(zones, func(z map[string]any) bool { return z["AvailabilityZone"] == zone })
		if i < 0 {
			i = len(zones)
			zones = append(zones, shaped(map[string]any{"AvailabilityZoneId": a.AvailabilityZoneId}))
			zones[i]["AvailabilityZone"] = zone
		}
		if a.AllocationId != nil {
			ids, _ := zones[i]["AllocationIds"].([]any)
			zones[i]["AllocationIds"] = append(ids, *a.AllocationId)
		}
	}
	out := make([]any, len(zones))
	for i, z := range zones {
		out[i] = z
	}
	return out
}

func readCustomerGateways(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeCustomerGateways(ctx, &ec2.DescribeCustomerGatewaysInput{})
	if err != nil {
		return err
	}
	for _, g := range out.CustomerGateways {
		if state := deref(g.State); state == "deleted" || state == "deleting" {
			continue // which EC2 lists for a while
		}
		tags := ec2Tags(g.Tags)
		s.add(found{
			id: *g.CustomerGatewayId, arn: s.arn("ec2", "customer-gateway/"+*g.CustomerGatewayId),
			name: tags["Name"], tags: tags, from: g,
		})
	}
	return nil
}
