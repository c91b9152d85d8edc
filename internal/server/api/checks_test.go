package api_test

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// bucketCheck is a check of S3-001 on a bucket.
func bucketCheck(name string, status store.Status) store.Found {
	return store.Found{
		Rule: "S3-001", Service: "S3", Region: "us-east-1", Resource: name, Type: "AWS::S3::Bucket", Status: status, Risk: 4,
		Message: "Bucket " + name + " can be listed by everyone",
	}
}

// bucketOf is the bucket of such a check.
func bucketOf(name string, tags map[string]string) store.Seen {
	return store.Seen{
		Type: "AWS::S3::Bucket", Region: "us-east-1", Resource: name, ARN: "arn:aws:s3:::" + name, Name: name, Tags: tags,
		Doc: []byte(`{"type":"AWS::S3::Bucket","id":"` + name + `","account":"111122223333","region":"us-east-1","properties":{"BucketName":"` + name + `"}}`),
	}
}

// trailCheck is a check whose rule's id does not begin with its service's key,
// about a resource whose id has slashes and colons.
func trailCheck() store.Found {
	return store.Found{
		Rule: "CT-003", Service: "CloudTrail", Region: "eu-west-1", Resource: trailARN, Type: "AWS::CloudTrail::Trail",
		Status: store.Failure, Risk: 3, Message: "Trail main does not log all regions",
	}
}

const trailARN = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/main one"

// withChecks is a server whose first account has checks of every kind.
func withChecks(t *testing.T) *server {
	s := newServer(t)
	s.merge(s.account, []store.Found{
		bucketCheck("a", store.Failure), bucketCheck("b", store.Success), trailCheck(),
		{Rule: "EC2-001", Service: "EC2", Region: "global", Type: "AWS::EC2::SecurityGroup", Status: store.Unknown, Risk: 5, Message: "could not be told", Reason: "ec2:DescribeSecurityGroups was denied"},
	}, bucketOf("a", map[string]string{"Team": "Payments"}), bucketOf("b", map[string]string{"team": "web"}))
	s.merge(s.other, []store.Found{bucketCheck("c", store.Failure)})
	return s
}

// ids are the ids of the list in an answer.
func ids(body map[string]any) []string {
	var out []string
	data, _ := body["data"].([]any)
	for _, d := range data {
		out = append(out, at(d, "id").(string))
	}
	return out
}

// resources are the resources' ids in a list of checks.
func resourcesOf(body map[string]any) string {
	var out []string
	data, _ := body["data"].([]any)
	for _, d := range data {
		out = append(out, at(d, "attributes", "resource").(string))
	}
	return strings.Join(out, " ")
}

