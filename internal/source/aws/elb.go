package aws

import (
	"context"
	"slices"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Elastic Load Balancing of the first generation: Classic Load Balancers.
var elbCollectors = []collector{{
	service: "elb",
	types: []emits{{
		typ: "AWS::ElasticLoadBalancing::LoadBalancer",
		gives: "AppCookieStickinessPolicy AvailabilityZones CanonicalHostedZoneName CanonicalHostedZoneNameID DNSName HealthCheck " +
			"Id Instances LBCookieStickinessPolicy Listeners LoadBalancerName Scheme SecurityGroups SourceSecurityGroup Subnets " +
			"BackendServerDescriptions VPCId", // of the overlay
	}},
	calls: "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeTags",
	read:  readClassicBalancers,
	parts: []part{
		{
			gives: "AccessLoggingPolicy AdditionalAttributes ConnectionDrainingPolicy ConnectionSettings CrossZone",
			calls: "elasticloadbalancing:DescribeLoadBalancerAttributes",
			read:  readClassicAttributes,
		},
		{gives: "Policies", calls: "elasticloadbalancing:DescribeLoadBalancerPolicies", read: readClassicPolicies},
		{gives: "InstanceStates", calls: "elasticloadbalancing:DescribeInstanceHealth", read: readInstanceHealth},
	},
}}

func readClassicBalancers(ctx context.Context, s *scope) error {
	client := elb.NewFromConfig(s.cfg)
	var list []types.LoadBalancerDescription
	pages := elb.NewDescribeLoadBalancersPaginator(client, &elb.DescribeLoadBalancersInput{PageSize: ptr(int32(400))})
	err := each(ctx, pages, func(page *elb.DescribeLoadBalancersOutput) { list = append(list, page.LoadBalancerDescriptions...) })
	if err != nil {
		return err
	}
	var untagged error
	for some := range slices.Chunk(list, maxTagged) {
		tags, err := classicTags(ctx, client, some)
		for i := range some {
			b := &some[i]
			s.add(found{
				id: *b.LoadBalancerName, arn: s.arn("elasticloadbalancing", "loadbalancer/"+*b.LoadBalancerName),
				name: *b.LoadBalancerName, created: b.CreatedTime, tags: tags[*b.LoadBalancerName], from: b, set: classicProperties(b),
			})
			if err != nil {
				s.found[len(s.found)-1].TagsUnresolved = reason(err)
				untagged = err
			}
		}
	}
	return untagged
}

// maxTagged is how many load balancers one call of DescribeTags takes.
const maxTagged = 20

func classicTags(ctx context.Context, client *elb.Client, list []types.LoadBalancerDescription) (map[string]map[string]string, error) {
	byName := map[string]map[string]string{}
	var names []string
	for _, b := range list {
		names = append(names, *b.LoadBalancerName)
		byName[*b.LoadBalancerName] = map[string]string{}
	}
	out, err := client.DescribeTags(ctx, &elb.DescribeTagsInput{LoadBalancerNames: names})
	if err != nil {
		return nil, err
	}
	for _, d := range out.TagDescriptions {
		byName[deref(d.LoadBalancerName)] = tagMap(d.Tags, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
	}
	return byName, nil
}

func classicProperties(b *types.LoadBalancerDescription) props {
	var instances []string
	for _, i := range b.Instances {
		instances = append(instances, deref(i.InstanceId))
	}
	var listeners []any
	for _, d := range b.ListenerDescriptions {
		listener := object(d.Listener)
		if len(d.PolicyNames) > 0 {
			listener["PolicyNames"] = d.PolicyNames
		}
		listeners = append(listeners, listener)
	}
	policies := deref(b.Policies)
	return props{
		"AppCookieStickinessPolicy": policies.AppCookieStickinessPolicies,
		"Id":                        b.LoadBalancerName,
		"Instances":                 instances,
		"LBCookieStickinessPolicy":  policies.LBCookieStickinessPolicies,
		"Listeners":                 listeners,
	}
}

func readClassicAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elb.NewFromConfig(s.cfg).DescribeLoadBalancerAttributes(ctx, &elb.DescribeLoadBalancerAttributesInput{LoadBalancerName: &r.ID})
	if is(err, "LoadBalancerNotFound", "AccessPointNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	a := deref(out.LoadBalancerAttributes)
	return props{
		"AccessLoggingPolicy":      a.AccessLog,
		"AdditionalAttributes":     a.AdditionalAttributes,
		"ConnectionDrainingPolicy": a.ConnectionDraining,
		"ConnectionSettings":       a.ConnectionSettings,
		"CrossZone":                a.CrossZoneLoadBalancing != nil && a.CrossZoneLoadBalancing.Enabled,
	}, nil
}

// readClassicPolicies reads the policies that a load balancer has, less those
// for stickiness by cookie, which have properties of their own.
func readClassicPolicies(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elb.NewFromConfig(s.cfg).DescribeLoadBalancerPolicies(ctx, &elb.DescribeLoadBalancerPoliciesInput{LoadBalancerName: &r.ID})
	if is(err, "LoadBalancerNotFound", "AccessPointNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	var policies []any
	for _, p := range out.PolicyDescriptions {
		if named := deref(p.PolicyName); hasPolicy(r.Properties["AppCookieStickinessPolicy"], named) || hasPolicy(r.Properties["LBCookieStickinessPolicy"], named) {
			continue
		}
		var attributes []any
		for _, a := range p.PolicyAttributeDescriptions {
			attributes = append(attributes, shaped(map[string]any{"Name": a.AttributeName, "Value": a.AttributeValue}))
		}
		policies = append(policies, shaped(map[string]any{
			"Attributes":        attributes,
			"InstancePorts":     portsWith(r.Properties["BackendServerDescriptions"], "InstancePort", deref(p.PolicyName)),
			"LoadBalancerPorts": portsWith(r.Properties["Listeners"], "LoadBalancerPort", deref(p.PolicyName)),
			"PolicyName":        p.PolicyName,
			"PolicyType":        p.PolicyTypeName,
		}))
	}
	return props{"Policies": policies}, nil
}

func hasPolicy(list any, policy string) bool {
	items, _ := list.([]any)
	return slices.ContainsFunc(items, func(item any) bool {
		fields, _ := item.(map[string]any)
		return fields["PolicyName"] == policy
	})
}

// portsWith are the ports of the listeners, or of the instances, that have a
// policy; an empty list where none has it, as with one that was replaced.
func portsWith(list any, port, policy string) []any {
	ports := []any{}
	items, _ := list.([]any)
	for _, item := range items {
		fields, _ := item.(map[string]any)
		names, _ := fields["PolicyNames"].([]any)
		if slices.Contains(names, any(policy)) {
			ports = append(ports, fields[port])
		}
	}
	return ports
}

func readInstanceHealth(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elb.NewFromConfig(s.cfg).DescribeInstanceHealth(ctx, &elb.DescribeInstanceHealthInput{LoadBalancerName: &r.ID})
	if is(err, "LoadBalancerNotFound", "AccessPointNotFound") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"InstanceStates": out.InstanceStates}, nil
}
