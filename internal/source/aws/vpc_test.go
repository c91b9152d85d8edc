package aws

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// do fails the test for a call that does not work, and gives what it answers.
func do[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares the properties of the wanted names.
func same(t *testing.T, r *cloud.Resource, want map[string]any) {
	t.Helper()
	got := map[string]any{}
	for name := range want {
		got[name] = r.Properties[name]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", r.Type, r.ID, diff)
	}
}

// absent fails for a property that is there.
func absent(t *testing.T, r *cloud.Resource, names ...string) {
	t.Helper()
	for _, name := range names {
		if v := r.Properties[name]; v != nil {
			t.Errorf("%s of %s is %v", name, r.ID, v)
		}
	}
}

func list(v ...any) []any { return v }

func called(kind types.ResourceType, name string) []types.TagSpecification {
	return []types.TagSpecification{{ResourceType: kind, Tags: []types.Tag{{Key: ptr("Name"), Value: &name}}}}
}

// network makes a VPC with a subnet in it.
func network(t *testing.T, client *ec2.Client, cidr, subnet string) (vpcID, subnetID *string) {
	t.Helper()
	vpc := do[*ec2.CreateVpcOutput](t)(client.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		CidrBlock: &cidr, AmazonProvidedIpv6CidrBlock: ptr(true), TagSpecifications: called(types.ResourceTypeVpc, "shop"),
	})).Vpc
	made := do[*ec2.CreateSubnetOutput](t)(client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: vpc.VpcId, CidrBlock: &subnet, AvailabilityZone: ptr("us-east-1b"),
		TagSpecifications: called(types.ResourceTypeSubnet, "shop-b"),
	})).Subnet
	return vpc.VpcId, made.SubnetId
}

func TestVPCs(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, _ := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	do[*ec2.ModifyVpcAttributeOutput](t)(client.ModifyVpcAttribute(t.Context(), &ec2.ModifyVpcAttributeInput{
		VpcId: vpc, EnableDnsSupport: &types.AttributeBooleanValue{Value: ptr(false)},
	}))
	described := do[*ec2.DescribeVpcsOutput](t)(client.DescribeVpcs(t.Context(), &ec2.DescribeVpcsInput{VpcIds: []string{*vpc}})).Vpcs[0]
	acls := do[*ec2.DescribeNetworkAclsOutput](t)(client.DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{Filters: ec2Filter("vpc-id", *vpc)}))
	groups := do[*ec2.DescribeSecurityGroupsOutput](t)(client.DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{Filters: ec2Filter("vpc-id", *vpc)}))

	got := collected(t, moto, "AWS::EC2::VPC")
	four, six := described.CidrBlockAssociationSet[0], described.Ipv6CidrBlockAssociationSet[0]
	want := &cloud.Resource{
		Type: "AWS::EC2::VPC", ID: *vpc, Name: "shop", Region: "us-east-1", Account: awstest.Account, World: awstest.Account,
		ARN: "arn:aws:ec2:us-east-1:123456789012:vpc/" + *vpc, Tags: map[string]string{"Name": "shop"},
		Properties: map[string]any{
			"CidrBlock": "10.0.0.0/16", "CidrBlockAssociations": list(*four.AssociationId),
			"CidrBlockAssociationSet": list(map[string]any{
				"AssociationId": *four.AssociationId, "CidrBlock": "10.0.0.0/16", "CidrBlockState": map[string]any{"State": "associated"},
			}),
			"DefaultNetworkAcl": *acls.NetworkAcls[0].NetworkAclId, "DefaultSecurityGroup": *groups.SecurityGroups[0].GroupId,
			"DhcpOptionsId": "default", "EnableDnsHostnames": false, "EnableDnsSupport": false, "InstanceTenancy": "default",
			"Ipv6CidrBlockAssociationSet": list(map[string]any{
				"AssociationId": *six.AssociationId, "Ipv6CidrBlock": *six.Ipv6CidrBlock,
				"Ipv6CidrBlockState": map[string]any{"State": "associated"}, "Ipv6Pool": "Amazon",
			}),
			"Ipv6CidrBlocks": list(*six.Ipv6CidrBlock), "IsDefault": false, "OwnerId": awstest.Account, "State": "available",
			"Tags": list(map[string]any{"Key": "Name", "Value": "shop"}), "VpcId": *vpc,
		},
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::EC2::VPC", "shop")); diff != "" {
		t.Errorf("VPC (-want +got):\n%s", diff)
	}
	if len(got) != 2 {
		t.Errorf("%d VPCs; the default one is there, too", len(got))
	}
}

