package terraform

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/surety-cloud/surety/internal/cloud"
)

// FuzzEvaluate evaluates whatever text there is, in both syntaxes: it must end
// in time, and every instance must have what the translation relies on.
func FuzzEvaluate(f *testing.F) {
	names, err := filepath.Glob("testdata/eval/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		if filepath.Base(name) == "limits.txtar" {
			continue // which is slow on purpose
		}
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			if file.Name != "want" {
				f.Add(file.Data, filepath.Ext(file.Name) == ".json")
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, json bool) {
		name := "main.tf"
		if json {
			name = "main.tf.json"
		}
		files := fstest.MapFS{
			name:               {Data: data},
			"m/main.tf":        {Data: []byte("variable \"in\" {}\noutput \"out\" { value = var.in }\nmodule \"up\" { source = \"../\" }\n")},
			"terraform.tfvars": {Data: data},
			"file.txt":         {Data: data},
		}
		options := memory(files)
		options.MaxInstances = 200
		checkOutcome(t, options)
	})
}

// FuzzExpression evaluates whatever expression there is.
func FuzzExpression(f *testing.F) {
	lines, err := os.ReadFile("testdata/eval/functions.txt")
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(lines)) {
		if at := strings.LastIndex(line, " => "); at > 0 && !strings.Contains(line, "loop.tftpl") {
			f.Add(line[:at])
		}
	}
	f.Fuzz(func(t *testing.T, expr string) {
		options := memory(subjectFiles(expr))
		options.MaxInstances = 200
		checkOutcome(t, options)
		before, ok := subject(options)
		if !ok {
			return
		}
		for _, vars := range []map[string]string{
			{"none": "x", "text": "", "list": "[]"},
			{"none": "1", "text": "a", "list": `["a", "b"]`},
		} {
			options.Vars = vars
			after, ok := subject(options)
			if ok && !agrees(before, after) {
				t.Errorf("%s is %s, and %s with %v", expr, written(before), written(after), vars)
			}
		}
	})
}

// subject is the value of the expression; ok is false when there is a problem.
func subject(options Options) (value any, ok bool) {
	instances, problems, _ := evaluate(".", options)
	if len(problems) > 0 {
		return nil, false
	}
	for _, i := range instances {
		if i.Address == "aws_test.subject" {
			return i.Values["value"], true
		}
	}
	return nil, false
}

// agrees tells whether a value that is partly known can come to be another.
func agrees(before, after any) bool {
	switch b := before.(type) {
	case *cloud.Unresolved:
		return true
	case []any:
		if text, ok := after.(string); ok {
			after, _ = decodeJSON(text)
		}
		a, ok := after.([]any)
		if !ok {
			_, unknown := after.(*cloud.Unresolved)
			return unknown
		}
		many := slices.ContainsFunc(b, func(part any) bool {
			u, ok := part.(*cloud.Unresolved)
			return ok && u.Many
		})
		for i, part := range b {
			if many {
				if !slices.ContainsFunc(a, func(other any) bool { return agrees(part, other) }) && written(part)[0] != '?' {
					return false
				}
				continue
			}
			if i >= len(a) || !agrees(part, a[i]) {
				return false
			}
		}
		return many || len(a) == len(b)
	case map[string]any:
		if text, ok := after.(string); ok {
			after, _ = decodeJSON(text)
		}
		a, ok := after.(map[string]any)
		if !ok {
			_, unknown := after.(*cloud.Unresolved)
			return unknown
		}
		for name, part := range b {
			if strings.Contains(name, "${") {
				return true
			}
			if !agrees(part, a[name]) {
				return false
			}
		}
		return true
	}
	return written(before) == written(after)
}

func checkOutcome(t *testing.T, options Options) {
	t.Helper()
	instances, problems, _ := evaluate(".", options)
	for _, i := range instances {
		if i.Address == "" || i.Type == "" || i.Location == nil || i.Location.Line < 1 || i.Values == nil {
			t.Errorf("instance %+v lacks something", i)
		}
		_ = written(i.Values)
	}
	for _, p := range problems {
		if p.Summary == "" {
			t.Errorf("problem without a summary: %+v", p)
		}
		_ = p.Error()
	}
}
