package terraform

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/surety-cloud/surety/internal/cloud"
)

// memory is the Options that read from m instead of from disk.
func memory(m fstest.MapFS) Options {
	return Options{
		ReadFile: m.ReadFile,
		ReadDir:  func(name string) ([]os.DirEntry, error) { return m.ReadDir(name) },
	}
}

// subjectFiles are a configuration whose aws_test.subject has the expression
// as an argument, beside declarations and files that it may refer to.
func subjectFiles(expr string) fstest.MapFS {
	text := `
resource "aws_test" "subject" {
  value = ` + expr + `
}
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "two" { count = 2 }
resource "aws_subnet" "each" {
  for_each = { a = 1, b = 2 }
  az       = each.key
}
resource "random_id" "r" {}
variable "none" {}
variable "text" { type = string }
variable "list" { type = list(string) }
data "aws_caller_identity" "me" {}
`
	return fstest.MapFS{
		"main.tf":        {Data: []byte(text)},
		"hello.txt":      {Data: []byte("hello")},
		"sub/a.json":     {Data: []byte(`{"a": 1}`)},
		"sub/x/b.json":   {Data: []byte(`[]`)},
		"sub/t.tftpl":    {Data: []byte("%{ for p in ports ~}\n${name}:${p}\n%{ endfor ~}\n")},
		"sub/bin":        {Data: []byte("\xff\xfe")},
		"sub/loop.tftpl": {Data: []byte(`${templatefile("sub/loop.tftpl", {})}`)},
	}
}

// valueOfText evaluates an expression and writes its value in a line; what is
// not known as "? reason", and a problem as "! summary".
func valueOfText(t *testing.T, expr string) string {
	t.Helper()
	instances, problems, _ := evaluate(".", memory(subjectFiles(expr)))
	if len(problems) > 0 {
		return "! " + problems[0].Summary
	}
	for _, i := range instances {
		if i.Address == "aws_test.subject" {
			return written(i.Values["value"])
		}
	}
	t.Fatal("the resource is not there")
	return ""
}

// written is a value in one line.
func written(v any) string {
	if u, ok := v.(*cloud.Unresolved); ok {
		s := "? " + u.Reason
		if u.Many {
			s = "?* " + u.Reason
		}
		if u.Partial != "" {
			s += " (" + u.Partial + ")"
		}
		return s
	}
	switch v := v.(type) {
	case []any:
		parts := make([]string, len(v))
		for i, part := range v {
			parts[i] = written(part)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+written(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

// TestFunctions evaluates what testdata/eval/functions.txt lists, a line each:
// expression, " => ", value. The values are those that Terraform gives.
func TestFunctions(t *testing.T) {
	data, err := os.ReadFile("testdata/eval/functions.txt")
	if err != nil {
		t.Fatal(err)
	}
	tested := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndex(line, " => ")
		if at < 0 {
			t.Fatalf("no => in %q", line)
		}
		expr, want := line[:at], line[at+len(" => "):]
		tested++
		t.Run(expr, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimSpace(want), valueOfText(t, strings.TrimSpace(expr))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", expr, diff)
			}
		})
	}
	if tested < 200 {
		t.Errorf("only %d lines were tested", tested)
	}
}

// TestFunctionsAreTested makes sure that no function is without a line.
func TestFunctionsAreTested(t *testing.T) {
	data, err := os.ReadFile("testdata/eval/functions.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range pure().byName {
		if !strings.Contains(string(data), name+"(") {
			t.Errorf("testdata/eval/functions.txt does not call %s", name)
		}
	}
	for name := range impureFunctions() {
		if !strings.Contains(string(data), name+"(") {
			t.Errorf("testdata/eval/functions.txt does not call %s", name)
		}
	}
}
