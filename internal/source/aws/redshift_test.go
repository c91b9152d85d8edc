package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestWarehouses(t *testing.T) {
	moto := awstest.Moto(t)
	client := redshift.NewFromConfig(moto.Config("us-east-1"))
	ctx := t.Context()
	subnets, err := ec2.NewFromConfig(moto.Config("us-east-1")).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{
		second(client.CreateClusterSubnetGroup(ctx, &redshift.CreateClusterSubnetGroupInput{
			ClusterSubnetGroupName: ptr("private"), Description: ptr("Private"), SubnetIds: []string{*subnets.Subnets[0].SubnetId},
			Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("sales")}},
		})),
		second(client.CreateClusterParameterGroup(ctx, &redshift.CreateClusterParameterGroupInput{
			ParameterGroupName: ptr("sales"), ParameterGroupFamily: ptr("redshift-1.0"), Description: ptr("Sales"),
			Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("sales")}},
		})),
		second(client.CreateCluster(ctx, &redshift.CreateClusterInput{
			ClusterIdentifier: ptr("sales"), NodeType: ptr("ra3.xlplus"), ClusterType: ptr("multi-node"), NumberOfNodes: ptr(int32(2)),
			MasterUsername: ptr("sales_owner"), MasterUserPassword: ptr("Correct1Horse"), DBName: ptr("sales"), Port: ptr(int32(5440)),
			Encrypted: ptr(true), KmsKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333"),
			PubliclyAccessible: ptr(false), AllowVersionUpgrade: ptr(true), AutomatedSnapshotRetentionPeriod: ptr(int32(14)),
			ClusterSubnetGroupName: ptr("private"), ClusterParameterGroupName: ptr("sales"), EnhancedVpcRouting: ptr(true),
			IamRoles: []string{"arn:aws:iam::123456789012:role/copy"},
			Tags:     []types.Tag{{Key: ptr("Team"), Value: ptr("sales")}},
		})),
		second(client.CreateCluster(ctx, &redshift.CreateClusterInput{
			ClusterIdentifier: ptr("scratch"), NodeType: ptr("dc1.large"), ClusterType: ptr("single-node"),
			MasterUsername: ptr("awsuser"), MasterUserPassword: ptr("Correct1Horse"), Encrypted: ptr(false), PubliclyAccessible: ptr(true),
			AllowVersionUpgrade: ptr(false),
		})),
		second(client.EnableLogging(ctx, &redshift.EnableLoggingInput{
			ClusterIdentifier: ptr("sales"), BucketName: ptr("example-logs"), S3KeyPrefix: ptr("sales/"), LogDestinationType: types.LogDestinationTypeS3,
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::Redshift::Cluster", "AWS::Redshift::ClusterParameterGroup", "AWS::Redshift::ClusterSubnetGroup")
	sales := one(t, got, "AWS::Redshift::Cluster", "sales")
	expect(t, sales, map[string]any{
		"ClusterIdentifier": "sales", "NodeType": "ra3.xlplus", "ClusterType": "multi-node", "NumberOfNodes": int64(2),
		"MasterUsername": "sales_owner", "DBName": "sales", "Port": int64(5440), "Encrypted": true,
		"KmsKeyId":           "arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333",
		"PubliclyAccessible": false, "AllowVersionUpgrade": true, "AutomatedSnapshotRetentionPeriod": int64(14),
		"ClusterSubnetGroupName": "private", "ClusterParameterGroupName": "sales", "EnhancedVpcRouting": true,
		"IamRoles":          []any{"arn:aws:iam::123456789012:role/copy"},
		"LoggingProperties": map[string]any{"BucketName": "example-logs", "S3KeyPrefix": "sales/", "LogDestinationType": "s3"},
		"Tags":              []any{map[string]any{"Key": "Team", "Value": "sales"}},
	})
	if sales.ARN != "arn:aws:redshift:us-east-1:123456789012:cluster:sales" || sales.Tags["Team"] != "sales" || sales.Created.IsZero() {
		t.Errorf("sales = %s, tags %v, created %v", sales.ARN, sales.Tags, sales.Created)
	}
	expect(t, one(t, got, "AWS::Redshift::Cluster", "scratch"), map[string]any{
		"ClusterType": "single-node", "NumberOfNodes": int64(1), "Port": int64(5439), "Encrypted": false, "KmsKeyId": nil,
		"PubliclyAccessible": true, "AllowVersionUpgrade": false, "LoggingProperties": nil, "ClusterParameterGroupName": "default.redshift-1.0",
	})
	group := one(t, got, "AWS::Redshift::ClusterParameterGroup", "sales")
	expect(t, group, map[string]any{
		"ParameterGroupName": "sales", "ParameterGroupFamily": "redshift-1.0", "Description": "Sales", "Parameters": nil,
	})
	if group.ARN != "arn:aws:redshift:us-east-1:123456789012:parametergroup:sales" || group.Tags["Team"] != "sales" {
		t.Errorf("group = %s, tags %v", group.ARN, group.Tags)
	}
	expect(t, one(t, got, "AWS::Redshift::ClusterSubnetGroup", "private"), map[string]any{
		"ClusterSubnetGroupName": "private", "Description": "Private", "SubnetIds": []any{*subnets.Subnets[0].SubnetId},
		"VpcId": *subnets.Subnets[0].VpcId,
	})
}

// The answers are written after the Amazon Redshift API Reference: what moto
// does not give, and parameters, which it does not keep.
func TestWarehouseAnswers(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeClusters": {{body: `<DescribeClustersResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeClustersResult><Clusters>
<Cluster><ClusterIdentifier>sales</ClusterIdentifier><NumberOfNodes>2</NumberOfNodes><MultiAZ>Enabled</MultiAZ><ClusterStatus>available</ClusterStatus>
  <Endpoint><Address>sales.example.com</Address><Port>5439</Port></Endpoint><VpcId>vpc-1</VpcId>
  <VpcSecurityGroups><VpcSecurityGroup><VpcSecurityGroupId>sg-1</VpcSecurityGroupId><Status>active</Status></VpcSecurityGroup></VpcSecurityGroups>
  <AvailabilityZoneRelocationStatus>enabled</AvailabilityZoneRelocationStatus>
  <ClusterSnapshotCopyStatus><DestinationRegion>us-west-2</DestinationRegion><RetentionPeriod>7</RetentionPeriod><SnapshotCopyGrantName>grant</SnapshotCopyGrantName></ClusterSnapshotCopyStatus>
  <ElasticIpStatus><ElasticIp>203.0.113.7</ElasticIp><Status>active</Status></ElasticIpStatus>
  <HsmStatus><HsmClientCertificateIdentifier>client</HsmClientCertificateIdentifier><HsmConfigurationIdentifier>hsm</HsmConfigurationIdentifier><Status>active</Status></HsmStatus>
  <DeferredMaintenanceWindows><DeferredMaintenanceWindow><DeferMaintenanceIdentifier>dfm-1</DeferMaintenanceIdentifier><DeferMaintenanceStartTime>2026-11-20T00:00:00Z</DeferMaintenanceStartTime><DeferMaintenanceEndTime>2026-12-20T00:00:00Z</DeferMaintenanceEndTime></DeferredMaintenanceWindow></DeferredMaintenanceWindows>
  <MasterPasswordSecretArn>arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!sales</MasterPasswordSecretArn>
  <Encrypted>true</Encrypted><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KmsKeyId>
</Cluster>
<Cluster><ClusterIdentifier>new</ClusterIdentifier><NumberOfNodes>1</NumberOfNodes><ClusterStatus>creating</ClusterStatus><MultiAZ>Disabled</MultiAZ></Cluster>
</Clusters></DescribeClustersResult></DescribeClustersResponse>`}},
		"DescribeLoggingStatus": {
			{when: "ClusterIdentifier=new", status: 404, body: `<ErrorResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><Error><Type>Sender</Type><Code>ClusterNotFound</Code><Message>gone</Message></Error></ErrorResponse>`},
			{body: `<DescribeLoggingStatusResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeLoggingStatusResult><LoggingEnabled>true</LoggingEnabled><LogDestinationType>cloudwatch</LogDestinationType><LogExports><member>connectionlog</member><member>useractivitylog</member></LogExports></DescribeLoggingStatusResult></DescribeLoggingStatusResponse>`},
		},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasName":"alias/aws/redshift","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/redshift","TargetKeyId":"11111111-1111-1111-1111-111111111111"}]}`}},
		"DescribeClusterParameterGroups": {{body: `<DescribeClusterParameterGroupsResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeClusterParameterGroupsResult><ParameterGroups>
<ClusterParameterGroup><ParameterGroupName>default.redshift-2.0</ParameterGroupName><ParameterGroupFamily>redshift-2.0</ParameterGroupFamily></ClusterParameterGroup>
<ClusterParameterGroup><ParameterGroupName>sales</ParameterGroupName><ParameterGroupFamily>redshift-1.0</ParameterGroupFamily></ClusterParameterGroup>
</ParameterGroups></DescribeClusterParameterGroupsResult></DescribeClusterParameterGroupsResponse>`}},
		"DescribeClusterParameters": {{when: "Source=user", body: `<DescribeClusterParametersResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeClusterParametersResult><Parameters>
<Parameter><ParameterName>require_ssl</ParameterName><ParameterValue>true</ParameterValue><Source>user</Source></Parameter>
</Parameters></DescribeClusterParametersResult></DescribeClusterParametersResponse>`}},
		"DescribeReservedNodes": {{body: `<DescribeReservedNodesResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeReservedNodesResult><ReservedNodes>
<ReservedNode><ReservedNodeId>ri-1</ReservedNodeId><NodeType>ra3.xlplus</NodeType><NodeCount>2</NodeCount><StartTime>2026-01-10T23:25:01Z</StartTime><Duration>31536000</Duration>
  <FixedPrice>1300.0</FixedPrice><UsagePrice>0.0</UsagePrice><CurrencyCode>USD</CurrencyCode><State>active</State><OfferingType>Partial Upfront</OfferingType>
  <RecurringCharges><RecurringCharge><RecurringChargeAmount>0.21</RecurringChargeAmount><RecurringChargeFrequency>Hourly</RecurringChargeFrequency></RecurringCharge></RecurringCharges></ReservedNode>
</ReservedNodes></DescribeReservedNodesResult></DescribeReservedNodesResponse>`}},
	})
	inv, stats := server.collected(t, "AWS::Redshift::Cluster", "AWS::Redshift::ClusterParameterGroup", "AWS::Redshift::ReservedNode")
	if len(stats.Failures) > 0 || len(inv.Resources) != 4 {
		t.Errorf("failures %v, %d resources, want 4: a cluster that has gone is left out", stats.Failures, len(inv.Resources))
	}
	expect(t, one(t, inv.Resources, "AWS::Redshift::Cluster", "sales"), map[string]any{
		"MultiAZ": true, "VpcId": "vpc-1", "VpcSecurityGroupIds": []any{"sg-1"}, "AvailabilityZoneRelocation": true,
		"Endpoint": map[string]any{"Address": "sales.example.com", "Port": "5439"}, "Port": int64(5439),
		"DestinationRegion": "us-west-2", "SnapshotCopyRetentionPeriod": int64(7), "SnapshotCopyGrantName": "grant", "ElasticIp": "203.0.113.7",
		"HsmClientCertificateIdentifier": "client", "HsmConfigurationIdentifier": "hsm", "ManageMasterPassword": true,
		"DeferMaintenanceIdentifier": "dfm-1", "DeferMaintenanceEndTime": "2026-12-20T00:00:00Z", "KmsKeyId": "alias/aws/redshift",
		"DeferredMaintenanceWindows": []any{map[string]any{
			"DeferMaintenanceIdentifier": "dfm-1", "DeferMaintenanceStartTime": "2026-11-20T00:00:00Z", "DeferMaintenanceEndTime": "2026-12-20T00:00:00Z",
		}},
		"LoggingProperties": map[string]any{"LogDestinationType": "cloudwatch", "LogExports": []any{"connectionlog", "useractivitylog"}},
	})
	expect(t, one(t, inv.Resources, "AWS::Redshift::ClusterParameterGroup", "sales"), map[string]any{
		"Parameters": []any{map[string]any{"ParameterName": "require_ssl", "ParameterValue": "true"}},
	})
	expect(t, one(t, inv.Resources, "AWS::Redshift::ClusterParameterGroup", "default.redshift-2.0"), map[string]any{"Parameters": nil})
	expect(t, one(t, inv.Resources, "AWS::Redshift::ReservedNode", "ri-1"), map[string]any{
		"NodeType": "ra3.xlplus", "NodeCount": int64(2), "State": "active", "Duration": int64(31536000), "FixedPrice": 1300.0,
		"StartTime": "2026-01-10T23:25:01Z",
	})
	if n := server.count("DescribeClusterParameters"); n != 1 {
		t.Errorf("%d calls of DescribeClusterParameters, want 1: a default group has nothing set", n)
	}
}

// A cluster that has no endpoint yet has no known port.
func TestWarehouseWithoutEndpoint(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeClusters": {{body: `<DescribeClustersResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeClustersResult><Clusters>
<Cluster><ClusterIdentifier>new</ClusterIdentifier><NumberOfNodes>1</NumberOfNodes><ClusterStatus>creating</ClusterStatus></Cluster>
</Clusters></DescribeClustersResult></DescribeClustersResponse>`}},
		"DescribeLoggingStatus": {{body: `<DescribeLoggingStatusResponse xmlns="http://redshift.amazonaws.com/doc/2012-12-01/"><DescribeLoggingStatusResult><LoggingEnabled>false</LoggingEnabled></DescribeLoggingStatusResult></DescribeLoggingStatusResponse>`}},
	})
	inv, _ := server.collected(t, "AWS::Redshift::Cluster")
	r := one(t, inv.Resources, "AWS::Redshift::Cluster", "new")
	if _, ok := r.Properties["Port"].(*cloud.Unresolved); !ok {
		t.Errorf("Port = %v, want unresolved", r.Properties["Port"])
	}
	expect(t, r, map[string]any{"LoggingProperties": nil, "KmsKeyId": nil, "MultiAZ": false})
}
