package aws

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

var credentialFacts = []string{
	"AccessKeys", "MfaActive", "PasswordEnabled", "PasswordLastChanged", "PasswordLastUsed", "PasswordNextRotation", "SigningCertificates",
}

func needing(properties ...string) map[string]bool {
	set := map[string]bool{}
	for _, p := range properties {
		set[p] = true
	}
	return set
}

// TestCredentials reads what moto's users sign in with.
func TestCredentials(t *testing.T) {
	moto := awstest.Moto(t)
	cfg := moto.Config("us-east-1")
	client := iam.NewFromConfig(cfg)
	for _, err := range []error{
		second(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: ptr("ada")})),
		second(client.CreateLoginProfile(t.Context(), &iam.CreateLoginProfileInput{UserName: ptr("ada"), Password: ptr("correct-Horse-7")})),
		second(client.CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: ptr("ada")})),
		second(client.UploadSSHPublicKey(t.Context(), &iam.UploadSSHPublicKeyInput{UserName: ptr("ada"), SSHPublicKeyBody: ptr("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ")})),
		second(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: ptr("backup")})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	device, err := client.CreateVirtualMFADevice(t.Context(), &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: ptr("phone"), Path: ptr("/staff/")})
	if err != nil {
		t.Fatal(err)
	}
	serial := device.VirtualMFADevice.SerialNumber
	if err := second(client.EnableMFADevice(t.Context(), &iam.EnableMFADeviceInput{
		UserName: ptr("ada"), SerialNumber: serial, AuthenticationCode1: ptr("123456"), AuthenticationCode2: ptr("654321"),
	})); err != nil {
		t.Fatal(err)
	}
	if err := second(client.CreateVirtualMFADevice(t.Context(), &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: ptr("spare")})); err != nil {
		t.Fatal(err)
	}

	got := allRead(t, cfg, rule.Reads{
		"AWS::IAM::User":             needing(append(credentialFacts, "LoginProfile", "MFADevices", "SSHPublicKeys")...),
		"AWS::IAM::VirtualMFADevice": needing("Users"),
	})
	ada := one(t, got, "AWS::IAM::User", "ada").Properties
	if diff := cmp.Diff(map[string]any{"PasswordResetRequired": false}, ada["LoginProfile"]); diff != "" {
		t.Error(diff)
	}
	if ada["PasswordEnabled"] != true || ada["MfaActive"] != true {
		t.Errorf("PasswordEnabled = %v, MfaActive = %v", ada["PasswordEnabled"], ada["MfaActive"])
	}
	keys, _ := ada["AccessKeys"].([]any)
	if len(keys) != 1 || keys[0].(map[string]any)["Active"] != true || keys[0].(map[string]any)["LastRotated"] == nil {
		t.Errorf("AccessKeys = %v", ada["AccessKeys"])
	}
	ssh, _ := ada["SSHPublicKeys"].([]any)
	if len(ssh) != 1 || ssh[0].(map[string]any)["Status"] != "Active" || ssh[0].(map[string]any)["UploadDate"] == nil {
		t.Errorf("SSHPublicKeys = %v", ada["SSHPublicKeys"])
	}
	devices, _ := ada["MFADevices"].([]any)
	if len(devices) != 1 || devices[0].(map[string]any)["SerialNumber"] != *serial {
		t.Errorf("MFADevices = %v", ada["MFADevices"])
	}
	backup := one(t, got, "AWS::IAM::User", "backup").Properties
	for _, property := range []string{"AccessKeys", "SSHPublicKeys", "MFADevices", "LoginProfile", "SigningCertificates", "PasswordLastUsed"} {
		if backup[property] != nil {
			t.Errorf("%s of a user without any = %v", property, backup[property])
		}
	}
	sameResource(t, one(t, got, "AWS::IAM::VirtualMFADevice", "phone"), &cloud.Resource{
		Type: "AWS::IAM::VirtualMFADevice", ID: *serial, ARN: *serial, Name: "phone", Region: "global",
		Properties: map[string]any{
			"SerialNumber": *serial, "VirtualMfaDeviceName": "phone", "Path": "/staff/",
			"UserArn": "arn:aws:iam::123456789012:user/ada", "Users": []any{"ada"},
		},
	}, "EnableDate")
	if spare := one(t, got, "AWS::IAM::VirtualMFADevice", "spare").Properties; spare["Users"] != nil || spare["UserArn"] != nil || spare["Path"] != "/" {
		t.Errorf("a device that no user has: %v", spare)
	}
}

