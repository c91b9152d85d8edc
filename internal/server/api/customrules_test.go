package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/snapshot"
	"github.com/surety-cloud/surety/internal/store"
)

// customRule is a rule as Terraform sends one: members in its order, values of
// every type.
const customRule = `{"name":"Versioning is on","description":"d","service":"S3","resourceType":"s3-bucket","severity":"HIGH","enabled":true,"provider":"aws",` +
	`"categories":["security"],"attributes":[{"name":"versioning","path":"data.VersioningConfiguration","required":false}],` +
	`"rules":[{"conditions":{"any":[{"fact":"versioning","path":"$.Status","operator":"equal","value":"Enabled"},` +
	`{"all":[{"fact":"versioning","operator":"equal","value":null},{"fact":"versioning","operator":"equal","value":12}]}]},"event":{"type":"Versioning is off"}}]}`

func TestCustomRules(t *testing.T) {
	s := newServer(t)
	if got := s.ok(reader, "GET", "/v1/custom-rules/", ""); size(at(got, "data")) != 0 {
		t.Errorf("before any there is %v", got)
	}
	made := s.do(admin, "POST", "/v1/custom-rules", customRule)
	body := made.want(http.StatusOK)
	id, _ := at(body, "data", "id").(string)
	if at(body, "data", "type") != "CustomRules" || !strings.HasPrefix(id, "CUSTOM-") || len(id) != 13 {
		t.Errorf("the rule is %s", made.Body)
	}
	path := "/v1/custom-rules/" + id
	for _, read := range []string{path, "/v1/custom-rules"} {
		got := s.do(reader, "GET", read, "")
		if size(at(got.want(http.StatusOK), "data")) != 1 || !strings.Contains(string(got.Body), `"attributes":`+customRule) {
			t.Errorf("GET %s has %s", read, got.Body)
		}
	}
	other := strings.Replace(customRule, `"severity":"HIGH"`, `"severity":"LOW","id":"ignored","remediationNotes":"do"`, 1)
	if got := s.ok(admin, "PUT", path, other); at(got, "data", "id") != id || at(got, "data", "attributes", "severity") != "LOW" {
		t.Errorf("after PUT: %v", got)
	}
	own := store.Found{Rule: id, Service: "S3", Region: "us-east-1", Resource: "b", Type: "AWS::S3::Bucket", Status: store.Failure, Risk: 3, Origin: store.ByCustomRule}
	s.merge(s.account, []store.Found{own})
	if got := s.ok(admin, "DELETE", path, ""); at(got, "meta", "status") != "deleted" {
		t.Errorf("the answer to the deletion is %v", got)
	}
	if _, err := s.store.Check(t.Context(), s.account.Num, id, "us-east-1", "b"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("its check is still there: %v", err)
	}
	for method, body := range map[string]string{"GET": "", "PUT": customRule, "DELETE": ""} {
		s.do(admin, method, path, body).want(http.StatusNotFound)
	}
}

func TestCustomRuleRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		body   string
		status int
		source string
	}{
		"no JSON":         {"{", 400, ""},
		"with data":       {`{"data":` + customRule + `}`, 400, ""},
		"a wrong type":    {strings.Replace(customRule, `"enabled":true`, `"enabled":"yes"`, 1), 400, "/enabled"},
		"a wrong risk":    {strings.Replace(customRule, `"HIGH"`, `"SOME"`, 1), 422, "/severity"},
		"a wrong member":  {strings.Replace(customRule, `"operator":"equal","value":"Enabled"`, `"operator":"like","value":"Enabled"`, 1), 422, "/rules/0/conditions/any/0/operator"},
		"no such fact":    {strings.Replace(customRule, `"fact":"versioning","path"`, `"fact":"other","path"`, 1), 422, "/rules/0/conditions/any/0/fact"},
		"not an operator": {strings.Replace(customRule, `"any":[`, `"none":[`, 1), 400, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/custom-rules", test.body).want(test.status)
			if source, _ := at(got, "errors", 0, "source", "pointer").(string); test.source != "" && source != test.source {
				t.Errorf("the error is %v", got)
			}
		})
	}
	// What can judge nothing is kept, and said.
	for _, change := range [][2]string{{`"aws"`, `"gcp"`}, {`"s3-bucket"`, `"s3-bukkit"`}} {
		got := s.ok(admin, "POST", "/v1/custom-rules", strings.Replace(customRule, change[0], change[1], 1))
		if warning, _ := at(got, "meta", "warning").(string); !strings.Contains(warning, "makes no checks") {
			t.Errorf("a rule that judges nothing: %v", got)
		}
	}
}

