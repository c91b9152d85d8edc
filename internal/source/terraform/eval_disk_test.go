//go:build unix

package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func summaries(problems []cloud.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Severity.String()+": "+p.Summary)
	}
	return strings.Join(all, "\n")
}

// TestLinks makes sure that a symbolic link neither leads out of what is
// scanned nor round in a circle.
func TestLinks(t *testing.T) {
	root := t.TempDir()
	writeFiles(t, root, map[string]string{
		"secret/main.tf": `resource "aws_vpc" "secret" {}`,
		"secret/key.txt": "secret",
		"scan/key.txt":   "public",
		"scan/sub/a.txt": "",
		"scan/main.tf": `
module "loop" { source = "./loop" }
module "out" { source = "./out" }
resource "aws_vpc" "v" {
  own    = file("key.txt")
  linked = file("out/key.txt")
  exists = fileexists("out/key.txt")
  set    = fileset("out", "*")
}
`,
	})
	for link, target := range map[string]string{"scan/loop": ".", "scan/out": "../secret"} {
		if err := os.Symlink(target, filepath.Join(root, link)); err != nil {
			t.Fatal(err)
		}
	}
	instances, problems, _ := evaluate(filepath.Join(root, "scan"), Options{})
	want := "error: Module \"loop\" calls itself\nerror: Module \"out\" lies outside the folder that is scanned"
	if got := summaries(problems); got != want {
		t.Errorf("problems:\n%s\nwant:\n%s", got, want)
	}
	if len(instances) != 1 || instances[0].Values["own"] != "public" {
		t.Fatalf("instances %v", instances)
	}
	for _, name := range []string{"linked", "exists", "set"} {
		u, ok := instances[0].Values[name].(*cloud.Unresolved)
		if !ok || !strings.Contains(u.Reason, "outside the folder that is scanned") {
			t.Errorf("%s = %s", name, written(instances[0].Values[name]))
		}
	}
	// With the repository as the bound, the link is good.
	instances, _, _ = evaluate(filepath.Join(root, "scan"), Options{RepositoryRoot: root})
	if len(instances) != 2 || instances[0].Values["linked"] != "secret" || instances[1].Address != "module.out.aws_vpc.secret" {
		t.Errorf("within the repository: %v", instances)
	}
}

// TestOneFile evaluates one file of a folder: what the others declare is not
// known, and no fault.
func TestOneFile(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"a.tf": `
variable "here" { default = 1 }
resource "aws_vpc" "a" {
  here  = var.here
  there = var.there
  other = aws_subnet.b.id
}`,
		"b.tf":        `resource "aws_subnet" "b" {}`,
		"m/main.tf":   ``,
		"a.tf.backup": `}`,
	})
	instances, problems, files := evaluate(filepath.Join(dir, "a.tf"), Options{})
	if len(problems) > 0 || len(instances) != 1 || len(files) != 1 {
		t.Fatalf("%v %v %v", instances, files, summaries(problems))
	}
	got := written(instances[0].Values)
	want := `{here: 1, other: "${aws_subnet.b.id}", there: ? variable there is not declared in this file}`
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestUnreadable makes sure that what is no file, or too large, is told and
// not waited for.
func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{"main.tf": `resource "aws_vpc" "v" { x = file("pipe") }`})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.tf"), 0o600); err != nil {
		t.Skip(err)
	}
	large, err := os.Create(filepath.Join(dir, "large.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := large.Truncate(maxFile + 1); err != nil {
		t.Fatal(err)
	}
	large.Close()
	instances, problems, _ := evaluate(dir, Options{})
	if len(instances) != 1 || written(instances[0].Values) != "{x: ? the file pipe could not be read}" {
		t.Errorf("instances %v", instances)
	}
	if got, want := summaries(problems), "error: The file could not be read\nerror: The file could not be read"; got != want {
		t.Errorf("problems:\n%s", got)
	}
	_, problems, _ = evaluate(filepath.Join(dir, "nowhere"), Options{})
	if got, want := summaries(problems), "error: The folder could not be read"; got != want {
		t.Errorf("problems:\n%s", got)
	}
}

