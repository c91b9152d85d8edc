package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

func literalFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// literal(text) is text, and unknown where text refers to another
		// resource of the template: for what is compared with a list of
		// values, which a reference may turn out to be on.
		function("literal",
			cel.Overload("literal_string", []*cel.Type{cel.StringType}, cel.StringType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					if text := stringOf(v); cloud.HasSymbol(text) {
						return unknownFor(text + " is known only after deployment")
					}
					return v
				}))),
	}
}
