package aws

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What IAM has once in an account, and the devices and profiles that stand
// beside users and roles.

// readRootUser: every account has one.
func readRootUser(_ context.Context, s *scope) error {
	arn := s.arn("iam", "root")
	s.add(found{id: "root", arn: arn, name: "root", set: props{"Arn": arn}})
	return nil
}

func readRootSummary(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	out, err := iam.NewFromConfig(s.cfg).GetAccountSummary(ctx, &iam.GetAccountSummaryInput{})
	if err != nil {
		return nil, err
	}
	given := props{}
	for _, key := range []types.SummaryKeyType{
		types.SummaryKeyTypeAccountAccessKeysPresent, types.SummaryKeyTypeAccountMFAEnabled,
		types.SummaryKeyTypeAccountPasswordPresent, types.SummaryKeyTypeAccountSigningCertificatesPresent,
	} {
		n, ok := out.SummaryMap[string(key)]
		if ok {
			given[string(key)] = n > 0
		} else {
			given[string(key)] = &cloud.Unresolved{Reason: fmt.Sprintf("IAM's summary of the account does not have %s", key)}
		}
	}
	return given, nil
}

const passwordPolicyProperties = "AllowUsersToChangePassword ExpirePasswords HardExpiry MaxPasswordAge MinimumPasswordLength " +
	"PasswordReusePrevention RequireLowercaseCharacters RequireNumbers RequireSymbols RequireUppercaseCharacters"

// readPasswordPolicy: an account without a policy of its own has one of which
// nothing is set, so that the rules have something to judge.
func readPasswordPolicy(ctx context.Context, s *scope) error {
	out, err := iam.NewFromConfig(s.cfg).GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	switch {
	case is(err, "NoSuchEntity"):
		none := props{}
		for _, name := range strings.Fields(passwordPolicyProperties) {
			none[name] = nil
		}
		s.add(found{id: s.id, set: none})
	case err != nil:
		return err
	default:
		s.add(found{id: s.id, from: out.PasswordPolicy})
	}
	return nil
}

func readAccountAliases(ctx context.Context, s *scope) error {
	aliases, err := aliasesOf(ctx, s)
	for _, alias := range aliases {
		s.add(found{id: alias, name: alias, set: props{"AccountAlias": alias}})
	}
	return err
}

// aliasesOf lists the aliases of the account, of which there is one at most.
func aliasesOf(ctx context.Context, s *scope) ([]string, error) {
	return once(s.session, "iam account aliases", func() (aliases []string, err error) {
		pages := iam.NewListAccountAliasesPaginator(iam.NewFromConfig(s.at(s.home())), &iam.ListAccountAliasesInput{MaxItems: ptr(int32(iamPage))})
		err = each(ctx, pages, func(page *iam.ListAccountAliasesOutput) { aliases = append(aliases, page.AccountAliases...) })
		return aliases, err
	})
}

// readVirtualMFADevices: a device of the root user has no user name, only the
// ARN of the root user.
func readVirtualMFADevices(ctx context.Context, s *scope) error {
	pages := iam.NewListVirtualMFADevicesPaginator(iam.NewFromConfig(s.cfg), &iam.ListVirtualMFADevicesInput{MaxItems: ptr(int32(iamPage))})
	return each(ctx, pages, func(page *iam.ListVirtualMFADevicesOutput) {
		for _, d := range page.VirtualMFADevices {
			path, name := pathAndName(deref(d.SerialNumber), ":mfa")
			set := props{"Path": path, "VirtualMfaDeviceName": name, "UserArn": nil, "Users": nil}
			if d.User != nil {
				set["UserArn"] = d.User.Arn
				if user := deref(d.User.UserName); user != "" {
					set["Users"] = []any{user}
				}
			}
			s.add(found{id: deref(d.SerialNumber), arn: deref(d.SerialNumber), name: name, created: d.EnableDate, from: d, set: set})
		}
	})
}

// pathAndName takes the path ("/", "/division/") and the name from an ARN, of
// what follows the kind of resource.
func pathAndName(arn, kind string) (path, name string) {
	_, rest, _ := strings.Cut(arn, kind)
	last := strings.LastIndexByte(rest, '/') + 1
	return rest[:last], rest[last:]
}

func readInstanceProfiles(ctx context.Context, s *scope) error {
	pages := iam.NewListInstanceProfilesPaginator(iam.NewFromConfig(s.cfg), &iam.ListInstanceProfilesInput{MaxItems: ptr(int32(iamPage))})
	return each(ctx, pages, func(page *iam.ListInstanceProfilesOutput) {
		for _, p := range page.InstanceProfiles {
			var roles []any
			for _, r := range p.Roles {
				roles = append(roles, deref(r.RoleName))
			}
			s.add(found{
				id: deref(p.InstanceProfileName), arn: deref(p.Arn), name: deref(p.InstanceProfileName),
				created: p.CreateDate, from: p, set: props{"Roles": roles},
			})
		}
	})
}
