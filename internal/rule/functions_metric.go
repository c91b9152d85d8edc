package rule

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// Functions over the values of a metric, or of any list of numbers.
func metricFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// list.sum() adds numbers up; those of an empty list to 0.
		numbersFunction("sum", func(list []float64) ref.Val {
			return types.Double(total(list))
		}),
		// list.average() is the mean of numbers. That of an empty list is
		// unknown.
		numbersFunction("average", func(list []float64) ref.Val {
			if len(list) == 0 {
				return unknownFor("there is no value to take an average of")
			}
			return types.Double(total(list) / float64(len(list)))
		}),
		// list.latest() is the last of numbers, which in a metric is the
		// newest. That of an empty list is unknown.
		numbersFunction("latest", func(list []float64) ref.Val {
			if len(list) == 0 {
				return unknownFor("there is no value that could be the latest")
			}
			return types.Double(list[len(list)-1])
		}),
	}
}

func total(list []float64) float64 {
	var sum float64
	for _, v := range list {
		sum += v
	}
	return sum
}

// numbersFunction declares a member function of lists of numbers. Where one of
// the numbers is unknown, so is what it gives.
func numbersFunction(name string, do func([]float64) ref.Val) cel.EnvOption {
	return function(name, cel.MemberOverload("list_"+name, []*cel.Type{cel.ListType(cel.DynType)}, cel.DoubleType,
		cel.UnaryBinding(func(v ref.Val) ref.Val {
			if open, ok := v.(*openList); ok {
				return open.unknown()
			}
			list, ok := v.(traits.Lister)
			if !ok {
				return types.MaybeNoSuchOverloadErr(v)
			}
			var numbers []float64
			for it := list.Iterator(); it.HasNext() == types.True; {
				item := it.Next()
				if types.IsUnknownOrError(item) {
					return item
				}
				number, ok := item.ConvertToType(types.DoubleType).(types.Double)
				if !ok {
					return types.NewErr("%s() takes numbers, not %v", name, item.Type())
				}
				numbers = append(numbers, float64(number))
			}
			return do(numbers)
		})))
}
