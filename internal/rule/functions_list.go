package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
)

func listFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// list.isEmpty() tells whether the list has no element. Unlike
		// size(list) == 0 it is certain as soon as one element is known to be
		// there, whatever else may be.
		function("isEmpty",
			cel.MemberOverload("list_is_empty", []*cel.Type{cel.ListType(cel.DynType)}, cel.BoolType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					list, ok := v.(traits.Lister)
					if !ok {
						return types.MaybeNoSuchOverloadErr(v)
					}
					open, ok := v.(*openList)
					if !ok {
						return types.Bool(list.Size() == types.Int(0))
					}
					for _, item := range open.list.items {
						if u, unknown := item.(*cloud.Unresolved); !unknown || !u.Many {
							return types.False
						}
					}
					return open.unknown()
				}))),
	}
}
