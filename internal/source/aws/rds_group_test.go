package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDBParameterGroups(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	for _, err := range []error{
		second(client.CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{
			DBParameterGroupName: ptr("orders"), DBParameterGroupFamily: ptr("postgres14"), Description: ptr("Orders"),
		})),
		second(client.CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{
			DBParameterGroupName: ptr("plain"), DBParameterGroupFamily: ptr("mysql8.0"), Description: ptr("Nothing set"),
		})),
		second(client.CreateDBParameterGroup(ctx, &rds.CreateDBParameterGroupInput{
			DBParameterGroupName: ptr("fraud"), DBParameterGroupFamily: ptr("neptune1.3"), Description: ptr("Fraud"),
		})),
		second(client.ModifyDBParameterGroup(ctx, &rds.ModifyDBParameterGroupInput{
			DBParameterGroupName: ptr("orders"), Parameters: []types.Parameter{
				{ParameterName: ptr("rds.force_ssl"), ParameterValue: ptr("1"), ApplyMethod: types.ApplyMethodPendingReboot},
				{ParameterName: ptr("log_statement"), ParameterValue: ptr("ddl"), ApplyMethod: types.ApplyMethodImmediate},
			},
		})),
		second(client.CreateDBClusterParameterGroup(ctx, &rds.CreateDBClusterParameterGroupInput{
			DBClusterParameterGroupName: ptr("stock"), DBParameterGroupFamily: ptr("aurora-mysql8.0"), Description: ptr("Stock"),
		})),
		second(client.CreateDBClusterParameterGroup(ctx, &rds.CreateDBClusterParameterGroupInput{
			DBClusterParameterGroupName: ptr("papers"), DBParameterGroupFamily: ptr("docdb5.0"), Description: ptr("Papers"),
		})),
		second(client.ModifyDBClusterParameterGroup(ctx, &rds.ModifyDBClusterParameterGroupInput{
			DBClusterParameterGroupName: ptr("papers"), Parameters: []types.Parameter{
				{ParameterName: ptr("tls"), ParameterValue: ptr("disabled"), ApplyMethod: types.ApplyMethodPendingReboot},
			},
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::RDS::DBParameterGroup", "AWS::Neptune::DBParameterGroup",
		"AWS::RDS::DBClusterParameterGroup", "AWS::DocDB::DBClusterParameterGroup")
	orders := one(t, got, "AWS::RDS::DBParameterGroup", "orders")
	expect(t, orders, map[string]any{
		"DBParameterGroupName": "orders", "Family": "postgres14", "Description": "Orders",
		"Parameters": map[string]any{"rds.force_ssl": "1", "log_statement": "ddl"},
	})
	if orders.ARN != "arn:aws:rds:us-east-1:123456789012:pg:orders" {
		t.Errorf("orders = %s", orders.ARN)
	}
	expect(t, one(t, got, "AWS::RDS::DBParameterGroup", "plain"), map[string]any{"Family": "mysql8.0", "Parameters": nil})
	expect(t, one(t, got, "AWS::Neptune::DBParameterGroup", "fraud"), map[string]any{"Family": "neptune1.3", "Name": "fraud"})
	expect(t, one(t, got, "AWS::RDS::DBClusterParameterGroup", "stock"), map[string]any{
		"DBClusterParameterGroupName": "stock", "Family": "aurora-mysql8.0", "Description": "Stock", "Parameters": nil,
	})
	expect(t, one(t, got, "AWS::DocDB::DBClusterParameterGroup", "papers"), map[string]any{
		"Name": "papers", "Family": "docdb5.0", "Parameters": map[string]any{"tls": "disabled"},
	})
}

// The answers are written after the Amazon RDS API Reference: moto lists no
// default groups, and gives their parameters whatever their source.
func TestDBParameterCalls(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeDBParameterGroups": {{body: `<DescribeDBParameterGroupsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBParameterGroupsResult><DBParameterGroups>
<DBParameterGroup><DBParameterGroupName>default.postgres16</DBParameterGroupName><DBParameterGroupFamily>postgres16</DBParameterGroupFamily></DBParameterGroup>
<DBParameterGroup><DBParameterGroupName>orders</DBParameterGroupName><DBParameterGroupFamily>postgres16</DBParameterGroupFamily></DBParameterGroup>
<DBParameterGroup><DBParameterGroupName>gone</DBParameterGroupName><DBParameterGroupFamily>postgres16</DBParameterGroupFamily></DBParameterGroup>
</DBParameterGroups></DescribeDBParameterGroupsResult></DescribeDBParameterGroupsResponse>`}},
		"DescribeDBParameters": {
			{when: "gone", status: 404, body: `<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>DBParameterGroupNotFound</Code><Message>gone</Message></Error></ErrorResponse>`},
			{when: "Source=user", body: `<DescribeDBParametersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBParametersResult><Parameters>
<Parameter><ParameterName>rds.force_ssl</ParameterName><ParameterValue>0</ParameterValue><Source>user</Source></Parameter>
</Parameters></DescribeDBParametersResult></DescribeDBParametersResponse>`},
		},
	})
	inv, stats := server.collected(t, "AWS::RDS::DBParameterGroup")
	if len(stats.Failures) > 0 || len(inv.Resources) != 2 {
		t.Errorf("failures %v, %d resources, want 2", stats.Failures, len(inv.Resources))
	}
	expect(t, one(t, inv.Resources, "AWS::RDS::DBParameterGroup", "default.postgres16"), map[string]any{"Parameters": nil, "Family": "postgres16"})
	expect(t, one(t, inv.Resources, "AWS::RDS::DBParameterGroup", "orders"), map[string]any{"Parameters": map[string]any{"rds.force_ssl": "0"}})
	if n := server.count("DescribeDBParameters"); n != 2 {
		t.Errorf("%d calls of DescribeDBParameters, want 2: a default group has nothing set", n)
	}
}

func TestDBGroups(t *testing.T) {
	moto := awstest.Moto(t)
	client := rds.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	vpc, err := ec2.NewFromConfig(moto.Config("us-east-1")).CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: ptr("10.0.0.0/16")})
	if err != nil {
		t.Fatal(err)
	}
	var subnets []string
	for zone, block := range map[string]string{"us-east-1a": "10.0.1.0/24", "us-east-1b": "10.0.2.0/24"} {
		subnet, err := ec2.NewFromConfig(moto.Config("us-east-1")).CreateSubnet(ctx, &ec2.CreateSubnetInput{
			VpcId: vpc.Vpc.VpcId, CidrBlock: &block, AvailabilityZone: &zone,
		})
		if err != nil {
			t.Fatal(err)
		}
		subnets = append(subnets, *subnet.Subnet.SubnetId)
	}
	for _, err := range []error{
		second(client.CreateDBSubnetGroup(ctx, &rds.CreateDBSubnetGroupInput{
			DBSubnetGroupName: ptr("private"), DBSubnetGroupDescription: ptr("Private"), SubnetIds: subnets,
		})),
		second(client.CreateDBSecurityGroup(ctx, &rds.CreateDBSecurityGroupInput{
			DBSecurityGroupName: ptr("classic"), DBSecurityGroupDescription: ptr("Orders database"),
		})),
		second(client.AuthorizeDBSecurityGroupIngress(ctx, &rds.AuthorizeDBSecurityGroupIngressInput{
			DBSecurityGroupName: ptr("classic"), CIDRIP: ptr("0.0.0.0/0"),
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::RDS::DBSubnetGroup", "AWS::RDS::DBSecurityGroup")
	group := one(t, got, "AWS::RDS::DBSubnetGroup", "private")
	expect(t, group, map[string]any{
		"DBSubnetGroupName": "private", "DBSubnetGroupDescription": "Private", "VpcId": *vpc.Vpc.VpcId,
	})
	if ids, _ := group.Properties["SubnetIds"].([]any); len(ids) != 2 {
		t.Errorf("SubnetIds = %v, want %v", group.Properties["SubnetIds"], subnets)
	}
	expect(t, one(t, got, "AWS::RDS::DBSecurityGroup", "classic"), map[string]any{
		"GroupDescription": "Orders database", "DBSecurityGroupIngress": []any{map[string]any{"CIDRIP": "0.0.0.0/0"}}, "Id": "classic",
	})
}

// The answer is written after the Amazon RDS API Reference: moto lists option
// groups only by name.
func TestOptionGroups(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeOptionGroups": {{body: `<DescribeOptionGroupsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeOptionGroupsResult><OptionGroupsList>
<OptionGroup><OptionGroupName>audit</OptionGroupName><EngineName>mysql</EngineName><MajorEngineVersion>8.0</MajorEngineVersion>
  <OptionGroupDescription>Audit</OptionGroupDescription><OptionGroupArn>arn:aws:rds:us-east-1:123456789012:og:audit</OptionGroupArn>
  <Options><Option><OptionName>MEMCACHED</OptionName><OptionDescription>Innodb Memcached for MySQL</OptionDescription><Persistent>false</Persistent><Permanent>false</Permanent>
    <Port>11212</Port><OptionSettings><OptionSetting><Name>DAEMON_MEMCACHED_R_BATCH_SIZE</Name><Value>1</Value><DefaultValue>1</DefaultValue><IsModifiable>true</IsModifiable></OptionSetting></OptionSettings>
    <VpcSecurityGroupMemberships><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-1</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroupMembership></VpcSecurityGroupMemberships>
  </Option></Options></OptionGroup>
</OptionGroupsList></DescribeOptionGroupsResult></DescribeOptionGroupsResponse>`}},
	})
	inv, stats := server.collected(t, "AWS::RDS::OptionGroup")
	if len(stats.Failures) > 0 {
		t.Errorf("failures = %v", stats.Failures)
	}
	group := one(t, inv.Resources, "AWS::RDS::OptionGroup", "audit")
	expect(t, group, map[string]any{
		"OptionGroupName": "audit", "EngineName": "mysql", "MajorEngineVersion": "8.0", "OptionGroupDescription": "Audit",
		"OptionConfigurations": []any{map[string]any{
			"OptionName": "MEMCACHED", "Port": int64(11212), "VpcSecurityGroupMemberships": []any{"sg-1"},
			"OptionSettings": []any{map[string]any{"Name": "DAEMON_MEMCACHED_R_BATCH_SIZE", "Value": "1"}},
		}},
	})
	if group.ARN != "arn:aws:rds:us-east-1:123456789012:og:audit" {
		t.Errorf("group = %s", group.ARN)
	}
}
