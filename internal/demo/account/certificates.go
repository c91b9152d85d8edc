package account

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

// A certificate that signs itself.
type certificate struct {
	name  string
	until time.Time
	weak  bool // a key of 1,024 bits, signed with SHA-1
}

// An issued certificate with its key, both PEM.
type issued struct{ body, key string }

func issue(c certificate) (issued, error) {
	bits, algorithm := 2048, x509.SHA256WithRSA
	if c.weak {
		bits, algorithm = 1024, x509.SHA1WithRSA
	}
	private, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		return issued{}, fmt.Errorf("key of %s: %w", c.name, err)
	}
	template := &x509.Certificate{
		SerialNumber:       big.NewInt(c.until.Unix()),
		Subject:            pkix.Name{CommonName: c.name, Organization: []string{"Harbourline"}},
		DNSNames:           []string{c.name},
		NotBefore:          c.until.AddDate(-1, 0, -2),
		NotAfter:           c.until,
		SignatureAlgorithm: algorithm,
		KeyUsage:           x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:        []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	body, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), crypto.Signer(private))
	if err != nil {
		return issued{}, fmt.Errorf("certificate of %s: %w", c.name, err)
	}
	return issued{
		body: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: body})),
		key:  string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})),
	}, nil
}

// samlMetadata describes an identity provider that signs with a certificate.
func samlMetadata(signing issued) string {
	block, _ := pem.Decode([]byte(signing.body))
	return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://login.harbourline.example/saml">
  <md:IDPSSODescriptor WantAuthnRequestsSigned="false" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>` + base64.StdEncoding.EncodeToString(block.Bytes) + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://login.harbourline.example/saml/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`
}

// imports are certificates that were brought to ACM.
var imports = []struct {
	name string
	days int // until it expires; 0 is at once
	weak bool
	tags tags
}{
	{name: "www.harbourline.example", days: 300, tags: production("storefront", "")},
	{name: "api.harbourline.example", days: 20, tags: production("payments", "")},
	{name: "partners.harbourline.example", days: 5},
	{name: "old.harbourline.example", days: 0},
	{name: "erp.harbourline.example", days: 200, weak: true},
}

// atOnce is how long a certificate is still good that is to be expired when
// the account is looked at: ACM takes none that is expired already.
const atOnce = 5 * time.Second

// tlsCertificates imports certificates and asks for some that ACM is to issue.
func (s *shop) tlsCertificates(ctx context.Context) error {
	client := acm.NewFromConfig(s.production.Config)
	for _, c := range imports {
		until := s.now.AddDate(0, 0, c.days)
		if c.days == 0 {
			until = time.Now().UTC().Add(atOnce)
		}
		made, err := issue(certificate{name: c.name, until: until, weak: c.weak})
		if err != nil {
			return err
		}
		imported, err := client.ImportCertificate(ctx, &acm.ImportCertificateInput{
			Certificate: []byte(made.body),
			PrivateKey:  []byte(made.key),
			Tags:        as(c.tags, func(key, value *string) types.Tag { return types.Tag{Key: key, Value: value} }),
		})
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		s.production.certs[c.name] = aws.ToString(imported.CertificateArn)
	}
	return inOrder(ctx,
		to(client.RequestCertificate, &acm.RequestCertificateInput{
			DomainName:       new("*.harbourline.example"),
			ValidationMethod: types.ValidationMethodDns,
		}),
		to(client.RequestCertificate, &acm.RequestCertificateInput{
			DomainName:       new("pay.harbourline.example"),
			ValidationMethod: types.ValidationMethodDns,
			KeyAlgorithm:     types.KeyAlgorithmEcPrime256v1,
		}),
		to(acm.NewFromConfig(s.staging.Config).RequestCertificate, &acm.RequestCertificateInput{
			DomainName:       new("staging.harbourline.example"),
			ValidationMethod: types.ValidationMethodEmail,
		}),
	)
}

// cert is the ARN of an imported certificate.
func (at *site) cert(name string) *string { return new(from(at.certs, name)[0]) }
