package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestKubernetes(t *testing.T) {
	moto := awstest.Moto(t)
	client := eks.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateCluster(t.Context(), &eks.CreateClusterInput{
		Name: ptr("shop"), Version: ptr("1.33"), RoleArn: ptr("arn:aws:iam::123456789012:role/cluster"),
		ResourcesVpcConfig: &types.VpcConfigRequest{
			SubnetIds: []string{"subnet-1"}, SecurityGroupIds: []string{"sg-1"},
			EndpointPublicAccess: ptr(true), EndpointPrivateAccess: ptr(true), PublicAccessCidrs: []string{"203.0.113.0/24"},
		},
		Logging: &types.Logging{ClusterLogging: []types.LogSetup{
			{Enabled: ptr(true), Types: []types.LogType{types.LogTypeApi, types.LogTypeAudit}},
			{Enabled: ptr(false), Types: []types.LogType{types.LogTypeScheduler}},
		}},
		EncryptionConfig: []types.EncryptionConfig{{Provider: &types.Provider{KeyArn: ptr("arn:key")}, Resources: []string{"secrets"}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	cluster := one(t, collected(t, moto, "AWS::EKS::Cluster"), "AWS::EKS::Cluster", "shop")
	if cluster.ARN != *created.Cluster.Arn || cluster.Created.IsZero() {
		t.Errorf("cluster = %+v", cluster)
	}
	for name, want := range map[string]any{
		"Name": "shop", "Version": "1.33", "RoleArn": "arn:aws:iam::123456789012:role/cluster", "Arn": *created.Cluster.Arn,
		"Logging": map[string]any{"ClusterLogging": map[string]any{"EnabledTypes": []any{
			map[string]any{"Type": "api"}, map[string]any{"Type": "audit"},
		}}},
		"EncryptionConfig":       []any{map[string]any{"Provider": map[string]any{"KeyArn": "arn:key"}, "Resources": []any{"secrets"}}},
		"EncryptionConfigKeyArn": "arn:key",
		"OutpostConfig":          nil,
	} {
		if diff := cmp.Diff(want, cluster.Properties[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// moto gives back what it was given, without the group, the network and the
// identity that EKS makes; this answer is written after the API
// reference.
func TestKubernetesNetwork(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /clusters?maxResults=100": {{body: `{"clusters":["shop"]}`}},
		"GET /clusters/shop": {{body: `{"cluster":{"name":"shop","arn":"arn:aws:eks:us-east-1:123456789012:cluster/shop","version":"1.33","status":"ACTIVE",
			"createdAt":1767225600.0,"platformVersion":"eks.4","endpoint":"https://shop.eks.amazonaws.com","certificateAuthority":{"data":"Y2E="},
			"identity":{"oidc":{"issuer":"https://oidc.eks.us-east-1.amazonaws.com/id/1"}},"upgradePolicy":{"supportType":"EXTENDED"},
			"accessConfig":{"authenticationMode":"API"},"deletionProtection":true,
			"logging":{"clusterLogging":[{"types":["api","audit"],"enabled":false}]},
			"resourcesVpcConfig":{"subnetIds":["subnet-1","subnet-2"],"securityGroupIds":["sg-1"],"clusterSecurityGroupId":"sg-2","vpcId":"vpc-1",
			"endpointPublicAccess":true,"endpointPrivateAccess":false,"publicAccessCidrs":["0.0.0.0/0"]}}}`}},
	})
	inv, stats := server.collected(t, "AWS::EKS::Cluster")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	want := map[string]any{
		"Name": "shop", "Arn": "arn:aws:eks:us-east-1:123456789012:cluster/shop", "Version": "1.33", "Status": "ACTIVE",
		"CreatedAt": "2026-01-01T00:00:00Z", "PlatformVersion": "eks.4", "Endpoint": "https://shop.eks.amazonaws.com",
		"CertificateAuthorityData": "Y2E=", "OpenIdConnectIssuerUrl": "https://oidc.eks.us-east-1.amazonaws.com/id/1",
		"UpgradePolicy": map[string]any{"SupportType": "EXTENDED"}, "AccessConfig": map[string]any{"AuthenticationMode": "API"},
		"DeletionProtection": true, "ClusterSecurityGroupId": "sg-2", "VpcId": "vpc-1",
		"ResourcesVpcConfig": map[string]any{
			"SubnetIds": []any{"subnet-1", "subnet-2"}, "SecurityGroupIds": []any{"sg-1"}, "PublicAccessCidrs": []any{"0.0.0.0/0"},
			"EndpointPublicAccess": true, "EndpointPrivateAccess": false,
		},
	}
	if diff := cmp.Diff(want, one(t, inv.Resources, "AWS::EKS::Cluster", "shop").Properties); diff != "" {
		t.Errorf("cluster (-want +got):\n%s", diff)
	}
}
