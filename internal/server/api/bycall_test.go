package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/store"
)

// Who may do what: by the account of writer and reader, by another account, and
// by what belongs to all.
var (
	readersOfOwn   = []string{admin, powerUser, readOnly, writer, reader}
	writersOfOwn   = []string{admin, powerUser, writer}
	readersOfOther = []string{admin, powerUser, readOnly}
	writersOfOther = []string{admin, powerUser}
	administrators = []string{admin}
	everyCaller    = []string{admin, powerUser, readOnly, writer, reader, outsider}
)

// A byCall is one call of a route whose handler decides who may make it. Path
// and body hold names of things between braces, see names.
type byCall struct {
	path, body string
	may        []string
	status     int // for those who may; 0 is 200
}

const (
	slackBody   = `"attributes":{"channel":"slack","enabled":true,"configuration":{"url":"https://hooks.slack.com/services/T/B/x","channel":"#a"}}`
	channelBody = `{"relationships":{"account":{"data":{"id":"ACCOUNT"}}},` + slackBody + `}`
	changeBody  = `{"data":{"attributes":{"channel":"slack","enabled":false}}}`
	reportBody  = `"configuration":{"title":"Weekly"}`
	suppressed  = `{"data":{"attributes":{"suppressed":true}}}`
)

func channelOf(account string) string { return strings.Replace(channelBody, "ACCOUNT", account, 1) }

