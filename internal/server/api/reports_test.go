package api_test

import (
	"net/http"
	"slices"
	"testing"
)

// TestReports: there are none, and the answer says why.
func TestReports(t *testing.T) {
	s := newServer(t)
	group := s.addGroup()
	sees := []string{admin, powerUser, readOnly}
	for path, may := range map[string][]string{
		"/v1/reports/":                                              sees,
		"/v1/reports?groupId=" + group:                              sees,
		"/v1/reports?accountId=" + s.account.ID:                     {admin, powerUser, readOnly, writer, reader},
		"/v1/reports?accountId=" + s.other.ID + "&groupId=" + group: sees,
	} {
		for _, caller := range []string{outsider, reader, writer, readOnly, powerUser, admin} {
			got := s.do(caller, "GET", path, "")
			if !slices.Contains(may, caller) {
				got.want(http.StatusForbidden)
				continue
			}
			body := got.want(http.StatusOK)
			if size(body["data"]) != 0 || at(body, "meta", "generation") != "not yet" || at(body, "meta", "total") != 0.0 {
				t.Errorf("%s as %s: %v", path, caller, body)
			}
		}
	}
	s.do(admin, "GET", "/v1/reports?groupId=none", "").want(http.StatusUnprocessableEntity)
	s.do(admin, "GET", "/v1/reports?accountId=none", "").want(http.StatusNotFound)
}

func TestReportDownload(t *testing.T) {
	s := newServer(t)
	s.do(reader, "GET", "/v1/reports/r1/"+s.account.ID+"/csv/", "").want(http.StatusNotFound)
	s.do(admin, "GET", "/v1/reports/r1/"+s.account.ID+"/docx", "").want(http.StatusNotFound)
	s.do(reader, "GET", "/v1/reports/r1/"+s.other.ID+"/csv", "").want(http.StatusForbidden)
}
