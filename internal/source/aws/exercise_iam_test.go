package aws_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/account"
	accounttypes "github.com/aws/aws-sdk-go-v2/service/account/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationstypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// identities makes users, groups, roles and policies in a moto.
type identities struct {
	t      *testing.T
	client *iam.Client
}

func (i identities) user(name string, groups ...string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.CreateUser(i.t.Context(), &iam.CreateUserInput{UserName: &name})))
	for _, group := range groups {
		mustEC2(i.t, errorOf(i.client.AddUserToGroup(i.t.Context(), &iam.AddUserToGroupInput{UserName: &name, GroupName: &group})))
	}
}

func (i identities) password(user string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.CreateLoginProfile(i.t.Context(), &iam.CreateLoginProfileInput{UserName: &user, Password: new("correct-Horse-7")})))
}

func (i identities) accessKey(user string, status iamtypes.StatusType) {
	i.t.Helper()
	key := made[*iam.CreateAccessKeyOutput](i.t)(i.client.CreateAccessKey(i.t.Context(), &iam.CreateAccessKeyInput{UserName: &user})).AccessKey
	mustEC2(i.t, errorOf(i.client.UpdateAccessKey(i.t.Context(), &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: key.AccessKeyId, Status: status})))
}

func (i identities) sshKey(user string, status iamtypes.StatusType) {
	i.t.Helper()
	key := made[*iam.UploadSSHPublicKeyOutput](i.t)(i.client.UploadSSHPublicKey(i.t.Context(), &iam.UploadSSHPublicKeyInput{
		UserName: &user, SSHPublicKeyBody: new("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ"),
	})).SSHPublicKey
	mustEC2(i.t, errorOf(i.client.UpdateSSHPublicKey(i.t.Context(), &iam.UpdateSSHPublicKeyInput{UserName: &user, SSHPublicKeyId: key.SSHPublicKeyId, Status: status})))
}

// group has inline policies.
func (i identities) group(name string, documents ...string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.CreateGroup(i.t.Context(), &iam.CreateGroupInput{GroupName: &name})))
	for _, document := range documents {
		mustEC2(i.t, errorOf(i.client.PutGroupPolicy(i.t.Context(), &iam.PutGroupPolicyInput{GroupName: &name, PolicyName: new("inline"), PolicyDocument: &document})))
	}
}

// role trusts principals, and has inline policies.
func (i identities) role(name, trust string, documents ...string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.CreateRole(i.t.Context(), &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: new(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` + trust + `}]}`),
	})))
	for _, document := range documents {
		mustEC2(i.t, errorOf(i.client.PutRolePolicy(i.t.Context(), &iam.PutRolePolicyInput{RoleName: &name, PolicyName: new("inline"), PolicyDocument: &document})))
	}
}

// policy makes a managed policy and gives its ARN.
func (i identities) policy(name, document string) string {
	i.t.Helper()
	return *made[*iam.CreatePolicyOutput](i.t)(i.client.CreatePolicy(i.t.Context(), &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &document})).Policy.Arn
}

func (i identities) toUser(policy, name string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.AttachUserPolicy(i.t.Context(), &iam.AttachUserPolicyInput{UserName: &name, PolicyArn: &policy})))
}

func (i identities) toGroup(policy, name string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.AttachGroupPolicy(i.t.Context(), &iam.AttachGroupPolicyInput{GroupName: &name, PolicyArn: &policy})))
}

func (i identities) toRole(policy, name string) {
	i.t.Helper()
	mustEC2(i.t, errorOf(i.client.AttachRolePolicy(i.t.Context(), &iam.AttachRolePolicyInput{RoleName: &name, PolicyArn: &policy})))
}

const (
	trustedService = `"Principal":{"Service":"ec2.amazonaws.com"}`
	trustedOwn     = `"Principal":{"AWS":"arn:aws:iam::123456789012:root"}`
	trustedOther   = `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`
)

// allowing is a policy with one statement.
func allowing(element, action, resource string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow",%q:%q,"Resource":%q}]}`, element, action, resource)
}

