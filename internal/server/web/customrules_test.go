package web_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// textarea is what a field of the page holds.
func (p *shown) textarea(name string) string {
	p.t.Helper()
	_, rest, ok := strings.Cut(p.Body, ` name="`+name+`"`)
	_, rest, open := strings.Cut(rest, ">")
	text, _, closed := strings.Cut(rest, "</textarea>")
	if !ok || !open || !closed {
		p.t.Fatalf("%s: there is no field %s", p.call, name)
	}
	return html.UnescapeString(strings.TrimPrefix(text, "\n"))
}

// input is the value of a field of the page.
func (p *shown) input(name string) string {
	p.t.Helper()
	_, rest, _ := strings.Cut(p.Body, ` name="`+name+`"`)
	rest, _, _ = strings.Cut(rest, ">")
	_, value, ok := strings.Cut(rest, ` value="`)
	value, _, closed := strings.Cut(value, `"`)
	if !ok || !closed {
		p.t.Fatalf("%s: there is no field %s", p.call, name)
	}
	return html.UnescapeString(value)
}

const (
	versioned = `[{"name": "versioning", "path": "data.VersioningConfiguration", "required": false}]`
	enabled   = `[{"conditions": {"any": [{"fact": "versioning", "path": "$.Status", "operator": "equal", "value": "Enabled"}]}, "event": {"type": "No versions"}}]`
)

func ruleForm(do string) url.Values {
	return url.Values{
		"do": {do}, "name": {"Buckets keep versions"}, "type": {"s3-bucket"}, "severity": {"HIGH"}, "category": {"security"}, "enabled": {"true"},
		"attributes": {versioned}, "rules": {enabled}, "notes": {"Turn it on"},
	}
}

// buckets scans the account: one bucket has versions, the other has not.
func (s *site) buckets() {
	s.t.Helper()
	var seen []store.Seen
	for id, status := range map[string]string{"on": "Enabled", "off" + hostile: "Suspended"} {
		properties := map[string]any{"BucketName": id, "VersioningConfiguration": map[string]any{"Status": status}}
		doc, err := snapshot.Marshal(&cloud.Resource{Type: "AWS::S3::Bucket", ID: id, Region: "us-east-1", Account: s.account.AWSID, Properties: properties})
		if err != nil {
			s.t.Fatal(err)
		}
		seen = append(seen, store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: id, Doc: doc})
	}
	s.merge(s.account, nil, seen...)
}

func (s *site) ownRule() store.CustomRule {
	s.t.Helper()
	list, err := s.store.CustomRules(s.t.Context())
	if err != nil || len(list) != 1 {
		s.t.Fatalf("the custom rules are %v, %v", list, err)
	}
	return list[0]
}

