package aws

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

const (
	eventHistoryType = "AWS::CloudTrail::EventHistory"
	lookupEvents     = "CloudTrail_20131101.LookupEvents"
)

// The records are written after "CloudTrail record contents" and "AWS
// Management Console sign-in events" (AWS CloudTrail User Guide), the answers
// after LookupEvents in the AWS CloudTrail API Reference.
const (
	roleRecord = `{"eventVersion":"1.11","userIdentity":{"type":"AssumedRole","principalId":"AROAEXAMPLE:build-7",
		"arn":"arn:aws:sts::123456789012:assumed-role/pipeline/build-7","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE",
		"sessionContext":{"sessionIssuer":{"type":"Role","arn":"arn:aws:iam::123456789012:role/pipeline"}},"invokedBy":"cloudformation.amazonaws.com"},
		"eventSource":"s3.amazonaws.com","eventName":"PutBucketPolicy","sourceIPAddress":"cloudformation.amazonaws.com",
		"requestParameters":{"bucketPolicy":{"Statement":"secret"}},"responseElements":{"ConsoleLogin":1},"readOnly":false,"eventType":"AwsApiCall"}`
	deniedRecord = `{"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::123456789012:user/ada","userName":"ada"},"sourceIPAddress":"203.0.113.7",
		"errorCode":"AccessDenied","errorMessage":"no","requestParameters":null,"responseElements":null,"eventType":"AwsApiCall"}`
	loginRecord = `{"userIdentity":{"type":"Root","arn":"arn:aws:iam::123456789012:root","accountId":"123456789012","userName":"example-shop"},
		"sourceIPAddress":"203.0.113.7","requestParameters":null,"responseElements":{"ConsoleLogin":"Success"},
		"additionalEventData":{"LoginTo":"https://console.aws.amazon.com/","MobileVersion":"No","MFAUsed":"No"},"eventType":"AwsConsoleSignIn"}`
)

// lookedUp is an event as LookupEvents gives it.
func lookedUp(id, name, user, record string) string {
	text, _ := json.Marshal(record)
	return fmt.Sprintf(`{"EventId":%q,"EventName":%q,"ReadOnly":"false","AccessKeyId":"ASIAEXAMPLE","EventTime":1.7952804E9,
		"EventSource":"s3.amazonaws.com","Username":%q,"Resources":[{"ResourceType":"AWS::S3::Bucket","ResourceName":"b"}],"CloudTrailEvent":%s}`, id, name, user, text)
}

func aliasAnswer(alias string) answers {
	return answers{{body: `<ListAccountAliasesResponse><ListAccountAliasesResult><IsTruncated>false</IsTruncated><AccountAliases>` +
		alias + `</AccountAliases></ListAccountAliasesResult></ListAccountAliasesResponse>`}}
}

var historyDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// history reads the event history as a scan at noon does.
func history(t *testing.T, server *answeringServer, properties ...string) (*cloud.Resource, *Stats) {
	t.Helper()
	needs := map[string]bool{"StartTime": true, "EndTime": true, "RecordsGlobalServices": true}
	for _, name := range properties {
		needs[name] = true
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: server.config()}}, Regions: []string{"us-east-1"},
		Needs: rule.Reads{eventHistoryType: needs}, Lean: true, Now: historyDay, Attempts: 1, Unlimited: true,
	})
	for _, u := range inv.Unread {
		t.Errorf("%s is unread: %s", u.Type, u.Reason)
	}
	return one(t, inv.Resources, eventHistoryType, "us-east-1"), stats
}

