package terraform

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPartTypes(t *testing.T) {
	for _, test := range []struct {
		cfnType, path string
		want          []PartType
	}{
		{"AWS::S3::Bucket", "VersioningConfiguration.Status", []PartType{{"aws_s3_bucket_versioning", "bucket"}}},
		{"AWS::S3::Bucket", "PublicAccessBlockConfiguration.BlockPublicAcls", []PartType{{"aws_s3_bucket_public_access_block", "bucket"}}},
		{"AWS::EC2::SecurityGroup", "SecurityGroupIngress", nil},
		{"AWS::RDS::DBInstance", "StorageEncrypted", nil},
	} {
		if diff := cmp.Diff(test.want, PartTypes(test.cfnType, test.path)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.cfnType, test.path, diff)
		}
	}
}

func TestTerraformShape(t *testing.T) {
	for _, test := range []struct {
		tfType, path string
		want         ArgumentShape
		ok           bool
	}{
		{"aws_s3_bucket_versioning", "versioning_configuration[]", ArgumentShape{Block: true, Kind: "block", Single: true, Required: true}, true},
		{"aws_s3_bucket_versioning", "versioning_configuration[].status", ArgumentShape{Kind: "string", Required: true}, true},
		{"aws_security_group", "ingress[]", ArgumentShape{Objects: true, Kind: "set"}, true},
		{"aws_db_instance", "arn", ArgumentShape{Kind: "string", ReadOnly: true}, true},
		{"aws_db_instance", "no_such", ArgumentShape{}, false},
		{"aws_no_such_type", "name", ArgumentShape{}, false},
	} {
		got, ok := TerraformShape(test.tfType, test.path)
		if diff := cmp.Diff(test.want, got); diff != "" || ok != test.ok {
			t.Errorf("%s %s: %v (-want +got):\n%s", test.tfType, test.path, ok, diff)
		}
	}
}

func TestRequiredArguments(t *testing.T) {
	for _, test := range []struct {
		tfType, path string
		want         []string
	}{
		{"aws_s3_bucket_versioning", "", []string{"bucket", "versioning_configuration"}},
		{"aws_s3_bucket_versioning", "versioning_configuration[]", []string{"status"}},
		{"aws_no_such_type", "", nil},
	} {
		if diff := cmp.Diff(test.want, RequiredArguments(test.tfType, test.path)); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", test.tfType, test.path, diff)
		}
	}
}

func TestIsProperty(t *testing.T) {
	for _, test := range []struct {
		tfType, tfPath, cfnPath string
		want                    bool
	}{
		{"aws_iam_policy", "policy", "PolicyDocument", true},
		{"aws_iam_policy", "policy", "PolicyDocument.Statement", false},
		{"aws_cloudfront_distribution", "comment", "DistributionConfig", false},
		{"aws_security_group", "ingress[].cidr_blocks[]", "SecurityGroupIngress[2].CidrIp", true},
		{"aws_security_group", "ingress[]", "SecurityGroupIngress", false},
		{"aws_no_such_type", "name", "Name", false},
	} {
		if got := IsProperty(test.tfType, test.tfPath, test.cfnPath); got != test.want {
			t.Errorf("%s %s %s: %v", test.tfType, test.tfPath, test.cfnPath, got)
		}
	}
}
