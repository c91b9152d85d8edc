package account

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"
)

// dataWarehouse is the Redshift of the data team, and the one it replaced.
func (s *shop) dataWarehouse(ctx context.Context) error {
	at := s.production
	client := redshift.NewFromConfig(at.Config)
	tag := func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }
	return inOrder(ctx,
		to(client.CreateClusterSubnetGroup, &redshift.CreateClusterSubnetGroupInput{ClusterSubnetGroupName: new("harbourline-data"), Description: new("Data subnets"), SubnetIds: from(at.subnets, "data-a", "data-b")}),
		each(client.CreateClusterParameterGroup,
			&redshift.CreateClusterParameterGroupInput{ParameterGroupName: new("harbourline-warehouse"), ParameterGroupFamily: new("redshift-1.0"), Description: new("TLS only")},
			&redshift.CreateClusterParameterGroupInput{ParameterGroupName: new("old-warehouse"), ParameterGroupFamily: new("redshift-1.0"), Description: new("old")},
		),
		each(client.CreateCluster,
			&redshift.CreateClusterInput{
				ClusterIdentifier: new("harbourline-warehouse"), NodeType: new("ra3.xlplus"), ClusterType: new("multi-node"), NumberOfNodes: aws.Int32(2), DBName: new("warehouse"), Port: aws.Int32(5440),
				MasterUsername: new("warehouse_owner"), MasterUserPassword: new("Not-the-real-1"), Encrypted: new(true), KmsKeyId: at.key("harbourline-data"), PubliclyAccessible: new(false),
				ClusterSubnetGroupName: new("harbourline-data"), VpcSecurityGroupIds: from(at.groups, "harbourline-prod-data"), ClusterParameterGroupName: new("harbourline-warehouse"),
				AutomatedSnapshotRetentionPeriod: aws.Int32(14), AllowVersionUpgrade: new(true), EnhancedVpcRouting: new(true), Tags: as(production("data", ""), tag),
			},
			&redshift.CreateClusterInput{
				ClusterIdentifier: new("old-warehouse"), NodeType: new("dc1.large"), ClusterType: new("single-node"), DBName: new("dev"), MasterUsername: new("awsuser"), MasterUserPassword: new("Not-the-real-1"),
				Encrypted: new(false), PubliclyAccessible: new(true), AutomatedSnapshotRetentionPeriod: aws.Int32(1), AllowVersionUpgrade: new(false), ClusterParameterGroupName: new("old-warehouse"),
			},
		),
		to(client.EnableLogging, &redshift.EnableLoggingInput{ClusterIdentifier: new("harbourline-warehouse"), BucketName: new("harbourline-access-logs"), S3KeyPrefix: new("warehouse/")}),
	)
}
