package rule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/policy"
)

// historyFunctions judge the events of an AWS::CloudTrail::EventHistory. Each
// gives a part of a list of events. An event of which it cannot be known
// whether it belongs there stands in the result as one or none, so that
// isEmpty() is false as soon as one is known to, and unknown only where none is.
func historyFunctions() []cel.EnvOption {
	list := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// events.where("EventSource", ["s3.amazonaws.com"]) is the events whose
		// field has one of the values; "" stands for a field that is absent.
		// whereNot is the others.
		function("where", cel.MemberOverload("list_where", []*cel.Type{list, cel.StringType, list}, list,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				return narrow(args[0], fieldIn(args[1], args[2]))
			}))),
		function("whereNot", cel.MemberOverload("list_where_not", []*cel.Type{list, cel.StringType, list}, list,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				in := fieldIn(args[1], args[2])
				return narrow(args[0], func(event map[string]any) cloud.Truth { return in(event).Not() })
			}))),

		// events.named(only, besides) is the events whose name is on the list
		// only; where that is empty, those whose name is not on besides.
		function("named", cel.MemberOverload("list_named", []*cel.Type{list, list, list}, list,
			cel.FunctionBinding(func(args ...ref.Val) ref.Val {
				name := types.String("EventName")
				if only, _ := native(args[1]).([]any); len(only) > 0 {
					return narrow(args[0], fieldIn(name, args[1]))
				}
				besides := fieldIn(name, args[2])
				return narrow(args[0], func(event map[string]any) cloud.Truth { return besides(event).Not() })
			}))),

		// events.unexpected(trusted) is the events that neither AWS made by
		// itself nor one of the trusted principals, patterns of the ARNs of
		// users, roles and sessions in which * and ? stand for characters as
		// in IAM policies.
		function("unexpected", cel.MemberOverload("list_unexpected", []*cel.Type{list, list}, list,
			cel.BinaryBinding(func(events, trusted ref.Val) ref.Val {
				patterns, _ := native(trusted).([]any)
				return narrow(events, func(event map[string]any) cloud.Truth {
					return madeByAWS(event).Or(madeBy(event, patterns)).Not()
				})
			}))),

		// events.within(start, end, hours) is the events of the last hours
		// before end. The events are known from start on: what was before is
		// unknown.
		function("within", cel.MemberOverload("list_within", []*cel.Type{list, cel.DynType, cel.DynType, cel.IntType}, list,
			cel.FunctionBinding(eventsWithin))),

		// events.newestEvent() tells in words of the newest of the events, and
		// how many others there are: "PutBucketPolicy by arn:… at …, and 2
		// more". It is empty when there are none.
		function("newestEvent", cel.MemberOverload("list_newest_event", []*cel.Type{list}, cel.StringType,
			cel.UnaryBinding(func(events ref.Val) ref.Val {
				all, _ := native(events).([]any)
				return types.String(newestEvent(all))
			}))),
	}
}

// narrow is the events of a list for which keep is true.
func narrow(events ref.Val, keep func(map[string]any) cloud.Truth) ref.Val {
	all, ok := native(events).([]any)
	if !ok {
		return types.MaybeNoSuchOverloadErr(events)
	}
	kept := []any{}
	for _, e := range all {
		event, ok := e.(map[string]any)
		if !ok {
			kept = append(kept, oneOrNone(e))
			continue
		}
		belongs := keep(event)
		switch {
		case belongs.IsUnknown():
			kept = append(kept, oneOrNone(belongs.Unknown[0]))
		case belongs.IsTrue():
			kept = append(kept, event)
		}
	}
	return plain(kept)
}

// oneOrNone stands for an event of a list that may not belong there.
func oneOrNone(v any) *cloud.Unresolved {
	why := "an event is not known"
	if u, ok := v.(*cloud.Unresolved); ok {
		why = u.Reason
	}
	return &cloud.Unresolved{Reason: why, Many: true}
}

// fieldIn tells whether an event's field has one of the values.
func fieldIn(name, values ref.Val) func(map[string]any) cloud.Truth {
	field := describe(native(name))
	wanted, _ := native(values).([]any)
	return func(event map[string]any) cloud.Truth {
		v := event[field]
		if v == nil {
			v = ""
		}
		result := cloud.Known(false)
		for _, w := range wanted {
			result = result.Or(equalNative(v, w))
		}
		return result
	}
}

