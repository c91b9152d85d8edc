package rule

import (
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

// accessFunctions tell who a policy document or an access control list lets
// in by name.
func accessFunctions() []cel.EnvOption {
	grants := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// grants.grantsTo("AllUsers", "READ") tells whether an access control
		// list of S3, a list of {Grantee, Permission}, gives a group the
		// permission, by itself or as a part of FULL_CONTROL. The group is the
		// last part of its URI: AllUsers, AuthenticatedUsers, LogDelivery.
		function("grantsTo",
			cel.MemberOverload("list_grants_to", []*cel.Type{grants, cel.StringType, cel.StringType}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					return truth(grantsTo(native(args[0]), stringOf(args[1]), stringOf(args[2])))
				}))),

		// document.accounts() lists the ids of the accounts that the Allow
		// statements let in, as far as they are known: themselves, their users
		// and roles, and those that a condition holds everybody to.
		member("accounts", cel.ListType(cel.StringType), nil, func(args ...ref.Val) ref.Val {
			return plain(documentOf(args[0]).Parties().Accounts)
		}),

		// document.letsIn(["logging.s3.amazonaws.com"]) tells whether an Allow
		// lets in one of these, which are services or ids of accounts.
		member("letsIn", cel.BoolType, []*cel.Type{cel.ListType(cel.StringType)}, func(args ...ref.Val) ref.Val {
			return truth(letsIn(documentOf(args[0]).Parties(), words(args[1])))
		}),
	}
}

func grantsTo(grants any, group, permission string) cloud.Truth {
	list, _ := grants.([]any)
	answer := cloud.Known(false)
	for _, grant := range list {
		if u, ok := grant.(*cloud.Unresolved); ok {
			answer = answer.Or(cloud.UnknownTruth(u))
			continue
		}
		to := fieldIs(grant, "Grantee", func(grantee any) cloud.Truth {
			return fieldIs(grantee, "URI", func(uri any) cloud.Truth {
				text, _ := uri.(string)
				return cloud.Known(strings.HasSuffix(text, "/"+group))
			})
		})
		gives := fieldIs(grant, "Permission", func(p any) cloud.Truth {
			return cloud.Known(p == permission || p == "FULL_CONTROL")
		})
		answer = answer.Or(to.And(gives))
	}
	return answer
}

// fieldIs answers a question about a field of an object: false where there is
// no such field, unknown where its value is not known.
func fieldIs(object any, name string, question func(any) cloud.Truth) cloud.Truth {
	if u, ok := object.(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	m, _ := object.(map[string]any)
	switch v := m[name].(type) {
	case nil:
		return cloud.Known(false)
	case *cloud.Unresolved:
		return cloud.UnknownTruth(v)
	default:
		return question(v)
	}
}

func letsIn(parties policy.Parties, names []string) cloud.Truth {
	for _, name := range names {
		if slices.Contains(parties.Services, name) || slices.Contains(parties.Accounts, name) {
			return cloud.Known(true)
		}
	}
	if len(parties.Unknown) > 0 {
		return cloud.UnknownTruth(parties.Unknown...)
	}
	return cloud.Known(false)
}
