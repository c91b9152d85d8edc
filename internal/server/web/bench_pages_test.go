package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
)

// A benchPage is a page to be asked for.
type benchPage struct{ name, path string }

// ids asks the API for the ids of some things.
func (s *benchSite) ids(path string) []string {
	w := httptest.NewRecorder()
	s.calls.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1"+path, nil).WithContext(s.b.Context()))
	var answer struct{ Data []struct{ ID string } }
	data, err := io.ReadAll(w.Body)
	if err == nil {
		err = json.Unmarshal(data, &answer)
	}
	if err != nil || len(answer.Data) == 0 {
		s.b.Fatalf("%s: %d %.300s %v", path, w.Code, data, err)
	}
	var ids []string
	for _, d := range answer.Data {
		ids = append(ids, d.ID)
	}
	return ids
}

// pages lists every page, and the ways in which the large ones are asked for.
func (s *benchSite) pages() []benchPage {
	accounts := s.ids("/accounts")
	account, fresh := accounts[len(accounts)/2], accounts[0]
	group, profiles, user := s.ids("/groups")[0], s.ids("/profiles"), s.ids("/users")[10]
	failing := s.ids("/checks?accountIds=" + account + "&filter[statuses]=FAILURE&filter[ruleIds]=EC2-075,S3-001,IAM-001&page[size]=1")[0]
	resource := s.ids("/resources?accountIds=" + account + "&page[size]=1")[0]
	list := []benchPage{
		{"dashboard", "/"},
		{"dashboard of a group", "/?group=" + group},
		{"dashboard of an account", "/?account=" + account},
		{"dashboard of an account just scanned", "/?account=" + fresh},
		{"check", "/checks/" + url.PathEscape(failing)},
		{"resource", "/resources/" + url.PathEscape(resource)},
		{"accounts", "/accounts"},
		{"accounts by failures, found by words", "/accounts?sort=failures&find=search"},
		{"account", "/accounts/" + account},
		{"account, scans", "/accounts/" + account + "/scans"},
		{"account, settings", "/accounts/" + account + "/settings"},
		{"account, access", "/accounts/" + account + "/access"},
		{"account, copy of its bot", "/accounts/" + account + "/bot/copy"},
		{"account, rules", "/accounts/" + account + "/rules"},
		{"account, a rule", "/accounts/" + account + "/rules/EC2-075"},
		{"new account", "/accounts/new"},
		{"new account, role", "/accounts/new/role"},
		{"new account, details", "/accounts/new/details"},
		{"groups", "/groups"},
		{"group", "/groups/" + group},
		{"new group", "/groups/new"},
		{"profiles", "/profiles"},
		{"profile", "/profiles/" + profiles[len(profiles)-1]},
		{"profile, rules to add", "/profiles/" + profiles[0] + "/add"},
		{"profile, a rule", "/profiles/" + profiles[0] + "/rules/EC2-075"},
		{"new profile", "/profiles/new"},
		{"apply a profile", "/profiles/apply"},
		{"standards", "/standards"},
		{"standards of an account", "/standards?account=" + account},
		{"new standard", "/standards/new"},
		{"templates", "/templates"},
		{"custom rules", "/custom-rules"},
		{"new custom rule", "/custom-rules/new"},
		{"views", "/views"},
		{"users", "/users"},
		{"users found by words", "/users?find=person77"},
		{"user", "/users/" + user},
		{"new user", "/users/new"},
		{"events", "/events"},
		{"events, page 1000", "/events?page=1000"},
		{"events of an account", "/events?account=" + account},
		{"events by name", "/events?name=*suppressed"},
		{"events of a day", "/events?since=2026-10-01&until=2026-10-01"},
		{"imports", "/imports"},
		{"new import", "/imports/new"},
		{"jobs", "/jobs"},
		{"knowledge base", "/knowledge-base/"},
		{"knowledge base, search", "/knowledge-base/?q=public+bucket"},
		{"knowledge base, index of the search", "/knowledge-base/search.json"},
		{"knowledge base, all rules", "/knowledge-base/aws/"},
		{"knowledge base, standards", "/knowledge-base/standards/"},
	}
	for _, id := range s.ids("/compliance-standards") {
		list = append(list,
			benchPage{"standard " + id, "/standards/" + id},
			benchPage{"standard " + id + " of an account", "/standards/" + id + "?account=" + account},
			benchPage{"standard " + id + ", to print", "/standards/" + id + "/print"},
		)
	}
	for _, standard := range s.book.Standards() {
		if standard.Path != "" {
			list = append(list, benchPage{"knowledge base, " + standard.ID, standard.Path})
		}
	}
	for _, service := range s.book.Services() {
		list = append(list, benchPage{"knowledge base, " + service.Key, service.Path})
	}
	rule, _ := s.book.Entry("EC2-075")
	list = append(list, benchPage{"knowledge base, a rule", rule.Path})
	return append(list, s.checkPages(account, group)...)
}

