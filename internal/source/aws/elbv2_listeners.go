package aws

import (
	"context"
	"sync"

	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	listenerType            = "AWS::ElasticLoadBalancingV2::Listener"
	listenerRuleType        = "AWS::ElasticLoadBalancingV2::ListenerRule"
	listenerCertificateType = "AWS::ElasticLoadBalancingV2::ListenerCertificate"
)

// Listeners take a call for each load balancer, their rules and certificates
// one for each listener.
var listenerCollector = collector{
	service: "elbv2",
	types: []emits{
		{
			typ: listenerType,
			gives: "AlpnPolicy Certificates DefaultActions ListenerArn LoadBalancerArn MutualAuthentication Port Protocol " +
				"SslPolicy",
			lacks:  oidcSecrets(listenerType),
			tagged: "-",
		},
		{
			typ:    listenerRuleType,
			gives:  "Actions Conditions IsDefault ListenerArn Priority RuleArn Transforms",
			lacks:  oidcSecrets(listenerRuleType),
			tagged: "-",
		},
		{typ: listenerCertificateType, gives: "Certificates ListenerArn", tagged: "-"},
	},
	calls: "elasticloadbalancing:DescribeLoadBalancers elasticloadbalancing:DescribeListeners",
	read:  readListeners,
	parts: []part{
		{
			typ: listenerType, emits: listenerRuleType,
			calls: "elasticloadbalancing:DescribeRules",
			read:  readListenerRules,
		},
		{
			typ: listenerType, emits: listenerCertificateType,
			calls: "elasticloadbalancing:DescribeListenerCertificates",
			read:  readListenerCertificates,
		},
		{
			typ: listenerType, gives: "ListenerAttributes",
			calls: "elasticloadbalancing:DescribeListenerAttributes",
			read:  readListenerAttributes,
		},
	},
}

// oidcSecrets are what the API does not tell of a sign-in with OpenID Connect.
func oidcSecrets(typ string) string {
	return typ + ".AuthenticateOidcConfig.ClientSecret " + typ + ".AuthenticateOidcConfig.UseExistingClientSecret"
}

func readListeners(ctx context.Context, s *scope) error {
	list, err := balancers(ctx, s)
	if err != nil {
		return err
	}
	client := elbv2.NewFromConfig(s.cfg)
	var running sync.WaitGroup
	places := make(chan struct{}, maxDetails)
	for _, b := range list {
		places <- struct{}{}
		running.Go(func() {
			defer func() { <-places }()
			err := protect(func() error { return readListenersOf(ctx, s, client, b.LoadBalancerArn) })
			if err != nil && !is(err, "LoadBalancerNotFound") {
				for _, e := range s.collector.types {
					s.incomplete(e.typ, err)
				}
			}
		})
	}
	running.Wait()
	return nil
}

func readListenersOf(ctx context.Context, s *scope, client *elbv2.Client, balancer *string) error {
	pages := elbv2.NewDescribeListenersPaginator(client, &elbv2.DescribeListenersInput{LoadBalancerArn: balancer, PageSize: ptr(int32(400))})
	return each(ctx, pages, func(page *elbv2.DescribeListenersOutput) {
		for _, l := range page.Listeners {
			s.add(found{
				typ: listenerType, id: *l.ListenerArn, arn: *l.ListenerArn, from: l,
				set: props{"Certificates": certificates(l.Certificates)},
			})
		}
	})
}

func certificates(list []types.Certificate) []any {
	var out []any
	for _, c := range list {
		out = append(out, map[string]any{"CertificateArn": c.CertificateArn})
	}
	return out
}

// readListenerRules leaves out the default rule, whose actions are the
// listener's own.
func readListenerRules(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	pages := elbv2.NewDescribeRulesPaginator(elbv2.NewFromConfig(s.cfg), &elbv2.DescribeRulesInput{ListenerArn: &r.ARN, PageSize: ptr(int32(400))})
	err := each(ctx, pages, func(page *elbv2.DescribeRulesOutput) {
		for _, v := range page.Rules {
			if deref(v.IsDefault) {
				continue
			}
			s.add(found{
				typ: listenerRuleType, id: *v.RuleArn, arn: *v.RuleArn, from: v,
				set: props{"ListenerArn": r.ARN},
			})
		}
	})
	return nil, listenerError(err)
}

// readListenerCertificates reads those that a listener has beside its default
// one, as the resource that they are in CloudFormation.
func readListenerCertificates(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if r.Properties["Certificates"] == nil {
		return nil, nil // no listener over TLS
	}
	var more []types.Certificate
	pages := elbv2.NewDescribeListenerCertificatesPaginator(elbv2.NewFromConfig(s.cfg),
		&elbv2.DescribeListenerCertificatesInput{ListenerArn: &r.ARN, PageSize: ptr(int32(400))})
	err := each(ctx, pages, func(page *elbv2.DescribeListenerCertificatesOutput) {
		for _, c := range page.Certificates {
			if !deref(c.IsDefault) {
				more = append(more, c)
			}
		}
	})
	if err == nil && len(more) > 0 {
		s.add(found{
			typ: listenerCertificateType, id: r.ARN, arn: r.ARN,
			set: props{"Certificates": certificates(more), "ListenerArn": r.ARN},
		})
	}
	return nil, listenerError(err)
}

func readListenerAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := elbv2.NewFromConfig(s.cfg).DescribeListenerAttributes(ctx, &elbv2.DescribeListenerAttributesInput{ListenerArn: &r.ARN})
	if err != nil {
		return nil, listenerError(err)
	}
	return props{"ListenerAttributes": out.Attributes}, nil
}

func listenerError(err error) error {
	if is(err, "ListenerNotFound") {
		return errGone
	}
	return err
}
