package aws_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/route53domains/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseRoute53(t *testing.T) {
	moto := awstest.Moto(t)
	contact := &types.ContactDetail{
		FirstName: new("Ada"), LastName: new("Lovelace"), ContactType: types.ContactTypePerson, Email: new("ada@example.com"),
		PhoneNumber: new("+44.2071234567"), AddressLine1: new("12 St James's Square"), City: new("London"),
		CountryCode: types.CountryCodeGb, ZipCode: new("SW1Y 4JH"),
	}
	made[*route53domains.RegisterDomainOutput](t)(route53domains.NewFromConfig(moto.Config("us-east-1")).RegisterDomain(t.Context(),
		&route53domains.RegisterDomainInput{
			DomainName: new("shop-example.com"), DurationInYears: new(int32(2)),
			AdminContact: contact, RegistrantContact: contact, TechContact: contact,
		}))
	zone := func(name string, vpc *route53types.VPC) {
		t.Helper()
		made[*route53.CreateHostedZoneOutput](t)(route53.NewFromConfig(moto.Config("us-east-1")).CreateHostedZone(t.Context(),
			&route53.CreateHostedZoneInput{
				Name: &name, CallerReference: &name, VPC: vpc, HostedZoneConfig: &route53types.HostedZoneConfig{PrivateZone: vpc != nil},
			}))
	}
	zone("shop-example.com", nil)
	zone("shop.internal", &route53types.VPC{VPCId: new("vpc-0123456789abcdef0"), VPCRegion: route53types.VPCRegionUsEast1})
	judge(t, moto, "Route53-003", want{"shop-example.com": pass})                             // moto locks every domain
	judge(t, moto, "Route53-012", want{"shop-example.com": fail, "shop.internal": unchecked}) // moto signs no zone
}
