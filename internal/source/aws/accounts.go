package aws

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationstypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A Login says with which identity accounts are read. Everything that is empty
// is left to the SDK: environment, shared files, single sign-on, the role of
// the machine.
type Login struct {
	Profile    string // of the SDK's shared configuration
	Role       string // ARN of a role to assume
	ExternalID string // that the role asks for

	// Organization reads every active account of the organisation, by
	// assuming in each the role of this name; empty for one account alone.
	Organization string
}

// sessionName is how the scan's sessions are called in CloudTrail.
const sessionName = "surety-scan"

// Accounts makes the list of accounts to read. An account of the organisation
// that cannot be entered is found out when it is read.
func Accounts(ctx context.Context, login Login) ([]Account, error) {
	cfg, err := login.config(ctx)
	if err != nil {
		return nil, err
	}
	if login.Role != "" && login.Organization == "" {
		if cfg, err = enter(cfg, login.Role, login.ExternalID); err != nil {
			return nil, err
		}
	}
	if login.Organization == "" {
		return []Account{{Config: cfg}}, nil
	}
	if login.Role != "" {
		cfg = assume(cfg, login.Role, "")
	}
	return memberAccounts(ctx, cfg, login)
}

// config is the SDK's configuration, with a region.
func (l *Login) config(ctx context.Context) (aws.Config, error) {
	var load []func(*config.LoadOptions) error
	if l.Profile != "" {
		load = append(load, config.WithSharedConfigProfile(l.Profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return cfg, fmt.Errorf("the AWS configuration could not be loaded: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = homeRegion("aws")
	}
	return cfg, nil
}

// enter is assume for a role that a user names.
func enter(cfg aws.Config, role, externalID string) (aws.Config, error) {
	if _, err := arn.Parse(role); err != nil {
		return cfg, fmt.Errorf("%q is no ARN of a role, such as arn:aws:iam::123456789012:role/SuretyReadOnly", role)
	}
	return assume(cfg, role, externalID), nil
}

// assume is a configuration with the credentials of a role.
func assume(cfg aws.Config, role, externalID string) aws.Config {
	client := sts.NewFromConfig(cfg)
	cfg = cfg.Copy()
	cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(client, role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = sessionName
		if externalID != "" {
			o.ExternalID = &externalID
		}
	}))
	return cfg
}

// memberAccounts are the active accounts of the organisation that the caller
// belongs to. The caller's own account is read as the caller.
func memberAccounts(ctx context.Context, cfg aws.Config, login Login) ([]Account, error) {
	members, self, err := listMembers(ctx, cfg)
	if err != nil {
		return nil, err
	}
	accounts := make([]Account, len(members))
	for i, m := range members {
		accounts[i] = Account{ID: m.ID, Name: m.Name, Partition: m.Partition, Config: cfg}
		if m.ID != self {
			accounts[i].Config = assume(cfg, m.Role(login.Organization), login.ExternalID)
		}
	}
	return accounts, nil
}

// A Member is an account of an organisation.
type Member struct {
	ID        string // 12 digits
	Name      string
	Partition string // "aws"
}

// Role is the ARN of the role of a name in the account.
func (m Member) Role(name string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", m.Partition, m.ID, strings.TrimPrefix(name, "/"))
}

// Members lists the active accounts of an organisation by their numbers, as
// the identity of a login: Role and ExternalID are those of a role that may
// list them. An organisation without any is an error.
func Members(ctx context.Context, login Login) ([]Member, error) {
	cfg, err := login.config(ctx)
	if err != nil {
		return nil, err
	}
	if login.Role != "" {
		if cfg, err = enter(cfg, login.Role, login.ExternalID); err != nil {
			return nil, err
		}
	}
	members, _, err := listMembers(ctx, cfg)
	return members, err
}

// listMembers lists the active accounts of the organisation that the caller
// belongs to; self is the caller's own.
func listMembers(ctx context.Context, cfg aws.Config) (members []Member, self string, err error) {
	caller, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return nil, "", fmt.Errorf("who is calling could not be asked: %s", brief(err))
	}
	identity, err := arn.Parse(deref(caller.Arn))
	if err != nil {
		return nil, "", err
	}
	cfg = cfg.Copy()
	cfg.Region = homeRegion(identity.Partition)
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(cfg), &organizations.ListAccountsInput{})
	err = each(ctx, pages, func(page *organizations.ListAccountsOutput) {
		for _, a := range page.Accounts {
			if a.Status == organizationstypes.AccountStatusActive {
				members = append(members, Member{ID: deref(a.Id), Name: deref(a.Name), Partition: identity.Partition})
			}
		}
	})
	if err != nil {
		return nil, "", fmt.Errorf("the accounts of the organisation could not be listed: %s; run this with an identity of the management account or of a delegated administrator that may call organizations:ListAccounts", brief(err))
	}
	if len(members) == 0 {
		return nil, "", errors.New("the organisation has no active account")
	}
	slices.SortFunc(members, func(a, b Member) int { return strings.Compare(a.ID, b.ID) })
	return members, deref(caller.Account), nil
}

