package deploy

import (
	"strings"
	"testing"
)

// flags are those of the commands that run in containers, by command.
var flags = map[string][]string{
	"serve":  {"config", "database", "key-file", "listen", "metrics-listen", "public-url", "trusted-proxy", "workers"},
	"worker": {"config", "database", "key-file", "metrics-listen"},
}

// foreign are the variables of other programs' that mean something to Surety:
// the PostgreSQL driver's and the AWS SDK's.
var foreign = map[string]bool{"PGPASSFILE": true, "AWS_SHARED_CREDENTIALS_FILE": true, "AWS_REGION": true}

// checkVariables wants each variable to be that of a flag of the command, which
// is SURETY_ and the flag in capitals, or a known one of another program.
func checkVariables(t *testing.T, command string, names []string) {
	t.Helper()
	known := map[string]bool{}
	for _, flag := range flags[command] {
		known["SURETY_"+strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))] = true
	}
	if len(known) == 0 {
		t.Errorf("surety has no command %q", command)
	}
	for _, name := range names {
		if !known[name] && !foreign[name] {
			t.Errorf("surety %s has no flag for the variable %s", command, name)
		}
	}
}
