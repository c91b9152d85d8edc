package rule

import (
	"strings"
	"testing"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

func TestReferenceFunctions(t *testing.T) {
	env, err := baseEnv()
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct{ expression, want string }{
		{`supported("lambda", "python3.14", now)`, "true"},
		{`supported("postgres", "13.9", now)`, "false"},
		{`supported("postgres", "13.9", timestamp("2025-01-01T00:00:00Z"))`, "true"},
		{`supported("postgres", "99", now)`, "unknown: the support period of RDS for PostgreSQL 99 is not known"},
		{`supported("postgres", "99", now) || true`, "true"},
		{`newest("lambda", "nodejs22.x")`, "false"},
		{`supportEnds("eks", "1.34") < timestamp("2027-01-01T00:00:00Z")`, "true"},
		{`supportEnds("valkey", "8.0") < now`, "unknown: no end of support is known for ElastiCache for Valkey 8.0"},
		{`extendedSupportEnds("eks", "1.34") > now`, "true"},
		{`currentGeneration("rds", "db.m4.large")`, "false"},
		{`defaultPort("aurora-postgresql") == 5432`, "true"},
		{`defaultPort("ingres") == 5432`, `unknown: the defaults of engine "ingres" are not known`},
		{`defaultUserName("mysql", "admin")`, "true"},
		{`weakTLSPolicy("elbv2", "ELBSecurityPolicy-2016-08")`, "true"},
		{`postQuantumTLSPolicy("elbv2", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09")`, "true"},
		{`weakTLSAttribute("Protocol-SSLv3")`, "true"},
		{`awsOwnedAccount("127311923021")`, "true"},
	} {
		ast, issues := env.Compile(test.expression)
		if issues.Err() != nil {
			t.Errorf("%s: %v", test.expression, issues.Err())
			continue
		}
		program, err := env.Program(ast, cel.EvalOptions(cel.OptPartialEval))
		if err != nil {
			t.Errorf("%s: %v", test.expression, err)
			continue
		}
		value, _, err := program.Eval(map[string]any{"now": now})
		got := ""
		switch v := value.(type) {
		case *types.Unknown:
			got = "unknown: " + strings.Join(reasons(v), "; ")
		case types.Bool:
			got = map[bool]string{true: "true", false: "false"}[bool(v)]
		default:
			t.Errorf("%s gives %v, %v", test.expression, value, err)
			continue
		}
		if got != test.want {
			t.Errorf("%s = %s, want %s", test.expression, got, test.want)
		}
	}
}
