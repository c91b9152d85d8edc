package large

// What moves through the network: interfaces, addresses, endpoints, flow logs.

var interfaceKind = ec2Kind{kind: interfaces, prefix: "eni", ids: "NetworkInterfaceId", idFilter: "network-interface-id",
	missing: "InvalidNetworkInterfaceID.NotFound", pages: ec2Pages(5, 1000), exclusive: true}

// The first interfaces of a region are those of its instances; then come two
// for each of its load balancers.

func (c *call) interfaceSubnet(i int) int {
	if n := c.count(instances, c.region); i >= n {
		balancer := (i - n) / 2
		return c.balancerVPC(c.region, balancer)*subnetsPerVPC + i%2*2
	}
	return c.instance(c.region, i).subnet
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
		if i < c.count(instances, c.region) {
			return c.ids("sg", securityGroups, c.instance(c.region, i).groups), true
		}
		return c.ids("sg", securityGroups, c.balancerGroups(c.region, (i-c.count(instances, c.region))/2)), true
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
		if i < c.count(instances, c.region) {
			one := c.instance(c.region, i)
			c.w.str("availabilityZone", zone(c.region, one.subnet))
			c.w.str("requesterId", "")
			c.w.flag("requesterManaged", false)
			c.writeInstanceInterface(one)
			return
		}
		c.writeBalancerInterface(i)
	})
	c.next("nextToken", w)
	return nil
}

func (c *call) writeBalancerInterface(i int) {
	w, r := c.w, c.region
	balancer := (i - c.count(instances, r)) / 2
	subnet := c.interfaceSubnet(i)
	id := c.id("eni", interfaces, r, i)
	ip := addressIn(subnet, 3000+i%1000)
	w.str("networkInterfaceId", id)
	w.str("subnetId", c.id("subnet", subnets, r, subnet))
	w.str("vpcId", c.id("vpc", vpcs, r, subnet/subnetsPerVPC))
	w.str("availabilityZone", zone(r, subnet))
	w.str("description", "ELB "+c.balancerPath(r, balancer))
	w.str("ownerId", c.number)
	w.str("requesterId", "amazon-elb")
	w.flag("requesterManaged", true)
	w.str("status", "in-use")
	w.str("macAddress", macAddress(id))
	w.str("privateIpAddress", ip)
	w.flag("sourceDestCheck", true)
	c.groupSet("groupSet", c.balancerGroups(r, balancer))
	w.obj("attachment", func() {
		w.str("attachmentId", c.id("ela-attach", interfaces, r, i))
		w.str("instanceOwnerId", "amazon-elb")
		w.num("deviceIndex", 1)
		w.str("status", "attached")
		w.flag("deleteOnTermination", false)
	})
	w.list("privateIpAddressesSet", 1, func(int) {
		w.str("privateIpAddress", ip)
		w.flag("primary", true)
	})
	w.list("ipv6AddressesSet", 0, nil)
	w.str("interfaceType", "interface")
	w.list("tagSet", 0, nil)
}

// describeAddresses: a NAT gateway has each of the first addresses; of the
// others every second belongs to nothing.
func describeAddresses(c *call) *fault {
	owner := func(i int) string {
		switch nats := c.count(natGateways, c.region); {
		case i < nats:
			return c.id("eni", details, c.region, i)
		case i%2 == 0 && c.count(instances, c.region) > 0:
			return c.id("eni", interfaces, c.region, i%c.count(instances, c.region))
		}
		return ""
	}
	s, w, f := c.ec2Page(addressKind, func(i int, name string) ([]string, bool) {
		switch name {
		case "domain":
			return []string{"vpc"}, true
		case "public-ip":
			return []string{c.publicAddress(addresses, c.region, i)}, true
		case "network-interface-id":
			return []string{owner(i)}, true
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
		if eni := owner(i); eni != "" {
			c.w.str("associationId", c.id("eipassoc", addresses, c.region, i))
			c.w.str("networkInterfaceId", eni)
			c.w.str("networkInterfaceOwnerId", c.number)
			if i >= c.count(natGateways, c.region) {
				c.w.str("instanceId", c.id("i", instances, c.region, i%c.count(instances, c.region)))
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