func TestExerciseIAMCredentials(t *testing.T) {
	moto := awstest.Moto(t)
	config, library := moto.Config("us-east-1"), pages(t)
	client := iam.NewFromConfig(config)
	add := identities{t, client}
	const active, inactive = iamtypes.StatusTypeActive, iamtypes.StatusTypeInactive
	for _, name := range []string{"ada", "bob", "robot", "retired", "bare", "tunnel"} {
		add.user(name)
	}
	for _, name := range []string{"ada", "bob"} {
		add.password(name)
	}
	device, err := client.CreateVirtualMFADevice(t.Context(), &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: new("phone")})
	mustEC2(t, err)
	mustEC2(t, errorOf(client.EnableMFADevice(t.Context(), &iam.EnableMFADeviceInput{
		UserName: new("ada"), SerialNumber: device.VirtualMFADevice.SerialNumber, AuthenticationCode1: new("123456"), AuthenticationCode2: new("654321"),
	})))
	for user, status := range map[string]iamtypes.StatusType{"robot": active, "retired": inactive} {
		add.accessKey(user, status)
		add.accessKey(user, inactive)
		add.sshKey(user, status)
		add.sshKey(user, inactive)
	}
	add.accessKey("ada", active)
	add.sshKey("ada", active)
	for range 2 {
		add.accessKey("tunnel", active)
		add.sshKey("tunnel", active)
	}

	now := time.Now()
	after := func(days int) time.Time { return now.AddDate(0, 0, days) }
	type test struct {
		rule string
		day  time.Time
		want want
	}
	tests := []test{
		{"IAM-003", after(88), want{"ada": pass, "bob": pass, "robot": pass, "retired": pass, "bare": pass}},
		{"IAM-003", after(92), want{"ada": fail, "bob": fail, "robot": fail, "retired": pass, "bare": pass}},
		{"IAM-004", now, want{"ada": pass, "robot": pass, "retired": pass, "tunnel": fail}},
		{"IAM-013", now, want{"ada": pass, "bob": fail, "robot": unchecked}},
		{"IAM-024", now, want{"ada": fail, "bob": pass, "robot": pass}},
		{"IAM-025", now, want{"ada": pass, "robot": pass, "tunnel": fail}},
		{"IAM-028", after(88), want{"ada": pass, "bob": pass, "robot": unchecked}},
		{"IAM-028", after(92), want{"ada": fail, "bob": fail, "robot": unchecked}},
		{"IAM-058", now, want{"ada": pass, "bob": fail}},
		// moto's passwords do not expire, whatever the password policy says.
		{"IAM-039", now, want{"ada": unchecked}},
		{"IAM-040", now, want{"ada": unchecked}},
		{"IAM-041", now, want{"ada": unchecked}},
	}
	for id, days := range map[string]int{
		"IAM-001": 30, "IAM-002": 45, "IAM-038": 90, // access keys
		"IAM-026": 30, "IAM-027": 45, "IAM-044": 90, // SSH keys
	} {
		tests = append(tests,
			test{id, after(days - 1), want{"ada": pass, "robot": pass, "retired": pass, "bare": pass}},
			test{id, after(days + 2), want{"ada": fail, "robot": fail, "retired": pass, "bare": pass}})
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) { wantVerdicts(t, library, test.rule, config, test.day, test.want) })
	}

	// A key that is a minute younger than its user would take the test that
	// long: the setting makes it a second.
	t.Run("IAM-043", func(t *testing.T) {
		wantVerdicts(t, library, "IAM-043", config, now, want{"ada": fail, "bob": unchecked, "robot": unchecked})
		time.Sleep(time.Until(now.Add(2 * time.Second)))
		identities{t, client}.accessKey("bob", active)
		r, err := library.Rule("IAM-043")
		mustEC2(t, err)
		reads, err := r.Reads()
		mustEC2(t, err)
		inv, stats := aws.Read(t.Context(), aws.Options{
			Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: config}},
			Regions:  []string{"us-east-1"}, Needs: reads, Now: now, Attempts: 1,
		})
		for _, f := range stats.Failures {
			t.Error(f.Reason)
		}
		result, err := engine.Run(t.Context(), inv, engine.Options{
			Library: library, Rules: []string{r.ID}, Now: now,
			Profile: &engine.Profile{Rules: map[string]engine.RuleSettings{r.ID: {Settings: map[string]any{"seconds": 1}}}},
		})
		mustEC2(t, err)
		got := map[string]string{}
		for _, c := range result.Checks {
			got[c.Resource.ID] = string(c.Verdict)
		}
		if got["bob"] != pass {
			t.Errorf("verdicts %v, want a pass for bob", got)
		}
		exercise(config, r.ID, got["bob"])
	})

	// moto does not list credentials for single services: no user has one.
	t.Run("IAM-029", func(t *testing.T) {
		target, err := url.Parse(moto.URL)
		mustEC2(t, err)
		proxy := httputil.NewSingleHostReverseProxy(target)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			if bytes.Contains(body, []byte("Action=ListServiceSpecificCredentials")) {
				w.Header().Set("Content-Type", "text/xml")
				fmt.Fprint(w, `<ListServiceSpecificCredentialsResponse><ListServiceSpecificCredentialsResult><ServiceSpecificCredentials/><IsTruncated>false</IsTruncated></ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>`)
				return
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			proxy.ServeHTTP(w, r)
		}))
		defer server.Close()
		config := moto.Config("us-east-1")
		config.BaseEndpoint = &server.URL
		wantVerdicts(t, library, "IAM-029", config, after(88), want{"bare": pass, "retired": pass, "bob": pass, "robot": pass})
		wantVerdicts(t, library, "IAM-029", config, after(92), want{"bare": fail, "retired": fail, "bob": fail, "robot": pass})
	})
}

