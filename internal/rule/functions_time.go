package rule

import (
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

func timeFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// daysBetween(earlier, later) is the number of whole days from one
		// time to the other, negative when they stand the other way. Times
		// are timestamps or RFC 3339 text; between a time that is not there
		// and another there are unknown days.
		function("daysBetween",
			cel.Overload("days_between_dyn_dyn", []*cel.Type{cel.DynType, cel.DynType}, cel.IntType,
				cel.BinaryBinding(func(earlier, later ref.Val) ref.Val {
					if earlier == types.String("") || later == types.String("") {
						return unknownFor("a time that AWS does not tell")
					}
					a, err := asTime(earlier)
					if err != nil {
						return types.NewErr("daysBetween: %v", err)
					}
					b, err := asTime(later)
					if err != nil {
						return types.NewErr("daysBetween: %v", err)
					}
					return types.Int(b.Sub(a) / (24 * time.Hour))
				}))),
	}
}

func asTime(v ref.Val) (time.Time, error) {
	if t, ok := v.(types.Timestamp); ok {
		return t.Time, nil
	}
	text := describe(native(v))
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Parse(time.DateOnly, text)
}
