package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/store"
)

const newStandard = `{"data":{"name":"Ours","version":"2","description":"d","isEnabled":true,"type":"DRAFT","controls":[
	{"aid":"1.1","title":"Buckets","headings":{"level1":"Data","level2":"Storage"},"awsRules":["S3-001","S3-002"],"azureRules":["StorageAccounts-001"]},
	{"aid":"1.2","title":"Others","headings":{"level1":"Data","level2":"Storage"},"awsRules":["EC2-001"]},
	{"aid":"2","title":"People","awsRules":[]}]}}`

func TestCustomStandards(t *testing.T) {
	s := newServer(t)
	const path = "/v1/compliance-standards/custom"
	made := s.do(admin, "POST", path, newStandard).want(http.StatusCreated)
	id, _ := at(made, "data", "id").(string)
	for name, want := range map[string]any{"name": "Ours", "version": "2", "isEnabled": true, "type": "DRAFT", "status": "CREATED", "lastUpdated": "2026-11-01T12:00:00.000Z"} {
		if got := at(made, "data", name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if at(made, "data", "attributes") != nil || size(at(made, "data", "controls")) != 3 || size(at(made, "data", "supportedProviders")) != 2 || at(made, "data", "organisationId") == nil {
		t.Errorf("the standard is %v", made)
	}
	if got := s.ok(reader, "GET", path, ""); size(at(got, "data")) != 1 || at(got, "data", 0, "name") != "Ours" || at(got, "data", 0, "controls") != nil {
		t.Errorf("the list is %v", got)
	}
	got := s.ok(reader, "GET", path+"/"+id, "")
	if at(got, "data", "controls", 0, "headings", "level2") != "Storage" || size(at(got, "data", "controls", 2, "azureRules")) != 0 {
		t.Errorf("the standard is %v", got)
	}
	got = s.ok(admin, "PATCH", path+"/"+id, `{"data":{"version":"3"}}`)
	if at(got, "data", "version") != "3" || at(got, "data", "name") != "Ours" || size(at(got, "data", "controls")) != 3 {
		t.Errorf("after PATCH: %v", got)
	}
	got = s.ok(admin, "PUT", path+"/"+id, `{"data":{"name":"New","type":"PUBLISHED","controls":[]}}`)
	if at(got, "data", "name") != "New" || at(got, "data", "version") != "" || size(at(got, "data", "controls")) != 0 || at(got, "data", "isEnabled") != false {
		t.Errorf("after PUT: %v", got)
	}
	s.do(admin, "PATCH", path+"/"+id, `{"data":{"version":"4"}}`).want(http.StatusUnprocessableEntity)
	s.do(admin, "PATCH", path+"/"+id, `{"data":{"type":"DRAFT"}}`).want(http.StatusUnprocessableEntity)
	for _, body := range []string{`{"data":{"isEnabled":true}}`, `{"data":{"name":"New","isEnabled":true,"type":"PUBLISHED"}}`} {
		if got := s.ok(admin, "PUT", path+"/"+id, body); at(got, "data", "isEnabled") != true || at(got, "data", "name") != "New" {
			t.Errorf("of a published one: %v", got)
		}
	}
	if got := s.ok(admin, "DELETE", path+"/"+id, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "DELETE"} {
		s.do(admin, method, path+"/"+id, `{}`).want(http.StatusNotFound)
	}
}

func TestCustomStandardRefused(t *testing.T) {
	s := newServer(t)
	control := func(text string) string { return `{"data":{"name":"n","controls":[` + text + `]}}` }
	for name, test := range map[string]struct {
		body   string
		status int
		text   string
	}{
		"no JSON":       {"{", 400, ""},
		"no name":       {`{"data":{}}`, 422, "data.name"},
		"another type":  {`{"data":{"name":"n","type":"OPEN"}}`, 422, "data.type"},
		"no number":     {control(`{"title":"t"}`), 422, "data.controls[0].aid"},
		"no title":      {control(`{"aid":"1"}`), 422, "data.controls[0].title"},
		"two alike":     {control(`{"aid":"1","title":"t"},{"aid":"1","title":"t"}`), 422, "data.controls[1].aid"},
		"no rule":       {control(`{"aid":"1","title":"t","awsRules":["rule"]}`), 422, "data.controls[0].awsRules[0]"},
		"real-time":     {control(`{"aid":"1","title":"t","awsRules":["RTM-002"]}`), 422, "RTM-002"},
		"a level out":   {control(`{"aid":"1","title":"t","headings":{"level2":"x"}}`), 422, "headings"},
		"rules of text": {control(`{"aid":"1","title":"t","awsRules":"S3-001"}`), 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/compliance-standards/custom", test.body).want(test.status)
			if detail, _ := at(got, "errors", 0, "detail").(string); !strings.Contains(detail, test.text) {
				t.Errorf("the error is %q", detail)
			}
		})
	}
}

func TestStandards(t *testing.T) {
	s := newServer(t)
	_, set := knowledge()
	made := s.do(admin, "POST", "/v1/compliance-standards/custom", newStandard).want(http.StatusCreated)
	id, _ := at(made, "data", "id").(string)
	if got := size(at(s.ok(reader, "GET", "/v1/compliance-standards", ""), "data")); got != len(set.Names())+1 {
		t.Errorf("%d standards are listed", got)
	}
	for _, name := range []string{"CISAWSF-5_0", "cis-aws-5.0"} {
		got := s.ok(reader, "GET", "/v1/compliance-standards/"+name, "")
		n, _ := at(got, "data", "attributes", "control-count").(float64)
		if at(got, "data", "id") != "CISAWSF-5_0" || n == 0 || size(at(got, "data", "attributes", "controls")) != int(n) || size(at(got, "data", "attributes", "controls", 0, "headings")) < 1 {
			t.Errorf("%s is %v", name, at(got, "data", "id"))
		}
	}
	got := s.ok(reader, "GET", "/v1/compliance-standards/"+id, "")
	if at(got, "data", "attributes", "custom") != true || at(got, "data", "attributes", "controls", 1, "headings", 1, "title") != "Storage" {
		t.Errorf("the custom one is %v", got)
	}
	s.do(reader, "GET", "/v1/compliance-standards/nothing", "").want(http.StatusNotFound)
	s.do(reader, "GET", "/v1/compliance-standards/outcome/nothing", "").want(http.StatusNotFound)
}

func TestStandardOutcome(t *testing.T) {
	s := newServer(t)
	made := s.do(admin, "POST", "/v1/compliance-standards/custom", newStandard).want(http.StatusCreated)
	id, _ := at(made, "data", "id").(string)
	check := func(rule, resource string, status store.Status) store.Found {
		return store.Found{Rule: rule, Service: "S3", Region: "us-east-1", Resource: resource, Type: "AWS::S3::Bucket", Status: status, Risk: 3}
	}
	s.merge(s.account, []store.Found{check("S3-001", "a", store.Success), check("S3-001", "b", store.Unknown), check("S3-002", "a", store.Success)})
	s.merge(s.other, []store.Found{check("S3-002", "a", store.Failure)})
	statuses := func(caller, query string) string {
		t.Helper()
		got := s.ok(caller, "GET", "/v1/compliance-standards/outcome/"+id+query, "")
		var list []string
		controls, _ := at(got, "data", "attributes", "controls").([]any)
		for _, c := range controls {
			list = append(list, at(c, "status").(string))
		}
		return strings.Join(list, " ")
	}
	if got := statuses(admin, ""); got != "fail nothing no-rules" {
		t.Errorf("of all accounts the controls are %s", got)
	}
	if got := statuses(reader, "?accountIds=all"); got != "unknown nothing no-rules" {
		t.Errorf("of those that a reader may see they are %s", got)
	}
	if got := statuses(admin, "?accountIds="+s.other.ID); got != "fail nothing no-rules" {
		t.Errorf("of the other they are %s", got)
	}
	s.do(reader, "GET", "/v1/compliance-standards/outcome/"+id+"?accountIds="+s.other.ID, "").want(http.StatusForbidden)
	got := s.ok(reader, "GET", "/v1/compliance-standards/outcome/"+id, "")
	rule := at(got, "data", "attributes", "controls", 0, "rules", 0)
	if at(rule, "unknown") != 1.0 || at(rule, "pass") != 1.0 || at(rule, "title") == "S3-001" || at(got, "data", "attributes", "counts", "no-rules") != 1.0 {
		t.Errorf("the outcome is %v", got)
	}
	builtin := s.ok(admin, "GET", "/v1/compliance-standards/outcome/CISAWSF-5_0", "")
	if size(at(builtin, "data", "attributes", "controls")) < 10 {
		t.Errorf("the outcome of a built-in standard is %v", builtin)
	}
}

// The counts of all standards are those that each has by itself.
func TestOutcomes(t *testing.T) {
	s := newServer(t)
	made := s.do(admin, "POST", "/v1/compliance-standards/custom", newStandard).want(http.StatusCreated)
	id, _ := at(made, "data", "id").(string)
	s.merge(s.account, []store.Found{
		{Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: "a", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 3},
	})
	s.merge(s.other, []store.Found{{Rule: "CT-001", Service: "CloudTrail", Region: "us-east-1", Resource: "b", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 3}})
	for caller, query := range map[string]string{admin: "", reader: "?accountIds=" + s.account.ID} {
		all := s.ok(caller, "GET", "/v1/compliance-standards/outcomes"+query, "")
		_, set := knowledge()
		n := size(at(all, "data"))
		if n != len(set.Names())+1 || at(all, "data", n-1, "id") != id || at(all, "data", n-1, "attributes", "custom") != true {
			t.Fatalf("%d standards have counts", n)
		}
		failing := 0
		for i := range n {
			one := s.ok(caller, "GET", "/v1/compliance-standards/outcome/"+at(all, "data", i, "id").(string)+query, "")
			if d := cmp.Diff(at(one, "data", "attributes", "counts"), at(all, "data", i, "attributes", "counts")); d != "" {
				t.Errorf("%v: %s", at(all, "data", i, "id"), d)
			}
			if fail, _ := at(all, "data", i, "attributes", "counts", "fail").(float64); fail > 0 {
				failing++
			}
		}
		if failing < 2 {
			t.Errorf("as %s only %d standards fail", caller, failing)
		}
	}
	s.do(reader, "GET", "/v1/compliance-standards/outcomes?accountIds="+s.other.ID, "").want(http.StatusForbidden)
}
