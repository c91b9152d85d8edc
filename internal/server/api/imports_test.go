package api_test

import (
	"net/http"
	"strings"
	"testing"
)

const newImport = `{"data":{"attributes":{"name":"Group","roleArn":"arn:aws:iam::999988887777:role/Lister","externalId":"secret-8",
	"roleName":"SuretyReadOnly","environment":"Production","tags":["group"],"exclude":["111122223333"]}}}`

func TestImports(t *testing.T) {
	s := newServer(t)
	made := s.ok(admin, "POST", "/v1/imports", newImport)
	id, _ := at(made, "data", "id").(string)
	path := "/v1/imports/" + id
	if at(made, "data", "attributes", "accounts") != 0.0 || at(made, "data", "attributes", "exclude", 0) != "111122223333" {
		t.Errorf("the import is %v", made)
	}
	if got := s.do(admin, "GET", path, ""); strings.Contains(string(got.Body), "secret-8") {
		t.Errorf("the external id is shown: %s", got.Body)
	}
	changed := s.ok(admin, "PATCH", path, `{"data":{"attributes":{"exclude":[],"tags":["a","b"]}}}`)
	if at(changed, "data", "attributes", "name") != "Group" || size(at(changed, "data", "attributes", "exclude")) != 0 || size(at(changed, "data", "attributes", "tags")) != 2 {
		t.Errorf("after a change: %v", changed)
	}
	if kept, err := s.store.Import(t.Context(), id); err != nil || kept.ExternalID != "secret-8" {
		t.Errorf("the external id after a change without one is %q, %v", kept.ExternalID, err)
	}
	if got := s.ok(admin, "POST", path+"/run", ""); at(got, "data", 0, "status") != "STARTED" {
		t.Errorf("the answer to a run is %v", got)
	}
	if len(s.queue.imported) != 3 || s.queue.imported[2] != id {
		t.Errorf("it was run for %v", s.queue.imported)
	}
	if n := size(at(s.ok(admin, "GET", "/v1/imports", ""), "data")); n != 1 {
		t.Errorf("%d imports are listed", n)
	}
	if got := s.ok(admin, "DELETE", path, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	for _, method := range []string{"GET", "DELETE"} {
		s.do(admin, method, path, "").want(http.StatusNotFound)
	}
}

func TestImportsRefused(t *testing.T) {
	s := newServer(t)
	for name, change := range map[string][2]string{
		"no name":        {`"name":"Group"`, `"name":" "`},
		"no environment": {`"environment":"Production"`, `"environment":""`},
		"no role":        {`"roleName":"SuretyReadOnly"`, `"roleName":""`},
		"no ARN":         {`arn:aws:iam::999988887777:role/Lister`, `Lister`},
		"no number":      {`"exclude":["111122223333"]`, `"exclude":["payments"]`},
		"a tag":          {`"tags":["group"]`, `"tags":["a!"]`},
		"an external id": {`secret-8`, `a b`},
	} {
		t.Run(name, func(t *testing.T) {
			body := strings.Replace(newImport, change[0], change[1], 1)
			if body == newImport {
				t.Fatal("nothing was changed")
			}
			got := s.do(admin, "POST", "/v1/imports", body)
			got.want(http.StatusUnprocessableEntity)
			if strings.Contains(string(got.Body), "secret-8") {
				t.Errorf("the external id is in the error: %s", got.Body)
			}
		})
	}
	s.do(admin, "POST", "/v1/imports", "[").want(http.StatusBadRequest)
}
