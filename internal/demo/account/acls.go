package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// An entry of a network ACL for TCP; no ports are all traffic.
type entry struct {
	number   int32
	action   types.RuleAction
	cidr     string
	from, to int32
	egress   bool
}

var productionACLs = []struct {
	name    string
	tags    tags
	entries []entry
	subnets []string
}{
	{
		name: "harbourline-prod-web", tags: production("platform", "harbourline-prod-web"), subnets: []string{"web-a", "web-b"},
		entries: []entry{
			{100, types.RuleActionAllow, "0.0.0.0/0", 443, 443, false},
			{110, types.RuleActionAllow, "0.0.0.0/0", 80, 80, false},
			{120, types.RuleActionAllow, "198.51.100.0/24", 22, 22, false},
			{130, types.RuleActionAllow, "0.0.0.0/0", 32768, 65535, false},
			{100, types.RuleActionAllow, "0.0.0.0/0", 0, 0, true},
		},
	},
	{
		name: "harbourline-prod-data", tags: production("data", "harbourline-prod-data"), subnets: []string{"data-a", "data-b"},
		entries: []entry{
			{100, types.RuleActionAllow, "10.20.10.0/23", 5432, 5432, false},
			{110, types.RuleActionAllow, "10.20.10.0/23", 6379, 6379, false},
			{100, types.RuleActionAllow, "10.20.10.0/23", 32768, 60999, true},
		},
	},
	{
		// The deny of 300 never comes into effect: 100 let the traffic in.
		name: "old-partners", tags: named("old-partners"),
		entries: []entry{
			{100, types.RuleActionAllow, "0.0.0.0/0", 1, 65535, false},
			{300, types.RuleActionDeny, "203.0.113.0/24", 22, 22, false},
		},
	},
}

// networkAccess makes the network ACLs of production. The subnets that get
// none keep the one that lets everything through.
func (s *shop) networkAccess(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	for _, acl := range productionACLs {
		made, err := client.CreateNetworkAcl(ctx, &ec2.CreateNetworkAclInput{VpcId: at.vpc("harbourline-prod"), TagSpecifications: tagged(types.ResourceTypeNetworkAcl, acl.tags)})
		if err != nil {
			return fmt.Errorf("%s: %w", acl.name, err)
		}
		for _, e := range acl.entries {
			input := &ec2.CreateNetworkAclEntryInput{
				NetworkAclId: made.NetworkAcl.NetworkAclId,
				RuleNumber:   new(e.number),
				RuleAction:   e.action,
				CidrBlock:    new(e.cidr),
				Egress:       new(e.egress),
				Protocol:     new("-1"),
			}
			if e.to != 0 {
				input.Protocol, input.PortRange = new("6"), &types.PortRange{From: new(e.from), To: new(e.to)}
			}
			if _, err := client.CreateNetworkAclEntry(ctx, input); err != nil {
				return fmt.Errorf("%s %d: %w", acl.name, e.number, err)
			}
		}
		for _, name := range acl.subnets {
			if err := at.useACL(ctx, client, name, made.NetworkAcl.NetworkAclId); err != nil {
				return fmt.Errorf("%s: %w", acl.name, err)
			}
		}
	}
	return nil
}

// useACL takes a subnet from the network ACL that it has.
func (at *site) useACL(ctx context.Context, client *ec2.Client, name string, acl *string) error {
	id := *at.sub(name)
	found, err := client.DescribeNetworkAcls(ctx, &ec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: new("association.subnet-id"), Values: []string{id}}},
	})
	if err != nil {
		return err
	}
	for _, current := range found.NetworkAcls {
		for _, association := range current.Associations {
			if association.SubnetId == nil || *association.SubnetId != id {
				continue
			}
			_, err := client.ReplaceNetworkAclAssociation(ctx, &ec2.ReplaceNetworkAclAssociationInput{
				AssociationId: association.NetworkAclAssociationId, NetworkAclId: acl,
			})
			return err
		}
	}
	return fmt.Errorf("no network ACL of subnet %s was found", name)
}
