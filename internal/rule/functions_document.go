package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/policy"
)

// documentFunctions correct policy documents.
func documentFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// document.closedToEveryone([]) is the document without the statements
		// that let everybody in, to these actions or to any, as
		// withoutEveryone gives it. Where no statement would be left it is the
		// document as it was: AWS refuses a policy without statements, and
		// only a human can say who is to be let in instead.
		change("closedToEveryone", func(doc any, args []ref.Val) any {
			return closedToEveryone(doc, words(args[0]))
		}, cel.ListType(cel.StringType)),
	}
}

func closedToEveryone(doc any, actions []string) any {
	closed := policy.WithoutPublic(doc, actions...)
	if object, ok := closed.(map[string]any); ok {
		if statements, ok := object["Statement"].([]any); ok && len(statements) == 0 {
			return doc
		}
	}
	return closed
}
