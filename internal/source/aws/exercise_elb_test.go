package aws_test

import (
	"testing"

	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseELB(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := elb.NewFromConfig(moto.Config("us-east-1"))
	listener := func(protocol string, port int32) types.Listener {
		l := types.Listener{Protocol: &protocol, LoadBalancerPort: port, InstancePort: new(int32(8080))}
		if protocol == "HTTPS" || protocol == "SSL" {
			l.SSLCertificateId = new("arn:aws:iam::123456789012:server-certificate/shop")
		}
		return l
	}
	const predefined = "Reference-Security-Policy"
	for name, balancer := range map[string]struct {
		scheme, tier, check string
		listeners           []types.Listener
		policy              map[string]string // what the listener of port 443 negotiates
	}{
		"web-clear": {"", "web", "TCP:8080", []types.Listener{listener("HTTP", 80)}, nil},
		"app-clear": {"", "app", "SSL:8443", []types.Listener{listener("TCP", 80)}, nil},
		"web-old": {
			"", "web", "TCP:8080", []types.Listener{listener("HTTPS", 443), listener("HTTP", 80)},
			map[string]string{predefined: "ELBSecurityPolicy-2015-05"},
		},
		"app-old": {
			"", "app", "TCP:8080", []types.Listener{listener("SSL", 443), listener("TCP", 80)},
			map[string]string{predefined: "ELBSecurityPolicy-TLS-1-1-2017-01"},
		},
		"web-tight": {
			"internal", "web", "HTTP:8080/health", []types.Listener{listener("HTTPS", 443)},
			map[string]string{predefined: "ELBSecurityPolicy-TLS-1-2-2017-01"},
		},
		"web-public": {
			"", "web", "HTTP:8080/health", []types.Listener{listener("HTTPS", 443)},
			map[string]string{predefined: "ELBSecurityPolicy-TLS-1-2-2017-01"},
		},
		"app-tight": {
			"internal", "app", "HTTPS:8443/health", []types.Listener{listener("SSL", 443)},
			map[string]string{predefined: "ELBSecurityPolicy-TLS-1-2-2017-01"},
		},
		"plain": {"", "none", "TCP:8080", []types.Listener{listener("HTTPS", 443)}, nil}, // has what AWS gives it
		"own-weak": {
			"", "none", "TCP:8080", []types.Listener{listener("HTTPS", 443)},
			map[string]string{"Protocol-TLSv1": "true", "DES-CBC3-SHA": "true"},
		},
		"own-strong": {
			"", "none", "TCP:8080", []types.Listener{listener("HTTPS", 443)},
			map[string]string{"Protocol-TLSv1": "false", "Protocol-TLSv1.2": "true", "ECDHE-RSA-AES128-GCM-SHA256": "true", "DES-CBC3-SHA": "false"},
		},
	} {
		input := &elb.CreateLoadBalancerInput{
			LoadBalancerName: &name, AvailabilityZones: []string{"us-east-1a"}, Listeners: balancer.listeners,
			Tags: []types.Tag{{Key: new("Tier"), Value: &balancer.tier}},
		}
		if balancer.scheme != "" {
			input.Scheme = &balancer.scheme
		}
		made[*elb.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(ctx, input))
		made[*elb.ConfigureHealthCheckOutput](t)(client.ConfigureHealthCheck(ctx, &elb.ConfigureHealthCheckInput{
			LoadBalancerName: &name, HealthCheck: &types.HealthCheck{
				Target: &balancer.check, Interval: new(int32(30)), Timeout: new(int32(5)), HealthyThreshold: new(int32(3)), UnhealthyThreshold: new(int32(3)),
			},
		}))
		if balancer.policy == nil {
			continue
		}
		var attributes []types.PolicyAttribute
		for attribute, value := range balancer.policy {
			attributes = append(attributes, types.PolicyAttribute{AttributeName: &attribute, AttributeValue: &value})
		}
		made[*elb.CreateLoadBalancerPolicyOutput](t)(client.CreateLoadBalancerPolicy(ctx, &elb.CreateLoadBalancerPolicyInput{
			LoadBalancerName: &name, PolicyName: new("negotiation"), PolicyTypeName: new("SSLNegotiationPolicyType"), PolicyAttributes: attributes,
		}))
		made[*elb.SetLoadBalancerPoliciesOfListenerOutput](t)(client.SetLoadBalancerPoliciesOfListener(ctx, &elb.SetLoadBalancerPoliciesOfListenerInput{
			LoadBalancerName: &name, LoadBalancerPort: 443, PolicyNames: []string{"negotiation"},
		}))
	}

	judge(t, moto, "ELB-004", want{
		"web-clear": unchecked, "web-old": fail, "app-old": fail, "web-tight": pass, "plain": fail, "own-strong": fail,
	})
	judge(t, moto, "ELB-005", want{
		"web-clear": unchecked, "web-old": fail, "app-old": fail, "web-tight": pass, "plain": fail, "own-weak": fail, "own-strong": pass,
	})
	judge(t, moto, "ELB-006", want{
		"web-clear": unchecked, "web-old": fail, "app-old": pass, "web-tight": pass, "plain": pass, "own-weak": fail, "own-strong": pass,
	})
	judge(t, moto, "ELB-008", want{"web-clear": fail, "web-old": fail, "web-tight": pass, "app-tight": pass})
	judge(t, moto, "ELB-011", want{"web-clear": fail, "web-tight": fail, "app-clear": pass, "app-tight": pass})
	judge(t, moto, "ELB-013", want{"web-clear": fail, "web-tight": pass})
	judge(t, moto, "ELB-015", want{"web-old": fail, "web-tight": pass, "web-clear": unchecked, "app-old": unchecked})
	judge(t, moto, "ELB-016", want{"app-old": fail, "app-tight": pass, "app-clear": unchecked, "web-old": unchecked})
	judge(t, moto, "ELB-017", want{"web-clear": fail, "web-old": fail, "web-public": pass, "web-tight": unchecked, "app-clear": unchecked})
	judge(t, moto, "ELB-018", want{"app-clear": fail, "app-old": fail, "app-tight": pass, "web-clear": unchecked})
	judge(t, moto, "ELB-021", want{"web-clear": fail, "web-tight": pass, "app-clear": unchecked})
	judge(t, moto, "ELB-022", want{"app-clear": fail, "app-tight": pass, "web-clear": unchecked})
}