// checkPages are the ways to ask for checks: each filter alone over all
// accounts, one account or a group, and other forms of the list.
func (s *benchSite) checkPages(account, group string) []benchPage {
	var list []benchPage
	add := func(name string, pairs ...string) {
		q := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			q.Set(pairs[i], pairs[i+1])
		}
		list = append(list, benchPage{"checks" + name, "/checks?" + q.Encode()})
	}
	add("")
	add(", deep", "after", s.deep(account), "page", "3000")
	add(" of a group", "group", group)
	add(" of an account", "account", account)
	for _, f := range [][2]string{
		{"statuses", "FAILURE"}, {"statuses", "UNKNOWN"}, {"riskLevels", "EXTREME"}, {"services", "S3"}, {"regions", "ap-south-1"}, {"categories", "sustainability"},
		{"compliances", "CIS-V8"}, {"ruleIds", "EC2-075"}, {"resourceTypes", "s3-bucket"}, {"resource", "r-0*"}, {"message", "node-77"}, {"tags", "team::t190"}, {"tags", "env::prod"},
		{"filterTags", "t19"}, {"text", "node-77"}, {"text", "there is none of this"}, {"newerThanDays", "1"}, {"olderThanDays", "30"}, {"createdDate", "1793318400000"}, {"suppressed", "true"},
	} {
		add(", "+f[0]+" "+f[1], "filter["+f[0]+"]", f[1])
	}
	add(", suppressed only", "filter[suppressed]", "true", "filter[suppressedFilterMode]", "v2")
	add(" of an account, text", "account", account, "filter[text]", "node-77")
	add(" of an account, tag", "account", account, "filter[tags]", "team::t1")
	add(", region, status and risk", "filter[regions]", "ap-south-1", "filter[statuses]", "FAILURE", "filter[riskLevels]", "EXTREME")
	for _, by := range []string{"rule", "resource", "standard"} {
		add(" by "+by, "by", by)
		add(" by "+by+" of an account", "by", by, "account", account)
	}
	add(" by resource, text", "by", "resource", "filter[text]", "node-77")
	add(" by resource, text that is nowhere", "by", "resource", "filter[text]", "there is none of this")
	add(" by resource, tag", "by", "resource", "filter[tags]", "team::t190")
	return list
}

// deep is a place in the list of checks far from its beginning: after a success
// of low risk in an account.
func (s *benchSite) deep(account string) string {
	w := httptest.NewRecorder()
	path := "/v1/checks?sort=worst&page[after]=first&page[size]=1&filter[statuses]=SUCCESS&filter[riskLevels]=LOW&accountIds=" + account
	s.calls.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil).WithContext(s.b.Context()))
	var answer struct{ Meta struct{ Next string } }
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil || answer.Meta.Next == "" {
		s.b.Fatalf("no place in the list: %v %.300s", err, w.Body)
	}
	return answer.Meta.Next
}
