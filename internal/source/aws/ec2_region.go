package aws

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What an account has set for EC2 in a region as a whole, a call each.
var ec2RegionCollectors = []collector{{
	service: "ec2",
	types:   []emits{{typ: "AWS::EC2::RegionSettings", gives: "RegionName", tagged: "-"}},
	read: func(_ context.Context, s *scope) error {
		s.add(found{id: s.region, name: s.region, set: props{"RegionName": s.region}})
		return nil
	},
	parts: []part{
		regionSetting("EbsEncryptionByDefault", "ec2:GetEbsEncryptionByDefault", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetEbsEncryptionByDefault(ctx, &ec2.GetEbsEncryptionByDefaultInput{})
			if err != nil {
				return nil, err
			}
			return props{"EbsEncryptionByDefault": out.EbsEncryptionByDefault}, nil
		}),
		regionSetting("EbsDefaultKmsKeyId", "ec2:GetEbsDefaultKmsKeyId", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetEbsDefaultKmsKeyId(ctx, &ec2.GetEbsDefaultKmsKeyIdInput{})
			if err != nil {
				return nil, err
			}
			return props{"EbsDefaultKmsKeyId": out.KmsKeyId}, nil
		}),
		regionSetting("InstanceMetadataDefaults", "ec2:GetInstanceMetadataDefaults", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetInstanceMetadataDefaults(ctx, &ec2.GetInstanceMetadataDefaultsInput{})
			if err != nil {
				return nil, err
			}
			return props{"InstanceMetadataDefaults": out.AccountLevel}, nil
		}),
		regionSetting("SerialConsoleAccessEnabled", "ec2:GetSerialConsoleAccessStatus", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetSerialConsoleAccessStatus(ctx, &ec2.GetSerialConsoleAccessStatusInput{})
			if err != nil {
				return nil, err
			}
			return props{"SerialConsoleAccessEnabled": out.SerialConsoleAccessEnabled}, nil
		}),
		regionSetting("SnapshotBlockPublicAccessState", "ec2:GetSnapshotBlockPublicAccessState", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetSnapshotBlockPublicAccessState(ctx, &ec2.GetSnapshotBlockPublicAccessStateInput{})
			if err != nil {
				return nil, err
			}
			return props{"SnapshotBlockPublicAccessState": out.State}, nil
		}),
		regionSetting("ImageBlockPublicAccessState", "ec2:GetImageBlockPublicAccessState", func(ctx context.Context, c *ec2.Client) (props, error) {
			out, err := c.GetImageBlockPublicAccessState(ctx, &ec2.GetImageBlockPublicAccessStateInput{})
			if err != nil {
				return nil, err
			}
			return props{"ImageBlockPublicAccessState": out.ImageBlockPublicAccessState}, nil
		}),
		regionSetting("DefaultVpc VpcMaxElasticIps VpcMaxSecurityGroupsPerInterface", "ec2:DescribeAccountAttributes", accountAttributes),
	},
}}

// regionSetting is a part that one call for the region fills.
func regionSetting(gives, calls string, read func(context.Context, *ec2.Client) (props, error)) part {
	return part{gives: gives, calls: calls, read: func(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
		return read(ctx, ec2.NewFromConfig(s.cfg))
	}}
}

func accountAttributes(ctx context.Context, c *ec2.Client) (props, error) {
	out, err := c.DescribeAccountAttributes(ctx, &ec2.DescribeAccountAttributesInput{})
	if err != nil {
		return nil, err
	}
	given := props{"DefaultVpc": nil, "VpcMaxElasticIps": nil, "VpcMaxSecurityGroupsPerInterface": nil}
	for _, a := range out.AccountAttributes {
		var value string
		for _, v := range a.AttributeValues {
			value = deref(v.AttributeValue)
		}
		switch deref(a.AttributeName) {
		case "default-vpc":
			if value != "none" {
				given["DefaultVpc"] = value
			}
		case "vpc-max-elastic-ips":
			given["VpcMaxElasticIps"] = quota(value)
		case "vpc-max-security-groups-per-interface":
			given["VpcMaxSecurityGroupsPerInterface"] = quota(value)
		}
	}
	return given, nil
}

// quota is the number in a text, or that it holds none.
func quota(text string) any {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return &cloud.Unresolved{Reason: strconv.Quote(text) + " is no number"}
	}
	return n
}
