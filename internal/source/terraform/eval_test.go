package terraform

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/surety-cloud/surety/internal/cloud"
)

var updateEval = flag.Bool("update-eval", false, "write what testdata/eval/*.txtar should hold")

// TestEvaluate evaluates the configurations in testdata/eval. Each file holds
// the folders of a repository and, last, "want": the instances with the value
// and line of each part, what was read, and the problems. The lines before the
// first file are options: "dir: …", "repository: none", "var: NAME=VALUE",
// "varfile: …", "max: …".
func TestEvaluate(t *testing.T) {
	names, err := filepath.Glob("testdata/eval/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := fstest.MapFS{}
			want, at := "", -1
			for i, f := range archive.Files {
				if f.Name == "want" {
					want, at = string(f.Data), i
					continue
				}
				files[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			dir, options := readCaseOptions(t, string(archive.Comment))
			disk := memory(files)
			options.ReadFile, options.ReadDir = disk.ReadFile, disk.ReadDir
			got := evaluated(evaluate(dir, options))
			if *updateEval {
				if at < 0 {
					archive.Files = append(archive.Files, txtar.File{Name: "want"})
					at = len(archive.Files) - 1
				}
				archive.Files[at].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("(-want +got; see -update-eval):\n%s", diff)
			}
		})
	}
}

func readCaseOptions(t *testing.T, text string) (dir string, options Options) {
	dir, options = ".", Options{RepositoryRoot: ".", Vars: map[string]string{}}
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			continue
		}
		switch name {
		case "dir":
			dir = value
		case "repository":
			options.RepositoryRoot = strings.TrimPrefix(value, "none")
		case "var":
			name, value, _ := strings.Cut(value, "=")
			options.Vars[name] = value
		case "varfile":
			options.VarFiles = append(options.VarFiles, value)
		case "max":
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			options.MaxInstances = n
		}
	}
	return dir, options
}

// evaluated writes the outcome of an evaluation as the golden files hold it.
func evaluated(instances []*instance, problems []cloud.Problem, files []string) string {
	var b strings.Builder
	for _, i := range instances {
		fmt.Fprintf(&b, "%s\n", i.Address)
		if i.Conditional != "" {
			fmt.Fprintf(&b, "  if: %s\n", i.Conditional)
		}
		fmt.Fprintf(&b, "  at: %s:%d-%d\n", i.Location.File, i.Location.Line, i.Location.EndLine)
		for _, ignore := range i.Ignores {
			fmt.Fprintf(&b, "  ignore: %s at %q: %s\n", ignore.Rule, ignore.Path, ignore.Reason)
		}
		for _, name := range slices.Sorted(maps.Keys(i.DefaultTags)) {
			fmt.Fprintf(&b, "  default tag %s = %s\n", name, written(i.DefaultTags[name]))
		}
		var leaves func(path string, v any)
		leaves = func(path string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for _, name := range slices.Sorted(maps.Keys(v)) {
					below := name
					if path != "" {
						below = path + "." + name
					}
					leaves(below, v[name])
				}
				if len(v) > 0 || path == "" {
					return
				}
			case []any:
				for n, part := range v {
					leaves(fmt.Sprintf("%s[%d]", path, n), part)
				}
				if len(v) > 0 {
					return
				}
			}
			at := i.Location.At(path)
			fmt.Fprintf(&b, "  %s = %s  :%d\n", path, written(v), at.Line)
		}
		leaves("", i.Values)
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "%s\n", p.Error())
	}
	fmt.Fprintf(&b, "read: %s\n", strings.Join(files, " "))
	return b.String()
}

func TestRecognise(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       bool
	}{
		{"main.tf", `resource "aws_vpc" "v" {}`, true},
		{"main.tf", "", true},
		{"dir/main.tf", "syntax error {", true},
		{"main.tf", "\x00\x01binary", false},
		{"main.tf.json", ` {"resource": {}}`, true},
		{"main.tf.json", `[]`, false},
		{"main.json", `{"resource": {}}`, false},
		{"terraform.tfvars", `a = 1`, false},
		{"main.tf.bak", ``, false},
	} {
		if got := Recognise(c.name, []byte(c.data)); got != c.want {
			t.Errorf("Recognise(%q, %q) = %t", c.name, c.data, got)
		}
	}
}

func TestReadDir(t *testing.T) {
	options := memory(fstest.MapFS{
		"main.tf": {Data: []byte("resource \"aws_vpc\" \"v\" {\n  cidr_block = \"10.0.0.0/16\"\n}\nresource \"aws_nothing_known\" \"n\" {}\n")},
		"bad.tf":  {Data: []byte("resource {\n")},
	})
	inventory := ReadDir(".", options)
	if len(inventory.Resources) != 1 || inventory.Resources[0].Type != "AWS::EC2::VPC" || inventory.Resources[0].ID != "aws_vpc.v" || inventory.Resources[0].World != "." {
		t.Errorf("resources %+v", inventory.Resources)
	}
	if !inventory.Failed() || !slices.Equal(inventory.Files, []string{"main.tf"}) || inventory.Unmapped["aws_nothing_known"] != 1 {
		t.Errorf("inventory %+v", inventory)
	}
}

// TestSharedLocations makes sure that the instances of a resource without
// dynamic blocks share their places, which is what keeps many of them cheap.
func TestSharedLocations(t *testing.T) {
	instances, _, _ := evaluate(".", memory(fstest.MapFS{"main.tf": {Data: []byte(`
resource "aws_vpc" "v" {
  count      = 2
  cidr_block = "10.0.0.0/16"
}`)}}))
	if len(instances) != 2 || instances[0].Location != instances[1].Location {
		t.Errorf("instances %v", instances)
	}
}

// TestPlacesStayTheirOwn makes sure that the translation leaves the places of
// instances alone, which instances share.
func TestPlacesStayTheirOwn(t *testing.T) {
	instances, _, _ := evaluate(".", memory(fstest.MapFS{"main.tf": {Data: []byte(`
variable "none" {}
resource "aws_s3_bucket" "b" {
  count = 2
}
resource "aws_s3_bucket_logging" "l" {
  count         = 2
  bucket        = aws_s3_bucket.b[count.index].id
  target_bucket = "logs"
  dynamic "target_object_key_format" {
    for_each = var.none
    content {
      simple_prefix {}
    }
  }
}`)}}))
	before := fmt.Sprint(places(instances))
	translate(instances)
	if diff := cmp.Diff(before, fmt.Sprint(places(instances))); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// places lists the places of instances, no deeper than a configuration nests.
func places(instances []*instance) (all []string) {
	var walk func(l *cloud.Location, path string, depth int)
	walk = func(l *cloud.Location, path string, depth int) {
		if l == nil || depth > 20 {
			return
		}
		all = append(all, fmt.Sprintf("%s:%d", path, l.Line))
		for i, item := range l.Items {
			walk(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		}
		for _, name := range slices.Sorted(maps.Keys(l.Fields)) {
			walk(l.Fields[name], path+"."+name, depth+1)
		}
	}
	for _, i := range instances {
		walk(i.Location, i.Address, 0)
	}
	return all
}
