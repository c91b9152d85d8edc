package terraform

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

var update = flag.Bool("update", false, "write what translate gives as the expected resources")

// TestTranslate runs testdata/translate/*.txtar: a configuration (main.tf), or
// what Terraform would hold (instances.json), and resources.json with what that
// is in CloudFormation's vocabulary. {"$unresolved": reason} is a value that is
// not known. What every template's resource of the type gets is left out.
func TestTranslate(t *testing.T) {
	files, err := filepath.Glob("testdata/translate/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			resources, problems, unmapped := translate(archiveInstances(t, archive))
			for _, p := range problems {
				t.Error(p.Error())
			}
			for typ, n := range unmapped {
				t.Errorf("%d of %s are not mapped", n, typ)
			}
			got := printResources(t, resources)
			if *update {
				setFile(archive, "resources.json", got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want := archiveFile(archive, "resources.json")
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("resources (-want +got):\n%s", diff)
			}
		})
	}
}

func archiveInstances(t *testing.T, archive *txtar.Archive) []*instance {
	t.Helper()
	if data := archiveFile(archive, "instances.json"); data != nil {
		return readInstances(t, data)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), archiveFile(archive, "main.tf"), 0o644); err != nil {
		t.Fatal(err)
	}
	instances, problems, _ := evaluate(dir, Options{})
	for _, p := range problems {
		t.Error(p.Error())
	}
	return instances
}

func archiveFile(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setFile(a *txtar.Archive, name string, data []byte) {
	for i, f := range a.Files {
		if f.Name == name {
			a.Files[i].Data = data
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: data})
}

type instanceJSON struct {
	Type        string         `json:"type"`
	Address     string         `json:"address"`
	Values      map[string]any `json:"values"`
	World       string         `json:"world"`
	Conditional string         `json:"conditional"`
	DefaultTags map[string]any `json:"default_tags"`
}

func readInstances(t *testing.T, data []byte) []*instance {
	t.Helper()
	var list []instanceJSON
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&list); err != nil {
		t.Fatalf("instances.json: %v", err)
	}
	instances := make([]*instance, len(list))
	for i, e := range list {
		values, _ := withUnresolved(e.Values).(map[string]any)
		instances[i] = &instance{
			Type: e.Type, Address: e.Address, Values: values, World: e.World,
			Conditional: e.Conditional, DefaultTags: e.DefaultTags,
		}
		if instances[i].Type == "" {
			instances[i].Type, _, _ = strings.Cut(e.Address, ".")
		}
	}
	return instances
}

// withUnresolved puts unresolved values where JSON says so.
func withUnresolved(v any) any {
	switch v := v.(type) {
	case map[string]any:
		if reason, ok := v["$unresolved"].(string); ok {
			many, _ := v["many"].(bool)
			return &cloud.Unresolved{Reason: reason, Many: many}
		}
		for k, e := range v {
			v[k] = withUnresolved(e)
		}
	case []any:
		for i, e := range v {
			v[i] = withUnresolved(e)
		}
	}
	return v
}

// printable is the reverse of withUnresolved.
func printable(v any) any {
	switch v := v.(type) {
	case *cloud.Unresolved:
		out := map[string]any{"$unresolved": v.Reason}
		if v.Many {
			out["many"] = true
		}
		if v.Partial != "" {
			out["partial"] = v.Partial
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = printable(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = printable(e)
		}
		return out
	}
	return v
}

type resourceJSON struct {
	Type           string            `json:"type"`
	ID             string            `json:"id"`
	Name           string            `json:"name,omitempty"`
	SourceType     string            `json:"source_type"`
	Conditional    string            `json:"conditional,omitempty"`
	Tags           map[string]string `json:"tags,omitempty"`
	TagsUnresolved string            `json:"tags_unresolved,omitempty"`
	Fragment       string            `json:"fragment,omitempty"`
	Properties     any               `json:"properties"`
}

func printResources(t *testing.T, resources []*cloud.Resource) []byte {
	t.Helper()
	list := []resourceJSON{}
	for _, r := range resources {
		typ, _ := schema.Lookup(r.Type)
		filled := map[string]any{}
		address := r.ID
		typ.FillTemplate(filled, address)
		props := map[string]any{}
		for name, v := range r.Properties {
			if !reflect.DeepEqual(v, filled[name]) {
				props[name] = v
			}
		}
		list = append(list, resourceJSON{
			Type: r.Type, ID: r.ID, Name: r.Name, SourceType: r.SourceType, Conditional: r.Conditional,
			Tags: r.Tags, TagsUnresolved: r.TagsUnresolved, Fragment: r.Fragment, Properties: printable(props),
		})
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(list); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