// TestModulesMultiply makes sure that modules which call modules twice each
// are bounded.
func TestModulesMultiply(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"main.tf": "module \"m\" {\n  source = \"./m0\"\n}\n"}
	for i := range 40 {
		files[fmt.Sprintf("m%d/main.tf", i)] = fmt.Sprintf("module \"a\" {\n  source = \"../m%d\"\n}\nmodule \"b\" {\n  source = \"../m%d\"\n}\nresource \"aws_vpc\" \"v\" {}\n", i+1, i+1)
	}
	writeFiles(t, dir, files)
	instances, problems, _ := evaluate(dir, Options{MaxInstances: 5000})
	if len(instances) > 5000 {
		t.Errorf("%d instances", len(instances))
	}
	all := summaries(problems)
	if !strings.Contains(all, "more than 5000 resources and modules in all") || !strings.Contains(all, "nested too deeply") {
		t.Errorf("problems:\n%.600s", all)
	}
}

// TestDepth gives the parser what would use up the stack.
func TestDepth(t *testing.T) {
	const n = 100_000
	for name, text := range map[string]string{
		"parentheses":  "locals {\n a = " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n) + "\n}\n",
		"lists":        "locals {\n a = " + strings.Repeat("[", n) + strings.Repeat("]", n) + "\n}\n",
		"objects":      "locals {\n a = " + strings.Repeat("{a=", n) + "1" + strings.Repeat("}", n) + "\n}\n",
		"blocks":       strings.Repeat("a {\n", n) + strings.Repeat("}\n", n),
		"not":          "locals {\n a = " + strings.Repeat("!", n) + "true\n}\n",
		"minus":        "locals {\n a = " + strings.Repeat("-", n) + "1\n}\n",
		"conditionals": "locals {\n a = " + strings.Repeat("true ? 1 : ", n) + "1\n}\n",
		"in brackets":  "locals {\n a = (" + strings.Repeat("true ? 1 :\n", n) + "1)\n}\n",
		"templates":    "locals {\n a = " + strings.Repeat("\"${", n) + "1" + strings.Repeat("}\"", n) + "\n}\n",
		"open":         "locals {\n a = " + strings.Repeat("(", n),
		"sums":         "locals {\n a = " + strings.Repeat("1 + ", n) + "1\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"attributes":   "locals {\n a = {}" + strings.Repeat(".a", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"indexes":      "locals {\n a = {}" + strings.Repeat("[var.x]", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"splats":       "locals {\n a = {}" + strings.Repeat("[*]", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"mixed":        "locals {\n a = {}" + strings.Repeat("[var.x].a", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"dot splats":   "locals {\n a = {}" + strings.Repeat(".*", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"dot indexes":  "locals {\n a = {}" + strings.Repeat(".0", n) + "\n}\nresource \"aws_vpc\" \"v\" { a = local.a }\n",
		"calls":        "locals {\n a = " + strings.Repeat("upper(", n) + "1" + strings.Repeat(")", n) + "\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"main.tf": text})
			if _, problems, _ := evaluate(dir, Options{}); len(problems) == 0 {
				t.Error("no problem was told")
			}
		})
	}
	for name, text := range map[string]string{
		"JSON lists":   strings.Repeat("[", n),
		"JSON objects": strings.Repeat(`{"a":`, n),
		"JSON text":    `{"locals": {"a": "` + strings.Repeat("${", n) + `"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, map[string]string{"main.tf.json": text, "values.auto.tfvars.json": text, "values.auto.tfvars": "a = " + strings.Repeat("[", n)})
			if _, problems, _ := evaluate(dir, Options{}); len(problems) == 0 {
				t.Error("no problem was told")
			}
		})
	}
	t.Run("chain of locals", func(t *testing.T) {
		var b strings.Builder
		b.WriteString("locals {\n")
		for i := range 30_000 {
			fmt.Fprintf(&b, "  a%d = local.a%d\n", i, i+1)
		}
		b.WriteString("  a30000 = 1\n}\nresource \"aws_vpc\" \"v\" { a = local.a0 }\n")
		dir := t.TempDir()
		writeFiles(t, dir, map[string]string{"main.tf": b.String()})
		if _, problems, _ := evaluate(dir, Options{}); len(problems) == 0 {
			t.Error("no problem was told")
		}
	})
}
