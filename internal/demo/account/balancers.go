package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// A targetGroup of a load balancer.
type targetGroup struct {
	name      string
	vpc       string
	protocol  types.ProtocolEnum
	port      int32
	path      string   // of health checks over the protocol
	instances []string // registered by hand; those of groups that scale come by themselves
	tags      tags
}

// A listener forwards to a target group, or to HTTPS.
type listener struct {
	protocol    types.ProtocolEnum
	port        int32
	policy      string
	certificate string
	target      string
}

// A loadBalancer of the second generation.
type loadBalancer struct {
	name       string
	kind       types.LoadBalancerTypeEnum
	internal   bool
	subnets    []string
	groups     []string
	attributes map[string]string
	listeners  []listener
	tags       tags
}

var (
	productionTargets = []targetGroup{
		{name: "harbourline-web", vpc: "harbourline-prod", protocol: types.ProtocolEnumHttps, port: 8443, path: "/healthz", tags: production("storefront", "")},
		{name: "harbourline-app", vpc: "harbourline-prod", protocol: types.ProtocolEnumHttp, port: 8080, path: "/healthz", instances: []string{"search"}, tags: production("storefront", "")},
		{name: "harbourline-erp", vpc: "harbourline-prod", protocol: types.ProtocolEnumTcp, port: 443, instances: []string{"erp"}},
		{name: "campaign-2022", vpc: "harbourline-prod", protocol: types.ProtocolEnumHttp, port: 80, path: "/"},
	}

	productionBalancers = []loadBalancer{
		{
			name: "harbourline-shop", kind: types.LoadBalancerTypeEnumApplication, subnets: []string{"web-a", "web-b"}, groups: []string{"harbourline-prod-alb"},
			attributes: map[string]string{
				"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "harbourline-balancer-logs", "access_logs.s3.prefix": "shop",
				"deletion_protection.enabled":                     "true",
				"routing.http.drop_invalid_header_fields.enabled": "true",
				"routing.http.desync_mitigation_mode":             "defensive",
			},
			listeners: []listener{
				{types.ProtocolEnumHttps, 443, "ELBSecurityPolicy-TLS13-1-2-2021-06", "www.harbourline.example", "harbourline-web"},
				{protocol: types.ProtocolEnumHttp, port: 80},
			},
			tags: production("storefront", "harbourline-shop").with("Tier", "web"),
		},
		{
			name: "harbourline-orders", kind: types.LoadBalancerTypeEnumApplication, internal: true, subnets: []string{"app-a", "app-b"}, groups: []string{"harbourline-prod-app"},
			listeners: []listener{{types.ProtocolEnumHttp, 80, "", "", "harbourline-app"}},
			tags:      production("storefront", "harbourline-orders").with("Tier", "app"),
		},
		{
			name: "harbourline-partners", kind: types.LoadBalancerTypeEnumApplication, subnets: []string{"web-a", "web-b"}, groups: []string{"launch-wizard-3"},
			listeners: []listener{
				{types.ProtocolEnumHttps, 443, "ELBSecurityPolicy-2016-08", "partners.harbourline.example", "harbourline-app"},
				{types.ProtocolEnumHttp, 80, "", "", "harbourline-app"},
			},
		},
		{
			name: "harbourline-erp", kind: types.LoadBalancerTypeEnumNetwork, internal: true, subnets: []string{"app-a"},
			attributes: map[string]string{"load_balancing.cross_zone.enabled": "true", "deletion_protection.enabled": "true"},
			listeners:  []listener{{types.ProtocolEnumTls, 443, "ELBSecurityPolicy-TLS-1-0-2015-04", "erp.harbourline.example", "harbourline-erp"}},
			tags:       production("warehouse", "harbourline-erp"),
		},
		{
			name: "harbourline-warehouse", kind: types.LoadBalancerTypeEnumNetwork, subnets: []string{"web-a", "web-b"},
			listeners: []listener{{types.ProtocolEnumTcp, 443, "", "", "harbourline-erp"}},
			tags:      production("warehouse", "harbourline-warehouse"),
		},
		{name: "campaign-2022", kind: types.LoadBalancerTypeEnumApplication, subnets: []string{"web-a", "web-b"}, groups: []string{"launch-wizard-3"}}, // its listeners were removed
	}

	stagingTargets   = []targetGroup{{name: "staging-web", vpc: "harbourline-staging", protocol: types.ProtocolEnumHttp, port: 80, path: "/", instances: []string{"staging-web", "staging-app"}}}
	stagingBalancers = []loadBalancer{{
		name: "staging", kind: types.LoadBalancerTypeEnumApplication, subnets: []string{"staging-a", "staging-b"}, groups: []string{"staging-web"},
		listeners: []listener{{types.ProtocolEnumHttp, 80, "", "", "staging-web"}},
		tags:      owned("staging", "storefront", "staging").with("Tier", "web"),
	}}
)

