package rule

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

const pipeline = "arn:aws:iam::123456789012:role/deploy/pipeline"

// done is an event of user ada, changed by pairs of a field and its value.
func done(pairs ...any) map[string]any {
	event := map[string]any{
		"EventName": "PutBucketPolicy", "EventSource": "s3.amazonaws.com", "EventTime": "2026-11-22T09:00:00Z", "EventType": "AwsApiCall",
		"PrincipalType": "IAMUser", "PrincipalArn": "arn:aws:iam::123456789012:user/ada", "Username": "ada",
	}
	for i := 0; i < len(pairs); i += 2 {
		event[pairs[i].(string)] = pairs[i+1]
	}
	return event
}

func TestHistoryFunctions(t *testing.T) {
	open := &cloud.Unresolved{Reason: "its record could not be read"}
	tail := &cloud.Unresolved{Reason: "more than 2,000 events", Many: true}
	deployed := done("PrincipalType", "AssumedRole", "RoleArn", pipeline, "PrincipalArn", "arn:aws:sts::123456789012:assumed-role/pipeline/build-7")
	for _, test := range []struct {
		name   string
		events any
		call   string
		want   Outcome // of nothing being left
	}{
		{"none", []any{}, `unexpected([])`, Conforms},
		{"absent", nil, `unexpected([])`, Conforms},
		{"not known", open, `unexpected([])`, CannotTell},
		{"a change", []any{done()}, `unexpected([])`, Violates},
		{"a change and what was not read", []any{done(), tail}, `unexpected([])`, Violates},
		{"what was not read alone", []any{tail}, `unexpected([])`, CannotTell},
		{"an expected one and what was not read", []any{deployed, tail}, `unexpected(["*:role/deploy/*"])`, CannotTell},

		{"of the source", []any{done()}, `where("EventSource", ["ecs.amazonaws.com", "s3.amazonaws.com"])`, Violates},
		{"of another source", []any{done()}, `where("EventSource", ["ecs.amazonaws.com"])`, Conforms},
		{"a source not known", []any{done("EventSource", open)}, `where("EventSource", ["ecs.amazonaws.com"])`, CannotTell},
		{"no error", []any{done()}, `where("ErrorCode", [""])`, Violates},
		{"an error", []any{done("ErrorCode", "AccessDenied")}, `where("ErrorCode", [""])`, Conforms},
		{"an error not known", []any{done("ErrorCode", open)}, `where("ErrorCode", [""])`, CannotTell},
		{"not named", []any{done()}, `whereNot("EventName", ["RunTask"])`, Violates},
		{"named", []any{done()}, `whereNot("EventName", ["PutBucketPolicy"])`, Conforms},
		{"nothing named", []any{done()}, `whereNot("EventName", [])`, Violates},
		{"an unread event of another source", []any{done("ErrorCode", open)}, `where("EventSource", ["ecs.amazonaws.com"]).where("ErrorCode", [""])`, Conforms},

		{"one of those looked for", []any{done()}, `named(["PutBucketPolicy", "DeleteBucket"], [])`, Violates},
		{"not one of those looked for", []any{done()}, `named(["DeleteBucket"], [])`, Conforms},
		{"looked for and ignored", []any{done()}, `named(["PutBucketPolicy"], ["PutBucketPolicy"])`, Violates},
		{"ignored, and nothing looked for", []any{done()}, `named([], ["PutBucketPolicy"])`, Conforms},
		{"not ignored, and nothing looked for", []any{done()}, `named([], ["DeleteBucket"])`, Violates},
		{"a name not known", []any{done("EventName", open)}, `named(["DeleteBucket"], [])`, CannotTell},
		{"looked for, and what was not read", []any{done(), tail}, `named(["DeleteBucket"], [])`, CannotTell},

		{"by a service", []any{done("PrincipalType", "AWSService", "PrincipalArn", nil, "InvokedBy", "rds.amazonaws.com")}, `unexpected([])`, Conforms},
		{"without a call", []any{done("EventType", "AwsServiceEvent", "PrincipalType", nil)}, `unexpected([])`, Conforms},
		{"by a service-linked role", []any{done("PrincipalType", "AssumedRole", "RoleArn",
			"arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")}, `unexpected([])`, Conforms},
		{"by a service on behalf of a user", []any{done("InvokedBy", "ec2.amazonaws.com")}, `unexpected([])`, Conforms},
		{"in the console", []any{done("InvokedBy", "signin.amazonaws.com")}, `unexpected([])`, Violates},
		{"by CloudFormation for a user", []any{done("InvokedBy", "cloudformation.amazonaws.com")}, `unexpected([])`, Violates},
		{"a service not known", []any{done("InvokedBy", open)}, `unexpected([])`, CannotTell},

		{"by a trusted user", []any{done()}, `unexpected(["arn:aws:iam::123456789012:user/ada"])`, Conforms},
		{"by a trusted role", []any{deployed}, `unexpected(["` + pipeline + `"])`, Conforms},
		{"by a trusted session", []any{deployed}, `unexpected(["arn:aws:sts::*:assumed-role/pipeline/build-*"])`, Conforms},
		{"by another", []any{deployed}, `unexpected(["arn:aws:iam::123456789012:role/deploy/pipelin"])`, Violates},
		{"somebody without an ARN", []any{done("PrincipalArn", nil)}, `unexpected(["*"])`, Violates},
		{"somebody not known", []any{done("PrincipalArn", open)}, `unexpected(["*:user/ada"])`, CannotTell},
		{"somebody not known, and nobody is trusted", []any{done("PrincipalArn", open)}, `unexpected([])`, Violates},

		{"in time", []any{done()}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 24)`, Violates},
		{"too long ago", []any{done()}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 2)`, Conforms},
		{"at the edge", []any{done()}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 3)`, Violates},
		{"after the end", []any{done("EventTime", "2026-11-22T12:00:01Z")}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 24)`, Conforms},
		{"a time not known", []any{done("EventTime", open)}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 24)`, CannotTell},
		{"no time", []any{done("EventTime", nil)}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 24)`, CannotTell},
		{"longer than was read", []any{}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 25)`, CannotTell},
		{"longer than was read, and a change", []any{done()}, `within("2026-11-21T12:00:00Z", "2026-11-22T12:00:00Z", 9000000000)`, Violates},
	} {
		history := &cloud.Resource{Type: "AWS::CloudTrail::EventHistory", Properties: map[string]any{"WriteEvents": test.events}}
		joined := map[string][]Joined{"histories": {{Resource: history}}}
		got := judge(t, &cloud.Resource{Type: "AWS::S3::Bucket"}, joined,
			"with:", "  histories: AWS::CloudTrail::EventHistory", "check: histories.all(h, h.WriteEvents."+test.call+".isEmpty())")
		if got.Outcome != test.want {
			t.Errorf("%s: %s: got %v %q, want %v", test.name, test.call, got.Outcome, got.Missing, test.want)
		}
	}
}

func TestNewestEvent(t *testing.T) {
	tail := &cloud.Unresolved{Reason: "more than 2,000 events", Many: true}
	older := done("EventTime", "2026-11-22T08:00:00Z", "EventName", "CreateBucket")
	const ada = "PutBucketPolicy by arn:aws:iam::123456789012:user/ada at 2026-11-22T09:00:00Z"
	for _, test := range []struct {
		events []any
		want   string
	}{
		{nil, ""},
		{[]any{tail}, ""},
		{[]any{done()}, ada},
		{[]any{older, done()}, ada + ", and 1 more"},
		{[]any{done(), older, tail}, ada + ", and at least 1 more"},
		{[]any{done("PrincipalArn", nil)}, strings.Replace(ada, "arn:aws:iam::123456789012:user/ada", "ada", 1)},
		{[]any{done("PrincipalArn", tail, "Username", nil, "PrincipalType", nil)}, strings.Replace(ada, "arn:aws:iam::123456789012:user/ada", "somebody", 1)},
	} {
		if got := newestEvent(test.events); got != test.want {
			t.Errorf("%v:\ngot  %q\nwant %q", test.events, got, test.want)
		}
	}
}
