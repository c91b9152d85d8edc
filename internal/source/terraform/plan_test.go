package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// TestPlan runs testdata/plan/*.txtar: plan.json as `terraform show -json`
// prints it, and resources.json.
func TestPlan(t *testing.T) {
	files, err := filepath.Glob("testdata/plan/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			data := archiveFile(archive, "plan.json")
			if !RecognisePlan(data) {
				t.Error("the plan is not recognised")
			}
			inv := ReadPlan("plan.json", data)
			for _, p := range inv.Problems {
				t.Error(p.Error())
			}
			got := printResources(t, inv.Resources)
			if strings.Contains(string(got), "hunter2") {
				t.Error("a secret is shown")
			}
			if *update {
				setFile(archive, "resources.json", got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(archiveFile(archive, "resources.json")), string(got)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
}