// byCalls are calls of every route of ByCall.
var byCalls = map[string][]byCall{
	"GET /settings/communication": {
		{path: "?accountId={own}", may: readersOfOwn},
		{path: "?accountId={own}&includeParents=true", may: readersOfOwn},
		{path: "?accountId={other}", may: readersOfOther},
		{path: "?includeParents=true", may: administrators},
		{path: "", may: administrators},
	},
	"POST /settings/communication": {
		{body: `{"data":` + channelOf("{own}") + `}`, may: writersOfOwn},
		{body: `{"data":` + channelOf("{other}") + `}`, may: writersOfOther},
		{body: `{"data":[` + channelOf("{own}") + `,` + channelOf("{other}") + `]}`, may: writersOfOther},
		{body: `{"data":[` + channelOf("{own}") + `,` + channelOf("") + `]}`, may: administrators},
		{body: `{"data":` + channelOf("") + `}`, may: administrators},
		{body: `{"data":{"relationships":{"account":{"data":{"accountId":"{other}"}}},` + slackBody + `}}`, may: writersOfOther},
		{body: `{"data":{` + strings.Replace(slackBody, `"channel"`, `"accountId":"{other}","channel"`, 1) + `}}`, may: writersOfOther},
	},
	"GET /settings/communication/{id}": {
		{path: "{channel of own}", may: readersOfOwn},
		{path: "{channel of other}", may: readersOfOther},
		{path: "{channel of all}", may: administrators},
		{path: "{own}", may: readersOfOwn},
		{path: "{other}", may: readersOfOther},
	},
	"PATCH /settings/communication/{id}": {
		{path: "{channel of own}", body: changeBody, may: writersOfOwn},
		{path: "{channel of other}", body: changeBody, may: writersOfOther},
		{path: "{channel of all}", body: changeBody, may: administrators},
	},
	"GET /settings/{id}": {
		{path: "{channel of own}", may: readersOfOwn},
		{path: "{channel of other}", may: readersOfOther},
		{path: "{channel of all}", may: administrators},
		{path: "{own}:access", may: administrators},
		{path: "{other}:access", may: administrators},
	},
	"DELETE /settings/{id}": {
		{path: "{channel of own}", may: writersOfOwn},
		{path: "{channel of other}", may: writersOfOther},
		{path: "{channel of all}", may: administrators},
		{path: "{own}:access", may: administrators, status: http.StatusUnprocessableEntity},
	},
	"GET /resources/{id}": {
		{path: "ccrn:aws:{own}:S3:us-east-1:a", may: readersOfOwn},
		{path: "ccrn:aws:{other}:S3:us-east-1:a", may: readersOfOther},
		{path: "ccrn:aws:{other}:S3:us-east-1:none", may: readersOfOther, status: http.StatusNotFound},
	},
	"GET /users/{id}": {
		{path: "{self}", may: everyCaller},
		{path: "u-somebody", may: administrators},
		{path: "u-none", may: administrators, status: http.StatusNotFound},
	},
	"GET /report-configs": {
		{path: "?accountId={own}", may: readersOfOwn},
		{path: "?accountId={own}&groupId={group}", may: readersOfOwn},
		{path: "?accountId={other}", may: readersOfOther},
		{path: "?groupId={group}", may: writersOfOther},
		{path: "", may: writersOfOther},
	},
	"POST /report-configs": {
		{body: `{"data":{"attributes":{"accountId":"{own}",` + reportBody + `}}}`, may: writersOfOwn},
		{body: `{"data":{"attributes":{"accountId":"{other}",` + reportBody + `}}}`, may: writersOfOther},
		{body: `{"data":{"attributes":{"groupId":"{group}",` + reportBody + `}}}`, may: writersOfOther},
		{body: `{"data":{"attributes":{` + reportBody + `}}}`, may: writersOfOther},
	},
	"GET /report-configs/{id}": {
		{path: "{report of own}", may: readersOfOwn},
		{path: "{report of other}", may: readersOfOther},
		{path: "{report of group}", may: writersOfOther},
		{path: "{report of all}", may: writersOfOther},
		{path: "{other}:report-config:none", may: readersOfOther, status: http.StatusNotFound},
	},
	"PATCH /report-configs/{id}": {
		{path: "{report of own}", body: `{"data":{"attributes":{"accountId":"{other}",` + reportBody + `}}}`, may: writersOfOwn},
		{path: "{report of other}", body: `{"data":{"attributes":{"accountId":"{own}",` + reportBody + `}}}`, may: writersOfOther},
		{path: "{report of group}", body: `{"data":{"attributes":{"accountId":"{own}",` + reportBody + `}}}`, may: writersOfOther},
		{path: "{report of all}", body: `{"data":{"attributes":{` + reportBody + `}}}`, may: writersOfOther},
	},
	"DELETE /report-configs/{id}": {
		{path: "{report of own}", may: writersOfOwn},
		{path: "{report of other}", may: writersOfOther},
		{path: "{report of group}", may: writersOfOther},
		{path: "{report of all}", may: writersOfOther},
	},
	"GET /checks/{id}": {
		{path: "ccc:{own}:S3-001:S3:us-east-1:a?include=history&filter[notes]=true", may: readersOfOwn},
		{path: "ccc:{other}:S3-001:S3:us-east-1:a?include=history&filter[notes]=true", may: readersOfOther},
		{path: "ccc:{other}:S3-001:S3:us-east-1:none", may: readersOfOther, status: http.StatusNotFound},
	},
	"PATCH /checks/{id}": {
		{path: "ccc:{own}:S3-001:S3:us-east-1:a", body: suppressed, may: writersOfOwn},
		{path: "ccc:{other}:S3-001:S3:us-east-1:a", body: suppressed, may: writersOfOther},
		// The account of the body does not count.
		{path: "ccc:{other}:S3-001:S3:us-east-1:a", body: `{"data":{"attributes":{"suppressed":true},"relationships":{"account":{"data":{"id":"{own}"}}}}}`, may: writersOfOther},
	},
	"DELETE /checks/{id}": {
		{path: "ccc:{own}:S3-001:S3:us-east-1:a", may: writersOfOwn},
		{path: "ccc:{other}:S3-001:S3:us-east-1:a", may: writersOfOther},
	},
	"POST /checks": {
		{body: `{"data":` + pushedCheck("{own}", "CUSTOM-1", "x", "") + `}`, may: writersOfOwn},
		{body: `{"data":` + pushedCheck("{other}", "CUSTOM-1", "x", "") + `}`, may: writersOfOther},
		// What is not saved of it, see TestPushChecksAccess.
		{body: `{"data":[` + pushedCheck("{own}", "CUSTOM-1", "x", "") + `,` + pushedCheck("{other}", "CUSTOM-1", "x", "") + `]}`, may: writersOfOwn},
	},
	"POST /checks/suppress": {
		{body: bulk(`{"suppressed":true}`, `{}`, `"{own}"`, `{}`), may: writersOfOwn},
		{body: bulk(`{"suppressed":true}`, `{}`, `"{other}"`, `{}`), may: writersOfOther},
		{body: bulk(`{"suppressed":true}`, `{}`, `"{own}","{other}"`, `{}`), may: writersOfOther},
		{body: bulk(`{"suppressed":true}`, `{}`, `"{other}"`, `{"dryRun":true}`), may: writersOfOther},
	},
	"POST /views": {
		{body: view(`"name":"x"`), may: everyCaller},
		{body: view(`"name":"x","shared":true`), may: writersOfOther},
	},
	"PATCH /views/{id}": {
		{path: "{shared view}", body: view(`"name":"y"`), may: administrators},
		{path: "{view of self}", body: view(`"name":"y"`), may: everyCaller},
		{path: "{view of self}", body: view(`"shared":true`), may: writersOfOther},
	},
	"DELETE /views/{id}": {
		{path: "{shared view}", may: administrators},
		{path: "{view of self}", may: everyCaller},
	},
	"GET /reports": {
		{path: "?accountId={own}", may: readersOfOwn},
		{path: "?accountId={other}", may: readersOfOther},
		{path: "?groupId={group}", may: readersOfOther},
		{path: "", may: readersOfOther},
	},
	"GET /reports/{report}/{entity}/{format}": {
		{path: "r1/{own}/csv", may: readersOfOwn, status: http.StatusNotFound},
		{path: "r1/{other}/csv", may: readersOfOther, status: http.StatusNotFound},
		{path: "r1/{group}/csv", may: readersOfOther, status: http.StatusNotFound},
	},
}

