package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/store"
)

// encryptionCheck is a check of a rule that joins other resources and has a
// correction.
func encryptionCheck(bucket string, status store.Status) store.Found {
	c := bucketCheck(bucket, status)
	c.Rule, c.Risk, c.Message = "S3-016", 3, "Bucket "+bucket+" configures no encryption"
	return c
}

func TestCheckRemediation(t *testing.T) {
	s := newServer(t)
	path := func(rule, bucket string) string {
		return "/v1/checks/ccc:" + s.account.ID + ":" + rule + ":S3:us-east-1:" + bucket + "?include=history,remediation"
	}
	s.merge(s.account, []store.Found{
		encryptionCheck("orders", store.Failure), encryptionCheck("fine", store.Success), encryptionCheck("gone", store.Failure),
	}, bucketOf("orders", nil), bucketOf("fine", nil))

	got := at(s.ok(reader, "GET", path("S3-016", "orders"), ""), "data", "attributes", "remediation")
	if at(got, "fault", "path") != "BucketEncryption" || at(got, "fault", "present") != false {
		t.Errorf("the fault is %v", at(got, "fault"))
	}
	if text, _ := at(got, "repair", 0, "text").(string); at(got, "repair", 0, "changes") != true || !strings.Contains(text, "--bucket orders") {
		t.Errorf("the repair is %v", at(got, "repair"))
	}
	if text, _ := at(got, "audit", 0, "text").(string); at(got, "audit", 0, "changes") != false || !strings.Contains(text, "--bucket orders") {
		t.Errorf("the audit is %v", at(got, "audit"))
	}
	parts, _ := at(got, "repair", 0, "parts").([]any)
	own, whole := false, ""
	for _, p := range parts {
		own = own || at(p, "kind") == "own" && at(p, "text") == "orders"
		text, _ := at(p, "text").(string)
		whole += text
	}
	if !own || whole != at(got, "repair", 0, "text") {
		t.Errorf("the parts are %v", parts)
	}
	// What the rule joins is known after a complete scan, so that there is a correction.
	if why := at(got, "template", "why"); why != "" || !strings.Contains(at(got, "template", "after").(string), "SSEAlgorithm") {
		t.Errorf("the template is %v", at(got, "template"))
	}
	if command, _ := at(got, "cloud-control", "command", "text").(string); !strings.Contains(command, "aws cloudcontrol update-resource") {
		t.Errorf("the command of Cloud Control is %v", at(got, "cloud-control"))
	}
	if at(s.ok(reader, "GET", strings.TrimSuffix(path("S3-016", "orders"), ",remediation"), ""), "data", "attributes", "remediation") != nil {
		t.Error("the remediation is there without being asked for")
	}
	for _, bucket := range []string{"fine", "gone"} {
		if got := at(s.ok(reader, "GET", path("S3-016", bucket), ""), "data", "attributes", "remediation"); got != nil {
			t.Errorf("%s has a remediation: %v", bucket, got)
		}
	}
	s.do(outsider, "GET", path("S3-016", "orders"), "").want(http.StatusForbidden)
}

// TestCheckRemediationRelated looks at what the rule joins, where all of it was
// read: a correction that leaves the rule failing is none.
func TestCheckRemediationRelated(t *testing.T) {
	const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"events:PutEvents","Resource":"*"},{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"events:PutEvents","Resource":"*"}]}`
	bus := store.Found{
		Rule: "CWE-003", Service: "CloudWatchEvents", Region: "us-east-1", Resource: "orders", Type: "AWS::Events::EventBus",
		Status: store.Failure, Risk: 4, Message: "Event bus orders is open",
	}
	resources := []store.Seen{
		{Type: bus.Type, Region: bus.Region, Resource: "orders", Doc: []byte(`{"type":"AWS::Events::EventBus","id":"orders","account":"111122223333","region":"us-east-1","properties":{"Name":"orders","Policy":` + open + `}}`)},
		{Type: "AWS::Events::EventBusPolicy", Region: bus.Region, Resource: "p", Doc: []byte(`{"type":"AWS::Events::EventBusPolicy","id":"p","account":"111122223333","region":"us-east-1",` +
			`"properties":{"EventBusName":"orders","StatementId":"p","Action":"events:PutEvents","Principal":"*"}}`)},
	}
	for outcome, want := range map[string]string{store.Complete: "the rule would still fail after its correction", store.Partial: ""} {
		t.Run(outcome, func(t *testing.T) {
			s := newServer(t)
			id, err := s.store.BeginScan(t.Context(), s.account.Num, "test", "manual", time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.store.Merge(t.Context(), &store.Merge{
				Account: s.account.Num, ScanID: id, Checks: []store.Found{bus}, Resources: resources, Rules: map[string]string{bus.Rule: bus.Type},
				Outcome: outcome, Categories: func(string) []string { return nil },
			}); err != nil {
				t.Fatal(err)
			}
			body := s.ok(reader, "GET", "/v1/checks/ccc:"+s.account.ID+":CWE-003:CloudWatchEvents:us-east-1:orders?include=remediation", "")
			if got := at(body, "data", "attributes", "remediation", "template", "why"); got != want {
				t.Errorf("the reason is %v, not %q", got, want)
			}
		})
	}
}