func (s *shop) balancers(ctx context.Context) error {
	for _, place := range []struct {
		at        *site
		targets   []targetGroup
		balancers []loadBalancer
	}{
		{s.production, productionTargets, productionBalancers},
		{s.staging, stagingTargets, stagingBalancers},
	} {
		for _, g := range place.targets {
			if err := place.at.targetGroup(ctx, g); err != nil {
				return fmt.Errorf("target group %s: %w", g.name, err)
			}
		}
		for _, b := range place.balancers {
			if err := place.at.balancer(ctx, b); err != nil {
				return fmt.Errorf("load balancer %s: %w", b.name, err)
			}
		}
	}
	return nil
}

func (at *site) targetGroup(ctx context.Context, g targetGroup) error {
	client := elb.NewFromConfig(at.Config)
	input := &elb.CreateTargetGroupInput{
		Name: new(g.name), VpcId: at.vpc(g.vpc), Protocol: g.protocol, Port: new(g.port), TargetType: types.TargetTypeEnumInstance,
		HealthCheckEnabled: new(true), HealthCheckProtocol: g.protocol, Tags: elbTags(g.tags),
	}
	if g.path != "" {
		input.HealthCheckPath = new(g.path)
	}
	made, err := client.CreateTargetGroup(ctx, input)
	if err != nil {
		return err
	}
	arn := made.TargetGroups[0].TargetGroupArn
	at.targets[g.name] = aws.ToString(arn)
	if g.instances == nil {
		return nil
	}
	var targets []types.TargetDescription
	for _, id := range from(at.instances, g.instances...) {
		targets = append(targets, types.TargetDescription{Id: new(id), Port: new(g.port)})
	}
	_, err = client.RegisterTargets(ctx, &elb.RegisterTargetsInput{TargetGroupArn: arn, Targets: targets})
	return err
}

func (at *site) balancer(ctx context.Context, b loadBalancer) error {
	client := elb.NewFromConfig(at.Config)
	input := &elb.CreateLoadBalancerInput{
		Name: new(b.name), Type: b.kind, Subnets: from(at.subnets, b.subnets...), SecurityGroups: from(at.groups, b.groups...),
		Scheme: types.LoadBalancerSchemeEnumInternetFacing, Tags: elbTags(b.tags),
	}
	if b.internal {
		input.Scheme = types.LoadBalancerSchemeEnumInternal
	}
	made, err := client.CreateLoadBalancer(ctx, input)
	if err != nil {
		return err
	}
	arn := made.LoadBalancers[0].LoadBalancerArn
	at.balancers[b.name] = aws.ToString(arn)
	var calls []call
	if b.attributes != nil {
		calls = append(calls, to(client.ModifyLoadBalancerAttributes, &elb.ModifyLoadBalancerAttributesInput{
			LoadBalancerArn: arn,
			Attributes: as(b.attributes, func(key, value *string) types.LoadBalancerAttribute {
				return types.LoadBalancerAttribute{Key: key, Value: value}
			}),
		}))
	}
	for _, l := range b.listeners {
		calls = append(calls, to(client.CreateListener, at.listener(arn, l)))
	}
	return inOrder(ctx, calls...)
}

func (at *site) listener(balancer *string, l listener) *elb.CreateListenerInput {
	input := &elb.CreateListenerInput{LoadBalancerArn: balancer, Protocol: l.protocol, Port: new(l.port)}
	if l.target == "" {
		input.DefaultActions = []types.Action{{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
			Protocol: new("HTTPS"), Port: new("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301,
		}}}
	} else {
		input.DefaultActions = []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: new(from(at.targets, l.target)[0])}}
	}
	if l.policy != "" {
		input.SslPolicy = new(l.policy)
		input.Certificates = []types.Certificate{{CertificateArn: at.cert(l.certificate)}}
	}
	return input
}

func elbTags(t tags) []types.Tag {
	return as(t, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
}
