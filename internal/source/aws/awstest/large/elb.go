package large

import (
	"net/http"
	"strconv"
	"strings"
)

// elbOperations are those of application and network load balancers. Of classic
// ones the account has none.
func elbOperations() operations {
	own := operations{
		"DescribeLoadBalancers":          describeLoadBalancers,
		"DescribeLoadBalancerAttributes": describeLoadBalancerAttributes,
		"DescribeListeners":              describeListeners,
		"DescribeListenerAttributes":     nothing,
		"DescribeListenerCertificates":   describeListenerCertificates,
		"DescribeRules":                  describeRules,
		"DescribeTargetGroups":           describeTargetGroups,
		"DescribeTargetGroupAttributes":  describeTargetGroupAttributes,
		"DescribeTargetHealth":           describeTargetHealth,
		"DescribeTags":                   describeBalancerTags,
		"DescribeSSLPolicies":            describeSSLPolicies,
		"DescribeAccountLimits":          nothing,
	}
	return own.none("DescribeTrustStores", "DescribeCapacityReservation")
}

func classicOperations() operations {
	return operations{}.none("DescribeLoadBalancers", "DescribeLoadBalancerPolicies", "DescribeTags", "DescribeAccountLimits")
}

// network is true of the balancers that are network load balancers.
func (a *account) network(region, i int) bool { return a.chance(balancers, region, i, 1, 25) }

func (a *account) balancerVPC(region, i int) int { return i % a.count(vpcs, region) }

func (a *account) balancerGroups(region, i int) []int {
	if a.network(region, i) {
		return nil
	}
	all := a.groupsOf(region, a.balancerVPC(region, i))
	return all[:1]
}

// balancerPath is the part of a balancer's ARN by which its interfaces and
// metrics name it.
func (a *account) balancerPath(region, i int) string {
	kind := "app"
	if a.network(region, i) {
		kind = "net"
	}
	return kind + "/" + a.name(balancers, region, i) + "/" + a.hex32(balancers, region, i)[:16]
}

func (a *account) balancerARN(region, i int) string {
	return a.arn("elasticloadbalancing", region, "loadbalancer/"+a.balancerPath(region, i))
}

// Every balancer has a listener and a group of targets for each of two ports:
// those of balancer i are 2i and 2i+1.

func (a *account) listenerARN(region, i int) string {
	return a.arn("elasticloadbalancing", region, "listener/"+a.balancerPath(region, i/2)+"/"+a.hex32(listeners, region, i)[:16])
}

func (a *account) targetGroupName(region, i int) string {
	return a.name(balancers, region, i/2) + "-" + strconv.Itoa(i%2)
}

func (a *account) targetGroupARN(region, i int) string {
	return a.arn("elasticloadbalancing", region, "targetgroup/"+a.targetGroupName(region, i)+"/"+a.hex32(targetGroups, region, i)[:16])
}

// balancerOf finds the balancer of an ARN (of its own, of a listener).
func (c *call) balancerOf(arn string) (int, bool) {
	parts := strings.Split(arn, "/")
	if len(parts) < 4 {
		return 0, false
	}
	i, ok := c.numbered(parts[2], balancers, c.region)
	return i, ok && parts[3] == c.hex32(balancers, c.region, i)[:16]
}

func (c *call) listenerOf(arn string) (int, bool) {
	b, ok := c.balancerOf(arn)
	if !ok {
		return 0, false
	}
	for i := 2 * b; i < 2*b+2; i++ {
		if c.listenerARN(c.region, i) == arn {
			return i, true
		}
	}
	return 0, false
}

func (c *call) targetGroupOf(arn string) (int, bool) {
	parts := strings.Split(arn, "/")
	if len(parts) != 3 {
		return 0, false
	}
	name, side, _ := cutLast(parts[1], "-")
	b, ok := c.numbered(name, balancers, c.region)
	i := 2 * b
	if side == "1" {
		i++
	}
	return i, ok && c.targetGroupARN(c.region, i) == arn
}

func cutLast(s, sep string) (before, after string, found bool) {
	at := strings.LastIndex(s, sep)
	if at < 0 {
		return s, "", false
	}
	return s[:at], s[at+len(sep):], true
}

