package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDBEventSubscriptions(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	for _, err := range []error{
		second(client.CreateEventSubscription(ctx, &rds.CreateEventSubscriptionInput{
			SubscriptionName: ptr("orders"), SnsTopicArn: ptr("arn:aws:sns:us-east-1:123456789012:pager"), SourceType: ptr("db-instance"),
			EventCategories: []string{"failure", "failover"}, Enabled: ptr(true),
		})),
		second(client.CreateEventSubscription(ctx, &rds.CreateEventSubscriptionInput{
			SubscriptionName: ptr("off"), SnsTopicArn: ptr("arn:aws:sns:us-east-1:123456789012:pager"), Enabled: ptr(false),
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::RDS::EventSubscription")
	orders := one(t, got, "AWS::RDS::EventSubscription", "orders")
	expect(t, orders, map[string]any{
		"SubscriptionName": "orders", "SnsTopicArn": "arn:aws:sns:us-east-1:123456789012:pager", "SourceType": "db-instance",
		"EventCategories": []any{"failure", "failover"}, "Enabled": true, "SourceIds": nil,
	})
	if orders.ARN != "arn:aws:rds:us-east-1:123456789012:es:orders" {
		t.Errorf("orders = %s", orders.ARN)
	}
	expect(t, one(t, got, "AWS::RDS::EventSubscription", "off"), map[string]any{"Enabled": false, "EventCategories": nil, "SourceType": nil})
}

func TestDBProxies(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	network := ec2.NewFromConfig(moto.Config("us-east-1"))
	subnets, err := network.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rds.NewFromConfig(moto.Config("us-east-1")).CreateDBProxy(ctx, &rds.CreateDBProxyInput{
		DBProxyName: ptr("orders"), EngineFamily: types.EngineFamilyPostgresql, RoleArn: ptr("arn:aws:iam::123456789012:role/proxy"),
		Auth: []types.UserAuthConfig{{
			AuthScheme: types.AuthSchemeSecrets, IAMAuth: types.IAMAuthModeRequired, UserName: ptr("app"),
			SecretArn: ptr("arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf"),
		}},
		RequireTLS: ptr(true), VpcSubnetIds: []string{*subnets.Subnets[0].SubnetId},
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::RDS::DBProxy")
	proxy := one(t, got, "AWS::RDS::DBProxy", "orders")
	expect(t, proxy, map[string]any{
		"DBProxyName": "orders", "EngineFamily": "POSTGRESQL", "RequireTLS": true, "RoleArn": "arn:aws:iam::123456789012:role/proxy",
		"Auth": []any{map[string]any{
			"AuthScheme": "SECRETS", "IAMAuth": "REQUIRED", "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf",
		}},
		"VpcSubnetIds": []any{*subnets.Subnets[0].SubnetId}, "DBProxyArn": proxy.ARN,
	})
	if proxy.Tags["Team"] != "shop" {
		t.Errorf("tags = %v", proxy.Tags)
	}
}

// The answer is written after the Amazon RDS API Reference: moto has no
// reservations.
func TestReservedDBInstances(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeReservedDBInstances": {{body: `<DescribeReservedDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeReservedDBInstancesResult><ReservedDBInstances>
<ReservedDBInstance><OfferingType>Partial Upfront</OfferingType><CurrencyCode>USD</CurrencyCode>
  <RecurringCharges><RecurringCharge><RecurringChargeFrequency>Hourly</RecurringChargeFrequency><RecurringChargeAmount>0.123</RecurringChargeAmount></RecurringCharge></RecurringCharges>
  <ProductDescription>postgresql</ProductDescription><ReservedDBInstancesOfferingId>438012d3-4052-4cc7-b2e3-8d3372e0e706</ReservedDBInstancesOfferingId>
  <MultiAZ>true</MultiAZ><State>active</State><ReservedDBInstanceId>orders</ReservedDBInstanceId><DBInstanceCount>2</DBInstanceCount>
  <StartTime>2026-01-10T23:25:01.637Z</StartTime><Duration>31536000</Duration><FixedPrice>123.0</FixedPrice><UsagePrice>0.0</UsagePrice>
  <DBInstanceClass>db.m7g.large</DBInstanceClass><ReservedDBInstanceArn>arn:aws:rds:us-east-1:123456789012:ri:orders</ReservedDBInstanceArn>
</ReservedDBInstance></ReservedDBInstances></DescribeReservedDBInstancesResult></DescribeReservedDBInstancesResponse>`}},
	})
	inv, stats := server.collected(t, "AWS::RDS::ReservedDBInstance")
	if len(stats.Failures) > 0 {
		t.Errorf("failures = %v", stats.Failures)
	}
	reserved := one(t, inv.Resources, "AWS::RDS::ReservedDBInstance", "orders")
	expect(t, reserved, map[string]any{
		"ReservedDBInstanceId": "orders", "DBInstanceClass": "db.m7g.large", "DBInstanceCount": int64(2), "MultiAZ": true, "State": "active",
		"StartTime": "2026-01-10T23:25:01Z", "Duration": int64(31536000), "FixedPrice": 123.0, "ProductDescription": "postgresql",
		"RecurringCharges": []any{map[string]any{"RecurringChargeAmount": 0.123, "RecurringChargeFrequency": "Hourly"}},
	})
	if reserved.ARN != "arn:aws:rds:us-east-1:123456789012:ri:orders" {
		t.Errorf("reservation = %s", reserved.ARN)
	}
}
