package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Policies of VPC endpoints.
const (
	endpointForAccount = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"dynamodb:*","Resource":"arn:aws:dynamodb:us-east-1:{account}:table/*"}]}`
	endpointForAnyone  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`
	endpointForPartner = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::{account}:root","arn:aws:iam::{tidewater}:root"]},"Action":"secretsmanager:GetSecretValue","Resource":"*"}]}`
)

// endpoints keep traffic to AWS inside of the network.
func (s *shop) endpoints(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	return inOrder(ctx,
		each(client.CreateVpcEndpoint,
			&ec2.CreateVpcEndpointInput{
				VpcId: at.vpc("harbourline-prod"), ServiceName: new("com.amazonaws.us-east-1.s3"), VpcEndpointType: types.VpcEndpointTypeGateway,
				RouteTableIds:     from(at.routes, "harbourline-prod-app"),
				PolicyDocument:    new(endpointForAnyone),
				TagSpecifications: tagged(types.ResourceTypeVpcEndpoint, production("platform", "harbourline-prod-s3")),
			},
			&ec2.CreateVpcEndpointInput{
				VpcId: at.vpc("harbourline-prod"), ServiceName: new("com.amazonaws.us-east-1.dynamodb"), VpcEndpointType: types.VpcEndpointTypeGateway,
				RouteTableIds:     from(at.routes, "harbourline-prod-app"),
				PolicyDocument:    s.document(endpointForAccount),
				TagSpecifications: tagged(types.ResourceTypeVpcEndpoint, production("platform", "harbourline-prod-dynamodb")),
			},
			&ec2.CreateVpcEndpointInput{
				VpcId: at.vpc("harbourline-prod"), ServiceName: new("com.amazonaws.us-east-1.secretsmanager"), VpcEndpointType: types.VpcEndpointTypeInterface,
				SubnetIds:         from(at.subnets, "app-a", "app-b"),
				PrivateDnsEnabled: new(true),
				PolicyDocument:    s.document(endpointForPartner),
				TagSpecifications: tagged(types.ResourceTypeVpcEndpoint, production("platform", "harbourline-prod-secrets")),
			},
			&ec2.CreateVpcEndpointInput{
				VpcId: at.vpc("harbourline-prod"), ServiceName: new("com.amazonaws.us-east-1.ecr.api"), VpcEndpointType: types.VpcEndpointTypeInterface,
				SubnetIds:         from(at.subnets, "app-a"),
				PrivateDnsEnabled: new(true),
			},
		),
		s.peering,
	)
}

// peering joins the tools network with production.
func (s *shop) peering(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{
		VpcId: at.vpc("harbourline-prod"), PeerVpcId: at.vpc("harbourline-tools"),
		TagSpecifications: tagged(types.ResourceTypeVpcPeeringConnection, named("prod-tools")),
	})
	if err != nil {
		return err
	}
	id := made.VpcPeeringConnection.VpcPeeringConnectionId
	return inOrder(ctx,
		to(client.AcceptVpcPeeringConnection, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: id}),
		to(client.CreateRoute, &ec2.CreateRouteInput{
			RouteTableId: new(at.routes["harbourline-prod-app"]), DestinationCidrBlock: new("10.30.0.0/16"), VpcPeeringConnectionId: id,
		}),
	)
}

// services that other accounts reach through endpoints of theirs: the ERP for
// the carrier alone, the warehouse for anyone.
func (s *shop) endpointServices(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	for _, service := range []struct {
		balancer  string
		accept    bool
		principal string
	}{
		{"harbourline-erp", true, "arn:aws:iam::" + freight + ":root"},
		{"harbourline-warehouse", false, "*"},
	} {
		made, err := client.CreateVpcEndpointServiceConfiguration(ctx, &ec2.CreateVpcEndpointServiceConfigurationInput{
			AcceptanceRequired: new(service.accept), NetworkLoadBalancerArns: from(at.balancers, service.balancer),
		})
		if err != nil {
			return fmt.Errorf("service of %s: %w", service.balancer, err)
		}
		if _, err := client.ModifyVpcEndpointServicePermissions(ctx, &ec2.ModifyVpcEndpointServicePermissionsInput{
			ServiceId: made.ServiceConfiguration.ServiceId, AddAllowedPrincipals: []string{service.principal},
		}); err != nil {
			return fmt.Errorf("service of %s: %w", service.balancer, err)
		}
	}
	return nil
}

// links are the lines to the warehouse, and a transit gateway that somebody
// tried out.
func (s *shop) links(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	gateway, err := client.CreateVpnGateway(ctx, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1, TagSpecifications: tagged(types.ResourceTypeVpnGateway, production("warehouse", "warehouse"))})
	if err != nil {
		return err
	}
	customer, err := client.CreateCustomerGateway(ctx, &ec2.CreateCustomerGatewayInput{
		Type: types.GatewayTypeIpsec1, IpAddress: new("198.51.100.7"), BgpAsn: aws.Int32(65010),
		TagSpecifications: tagged(types.ResourceTypeCustomerGateway, production("warehouse", "warehouse-router")),
	})
	if err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.AttachVpnGateway, &ec2.AttachVpnGatewayInput{VpnGatewayId: gateway.VpnGateway.VpnGatewayId, VpcId: at.vpc("harbourline-prod")}),
		to(client.CreateVpnConnection, &ec2.CreateVpnConnectionInput{
			Type: new("ipsec.1"), CustomerGatewayId: customer.CustomerGateway.CustomerGatewayId, VpnGatewayId: gateway.VpnGateway.VpnGatewayId,
			TagSpecifications: tagged(types.ResourceTypeVpnConnection, production("warehouse", "warehouse")),
		}),
		// The gateway of a branch that was closed, attached to nothing.
		to(client.CreateVpnGateway, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1, TagSpecifications: tagged(types.ResourceTypeVpnGateway, named("branch-office"))}),
		to(client.CreateTransitGateway, &ec2.CreateTransitGatewayInput{
			Description: new("Trial"),
			Options:     &types.TransitGatewayRequestOptions{AutoAcceptSharedAttachments: types.AutoAcceptSharedAttachmentsValueEnable},
		}),
	)
}
