package api_test

import (
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

func TestChanges(t *testing.T) {
	s := newServer(t)
	extreme := trailCheck()
	extreme.Risk = 5
	s.merge(s.account, []store.Found{bucketCheck("a", store.Success), bucketCheck("b", store.Failure), bucketCheck("c", store.Failure)})
	s.merge(s.other, []store.Found{bucketCheck("a", store.Success)})
	s.now = s.now.Add(48 * time.Hour)
	s.merge(s.account, []store.Found{bucketCheck("a", store.Failure), bucketCheck("b", store.Success), bucketCheck("c", store.Failure), extreme}, bucketOf("a", nil))
	s.merge(s.other, []store.Found{bucketCheck("a", store.Failure)})
	path := "/v1/statistics/changes"

	body := s.ok(reader, "GET", path, "")
	failed, resolved := at(body, "data", "attributes", "new-failures"), at(body, "data", "attributes", "resolved")
	if at(body, "data", "attributes", "hours") != 24.0 || at(body, "data", "attributes", "since") != float64(s.now.Add(-24*time.Hour).UnixMilli()) {
		t.Errorf("the time is %v", at(body, "data", "attributes"))
	}
	if at(failed, "total") != 2.0 || size(at(failed, "risk-levels")) != 5 || at(failed, "risk-levels", 0, "risk-level") != "EXTREME" || at(failed, "risk-levels", 0, "count") != 1.0 || at(failed, "risk-levels", 4, "count") != 0.0 {
		t.Errorf("the new failures are %v", failed)
	}
	if size(at(failed, "checks")) != 2 || at(failed, "checks", 0, "rule-id") != "CT-003" {
		t.Errorf("the first new failures are %v", at(failed, "checks"))
	}
	check := at(failed, "checks", 1)
	for name, want := range map[string]any{
		"check-id": "ccc:" + s.account.ID + ":S3-001:S3:us-east-1:a", "account-id": s.account.ID, "rule-id": "S3-001", "risk-level": "VERY_HIGH",
		"service": "S3", "region": "us-east-1", "resource": "a", "name": "a", "resource-name": "S3 Bucket", "descriptor-type": "s3-bucket",
		"message": "Bucket a can be listed by everyone", "date": float64(s.now.UnixMilli()),
	} {
		if got := at(check, name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if title, _ := at(check, "rule-title").(string); title == "" || title == "S3-001" {
		t.Errorf("the title is %q", title)
	}
	if at(resolved, "total") != 1.0 || at(resolved, "checks", 0, "resource") != "b" {
		t.Errorf("resolved are %v", resolved)
	}

	group := at(s.ok(admin, "POST", "/v1/groups", `{"data":{"attributes":{"name":"Web","tags":["web"]}}}`), "data", "id").(string)
	for query, want := range map[string][3]float64{ // new, of these listed, resolved
		"":                          {3, 3, 1},
		"?limit=1":                  {3, 1, 1},
		"?limit=0":                  {3, 0, 1},
		"?groupId=" + group:         {1, 1, 0},
		"?accountIds=" + s.other.ID: {1, 1, 0},
		"?hours=720":                {4, 4, 0}, // from before there was anything
	} {
		got := at(s.ok(admin, "GET", path+query, ""), "data", "attributes")
		if at(got, "new-failures", "total") != want[0] || float64(size(at(got, "new-failures", "checks"))) != want[1] || at(got, "resolved", "total") != want[2] {
			t.Errorf("%s: %v", query, got)
		}
	}
	s.now = s.now.Add(2 * time.Hour)
	if got := at(s.ok(admin, "GET", path+"?hours=1", ""), "data", "attributes", "new-failures"); at(got, "total") != 0.0 || size(at(got, "checks")) != 0 {
		t.Errorf("in the last hour: %v", got)
	}
	for query, status := range map[string]int{"?hours=0": 422, "?hours=721": 422, "?limit=101": 422, "?limit=x": 422, "?accountIds=" + s.other.ID: 403, "?groupId=none": 422} {
		s.do(reader, "GET", path+query, "").want(status)
	}
}

func TestRuleCounts(t *testing.T) {
	s := newServer(t)
	path := "/v1/statistics/rules"
	if body := s.ok(reader, "GET", path, ""); size(body["data"]) != 0 {
		t.Errorf("without checks: %v", body)
	}
	lower := bucketCheck("c", store.Failure)
	lower.Risk = 2
	low := store.Found{Rule: "EC2-001", Service: "EC2", Region: "eu-west-1", Resource: "sg-1", Type: "AWS::EC2::SecurityGroup", Status: store.Failure, Risk: 1, Message: "m"}
	s.merge(s.account, []store.Found{bucketCheck("a", store.Success), bucketCheck("b", store.Failure), bucketCheck("d", store.Unknown), trailCheck(), low})
	s.merge(s.other, []store.Found{lower})
	s.ok(writer, "POST", "/v1/checks", `{"data":`+pushedCheck(s.account.ID, "CUSTOM-001", "x", `,"categories":["reliability"]`)+`}`)

	body := s.ok(admin, "GET", path, "")
	if got := ids(body); len(got) != 4 || got[0] != "S3-001" {
		t.Fatalf("the rules are %v", got)
	}
	bucket := at(body, "data", 0, "attributes")
	for name, want := range map[string]any{"rule-id": "S3-001", "service": "S3", "success": 1.0, "failure": 2.0, "unknown": 1.0, "suppressed": 0.0, "score": 33.33} {
		if got := at(bucket, name); got != want {
			t.Errorf("%s is %v, not %v", name, got, want)
		}
	}
	if size(at(bucket, "risk-levels")) != 2 || at(bucket, "risk-levels", 0) != "VERY_HIGH" || at(bucket, "risk-levels", 1) != "MEDIUM" || at(bucket, "categories", 0) != "security" {
		t.Errorf("the rule is %v", bucket)
	}
	for query, want := range map[string]string{
		"?filter[services]=CloudTrail": "CT-003", "?filter[categories]=reliability": "CUSTOM-001", "?accountIds=" + s.other.ID: "S3-001",
		"?filter[regions]=eu-west-1&filter[riskLevels]=LOW": "EC2-001",
	} {
		if got := ids(s.ok(admin, "GET", path+query, "")); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v", query, got)
		}
	}
	if got := ids(s.ok(reader, "GET", path+"?filter[statuses]=FAILURE&filter[services]=S3", "")); len(got) != 1 {
		t.Errorf("failures of S3: %v", got)
	}
	s.do(reader, "GET", path+"?filter[text]=x", "").want(422)
	s.do(reader, "GET", path+"?accountIds="+s.other.ID, "").want(403)
}