// moto knows little of the root user: not whether there is a password, and in
// the credential report nothing.
func TestExerciseIAMRootUser(t *testing.T) {
	moto := awstest.Moto(t)
	judge(t, moto, "IAM-014", want{"root": unknown})
	judge(t, moto, "IAM-015", want{"root": pass})
	judge(t, moto, "IAM-035", want{"root": unknown})
	judge(t, moto, "IAM-042", want{"root": unknown})
	judge(t, moto, "IAM-048", want{"root": pass})
}

func TestExerciseIAMPasswordPolicy(t *testing.T) {
	moto := awstest.Moto(t)
	config, library := moto.Config("us-east-1"), pages(t)
	client := iam.NewFromConfig(config)
	for id, flaw := range map[string]func(*iam.UpdateAccountPasswordPolicyInput){
		"IAM-005": func(p *iam.UpdateAccountPasswordPolicyInput) { p.MinimumPasswordLength = new(int32(13)) },
		"IAM-007": func(p *iam.UpdateAccountPasswordPolicyInput) { p.RequireLowercaseCharacters = false },
		"IAM-008": func(p *iam.UpdateAccountPasswordPolicyInput) { p.RequireUppercaseCharacters = false },
		"IAM-009": func(p *iam.UpdateAccountPasswordPolicyInput) { p.RequireNumbers = false },
		"IAM-010": func(p *iam.UpdateAccountPasswordPolicyInput) { p.RequireSymbols = false },
		"IAM-011": func(p *iam.UpdateAccountPasswordPolicyInput) { p.MaxPasswordAge = new(int32(91)) },
		"IAM-012": func(p *iam.UpdateAccountPasswordPolicyInput) { p.PasswordReusePrevention = new(int32(23)) },
	} {
		t.Run(id, func(t *testing.T) {
			both := func(verdict string) { // the rule on one part, and that on the whole
				t.Helper()
				for _, id := range []string{id, "IAM-006"} {
					wantVerdicts(t, library, id, config, time.Now(), want{awstest.Account: verdict})
				}
			}
			both(fail) // there is no policy
			policy := &iam.UpdateAccountPasswordPolicyInput{
				MinimumPasswordLength: new(int32(14)), MaxPasswordAge: new(int32(90)), PasswordReusePrevention: new(int32(24)),
				RequireLowercaseCharacters: true, RequireUppercaseCharacters: true, RequireNumbers: true, RequireSymbols: true,
			}
			mustEC2(t, errorOf(client.UpdateAccountPasswordPolicy(t.Context(), policy)))
			both(pass)
			flaw(policy)
			mustEC2(t, errorOf(client.UpdateAccountPasswordPolicy(t.Context(), policy)))
			both(fail)
			mustEC2(t, errorOf(client.DeleteAccountPasswordPolicy(t.Context(), &iam.DeleteAccountPasswordPolicyInput{})))
		})
	}
}

