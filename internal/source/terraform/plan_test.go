package terraform

import (
	"fmt"
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

func TestPlanProblems(t *testing.T) {
	for _, test := range []struct {
		name, data, summary string
		line                int
	}{
		{"cut off", "{\"format_version\": \"1.2\",\n\"planned_values\": {\"root_mod", "the plan is not valid JSON", 2},
		{"of a future version", `{"format_version": "2.0", "planned_values": {}}`, `plans of format version "2.0" are not known`, 0},
		{"of no version", `{"planned_values": {}}`, `plans of format version "" are not known`, 0},
		{"of another shape", `{"format_version": "1.2", "planned_values": {"root_module": []}}`, "planned_values of the plan cannot be read", 0},
		{"failed", `{"format_version": "1.2", "planned_values": {}, "errored": true}`, "the plan is not complete: Terraform failed while it was made", 0},
		{"of an odd configuration", `{"format_version": "1.2", "planned_values": {}, "configuration": []}`, "configuration of the plan cannot be read", 0},
	} {
		inv := ReadPlan("plan.json", []byte(test.data))
		if len(inv.Problems) != 1 || inv.Problems[0].Summary != test.summary || inv.Problems[0].Line != test.line {
			t.Errorf("a plan %s: got %v", test.name, inv.Problems)
		}
	}
}

// TestPlanProblemsKeepSecrets has plans that cannot be read. What is said of
// them shows no line of theirs, for any value may be sensitive.
func TestPlanProblemsKeepSecrets(t *testing.T) {
	for _, data := range []string{
		"{\"format_version\": \"1.2\",\n\"planned_values\": {\"root_module\": {\"resources\": [{\"values\": {\n\"password\": \"hush\"",
		"{\"format_version\": \"1.2\",\n\"planned_values\": {},\n\"password\": \"hush\"\n]",
		`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "a", "index": 1, "values": "hush"}]}}}`,
		`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": ["hush"]}]}}}`,
	} {
		inv := ReadPlan("plan.json", []byte(data))
		if len(inv.Problems) != 1 || strings.Contains(inv.Problems[0].Error(), "hush") {
			t.Errorf("%s: problems %v", data, inv.Problems)
		}
		if strings.Contains(inv.Problems[0].Detail, "struct") {
			t.Errorf("%s: Go's own words: %v", data, inv.Problems[0].Detail)
		}
	}
}

// TestPlanOfManyResources must come to its end at once: the provider's facts
// of a type are read once for a plan.
func TestPlanOfManyResources(t *testing.T) {
	p := plan{facts: map[string]*fact{}}
	for i := range 3 {
		p.known(&planned{address: fmt.Sprint("aws_s3_bucket.b", i), typ: "aws_s3_bucket", values: map[string]any{}})
	}
	before := p.facts["aws_s3_bucket"]
	p.known(&planned{address: "aws_s3_bucket.c", typ: "aws_s3_bucket", values: map[string]any{}})
	if before == nil || p.facts["aws_s3_bucket"] != before {
		t.Error("the facts are read anew for each resource")
	}
}

func TestRecognisePlan(t *testing.T) {
	plan := `{"format_version": "1.2", "planned_values": {}}`
	utf16 := []byte{0xff, 0xfe}
	for _, c := range []byte(plan) {
		utf16 = append(utf16, c, 0)
	}
	for _, test := range []struct {
		data string
		want bool
	}{
		{plan, true},
		{"\xef\xbb\xbf" + plan, true},
		{string(utf16), true},
		{`{"format_version": "1.2", "resource_changes": []}`, true},
		{`{"format_version": "1.2", "planned_values": {"root`, true},
		{`{"format_version": "1.0", "values": {}}`, false},
		{`{"Resources": {"A": {"format_version": "planned_values"}}}`, false},
		{`{"format_version": "1.0", "x": {"planned_values": 1}}`, false},
		{`[]`, false},
		{``, false},
	} {
		if got := RecognisePlan([]byte(test.data)); got != test.want {
			t.Errorf("%.60q: got %v", test.data, got)
		}
	}
	if inv := ReadPlan("p", utf16); len(inv.Problems) > 0 {
		t.Error(inv.Problems)
	}
}

func FuzzPlan(f *testing.F) {
	files, _ := filepath.Glob("testdata/plan/*.txtar")
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archiveFile(archive, "plan.json"))
	}
	f.Add([]byte(`{"format_version":"1","planned_values":{"root_module":{"resources":[{"address":"aws_s3_bucket.b","type":"aws_s3_bucket","values":{"tags":[1],"versioning":{"enabled":[]},"acl":{}}}]}}}`))
	f.Add([]byte(`{"format_version":"0.1","resource_changes":[{"address":"module.a[\"x.y\"].aws_vpc.v[0]","type":"aws_vpc","change":{"actions":["create"],"after":{"tags":null},"after_unknown":{"id":true,"tags":[true,{}]},"after_sensitive":true}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		RecognisePlan(data)
		ReadPlan("plan.json", data)
	})
}
