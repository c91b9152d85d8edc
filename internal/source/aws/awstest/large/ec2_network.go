package large

import (
	"net/http"
	"strconv"
)

func networkOperations() operations {
	return operations{
		"DescribeVpcs":              describeVpcs,
		"DescribeVpcAttribute":      describeVpcAttribute,
		"DescribeSubnets":           describeSubnets,
		"DescribeRouteTables":       describeRouteTables,
		"DescribeNetworkAcls":       describeNetworkAcls,
		"DescribeInternetGateways":  describeInternetGateways,
		"DescribeNatGateways":       describeNatGateways,
		"DescribeFlowLogs":          describeFlowLogs,
		"DescribeVpcEndpoints":      describeVpcEndpoints,
		"DescribeNetworkInterfaces": describeNetworkInterfaces,
		"DescribeDhcpOptions":       describeDhcpOptions,
		"DescribeAddresses":         describeAddresses,
		"DescribeAddressesAttribute": func(c *call) *fault {
			c.w.list("addressSet", 0, nil)
			return nil
		},
	}
}

var (
	vpcKind = ec2Kind{kind: vpcs, prefix: "vpc", ids: "VpcId", idFilter: "vpc-id",
		missing: "InvalidVpcID.NotFound", pages: ec2Pages(5, 1000)}
	subnetKind = ec2Kind{kind: subnets, prefix: "subnet", ids: "SubnetId", idFilter: "subnet-id",
		missing: "InvalidSubnetID.NotFound", pages: ec2Pages(5, 1000)}
	routeTableKind = ec2Kind{kind: routeTables, prefix: "rtb", ids: "RouteTableId", idFilter: "route-table-id",
		missing: "InvalidRouteTableID.NotFound", pages: ec2Pages(5, 100)}
	networkACLKind = ec2Kind{kind: networkACLs, prefix: "acl", ids: "NetworkAclId", idFilter: "network-acl-id",
		missing: "InvalidNetworkAclID.NotFound", pages: ec2Pages(5, 1000)}
	gatewayKind = ec2Kind{kind: gateways, prefix: "igw", ids: "InternetGatewayId", idFilter: "internet-gateway-id",
		missing: "InvalidInternetGatewayID.NotFound", pages: ec2Pages(5, 1000)}
	natKind = ec2Kind{kind: natGateways, prefix: "nat", ids: "NatGatewayId", idFilter: "nat-gateway-id",
		missing: "NatGatewayNotFound", pages: ec2Pages(5, 1000)}
	flowLogKind = ec2Kind{kind: flowLogs, prefix: "fl", ids: "FlowLogId", idFilter: "flow-log-id",
		missing: "InvalidFlowLogId.NotFound", pages: ec2Pages(1, 1000)}
	endpointKind = ec2Kind{kind: endpoints, prefix: "vpce", ids: "VpcEndpointId", idFilter: "vpc-endpoint-id",
		missing: "InvalidVpcEndpointId.NotFound", pages: paging{size: "MaxResults", token: "NextToken", normal: 1000,
			least: 1, most: 1000, clipped: true, badToken: "InvalidNextToken", badSize: "InvalidParameterValue"}}
	addressKind = ec2Kind{kind: addresses, prefix: "eipalloc", ids: "AllocationId", idFilter: "allocation-id",
		missing: "InvalidAllocationID.NotFound", pages: paging{}}
)

// ofVPC answers the filter vpc-id for things that belong to a VPC.
func (c *call) ofVPC(vpc func(i int) int) func(int, string) ([]string, bool) {
	return func(i int, name string) ([]string, bool) {
		if name == "vpc-id" || name == "attachment.vpc-id" {
			return []string{c.id("vpc", vpcs, c.region, vpc(i))}, true
		}
		return nil, false
	}
}

func same(i int) int { return i }

