package api_test

import (
	"net/http"
	"testing"
)

func TestGroups(t *testing.T) {
	s := newServer(t)
	made := s.ok(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"Payments","tags":["payments","web"]}}}`)
	path := "/v1/groups/" + at(made, "data", "id").(string)
	if n := size(at(made, "data", "relationships", "accounts", "data")); n != 2 {
		t.Errorf("the group has %d accounts", n)
	}
	seen := s.ok(reader, "GET", path, "")
	if n := size(at(seen, "data", 0, "relationships", "accounts", "data")); n != 1 {
		t.Errorf("a reader of one account sees %d: %v", n, seen)
	}
	changed := s.ok(admin, "PATCH", path, `{"data":{"attributes":{"tags":[]}}}`)
	if at(changed, "data", "attributes", "name") != "Payments" || size(at(changed, "data", "attributes", "tags")) != 0 {
		t.Errorf("after a change of the tags: %v", changed)
	}
	if got := s.ok(admin, "DELETE", path, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	gone := s.do(admin, "GET", path, "").want(http.StatusUnprocessableEntity)
	if at(gone, "errors", 0, "detail") != "Group ID entered is invalid" {
		t.Errorf("the error is %v", gone)
	}
	if n := size(at(s.ok(admin, "GET", "/v1/groups", ""), "data")); n != 0 {
		t.Errorf("%d groups are left", n)
	}
	s.do(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"P!"}}}`).want(http.StatusUnprocessableEntity)
}
