package terraform

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
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
		"tolist":   {Function: uniform(cty.List(cty.DynamicPseudoType), cty.ListVal), passing: moves},
		"tomap":    {Function: stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)), passing: moves},
		"tonumber": {Function: stdlib.MakeToFunc(cty.Number)},
		"toset":    {Function: uniform(cty.Set(cty.DynamicPseudoType), cty.SetVal), passing: moves},
		"tostring": {Function: stdlib.MakeToFunc(cty.String), passing: moves},
	}
}

// uniform is the conversion of cty to a list or set, with a way of its own for
// a tuple of text, which is what most are: cty compares the type of each
// element with that of every other.
func uniform(want cty.Type, of func([]cty.Value) cty.Value) function.Function {
	convert := stdlib.MakeToFunc(want)
	texts := func(v cty.Value) bool {
		if !v.IsKnown() || v.IsNull() || v.IsMarked() || !v.Type().IsTupleType() || v.LengthInt() == 0 {
			return false
		}
		for _, t := range v.Type().TupleElementTypes() {
			if t != cty.String {
				return false
			}
		}
		return true
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "v", Type: cty.DynamicPseudoType, AllowNull: true, AllowMarked: true, AllowDynamicType: true}},
		Type: func(args []cty.Value) (cty.Type, error) {
			if texts(args[0]) {
				return of([]cty.Value{cty.StringVal("")}).Type(), nil
			}
			return convert.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if texts(args[0]) {
				return of(args[0].AsValueSlice()), nil
			}
			return convert.Call(args)
		},
	})
}