func TestSubnets(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, first := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	other := do[*ec2.CreateSubnetOutput](t)(client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{
		VpcId: vpc, CidrBlock: ptr("10.0.2.0/24"), AvailabilityZone: ptr("us-east-1a"),
	})).Subnet
	table := do[*ec2.CreateRouteTableOutput](t)(client.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{VpcId: vpc})).RouteTable
	do[*ec2.AssociateRouteTableOutput](t)(client.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{
		RouteTableId: table.RouteTableId, SubnetId: first,
	}))
	do[*ec2.ModifySubnetAttributeOutput](t)(client.ModifySubnetAttribute(t.Context(), &ec2.ModifySubnetAttributeInput{
		SubnetId: first, MapPublicIpOnLaunch: &types.AttributeBooleanValue{Value: ptr(true)},
	}))
	main := do[*ec2.DescribeRouteTablesOutput](t)(client.DescribeRouteTables(t.Context(), &ec2.DescribeRouteTablesInput{
		Filters: append(ec2Filter("vpc-id", *vpc), ec2Filter("association.main", "true")...),
	})).RouteTables[0]

	got := collected(t, moto, "AWS::EC2::Subnet")
	r := one(t, got, "AWS::EC2::Subnet", "shop-b")
	if r.ID != *first || r.ARN != "arn:aws:ec2:us-east-1:123456789012:subnet/"+*first {
		t.Errorf("subnet %s has ARN %s", r.ID, r.ARN)
	}
	same(t, r, map[string]any{
		"AvailabilityZone": "us-east-1b", "AvailableIpAddressCount": int64(251), "CidrBlock": "10.0.1.0/24", "DefaultForAz": false,
		"Ipv6CidrBlock": nil, "Ipv6Native": false, "MapPublicIpOnLaunch": true, "OwnerId": awstest.Account,
		"PrivateDnsNameOptionsOnLaunch": map[string]any{
			"EnableResourceNameDnsAAAARecord": false, "EnableResourceNameDnsARecord": false, "HostnameType": "ip-name",
		},
		"RouteTableId": *table.RouteTableId, "State": "available", "SubnetId": *first, "VpcId": *vpc,
		"Tags": list(map[string]any{"Key": "Name", "Value": "shop-b"}),
	})
	if routes := r.Properties["Routes"].([]any); len(routes) != 2 || routes[0].(map[string]any)["GatewayId"] != "local" {
		t.Errorf("routes = %v", routes)
	}
	if acl, _ := r.Properties["NetworkAclAssociationId"].(string); !strings.HasPrefix(acl, "aclassoc-") {
		t.Errorf("network ACL association = %q", acl)
	}
	// Without an association of its own the VPC's main route table holds.
	same(t, one(t, got, "AWS::EC2::Subnet", *other.SubnetId), map[string]any{"RouteTableId": *main.RouteTableId, "MapPublicIpOnLaunch": false})
}

