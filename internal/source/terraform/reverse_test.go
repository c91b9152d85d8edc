package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTerraformPaths(t *testing.T) {
	for _, test := range []struct {
		tfType, cfnPath string
		want            []string
	}{
		{"aws_s3_bucket", "VersioningConfiguration.Status", []string{"versioning[].enabled"}},
		{"aws_s3_bucket", "VersioningConfiguration", []string{"versioning[]"}},
		{"aws_s3_bucket_versioning", "VersioningConfiguration.Status", []string{"versioning_configuration[].status"}},
		{"aws_db_instance", "StorageEncrypted", []string{"storage_encrypted"}},
		{"aws_iam_role", "AssumeRolePolicyDocument.Statement[0].Principal", []string{"assume_role_policy"}},
		{"aws_security_group", "SecurityGroupIngress[3].CidrIp", []string{"ingress[].cidr_blocks[]"}},
		{"aws_security_group", "SecurityGroupIngress", []string{"ingress[]"}},
		{"aws_lb", "LoadBalancerAttributes[Key=idle_timeout.timeout_seconds].Value", []string{"idle_timeout"}},
		{"aws_dynamodb_table", "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", []string{"point_in_time_recovery[].enabled"}},
		{"aws_s3_bucket_public_access_block", "PublicAccessBlockConfiguration", []string{"block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"}},
		{"aws_s3_bucket", "NoSuchProperty", nil},
		{"aws_no_such_type", "Name", nil},
		{"aws_s3_bucket", "", nil},
		{"aws_s3_bucket", "[", nil},
	} {
		got := TerraformPaths(test.tfType, test.cfnPath)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.tfType, test.cfnPath, diff)
		}
	}
}

func TestTerraformValue(t *testing.T) {
	for _, test := range []struct {
		tfType, tfPath, cfnPath string
		value, want             any
		ok                      bool
	}{
		{"aws_db_instance", "storage_encrypted", "StorageEncrypted", true, true, true},
		{"aws_lb", "internal", "Scheme", "internal", true, true},
		{"aws_lb", "internal", "Scheme", "internet-facing", false, true},
		{"aws_s3_bucket", "versioning[].enabled", "VersioningConfiguration.Status", "Enabled", true, true},
		{"aws_keyspaces_table", "point_in_time_recovery[].status", "PointInTimeRecoveryEnabled", true, "ENABLED", true},
		{"aws_sqs_queue_policy", "policy", "PolicyDocument", map[string]any{"Version": "2012-10-17"}, `{"Version":"2012-10-17"}`, true},
		{"aws_s3_bucket_acl", "acl", "AccessControl", "Private", "private", true},
		{"aws_vpc", "tags", "Tags", []any{map[string]any{"Key": "Name", "Value": "main"}}, map[string]any{"Name": "main"}, true},
		{"aws_instance", "user_data", "UserData", "aGk=", nil, false},
		{"aws_vpc", "no_such", "Tags", nil, nil, false},
	} {
		got, ok := TerraformValue(test.tfType, test.tfPath, test.cfnPath, test.value)
		if ok != test.ok || !cmp.Equal(got, test.want) {
			t.Errorf("%s %s %v: got %v, %v", test.tfType, test.tfPath, test.value, got, ok)
		}
	}
}
