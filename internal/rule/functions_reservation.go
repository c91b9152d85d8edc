package rule

import (
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Functions over capacity that is paid for in advance.
func reservationFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// termEnds(start, seconds) is when a term ends that began at a time
		// and lasts for so many seconds. The time is a timestamp or RFC 3339
		// text.
		function("termEnds",
			cel.Overload("term_ends_dyn_int", []*cel.Type{cel.DynType, cel.IntType}, cel.TimestampType,
				cel.BinaryBinding(func(start, seconds ref.Val) ref.Val {
					from, err := asTime(start)
					if err != nil {
						return types.NewErr("termEnds: %v", err)
					}
					length, ok := seconds.(types.Int)
					if !ok {
						return types.MaybeNoSuchOverloadErr(seconds)
					}
					return types.Timestamp{Time: from.Add(time.Duration(length) * time.Second)}
				}))),
		// sizeUnits(type) is what an instance of a type counts when AWS applies
		// a reservation to several sizes of a family: 1 for small, 4 for
		// large, 8 for xlarge. Bare metal, to which AWS applies none, counts 1;
		// a size that is not known is unknown.
		function("sizeUnits",
			cel.Overload("size_units_string", []*cel.Type{cel.StringType}, cel.DoubleType,
				cel.UnaryBinding(func(v ref.Val) ref.Val {
					name := describe(native(v))
					units, ok := sizeUnits(name[strings.LastIndex(name, ".")+1:])
					if !ok {
						return unknownFor("the size of " + name + " is not known")
					}
					return types.Double(units)
				}))),
	}
}

// sizeUnits is the normalization factor of a size.
//
// Source: "How Reserved Instances are applied" (Amazon EC2 User Guide) and
// "Reserved DB instances for Amazon RDS" (Amazon RDS User Guide).
func sizeUnits(size string) (units float64, ok bool) {
	switch size {
	case "nano":
		return 0.25, true
	case "micro":
		return 0.5, true
	case "small":
		return 1, true
	case "medium":
		return 2, true
	case "large":
		return 4, true
	case "xlarge":
		return 8, true
	}
	if strings.HasPrefix(size, "metal") {
		return 1, true
	}
	if times, ok := strings.CutSuffix(size, "xlarge"); ok {
		if n, err := strconv.Atoi(times); err == nil && n > 0 {
			return float64(8 * n), true
		}
	}
	return 0, false
}
