package account

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

var ec2Kinds = []kind{
	{"AWS::EC2::CustomerGateway", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeCustomerGateways, func(o *ec2.DescribeCustomerGatewaysOutput) int { return len(o.CustomerGateways) })},
	{"AWS::EC2::EIP", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeAddresses, func(o *ec2.DescribeAddressesOutput) int { return len(o.Addresses) })},
	{"AWS::EC2::FlowLog", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeFlowLogs, func(o *ec2.DescribeFlowLogsOutput) int { return len(o.FlowLogs) })},
	{"AWS::EC2::Image", false, func(ctx context.Context, cfg aws.Config) (int, error) {
		answer, err := ec2.NewFromConfig(cfg).DescribeImages(ctx, &ec2.DescribeImagesInput{Owners: []string{"self"}})
		if err != nil {
			return 0, err
		}
		return len(answer.Images), nil
	}},
	{"AWS::EC2::Instance", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeInstances, func(o *ec2.DescribeInstancesOutput) int {
		n := 0
		for _, r := range o.Reservations {
			n += len(r.Instances)
		}
		return n
	})},
	{"AWS::EC2::InternetGateway", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeInternetGateways, func(o *ec2.DescribeInternetGatewaysOutput) int { return len(o.InternetGateways) })},
	{"AWS::EC2::KeyPair", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeKeyPairs, func(o *ec2.DescribeKeyPairsOutput) int { return len(o.KeyPairs) })},
	{"AWS::EC2::LaunchTemplate", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeLaunchTemplates, func(o *ec2.DescribeLaunchTemplatesOutput) int { return len(o.LaunchTemplates) })},
	{"AWS::EC2::NatGateway", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeNatGateways, func(o *ec2.DescribeNatGatewaysOutput) int { return len(o.NatGateways) })},
	{"AWS::EC2::NetworkAcl", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeNetworkAcls, func(o *ec2.DescribeNetworkAclsOutput) int { return len(o.NetworkAcls) })},
	{"AWS::EC2::RouteTable", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeRouteTables, func(o *ec2.DescribeRouteTablesOutput) int { return len(o.RouteTables) })},
	{"AWS::EC2::SecurityGroup", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeSecurityGroups, func(o *ec2.DescribeSecurityGroupsOutput) int { return len(o.SecurityGroups) })},
	{"AWS::EC2::Snapshot", false, func(ctx context.Context, cfg aws.Config) (int, error) {
		// The server lists the snapshots of everyone, whatever OwnerIds says.
		answer, err := ec2.NewFromConfig(cfg).DescribeSnapshots(ctx, &ec2.DescribeSnapshotsInput{OwnerIds: []string{"self"}})
		if err != nil {
			return 0, err
		}
		return len(slices.DeleteFunc(answer.Snapshots, func(s types.Snapshot) bool { return aws.ToString(s.OwnerId) != "123456789012" })), nil
	}},
	{"AWS::EC2::Subnet", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeSubnets, func(o *ec2.DescribeSubnetsOutput) int { return len(o.Subnets) })},
	{"AWS::EC2::TransitGateway", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeTransitGateways, func(o *ec2.DescribeTransitGatewaysOutput) int { return len(o.TransitGateways) })},
	{"AWS::EC2::VPC", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVpcs, func(o *ec2.DescribeVpcsOutput) int { return len(o.Vpcs) })},
	{"AWS::EC2::VPCEndpoint", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVpcEndpoints, func(o *ec2.DescribeVpcEndpointsOutput) int { return len(o.VpcEndpoints) })},
	{"AWS::EC2::VPCPeeringConnection", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVpcPeeringConnections, func(o *ec2.DescribeVpcPeeringConnectionsOutput) int { return len(o.VpcPeeringConnections) })},
	{"AWS::EC2::VPNConnection", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVpnConnections, func(o *ec2.DescribeVpnConnectionsOutput) int { return len(o.VpnConnections) })},
	{"AWS::EC2::VPNGateway", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVpnGateways, func(o *ec2.DescribeVpnGatewaysOutput) int { return len(o.VpnGateways) })},
	{"AWS::EC2::Volume", false, of(ec2.NewFromConfig, (*ec2.Client).DescribeVolumes, func(o *ec2.DescribeVolumesOutput) int { return len(o.Volumes) })},
}
