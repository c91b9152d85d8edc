package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const dailyReport = `{"title":"Daily IAM","scheduled":true,"frequency":"* * *","tz":"Australia/Sydney","sendEmail":true,"emails":["ops@example.com"],
	"generateReportType":"GENERIC","includeChecks":false,"shouldEmailIncludePdf":true,"shouldEmailIncludeCsv":false,"unknown":{"a":[1,null]},
	"filter":{"services":["IAM"],"message":false,"suppressed":true,"suppressedFilterMode":"","withChecks":false,"riskLevels":"LOW"}}`

// reportOf is the body for a report config as Terraform writes it.
func reportOf(owner, configuration string) string {
	if owner != "" {
		owner += ","
	}
	return `{"data":{"attributes":{` + owner + `"configuration":` + configuration + `},"relationships":{"account":{"data":{"type":"","id":""}},"group":{"data":{"type":"","id":""}}}}}`
}

func (s *server) addReportConfig(caller, owner string) string {
	s.t.Helper()
	id, _ := at(s.ok(caller, "POST", "/v1/report-configs", reportOf(owner, dailyReport)), "data", "id").(string)
	return id
}

func (s *server) addGroup() string {
	s.t.Helper()
	id, _ := at(s.ok(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"Payments","tags":["payments"]}}}`), "data", "id").(string)
	return id
}

// TestReportConfigLevels: a config is of an account, a group or the
// organisation, and says so.
func TestReportConfigLevels(t *testing.T) {
	s := newServer(t)
	group := s.addGroup()
	organisation, _ := at(s.ok(admin, "GET", "/v1/accounts", ""), "data", 0, "relationships", "organisation", "data", "id").(string)
	account := `"accountId":"` + s.account.ID + `"`
	for name, test := range map[string]struct {
		owner, entity, level string
		list                 string
	}{
		"an account":        {account, s.account.ID, "account", "?accountId=" + s.account.ID},
		"account and group": {account + `,"groupId":"` + group + `"`, s.account.ID, "account", "?groupId=" + group + "&accountId=" + s.account.ID},
		"a group":           {`"groupId":"` + group + `","accountId":""`, group, "group", "?groupId=" + group},
		"all":               {"", organisation, "organisation", ""},
	} {
		t.Run(name, func(t *testing.T) {
			body := s.ok(admin, "POST", "/v1/report-configs", reportOf(test.owner, dailyReport))
			id, _ := at(body, "data", "id").(string)
			if !strings.HasPrefix(id, test.entity+":report-config:") {
				t.Errorf("the id is %q", id)
			}
			for _, level := range []string{"account", "group", "organisation"} {
				if got := at(body, "data", "attributes", "is-"+level+"-level"); got != (level == test.level) {
					t.Errorf("is-%s-level is %v", level, got)
				}
			}
			for _, level := range []string{"account", "group", "profile"} {
				relation, there := at(body, "data", "relationships", level).(map[string]any)
				if !there || (relation["data"] != nil) != (level == test.level) {
					t.Errorf("the %s is %v", level, relation)
				}
			}
			var sent any
			if err := json.Unmarshal([]byte(dailyReport), &sent); err != nil {
				t.Fatal(err)
			}
			seen := s.ok(admin, "GET", "/v1/report-configs/"+id, "")
			if d := cmp.Diff(sent, at(seen, "data", "attributes", "configuration")); d != "" {
				t.Errorf("the configuration does not come back as it was sent (-sent +got):\n%s", d)
			}
			if at(seen, "data", "attributes", "created-by") != "u-admin" || at(seen, "data", "attributes", "created-date") != 1793534400000.0 {
				t.Errorf("it was made by %v at %v", at(seen, "data", "attributes", "created-by"), at(seen, "data", "attributes", "created-date"))
			}
			listed := s.ok(admin, "GET", "/v1/report-configs/"+test.list, "")
			if !slices.ContainsFunc(listed["data"].([]any), func(v any) bool { return at(v, "id") == id }) {
				t.Errorf("the list lacks it: %v", listed)
			}
		})
	}
}

func TestChangeReportConfig(t *testing.T) {
	s := newServer(t)
	id := s.addReportConfig(admin, `"accountId":"`+s.account.ID+`"`)
	path := "/v1/report-configs/" + strings.ReplaceAll(id, ":", "%3A")
	got := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"accountId":"`+s.other.ID+`","configuration":{"title":"Other","includeChecks":false}}}}`)
	if d := cmp.Diff(any(map[string]any{"title": "Other", "includeChecks": false}), at(got, "data", "attributes", "configuration")); d != "" {
		t.Errorf("the configuration was not replaced (-want +got):\n%s", d)
	}
	if at(got, "data", "id") != id || at(got, "data", "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("the config moved: %v", got)
	}
	s.do(writer, "PATCH", path, `{"data":{"attributes":{}}}`).want(http.StatusUnprocessableEntity)
	if got := s.ok(writer, "DELETE", path, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	gone := s.do(writer, "GET", path, "")
	gone.want(http.StatusNotFound)
	if !strings.Contains(string(gone.Body), "404") {
		t.Errorf("the body does not say 404: %s", gone.Body)
	}
	want := []string{"account.report-config.deleted", "account.report-config.updated", "account.report-config.created"}
	if d := cmp.Diff(want, names(s.ok(reader, "GET", "/v1/events", ""))); d != "" {
		t.Errorf("the events (-want +got):\n%s", d)
	}
}

func TestReportConfigRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		configuration string
		status        int
		says          string
	}{
		"none":              {`null`, 422, "configuration"},
		"a list":            {`[]`, 400, "wrong type"},
		"no title":          {`{"title":" "}`, 422, "title"},
		"no frequency":      {`{"title":"x","scheduled":true}`, 422, "frequency"},
		"five fields":       {`{"title":"x","frequency":"0 0 * * *"}`, 422, "frequency"},
		"a time zone in it": {`{"title":"x","frequency":"TZ=x"}`, 422, "frequency"},
		"a descriptor":      {`{"title":"x","frequency":"@daily"}`, 422, "frequency"},
		"a day too many":    {`{"title":"x","frequency":"32 * *"}`, 422, "frequency"},
		"a time zone":       {`{"title":"x","tz":"Mars/Olympus"}`, 422, "tz"},
		"the server's zone": {`{"title":"x","tz":"Local"}`, 422, "tz"},
		"a path":            {`{"title":"x","tz":"../../etc/passwd"}`, 422, "tz"},
		"an address":        {`{"title":"x","emails":["Ops <ops@example.com>"]}`, 422, "emails"},
		"mail to nobody":    {`{"title":"x","sendEmail":true}`, 422, "emails"},
		"a type":            {`{"title":"x","generateReportType":"PDF"}`, 422, "GENERIC"},
		"no standard":       {`{"title":"x","generateReportType":"COMPLIANCE-STANDARD","filter":{}}`, 422, "reportComplianceStandardId"},
		"a filter":          {`{"title":"x","filter":{"newerThanDays":"soon"}}`, 422, "newerThanDays"},
		"scheduled as text": {`{"title":"x","scheduled":"yes"}`, 400, "scheduled"},
	} {
		t.Run(name, func(t *testing.T) {
			body := s.do(admin, "POST", "/v1/report-configs", reportOf("", test.configuration)).want(test.status)
			if detail, _ := at(body, "errors", 0, "detail").(string); !strings.Contains(detail, test.says) {
				t.Errorf("the error %q does not speak of %q", detail, test.says)
			}
		})
	}
	s.do(admin, "POST", "/v1/report-configs", reportOf(`"groupId":"none"`, dailyReport)).want(http.StatusUnprocessableEntity)
	s.do(admin, "POST", "/v1/report-configs", reportOf(`"accountId":"none"`, dailyReport)).want(http.StatusNotFound)
	for _, id := range []string{s.account.ID + ":CONFORMITY_BOT", s.account.ID + ":report-config:none", "none"} {
		s.do(admin, "GET", "/v1/report-configs/"+id, "").want(http.StatusNotFound)
	}
}

// TestReportConfigRights is who may do what with report configs.
func TestReportConfigRights(t *testing.T) {
	s := newServer(t)
	group := s.addGroup()
	account := `"accountId":"` + s.account.ID + `"`
	own, ofGroup, all := s.addReportConfig(admin, account), s.addReportConfig(admin, `"groupId":"`+group+`"`), s.addReportConfig(admin, "")
	change := `{"data":{"attributes":{"configuration":{"title":"x"}}}}`
	for _, test := range []struct {
		method, path, body string
		may                []string
	}{
		{"GET", "/v1/report-configs", "", []string{admin, powerUser}},
		{"GET", "/v1/report-configs?groupId=" + group, "", []string{admin, powerUser}},
		{"GET", "/v1/report-configs?accountId=" + s.account.ID, "", []string{admin, powerUser, readOnly, writer, reader}},
		{"GET", "/v1/report-configs/" + own, "", []string{admin, powerUser, readOnly, writer, reader}},
		{"GET", "/v1/report-configs/" + ofGroup, "", []string{admin, powerUser}},
		{"GET", "/v1/report-configs/" + all, "", []string{admin, powerUser}},
		{"POST", "/v1/report-configs", reportOf(account, dailyReport), []string{admin, powerUser, writer}},
		{"POST", "/v1/report-configs", reportOf("", dailyReport), []string{admin, powerUser}},
		{"PATCH", "/v1/report-configs/" + own, change, []string{admin, powerUser, writer}},
		{"PATCH", "/v1/report-configs/" + all, change, []string{admin, powerUser}},
		{"DELETE", "/v1/report-configs/" + s.other.ID + ":report-config:none", "", nil},
	} {
		for _, caller := range []string{outsider, reader, readOnly, writer, powerUser, admin} {
			got := s.do(caller, test.method, test.path, test.body)
			if test.may == nil {
				if sees := slices.Contains([]string{readOnly, powerUser, admin}, caller); got.Status != map[bool]int{true: 404, false: 403}[sees] {
					t.Errorf("%s %s as %s: %d", test.method, test.path, caller, got.Status)
				}
				continue
			}
			if allowed := slices.Contains(test.may, caller); (got.Status == http.StatusOK) != allowed || !allowed && got.Status != http.StatusForbidden {
				t.Errorf("%s %s as %s: %d %s", test.method, test.path, caller, got.Status, got.Body)
			}
		}
	}
	for _, caller := range []string{outsider, reader, readOnly} {
		s.do(caller, "DELETE", "/v1/report-configs/"+own, "").want(http.StatusForbidden)
	}
	for _, id := range []string{own, ofGroup, all} {
		s.ok(powerUser, "DELETE", "/v1/report-configs/"+id, "")
	}
}
