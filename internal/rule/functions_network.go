package rule

import "cel.dev/cel-go/cel"

func networkFunctions() []cel.EnvOption { return nil }
