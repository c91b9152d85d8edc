package aws

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/macie2"
	"github.com/aws/aws-sdk-go-v2/service/macie2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// TestMacieSession: moto has the session and none of its settings.
func TestMacieSession(t *testing.T) {
	moto := awstest.Moto(t)
	client := macie2.NewFromConfig(moto.Config("us-east-1"))
	if _, err := client.EnableMacie(t.Context(), &macie2.EnableMacieInput{
		FindingPublishingFrequency: types.FindingPublishingFrequencyOneHour, Status: types.MacieStatusPaused,
	}); err != nil {
		t.Fatal(err)
	}
	needs := rule.Reads{
		macieStatusType:  needing("Status"),
		macieSessionType: needing("FindingPublishingFrequency", "ServiceRole", "Status"),
	}
	got := allRead(t, moto.Config("us-east-1"), needs)
	if status := one(t, got, macieStatusType, "us-east-1").Properties["Status"]; status != "PAUSED" {
		t.Errorf("status = %v", status)
	}
	session := one(t, got, macieSessionType, awstest.Account)
	if session.Created.IsZero() || session.Region != "us-east-1" {
		t.Errorf("session = %+v", session)
	}
	for name, want := range map[string]any{
		"AwsAccountId": awstest.Account, "FindingPublishingFrequency": "ONE_HOUR", "Status": "PAUSED",
		"ServiceRole": "arn:aws:iam::123456789012:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie",
	} {
		if session.Properties[name] != want {
			t.Errorf("%s = %v; want %v", name, session.Properties[name], want)
		}
	}
	if _, err := client.DisableMacie(t.Context(), &macie2.DisableMacieInput{}); err != nil {
		t.Fatal(err)
	}
	got = allRead(t, moto.Config("us-east-1"), needs)
	if len(got) != 1 || one(t, got, macieStatusType, "us-east-1").Properties["Status"] != "DISABLED" {
		t.Errorf("with Macie off: %v", got)
	}
}

// macieAnswers are written after the Amazon Macie API Reference.
func macieAnswers() map[string]answers {
	const bySeverity = `{"countsByGroup":[{"groupKey":"High","count":3},{"groupKey":"Medium","count":0},{"groupKey":"Low","count":9}]}`
	return map[string]answers{
		"GET /macie": {{body: `{"createdAt":"2025-12-01T14:40:00Z","updatedAt":"2025-12-02T14:40:00Z","findingPublishingFrequency":"SIX_HOURS",
			"serviceRole":"arn:aws:iam::123456789012:role/m","status":"ENABLED"}`}},
		"GET /automated-discovery/configuration": {{body: `{"status":"ENABLED","autoEnableOrganizationMembers":"NONE","firstEnabledAt":"2025-12-01T14:40:00Z"}`}},
		"GET /classification-export-configuration": {{body: `{"configuration":{"s3Destination":{"bucketName":"results","keyPrefix":"macie/",
			"kmsKeyArn":"arn:aws:kms:us-east-1:123456789012:key/1"}}}`}},
		"POST /jobs/list": {
			{when: `"nextToken":"more"`, body: `{"items":[{"jobId":"2","name":"weekly","jobStatus":"IDLE","jobType":"SCHEDULED","createdAt":"2026-02-02T03:04:05Z"}]}`},
			{body: `{"items":[{"jobId":"1","name":"once","jobStatus":"COMPLETE","jobType":"ONE_TIME","createdAt":"2026-01-02T03:04:05Z",
				"bucketDefinitions":[{"accountId":"123456789012","buckets":["orders"]}]}],"nextToken":"more"}`},
		},
		"POST /findings/statistics": {
			{when: `"severity.description":{"eq":["High"]}`, body: `{"countsByGroup":[{"groupKey":"orders","count":3}]}`},
			{when: `"severity.description":{"eq":["Low"]}`, body: `{"countsByGroup":[{"groupKey":"orders","count":1},{"groupKey":"site","count":4}]}`},
			// A map has no order.
			{when: `"criterion":{"accountId":{"eq":["123456789012"]},"archived":{"eq":["false"]}}},"groupBy":"severity.description"`, body: bySeverity},
			{when: `"criterion":{"archived":{"eq":["false"]},"accountId":{"eq":["123456789012"]}}},"groupBy":"severity.description"`, body: bySeverity},
		},
	}
}

