package rule

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

func textFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// text.isSymbol() tells whether text is a reference to another
		// resource of the same template ("${Key.Arn}") rather than a literal.
		function("isSymbol",
			cel.MemberOverload("string_is_symbol", []*cel.Type{cel.StringType}, cel.BoolType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					return types.Bool(cloud.IsSymbol(string(v.(types.String))))
				}))),

		// text.containsAny(list) tells whether one of the words stands in
		// text, in any case.
		function("containsAny",
			cel.MemberOverload("string_contains_any", []*cel.Type{cel.StringType, cel.ListType(cel.StringType)}, cel.BoolType,
				cel.BinaryBinding(func(text, words ref.Val) ref.Val {
					lower := strings.ToLower(string(text.(types.String)))
					list, _ := native(words).([]any)
					for _, w := range list {
						if s, ok := w.(string); ok && strings.Contains(lower, strings.ToLower(s)) {
							return types.True
						}
					}
					return types.False
				}))),

		// tags.hasTags(list) tells whether the tags satisfy each entry of a
		// setting of type tags: a key ("Owner"), or a key with its value
		// ("Environment::production").
		function("hasTags",
			cel.MemberOverload("map_has_tags", []*cel.Type{cel.MapType(cel.StringType, cel.StringType), cel.ListType(cel.StringType)}, cel.BoolType,
				cel.BinaryBinding(func(tags, wanted ref.Val) ref.Val {
					o, ok := tags.(*objectValue)
					if !ok {
						return types.MaybeNoSuchOverloadErr(tags)
					}
					return truth(hasTags(o, wanted))
				}))),

		// awsManagedKey(key) tells whether a KMS key given by id, ARN or
		// alias is one that AWS manages for a service ("alias/aws/ebs"). An
		// empty key is for the rule to judge.
		function("awsManagedKey",
			cel.Overload("aws_managed_key_string", []*cel.Type{cel.StringType}, cel.BoolType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					return types.Bool(awsManagedKey(string(v.(types.String))))
				}))),
	}
}

func hasTags(o *objectValue, wanted ref.Val) cloud.Truth {
	result := cloud.Known(true)
	list, _ := native(wanted).([]any)
	for _, w := range list {
		key, value, pair := strings.Cut(describe(w), "::")
		got := o.Get(types.String(key))
		there := o.isSet(key)
		switch {
		case types.IsUnknown(there):
			result = result.And(cloud.UnknownTruth(&cloud.Unresolved{Reason: "tag " + key + ": " + o.open}))
		case there == types.False:
			result = cloud.Known(false)
		case pair && types.IsUnknown(got):
			result = result.And(cloud.UnknownTruth(&cloud.Unresolved{Reason: "the value of tag " + key + " is not known"}))
		case pair && got != types.String(value):
			result = cloud.Known(false)
		}
	}
	return result
}

// awsManagedKey: aliases that begin with "aws/" are reserved for keys that AWS
// manages (AWS KMS Developer Guide, "Alias resource").
func awsManagedKey(key string) bool {
	if i := strings.Index(key, ":alias/"); i >= 0 {
		key = key[i+1:]
	}
	return strings.HasPrefix(key, "alias/aws/")
}
