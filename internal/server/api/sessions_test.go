package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/server/api"
)

// TestSession: who has no key yet can sign in, below every prefix.
func TestSession(t *testing.T) {
	asked := ""
	a := api.New(api.Options{Sessions: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Method
		w.WriteHeader(http.StatusTeapot)
	})})
	for _, method := range []string{"POST", "DELETE"} {
		for _, path := range []string{"/v1/session", "/api//session/"} {
			asked = ""
			answer := httptest.NewRecorder()
			a.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader("{}")))
			if asked != method || answer.Code != http.StatusTeapot || answer.Body.Len() != 0 {
				t.Errorf("%s %s: asked %q, answered %d %s", method, path, asked, answer.Code, answer.Body)
			}
		}
	}
	s := newServer(t)
	s.do(nobody, "POST", "/v1/session", "{}").want(http.StatusNotFound)
}