const reportColumns = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
	"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
	"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
	"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated,additional_credentials_info\n"

// reporting answers the calls for a credential report, and lists its users.
func reporting(t *testing.T, rows string, more ...string) *answeringServer {
	t.Helper()
	var users strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(rows), "\n") {
		if name, _, _ := strings.Cut(line, ","); name != rootRow {
			more = append(more, name)
		}
	}
	for _, name := range more {
		users.WriteString("<member><UserName>" + name + "</UserName><Arn>arn:aws:iam::123456789012:user/" + name + "</Arn></member>")
	}
	content := base64.StdEncoding.EncodeToString([]byte(reportColumns + rows))
	return answering(t, map[string]answers{
		"GetAccountAuthorizationDetails": {{body: authorizationDetails("<UserDetailList>" + users.String() + "</UserDetailList><IsTruncated>false</IsTruncated>")}},
		"GenerateCredentialReport":       {{body: `<GenerateCredentialReportResponse><GenerateCredentialReportResult><State>COMPLETE</State></GenerateCredentialReportResult></GenerateCredentialReportResponse>`}},
		"GetCredentialReport": {{body: `<GetCredentialReportResponse><GetCredentialReportResult><Content>` + content + `</Content>` +
			`<ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-20T01:02:03Z</GeneratedTime></GetCredentialReportResult></GetCredentialReportResponse>`}},
	})
}