func TestCheckObject(t *testing.T) {
	s := withChecks(t)
	body := s.ok(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":S3-001:S3:us-east-1:a", "")
	if got, want := at(body, "data", "id"), "ccc:"+s.account.ID+":S3-001:S3:us-east-1:a"; got != want || at(body, "data", "type") != "checks" {
		t.Errorf("the id is %v, not %v", got, want)
	}
	now := float64(s.now.UnixMilli())
	for name, want := range map[string]any{
		"region": "us-east-1", "status": "FAILURE", "risk-level": "VERY_HIGH", "pretty-risk-level": "Very High", "service": "S3", "provider": "aws",
		"message": "Bucket a can be listed by everyone", "resource": "a", "resourceName": "S3 Bucket", "descriptorType": "s3-bucket", "link-title": "a",
		"ccrn": "ccrn:aws:" + s.account.ID + ":S3:us-east-1:a", "providerResourceId": "arn:aws:s3:::a", "extradata": nil,
		"created-date": now, "last-modified-date": now, "last-refresh-date": now, "failure-discovery-date": now, "resolved-date": nil,
		"last-updated-date": nil, "failure-introduced-by": nil, "resolved-by": nil, "status-since": now, "suppressed": false, "suppressed-until": nil,
		"not-scored": false, "ignored": nil, "excluded": false, "cost": 0.0, "waste": 0.0, "stale-since": nil, "notes": nil,
		"resolution-page-url": s.url + "/knowledge-base/aws/S3/bucket-acl-does-not-let-everyone-list-objects.html",
	} {
		if got := at(body, "data", "attributes", name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if title, _ := at(body, "data", "attributes", "rule-title").(string); title == "" || title == "S3-001" {
		t.Errorf("the title is %q", title)
	}
	if at(body, "data", "attributes", "categories", 0) != "security" || size(at(body, "data", "attributes", "compliances")) < 1 || at(body, "data", "attributes", "tags", 0) != "Team::Payments" {
		t.Errorf("categories, compliances or tags: %v", body)
	}
	if link, _ := at(body, "data", "attributes", "link").(string); !strings.HasPrefix(link, "https://") {
		t.Errorf("the link is %q", link)
	}
	if at(body, "data", "relationships", "rule", "data", "id") != "S3-001" || at(body, "data", "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("the relationships are %v", at(body, "data", "relationships"))
	}
	unknown := s.ok(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":EC2-001:EC2:global:", "")
	if at(unknown, "data", "attributes", "status") != "UNKNOWN" || at(unknown, "data", "attributes", "unknown-reason") != "ec2:DescribeSecurityGroups was denied" {
		t.Errorf("what could not be told is %v", unknown)
	}
}

// TestCheckPaths asks for a check in every way that clients write its id.
func TestCheckPaths(t *testing.T) {
	s := withChecks(t)
	id := "ccc:" + s.account.ID + ":CT-003:CloudTrail:eu-west-1:" + trailARN
	raw := strings.ReplaceAll(id, " ", "%20")
	for name, path := range map[string]string{
		"escaped":                       url.PathEscape(id),
		"slashes raw":                   raw,
		"space as a plus":               strings.ReplaceAll(url.PathEscape(id), "%20", "+"),
		"as in a query":                 url.QueryEscape(id),
		"rule's prefix for the service": strings.Replace(raw, ":CloudTrail:", ":CT:", 1),
		"slash at the end":              raw + "/",
	} {
		got := s.do(reader, "GET", "/v1/checks/"+path, "")
		if got.Status != http.StatusOK {
			t.Errorf("%s: %d %s", name, got.Status, got.Body)
			continue
		}
		if at(got.want(http.StatusOK), "data", "id") != id {
			t.Errorf("%s: the id is %v", name, at(got.want(http.StatusOK), "data", "id"))
		}
	}
	gone := s.do(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":CT-003:CloudTrail:eu-west-1:x", "")
	gone.want(http.StatusNotFound)
	if !strings.Contains(string(gone.Body), "404") {
		t.Errorf("the body of a 404 does not say so: %s", gone.Body)
	}
	s.do(reader, "GET", "/v1/checks/nonsense", "").want(http.StatusNotFound)
	s.do(reader, "GET", "/v1/checks/ccc:"+s.other.ID+":S3-001:S3:us-east-1:c", "").want(http.StatusForbidden)
}

func TestListChecks(t *testing.T) {
	s := withChecks(t)
	both := s.account.ID + "," + s.other.ID
	for name, test := range map[string]struct {
		query, want string
		total       int
	}{
		"one account":           {"accountIds=" + s.account.ID, trailARN + "  a b", 4},
		"two accounts":          {"accountIds=" + both, trailARN + "  a b c", 5},
		"all":                   {"accountIds=all", trailARN + "  a b c", 5},
		"the same twice":        {"accountIds=" + s.other.ID + "," + s.other.ID, "c", 1},
		"first page":            {"accountIds=" + both + "&page[size]=2&page[number]=0", trailARN + " ", 5},
		"last page":             {"accountIds=" + both + "&page%5Bsize%5D=2&page%5Bnumber%5D=2", "c", 5},
		"one page too many":     {"accountIds=" + both + "&page[size]=5&page[number]=1&consistentPagination=True", "", 5},
		"empty filters":         {"accountIds=" + both + "&filter[regions]=&filter[statuses]=", trailARN + "  a b c", 5},
		"region":                {"accountIds=" + both + "&filter[regions]=eu-west-1,global", trailARN + " ", 2},
		"service":               {"accountIds=" + both + "&filter[services]=CloudTrail", trailARN, 1},
		"status":                {"accountIds=" + both + "&filter[statuses]=SUCCESS,UNKNOWN", " b", 2},
		"risk":                  {"accountIds=" + both + "&filter[riskLevels]=EXTREME", "", 1},
		"rule":                  {"accountIds=" + both + "&filter[ruleIds]=S3-001", "a b c", 3},
		"type":                  {"accountIds=" + both + "&filter[resourceTypes]=s3-bucket", "a b c", 3},
		"type as AWS has it":    {"accountIds=" + both + "&filter[resourceTypes]=AWS::CloudTrail::Trail", trailARN, 1},
		"no such type":          {"accountIds=" + both + "&filter[resourceTypes]=s3-pail", "", 0},
		"category":              {"accountIds=" + both + "&filter[categories]=sustainability", "", 0},
		"standard":              {"accountIds=" + both + "&filter[compliances]=NOSUCH", "", 0},
		"provider":              {"accountIds=" + both + "&filter[providers]=azure", "", 0},
		"tag":                   {"accountIds=" + both + "&filter[tags]=team::payments", "a", 1},
		"key of a tag":          {"accountIds=" + both + "&filter[tags]=TEAM", "a b", 2},
		"value of a tag":        {"accountIds=" + both + "&filter[tags]=web", "b", 1},
		"part of a tag":         {"accountIds=" + both + "&filter[filterTags]=aymen", "a", 1},
		"tag is no part":        {"accountIds=" + both + "&filter[tags]=aymen", "", 0},
		"text in the message":   {"accountIds=" + both + "&filter[text]=LISTED%20BY", "a b c", 3},
		"text in the resource":  {"accountIds=" + both + "&filter[text]=trail/main", trailARN, 1},
		"words":                 {"accountIds=" + both + "&filter[message]=everyone%20bucket", "a b c", 3},
		"resource":              {"accountIds=" + both + "&filter[resource]=b", "b", 1},
		"resource's case":       {"accountIds=" + both + "&filter[resource]=*MAIN*", "", 0},
		"wildcards":             {"accountIds=" + both + "&filter[resource]=*main*", trailARN, 1},
		"regular expression":    {"accountIds=" + both + "&filter[resource]=[ab]&filter[resourceSearchMode]=regex", "a b", 2},
		"created":               {"accountIds=" + both + fmt.Sprintf("&filter[createdDate]=%d", s.now.Add(time.Hour).UnixMilli()), "", 0},
		"newer":                 {"accountIds=" + both + "&filter[newerThanDays]=1", trailARN + "  a b c", 5},
		"older":                 {"accountIds=" + both + "&filter[olderThanDays]=1", "", 0},
		"suppressed shows both": {"accountIds=" + both + "&filter[suppressed]=True", trailARN + "  a b c", 5},
		"suppressed only":       {"accountIds=" + both + "&filter[suppressed]=true&filter[suppressedFilterMode]=v2", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			body := s.ok(admin, "GET", "/v1/checks?"+test.query, "")
			if got := resourcesOf(body); got != test.want {
				t.Errorf("the checks are of %q, not %q", got, test.want)
			}
			if at(body, "meta", "total") != float64(test.total) || at(body, "meta", "total-pages") == nil {
				t.Errorf("meta is %v, not %d", at(body, "meta"), test.total)
			}
		})
	}
	for query, status := range map[string]int{
		"":                                     422,
		"accountIds=":                          422,
		"accountIds=" + s.other.ID:             403,
		"accountIds=" + both:                   403,
		"accountIds=all&page[size]=1001":       422,
		"accountIds=all&page[number]=x":        422,
		"accountIds=all&page[after]=x":         422,
		"accountIds=all&filter[statuses]=GOOD": 422,
		"accountIds=all&filter[resource]=[&filter[resourceSearchMode]=regex":     422,
		"accountIds=all&page[after]=" + "W251bGwsMSwyXQ":                         422, // [null,1,2]
		"accountIds=all&page[size]=1000&page[number]=1099511627776":              200,
		"accountIds=all&unknown=1&filter[unknown]=x&filter[statuses]=success":    200,
		"accountIds=all&filter[tags]=%25&filter[text]=%25&filter[message]=_%5C":  200,
		"accountIds=all&filter[resource]=%25_%5C*&filter[filterTags]='%20OR%201": 200,
	} {
		s.do(reader, "GET", "/v1/checks?"+query, "").want(status)
	}
	s.do(admin, "GET", "/v1/checks?accountIds=nosuch", "").want(http.StatusNotFound)
}

// TestChecksOfCustomStandard: a standard that users have written is one to
// filter by, and one that a check bears on.
func TestChecksOfCustomStandard(t *testing.T) {
	s := withChecks(t)
	made := s.do(admin, "POST", "/v1/compliance-standards/custom", `{"data":{"name":"Ours","version":"1","description":"d","isEnabled":true,"type":"PUBLISHED",
		"controls":[{"aid":"1","title":"t","headings":{"level1":"h"},"awsRules":["S3-001"]}]}}`).want(http.StatusCreated)
	id := at(made, "data", "id").(string)
	body := s.ok(reader, "GET", "/v1/checks?accountIds="+s.account.ID+"&filter[compliances]="+id, "")
	if resourcesOf(body) != "a b" {
		t.Errorf("the checks are of %q", resourcesOf(body))
	}
	compliances, _ := at(body, "data", 0, "attributes", "compliances").([]any)
	if !slices.Contains(compliances, any(id)) {
		t.Errorf("the compliances are %v", compliances)
	}
}

// TestCheckCursor goes through a list by page[after]: every check once, in the
// order of the pages by number.
func TestCheckCursor(t *testing.T) {
	s := withChecks(t)
	want := ids(s.ok(admin, "GET", "/v1/checks?accountIds=all", ""))
	var got []string
	path := "/v1/checks?accountIds=all&page[size]=2&page[after]=first"
	for range 10 {
		body := s.ok(admin, "GET", path, "")
		got = append(got, ids(body)...)
		if at(body, "meta", "total") != nil {
			t.Error("a page by place has a total")
		}
		next, _ := at(body, "links", "next").(string)
		if next == "" {
			break
		}
		path = next
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("page by page the checks are %q, not %q", got, want)
	}
	first := s.ok(admin, "GET", "/v1/checks?accountIds=all&page[size]=4", "")
	next := at(first, "meta", "next").(string)
	if rest := ids(s.ok(admin, "GET", "/v1/checks?accountIds=all&page[after]="+next, "")); len(rest) != 1 || rest[0] != want[4] {
		t.Errorf("after the first four come %q", rest)
	}
	s.do(reader, "GET", "/v1/checks?accountIds="+s.account.ID+"&page[after]="+at(s.ok(admin, "GET", "/v1/checks?accountIds="+s.other.ID+"&page[size]=1", ""), "meta", "next").(string), "").want(http.StatusUnprocessableEntity)
}

// TestSearchWithin goes through a list whose pages end early: with the account
// that was begun last.
func TestSearchWithin(t *testing.T) {
	s := withChecks(t)
	for _, list := range []string{"checks", "resources"} {
		want := ids(s.ok(admin, "GET", "/v1/"+list+"?accountIds=all", ""))
		path := "/v1/" + list + "?accountIds=all&page[after]=first&page[within]=0"
		first := s.ok(admin, "GET", path, "")
		if n := at(first, "meta", "accounts-left"); n != 1.0 || size(at(first, "data")) == 0 {
			t.Fatalf("%s: %v accounts are left, and %d are found", list, n, size(at(first, "data")))
		}
		next := at(first, "links", "next").(string)
		if !strings.Contains(next, "within") {
			t.Errorf("the next page of %s is without the limit: %s", list, next)
		}
		second := s.ok(admin, "GET", next, "")
		if got := append(ids(first), ids(second)...); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("the %s are %q, not %q", list, got, want)
		}
		if meta := at(second, "meta"); at(meta, "accounts-left") != nil || at(meta, "next") != nil {
			t.Errorf("the list of %s goes on: %v", list, meta)
		}
		// In time, nothing is left.
		if whole := s.ok(admin, "GET", "/v1/"+list+"?accountIds=all&page[after]=first&page[within]=60000", ""); len(ids(whole)) != len(want) {
			t.Errorf("in a minute %q are found, not %q", ids(whole), want)
		}
		s.do(admin, "GET", "/v1/"+list+"?accountIds=all&page[after]=first&page[within]=soon", "").want(http.StatusUnprocessableEntity)
	}
}

