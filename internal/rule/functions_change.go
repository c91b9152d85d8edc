package rule

import (
	"maps"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"
)

// changeFunctions make the value of a correction out of the one that is there.
func changeFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// object.with("Endpoint.Port", 443) is the object with that value at
		// the path and all else as it is; null removes what stands there. An
		// object on the way is made where there is none.
		change("with", func(object any, args []ref.Val) any {
			return with(object, describe(native(args[0])), native(args[1]))
		}, cel.StringType, cel.DynType),
	}
}

// with changes the value at a dotted path in a copy of an object. What is not
// known, or is no object, stays as it is.
func with(object any, path string, value any) any {
	fields, ok := object.(map[string]any)
	if !ok && object != nil {
		return object
	}
	if value == nil && len(fields) == 0 {
		return object
	}
	out := maps.Clone(fields)
	if out == nil {
		out = map[string]any{}
	}
	name, rest, deeper := strings.Cut(path, ".")
	if deeper {
		value = with(out[name], rest, value)
	}
	if value == nil {
		delete(out, name)
	} else {
		out[name] = value
	}
	return out
}