func TestWriteEvents(t *testing.T) {
	server := answering(t, map[string]answers{lookupEvents: {
		{when: `"NextToken":"second"`, body: `{"Events":[` + lookedUp("3", "ConsoleLogin", "root", loginRecord) + `]}`},
		{
			// Noon of the day before, to noon.
			when: `{"EndTime":1795348800,"LookupAttributes":[{"AttributeKey":"ReadOnly","AttributeValue":"false"}],"MaxResults":50,"StartTime":1795262400}`,
			body: `{"Events":[` + lookedUp("1", "PutBucketPolicy", "build-7", roleRecord) + `,` + lookedUp("2", "CreateBucket", "ada", deniedRecord) + `],"NextToken":"second"}`,
		},
	}})
	got, stats := history(t, server, "WriteEvents")
	if len(stats.Failures) > 0 || server.count(lookupEvents) != 2 {
		t.Errorf("failures %v, %d calls", stats.Failures, server.count(lookupEvents))
	}
	want := &cloud.Resource{
		Type: eventHistoryType, ID: "us-east-1", Name: "us-east-1", Region: "us-east-1", Account: "123456789012", World: "123456789012",
		Properties: map[string]any{
			"StartTime": "2026-11-21T12:00:00Z", "EndTime": "2026-11-22T12:00:00Z", "RecordsGlobalServices": true,
			"WriteEvents": []any{
				map[string]any{
					"EventId": "1", "EventName": "PutBucketPolicy", "EventSource": "s3.amazonaws.com", "EventTime": "2026-11-21T17:00:00Z",
					"EventType": "AwsApiCall", "ReadOnly": false, "Username": "build-7", "PrincipalType": "AssumedRole",
					"PrincipalArn": "arn:aws:sts::123456789012:assumed-role/pipeline/build-7", "RoleArn": "arn:aws:iam::123456789012:role/pipeline",
					"SourceIpAddress": "cloudformation.amazonaws.com", "InvokedBy": "cloudformation.amazonaws.com",
				},
				map[string]any{
					"EventId": "2", "EventName": "CreateBucket", "EventSource": "s3.amazonaws.com", "EventTime": "2026-11-21T17:00:00Z",
					"EventType": "AwsApiCall", "ReadOnly": false, "Username": "ada", "PrincipalType": "IAMUser",
					"PrincipalArn": "arn:aws:iam::123456789012:user/ada", "SourceIpAddress": "203.0.113.7", "ErrorCode": "AccessDenied",
				},
				map[string]any{
					"EventId": "3", "EventName": "ConsoleLogin", "EventSource": "s3.amazonaws.com", "EventTime": "2026-11-21T17:00:00Z",
					"EventType": "AwsConsoleSignIn", "ReadOnly": false, "Username": "root", "PrincipalType": "Root",
					"PrincipalArn": "arn:aws:iam::123456789012:root", "SourceIpAddress": "203.0.113.7", "LoginResult": "Success", "MfaUsed": "No",
				},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

// TestManyEvents: what is beyond the limit is not read, and said to be missing.
func TestManyEvents(t *testing.T) {
	page := strings.Repeat(lookedUp("1", "CreateBucket", "ada", deniedRecord)+",", 49) + lookedUp("2", "CreateBucket", "ada", deniedRecord)
	server := answering(t, map[string]answers{lookupEvents: {{body: `{"Events":[` + page + `],"NextToken":"more"}`}}})
	got, _ := history(t, server, "WriteEvents")
	events, _ := got.Properties["WriteEvents"].([]any)
	if server.count(lookupEvents) != 40 || len(events) != 2001 {
		t.Fatalf("%d calls gave %d elements, want 40 and 2,001", server.count(lookupEvents), len(events))
	}
	want := &cloud.Unresolved{Reason: "more than 2,000 events in the last day: the older ones were not read", Many: true}
	if diff := cmp.Diff(want, events[2000]); diff != "" {
		t.Error(diff)
	}
}

// TestUnreadableEvents: what the list says of an event counts, and the rest is
// not known.
func TestUnreadableEvents(t *testing.T) {
	server := answering(t, map[string]answers{lookupEvents: {{body: `{"Events":[` + strings.Join([]string{
		lookedUp("1", "CreateBucket", "ada", `{"userIdentity":{"type":"IAMUser","arn":"arn:aws:iam::1`),
		lookedUp("2", "CreateBucket", "ada", `{"userIdentity":{"type":"IAMUser","arn":7},"eventType":"AwsApiCall"}`),
		lookedUp("3", "CreateBucket", "ada", `{"eventType":"AwsApiCall","x":"`+strings.Repeat("x", maxEventRecord)+`"}`),
		lookedUp("4", "ConsoleLogin", "ada", `{"userIdentity":{"type":"IAMUser"},"responseElements":["Success"],"additionalEventData":null}`),
	}, ",") + `]}`}}})
	got, _ := history(t, server, "WriteEvents")
	events, _ := got.Properties["WriteEvents"].([]any)
	if len(events) != 4 {
		t.Fatalf("%d events", len(events))
	}
	for i, want := range []struct{ known, unknown, absent string }{
		{"EventId EventName EventSource EventTime ReadOnly Username", "EventType SourceIpAddress ErrorCode PrincipalType PrincipalArn RoleArn InvokedBy", "LoginResult MfaUsed"},
		{"EventId EventName EventSource EventTime ReadOnly Username EventType PrincipalType", "PrincipalArn ErrorCode RoleArn InvokedBy", ""},
		{"EventId EventName", "EventType ErrorCode PrincipalType", ""},
		{"EventId EventName PrincipalType", "LoginResult", "ErrorCode MfaUsed InvokedBy"},
	} {
		event, _ := events[i].(map[string]any)
		for _, name := range names(want.known) {
			if _, open := event[name].(*cloud.Unresolved); open || event[name] == nil {
				t.Errorf("event %d: %s is %v, and should be known", i+1, name, event[name])
			}
		}
		for _, name := range names(want.unknown) {
			u, open := event[name].(*cloud.Unresolved)
			if !open || !strings.HasPrefix(u.Reason, fmt.Sprintf("the record of event %d could not be read: ", i+1)) {
				t.Errorf("event %d: %s is %v, and should not be known", i+1, name, event[name])
			}
		}
		for _, name := range names(want.absent) {
			if event[name] != nil {
				t.Errorf("event %d: %s is %v, and should be absent", i+1, name, event[name])
			}
		}
	}
}

// TestRootEvents: CloudTrail may know the root user by the alias of the account.
func TestRootEvents(t *testing.T) {
	server := answering(t, map[string]answers{
		"ListAccountAliases": aliasAnswer("<member>example-shop</member>"),
		lookupEvents: {
			{when: `"AttributeValue":"root"`, body: `{"Events":[` + lookedUp("1", "ConsoleLogin", "root", loginRecord) + `]}`},
			{when: `"AttributeKey":"Username","AttributeValue":"example-shop"`, body: `{"Events":[` + lookedUp("2", "CreateUser", "example-shop", loginRecord) + `]}`},
		},
	})
	got, stats := history(t, server, "RootEvents")
	if len(stats.Failures) > 0 {
		t.Error(stats.Failures)
	}
	var ids []string
	for _, e := range got.Properties["RootEvents"].([]any) {
		event, _ := e.(map[string]any)
		ids = append(ids, fmt.Sprint(event["EventId"]))
	}
	if diff := cmp.Diff([]string{"1", "2"}, ids); diff != "" {
		t.Error(diff)
	}
	if got.Properties["WriteEvents"] != nil || server.count(lookupEvents) != 2 {
		t.Errorf("other events were read, too: %d calls", server.count(lookupEvents))
	}
}

// TestEventsDenied: what was read before a refusal is kept, and the rest is not
// known.
func TestEventsDenied(t *testing.T) {
	const denied = `{"__type":"AccessDeniedException","Message":"no"}`
	server := answering(t, map[string]answers{
		"ListAccountAliases": {{status: 403, body: `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`}},
		lookupEvents: {
			{when: `"NextToken":"second"`, status: 400, body: denied},
			{when: `"AttributeKey":"Username"`, body: `{"Events":[]}`},
			{body: `{"Events":[` + lookedUp("1", "CreateBucket", "ada", deniedRecord) + `],"NextToken":"second"}`},
		},
	})
	got, stats := history(t, server, "WriteEvents", "RootEvents")
	if len(stats.Failures) != 2 || stats.Failures[0].Cause != Denied {
		t.Errorf("failures %v", stats.Failures)
	}
	writes, _ := got.Properties["WriteEvents"].([]any)
	want := &cloud.Unresolved{Reason: "cloudtrail:LookupEvents is denied in us-east-1: the permission has to be added", Many: true}
	if len(writes) != 2 || !cmp.Equal(want, writes[1]) {
		t.Errorf("write events %v, want one and %v", writes, want)
	}
	wantRoot := []any{&cloud.Unresolved{Reason: "iam:ListAccountAliases is denied in us-east-1: the permission has to be added", Many: true}}
	if diff := cmp.Diff(wantRoot, got.Properties["RootEvents"]); diff != "" {
		t.Error(diff)
	}
}

// TestNoEvents: a quiet day is an empty list, not an absent one.
func TestNoEvents(t *testing.T) {
	server := answering(t, map[string]answers{lookupEvents: {{body: `{"Events":[]}`}}, "ListAccountAliases": aliasAnswer("")})
	got, _ := history(t, server, "WriteEvents", "RootEvents")
	for _, name := range []string{"WriteEvents", "RootEvents"} {
		if diff := cmp.Diff([]any{}, got.Properties[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