func TestRouteTables(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	peer, _ := network(t, client, "10.1.0.0/16", "10.1.1.0/24")
	peering := do[*ec2.CreateVpcPeeringConnectionOutput](t)(client.CreateVpcPeeringConnection(t.Context(), &ec2.CreateVpcPeeringConnectionInput{
		VpcId: vpc, PeerVpcId: peer,
	})).VpcPeeringConnection
	table := do[*ec2.CreateRouteTableOutput](t)(client.CreateRouteTable(t.Context(), &ec2.CreateRouteTableInput{
		VpcId: vpc, TagSpecifications: called(types.ResourceTypeRouteTable, "peered"),
	})).RouteTable
	association := do[*ec2.AssociateRouteTableOutput](t)(client.AssociateRouteTable(t.Context(), &ec2.AssociateRouteTableInput{
		RouteTableId: table.RouteTableId, SubnetId: subnet,
	}))
	do[*ec2.CreateRouteOutput](t)(client.CreateRoute(t.Context(), &ec2.CreateRouteInput{
		RouteTableId: table.RouteTableId, DestinationCidrBlock: ptr("10.1.0.0/16"), VpcPeeringConnectionId: peering.VpcPeeringConnectionId,
	}))
	do[*ec2.CreateVpcEndpointOutput](t)(client.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
		VpcId: vpc, ServiceName: ptr("com.amazonaws.us-east-1.s3"), RouteTableIds: []string{*table.RouteTableId},
	}))

	got := collected(t, moto, "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation")
	r := one(t, got, "AWS::EC2::RouteTable", "peered")
	same(t, r, map[string]any{
		"RouteTableId": *table.RouteTableId, "VpcId": *vpc, "OwnerId": awstest.Account, "PropagatingVgws": nil,
		"Associations": list(map[string]any{
			"AssociationState": map[string]any{"State": "associated"}, "Main": false,
			"RouteTableAssociationId": *association.AssociationId, "RouteTableId": *table.RouteTableId, "SubnetId": *subnet,
		}),
	})
	if routes := r.Properties["Routes"].([]any); len(routes) != 4 {
		t.Errorf("%d routes; two of the VPC, one of the peering and one of the endpoint are there: %v", len(routes), routes)
	}
	var routes []*cloud.Resource
	for _, r := range got {
		if r.Type == "AWS::EC2::Route" {
			routes = append(routes, r)
		}
	}
	if len(routes) != 2 {
		t.Fatalf("%d routes; what the VPC itself has is not among them", len(routes))
	}
	want := &cloud.Resource{
		Type: "AWS::EC2::Route", ID: *table.RouteTableId + "|10.1.0.0/16",
		Region: "us-east-1", Account: awstest.Account, World: awstest.Account,
		Properties: map[string]any{
			"CidrBlock": "10.1.0.0/16", "DestinationCidrBlock": "10.1.0.0/16", "RouteTableId": *table.RouteTableId,
			"State": "active", "VpcPeeringConnectionId": *peering.VpcPeeringConnectionId,
		},
	}
	if diff := cmp.Diff(want, routes[0]); diff != "" {
		t.Errorf("route (-want +got):\n%s", diff)
	}
	absent(t, routes[1], "GatewayId")
	if endpoint, _ := routes[1].Properties["VpcEndpointId"].(string); !strings.HasPrefix(endpoint, "vpce-") || routes[1].Properties["DestinationPrefixListId"] == nil {
		t.Errorf("the route of the endpoint is %v", routes[1].Properties)
	}
	same(t, one(t, got, "AWS::EC2::SubnetRouteTableAssociation", *association.AssociationId), map[string]any{
		"Id": *association.AssociationId, "RouteTableId": *table.RouteTableId, "SubnetId": *subnet,
	})
}

