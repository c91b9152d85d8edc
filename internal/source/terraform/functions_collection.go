package terraform

import (
	"errors"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

func collectionFunctions() map[string]pureFunction {
	return map[string]pureFunction{
		"alltrue":         {Function: truthFunction(true)},
		"anytrue":         {Function: truthFunction(false)},
		"chunklist":       {Function: stdlib.ChunklistFunc, passing: moves},
		"coalescelist":    {Function: stdlib.CoalesceListFunc, passing: moves},
		"compact":         {Function: stdlib.CompactFunc, passing: compares},
		"concat":          {Function: stdlib.ConcatFunc, passing: moves},
		"contains":        {Function: stdlib.ContainsFunc},
		"distinct":        {Function: stdlib.DistinctFunc, passing: compares},
		"element":         {Function: stdlib.ElementFunc, passing: moves},
		"flatten":         {Function: stdlib.FlattenFunc, passing: moves},
		"index":           {Function: indexFunction},
		"keys":            {Function: stdlib.KeysFunc, passing: moves},
		"matchkeys":       {Function: matchKeysFunction},
		"merge":           {Function: stdlib.MergeFunc, passing: moves},
		"one":             {Function: oneFunction, passing: moves},
		"range":           {Function: stdlib.RangeFunc},
		"reverse":         {Function: stdlib.ReverseListFunc, passing: moves},
		"setintersection": {Function: stdlib.SetIntersectionFunc},
		"setproduct":      {Function: stdlib.SetProductFunc, passing: moves, bound: wideProduct},
		"setsubtract":     {Function: stdlib.SetSubtractFunc},
		"setunion":        {Function: stdlib.SetUnionFunc, passing: compares},
		"slice":           {Function: stdlib.SliceFunc, passing: moves},
		"sort":            {Function: stdlib.SortFunc, passing: compares},
		"sum":             {Function: sumFunction},
		"transpose":       {Function: transposeFunction, passing: compares},
		"values":          {Function: stdlib.ValuesFunc, passing: moves},
		"zipmap":          {Function: stdlib.ZipmapFunc, passing: moves},
	}
}

// wideProduct tells whether the product of sets is too large.
func wideProduct(args []cty.Value) bool {
	product := 1
	for _, set := range args {
		set, _ = set.Unmark()
		if set.IsKnown() && !set.IsNull() && set.CanIterateElements() {
			if product *= max(set.LengthInt(), 1); product*len(args) > maxValue {
				return true
			}
		}
	}
	return false
}

// truthFunction is alltrue or anytrue: whether all elements are true, or any
// is. One that is not known leaves the answer open unless another decides it.
func truthFunction(all bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "list", Type: cty.List(cty.Bool)}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			open := false
			for it := args[0].ElementIterator(); it.Next(); {
				_, v := it.Element()
				switch {
				case !v.IsKnown():
					open = true
				case v.IsNull() || v.False():
					if all {
						return cty.False, nil
					}
				case !all:
					return cty.True, nil
				}
			}
			if open {
				return cty.UnknownVal(cty.Bool), nil
			}
			return cty.BoolVal(all), nil
		},
	})
}

// asList lists the elements of any list, set or tuple.
func asList(v cty.Value) ([]cty.Value, error) {
	ty := v.Type()
	if !(ty.IsListType() || ty.IsSetType() || ty.IsTupleType()) {
		return nil, fmt.Errorf("a list, set or tuple is needed, and it is %s", ty.FriendlyName())
	}
	return v.AsValueSlice(), nil
}

var indexFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}, {Name: "value", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list, err := asList(args[0])
		if err != nil {
			return cty.UnknownVal(cty.Number), function.NewArgError(0, err)
		}
		for i, v := range list {
			same, err := stdlib.Equal(v, args[1])
			if err != nil {
				return cty.UnknownVal(cty.Number), err
			}
			if !same.IsKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			if same.True() {
				return cty.NumberIntVal(int64(i)), nil
			}
		}
		return cty.UnknownVal(cty.Number), errors.New("the item is not in the list")
	},
})

var oneFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType, AllowMarked: true}},
	Type: func(args []cty.Value) (cty.Type, error) {
		v, _ := args[0].Unmark()
		switch ty := v.Type(); {
		case ty.IsListType() || ty.IsSetType():
			return ty.ElementType(), nil
		case ty.IsTupleType():
			switch parts := ty.TupleElementTypes(); len(parts) {
			case 0:
				return cty.DynamicPseudoType, nil
			case 1:
				return parts[0], nil
			}
			return cty.NilType, function.NewArgErrorf(0, "there must be one element or none")
		case ty == cty.DynamicPseudoType:
			return ty, nil
		}
		return cty.NilType, function.NewArgErrorf(0, "a list, set or tuple is needed")
	},
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		v, marks := args[0].Unmark()
		if !v.IsKnown() {
			return cty.UnknownVal(ty).WithMarks(marks), nil
		}
		switch list := v.AsValueSlice(); len(list) {
		case 0:
			return cty.NullVal(ty).WithMarks(marks), nil
		case 1:
			return list[0].WithMarks(marks), nil
		}
		return cty.UnknownVal(ty), function.NewArgErrorf(0, "there must be one element or none")
	},
})

var matchKeysFunction = function.New(&function.Spec{
	Params: []function.Parameter{
		{Name: "values", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "keys", Type: cty.List(cty.DynamicPseudoType)},
		{Name: "searchset", Type: cty.List(cty.DynamicPseudoType)},
	},
	Type: func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if !args[1].IsWhollyKnown() || !args[2].IsWhollyKnown() || !args[0].IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		if args[0].LengthInt() != args[1].LengthInt() {
			return cty.UnknownVal(ty), errors.New("values and keys must be of one length")
		}
		var found []cty.Value
		keys := args[1].AsValueSlice()
		for i, v := range args[0].AsValueSlice() {
			for _, wanted := range args[2].AsValueSlice() {
				same, err := stdlib.Equal(keys[i], wanted)
				if err == nil && same.IsKnown() && same.True() {
					found = append(found, v)
					break
				}
			}
		}
		if len(found) == 0 {
			return cty.ListValEmpty(ty.ElementType()), nil
		}
		return cty.ListVal(found), nil
	},
})

var sumFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "list", Type: cty.DynamicPseudoType}},
	Type:   function.StaticReturnType(cty.Number),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		list, err := asList(args[0])
		if err != nil {
			return cty.UnknownVal(cty.Number), function.NewArgError(0, err)
		}
		if len(list) == 0 {
			return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "the list is empty")
		}
		total := cty.Zero
		for _, v := range list {
			number, err := convert.Convert(v, cty.Number)
			if err != nil || number.IsNull() {
				return cty.UnknownVal(cty.Number), function.NewArgErrorf(0, "all elements must be numbers")
			}
			total = total.Add(number)
		}
		return total, nil
	},
})

var transposeFunction = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "values", Type: cty.Map(cty.List(cty.String))}},
	Type:   function.StaticReturnType(cty.Map(cty.List(cty.String))),
	Impl: func(args []cty.Value, ty cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(ty), nil
		}
		turned := map[string][]cty.Value{}
		for it := args[0].ElementIterator(); it.Next(); {
			key, list := it.Element()
			if list.IsNull() {
				continue
			}
			for _, v := range list.AsValueSlice() {
				if v.IsNull() {
					return cty.UnknownVal(ty), errors.New("an element is null")
				}
				turned[v.AsString()] = append(turned[v.AsString()], key)
			}
		}
		if len(turned) == 0 {
			return cty.MapValEmpty(cty.List(cty.String)), nil
		}
		result := make(map[string]cty.Value, len(turned))
		for key, list := range turned {
			result[key] = cty.ListVal(list)
		}
		return cty.MapVal(result), nil
	},
})
