package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/server/api"
)

// may are the callers that a permission lets through, in a call about the first
// account. Those of ByCall are in TestByCall.
var may = map[api.Permission][]string{
	api.Public:       {admin, powerUser, readOnly, writer, reader, outsider, nobody},
	api.Anyone:       {admin, powerUser, readOnly, writer, reader, outsider},
	api.ReadSome:     {admin, powerUser, readOnly, writer, reader},
	api.Admin:        {admin},
	api.PowerUser:    {admin, powerUser},
	api.ReadAccount:  {admin, powerUser, readOnly, writer, reader},
	api.WriteAccount: {admin, powerUser, writer},
	api.ByCall:       {admin, powerUser, readOnly, writer, reader, outsider},
}

// TestMatrix makes every call of the API as every caller. Who may not is
// refused before anything else is looked at; who may is not.
func TestMatrix(t *testing.T) {
	for _, route := range api.New(api.Options{}).Routes() {
		s := newServer(t) // some calls leave nothing for others
		path := strings.ReplaceAll(route.Path, "{id}", s.account.ID)
		path = strings.NewReplacer("{rule}", "EC2-001", "{report}", "r1", "{entity}", s.account.ID, "{format}", "csv").Replace(path)
		// An account that the caller has no access to is out of reach, whatever
		// the call.
		if route.Allow == api.ReadAccount || route.Allow == api.WriteAccount {
			for _, caller := range []string{writer, reader} {
				got := s.do(caller, route.Method, "/v1"+strings.ReplaceAll(path, s.account.ID, s.other.ID), "[")
				if got.Status != http.StatusForbidden {
					t.Errorf("%s %s of another account as %s: %d", route.Method, route.Path, caller, got.Status)
				}
			}
		}
		for _, caller := range []string{nobody, outsider, reader, readOnly, writer, powerUser, admin} {
			t.Run(route.Method+" "+route.Path+" as "+caller, func(t *testing.T) {
				// A body that no call takes: nothing is changed by those who may.
				got := s.do(caller, route.Method, "/v1"+path, "[")
				refused := got.Status == http.StatusForbidden
				if allowed := slices.Contains(may[route.Allow], caller); allowed == refused && route.Allow != api.ByCall {
					t.Errorf("the status is %d: %s", got.Status, got.Body)
				}
				if caller == nobody && route.Allow != api.Public && !strings.Contains(string(got.Body), "explicit deny") {
					t.Errorf("without a key the answer is %d %s", got.Status, got.Body)
				}
				if got.Status >= 500 && got.Status != route.Status {
					t.Errorf("the status is %d: %s", got.Status, got.Body)
				}
			})
		}
	}
}
