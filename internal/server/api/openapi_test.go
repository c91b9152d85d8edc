package api_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/surety-cloud/surety/internal/server/api"
)

// description is the API's own, as JSON; nil when it cannot be had.
var description = sync.OnceValue(func() map[string]any {
	w := httptest.NewRecorder()
	api.New(api.Options{Log: slog.Default()}).ServeHTTP(w, httptest.NewRequest("GET", "/v1/openapi.json", nil))
	var spec map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &spec); err != nil || w.Code != http.StatusOK {
		return nil
	}
	return spec
})

func TestDescription(t *testing.T) {
	s := newServer(t)
	served := s.ok(nobody, "GET", "/v1/openapi.json", "")
	if served["openapi"] != "3.1.0" || at(served, "info", "title") != "Surety" || at(served, "info", "version") == "" || size(served["servers"]) != len(api.Prefixes) {
		t.Errorf("the head is %v %v %v", served["openapi"], served["info"], served["servers"])
	}
	// Every route is described once, and nothing else.
	described := map[string]bool{}
	ids := map[string]string{}
	tags := map[string]bool{}
	for i := range size(served["tags"]) {
		name, _ := at(served, "tags", i, "name").(string)
		if text, _ := at(served, "tags", i, "description").(string); text == "" {
			t.Errorf("nothing is said of the calls of %q", name)
		}
		tags[name] = true
	}
	for path, item := range served["paths"].(map[string]any) {
		for method, operation := range item.(map[string]any) {
			call := strings.ToUpper(method) + " " + path
			described[call] = true
			id, _ := at(operation, "operationId").(string)
			if !regexp.MustCompile(`^[a-z][A-Za-z0-9]+$`).MatchString(id) || ids[id] != "" {
				t.Errorf("%s has the operation id %q, as %q", call, id, ids[id])
			}
			ids[id] = call
			checkOperation(t, call, operation.(map[string]any), tags)
		}
	}
	for _, route := range api.New(api.Options{}).Routes() {
		call := route.Method + " " + route.Path
		if !described[call] {
			t.Errorf("%s is not described", call)
		}
		delete(described, call)
		operation := at(served, "paths", route.Path, strings.ToLower(route.Method))
		if public := at(operation, "security") == nil; public != (route.Allow == api.Public) {
			t.Errorf("%s is public: %v", call, public)
		}
		if text, _ := at(operation, "description").(string); !strings.Contains(text, "Who may") || !strings.Contains(text, strings.TrimSpace(route.Notes)) {
			t.Errorf("%s is described by %q", call, text)
		}
	}
	for call := range described {
		t.Errorf("%s is described, and is no route", call)
	}
	checkReferences(t, served, served)
	for name := range at(served, "components", "schemas").(map[string]any) {
		if !regexp.MustCompile(`^[a-zA-Z0-9._-]+$`).MatchString(name) {
			t.Errorf("%q is no name of a component", name)
		}
	}
	// A type that is embedded has its members in the whole.
	for _, member := range []string{"name", "subscriptionType"} {
		if at(served, "components", "schemas", "NewAccount", "properties", "data", "properties", "attributes", "properties", member) == nil {
			t.Errorf("a new account is described without %s", member)
		}
	}
}

