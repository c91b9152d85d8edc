package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// What joins a VPC to services, to other VPCs and to networks outside of AWS.
var vpcConnectionCollectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::VPCEndpoint",
			gives: "CreationTimestamp DnsEntries DnsOptions Id IpAddressType NetworkInterfaceIds PolicyDocument PrivateDnsEnabled " +
				"ResourceConfigurationArn RouteTableIds SecurityGroupIds ServiceName ServiceNetworkArn ServiceRegion SubnetIds " +
				"VpcEndpointType VpcId " +
				// of the overlay
				"FailureReason LastError OwnerId RequesterManaged State",
		}},
		calls: "ec2:DescribeVpcEndpoints",
		read:  readVPCEndpoints,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::VPCPeeringConnection",
			gives: "Id PeerOwnerId PeerRegion PeerVpcId VpcId " +
				"AccepterVpcInfo CidrBlocks ExpirationTime RequesterVpcInfo Status", // of the overlay
		}},
		calls: "ec2:DescribeVpcPeeringConnections",
		read:  readPeerings,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::VPNConnection",
			gives: "CustomerGatewayId EnableAcceleration LocalIpv4NetworkCidr LocalIpv6NetworkCidr OutsideIpAddressType " +
				"RemoteIpv4NetworkCidr RemoteIpv6NetworkCidr StaticRoutesOnly TransitGatewayId TransportTransitGatewayAttachmentId " +
				"TunnelBandwidth TunnelInsideIpVersion Type VpnConcentratorId VpnConnectionId VpnGatewayId " +
				"VpnTunnelOptionsSpecifications " +
				// of the overlay
				"Category CoreNetworkArn GatewayAssociationState PreSharedKeyArn Routes State VgwTelemetry",
			// It is told, and kept out of what is read.
			lacks: "AWS::EC2::VPNConnection.VpnTunnelOptionsSpecification.PreSharedKey",
		}},
		calls: "ec2:DescribeVpnConnections",
		read:  readVPNConnections,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::TransitGateway",
			gives: "AmazonSideAsn AssociationDefaultRouteTableId AutoAcceptSharedAttachments DefaultRouteTableAssociation " +
				"DefaultRouteTablePropagation Description DnsSupport EncryptionSupportState Id MulticastSupport " +
				"PropagationDefaultRouteTableId SecurityGroupReferencingSupport TransitGatewayArn TransitGatewayCidrBlocks " +
				"VpnEcmpSupport " +
				// of the overlay
				"CreationTime OwnerId State",
		}},
		calls: "ec2:DescribeTransitGateways",
		read:  readTransitGateways,
	},
}

// readVPCEndpoints leaves out those that are deleted, and those of other
// accounts in a shared VPC.
func readVPCEndpoints(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeVpcEndpointsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeVpcEndpointsInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ec2.DescribeVpcEndpointsOutput) {
		for i := range page.VpcEndpoints {
			e := &page.VpcEndpoints[i]
			state := strings.ToLower(string(e.State)) // AWS writes it both ways
			if state == "deleting" || state == "deleted" || e.OwnerId != nil && *e.OwnerId != s.id {
				continue
			}
			var groups, names []string
			for _, g := range e.Groups {
				groups = append(groups, deref(g.GroupId))
			}
			for _, d := range e.DnsEntries {
				names = append(names, deref(d.HostedZoneId)+":"+deref(d.DnsName))
			}
			options := object(e.DnsOptions)
			if e.DnsOptions != nil && e.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint != nil {
				options["PrivateDnsOnlyForInboundResolverEndpoint"] = map[bool]string{
					true: "OnlyInboundResolver", false: "AllResolvers",
				}[*e.DnsOptions.PrivateDnsOnlyForInboundResolverEndpoint]
			}
			tags := ec2Tags(e.Tags)
			s.add(found{
				id: *e.VpcEndpointId, arn: s.arn("ec2", "vpc-endpoint/"+*e.VpcEndpointId), name: tags["Name"],
				created: e.CreationTimestamp, tags: tags, from: e,
				set: props{
					"DnsEntries": names, "DnsOptions": options, "Id": e.VpcEndpointId, "SecurityGroupIds": groups, "State": state,
				},
			})
		}
	})
}

// readPeerings reads both sides' connections, without those that have ended,
// which EC2 lists for a while.
func readPeerings(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeVpcPeeringConnectionsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeVpcPeeringConnectionsInput{
		MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeVpcPeeringConnectionsOutput) {
		for _, c := range page.VpcPeeringConnections {
			switch deref(c.Status).Code {
			case types.VpcPeeringConnectionStateReasonCodeRejected, types.VpcPeeringConnectionStateReasonCodeExpired,
				types.VpcPeeringConnectionStateReasonCodeFailed, types.VpcPeeringConnectionStateReasonCodeDeleting,
				types.VpcPeeringConnectionStateReasonCodeDeleted:
				continue
			}
			accepter, requester := deref(c.AccepterVpcInfo), deref(c.RequesterVpcInfo)
			tags := ec2Tags(c.Tags)
			s.add(found{
				id: *c.VpcPeeringConnectionId, arn: s.arn("ec2", "vpc-peering-connection/"+*c.VpcPeeringConnectionId),
				name: tags["Name"], tags: tags, from: c,
				set: props{
					"CidrBlocks": append(peerRanges(&accepter), peerRanges(&requester)...),
					"Id":         c.VpcPeeringConnectionId, "VpcId": requester.VpcId,
					"PeerOwnerId": accepter.OwnerId, "PeerRegion": accepter.Region, "PeerVpcId": accepter.VpcId,
				},
			})
		}
	})
}