func balancerNotFound(arn string) *fault {
	return faultf(http.StatusBadRequest, "LoadBalancerNotFound", "Load balancers '["+arn+"]' not found")
}

// arnList selects things by the ARNs of a parameter, or all.
func (c *call) arnList(param string, k kind, find func(string) (int, bool), missing func(string) *fault) (selection, *fault) {
	arns := c.strs(param)
	if len(arns) == 0 {
		return selection{n: c.count(k, c.region), all: true}, nil
	}
	s := selection{}
	for _, arn := range arns {
		i, ok := find(arn)
		if !ok {
			return s, missing(arn)
		}
		s.some = append(s.some, i)
	}
	s.n = len(s.some)
	return s, nil
}

func describeLoadBalancers(c *call) *fault {
	s, f := c.arnList("LoadBalancerArns", balancers, c.balancerOf, balancerNotFound)
	if names := c.strs("Names"); f == nil && len(names) > 0 {
		s, f = c.arnList("Names", balancers, func(name string) (int, bool) { return c.numbered(name, balancers, c.region) }, balancerNotFound)
	}
	if f != nil {
		return f
	}
	w, f := c.page(elbPages, s.n)
	if f != nil {
		return f
	}
	c.w.list("LoadBalancers", w.to-w.from, func(n int) { c.writeBalancer(s.at(w.from + n)) })
	c.next("NextMarker", w)
	return nil
}

func (c *call) writeBalancer(i int) {
	w, r := c.w, c.region
	vpc := c.balancerVPC(r, i)
	internal := c.chance(balancers, r, i, 2, 45)
	w.str("LoadBalancerArn", c.balancerARN(r, i))
	w.str("LoadBalancerName", c.name(balancers, r, i))
	w.str("DNSName", c.name(balancers, r, i)+"-"+strconv.Itoa(i)+"."+c.regionName()+".elb.amazonaws.com")
	w.str("CanonicalHostedZoneId", "Z35SXDOTRQ7X7K")
	w.time("CreatedTime", c.daysAgo(balancers, r, i, 3, 1200))
	w.str("Scheme", map[bool]string{true: "internal", false: "internet-facing"}[internal])
	w.str("VpcId", c.id("vpc", vpcs, r, vpc))
	w.obj("State", func() { w.str("Code", "active") })
	w.str("Type", map[bool]string{true: "network", false: "application"}[c.network(r, i)])
	w.str("IpAddressType", "ipv4")
	w.list("AvailabilityZones", 2, func(n int) {
		subnet := vpc*subnetsPerVPC + 2*n
		w.str("ZoneName", zone(r, subnet))
		w.str("SubnetId", c.id("subnet", subnets, r, subnet))
		w.list("LoadBalancerAddresses", 0, nil)
	})
	w.strs("SecurityGroups", c.ids("sg", securityGroups, c.balancerGroups(r, i))...)
}

func describeLoadBalancerAttributes(c *call) *fault {
	i, ok := c.balancerOf(c.str("LoadBalancerArn"))
	if !ok {
		return balancerNotFound(c.str("LoadBalancerArn"))
	}
	logs := c.chance(balancers, c.region, i, 4, 60)
	list := []pair{
		{"deletion_protection.enabled", strconv.FormatBool(c.chance(balancers, c.region, i, 5, 50))},
		{"access_logs.s3.enabled", strconv.FormatBool(logs)},
		{"access_logs.s3.bucket", map[bool]string{true: c.bucketName(0), false: ""}[logs]},
		{"load_balancing.cross_zone.enabled", "true"},
	}
	if !c.network(c.region, i) {
		list = append(list,
			pair{"idle_timeout.timeout_seconds", "60"},
			pair{"routing.http2.enabled", "true"},
			pair{"routing.http.drop_invalid_header_fields.enabled", strconv.FormatBool(c.chance(balancers, c.region, i, 6, 40))},
			pair{"routing.http.desync_mitigation_mode", "defensive"},
			pair{"waf.fail_open.enabled", "false"})
	}
	c.w.tags("Attributes", "Key", "Value", list)
	return nil
}

