package aws

import (
	"slices"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

const readAnything = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`

// readAnythingDocument is readAnything as rules see it.
var readAnythingDocument = map[string]any{"Version": "2012-10-17", "Statement": []any{
	map[string]any{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
}}

const trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// TestIdentities makes a user, a group and a role, each with a policy of every
// kind, beside those that have none.
func TestIdentities(t *testing.T) {
	moto := awstest.MotoWithPolicies(t)
	client := iam.NewFromConfig(moto.Config("us-east-1"))
	must := func(errs ...error) {
		t.Helper()
		for _, err := range errs {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	created, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		PolicyName: ptr("read"), Path: ptr("/data/"), Description: ptr("Reads all data"),
		PolicyDocument: ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	})
	must(err)
	policy := created.Policy.Arn
	const aws = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
	// The second version is the one in force.
	must(second(client.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: policy, PolicyDocument: ptr(readAnything), SetAsDefault: true})))
	must(
		second(client.CreateUser(t.Context(), &iam.CreateUserInput{
			UserName: ptr("ada"), Path: ptr("/staff/"), PermissionsBoundary: policy, Tags: []types.Tag{{Key: ptr("Team"), Value: ptr("shop")}},
		})),
		second(client.PutUserPolicy(t.Context(), &iam.PutUserPolicyInput{UserName: ptr("ada"), PolicyName: ptr("own"), PolicyDocument: ptr(readAnything)})),
		second(client.AttachUserPolicy(t.Context(), &iam.AttachUserPolicyInput{UserName: ptr("ada"), PolicyArn: policy})),
		second(client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: ptr("bob")})),
		second(client.CreateGroup(t.Context(), &iam.CreateGroupInput{GroupName: ptr("staff")})),
		second(client.AddUserToGroup(t.Context(), &iam.AddUserToGroupInput{GroupName: ptr("staff"), UserName: ptr("ada")})),
		second(client.PutGroupPolicy(t.Context(), &iam.PutGroupPolicyInput{GroupName: ptr("staff"), PolicyName: ptr("own"), PolicyDocument: ptr(readAnything)})),
		second(client.AttachGroupPolicy(t.Context(), &iam.AttachGroupPolicyInput{GroupName: ptr("staff"), PolicyArn: policy})),
		second(client.CreateGroup(t.Context(), &iam.CreateGroupInput{GroupName: ptr("empty")})),
		second(client.CreateRole(t.Context(), &iam.CreateRoleInput{
			RoleName: ptr("web"), Path: ptr("/app/"), Description: ptr("Web servers"), MaxSessionDuration: ptr(int32(7200)),
			AssumeRolePolicyDocument: ptr(trustEC2), PermissionsBoundary: policy, Tags: []types.Tag{{Key: ptr("Tier"), Value: ptr("web")}},
		})),
		second(client.PutRolePolicy(t.Context(), &iam.PutRolePolicyInput{RoleName: ptr("web"), PolicyName: ptr("own"), PolicyDocument: ptr(readAnything)})),
		second(client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: ptr("web"), PolicyArn: policy})),
		second(client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: ptr("web"), PolicyArn: ptr(aws)})),
		second(client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: ptr("web-profile"), Path: ptr("/app/")})),
		second(client.AddRoleToInstanceProfile(t.Context(), &iam.AddRoleToInstanceProfileInput{InstanceProfileName: ptr("web-profile"), RoleName: ptr("web")})),
		second(client.CreateInstanceProfile(t.Context(), &iam.CreateInstanceProfileInput{InstanceProfileName: ptr("no-role")})),
	)
	got := collected(t, moto, "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::ManagedPolicy", "AWS::IAM::InstanceProfile")
	listed := allRead(t, moto.Config("us-east-1"), rule.Reads{"AWS::IAM::User": {"Policies": true}})
	inline := []any{map[string]any{"PolicyName": "own", "PolicyDocument": readAnythingDocument}}

	sameResource(t, one(t, listed, "AWS::IAM::User", "ada"), &cloud.Resource{
		Type: "AWS::IAM::User", ID: "ada", Name: "ada", Region: "global", ARN: "arn:aws:iam::123456789012:user/staff/ada",
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:user/staff/ada", "UserName": "ada", "Path": "/staff/",
			"Groups": []any{"staff"}, "ManagedPolicyArns": []any{*policy}, "Policies": inline,
			// moto leaves the boundary of a user out.
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}, "CreateDate", "UserId")
	sameResource(t, one(t, listed, "AWS::IAM::User", "bob"), &cloud.Resource{
		Type: "AWS::IAM::User", ID: "bob", Name: "bob", Region: "global", ARN: "arn:aws:iam::123456789012:user/bob",
		Tags: map[string]string{},
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:user/bob", "UserName": "bob", "Path": "/",
		},
	}, "CreateDate", "UserId")
	sameResource(t, one(t, got, "AWS::IAM::Group", "staff"), &cloud.Resource{
		Type: "AWS::IAM::Group", ID: "staff", Name: "staff", Region: "global", ARN: "arn:aws:iam::123456789012:group/staff",
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:group/staff", "GroupName": "staff", "Path": "/",
			"ManagedPolicyArns": []any{*policy}, "Policies": inline,
		},
	}, "CreateDate", "GroupId")
	if empty := one(t, got, "AWS::IAM::Group", "empty"); empty.Properties["Policies"] != nil || empty.Properties["ManagedPolicyArns"] != nil {
		t.Errorf("a group without policies has %v", empty.Properties)
	}
	sameResource(t, one(t, got, "AWS::IAM::Role", "web"), &cloud.Resource{
		Type: "AWS::IAM::Role", ID: "web", Name: "web", Region: "global", ARN: "arn:aws:iam::123456789012:role/app/web",
		Tags: map[string]string{"Tier": "web"},
		Properties: map[string]any{
			"Arn": "arn:aws:iam::123456789012:role/app/web", "RoleName": "web", "Path": "/app/",
			"Description": "Web servers", "MaxSessionDuration": int64(7200),
			"AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
				"Effect": "Allow", "Principal": map[string]any{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole",
			}}},
			"InstanceProfiles": []any{"web-profile"}, "ManagedPolicyArns": []any{*policy, aws},
			"PermissionsBoundary": *policy, "Policies": inline,
			"Tags": []any{map[string]any{"Key": "Tier", "Value": "web"}},
		},
	}, "CreateDate", "RoleId")
	sameResource(t, one(t, got, "AWS::IAM::ManagedPolicy", *policy), &cloud.Resource{
		Type: "AWS::IAM::ManagedPolicy", ID: *policy, Name: "read", Region: "global", ARN: *policy,
		Properties: map[string]any{
			"PolicyArn": *policy, "ManagedPolicyName": "read", "Path": "/data/", "DefaultVersionId": "v2",
			"Description": "Reads all data", "PolicyDocument": readAnythingDocument, "IsAttachable": true,
			"AttachmentCount": int64(3),
			"Users":           []any{"ada"}, "Groups": []any{"staff"}, "Roles": []any{"web"},
		},
	}, "CreateDate", "UpdateDate") // moto leaves out PolicyId and PermissionsBoundaryUsageCount
	// Of AWS's own policies, which are more than a thousand, only the one that
	// is attached.
	var policies []string
	for _, r := range got {
		if r.Type == "AWS::IAM::ManagedPolicy" {
			policies = append(policies, r.ID)
		}
	}
	if diff := cmp.Diff([]string{*policy, aws}, policies); diff != "" {
		t.Errorf("policies (-want +got):\n%s", diff)
	}
	sameResource(t, one(t, got, "AWS::IAM::InstanceProfile", "web-profile"), &cloud.Resource{
		Type: "AWS::IAM::InstanceProfile", ID: "web-profile", Name: "web-profile", Region: "global",
		ARN: "arn:aws:iam::123456789012:instance-profile/app/web-profile",
		Properties: map[string]any{
			"Arn":                 "arn:aws:iam::123456789012:instance-profile/app/web-profile",
			"InstanceProfileName": "web-profile", "Path": "/app/", "Roles": []any{"web"},
		},
	}, "CreateDate", "InstanceProfileId")
	if profile := one(t, got, "AWS::IAM::InstanceProfile", "no-role"); profile.Properties["Roles"] != nil {
		t.Errorf("a profile without role has %v", profile.Properties["Roles"])
	}
}

// sameResource compares a whole resource but for its creation time and for
// properties that have to be there and differ each time.
func sameResource(t *testing.T, got, want *cloud.Resource, varying ...string) {
	t.Helper()
	want.Account, want.World = awstest.Account, awstest.Account
	compared := *got
	compared.Created = want.Created
	compared.Properties = map[string]any{}
	for name, v := range got.Properties {
		if !slices.Contains(varying, name) {
			compared.Properties[name] = v
		}
	}
	for _, name := range varying {
		if got.Properties[name] == nil {
			t.Errorf("%s %s has no %s", got.Type, got.ID, name)
		}
	}
	if diff := cmp.Diff(want, &compared); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", got.Type, got.ID, diff)
	}
}

// TestIdentityPages reads an answer of two pages in AWS's own form: documents
// in percent-encoding, the versions of a policy, what was last used.
//
// The answers are written after the reference of GetAccountAuthorizationDetails.
func TestIdentityPages(t *testing.T) {
	server := answering(t, map[string]answers{"GetAccountAuthorizationDetails": {
		{when: "Marker=next", body: authorizationDetails(`
			<UserDetailList/><GroupDetailList/>
			<RoleDetailList><member>
				<Path>/</Path><RoleName>reader</RoleName><RoleId>AROA1</RoleId><Arn>arn:aws:iam::123456789012:role/reader</Arn>
				<CreateDate>2024-05-06T07:08:09Z</CreateDate>
				<AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22a%2Bb%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument>
				<InstanceProfileList/><RolePolicyList/>
				<AttachedManagedPolicies><member><PolicyName>two</PolicyName><PolicyArn>arn:aws:iam::123456789012:policy/two</PolicyArn></member></AttachedManagedPolicies>
				<RoleLastUsed><LastUsedDate>2026-01-02T03:04:05Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>
			</member><member>
				<Path>/</Path><RoleName>idle</RoleName><RoleId>AROA2</RoleId><Arn>arn:aws:iam::123456789012:role/idle</Arn>
				<CreateDate>2024-05-06T07:08:09Z</CreateDate><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>
				<InstanceProfileList/><RolePolicyList/><AttachedManagedPolicies/><RoleLastUsed/>
			</member></RoleDetailList><Policies/><IsTruncated>false</IsTruncated>`)},
		{body: authorizationDetails(`
			<UserDetailList><member>
				<Path>/</Path><UserName>ada</UserName><UserId>AIDA1</UserId><Arn>arn:aws:iam::123456789012:user/ada</Arn>
				<CreateDate>2024-05-06T07:08:09Z</CreateDate><GroupList/><UserPolicyList/><AttachedManagedPolicies/>
				<PermissionsBoundary><PermissionsBoundaryType>PermissionsBoundaryPolicy</PermissionsBoundaryType>
				<PermissionsBoundaryArn>arn:aws:iam::aws:policy/Bound</PermissionsBoundaryArn></PermissionsBoundary>
			</member></UserDetailList><GroupDetailList/><RoleDetailList/>
			<Policies><member>
				<PolicyName>two</PolicyName><DefaultVersionId>v2</DefaultVersionId><PolicyId>ANPA1</PolicyId><Path>/</Path>
				<Arn>arn:aws:iam::123456789012:policy/two</Arn><AttachmentCount>1</AttachmentCount><IsAttachable>true</IsAttachable>
				<PolicyVersionList>
					<member><Document>%7B%22Statement%22%3A%5B%5D%7D</Document><IsDefaultVersion>true</IsDefaultVersion><VersionId>v2</VersionId></member>
					<member><Document>%7B%22Statement%22%3A%22old%22%7D</Document><IsDefaultVersion>false</IsDefaultVersion><VersionId>v1</VersionId></member>
				</PolicyVersionList>
			</member><member>
				<PolicyName>Unused</PolicyName><Arn>arn:aws:iam::aws:policy/Unused</Arn><AttachmentCount>0</AttachmentCount><IsAttachable>true</IsAttachable>
				<PolicyVersionList><member><Document>%7B%7D</Document><IsDefaultVersion>true</IsDefaultVersion></member></PolicyVersionList>
			</member><member>
				<PolicyName>Bound</PolicyName><Arn>arn:aws:iam::aws:policy/Bound</Arn><AttachmentCount>0</AttachmentCount><PermissionsBoundaryUsageCount>1</PermissionsBoundaryUsageCount>
				<PolicyVersionList><member><Document>%7B%7</Document><IsDefaultVersion>true</IsDefaultVersion></member></PolicyVersionList>
			</member></Policies><IsTruncated>true</IsTruncated><Marker>next</Marker>`)},
	}})
	inv, _ := readFrom(t, server.config(), rule.Reads{
		"AWS::IAM::User":          {"PermissionsBoundary": true},
		"AWS::IAM::Role":          {"AssumeRolePolicyDocument": true, "RoleLastUsed": true},
		"AWS::IAM::ManagedPolicy": {"Roles": true, "PolicyDocument": true},
	})
	if len(inv.Unread) > 0 || len(inv.Resources) != 5 {
		t.Fatalf("%d resources, unread %v", len(inv.Resources), inv.Unread)
	}
	if n := server.count("GetAccountAuthorizationDetails"); n != 2 {
		t.Errorf("%d calls, want one for each page", n)
	}
	ada := one(t, inv.Resources, "AWS::IAM::User", "ada").Properties
	if ada["PermissionsBoundary"] != "arn:aws:iam::aws:policy/Bound" || ada["UserId"] != "AIDA1" || ada["CreateDate"] != "2024-05-06T07:08:09Z" {
		t.Errorf("ada = %v", ada)
	}
	reader := one(t, inv.Resources, "AWS::IAM::Role", "reader")
	if diff := cmp.Diff(map[string]any{"LastUsedDate": "2026-01-02T03:04:05Z", "Region": "eu-west-1"}, reader.Properties["RoleLastUsed"]); diff != "" {
		t.Error(diff)
	}
	principal := reader.Properties["AssumeRolePolicyDocument"].(map[string]any)["Statement"].([]any)[0].(map[string]any)["Principal"]
	if diff := cmp.Diff(map[string]any{"AWS": "a+b"}, principal); diff != "" {
		t.Error(diff)
	}
	if used := one(t, inv.Resources, "AWS::IAM::Role", "idle").Properties["RoleLastUsed"]; used != nil {
		t.Errorf("a role that was not used was used %v", used)
	}
	two := one(t, inv.Resources, "AWS::IAM::ManagedPolicy", "two")
	if diff := cmp.Diff([]any{"reader"}, two.Properties["Roles"]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]any{"Statement": []any{}}, two.Properties["PolicyDocument"]); diff != "" {
		t.Error(diff)
	}
	bound := one(t, inv.Resources, "AWS::IAM::ManagedPolicy", "Bound")
	if _, ok := bound.Properties["PolicyDocument"].(*cloud.Unresolved); !ok {
		t.Errorf("a document in broken encoding is %v", bound.Properties["PolicyDocument"])
	}
}

// TestIdentitiesDenied: the second page is refused.
func TestIdentitiesDenied(t *testing.T) {
	server := answering(t, map[string]answers{"GetAccountAuthorizationDetails": {
		{when: "Marker=next", status: 403, body: `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`},
		{body: authorizationDetails(`<Policies><member>
			<PolicyName>two</PolicyName><Arn>arn:aws:iam::123456789012:policy/two</Arn><AttachmentCount>1</AttachmentCount><PolicyVersionList/>
			</member></Policies><IsTruncated>true</IsTruncated><Marker>next</Marker>`)},
	}})
	inv, _ := readFrom(t, server.config(), rule.Reads{"AWS::IAM::ManagedPolicy": {"Users": true, "Groups": true, "Roles": true}})
	if len(inv.Unread) != 1 || inv.Unread[0].Type != "AWS::IAM::ManagedPolicy" {
		t.Errorf("unread = %v", inv.Unread)
	}
	two := one(t, inv.Resources, "AWS::IAM::ManagedPolicy", "two")
	for _, property := range []string{"Users", "Groups", "Roles", "PolicyDocument"} {
		if _, ok := two.Properties[property].(*cloud.Unresolved); !ok {
			t.Errorf("%s = %v, want that it is not known", property, two.Properties[property])
		}
	}
}

func authorizationDetails(result string) string {
	return `<GetAccountAuthorizationDetailsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><GetAccountAuthorizationDetailsResult>` +
		result + `</GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>`
}

// readFrom reads what is needed, and no more.
func readFrom(t *testing.T, cfg awssdk.Config, needs rule.Reads) (*cloud.Inventory, *Stats) {
	t.Helper()
	return Read(t.Context(), Options{
		Accounts: []Account{{ID: awstest.Account, Partition: "aws", Config: cfg}},
		Regions:  []string{"us-east-1"}, Needs: needs, Now: time.Now(), Attempts: 1, Backoff: time.Millisecond,
	})
}

// allRead reads what is needed and fails the test where a call fails.
func allRead(t *testing.T, cfg awssdk.Config, needs rule.Reads) []*cloud.Resource {
	t.Helper()
	inv, stats := readFrom(t, cfg, needs)
	if len(inv.Unread) > 0 || len(stats.Failures) > 0 || len(inv.Problems) > 0 {
		t.Fatalf("unread %v, failures %v, problems %v", inv.Unread, stats.Failures, inv.Problems)
	}
	return inv.Resources
}
