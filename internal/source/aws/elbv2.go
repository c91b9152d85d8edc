package aws

import (
	"context"
	"strings"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

const balancerType = "AWS::ElasticLoadBalancingV2::LoadBalancer"

// Elastic Load Balancing: Application, Network and Gateway Load Balancers and
// their target groups. Listeners and rules are in elbv2_listeners.go.
var elbv2Collectors = []collector{
	{
		service: "elbv2",
		types: []emits{{
			typ: balancerType,
			gives: "CanonicalHostedZoneID DNSName EnablePrefixForIpv6SourceNat EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic " +
				"IpAddressType Ipv4IpamPoolId LoadBalancerArn LoadBalancerFullName LoadBalancerName Name Scheme SecurityGroups " +
				"SubnetMappings Subnets Type " +
				// of the overlay
				"AvailabilityZones CustomerOwnedIpv4Pool State VpcId",
			tagged: "elasticloadbalancing:loadbalancer",
		}},
		calls: "elasticloadbalancing:DescribeLoadBalancers",
		read:  readBalancers,
		parts: []part{
			{
				gives: "LoadBalancerAttributes",
				calls: "elasticloadbalancing:DescribeLoadBalancerAttributes",
				read:  readBalancerAttributes,
			},
			{
				gives: "MinimumLoadBalancerCapacity",
				calls: "elasticloadbalancing:DescribeCapacityReservation",
				read:  readBalancerCapacity,
			},
		},
	},
	listenerCollector,
	{
		service: "elbv2",
		types: []emits{{
			typ: "AWS::ElasticLoadBalancingV2::TargetGroup",
			gives: "HealthCheckEnabled HealthCheckIntervalSeconds HealthCheckPath HealthCheckPort HealthCheckProtocol " +
				"HealthCheckTimeoutSeconds HealthyThresholdCount IpAddressType LoadBalancerArns Matcher Name Port Protocol " +
				"ProtocolVersion TargetControlPort TargetGroupArn TargetGroupFullName TargetGroupName TargetType " +
				"UnhealthyThresholdCount VpcId",
			tagged: "elasticloadbalancing:targetgroup",
		}},
		calls: "elasticloadbalancing:DescribeTargetGroups",
		read:  readTargetGroups,
		parts: []part{
			{
				gives: "TargetGroupAttributes",
				calls: "elasticloadbalancing:DescribeTargetGroupAttributes",
				read:  readTargetGroupAttributes,
			},
			{
				gives: "Targets TargetHealthDescriptions",
				calls: "elasticloadbalancing:DescribeTargetHealth",
				read:  readTargetHealth,
			},
		},
	},
}

// balancers are all of the scope's region: their listeners are asked for one
// by one.
func balancers(ctx context.Context, s *scope) ([]types.LoadBalancer, error) {
	return once(s.session, "elbv2:DescribeLoadBalancers "+s.region, func() ([]types.LoadBalancer, error) {
		var list []types.LoadBalancer
		pages := elbv2.NewDescribeLoadBalancersPaginator(elbv2.NewFromConfig(s.cfg), &elbv2.DescribeLoadBalancersInput{PageSize: ptr(int32(400))})
		err := each(ctx, pages, func(page *elbv2.DescribeLoadBalancersOutput) { list = append(list, page.LoadBalancers...) })
		return list, err
	})
}

func readBalancers(ctx context.Context, s *scope) error {
	list, err := balancers(ctx, s)
	for i := range list {
		b := &list[i]
		var subnets []string
		var mappings []any
		for _, zone := range b.AvailabilityZones {
			subnets = append(subnets, deref(zone.SubnetId))
			mappings = append(mappings, subnetMappings(&zone)...)
		}
		s.add(found{
			id: *b.LoadBalancerArn, arn: *b.LoadBalancerArn, name: deref(b.LoadBalancerName), created: b.CreatedTime, from: b,
			set: props{
				"CanonicalHostedZoneID": b.CanonicalHostedZoneId,
				"Ipv4IpamPoolId":        deref(b.IpamPools).Ipv4IpamPoolId,
				"LoadBalancerFullName":  afterLast(*b.LoadBalancerArn, ":loadbalancer/"),
				"Name":                  b.LoadBalancerName,
				"SubnetMappings":        mappings,
				"Subnets":               subnets,
			},
		})
	}
	return err
}

// subnetMappings are a zone's subnet with each address that the load balancer
// has in it; an Application Load Balancer tells none.
func subnetMappings(zone *types.AvailabilityZone) []any {
	addresses := zone.LoadBalancerAddresses
	if len(addresses) == 0 {
		addresses = []types.LoadBalancerAddress{{}}
	}
	var out []any
	for i, a := range addresses {
		mapping := map[string]any{
			"AllocationId": a.AllocationId, "IPv6Address": a.IPv6Address, "PrivateIPv4Address": a.PrivateIPv4Address,
			"SubnetId": zone.SubnetId,
		}
		if i < len(zone.SourceNatIpv6Prefixes) {
			mapping["SourceNatIpv6Prefix"] = zone.SourceNatIpv6Prefixes[i]
		}
		out = append(out, shaped(mapping))
	}
	return out
}

// afterLast is what stands in text behind a mark.
func afterLast(text, mark string) string {
	return text[strings.LastIndex(text, mark)+len(mark):]
}

func readBalancerAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elbv2.NewFromConfig(s.cfg).DescribeLoadBalancerAttributes(ctx, &elbv2.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &r.ARN})
	if is(err, "LoadBalancerNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"LoadBalancerAttributes": out.Attributes}, nil
}

func readBalancerCapacity(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elbv2.NewFromConfig(s.cfg).DescribeCapacityReservation(ctx, &elbv2.DescribeCapacityReservationInput{LoadBalancerArn: &r.ARN})
	if is(err, "LoadBalancerNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"MinimumLoadBalancerCapacity": out.MinimumLoadBalancerCapacity}, nil
}

func readTargetGroups(ctx context.Context, s *scope) error {
	pages := elbv2.NewDescribeTargetGroupsPaginator(elbv2.NewFromConfig(s.cfg), &elbv2.DescribeTargetGroupsInput{PageSize: ptr(int32(400))})
	return each(ctx, pages, func(page *elbv2.DescribeTargetGroupsOutput) {
		for _, g := range page.TargetGroups {
			s.add(found{
				id: *g.TargetGroupArn, arn: *g.TargetGroupArn, name: deref(g.TargetGroupName), from: g,
				set: props{"Name": g.TargetGroupName, "TargetGroupFullName": afterLast(*g.TargetGroupArn, ":")},
			})
		}
	})
}

func readTargetGroupAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elbv2.NewFromConfig(s.cfg).DescribeTargetGroupAttributes(ctx, &elbv2.DescribeTargetGroupAttributesInput{TargetGroupArn: &r.ARN})
	if is(err, "TargetGroupNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"TargetGroupAttributes": out.Attributes}, nil
}

func readTargetHealth(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elbv2.NewFromConfig(s.cfg).DescribeTargetHealth(ctx, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &r.ARN})
	if is(err, "TargetGroupNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	var targets []any
	for _, d := range out.TargetHealthDescriptions {
		if d.TargetHealth != nil && d.TargetHealth.State == types.TargetHealthStateEnumDraining {
			continue // deregistered
		}
		targets = append(targets, object(d.Target))
	}
	return props{"Targets": targets, "TargetHealthDescriptions": out.TargetHealthDescriptions}, nil
}
