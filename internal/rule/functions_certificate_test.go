package rule

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// Certificates made for these tests: an RSA key of 1024 bits signed with
// SHA-256, a key on P-256 signed with SHA-1, and two of an identity provider
// that end with 2020 and with 2098.
const (
	rsa1024 = `-----BEGIN CERTIFICATE-----
MIIBpzCCARACAQcwDQYJKoZIhvcNAQELBQAwGzEZMBcGA1UEAwwQc2hvcC5leGFt
cGxlLmNvbTAgFw0yNjExMjIxNzQ5NTVaGA8yMTI2MTAyOTE3NDk1NVowGzEZMBcG
A1UEAwwQc2hvcC5leGFtcGxlLmNvbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC
gYEAoZRKiMaZpsk60mI3Ol/K3B/n/tUz6qClEjM5itgPo4fqP+SSd8DG2Rcyls7N
zJc7ga+4bx5+hplw7Nk9kfPe1XghKaaoJZc3qT7CZb4THuURp1+8q+WAMyF9k7AL
jw1dKJAUq3Rx2gCf9oAq1GYhzwN7+ay0BSvUSnX0O2Ie+mcCAwEAATANBgkqhkiG
9w0BAQsFAAOBgQA3D2ywRNGmFe5cMLZT63tB1LtjXQV7cwpPJHeVm2kRTWbw/TvT
p2/dGv3egUHzS8XZ4HgH8/HHn/oB1uuXSepxd0T2tGfH5PHz/Kdglz+nSYUgIuCZ
Ws/Iz/FZNzIR+v/SEQ9NBGAug0YZvAz1puUcZ2dRT5JAbQyF/IfA7NuuqA==
-----END CERTIFICATE-----`

	ecSHA1 = `-----BEGIN CERTIFICATE-----
MIIBHjCBxQIBBzAJBgcqhkjOPQQBMBsxGTAXBgNVBAMMEHNob3AuZXhhbXBsZS5j
b20wIBcNMjYxMTIyMTc0OTU2WhgPMjEyNjEwMjkxNzQ5NTZaMBsxGTAXBgNVBAMM
EHNob3AuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASRqAtP
G+jluzNbHnPcW4vtqEmEdumXQa7Vz5H9zHzNQvxCJAXUbi0zFvrutO+7YQpLhKgL
vHdKAQnCVxBpZZ36MAkGByqGSM49BAEDSQAwRgIhAM7+QH27xpxlql7CgdlMhKiu
3l8x8kdv93oESsBoRuIZAiEAhkivwOyo+MbA3MALAbFuBqPRtXym7G+v2ZVQNVrZ
CdY=
-----END CERTIFICATE-----`

	ends2021 = "MIIBHzCBx6ADAgECAgEHMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMTD2lkcC5leGFtcGxlLmNvbTAeFw0xODAxMDEwMDAwMDBaFw0yMTAxMDEwMDAwMDBaMBoxGDAWBgNVBAMTD2lkcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPk2wy5jMJmc6vL8NMu/i2zbzz7a9uxDwP1Dd1mPb1sC8qLxOAlov+OD/PbKqmrRzXh1rS+WX4L8Pmcy1yrebrIwCgYIKoZIzj0EAwIDRwAwRAIgbQ9vd8LvFwgjcEBGEx1CgKZYSEwYi98ondWxRwMDnjECIAImBAwhfmyu/qmDlkvoIb5gXeFX2z/g9Jn2478IyvWG"
	ends2099 = "MIIBIjCByaADAgECAgEHMAoGCCqGSM49BAMCMBoxGDAWBgNVBAMTD2lkcC5leGFtcGxlLmNvbTAgFw0xODAxMDEwMDAwMDBaGA8yMDk5MDEwMTAwMDAwMFowGjEYMBYGA1UEAxMPaWRwLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+TbDLmMwmZzq8vw0y7+LbNvPPtr27EPA/UN3WY9vWwLyovE4CWi/44P89sqqatHNeHWtL5Zfgvw+ZzLXKt5usjAKBggqhkjOPQQDAgNIADBFAiB1mtSxhSzpT1NzOpJgiSDzNIjZYUO95C6BejaZwNMPLAIhAPb8r+AiPiScHlLb+1eu/6TkfD+QQicqERa+TUjR2Nuz"
)

