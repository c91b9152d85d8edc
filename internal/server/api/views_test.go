package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// view is the request for a view.
func view(members string) string { return `{"data":{"attributes":{` + members + `}}}` }

// addView saves a view of a caller, and gives its id.
func (s *server) addView(caller, members string) string {
	s.t.Helper()
	return at(s.ok(caller, "POST", "/v1/views", view(members)), "data", "id").(string)
}

// addCallers adds a user for each caller.
func (s *server) addCallers() {
	s.t.Helper()
	for caller, p := range s.callers {
		s.addUser(p.UserID, string(p.Role), caller+"@example.com", nil)
	}
}

func TestViews(t *testing.T) {
	s := newServer(t)
	s.addCallers()
	body := s.ok(reader, "POST", "/v1/views", view(`"name":" Worst ","query":"?filter[riskLevels]=EXTREME&filter[text]=a%20b"`))
	own := at(body, "data", "id").(string)
	for name, want := range map[string]any{
		"name": "Worst", "query": "filter[riskLevels]=EXTREME&filter[text]=a%20b", "shared": false, "own": true, "created-date": float64(s.now.UnixMilli()),
	} {
		if got := at(body, "data", "attributes", name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if at(body, "data", "relationships", "user", "data", "id") != s.callers[reader].UserID {
		t.Errorf("the view is %v", body)
	}
	shared := s.addView(powerUser, `"name":"All","query":"","shared":true`)
	// Everybody sees what is shared, and their own.
	for caller, want := range map[string][]string{reader: {shared, own}, outsider: {shared}, admin: {shared}} {
		if got := ids(s.ok(caller, "GET", "/v1/views", "")); strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("%s sees %v, not %v", caller, got, want)
		}
	}
	if at(s.ok(reader, "GET", "/v1/views", ""), "data", 0, "attributes", "own") != false {
		t.Error("another's view is the caller's own")
	}

	body = s.ok(reader, "PATCH", "/v1/views/"+own, view(`"query":"accountIds=all"`))
	if at(body, "data", "attributes", "name") != "Worst" || at(body, "data", "attributes", "query") != "accountIds=all" {
		t.Errorf("the changed view is %v", body)
	}
	for _, test := range []struct {
		caller, method, path, body string
		status                     int
	}{
		{reader, "POST", "", view(`"name":"x","shared":true`), 403},
		{reader, "PATCH", own, view(`"shared":true`), 403},
		{admin, "PATCH", own, view(`"name":"x"`), 404}, // it is nobody else's to see
		{admin, "DELETE", own, "", 404},
		{reader, "DELETE", shared, "", 403},
		{powerUser, "PATCH", "none", view(`"name":"x"`), 404},
		{reader, "POST", "", view(`"query":""`), 422},
		{reader, "POST", "", view(`"name":"  "`), 422},
		{reader, "POST", "", view(`"name":"` + strings.Repeat("ä", 101) + `"`), 422},
		{reader, "POST", "", view(`"name":"a\nb"`), 422},
		{reader, "POST", "", view(`"name":"x","query":"a=%zz"`), 422},
		{reader, "POST", "", view(`"name":"x","query":"a=b\nc"`), 422},
		{reader, "POST", "", view(`"name":"x","query":"` + strings.Repeat("x", 4001) + `"`), 422},
		{reader, "POST", "", view(`"name":1`), 400},
	} {
		if got := s.do(test.caller, test.method, strings.TrimRight("/v1/views/"+test.path, "/"), test.body); got.Status != test.status {
			t.Errorf("%s %s %.80s as %s: %d, not %d: %s", test.method, test.path, test.body, test.caller, got.Status, test.status, got.Body)
		}
	}
	// An administrator can put an end to what is shared.
	if body := s.ok(admin, "PATCH", "/v1/views/"+shared, view(`"shared":false`)); at(body, "data", "attributes", "own") != false {
		t.Errorf("the view is %v", body)
	}
	if got := ids(s.ok(outsider, "GET", "/v1/views", "")); len(got) != 0 {
		t.Errorf("an outsider sees %v", got)
	}
	s.ok(reader, "DELETE", "/v1/views/"+own, "")
	s.do(reader, "DELETE", "/v1/views/"+own, "").want(http.StatusNotFound)

	for i := range 100 {
		s.addView(writer, fmt.Sprintf(`"name":"%d"`, i))
	}
	if detail, _ := at(s.do(writer, "POST", "/v1/views", view(`"name":"one more"`)).want(422), "errors", 0, "detail").(string); !strings.Contains(detail, "100 views") {
		t.Errorf("the error is %q", detail)
	}
}
