package aws

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestDomains(t *testing.T) {
	moto := awstest.Moto(t)
	client := opensearch.NewFromConfig(moto.Config("us-east-1"))
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"es:*","Resource":"*"}]}`
	for _, create := range []*opensearch.CreateDomainInput{
		{
			DomainName: ptr("logs"), EngineVersion: ptr("OpenSearch_2.19"), AccessPolicies: &policy,
			ClusterConfig: &types.ClusterConfig{
				InstanceType: "r7g.large.search", InstanceCount: ptr(int32(3)), ZoneAwarenessEnabled: ptr(true),
				ZoneAwarenessConfig:    &types.ZoneAwarenessConfig{AvailabilityZoneCount: ptr(int32(3))},
				DedicatedMasterEnabled: ptr(true), DedicatedMasterCount: ptr(int32(3)), DedicatedMasterType: "m7g.large.search",
			},
			EBSOptions:                  &types.EBSOptions{EBSEnabled: ptr(true), VolumeType: types.VolumeTypeGp3, VolumeSize: ptr(int32(100))},
			EncryptionAtRestOptions:     &types.EncryptionAtRestOptions{Enabled: ptr(true), KmsKeyId: ptr("arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333")},
			NodeToNodeEncryptionOptions: &types.NodeToNodeEncryptionOptions{Enabled: ptr(true)},
			DomainEndpointOptions:       &types.DomainEndpointOptions{EnforceHTTPS: ptr(true), TLSSecurityPolicy: types.TLSSecurityPolicyPolicyMinTls12201907},
			LogPublishingOptions: map[string]types.LogPublishingOption{
				"INDEX_SLOW_LOGS": {CloudWatchLogsLogGroupArn: ptr("arn:aws:logs:us-east-1:123456789012:log-group:slow"), Enabled: ptr(true)},
			},
			TagList: []types.Tag{{Key: ptr("Team"), Value: ptr("ops")}},
		},
		{DomainName: ptr("legacy"), EngineVersion: ptr("Elasticsearch_6.8"), ClusterConfig: &types.ClusterConfig{InstanceType: "m5.large.search"}},
	} {
		if _, err := client.CreateDomain(t.Context(), create); err != nil {
			t.Fatal(err)
		}
	}
	got := collected(t, moto, "AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain")
	if len(got) != 3 {
		t.Errorf("%d resources, want 3", len(got))
	}
	logs := one(t, got, "AWS::OpenSearchService::Domain", "logs")
	expect(t, logs, map[string]any{
		"DomainName": "logs", "EngineVersion": "OpenSearch_2.19", "Arn": "arn:aws:es:us-east-1:123456789012:domain/logs",
		"EBSOptions":                  map[string]any{"EBSEnabled": true, "VolumeType": "gp3", "VolumeSize": int64(100)},
		"EncryptionAtRestOptions":     map[string]any{"Enabled": true, "KmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/33333333-3333-3333-3333-333333333333"},
		"NodeToNodeEncryptionOptions": map[string]any{"Enabled": true},
		"LogPublishingOptions": map[string]any{
			"INDEX_SLOW_LOGS": map[string]any{"CloudWatchLogsLogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:slow", "Enabled": true},
		},
	})
	if logs.ARN != "arn:aws:es:us-east-1:123456789012:domain/logs" {
		t.Errorf("logs = %s", logs.ARN)
	}
	config := logs.Properties["ClusterConfig"].(map[string]any)
	if config["InstanceType"] != "r7g.large.search" || config["InstanceCount"] != int64(3) || config["DedicatedMasterEnabled"] != true || config["ZoneAwarenessEnabled"] != true {
		t.Errorf("ClusterConfig = %v", config)
	}
	endpoint := logs.Properties["DomainEndpointOptions"].(map[string]any)
	if endpoint["EnforceHTTPS"] != true || endpoint["TLSSecurityPolicy"] != "Policy-Min-TLS-1-2-2019-07" {
		t.Errorf("DomainEndpointOptions = %v", endpoint)
	}
	statements := logs.Properties["AccessPolicies"].(map[string]any)["Statement"].([]any)
	if statements[0].(map[string]any)["Action"] != "es:*" {
		t.Errorf("AccessPolicies = %v", logs.Properties["AccessPolicies"])
	}
	expect(t, one(t, got, "AWS::OpenSearchService::Domain", "legacy"), map[string]any{
		"EngineVersion": "Elasticsearch_6.8", "EncryptionAtRestOptions": map[string]any{"Enabled": false},
	})
	legacy := one(t, got, "AWS::Elasticsearch::Domain", "legacy")
	expect(t, legacy, map[string]any{"DomainName": "legacy", "ElasticsearchVersion": "6.8"})
	if config := legacy.Properties["ElasticsearchClusterConfig"].(map[string]any); config["InstanceType"] != "m5.large.elasticsearch" {
		t.Errorf("ElasticsearchClusterConfig = %v", config)
	}
}

// The answers are written after the Amazon OpenSearch Service API Reference:
// domains by the dozen, a key of AWS's, a VPC, and reservations, which moto
// does not have.
func TestDomainAnswers(t *testing.T) {
	var names, described []string
	for i := range 12 {
		names = append(names, fmt.Sprintf(`{"DomainName":"d%02d","EngineType":"OpenSearch"}`, i))
	}
	for i := range 12 {
		described = append(described, fmt.Sprintf(`{"DomainName":"d%02d","ARN":"arn:aws:es:us-east-1:123456789012:domain/d%02d","DomainId":"123456789012/d%02d","EngineVersion":"OpenSearch_2.19",
			"EncryptionAtRestOptions":{"Enabled":true,"KmsKeyId":"arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111"},
			"VPCOptions":{"VPCId":"vpc-1","SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"]},
			"AdvancedSecurityOptions":{"Enabled":true,"InternalUserDatabaseEnabled":false,"SAMLOptions":{"Enabled":true,"Idp":{"EntityId":"idp","MetadataContent":"<xml/>"}}},
			"OffPeakWindowOptions":{"Enabled":true,"OffPeakWindow":{"WindowStartTime":{"Hours":2,"Minutes":30}}}}`, i, i, i))
	}
	server := answering(t, map[string]answers{
		"GET /2021-01-01/domain": {{body: `{"DomainNames":[` + strings.Join(names, ",") + `]}`}},
		"POST /2021-01-01/opensearch/domain-info": {
			{when: `"d00"`, body: `{"DomainStatusList":[` + strings.Join(described[:5], ",") + `]}`},
			{when: `"d05"`, body: `{"DomainStatusList":[` + strings.Join(described[5:10], ",") + `]}`},
			{when: `"d10"`, body: `{"DomainStatusList":[` + strings.Join(described[10:], ",") + `]}`},
		},
		"TrentService.ListAliases":                                    {{body: `{"Aliases":[{"AliasName":"alias/aws/es","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/es","TargetKeyId":"11111111-1111-1111-1111-111111111111"}]}`}},
		"GET /2021-01-01/opensearch/reservedInstances?maxResults=100": {{body: `{"ReservedInstances":[{"ReservationName":"logs","ReservedInstanceId":"ri-1","InstanceType":"r7g.large.search","InstanceCount":3,"Duration":31536000,"StartTime":1768087501,"State":"active","PaymentOption":"NO_UPFRONT","FixedPrice":0.0,"UsagePrice":0.1}]}`}},
	})
	inv, stats := server.collected(t, "AWS::OpenSearchService::Domain", "AWS::OpenSearchService::ReservedInstance")
	if len(stats.Failures) > 0 || len(inv.Resources) != 13 {
		t.Errorf("failures %v, %d resources, want 13", stats.Failures, len(inv.Resources))
	}
	expect(t, one(t, inv.Resources, "AWS::OpenSearchService::Domain", "d07"), map[string]any{
		"Id":                      "123456789012/d07",
		"EncryptionAtRestOptions": map[string]any{"Enabled": true, "KmsKeyId": "alias/aws/es"},
		"VPCOptions":              map[string]any{"VPCId": "vpc-1", "SubnetIds": []any{"subnet-1"}, "SecurityGroupIds": []any{"sg-1"}},
		"AdvancedSecurityOptions": map[string]any{
			"Enabled": true, "InternalUserDatabaseEnabled": false,
			"SAMLOptions": map[string]any{"Enabled": true, "Idp": map[string]any{"EntityId": "idp", "MetadataContent": "<xml/>"}},
		},
		"OffPeakWindowOptions": map[string]any{
			"Enabled": true, "OffPeakWindow": map[string]any{"WindowStartTime": map[string]any{"Hours": int64(2), "Minutes": int64(30)}},
		},
	})
	reserved := one(t, inv.Resources, "AWS::OpenSearchService::ReservedInstance", "ri-1")
	expect(t, reserved, map[string]any{
		"InstanceType": "r7g.large.search", "InstanceCount": int64(3), "Duration": int64(31536000), "State": "active",
		"StartTime": "2026-01-10T23:25:01Z", "PaymentOption": "NO_UPFRONT", "ReservationName": "logs",
	})
	if n := server.count("POST /2021-01-01/opensearch/domain-info"); n != 3 {
		t.Errorf("%d calls of DescribeDomains for 12 domains, want 3", n)
	}
}

// Only what a rule needs is described.
func TestElasticsearchDomainsOnly(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /2021-01-01/domain": {{body: `{"DomainNames":[{"DomainName":"logs","EngineType":"OpenSearch"},{"DomainName":"legacy","EngineType":"Elasticsearch"}]}`}},
		"POST /2021-01-01/opensearch/domain-info": {{when: `["legacy"]`, body: `{"DomainStatusList":[{"DomainName":"legacy","ARN":"arn:aws:es:us-east-1:123456789012:domain/legacy","EngineVersion":"Elasticsearch_7.10",
			"ClusterConfig":{"InstanceType":"m5.large.search","WarmType":"ultrawarm1.medium.search","MultiAZWithStandbyEnabled":false}}]}`}},
	})
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}}, Regions: []string{"us-east-1"},
		Needs: rule.Reads{"AWS::Elasticsearch::Domain": {"ElasticsearchClusterConfig": true, "ElasticsearchVersion": true}}, Now: time.Now(), Attempts: 1,
	})
	if len(stats.Failures) > 0 || len(inv.Resources) != 1 {
		t.Fatalf("failures %v, %d resources, want 1", stats.Failures, len(inv.Resources))
	}
	expect(t, inv.Resources[0], map[string]any{
		"ElasticsearchVersion":       "7.10",
		"ElasticsearchClusterConfig": map[string]any{"InstanceType": "m5.large.elasticsearch", "WarmType": "ultrawarm1.medium.elasticsearch"},
	})
}
