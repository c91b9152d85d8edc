package large

import "net/http"

func describeTargetGroups(c *call) *fault {
	var s selection
	if arn := c.str("LoadBalancerArn"); arn != "" {
		b, ok := c.balancerOf(arn)
		if !ok {
			return balancerNotFound(arn)
		}
		s = selection{n: 2, some: []int{2 * b, 2*b + 1}}
	} else {
		var f *fault
		if s, f = c.arnList("TargetGroupArns", targetGroups, c.targetGroupOf, targetGroupNotFound); f != nil {
			return f
		}
	}
	w, f := c.page(elbPages, s.n)
	if f != nil {
		return f
	}
	c.w.list("TargetGroups", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("TargetGroupArn", c.targetGroupARN(c.region, i))
		c.w.str("TargetGroupName", c.targetGroupName(c.region, i))
		c.w.str("Protocol", map[bool]string{true: "TCP", false: "HTTP"}[c.network(c.region, i/2)])
		c.w.num("Port", 8080)
		c.w.str("VpcId", c.id("vpc", vpcs, c.region, c.balancerVPC(c.region, i/2)))
		c.w.str("HealthCheckProtocol", "HTTP")
		c.w.str("HealthCheckPort", "traffic-port")
		c.w.flag("HealthCheckEnabled", true)
		c.w.num("HealthCheckIntervalSeconds", 30)
		c.w.num("HealthCheckTimeoutSeconds", 5)
		c.w.num("HealthyThresholdCount", 5)
		c.w.num("UnhealthyThresholdCount", 2)
		c.w.str("HealthCheckPath", "/health")
		c.w.obj("Matcher", func() { c.w.str("HttpCode", "200") })
		c.w.strs("LoadBalancerArns", c.balancerARN(c.region, i/2))
		c.w.str("TargetType", "instance")
		c.w.str("IpAddressType", "ipv4")
	})
	c.next("NextMarker", w)
	return nil
}

func targetGroupNotFound(string) *fault {
	return faultf(http.StatusBadRequest, "TargetGroupNotFound", "One or more target groups not found")
}

func describeTargetGroupAttributes(c *call) *fault {
	if _, ok := c.targetGroupOf(c.str("TargetGroupArn")); !ok {
		return targetGroupNotFound("")
	}
	c.w.tags("Attributes", "Key", "Value", []pair{
		{"stickiness.enabled", "false"}, {"deregistration_delay.timeout_seconds", "300"}, {"load_balancing.algorithm.type", "round_robin"},
	})
	return nil
}

func describeTargetHealth(c *call) *fault {
	i, ok := c.targetGroupOf(c.str("TargetGroupArn"))
	if !ok {
		return targetGroupNotFound("")
	}
	n := min(c.roll(targetGroups, c.region, i, 1, 4), c.count(instances, c.region))
	c.w.list("TargetHealthDescriptions", n, func(n int) {
		c.w.obj("Target", func() {
			c.w.str("Id", c.id("i", instances, c.region, (i+n*17)%c.count(instances, c.region)))
			c.w.num("Port", 8080)
		})
		c.w.str("HealthCheckPort", "8080")
		c.w.obj("TargetHealth", func() { c.w.str("State", "healthy") })
	})
	return nil
}

// describeBalancerTags answers for up to 20 ARNs at a time.
func describeBalancerTags(c *call) *fault {
	arns := c.strs("ResourceArns")
	if len(arns) > 20 {
		return faultf(http.StatusBadRequest, "ValidationError", "A maximum of 20 resource ARNs can be described at a time")
	}
	c.w.list("TagDescriptions", len(arns), func(n int) {
		var tags []pair
		if i, ok := c.balancerOf(arns[n]); ok {
			tags = c.tags(balancers, c.region, i)
		} else if i, ok := c.targetGroupOf(arns[n]); ok {
			tags = c.tags(targetGroups, c.region, i)
		}
		c.w.str("ResourceArn", arns[n])
		c.w.tags("Tags", "Key", "Value", tags)
	})
	return nil
}
