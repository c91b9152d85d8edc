package large

// What moves through the network: interfaces, addresses, endpoints, flow logs.

var interfaceKind = ec2Kind{kind: interfaces, prefix: "eni", ids: "NetworkInterfaceId", idFilter: "network-interface-id",
	missing: "InvalidNetworkInterfaceID.NotFound", pages: ec2Pages(5, 1000), exclusive: true}

// The first interfaces of a region are those of its instances; then come two
// for each of its load balancers, and one for each of its NAT gateways.

// interfaceOf is the instance, the balancer or the NAT gateway that has an
// interface, with its kind.
func (a *account) interfaceOf(region, i int) (kind, int) {
	if i < a.count(instances, region) {
		return instances, i
	}
	i -= a.count(instances, region)
	if i < 2*a.count(balancers, region) {
		return balancers, i / 2
	}
	return natGateways, i - 2*a.count(balancers, region)
}

func (a *account) natInterface(region, nat int) int {
	return a.count(instances, region) + 2*a.count(balancers, region) + nat
}

func natSubnet(nat int) int { return (nat + 1) * subnetsPerVPC }

func (c *call) interfaceSubnet(i int) int {
	switch k, n := c.interfaceOf(c.region, i); k {
	case balancers:
		return c.balancerVPC(c.region, n)*subnetsPerVPC + i%2*2
	case natGateways:
		return natSubnet(n)
	default:
		return c.instance(c.region, n).subnet
	}
}

func (c *call) interfaceGroups(i int) []int {
	switch k, n := c.interfaceOf(c.region, i); k {
	case balancers:
		return c.balancerGroups(c.region, n)
	case natGateways:
		return nil
	default:
		return c.instance(c.region, n).groups
	}
}

func (c *call) interfaceValues(i int, name string) ([]string, bool) {
	switch name {
	case "subnet-id":
		return []string{c.id("subnet", subnets, c.region, c.interfaceSubnet(i))}, true
	case "vpc-id":
		return []string{c.id("vpc", vpcs, c.region, c.interfaceSubnet(i)/subnetsPerVPC)}, true
	case "attachment.instance-id":
		if i < c.count(instances, c.region) {
			return []string{c.id("i", instances, c.region, i)}, true
		}
		return nil, true
	case "status":
		return []string{"in-use"}, true
	case "group-id":
		return c.ids("sg", securityGroups, c.interfaceGroups(i)), true
	}
	return nil, false
}

func describeNetworkInterfaces(c *call) *fault {
	s, w, f := c.ec2Page(interfaceKind, c.interfaceValues)
	if f != nil {
		return f
	}
	c.w.b = append(make([]byte, 0, 1024+(w.to-w.from)*1900), c.w.b...)
	c.w.list("networkInterfaceSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		if k, _ := c.interfaceOf(c.region, i); k != instances {
			c.writeServiceInterface(i)
			return
		}
		one := c.instance(c.region, i)
		c.w.str("availabilityZone", zone(c.region, one.subnet))
		c.w.str("requesterId", "")
		c.w.flag("requesterManaged", false)
		c.writeInstanceInterface(one, true)
	})
	c.next("nextToken", w)
	return nil
}

// writeServiceInterface writes an interface that a balancer or a NAT gateway has.
func (c *call) writeServiceInterface(i int) {
	w, r := c.w, c.region
	k, n := c.interfaceOf(r, i)
	subnet := c.interfaceSubnet(i)
	id := c.id("eni", interfaces, r, i)
	ip := addressIn(subnet, 3000+i%1000)
	w.str("networkInterfaceId", id)
	w.str("subnetId", c.id("subnet", subnets, r, subnet))
	w.str("vpcId", c.id("vpc", vpcs, r, subnet/subnetsPerVPC))
	w.str("availabilityZone", zone(r, subnet))
	w.str("ownerId", c.number)
	w.flag("requesterManaged", true)
	w.str("status", "in-use")
	w.str("macAddress", macAddress(id))
	w.str("privateIpAddress", ip)
	c.groupSet("groupSet", c.interfaceGroups(i))
	requester := "amazon-elb"
	if k == natGateways {
		requester = "amazon-aws"
		w.str("description", "Interface for NAT Gateway "+c.id("nat", natGateways, r, n))
		w.str("interfaceType", "nat_gateway")
		w.flag("sourceDestCheck", false)
		if n < c.count(addresses, r) {
			w.obj("association", func() { c.writeAllocation(n) })
		}
	} else {
		w.str("description", "ELB "+c.balancerPath(r, n))
		w.str("interfaceType", "interface")
		w.flag("sourceDestCheck", true)
	}
	w.str("requesterId", requester)
	w.obj("attachment", func() {
		w.str("attachmentId", c.id("ela-attach", interfaces, r, i))
		w.str("instanceOwnerId", requester)
		w.num("deviceIndex", 1)
		w.str("status", "attached")
		w.flag("deleteOnTermination", false)
	})
	w.list("privateIpAddressesSet", 1, func(int) {
		w.str("privateIpAddress", ip)
		w.flag("primary", true)
	})
	w.list("ipv6AddressesSet", 0, nil)
	w.list("tagSet", 0, nil)
}

