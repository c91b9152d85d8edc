package aws

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// The organisation that the account belongs to; its accounts and policies are
// told to its management account, and read only there.
var organizationsCollectors = []collector{
	{
		service: "organizations", global: true,
		types: []emits{{
			typ:   "AWS::Organizations::Organization",
			gives: "Arn FeatureSet Id ManagementAccountArn ManagementAccountEmail ManagementAccountId",
		}},
		calls: organizationCalls,
		read:  readOrganization,
		parts: []part{
			{gives: "EnabledPolicyTypes RootId", calls: organizationCalls + " organizations:ListRoots", read: readRoots},
			{gives: "DelegatedAdministrators", calls: organizationCalls + " organizations:ListDelegatedAdministrators", read: readDelegates},
			{gives: "EnabledFeatures", calls: organizationCalls + " iam:ListOrganizationsFeatures", read: readRootFeatures},
		},
	},
	{
		service: "organizations", global: true,
		types: []emits{{
			typ:    "AWS::Organizations::Account",
			gives:  "AccountId AccountName Arn Email JoinedMethod JoinedTimestamp Paths State Status",
			tagged: "organizations:account",
		}},
		calls: organizationCalls + " organizations:ListAccounts",
		read:  readMembers,
		parts: []part{{gives: "ParentIds", calls: "organizations:ListParents", read: readParents}},
	},
	{
		service: "organizations", global: true,
		types: []emits{{
			typ: "AWS::Organizations::Policy", gives: "Arn AwsManaged Description Id Name Type", tagged: "organizations:policy",
		}},
		calls: organizationCalls + " organizations:ListRoots organizations:ListPolicies",
		read:  readOrganizationPolicies,
		parts: []part{
			{gives: "Content", calls: "organizations:DescribePolicy", read: readPolicyContent},
			{gives: "TargetIds", calls: "organizations:ListTargetsForPolicy", read: readPolicyTargets},
		},
	},
}

const organizationCalls = "organizations:DescribeOrganization"

// organizationPage is how many things Organizations gives in one answer at
// most.
const organizationPage = 20

