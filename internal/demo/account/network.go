package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A subnet by name, in the zone that a letter stands for.
type subnet struct {
	name   string
	vpc    string
	zone   string
	cidr   string
	public bool // gives instances a public address by itself
	tags   tags
}

var (
	productionVPCs = []struct {
		name, cidr string
		tags       tags
	}{
		{"harbourline-prod", "10.20.0.0/16", production("platform", "harbourline-prod")},
		{"harbourline-tools", "10.30.0.0/16", named("harbourline-tools")},
	}

	productionSubnets = []subnet{
		{"web-a", "harbourline-prod", "a", "10.20.0.0/24", true, production("storefront", "harbourline-prod-web-a").with("Tier", "web")},
		{"web-b", "harbourline-prod", "b", "10.20.1.0/24", true, production("storefront", "harbourline-prod-web-b").with("Tier", "web")},
		{"app-a", "harbourline-prod", "a", "10.20.10.0/24", false, production("storefront", "harbourline-prod-app-a").with("Tier", "app")},
		{"app-b", "harbourline-prod", "b", "10.20.11.0/24", false, production("storefront", "harbourline-prod-app-b").with("Tier", "app")},
		{"data-a", "harbourline-prod", "a", "10.20.20.0/24", false, production("data", "harbourline-prod-data-a").with("Tier", "data")},
		{"data-b", "harbourline-prod", "b", "10.20.21.0/24", false, production("data", "harbourline-prod-data-b").with("Tier", "data")},
		{"tools-a", "harbourline-tools", "a", "10.30.0.0/24", false, named("harbourline-tools-a")},
	}

	stagingSubnets = []subnet{
		{"staging-a", "harbourline-staging", "a", "10.60.0.0/24", true, named("staging-a")},
		{"staging-b", "harbourline-staging", "b", "10.60.1.0/24", true, named("staging-b")},
	}
)

// networks makes the VPCs and what belongs to them.
func (s *shop) networks(ctx context.Context) error {
	for _, v := range productionVPCs {
		if err := s.production.network(ctx, v.name, v.cidr, v.tags); err != nil {
			return err
		}
	}
	for _, sub := range productionSubnets {
		if err := s.production.subnet(ctx, sub); err != nil {
			return err
		}
	}
	if err := s.staging.network(ctx, "harbourline-staging", "10.60.0.0/16", owned("staging", "storefront", "Staging VPC")); err != nil {
		return err
	}
	for _, sub := range stagingSubnets {
		if err := s.staging.subnet(ctx, sub); err != nil {
			return err
		}
	}
	if err := s.lab.defaults(ctx); err != nil {
		return err
	}
	return inOrder(ctx, s.productionRoutes, s.stagingRoutes, s.networkAccess, s.endpoints, s.links, s.securityGroups)
}

func (at *site) network(ctx context.Context, name, cidr string, t tags) error {
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: new(cidr), TagSpecifications: tagged(types.ResourceTypeVpc, t)})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	at.vpcs[name] = aws.ToString(made.Vpc.VpcId)
	_, err = client.ModifyVpcAttribute(ctx, &ec2.ModifyVpcAttributeInput{
		VpcId: made.Vpc.VpcId, EnableDnsHostnames: &types.AttributeBooleanValue{Value: new(true)},
	})
	return err
}

func (at *site) subnet(ctx context.Context, sub subnet) error {
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateSubnet(ctx, &ec2.CreateSubnetInput{
		VpcId:             at.vpc(sub.vpc),
		AvailabilityZone:  new(at.Region + sub.zone),
		CidrBlock:         new(sub.cidr),
		TagSpecifications: tagged(types.ResourceTypeSubnet, sub.tags),
	})
	if err != nil {
		return fmt.Errorf("%s: %w", sub.name, err)
	}
	at.subnets[sub.name] = aws.ToString(made.Subnet.SubnetId)
	if !sub.public {
		return nil
	}
	_, err = client.ModifySubnetAttribute(ctx, &ec2.ModifySubnetAttributeInput{
		SubnetId: made.Subnet.SubnetId, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: new(true)},
	})
	return err
}

// defaults finds the VPC that AWS gave the region, which the lab just used.
func (at *site) defaults(ctx context.Context) error {
	client := ec2.NewFromConfig(at.Config)
	subnets, err := client.DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{
		Filters: []types.Filter{{Name: new("default-for-az"), Values: []string{"true"}}},
	})
	if err != nil {
		return err
	}
	for _, sub := range subnets.Subnets {
		at.vpcs["default"] = aws.ToString(sub.VpcId)
		at.subnets["default-"+aws.ToString(sub.AvailabilityZone)] = aws.ToString(sub.SubnetId)
	}
	return nil
}

func (at *site) vpc(name string) *string { return new(from(at.vpcs, name)[0]) }
func (at *site) sub(name string) *string { return new(from(at.subnets, name)[0]) }

func tagged(kind types.ResourceType, t tags) []types.TagSpecification {
	if len(t) == 0 {
		return nil
	}
	return []types.TagSpecification{{ResourceType: kind, Tags: ec2Tags(t)}}
}

func ec2Tags(t tags) []types.Tag {
	return as(t, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} })
}
