package aws

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Security groups with their rules, network interfaces, Elastic IP addresses.
var ec2NetworkCollectors = []collector{
	{
		service: "ec2",
		types: []emits{{
			typ:   "AWS::EC2::SecurityGroup",
			gives: "GroupDescription GroupId GroupName Id SecurityGroupEgress SecurityGroupIngress VpcId",
		}},
		calls: "ec2:DescribeSecurityGroups",
		read:  readSecurityGroups,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::NetworkInterface",
			gives: "ConnectionTrackingSpecification Description EnablePrimaryIpv6 GroupSet Id InterfaceType Ipv4Prefixes Ipv6Addresses " +
				"Ipv6Prefixes PrimaryIpv6Address PrimaryPrivateIpAddress PrivateIpAddress PrivateIpAddresses PublicIpDnsNameOptions " +
				"SecondaryPrivateIpAddresses SourceDestCheck SubnetId VpcId " +
				// of the overlay
				"Association Attachment AvailabilityZone MacAddress OutpostArn PrivateDnsName RequesterId RequesterManaged Status",
		}},
		calls: "ec2:DescribeNetworkInterfaces",
		read:  readNetworkInterfaces,
	},
	{
		service: "ec2",
		types: []emits{{
			typ: "AWS::EC2::EIP",
			gives: "AllocationId Domain InstanceId NetworkBorderGroup PublicIp PublicIpv4Pool " +
				// of the overlay
				"AssociationId CarrierIp CustomerOwnedIp CustomerOwnedIpv4Pool NetworkInterfaceId NetworkInterfaceOwnerId " +
				"PrivateIpAddress ServiceManaged",
		}},
		calls: "ec2:DescribeAddresses",
		read:  readAddresses,
	},
}

// readSecurityGroups leaves out the groups of other accounts, which the owner
// and the participants of a shared VPC see of each other.
func readSecurityGroups(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeSecurityGroupsPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeSecurityGroupsInput{
		Filters: ec2Filter("owner-id", s.id), MaxResults: ptr(int32(1000)),
	})
	return each(ctx, pages, func(page *ec2.DescribeSecurityGroupsOutput) {
		for _, g := range page.SecurityGroups {
			tags := ec2Tags(g.Tags)
			egress := groupRules(g.IpPermissionsEgress, "Destination")
			s.add(found{
				id: *g.GroupId, arn: s.arn("ec2", "security-group/"+*g.GroupId), name: cmp.Or(deref(g.GroupName), tags["Name"]),
				tags: tags, from: g,
				set: props{
					"GroupDescription":     g.Description,
					"Id":                   g.GroupId,
					"SecurityGroupIngress": groupRules(g.IpPermissions, "Source"),
					"SecurityGroupEgress":  egress,
				},
			})
			if len(egress) == 0 {
				// The property stays, for in CloudFormation a group without it
				// has AWS's own rule, which lets everything out.
				s.found[len(s.found)-1].Properties["SecurityGroupEgress"] = []any{}
			}
		}
	})
}

// groupRules gives permissions CloudFormation's form: one rule for each range,
// prefix list and group. end is "Source" or "Destination".
func groupRules(permissions []types.IpPermission, end string) []any {
	var rules []any
	for i := range permissions {
		p := &permissions[i]
		rule := func(description *string, fields map[string]any) {
			fields["Description"] = description
			fields["IpProtocol"], fields["FromPort"], fields["ToPort"] = p.IpProtocol, p.FromPort, p.ToPort
			rules = append(rules, shaped(fields))
		}
		for _, r := range p.IpRanges {
			rule(r.Description, map[string]any{"CidrIp": r.CidrIp})
		}
		for _, r := range p.Ipv6Ranges {
			rule(r.Description, map[string]any{"CidrIpv6": r.CidrIpv6})
		}
		for _, l := range p.PrefixListIds {
			rule(l.Description, map[string]any{end + "PrefixListId": l.PrefixListId})
		}
		for _, g := range p.UserIdGroupPairs {
			fields := map[string]any{end + "SecurityGroupId": g.GroupId}
			if end == "Source" {
				fields["SourceSecurityGroupName"], fields["SourceSecurityGroupOwnerId"] = g.GroupName, g.UserId
			}
			rule(g.Description, fields)
		}
	}
	return rules
}

// readNetworkInterfaces leaves out those of other accounts, which the owner of
// a shared VPC sees.
func readNetworkInterfaces(ctx context.Context, s *scope) error {
	pages := ec2.NewDescribeNetworkInterfacesPaginator(ec2.NewFromConfig(s.cfg), &ec2.DescribeNetworkInterfacesInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *ec2.DescribeNetworkInterfacesOutput) {
		for i := range page.NetworkInterfaces {
			n := &page.NetworkInterfaces[i]
			if n.OwnerId != nil && *n.OwnerId != s.id {
				continue
			}
			tags := ec2Tags(n.TagSet)
			s.add(found{
				id: *n.NetworkInterfaceId, arn: s.arn("ec2", "network-interface/"+*n.NetworkInterfaceId), name: tags["Name"],
				tags: tags, from: n, set: interfaceProperties(n),
			})
		}
	})
}

func interfaceProperties(n *types.NetworkInterface) props {
	groups, _ := ec2Groups(n.Groups)
	set := props{
		"ConnectionTrackingSpecification": n.ConnectionTrackingConfiguration,
		"GroupSet":                        groups,
		"Id":                              n.NetworkInterfaceId,
		"PrimaryPrivateIpAddress":         n.PrivateIpAddress,
	}
	var addresses, ipv6 []any
	var secondary []string
	for _, a := range n.PrivateIpAddresses {
		addresses = append(addresses, shaped(map[string]any{"Primary": a.Primary, "PrivateIpAddress": a.PrivateIpAddress}))
		if !deref(a.Primary) {
			secondary = append(secondary, deref(a.PrivateIpAddress))
		}
	}
	var primary *string
	for _, a := range n.Ipv6Addresses {
		ipv6 = append(ipv6, map[string]any{"Ipv6Address": a.Ipv6Address})
		if deref(a.IsPrimaryIpv6) {
			primary = a.Ipv6Address
		}
	}
	set["PrivateIpAddresses"], set["SecondaryPrivateIpAddresses"] = addresses, secondary
	set["Ipv6Addresses"], set["PrimaryIpv6Address"], set["EnablePrimaryIpv6"] = ipv6, primary, primary != nil
	return set
}

func readAddresses(ctx context.Context, s *scope) error {
	out, err := ec2.NewFromConfig(s.cfg).DescribeAddresses(ctx, &ec2.DescribeAddressesInput{})
	if err != nil {
		return err
	}
	for _, a := range out.Addresses {
		tags, arn := ec2Tags(a.Tags), ""
		if a.AllocationId != nil {
			arn = s.arn("ec2", "elastic-ip/"+*a.AllocationId)
		}
		s.add(found{
			// An address of a carrier or of one's own pool on an Outpost is no
			// public one.
			id:  cmp.Or(deref(a.PublicIp), deref(a.CarrierIp), deref(a.CustomerOwnedIp), deref(a.AllocationId)),
			arn: arn, name: tags["Name"], tags: tags, from: a,
		})
	}
	return nil
}