// TestCredentialReport reads a report as AWS writes it.
//
// The report is written after "Generate credential reports for your AWS
// account" in the IAM User Guide.
func TestCredentialReport(t *testing.T) {
	server := reporting(t, `<root_account>,arn:aws:iam::123456789012:root,2014-05-06T07:08:09+00:00,not_supported,2026-10-01T00:00:00+00:00,not_supported,not_supported,true,true,2020-01-01T00:00:00+00:00,2026-02-03T04:05:00+00:00,us-east-1,iam,false,N/A,N/A,N/A,N/A,true,2019-01-01T00:00:00+00:00,false,N/A,
ada,arn:aws:iam::123456789012:user/ada,2024-05-06T07:08:09+00:00,true,2026-11-01T00:00:00+00:00,2026-09-01T00:00:00+00:00,2026-12-01T00:00:00+00:00,true,true,2026-06-01T02:00:00+02:00,2026-11-19T10:00:00+00:00,eu-west-1,s3,false,2025-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,2021-01-01T00:00:00+00:00,N/A
fresh,arn:aws:iam::123456789012:user/fresh,2024-05-06T07:08:09+00:00,true,no_information,2026-09-01T00:00:00+00:00,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,
many,arn:aws:iam::123456789012:user/many,2024-05-06T07:08:09+00:00,false,N/A,N/A,N/A,false,true,2026-06-01T00:00:00+00:00,N/A,N/A,N/A,true,2026-06-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,false,N/A,1 more access key
odd,arn:aws:iam::123456789012:user/odd,2024-05-06T07:08:09+00:00,perhaps,yesterday,N/A,N/A,false,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A,
`, "newcomer")
	got := allRead(t, server.config(), rule.Reads{
		"AWS::IAM::User":     needing(credentialFacts...),
		"AWS::IAM::RootUser": needing("AccessKeys", "CreateDate", "PasswordLastUsed", "SigningCertificates"),
	})
	if n := server.count("GetCredentialReport") + server.count("GenerateCredentialReport"); n != 2 {
		t.Errorf("%d calls for one report", n)
	}
	unknownOf := func(user, property string) {
		t.Helper()
		v := one(t, got, "AWS::IAM::User", user).Properties[property]
		if _, ok := v.(*cloud.Unresolved); !ok {
			t.Errorf("%s of %s = %v, want that it is not known", property, user, v)
		}
	}
	facts := func(r *cloud.Resource, names ...string) map[string]any {
		out := map[string]any{}
		for _, name := range names {
			if v, ok := r.Properties[name]; ok {
				out[name] = v
			}
		}
		return out
	}
	if diff := cmp.Diff(map[string]any{
		"MfaActive": true, "PasswordEnabled": true, "PasswordLastUsed": "2026-11-01T00:00:00Z",
		"PasswordLastChanged": "2026-09-01T00:00:00Z", "PasswordNextRotation": "2026-12-01T00:00:00Z",
		"AccessKeys": []any{
			map[string]any{"Active": true, "LastRotated": "2026-06-01T00:00:00Z", "LastUsedDate": "2026-11-19T10:00:00Z", "LastUsedRegion": "eu-west-1", "LastUsedService": "s3"},
			map[string]any{"Active": false, "LastRotated": "2025-01-01T00:00:00Z"},
		},
		"SigningCertificates": []any{map[string]any{"Active": false, "LastRotated": "2021-01-01T00:00:00Z"}},
	}, facts(one(t, got, "AWS::IAM::User", "ada"), credentialFacts...)); diff != "" {
		t.Errorf("ada (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]any{
		"MfaActive": false, "PasswordEnabled": true, "PasswordLastChanged": "2026-09-01T00:00:00Z",
	}, facts(one(t, got, "AWS::IAM::User", "fresh"), credentialFacts...)); diff != "" {
		t.Errorf("fresh (-want +got):\n%s", diff)
	}
	keys := one(t, got, "AWS::IAM::User", "many").Properties["AccessKeys"].([]any)
	if more, ok := keys[len(keys)-1].(*cloud.Unresolved); len(keys) != 3 || !ok || !more.Many {
		t.Errorf("keys of which the report does not list all: %v", keys)
	}
	unknownOf("odd", "PasswordEnabled")
	unknownOf("odd", "PasswordLastUsed")
	for _, property := range credentialFacts {
		unknownOf("newcomer", property)
	}
	sameResource(t, one(t, got, "AWS::IAM::RootUser", "root"), &cloud.Resource{
		Type: "AWS::IAM::RootUser", ID: "root", Name: "root", Region: "global", ARN: "arn:aws:iam::123456789012:root",
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:root", "CreateDate": "2014-05-06T07:08:09Z", "PasswordLastUsed": "2026-10-01T00:00:00Z",
			"AccessKeys": []any{map[string]any{
				"Active": true, "LastRotated": "2020-01-01T00:00:00Z", "LastUsedDate": "2026-02-03T04:05:00Z", "LastUsedRegion": "us-east-1", "LastUsedService": "iam",
			}},
			"SigningCertificates": []any{map[string]any{"Active": true, "LastRotated": "2019-01-01T00:00:00Z"}},
		},
	})
}

// TestCredentialReportBroken: what cannot be read as a report is not taken for
// one, and is read once for all users.
func TestCredentialReportBroken(t *testing.T) {
	server := reporting(t, "ada,arn\nbob,arn\n")
	inv, stats := readFrom(t, server.config(), rule.Reads{"AWS::IAM::User": needing("MfaActive")})
	for _, user := range []string{"ada", "bob"} {
		if _, ok := one(t, inv.Resources, "AWS::IAM::User", user).Properties["MfaActive"].(*cloud.Unresolved); !ok {
			t.Errorf("%s is known", user)
		}
	}
	if len(stats.Failures) != 1 || stats.Failures[0].Count != 2 || server.count("GetCredentialReport") != 1 {
		t.Errorf("failures %v after %d calls", stats.Failures, server.count("GetCredentialReport"))
	}
}

