package aws

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What decides where packets go in a VPC, and which may: route tables with
// their routes and associations as the resources that these are in
// CloudFormation, network ACLs with their entries.
var vpcRouteCollectors = []collector{
	{
		service: "ec2",
		types: []emits{
			{
				typ: "AWS::EC2::RouteTable",
				gives: "RouteTableId VpcId " +
					"Associations OwnerId PropagatingVgws Routes", // of the overlay
			},
			{
				typ: "AWS::EC2::Route",
				gives: "CarrierGatewayId CidrBlock CoreNetworkArn DestinationCidrBlock DestinationIpv6CidrBlock " +
					"DestinationPrefixListId EgressOnlyInternetGatewayId GatewayId InstanceId LocalGatewayId NatGatewayId " +
					"NetworkInterfaceId RouteTableId TransitGatewayId VpcEndpointId VpcPeeringConnectionId " +
					"State", // of the overlay
				tagged: "-",
			},
			{typ: "AWS::EC2::SubnetRouteTableAssociation", gives: "Id RouteTableId SubnetId", tagged: "-"},
			{typ: "AWS::EC2::GatewayRouteTableAssociation", gives: "AssociationId GatewayId RouteTableId", tagged: "-"},
		},
		calls: "ec2:DescribeRouteTables",
		read:  readRouteTables,
	},
	{
		service: "ec2",
		types: []emits{
			{
				typ: "AWS::EC2::NetworkAcl",
				gives: "Id VpcId " +
					"Associations Entries IsDefault OwnerId", // of the overlay
			},
			{typ: "AWS::EC2::SubnetNetworkAclAssociation", gives: "AssociationId NetworkAclId SubnetId", tagged: "-"},
		},
		calls: "ec2:DescribeNetworkAcls",
		read:  readNetworkACLs,
	},
}

// routeTables are those of the account in the scope's region, which subnets
// ask for as well.
func routeTables(ctx context.Context, s *scope) ([]types.RouteTable, error) {
	return once(s.session, "ec2:DescribeRouteTables "+s.region, func() ([]types.RouteTable, error) {
		var tables []types.RouteTable
		pages := ec2.NewDescribeRouteTablesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeRouteTablesInput{
			Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(100)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeRouteTablesOutput) { tables = append(tables, page.RouteTables...) })
		return tables, err
	})
}

func readRouteTables(ctx context.Context, s *scope) error {
	tables, err := routeTables(ctx, s)
	for i := range tables {
		t := &tables[i]
		tags := ec2Tags(t.Tags)
		s.add(found{
			typ: "AWS::EC2::RouteTable", id: *t.RouteTableId, arn: s.arn("ec2", "route-table/"+*t.RouteTableId),
			name: tags["Name"], tags: tags, from: t,
		})
		for j := range t.Routes {
			// The others are made with the table or by a gateway, and are in
			// its property Routes alone.
			if r := &t.Routes[j]; r.Origin == types.RouteOriginCreateRoute {
				s.addRoute(*t.RouteTableId, r)
			}
		}
		for _, a := range t.Associations {
			switch {
			case !associated(a):
			case a.SubnetId != nil:
				s.add(found{
					typ: "AWS::EC2::SubnetRouteTableAssociation", id: deref(a.RouteTableAssociationId), from: a,
					set: props{"Id": a.RouteTableAssociationId},
				})
			case a.GatewayId != nil:
				s.add(found{
					typ: "AWS::EC2::GatewayRouteTableAssociation", id: *a.GatewayId, from: a,
					set: props{"AssociationId": a.RouteTableAssociationId},
				})
			}
		}
	}
	return err
}

func associated(a types.RouteTableAssociation) bool {
	if a.AssociationState == nil {
		return true
	}
	switch a.AssociationState.State {
	case types.RouteTableAssociationStateCodeDisassociated, types.RouteTableAssociationStateCodeDisassociating, types.RouteTableAssociationStateCodeFailed:
		return false
	}
	return true
}

func (s *scope) addRoute(table string, r *types.Route) {
	destination := cmp.Or(deref(r.DestinationCidrBlock), deref(r.DestinationIpv6CidrBlock), deref(r.DestinationPrefixListId))
	gateway, endpoint := r.GatewayId, (*string)(nil)
	if strings.HasPrefix(deref(gateway), "vpce-") {
		gateway, endpoint = nil, gateway // CloudFormation tells them apart
	}
	s.add(found{
		typ: "AWS::EC2::Route", id: table + "|" + destination, from: r,
		set: props{"CidrBlock": destination, "GatewayId": gateway, "RouteTableId": table, "VpcEndpointId": endpoint},
	})
}

// networkACLs are those of the account in the scope's region, which VPCs and
// subnets ask for as well.
func networkACLs(ctx context.Context, s *scope) ([]types.NetworkAcl, error) {
	return once(s.session, "ec2:DescribeNetworkAcls "+s.region, func() ([]types.NetworkAcl, error) {
		var acls []types.NetworkAcl
		pages := ec2.NewDescribeNetworkAclsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeNetworkAclsInput{
			Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(1000)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeNetworkAclsOutput) { acls = append(acls, page.NetworkAcls...) })
		return acls, err
	})
}

func readNetworkACLs(ctx context.Context, s *scope) error {
	acls, err := networkACLs(ctx, s)
	for _, acl := range acls {
		tags := ec2Tags(acl.Tags)
		s.add(found{
			typ: "AWS::EC2::NetworkAcl", id: *acl.NetworkAclId, arn: s.arn("ec2", "network-acl/"+*acl.NetworkAclId),
			name: tags["Name"], tags: tags, from: acl,
			set: props{"Id": acl.NetworkAclId, "Entries": aclEntries(acl.Entries)},
		})
		for _, a := range acl.Associations {
			s.add(found{
				typ: "AWS::EC2::SubnetNetworkAclAssociation", id: deref(a.NetworkAclAssociationId), from: a,
				set: props{"AssociationId": a.NetworkAclAssociationId},
			})
		}
	}
	return err
}

// lastACLEntry is the number from which on the entries are AWS's own: each
// list ends with one that denies the rest, for IPv4 and for IPv6. They cannot
// be changed, and no template has them.
const lastACLEntry = 32767

// aclEntries gives entries the form of AWS::EC2::NetworkAclEntry.
func aclEntries(entries []types.NetworkAclEntry) []any {
	var out []any
	for _, e := range entries {
		if deref(e.RuleNumber) >= lastACLEntry {
			continue
		}
		var protocol any = &cloud.Unresolved{Reason: "the protocol " + deref(e.Protocol) + " is no number"}
		if n, err := strconv.ParseInt(deref(e.Protocol), 10, 64); err == nil {
			protocol = n
		}
		out = append(out, shaped(map[string]any{
			"CidrBlock": e.CidrBlock, "Egress": e.Egress, "Icmp": e.IcmpTypeCode, "Ipv6CidrBlock": e.Ipv6CidrBlock,
			"PortRange": e.PortRange, "Protocol": protocol, "RuleAction": e.RuleAction, "RuleNumber": e.RuleNumber,
		}))
	}
	return out
}