func describeVpcs(c *call) *fault {
	s, w, f := c.ec2Page(vpcKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "is-default", "isDefault":
			return []string{strconv.FormatBool(i == 0)}, true
		case "cidr", "cidr-block-association.cidr-block":
			return []string{vpcCIDR(i)}, true
		case "state":
			return []string{"available"}, true
		}
		return nil, false
	})
	if f != nil {
		return f
	}
	c.w.list("vpcSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, i))
		c.w.str("ownerId", c.number)
		c.w.str("state", "available")
		c.w.str("cidrBlock", vpcCIDR(i))
		c.w.list("cidrBlockAssociationSet", 1, func(int) {
			c.w.str("associationId", c.id("vpc-cidr-assoc", vpcs, c.region, i))
			c.w.str("cidrBlock", vpcCIDR(i))
			c.w.obj("cidrBlockState", func() { c.w.str("state", "associated") })
		})
		c.w.str("dhcpOptionsId", c.id("dopt", details, c.region, 0))
		c.w.str("instanceTenancy", "default")
		c.w.flag("isDefault", i == 0)
		c.tagSet(vpcs, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeVpcAttribute(c *call) *fault {
	id := c.str("VpcId")
	if _, ok := c.indexOf(id, "vpc", vpcs, c.region); !ok {
		return faultf(http.StatusBadRequest, vpcKind.missing, "The vpc ID '"+id+"' does not exist")
	}
	c.w.str("vpcId", id)
	switch name := c.str("Attribute"); name {
	case "enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics":
		c.w.obj(name, func() { c.w.flag("value", name != "enableNetworkAddressUsageMetrics") })
	default:
		return faultf(http.StatusBadRequest, "InvalidParameterValue", "Value ("+name+") for parameter attribute is invalid")
	}
	return nil
}

func describeSubnets(c *call) *fault {
	vpc := c.ofVPC(func(i int) int { return i / subnetsPerVPC })
	s, w, f := c.ec2Page(subnetKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "availability-zone", "availabilityZone":
			return []string{zone(c.region, i)}, true
		case "map-public-ip-on-launch":
			return []string{strconv.FormatBool(publicSubnet(i))}, true
		case "default-for-az", "defaultForAz":
			return []string{strconv.FormatBool(i < subnetsPerVPC)}, true
		}
		return vpc(i, name)
	})
	if f != nil {
		return f
	}
	c.w.list("subnetSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		id := c.id("subnet", subnets, c.region, i)
		c.w.str("subnetId", id)
		c.w.str("subnetArn", c.arn("ec2", c.region, "subnet/"+id))
		c.w.str("ownerId", c.number)
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, i/subnetsPerVPC))
		c.w.str("state", "available")
		c.w.str("cidrBlock", subnetCIDR(i))
		c.w.num("availableIpAddressCount", 4091-c.roll(subnets, c.region, i, 1, 200))
		c.w.str("availabilityZone", zone(c.region, i))
		c.w.str("availabilityZoneId", zoneID(c.region, i))
		c.w.flag("defaultForAz", i < subnetsPerVPC)
		c.w.flag("mapPublicIpOnLaunch", publicSubnet(i))
		c.w.flag("assignIpv6AddressOnCreation", false)
		c.w.list("ipv6CidrBlockAssociationSet", 0, nil)
		c.w.flag("ipv6Native", false)
		c.tagSet(subnets, i)
	})
	c.next("nextToken", w)
	return nil
}