// names makes one of everything that a call of ByCall may be about, and gives
// their ids.
func (s *server) names() map[string]string {
	s.t.Helper()
	for _, a := range []store.Account{s.account, s.other} {
		s.merge(a, []store.Found{bucketCheck("a", store.Failure)}, bucketOf("a", nil))
	}
	names := map[string]string{"own": s.account.ID, "other": s.other.ID, "group": s.addGroup()}
	for of, account := range map[string]string{"own": s.account.ID, "other": s.other.ID, "all": ""} {
		names["channel of "+of] = s.addChannel(admin, account, slackSettings)
	}
	for of, owner := range map[string]string{
		"own": `"accountId":"` + s.account.ID + `"`, "other": `"accountId":"` + s.other.ID + `"`, "group": `"groupId":"` + names["group"] + `"`, "all": "",
	} {
		names["report of "+of] = s.addReportConfig(admin, owner)
	}
	names["shared view"] = s.addView(admin, `"name":"all","shared":true`)
	names["view of "] = names["shared view"] // nobody has one
	for _, caller := range everyCaller {
		names["view of "+caller] = s.addView(caller, `"name":"own"`)
	}
	return names
}

// everything is all that a call may change.
func (s *server) everything() string {
	s.t.Helper()
	configuration, err := s.store.Configuration(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	nums := []int64{s.account.Num, s.other.Num}
	checks, _, err := s.store.PageChecks(s.t.Context(), nums, &store.CheckFilter{}, 0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	_, events, err := s.store.Events(s.t.Context(), &store.EventFilter{Accounts: nums, Organisation: true, Cloud: true, Activity: true}, 0, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	var views []store.View
	for _, caller := range everyCaller {
		own, err := s.store.Views(s.t.Context(), s.callers[caller].UserID)
		if err != nil {
			s.t.Fatal(err)
		}
		views = append(views, own...)
	}
	text, err := json.MarshalIndent([]any{configuration, checks, events, views}, "", " ")
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// TestByCall makes the calls whose handlers decide who may, as every caller: by
// role, for the account that the caller has access to, for another, and for
// what belongs to all. Who may not gets 403 and changes nothing.
func TestByCall(t *testing.T) {
	routes := map[string]bool{}
	for _, route := range api.New(api.Options{}).Routes() {
		if route.Allow != api.ByCall {
			continue
		}
		routes[route.Method+" "+route.Path] = true
		if len(byCalls[route.Method+" "+route.Path]) == 0 {
			t.Errorf("%s %s has no calls here: say who may make which", route.Method, route.Path)
		}
	}
	for name, calls := range byCalls {
		if !routes[name] {
			t.Errorf("%s is no route of ByCall", name)
		}
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.addCallers()
			s.addUser("u-somebody", "USER", "somebody@example.com", nil)
			for _, call := range calls {
				s.byCall(name, call)
			}
		})
	}
}

// byCall makes one call as every caller.
func (s *server) byCall(route string, call byCall) {
	method, pattern, _ := strings.Cut(route, " ")
	base, _, _ := strings.Cut(pattern, "/{")
	do := func(caller string, names map[string]string) *answer {
		pairs := []string{"{self}", s.callers[caller].UserID, "{view of self}", names["view of "+caller]}
		for name, id := range names {
			pairs = append(pairs, "{"+name+"}", id)
		}
		fill := strings.NewReplacer(pairs...)
		path, query, asked := strings.Cut(fill.Replace(call.path), "?")
		if base != pattern {
			path = "/" + strings.ReplaceAll(url.PathEscape(path), "%2F", "/")
		}
		if asked {
			path += "?" + query
		}
		return s.do(caller, method, "/v1"+base+path, fill.Replace(call.body))
	}
	names := s.names()
	before := s.everything()
	for _, caller := range append([]string{nobody}, everyCaller...) {
		if slices.Contains(call.may, caller) {
			continue
		}
		if got := do(caller, names); got.Status != http.StatusForbidden {
			s.t.Errorf("%s%s %s as %q: the status is %d: %s", route, call.path, call.body, caller, got.Status, got.Body)
		}
	}
	if d := cmp.Diff(before, s.everything()); d != "" {
		s.t.Errorf("%s%s %s: those who may not have changed something:\n%s", route, call.path, call.body, d)
	}
	status := call.status
	if status == 0 {
		status = http.StatusOK
	}
	for _, caller := range call.may {
		if got := do(caller, s.names()); got.Status != status {
			s.t.Errorf("%s%s %s as %s: the status is %d, not %d: %s", route, call.path, call.body, caller, got.Status, status, got.Body)
		}
	}
}
