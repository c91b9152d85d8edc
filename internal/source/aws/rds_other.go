package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// Event subscriptions, proxies and reservations.
var rdsOtherCollectors = []collector{
	{
		service: "rds",
		types: []emits{{
			typ: "AWS::RDS::EventSubscription", gives: "Enabled EventCategories SnsTopicArn SourceIds SourceType SubscriptionName", tagged: "rds:es",
		}},
		calls: "rds:DescribeEventSubscriptions",
		read:  readDBEventSubscriptions,
	},
	{
		service: "rds",
		types: []emits{{
			typ: "AWS::RDS::DBProxy",
			gives: "Auth DBProxyArn DBProxyName DebugLogging DefaultAuthScheme Endpoint EndpointNetworkType EngineFamily IdleClientTimeout " +
				"RequireTLS RoleArn TargetConnectionNetworkType VpcId VpcSecurityGroupIds VpcSubnetIds",
			tagged: "rds:db-proxy",
		}},
		calls: "rds:DescribeDBProxies",
		read:  readDBProxies,
	},
	{
		service: "rds",
		types: []emits{{
			typ: "AWS::RDS::ReservedDBInstance",
			gives: "DBInstanceClass DBInstanceCount Duration FixedPrice MultiAZ OfferingType ProductDescription RecurringCharges " +
				"ReservedDBInstanceId ReservedDBInstancesOfferingId StartTime State UsagePrice",
			tagged: "-",
		}},
		calls: "rds:DescribeReservedDBInstances",
		read:  readReservedDBInstances,
	},
}

func readDBEventSubscriptions(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeEventSubscriptionsPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeEventSubscriptionsInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeEventSubscriptionsOutput) {
		for _, e := range page.EventSubscriptionsList {
			name := deref(e.CustSubscriptionId)
			s.add(found{
				id: name, arn: deref(e.EventSubscriptionArn), name: name, from: e,
				set: props{"EventCategories": e.EventCategoriesList, "SourceIds": e.SourceIdsList, "SubscriptionName": name},
			})
		}
	})
}

func readDBProxies(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeDBProxiesPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeDBProxiesInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeDBProxiesOutput) {
		for _, p := range page.DBProxies {
			name := deref(p.DBProxyName)
			s.add(found{
				id: name, arn: deref(p.DBProxyArn), name: name, created: p.CreatedDate, from: p,
				set: props{"Auth": pick(p.Auth, func(a types.UserAuthConfigInfo) any { return without(object(a), "UserName") })},
			})
		}
	})
}

func readReservedDBInstances(ctx context.Context, s *scope) error {
	pages := rds.NewDescribeReservedDBInstancesPaginator(rds.NewFromConfig(s.cfg), &rds.DescribeReservedDBInstancesInput{MaxRecords: ptr(int32(maxRecords))})
	return each(ctx, pages, func(page *rds.DescribeReservedDBInstancesOutput) {
		for _, r := range page.ReservedDBInstances {
			id := deref(r.ReservedDBInstanceId)
			s.add(found{id: id, arn: deref(r.ReservedDBInstanceArn), name: id, created: r.StartTime, from: r})
		}
	})
}
