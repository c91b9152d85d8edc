package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestForcesTLS(t *testing.T) {
	const yes, no, unknown = "yes", "no", "unknown"
	for _, test := range []struct {
		family     string
		parameters any
		want       string
	}{
		{"postgres14", nil, no},
		{"postgres14.9", map[string]any{"rds.force_ssl": "1"}, yes},
		{"postgres9.6", map[string]any{"log_statement": "ddl"}, no},
		{"postgres15", map[string]any{}, yes},
		{"postgres17.2", nil, yes},
		{"postgres16", map[string]any{"rds.force_ssl": int64(0)}, no},
		{"postgres", nil, unknown},
		{"postgres16", map[string]any{"rds.force_ssl": &cloud.Unresolved{Reason: "no default"}}, unknown},
		{"postgres16", &cloud.Unresolved{Reason: "no default"}, unknown},
		{"postgres16", `{"rds.force_ssl": "1"}`, unknown},
		{"sqlserver-se-16.0", nil, no},
		{"sqlserver-se-16.0", map[string]any{"rds.force_ssl": int64(1)}, yes},
		{"mysql8.0", nil, no},
		{"mysql8.4", map[string]any{"require_secure_transport": "ON"}, yes},
		{"mysql8.4", map[string]any{"require_secure_transport": true}, yes},
		{"mysql8.4", map[string]any{"require_secure_transport": "OFF"}, no},
		{"mariadb10.11", nil, no},
		{"mariadb11.8", nil, yes},
		{"mariadb11.8.3", map[string]any{"require_secure_transport": "0"}, no},
		{"db2-se-11.5", nil, no},
		{"db2-se-11.5", map[string]any{"db2comm": "TCPIP,SSL"}, no},
		{"db2-se-11.5", map[string]any{"DB2COMM": "SSL"}, yes},
	} {
		answer := forcesTLS(test.family, test.parameters)
		got := no
		if answer.IsUnknown() {
			got = unknown
		} else if answer.IsTrue() {
			got = yes
		}
		if got != test.want {
			t.Errorf("forcesTLS(%q, %v) = %s, want %s", test.family, test.parameters, got, test.want)
		}
	}
	for family, want := range map[string]string{
		"postgres": "rds.force_ssl", "oracle-ee-19": "", "aurora-postgresql16": "", "custom-sqlserver-se": "",
	} {
		if got := tlsParameter(family); got != want {
			t.Errorf("tlsParameter(%q) = %q, want %q", family, got, want)
		}
	}
}
