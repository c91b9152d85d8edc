package api_test

import (
	"net/http"
	"testing"
)

// TestNotText sends what PostgreSQL would not store: it is refused, and is no
// fault of the server's.
func TestNotText(t *testing.T) {
	s := newServer(t)
	for name, call := range map[string][3]string{
		"NUL in a path":       {"GET", "/v1/users/%00", ""},
		"NUL in a query":      {"GET", "/v1/checks?accountIds=all&filter[text]=%00", ""},
		"not UTF-8 in a path": {"GET", "/v1/groups/%ff", ""},
		"NUL in a body":       {"POST", "/v1/groups", `{"data":{"attributes":{"name":"a\u0000b"}}}`},
		"not UTF-8 in a body": {"POST", "/v1/groups", "{\"data\":{\"attributes\":{\"name\":\"a\xffb\"}}}"},
	} {
		t.Run(name, func(t *testing.T) {
			s.do(admin, call[0], call[1], call[2]).want(http.StatusBadRequest)
		})
	}
	// A backslash and u0000 are six characters.
	s.do(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"a\\u0000b"}}}`).want(http.StatusUnprocessableEntity)
}
