package rule

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

func iamFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// awsManagedPolicy(arn) is the name of the IAM policy of AWS's own that
		// stands under an ARN ("AdministratorAccess", also where a path such
		// as job-function/ precedes it); "" for a policy of any other owner.
		function("awsManagedPolicy",
			cel.Overload("aws_managed_policy_string", []*cel.Type{cel.StringType}, cel.StringType,
				cel.UnaryBinding(func(arn ref.Val) ref.Val {
					return types.String(awsManagedPolicy(stringOf(arn)))
				}))),
	}
}

// awsManagedPolicy: the account of AWS's policies is "aws" (IAM User Guide,
// "AWS managed policies"). The partition may be a symbol of a template.
func awsManagedPolicy(arn string) string {
	partition, path, ok := strings.Cut(arn, ":iam::aws:policy/")
	if !ok || !strings.HasPrefix(partition, "arn:") {
		return ""
	}
	return path[strings.LastIndexByte(path, '/')+1:]
}
