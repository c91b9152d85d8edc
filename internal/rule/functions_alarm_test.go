package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestWatched(t *testing.T) {
	type object = map[string]any
	const region = "eu-west-1"
	denied := &cloud.Unresolved{Reason: "denied"}
	live := func(id string, fields object) *objectValue {
		return &objectValue{fields: fields, node: anyNode, meta: &cloud.Resource{ID: id, Account: "123456789012", Region: region}}
	}
	// What one account has; each test changes something.
	type account struct {
		trail, filter, alarm, topic *objectValue
		watch                       watch
		events                      []any
	}
	base := func() *account {
		a := &account{
			trail: live("all", object{
				"IsLogging": true, "IsMultiRegionTrail": true,
				"CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*",
			}),
			filter: live("stop", object{
				"LogGroupName": "trail", "FilterPattern": `{ $.eventName = StopLogging || $.eventName = DeleteTrail }`,
				"MetricTransformations": []any{object{"MetricNamespace": "Trail", "MetricName": "Stop"}},
			}),
			alarm: live("stopped", object{
				"Namespace": "Trail", "MetricName": "Stop", "ActionsEnabled": true,
				"AlarmActions": []any{"arn:aws:sns:eu-west-1:123456789012:security"},
			}),
			topic:  live("arn:aws:sns:eu-west-1:123456789012:security", object{"Subscription": []any{object{"Protocol": "email"}}}),
			events: []any{object{"eventName": "StopLogging"}, object{"eventName": "DeleteTrail"}},
		}
		a.watch = watch{
			trails: rows{known: []*objectValue{a.trail}}, filters: rows{known: []*objectValue{a.filter}},
			alarms: rows{known: []*objectValue{a.alarm}}, topics: rows{known: []*objectValue{a.topic}},
			regions: []any{region},
		}
		return a
	}
	for _, test := range []struct {
		name   string
		change func(*account)
		want   string
	}{
		{"all there", func(*account) {}, "yes"},
		{"no trail", func(a *account) { a.watch.trails.known = nil }, "no"},
		{"a trail that is stopped", func(a *account) { a.trail.fields["IsLogging"] = false }, "no"},
		{"a trail whose state is not known", func(a *account) { a.trail.fields["IsLogging"] = denied }, "unknown"},
		{"a trail of one region", func(a *account) { a.trail.fields["IsMultiRegionTrail"] = false }, "no"},
		{"a trail without a log group", func(a *account) { delete(a.trail.fields, "CloudWatchLogsLogGroupArn") }, "no"},
		{"a trail of data events", func(a *account) {
			a.trail.fields["EventSelectors"] = []any{object{"IncludeManagementEvents": false}}
		}, "no"},
		{"a trail of reads", func(a *account) {
			a.trail.fields["EventSelectors"] = []any{object{"IncludeManagementEvents": true, "ReadWriteType": "ReadOnly"}}
		}, "no"},
		{"a trail of writes", func(a *account) {
			a.trail.fields["EventSelectors"] = []any{object{"IncludeManagementEvents": true, "ReadWriteType": "WriteOnly"}}
		}, "yes"},
		{"advanced selectors of management events", func(a *account) {
			a.trail.fields["AdvancedEventSelectors"] = []any{object{"FieldSelectors": []any{object{"Field": "eventCategory", "Equals": []any{"Management"}}}}}
		}, "yes"},
		{"advanced selectors of data events", func(a *account) {
			a.trail.fields["AdvancedEventSelectors"] = []any{object{"FieldSelectors": []any{object{"Field": "eventCategory", "Equals": []any{"Data"}}}}}
		}, "no"},
		{"selectors not known", func(a *account) { a.trail.fields["EventSelectors"] = denied }, "unknown"},
		{"a log group of another account", func(a *account) {
			a.trail.fields["CloudWatchLogsLogGroupArn"] = "arn:aws:logs:eu-west-1:999999999999:log-group:trail:*"
		}, "unknown"},
		{"a region that is not read", func(a *account) { a.watch.regions = []any{"us-east-1"} }, "unknown"},
		{"trails not read", func(a *account) { a.watch.trails = rows{open: cloud.UnknownTruth(denied)} }, "unknown"},
		{"more trails not read", func(a *account) { a.watch.trails.open = cloud.UnknownTruth(denied) }, "yes"},
		{"no filter", func(a *account) { a.watch.filters.known = nil }, "no"},
		{"filters not read", func(a *account) { a.watch.filters = rows{open: cloud.UnknownTruth(denied)} }, "unknown"},
		{"a filter of another log group", func(a *account) { a.filter.fields["LogGroupName"] = "trails" }, "no"},
		{"a filter in another region", func(a *account) { a.filter.meta.Region = "us-east-1" }, "no"},
		{"a filter of one event", func(a *account) { a.filter.fields["FilterPattern"] = `{ $.eventName = StopLogging }` }, "no"},
		{"a filter of everything", func(a *account) { a.filter.fields["FilterPattern"] = `` }, "no"},
		{"a filter of every call", func(a *account) { a.filter.fields["FilterPattern"] = `{ $.eventName = * }` }, "no"},
		{"a filter of text", func(a *account) { a.filter.fields["FilterPattern"] = `?StopLogging ?DeleteTrail` }, "yes"},
		{"a filter of one person", func(a *account) {
			a.filter.fields["FilterPattern"] = `{ $.eventName = *Logging && $.userIdentity.userName = bob }`
		}, "no"},
		{"a filter that is not understood", func(a *account) { a.filter.fields["FilterPattern"] = `{ $.eventName ~ x }` }, "unknown"},
		{"no alarm", func(a *account) { a.watch.alarms.known = nil }, "no"},
		{"alarms not read", func(a *account) { a.watch.alarms = rows{open: cloud.UnknownTruth(denied)} }, "unknown"},
		{"an alarm on another metric", func(a *account) { a.alarm.fields["MetricName"] = "Start" }, "no"},
		{"an alarm in another namespace", func(a *account) { a.alarm.fields["Namespace"] = "AWS/EC2" }, "no"},
		{"an alarm in another region", func(a *account) { a.alarm.meta.Region = "us-east-1" }, "no"},
		{"an alarm on an expression", func(a *account) {
			delete(a.alarm.fields, "MetricName")
			a.alarm.fields["Metrics"] = []any{object{"Expression": "m * 2"}, object{"MetricStat": object{"Metric": object{"Namespace": "Trail", "MetricName": "Stop"}}}}
		}, "yes"},
		{"an alarm without action", func(a *account) { delete(a.alarm.fields, "AlarmActions") }, "no"},
		{"an alarm whose actions are off", func(a *account) { a.alarm.fields["ActionsEnabled"] = false }, "no"},
		{"an alarm that stops an instance", func(a *account) { a.alarm.fields["AlarmActions"] = []any{"arn:aws:automate:eu-west-1:ec2:stop"} }, "no"},
		{"an alarm that calls a function", func(a *account) {
			a.alarm.fields["AlarmActions"] = []any{"arn:aws:lambda:eu-west-1:123456789012:function:tell"}
		}, "yes"},
		{"an alarm to a topic elsewhere", func(a *account) {
			a.alarm.fields["AlarmActions"] = []any{"arn:aws:sns:eu-west-1:999999999999:security"}
		}, "yes"},
		{"a topic that is gone", func(a *account) { a.watch.topics.known = nil }, "no"},
		{"a topic without a subscriber", func(a *account) { delete(a.topic.fields, "Subscription") }, "no"},
		{"a topic whose subscribers are not known", func(a *account) { a.topic.fields["Subscription"] = denied }, "unknown"},
		{"topics not read", func(a *account) { a.watch.topics = rows{open: cloud.UnknownTruth(denied)} }, "unknown"},
		{"a composite alarm that notifies", func(a *account) {
			a.watch.composites.known = []*objectValue{live("any", object{"AlarmRule": `ALARM("other") OR ALARM("stopped")`, "AlarmActions": a.alarm.fields["AlarmActions"]})}
			delete(a.alarm.fields, "AlarmActions")
		}, "yes"},
		{"a composite alarm of others", func(a *account) {
			a.watch.composites.known = []*objectValue{live("any", object{"AlarmRule": `ALARM("unstopped")`, "AlarmActions": a.alarm.fields["AlarmActions"]})}
			delete(a.alarm.fields, "AlarmActions")
		}, "no"},
		{"two filters with an alarm each", func(a *account) {
			second := live("second", object{"LogGroupName": "trail", "FilterPattern": `{ $.eventName = DeleteTrail }`,
				"MetricTransformations": []any{object{"MetricNamespace": "Trail", "MetricName": "Stop"}}})
			a.filter.fields["FilterPattern"] = `{ $.eventName = StopLogging }`
			a.watch.filters.known = append(a.watch.filters.known, second)
		}, "yes"},
		{"a field taken away", func(a *account) {
			a.filter.fields["FilterPattern"] = `{ $.userIdentity.userName NOT EXISTS && $.userIdentity.type = Root }`
			a.events = []any{object{"userIdentity": object{"type": "Root", "userName": nil}}}
		}, "yes"},
	} {
		a := base()
		test.change(a)
		if got := answer(a.watch.watches(a.events)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestSelectsRejected(t *testing.T) {
	formats := []any{""}
	custom := []any{"${action} ${srcaddr} ${dstport} ${ecs-task-id}"}
	const fields = "version, account, eni, source, destination, srcport, destport, protocol, packets, bytes, windowstart, windowend"
	for _, test := range []struct {
		pattern string
		formats []any
		want    string
	}{
		{`[` + fields + `, action="REJECT", flowlogstatus]`, formats, "yes"},
		{`[version, account, eni, source, destination, srcport, destport="22", protocol="6", packets, bytes, windowstart, windowend, action="REJECT", flowlogstatus]`, formats, "yes"},
		{`[` + fields + `, action="ACCEPT", flowlogstatus]`, formats, "no"},
		{`[` + fields + `, action, flowlogstatus]`, formats, "no"},
		{`REJECT`, formats, "yes"},
		{``, formats, "no"},
		{`[action=REJECT, source, port, task]`, custom, "yes"},
		{`[` + fields + `, action="REJECT", flowlogstatus]`, custom, "no"},
		{`[action=REJECT, source, port, task]`, []any{"", custom[0]}, "yes"},
		{`[action=]`, formats, "unknown"},
		{`REJECT`, []any{&cloud.Unresolved{Reason: "denied"}}, "unknown"},
		{`REJECT`, nil, "no"},
	} {
		if got := answer(selectsRejected(test.pattern, test.formats)); got != test.want {
			t.Errorf("%s: %s, want %s", test.pattern, got, test.want)
		}
	}
}
