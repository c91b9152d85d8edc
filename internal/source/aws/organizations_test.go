package aws

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

var organizationTypes = rule.Reads{
	"AWS::Organizations::Organization": needing(
		"FeatureSet", "RootId", "EnabledPolicyTypes", "DelegatedAdministrators", "EnabledFeatures"),
	"AWS::Organizations::Account": needing(rule.Whole),
	"AWS::Organizations::Policy":  needing(rule.Whole),
}

// TestOrganization reads the organisation as its management account, of two
// accounts and a policy.
func TestOrganization(t *testing.T) {
	moto := awstest.Moto(t)
	cfg := moto.Config("us-east-1")
	client := organizations.NewFromConfig(cfg)
	if got := allRead(t, cfg, organizationTypes); len(got) != 0 {
		t.Errorf("an account outside any organisation has %v", got[0])
	}

	created, err := client.CreateOrganization(t.Context(), &organizations.CreateOrganizationInput{FeatureSet: types.OrganizationFeatureSetAll})
	if err != nil {
		t.Fatal(err)
	}
	roots, err := client.ListRoots(t.Context(), &organizations.ListRootsInput{})
	if err != nil {
		t.Fatal(err)
	}
	root := roots.Roots[0].Id
	member, err := client.CreateAccount(t.Context(), &organizations.CreateAccountInput{AccountName: ptr("shop"), Email: ptr("shop@example.com")})
	if err != nil {
		t.Fatal(err)
	}
	content := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"organizations:LeaveOrganization","Resource":"*"}]}`
	policy, err := client.CreatePolicy(t.Context(), &organizations.CreatePolicyInput{
		Name: ptr("stay"), Description: ptr("No account leaves"), Content: &content, Type: types.PolicyTypeServiceControlPolicy,
	})
	if err != nil {
		t.Fatal(err)
	}
	id, account := policy.Policy.PolicySummary.Id, member.CreateAccountStatus.AccountId
	for _, err := range []error{
		second(client.EnablePolicyType(t.Context(), &organizations.EnablePolicyTypeInput{RootId: root, PolicyType: types.PolicyTypeServiceControlPolicy})),
		second(client.AttachPolicy(t.Context(), &organizations.AttachPolicyInput{PolicyId: id, TargetId: account})),
		second(client.RegisterDelegatedAdministrator(t.Context(), &organizations.RegisterDelegatedAdministratorInput{AccountId: account, ServicePrincipal: ptr("guardduty.amazonaws.com")})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	// moto does not have ListOrganizationsFeatures; see TestRootFeatures.
	needs := rule.Reads{
		"AWS::Organizations::Organization": needing("FeatureSet", "RootId", "EnabledPolicyTypes", "DelegatedAdministrators"),
		"AWS::Organizations::Account":      needing(rule.Whole),
		"AWS::Organizations::Policy":       needing(rule.Whole),
	}
	got := allRead(t, cfg, needs)
	organization := one(t, got, "AWS::Organizations::Organization", *created.Organization.Id)
	delegates, _ := organization.Properties["DelegatedAdministrators"].([]any)
	if len(delegates) != 1 || delegates[0].(map[string]any)["Id"] != *account {
		t.Errorf("delegated administrators = %v", organization.Properties["DelegatedAdministrators"])
	}
	sameResource(t, organization, &cloud.Resource{
		Type: "AWS::Organizations::Organization", ID: *created.Organization.Id, Name: *created.Organization.Id, ARN: *created.Organization.Arn,
		Region: "global",
		Properties: map[string]any{
			"Id": *created.Organization.Id, "Arn": *created.Organization.Arn, "FeatureSet": "ALL", "RootId": *root,
			"EnabledPolicyTypes":   []any{"SERVICE_CONTROL_POLICY"},
			"ManagementAccountArn": *created.Organization.MasterAccountArn, "ManagementAccountId": awstest.Account,
			"ManagementAccountEmail": *created.Organization.MasterAccountEmail, "DelegatedAdministrators": delegates,
		},
	})
	shop := one(t, got, "AWS::Organizations::Account", *account)
	sameResource(t, shop, &cloud.Resource{
		Type: "AWS::Organizations::Account", ID: *account, Name: "shop", ARN: shop.ARN, Region: "global",
		Properties: map[string]any{
			"AccountId": *account, "AccountName": "shop", "Arn": shop.ARN, "Email": "shop@example.com", "JoinedMethod": "CREATED",
			"ParentIds": []any{*root}, "State": "ACTIVE", "Status": "ACTIVE",
		},
	}, "JoinedTimestamp")
	sameResource(t, one(t, got, "AWS::Organizations::Policy", "stay"), &cloud.Resource{
		Type: "AWS::Organizations::Policy", ID: *id, Name: "stay", ARN: *policy.Policy.PolicySummary.Arn, Region: "global",
		Properties: map[string]any{
			"Id": *id, "Arn": *policy.Policy.PolicySummary.Arn, "Name": "stay", "Description": "No account leaves",
			"Type": "SERVICE_CONTROL_POLICY", "AwsManaged": false, "TargetIds": []any{*account},
			"Content": map[string]any{"Version": "2012-10-17", "Statement": []any{
				map[string]any{"Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*"},
			}},
		},
	})
	if !slices.ContainsFunc(got, func(r *cloud.Resource) bool { return r.ID == "p-FullAWSAccess" && r.Properties["AwsManaged"] == true }) {
		t.Error("the policy that AWS attaches everywhere is not there")
	}
}

// TestMemberOfOrganization reads an account that is not the management
// account: it is told of the organisation, and is asked nothing more.
//
// The answer is written after the reference of DescribeOrganization.
func TestMemberOfOrganization(t *testing.T) {
	server := answering(t, map[string]answers{"AWSOrganizationsV20161128.DescribeOrganization": {{body: `{"Organization":{
		"Id":"o-exampleorgid","Arn":"arn:aws:organizations::210987654321:organization/o-exampleorgid","FeatureSet":"CONSOLIDATED_BILLING",
		"MasterAccountArn":"arn:aws:organizations::210987654321:account/o-exampleorgid/210987654321",
		"MasterAccountId":"210987654321","MasterAccountEmail":"root@example.com"}}`}}})
	got := allRead(t, server.config(), organizationTypes)
	if len(got) != 1 {
		t.Fatalf("%d resources, want the organisation alone", len(got))
	}
	elsewhere := &cloud.Unresolved{Reason: "it is told to the management account of the organisation alone"}
	sameResource(t, got[0], &cloud.Resource{
		Type: "AWS::Organizations::Organization", ID: "o-exampleorgid", Name: "o-exampleorgid", Region: "global",
		ARN: "arn:aws:organizations::210987654321:organization/o-exampleorgid",
		Properties: map[string]any{
			"Id": "o-exampleorgid", "Arn": "arn:aws:organizations::210987654321:organization/o-exampleorgid", "FeatureSet": "CONSOLIDATED_BILLING",
			"ManagementAccountArn": "arn:aws:organizations::210987654321:account/o-exampleorgid/210987654321",
			"ManagementAccountId":  "210987654321", "ManagementAccountEmail": "root@example.com",
			"RootId": elsewhere, "EnabledPolicyTypes": elsewhere, "DelegatedAdministrators": elsewhere, "EnabledFeatures": elsewhere,
		},
	})
	if n := server.count("AWSOrganizationsV20161128.DescribeOrganization"); n != 1 {
		t.Errorf("%d calls, want one for three collectors", n)
	}
}

// TestOrganizationDenied: an organisation that cannot be read is unread, not
// absent.
func TestOrganizationDenied(t *testing.T) {
	server := answering(t, map[string]answers{"AWSOrganizationsV20161128.DescribeOrganization": {
		{status: 400, body: `{"__type":"AccessDeniedException","Message":"no"}`},
	}})
	inv, _ := readFrom(t, server.config(), organizationTypes)
	if len(inv.Unread) != 3 || len(inv.Resources) != 0 {
		t.Errorf("unread = %v, resources = %v", inv.Unread, inv.Resources)
	}
}

// TestRootFeatures: central management of root users is on, or the
// organisation has not let IAM in.
//
// The answers are written after the reference of ListOrganizationsFeatures.
func TestRootFeatures(t *testing.T) {
	describe := answers{{body: `{"Organization":{"Id":"o-exampleorgid","MasterAccountId":"123456789012"}}`}}
	for name, test := range map[string]struct {
		answer answers
		want   any
	}{
		"on": {answers{{body: `<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult><OrganizationId>o-exampleorgid</OrganizationId>
			<EnabledFeatures><member>RootCredentialsManagement</member></EnabledFeatures></ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>`}},
			[]any{"RootCredentialsManagement"}},
		"not let in": {answers{{status: 400, body: `<ErrorResponse><Error><Type>Sender</Type><Code>ServiceAccessNotEnabledException</Code></Error></ErrorResponse>`}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			server := answering(t, map[string]answers{
				"AWSOrganizationsV20161128.DescribeOrganization": describe, "ListOrganizationsFeatures": test.answer,
			})
			got := allRead(t, server.config(), rule.Reads{"AWS::Organizations::Organization": needing("EnabledFeatures")})
			if diff := cmp.Diff(test.want, got[0].Properties["EnabledFeatures"]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
