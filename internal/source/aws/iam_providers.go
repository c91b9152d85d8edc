package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Server certificates, and the identity providers that the account trusts.

func readServerCertificates(ctx context.Context, s *scope) error {
	pages := iam.NewListServerCertificatesPaginator(iam.NewFromConfig(s.cfg), &iam.ListServerCertificatesInput{MaxItems: ptr(int32(iamPage))})
	return each(ctx, pages, func(page *iam.ListServerCertificatesOutput) {
		for _, c := range page.ServerCertificateMetadataList {
			s.add(found{
				id: deref(c.ServerCertificateName), arn: deref(c.Arn), name: deref(c.ServerCertificateName),
				created: c.UploadDate, from: c,
			})
		}
	})
}

func readServerCertificate(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetServerCertificate(ctx, &iam.GetServerCertificateInput{ServerCertificateName: &r.ID})
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"CertificateBody": out.ServerCertificate.CertificateBody, "CertificateChain": out.ServerCertificate.CertificateChain}, nil
}

func readSAMLProviders(ctx context.Context, s *scope) error {
	out, err := iam.NewFromConfig(s.cfg).ListSAMLProviders(ctx, &iam.ListSAMLProvidersInput{})
	if err != nil {
		return err
	}
	for _, p := range out.SAMLProviderList {
		_, name, _ := strings.Cut(deref(p.Arn), ":saml-provider/")
		s.add(found{id: deref(p.Arn), arn: deref(p.Arn), name: name, created: p.CreateDate, from: p, set: props{"Name": name}})
	}
	return nil
}

func readSAMLProvider(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetSAMLProvider(ctx, &iam.GetSAMLProviderInput{SAMLProviderArn: &r.ID})
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{
		"AssertionEncryptionMode": out.AssertionEncryptionMode,
		"PrivateKeyList":          out.PrivateKeyList,
		"SamlMetadataDocument":    out.SAMLMetadataDocument,
		"SamlProviderUUID":        out.SAMLProviderUUID,
	}, nil
}

func readOIDCProviders(ctx context.Context, s *scope) error {
	out, err := iam.NewFromConfig(s.cfg).ListOpenIDConnectProviders(ctx, &iam.ListOpenIDConnectProvidersInput{})
	if err != nil {
		return err
	}
	for _, p := range out.OpenIDConnectProviderList {
		_, name, _ := strings.Cut(deref(p.Arn), ":oidc-provider/")
		s.add(found{id: deref(p.Arn), arn: deref(p.Arn), name: name, from: p})
	}
	return nil
}

func readOIDCProvider(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetOpenIDConnectProvider(ctx, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: &r.ID})
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	address := deref(out.Url)
	if address != "" && !strings.Contains(address, "://") {
		address = "https://" + address // which IAM leaves out, and CloudFormation has
	}
	return props{
		"ClientIdList": out.ClientIDList, "CreateDate": out.CreateDate, "ThumbprintList": out.ThumbprintList, "Url": address,
	}, nil
}