// peerRanges are the ranges of one side's VPC, as far as it is told.
func peerRanges(vpc *types.VpcPeeringConnectionVpcInfo) []string {
	var ranges []string
	for _, block := range vpc.CidrBlockSet {
		ranges = append(ranges, deref(block.CidrBlock))
	}
	for _, block := range vpc.Ipv6CidrBlockSet {
		ranges = append(ranges, deref(block.Ipv6CidrBlock))
	}
	if first := deref(vpc.CidrBlock); first != "" && !slices.Contains(ranges, first) {
		ranges = append(ranges, first)
	}
	return ranges
}

// readVPNConnections leaves out the deleted ones, which EC2 lists for a while.
func readVPNConnections(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeVpnConnections(ctx, &ec2.DescribeVpnConnectionsInput{})
	if err != nil {
		return err
	}
	for i := range out.VpnConnections {
		c := &out.VpnConnections[i]
		if c.State == types.VpnStateDeleted || c.State == types.VpnStateDeleting {
			continue
		}
		options := deref(c.Options)
		var tunnels []any
		for j := range options.TunnelOptions {
			tunnels = append(tunnels, vpnTunnel(&options.TunnelOptions[j]))
		}
		tags := ec2Tags(c.Tags)
		s.add(found{
			id: *c.VpnConnectionId, arn: s.arn("ec2", "vpn-connection/"+*c.VpnConnectionId), name: tags["Name"],
			tags: tags, from: c,
			set: props{
				"EnableAcceleration": options.EnableAcceleration, "LocalIpv4NetworkCidr": options.LocalIpv4NetworkCidr,
				"LocalIpv6NetworkCidr": options.LocalIpv6NetworkCidr, "OutsideIpAddressType": options.OutsideIpAddressType,
				"RemoteIpv4NetworkCidr": options.RemoteIpv4NetworkCidr, "RemoteIpv6NetworkCidr": options.RemoteIpv6NetworkCidr,
				"StaticRoutesOnly":                    options.StaticRoutesOnly,
				"TransportTransitGatewayAttachmentId": options.TransportTransitGatewayAttachmentId,
				"TunnelBandwidth":                     options.TunnelBandwidth, "TunnelInsideIpVersion": options.TunnelInsideIpVersion,
				"VpnTunnelOptionsSpecifications": tunnels,
			},
		})
	}
	return nil
}

// vpnTunnel gives the options of a tunnel CloudFormation's names, without its
// pre-shared key.
func vpnTunnel(o *types.TunnelOption) map[string]any {
	tunnel := rename(object(o), "DpdTimeoutAction", "DPDTimeoutAction", "DpdTimeoutSeconds", "DPDTimeoutSeconds", "IkeVersions", "IKEVersions")
	delete(tunnel, "PreSharedKey")
	if logs, ok := tunnel["LogOptions"].(map[string]any); ok {
		rename(logs, "CloudWatchLogOptions", "CloudwatchLogOptions")
	}
	return tunnel
}

// readTransitGateways leaves out those that other accounts share.
func readTransitGateways(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeTransitGatewaysPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeTransitGatewaysInput{
		Filters: append(ec2Filter("owner-id", s.id), ec2Filter("state", "pending", "available", "modifying")...), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeTransitGatewaysOutput) {
		for i := range page.TransitGateways {
			g := &page.TransitGateways[i]
			options := deref(g.Options)
			tags := ec2Tags(g.Tags)
			s.add(found{
				id: *g.TransitGatewayId, arn: deref(g.TransitGatewayArn), name: tags["Name"], created: g.CreationTime,
				tags: tags, from: g,
				set: props{
					"AmazonSideAsn": options.AmazonSideAsn, "AssociationDefaultRouteTableId": options.AssociationDefaultRouteTableId,
					"AutoAcceptSharedAttachments":     options.AutoAcceptSharedAttachments,
					"DefaultRouteTableAssociation":    options.DefaultRouteTableAssociation,
					"DefaultRouteTablePropagation":    options.DefaultRouteTablePropagation,
					"DnsSupport":                      options.DnsSupport,
					"EncryptionSupportState":          deref(options.EncryptionSupport).EncryptionState,
					"Id":                              g.TransitGatewayId,
					"MulticastSupport":                options.MulticastSupport,
					"PropagationDefaultRouteTableId":  options.PropagationDefaultRouteTableId,
					"SecurityGroupReferencingSupport": options.SecurityGroupReferencingSupport,
					"TransitGatewayCidrBlocks":        options.TransitGatewayCidrBlocks,
					"VpnEcmpSupport":                  options.VpnEcmpSupport,
				},
			})
		}
	})
}