func describeListeners(c *call) *fault {
	var s selection
	if arn := c.str("LoadBalancerArn"); arn != "" {
		b, ok := c.balancerOf(arn)
		if !ok {
			return balancerNotFound(arn)
		}
		s = selection{n: 2, some: []int{2 * b, 2*b + 1}}
	} else {
		var f *fault
		s, f = c.arnList("ListenerArns", listeners, c.listenerOf, func(arn string) *fault {
			return faultf(http.StatusBadRequest, "ListenerNotFound", "One or more listeners not found")
		})
		if f != nil {
			return f
		}
		if s.all {
			return faultf(http.StatusBadRequest, "ValidationError", "You must specify either listener ARNs or a load balancer ARN")
		}
	}
	w, f := c.page(elbPages, s.n)
	if f != nil {
		return f
	}
	c.w.list("Listeners", w.to-w.from, func(n int) { c.writeListener(s.at(w.from + n)) })
	c.next("NextMarker", w)
	return nil
}

// writeListener: the first listener of a balancer is plain and sends to the
// second, which has TLS. A network load balancer has TCP on both.
func (c *call) writeListener(i int) {
	w, r := c.w, c.region
	tls := i%2 == 1 && !c.network(r, i/2)
	w.str("ListenerArn", c.listenerARN(r, i))
	w.str("LoadBalancerArn", c.balancerARN(r, i/2))
	w.num("Port", []int{80, 443}[i%2])
	switch {
	case c.network(r, i/2):
		w.str("Protocol", "TCP")
	case tls:
		w.str("Protocol", "HTTPS")
		w.str("SslPolicy", pickOf(c.account, listeners, r, i, 1, []string{"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"}))
		w.list("Certificates", 1, func(int) { w.str("CertificateArn", c.certificateARN(r, i)) })
	default:
		w.str("Protocol", "HTTP")
	}
	redirect := i%2 == 0 && !c.network(r, i/2) && c.chance(listeners, r, i, 2, 60)
	w.list("DefaultActions", 1, func(int) {
		if redirect {
			w.str("Type", "redirect")
			w.obj("RedirectConfig", func() {
				w.str("Protocol", "HTTPS")
				w.str("Port", "443")
				w.str("StatusCode", "HTTP_301")
			})
			return
		}
		w.str("Type", "forward")
		w.str("TargetGroupArn", c.targetGroupARN(r, i))
	})
}

func describeListenerCertificates(c *call) *fault {
	i, ok := c.listenerOf(c.str("ListenerArn"))
	if !ok {
		return faultf(http.StatusBadRequest, "ListenerNotFound", "One or more listeners not found")
	}
	c.w.list("Certificates", i%2, func(int) {
		c.w.str("CertificateArn", c.certificateARN(c.region, i))
		c.w.flag("IsDefault", true)
	})
	return nil
}

func describeRules(c *call) *fault {
	i, ok := c.listenerOf(c.str("ListenerArn"))
	if !ok {
		return faultf(http.StatusBadRequest, "ListenerNotFound", "One or more listeners not found")
	}
	c.w.list("Rules", 1, func(int) {
		c.w.str("RuleArn", strings.Replace(c.listenerARN(c.region, i), "listener/", "listener-rule/", 1)+"/0000000000000000")
		c.w.str("Priority", "default")
		c.w.list("Conditions", 0, nil)
		c.w.list("Actions", 1, func(int) {
			c.w.str("Type", "forward")
			c.w.str("TargetGroupArn", c.targetGroupARN(c.region, i))
		})
		c.w.flag("IsDefault", true)
	})
	return nil
}

func describeSSLPolicies(c *call) *fault {
	names := []string{"ELBSecurityPolicy-TLS13-1-2-2021-06", "ELBSecurityPolicy-2016-08"}
	c.w.list("SslPolicies", len(names), func(i int) {
		c.w.str("Name", names[i])
		c.w.strs("SslProtocols", []string{"TLSv1.3", "TLSv1"}[i], "TLSv1.2")
		c.w.list("Ciphers", 0, nil)
	})
	return nil
}
