package rule

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/logpattern"
)

// alarmFunctions tell what somebody is told about: an event goes from a log
// group through a metric filter to a metric, and from there through an alarm
// to a topic with a subscriber.
func alarmFunctions() []cel.EnvOption {
	list := cel.ListType(cel.DynType)
	return []cel.EnvOption{
		// watched(trails, filters, alarms, composites, topics, regions, events)
		// tells whether somebody is told about each of the events: a multi-
		// Region trail that is logging sends it to a log group, a metric filter
		// of the group selects it, and an alarm on the metric notifies. The
		// first five are AWS::CloudTrail::Trail, AWS::Logs::MetricFilter,
		// AWS::CloudWatch::Alarm, AWS::CloudWatch::CompositeAlarm and
		// AWS::SNS::Topic of the account, regions the names of those that were
		// read. An event is what of a CloudTrail event differs from an
		// ordinary one: {"eventName": "StopLogging"}; null takes a field away.
		function("watched",
			cel.Overload("watched_lists", []*cel.Type{list, list, list, list, list, list, list}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					w := watch{
						trails: rowsOf(args[0]), filters: rowsOf(args[1]), alarms: rowsOf(args[2]),
						composites: rowsOf(args[3]), topics: rowsOf(args[4]), regions: native(args[5]),
					}
					events, _ := native(args[6]).([]any)
					return truth(w.watches(events))
				}))),

		// alarmed(filter, alarms, composites, topics) tells whether an alarm
		// on a metric of an AWS::Logs::MetricFilter notifies; the others are
		// as those of watched.
		function("alarmed",
			cel.Overload("alarmed_lists", []*cel.Type{cel.DynType, list, list, list}, cel.BoolType,
				cel.FunctionBinding(func(args ...ref.Val) ref.Val {
					filter, ok := args[0].(*objectValue)
					if !ok || filter.meta == nil {
						return types.NewErr("alarmed() takes a metric filter")
					}
					w := watch{alarms: rowsOf(args[1]), composites: rowsOf(args[2]), topics: rowsOf(args[3])}
					return truth(w.alarmed(filter))
				}))),

		// pattern.selectsRejected(formats) tells whether a filter pattern
		// selects records of traffic that a VPC flow log says was rejected,
		// be it on one port, and not those of the same traffic accepted.
		// formats are the LogFormat of the flow logs, "" for the default.
		function("selectsRejected",
			cel.MemberOverload("string_selects_rejected", []*cel.Type{cel.StringType, list}, cel.BoolType,
				cel.BinaryBinding(func(pattern, formats ref.Val) ref.Val {
					return truth(selectsRejected(stringOf(pattern), native(formats)))
				}))),
	}
}

// alarmReads is what the functions look at of each type.
var alarmReads = map[string][]string{
	"AWS::CloudTrail::Trail": {
		"AdvancedEventSelectors", "CloudWatchLogsLogGroupArn", "EventSelectors", "IsLogging", "IsMultiRegionTrail",
	},
	"AWS::Logs::MetricFilter":         {"FilterPattern", "LogGroupName", "MetricTransformations"},
	"AWS::CloudWatch::Alarm":          {"ActionsEnabled", "AlarmActions", "MetricName", "Metrics", "Namespace"},
	"AWS::CloudWatch::CompositeAlarm": {"ActionsEnabled", "AlarmActions", "AlarmRule"},
	"AWS::SNS::Topic":                 {"Subscription"},
}

// rows are joined resources as a function gets them: those that are known, and
// what stands for the others.
type rows struct {
	known []*objectValue
	open  cloud.Truth // false where all are known
}

func rowsOf(v ref.Val) rows {
	var out rows
	list, ok := v.(traits.Iterable)
	if !ok {
		return out
	}
	for it := list.Iterator(); it.HasNext() == types.True; {
		switch row := it.Next().(type) {
		case *objectValue:
			out.known = append(out.known, row)
		case *types.Unknown:
			out.open = out.open.Or(cloud.UnknownTruth(&cloud.Unresolved{Reason: strings.Join(reasons(row), "; ")}))
		}
	}
	return out
}

// A watch is what stands between events and those who are told.
type watch struct {
	trails, filters, alarms, composites, topics rows

	regions any // a list of text
}

