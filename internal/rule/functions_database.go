package rule

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// databaseFunctions answer what parameter groups make an RDS engine do.
func databaseFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// tlsParameter(family) is the name of the DB parameter that makes the
		// engine of a parameter group family ("postgres16"), or an engine
		// ("postgres"), refuse connections without TLS; "" for engines that
		// have none (Oracle uses an option group, Aurora a cluster parameter).
		function("tlsParameter",
			cel.Overload("tls_parameter_string", []*cel.Type{cel.StringType}, cel.StringType,
				cel.UnaryBinding(func(family ref.Val) ref.Val {
					return types.String(tlsParameter(string(family.(types.String))))
				}))),

		// forcesTLS(family, parameters) tells whether the engine of a family
		// refuses connections without TLS under the parameters of a group,
		// an object of name and value, or null: then, as for a parameter that
		// is not among them, RDS's default for the version holds. An engine
		// and its version stand for the family ("postgres" + "16.4").
		function("forcesTLS",
			cel.Overload("forces_tls_string_dyn", []*cel.Type{cel.StringType, cel.DynType}, cel.BoolType,
				cel.BinaryBinding(func(family, parameters ref.Val) ref.Val {
					return truth(forcesTLS(string(family.(types.String)), native(parameters)))
				}))),
	}
}

func tlsParameter(family string) string {
	family = strings.ToLower(family)
	for _, known := range []struct{ engine, parameter string }{
		{"postgres", "rds.force_ssl"},
		{"sqlserver", "rds.force_ssl"},
		{"mysql", "require_secure_transport"},
		{"mariadb", "require_secure_transport"},
		{"db2", "db2comm"},
	} {
		if strings.HasPrefix(family, known.engine) {
			return known.parameter
		}
	}
	return ""
}

func forcesTLS(family string, parameters any) cloud.Truth {
	family = strings.ToLower(family)
	wanted := tlsParameter(family)
	switch parameters := parameters.(type) {
	case nil:
	case *cloud.Unresolved:
		return cloud.UnknownTruth(parameters)
	case map[string]any:
		for name, value := range parameters {
			if strings.EqualFold(name, wanted) {
				return parameterForcesTLS(wanted, value)
			}
		}
	default:
		return cloud.UnknownTruth(&cloud.Unresolved{Reason: "the parameters are not given as an object of name and value"})
	}
	return defaultForcesTLS(family)
}

func parameterForcesTLS(name string, value any) cloud.Truth {
	if u, ok := value.(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	text := strings.ToLower(strings.TrimSpace(describe(value)))
	if cloud.IsSymbol(text) {
		return cloud.UnknownTruth(&cloud.Unresolved{Reason: name + " is " + describe(value)})
	}
	if name == "db2comm" {
		return cloud.Known(text == "ssl")
	}
	return cloud.Known(text == "1" || text == "on" || text == "true")
}

// defaultForcesTLS is what RDS does where the parameter is not set: PostgreSQL
// from 15 on and MariaDB from 11.8 on demand TLS, all others do not (Amazon
// RDS User Guide, "Using SSL with a PostgreSQL DB instance" and "Requiring
// SSL/TLS for all connections to a MariaDB DB instance").
func defaultForcesTLS(family string) cloud.Truth {
	for engine, since := range map[string]string{"postgres": "15", "mariadb": "11.8"} {
		version, ok := strings.CutPrefix(family, engine)
		if !ok {
			continue
		}
		if len(versionParts(version)) == 0 {
			return cloud.UnknownTruth(&cloud.Unresolved{
				Reason: "the engine version is not given, and the default of " + tlsParameter(family) + " depends on it",
			})
		}
		return cloud.Known(compareVersions(version, since) >= 0)
	}
	return cloud.Known(false)
}
