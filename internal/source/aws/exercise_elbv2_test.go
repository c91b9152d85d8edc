package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseELBv2(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := elbv2.NewFromConfig(moto.Config("us-east-1"))
	subnets := made[*ec2.DescribeSubnetsOutput](t)(ec2.NewFromConfig(moto.Config("us-east-1")).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})).Subnets
	balancer := func(name string, kind types.LoadBalancerTypeEnum, scheme types.LoadBalancerSchemeEnum) *string {
		return made[*elbv2.CreateLoadBalancerOutput](t)(client.CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{
			Name: &name, Type: kind, Scheme: scheme, Subnets: []string{*subnets[0].SubnetId, *subnets[1].SubnetId},
		})).LoadBalancers[0].LoadBalancerArn
	}
	targets := func(name string, protocol types.ProtocolEnum, kind types.TargetTypeEnum) []types.Action {
		group := made[*elbv2.CreateTargetGroupOutput](t)(client.CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
			Name: &name, VpcId: subnets[0].VpcId, Port: new(int32(8080)), Protocol: protocol, TargetType: kind,
		})).TargetGroups[0].TargetGroupArn
		return []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: group}}
	}
	listener := func(balancer *string, protocol types.ProtocolEnum, port int32, policy string, actions []types.Action) string {
		input := &elbv2.CreateListenerInput{LoadBalancerArn: balancer, Protocol: protocol, Port: &port, DefaultActions: actions}
		if policy != "" {
			input.SslPolicy = &policy
			input.Certificates = []types.Certificate{{CertificateArn: new("arn:aws:iam::123456789012:server-certificate/shop")}}
		}
		return *made[*elbv2.CreateListenerOutput](t)(client.CreateListener(ctx, input)).Listeners[0].ListenerArn
	}
	redirect := []types.Action{{Type: types.ActionTypeEnumRedirect, RedirectConfig: &types.RedirectActionConfig{
		Protocol: new("HTTPS"), Port: new("443"), StatusCode: types.RedirectActionStatusCodeEnumHttp301,
	}}}
	refuse := []types.Action{{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: new("404")}}}
	const strong, weak = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-2016-08"

	web := targets("web", types.ProtocolEnumHttp, types.TargetTypeEnumInstance)
	const application, network = types.LoadBalancerTypeEnumApplication, types.LoadBalancerTypeEnumNetwork
	front := balancer("clear", application, types.LoadBalancerSchemeEnumInternetFacing)
	serving := listener(front, types.ProtocolEnumHttp, 80, "", web)
	refusing := listener(front, types.ProtocolEnumHttp, 81, "", refuse)
	tight := balancer("tight", application, types.LoadBalancerSchemeEnumInternal)
	redirecting := listener(tight, types.ProtocolEnumHttp, 80, "", redirect)
	https := listener(tight, types.ProtocolEnumHttps, 443, strong, web)
	old := listener(tight, types.ProtocolEnumHttps, 8443, weak, web)
	balancer("bare", application, types.LoadBalancerSchemeEnumInternal)
	// Some paths of this listener go to HTTPS, the others nowhere.
	parting := listener(tight, types.ProtocolEnumHttp, 81, "", refuse)
	made[*elbv2.CreateRuleOutput](t)(client.CreateRule(ctx, &elbv2.CreateRuleInput{
		ListenerArn: &parting, Priority: new(int32(1)), Actions: redirect,
		Conditions: []types.RuleCondition{{Field: new("path-pattern"), PathPatternConfig: &types.PathPatternConditionConfig{Values: []string{"/shop/*"}}}},
	}))

	streams := targets("streams", types.ProtocolEnumTcp, types.TargetTypeEnumInstance)
	open := balancer("open", network, types.LoadBalancerSchemeEnumInternetFacing)
	tcp := listener(open, types.ProtocolEnumTcp, 80, "", streams)
	toBalancer := listener(open, types.ProtocolEnumTcp, 81, "", targets("balancers", types.ProtocolEnumTcp, types.TargetTypeEnumAlb))
	closed := balancer("closed", network, types.LoadBalancerSchemeEnumInternal)
	tls := listener(closed, types.ProtocolEnumTls, 443, strong, streams)
	oldTLS := listener(closed, types.ProtocolEnumTls, 8443, weak, streams)

	judge(t, moto, "ELBv2-003", want{https: pass, old: fail, serving: unchecked, oldTLS: unchecked})
	judge(t, moto, "ELBv2-005", want{"clear": fail, "tight": pass, "bare": unchecked, "open": unchecked})
	judge(t, moto, "ELBv2-007", want{"clear": fail, "tight": pass, "open": fail, "closed": pass})
	judge(t, moto, "ELBv2-009", want{tls: pass, oldTLS: fail, tcp: unchecked, old: unchecked})
	judge(t, moto, "ELBv2-010", want{tls: pass, tcp: fail, toBalancer: unchecked, https: unchecked})
	judge(t, moto, "ELBv2-011", want{redirecting: pass, parting: pass, serving: fail, refusing: fail, https: unchecked})
}
