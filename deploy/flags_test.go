package deploy

import (
	"os"
	"strings"
	"testing"
)

// readFlags gives the flags of the commands that run in containers, by command.
func readFlags(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("testdata/flags.txt")
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			flags[words[0]] = words[1:]
		}
	}
	return flags
}

// foreign are the variables of other programs' that mean something to Surety:
// the PostgreSQL driver's and the AWS SDK's.
var foreign = map[string]bool{"PGPASSFILE": true, "AWS_SHARED_CREDENTIALS_FILE": true, "AWS_REGION": true}

// checkVariables wants each variable to be that of a flag of the command, which
// is SURETY_ and the flag in capitals, or a known one of another program.
func checkVariables(t *testing.T, command string, names []string) {
	t.Helper()
	known := map[string]bool{}
	for _, flag := range readFlags(t)[command] {
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