func TestExerciseIAMAccount(t *testing.T) {
	moto := awstest.Moto(t)
	config := moto.Config("us-east-1")
	client := iam.NewFromConfig(config)
	add := identities{t, client}
	verdict := func(id, v string) {
		t.Helper()
		judge(t, moto, id, want{awstest.Account: v})
	}

	add.user("nobody")
	add.role("web", trustedService)
	verdict("IAM-023", fail)
	add.role("staff", trustedOther)
	verdict("IAM-023", pass)
	mustEC2(t, errorOf(client.DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: new("staff")})))
	provider, err := client.CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{Name: new("staff"), SAMLMetadataDocument: new("<EntityDescriptor/>")})
	mustEC2(t, err)
	verdict("IAM-023", pass)
	mustEC2(t, errorOf(client.DeleteSAMLProvider(t.Context(), &iam.DeleteSAMLProviderInput{SAMLProviderArn: provider.SAMLProviderArn})))
	verdict("IAM-023", fail)
	add.accessKey("nobody", iamtypes.StatusTypeInactive)
	verdict("IAM-023", fail)
	add.accessKey("nobody", iamtypes.StatusTypeActive)
	verdict("IAM-023", pass)

	verdict("IAM-030", unchecked)
	mustEC2(t, errorOf(organizations.NewFromConfig(config).CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: organizationstypes.OrganizationFeatureSetAll})))
	verdict("IAM-030", pass)
	add.user("ada")
	add.password("ada")
	verdict("IAM-030", fail)

	contacts := account.NewFromConfig(config)
	contact := func(kind accounttypes.AlternateContactType, address string) {
		t.Helper()
		mustEC2(t, errorOf(contacts.PutAlternateContact(t.Context(), &account.PutAlternateContactInput{
			AlternateContactType: kind, EmailAddress: &address, Name: new("Ada"), PhoneNumber: new("+49 30 1234"), Title: new("Lead"),
		})))
	}
	contact(accounttypes.AlternateContactTypeBilling, "billing@example.com")
	contact(accounttypes.AlternateContactTypeOperations, "operations@example.com")
	verdict("IAM-031", fail) // one is not there
	contact(accounttypes.AlternateContactTypeSecurity, "operations@example.com")
	verdict("IAM-031", fail)
	contact(accounttypes.AlternateContactTypeSecurity, "security@example.com")
	verdict("IAM-031", pass)
}

