package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/server/api"
)

// TestForeign: what Surety does not do is refused in words that help.
func TestForeign(t *testing.T) {
	s := newServer(t)
	n := 0
	for _, route := range api.New(api.Options{}).Routes() {
		if route.Tag != "Not in Surety" {
			continue
		}
		n++
		path := "/v1" + strings.ReplaceAll(route.Path, "{id}", "x")
		body := s.do(admin, route.Method, path, `{}`).want(http.StatusNotImplemented)
		if detail, _ := at(body, "errors", 0, "detail").(string); !strings.Contains(detail, "Surety") || at(body, "errors", 0, "status") != 501.0 || at(body, "data") != nil {
			t.Errorf("%s: %v", path, body)
		}
		s.do(powerUser, route.Method, path, `{}`).want(http.StatusForbidden)
	}
	if n != 9 {
		t.Errorf("there are %d calls", n)
	}
}
