package aws

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Virtual Private Cloud: each file of it begins with the table of what it
// emits. A VPC that another account shares, and what is in it, is that
// account's.
var vpcCollectors = slices.Concat(
	vpcNetworkCollectors,    // here: VPCs, subnets, flow logs, prefix lists
	vpcRouteCollectors,      // vpc_routes.go: route tables, network ACLs
	vpcGatewayCollectors,    // vpc_gateways.go: internet, NAT, VPN and customer gateways
	vpcConnectionCollectors, // vpc_connections.go: endpoints, peerings, VPNs, transit gateways
)

var vpcNetworkCollectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::VPC",
			gives: "CidrBlock CidrBlockAssociations InstanceTenancy Ipv6CidrBlocks VpcId " +
				// of the overlay
				"BlockPublicAccessStates CidrBlockAssociationSet DhcpOptionsId EncryptionControl Ipv6CidrBlockAssociationSet " +
				"IsDefault OwnerId State",
		}},
		calls: "ec2:DescribeVpcs",
		read:  readVPCs,
		parts: []part{
			vpcAttribute("EnableDnsHostnames", types.VpcAttributeNameEnableDnsHostnames,
				func(a *ec2.DescribeVpcAttributeOutput) any { return a.EnableDnsHostnames }),
			vpcAttribute("EnableDnsSupport", types.VpcAttributeNameEnableDnsSupport,
				func(a *ec2.DescribeVpcAttributeOutput) any { return a.EnableDnsSupport }),
			{gives: "DefaultNetworkAcl", calls: "ec2:DescribeNetworkAcls", read: readDefaultNetworkACL},
			{gives: "DefaultSecurityGroup", calls: "ec2:DescribeSecurityGroups", read: readDefaultSecurityGroup},
		},
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::Subnet",
			gives: "AssignIpv6AddressOnCreation AvailabilityZone AvailabilityZoneId BlockPublicAccessStates CidrBlock " +
				"EnableDns64 EnableLniAtDeviceIndex Ipv6CidrBlock Ipv6CidrBlocks Ipv6Native MapPublicIpOnLaunch OutpostArn " +
				"PrivateDnsNameOptionsOnLaunch SubnetId VpcId " +
				// of the overlay
				"AvailableIpAddressCount CustomerOwnedIpv4Pool DefaultForAz MapCustomerOwnedIpOnLaunch OwnerId State",
		}},
		calls: "ec2:DescribeSubnets",
		read:  readSubnets,
		parts: []part{
			{gives: "NetworkAclAssociationId", calls: "ec2:DescribeNetworkAcls", read: readSubnetNetworkACL},
			{gives: "RouteTableId Routes", calls: "ec2:DescribeRouteTables", read: readSubnetRoutes},
		},
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::FlowLog",
			gives: "DeliverCrossAccountRole DeliverLogsPermissionArn DestinationOptions Id LogDestination LogDestinationType " +
				"LogFormat LogGroupName MaxAggregationInterval ResourceId ResourceType TrafficType " +
				// of the overlay
				"CreationTime DeliverLogsErrorMessage DeliverLogsStatus FlowLogStatus",
		}},
		calls: "ec2:DescribeFlowLogs",
		read:  readFlowLogs,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::PrefixList",
			gives: "AddressFamily Arn MaxEntries OwnerId PrefixListId PrefixListName Version " +
				"State StateMessage", // of the overlay
		}},
		calls: "ec2:DescribeManagedPrefixLists",
		read:  readPrefixLists,
		parts: []part{{gives: "Entries", calls: "ec2:GetManagedPrefixListEntries", read: readPrefixListEntries}},
	},
}

func readVPCs(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeVpcsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeVpcsInput{
		Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeVpcsOutput) {
		for _, v := range page.Vpcs {
			var associations, ipv6 []string
			for _, a := range v.CidrBlockAssociationSet {
				associations = append(associations, deref(a.AssociationId))
			}
			for _, a := range v.Ipv6CidrBlockAssociationSet {
				if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeAssociated {
					ipv6 = append(ipv6, deref(a.Ipv6CidrBlock))
				}
			}
			tags := ec2Tags(v.Tags)
			s.add(found{
				id: *v.VpcId, arn: s.arn("ec2", "vpc/"+*v.VpcId), name: tags["Name"], tags: tags, from: v,
				set: props{"CidrBlockAssociations": associations, "Ipv6CidrBlocks": ipv6},
			})
		}
	})
}

// vpcAttribute is a part for what DescribeVpcAttribute alone tells, one
// attribute a call.
func vpcAttribute(property string, attribute types.VpcAttributeName, of func(*ec2.DescribeVpcAttributeOutput) any) part {
	return part{
		gives: property,
		calls: "ec2:DescribeVpcAttribute",
		read: func(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
			out, err := ec2.NewFromConfig(s.cfg).DescribeVpcAttribute(ctx, &ec2.DescribeVpcAttributeInput{VpcId: &r.ID, Attribute: attribute})
			if is(err, "InvalidVpcID.NotFound") {
				return nil, errGone
			}
			if err != nil {
				return nil, err
			}
			value, _ := field(of(out), "Value")
			return props{property: value}, nil
		},
	}
}

func readDefaultNetworkACL(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	acls, err := networkACLs(ctx, s)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(acls, func(a types.NetworkAcl) bool { return deref(a.IsDefault) && deref(a.VpcId) == r.ID })
	if i < 0 {
		return nil, nil
	}
	return props{"DefaultNetworkAcl": acls[i].NetworkAclId}, nil
}

