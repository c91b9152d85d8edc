package rule

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// certificateFunctions read X.509 certificates in PEM form, of which the first
// counts, and SAML metadata. What cannot be read is unknown, with the reason.
func certificateFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// certificateKeyType(pem) is the kind of the certificate's own key:
		// "RSA", "ECDSA" or "Ed25519".
		ofCertificate("certificateKeyType", cel.StringType, func(c *x509.Certificate) (ref.Val, error) {
			kind, _, err := keyOf(c)
			return types.String(kind), err
		}),

		// certificateKeyBits(pem) is the size of the certificate's own key in
		// bits: 2048 of an RSA key, 256 of one on the curve P-256.
		ofCertificate("certificateKeyBits", cel.IntType, func(c *x509.Certificate) (ref.Val, error) {
			_, bits, err := keyOf(c)
			return types.Int(bits), err
		}),

		// certificateHash(pem) is the hash that the certificate is signed with:
		// "MD5", "SHA-1", "SHA-256".
		ofCertificate("certificateHash", cel.StringType, func(c *x509.Certificate) (ref.Val, error) {
			hash, ok := signatureHashes[c.SignatureAlgorithm]
			if !ok {
				return nil, fmt.Errorf("the signature algorithm %s is not known", c.SignatureAlgorithm)
			}
			return types.String(hash), nil
		}),

		// certificateExpires(pem) is the last moment of the certificate's
		// validity.
		ofCertificate("certificateExpires", cel.TimestampType, func(c *x509.Certificate) (ref.Val, error) {
			return types.Timestamp{Time: c.NotAfter}, nil
		}),

		// samlExpires(metadata) is the moment from which the metadata of a SAML
		// identity provider is of no use: its validUntil, or the end of the
		// last of the certificates that the provider signs with, whichever is
		// earlier.
		function("samlExpires",
			cel.Overload("saml_expires_string", []*cel.Type{cel.StringType}, cel.TimestampType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					text := stringOf(v)
					if cloud.IsSymbol(text) {
						return unknownFor(text + " is known only after deployment")
					}
					at, err := samlExpires(text)
					if err != nil {
						return unknownFor("the SAML metadata cannot be read: " + err.Error())
					}
					return types.Timestamp{Time: at}
				}))),
	}
}

// ofCertificate declares a function of a certificate.
func ofCertificate(name string, result *cel.Type, f func(*x509.Certificate) (ref.Val, error)) cel.EnvOption {
	return function(name,
		cel.Overload(name+"_string", []*cel.Type{cel.StringType}, result,
			cel.UnaryBinding(func(v ref.Val) ref.Val {
				text := stringOf(v)
				if cloud.IsSymbol(text) {
					return unknownFor(text + " is known only after deployment")
				}
				block, _ := pem.Decode([]byte(text))
				if block == nil {
					return unknownFor("the certificate cannot be read: it is not in PEM form")
				}
				certificate, err := x509.ParseCertificate(block.Bytes)
				if err != nil {
					return unknownFor("the certificate cannot be read: " + err.Error())
				}
				out, err := f(certificate)
				if err != nil {
					return unknownFor("the certificate cannot be read: " + err.Error())
				}
				return out
			})))
}

// keyOf tells the kind and the size of a certificate's key.
func keyOf(c *x509.Certificate) (kind string, bits int, err error) {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return "RSA", key.N.BitLen(), nil
	case *ecdsa.PublicKey:
		return "ECDSA", key.Curve.Params().BitSize, nil
	case ed25519.PublicKey:
		return "Ed25519", 8 * len(key), nil
	}
	return "", 0, errors.New("its key is of a kind that is not known")
}

var signatureHashes = map[x509.SignatureAlgorithm]string{
	x509.MD2WithRSA:       "MD2",
	x509.MD5WithRSA:       "MD5",
	x509.SHA1WithRSA:      "SHA-1",
	x509.ECDSAWithSHA1:    "SHA-1",
	x509.SHA256WithRSA:    "SHA-256",
	x509.SHA256WithRSAPSS: "SHA-256",
	x509.ECDSAWithSHA256:  "SHA-256",
	x509.SHA384WithRSA:    "SHA-384",
	x509.SHA384WithRSAPSS: "SHA-384",
	x509.ECDSAWithSHA384:  "SHA-384",
	x509.SHA512WithRSA:    "SHA-512",
	x509.SHA512WithRSAPSS: "SHA-512",
	x509.ECDSAWithSHA512:  "SHA-512",
	x509.PureEd25519:      "SHA-512",
}

// samlExpires reads the metadata of an identity provider (OASIS, "Metadata for
// the OASIS Security Assertion Markup Language", 2.3 and 2.4).
func samlExpires(metadata string) (time.Time, error) {
	decoder := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(metadata, "\ufeff")))
	var (
		until, signing time.Time
		path           []string // open elements
		use            string   // of the key descriptor that is open
	)
	within := func(name string) bool { return slices.Contains(path, name) }
	found := false
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return time.Time{}, err
		}
		switch token := token.(type) {
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.StartElement:
			path = append(path, token.Name.Local)
			switch token.Name.Local {
			case "IDPSSODescriptor":
				found = true
			case "KeyDescriptor":
				use = attribute(token, "use")
			}
			if end := attribute(token, "validUntil"); end != "" {
				at, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(end, "Z"))
				if err != nil {
					at, err = time.Parse(time.RFC3339, end)
				}
				if err != nil {
					return time.Time{}, fmt.Errorf("its validUntil is %q", end)
				}
				if until.IsZero() || at.Before(until) {
					until = at
				}
			}
		case xml.CharData:
			if len(path) == 0 || path[len(path)-1] != "X509Certificate" || !within("IDPSSODescriptor") || !within("KeyDescriptor") || use == "encryption" {
				continue
			}
			end, err := endOf(string(token))
			if err != nil {
				return time.Time{}, err
			}
			if end.After(signing) {
				signing = end
			}
		}
	}
	switch {
	case !found:
		return time.Time{}, errors.New("it describes no identity provider (IDPSSODescriptor)")
	case signing.IsZero():
		return time.Time{}, errors.New("it has no certificate to verify signatures with")
	case !until.IsZero() && until.Before(signing):
		return until, nil
	}
	return signing, nil
}

// endOf is the end of the validity of a certificate in base64.
func endOf(text string) (time.Time, error) {
	der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		return time.Time{}, fmt.Errorf("a certificate in it: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return time.Time{}, fmt.Errorf("a certificate in it: %w", err)
	}
	return certificate.NotAfter, nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