func TestMacieSettings(t *testing.T) {
	server := answering(t, macieAnswers())
	got := allRead(t, server.config(), rule.Reads{macieSessionType: needing(rule.Whole)})
	want := map[string]any{
		"AwsAccountId": "123456789012", "Status": "ENABLED", "FindingPublishingFrequency": "SIX_HOURS", "ServiceRole": "arn:aws:iam::123456789012:role/m",
		"CreatedAt": "2025-12-01T14:40:00Z", "UpdatedAt": "2025-12-02T14:40:00Z",
		"AutomatedDiscoveryStatus": "ENABLED",
		"ClassificationExportConfiguration": map[string]any{"S3Destination": map[string]any{
			"BucketName": "results", "KeyPrefix": "macie/", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
		}},
		"ClassificationJobs": []any{
			map[string]any{"JobId": "1", "Name": "once", "JobStatus": "COMPLETE", "JobType": "ONE_TIME", "CreatedAt": "2026-01-02T03:04:05Z"},
			map[string]any{"JobId": "2", "Name": "weekly", "JobStatus": "IDLE", "JobType": "SCHEDULED", "CreatedAt": "2026-02-02T03:04:05Z"},
		},
		"FindingsByBucket": []any{
			map[string]any{"BucketName": "orders", "Severity": "High", "Count": int64(3)},
			map[string]any{"BucketName": "orders", "Severity": "Low", "Count": int64(1)},
			map[string]any{"BucketName": "site", "Severity": "Low", "Count": int64(4)},
			&cloud.Unresolved{Reason: "Macie does not tell the buckets of 4 further findings of severity Low"},
		},
	}
	if diff := cmp.Diff(want, one(t, got, macieSessionType, "123456789012").Properties); diff != "" {
		t.Errorf("session (-want +got):\n%s", diff)
	}
	if n := server.count("POST /findings/statistics"); n != 3 {
		t.Errorf("%d calls for findings; want 3", n)
	}
}

// TestMacieWithout reads a session that has no jobs, no findings and no place
// for its results.
func TestMacieWithout(t *testing.T) {
	prepared := macieAnswers()
	prepared["GET /classification-export-configuration"] = answers{{body: `{}`}}
	prepared["POST /jobs/list"] = answers{{body: `{"items":[]}`}}
	prepared["POST /findings/statistics"] = answers{{body: `{"countsByGroup":[]}`}}
	server := answering(t, prepared)
	properties := one(t, allRead(t, server.config(), rule.Reads{macieSessionType: needing(rule.Whole)}), macieSessionType, "123456789012").Properties
	if properties["ClassificationExportConfiguration"] != nil || len(properties["ClassificationJobs"].([]any)) != 0 || len(properties["FindingsByBucket"].([]any)) != 0 {
		t.Errorf("session = %v", properties)
	}
	if n := server.count("POST /findings/statistics"); n != 1 {
		t.Errorf("%d calls for findings; want 1", n)
	}
}

// TestMacieDenied: that Macie is off and that a permission is missing have the
// same error code.
func TestMacieDenied(t *testing.T) {
	denied := func(status int, message string) answers {
		return answers{{status: status, body: `{"__type":"AccessDeniedException","message":"` + message + `"}`}}
	}
	needs := rule.Reads{macieStatusType: needing("Status"), macieSessionType: needing("AutomatedDiscoveryStatus")}
	for _, status := range []int{401, 403} {
		off := answering(t, map[string]answers{"GET /macie": denied(status, "Macie is not enabled.")})
		got := allRead(t, off.config(), needs)
		if len(got) != 1 || one(t, got, macieStatusType, "us-east-1").Properties["Status"] != "DISABLED" {
			t.Errorf("with Macie off: %v", got)
		}
	}
	for _, message := range []string{"User: arn:aws:iam::123456789012:user/a is not authorized to perform: macie2:GetMacieSession", "Access denied", ""} {
		inv, stats := readFrom(t, answering(t, map[string]answers{"GET /macie": denied(403, message)}).config(), needs)
		if len(inv.Resources) > 0 || len(inv.Unread) != 2 || !strings.Contains(inv.Unread[0].Reason, "macie2:GetMacieSession is denied") || len(stats.Failures) != 1 {
			t.Errorf("%q: resources %v, unread %v", message, inv.Resources, inv.Unread)
		}
	}
	prepared := macieAnswers()
	prepared["GET /automated-discovery/configuration"] = denied(403, "no")
	inv, _ := readFrom(t, answering(t, prepared).config(), needs)
	session := one(t, inv.Resources, macieSessionType, "123456789012")
	if u, ok := session.Properties["AutomatedDiscoveryStatus"].(*cloud.Unresolved); !ok || !strings.Contains(u.Reason, "macie2:GetAutomatedDiscoveryConfiguration is denied") {
		t.Errorf("session = %v", session.Properties)
	}
}

// noMacie has no host for Macie, as in a region that does not have it.
type noMacie struct{}

func (noMacie) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Path == "/macie" {
		return nil, &net.DNSError{Err: "no such host", Name: "macie2.eu-south-2.amazonaws.com", IsNotFound: true}
	}
	return http.DefaultClient.Do(r)
}

// TestMacieNotOffered: in a region without Macie there is nothing to judge,
// once anything else there has answered.
func TestMacieNotOffered(t *testing.T) {
	server := answering(t, map[string]answers{"AmazonSQS.ListQueues": {{body: `{}`}}})
	cfg := server.config()
	cfg.HTTPClient = noMacie{}
	needs := rule.Reads{macieStatusType: needing("Status"), macieSessionType: needing("Status"), "AWS::SQS::Queue": needing("QueueName")}
	if got := allRead(t, cfg, needs); len(got) != 0 {
		t.Errorf("read %v", got)
	}
}
