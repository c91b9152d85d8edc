package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53domains"
	"github.com/aws/aws-sdk-go-v2/service/route53domains/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const domainType = "AWS::Route53Domains::Domain"

func TestRegisteredDomains(t *testing.T) {
	moto := awstest.Moto(t)
	client := route53domains.NewFromConfig(moto.Config("us-east-1"))
	contact := &types.ContactDetail{
		FirstName: ptr("Ada"), LastName: ptr("Lovelace"), ContactType: types.ContactTypePerson, Email: ptr("ada@example.com"),
		PhoneNumber: ptr("+44.2071234567"), AddressLine1: ptr("12 St James's Square"), City: ptr("London"), CountryCode: types.CountryCodeGb, ZipCode: ptr("SW1Y 4JH"),
	}
	if _, err := client.RegisterDomain(t.Context(), &route53domains.RegisterDomainInput{
		DomainName: ptr("shop-example.com"), DurationInYears: ptr(int32(2)), AutoRenew: ptr(true),
		AdminContact: contact, RegistrantContact: contact, TechContact: contact,
		PrivacyProtectAdminContact: ptr(true), PrivacyProtectRegistrantContact: ptr(false), PrivacyProtectTechContact: ptr(true),
	}); err != nil {
		t.Fatal(err)
	}
	domain := one(t, collected(t, moto, domainType), domainType, "shop-example.com")
	if domain.Region != "global" || domain.TagsUnresolved != "" {
		t.Errorf("domain = %+v", domain)
	}
	expiry, err := time.Parse(time.RFC3339, domain.Properties["Expiry"].(string))
	if days := time.Until(expiry).Hours() / 24; err != nil || days < 728 || days > 730 {
		t.Errorf("expires in %.1f days (%v), want two years", days, err)
	}
	if time.Since(domain.Created) > time.Hour {
		t.Errorf("created at %v", domain.Created)
	}
	got := map[string]any{}
	for _, name := range []string{"DomainName", "AutoRenew", "TransferLock", "AdminPrivacy", "RegistrantPrivacy", "TechPrivacy", "RegistrantContact"} {
		got[name] = domain.Properties[name]
	}
	want := map[string]any{
		"DomainName": "shop-example.com", "AutoRenew": true, "TransferLock": true, // moto locks all
		"AdminPrivacy": true, "RegistrantPrivacy": false, "TechPrivacy": true, "RegistrantContact": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("domain (-want +got):\n%s", diff)
	}
}

// Answers after the Route 53 Domains API reference: ListDomains goes on from a
// marker, and one domain's details are refused.
func TestRegisteredDomainsInPages(t *testing.T) {
	server := answering(t, map[string]answers{
		"Route53Domains_v20140515.ListDomains": {
			{when: `"Marker":"two"`, body: `{"Domains":[{"DomainName":"being-made.example"}]}`},
			{body: `{"Domains":[{"DomainName":"shop-example.com","AutoRenew":false,"TransferLock":false,"Expiry":1796169600}],"NextPageMarker":"two"}`},
		},
		"Route53Domains_v20140515.GetDomainDetail": {
			{when: "being-made", status: 400, body: `{"__type":"InvalidInput","message":"Domain being-made.example not found in the account"}`},
			{body: `{"DomainName":"shop-example.com","AdminPrivacy":true,"RegistrantPrivacy":true,"TechPrivacy":false,"BillingPrivacy":false,
				"RegistrantContact":{"FirstName":"Ada"},"RegistrarName":"Amazon Registrar, Inc.","CreationDate":1417478400,
				"StatusList":["ok"],"Nameservers":[{"Name":"ns-1.awsdns-01.com","GlueIps":[]}]}`},
		},
	})
	inv, stats := server.collected(t, domainType)
	if len(inv.Unread) > 0 || len(stats.Failures) != 1 {
		t.Errorf("unread %v, failures %v; want one failure, of the details", inv.Unread, stats.Failures)
	}
	want := map[string]any{
		"DomainName": "shop-example.com", "AutoRenew": false, "TransferLock": false, "Expiry": "2026-12-02T00:00:00Z",
		"AdminPrivacy": true, "RegistrantPrivacy": true, "TechPrivacy": false, "BillingPrivacy": false,
		"RegistrarName": "Amazon Registrar, Inc.", "CreationDate": "2014-12-02T00:00:00Z", "StatusList": []any{"ok"},
		"Nameservers": []any{map[string]any{"Name": "ns-1.awsdns-01.com"}},
	}
	if diff := cmp.Diff(want, one(t, inv.Resources, domainType, "shop-example.com").Properties); diff != "" {
		t.Errorf("domain (-want +got):\n%s", diff)
	}
	made := one(t, inv.Resources, domainType, "being-made.example").Properties
	if _, unresolved := made["AdminPrivacy"].(*cloud.Unresolved); !unresolved || made["Expiry"] != nil {
		t.Errorf("the domain without details = %v", made)
	}
	if n := server.count("Route53Domains_v20140515.ListDomains"); n != 2 {
		t.Errorf("ListDomains was called %d times, want 2", n)
	}
}

// Nothing is asked of partitions that register no domains.
func TestRegisteredDomainsInChina(t *testing.T) {
	server := answering(t, nil)
	inv, _ := Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws-cn", Config: server.config()}},
		Regions:  []string{"cn-north-1"}, Needs: rule.Reads{domainType: {rule.Whole: true}}, Now: time.Now(), Attempts: 1,
	})
	if len(inv.Resources) > 0 || len(inv.Unread) > 0 {
		t.Errorf("resources %v, unread %v", inv.Resources, inv.Unread)
	}
}
