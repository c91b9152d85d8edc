package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

// zones of Route 53: the domain of the shop, one bought for a campaign, and
// the names inside of the production network.
func (s *shop) zones(ctx context.Context) error {
	client := route53.NewFromConfig(s.production.Config)
	balancer, err := elb.NewFromConfig(s.production.Config).DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{Names: []string{"harbourline-shop"}})
	if err != nil {
		return err
	}
	shop := balancer.LoadBalancers[0]
	for _, zone := range []struct {
		name    string
		private bool
		logged  bool
		records []types.ResourceRecordSet
	}{
		{name: "harbourline.example.", logged: true, records: []types.ResourceRecordSet{
			{Name: new("www.harbourline.example."), Type: types.RRTypeA, AliasTarget: &types.AliasTarget{DNSName: shop.DNSName, HostedZoneId: shop.CanonicalHostedZoneId, EvaluateTargetHealth: true}},
			record("harbourline.example.", types.RRTypeMx, 3600, "10 mail.harbourline.example."),
			record("harbourline.example.", types.RRTypeTxt, 3600, `"v=spf1 include:amazonses.com -all"`),
			record("media.harbourline.example.", types.RRTypeCname, 300, "d111111abcdef8.cloudfront.net."),
			record("legacy.harbourline.example.", types.RRTypeA, 300, "203.0.113.77"), // an address that was given back
			record("status.harbourline.example.", types.RRTypeCname, 30, "harbourline.statuspage.example."),
		}},
		{name: "harbourline-sale.example.", records: []types.ResourceRecordSet{
			record("harbourline-sale.example.", types.RRTypeMx, 300, "10 mail.harbourline.example."), // and no SPF
			record("www.harbourline-sale.example.", types.RRTypeCname, 60, "harbourline-downloads.s3-website-us-east-1.amazonaws.com."),
		}},
		{name: "prod.harbourline.internal.", private: true, records: []types.ResourceRecordSet{
			record("orders-db.prod.harbourline.internal.", types.RRTypeCname, 60, "harbourline-orders.cluster.us-east-1.rds.amazonaws.com."),
		}},
	} {
		input := &route53.CreateHostedZoneInput{Name: new(zone.name), CallerReference: new(zone.name)}
		if zone.private {
			input.VPC = &types.VPC{VPCId: s.production.vpc("harbourline-prod"), VPCRegion: types.VPCRegionUsEast1}
			input.HostedZoneConfig = &types.HostedZoneConfig{PrivateZone: true}
		}
		made, err := client.CreateHostedZone(ctx, input)
		if err != nil {
			return fmt.Errorf("zone %s: %w", zone.name, err)
		}
		var changes []types.Change
		for i := range zone.records {
			changes = append(changes, types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &zone.records[i]})
		}
		calls := []call{to(client.ChangeResourceRecordSets, &route53.ChangeResourceRecordSetsInput{HostedZoneId: made.HostedZone.Id, ChangeBatch: &types.ChangeBatch{Changes: changes}})}
		if zone.logged {
			calls = append(calls, to(client.CreateQueryLoggingConfig, &route53.CreateQueryLoggingConfigInput{
				HostedZoneId: made.HostedZone.Id, CloudWatchLogsLogGroupArn: new(s.arn("logs", Production, "log-group:/aws/route53/harbourline.example:*")),
			}))
		}
		if err := inOrder(ctx, calls...); err != nil {
			return fmt.Errorf("zone %s: %w", zone.name, err)
		}
	}
	_, err = client.CreateHealthCheck(ctx, &route53.CreateHealthCheckInput{CallerReference: new("shop"), HealthCheckConfig: &types.HealthCheckConfig{
		Type: types.HealthCheckTypeHttps, FullyQualifiedDomainName: new("www.harbourline.example"), Port: aws.Int32(443), ResourcePath: new("/healthz"), RequestInterval: aws.Int32(30), FailureThreshold: aws.Int32(3),
	}})
	return err
}

func record(name string, kind types.RRType, ttl int64, value string) types.ResourceRecordSet {
	return types.ResourceRecordSet{Name: new(name), Type: kind, TTL: new(ttl), ResourceRecords: []types.ResourceRecord{{Value: new(value)}}}
}