func TestExerciseIAMCertificates(t *testing.T) {
	moto := awstest.Moto(t)
	config, library := moto.Config("us-east-1"), pages(t)
	client := iam.NewFromConfig(config)
	upload := func(name string, certificate, key []byte) {
		t.Helper()
		mustEC2(t, errorOf(client.UploadServerCertificate(t.Context(), &iam.UploadServerCertificateInput{
			ServerCertificateName: &name, CertificateBody: new(string(certificate)), PrivateKey: new(string(key)),
		})))
	}
	now := time.Now()
	for name, of := range map[string]struct {
		bits      int
		algorithm x509.SignatureAlgorithm
	}{"sound": {2048, x509.SHA256WithRSA}, "short": {1024, x509.SHA256WithRSA}, "weak": {2048, x509.SHA1WithRSA}} {
		certificate, key := signedByRSA(t, of.bits, of.algorithm)
		upload(name, certificate, key)
	}
	curve, key := selfSigned(t, "www.example.com", now.Add(time.Hour))
	upload("curve", curve, key)

	// Metadata of an identity provider, with the certificate that it signs with.
	provider := func(name string, until, end time.Time) {
		t.Helper()
		certificate, _ := selfSigned(t, name, end)
		block, _ := pem.Decode(certificate)
		mustEC2(t, errorOf(client.CreateSAMLProvider(t.Context(), &iam.CreateSAMLProviderInput{Name: &name, SAMLMetadataDocument: new(fmt.Sprintf(
			`<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com" validUntil="%s">
			<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><KeyDescriptor use="signing">
			<KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo>
			</KeyDescriptor></IDPSSODescriptor></EntityDescriptor>`,
			until.UTC().Format(time.RFC3339), base64.StdEncoding.EncodeToString(block.Bytes)))})))
	}
	provider("staff", now.AddDate(1, 0, 0), now.AddDate(2, 0, 0))
	provider("stray", now.AddDate(1, 0, 0), now.AddDate(2, 0, 0)) // not among the valid ones
	provider("outdated", now.Add(-time.Minute), now.AddDate(2, 0, 0))
	provider("old-key", now.AddDate(1, 0, 0), now.Add(-time.Minute))

	// All server certificates of moto end in May 2012.
	end := time.Date(2012, 5, 8, 1, 2, 3, 0, time.UTC)
	before := func(days int) time.Time { return end.AddDate(0, 0, -days) }
	for _, test := range []struct {
		rule string
		day  time.Time
		want want
	}{
		{"IAM-018", before(8), want{"sound": pass}},
		{"IAM-018", before(6), want{"sound": fail}},
		{"IAM-018", now, want{"sound": unchecked}},
		{"IAM-019", before(31), want{"sound": pass}},
		{"IAM-019", before(29), want{"sound": fail}},
		{"IAM-020", before(46), want{"sound": pass}},
		{"IAM-020", before(44), want{"sound": fail}},
		{"IAM-021", before(1), want{"sound": pass}},
		{"IAM-021", before(-1), want{"sound": fail}},
		{"IAM-033", now, want{"sound": fail}}, // and were uploaded in 2010
		{"IAM-034", now, want{"staff": pass, "stray": fail, "outdated": fail, "old-key": fail}},
		{"IAM-034", now.AddDate(1, 0, 1), want{"staff": fail}},
		{"IAM-059", now, want{"sound": pass, "curve": pass, "short": pass, "weak": fail}},
		{"IAM-062", now, want{"sound": pass, "curve": pass, "short": fail, "weak": pass}},
	} {
		t.Run(test.rule, func(t *testing.T) { wantVerdicts(t, library, test.rule, config, test.day, test.want) })
	}
}

// signedByRSA makes a certificate and its key as PEM.
func signedByRSA(t *testing.T, bits int, algorithm x509.SignatureAlgorithm) (certificate, key []byte) {
	t.Helper()
	private := made[*rsa.PrivateKey](t)(rsa.GenerateKey(rand.Reader, bits))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "www.example.com"}, SignatureAlgorithm: algorithm,
		NotBefore: time.Now(), NotAfter: time.Now().AddDate(1, 0, 0),
	}
	der := made[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})
}