// vehicles are services by which a person or a program makes calls of its own
// choice, so that what they call is the caller's doing: the console,
// CloudFormation, and those that run calls as they are told to.
var vehicles = []string{
	"signin.amazonaws.com", "cloudformation.amazonaws.com", "cloudcontrolapi.amazonaws.com", "servicecatalog.amazonaws.com",
	"ssm.amazonaws.com", "states.amazonaws.com", "scheduler.amazonaws.com",
}

// serviceLinked is in the ARN of every role that a service has for itself.
const serviceLinked = ":role/aws-service-role/"

// madeByAWS tells whether AWS did something by itself: an event without a
// call, a call by a service or by its service-linked role, or one that a
// service made for somebody who asked it for something else.
//
// Source: "CloudTrail userIdentity element" (AWS CloudTrail User Guide).
func madeByAWS(event map[string]any) cloud.Truth {
	result := fieldTruth(event, "EventType", func(v string) bool { return v == "AwsServiceEvent" }).
		Or(fieldTruth(event, "PrincipalType", func(v string) bool { return v == "AWSService" })).
		Or(fieldTruth(event, "RoleArn", func(v string) bool { return strings.Contains(v, serviceLinked) }))
	return result.Or(fieldTruth(event, "InvokedBy", func(v string) bool {
		return v != "" && !slices.Contains(vehicles, v)
	}))
}

// madeBy tells whether the principal of an event, or the role that it had
// assumed, matches one of the patterns.
func madeBy(event map[string]any, patterns []any) cloud.Truth {
	result := cloud.Known(false)
	for _, p := range patterns {
		matches := func(v string) bool { return v != "" && policy.Covers(describe(p), v) }
		result = result.Or(fieldTruth(event, "PrincipalArn", matches)).Or(fieldTruth(event, "RoleArn", matches))
	}
	return result
}

// fieldTruth tells whether the text of a field, "" where it is absent, is as
// wanted.
func fieldTruth(event map[string]any, name string, wanted func(string) bool) cloud.Truth {
	switch v := event[name].(type) {
	case *cloud.Unresolved:
		return cloud.UnknownTruth(v)
	case string:
		return cloud.Known(wanted(v))
	}
	return cloud.Known(wanted(""))
}

func eventsWithin(args ...ref.Val) ref.Val {
	start, err := asTime(args[1])
	if err != nil {
		return types.NewErr("within: %v", err)
	}
	end, err := asTime(args[2])
	if err != nil {
		return types.NewErr("within: %v", err)
	}
	hours, ok := args[3].(types.Int)
	if !ok {
		return types.MaybeNoSuchOverloadErr(args[3])
	}
	// So many hours are longer than any history.
	from := end.Add(-time.Duration(min(max(hours, 0), 1<<20)) * time.Hour)
	kept := narrow(args[0], func(event map[string]any) cloud.Truth {
		if u, ok := event["EventTime"].(*cloud.Unresolved); ok {
			return cloud.UnknownTruth(u)
		}
		at, err := time.Parse(time.RFC3339, describe(event["EventTime"]))
		if err != nil {
			return cloud.UnknownTruth(&cloud.Unresolved{Reason: "when an event was is not known"})
		}
		return cloud.Known(!at.Before(from) && !at.After(end))
	})
	if !from.Before(start) {
		return kept
	}
	all, _ := native(kept).([]any)
	return plain(append(all, &cloud.Unresolved{
		Reason: fmt.Sprintf("events before %s were not read, and the rule asks for %d hours", start.Format(time.RFC3339), hours), Many: true,
	}))
}

func newestEvent(events []any) string {
	var newest map[string]any
	known, open := 0, ""
	for _, e := range events {
		event, ok := e.(map[string]any)
		if !ok {
			open = "at least "
			continue
		}
		known++
		// Times of one form are in the order of their text.
		if newest == nil || describe(event["EventTime"]) > describe(newest["EventTime"]) {
			newest = event
		}
	}
	if newest == nil {
		return ""
	}
	text := describe(newest["EventName"]) + " by " + principal(newest) + " at " + describe(newest["EventTime"])
	if known > 1 {
		text += fmt.Sprintf(", and %s%d more", open, known-1)
	}
	return text
}

// principal names who an event is of, as well as is known.
func principal(event map[string]any) string {
	for _, name := range []string{"PrincipalArn", "Username", "PrincipalType"} {
		if text, ok := event[name].(string); ok && text != "" {
			return text
		}
	}
	return "somebody"
}
