package cfn

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"github.com/surety-cloud/surety/internal/fix/delta"
	"github.com/surety-cloud/surety/internal/fix/edit"
)

var update = flag.Bool("update", false, "write what the tests get into the golden files")

// TestGolden runs the files of testdata: a template, a line of dashes, changes
// of properties as "Resource.Property.Path = JSON" (null removes), a line of
// dashes, and the template as it must be then, or "impossible: " and why.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(string(content), "----------\n")
			if len(parts) != 3 {
				t.Fatalf("%d parts, want 3", len(parts))
			}
			template := unescape(parts[0])
			got := rewriteGolden(t, template, parts[1])
			if *update {
				whole := parts[0] + "----------\n" + parts[1] + "----------\n" + escape(got)
				if err := os.WriteFile(file, []byte(whole), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(parts[2], escape(got)); diff != "" {
				t.Errorf("rewritten template (-want +got):\n%s", diff)
			}
		})
	}
}

// Carriage returns are written ␍ and a missing last end of line ␃, so that
// editors do not lose them.
func unescape(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "␍", "\r"), "␃\n", "")
}

func escape(s string) string {
	if !strings.HasSuffix(s, "\n") {
		s += "␃\n"
	}
	return strings.ReplaceAll(s, "\r", "␍")
}

func rewriteGolden(t *testing.T, template, changes string) string {
	t.Helper()
	d, err := Parse([]byte(template))
	if err != nil {
		t.Fatal(err)
	}
	after := map[string]map[string]any{}
	var order []string
	for _, line := range strings.Split(strings.TrimSpace(changes), "\n") {
		path, text, ok := strings.Cut(line, " = ")
		if !ok {
			t.Fatalf("%q is no change", line)
		}
		var value any
		if err := json.Unmarshal([]byte(text), &value); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		names := strings.Split(path, ".")
		if after[names[0]] == nil {
			after[names[0]] = properties(t, template, names[0])
			order = append(order, names[0])
		}
		put(after[names[0]], names[1:], value)
	}
	for _, id := range order {
		plan, err := d.Rewrite(Request{LogicalID: id, Name: testNames, Change: delta.Between(properties(t, template, id), after[id])})
		if err != nil {
			return "impossible: " + err.Error() + "\n"
		}
		out, err := edit.Apply([]byte(template), plan.Edits)
		if err != nil {
			t.Fatal(err)
		}
		template = string(out)
		if d, err = Parse(out); err != nil {
			t.Fatalf("%v in:\n%s", err, template)
		}
		if diff := cmp.Diff(clean(after[id]), properties(t, template, id)); diff != "" {
			t.Errorf("the text does not hold the new value (-want +got):\n%s\n%s", diff, template)
		}
	}
	return template
}

// testNames takes what begins with a capital letter for a resource.
func testNames(symbol string) (id, attribute string, ok bool) {
	inner := symbol[2 : len(symbol)-1]
	if inner == "" || inner[0] < 'A' || inner[0] > 'Z' {
		return "", "", false
	}
	if strings.HasPrefix(inner, "AWS::") {
		return inner, "", true
	}
	id, attribute, _ = strings.Cut(inner, ".")
	return id, attribute, true
}

// clean is a value as the reader of the test gives it: references are text.
func clean(v any) map[string]any {
	text, _ := json.Marshal(v)
	var out map[string]any
	_ = json.Unmarshal(text, &out)
	return out
}

func put(object map[string]any, path []string, value any) {
	for len(path) > 1 {
		next, ok := object[path[0]].(map[string]any)
		if !ok {
			next = map[string]any{}
			object[path[0]] = next
		}
		object, path = next, path[1:]
	}
	if value == nil {
		delete(object, path[0])
		return
	}
	object[path[0]] = value
}

// properties reads a resource's properties with the YAML library alone; short
// forms become symbols.
func properties(t *testing.T, template, id string) map[string]any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(template), &document); err != nil {
		t.Fatalf("%v in:\n%s", err, template)
	}
	whole, _ := plainValue(document.Content[0]).(map[string]any)
	resources, _ := whole["Resources"].(map[string]any)
	resource, _ := resources[id].(map[string]any)
	p, _ := resource["Properties"].(map[string]any)
	if p == nil {
		p = map[string]any{}
	}
	return p
}

func plainValue(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plainValue(n.Content[i+1])
		}
		if ref, ok := out["Ref"].(string); ok && len(out) == 1 {
			return "${" + ref + "}"
		}
		if sub, ok := out["Fn::Sub"].(string); ok && len(out) == 1 {
			return strings.ReplaceAll(sub, "${!", "${")
		}
		if att, ok := out["Fn::GetAtt"].([]any); ok && len(out) == 1 {
			return "${" + att[0].(string) + "." + att[1].(string) + "}"
		}
		return out
	case yaml.SequenceNode:
		out := []any{}
		for _, child := range n.Content {
			out = append(out, plainValue(child))
		}
		return out
	case yaml.AliasNode:
		return plainValue(n.Alias)
	}
	switch n.Tag {
	case "!Ref", "!GetAtt":
		return "${" + n.Value + "}"
	case "!Sub":
		return strings.ReplaceAll(n.Value, "${!", "${")
	case "!!null":
		return nil
	case "!!bool", "!!int", "!!float":
		var v any
		_ = n.Decode(&v)
		if i, ok := v.(int); ok {
			return float64(i)
		}
		return v
	}
	if n.Style == 0 && (n.Value == "yes" || n.Value == "no") {
		return n.Value == "yes"
	}
	return n.Value
}
