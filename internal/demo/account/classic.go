package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
)

// classicBalancers are load balancers of the first generation, that of the old
// shop and one in front of the staging.
func (s *shop) classicBalancers(ctx context.Context) error {
	at := s.production
	client := elb.NewFromConfig(at.Config)
	staging := elb.NewFromConfig(s.staging.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	secure := types.Listener{Protocol: new("HTTPS"), LoadBalancerPort: 443, InstanceProtocol: new("HTTP"), InstancePort: aws.Int32(8080), SSLCertificateId: new(s.arn("iam", "", "server-certificate/legacy-shop"))}
	modern := types.Listener{Protocol: new("HTTPS"), LoadBalancerPort: 443, InstanceProtocol: new("HTTPS"), InstancePort: aws.Int32(8443), SSLCertificateId: at.cert("api.harbourline.example")}
	return inOrder(ctx,
		each(client.CreateLoadBalancer,
			&elb.CreateLoadBalancerInput{
				LoadBalancerName: new("harbourline-api"), Scheme: new("internal"), Subnets: from(at.subnets, "app-a", "app-b"), SecurityGroups: from(at.groups, "harbourline-prod-app"),
				Listeners: []types.Listener{modern}, Tags: as(production("storefront", "harbourline-api").with("Tier", "app"), tag),
			},
			&elb.CreateLoadBalancerInput{
				LoadBalancerName: new("legacy-shop"), Subnets: from(at.subnets, "web-a", "web-b"), SecurityGroups: from(at.groups, "launch-wizard-3"),
				Listeners: []types.Listener{secure, {Protocol: new("HTTP"), LoadBalancerPort: 80, InstanceProtocol: new("HTTP"), InstancePort: aws.Int32(8080)}},
				Tags:      as(named("legacy-shop").with("Tier", "web"), tag),
			},
		),
		to(staging.CreateLoadBalancer, &elb.CreateLoadBalancerInput{
			LoadBalancerName: new("staging-api"), Subnets: from(s.staging.subnets, "staging-a"), SecurityGroups: from(s.staging.groups, "staging-web"),
			Listeners: []types.Listener{{Protocol: new("TCP"), LoadBalancerPort: 8080, InstanceProtocol: new("TCP"), InstancePort: aws.Int32(8080)}},
		}),
		each(client.CreateLoadBalancerPolicy, tlsPolicy("harbourline-api", "ELBSecurityPolicy-TLS-1-2-2017-01"), tlsPolicy("legacy-shop", "ELBSecurityPolicy-2015-05")),
		each(client.SetLoadBalancerPoliciesOfListener,
			&elb.SetLoadBalancerPoliciesOfListenerInput{LoadBalancerName: new("harbourline-api"), LoadBalancerPort: 443, PolicyNames: []string{"tls"}},
			&elb.SetLoadBalancerPoliciesOfListenerInput{LoadBalancerName: new("legacy-shop"), LoadBalancerPort: 443, PolicyNames: []string{"tls"}},
		),
		each(client.ConfigureHealthCheck,
			healthCheck("harbourline-api", "HTTPS:8443/healthz"),
			healthCheck("legacy-shop", "TCP:8080"),
		),
		to(client.ModifyLoadBalancerAttributes, &elb.ModifyLoadBalancerAttributesInput{
			LoadBalancerName: new("harbourline-api"),
			LoadBalancerAttributes: &types.LoadBalancerAttributes{
				CrossZoneLoadBalancing: &types.CrossZoneLoadBalancing{Enabled: true},
				ConnectionDraining:     &types.ConnectionDraining{Enabled: true, Timeout: aws.Int32(120)},
				AccessLog:              &types.AccessLog{Enabled: true, S3BucketName: new("harbourline-balancer-logs"), S3BucketPrefix: new("api"), EmitInterval: aws.Int32(60)},
			},
		}),
		to(client.RegisterInstancesWithLoadBalancer, &elb.RegisterInstancesWithLoadBalancerInput{
			LoadBalancerName: new("harbourline-api"), Instances: []types.Instance{{InstanceId: new(at.instances["search"])}},
		}),
		to(staging.RegisterInstancesWithLoadBalancer, &elb.RegisterInstancesWithLoadBalancerInput{
			LoadBalancerName: new("staging-api"), Instances: []types.Instance{{InstanceId: new(s.staging.instances["staging-app"])}},
		}),
	)
}

// tlsPolicy takes one of AWS's predefined policies under the name "tls".
func tlsPolicy(balancer, predefined string) *elb.CreateLoadBalancerPolicyInput {
	return &elb.CreateLoadBalancerPolicyInput{
		LoadBalancerName: new(balancer), PolicyName: new("tls"), PolicyTypeName: new("SSLNegotiationPolicyType"),
		PolicyAttributes: []types.PolicyAttribute{{AttributeName: new("Reference-Security-Policy"), AttributeValue: new(predefined)}},
	}
}

func healthCheck(balancer, target string) *elb.ConfigureHealthCheckInput {
	return &elb.ConfigureHealthCheckInput{
		LoadBalancerName: new(balancer),
		HealthCheck: &types.HealthCheck{
			Target: new(target), Interval: aws.Int32(30), Timeout: aws.Int32(5), HealthyThreshold: aws.Int32(3), UnhealthyThreshold: aws.Int32(2),
		},
	}
}