// TestWorstFirst lists failures before all else, page by page.
func TestWorstFirst(t *testing.T) {
	s := withChecks(t)
	var statuses []any
	path := "/v1/checks?accountIds=all&page[size]=2&sort=worst&page[after]=first"
	for range 10 {
		body := s.ok(admin, "GET", path, "")
		for i := range size(at(body, "data")) {
			statuses = append(statuses, at(body, "data", i, "attributes", "status"))
		}
		next, _ := at(body, "links", "next").(string)
		if next == "" {
			break
		}
		path = next
	}
	all := ids(s.ok(admin, "GET", "/v1/checks?accountIds=all", ""))
	if len(statuses) != len(all) || !slices.IsSortedFunc(statuses, func(a, b any) int {
		return cmp.Compare(strings.Index("FAILURE UNKNOWN SUCCESS", a.(string)), strings.Index("FAILURE UNKNOWN SUCCESS", b.(string)))
	}) {
		t.Errorf("of %d checks the statuses are %v", len(all), statuses)
	}
	first := at(s.ok(admin, "GET", "/v1/checks?accountIds=all&page[size]=1", ""), "meta", "next").(string)
	for _, query := range []string{"sort=worst", "sort=best&page[after]=first", "sort=worst&page[after]=" + first} {
		s.do(admin, "GET", "/v1/checks?accountIds=all&"+query, "").want(http.StatusUnprocessableEntity)
	}
}

