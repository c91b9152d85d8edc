package api_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func TestScore(t *testing.T) {
	s := newServer(t)
	empty := s.ok(reader, "GET", "/v1/statistics/score", "")
	if at(empty, "data", "attributes", "score") != nil || at(empty, "data", "attributes", "risk-weighted-score") != nil {
		t.Errorf("without checks the score is %v", at(empty, "data", "attributes"))
	}
	informing := bucketCheck("informing", store.Failure)
	informing.NotScored = true
	low := store.Found{Rule: "EC2-001", Service: "EC2", Region: "eu-west-1", Resource: "sg-1", Type: "AWS::EC2::SecurityGroup", Status: store.Failure, Risk: 1, Message: "m"}
	s.merge(s.account, []store.Found{
		bucketCheck("a", store.Success), bucketCheck("b", store.Success), bucketCheck("c", store.Failure), bucketCheck("d", store.Failure),
		bucketCheck("e", store.Unknown), informing, low,
	})
	s.merge(s.other, []store.Found{bucketCheck("f", store.Success)})
	s.ok(writer, "PATCH", "/v1/checks/ccc:"+s.account.ID+":S3-001:S3:us-east-1:d", `{"data":{"attributes":{"suppressed":true}}}`)

	// Two successes and a failure of weight 8, a failure of weight 1.
	score := at(s.ok(reader, "GET", "/v1/statistics/score", ""), "data", "attributes")
	for name, want := range map[string]any{
		"score": 50.0, "risk-weighted-score": 64.0, "success": 2.0, "failure": 2.0, "unknown": 1.0, "suppressed": 1.0, "not-scored": 1.0,
	} {
		if got := at(score, name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if at(score, "categories", 0, "category") != "security" || at(score, "categories", 0, "score") != 50.0 {
		t.Errorf("the categories are %v", at(score, "categories"))
	}
	if at(score, "risk-levels", 0, "risk-level") != "VERY_HIGH" || at(score, "risk-levels", 0, "failure") != 1.0 || at(score, "risk-levels", 1, "risk-level") != "LOW" {
		t.Errorf("the risks are %v", at(score, "risk-levels"))
	}
	if at(score, "services", 0, "service") != "EC2" || at(score, "services", 1, "success") != 2.0 || at(score, "regions", 0, "region") != "eu-west-1" || at(score, "regions", 1, "suppressed") != 1.0 {
		t.Errorf("services and regions are %v", score)
	}
	if size(at(score, "accounts")) != 1 || at(score, "accounts", 0, "accountId") != s.account.ID || at(score, "accounts", 0, "score") != 50.0 {
		t.Errorf("the accounts are %v", at(score, "accounts"))
	}
	if risks := at(score, "accounts", 0, "failures-by-risk"); size(risks) != 5 || at(risks, 0, "risk-level") != "EXTREME" || at(risks, 0, "count") != 0.0 || at(risks, 1, "count") != 1.0 || at(risks, 4, "count") != 1.0 {
		t.Errorf("the failures of the account by risk are %v", risks)
	}
	if size(at(score, "most-critical-failures")) != 2 || at(score, "most-critical-failures", 0, "rule-id") != "S3-001" || at(score, "most-critical-failures", 0, "failure") != 1.0 {
		t.Errorf("the most critical failures are %v", at(score, "most-critical-failures"))
	}

	group := at(s.ok(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"Web","tags":["web"]}}}`), "data", "id").(string)
	for query, want := range map[string]any{
		"":                          60.0,
		"accountIds=" + s.other.ID:  100.0,
		"accountIds=all":            60.0,
		"groupId=" + group:          100.0,
		"filter[services]=EC2":      0.0,
		"filter[regions]=eu-west-1": 0.0,
		"filter[regions]=us-east-1&filter[ruleIds]=S3-001": 75.0,
		"filter[categories]=security":                      60.0,
		"filter[categories]=cost-optimisation":             nil,
		"filter[riskLevels]=VERY_HIGH":                     75.0,
		"filter[resourceTypes]=ec2-securitygroup":          0.0,
		"filter[compliances]=NOSUCH":                       nil,
	} {
		if got := at(s.ok(admin, "GET", "/v1/statistics/score?"+query, ""), "data", "attributes", "score"); got != want {
			t.Errorf("%s: the score is %v, not %v", query, got, want)
		}
	}
	for _, test := range []struct {
		caller, query string
		status        int
	}{
		{reader, "accountIds=" + s.other.ID, 403}, {reader, "groupId=x", 422}, {admin, "groupId=" + group + "&accountIds=all", 422},
		{reader, "filter[text]=x", 422}, {reader, "filter[tags]=x", 422}, {outsider, "", 403},
	} {
		s.do(test.caller, "GET", "/v1/statistics/score?"+test.query, "").want(test.status)
	}
}

// TestScoreOfPushedChecks: the score by category counts checks that users push.
func TestScoreOfPushedChecks(t *testing.T) {
	s := newServer(t)
	s.ok(writer, "POST", "/v1/checks", `{"data":`+pushedCheck(s.account.ID, "CUSTOM-001", "x", `,"categories":["reliability"]`)+`}`)
	body := s.ok(reader, "GET", "/v1/statistics/score?filter[categories]=reliability", "")
	if at(body, "data", "attributes", "failure") != 1.0 || at(body, "data", "attributes", "categories", 0, "category") != "reliability" {
		t.Errorf("the score is %v", at(body, "data", "attributes"))
	}
}

func TestEvolution(t *testing.T) {
	s := newServer(t)
	start := s.now
	for day, failing := range []int{2, 1, 0} {
		s.now = start.Add(time.Duration(day) * 24 * time.Hour)
		for range 2 { // scans of the day
			var checks []store.Found
			for i := range 4 {
				status := store.Success
				if i < failing {
					status = store.Failure
				}
				checks = append(checks, bucketCheck(fmt.Sprint(i), status))
			}
			s.merge(s.account, checks)
		}
	}
	body := s.ok(reader, "GET", "/v1/statistics/evolution?days=2", "")
	if size(at(body, "data")) != 2 || at(body, "data", 0, "id") != "2026-11-02" || at(body, "data", 0, "attributes", "score") != 75.0 || at(body, "data", 0, "attributes", "total") != 8.0 {
		t.Errorf("the evolution is %v", body)
	}
	if at(body, "data", 1, "attributes", "categories", 0, "category") != "security" || at(body, "data", 1, "attributes", "categories", 0, "score") != 100.0 {
		t.Errorf("the last day is %v", at(body, "data", 1))
	}
	if body := s.ok(reader, "GET", "/v1/statistics/evolution", ""); size(at(body, "data")) != 3 {
		t.Errorf("30 days have %d entries", size(at(body, "data")))
	}
	s.do(reader, "GET", "/v1/statistics/evolution?days=0", "").want(422)
	s.do(reader, "GET", "/v1/statistics/evolution?accountIds="+s.other.ID, "").want(403)
}