func TestExerciseIAMPolicies(t *testing.T) {
	moto := awstest.MotoWithPolicies(t)
	config, library := moto.Config("us-east-1"), pages(t)
	client := iam.NewFromConfig(config)
	add := identities{t, client}
	const (
		ofAWS  = "arn:aws:iam::aws:policy/"
		own    = "arn:aws:iam::123456789012:policy/"
		bucket = "arn:aws:s3:::shop/*"
	)
	all := allowing("Action", "*", "*")
	read := allowing("Action", "s3:GetObject", bucket)
	allButIAM := allowing("NotAction", "iam:*", "*")
	storage := allowing("Action", "s3:*", "*")
	run := allowing("Action", "ecs:ExecuteCommand", "*")

	add.policy("all", all)
	add.policy("all-unused", all)
	add.policy("read", read)
	add.policy("all-but", allButIAM)
	add.policy("none-but", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"s3:GetObject","Resource":"*"}]}`)
	add.policy("storage", storage)
	// One with a harmless version in force, and one that had such a version.
	for name, documents := range map[string][2]string{"tamed": {all, read}, "widened": {read, all}} {
		arn := add.policy(name, documents[0])
		mustEC2(t, errorOf(client.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: &arn, PolicyDocument: &documents[1], SetAsDefault: true})))
	}
	for _, name := range []string{"run-approved", "run-approved-arn", "run-role", "run-group", "run-user", "run-unused"} {
		add.policy(name, run)
	}
	add.policy("IAMFullAccess", read) // the name of one of AWS's that nobody may have

	add.group("readers")
	add.toGroup(ofAWS+"ReadOnlyAccess", "readers")
	add.group("inline-admins", all)
	add.group("aws-admins")
	add.toGroup(ofAWS+"AdministratorAccess", "aws-admins")
	add.group("own-admins")
	add.toGroup(own+"all", "own-admins")
	add.group("inline-readers", read)
	add.group("inline-storage", storage)
	add.group("own-storage")
	add.toGroup(own+"storage", "own-storage")
	add.group("all-but", allButIAM)
	add.group("editors", allowing("Action", "iam:PutUserPolicy", "*"))
	add.group("debuggers")
	add.toGroup(own+"run-group", "debuggers")
	add.group("empty")

	add.user("ada", "readers")
	add.user("lone")
	add.user("inline-admin")
	mustEC2(t, errorOf(client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: new("inline-admin"), PolicyName: new("inline"), PolicyDocument: &all})))
	add.user("inline-reader", "readers")
	mustEC2(t, errorOf(client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: new("inline-reader"), PolicyName: new("inline"), PolicyDocument: &read})))
	add.user("aws-admin")
	add.toUser(ofAWS+"AdministratorAccess", "aws-admin")
	add.user("own-admin")
	add.toUser(own+"widened", "own-admin")
	add.user("tamed")
	add.toUser(own+"tamed", "tamed")
	for _, group := range []string{"inline-admins", "aws-admins", "own-admins"} {
		add.user("of-"+group, "readers", group)
	}
	add.user("editor", "editors")
	add.user("iam-admin")
	add.toUser(ofAWS+"IAMFullAccess", "iam-admin")
	add.user("debugger")
	add.toUser(own+"run-user", "debugger")
	add.user("break-glass")
	add.toUser(own+"run-approved-arn", "break-glass")

	add.role("web", trustedService, read)
	add.toRole(own+"run-role", "web")
	add.role("container-debugging", trustedOwn)
	add.toRole(own+"run-approved", "container-debugging")
	add.role("inline-storage", trustedService, storage)
	add.role("aws-storage", trustedService)
	add.toRole(ofAWS+"AmazonS3FullAccess", "aws-storage")
	add.role("own-storage", trustedService)
	add.toRole(own+"storage", "own-storage")
	add.role("all-but", trustedService)
	add.toRole(own+"all-but", "all-but")
	add.role("partner", trustedOther+`,"Condition":{"StringEquals":{"sts:ExternalId":"k7"}}`)
	add.role("staff", trustedOther+`,"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)
	add.role("open-partner", trustedOther)
	add.role("anyone", `"Principal":"*"`)
	linked, err := client.CreateServiceLinkedRole(t.Context(), &iam.CreateServiceLinkedRoleInput{AWSServiceName: new("autoscaling.amazonaws.com")})
	mustEC2(t, err)

	for _, test := range []struct {
		rule string
		want want
	}{
		{"IAM-016", want{"ada": pass, "lone": pass, "of-aws-admins": pass, "inline-admin": fail, "inline-reader": fail, "own-admin": fail}},
		{"IAM-017", want{"readers": pass, "empty": fail, "own-storage": fail}},
		{"IAM-022", want{"readers": pass, "own-admins": pass, "empty": pass, "inline-readers": fail}},
		{"IAM-036", want{
			"ada": pass, "lone": pass, "inline-reader": pass, "editor": pass, "iam-admin": pass, "tamed": pass, "inline-admin": fail,
			"aws-admin": fail, "own-admin": fail, "of-inline-admins": fail, "of-aws-admins": fail, "of-own-admins": fail,
		}},
		{"IAM-037", want{
			"ada": pass, "lone": pass, "inline-reader": pass, "editor": fail, "iam-admin": fail, "tamed": pass, "inline-admin": fail,
			"aws-admin": fail, "own-admin": fail, "of-inline-admins": fail, "of-aws-admins": fail, "of-own-admins": fail,
		}},
		{"IAM-045", want{
			"all": fail, "widened": fail, "tamed": pass, "storage": pass, "all-unused": unchecked, ofAWS + "AdministratorAccess": unchecked,
		}},
		{"IAM-049", want{
			"web": pass, "container-debugging": pass, "inline-storage": fail, "aws-storage": fail, "own-storage": fail, "all-but": fail,
			*linked.Role.RoleName: unchecked,
		}},
		{"IAM-050", want{"web": unchecked, "container-debugging": unchecked, "partner": pass, "staff": pass, "open-partner": fail, "anyone": fail}},
		{"IAM-057", want{"web": pass, "container-debugging": pass, "partner": fail, "anyone": fail}},
		{"IAM-061", want{"read": pass, "none-but": pass, "all": pass, "all-but": fail}},
		{"IAM-066", want{
			"readers": pass, "inline-readers": pass, "inline-storage": pass, "empty": pass,
			"inline-admins": fail, "aws-admins": fail, "own-admins": fail,
		}},
		{"IAM-067", want{
			"run-approved": pass, "run-approved-arn": pass, "run-unused": pass, "run-role": fail, "run-group": fail, "run-user": fail, "all": fail, "read": unchecked,
		}},
		{"IAM-068", want{own + "IAMFullAccess": pass, ofAWS + "IAMFullAccess": fail, ofAWS + "AdministratorAccess": fail, "all": unchecked}},
		{"IAM-069", want{
			"readers": pass, "inline-readers": pass, "empty": pass, "editors": pass,
			"aws-admins": fail, "own-admins": fail, "inline-storage": fail, "own-storage": fail, "all-but": fail,
		}},
		{"IAM-070", want{"ada": pass, "lone": fail, "aws-admin": fail}},
		{"IAM-071", want{"ada": pass, "of-aws-admins": pass, "lone": unchecked, "inline-reader": fail, "aws-admin": fail}},
	} {
		t.Run(test.rule, func(t *testing.T) { wantVerdicts(t, library, test.rule, config, time.Now(), test.want) })
	}

	// A user is no role.
	add.toUser(ofAWS+"AWSSupportAccess", "ada")
	judge(t, moto, "IAM-046", want{awstest.Account: fail})
	add.toRole(ofAWS+"AWSSupportAccess", "staff")
	judge(t, moto, "IAM-046", want{awstest.Account: pass})
}

