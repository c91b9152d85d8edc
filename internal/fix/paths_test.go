package fix

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/source/template"
)

// TestFolder repairs a folder as a user names it: a stack with a nested one,
// two configurations that call one module, and a file that is no template.
func TestFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	files := map[string]string{
		"stack/parent.yaml": "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: ./child.yaml\n  Key:\n    Type: AWS::KMS::Key\n",
		"stack/child.yaml":  "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties: {Description: child}\n",
		"one/main.tf":       "module \"key\" {\n  source = \"../key\"\n}\n",
		"two/main.tf":       "module \"key\" {\n  source = \"../key\"\n}\n\nresource \"aws_kms_key\" \"own\" {\n}\n",
		"key/main.tf":       "resource \"aws_kms_key\" \"key\" {\n  description = \"module\"\n}\n",
		"other.yaml":        "a: 1\n",
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := NewFolder([]string{"."}, template.Options{})
	if err != nil {
		t.Fatal(err)
	}
	repaired, problems, err := Repair(t.Context(), Options{Engine: testEngine(t), Read: folder.Read, ReadFile: folder.ReadFile})
	if err != nil || len(problems) > 0 {
		t.Fatalf("%v, %v", err, problems)
	}
	got := map[string]string{}
	for _, f := range repaired {
		got[f.Path] = string(f.After)
		for _, s := range f.Skipped {
			t.Errorf("%s is skipped: %s", s.Resource, s.Reason)
		}
	}
	want := map[string]string{
		"stack/parent.yaml": files["stack/parent.yaml"] + "    Properties:\n      EnableKeyRotation: true\n",
		"stack/child.yaml":  strings.Replace(files["stack/child.yaml"], "child}", "child, EnableKeyRotation: true}", 1),
		"key/main.tf":       strings.Replace(files["key/main.tf"], "module\"\n", "module\"\n  enable_key_rotation = true\n", 1),
		"two/main.tf":       strings.Replace(files["two/main.tf"], "\"own\" {\n", "\"own\" {\n  enable_key_rotation = true\n", 1),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("repaired files (-want +got):\n%s", diff)
	}
	for name, text := range files {
		if now, err := os.ReadFile(name); err != nil || string(now) != text {
			t.Errorf("%s was written: %v", name, err)
		}
	}
}

// TestStdin repairs what is read once from standard input.
func TestStdin(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, text := range []string{
		"Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: false\n",
		"resource \"aws_kms_key\" \"key\" {\n  enable_key_rotation = false\n}\n",
	} {
		folder, err := NewFolder([]string{template.Stdin}, template.Options{Stdin: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
		files, err := Template(t.Context(), Options{Engine: testEngine(t), Read: folder.Read, ReadFile: folder.ReadFile})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Replace(text, "false", "true", 1)
		if len(files) != 1 || string(files[0].After) != want {
			t.Errorf("%q is repaired to %+v", text, files)
		}
	}
}

// TestTooLarge: the limit on files holds for what is read again, too.
func TestTooLarge(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("a.yaml", []byte("Resources: {Key: {Type: 'AWS::KMS::Key'}}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	folder, err := NewFolder([]string{"a.yaml"}, template.Options{MaxFileSize: 10})
	if err != nil {
		t.Fatal(err)
	}
	_, problems, err := Repair(t.Context(), Options{Engine: testEngine(t), Read: folder.Read, ReadFile: folder.ReadFile})
	if err != nil || len(problems) == 0 || !strings.Contains(problems[0].Summary, "too large") {
		t.Errorf("%v, %v; want a problem that says too large", err, problems)
	}
}
