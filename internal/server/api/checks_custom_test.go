package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// pushedCheck is a check as a user pushes it, with further attributes.
func pushedCheck(account, rule, resource, more string) string {
	return `{"type":"checks","attributes":{"message":"Laptop ` + resource + ` has no disk encryption","region":"eu-west-1","resource":"` + resource +
		`","risk-level":"HIGH","status":"FAILURE","service":"EC2"` + more + `},
		"relationships":{"account":{"data":{"id":"` + account + `","type":"accounts"}},"rule":{"data":{"id":"` + rule + `","type":"rules"}}}}`
}

func TestPushChecks(t *testing.T) {
	s := withChecks(t)
	one := pushedCheck(s.account.ID, "CUSTOM-001", "laptop-7", `,"rule-title":"Disks are encrypted","categories":["security","reliability"],"tags":["team::Blue"],
		"resolution-page-url":"https://wiki.example.com/disks","extradata":[{"label":"Serial","name":"serial","type":"META","value":"x1","internal":true}],"not-scored":true`)
	body := s.ok(writer, "POST", "/v1/checks", `{"data":`+one+`}`)
	id := "ccc:" + s.account.ID + ":CUSTOM-001:EC2:eu-west-1:laptop-7"
	if size(at(body, "data")) != 1 || at(body, "data", 0, "id") != id || at(body, "meta") != nil {
		t.Fatalf("the answer is %v", body)
	}
	for name, want := range map[string]any{
		"rule-title": "Disks are encrypted", "status": "FAILURE", "risk-level": "HIGH", "service": "EC2", "resolution-page-url": "https://wiki.example.com/disks", "not-scored": true,
	} {
		if got := at(body, "data", 0, "attributes", name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	attributes := at(body, "data", 0, "attributes")
	if at(attributes, "extradata", 0, "internal") != true || at(attributes, "tags", 0) != "team::Blue" || at(attributes, "categories", 1) != "reliability" {
		t.Errorf("the attributes are %v", attributes)
	}

	// An array: the same check again, and others; the newest title holds.
	body = s.ok(writer, "POST", "/v1/checks", `{"data":[`+one+`,`+pushedCheck(s.account.ID, "CUSTOM-001", "laptop-8", `,"rule-title":"Disks are safe","categories":["cost-optimisation"]`)+`]}`)
	if size(at(body, "data")) != 2 {
		t.Errorf("the answer has %d checks", size(at(body, "data")))
	}
	if title := at(s.ok(reader, "GET", "/v1/checks/"+id, ""), "data", "attributes", "rule-title"); title != "Disks are safe" {
		t.Errorf("the title is %v", title)
	}
	if n := s.events("api.check.created"); n != 2 {
		t.Errorf("there are %d events", n)
	}
	for query, want := range map[string]string{
		"filter[categories]=reliability":                                            "laptop-7",
		"filter[categories]=cost-optimisation":                                      "laptop-8",
		"filter[categories]=reliability&filter[ruleIds]=S3-001":                     "",
		"filter[categories]=reliability&filter[ruleIds]=CUSTOM-001":                 "laptop-7",
		"filter[ruleIds]=CUSTOM-001":                                                "laptop-7 laptop-8",
		"filter[services]=EC2&filter[statuses]=FAILURE":                             "laptop-7 laptop-8",
		"filter[tags]=team::blue":                                                   "laptop-7",
		"filter[filterTags]=blu":                                                    "laptop-7",
		"filter[filterTags]=team":                                                   "laptop-7 a b",
		"filter[text]=disks%20are":                                                  "laptop-7 laptop-8",
		"filter[text]=no%20disk":                                                    "laptop-7 laptop-8",
		"filter[resourceTypes]=ec2-securitygroup,ec2-security-group":                "",
		"filter[compliances]=CIS-V8&filter[services]=EC2&filter[regions]=eu-west-1": "",
	} {
		body := s.ok(reader, "GET", "/v1/checks?accountIds="+s.account.ID+"&"+query, "")
		if got := strings.TrimSpace(resourcesOf(body)); got != want {
			t.Errorf("%s finds %q, not %q", query, got, want)
		}
		if n := at(body, "meta", "total"); n != float64(size(at(body, "data"))) {
			t.Errorf("%s: the total is %v", query, n)
		}
	}

	// Scans leave it alone; users change and delete it.
	s.merge(s.account, nil)
	got := s.ok(writer, "PATCH", "/v1/checks/"+id, `{"data":{"type":"checks","attributes":{"message":"it has now","risk-level":"LOW","status":"SUCCESS","service":"EC2"}}}`)
	if at(got, "data", "attributes", "status") != "SUCCESS" || at(got, "data", "attributes", "message") != "it has now" || at(got, "data", "attributes", "resolved-date") == nil {
		t.Errorf("after a change: %v", at(got, "data", "attributes"))
	}
	s.do(writer, "PATCH", "/v1/checks/"+id, `{"data":{"attributes":{"message":"x","risk-level":"LOW","status":"SUCCESS","service":"EC2","region":"us-east-1"}}}`).want(422)
	s.do(writer, "PATCH", "/v1/checks/"+id, `{"data":{"attributes":{"message":"x"}}}`).want(422)
	other := strings.Replace(id, "laptop-7", "laptop-8", 1)
	if got := s.ok(writer, "PATCH", "/v1/checks/"+other, `{"data":{"attributes":{"suppressed":true}}}`); at(got, "data", "attributes", "suppressed") != true {
		t.Errorf("a check that was pushed was not suppressed: %v", got)
	}
	s.ok(writer, "DELETE", "/v1/checks/"+id, "")
	s.do(writer, "GET", "/v1/checks/"+id, "").want(http.StatusNotFound)
}

func TestPushChecksAccess(t *testing.T) {
	s := newServer(t)
	mine, others := pushedCheck(s.account.ID, "CUSTOM-001", "x", ""), pushedCheck(s.other.ID, "CUSTOM-001", "x", "")
	body := s.ok(writer, "POST", "/v1/checks", `{"data":[`+mine+`,`+others+`]}`)
	if size(at(body, "data")) != 1 || at(body, "meta", "not-saved", 0) != s.other.ID || at(body, "data", 0, "attributes", "rule-title") != "Custom Rule" {
		t.Errorf("the answer is %v", body)
	}
	if got := s.ok(admin, "GET", "/v1/checks?accountIds="+s.other.ID, ""); at(got, "meta", "total") != 0.0 {
		t.Errorf("the other account has %v checks", at(got, "meta", "total"))
	}
	for caller, status := range map[string]int{admin: 200, powerUser: 200, writer: 403, reader: 403, readOnly: 403, outsider: 403, nobody: 403} {
		s.do(caller, "POST", "/v1/checks", `{"data":`+others+`}`).want(status)
	}
}

func TestPushChecksRefused(t *testing.T) {
	s := newServer(t)
	long := strings.Repeat("x", 51)
	check := func(more string) string { return `{"data":` + pushedCheck(s.account.ID, "CUSTOM-001", "x", more) + `}` }
	for name, test := range map[string]struct {
		body    string
		status  int
		pointer string
	}{
		"no JSON":             {`{"data":`, 400, ""},
		"no data":             {`{}`, 400, ""},
		"a text":              {`{"data":"x"}`, 400, ""},
		"no message":          {strings.Replace(check(""), `"message"`, `"massage"`, 1), 422, "/data/attributes/message"},
		"no region":           {strings.Replace(check(""), `"region"`, `"legion"`, 1), 422, "/data/attributes/region"},
		"a region with colon": {strings.Replace(check(""), `eu-west-1`, `eu:west`, 1), 422, "/data/attributes/region"},
		"unknown risk":        {strings.Replace(check(""), `HIGH`, `HUGE`, 1), 422, "/data/attributes/risk-level"},
		"unknown status":      {strings.Replace(check(""), `FAILURE`, `UNKNOWN`, 1), 422, "/data/attributes/status"},
		"unknown category":    {check(`,"categories":["safety"]`), 422, "/data/attributes/categories"},
		"21 tags":             {check(`,"tags":["a"` + strings.Repeat(`,"a"`, 20) + `]`), 422, "/data/attributes/tags"},
		"a long tag":          {check(`,"tags":["` + long + `"]`), 422, "/data/attributes/tags"},
		"a long label":        {check(`,"extradata":[{"label":"` + long + `","name":"n","type":"t","value":1}]`), 422, "/data/attributes/extradata/0/label"},
		"a long value":        {check(`,"extradata":[{"label":"l","name":"n","type":"t","value":"` + long + long + long + `"}]`), 422, "/data/attributes/extradata/0/value"},
		"no value":            {check(`,"extradata":[{"label":"l","name":"n","type":"t"}]`), 422, "/data/attributes/extradata/0/value"},
		"a script for a page": {check(`,"resolution-page-url":"javascript:alert(1)"`), 422, "/data/attributes/resolution-page-url"},
		"zero byte":           {check(`,"rule-title":"a\u0000b"`), 400, ""},
		"a rule of Surety's":  {strings.Replace(check(""), "CUSTOM-001", "S3-001", 1), 422, "/data/relationships/rule/data/id"},
		"no account":          {strings.Replace(check(""), s.account.ID, "", 1), 422, "/data/relationships/account/data/id"},
		"the second of two":   {`{"data":[` + pushedCheck(s.account.ID, "CUSTOM-001", "x", "") + `,` + pushedCheck(s.account.ID, "CUSTOM-001", "y", `,"tags":["`+long+`"]`) + `]}`, 422, "/data/1/attributes/tags"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/checks", test.body)
			body := got.want(test.status)
			if test.pointer != "" && at(body, "errors", 0, "source", "pointer") != test.pointer {
				t.Errorf("the error is %s", got.Body)
			}
		})
	}
	if got := s.ok(admin, "GET", "/v1/checks?accountIds=all", ""); at(got, "meta", "total") != 0.0 {
		t.Errorf("%v checks were saved", at(got, "meta", "total"))
	}
}