func TestCustomRules(t *testing.T) {
	s := newSite(t)
	s.get(admin, "/custom-rules").want(http.StatusOK, "No custom rules yet", "/custom-rules/new?example=tag")
	s.get(reader, "/custom-rules").want(http.StatusOK, "Administrators make them").lacks("/custom-rules/new")
	form := ruleForm("save")
	form.Set("name", "Buckets "+hostile)
	form.Set("notes", "line one\nline two")
	got := s.post(admin, "/custom-rules/new", form)
	r := s.ownRule()
	got.wantRedirect("/custom-rules/" + r.ID)
	if r.Rule.Service != "S3" || r.Rule.Severity != "HIGH" || !r.Rule.Enabled || r.Rule.RemediationNotes != "line one\nline two" {
		t.Errorf("the rule is %+v", r.Rule)
	}
	s.merge(s.account, []store.Found{{Rule: r.ID, Service: "S3", Region: "us-east-1", Resource: "b", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 3, Origin: store.ByCustomRule}})
	s.get(reader, "/custom-rules").want(http.StatusOK, r.ID, "s3-bucket", "filter%5BruleIds%5D="+r.ID, "1 failing check of").lacks(hostile)
	s.get(reader, "/custom-rules/"+r.ID).want(http.StatusOK, "line two", "1 failing").lacks("<form", hostile)
	page := s.get(admin, "/custom-rules/"+r.ID).want(http.StatusOK, `value="HIGH" selected`, `value="security" checked`).lacks(hostile)
	if page.textarea("notes") != "line one\nline two" || !strings.Contains(page.textarea("rules"), `"operator": "equal"`) {
		t.Errorf("the form has %s", page.Body)
	}
	s.get(admin, "/custom-rules/"+r.ID).want(http.StatusOK, "<h1>Buckets ")
	s.get(readOnly, "/custom-rules/"+r.ID).want(http.StatusOK, "<h1>Buckets ")
	form.Set("name", "Other")
	form.Del("enabled")
	s.post(admin, "/custom-rules/"+r.ID, form).wantRedirect("/custom-rules/" + r.ID)
	if r = s.ownRule(); r.Rule.Name != "Other" || r.Rule.Enabled {
		t.Errorf("the rule is %+v", r.Rule)
	}
	for _, path := range []string{"/custom-rules/new", "/custom-rules/" + r.ID} {
		s.post(powerUser, path, form).want(http.StatusForbidden)
	}
	s.post(powerUser, "/custom-rules/"+r.ID+"/delete", nil).want(http.StatusForbidden)
	s.post(admin, "/custom-rules/"+r.ID+"/delete", nil).wantRedirect("/custom-rules")
	s.get(admin, "/custom-rules/"+r.ID).want(http.StatusNotFound)
}

