package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/secret"
)

func secretFunctions() []cel.EnvOption {
	list := cel.ListType(cel.StringType)
	return []cel.EnvOption{
		// credentials(text) lists the kinds of credentials that stand in text
		// ("AWS access key", "private key"), in base64 too; none where there
		// are none. Of text that a scan has redacted it lists those that stood
		// there. credentials(name, text) is for a value that has a name, such
		// as a variable: "DB_PASSWORD" and its value are one together.
		function("credentials",
			cel.Overload("credentials_string", []*cel.Type{cel.StringType}, list,
				cel.UnaryBinding(func(text ref.Val) ref.Val { return listOf(secret.Find(stringOf(text))) })),
			cel.Overload("credentials_string_string", []*cel.Type{cel.StringType, cel.StringType}, list,
				cel.BinaryBinding(func(name, text ref.Val) ref.Val {
					return listOf(secret.FindNamed(stringOf(name), stringOf(text)))
				}))),
	}
}

// listOf gives a list of texts to CEL.
func listOf(list []string) ref.Val {
	out := make([]any, len(list))
	for i, text := range list {
		out[i] = text
	}
	return plain(out)
}
