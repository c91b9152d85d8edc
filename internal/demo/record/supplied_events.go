package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
)

// A deed is an event of CloudTrail's event history, which moto does not have:
// what somebody did so long before the recording.
type deed struct {
	ago          time.Duration
	source, name string
	who          map[string]any // the userIdentity
	user         string
	more         map[string]any // of the record
}

const demoAccount = "123456789012"

func userIdentity(name string) map[string]any {
	return map[string]any{"type": "IAMUser", "arn": "arn:aws:iam::" + demoAccount + ":user/" + name, "accountId": demoAccount, "userName": name}
}

func roleIdentity(role, session string) map[string]any {
	return map[string]any{
		"type": "AssumedRole", "arn": "arn:aws:sts::" + demoAccount + ":assumed-role/" + role + "/" + session, "accountId": demoAccount,
		"sessionContext": map[string]any{"sessionIssuer": map[string]any{
			"type": "Role", "arn": "arn:aws:iam::" + demoAccount + ":role/" + role, "accountId": demoAccount, "userName": role,
		}},
	}
}

// The root user of an account with an alias goes by it in the record.
var rootIdentity = map[string]any{"type": "Root", "arn": "arn:aws:iam::" + demoAccount + ":root", "accountId": demoAccount, "userName": "harbourline"}

func signedIn(mfa string) map[string]any {
	return map[string]any{
		"eventType":           "AwsConsoleSignIn",
		"responseElements":    map[string]any{"ConsoleLogin": "Success"},
		"additionalEventData": map[string]any{"LoginTo": "https://console.aws.amazon.com/console/home", "MobileVersion": "No", "MFAUsed": mfa},
	}
}

// deeds are the day before the recording, by region: a quiet one but for a
// sign-in of the root user at night, and a bucket's policy.
var deeds = map[string][]deed{
	"us-east-1": {
		{55 * time.Minute, "s3.amazonaws.com", "PutBucketPolicy", userIdentity("ben.okafor"), "ben.okafor", nil},
		{3 * time.Hour, "ecs.amazonaws.com", "RunTask", roleIdentity("HarbourlineTasks", "nightly-report"), "nightly-report", nil},
		{4 * time.Hour, "signin.amazonaws.com", "ConsoleLogin", userIdentity("amelia.stone"), "amelia.stone", signedIn("Yes")},
		{9 * time.Hour, "iam.amazonaws.com", "AttachRolePolicy", userIdentity("erp-sync"), "erp-sync",
			map[string]any{"errorCode": "AccessDenied", "errorMessage": "User: erp-sync is not authorized to perform: iam:AttachRolePolicy"}},
		{20*time.Hour + 14*time.Minute, "signin.amazonaws.com", "ConsoleLogin", rootIdentity, "root", signedIn("No")},
	},
	"eu-central-1": {
		{6 * time.Hour, "autoscaling.amazonaws.com", "SetDesiredCapacity", userIdentity("deploy-ci"), "deploy-ci", nil},
	},
}

// lookUp answers LookupEvents as of the time that it asks about, which is that
// of the recording.
func lookUp(r *http.Request) (reply, error) {
	var asked struct {
		StartTime, EndTime float64
		LookupAttributes   []struct{ AttributeKey, AttributeValue string }
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &asked)
	}
	if err != nil {
		return reply{}, fmt.Errorf("LookupEvents: %w", err)
	}
	start, end := time.Unix(int64(asked.StartTime), 0), time.Unix(int64(asked.EndTime), 0)
	events := []map[string]any{}
	for i, d := range deeds[awsmiddleware.GetRegion(r.Context())] {
		at := end.Add(-d.ago)
		for _, a := range asked.LookupAttributes {
			if at.Before(start) || a.AttributeKey == "Username" && a.AttributeValue != d.user {
				continue
			}
			id := fmt.Sprintf("7c1d0e52-9a44-4e0b-8f31-%012d", i)
			record := map[string]any{
				"eventVersion": "1.11", "eventID": id, "eventType": "AwsApiCall", "eventTime": at.UTC().Format(time.RFC3339),
				"eventSource": d.source, "eventName": d.name, "awsRegion": awsmiddleware.GetRegion(r.Context()),
				"sourceIPAddress": "203.0.113.24", "readOnly": false, "userIdentity": d.who, "requestParameters": nil, "responseElements": nil,
			}
			for name, v := range d.more {
				record[name] = v
			}
			text, err := json.Marshal(record)
			if err != nil {
				return reply{}, err
			}
			events = append(events, map[string]any{
				"EventId": id, "EventName": d.name, "EventSource": d.source, "EventTime": at.Unix(),
				"ReadOnly": "false", "Username": d.user, "CloudTrailEvent": string(text),
			})
		}
	}
	answer, err := json.Marshal(map[string]any{"Events": events})
	return reply{200, string(answer)}, err
}