// organizationOf is the account's organisation; nil when it is in none.
func organizationOf(ctx context.Context, s *scope) (*types.Organization, error) {
	return once(s.session, "organization", func() (*types.Organization, error) {
		out, err := organizations.NewFromConfig(s.cfg).DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
		if is(err, "AWSOrganizationsNotInUseException") {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return out.Organization, nil
	})
}

// manages tells whether the account is the management account of its
// organisation.
func manages(ctx context.Context, s *scope) (bool, error) {
	organization, err := organizationOf(ctx, s)
	return organization != nil && deref(organization.MasterAccountId) == s.id, err
}

func readOrganization(ctx context.Context, s *scope) error {
	o, err := organizationOf(ctx, s)
	if err != nil || o == nil {
		return err
	}
	s.add(found{
		id: deref(o.Id), arn: deref(o.Arn), name: deref(o.Id), from: o,
		set: props{
			"ManagementAccountArn": o.MasterAccountArn, "ManagementAccountEmail": o.MasterAccountEmail, "ManagementAccountId": o.MasterAccountId,
		},
	})
	return nil
}

// toManagement makes of properties what only the management account is told:
// elsewhere they are not known.
func toManagement(ctx context.Context, s *scope, tell func() (props, error), names ...string) (props, error) {
	allowed, err := manages(ctx, s)
	if err != nil {
		return nil, err
	}
	if allowed {
		return tell()
	}
	given := props{}
	for _, name := range names {
		given[name] = &cloud.Unresolved{Reason: "it is told to the management account of the organisation alone"}
	}
	return given, nil
}

// rootOf is the root of the organisation.
func rootOf(ctx context.Context, s *scope) (types.Root, error) {
	return once(s.session, "organization root", func() (types.Root, error) {
		out, err := organizations.NewFromConfig(s.cfg).ListRoots(ctx, &organizations.ListRootsInput{})
		if err != nil {
			return types.Root{}, err
		}
		if len(out.Roots) == 0 {
			return types.Root{}, errors.New("the organisation has no root")
		}
		return out.Roots[0], nil // an organisation has one
	})
}

func readRoots(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	return toManagement(ctx, s, func() (props, error) {
		root, err := rootOf(ctx, s)
		if err != nil {
			return nil, err
		}
		return props{"RootId": root.Id, "EnabledPolicyTypes": enabledPolicies(root)}, nil
	}, "RootId", "EnabledPolicyTypes")
}

func enabledPolicies(root types.Root) []types.PolicyType {
	var enabled []types.PolicyType
	for _, p := range root.PolicyTypes {
		if p.Status == types.PolicyTypeStatusEnabled {
			enabled = append(enabled, p.Type)
		}
	}
	return enabled
}

func readDelegates(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	return toManagement(ctx, s, func() (props, error) {
		var delegates []any
		pages := organizations.NewListDelegatedAdministratorsPaginator(organizations.NewFromConfig(s.cfg),
			&organizations.ListDelegatedAdministratorsInput{MaxResults: ptr(int32(organizationPage))})
		err := each(ctx, pages, func(page *organizations.ListDelegatedAdministratorsOutput) {
			for _, d := range page.DelegatedAdministrators {
				delegates = append(delegates, object(d))
			}
		})
		if err != nil {
			return nil, err
		}
		return props{"DelegatedAdministrators": delegates}, nil
	}, "DelegatedAdministrators")
}

func readRootFeatures(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	return toManagement(ctx, s, func() (props, error) {
		out, err := iam.NewFromConfig(s.cfg).ListOrganizationsFeatures(ctx, &iam.ListOrganizationsFeaturesInput{})
		if is(err, "ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException") {
			return nil, nil // without these the organisation can have none
		}
		if err != nil {
			return nil, err
		}
		return props{"EnabledFeatures": out.EnabledFeatures}, nil
	}, "EnabledFeatures")
}

func readMembers(ctx context.Context, s *scope) error {
	if allowed, err := manages(ctx, s); err != nil || !allowed {
		return err
	}
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(s.cfg),
		&organizations.ListAccountsInput{MaxResults: ptr(int32(organizationPage))})
	return each(ctx, pages, func(page *organizations.ListAccountsOutput) {
		for _, a := range page.Accounts {
			s.add(found{
				id: deref(a.Id), arn: deref(a.Arn), name: deref(a.Name), created: a.JoinedTimestamp, from: a,
				set: props{"AccountId": a.Id, "AccountName": a.Name},
			})
		}
	})
}

func readParents(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := organizations.NewFromConfig(s.cfg).ListParents(ctx, &organizations.ListParentsInput{ChildId: &r.ID})
	if is(err, "ChildNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	var parents []any
	for _, p := range out.Parents {
		parents = append(parents, deref(p.Id))
	}
	return props{"ParentIds": parents}, nil
}

// readOrganizationPolicies lists the policies of the types that are enabled:
// those of others have no effect.
func readOrganizationPolicies(ctx context.Context, s *scope) error {
	if allowed, err := manages(ctx, s); err != nil || !allowed {
		return err
	}
	root, err := rootOf(ctx, s)
	if err != nil {
		return err
	}
	client := organizations.NewFromConfig(s.cfg)
	for _, kind := range enabledPolicies(root) {
		pages := organizations.NewListPoliciesPaginator(client, &organizations.ListPoliciesInput{Filter: kind, MaxResults: ptr(int32(organizationPage))})
		err := each(ctx, pages, func(page *organizations.ListPoliciesOutput) {
			for _, p := range page.Policies {
				s.add(found{id: deref(p.Id), arn: deref(p.Arn), name: deref(p.Name), from: p})
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func readPolicyContent(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := organizations.NewFromConfig(s.cfg).DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: &r.ID})
	if is(err, "PolicyNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"Content": out.Policy.Content}, nil
}

func readPolicyTargets(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	var targets []any
	pages := organizations.NewListTargetsForPolicyPaginator(organizations.NewFromConfig(s.cfg),
		&organizations.ListTargetsForPolicyInput{PolicyId: &r.ID, MaxResults: ptr(int32(organizationPage))})
	err := each(ctx, pages, func(page *organizations.ListTargetsForPolicyOutput) {
		for _, t := range page.Targets {
			targets = append(targets, deref(t.TargetId))
		}
	})
	if is(err, "PolicyNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"TargetIds": targets}, nil
}
