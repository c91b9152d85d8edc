package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestPasswordPolicy(t *testing.T) {
	moto := awstest.Moto(t)
	client := iam.NewFromConfig(moto.Config("us-east-1"))
	sameResource(t, one(t, collected(t, moto, "AWS::IAM::PasswordPolicy"), "AWS::IAM::PasswordPolicy", awstest.Account), &cloud.Resource{
		Type: "AWS::IAM::PasswordPolicy", ID: awstest.Account, Region: "global", Properties: map[string]any{},
	})
	if err := second(client.UpdateAccountPasswordPolicy(t.Context(), &iam.UpdateAccountPasswordPolicyInput{
		AllowUsersToChangePassword: true, MaxPasswordAge: ptr(int32(90)), MinimumPasswordLength: ptr(int32(14)),
		PasswordReusePrevention: ptr(int32(24)), RequireNumbers: true, RequireUppercaseCharacters: true,
	})); err != nil {
		t.Fatal(err)
	}
	sameResource(t, one(t, collected(t, moto, "AWS::IAM::PasswordPolicy"), "AWS::IAM::PasswordPolicy", awstest.Account), &cloud.Resource{
		Type: "AWS::IAM::PasswordPolicy", ID: awstest.Account, Region: "global",
		Properties: map[string]any{
			"AllowUsersToChangePassword": true, "ExpirePasswords": true, "HardExpiry": false, "MaxPasswordAge": int64(90),
			"MinimumPasswordLength": int64(14), "PasswordReusePrevention": int64(24), "RequireLowercaseCharacters": false,
			"RequireNumbers": true, "RequireSymbols": false, "RequireUppercaseCharacters": true,
		},
	})
}

func TestAccountAlias(t *testing.T) {
	moto := awstest.Moto(t)
	if got := collected(t, moto, "AWS::IAM::AccountAlias"); len(got) != 0 {
		t.Errorf("an account without alias has %v", got[0])
	}
	if err := second(iam.NewFromConfig(moto.Config("us-east-1")).CreateAccountAlias(t.Context(), &iam.CreateAccountAliasInput{AccountAlias: ptr("example-corp")})); err != nil {
		t.Fatal(err)
	}
	sameResource(t, one(t, collected(t, moto, "AWS::IAM::AccountAlias"), "AWS::IAM::AccountAlias", "example-corp"), &cloud.Resource{
		Type: "AWS::IAM::AccountAlias", ID: "example-corp", Name: "example-corp", Region: "global",
		Properties: map[string]any{"AccountAlias": "example-corp"},
	})
}

var rootSummary = needing("AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent", "AccountSigningCertificatesPresent")

// TestRootUser: moto's root user has nothing, and moto's summary says nothing
// of its password.
func TestRootUser(t *testing.T) {
	moto := awstest.Moto(t)
	got := allRead(t, moto.Config("us-east-1"), rule.Reads{"AWS::IAM::RootUser": rootSummary})
	sameResource(t, one(t, got, "AWS::IAM::RootUser", "root"), &cloud.Resource{
		Type: "AWS::IAM::RootUser", ID: "root", Name: "root", Region: "global", ARN: "arn:aws:iam::123456789012:root",
		Properties: map[string]any{
			"Arn":                      "arn:aws:iam::123456789012:root",
			"AccountAccessKeysPresent": false, "AccountMFAEnabled": false, "AccountSigningCertificatesPresent": false,
			"AccountPasswordPresent": &cloud.Unresolved{Reason: "IAM's summary of the account does not have AccountPasswordPresent"},
		},
	})
}

// TestRootUserInUse reads a root user with everything that it should not have.
//
// The answers are written after the references of GetAccountSummary and
// ListVirtualMFADevices.
func TestRootUserInUse(t *testing.T) {
	server := answering(t, map[string]answers{
		"GetAccountSummary": {{body: `<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap>
			<entry><key>AccountMFAEnabled</key><value>1</value></entry><entry><key>AccountAccessKeysPresent</key><value>2</value></entry>
			<entry><key>AccountPasswordPresent</key><value>1</value></entry><entry><key>AccountSigningCertificatesPresent</key><value>0</value></entry>
			</SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>`}},
		"ListVirtualMFADevices": {{body: `<ListVirtualMFADevicesResponse><ListVirtualMFADevicesResult><IsTruncated>false</IsTruncated>
			<VirtualMFADevices><member><SerialNumber>arn:aws:iam::123456789012:mfa/root-account-mfa-device</SerialNumber>
			<EnableDate>2026-01-02T03:04:05Z</EnableDate>
			<User><UserId>123456789012</UserId><Arn>arn:aws:iam::123456789012:root</Arn><CreateDate>2014-05-06T07:08:09Z</CreateDate></User>
			</member></VirtualMFADevices></ListVirtualMFADevicesResult></ListVirtualMFADevicesResponse>`}},
	})
	got := allRead(t, server.config(), rule.Reads{"AWS::IAM::RootUser": rootSummary, "AWS::IAM::VirtualMFADevice": needing("UserArn")})
	want := map[string]any{
		"Arn": "arn:aws:iam::123456789012:root", "AccountMFAEnabled": true, "AccountAccessKeysPresent": true,
		"AccountPasswordPresent": true, "AccountSigningCertificatesPresent": false,
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::IAM::RootUser", "root").Properties); diff != "" {
		t.Error(diff)
	}
	sameResource(t, one(t, got, "AWS::IAM::VirtualMFADevice", "root-account-mfa-device"), &cloud.Resource{
		Type: "AWS::IAM::VirtualMFADevice", ID: "arn:aws:iam::123456789012:mfa/root-account-mfa-device", Name: "root-account-mfa-device",
		ARN: "arn:aws:iam::123456789012:mfa/root-account-mfa-device", Region: "global",
		Properties: map[string]any{
			"SerialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device", "VirtualMfaDeviceName": "root-account-mfa-device",
			"Path": "/", "UserArn": "arn:aws:iam::123456789012:root", "EnableDate": "2026-01-02T03:04:05Z",
		},
	})
}

