package rule

import (
	"maps"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// gatewayFunctions read the method settings of a stage of API Gateway, a list
// of {HttpMethod, ResourcePath, …}: those for "*" on "/*" are the stage's own,
// which the settings of single methods override.
func gatewayFunctions() []cel.EnvOption {
	list := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// settings.forEveryMethod("LoggingLevel", ["ERROR", "INFO"]) tells
		// whether the stage gives the field one of the values, and no single
		// method another.
		function("forEveryMethod",
			cel.MemberOverload("list_for_every_method", []*cel.Type{list, cel.StringType, list}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					accepted, _ := native(args[2]).([]any)
					return truth(forEveryMethod(native(args[0]), stringOf(args[1]), accepted))
				}))),

		// settings.withEveryMethod("LoggingLevel", ["ERROR", "INFO"]) is the
		// list in which the field has one of the values for the stage and
		// every method that has settings: the first value where it had none of
		// them.
		function("withEveryMethod",
			cel.MemberOverload("list_with_every_method", []*cel.Type{list, cel.StringType, list}, list,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					accepted, _ := native(args[2]).([]any)
					return plain(withEveryMethod(native(args[0]), stringOf(args[1]), accepted))
				}))),
	}
}

func forEveryMethod(settings any, field string, accepted []any) cloud.Truth {
	if u, ok := settings.(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	list, _ := settings.([]any)
	covered, overridden := cloud.Known(false), cloud.Known(false)
	for _, setting := range list {
		given := fieldIs(setting, field, func(any) cloud.Truth { return cloud.Known(true) })
		right := fieldIs(setting, field, func(v any) cloud.Truth { return cloud.Known(oneOf(v, accepted)) })
		covered = covered.Or(everyMethod(setting).And(right))
		overridden = overridden.Or(given.And(right.Not()))
	}
	return covered.And(overridden.Not())
}

// everyMethod tells whether a setting is the stage's own.
func everyMethod(setting any) cloud.Truth {
	method := fieldIs(setting, "HttpMethod", func(v any) cloud.Truth { return cloud.Known(v == "*") })
	path := fieldIs(setting, "ResourcePath", func(v any) cloud.Truth { return cloud.Known(v == "/*" || v == "*") })
	return method.And(path)
}

func oneOf(v any, list []any) bool {
	for _, e := range list {
		if v == e {
			return true
		}
	}
	return false
}

func withEveryMethod(settings any, field string, accepted []any) any {
	list, _ := settings.([]any)
	if len(accepted) == 0 {
		return list
	}
	out := make([]any, 0, len(list)+1)
	covered := false
	for _, setting := range list {
		fields, ok := setting.(map[string]any)
		if !ok {
			out = append(out, setting)
			continue
		}
		if !oneOf(fields[field], accepted) {
			fields = maps.Clone(fields)
			fields[field] = accepted[0]
		}
		covered = covered || everyMethod(fields).IsTrue()
		out = append(out, fields)
	}
	if !covered {
		out = append(out, map[string]any{"HttpMethod": "*", "ResourcePath": "/*", field: accepted[0]})
	}
	return out
}
