package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"testing"
)

func TestServices(t *testing.T) {
	s := newServer(t)
	library, _ := knowledge()
	for _, caller := range []string{nobody, admin} {
		body := s.ok(caller, "GET", "/v1/services/", "")
		included, _ := at(body, "included").([]any)
		if len(included) != len(library.IDs()) {
			t.Fatalf("%d of %d rules are included", len(included), len(library.IDs()))
		}
		known := map[any]bool{}
		for _, r := range included {
			known[at(r, "id")] = true
			if at(r, "type") != "rules" || at(r, "title") == nil || at(r, "title") != at(r, "attributes", "title") || at(r, "risk-level") != at(r, "attributes", "risk-level") {
				t.Fatalf("the rule is %v", r)
			}
			for _, list := range []any{at(r, "compliances"), at(r, "attributes", "compliances"), at(r, "settings")} {
				if size(list) < 0 {
					t.Fatalf("a list of the rule %v is none", at(r, "id"))
				}
			}
		}
		services, _ := at(body, "data").([]any)
		listed := 0
		for _, service := range services {
			if at(service, "type") != "services" || at(service, "attributes", "provider") != "aws" || size(at(service, "relationships", "rules", "data")) < 0 {
				t.Fatalf("the service is %v", service)
			}
			rules, _ := at(service, "relationships", "rules", "data").([]any)
			for _, r := range rules {
				listed++
				if !known[at(r, "id")] {
					t.Errorf("rule %v is not included", at(r, "id"))
				}
			}
		}
		if listed != len(included) {
			t.Errorf("%d rules are listed, %d included", listed, len(included))
		}
	}
}

// TestCatalogueCached is how browsers and scripts ask again.
func TestCatalogueCached(t *testing.T) {
	s := newServer(t)
	plain := s.do(nobody, "GET", "/v1/services", "")
	tag := plain.Header.Get("ETag")
	ask := func(headers map[string]string) *http.Response {
		t.Helper()
		r, err := http.NewRequest("GET", s.url+"/v1/services", nil)
		if err != nil {
			t.Fatal(err)
		}
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		response, err := (&http.Transport{DisableCompression: true}).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { response.Body.Close() })
		return response
	}
	for _, header := range []string{tag, "*", `"other", ` + tag} {
		if got := ask(map[string]string{"If-None-Match": header}); got.StatusCode != http.StatusNotModified || got.Header.Get("ETag") != tag {
			t.Errorf("with If-None-Match %s the status is %d", header, got.StatusCode)
		}
	}
	if got := ask(map[string]string{"If-None-Match": `"other"`}); got.StatusCode != http.StatusOK {
		t.Errorf("with another tag the status is %d", got.StatusCode)
	}
	for header, want := range map[string]string{"gzip": "gzip", "br, gzip;q=0.5": "gzip", "gzip;q=0": "", "identity": "", "": ""} {
		got := ask(map[string]string{"Accept-Encoding": header})
		if got.Header.Get("Content-Encoding") != want {
			t.Errorf("with Accept-Encoding %q the coding is %q", header, got.Header.Get("Content-Encoding"))
		}
		body, err := io.ReadAll(got.Body)
		if err == nil && want == "gzip" {
			var unzip *gzip.Reader
			if unzip, err = gzip.NewReader(bytes.NewReader(body)); err == nil {
				body, err = io.ReadAll(unzip)
			}
		}
		if err != nil || !json.Valid(body) {
			t.Errorf("with Accept-Encoding %q the body is not JSON: %v", header, err)
		}
	}
}

func TestCatalogueLists(t *testing.T) {
	s := newServer(t)
	for path, id := range map[string]string{"/v1/regions": "us-east-1", "/v1/resource-types": "s3-bucket", "/v1/providers": "aws"} {
		list, _ := at(s.ok(nobody, "GET", path, ""), "data").([]any)
		found := false
		for _, entry := range list {
			found = found || at(entry, "id") == id
			if path == "/v1/resource-types" && at(entry, "relationships", "service", "data", "id") == nil {
				t.Errorf("the type is %v", entry)
			}
		}
		if !found {
			t.Errorf("%s has no %s", path, id)
		}
	}
	got := s.ok(nobody, "GET", "/v1/rules/S3-001", "")
	if at(got, "data", "attributes", "risk-level") != "VERY_HIGH" || at(got, "data", "attributes", "service") != "S3" || at(got, "data", "attributes", "resource-type") != "s3-bucket" ||
		len(at(got, "data", "attributes", "text").(string)) < 500 {
		t.Errorf("the rule is %v", got)
	}
	s.do(nobody, "GET", "/v1/rules/S3-999", "").want(http.StatusNotFound)
}

// TestUnavailableRules keeps a setting for a rule that Surety does not have:
// clients that look up every rule of a profile among the services find it.
func TestUnavailableRules(t *testing.T) {
	s := newServer(t)
	listed := func(caller string) bool {
		t.Helper()
		body := s.ok(caller, "GET", "/v1/services", "")
		included, _ := at(body, "included").([]any)
		return slices.ContainsFunc(included, func(e any) bool {
			return at(e, "id") == "RTM-002" && at(e, "multi-risk-level") == false && at(e, "attributes", "enabled") == false
		})
	}
	if listed(admin) {
		t.Error("RTM-002 is listed before anybody has named it")
	}
	s.ok(admin, "POST", "/v1/profiles", `{"data":{"type":"profiles","attributes":{"name":"ours","description":""}},
		"included":[{"type":"rules","id":"RTM-002","attributes":{"enabled":true,"riskLevel":"MEDIUM","provider":"aws"}}]}`)
	for caller, want := range map[string]bool{admin: true, reader: true, outsider: false, nobody: false} {
		if got := listed(caller); got != want {
			t.Errorf("%q finds RTM-002: %v", caller, got)
		}
	}
}
