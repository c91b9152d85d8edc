package large

func groupOperations() operations {
	return operations{
		"DescribeSecurityGroups":     describeSecurityGroups,
		"DescribeSecurityGroupRules": describeSecurityGroupRules,
	}
}

var groupKind = ec2Kind{kind: securityGroups, prefix: "sg", ids: "GroupId", idFilter: "group-id",
	missing: "InvalidGroup.NotFound", pages: ec2Pages(5, 1000)}

var groupRuleKind = ec2Kind{kind: groupRules, prefix: "sgr", ids: "SecurityGroupRuleId", idFilter: "security-group-rule-id",
	missing: "InvalidSecurityGroupRuleId.NotFound", pages: ec2Pages(5, 1000)}

// The first groups of a region are the default groups of its VPCs; the others
// are dealt out to the VPCs in turn.

func (a *account) groupVPC(region, group int) int { return group % a.count(vpcs, region) }

// groupsOf are the groups of one VPC.
func (a *account) groupsOf(region, vpc int) []int {
	var of []int
	for g := vpc; g < a.count(securityGroups, region); g += a.count(vpcs, region) {
		of = append(of, g)
	}
	return of
}

func (a *account) groupName(region, group int) string {
	if group < a.count(vpcs, region) {
		return "default"
	}
	return a.name(securityGroups, region, group)
}

// rulesPerGroup is how many rules each group has: three in and one out.
const rulesPerGroup = 4

type groupRule struct {
	egress   bool
	protocol string
	from, to int
	cidr     string // empty for a rule that names the group itself
	text     string
}

// rules are those of a group. Some let the internet in where it should not be.
func (a *account) rules(region, group int) [rulesPerGroup]groupRule {
	out := groupRule{egress: true, protocol: "-1", from: -1, to: -1, cidr: "0.0.0.0/0"}
	own := groupRule{protocol: "-1", from: -1, to: -1}
	inside := groupRule{protocol: "tcp", from: 0, to: 65535, cidr: "10.0.0.0/8", text: "from inside"}
	web := groupRule{protocol: "tcp", from: 443, to: 443, cidr: "0.0.0.0/0", text: "https"}
	switch a.roll(securityGroups, region, group, 1, 20) {
	case 0:
		web = groupRule{protocol: "tcp", from: 22, to: 22, cidr: "0.0.0.0/0", text: "ssh"}
	case 1:
		web = groupRule{protocol: "tcp", from: 3389, to: 3389, cidr: "0.0.0.0/0", text: "rdp"}
	case 2:
		web = groupRule{protocol: "tcp", from: 3306, to: 3306, cidr: "0.0.0.0/0", text: "mysql"}
	case 3, 4, 5, 6, 7, 8, 9, 10:
		web = groupRule{protocol: "tcp", from: 5432, to: 5432, cidr: "10.20.0.0/16", text: "postgres"}
	}
	return [rulesPerGroup]groupRule{own, inside, web, out}
}

func (c *call) groupValues(i int, name string) ([]string, bool) {
	switch name {
	case "vpc-id":
		return []string{c.id("vpc", vpcs, c.region, c.groupVPC(c.region, i))}, true
	case "group-name":
		return []string{c.groupName(c.region, i)}, true
	case "ip-permission.cidr":
		var cidrs []string
		for _, rule := range c.rules(c.region, i) {
			if !rule.egress && rule.cidr != "" {
				cidrs = append(cidrs, rule.cidr)
			}
		}
		return cidrs, true
	}
	return nil, false
}

func describeSecurityGroups(c *call) *fault {
	s, w, f := c.ec2Page(groupKind, c.groupValues)
	if f != nil {
		return f
	}
	c.w.list("securityGroupInfo", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		id := c.id("sg", securityGroups, c.region, i)
		c.w.str("ownerId", c.number)
		c.w.str("groupId", id)
		c.w.str("groupName", c.groupName(c.region, i))
		c.w.str("groupDescription", "allows what "+c.groupName(c.region, i)+" needs")
		c.w.str("vpcId", c.id("vpc", vpcs, c.region, c.groupVPC(c.region, i)))
		c.w.str("securityGroupArn", c.arn("ec2", c.region, "security-group/"+id))
		rules := c.rules(c.region, i)
		c.w.list("ipPermissions", rulesPerGroup-1, func(n int) { c.writePermission(i, rules[n]) })
		c.w.list("ipPermissionsEgress", 1, func(int) { c.writePermission(i, rules[rulesPerGroup-1]) })
		c.tagSet(securityGroups, i)
	})
	c.next("nextToken", w)
	return nil
}

func (c *call) writePermission(group int, r groupRule) {
	c.w.str("ipProtocol", r.protocol)
	if r.protocol != "-1" {
		c.w.num("fromPort", r.from)
		c.w.num("toPort", r.to)
	}
	c.w.list("groups", map[bool]int{true: 1}[r.cidr == ""], func(int) {
		c.w.str("userId", c.number)
		c.w.str("groupId", c.id("sg", securityGroups, c.region, group))
	})
	c.w.list("ipRanges", map[bool]int{true: 1}[r.cidr != ""], func(int) {
		c.w.str("cidrIp", r.cidr)
		if r.text != "" {
			c.w.str("description", r.text)
		}
	})
	c.w.list("ipv6Ranges", 0, nil)
	c.w.list("prefixListIds", 0, nil)
}

func describeSecurityGroupRules(c *call) *fault {
	s, w, f := c.ec2Page(groupRuleKind, func(i int, name string) ([]string, bool) {
		if name == "group-id" {
			return []string{c.id("sg", securityGroups, c.region, i/rulesPerGroup)}, true
		}
		return nil, false
	})
	if f != nil {
		return f
	}
	c.w.list("securityGroupRuleSet", w.to-w.from, func(n int) {
		i := s.at(w.from + n)
		group := i / rulesPerGroup
		r := c.rules(c.region, group)[i%rulesPerGroup]
		c.w.str("securityGroupRuleId", c.id("sgr", groupRules, c.region, i))
		c.w.str("groupId", c.id("sg", securityGroups, c.region, group))
		c.w.str("groupOwnerId", c.number)
		c.w.flag("isEgress", r.egress)
		c.w.str("ipProtocol", r.protocol)
		c.w.num("fromPort", r.from)
		c.w.num("toPort", r.to)
		if r.cidr != "" {
			c.w.str("cidrIpv4", r.cidr)
		} else {
			c.w.obj("referencedGroupInfo", func() {
				c.w.str("groupId", c.id("sg", securityGroups, c.region, group))
				c.w.str("userId", c.number)
			})
		}
		if r.text != "" {
			c.w.str("description", r.text)
		}
		c.w.list("tagSet", 0, nil)
	})
	c.next("nextToken", w)
	return nil
}

// groupSet writes the groups of an instance or an interface.
func (c *call) groupSet(name string, of []int) {
	c.w.list(name, len(of), func(n int) {
		c.w.str("groupId", c.id("sg", securityGroups, c.region, of[n]))
		c.w.str("groupName", c.groupName(c.region, of[n]))
	})
}