// checkOperation looks at what OpenAPI 3.1 demands of an operation.
func checkOperation(t *testing.T, call string, o map[string]any, tags map[string]bool) {
	t.Helper()
	if at(o, "summary") == nil || !tags[fmt.Sprint(at(o, "tags", 0))] || size(at(o, "tags")) != 1 {
		t.Errorf("%s has the summary %v and the tags %v", call, o["summary"], o["tags"])
	}
	inPath := map[string]bool{}
	for _, m := range regexp.MustCompile(`\{(\w+)\}`).FindAllStringSubmatch(call, -1) {
		inPath[m[1]] = true
	}
	seen := map[string]bool{}
	parameters, _ := o["parameters"].([]any)
	for i := range parameters {
		name, _ := at(parameters, i, "name").(string)
		in, _ := at(parameters, i, "in").(string)
		text, _ := at(parameters, i, "description").(string)
		typ, _ := at(parameters, i, "schema", "type").(string)
		if name == "" || seen[in+name] || text == "" || !slices.Contains([]string{"string", "integer", "boolean"}, typ) {
			t.Errorf("%s has the parameter %v", call, at(parameters, i))
		}
		seen[in+name] = true
		switch in {
		case "path":
			if !inPath[name] || at(parameters, i, "required") != true {
				t.Errorf("%s has the parameter %v", call, at(parameters, i))
			}
			delete(inPath, name)
		case "query":
		default:
			t.Errorf("%s has a parameter in %q", call, in)
		}
	}
	if len(inPath) > 0 {
		t.Errorf("%s says nothing of %v", call, inPath)
	}
	responses, _ := o["responses"].(map[string]any)
	successes := 0
	for status, r := range responses {
		n, err := strconv.Atoi(status)
		if status != "default" && (err != nil || n < 200 || n > 599) {
			t.Errorf("%s has the status %q", call, status)
		}
		if n >= 200 && n < 400 || n == http.StatusNotImplemented {
			successes++
		}
		if at(r, "description") == nil && at(r, "$ref") == nil {
			t.Errorf("%s says nothing of the status %s", call, status)
		}
	}
	if successes != 1 || responses["default"] == nil {
		t.Errorf("%s has the responses %v", call, responses)
	}
	if body := o["requestBody"]; body != nil && at(body, "content", "application/vnd.api+json", "schema") == nil {
		t.Errorf("%s has the body %v", call, body)
	}
}

// checkReferences looks for references to what is not there.
func checkReferences(t *testing.T, spec map[string]any, v any) {
	t.Helper()
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			if follow(spec, ref) == nil {
				t.Errorf("%s is not there", ref)
			}
		}
		for _, part := range v {
			checkReferences(t, spec, part)
		}
	case []any:
		for _, part := range v {
			checkReferences(t, spec, part)
		}
	}
}

// follow is what a reference stands for.
func follow(spec map[string]any, ref string) any {
	var steps []any
	for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		steps = append(steps, step)
	}
	return at(spec, steps...)
}

// conforms holds an answer against the description of its call.
func conforms(t *testing.T, spec map[string]any, method, path string, status int, header http.Header, body []byte) {
	t.Helper()
	if spec["paths"] == nil {
		t.Error("the API cannot be described")
		return
	}
	operation, call := operationOf(spec, method, path)
	if operation == nil {
		return // no call of the API: the test is about that
	}
	response := at(operation, "responses", strconv.Itoa(status))
	if response == nil {
		if status < 400 {
			t.Errorf("%s: the status %d is not described", call, status)
			return
		}
		response = at(operation, "responses", "default")
	}
	if ref, ok := at(response, "$ref").(string); ok {
		response = follow(spec, ref)
	}
	schema := at(response, "content", "application/vnd.api+json", "schema")
	if schema == nil || !strings.Contains(header.Get("Content-Type"), "json") || strings.Contains(header.Get("Content-Type"), "ndjson") {
		return
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Errorf("%s: the body is not JSON: %v", call, err)
		return
	}
	if wrong := violates(spec, schema, v, ""); wrong != "" {
		t.Errorf("%s: the answer (%d) is not as it is described: %s\n%.600s", call, status, wrong, body)
	}
}

// operationOf finds the operation that a request asks for.
func operationOf(spec map[string]any, method, target string) (any, string) {
	u, err := url.Parse(target)
	if err != nil {
		return nil, ""
	}
	path := ""
	for _, prefix := range api.Prefixes {
		if rest, ok := strings.CutPrefix(u.EscapedPath(), prefix+"/"); ok {
			path = "/" + strings.Trim(regexp.MustCompile(`/+`).ReplaceAllString(rest, "/"), "/")
		}
	}
	best, literal := "", -1
	for pattern := range spec["paths"].(map[string]any) {
		expression := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(pattern), `(?:[^/]+)`)
		// An id that may hold slashes is all that follows.
		for _, collection := range []string{"/checks/", "/users/", "/settings/communication/", "/settings/", "/report-configs/", "/resources/"} {
			if pattern == collection+"{id}" {
				expression = regexp.QuoteMeta(collection) + ".+"
			}
		}
		if n := len(regexp.MustCompile(`\{\w+\}`).ReplaceAllString(pattern, "")); regexp.MustCompile("^"+expression+"$").MatchString(path) && n > literal {
			if at(spec, "paths", pattern, strings.ToLower(method)) != nil {
				best, literal = pattern, n
			}
		}
	}
	return at(spec, "paths", best, strings.ToLower(method)), method + " " + best
}