// writeAllocation writes what an interface says of the Elastic IP that it has.
func (c *call) writeAllocation(address int) {
	ip := c.publicAddress(addresses, c.region, address)
	c.w.str("allocationId", c.id("eipalloc", addresses, c.region, address))
	c.w.str("associationId", c.id("eipassoc", addresses, c.region, address))
	c.w.str("ipOwnerId", c.number)
	c.w.str("publicIp", ip)
	c.w.str("publicDnsName", publicName(ip, c.region))
}

// instanceAddress says whether an instance has the Elastic IP of its number. A
// NAT gateway has each of the first; of the others every second is an
// instance's and the rest are nobody's.
func (a *account) instanceAddress(region, i int) bool {
	return i >= a.count(natGateways, region) && i%2 == 0 && i < a.count(addresses, region)
}

// addressInterface is the interface that has an Elastic IP.
func (a *account) addressInterface(region, address int) (int, bool) {
	switch {
	case address < a.count(natGateways, region):
		return a.natInterface(region, address), true
	case a.instanceAddress(region, address) && address < a.count(instances, region):
		return address, true
	}
	return 0, false
}

func describeAddresses(c *call) *fault {
	s, w, f := c.ec2Page(addressKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "domain":
			return []string{"vpc"}, true
		case "public-ip":
			return []string{c.publicAddress(addresses, c.region, i)}, true
		case "network-interface-id":
			if eni, ok := c.addressInterface(c.region, i); ok {
				return []string{c.id("eni", interfaces, c.region, eni)}, true
			}
			return nil, true
		}
		return nil, false
	})
	if f != nil {
		return f
	}
	c.w.list("addressesSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("allocationId", c.id("eipalloc", addresses, c.region, i))
		c.w.str("publicIp", c.publicAddress(addresses, c.region, i))
		c.w.str("domain", "vpc")
		c.w.str("publicIpv4Pool", "amazon")
		c.w.str("networkBorderGroup", c.regionName())
		if eni, ok := c.addressInterface(c.region, i); ok {
			c.w.str("associationId", c.id("eipassoc", addresses, c.region, i))
			c.w.str("networkInterfaceId", c.id("eni", interfaces, c.region, eni))
			c.w.str("networkInterfaceOwnerId", c.number)
			if k, n := c.interfaceOf(c.region, eni); k == instances {
				c.w.str("instanceId", c.id("i", instances, c.region, n))
			}
		}
		c.tagSet(addresses, i)
	})
	return nil
}

func describeFlowLogs(c *call) *fault {
	s, w, f := c.ec2Page(flowLogKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "resource-id":
			return []string{c.id("vpc", vpcs, c.region, i%c.count(vpcs, c.region))}, true
		case "traffic-type":
			return []string{"ALL"}, true
		}
		return nil, false
	})
	if f != nil {
		return f
	}
	c.w.list("flowLogSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("flowLogId", c.id("fl", flowLogs, c.region, i))
		c.w.str("resourceId", c.id("vpc", vpcs, c.region, i%c.count(vpcs, c.region)))
		c.w.str("flowLogStatus", "ACTIVE")
		c.w.str("deliverLogsStatus", "SUCCESS")
		c.w.str("trafficType", "ALL")
		c.w.str("logDestinationType", "s3")
		c.w.str("logDestination", "arn:aws:s3:::"+c.bucketName(0))
		c.w.str("logFormat", "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${action}")
		c.w.num("maxAggregationInterval", 600)
		c.w.time("creationTime", c.daysAgo(flowLogs, c.region, i, 1, 600))
		c.tagSet(flowLogs, i)
	})
	c.next("nextToken", w)
	return nil
}

func describeVpcEndpoints(c *call) *fault {
	vpc := func(i int) int { return i % c.count(vpcs, c.region) }
	s, w, f := c.ec2Page(endpointKind, c.ofVPC(vpc))
	if f != nil {
		return f
	}
	c.w.list("vpcEndpointSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("vpcEndpointId", c.id("vpce", endpoints, c.region, i))
		c.w.str("vpcEndpointType", "Gateway")
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, vpc(i)))
		c.w.str("serviceName", "com.amazonaws."+c.regionName()+"."+[]string{"s3", "dynamodb"}[c.roll(endpoints, c.region, i, 1, 2)])
		c.w.str("state", "available")
		c.w.str("policyDocument", `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`)
		c.w.strs("routeTableIdSet", c.id("rtb", routeTables, c.region, 2*vpc(i)))
		c.w.list("subnetIdSet", 0, nil)
		c.w.list("groupSet", 0, nil)
		c.w.flag("privateDnsEnabled", false)
		c.w.flag("requesterManaged", false)
		c.w.list("networkInterfaceIdSet", 0, nil)
		c.w.time("creationTimestamp", c.daysAgo(endpoints, c.region, i, 2, 600))
		c.w.str("ownerId", c.number)
		c.tagSet(endpoints, i)
	})
	c.next("nextToken", w)
	return nil
}
