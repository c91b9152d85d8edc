package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/policy"
)

// roleFunctions are about what is attached to a role, user or group.
func roleFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// documents.together() is one policy document with the statements of
		// all documents of a list, so that a Deny in one of them counts
		// against an Allow in another.
		function("together",
			cel.MemberOverload("list_together", []*cel.Type{cel.ListType(cel.DynType)}, cel.DynType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					documents, ok := native(v).([]any)
					if !ok {
						return types.MaybeNoSuchOverloadErr(v)
					}
					return plain(policy.Together(documents))
				}))),
	}
}