func TestCertificateFunctions(t *testing.T) {
	env, err := baseEnv()
	if err != nil {
		t.Fatal(err)
	}
	rsa, ec := strconv.Quote(rsa1024), strconv.Quote(ecSHA1)
	for _, test := range []struct{ expression, want string }{
		{"certificateKeyType(" + rsa + ")", "RSA"},
		{"certificateKeyBits(" + rsa + ")", "1024"},
		{"certificateHash(" + rsa + ")", "SHA-256"},
		{"certificateKeyType(" + ec + ")", "ECDSA"},
		{"certificateKeyBits(" + ec + ")", "256"},
		{"certificateHash(" + ec + ")", "SHA-1"},
		{"string(certificateExpires(" + ec + "))", "2126-10-29T17:49:56Z"},
		{`certificateHash("")`, "unknown: the certificate cannot be read: it is not in PEM form"},
		{`certificateHash("${Body}")`, "unknown: ${Body} is known only after deployment"},
		{`samlExpires("${Metadata}")`, "unknown: ${Metadata} is known only after deployment"},
		{`samlExpires("no metadata")`, "unknown: the SAML metadata cannot be read: it describes no identity provider (IDPSSODescriptor)"},
	} {
		ast, issues := env.Compile(test.expression)
		if issues.Err() != nil {
			t.Errorf("%s: %v", test.expression, issues.Err())
			continue
		}
		program, err := env.Program(ast, cel.EvalOptions(cel.OptPartialEval))
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		value, _, err := program.Eval(map[string]any{})
		got := ""
		switch v := value.(type) {
		case *types.Unknown:
			got = "unknown: " + strings.Join(reasons(v), "; ")
		case nil:
			got = "error: " + err.Error()
		default:
			got = describe(native(v))
		}
		if got != test.want {
			t.Errorf("%.60s… = %s, want %s", test.expression, got, test.want)
		}
	}
}

func TestSAMLExpires(t *testing.T) {
	key := func(use, certificate string) string {
		return `<KeyDescriptor` + use + `><KeyInfo><X509Data><X509Certificate>
			` + certificate[:64] + "\n\t" + certificate[64:] + `
		</X509Certificate></X509Data></KeyInfo></KeyDescriptor>`
	}
	metadata := func(attributes, inside string) string {
		return "\ufeff" + `<?xml version="1.0" encoding="UTF-8"?>
		<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"` + attributes + `>
		<md:IDPSSODescriptor>` + inside + `</md:IDPSSODescriptor></md:EntityDescriptor>`
	}
	for _, test := range []struct{ name, metadata, want string }{
		{"one certificate", metadata("", key(` use="signing"`, ends2099)), "2099-01-01T00:00:00Z"},
		{"for every use", metadata("", key("", ends2021)), "2021-01-01T00:00:00Z"},
		{"one expired of two", metadata("", key("", ends2021)+key("", ends2099)), "2099-01-01T00:00:00Z"},
		{"for encryption only", metadata("", key(` use="encryption"`, ends2099)), "it has no certificate to verify signatures with"},
		{"encryption beside signing", metadata("", key(` use="encryption"`, ends2099)+key(` use="signing"`, ends2021)), "2021-01-01T00:00:00Z"},
		{"limited", metadata(` validUntil="2024-06-30T12:00:00Z"`, key("", ends2099)), "2024-06-30T12:00:00Z"},
		{"limited without a zone", metadata(` validUntil="2024-06-30T12:00:00.5"`, key("", ends2099)), "2024-06-30T12:00:00.5Z"},
		{"limited beyond its certificate", metadata(` validUntil="2024-06-30T12:00:00+02:00"`, key("", ends2021)), "2021-01-01T00:00:00Z"},
		{"no date", metadata(` validUntil="soon"`, key("", ends2099)), `its validUntil is "soon"`},
		{"no certificate", metadata("", key("", strings.Repeat("QUJD", 32))), "a certificate in it: x509: malformed certificate"},
		{"no base64", metadata("", key("", strings.Repeat("?", 128))), "a certificate in it: illegal base64 data at input byte 0"},
		{"no end", "<EntityDescriptor>", "XML syntax error on line 1: unexpected EOF"},
	} {
		at, err := samlExpires(test.metadata)
		got := at.Format(time.RFC3339Nano)
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