func TestProviders(t *testing.T) {
	moto := awstest.Moto(t)
	client := iam.NewFromConfig(moto.Config("us-east-1"))
	certificate := "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"
	saml, err := client.CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{Name: ptr("corp"), SAMLMetadataDocument: ptr("<EntityDescriptor/>")})
	if err != nil {
		t.Fatal(err)
	}
	oidc, err := client.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: ptr("https://token.actions.githubusercontent.com"), ClientIDList: []string{"sts.amazonaws.com"},
		ThumbprintList: []string{"6938fd4d98bab03faadb97b34396831e3780aea1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := second(client.UploadServerCertificate(t.Context(), &iam.UploadServerCertificateInput{
		ServerCertificateName: ptr("shop"), Path: ptr("/cloudfront/"), PrivateKey: ptr("key"), CertificateBody: &certificate, CertificateChain: &certificate,
		Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
	})); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::IAM::ServerCertificate", "AWS::IAM::SAMLProvider", "AWS::IAM::OIDCProvider")
	sameResource(t, one(t, got, "AWS::IAM::ServerCertificate", "shop"), &cloud.Resource{
		Type: "AWS::IAM::ServerCertificate", ID: "shop", Name: "shop", Region: "global",
		ARN: "arn:aws:iam::123456789012:server-certificate/cloudfront/shop",
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:server-certificate/cloudfront/shop", "ServerCertificateName": "shop",
			"Path": "/cloudfront/", "CertificateBody": certificate, "CertificateChain": certificate,
		},
	}, "Expiration", "UploadDate", "ServerCertificateId")
	sameResource(t, one(t, got, "AWS::IAM::SAMLProvider", "corp"), &cloud.Resource{
		Type: "AWS::IAM::SAMLProvider", ID: *saml.SAMLProviderArn, ARN: *saml.SAMLProviderArn, Name: "corp", Region: "global",
		Properties: map[string]any{"Arn": *saml.SAMLProviderArn, "Name": "corp", "SamlMetadataDocument": "<EntityDescriptor/>"},
	}, "CreateDate", "ValidUntil")
	sameResource(t, one(t, got, "AWS::IAM::OIDCProvider", *oidc.OpenIDConnectProviderArn), &cloud.Resource{
		Type: "AWS::IAM::OIDCProvider", ID: *oidc.OpenIDConnectProviderArn, ARN: *oidc.OpenIDConnectProviderArn,
		Name: "token.actions.githubusercontent.com", Region: "global",
		Properties: map[string]any{
			"Arn": *oidc.OpenIDConnectProviderArn, "ClientIdList": []any{"sts.amazonaws.com"},
			"ThumbprintList": []any{"6938fd4d98bab03faadb97b34396831e3780aea1"}, "Url": "https://token.actions.githubusercontent.com",
		},
	}, "CreateDate")
}

// TestProvidersGone: what is deleted while the account is read is left out.
func TestProvidersGone(t *testing.T) {
	gone := answers{{status: 404, body: `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>`}}
	server := answering(t, map[string]answers{
		"ListServerCertificates": {{body: `<ListServerCertificatesResponse><ListServerCertificatesResult><ServerCertificateMetadataList><member>
			<ServerCertificateName>shop</ServerCertificateName></member></ServerCertificateMetadataList></ListServerCertificatesResult></ListServerCertificatesResponse>`}},
		"GetServerCertificate": gone,
		"ListSAMLProviders": {{body: `<ListSAMLProvidersResponse><ListSAMLProvidersResult><SAMLProviderList><member>
			<Arn>arn:aws:iam::123456789012:saml-provider/corp</Arn></member></SAMLProviderList></ListSAMLProvidersResult></ListSAMLProvidersResponse>`}},
		"GetSAMLProvider": gone,
		"ListOpenIDConnectProviders": {{body: `<ListOpenIDConnectProvidersResponse><ListOpenIDConnectProvidersResult><OpenIDConnectProviderList><member>
			<Arn>arn:aws:iam::123456789012:oidc-provider/example.com</Arn></member></OpenIDConnectProviderList></ListOpenIDConnectProvidersResult></ListOpenIDConnectProvidersResponse>`}},
		"GetOpenIDConnectProvider": gone,
	})
	for _, typ := range []string{"AWS::IAM::ServerCertificate", "AWS::IAM::SAMLProvider", "AWS::IAM::OIDCProvider"} {
		if got := allRead(t, server.config(), rule.Reads{typ: {rule.Whole: true}}); len(got) > 0 {
			t.Errorf("%s: %v", typ, got[0])
		}
	}
}
