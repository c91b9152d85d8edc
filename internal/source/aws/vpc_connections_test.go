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

func TestVPCEndpoints(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, subnet := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	group := do[*ec2.CreateSecurityGroupOutput](t)(client.CreateSecurityGroup(t.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: ptr("endpoints"), Description: ptr("Endpoints"), VpcId: vpc,
	}))
	made := do[*ec2.CreateVpcEndpointOutput](t)(client.CreateVpcEndpoint(t.Context(), &ec2.CreateVpcEndpointInput{
		VpcId: vpc, ServiceName: ptr("com.amazonaws.us-east-1.sqs"), VpcEndpointType: types.VpcEndpointTypeInterface,
		SubnetIds: []string{*subnet}, SecurityGroupIds: []string{*group.GroupId}, PrivateDnsEnabled: ptr(true),
		PolicyDocument:    ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`),
		TagSpecifications: called(types.ResourceTypeVpcEndpoint, "queues"),
	})).VpcEndpoint
	r := one(t, collected(t, moto, "AWS::EC2::VPCEndpoint"), "AWS::EC2::VPCEndpoint", "queues")
	if r.ID != *made.VpcEndpointId || r.ARN != "arn:aws:ec2:us-east-1:123456789012:vpc-endpoint/"+r.ID || r.Created.IsZero() {
		t.Errorf("endpoint %s has ARN %s and was made %s", r.ID, r.ARN, r.Created)
	}
	same(t, r, map[string]any{
		"Id": r.ID, "PrivateDnsEnabled": true, "RouteTableIds": nil, "SecurityGroupIds": list(*group.GroupId),
		"ServiceName": "com.amazonaws.us-east-1.sqs", "State": "available", "SubnetIds": list(*subnet),
		"VpcEndpointType": "Interface", "VpcId": *vpc,
		"PolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": list(map[string]any{
			"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*",
		})},
	})
}

func TestVPCEndpointsThatMotoLacks(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeVpcEndpoints": {{body: `<DescribeVpcEndpointsResponse><vpcEndpointSet>
		<item><vpcEndpointId>vpce-0a</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><vpcId>vpc-0a</vpcId>
			<serviceName>com.amazonaws.us-east-1.s3</serviceName><serviceRegion>us-east-1</serviceRegion><state>pendingAcceptance</state>
			<ownerId>123456789012</ownerId><requesterManaged>false</requesterManaged><ipAddressType>ipv4</ipAddressType>
			<dnsOptions><dnsRecordIpType>ipv4</dnsRecordIpType><privateDnsOnlyForInboundResolverEndpoint>true</privateDnsOnlyForInboundResolverEndpoint></dnsOptions>
			<dnsEntrySet><item><dnsName>vpce-0a-1.s3.us-east-1.vpce.amazonaws.com</dnsName><hostedZoneId>Z7HUB22UULQXV</hostedZoneId></item></dnsEntrySet>
			<networkInterfaceIdSet><item>eni-0a</item></networkInterfaceIdSet><creationTimestamp>2026-03-01T08:15:00Z</creationTimestamp></item>
		<item><vpcEndpointId>vpce-0b</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><state>deleting</state><ownerId>123456789012</ownerId></item>
		<item><vpcEndpointId>vpce-0c</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><state>Deleted</state><ownerId>123456789012</ownerId></item>
		<item><vpcEndpointId>vpce-0d</vpcEndpointId><vpcEndpointType>Interface</vpcEndpointType><state>available</state><ownerId>111122223333</ownerId></item>
	</vpcEndpointSet></DescribeVpcEndpointsResponse>`}}})
	inv, _ := server.collected(t, "AWS::EC2::VPCEndpoint")
	if len(inv.Resources) != 1 {
		t.Errorf("%d endpoints; two are deleted and one is another account's", len(inv.Resources))
	}
	same(t, one(t, inv.Resources, "AWS::EC2::VPCEndpoint", "vpce-0a"), map[string]any{
		"CreationTimestamp": "2026-03-01T08:15:00Z", "DnsEntries": list("Z7HUB22UULQXV:vpce-0a-1.s3.us-east-1.vpce.amazonaws.com"),
		"DnsOptions":    map[string]any{"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": "OnlyInboundResolver"},
		"IpAddressType": "ipv4", "NetworkInterfaceIds": list("eni-0a"), "PolicyDocument": nil, "RequesterManaged": false,
		"ServiceRegion": "us-east-1", "State": "pendingacceptance",
	})
}

func TestPeerings(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	vpc, _ := network(t, client, "10.0.0.0/16", "10.0.1.0/24")
	peer, _ := network(t, client, "10.1.0.0/16", "10.1.1.0/24")
	create := func(name string) *types.VpcPeeringConnection {
		return do[*ec2.CreateVpcPeeringConnectionOutput](t)(client.CreateVpcPeeringConnection(t.Context(), &ec2.CreateVpcPeeringConnectionInput{
			VpcId: vpc, PeerVpcId: peer, TagSpecifications: called(types.ResourceTypeVpcPeeringConnection, name),
		})).VpcPeeringConnection
	}
	kept, rejected := create("kept"), create("rejected")
	do[*ec2.RejectVpcPeeringConnectionOutput](t)(client.RejectVpcPeeringConnection(t.Context(), &ec2.RejectVpcPeeringConnectionInput{
		VpcPeeringConnectionId: rejected.VpcPeeringConnectionId,
	}))
	do[*ec2.AcceptVpcPeeringConnectionOutput](t)(client.AcceptVpcPeeringConnection(t.Context(), &ec2.AcceptVpcPeeringConnectionInput{
		VpcPeeringConnectionId: kept.VpcPeeringConnectionId,
	}))
	got := collected(t, moto, "AWS::EC2::VPCPeeringConnection")
	if len(got) != 1 {
		t.Errorf("%d peerings; the rejected one is left out", len(got))
	}
	r := one(t, got, "AWS::EC2::VPCPeeringConnection", "kept")
	if r.ID != *kept.VpcPeeringConnectionId || r.ARN != "arn:aws:ec2:us-east-1:123456789012:vpc-peering-connection/"+r.ID {
		t.Errorf("peering %s has ARN %s", r.ID, r.ARN)
	}
	same(t, r, map[string]any{
		"CidrBlocks": list("10.1.0.0/16", "10.0.0.0/16"), "ExpirationTime": nil, "Id": r.ID, "PeerOwnerId": awstest.Account, "PeerRegion": "us-east-1", "PeerVpcId": *peer,
		"Status": map[string]any{"Code": "active", "Message": "Active"}, "VpcId": *vpc,
	})
	accepter := r.Properties["AccepterVpcInfo"].(map[string]any)
	if accepter["VpcId"] != *peer || accepter["CidrBlock"] != "10.1.0.0/16" || r.Properties["RequesterVpcInfo"].(map[string]any)["VpcId"] != *vpc {
		t.Errorf("sides = %v", r.Properties)
	}
}

func TestPeeringOfAnotherAccount(t *testing.T) {
	server := answering(t, map[string]answers{"DescribeVpcPeeringConnections": {{body: `<DescribeVpcPeeringConnectionsResponse><vpcPeeringConnectionSet>
		<item><vpcPeeringConnectionId>pcx-0a</vpcPeeringConnectionId><status><code>active</code></status>
			<requesterVpcInfo><ownerId>111122223333</ownerId><vpcId>vpc-0b</vpcId><region>eu-west-1</region><cidrBlock>10.2.0.0/16</cidrBlock>
				<cidrBlockSet><item><cidrBlock>10.2.0.0/16</cidrBlock></item><item><cidrBlock>10.3.0.0/24</cidrBlock></item></cidrBlockSet>
				<ipv6CidrBlockSet><item><ipv6CidrBlock>2001:db8:1::/56</ipv6CidrBlock></item></ipv6CidrBlockSet></requesterVpcInfo>
			<accepterVpcInfo><ownerId>123456789012</ownerId><vpcId>vpc-0a</vpcId><region>us-east-1</region></accepterVpcInfo></item>
		<item><vpcPeeringConnectionId>pcx-0b</vpcPeeringConnectionId><status><code>expired</code></status></item>
	</vpcPeeringConnectionSet></DescribeVpcPeeringConnectionsResponse>`}}})
	inv, _ := server.collected(t, "AWS::EC2::VPCPeeringConnection")
	if len(inv.Resources) != 1 {
		t.Errorf("%d peerings; the expired one is left out", len(inv.Resources))
	}
	same(t, one(t, inv.Resources, "AWS::EC2::VPCPeeringConnection", "pcx-0a"), map[string]any{
		"CidrBlocks": list("10.2.0.0/16", "10.3.0.0/24", "2001:db8:1::/56"), "PeerOwnerId": "123456789012", "PeerRegion": "us-east-1",
		"PeerVpcId": "vpc-0a", "VpcId": "vpc-0b",
	})
}

func TestTransitGateways(t *testing.T) {
	moto := awstest.Moto(t)
	client := ec2.NewFromConfig(moto.Config("us-east-1"))
	made := do[*ec2.CreateTransitGatewayOutput](t)(client.CreateTransitGateway(t.Context(), &ec2.CreateTransitGatewayInput{
		Description:       ptr("Hub"),
		Options:           &types.TransitGatewayRequestOptions{AutoAcceptSharedAttachments: types.AutoAcceptSharedAttachmentsValueEnable},
		TagSpecifications: called(types.ResourceTypeTransitGateway, "hub"),
	})).TransitGateway
	r := one(t, collected(t, moto, "AWS::EC2::TransitGateway"), "AWS::EC2::TransitGateway", "hub")
	want := &cloud.Resource{
		Type: "AWS::EC2::TransitGateway", ID: *made.TransitGatewayId, Name: "hub", Region: "us-east-1",
		ARN:     "arn:aws:ec2:us-east-1:123456789012:transit-gateway/" + *made.TransitGatewayId,
		Account: awstest.Account, World: awstest.Account, Created: *made.CreationTime, Tags: map[string]string{"Name": "hub"},
		Properties: map[string]any{
			"AmazonSideAsn": int64(64512), "AssociationDefaultRouteTableId": *made.Options.AssociationDefaultRouteTableId,
			"AutoAcceptSharedAttachments": "enable", "CreationTime": made.CreationTime.Format("2006-01-02T15:04:05Z"),
			"DefaultRouteTableAssociation": "enable", "DefaultRouteTablePropagation": "enable", "Description": "Hub",
			"DnsSupport": "enable", "Id": *made.TransitGatewayId, "MulticastSupport": "disable", "OwnerId": awstest.Account,
			"PropagationDefaultRouteTableId": *made.Options.PropagationDefaultRouteTableId, "State": "available",
			"TransitGatewayArn": *made.TransitGatewayArn, "VpnEcmpSupport": "enable",
			"Tags": list(map[string]any{"Key": "Name", "Value": "hub"}),
		},
	}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("transit gateway (-want +got):\n%s", diff)
	}
}

// TestVPNConnections has the answer that AWS gives: moto knows neither the
// options nor the state of tunnels.
func TestVPNConnections(t *testing.T) {
	const key = "0123456789abcdefghij"
	server := answering(t, map[string]answers{"DescribeVpnConnections": {{body: `<DescribeVpnConnectionsResponse><vpnConnectionSet>
		<item><vpnConnectionId>vpn-0a</vpnConnectionId><state>available</state><type>ipsec.1</type><category>VPN</category>
			<customerGatewayConfiguration>&lt;pre_shared_key&gt;` + key + `&lt;/pre_shared_key&gt;</customerGatewayConfiguration>
			<customerGatewayId>cgw-0a</customerGatewayId><vpnGatewayId>vgw-0a</vpnGatewayId><gatewayAssociationState>associated</gatewayAssociationState>
			<routes><item><destinationCidrBlock>192.0.2.0/24</destinationCidrBlock><source>Static</source><state>available</state></item></routes>
			<vgwTelemetry>
				<item><outsideIpAddress>198.51.100.1</outsideIpAddress><status>UP</status><lastStatusChange>2026-03-01T08:15:00.000Z</lastStatusChange><statusMessage>2 BGP ROUTES</statusMessage><acceptedRouteCount>2</acceptedRouteCount></item>
				<item><outsideIpAddress>198.51.100.2</outsideIpAddress><status>DOWN</status><lastStatusChange>2026-03-02T08:15:00.000Z</lastStatusChange><statusMessage>IPSEC IS DOWN</statusMessage><acceptedRouteCount>0</acceptedRouteCount></item>
			</vgwTelemetry>
			<options><enableAcceleration>false</enableAcceleration><staticRoutesOnly>true</staticRoutesOnly>
				<localIpv4NetworkCidr>0.0.0.0/0</localIpv4NetworkCidr><remoteIpv4NetworkCidr>10.0.0.0/16</remoteIpv4NetworkCidr>
				<outsideIpAddressType>PublicIpv4</outsideIpAddressType><tunnelInsideIpVersion>ipv4</tunnelInsideIpVersion><tunnelBandwidth>standard</tunnelBandwidth>
				<tunnelOptionSet><item><outsideIpAddress>198.51.100.1</outsideIpAddress><tunnelInsideCidr>169.254.10.0/30</tunnelInsideCidr>
					<preSharedKey>` + key + `</preSharedKey><phase1LifetimeSeconds>28800</phase1LifetimeSeconds>
					<phase1EncryptionAlgorithmSet><item><value>AES256</value></item></phase1EncryptionAlgorithmSet>
					<phase1DHGroupNumberSet><item><value>14</value></item></phase1DHGroupNumberSet>
					<ikeVersionSet><item><value>ikev2</value></item></ikeVersionSet>
					<dpdTimeoutAction>clear</dpdTimeoutAction><dpdTimeoutSeconds>30</dpdTimeoutSeconds><startupAction>add</startupAction>
					<logOptions><cloudWatchLogOptions><logEnabled>true</logEnabled><logGroupArn>arn:aws:logs:us-east-1:123456789012:log-group:vpn</logGroupArn><logOutputFormat>json</logOutputFormat></cloudWatchLogOptions></logOptions>
				</item></tunnelOptionSet></options>
			<tagSet><item><key>Name</key><value>office</value></item></tagSet></item>
		<item><vpnConnectionId>vpn-0b</vpnConnectionId><state>deleted</state><type>ipsec.1</type></item>
	</vpnConnectionSet></DescribeVpnConnectionsResponse>`}}})
	inv, stats := server.collected(t, "AWS::EC2::VPNConnection")
	if len(stats.Failures) > 0 || len(inv.Resources) != 1 {
		t.Fatalf("%d VPN connections and %v; the deleted one is left out", len(inv.Resources), stats.Failures)
	}
	want := &cloud.Resource{
		Type: "AWS::EC2::VPNConnection", ID: "vpn-0a", Name: "office", Region: "us-east-1",
		ARN: "arn:aws:ec2:us-east-1:123456789012:vpn-connection/vpn-0a", Account: awstest.Account, World: awstest.Account,
		Tags: map[string]string{"Name": "office"},
		Properties: map[string]any{
			"Category": "VPN", "CustomerGatewayId": "cgw-0a", "EnableAcceleration": false, "GatewayAssociationState": "associated",
			"LocalIpv4NetworkCidr": "0.0.0.0/0", "OutsideIpAddressType": "PublicIpv4", "RemoteIpv4NetworkCidr": "10.0.0.0/16",
			"Routes": list(map[string]any{"DestinationCidrBlock": "192.0.2.0/24", "Source": "Static", "State": "available"}),
			"State":  "available", "StaticRoutesOnly": true, "Tags": list(map[string]any{"Key": "Name", "Value": "office"}),
			"TunnelBandwidth": "standard", "TunnelInsideIpVersion": "ipv4", "Type": "ipsec.1",
			"VgwTelemetry": list(
				map[string]any{
					"AcceptedRouteCount": int64(2), "LastStatusChange": "2026-03-01T08:15:00Z", "OutsideIpAddress": "198.51.100.1",
					"Status": "UP", "StatusMessage": "2 BGP ROUTES",
				},
				map[string]any{
					"AcceptedRouteCount": int64(0), "LastStatusChange": "2026-03-02T08:15:00Z", "OutsideIpAddress": "198.51.100.2",
					"Status": "DOWN", "StatusMessage": "IPSEC IS DOWN",
				},
			),
			"VpnConnectionId": "vpn-0a", "VpnGatewayId": "vgw-0a",
			"VpnTunnelOptionsSpecifications": list(map[string]any{
				"DPDTimeoutAction": "clear", "DPDTimeoutSeconds": int64(30), "IKEVersions": list(map[string]any{"Value": "ikev2"}),
				"LogOptions": map[string]any{"CloudwatchLogOptions": map[string]any{
					"LogEnabled": true, "LogGroupArn": "arn:aws:logs:us-east-1:123456789012:log-group:vpn", "LogOutputFormat": "json",
				}},
				"OutsideIpAddress": "198.51.100.1", "Phase1DHGroupNumbers": list(map[string]any{"Value": int64(14)}),
				"Phase1EncryptionAlgorithms": list(map[string]any{"Value": "AES256"}), "Phase1LifetimeSeconds": int64(28800),
				"StartupAction": "add", "TunnelInsideCidr": "169.254.10.0/30",
			}),
		},
	}
	got := one(t, inv.Resources, "AWS::EC2::VPNConnection", "office")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("VPN connection (-want +got):\n%s", diff)
	}
	if holds(got.Properties, key) {
		t.Error("the pre-shared key was read")
	}
}

// holds tells whether a text stands anywhere in a value.
func holds(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		for _, e := range v {
			if holds(e, text) {
				return true
			}
		}
	case map[string]any:
		for _, e := range v {
			if holds(e, text) {
				return true
			}
		}
	}
	return false
}
