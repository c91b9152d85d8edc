package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// productionRoutes lead the web subnets to an internet gateway and the app
// subnets of one zone to a NAT gateway; the other zone was to follow. The data
// subnets stay alone.
func (s *shop) productionRoutes(ctx context.Context) error {
	at := s.production
	client := ec2.NewFromConfig(at.Config)
	gateway, err := at.internetGateway(ctx, "harbourline-prod", production("platform", "harbourline-prod"))
	if err != nil {
		return err
	}
	// A gateway that was never attached.
	if _, err := client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: tagged(types.ResourceTypeInternetGateway, named("test"))}); err != nil {
		return err
	}
	address, err := client.AllocateAddress(ctx, &ec2.AllocateAddressInput{
		Domain: types.DomainTypeVpc, TagSpecifications: tagged(types.ResourceTypeElasticIp, production("platform", "harbourline-prod-nat-a")),
	})
	if err != nil {
		return err
	}
	nat, err := client.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{
		SubnetId: at.sub("web-a"), AllocationId: address.AllocationId,
		TagSpecifications: tagged(types.ResourceTypeNatgateway, production("platform", "harbourline-prod-nat-a")),
	})
	if err != nil {
		return err
	}
	public, err := at.routeTable(ctx, "harbourline-prod", production("platform", "harbourline-prod-web"), "web-a", "web-b")
	if err != nil {
		return err
	}
	private, err := at.routeTable(ctx, "harbourline-prod", production("platform", "harbourline-prod-app"), "app-a", "app-b")
	if err != nil {
		return err
	}
	if _, err := at.routeTable(ctx, "harbourline-prod", production("data", "harbourline-prod-data"), "data-a", "data-b"); err != nil {
		return err
	}
	return inOrder(ctx,
		to(client.CreateRoute, &ec2.CreateRouteInput{RouteTableId: public, DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: gateway}),
		to(client.CreateRoute, &ec2.CreateRouteInput{RouteTableId: private, DestinationCidrBlock: new("0.0.0.0/0"), NatGatewayId: nat.NatGateway.NatGatewayId}),
	)
}

// stagingRoutes lead everything of the staging to the internet.
func (s *shop) stagingRoutes(ctx context.Context) error {
	gateway, err := s.staging.internetGateway(ctx, "harbourline-staging", named("staging"))
	if err != nil {
		return err
	}
	table, err := s.staging.routeTable(ctx, "harbourline-staging", named("staging"), "staging-a", "staging-b")
	if err != nil {
		return err
	}
	return inOrder(ctx, to(ec2.NewFromConfig(s.staging.Config).CreateRoute,
		&ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: new("0.0.0.0/0"), GatewayId: gateway}))
}

func (at *site) internetGateway(ctx context.Context, vpc string, t tags) (*string, error) {
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{TagSpecifications: tagged(types.ResourceTypeInternetGateway, t)})
	if err != nil {
		return nil, err
	}
	_, err = client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: made.InternetGateway.InternetGatewayId, VpcId: at.vpc(vpc)})
	return made.InternetGateway.InternetGatewayId, err
}

// routeTable makes a route table and gives it to subnets.
func (at *site) routeTable(ctx context.Context, vpc string, t tags, subnets ...string) (*string, error) {
	client := ec2.NewFromConfig(at.Config)
	made, err := client.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: at.vpc(vpc), TagSpecifications: tagged(types.ResourceTypeRouteTable, t)})
	if err != nil {
		return nil, err
	}
	id := made.RouteTable.RouteTableId
	for _, name := range subnets {
		if _, err := client.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: id, SubnetId: at.sub(name)}); err != nil {
			return nil, fmt.Errorf("routes of %s: %w", name, err)
		}
	}
	at.routes[t["Name"]] = aws.ToString(id)
	return id, nil
}
