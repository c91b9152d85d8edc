package aws_test

import (
	_ "embed"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/rules"
)

// templateOnly lists the rules that live accounts cannot be judged by: RULE,
// and why.
//
//go:embed testdata/template-only.txt
var templateOnly string

// TestLive holds every page to the collectors: what it reads is read, or it
// stands in testdata/template-only.txt with the reason.
func TestLive(t *testing.T) {
	excused := map[string]bool{}
	for i, line := range strings.Split(templateOnly, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		id, why, _ := strings.Cut(line, " ")
		if why == "" {
			t.Errorf("testdata/template-only.txt:%d: say after the rule why accounts cannot be judged by it", i+1)
		}
		excused[id] = true
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		lacking, err := aws.Lacking(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(lacking) > 0 && !excused[id] {
			t.Errorf("%s: no collector gives %s", r.File, strings.Join(lacking, ", "))
		}
		if len(lacking) == 0 && excused[id] {
			t.Errorf("testdata/template-only.txt has %s, which accounts can be judged by", id)
		}
		delete(excused, id)
	}
	for id := range excused {
		t.Errorf("testdata/template-only.txt has %s, which no page has", id)
	}
}
