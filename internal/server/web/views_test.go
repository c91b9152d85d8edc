package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// viewID is the id of the first view on the page of views.
func (s *site) viewID(caller string) string {
	s.t.Helper()
	_, rest, ok := strings.Cut(s.get(caller, "/views").want(http.StatusOK).Body, `action="/views/`)
	if !ok {
		s.t.Fatal("there is no form of a view")
	}
	id, _, _ := strings.Cut(rest, `"`)
	return id
}

func TestViews(t *testing.T) {
	s := newSite(t)
	s.merge(s.account, []store.Found{found("S3-001", "a", store.Failure, 4)})
	for _, p := range s.callers { // views are of users
		if err := s.store.AddUser(t.Context(), &store.User{ID: p.UserID, Email: p.Email, Role: string(p.Role)}); err != nil {
			t.Fatal(err)
		}
	}
	s.get(reader, "/views").want(http.StatusOK).says("No saved views")

	address := "/checks?by=rule&filter%5Bstatuses%5D=FAILURE"
	query := "by=rule&page=3&after=x&other=1&filter[statuses]=FAILURE"
	s.post(reader, "/views", url.Values{"name": {"Mine " + hostile}, "query": {query}}).wantRedirect(address)
	s.get(reader, address).want(http.StatusOK).says("Mine <script>").lacks(hostile)
	s.get(reader, "/views").want(http.StatusOK, `href="/checks?by=rule&amp;filter%5Bstatuses%5D=FAILURE"`).says("Status: Fail").lacks(hostile, "Everybody sees it")
	s.get(writer, "/views").want(http.StatusOK).says("No saved views")

	// A second one of the same name takes its place.
	s.post(reader, "/views", url.Values{"name": {"mine " + hostile}, "query": {"filter[statuses]=UNKNOWN"}}).wantRedirect("/checks?filter%5Bstatuses%5D=UNKNOWN")
	if n := strings.Count(s.get(reader, "/views").Body, `value="delete"`); n != 1 {
		t.Errorf("there are %d views, not 1", n)
	}

	// What is refused stands at the field, with what was typed.
	s.post(reader, "/views", url.Values{"name": {" "}, "query": {query}}).want(http.StatusUnprocessableEntity, `id="new-name-fault">Give the view a name.`, `name="query" value="by=rule&amp;filter`)
	s.post(reader, "/views", url.Values{"name": {"shared"}, "query": {query}, "shared": {"1"}}).want(http.StatusForbidden)

	id := s.viewID(reader)
	s.post(reader, "/views/"+id, url.Values{"name": {strings.Repeat("x", 101)}}).want(http.StatusUnprocessableEntity, `id="name-`+id+`-fault"`)
	s.post(reader, "/views/"+id, url.Values{"name": {"Renamed"}}).wantRedirect("/views")
	s.get(reader, "/views").want(http.StatusOK, `value="Renamed"`)
	s.post(writer, "/views/"+id, url.Values{"do": {"delete"}}).want(http.StatusNotFound)
	s.post(reader, "/views/"+id, url.Values{"do": {"delete"}}).wantRedirect("/views")
	s.get(reader, "/views").want(http.StatusOK).says("No saved views")

	// A shared view is seen by all, and changed by its user and administrators.
	s.post(powerUser, "/views", url.Values{"name": {"For all"}, "query": {query}, "shared": {"1"}}).wantRedirect(address)
	s.get(reader, "/views").want(http.StatusOK).says("For all shared", "Another user shares this view").lacks(`action="/views/`)
	s.post(admin, "/views/"+s.viewID(admin), url.Values{"name": {"For all"}}).wantRedirect("/views")
	s.get(reader, "/views").want(http.StatusOK).says("No saved views")
}
