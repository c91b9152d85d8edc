package rule

import (
	"os"
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/ext"
)

// TestFunctionsAreListed holds the table of CONTRIBUTING.md complete.
func TestFunctionsAreListed(t *testing.T) {
	page, err := os.ReadFile("../../CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := baseEnv()
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := cel.NewEnv(ext.Strings(), ext.Bindings())
	if err != nil {
		t.Fatal(err)
	}
	behindMacros := map[string]bool{"present": true, "count": true}
	for name := range ours.Functions() {
		if theirs.HasFunction(name) || behindMacros[name] {
			continue
		}
		if !strings.Contains(string(page), name+"(") {
			t.Errorf("CONTRIBUTING.md does not list %s()", name)
		}
	}
}