// The answers of this and the other tests on recorded answers are written
// after the Amazon EC2 API Reference.
func TestRoutesThatMotoLacks(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeRouteTables": {
		{when: "NextToken=more", body: `<DescribeRouteTablesResponse><routeTableSet><item>
			<routeTableId>rtb-0b</routeTableId><vpcId>vpc-0a</vpcId><ownerId>123456789012</ownerId><routeSet/><associationSet/>
		</item></routeTableSet></DescribeRouteTablesResponse>`},
		{when: "Filter.1.Name=owner-id&Filter.1.Value.1=123456789012", body: `<DescribeRouteTablesResponse><nextToken>more</nextToken><routeTableSet><item>
			<routeTableId>rtb-0a</routeTableId><vpcId>vpc-0a</vpcId><ownerId>123456789012</ownerId>
			<routeSet>
				<item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state><origin>CreateRouteTable</origin></item>
				<item><destinationCidrBlock>192.0.2.0/24</destinationCidrBlock><gatewayId>vgw-0a</gatewayId><state>active</state><origin>EnableVgwRoutePropagation</origin></item>
				<item><destinationCidrBlock>0.0.0.0/0</destinationCidrBlock><instanceId>i-0a</instanceId><instanceOwnerId>123456789012</instanceOwnerId><networkInterfaceId>eni-0a</networkInterfaceId><state>blackhole</state><origin>CreateRoute</origin></item>
				<item><destinationIpv6CidrBlock>::/0</destinationIpv6CidrBlock><egressOnlyInternetGatewayId>eigw-0a</egressOnlyInternetGatewayId><state>active</state><origin>CreateRoute</origin></item>
			</routeSet>
			<associationSet>
				<item><routeTableAssociationId>rtbassoc-0a</routeTableAssociationId><routeTableId>rtb-0a</routeTableId><gatewayId>igw-0a</gatewayId><main>false</main><associationState><state>associated</state></associationState></item>
				<item><routeTableAssociationId>rtbassoc-0b</routeTableAssociationId><routeTableId>rtb-0a</routeTableId><subnetId>subnet-0a</subnetId><main>false</main><associationState><state>disassociating</state></associationState></item>
			</associationSet>
			<propagatingVgwSet><item><gatewayId>vgw-0a</gatewayId></item></propagatingVgwSet>
		</item></routeTableSet></DescribeRouteTablesResponse>`},
	}})
	inv, stats := server.collected(t, "AWS::EC2::RouteTable", "AWS::EC2::Route", "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::GatewayRouteTableAssociation")
	if len(stats.Failures) > 0 {
		t.Fatal(stats.Failures)
	}
	got := map[string][]string{}
	for _, r := range inv.Resources {
		got[r.Type] = append(got[r.Type], r.ID)
	}
	if diff := cmp.Diff(map[string][]string{
		"AWS::EC2::RouteTable":                   {"rtb-0a", "rtb-0b"},
		"AWS::EC2::Route":                        {"rtb-0a|0.0.0.0/0", "rtb-0a|::/0"},
		"AWS::EC2::GatewayRouteTableAssociation": {"igw-0a"},
	}, got); diff != "" {
		t.Errorf("emitted (-want +got):\n%s", diff)
	}
	same(t, one(t, inv.Resources, "AWS::EC2::Route", "rtb-0a|0.0.0.0/0"), map[string]any{
		"InstanceId": "i-0a", "NetworkInterfaceId": "eni-0a", "State": "blackhole",
	})
	same(t, one(t, inv.Resources, "AWS::EC2::Route", "rtb-0a|::/0"), map[string]any{
		"CidrBlock": "::/0", "DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-0a",
	})
	same(t, one(t, inv.Resources, "AWS::EC2::GatewayRouteTableAssociation", "igw-0a"), map[string]any{
		"AssociationId": "rtbassoc-0a", "GatewayId": "igw-0a", "RouteTableId": "rtb-0a",
	})
	same(t, one(t, inv.Resources, "AWS::EC2::RouteTable", "rtb-0a"), map[string]any{"PropagatingVgws": list(map[string]any{"GatewayId": "vgw-0a"})})
}