// TestStale is what an account that cannot be read, and a type that cannot, do
// to what is told of checks.
func TestStale(t *testing.T) {
	s := withChecks(t)
	path := "/v1/checks/ccc:" + s.account.ID + ":S3-001:S3:us-east-1:a"
	s.now = s.now.Add(time.Hour)
	id, err := s.store.BeginScan(t.Context(), s.account.Num, "test", "manual", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.FailScan(t.Context(), s.account.Num, id, "the role cannot be assumed"); err != nil {
		t.Fatal(err)
	}
	body := s.ok(reader, "GET", path, "")
	if at(body, "data", "attributes", "stale-since") != float64(s.now.UnixMilli()) || at(body, "data", "attributes", "stale-reason") != "the role cannot be assumed" ||
		at(body, "data", "attributes", "status") != "FAILURE" {
		t.Errorf("a check of an account that cannot be read is %v", at(body, "data", "attributes"))
	}
}

func TestSuppressCheck(t *testing.T) {
	s := withChecks(t)
	id := "ccc:" + s.account.ID + ":CT-003:CloudTrail:eu-west-1:" + trailARN
	// As Terraform writes it: the rule's prefix for the service.
	path := "/v1//checks/" + url.PathEscape(strings.Replace(id, ":CloudTrail:", ":CT:", 1))
	until := s.now.Add(24 * time.Hour).UnixMilli()
	body := s.ok(writer, "PATCH", path, fmt.Sprintf(`{"data":{"type":"checks","attributes":{"suppressed":true,"suppressed-until":%d}},"meta":{"note":"until the migration"}}`, until))
	if at(body, "data", "id") != id || at(body, "data", "attributes", "resource") != trailARN || at(body, "data", "attributes", "region") != "eu-west-1" ||
		at(body, "data", "relationships", "rule", "data", "id") != "CT-003" || at(body, "data", "relationships", "account", "data", "id") != s.account.ID {
		t.Errorf("the answer is %v", body)
	}
	if at(body, "data", "attributes", "suppressed") != true || at(body, "data", "attributes", "suppressed-until") != float64(until) || at(body, "data", "attributes", "last-updated-by") != "writer@example.com" {
		t.Errorf("the suppressed check is %v", at(body, "data", "attributes"))
	}
	shown := s.ok(reader, "GET", path+"?filter[notes]=true&filter[notesLength]=1", "")
	if at(shown, "data", "attributes", "notes", 0, "note") != "until the migration" || at(shown, "data", "attributes", "notes", 0, "createdBy") != "writer@example.com" || at(shown, "data", "attributes", "notes", 0, "created-date") == nil {
		t.Errorf("the notes are %v", at(shown, "data", "attributes", "notes"))
	}
	only := s.ok(reader, "GET", "/v1/checks?filter[suppressed]=true&filter[suppressedFilterMode]=v2&accountIds="+s.account.ID, "")
	if got := resourcesOf(only); got != trailARN {
		t.Errorf("the suppressed checks are of %q", got)
	}
	// Lifted without meta, and with an empty one for ever.
	if body := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"suppressed":false}}}`); at(body, "data", "attributes", "suppressed") != false || at(body, "data", "attributes", "suppressed-until") != nil {
		t.Errorf("the lifted check is %v", at(body, "data", "attributes"))
	}
	if body := s.ok(writer, "PATCH", path, `{"data":{"attributes":{"suppressed":true,"suppressed-until":null}},"meta":{}}`); at(body, "data", "attributes", "suppressed-until") != nil {
		t.Errorf("the check suppressed for ever is %v", at(body, "data", "attributes"))
	}
	for _, name := range []string{"account.check.update.suppressed.until", "account.check.update.unsuppressed", "account.check.update.suppressed"} {
		if n := s.events(name); n != 1 {
			t.Errorf("there are %d events %s", n, name)
		}
	}
}

// events counts the events of a name.
func (s *server) events(name string) int {
	s.t.Helper()
	return size(at(s.ok(admin, "GET", "/v1/events?filter[name]="+name, ""), "data"))
}

func TestSuppressCheckRefused(t *testing.T) {
	s := withChecks(t)
	failing := "/v1/checks/ccc:" + s.account.ID + ":S3-001:S3:us-east-1:a"
	for name, test := range map[string]struct {
		caller, path, body string
		status             int
	}{
		"a success":           {writer, strings.TrimSuffix(failing, "a") + "b", `{"data":{"attributes":{"suppressed":true}}}`, 422},
		"no such check":       {writer, failing + "x", `{"data":{"attributes":{"suppressed":true}}}`, 404},
		"read access":         {reader, failing, `{"data":{"attributes":{"suppressed":true}}}`, 403},
		"read only":           {readOnly, failing, `{"data":{"attributes":{"suppressed":true}}}`, 403},
		"another account":     {writer, "/v1/checks/ccc:" + s.other.ID + ":S3-001:S3:us-east-1:c", `{"data":{"attributes":{"suppressed":true}}}`, 403},
		"nothing to do":       {writer, failing, `{"data":{"attributes":{}}}`, 422},
		"other attributes":    {writer, failing, `{"data":{"attributes":{"message":"x","status":"SUCCESS"}}}`, 422},
		"in the past":         {writer, failing, `{"data":{"attributes":{"suppressed":true,"suppressed-until":1000}}}`, 422},
		"no number":           {writer, failing, `{"data":{"attributes":{"suppressed":true,"suppressed-until":"tomorrow"}}}`, 400},
		"a number too large":  {writer, failing, `{"data":{"attributes":{"suppressed":true,"suppressed-until":9223372036854775807}}}`, 422},
		"a note too long":     {writer, failing, `{"data":{"attributes":{"suppressed":true}},"meta":{"note":"` + strings.Repeat("ü", 201) + `"}}`, 422},
		"a note just so long": {writer, failing, `{"data":{"attributes":{"suppressed":true}},"meta":{"note":"` + strings.Repeat("ü", 200) + `"}}`, 200},
	} {
		t.Run(name, func(t *testing.T) { s.do(test.caller, "PATCH", test.path, test.body).want(test.status) })
	}
}

func TestDeleteCheck(t *testing.T) {
	s := withChecks(t)
	path := "/v1/checks/ccc:" + s.account.ID + ":S3-001:S3:us-east-1:a"
	s.do(reader, "DELETE", path, "").want(http.StatusForbidden)
	if body := s.ok(writer, "DELETE", path, ""); at(body, "meta", 0, "status") != "success" || at(body, "meta", 0, "message") != "Check successfully deleted" {
		t.Errorf("the answer is %v", body)
	}
	s.do(writer, "DELETE", path, "").want(http.StatusNotFound)
	if body := s.ok(reader, "GET", "/v1/checks?accountIds="+s.account.ID, ""); at(body, "meta", "total") != 3.0 {
		t.Errorf("%v checks are left", at(body, "meta", "total"))
	}
}

func TestCheckHistory(t *testing.T) {
	s := withChecks(t)
	s.now = s.now.Add(time.Hour)
	s.merge(s.account, []store.Found{bucketCheck("a", store.Success)})
	body := s.ok(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":S3-001:S3:us-east-1:a?include=history", "")
	history := at(body, "data", "attributes", "history")
	if size(history) != 2 || at(history, 0, "was") != nil || at(history, 0, "status") != "FAILURE" || at(history, 1, "was") != "FAILURE" || at(history, 1, "status") != "SUCCESS" ||
		at(history, 1, "date") != float64(s.now.UnixMilli()) {
		t.Errorf("the history is %v", history)
	}
	s.do(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":S3-001:S3:us-east-1:a?include=all", "").want(http.StatusUnprocessableEntity)
}
