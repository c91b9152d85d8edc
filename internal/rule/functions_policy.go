package rule

import "cel.dev/cel-go/cel"

func policyFunctions() []cel.EnvOption { return nil }