// A sieve is a metric filter by which somebody is told of what it selects.
type sieve struct {
	selects func(logpattern.Event) cloud.Truth
	tells   cloud.Truth
}

func (w *watch) watches(events []any) cloud.Truth {
	sieves, open := w.sieves()
	ordinary := trailEvent(map[string]any{"readOnly": true})
	answer := cloud.Known(true)
	for _, e := range events {
		if u, ok := e.(*cloud.Unresolved); ok {
			answer = answer.And(cloud.UnknownTruth(u))
			continue
		}
		fields, _ := e.(map[string]any)
		event := trailEvent(fields)
		told := open
		for _, s := range sieves {
			// Whoever is told of everything is told of nothing.
			told = told.Or(s.tells.And(s.selects(event)).And(s.selects(ordinary).Not()))
		}
		answer = answer.And(told)
	}
	return answer
}

// sieves are the metric filters of the trails' log groups; open is what is not
// known of further ones.
func (w *watch) sieves() (sieves []sieve, open cloud.Truth) {
	open = w.filters.open.Or(w.trails.open)
	for _, trail := range w.trails.known {
		records := recordsAccount(trail)
		group, unresolved := textAt(trail, "CloudWatchLogsLogGroupArn")
		if unresolved != nil {
			open = open.Or(records.And(cloud.UnknownTruth(unresolved)))
		}
		// arn:aws:logs:eu-west-1:123456789012:log-group:NAME:*
		arn := strings.SplitN(group, ":", 7)
		if len(arn) < 7 || records.IsFalse() {
			continue
		}
		region, account, name := arn[3], arn[4], strings.TrimSuffix(arn[6], ":*")
		if account != trail.meta.Account {
			open = open.Or(records.And(missing("the log group " + name + " of trail " + trail.meta.ID + " is in account " + account)))
			continue
		}
		if read, ok := w.regions.([]any); ok && !slices.Contains(read, any(region)) {
			open = open.Or(records.And(missing("the log group " + name + " of trail " + trail.meta.ID + " is in " + region + ", which was not read")))
			continue
		}
		for _, filter := range w.filters.known {
			of, unresolved := textAt(filter, "LogGroupName")
			switch {
			case filter.meta.Region != region:
			case unresolved != nil:
				open = open.Or(records.And(cloud.UnknownTruth(unresolved)))
			case of == name:
				sieves = append(sieves, sieve{selects: selector(filter), tells: records.And(w.alarmed(filter))})
			}
		}
	}
	return sieves, open
}

func missing(reason string) cloud.Truth { return cloud.UnknownTruth(&cloud.Unresolved{Reason: reason}) }

// recordsAccount tells whether a trail records what is done in every region of
// the account.
func recordsAccount(trail *objectValue) cloud.Truth {
	is := func(name string) cloud.Truth {
		return fieldIs(trail.fields, name, func(v any) cloud.Truth { return cloud.Known(v == true) })
	}
	return is("IsLogging").And(is("IsMultiRegionTrail")).And(recordsManagement(trail.fields))
}

// recordsManagement tells whether a trail records management events other than
// mere reads. Without selectors it records all.
func recordsManagement(trail map[string]any) cloud.Truth {
	answer, selected := cloud.Known(false), false
	each := func(name string, records func(selector map[string]any) bool) {
		if u, ok := trail[name].(*cloud.Unresolved); ok {
			answer, selected = answer.Or(cloud.UnknownTruth(u)), true
		}
		list, _ := trail[name].([]any)
		for _, s := range list {
			selector, _ := s.(map[string]any)
			answer, selected = answer.Or(cloud.Known(records(selector))), true
		}
	}
	each("EventSelectors", func(s map[string]any) bool {
		return s["IncludeManagementEvents"] != false && s["ReadWriteType"] != "ReadOnly"
	})
	each("AdvancedEventSelectors", func(s map[string]any) bool {
		fields, _ := s["FieldSelectors"].([]any)
		return slices.ContainsFunc(fields, func(f any) bool {
			field, _ := f.(map[string]any)
			equals, _ := field["Equals"].([]any)
			return field["Field"] == "eventCategory" && slices.Contains(equals, any("Management"))
		})
	})
	if !selected {
		return cloud.Known(true)
	}
	return answer
}

