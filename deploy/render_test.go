package deploy

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"

	"go.yaml.in/yaml/v4"
)

const chart = "helm/surety"

// values are those of the chart with those of a file (none for "") and of a
// text of YAML laid over them, as Helm reads them: numbers are float64.
func values(t *testing.T, file, text string) map[string]any {
	t.Helper()
	merged := decode(t, read(t, filepath.Join(chart, "values.yaml")))
	if file != "" {
		overlay(merged, decode(t, read(t, filepath.Join(chart, "ci", file+"-values.yaml"))))
	}
	overlay(merged, decode(t, text))
	return merged
}

func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var raw any
	if err := yaml.Unmarshal([]byte(text), &raw); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	var object map[string]any
	encoded, err := json.Marshal(raw)
	if err == nil {
		err = json.Unmarshal(encoded, &object)
	}
	if err != nil {
		t.Fatal(err)
	}
	return object
}

// overlay lays values over others: objects are merged, all else is replaced.
func overlay(under, over map[string]any) {
	for key, value := range over {
		below, ok := under[key].(map[string]any)
		if object, isObject := value.(map[string]any); ok && isObject {
			overlay(below, object)
			continue
		}
		under[key] = value
	}
}

// render executes the chart's templates and returns what each file gives. It
// knows the few functions that the chart uses, under Helm's names; one that it
// does not know is an error, as is a value that values.yaml does not have.
func render(t *testing.T, values map[string]any) (map[string]string, error) {
	t.Helper()
	root := template.New("").Option("missingkey=error")
	root.Funcs(template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var out strings.Builder
			err := root.ExecuteTemplate(&out, name, data)
			return out.String(), err
		},
		"required": func(message string, value any) (any, error) {
			if value == nil || value == "" {
				return nil, errors.New(message)
			}
			return value, nil
		},
		"default": func(fallback, value any) any {
			if truth, _ := template.IsTrue(value); !truth {
				return fallback
			}
			return value
		},
		"quote":   func(value any) string { return fmt.Sprintf("%q", fmt.Sprint(value)) },
		"b64enc":  func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) },
		"nindent": func(n int, text string) string { return "\n" + indent(n, text) },
		"toYaml": func(value any) (string, error) {
			out, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(out), "\n"), err
		},
	})
	paths, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, path := range paths {
		if _, err := root.New(filepath.Base(path)).Parse(read(t, path)); err != nil {
			t.Fatal(err)
		}
	}
	about := decode(t, read(t, filepath.Join(chart, "Chart.yaml")))
	data := map[string]any{
		"Values":  values,
		"Release": map[string]any{"Name": "prod", "Namespace": "surety", "Service": "Helm"},
		"Chart":   map[string]any{"Name": about["name"], "Version": about["version"]},
	}
	rendered := map[string]string{}
	for _, path := range paths {
		name := filepath.Base(path)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var out bytes.Buffer
		if err := root.ExecuteTemplate(&out, name, data); err != nil {
			return nil, err
		}
		rendered[name] = out.String()
	}
	return rendered, nil
}

func indent(n int, text string) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad)
}

// objects reads what the templates gave, by kind and name.
func objects(t *testing.T, rendered map[string]string) map[string]object {
	t.Helper()
	found := map[string]object{}
	for name, text := range rendered {
		if name == "NOTES.txt" {
			continue
		}
		for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
			var node yaml.Node
			err := decoder.Decode(&node)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, text)
			}
			var o object
			if err := node.Decode(&o); err != nil {
				t.Fatalf("%s: %v in\n%s", name, err, text)
			}
			if o.Kind == "" { // nothing but a comment
				continue
			}
			key := o.Kind + "/" + o.Metadata.Name
			if _, twice := found[key]; twice {
				t.Errorf("%s is there twice", key)
			}
			found[key] = o
		}
	}
	return found
}

// valuesFiles returns the names of the example values, without their ending.
func valuesFiles(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(chart, "ci"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), "-values.yaml"))
	}
	return names
}
