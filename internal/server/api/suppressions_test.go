package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/surety-cloud/surety/internal/store"
)

// bulk is the body of a bulk suppression.
func bulk(attributes, filter, accounts, meta string) string {
	return `{"data":{"attributes":` + attributes + `,"filter":` + filter + `,"accountIds":[` + accounts + `]},"meta":` + meta + `}`
}

func TestSuppressMany(t *testing.T) {
	s := newServer(t)
	var checks []store.Found
	var buckets []store.Seen
	for i := range 10 {
		name := fmt.Sprintf("bucket-%d", i)
		status := store.Failure
		if i%5 == 0 {
			status = store.Success
		}
		checks = append(checks, bucketCheck(name, status))
		buckets = append(buckets, bucketOf(name, map[string]string{"env": []string{"test", "prod"}[i%2]}))
	}
	s.merge(s.account, append(checks, trailCheck()), buckets...)
	s.merge(s.other, checks[1:2])
	mine, both := `"`+s.account.ID+`"`, `"`+s.account.ID+`","`+s.other.ID+`"`
	total := func(caller, body string) any {
		t.Helper()
		return at(s.ok(caller, "POST", "/v1/checks/suppress", body), "meta", "total")
	}
	suppressed := func() any {
		t.Helper()
		return at(s.ok(admin, "GET", "/v1/checks?accountIds=all&filter[suppressed]=true&filter[suppressedFilterMode]=v2", ""), "meta", "total")
	}
	tests := `{"tags":["env::test"],"ruleIds":["S3-001"]}`
	if n := total(writer, bulk(`{"suppressed":true}`, tests, mine, `{"note":"test buckets","dryRun":true}`)); n != 4.0 || suppressed() != 0.0 {
		t.Errorf("a dry run tells %v, and %v are suppressed", n, suppressed())
	}
	if n := total(writer, bulk(`{"suppressed":true}`, tests, mine, `{"note":"test buckets"}`)); n != 4.0 || suppressed() != 4.0 {
		t.Errorf("%v were suppressed, and %v are", n, suppressed())
	}
	if n := total(writer, bulk(`{"suppressed":true}`, tests, mine, `{}`)); n != 0.0 {
		t.Errorf("the same again suppressed %v", n)
	}
	shown := s.ok(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":S3-001:S3:us-east-1:bucket-2?filter[notes]=True", "")
	if size(at(shown, "data", "attributes", "notes")) != 1 || at(shown, "data", "attributes", "notes", 0, "note") != "test buckets" {
		t.Errorf("the notes are %v", at(shown, "data", "attributes", "notes"))
	}
	if n := total(admin, bulk(fmt.Sprintf(`{"suppressed":true,"suppressed-until":%d}`, s.now.UnixMilli()+1000), `{}`, both, `{}`)); n != 10.0 {
		t.Errorf("%v of both accounts were suppressed until a time", n)
	}
	if n := total(admin, bulk(`{"suppressed":false}`, `{"services":["S3"]}`, both, `{}`)); n != 9.0 || suppressed() != 1.0 {
		t.Errorf("%v were lifted, and %v are suppressed", n, suppressed())
	}
	for name, want := range map[string]int{"account.check.update.suppressed": 1, "account.check.update.suppressed.until": 2, "account.check.update.unsuppressed": 2} {
		if n := s.events(name); n != want {
			t.Errorf("there are %d events %s, not %d", n, name, want)
		}
	}
}

func TestSuppressManyRefused(t *testing.T) {
	s := withChecks(t)
	mine, both := `"`+s.account.ID+`"`, `"`+s.account.ID+`","`+s.other.ID+`"`
	for name, test := range map[string]struct {
		caller, body string
		status       int
	}{
		"reader":              {reader, bulk(`{"suppressed":true}`, `{}`, mine, `{}`), 403},
		"read only":           {readOnly, bulk(`{"suppressed":true}`, `{}`, mine, `{}`), 403},
		"outsider":            {outsider, bulk(`{"suppressed":true}`, `{}`, mine, `{}`), 403},
		"one of two accounts": {writer, bulk(`{"suppressed":true}`, `{}`, both, `{}`), 403},
		"no account":          {writer, bulk(`{"suppressed":true}`, `{}`, ``, `{}`), 422},
		"no filter":           {writer, bulk(`{"suppressed":true}`, `null`, mine, `{}`), 422},
		"a filter unknown":    {writer, bulk(`{"suppressed":true}`, `{"riskLevels":["HUGE"]}`, mine, `{}`), 422},
		"no filter's form":    {writer, bulk(`{"suppressed":true}`, `[]`, mine, `{}`), 422},
		"nothing to do":       {writer, bulk(`{}`, `{}`, mine, `{}`), 422},
		"in the past":         {writer, bulk(`{"suppressed":true,"suppressed-until":1}`, `{}`, mine, `{}`), 422},
		"no JSON":             {writer, `{`, 400},
		"power user":          {powerUser, bulk(`{"suppressed":true}`, `{}`, both, `{"dryRun":true}`), 200},
	} {
		t.Run(name, func(t *testing.T) { s.do(test.caller, "POST", "/v1/checks/suppress", test.body).want(test.status) })
	}
	if got := s.ok(admin, "GET", "/v1/checks?accountIds=all&filter[suppressed]=true&filter[suppressedFilterMode]=v2", ""); at(got, "meta", "total") != 0.0 {
		t.Errorf("%v checks are suppressed", at(got, "meta", "total"))
	}
	if got := s.do(writer, "GET", "/v1/checks/suppress", ""); got.Status != http.StatusNotFound {
		t.Errorf("GET /checks/suppress is %d", got.Status)
	}
}