// textAt is the text of a property of a resource, "" where it has none.
func textAt(o *objectValue, name string) (string, *cloud.Unresolved) {
	switch v := o.fields[name].(type) {
	case string:
		return v, nil
	case *cloud.Unresolved:
		return "", v
	}
	return "", nil
}

// selector tells what a metric filter selects.
func selector(filter *objectValue) func(logpattern.Event) cloud.Truth {
	text, unresolved := textAt(filter, "FilterPattern")
	if unresolved != nil {
		return func(logpattern.Event) cloud.Truth { return cloud.UnknownTruth(unresolved) }
	}
	pattern, err := logpattern.Parse(text)
	if err != nil {
		return func(logpattern.Event) cloud.Truth {
			return missing("the pattern of metric filter " + filter.meta.ID + " is not understood: " + err.Error())
		}
	}
	return func(e logpattern.Event) cloud.Truth { return cloud.Known(pattern.Selects(e)) }
}

// alarmed tells whether an alarm on a metric of the filter notifies.
func (w *watch) alarmed(filter *objectValue) cloud.Truth {
	answer := cloud.Known(false)
	if u, ok := filter.fields["MetricTransformations"].(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	transformations, _ := filter.fields["MetricTransformations"].([]any)
	for _, t := range transformations {
		metric, _ := t.(map[string]any)
		for _, alarm := range w.alarms.known {
			if alarm.meta.Region == filter.meta.Region && onMetric(alarm.fields, metric["MetricNamespace"], metric["MetricName"]) {
				answer = answer.Or(w.notifies(alarm)).Or(w.notifiesAsPart(alarm))
			}
		}
	}
	return answer.Or(w.alarms.open)
}

// onMetric tells whether an alarm is on a metric, by itself or in an
// expression.
func onMetric(alarm map[string]any, namespace, name any) bool {
	if alarm["Namespace"] == namespace && alarm["MetricName"] == name {
		return true
	}
	metrics, _ := alarm["Metrics"].([]any)
	return slices.ContainsFunc(metrics, func(m any) bool {
		metric := within(m, "MetricStat", "Metric")
		return metric != nil && within(metric, "Namespace") == namespace && within(metric, "MetricName") == name
	})
}

// notifies tells whether the actions of an alarm reach somebody.
func (w *watch) notifies(alarm *objectValue) cloud.Truth {
	if alarm.fields["ActionsEnabled"] == false {
		return cloud.Known(false)
	}
	if u, ok := alarm.fields["AlarmActions"].(*cloud.Unresolved); ok {
		return cloud.UnknownTruth(u)
	}
	answer := cloud.Known(false)
	actions, _ := alarm.fields["AlarmActions"].([]any)
	for _, action := range actions {
		arn, _ := action.(string)
		answer = answer.Or(w.reaches(arn, alarm.meta.Account))
	}
	return answer
}

// reaches tells whether an action of an alarm of an account reaches somebody:
// a topic with a subscriber, a function, an incident or an item of work. Who
// has subscribed to a topic of another account, that one knows.
func (w *watch) reaches(arn, account string) cloud.Truth {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return cloud.Known(false)
	}
	switch parts[2] {
	case "lambda", "ssm", "ssm-incidents", "aiops":
		return cloud.Known(true)
	case "sns":
		if parts[4] != account {
			return cloud.Known(true)
		}
		answer := w.topics.open
		for _, topic := range w.topics.known {
			if topic.meta.ARN == arn || topic.meta.ID == arn {
				answer = answer.Or(fieldIs(topic.fields, "Subscription", func(v any) cloud.Truth {
					list, _ := v.([]any)
					return cloud.Known(len(list) > 0)
				}))
			}
		}
		return answer
	}
	return cloud.Known(false) // such as stopping an instance
}

// notifiesAsPart tells whether a composite alarm whose rule names the alarm
// notifies.
func (w *watch) notifiesAsPart(alarm *objectValue) cloud.Truth {
	answer := w.composites.open
	for _, composite := range w.composites.known {
		rule, unresolved := textAt(composite, "AlarmRule")
		switch {
		case composite.meta.Region != alarm.meta.Region:
		case unresolved != nil:
			answer = answer.Or(cloud.UnknownTruth(unresolved).And(w.notifies(composite)))
		case namesAlarm(rule, alarm.meta):
			answer = answer.Or(w.notifies(composite))
		}
	}
	return answer
}

