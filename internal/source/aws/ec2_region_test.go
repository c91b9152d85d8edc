package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestEncryptionByDefault(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	for _, on := range []bool{false, true} {
		if on {
			if _, err := client.EnableEbsEncryptionByDefault(t.Context(), &ec2.EnableEbsEncryptionByDefaultInput{}); err != nil {
				t.Fatal(err)
			}
		}
		r := one(t, collectedProperties(t, moto, "AWS::EC2::RegionSettings", "EbsEncryptionByDefault"), "AWS::EC2::RegionSettings", "us-east-1")
		want := map[string]any{"RegionName": "us-east-1", "EbsEncryptionByDefault": on}
		if diff := cmp.Diff(want, r.Properties); diff != "" {
			t.Errorf("settings (-want +got):\n%s", diff)
		}
	}
}

// TestRegionSettings: moto has only some of them.
//
// Written after the Amazon EC2 API Reference: GetEbsEncryptionByDefault,
// GetEbsDefaultKmsKeyId, GetInstanceMetadataDefaults,
// GetSerialConsoleAccessStatus, GetSnapshotBlockPublicAccessState,
// GetImageBlockPublicAccessState, DescribeAccountAttributes.
func TestRegionSettings(t *testing.T) {
	prepared := map[string]answers{
		"GetEbsEncryptionByDefault": {{body: `<GetEbsEncryptionByDefaultResponse><ebsEncryptionByDefault>true</ebsEncryptionByDefault></GetEbsEncryptionByDefaultResponse>`}},
		"GetEbsDefaultKmsKeyId":     {{body: `<GetEbsDefaultKmsKeyIdResponse><kmsKeyId>alias/aws/ebs</kmsKeyId></GetEbsDefaultKmsKeyIdResponse>`}},
		"GetInstanceMetadataDefaults": {{body: `<GetInstanceMetadataDefaultsResponse><accountLevel><httpTokens>required</httpTokens>
			<httpPutResponseHopLimit>2</httpPutResponseHopLimit><managedBy>account</managedBy></accountLevel></GetInstanceMetadataDefaultsResponse>`}},
		"GetSerialConsoleAccessStatus":      {{body: `<GetSerialConsoleAccessStatusResponse><serialConsoleAccessEnabled>false</serialConsoleAccessEnabled></GetSerialConsoleAccessStatusResponse>`}},
		"GetSnapshotBlockPublicAccessState": {{body: `<GetSnapshotBlockPublicAccessStateResponse><state>block-all-sharing</state></GetSnapshotBlockPublicAccessStateResponse>`}},
		"GetImageBlockPublicAccessState":    {{body: `<GetImageBlockPublicAccessStateResponse><imageBlockPublicAccessState>unblocked</imageBlockPublicAccessState></GetImageBlockPublicAccessStateResponse>`}},
		"DescribeAccountAttributes": {{body: `<DescribeAccountAttributesResponse><accountAttributeSet>
			<item><attributeName>supported-platforms</attributeName><attributeValueSet><item><attributeValue>VPC</attributeValue></item></attributeValueSet></item>
			<item><attributeName>vpc-max-elastic-ips</attributeName><attributeValueSet><item><attributeValue>25</attributeValue></item></attributeValueSet></item>
			<item><attributeName>vpc-max-security-groups-per-interface</attributeName><attributeValueSet><item><attributeValue>5</attributeValue></item></attributeValueSet></item>
			<item><attributeName>default-vpc</attributeName><attributeValueSet><item><attributeValue>vpc-0a</attributeValue></item></attributeValueSet></item>
		</accountAttributeSet></DescribeAccountAttributesResponse>`}},
	}
	inv, stats := answering(t, prepared).collected(t, "AWS::EC2::RegionSettings")
	want := []*cloud.Resource{{
		Type: "AWS::EC2::RegionSettings", ID: "us-east-1", Name: "us-east-1", Account: "123456789012", World: "123456789012", Region: "us-east-1",
		Properties: map[string]any{
			"RegionName": "us-east-1", "EbsEncryptionByDefault": true, "EbsDefaultKmsKeyId": "alias/aws/ebs",
			"InstanceMetadataDefaults":   map[string]any{"HttpPutResponseHopLimit": int64(2), "HttpTokens": "required", "ManagedBy": "account"},
			"SerialConsoleAccessEnabled": false, "SnapshotBlockPublicAccessState": "block-all-sharing",
			"ImageBlockPublicAccessState": "unblocked", "DefaultVpc": "vpc-0a", "VpcMaxElasticIps": int64(25),
			"VpcMaxSecurityGroupsPerInterface": int64(5),
		},
	}}
	if diff := cmp.Diff(want, inv.Resources); diff != "" || stats.Calls != 7 {
		t.Errorf("%d calls, want 7; settings (-want +got):\n%s", stats.Calls, diff)
	}

	prepared["GetImageBlockPublicAccessState"] = answers{{status: 403, body: `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors></Response>`}}
	prepared["DescribeAccountAttributes"] = answers{{body: `<DescribeAccountAttributesResponse><accountAttributeSet>
		<item><attributeName>default-vpc</attributeName><attributeValueSet><item><attributeValue>none</attributeValue></item></attributeValueSet></item>
		<item><attributeName>vpc-max-elastic-ips</attributeName><attributeValueSet><item><attributeValue>many</attributeValue></item></attributeValueSet></item>
	</accountAttributeSet></DescribeAccountAttributesResponse>`}}
	inv, _ = answering(t, prepared).collected(t, "AWS::EC2::RegionSettings")
	got := some(inv.Resources[0], "DefaultVpc", "EbsEncryptionByDefault", "ImageBlockPublicAccessState", "VpcMaxElasticIps", "VpcMaxSecurityGroupsPerInterface")
	if diff := cmp.Diff(map[string]any{
		"EbsEncryptionByDefault":      true,
		"ImageBlockPublicAccessState": &cloud.Unresolved{Reason: "ec2:GetImageBlockPublicAccessState is denied in us-east-1: the permission has to be added"},
		"VpcMaxElasticIps":            &cloud.Unresolved{Reason: `"many" is no number`},
	}, got); diff != "" {
		t.Errorf("settings that are denied (-want +got):\n%s", diff)
	}
}
