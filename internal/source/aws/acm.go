package aws

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Certificate Manager: certificates, of which the list tells what most rules
// ask.
var acmCollectors = []collector{{
	service: "acm",
	types: []emits{{
		typ: "AWS::CertificateManager::Certificate",
		gives: "CertificateExport DomainName KeyAlgorithm SubjectAlternativeNames " +
			"CreatedAt Exported ImportedAt InUse IssuedAt ManagedBy NotAfter NotBefore RenewalEligibility RevokedAt Status Type",
		lacks:  "AWS::CertificateManager::Certificate.DomainValidationOption.HostedZoneId",
		tagged: "acm",
	}},
	calls: "acm:ListCertificates",
	read:  readCertificates,
	parts: []part{
		{gives: "SubjectAlternativeNames", calls: "acm:DescribeCertificate", read: readCertificateNames},
		{
			gives: "CertificateAuthorityArn CertificateTransparencyLoggingPreference DomainValidationOptions ValidationMethod " +
				"FailureReason InUseBy Issuer RenewalSummary RevocationReason Serial SignatureAlgorithm Subject",
			calls: "acm:DescribeCertificate",
			read:  readCertificate,
		},
	},
}}

func readCertificates(ctx context.Context, s *scope) error {
	pages := acm.NewListCertificatesPaginator(acm.NewFromConfig(s.cfg), &acm.ListCertificatesInput{
		MaxItems: ptr(int32(1000)),
		// Without being asked for, only those with an RSA key of up to 2048
		// bits are listed.
		Includes: &types.Filters{KeyTypes: types.KeyAlgorithm("").Values()},
	})
	return each(ctx, pages, func(page *acm.ListCertificatesOutput) {
		for i := range page.CertificateSummaryList {
			c := &page.CertificateSummaryList[i]
			names := any(c.SubjectAlternativeNameSummaries)
			if deref(c.HasAdditionalSubjectAlternativeNames) || len(c.SubjectAlternativeNameSummaries) == 0 {
				names = &cloud.Unresolved{Reason: "the list of certificates does not tell all of its names"}
			}
			arn := deref(c.CertificateArn)
			s.add(found{
				id: arn, arn: arn, name: deref(c.DomainName), created: cmp.Or(c.CreatedAt, c.ImportedAt), from: c,
				set: props{
					"CertificateExport":       c.ExportOption,
					"KeyAlgorithm":            strings.ReplaceAll(string(c.KeyAlgorithm), "-", "_"), // RSA-2048, it may say
					"SubjectAlternativeNames": names,
				},
			})
		}
	})
}

// readCertificateNames asks for the names of a certificate that has more than
// the hundred that the list holds.
func readCertificateNames(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if _, missing := r.Properties["SubjectAlternativeNames"].(unresolved); !missing {
		return nil, nil
	}
	c, err := certificate(ctx, s, r)
	if err != nil {
		return nil, err
	}
	return props{"SubjectAlternativeNames": c.SubjectAlternativeNames}, nil
}

func readCertificate(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	c, err := certificate(ctx, s, r)
	if err != nil {
		return nil, err
	}
	options := deref(c.Options)
	method := options.ValidationMethod
	var validation []any
	for _, v := range c.DomainValidationOptions {
		method = cmp.Or(method, v.ValidationMethod)
		validation = append(validation, shaped(map[string]any{"DomainName": v.DomainName, "ValidationDomain": v.ValidationDomain}))
	}
	return props{
		"CertificateAuthorityArn": c.CertificateAuthorityArn,
		//lint:ignore SA1019 certificates from before the change still tell it
		"CertificateTransparencyLoggingPreference": options.CertificateTransparencyLoggingPreference,
		"DomainValidationOptions":                  validation,
		"FailureReason":                            c.FailureReason,
		"InUseBy":                                  c.InUseBy,
		"Issuer":                                   c.Issuer,
		"RenewalSummary":                           c.RenewalSummary,
		"RevocationReason":                         c.RevocationReason,
		"Serial":                                   c.Serial,
		"SignatureAlgorithm":                       c.SignatureAlgorithm,
		"Subject":                                  c.Subject,
		"ValidationMethod":                         method,
	}, nil
}

// certificate asks for one certificate, once for both parts.
func certificate(ctx context.Context, s *scope, r *cloud.Resource) (*types.CertificateDetail, error) {
	return once(s.session, "acm:DescribeCertificate "+r.ARN, func() (*types.CertificateDetail, error) {
		out, err := acm.NewFromConfig(s.cfg).DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &r.ARN})
		if is(err, "ResourceNotFoundException") {
			return nil, errGone
		}
		if err != nil {
			return nil, err
		}
		return out.Certificate, nil
	})
}