// violates says where JSON is not as a schema has it; empty when it is.
func violates(spec map[string]any, schema, v any, where string) string {
	if ref, ok := at(schema, "$ref").(string); ok {
		return violates(spec, follow(spec, ref), v, where)
	}
	if list, ok := at(schema, "anyOf").([]any); ok {
		var all []string
		for _, s := range list {
			wrong := violates(spec, s, v, where)
			if wrong == "" {
				return ""
			}
			all = append(all, wrong)
		}
		return strings.Join(all, ", and ")
	}
	var types []string
	switch typ := at(schema, "type").(type) {
	case string:
		types = []string{typ}
	case []any:
		for _, one := range typ {
			types = append(types, one.(string))
		}
	}
	if len(types) > 0 && !slices.ContainsFunc(types, func(typ string) bool { return isType(v, typ) }) {
		return fmt.Sprintf("%s is %v, not %v", where, v, types)
	}
	if values, ok := at(schema, "enum").([]any); ok && !slices.Contains(values, v) && v != nil {
		return fmt.Sprintf("%s is %v, none of %v", where, v, values)
	}
	switch v := v.(type) {
	case []any:
		if items := at(schema, "items"); items != nil {
			for i := range v {
				if wrong := violates(spec, items, v[i], fmt.Sprintf("%s/%d", where, i)); wrong != "" {
					return wrong
				}
			}
		}
	case map[string]any:
		required, _ := at(schema, "required").([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				return fmt.Sprintf("%s/%s is missing", where, name)
			}
		}
		further := at(schema, "additionalProperties")
		for name, member := range v {
			part := at(schema, "properties", name)
			if part == nil {
				if further == false {
					return fmt.Sprintf("%s/%s is not described", where, name)
				}
				part = further
			}
			if part, ok := part.(map[string]any); ok {
				if wrong := violates(spec, part, member, where+"/"+name); wrong != "" {
					return wrong
				}
			}
		}
	}
	return ""
}

// isType tells whether JSON is of a type of JSON Schema.
func isType(v any, typ string) bool {
	switch v := v.(type) {
	case nil:
		return typ == "null"
	case bool:
		return typ == "boolean"
	case string:
		return typ == "string"
	case float64:
		return typ == "number" || typ == "integer" && v == float64(int64(v))
	case []any:
		return typ == "array"
	case map[string]any:
		return typ == "object"
	}
	return false
}

// TestViolates: the judge of answers finds what is wrong.
func TestViolates(t *testing.T) {
	var spec map[string]any
	if err := json.Unmarshal([]byte(`{"components":{"schemas":{"A":{"type":"object","required":["id"],"properties":{
		"id":{"type":"string"},"n":{"type":["integer","null"]},"list":{"type":"array","items":{"$ref":"#/components/schemas/B"}},
		"either":{"anyOf":[{"type":"string"},{"type":"boolean"}]},"map":{"type":"object","additionalProperties":{"type":"integer"}}}},
		"B":{"type":"object","required":["x"],"properties":{"x":{"type":"string","enum":["y"]}}}}}}`), &spec); err != nil {
		t.Fatal(err)
	}
	schema := map[string]any{"$ref": "#/components/schemas/A"}
	for body, fits := range map[string]bool{
		`{"id":"a","more":1}`:           true,
		`{"id":"a","n":null,"list":[]}`: true,
		`{"id":"a","list":[{"x":"y"}]}`: true,
		`{"id":"a","either":true}`:      true,
		`{"id":"a","map":{"k":1}}`:      true,
		`{}`:                            false,
		`[]`:                            false,
		`{"id":null}`:                   false,
		`{"id":"a","n":1.5}`:            false,
		`{"id":"a","list":null}`:        false,
		`{"id":"a","list":[{"x":"z"}]}`: false,
		`{"id":"a","list":[{}]}`:        false,
		`{"id":"a","either":1}`:         false,
		`{"id":"a","map":{"k":"1"}}`:    false,
	} {
		var v any
		if err := json.Unmarshal([]byte(body), &v); err != nil {
			t.Fatal(err)
		}
		if wrong := violates(spec, schema, v, ""); (wrong == "") != fits {
			t.Errorf("%s: %q", body, wrong)
		}
	}
}