// Members of a rule that the form does not have survive it.
func TestCustomRuleKeepsMembers(t *testing.T) {
	s := newSite(t)
	s.post(admin, "/custom-rules/new", ruleForm("save"))
	r := s.ownRule()
	data, err := r.Rule.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(data), "{", `{"ours":{"a":1},`, 1)
	if err := r.Rule.UnmarshalJSON([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SetCustomRule(t.Context(), r.ID, r.Rule); err != nil {
		t.Fatal(err)
	}
	s.post(admin, "/custom-rules/"+r.ID, ruleForm("save")).wantRedirect("/custom-rules/" + r.ID)
	if data, _ := s.ownRule().Rule.MarshalJSON(); !strings.Contains(string(data), `"ours":{"a":1}`) {
		t.Errorf("the rule is %s", data)
	}
}

func TestCustomRuleFaults(t *testing.T) {
	s := newSite(t)
	for _, test := range []struct{ field, value, place, says string }{
		{"name", " ", "name", "Must not be empty"},
		{"type", "", "type", "Must not be empty"},
		{"severity", "SOME", "severity", "is not known"},
		{"category", "", "category", "is not known"},
		{"attributes", "[{]", "attributes", "Line 1, column 3: this is not JSON"},
		{"attributes", "", "attributes", "This is missing"},
		{"rules", "{}", "rules", "must be a list"},
		{"rules", "[\n {\"conditions\": {\"any\": [\n {\"fact\": \"versioning\", \"operator\": \"equal\", \"value\": 1},\n {\"fact\": \"versioning\",\n \"operator\": \"like\", \"value\": \"" + hostile[1:] + "\"}]}, \"event\": {\"type\": \"x\"}}]",
			"rules", "Line 5, rules[0].conditions.any[1].operator: &#34;like&#34; is not known"},
		{"rules", strings.Repeat(" ", 200<<10), "rules", "this form takes"},
	} {
		for _, do := range []string{"save", "validate"} {
			form := ruleForm(do)
			form.Set(test.field, test.value)
			page := s.post(admin, "/custom-rules/new", form)
			if page.Status != http.StatusUnprocessableEntity && page.Status != http.StatusBadRequest {
				t.Errorf("%s %q: %d", test.field, test.value, page.Status)
				continue
			}
			_, fault, _ := strings.Cut(page.Body, `id="`+test.place+`-fault">`)
			if fault, _, _ = strings.Cut(fault, "</p>"); !strings.Contains(fault, test.says) {
				t.Errorf("%s %.60q: the fault is %q", test.field, test.value, fault)
			}
			if strings.TrimSpace(page.textarea("notes")) != "Turn it on" {
				t.Errorf("what was typed is lost: %s", page.Body)
			}
		}
	}
	if list, err := s.store.CustomRules(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("there are %v, %v", list, err)
	}
}

func TestTryCustomRule(t *testing.T) {
	s := newSite(t)
	s.buckets()
	s.post(admin, "/custom-rules/new", ruleForm("validate")).want(http.StatusOK, "The rule is valid")
	form := ruleForm("run")
	s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="account-fault"`)
	form.Set("account", s.account.ID)
	page := s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "2 of 2 resources: 1 fail", "No versions", ">not met<", ">met<", `versioning $.Status equal &#34;Enabled&#34;`, `value="Buckets keep versions"`).lacks(hostile)
	if strings.TrimSpace(page.textarea("rules")) != enabled {
		t.Errorf("the rules are %q", page.textarea("rules"))
	}
	form.Set("resource", "on")
	s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "1 of 1 resource: 0 fail").lacks(">not met<")
	form.Set("resource", "none")
	s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="resource-fault"`)
	form.Set("resource", "")
	form.Set("type", "s3-bukkit")
	form.Set("service", "S3")
	s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="type-fault"`)

	form = ruleForm("run")
	form.Set("on", "document")
	form.Set("document", `{"resourceId": "x", "data": {"VersioningConfiguration": {"Status": "Off"}}}`)
	s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "1 of 1 resource: 1 fail", ">not met<")
	for _, document := range []string{"", "[]", "null", "{", "7"} {
		form.Set("document", document)
		s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="document-fault"`)
	}
	form = ruleForm("validate")
	form.Set("attributes", `[{"name": "versioning", "path": "data.Versionin", "required": false}]`)
	s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "never has a value")
	if list, _ := s.store.CustomRules(t.Context()); len(list) != 0 {
		t.Errorf("a trial left %v", list)
	}
}

func TestLookAtDocument(t *testing.T) {
	s := newSite(t)
	s.buckets()
	form := ruleForm("look")
	form.Set("rules", "[") // a document can be looked at before the rule is right
	s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="account-fault"`)
	form.Set("account", s.account.ID)
	form.Set("resource", "on")
	s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "What conditions see of on", "data.VersioningConfiguration.Status", "&#34;Enabled&#34;")
	form.Set("resource", "off")
	s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "What conditions see of off").lacks(hostile)
	form.Set("resource", "none")
	s.post(admin, "/custom-rules/new", form).want(http.StatusUnprocessableEntity, `id="resource-fault"`)
}

// Every example can be saved as it is, and looks only for what resources have.
func TestCustomRuleExamples(t *testing.T) {
	s := newSite(t)
	list := s.get(admin, "/custom-rules").want(http.StatusOK)
	n := 0
	for rest := list.Body; ; n++ {
		_, after, ok := strings.Cut(rest, "/custom-rules/new?example=")
		if !ok {
			break
		}
		key, tail, _ := strings.Cut(after, `"`)
		rest = tail
		page := s.get(admin, "/custom-rules/new?example="+key).want(http.StatusOK)
		form := url.Values{"do": {"validate"}, "severity": {"LOW"}, "category": {"security"}}
		for _, field := range []string{"name", "type", "service"} {
			form.Set(field, page.input(field))
		}
		form.Set("attributes", page.textarea("attributes"))
		form.Set("rules", page.textarea("rules"))
		s.post(admin, "/custom-rules/new", form).want(http.StatusOK, "The rule is valid").lacks("never has a value")
		form.Set("do", "save")
		if got := s.post(admin, "/custom-rules/new", form); got.Status != http.StatusSeeOther {
			t.Errorf("%s: %d", key, got.Status)
		}
	}
	if n < 4 {
		t.Errorf("there are %d examples", n)
	}
}