// readDefaultSecurityGroup asks once for the default groups of all VPCs.
func readDefaultSecurityGroup(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	groups, err := once(s.session, "ec2:DescribeSecurityGroups default "+s.region, func() (map[string]string, error) {
		groups := map[string]string{}
		pages := ec2.NewDescribeSecurityGroupsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSecurityGroupsInput{
			Filters: ec2Filter("group-name", "default"), MaxResults: ptr(int32(1000)),
		})
		err := each(ctx, pages, func(page *ec2.DescribeSecurityGroupsOutput) {
			for _, g := range page.SecurityGroups {
				groups[deref(g.VpcId)] = deref(g.GroupId)
			}
		})
		return groups, err
	})
	if err != nil {
		return nil, err
	}
	return props{"DefaultSecurityGroup": groups[r.ID]}, nil
}

func readSubnets(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeSubnetsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSubnetsInput{
		Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeSubnetsOutput) {
		for _, v := range page.Subnets {
			var ipv6 []string
			for _, a := range v.Ipv6CidrBlockAssociationSet {
				if a.Ipv6CidrBlockState == nil || a.Ipv6CidrBlockState.State == types.SubnetCidrBlockStateCodeAssociated {
					ipv6 = append(ipv6, deref(a.Ipv6CidrBlock))
				}
			}
			var first any
			if len(ipv6) > 0 {
				first = ipv6[0]
			}
			tags := ec2Tags(v.Tags)
			s.add(found{
				id: *v.SubnetId, arn: s.arn("ec2", "subnet/"+*v.SubnetId), name: tags["Name"], tags: tags, from: v,
				set: props{"Ipv6CidrBlock": first, "Ipv6CidrBlocks": ipv6},
			})
		}
	})
}

func readSubnetNetworkACL(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	acls, err := networkACLs(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, acl := range acls {
		for _, a := range acl.Associations {
			if deref(a.SubnetId) == r.ID {
				return props{"NetworkAclAssociationId": a.NetworkAclAssociationId}, nil
			}
		}
	}
	return nil, nil
}

// readSubnetRoutes finds the route table of a subnet: the one that it is
// associated with, or else the main one of its VPC.
func readSubnetRoutes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	tables, err := routeTables(ctx, s)
	if err != nil {
		return nil, err
	}
	var own, main *types.RouteTable
	for i := range tables {
		for _, a := range tables[i].Associations {
			switch {
			case !associated(a):
			case deref(a.SubnetId) == r.ID:
				own = &tables[i]
			case deref(a.Main) && deref(tables[i].VpcId) == r.Properties["VpcId"]:
				main = &tables[i]
			}
		}
	}
	if own == nil {
		own = main
	}
	if own == nil {
		return nil, nil
	}
	return props{"RouteTableId": own.RouteTableId, "Routes": own.Routes}, nil
}

func readFlowLogs(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeFlowLogsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeFlowLogsInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ec2.DescribeFlowLogsOutput) {
		for _, l := range page.FlowLogs {
			tags := ec2Tags(l.Tags)
			s.add(found{
				id: *l.FlowLogId, arn: s.arn("ec2", "vpc-flow-log/"+*l.FlowLogId), name: tags["Name"],
				created: l.CreationTime, tags: tags, from: l,
				set: props{
					"Id": l.FlowLogId, "LogGroupName": logGroupOf(&l), "ResourceType": loggedType(deref(l.ResourceId)),
				},
			})
		}
	})
}

// logGroupOf is the name of the log group that a flow log writes to, which AWS
// may tell by the group's ARN alone.
func logGroupOf(l *types.FlowLog) string {
	if name := deref(l.LogGroupName); name != "" || l.LogDestinationType != types.LogDestinationTypeCloudWatchLogs {
		return name
	}
	_, name, _ := strings.Cut(deref(l.LogDestination), ":log-group:")
	name, _, _ = strings.Cut(name, ":")
	return name
}

// loggedType is the type of a flow log's resource, which CloudFormation asks
// for and the API tells by the id alone.
func loggedType(id string) any {
	for _, kind := range [][2]string{
		{"vpc-", "VPC"}, {"subnet-", "Subnet"}, {"eni-", "NetworkInterface"}, {"tgw-attach-", "TransitGatewayAttachment"},
		{"tgw-", "TransitGateway"}, {"nat-", "RegionalNatGateway"},
	} {
		if strings.HasPrefix(id, kind[0]) {
			return kind[1]
		}
	}
	return &cloud.Unresolved{Reason: "the id " + id + " does not tell its type"}
}

// readPrefixLists leaves out those that AWS manages.
func readPrefixLists(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeManagedPrefixListsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeManagedPrefixListsInput{
		Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(100)),
	})
	return each(ctx, pages, func(page *ec2.DescribeManagedPrefixListsOutput) {
		for _, l := range page.PrefixLists {
			s.add(found{
				id: *l.PrefixListId, arn: deref(l.PrefixListArn), name: deref(l.PrefixListName), tags: ec2Tags(l.Tags), from: l,
				set: props{"Arn": l.PrefixListArn},
			})
		}
	})
}

func readPrefixListEntries(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var entries []types.PrefixListEntry
	pages := ec2.NewGetManagedPrefixListEntriesPaginator(ec2.NewFromConfig(s.cfg), &ec2.GetManagedPrefixListEntriesInput{
		PrefixListId: &r.ID, MaxResults: ptr(int32(100)),
	})
	err := each(ctx, pages, func(page *ec2.GetManagedPrefixListEntriesOutput) { entries = append(entries, page.Entries...) })
	if is(err, "InvalidPrefixListID.NotFound", "InvalidPrefixListId.NotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Entries": entries}, nil
}
