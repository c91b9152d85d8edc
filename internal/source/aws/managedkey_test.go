package aws

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Where the aliases cannot be listed, nobody knows whose a key is; a resource
// without a key has none all the same. The answers are written after the API
// References of Amazon RDS and AWS KMS.
func TestKeyAliasDenied(t *testing.T) {
	server := answering(t, map[string]answers{
		"DescribeDBClusters": {{body: `<DescribeDBClustersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBClustersResult><DBClusters>
<DBCluster><DBClusterIdentifier>sealed</DBClusterIdentifier><Engine>aurora-mysql</Engine><KmsKeyId>arn:aws:kms:us-east-1:123456789012:key/11111111-1111-1111-1111-111111111111</KmsKeyId></DBCluster>
<DBCluster><DBClusterIdentifier>open</DBClusterIdentifier><Engine>aurora-mysql</Engine></DBCluster>
</DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>`}},
		"TrentService.ListAliases": {{status: 400, body: `{"__type":"AccessDeniedException","message":"no"}`}},
	})
	inv, stats := server.collected(t, "AWS::RDS::DBCluster")
	sealed := one(t, inv.Resources, "AWS::RDS::DBCluster", "sealed")
	if _, ok := sealed.Properties["KmsKeyId"].(*cloud.Unresolved); !ok {
		t.Errorf("KmsKeyId = %v, want unresolved", sealed.Properties["KmsKeyId"])
	}
	expect(t, sealed, map[string]any{"PerformanceInsightsKmsKeyId": nil, "Engine": "aurora-mysql"})
	expect(t, one(t, inv.Resources, "AWS::RDS::DBCluster", "open"), map[string]any{"KmsKeyId": nil})
	if len(stats.Failures) != 1 || stats.Failures[0].Action != "kms:ListAliases" || stats.Failures[0].Cause != Denied {
		t.Errorf("failures = %v", stats.Failures)
	}
}
