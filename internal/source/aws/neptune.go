package aws

import "github.com/aws/aws-sdk-go-v2/service/rds/types"

// Amazon Neptune and Amazon DocumentDB, as the API of RDS tells of them.

func neptuneCluster(d *types.DBCluster) props {
	return props{
		"AssociatedRoles":                clusterRoles(d),
		"ClusterResourceId":              d.DbClusterResourceId,
		"DBClusterParameterGroupName":    d.DBClusterParameterGroup,
		"DBPort":                         d.Port,
		"DBSubnetGroupName":              d.DBSubnetGroup,
		"EnableCloudwatchLogsExports":    d.EnabledCloudwatchLogsExports,
		"IamAuthEnabled":                 d.IAMDatabaseAuthenticationEnabled,
		"ReadEndpoint":                   d.ReaderEndpoint,
		"ServerlessScalingConfiguration": d.ServerlessV2ScalingConfiguration,
		"VpcSecurityGroupIds":            vpcSecurityGroups(d.VpcSecurityGroups),
		"SnapshotIdentifier":             nil, // as of a cluster of RDS
		"SourceDBClusterIdentifier":      nil,
	}
}

func neptuneInstance(d *types.DBInstance) props {
	return props{
		"DBParameterGroupName": first(d.DBParameterGroups).DBParameterGroupName,
		"DBSubnetGroupName":    subnetGroupName(d),
		"Endpoint":             endpointAddress(d),
		"Port":                 instancePort(d),
	}
}

func docDBCluster(d *types.DBCluster) props {
	set := props{
		"ClusterResourceId":           d.DbClusterResourceId,
		"DBClusterParameterGroupName": d.DBClusterParameterGroup,
		"DBSubnetGroupName":           d.DBSubnetGroup,
		"EnableCloudwatchLogsExports": d.EnabledCloudwatchLogsExports,
		"ManageMasterUserPassword":    d.MasterUserSecret != nil,
		"MasterUserSecretKmsKeyId":    nil,
		"ReadEndpoint":                d.ReaderEndpoint,
		"VpcSecurityGroupIds":         vpcSecurityGroups(d.VpcSecurityGroups),
		"SnapshotIdentifier":          nil, // as of a cluster of RDS
		"SourceDBClusterIdentifier":   nil,
	}
	if d.MasterUserSecret != nil {
		set["MasterUserSecretKmsKeyId"] = d.MasterUserSecret.KmsKeyId
	}
	return set
}

func docDBInstance(d *types.DBInstance) props {
	return props{
		"EnablePerformanceInsights": d.PerformanceInsightsEnabled,
		"Endpoint":                  endpointAddress(d),
		"Port":                      instancePort(d),
	}
}

func subnetGroupName(d *types.DBInstance) *string {
	if d.DBSubnetGroup == nil {
		return nil
	}
	return d.DBSubnetGroup.DBSubnetGroupName
}

func endpointAddress(d *types.DBInstance) *string {
	if d.Endpoint == nil {
		return nil
	}
	return d.Endpoint.Address
}