// An attribute that no resource of the type has is no error, and is said.
func TestCustomRuleWarns(t *testing.T) {
	s := newServer(t)
	path := func(to string) string {
		return strings.Replace(customRule, "data.VersioningConfiguration", to, 1)
	}
	made := s.ok(admin, "POST", "/v1/custom-rules", path("data.BucketVersioning"))
	if at(made, "meta", "warning") != nil {
		t.Errorf("a name of the API: %v", made)
	}
	id, _ := at(made, "data", "id").(string)
	want := `attribute "versioning" never has a value: the documents of s3-bucket have no data.BucketVersionin; the nearest is data.BucketVersioning`
	stray := path("$.data.BucketVersionin")
	for method, to := range map[string]string{"POST": "/v1/custom-rules", "PUT": "/v1/custom-rules/" + id} {
		got := s.ok(admin, method, to, stray)
		if at(got, "meta", "warning") != want || at(got, "data", "attributes", "attributes", 0, "path") != "$.data.BucketVersionin" {
			t.Errorf("%s: %v", method, got)
		}
	}
	run := "/v1/custom-rules/run?accountId=" + s.account.ID
	if got := s.ok(admin, "POST", run, `{"configuration":`+stray+`}`); at(got, "meta", "warning") != want+". the account has not been scanned yet" {
		t.Errorf("a trial before the first scan: %v", got)
	}
	s.buckets()
	if got := s.ok(admin, "POST", run, `{"configuration":`+stray+`}`); at(got, "meta", "warning") != want {
		t.Errorf("a trial: %v", got)
	}
	// One warning is enough for a rule that makes no checks at all.
	for _, change := range [][2]string{{`"aws"`, `"gcp"`}, {`"s3-bucket"`, `"s3-bukkit"`}} {
		got := s.ok(admin, "POST", "/v1/custom-rules", strings.Replace(stray, change[0], change[1], 1))
		if warning, _ := at(got, "meta", "warning").(string); strings.Contains(warning, "never has a value") {
			t.Errorf("of a rule that judges nothing: %v", got)
		}
	}
}