func TestExerciseIAMTiers(t *testing.T) {
	moto := awstest.Moto(t)
	config := moto.Config("us-east-1")
	client := iam.NewFromConfig(config)
	add := identities{t, client}
	approved := map[string]string{"app": add.policy("app-tier", allowing("Action", "s3:GetObject", "*")), "web": add.policy("web-tier", allowing("Action", "s3:GetObject", "*"))}
	other := add.policy("other", allowing("Action", "s3:GetObject", "*"))
	for tier, policy := range approved {
		for name, attached := range map[string]string{tier + "-approved": policy, tier + "-other": other} {
			add.role(name, trustedService)
			add.toRole(attached, name)
			profile := "profile-of-" + name
			mustEC2(t, errorOf(client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: &profile})))
			mustEC2(t, errorOf(client.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &profile, RoleName: &name})))
			mustEC2(t, errorOf(ec2.NewFromConfig(config).RunInstances(t.Context(), &ec2.RunInstancesInput{
				ImageId: new("ami-0abcdef1234567890"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: new(int32(1)), MaxCount: new(int32(1)),
				IamInstanceProfile: &ec2types.IamInstanceProfileSpecification{Name: &profile},
				TagSpecifications: []ec2types.TagSpecification{{
					ResourceType: ec2types.ResourceTypeInstance, Tags: []ec2types.Tag{{Key: new("tier"), Value: &tier}},
				}},
			})))
		}
	}
	judge(t, moto, "IAM-060", want{"app-approved": pass, "app-other": fail, "web-approved": unchecked, "web-other": unchecked})
	judge(t, moto, "IAM-064", want{"web-approved": pass, "web-other": fail, "app-approved": unchecked, "app-other": unchecked})
}
