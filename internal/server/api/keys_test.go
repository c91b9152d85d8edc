package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/store"
)

func TestKeys(t *testing.T) {
	s := newServer(t)
	u := s.user(grace, auth.RoleUser, nil)
	other := s.user("other@example.com", auth.RoleAdmin, nil)
	// Terraform asks for this first of all, with every role.
	for _, caller := range []string{admin, powerUser, readOnly, reader, outsider, grace} {
		if body := s.ok(caller, "GET", "/v1//api-keys/", ""); size(at(body, "data")) != 0 {
			t.Errorf("%s has %v", caller, body)
		}
	}
	made := s.do(grace, "POST", "/v1/api-keys", "")
	body := made.want(http.StatusOK)
	id, _ := at(body, "data", "id").(string)
	key, _ := at(body, "meta", "key").(string)
	if got, ok := auth.KeyID(key); !ok || got != id || at(body, "data", "attributes", "status") != "ENABLED" || at(body, "data", "type") != "api-keys" {
		t.Fatalf("the answer is %v", body)
	}
	s.wantEvent(t, "api-key.created")
	k, owner, err := s.store.KeyOwner(t.Context(), id)
	if err != nil || owner.ID != u.ID || !auth.NewKeyVerifier(nil).Verify(key, k.Hash) {
		t.Fatalf("the key is not kept so that it can be verified: %v", err)
	}
	s.now = s.now.Add(time.Hour)
	if err := s.store.UseKey(t.Context(), &k); err != nil {
		t.Fatal(err)
	}
	for _, data := range []any{at(s.ok(grace, "GET", "/v1/api-keys", ""), "data", 0), at(s.ok(grace, "GET", "/v1/api-keys/"+id, ""), "data")} {
		relationships, ok := at(data, "relationships").(map[string]any)
		if at(data, "id") != id || !ok || len(relationships) != 0 || at(data, "attributes", "last-used-date") != float64(s.now.UnixMilli()) ||
			at(data, "attributes", "created-date") != float64(s.now.Add(-time.Hour).UnixMilli()) {
			t.Errorf("the key is shown as %v", data)
		}
	}
	if got := s.do(grace, "GET", "/v1/api-keys", ""); strings.Contains(string(got.Body), key) {
		t.Error("the key is shown again")
	}

	// Others' keys are out of reach, even an administrator's.
	path := "/v1/api-keys/" + id
	s.callers["other@example.com"] = auth.Principal{UserID: other.ID, Role: auth.RoleAdmin}
	s.do("other@example.com", "GET", path, "").want(http.StatusNotFound)
	s.do("other@example.com", "PATCH", path, `{"data":{"attributes":{"status":"DISABLED"}}}`).want(http.StatusNotFound)
	s.do("other@example.com", "DELETE", path, "").want(http.StatusNotFound)

	for _, status := range []string{"", "disabled", "GONE"} {
		s.do(grace, "PATCH", path, `{"data":{"attributes":{"status":"`+status+`"}}}`).want(http.StatusUnprocessableEntity)
	}
	for _, status := range []string{store.KeyDisabled, store.KeyEnabled} {
		body := s.ok(grace, "PATCH", path, `{"data":{"attributes":{"status":"`+status+`"}}}`)
		if k, _, _ := s.store.KeyOwner(t.Context(), id); k.Status != status || at(body, "data", "attributes", "status") != status {
			t.Errorf("the key is %s: %v", k.Status, body)
		}
	}
	s.wantEvent(t, "api-key.disabled")
	s.wantEvent(t, "api-key.enabled")

	// Two at most, a disabled one included.
	s.ok(grace, "PATCH", path, `{"data":{"attributes":{"status":"DISABLED"}}}`)
	s.ok(grace, "POST", "/v1/api-keys", "{}")
	s.do(grace, "POST", "/v1/api-keys", "").want(http.StatusUnprocessableEntity)
	if body := s.ok(grace, "DELETE", path, ""); at(body, "meta", "status") != "deleted" {
		t.Errorf("the answer is %v", body)
	}
	s.wantEvent(t, "api-key.deleted")
	s.do(grace, "GET", path, "").want(http.StatusNotFound)
	s.ok(grace, "POST", "/v1/api-keys", "")
	// Who is no longer there makes none.
	s.do(reader, "POST", "/v1/api-keys", "").want(http.StatusNotFound)
}