// describeRouteTables: every VPC has a main table with the way to the internet,
// and a table for its private subnets with the way through the NAT gateway.
func describeRouteTables(c *call) *fault {
	s, w, f := c.ec2Page(routeTableKind, c.ofVPC(func(i int) int { return i / 2 }))
	if f != nil {
		return f
	}
	c.w.list("routeTableSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		vpc, main := i/2, i%2 == 0
		id := c.id("rtb", routeTables, c.region, i)
		c.w.str("routeTableId", id)
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, vpc))
		c.w.str("ownerId", c.number)
		c.w.list("routeSet", 2, func(n int) {
			switch {
			case n == 0:
				c.w.str("destinationCidrBlock", vpcCIDR(vpc))
				c.w.str("gatewayId", "local")
				c.w.str("origin", "CreateRouteTable")
			case main || vpc == 0:
				c.w.str("destinationCidrBlock", "0.0.0.0/0")
				c.w.str("gatewayId", c.id("igw", gateways, c.region, vpc))
				c.w.str("origin", "CreateRoute")
			default:
				c.w.str("destinationCidrBlock", "0.0.0.0/0")
				c.w.str("natGatewayId", c.id("nat", natGateways, c.region, vpc-1))
				c.w.str("origin", "CreateRoute")
			}
			c.w.str("state", "active")
		})
		associations := map[bool]int{true: 1, false: subnetsPerVPC / 2}[main]
		c.w.list("associationSet", associations, func(n int) {
			c.w.str("routeTableAssociationId", c.id("rtbassoc", routeTables, c.region, i*subnetsPerVPC+n))
			c.w.str("routeTableId", id)
			if !main {
				c.w.str("subnetId", c.id("subnet", subnets, c.region, vpc*subnetsPerVPC+2*n+1))
			}
			c.w.flag("main", main)
			c.w.obj("associationState", func() { c.w.str("state", "associated") })
		})
		c.w.list("propagatingVgwSet", 0, nil)
		c.tagSet(routeTables, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeNetworkAcls(c *call) *fault {
	s, w, f := c.ec2Page(networkACLKind, c.ofVPC(same))
	if f != nil {
		return f
	}
	c.w.list("networkAclSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		id := c.id("acl", networkACLs, c.region, i)
		c.w.str("networkAclId", id)
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, i))
		c.w.str("ownerId", c.number)
		c.w.flag("default", true)
		c.w.list("entrySet", 4, func(n int) {
			c.w.num("ruleNumber", map[bool]int{true: 100, false: 32767}[n%2 == 0])
			c.w.str("protocol", "-1")
			c.w.str("ruleAction", map[bool]string{true: "allow", false: "deny"}[n%2 == 0])
			c.w.flag("egress", n < 2)
			c.w.str("cidrBlock", "0.0.0.0/0")
		})
		c.w.list("associationSet", subnetsPerVPC, func(n int) {
			c.w.str("networkAclAssociationId", c.id("aclassoc", subnets, c.region, i*subnetsPerVPC+n))
			c.w.str("networkAclId", id)
			c.w.str("subnetId", c.id("subnet", subnets, c.region, i*subnetsPerVPC+n))
		})
		c.tagSet(networkACLs, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeInternetGateways(c *call) *fault {
	s, w, f := c.ec2Page(gatewayKind, c.ofVPC(same))
	if f != nil {
		return f
	}
	c.w.list("internetGatewaySet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("internetGatewayId", c.id("igw", gateways, c.region, i))
		c.w.str("ownerId", c.number)
		c.w.list("attachmentSet", 1, func(int) {
			c.w.str("vpcId", c.id("vpc", vpcs, c.region, i))
			c.w.str("state", "available")
		})
		c.tagSet(gateways, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeNatGateways(c *call) *fault {
	s, w, f := c.ec2Page(natKind, func(i int, name string) ([]string, bool) {
		if name == "state" {
			return []string{"available"}, true
		}
		return c.ofVPC(func(i int) int { return i + 1 })(i, name)
	})
	if f != nil {
		return f
	}
	c.w.list("natGatewaySet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("natGatewayId", c.id("nat", natGateways, c.region, i))
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, i+1))
		c.w.str("subnetId", c.id("subnet", subnets, c.region, natSubnet(i)))
		c.w.str("state", "available")
		c.w.str("connectivityType", "public")
		c.w.time("createTime", c.daysAgo(natGateways, c.region, i, 1, 900))
		c.w.list("natGatewayAddressSet", 1, func(int) {
			if i < c.count(addresses, c.region) {
				c.w.str("allocationId", c.id("eipalloc", addresses, c.region, i))
				c.w.str("associationId", c.id("eipassoc", addresses, c.region, i))
				c.w.str("publicIp", c.publicAddress(addresses, c.region, i))
			}
			c.w.str("networkInterfaceId", c.id("eni", interfaces, c.region, c.natInterface(c.region, i)))
			c.w.str("privateIp", addressIn(natSubnet(i), 3000+c.natInterface(c.region, i)%1000))
			c.w.flag("isPrimary", true)
			c.w.str("status", "succeeded")
		})
		c.tagSet(natGateways, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeDhcpOptions(c *call) *fault {
	c.w.list("dhcpOptionsSet", 1, func(int) {
		c.w.str("dhcpOptionsId", c.id("dopt", details, c.region, 0))
		c.w.str("ownerId", c.number)
		c.w.list("dhcpConfigurationSet", 1, func(int) {
			c.w.str("key", "domain-name-servers")
			c.w.list("valueSet", 1, func(int) { c.w.str("value", "AmazonProvidedDNS") })
		})
		c.w.list("tagSet", 0, nil)
	})
	return nil
}
