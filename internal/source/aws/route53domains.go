package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/route53domains"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Route 53 as a registrar: the domains that are registered through the account.
// It has one endpoint, in us-east-1, and only the partition aws has it.
var route53DomainsCollectors = []collector{{
	service: "route53domains", global: true,
	types: []emits{{
		typ:   "AWS::Route53Domains::Domain",
		gives: "AutoRenew DomainName Expiry TransferLock",
		// A domain's tags take a call each, which no rule is worth.
		tagged: "-",
	}},
	calls: "route53domains:ListDomains",
	read:  readRegisteredDomains,
	parts: []part{{
		// The contacts themselves are people's names and addresses, and stay
		// where they are.
		gives: "AdminPrivacy BillingPrivacy CreationDate Nameservers RegistrantPrivacy RegistrarName StatusList TechPrivacy UpdatedDate",
		calls: "route53domains:GetDomainDetail",
		read:  readRegisteredDomain,
	}},
}}

func readRegisteredDomains(ctx context.Context, s *scope) error {
	if s.partition != "aws" {
		return nil
	}
	pages := route53domains.NewListDomainsPaginator(route53domains.NewFromConfig(s.cfg), &route53domains.ListDomainsInput{MaxItems: ptr(int32(100))})
	return each(ctx, pages, func(page *route53domains.ListDomainsOutput) {
		for i := range page.Domains {
			d := &page.Domains[i]
			s.add(found{id: deref(d.DomainName), name: deref(d.DomainName), from: d})
		}
	})
}

func readRegisteredDomain(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := route53domains.NewFromConfig(s.cfg).GetDomainDetail(ctx, &route53domains.GetDomainDetailInput{DomainName: &r.ID})
	if err != nil {
		return nil, err
	}
	r.Created = deref(out.CreationDate)
	return props{
		"AdminPrivacy":      out.AdminPrivacy,
		"BillingPrivacy":    out.BillingPrivacy,
		"CreationDate":      out.CreationDate,
		"Nameservers":       out.Nameservers,
		"RegistrantPrivacy": out.RegistrantPrivacy,
		"RegistrarName":     out.RegistrarName,
		"StatusList":        out.StatusList,
		"TechPrivacy":       out.TechPrivacy,
		"UpdatedDate":       out.UpdatedDate,
	}, nil
}
