package cloudformation

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

var update = flag.Bool("update", false, "write what the reader gives into testdata/golden")

// A golden file holds a template, a line of dashes, and the resources and
// problems that reading it gives. Parameters may be given in lines
// "#parameter Name=value" before everything else. Add a file and run
// go test -update to have the second part written; then read it.
var dashes = regexp.MustCompile(`(?m)^-{10,}\n`)

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/golden/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			cut := dashes.FindIndex(data)
			if cut == nil && !*update {
				t.Fatal("there is no line of dashes between the template and what is expected")
			}
			input, want := data, []byte(nil)
			if cut != nil {
				input, want = data[:cut[0]], data[cut[1]:]
			}
			options := Options{Parameters: map[string]string{}, ReadFile: readNested}
			template := input
			for bytes.HasPrefix(template, []byte("#parameter ")) {
				line, rest, _ := bytes.Cut(template, []byte("\n"))
				name, value, _ := strings.Cut(strings.TrimPrefix(string(line), "#parameter "), "=")
				options.Parameters[name], template = value, rest
			}
			got := shown(Read("testdata/nested/t.yaml", template, options))
			if *update {
				out := append(append(append([]byte{}, input...), []byte(strings.Repeat("-", 10)+"\n")...), got...)
				if err := os.WriteFile(file, out, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("expected and got (-want +got):\n%s", diff)
			}
		})
	}
}

func readNested(path string) ([]byte, error) {
	if !strings.HasPrefix(path, "testdata/nested/") {
		return nil, fmt.Errorf("%s lies outside of testdata/nested", path)
	}
	return os.ReadFile(path)
}

// shown writes an inventory as golden files hold it: one resource or problem
// a line, without what every resource of a type has.
func shown(inv *cloud.Inventory) []byte {
	var b bytes.Buffer
	for _, p := range inv.Problems {
		fmt.Fprintf(&b, "%s %s:%d:%d: %s\n", p.Severity, filepath.Base(p.File), p.Line, p.Column, p.Summary)
	}
	for _, r := range inv.Resources {
		line := fmt.Sprintf("%s %s", r.ID, r.Type)
		if r.Source != nil {
			line += fmt.Sprintf(" %s:%d-%d", filepath.Base(r.Source.File), r.Source.Line, r.Source.EndLine)
		}
		fmt.Fprintln(&b, line)
		facts := map[string]any{"Properties": visible(withoutFill(r))}
		if r.Name != "" {
			facts["Name"] = r.Name
		}
		if r.SourceType != "" {
			facts["SourceType"] = r.SourceType
		}
		if len(r.Tags) > 0 {
			facts["Tags"] = r.Tags
		}
		if r.Fragment != "" {
			facts["Fragment"] = r.Fragment
		}
		if r.TagsUnresolved != "" {
			facts["TagsUnresolved"] = r.TagsUnresolved
		}
		if r.Conditional != "" {
			facts["Conditional"] = r.Conditional
		}
		for _, i := range r.Ignores {
			until := ""
			if !i.Until.IsZero() {
				until = i.Until.Format(" until 2006-01-02")
			}
			list, _ := facts["Ignores"].([]string)
			facts["Ignores"] = append(list, fmt.Sprintf("%s at %q line %d%s: %s", i.Rule, i.Path, i.Line, until, i.Reason))
		}
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", " ")
		_ = encoder.Encode(facts)
	}
	return b.Bytes()
}

// withoutFill leaves out what FillTemplate gives every resource of the type.
func withoutFill(r *cloud.Resource) map[string]any {
	typ, ok := schema.Lookup(r.Type)
	if !ok {
		return r.Properties
	}
	filled := map[string]any{}
	typ.FillTemplate(filled, r.ID)
	out := map[string]any{}
	for k, v := range r.Properties {
		if w, same := filled[k]; !same || !reflect.DeepEqual(v, w) {
			out[k] = v
		}
	}
	return out
}

func visible(v any) any {
	switch v := v.(type) {
	case *cloud.Unresolved:
		out := map[string]any{"?": v.Reason}
		if v.Partial != "" {
			out["partial"] = v.Partial
		}
		if v.Many {
			out["many"] = true
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = visible(e)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = visible(e)
		}
		return out
	}
	return v
}