// TestServiceCredentials reads the credentials of all users in two pages.
//
// The answers are written after the reference of
// ListServiceSpecificCredentials, which moto does not have.
func TestServiceCredentials(t *testing.T) {
	page := func(result string) string {
		return `<ListServiceSpecificCredentialsResponse><ListServiceSpecificCredentialsResult>` + result + `</ListServiceSpecificCredentialsResult></ListServiceSpecificCredentialsResponse>`
	}
	server := answering(t, map[string]answers{
		"GetAccountAuthorizationDetails": {{body: authorizationDetails("<UserDetailList><member><UserName>ada</UserName></member><member><UserName>bob</UserName></member></UserDetailList>")}},
		"ListServiceSpecificCredentials": {
			{when: "Marker=next", body: page(`<ServiceSpecificCredentials><member>
				<UserName>ada</UserName><ServiceName>bedrock.amazonaws.com</ServiceName><ServiceSpecificCredentialId>ACCA2</ServiceSpecificCredentialId>
				<Status>Active</Status><CreateDate>2026-01-01T00:00:00Z</CreateDate><ExpirationDate>2036-01-01T00:00:00Z</ExpirationDate>
				</member></ServiceSpecificCredentials><IsTruncated>false</IsTruncated>`)},
			{when: "AllUsers=true", body: page(`<ServiceSpecificCredentials><member>
				<UserName>ada</UserName><ServiceName>codecommit.amazonaws.com</ServiceName><ServiceUserName>ada-at-1</ServiceUserName>
				<ServiceSpecificCredentialId>ACCA1</ServiceSpecificCredentialId><Status>Inactive</Status>
				</member></ServiceSpecificCredentials><IsTruncated>true</IsTruncated><Marker>next</Marker>`)},
		},
	})
	got := allRead(t, server.config(), rule.Reads{"AWS::IAM::User": needing("ServiceSpecificCredentials")})
	want := []any{
		map[string]any{"ServiceName": "codecommit.amazonaws.com", "ServiceUserName": "ada-at-1", "ServiceSpecificCredentialId": "ACCA1", "Status": "Inactive"},
		map[string]any{
			"ServiceName": "bedrock.amazonaws.com", "ServiceSpecificCredentialId": "ACCA2", "Status": "Active",
			"CreateDate": "2026-01-01T00:00:00Z", "ExpirationDate": "2036-01-01T00:00:00Z",
		},
	}
	if diff := cmp.Diff(want, one(t, got, "AWS::IAM::User", "ada").Properties["ServiceSpecificCredentials"]); diff != "" {
		t.Error(diff)
	}
	if of := one(t, got, "AWS::IAM::User", "bob").Properties["ServiceSpecificCredentials"]; of != nil {
		t.Errorf("bob has %v", of)
	}
	if n := server.count("ListServiceSpecificCredentials"); n != 2 {
		t.Errorf("%d calls, want one a page for all users", n)
	}
}

// TestLoginProfile: moto forgets that a password has to be changed.
//
// The answer is written after the reference of GetLoginProfile.
func TestLoginProfile(t *testing.T) {
	server := answering(t, map[string]answers{
		"GetAccountAuthorizationDetails": {{body: authorizationDetails("<UserDetailList><member><UserName>ada</UserName></member></UserDetailList>")}},
		"GetLoginProfile": {{body: `<GetLoginProfileResponse><GetLoginProfileResult><LoginProfile>
			<UserName>ada</UserName><CreateDate>2026-01-01T00:00:00Z</CreateDate><PasswordResetRequired>true</PasswordResetRequired>
			</LoginProfile></GetLoginProfileResult></GetLoginProfileResponse>`}},
	})
	got := allRead(t, server.config(), rule.Reads{"AWS::IAM::User": needing("LoginProfile")})
	if diff := cmp.Diff(map[string]any{"PasswordResetRequired": true}, one(t, got, "AWS::IAM::User", "ada").Properties["LoginProfile"]); diff != "" {
		t.Error(diff)
	}
}

// TestUserGone: a user who is deleted while the account is read is left out.
func TestUserGone(t *testing.T) {
	gone := `<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no</Message></Error></ErrorResponse>`
	server := answering(t, map[string]answers{
		"GetAccountAuthorizationDetails": {{body: authorizationDetails("<UserDetailList><member><UserName>ada</UserName></member></UserDetailList>")}},
		"ListSSHPublicKeys":              {{status: 404, body: gone}},
		"ListMFADevices":                 {{status: 404, body: gone}},
	})
	for _, property := range []string{"SSHPublicKeys", "MFADevices"} {
		if got := allRead(t, server.config(), rule.Reads{"AWS::IAM::User": needing(property)}); len(got) > 0 {
			t.Errorf("%s: %v", property, got[0])
		}
	}
}
