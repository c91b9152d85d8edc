package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Elastic Kubernetes Service: clusters, of which the list tells only the
// names.
var eksCollectors = []collector{{
	service: "eks",
	types:   []emits{{typ: "AWS::EKS::Cluster", gives: "Name", tagged: "eks:cluster"}},
	calls:   "eks:ListClusters",
	read:    readKubernetes,
	parts: []part{{
		gives: "AccessConfig Arn CertificateAuthorityData ClusterSecurityGroupId ComputeConfig ControlPlaneScalingConfig DeletionProtection " +
			"EncryptionConfig EncryptionConfigKeyArn Endpoint Id KubernetesNetworkConfig Logging OpenIdConnectIssuerUrl OutpostConfig " +
			"RemoteNetworkConfig ResourcesVpcConfig RoleArn StorageConfig UpgradePolicy Version ZonalShiftConfig " +
			"CreatedAt PlatformVersion Status VpcId",
		calls: "eks:DescribeCluster",
		read:  readKubernetesCluster,
	}},
}}

func readKubernetes(ctx context.Context, s *scope) error {
	pages := eks.NewListClustersPaginator(eks.NewFromConfig(s.cfg), &eks.ListClustersInput{MaxResults: ptr(int32(100))})
	return each(ctx, pages, func(page *eks.ListClustersOutput) {
		for _, name := range page.Clusters {
			s.add(found{id: name, arn: s.arn("eks", "cluster/"+name), name: name, set: props{"Name": name}})
		}
	})
}

func readKubernetesCluster(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := eks.NewFromConfig(s.cfg).DescribeCluster(ctx, &eks.DescribeClusterInput{Name: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	c := out.Cluster
	r.Created = deref(c.CreatedAt)
	given := props{
		"AccessConfig":              c.AccessConfig,
		"Arn":                       c.Arn,
		"CertificateAuthorityData":  nil,
		"ClusterSecurityGroupId":    nil,
		"ComputeConfig":             c.ComputeConfig,
		"ControlPlaneScalingConfig": c.ControlPlaneScalingConfig,
		"CreatedAt":                 c.CreatedAt,
		"DeletionProtection":        c.DeletionProtection,
		"EncryptionConfig":          c.EncryptionConfig,
		"EncryptionConfigKeyArn":    nil,
		"Endpoint":                  c.Endpoint,
		"Id":                        c.Id,
		"KubernetesNetworkConfig":   c.KubernetesNetworkConfig,
		"Logging":                   clusterLogging(c.Logging),
		"OpenIdConnectIssuerUrl":    nil,
		"OutpostConfig":             c.OutpostConfig,
		"PlatformVersion":           c.PlatformVersion,
		"RemoteNetworkConfig":       c.RemoteNetworkConfig,
		"ResourcesVpcConfig":        nil,
		"RoleArn":                   c.RoleArn,
		"Status":                    c.Status,
		"StorageConfig":             c.StorageConfig,
		"UpgradePolicy":             c.UpgradePolicy,
		"Version":                   c.Version,
		"VpcId":                     nil,
		"ZonalShiftConfig":          c.ZonalShiftConfig,
	}
	if c.CertificateAuthority != nil {
		given["CertificateAuthorityData"] = c.CertificateAuthority.Data
	}
	if c.Identity != nil && c.Identity.Oidc != nil {
		given["OpenIdConnectIssuerUrl"] = c.Identity.Oidc.Issuer
	}
	for _, e := range c.EncryptionConfig {
		if e.Provider != nil {
			given["EncryptionConfigKeyArn"] = e.Provider.KeyArn
		}
	}
	if v := c.ResourcesVpcConfig; v != nil {
		network := object(v)
		delete(network, "ClusterSecurityGroupId")
		delete(network, "VpcId")
		given["ResourcesVpcConfig"], given["ClusterSecurityGroupId"], given["VpcId"] = network, v.ClusterSecurityGroupId, v.VpcId
	}
	return given, nil
}

// clusterLogging lists the logs that are on, as CloudFormation does; EKS lists
// those that are off, too.
func clusterLogging(logging *types.Logging) any {
	if logging == nil {
		return nil
	}
	var enabled []any
	for _, setup := range logging.ClusterLogging {
		if !deref(setup.Enabled) {
			continue
		}
		for _, kind := range setup.Types {
			enabled = append(enabled, map[string]any{"Type": string(kind)})
		}
	}
	if enabled == nil {
		return nil
	}
	return map[string]any{"ClusterLogging": map[string]any{"EnabledTypes": enabled}}
}