func TestNetworkACLs(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	acl := do[*ec2.CreateNetworkAclOutput](t)(client.CreateNetworkAcl(t.Context(), &ec2.CreateNetworkAclInput{
		VpcId: vpc, TagSpecifications: called(types.ResourceTypeNetworkAcl, "web"),
	})).NetworkAcl
	do[*ec2.CreateNetworkAclEntryOutput](t)(client.CreateNetworkAclEntry(t.Context(), &ec2.CreateNetworkAclEntryInput{
		NetworkAclId: acl.NetworkAclId, RuleNumber: ptr(int32(100)), Protocol: ptr("6"), Egress: ptr(false),
		RuleAction: types.RuleActionAllow, CidrBlock: ptr("0.0.0.0/0"), PortRange: &types.PortRange{From: ptr(int32(443)), To: ptr(int32(443))},
	}))
	do[*ec2.CreateNetworkAclEntryOutput](t)(client.CreateNetworkAclEntry(t.Context(), &ec2.CreateNetworkAclEntryInput{
		NetworkAclId: acl.NetworkAclId, RuleNumber: ptr(int32(200)), Protocol: ptr("-1"), Egress: ptr(true),
		RuleAction: types.RuleActionDeny, Ipv6CidrBlock: ptr("::/0"),
	}))
	before := do[*ec2.DescribeNetworkAclsOutput](t)(client.DescribeNetworkAcls(t.Context(), &ec2.DescribeNetworkAclsInput{
		Filters: ec2Filter("association.subnet-id", *subnet),
	})).NetworkAcls[0].Associations[0]
	association := do[*ec2.ReplaceNetworkAclAssociationOutput](t)(client.ReplaceNetworkAclAssociation(t.Context(), &ec2.ReplaceNetworkAclAssociationInput{
		AssociationId: before.NetworkAclAssociationId, NetworkAclId: acl.NetworkAclId,
	})).NewAssociationId

	got := collected(t, moto, "AWS::EC2::NetworkAcl", "AWS::EC2::SubnetNetworkAclAssociation")
	want := &cloud.Resource{
		Type: "AWS::EC2::NetworkAcl", ID: *acl.NetworkAclId, Name: "web", Region: "us-east-1",
		ARN: "arn:aws:ec2:us-east-1:123456789012:network-acl/" + *acl.NetworkAclId, Account: awstest.Account, World: awstest.Account,
		Tags: map[string]string{"Name": "web"},
		Properties: map[string]any{
			"Associations": list(map[string]any{
				"NetworkAclAssociationId": *association, "NetworkAclId": *acl.NetworkAclId, "SubnetId": *subnet,
			}),
			"Entries": list(
				map[string]any{
					"CidrBlock": "0.0.0.0/0", "Egress": false, "PortRange": map[string]any{"From": int64(443), "To": int64(443)},
					"Protocol": int64(6), "RuleAction": "allow", "RuleNumber": int64(100),
				},
				map[string]any{
					"Ipv6CidrBlock": "::/0", "Egress": true, "Protocol": int64(-1), "RuleAction": "deny", "RuleNumber": int64(200),
				},
			),
			"Id": *acl.NetworkAclId, "IsDefault": false, "OwnerId": awstest.Account,
			"Tags": list(map[string]any{"Key": "Name", "Value": "web"}), "VpcId": *vpc,
		},
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::EC2::NetworkAcl", "web")); diff != "" {
		t.Errorf("network ACL (-want +got):\n%s", diff)
	}
	same(t, one(t, got, "AWS::EC2::SubnetNetworkAclAssociation", *association), map[string]any{
		"AssociationId": *association, "NetworkAclId": *acl.NetworkAclId, "SubnetId": *subnet,
	})
}