// The sample rule of Cloud Conformity's reference looks for the API's name.
func TestRunCustomRuleOnAlias(t *testing.T) {
	s := newServer(t)
	s.buckets()
	rule := strings.NewReplacer(`data.VersioningConfiguration","required":false`, `data.Name","required":true`,
		`"path":"$.Status","operator":"equal","value":"Enabled"`, `"operator":"pattern","value":"^o"`).Replace(customRule)
	got := s.ok(admin, "POST", "/v1/custom-rules/run?accountId="+s.account.ID, run(rule, ""))
	statuses := map[any]any{}
	for i := range size(at(got, "data")) {
		statuses[at(got, "data", i, "attributes", "resource")] = at(got, "data", i, "attributes", "status")
	}
	if d := cmp.Diff(map[any]any{"on": "SUCCESS", "off": "SUCCESS", "unread": "FAILURE"}, statuses); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// buckets scans an account with three buckets: versioned, not versioned, and
// one of which that could not be read.
func (s *server) buckets() {
	s.t.Helper()
	seen := func(id string, versioning any) store.Seen {
		properties := map[string]any{"BucketName": id}
		if versioning != nil {
			properties["VersioningConfiguration"] = versioning
		}
		doc, err := snapshot.Marshal(&cloud.Resource{Type: "AWS::S3::Bucket", ID: id, ARN: "arn:aws:s3:::" + id, Region: "us-east-1", Account: s.account.AWSID, Properties: properties})
		if err != nil {
			s.t.Fatal(err)
		}
		return store.Seen{Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: id, ARN: "arn:aws:s3:::" + id, Doc: doc}
	}
	s.given = map[string]map[string]bool{"AWS::S3::Bucket": {"BucketName": true, "VersioningConfiguration": true, "Tags": true}}
	s.merge(s.account, nil,
		seen("on", map[string]any{"Status": "Enabled"}), seen("off", nil), seen("unread", &cloud.Unresolved{Reason: "s3:GetBucketVersioning was denied"}))
}

func run(rule, more string) string { return `{"configuration":` + rule + more + `}` }

func TestRunCustomRule(t *testing.T) {
	s := newServer(t)
	path := "/v1/custom-rules/run?accountId=" + s.account.ID
	if got := s.ok(admin, "POST", path, run(customRule, "")); size(at(got, "data")) != 0 || at(got, "meta", "warning") != "the account has not been scanned yet" {
		t.Errorf("before the first scan: %v", got)
	}
	s.buckets()
	got := s.ok(admin, "POST", path+"&resourceData=True", run(customRule, ""))
	want := map[string]string{"on": "SUCCESS", "off": "FAILURE", "unread": "UNKNOWN"}
	if size(at(got, "data")) != len(want) || size(at(got, "meta", "resourceData")) != len(want) {
		t.Fatalf("the answer is %v", got)
	}
	for i := range len(want) {
		check := at(got, "data", i)
		name, _ := at(check, "attributes", "resource").(string)
		if at(check, "attributes", "status") != want[name] || at(check, "id") != "ccc:"+s.account.ID+":CUSTOM-RUN:S3:us-east-1:"+name ||
			at(check, "attributes", "risk-level") != "HIGH" || at(check, "relationships", "account", "data", "id") != s.account.ID {
			t.Errorf("the check is %v", check)
		}
	}
	one := s.ok(admin, "POST", path, run(strings.TrimSuffix(customRule, "}")+`,"resourceId":"off"}`, ""))
	if size(at(one, "data")) != 1 || at(one, "data", 0, "attributes", "message") != "Versioning is off" || at(one, "meta", "resourceData") != nil {
		t.Errorf("of one resource: %v", one)
	}
	// What the scan does not read is not taken for not set.
	unread := strings.NewReplacer("VersioningConfiguration", "LoggingConfiguration", "$.Status", "$.Prefix").Replace(customRule)
	got = s.ok(admin, "POST", path, run(unread, ""))
	if at(got, "data", 0, "attributes", "status") != "UNKNOWN" {
		t.Errorf("of what is not read: %v", got)
	}
	required := strings.Replace(customRule, `"required":false`, `"required":true`, 1)
	got = s.ok(admin, "POST", path, run(required, ""))
	if at(got, "meta", "notApplicable") != 1.0 || size(at(got, "data")) != 2 {
		t.Errorf("with a required attribute: %v", got)
	}
	if got := s.ok(admin, "GET", "/v1/custom-rules", ""); size(at(got, "data")) != 0 {
		t.Errorf("a trial left %v", got)
	}
}

func TestRunCustomRuleOnDocument(t *testing.T) {
	s := newServer(t)
	document := `{"accountId":"acc1","resourceId":"b","region":"eu-west-1","service":"S3","data":{"VersioningConfiguration":{"Status":"Enabled"},"Tags":[{"Key":"a","Value":"1"}]}}`
	got := s.ok(admin, "POST", "/v1/custom-rules/run?resourceData=true", run(customRule, `,"resource":`+document))
	if at(got, "data", 0, "attributes", "status") != "SUCCESS" || at(got, "data", 0, "id") != "ccc:acc1:CUSTOM-RUN:S3:eu-west-1:b" || at(got, "data", 0, "attributes", "tags", 0) != "a::1" {
		t.Errorf("the answer is %v", got)
	}
	var sent any
	if err := json.Unmarshal([]byte(document), &sent); err != nil {
		t.Fatal(err)
	}
	if at(got, "meta", "resourceData", 0, "data", "VersioningConfiguration", "Status") != "Enabled" {
		t.Errorf("the document is %v", at(got, "meta"))
	}
	s.do(admin, "POST", "/v1/custom-rules/run", run(customRule, "")).want(http.StatusUnprocessableEntity)
	s.do(admin, "POST", "/v1/custom-rules/run", `{"resource":{}}`).want(http.StatusBadRequest)
	s.do(admin, "POST", "/v1/custom-rules/run", run("{}", `,"resource":{}`)).want(http.StatusBadRequest)
	s.do(admin, "POST", "/v1/custom-rules/run?accountId=nothing", run(customRule, "")).want(http.StatusNotFound)
	s.do(admin, "POST", "/v1/custom-rules/run?accountId="+s.account.ID, run(strings.TrimSuffix(customRule, "}")+`,"resourceId":"none"}`, "")).want(http.StatusNotFound)
	s.do(admin, "POST", "/v1/custom-rules/run?accountId="+s.account.ID, run(strings.Replace(customRule, "s3-bucket", "s3-bukkit", 1), "")).want(http.StatusUnprocessableEntity)
}

// A trial tells on demand which condition says what.
func TestExplainCustomRule(t *testing.T) {
	s := newServer(t)
	s.buckets()
	path := "/v1/custom-rules/run?accountId=" + s.account.ID
	body := run(strings.TrimSuffix(customRule, "}")+`,"resourceId":"off"}`, "")
	if got := s.ok(admin, "POST", path, body); at(got, "data", 0, "attributes", "conditions") != nil {
		t.Errorf("without being asked: %v", got)
	}
	conditions := at(s.ok(admin, "POST", path+"&explain=true", body), "data", 0, "attributes", "conditions")
	want := []any{
		map[string]any{"member": "rules[0].conditions.any[0]", "fact": "versioning", "path": "$.Status", "operator": "equal", "value": "Enabled", "status": "FAILURE"},
		map[string]any{"member": "rules[0].conditions.any[1].all[0]", "fact": "versioning", "operator": "equal", "value": nil, "status": "FAILURE"},
		map[string]any{"member": "rules[0].conditions.any[1].all[1]", "fact": "versioning", "operator": "equal", "value": 12.0, "status": "FAILURE"},
	}
	if d := cmp.Diff(want, conditions); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}
