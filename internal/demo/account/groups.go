package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// A rule of a security group. Its peer is a range of addresses or
// another group of the same site.
type rule struct {
	protocol string
	from, to int32
	peer     string
	why      string
}

func tcp(port int32, peer, why string) rule { return rule{"tcp", port, port, peer, why} }

const (
	anywhere   = "0.0.0.0/0"
	anywhereV6 = "::/0"
	office     = "198.51.100.0/24"
)

// A securityGroup with what it lets in. It lets everything out unless closed,
// as AWS makes it.
type securityGroup struct {
	name        string
	vpc         string
	description string
	ingress     []rule
	egress      []rule
	closed      bool
	tags        tags
}

func (s *shop) securityGroups(ctx context.Context) error {
	for _, place := range []struct {
		at     *site
		groups []securityGroup
	}{
		{s.production, productionGroups},
		{s.staging, stagingGroups},
		{s.lab, labGroups},
	} {
		for _, g := range place.groups {
			if err := place.at.securityGroup(ctx, g); err != nil {
				return fmt.Errorf("security group %s: %w", g.name, err)
			}
		}
	}
	return s.closeDefault(ctx)
}

func (at *site) securityGroup(ctx context.Context, g securityGroup) error {
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{
		GroupName: new(g.name), Description: new(g.description), VpcId: at.vpc(g.vpc),
		TagSpecifications: tagged(types.ResourceTypeSecurityGroup, g.tags),
	})
	if err != nil {
		return err
	}
	at.groups[g.name] = aws.ToString(made.GroupId)
	var calls []call
	if len(g.ingress) > 0 {
		calls = append(calls, to(client.AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: made.GroupId, IpPermissions: at.permissions(g.ingress)}))
	}
	if g.closed {
		calls = append(calls, to(client.RevokeSecurityGroupEgress, &ec2.RevokeSecurityGroupEgressInput{GroupId: made.GroupId, IpPermissions: everything()}))
	}
	if len(g.egress) > 0 {
		calls = append(calls, to(client.AuthorizeSecurityGroupEgress, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: made.GroupId, IpPermissions: at.permissions(g.egress)}))
	}
	return inOrder(ctx, calls...)
}

// permissions are rules as the API wants them, one peer each.
func (at *site) permissions(rules []rule) []types.IpPermission {
	var list []types.IpPermission
	for _, r := range rules {
		permission := types.IpPermission{IpProtocol: new(r.protocol)}
		if r.protocol != "-1" {
			permission.FromPort, permission.ToPort = new(r.from), new(r.to)
		}
		var why *string
		if r.why != "" {
			why = new(r.why)
		}
		switch group, known := at.groups[r.peer]; {
		case known:
			permission.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: new(group), Description: why}}
		case r.peer == anywhereV6:
			permission.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: new(r.peer), Description: why}}
		default:
			permission.IpRanges = []types.IpRange{{CidrIp: new(r.peer), Description: why}}
		}
		list = append(list, permission)
	}
	return list
}

// everything is the rule that AWS gives a new group for what goes out.
func everything() []types.IpPermission {
	return []types.IpPermission{{IpProtocol: new("-1"), IpRanges: []types.IpRange{{CidrIp: new(anywhere)}}}}
}

// closeDefault takes the rules from the default group of the production
// network. Those of the other networks were left as AWS made them.
func (s *shop) closeDefault(ctx context.Context) error {
	client := ec2.NewFromConfig(s.production.Config)
	found, err := client.DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{Filters: []types.Filter{
		{Name: new("vpc-id"), Values: []string{*s.production.vpc("harbourline-prod")}},
		{Name: new("group-name"), Values: []string{"default"}},
	}})
	if err != nil {
		return err
	}
	for _, g := range found.SecurityGroups {
		var calls []call
		if len(g.IpPermissions) > 0 {
			calls = append(calls, to(client.RevokeSecurityGroupIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: g.GroupId, IpPermissions: g.IpPermissions}))
		}
		if len(g.IpPermissionsEgress) > 0 {
			calls = append(calls, to(client.RevokeSecurityGroupEgress, &ec2.RevokeSecurityGroupEgressInput{GroupId: g.GroupId, IpPermissions: g.IpPermissionsEgress}))
		}
		if err := inOrder(ctx, calls...); err != nil {
			return err
		}
	}
	return nil
}