func TestNetworkACLEntriesThatMotoLacks(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeNetworkAcls": {{body: `<DescribeNetworkAclsResponse><networkAclSet><item>
		<networkAclId>acl-0a</networkAclId><vpcId>vpc-0a</vpcId><default>true</default><ownerId>123456789012</ownerId><entrySet>
			<item><ruleNumber>100</ruleNumber><protocol>58</protocol><ruleAction>allow</ruleAction><egress>false</egress><ipv6CidrBlock>::/0</ipv6CidrBlock><icmpTypeCode><code>-1</code><type>128</type></icmpTypeCode></item>
			<item><ruleNumber>32767</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>false</egress><cidrBlock>0.0.0.0/0</cidrBlock></item>
			<item><ruleNumber>32768</ruleNumber><protocol>-1</protocol><ruleAction>deny</ruleAction><egress>false</egress><ipv6CidrBlock>::/0</ipv6CidrBlock></item>
		</entrySet><associationSet/>
	</item></networkAclSet></DescribeNetworkAclsResponse>`}}})
	inv, _ := server.collected(t, "AWS::EC2::NetworkAcl")
	same(t, one(t, inv.Resources, "AWS::EC2::NetworkAcl", "acl-0a"), map[string]any{
		"IsDefault": true,
		"Entries": list(map[string]any{
			"Egress": false, "Icmp": map[string]any{"Code": int64(-1), "Type": int64(128)}, "Ipv6CidrBlock": "::/0",
			"Protocol": int64(58), "RuleAction": "allow", "RuleNumber": int64(100),
		}),
	})
}

func TestFlowLogs(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, _ := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	made := do[*ec2.CreateFlowLogsOutput](t)(client.CreateFlowLogs(t.Context(), &ec2.CreateFlowLogsInput{
		ResourceIds: []string{*vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeReject,
		LogGroupName: ptr("flow"), DeliverLogsPermissionArn: ptr("arn:aws:iam::123456789012:role/flow"),
		TagSpecifications: called(types.ResourceTypeVpcFlowLog, "rejected"),
	}))
	r := one(t, collected(t, moto, "AWS::EC2::FlowLog"), "AWS::EC2::FlowLog", "rejected")
	if r.ID != made.FlowLogIds[0] || r.ARN != "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/"+r.ID || r.Created.IsZero() {
		t.Errorf("flow log %s has ARN %s and was made %s", r.ID, r.ARN, r.Created)
	}
	same(t, r, map[string]any{
		"DeliverLogsErrorMessage": "Access error", "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/flow",
		"DeliverLogsStatus": "FAILED", "DestinationOptions": nil, "FlowLogStatus": "ACTIVE", "Id": r.ID, "LogDestination": nil,
		"LogDestinationType": "cloud-watch-logs", "LogGroupName": "flow", "MaxAggregationInterval": int64(600),
		"ResourceId": *vpc, "ResourceType": "VPC", "TrafficType": "REJECT",
	})
	for arn, want := range map[string]string{
		"arn:aws:logs:us-east-1:123456789012:log-group:flow": "flow", "arn:aws:logs:us-east-1:123456789012:log-group:/vpc/flow:*": "/vpc/flow",
	} {
		l := types.FlowLog{LogDestinationType: types.LogDestinationTypeCloudWatchLogs, LogDestination: &arn}
		if got := logGroupOf(&l); got != want {
			t.Errorf("the log group of %s is %q and should be %q", arn, got, want)
		}
	}
	if got := logGroupOf(&types.FlowLog{LogDestinationType: types.LogDestinationTypeS3, LogDestination: ptr("arn:aws:s3:::flow")}); got != "" {
		t.Errorf("a flow log to a bucket writes to the log group %q", got)
	}
	for id, want := range map[string]string{
		"subnet-0a": "Subnet", "eni-0a": "NetworkInterface", "tgw-0a": "TransitGateway", "tgw-attach-0a": "TransitGatewayAttachment",
		"nat-0a": "RegionalNatGateway",
	} {
		if got := loggedType(id); got != want {
			t.Errorf("the type of %s is %v and should be %s", id, got, want)
		}
	}
	if _, ok := loggedType("x-0a").(*cloud.Unresolved); !ok {
		t.Error("the type of an unknown id is known")
	}
}

func TestPrefixLists(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	made := do[*ec2.CreateManagedPrefixListOutput](t)(client.CreateManagedPrefixList(t.Context(), &ec2.CreateManagedPrefixListInput{
		AddressFamily: ptr("IPv4"), MaxEntries: ptr(int32(3)), PrefixListName: ptr("partners"),
		Entries:           []types.AddPrefixListEntry{{Cidr: ptr("198.51.100.0/24"), Description: ptr("Bank")}},
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypePrefixList, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("net")}}}},
	})).PrefixList
	got := collected(t, moto, "AWS::EC2::PrefixList")
	if len(got) != 1 {
		t.Errorf("%d prefix lists; those of AWS are left out", len(got))
	}
	want := &cloud.Resource{
		Type: "AWS::EC2::PrefixList", ID: *made.PrefixListId, Name: "partners", Region: "us-east-1", ARN: *made.PrefixListArn,
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "net"},
		Properties: map[string]any{
			"AddressFamily": "IPv4", "Arn": *made.PrefixListArn,
			"Entries":    list(map[string]any{"Cidr": "198.51.100.0/24", "Description": "Bank"}),
			"MaxEntries": int64(3), "OwnerId": awstest.Account, "PrefixListId": *made.PrefixListId, "PrefixListName": "partners",
			"State": "create-complete", "Tags": list(map[string]any{"Key": "Team", "Value": "net"}), "Version": int64(1),
		},
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::EC2::PrefixList", "partners")); diff != "" {
		t.Errorf("prefix list (-want +got):\n%s", diff)
	}
}
