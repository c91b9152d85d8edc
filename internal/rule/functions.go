package rule

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
)

// functions are all that expressions may call beside CEL's own: one file a
// subject (functions_*.go).
func functions() []cel.EnvOption {
	return slices.Concat(
		coreFunctions(),
		accessFunctions(),
		balancerFunctions(),
		databaseFunctions(),
		documentFunctions(),
		networkFunctions(),
		policyFunctions(),
		timeFunctions(),
		textFunctions(),
		versionFunctions(),
		referenceFunctions(),
		iamFunctions(),
		certificateFunctions(),
		scheduleFunctions(),
		launchFunctions(),
		literalFunctions(),
		gatewayFunctions(),
		changeFunctions(),
		listFunctions(),
		metricFunctions(),
		reservationFunctions(),
		eventFunctions(),
		alarmFunctions(),
		addressFunctions(),
		roleFunctions(),
		secretFunctions(),
		dnsFunctions(),
		historyFunctions(),
	)
}

// function declares a function of expressions. Its arguments are checked when
// a page is compiled and not again when it is called: CEL would judge a list by
// its first element, which may be unknown.
func function(name string, options ...cel.FunctionOpt) cel.EnvOption {
	return cel.Function(name, append(options, decls.DisableTypeGuards(true))...)
}

// truth gives a three-valued answer to CEL.
func truth(t cloud.Truth) ref.Val {
	if !t.IsUnknown() {
		return types.Bool(t.IsTrue())
	}
	var all *types.Unknown
	for _, m := range t.Unknown {
		all = types.MergeUnknowns(all, unknownFor(m.Reason).(*types.Unknown))
	}
	return all
}

// plain wraps a plain value for CEL.
func plain(v any) ref.Val { return wrap(v, nil, nil) }

func coreFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// present(object, "Field", object.Field) is what the has() macro
		// becomes.
		function("present",
			cel.Overload("present_dyn_string_dyn", []*cel.Type{cel.DynType, cel.StringType, cel.DynType}, cel.BoolType,
				cel.OverloadIsNonStrict(),
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					if types.IsUnknownOrError(args[0]) {
						return args[0]
					}
					if o, ok := args[0].(*objectValue); ok {
						return o.isSet(string(args[1].(types.String)))
					}
					return types.Bool(args[2] != nil && args[2] != types.NullValue && !types.IsError(args[2]))
				}))),

		// count(x) is what size(x) becomes: the length of a list, map or text,
		// unknown where elements are.
		function("count",
			cel.Overload("count_list", []*cel.Type{cel.ListType(cel.DynType)}, cel.IntType),
			cel.Overload("count_map", []*cel.Type{cel.MapType(cel.DynType, cel.DynType)}, cel.IntType),
			cel.Overload("count_string", []*cel.Type{cel.StringType}, cel.IntType),
			cel.SingletonUnaryBinding(func(v ref.Val) ref.Val {
				switch v := v.(type) {
				case *openList:
					return v.unknown()
				case traits.Sizer:
					return v.Size()
				}
				return types.MaybeNoSuchOverloadErr(v)
			})),

		// meta(resource) is the id, arn, name, type, account, region and tags
		// of a resource, as the variables of these names are for the one
		// judged.
		function("meta",
			cel.Overload("meta_dyn", []*cel.Type{cel.DynType}, cel.ObjectType(metaType),
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					o, ok := v.(*objectValue)
					if !ok || o.meta == nil {
						return types.NewErr("meta() takes a resource")
					}
					return &metaValue{resource: o.meta}
				}))),

		// unresolved(x) tells whether x has a value that could not be known,
		// for the rare rule that asks just that.
		function("unresolved",
			cel.Overload("unresolved_dyn", []*cel.Type{cel.DynType}, cel.BoolType,
				cel.OverloadIsNonStrict(),
				cel.UnaryBinding(func(v ref.Val) ref.Val { return types.Bool(types.IsUnknown(v)) }))),
	}
}
