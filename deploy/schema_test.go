package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A schema is what values.schema.json uses of JSON Schema.
type schema struct {
	Schema               string            `json:"$schema"`
	Title                string            `json:"title"`
	Type                 string            `json:"type"`
	Properties           map[string]schema `json:"properties"`
	AdditionalProperties json.RawMessage   `json:"additionalProperties"`
	Items                *schema           `json:"items"`
	Enum                 []string          `json:"enum"`
	Pattern              string            `json:"pattern"`
	MinLength            int               `json:"minLength"`
	MaxLength            *int              `json:"maxLength"`
	Minimum              *float64          `json:"minimum"`
	Maximum              *float64          `json:"maximum"`
}

func readSchema(t *testing.T) schema {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(read(t, filepath.Join(chart, "values.schema.json"))))
	decoder.DisallowUnknownFields() // a keyword that faults does not know would pass unseen
	var s schema
	if err := decoder.Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// faults lists where a value breaks its schema.
func (s schema) faults(path string, value any) []string {
	var found []string
	fault := func(format string, args ...any) { found = append(found, path+" "+fmt.Sprintf(format, args...)) }
	switch value := value.(type) {
	case string:
		if s.Type != "string" && s.Enum == nil {
			fault("is text")
		}
		if s.Enum != nil && !slices.Contains(s.Enum, value) {
			fault("is not one of %v", s.Enum)
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(value) {
			fault("does not match %s", s.Pattern)
		}
		if len(value) < s.MinLength || s.MaxLength != nil && len(value) > *s.MaxLength {
			fault("is too short or too long")
		}
	case float64:
		if s.Type != "integer" || value != float64(int(value)) {
			fault("is a number")
		}
		if s.Minimum != nil && value < *s.Minimum || s.Maximum != nil && value > *s.Maximum {
			fault("is out of range")
		}
	case bool:
		if s.Type != "boolean" {
			fault("is a boolean")
		}
	case []any:
		if s.Type != "array" || s.Items == nil {
			fault("is a list")
			break
		}
		for i, item := range value {
			found = append(found, s.Items.faults(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	case map[string]any:
		if s.Type != "object" {
			fault("is an object")
			break
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			property, ok := s.Properties[key]
			switch {
			case ok:
			case string(s.AdditionalProperties) == "false":
				fault("has no property %s", key)
				continue
			case s.AdditionalProperties == nil:
				continue
			case json.Unmarshal(s.AdditionalProperties, &property) != nil:
				fault("has a schema that cannot be read")
				continue
			}
			found = append(found, property.faults(path+"."+key, value[key])...)
		}
	default:
		fault("is %v", value)
	}
	return found
}

func TestSchemaTakesTheValues(t *testing.T) {
	s := readSchema(t)
	for _, file := range append(valuesFiles(t), "") {
		for _, fault := range s.faults("", values(t, file, "")) {
			t.Errorf("%s: %s", file, fault)
		}
	}
}

// TestSchemaKnowsTheDefaults wants each property of the schema in values.yaml,
// where a reader looks for it.
func TestSchemaKnowsTheDefaults(t *testing.T) {
	var walk func(path string, s schema, value any)
	walk = func(path string, s schema, value any) {
		object, _ := value.(map[string]any)
		for name, property := range s.Properties {
			if path == "" && name == "global" { // Helm's own
				continue
			}
			if _, ok := object[name]; !ok {
				t.Errorf("values.yaml does not have %s.%s", path, name)
			}
			walk(path+"."+name, property, object[name])
		}
	}
	walk("", readSchema(t), values(t, "", ""))
}

func TestSchemaRefuses(t *testing.T) {
	s := readSchema(t)
	for _, test := range []struct{ name, values, want string }{
		{"misspelt", "publicUrl: https://surety.example.com", "has no property publicUrl"},
		{"misspelt below", "server: {replica: 2}", ".server has no property replica"},
		{"no scheme", "publicURL: surety.example.com", ".publicURL does not match"},
		{"another database", "database: {url: mysql://db/surety}", ".database.url does not match"},
		{"no server", "server: {replicas: 0}", ".server.replicas is out of range"},
		{"text for a number", "worker: {replicas: many}", ".worker.replicas is text"},
		{"half a worker", "worker: {replicas: 1.5}", ".worker.replicas is a number"},
		{"text for a boolean", `ingress: {enabled: "yes"}`, ".ingress.enabled is text"},
		{"pull policy", "image: {pullPolicy: Sometimes}", ".image.pullPolicy is not one of"},
		{"annotation", "service: {annotations: {a: true}}", ".service.annotations.a is a boolean"},
		{"list for an object", "server: {extraEnv: [NAME]}", ".server.extraEnv[0] is text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := s.faults("", values(t, "sqlite", test.values)); len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("got %q, want one with %q", got, test.want)
			}
		})
	}
}
