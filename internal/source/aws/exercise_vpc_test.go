package aws_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationstypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// newVPC makes a VPC in the account of a client.
func newVPC(t *testing.T, client *ec2.Client, name string) *string {
	t.Helper()
	return made[*ec2.CreateVpcOutput](t)(client.CreateVpc(t.Context(), &ec2.CreateVpcInput{
		CidrBlock: new("10.0.0.0/16"), TagSpecifications: []types.TagSpecification{{
			ResourceType: types.ResourceTypeVpc, Tags: []types.Tag{{Key: new("Name"), Value: &name}},
		}},
	})).Vpc.VpcId
}

func TestExerciseVPC(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := ec2.NewFromConfig(moto.Config("us-east-1"))

	const orderly = "vpc-ue1-p-shop"
	authorised, other := newVPC(t, client, orderly), newVPC(t, client, "shop")
	judge(t, moto, "VPC-004", want{orderly: pass, "shop": fail})

	internet := func(vpc *string) string {
		gateway := made[*ec2.CreateInternetGatewayOutput](t)(client.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
		if vpc != nil {
			made[*ec2.AttachInternetGatewayOutput](t)(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc}))
		}
		return *gateway
	}
	listed := internet(authorised)
	internet(other)
	internet(nil)
	nat := func(vpc, cidr *string) string {
		subnet := made[*ec2.CreateSubnetOutput](t)(client.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: cidr})).Subnet.SubnetId
		return *made[*ec2.CreateNatGatewayOutput](t)(client.CreateNatGateway(ctx, &ec2.CreateNatGatewayInput{
			SubnetId: subnet, ConnectivityType: types.ConnectivityTypePrivate,
		})).NatGateway.NatGatewayId
	}
	outward := nat(authorised, new("10.0.1.0/24"))
	bare := newVPC(t, client, "bare")
	// The list that stands in the page as an example names what was made here.
	page := made[[]byte](t)(rules.Files.ReadFile("vpc/VPC-013.md"))
	list := strings.NewReplacer("vpc-0123456789abcdef0", *authorised, "igw-0123456789abcdef0", listed, "nat-0123456789abcdef0", outward)
	library := made[*rule.Library](t)(rule.NewLibrary(fstest.MapFS{"VPC-013.md": {Data: []byte(list.Replace(string(page)))}}, ""))
	gateways := func(verdicts want) {
		t.Run("VPC-013", func(t *testing.T) {
			wantVerdicts(t, library, "VPC-013", moto.Config("us-east-1"), time.Now(), verdicts)
		})
	}
	gateways(want{*authorised: pass, *other: fail, *bare: pass})
	second := nat(authorised, new("10.0.2.0/24"))
	gateways(want{*authorised: fail})
	made[*ec2.DeleteNatGatewayOutput](t)(client.DeleteNatGateway(ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: &second}))
	gateways(want{*authorised: pass})
	made[*ec2.DetachInternetGatewayOutput](t)(client.DetachInternetGateway(ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: &listed, VpcId: authorised}))
	newest := newVPC(t, client, "newest")
	made[*ec2.AttachInternetGatewayOutput](t)(client.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: &listed, VpcId: newest}))
	gateways(want{*authorised: pass, *newest: fail})

	// moto tells no tunnels of a VPN connection: none is up.
	customer := made[*ec2.CreateCustomerGatewayOutput](t)(client.CreateCustomerGateway(ctx, &ec2.CreateCustomerGatewayInput{
		Type: types.GatewayTypeIpsec1, IpAddress: new("198.51.100.1"), BgpAsn: new(int32(65000)),
	})).CustomerGateway.CustomerGatewayId
	office := made[*ec2.CreateVpnGatewayOutput](t)(client.CreateVpnGateway(ctx, &ec2.CreateVpnGatewayInput{Type: types.GatewayTypeIpsec1})).VpnGateway.VpnGatewayId
	vpn := func() *string {
		return made[*ec2.CreateVpnConnectionOutput](t)(client.CreateVpnConnection(ctx, &ec2.CreateVpnConnectionInput{
			CustomerGatewayId: customer, VpnGatewayId: office, Type: new("ipsec.1"),
		})).VpnConnection.VpnConnectionId
	}
	down, deleted := vpn(), vpn()
	made[*ec2.DeleteVpnConnectionOutput](t)(client.DeleteVpnConnection(ctx, &ec2.DeleteVpnConnectionInput{VpnConnectionId: deleted}))
	judge(t, moto, "VPC-002", want{*down: fail, *deleted: unchecked})
	judge(t, moto, "VPC-009", want{*down: fail, *deleted: unchecked})
}

// TestExercisePeerings peers a VPC with one of the same account, of a member
// of the organisation and of a stranger.
func TestExercisePeerings(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	config := moto.Config("us-east-1")
	company := organizations.NewFromConfig(config)
	made[*organizations.CreateOrganizationOutput](t)(company.CreateOrganization(ctx, &organizations.CreateOrganizationInput{
		FeatureSet: organizationstypes.OrganizationFeatureSetAll,
	}))
	member := made[*organizations.CreateAccountOutput](t)(company.CreateAccount(ctx, &organizations.CreateAccountInput{
		AccountName: new("shop"), Email: new("shop@example.com"),
	})).CreateAccountStatus.AccountId
	inAccount := func(id string) awssdk.Config {
		there := config.Copy()
		there.Credentials = stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), "arn:aws:iam::"+id+":role/network")
		return there
	}
	client := ec2.NewFromConfig(config)
	hub := newVPC(t, client, "hub")
	peering := func(owner string) *string {
		return made[*ec2.CreateVpcPeeringConnectionOutput](t)(client.CreateVpcPeeringConnection(ctx, &ec2.CreateVpcPeeringConnectionInput{
			VpcId: hub, PeerVpcId: newVPC(t, ec2.NewFromConfig(inAccount(owner)), "spoke"), PeerOwnerId: &owner,
		})).VpcPeeringConnection.VpcPeeringConnectionId
	}
	own, inside, outside := peering(awstest.Account), peering(*member), peering("999988887777")
	judge(t, moto, "VPC-014", want{*own: pass, *inside: pass, *outside: fail})
}
