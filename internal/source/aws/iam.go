package aws

import (
	"context"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Identity and Access Management: users, groups, roles and managed policies
// from one list of the whole account, the credential report for what users and
// the root user sign in with, and what else an account has once.
var iamCollectors = []collector{
	{
		service: "iam", global: true,
		types: []emits{
			{
				typ:   "AWS::IAM::User",
				gives: "Arn CreateDate Groups ManagedPolicyArns Path PermissionsBoundary Policies UserId UserName",
				lacks: "AWS::IAM::User.LoginProfile.Password",
			},
			{
				typ:   "AWS::IAM::Group",
				gives: "Arn CreateDate GroupId GroupName ManagedPolicyArns Path Policies",
			},
			{
				typ: "AWS::IAM::Role",
				gives: "Arn AssumeRolePolicyDocument CreateDate InstanceProfiles ManagedPolicyArns Path PermissionsBoundary " +
					"Policies RoleId RoleLastUsed RoleName",
			},
			{
				typ:   accessKeyType, // a part of the users hands them over
				gives: "CreateDate Id LastUsedDate LastUsedRegion LastUsedService Status UserName",
			},
			{
				typ: "AWS::IAM::ManagedPolicy",
				gives: "AttachmentCount CreateDate DefaultVersionId Groups IsAttachable ManagedPolicyName Path " +
					"PermissionsBoundaryUsageCount PolicyArn PolicyDocument PolicyId Roles UpdateDate Users",
			},
		},
		calls: "iam:GetAccountAuthorizationDetails",
		read:  readIdentities,
		parts: []part{
			{
				typ:   "AWS::IAM::User",
				gives: "AccessKeys MfaActive PasswordEnabled PasswordLastChanged PasswordLastUsed PasswordNextRotation SigningCertificates",
				calls: credentialCalls,
				read:  readUserCredentials,
			},
			{
				typ:   "AWS::IAM::User",
				gives: "LoginProfile",
				calls: "iam:GetLoginProfile",
				read:  readLoginProfile,
			},
			{
				typ:   "AWS::IAM::User",
				gives: "MFADevices",
				calls: "iam:ListMFADevices",
				read:  readUserMFADevices,
			},
			{
				typ:   "AWS::IAM::User",
				gives: "SSHPublicKeys",
				calls: "iam:ListSSHPublicKeys",
				read:  readSSHPublicKeys,
			},
			{
				typ:   "AWS::IAM::User",
				gives: "ServiceSpecificCredentials",
				calls: "iam:ListServiceSpecificCredentials",
				read:  readServiceCredentials,
			},
			{
				typ:   "AWS::IAM::User",
				calls: "iam:ListAccessKeys iam:GetAccessKeyLastUsed",
				read:  readAccessKeys,
				emits: accessKeyType,
			},
			{
				typ:   "AWS::IAM::Role",
				gives: "Description MaxSessionDuration",
				calls: "iam:ListRoles",
				read:  readRoleSettings,
			},
			{
				typ:   "AWS::IAM::ManagedPolicy",
				gives: "Description",
				calls: "iam:GetPolicy",
				read:  readPolicyDescription,
			},
		},
	},
	{
		service: "iam", global: true,
		types: []emits{{typ: "AWS::IAM::RootUser", gives: "Arn"}},
		read:  readRootUser,
		parts: []part{
			{
				gives: "AccountAccessKeysPresent AccountMFAEnabled AccountPasswordPresent AccountSigningCertificatesPresent",
				calls: "iam:GetAccountSummary",
				read:  readRootSummary,
			},
			{
				gives: "AccessKeys CreateDate PasswordLastUsed SigningCertificates",
				calls: credentialCalls,
				read:  readRootCredentials,
			},
		},
	},
	{
		service: "iam", global: true,
		types: []emits{{typ: "AWS::IAM::PasswordPolicy", gives: passwordPolicyProperties}},
		calls: "iam:GetAccountPasswordPolicy",
		read:  readPasswordPolicy,
	},
	{
		service: "iam", global: true,
		types: []emits{{typ: "AWS::IAM::AccountAlias", gives: "AccountAlias"}},
		calls: "iam:ListAccountAliases",
		read:  readAccountAliases,
	},
	{
		service: "iam", global: true,
		types: []emits{{
			typ: "AWS::IAM::VirtualMFADevice", gives: "EnableDate Path SerialNumber UserArn Users VirtualMfaDeviceName", tagged: "iam:mfa",
		}},
		calls: "iam:ListVirtualMFADevices",
		read:  readVirtualMFADevices,
	},
	{
		service: "iam", global: true,
		types: []emits{{
			typ: "AWS::IAM::InstanceProfile", gives: "Arn CreateDate InstanceProfileId InstanceProfileName Path Roles", tagged: "iam:instance-profile",
		}},
		calls: "iam:ListInstanceProfiles",
		read:  readInstanceProfiles,
	},
	{
		service: "iam", global: true,
		types: []emits{{
			typ: "AWS::IAM::ServerCertificate", gives: "Arn Expiration Path ServerCertificateId ServerCertificateName UploadDate", tagged: "iam:server-certificate",
		}},
		calls: "iam:ListServerCertificates",
		read:  readServerCertificates,
		parts: []part{{
			gives: "CertificateBody CertificateChain",
			calls: "iam:GetServerCertificate",
			read:  readServerCertificate,
		}},
	},
	{
		service: "iam", global: true,
		types: []emits{{typ: "AWS::IAM::SAMLProvider", gives: "Arn CreateDate Name ValidUntil", tagged: "iam:saml-provider"}},
		calls: "iam:ListSAMLProviders",
		read:  readSAMLProviders,
		parts: []part{{
			gives: "AssertionEncryptionMode PrivateKeyList SamlMetadataDocument SamlProviderUUID",
			calls: "iam:GetSAMLProvider",
			read:  readSAMLProvider,
		}},
	},
	{
		service: "iam", global: true,
		types: []emits{{typ: "AWS::IAM::OIDCProvider", gives: "Arn", tagged: "iam:oidc-provider"}},
		calls: "iam:ListOpenIDConnectProviders",
		read:  readOIDCProviders,
		parts: []part{{
			gives: "ClientIdList CreateDate ThumbprintList Url",
			calls: "iam:GetOpenIDConnectProvider",
			read:  readOIDCProvider,
		}},
	},
}

// iamPage is how many things IAM gives in one answer at most.
const iamPage = 1000

// readIdentities reads those of users, groups, roles and managed policies that
// are needed. To whom a policy is attached is told by the others, so that these
// are read for it, too.
func readIdentities(ctx context.Context, s *scope) error {
	const policy = "AWS::IAM::ManagedPolicy"
	input := &iam.GetAccountAuthorizationDetailsInput{MaxItems: ptr(int32(iamPage))}
	ask := func(needed bool, kinds ...types.EntityType) {
		if needed {
			input.Filter = append(input.Filter, kinds...)
		}
	}
	ask(s.needed("AWS::IAM::User") || s.needed(accessKeyType) || s.wanted(policy, "Users"), types.EntityTypeUser)
	ask(s.needed("AWS::IAM::Group") || s.wanted(policy, "Groups"), types.EntityTypeGroup)
	ask(s.needed("AWS::IAM::Role") || s.wanted(policy, "Roles"), types.EntityTypeRole)
	ask(s.needed(policy), types.EntityTypeLocalManagedPolicy, types.EntityTypeAWSManagedPolicy)

	users, groups, roles := holders{}, holders{}, holders{}
	var policies []policyInUse
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(iam.NewFromConfig(s.cfg), input)
	err := each(ctx, pages, func(page *iam.GetAccountAuthorizationDetailsOutput) {
		for _, u := range page.UserDetailList {
			addUser(s, u)
			users.add(u.AttachedManagedPolicies, u.UserName)
		}
		for _, g := range page.GroupDetailList {
			addGroup(s, g)
			groups.add(g.AttachedManagedPolicies, g.GroupName)
		}
		for _, r := range page.RoleDetailList {
			addRole(s, r)
			roles.add(r.AttachedManagedPolicies, r.RoleName)
		}
		for _, p := range page.Policies {
			policies = append(policies, inUse(p)...)
		}
	})
	for _, p := range policies {
		addPolicy(s, p, props{
			"Users":  answer(users[deref(p.Arn)], err),
			"Groups": answer(groups[deref(p.Arn)], err),
			"Roles":  answer(roles[deref(p.Arn)], err),
		})
	}
	return err
}

// holders are the names of those to whom a policy is attached, by its ARN.
type holders map[string][]string

func (h holders) add(attached []types.AttachedPolicy, name *string) {
	for _, p := range attached {
		h[deref(p.PolicyArn)] = append(h[deref(p.PolicyArn)], deref(name))
	}
}

func addUser(s *scope, u types.UserDetail) {
	s.add(found{
		typ: "AWS::IAM::User", id: deref(u.UserName), arn: deref(u.Arn), name: deref(u.UserName),
		created: u.CreateDate, tags: iamTags(u.Tags), from: u,
		set: props{
			"Groups":              u.GroupList,
			"ManagedPolicyArns":   attachedPolicies(u.AttachedManagedPolicies),
			"PermissionsBoundary": boundary(u.PermissionsBoundary),
			"Policies":            inlinePolicies(u.UserPolicyList),
		},
	})
}

func addGroup(s *scope, g types.GroupDetail) {
	s.add(found{
		typ: "AWS::IAM::Group", id: deref(g.GroupName), arn: deref(g.Arn), name: deref(g.GroupName),
		created: g.CreateDate, from: g,
		set: props{
			"ManagedPolicyArns": attachedPolicies(g.AttachedManagedPolicies),
			"Policies":          inlinePolicies(g.GroupPolicyList),
		},
	})
}

func addRole(s *scope, r types.RoleDetail) {
	var profiles []any
	for _, p := range r.InstanceProfileList {
		profiles = append(profiles, deref(p.InstanceProfileName))
	}
	var lastUsed any // IAM gives an empty structure for a role that was not used
	if r.RoleLastUsed != nil && r.RoleLastUsed.LastUsedDate != nil {
		lastUsed = object(r.RoleLastUsed)
	}
	s.add(found{
		typ: "AWS::IAM::Role", id: deref(r.RoleName), arn: deref(r.Arn), name: deref(r.RoleName),
		created: r.CreateDate, tags: iamTags(r.Tags), from: r,
		set: props{
			"AssumeRolePolicyDocument": iamDocument(r.AssumeRolePolicyDocument),
			"InstanceProfiles":         profiles,
			"ManagedPolicyArns":        attachedPolicies(r.AttachedManagedPolicies),
			"PermissionsBoundary":      boundary(r.PermissionsBoundary),
			"Policies":                 inlinePolicies(r.RolePolicyList),
			"RoleLastUsed":             lastUsed,
		},
	})
}

// A policyInUse is a managed policy with the document of its default version.
type policyInUse struct {
	types.ManagedPolicyDetail
	document any
}

// inUse leaves out policies of AWS's own that nothing in the account refers
// to, and the versions of a policy that are not in force.
func inUse(p types.ManagedPolicyDetail) []policyInUse {
	ofAWS := strings.Contains(deref(p.Arn), ":iam::aws:policy/")
	if ofAWS && deref(p.AttachmentCount) == 0 && deref(p.PermissionsBoundaryUsageCount) == 0 {
		return nil
	}
	used := policyInUse{ManagedPolicyDetail: p, document: &cloud.Unresolved{Reason: "IAM did not give the default version of the policy"}}
	for _, v := range p.PolicyVersionList {
		if v.IsDefaultVersion {
			used.document = iamDocument(v.Document)
		}
	}
	used.PolicyVersionList = nil
	return []policyInUse{used}
}

func addPolicy(s *scope, p policyInUse, set props) {
	_, name := pathAndName(deref(p.Arn), ":policy")
	set["ManagedPolicyName"] = name
	set["PolicyArn"] = p.Arn
	set["PolicyDocument"] = p.document
	s.add(found{
		typ: "AWS::IAM::ManagedPolicy", id: deref(p.Arn), arn: deref(p.Arn), name: name,
		created: p.CreateDate, from: p.ManagedPolicyDetail, set: set,
	})
}

func attachedPolicies(list []types.AttachedPolicy) []any {
	var arns []any
	for _, p := range list {
		arns = append(arns, deref(p.PolicyArn))
	}
	return arns
}

func inlinePolicies(list []types.PolicyDetail) []any {
	var policies []any
	for _, p := range list {
		policies = append(policies, map[string]any{"PolicyName": deref(p.PolicyName), "PolicyDocument": iamDocument(p.PolicyDocument)})
	}
	return policies
}

func boundary(b *types.AttachedPermissionsBoundary) *string {
	if b == nil {
		return nil
	}
	return b.PermissionsBoundaryArn
}

// iamDocument is a policy document, which IAM gives in percent-encoding.
func iamDocument(encoded *string) any {
	text := deref(encoded)
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return text
	}
	decoded, err := url.PathUnescape(text)
	if err != nil {
		return &cloud.Unresolved{Reason: "the policy document could not be read: " + err.Error()}
	}
	return decoded
}

func iamTags(list []types.Tag) map[string]string {
	return tagMap(list, func(t types.Tag) (*string, *string) { return t.Key, t.Value })
}

// readRoleSettings tells what the list of the whole account leaves out, from
// one list of all roles.
func readRoleSettings(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	roles, err := once(s.session, "iam roles", func() (map[string]types.Role, error) {
		byName := map[string]types.Role{}
		pages := iam.NewListRolesPaginator(iam.NewFromConfig(s.cfg), &iam.ListRolesInput{MaxItems: ptr(int32(iamPage))})
		err := each(ctx, pages, func(page *iam.ListRolesOutput) {
			for _, role := range page.Roles {
				byName[deref(role.RoleName)] = role
			}
		})
		return byName, err
	})
	if err != nil {
		return nil, err
	}
	role, ok := roles[r.ID]
	if !ok {
		return nil, errGone
	}
	return props{"Description": role.Description, "MaxSessionDuration": role.MaxSessionDuration}, nil
}

// readPolicyDescription: no list tells the description.
func readPolicyDescription(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: &r.ID})
	if is(err, "NoSuchEntity") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Description": out.Policy.Description}, nil
}
