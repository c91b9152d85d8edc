package rule

import (
	"strconv"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

func versionFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// version.versionAtLeast("1.29") compares dotted versions number by
		// number: "1.10" is at least "1.9". Text after a number ("5.0.6",
		// "8.0.mysql_aurora.3.04") counts as far as it is numbers; a part that
		// is missing counts as 0.
		function("versionAtLeast",
			cel.MemberOverload("string_version_at_least", []*cel.Type{cel.StringType, cel.StringType}, cel.BoolType,
				cel.BinaryBinding(func(a, b ref.Val) ref.Val {
					return types.Bool(compareVersions(string(a.(types.String)), string(b.(types.String))) >= 0)
				}))),
	}
}

// compareVersions is negative when a is older than b, 0 when equal, positive
// when newer.
func compareVersions(a, b string) int {
	x, y := versionParts(a), versionParts(b)
	for i := range max(len(x), len(y)) {
		var m, n int
		if i < len(x) {
			m = x[i]
		}
		if i < len(y) {
			n = y[i]
		}
		if m != n {
			return m - n
		}
	}
	return 0
}

func versionParts(v string) []int {
	var parts []int
	for p := range strings.SplitSeq(strings.TrimPrefix(v, "v"), ".") {
		digits := p
		for i, r := range p {
			if r < '0' || r > '9' {
				digits = p[:i]
				break
			}
		}
		n, err := strconv.Atoi(digits)
		if err != nil {
			break
		}
		parts = append(parts, n)
		if digits != p {
			break
		}
	}
	return parts
}
