package template

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

const (
	topic = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n"
	stack = "Resources:\n  Child:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: %s\n"
)

// written makes files below a new folder and makes that the working directory.
func written(t *testing.T, files map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

func names(inv *cloud.Inventory) []string {
	var names []string
	for _, r := range inv.Resources {
		names = append(names, r.Source.File+" "+r.ID)
	}
	return names
}

func problems(inv *cloud.Inventory) []string {
	var texts []string
	for _, p := range inv.Problems {
		texts = append(texts, p.Severity.String()+": "+p.File+": "+p.Summary)
	}
	return texts
}

func TestRead(t *testing.T) {
	nested := strings.ReplaceAll(stack, "%s", "sub/child.yaml")
	cases := []struct {
		name      string
		files     map[string]string
		paths     []string
		resources []string
		problems  []string // each a part of a problem's text
	}{
		{
			name:      "a folder, by name",
			files:     map[string]string{"b.yaml": topic, "a.yml": topic, "c/d.template": topic},
			paths:     []string{"."},
			resources: []string{"a.yml Topic", "b.yaml Topic", "c/d.template Topic"},
		},
		{
			name:      "paths in the order given, each once",
			files:     map[string]string{"b.yaml": topic, "a.yaml": topic},
			paths:     []string{"b.yaml", "a.yaml", "./b.yaml", "."},
			resources: []string{"b.yaml Topic", "a.yaml Topic"},
		},
		{
			name:      "what is no template is passed over in a folder",
			files:     map[string]string{"a.yaml": topic, "values.yaml": "replicas: 3\n", "data.json": "[1, 2]", "README.md": topic},
			paths:     []string{"."},
			resources: []string{"a.yaml Topic"},
		},
		{
			name:     "what is no template is an error when it is named",
			files:    map[string]string{"values.yaml": "replicas: 3\n"},
			paths:    []string{"values.yaml"},
			problems: []string{"error: values.yaml: not a template"},
		},
		{
			name:     "nothing at all",
			files:    map[string]string{"values.yaml": "replicas: 3\n"},
			paths:    []string{"."},
			problems: []string{`error: : no template was found in "."`},
		},
		{
			name:      "one path is missing",
			files:     map[string]string{"a.yaml": topic},
			paths:     []string{"a.yaml", "b.yaml"},
			resources: []string{"a.yaml Topic"},
			problems:  []string{`error: : there is no file or folder "b.yaml"`},
		},
		{
			name:      "a nested stack is read by its parent only",
			files:     map[string]string{"z.yaml": nested, "sub/child.yaml": topic},
			paths:     []string{"."},
			resources: []string{"z.yaml Child", "sub/child.yaml Child.Topic"},
		},
		{
			name:      "a nested stack is read for itself, too, when it is named",
			files:     map[string]string{"z.yaml": nested, "sub/child.yaml": topic},
			paths:     []string{"sub/child.yaml", "."},
			resources: []string{"sub/child.yaml Topic", "z.yaml Child", "sub/child.yaml Child.Topic"},
		},
		{
			name:      "a large file below a folder that is no template",
			files:     map[string]string{"a.yaml": topic, "big.json": `{"a": "` + strings.Repeat("x", 3000) + `"}`},
			paths:     []string{"."},
			resources: []string{"a.yaml Topic"},
		},
		{
			name:      "a large template below a folder is an error",
			files:     map[string]string{"a.yaml": topic, "big.yaml": "Resources: {A: {Type: AWS::S3::Bucket}} # " + strings.Repeat("x", 3000)},
			paths:     []string{"."},
			resources: []string{"a.yaml Topic"},
			problems:  []string{"error: big.yaml: the file is too large"},
		},
		{
			name:      "modules that call each other",
			files:     map[string]string{"a/main.tf": "module \"b\" {\n  source = \"../b\"\n}\n", "b/main.tf": "module \"a\" {\n  source = \"../a\"\n}\n", "c.yaml": topic},
			paths:     []string{"."},
			resources: []string{"c.yaml Topic"},
			problems:  []string{`error: b/main.tf: Module "a" calls itself`, `error: a/main.tf: Module "b" calls itself`},
		},
		{
			name:     "all that there is cannot be judged",
			files:    map[string]string{"main.tf": "module \"m\" {\n  source = \"git::https://example.com/m.git\"\n}\n"},
			paths:    []string{"."},
			problems: []string{`warning: main.tf: module "m"`, `error: : nothing in "." could be judged`},
		},
		{
			name:  "nothing is declared",
			files: map[string]string{"main.tf": "variable \"x\" {}\n"},
			paths: []string{"."},
		},
		{
			name:     "a large file is an error when it is named",
			files:    map[string]string{"big.json": `{"a": "` + strings.Repeat("x", 3000) + `"}`},
			paths:    []string{"big.json"},
			problems: []string{"error: big.json: the file is too large"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			written(t, c.files)
			inv := Read(context.Background(), c.paths, Options{MaxFileSize: 2000})
			if diff := cmp.Diff(c.resources, names(inv)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
			told := problems(inv)
			if len(told) != len(c.problems) {
				t.Fatalf("problems %q, want %q", told, c.problems)
			}
			for i, want := range c.problems {
				if !strings.Contains(told[i], want) {
					t.Errorf("problem %q, want %q", told[i], want)
				}
			}
		})
	}
}

// TestReadOutside has a template name a file outside what the user named.
func TestReadOutside(t *testing.T) {
	written(t, map[string]string{
		"secret/child.yaml": topic,
		"repo/.git/HEAD":    "ref: refs/heads/main\n",
		"repo/a/stack.yaml": strings.ReplaceAll(stack, "%s", "../../secret/child.yaml"),
		"repo/a/link.yaml":  strings.ReplaceAll(stack, "%s", "inside.yaml"),
		"repo/b/stack.yaml": strings.ReplaceAll(stack, "%s", "../c/child.yaml"),
		"repo/c/child.yaml": topic,
	})
	if err := os.Symlink("../../secret/child.yaml", "repo/a/inside.yaml"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][]string{
		"repo/a/stack.yaml": {"repo/a/stack.yaml Child"},
		"repo/a/link.yaml":  {"repo/a/link.yaml Child"},
		"repo/b/stack.yaml": {"repo/b/stack.yaml Child", "repo/c/child.yaml Child.Topic"},
	} {
		inv := Read(context.Background(), []string{path}, Options{})
		if diff := cmp.Diff(want, names(inv)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

func TestReadStdin(t *testing.T) {
	cases := []struct{ text, resource, problem string }{
		{topic, "stdin Topic", ""},
		{`{"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}`, "stdin Topic", ""},
		{"resource \"aws_sns_topic\" \"t\" {\n  name = \"x\"\n}\n", "stdin.tf aws_sns_topic.t", ""},
		{"just text", "", "not a template"},
		{"", "", "the file is empty"},
		{strings.Repeat("x", 3000), "", "too large"},
	}
	for _, c := range cases {
		written(t, nil)
		inv := Read(context.Background(), []string{Stdin}, Options{Stdin: strings.NewReader(c.text), MaxFileSize: 2000})
		if got := strings.Join(names(inv), ", "); got != c.resource {
			t.Errorf("%.30q gives %q, want %q", c.text, got, c.resource)
		}
		if told := strings.Join(problems(inv), ", "); (told == "") != (c.problem == "") || !strings.Contains(told, c.problem) {
			t.Errorf("%.30q gives problems %q, want %q", c.text, told, c.problem)
		}
	}
}

// TestReadFile has the caller hold another text than the disk.
func TestReadFile(t *testing.T) {
	written(t, map[string]string{"a.yaml": topic})
	changed := strings.ReplaceAll(topic, "Topic:", "Renamed:")
	inv := Read(context.Background(), []string{"."}, Options{ReadFile: func(name string) ([]byte, error) {
		if name == "a.yaml" {
			return []byte(changed), nil
		}
		return nil, fs.ErrNotExist
	}})
	if diff := cmp.Diff([]string{"a.yaml Renamed"}, names(inv)); diff != "" {
		t.Errorf("resources (-want +got):\n%s", diff)
	}
}

// TestReadTerraform judges a module where it is called, and for itself only
// when it is named.
func TestReadTerraform(t *testing.T) {
	files := map[string]string{
		".git/HEAD":              "ref: refs/heads/main\n",
		"prod/main.tf":           "module \"m\" {\n  source = \"../modules/m\"\n}\n",
		"modules/m/main.tf":      "resource \"aws_sns_topic\" \"t\" {\n  name = \"x\"\n}\n",
		".terraform/x/main.tf":   "resource \"aws_sns_topic\" \"other\" {\n}\n",
		"off/main.tf":            "module \"n\" {\n  source = \"../modules/off\"\n  count = 0\n}\n",
		"modules/off/off.tf":     "resource \"aws_sqs_queue\" \"off\" {\n  name = \"x\"\n}\n",
		"modules/alone/alone.tf": "resource \"aws_sqs_queue\" \"q\" {\n  name = \"x\"\n}\n",
	}
	cases := []struct {
		paths []string
		want  []string
	}{
		{[]string{"."}, []string{"modules/alone/alone.tf aws_sqs_queue.q", "modules/off/off.tf aws_sqs_queue.off", "modules/m/main.tf module.m.aws_sns_topic.t"}},
		{[]string{"prod"}, []string{"modules/m/main.tf module.m.aws_sns_topic.t"}},
		{[]string{"modules/m"}, []string{"modules/m/main.tf aws_sns_topic.t"}},
		{[]string{"modules/m/main.tf"}, []string{"modules/m/main.tf aws_sns_topic.t"}},
	}
	for _, c := range cases {
		written(t, files)
		inv := Read(context.Background(), c.paths, Options{})
		got := names(inv)
		for i := range got {
			got[i] = filepath.ToSlash(got[i])
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s\nproblems: %v", c.paths, diff, problems(inv))
		}
	}
}

func TestReadCancelled(t *testing.T) {
	written(t, map[string]string{"a.yaml": topic})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if inv := Read(ctx, []string{"."}, Options{}); len(inv.Resources) != 0 {
		t.Errorf("a cancelled reading gives %v", names(inv))
	}
}