// namesAlarm tells whether the rule of a composite alarm is about an alarm, by
// its name, in quotes or not, or its ARN.
func namesAlarm(rule string, alarm *cloud.Resource) bool {
	for _, word := range strings.FieldsFunc(rule, func(c rune) bool { return c == '(' || c == ')' }) {
		if word = strings.Trim(strings.TrimSpace(word), `"`); word == alarm.ID || word == alarm.ARN {
			return true
		}
	}
	return false
}

// trailEvent is an ordinary management event of CloudTrail with some of its
// fields as given.
func trailEvent(fields map[string]any) logpattern.Event {
	event := map[string]any{
		"eventVersion": "1.11",
		"userIdentity": map[string]any{
			"type": "IAMUser", "principalId": "AIDACKCEVSQ6C2EXAMPLE", "arn": "arn:aws:iam::123456789012:user/ada",
			"accountId": "123456789012", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "userName": "ada",
		},
		"eventTime": "2026-01-02T03:04:05Z", "eventSource": "ec2.amazonaws.com", "eventName": "DescribeInstances",
		"awsRegion": "us-east-1", "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.30.0",
		"requestParameters": map[string]any{}, "responseElements": map[string]any{},
		"requestID": "7d2b1e1c-6d0e-4c3a-9a43-6f0c1f0f7f4a", "eventID": "0b6f5a0e-3c55-4c8a-8a1d-2f6f7f0e9d11",
		"readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
		"recipientAccountId": "123456789012", "eventCategory": "Management",
	}
	return logpattern.JSON(overlaid(event, fields))
}

// overlaid is an object with the fields of another in place of its own, deep
// down; null takes a field away.
func overlaid(object, fields map[string]any) map[string]any {
	out := maps.Clone(object)
	for name, v := range fields {
		below, isObject := v.(map[string]any)
		own, hasObject := out[name].(map[string]any)
		switch {
		case v == nil:
			delete(out, name)
		case isObject && hasObject:
			out[name] = overlaid(own, below)
		default:
			out[name] = v
		}
	}
	return out
}

// defaultFlowLog is the LogFormat of a flow log that has none of its own.
const defaultFlowLog = "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} " +
	"${packets} ${bytes} ${start} ${end} ${action} ${log-status}"

// flowLogWords are what stands in a record of a flow log. Fields that are not
// here have a dash, as those that do not apply.
var flowLogWords = map[string]string{
	"version": "2", "account-id": "123456789012", "interface-id": "eni-0123456789abcdef0", "srcaddr": "203.0.113.12",
	"dstaddr": "172.31.16.139", "srcport": "49761", "protocol": "6", "packets": "20", "bytes": "4249",
	"start": "1767323045", "end": "1767323105", "log-status": "OK", "vpc-id": "vpc-0123456789abcdef0",
	"subnet-id": "subnet-0123456789abcdef0", "type": "IPv4", "pkt-srcaddr": "203.0.113.12", "pkt-dstaddr": "172.31.16.139",
	"region": "us-east-1", "flow-direction": "ingress", "tcp-flags": "2",
}

func selectsRejected(text string, formats any) cloud.Truth {
	pattern, err := logpattern.Parse(text)
	if err != nil {
		return missing("the pattern " + text + " is not understood: " + err.Error())
	}
	answer := cloud.Known(false)
	list, _ := formats.([]any)
	for _, f := range list {
		if u, ok := f.(*cloud.Unresolved); ok {
			answer = answer.Or(cloud.UnknownTruth(u))
			continue
		}
		format, _ := f.(string)
		if format == "" {
			format = defaultFlowLog
		}
		for _, port := range []string{"22", "3389", "443", "5432"} {
			answer = answer.Or(cloud.Known(pattern.Selects(flowRecord(format, port, "REJECT")) && !pattern.Selects(flowRecord(format, port, "ACCEPT"))))
		}
	}
	return answer
}

func flowRecord(format, port, action string) logpattern.Event {
	words := strings.Fields(format)
	for i, word := range words {
		name := strings.TrimSuffix(strings.TrimPrefix(word, "${"), "}")
		switch value, ok := flowLogWords[name]; {
		case ok:
			words[i] = value
		case name == "dstport":
			words[i] = port
		case name == "action":
			words[i] = action
		default:
			words[i] = "-"
		}
	}
	return logpattern.Text(strings.Join(words, " "))
}
