package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestExternalIDs(t *testing.T) {
	s := newServer(t)
	stable := s.ok(admin, "GET", "/v1/organisation/external-id", "")
	if again := s.ok(admin, "GET", "/api/organisation/external-id/", ""); at(again, "data", "id") != at(stable, "data", "id") {
		t.Errorf("the organisation's external id is %v, then %v", stable, again)
	}
	first := s.ok(admin, "POST", "/v1/external-ids", "")
	second := s.ok(admin, "POST", "/v1/organisation/external-id", "")
	seen := map[any]bool{}
	for _, body := range []map[string]any{stable, first, second} {
		id, _ := at(body, "data", "id").(string)
		if _, err := uuid.Parse(id); err != nil || seen[id] || at(body, "data", "type") != "external-ids" || at(body, "data", "relationships") == nil {
			t.Errorf("an external id is %v", body)
		}
		seen[id] = true
	}
	hour := float64(s.now.Add(time.Hour).UnixMilli())
	if at(first, "data", "attributes", "valid-until") != hour || at(second, "data", "attributes", "valid-until") != hour {
		t.Errorf("they hold until %v and %v", first, second)
	}
	if until, _ := at(stable, "data", "attributes", "valid-until").(float64); until < hour {
		t.Errorf("the organisation's holds until %v", until)
	}
}

func TestOrganisation(t *testing.T) {
	s := newServer(t)
	before := s.ok(outsider, "GET", "/v1/organisation", "")
	if at(before, "data", "type") != "organisations" || strings.Contains(string(s.do(outsider, "GET", "/v1/organisation", "").Body), "external") {
		t.Errorf("the organisation is %v", before)
	}
	body := s.ok(admin, "PATCH", "/v1/organisation", `{"data":{"attributes":{"name":" Example Ltd "}}}`)
	after := s.ok(outsider, "GET", "/v1/organisation", "")
	for _, v := range []map[string]any{body, after} {
		if at(v, "data", "attributes", "name") != "Example Ltd" || at(v, "data", "id") != at(before, "data", "id") {
			t.Errorf("the organisation is %v", v)
		}
	}
	s.wantEvent(t, "organisation.updated")
	for _, name := range []string{"", "  ", `a\nb`, strings.Repeat("x", 101)} {
		s.do(admin, "PATCH", "/v1/organisation", `{"data":{"attributes":{"name":"`+name+`"}}}`).want(http.StatusUnprocessableEntity)
	}
}
