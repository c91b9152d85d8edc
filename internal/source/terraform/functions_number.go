package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func numberFunctions() map[string]pureFunction {
	return map[string]pureFunction{
		"abs":      {Function: stdlib.AbsoluteFunc},
		"ceil":     {Function: stdlib.CeilFunc},
		"floor":    {Function: stdlib.FloorFunc},
		"log":      {Function: stdlib.LogFunc},
		"max":      {Function: stdlib.MaxFunc},
		"min":      {Function: stdlib.MinFunc},
		"parseint": {Function: stdlib.ParseIntFunc},
		"pow":      {Function: stdlib.PowFunc},
		"signum":   {Function: stdlib.SignumFunc},
	}
}

func conversionFunctions() map[string]pureFunction {
	return map[string]pureFunction{
		"tobool":   {Function: stdlib.MakeToFunc(cty.Bool)},
		"tolist":   {Function: stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), passing: moves},
		"tomap":    {Function: stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)), passing: moves},
		"tonumber": {Function: stdlib.MakeToFunc(cty.Number)},
		"toset":    {Function: stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), passing: moves},
		"tostring": {Function: stdlib.MakeToFunc(cty.String), passing: moves},
	}
}
