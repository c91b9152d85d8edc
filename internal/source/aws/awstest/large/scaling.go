package large

func autoScalingOperations() operations {
	own := operations{
		"DescribeAutoScalingGroups": describeAutoScalingGroups,
		"DescribeTags": func(c *call) *fault {
			c.w.list("Tags", 0, nil)
			return nil
		},
	}
	return own.none("DescribeLaunchConfigurations", "DescribePolicies", "DescribeNotificationConfigurations",
		"DescribeScheduledActions", "DescribeLifecycleHooks", "DescribeAutoScalingInstances", "DescribeLoadBalancers",
		"DescribeLoadBalancerTargetGroups", "DescribeAccountLimits", "DescribeScalingActivities", "DescribeWarmPool", "DescribeTrafficSources")
}

func describeAutoScalingGroups(c *call) *fault {
	w, f := c.page(queryPages, c.count(scalingGroups, c.region))
	if f != nil {
		return f
	}
	c.w.list("AutoScalingGroups", w.to-w.from, func(n int) {
		i, r := w.from+n, c.region
		name := c.name(scalingGroups, r, i)
		vpc := i % c.count(vpcs, r)
		c.w.str("AutoScalingGroupName", name)
		c.w.str("AutoScalingGroupARN", c.arn("autoscaling", r, "autoScalingGroup:"+c.uuid(scalingGroups, r, i)+":autoScalingGroupName/"+name))
		if templates := c.count(launchTemplates, r); templates > 0 {
			c.w.obj("LaunchTemplate", func() {
				c.w.str("LaunchTemplateId", c.id("lt", launchTemplates, r, i%templates))
				c.w.str("LaunchTemplateName", c.name(launchTemplates, r, i%templates))
				c.w.str("Version", "$Latest")
			})
		}
		c.w.num("MinSize", 1)
		c.w.num("MaxSize", 10)
		c.w.num("DesiredCapacity", 2)
		c.w.num("DefaultCooldown", 300)
		zones := 1 + c.roll(scalingGroups, r, i, 1, 3)
		names := make([]string, zones)
		for z := range names {
			names[z] = zone(r, z)
		}
		c.w.strs("AvailabilityZones", names...)
		if c.chance(scalingGroups, r, i, 2, 60) && c.count(balancers, r) > 0 {
			c.w.strs("TargetGroupARNs", c.targetGroupARN(r, i%c.count(targetGroups, r)))
			c.w.str("HealthCheckType", "ELB")
		} else {
			c.w.strs("TargetGroupARNs")
			c.w.str("HealthCheckType", "EC2")
		}
		c.w.num("HealthCheckGracePeriod", 300)
		c.w.time("CreatedTime", c.daysAgo(scalingGroups, r, i, 3, 900))
		c.w.str("VPCZoneIdentifier", c.id("subnet", subnets, r, vpc*subnetsPerVPC))
		tags := c.tags(scalingGroups, r, i)
		c.w.list("Tags", len(tags), func(n int) {
			c.w.str("ResourceId", name)
			c.w.str("ResourceType", "auto-scaling-group")
			c.w.str("Key", tags[n].key)
			c.w.str("Value", tags[n].value)
			c.w.flag("PropagateAtLaunch", true)
		})
		c.w.strs("TerminationPolicies", "Default")
		c.w.flag("NewInstancesProtectedFromScaleIn", false)
	})
	c.next("NextToken", w)
	return nil
}

func cloudFormationOperations() operations {
	own := operations{
		"DescribeStacks": describeStacks,
		"ListStacks":     listStacks,
		"GetStackPolicy": nothing,
	}
	return own.none("ListStackSets", "ListExports", "ListTypes", "DescribeAccountLimits", "DescribeStackResources", "ListStackResources")
}

// stackPages: CloudFormation gives a hundred at a time and takes no size.
var stackPages = paging{token: "NextToken", normal: 100, badToken: "ValidationError"}

func (c *call) stackARN(i int) string {
	return c.arn("cloudformation", c.region, "stack/"+c.name(stacks, c.region, i)+"/"+c.uuid(stacks, c.region, i))
}

func (c *call) stackStatus(i int) string {
	return pickOf(c.account, stacks, c.region, i, 1, []string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})
}

func describeStacks(c *call) *fault {
	s := selection{n: c.count(stacks, c.region), all: true}
	if name := c.str("StackName"); name != "" {
		found := false
		for i := range s.n {
			if found = c.name(stacks, c.region, i) == name || c.stackARN(i) == name; found {
				s = selection{n: 1, some: []int{i}}
				break
			}
		}
		if !found {
			return faultf(400, "ValidationError", "Stack with id "+name+" does not exist")
		}
	}
	w, f := c.page(stackPages, s.n)
	if f != nil {
		return f
	}
	c.w.list("Stacks", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		c.w.str("StackId", c.stackARN(i))
		c.w.str("StackName", c.name(stacks, c.region, i))
		c.w.time("CreationTime", c.daysAgo(stacks, c.region, i, 2, 1200))
		c.w.str("StackStatus", c.stackStatus(i))
		c.w.flag("DisableRollback", false)
		c.w.flag("EnableTerminationProtection", c.chance(stacks, c.region, i, 3, 35))
		c.w.strs("NotificationARNs")
		c.w.obj("DriftInformation", func() { c.w.str("StackDriftStatus", "NOT_CHECKED") })
		c.w.tags("Tags", "Key", "Value", c.tags(stacks, c.region, i))
	})
	c.next("NextToken", w)
	return nil
}

func listStacks(c *call) *fault {
	w, f := c.page(stackPages, c.count(stacks, c.region))
	if f != nil {
		return f
	}
	c.w.list("StackSummaries", w.to-w.from, func(n int) {
		i := w.from + n
		c.w.str("StackId", c.stackARN(i))
		c.w.str("StackName", c.name(stacks, c.region, i))
		c.w.time("CreationTime", c.daysAgo(stacks, c.region, i, 2, 1200))
		c.w.str("StackStatus", c.stackStatus(i))
	})
	c.next("NextToken", w)
	return nil
}
