package aws

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// The event history of CloudTrail, which every account has in every region
// without a trail: who has changed something in the last day. It is the one
// place where what was done is read, rather than what is.
var eventHistoryCollectors = []collector{{
	service: "cloudtrail",
	types: []emits{{
		typ: "AWS::CloudTrail::EventHistory", gives: "EndTime RecordsGlobalServices RegionName StartTime", tagged: "-",
	}},
	read: func(_ context.Context, s *scope) error {
		start, end := historySpan(s)
		s.add(found{id: s.region, name: s.region, set: props{
			"RegionName": s.region, "StartTime": start, "EndTime": end, "RecordsGlobalServices": recordsGlobal(s),
		}})
		return nil
	},
	parts: []part{
		{gives: "WriteEvents", calls: "cloudtrail:LookupEvents", read: readWriteEvents},
		{gives: "RootEvents", calls: "cloudtrail:LookupEvents iam:ListAccountAliases", read: readRootEvents},
	},
}}

const (
	// historyHours is how far back events are looked up.
	historyHours = 24

	// historyPage is how many events AWS gives in one answer, and historyPages
	// bounds the answers: AWS gives two a second, and a busy region has tens of
	// thousands of events a day.
	historyPage  = 50
	historyPages = 40

	// maxEventRecord bounds the JSON that is read of an event. CloudTrail's
	// own records have 256 KB at most.
	maxEventRecord = 1 << 20
)

// historySpan is the time of which events are looked up: the day before the
// scan.
func historySpan(s *scope) (start, end time.Time) {
	end = s.options.Now.UTC().Truncate(time.Second)
	return end.Add(-historyHours * time.Hour), end
}

// recordsGlobal tells whether the history of the region has the events of
// services without a region. In China these are at home in either region.
func recordsGlobal(s *scope) bool { return s.region == s.home() || s.partition == "aws-cn" }

func readWriteEvents(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	events, err := lookUp(ctx, s, types.LookupAttributeKeyReadOnly, "false")
	return props{"WriteEvents": events}, err
}

// readRootEvents looks up what the root user did. CloudTrail knows it by the
// alias of the account, where there is one ("CloudTrail userIdentity element",
// AWS CloudTrail User Guide).
func readRootEvents(ctx context.Context, s *scope, _ *cloud.Resource) (props, error) {
	all, failure := lookUp(ctx, s, types.LookupAttributeKeyUsername, "root")
	aliases, err := aliasesOf(ctx, s)
	if err != nil {
		all, failure = append(all, unreadEvents(reason(err))), err
	}
	for _, alias := range aliases {
		events, err := lookUp(ctx, s, types.LookupAttributeKeyUsername, alias)
		if err != nil {
			failure = err
		}
		all = append(all, events...)
	}
	return props{"RootEvents": all}, failure
}

// lookUp reads the events with an attribute, newest first. What is missing at
// the end is an unresolved element; all is never nil.
func lookUp(ctx context.Context, s *scope, key types.LookupAttributeKey, value string) (all []any, err error) {
	start, end := historySpan(s)
	pages := cloudtrail.NewLookupEventsPaginator(cloudtrail.NewFromConfig(s.cfg), &cloudtrail.LookupEventsInput{
		StartTime: &start, EndTime: &end, MaxResults: ptr(int32(historyPage)),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: key, AttributeValue: &value}},
	})
	all = []any{}
	for n := 0; pages.HasMorePages(); n++ {
		if n == historyPages {
			return append(all, unreadEvents("more than 2,000 events in the last day: the older ones were not read")), nil
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return append(all, unreadEvents(reason(err))), err
		}
		for i := range page.Events {
			all = append(all, event(&page.Events[i]))
		}
	}
	return all, nil
}

func unreadEvents(why string) *cloud.Unresolved { return &cloud.Unresolved{Reason: why, Many: true} }

// An eventRecord is what is taken from the JSON of an event. What was asked
// for is not: it may hold secrets. Of the answer and the additional data only
// those of a sign-in are looked into.
//
// Source: "CloudTrail record contents for management, data, and network
// activity events" and "AWS Management Console sign-in events" (AWS CloudTrail
// User Guide).
type eventRecord struct {
	EventType       string          `json:"eventType"`
	SourceIPAddress string          `json:"sourceIPAddress"`
	ErrorCode       string          `json:"errorCode"`
	Answer          json.RawMessage `json:"responseElements"`
	More            json.RawMessage `json:"additionalEventData"`
	UserIdentity    struct {
		Type           string `json:"type"`
		ARN            string `json:"arn"`
		InvokedBy      string `json:"invokedBy"`
		SessionContext struct {
			SessionIssuer struct {
				ARN string `json:"arn"`
			} `json:"sessionIssuer"`
		} `json:"sessionContext"`
	} `json:"userIdentity"`
}

// event is one event with what rules judge it by.
func event(e *types.Event) map[string]any {
	var record eventRecord
	text := deref(e.CloudTrailEvent)
	err := fmt.Errorf("it has %d bytes", len(text))
	if len(text) <= maxEventRecord {
		err = json.Unmarshal([]byte(text), &record)
	}
	out := object(e)
	without(out, "AccessKeyId", "CloudTrailEvent", "ReadOnly", "Resources")
	tell := func(name, value string, err error) {
		if value != "" {
			out[name] = value
		} else if err != nil {
			out[name] = &cloud.Unresolved{Reason: "the record of event " + deref(e.EventId) + " could not be read: " + shorten(err.Error())}
		}
	}
	tell("EventType", record.EventType, err)
	tell("SourceIpAddress", record.SourceIPAddress, err)
	tell("ErrorCode", record.ErrorCode, err)
	tell("PrincipalType", record.UserIdentity.Type, err)
	tell("PrincipalArn", record.UserIdentity.ARN, err)
	tell("InvokedBy", record.UserIdentity.InvokedBy, err)
	role := record.UserIdentity.SessionContext.SessionIssuer.ARN
	if !strings.Contains(role, ":role/") {
		role = "" // of a session that a user or the root user began
	}
	tell("RoleArn", role, err)
	if deref(e.EventName) == "ConsoleLogin" {
		var answer struct{ ConsoleLogin string }
		unread := errors.Join(err, json.Unmarshal(record.Answer, &answer))
		tell("LoginResult", answer.ConsoleLogin, unread)
		var more struct{ MFAUsed string }
		unread = errors.Join(err, json.Unmarshal(record.More, &more))
		tell("MfaUsed", more.MFAUsed, unread)
	}
	if readOnly := deref(e.ReadOnly); readOnly != "" {
		out["ReadOnly"] = readOnly == "true"
	}
	return out
}