// openCalls are what opening an account takes. Anyone may ask who they are.
const openCalls = "sts:GetCallerIdentity ec2:DescribeRegions"

// open finds out what an account is and which regions are to be read.
func (c *crawl) open(ctx context.Context, a *Account) (*session, []string, error) {
	ctx = permit(ctx, openCalls)
	cfg := a.Config
	if cfg.Region == "" {
		cfg.Region = homeRegion(a.Partition)
	}
	if a.ID == "" || a.Partition == "" {
		self, err := sts.NewFromConfig(c.meter.configure(cfg, a.ID)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		if err != nil {
			return nil, nil, err
		}
		identity, err := arn.Parse(deref(self.Arn))
		if err != nil {
			return nil, nil, err
		}
		a.ID, a.Partition = deref(self.Account), identity.Partition
	}
	s := &session{
		id: a.ID, partition: a.Partition, options: &c.options, memos: map[string]*memo{},
		config: c.meter.configure(cfg, a.ID),
	}
	enabled, err := c.enabledRegions(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	return s, enabled, nil
}

// enabledRegions are those that the user named, or else all that are enabled.
func (c *crawl) enabledRegions(ctx context.Context, s *session) ([]string, error) {
	if len(c.options.Regions) > 0 {
		return c.options.without(c.options.Regions), nil
	}
	region := s.config.Region
	if region == "" {
		region = s.home()
	}
	out, err := ec2.NewFromConfig(s.at(region)).DescribeRegions(ctx, &ec2.DescribeRegionsInput{})
	if err != nil {
		return nil, fmt.Errorf("which regions are enabled is not known: %w", err)
	}
	var regions []string
	for _, r := range out.Regions {
		regions = append(regions, deref(r.RegionName))
	}
	slices.Sort(regions)
	if len(regions) == 0 {
		return nil, errors.New("the account has no region enabled")
	}
	return c.options.without(regions), nil
}

// without is a list of regions less those to leave out.
func (o *Options) without(regions []string) []string {
	return slices.DeleteFunc(slices.Clone(regions), func(region string) bool { return slices.Contains(o.Without, region) })
}

// remedy says what a user can do about an account that cannot be read.
func remedy(err error) string {
	var call *callError
	if !errors.As(err, &call) {
		return ""
	}
	switch {
	case call.action == "sts:GetCallerIdentity" && call.cause == Stopped:
		return ""
	case call.action == "sts:GetCallerIdentity":
		return "Check the credentials: `aws sts get-caller-identity` with the same environment shows who you are.\n" +
			"For a role, check that its trust policy names you and that the external id is right."
	case call.action == "ec2:DescribeRegions":
		return "Allow ec2:DescribeRegions (surety iam-policy prints all that a scan needs), or name the regions with --region."
	}
	return ""
}

// RegionSet sorts and de-duplicates the regions that a user names; "all", and
// nothing, is every region that is enabled.
func RegionSet(list []string) []string {
	set := map[string]bool{}
	for _, name := range list {
		name = strings.ToLower(strings.TrimSpace(name))
		if name == "all" {
			return nil
		}
		if name != "" {
			set[name] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}
