package cloudformation

import "fmt"

// functionEvent makes what an event of a function needs.
func (s *sam) functionEvent(target *eventTarget, e entry) {
	typ, p := e.node.textOr("Type", ""), e.node.get("Properties")
	if p == nil {
		p = newObject(e.pos)
	}
	id := s.source.id + e.key
	switch typ {
	case "Api":
		s.apiEvent(target, e, p, false)
	case "HttpApi":
		s.apiEvent(target, e, p, true)
	case "S3":
		s.bucketEvent(target, id, e, p)
	case "SNS":
		s.topicEvent(target, id, e, p)
	case "Schedule", "CloudWatchEvent", "EventBridgeRule":
		s.ruleEvent(target, id, e, p, typ)
		s.permission(e.pos, id+"Permission", target, "events.amazonaws.com", "SourceArn", attributeOf(id, "Arn"))
	case "ScheduleV2":
		s.schedule(target, id, e, p, "LambdaPolicy", "lambda:InvokeFunction")
	case "CloudWatchLogs":
		group := p.field("LogGroupName")
		s.permission(e.pos, id+"Permission", target, "logs.amazonaws.com", "SourceArn",
			substitution("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${__LogGroupName__}:*", "__LogGroupName__", group))
		s.make(e.pos, id, "AWS::Logs::SubscriptionFilter", pairs{
			"LogGroupName", group, "FilterPattern", p.field("FilterPattern"), "DestinationArn", target.arn,
		})
	case "IoTRule":
		s.permission(e.pos, id+"Permission", target, "iot.amazonaws.com",
			"SourceAccount", refTo("AWS::AccountId"),
			"SourceArn", substitution("arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${RuleName}", "RuleName", refTo(id)))
		s.make(e.pos, id, "AWS::IoT::TopicRule", pairs{"TopicRulePayload", pairs{
			"Sql", p.field("Sql"), "RuleDisabled", false, "AwsIotSqlVersion", p.field("AwsIotSqlVersion"),
			"Actions", []any{pairs{"Lambda", pairs{"FunctionArn", target.arn}}},
		}})
	case "AlexaSkill":
		s.permission(e.pos, id+"Permission", target, "alexa-appkit.amazon.com", "EventSourceToken", p.field("SkillId"))
	case "Cognito":
		s.cognitoEvent(target, e, p)
	default:
		if source, ok := pullSources[typ]; ok {
			s.pullEvent(target, id, e, p, source)
			return
		}
		s.t.warn(e.pos, fmt.Sprintf("event %s of %s is of type %q, which is not known", e.key, s.source.id, clip(typ, 60)), "What it makes is not judged.")
	}
}

// permission lets a service call the function.
func (s *sam) permission(at pos, id string, target *eventTarget, principal string, more ...any) {
	s.make(at, id, "AWS::Lambda::Permission", append(pairs{
		"Action", "lambda:InvokeFunction", "FunctionName", target.name, "Principal", principal,
	}, more...))
}

// deadLetters gives the queue of an event, which is made where the event asks
// for one of a type without an ARN, and its policy.
func (s *sam) deadLetters(id string, p *node, service string) any {
	config := p.field("DeadLetterConfig")
	if config.node == nil {
		return nil
	}
	if arn := config.node.field("Arn"); arn.node != nil {
		return pairs{"Arn", arn}
	}
	queue := config.node.textOr("QueueLogicalId", id+"Queue")
	s.make(config.pos, queue, "AWS::SQS::Queue", pairs{})
	s.make(config.pos, queue+"Policy", "AWS::SQS::QueuePolicy", queuePolicy(
		attributeOf(queue, "Arn"), refTo(queue), pairs{"Service", service}, attributeOf(id, "Arn")))
	return pairs{"Arn", attributeOf(queue, "Arn")}
}

// queuePolicy lets a source send to a queue.
func queuePolicy(arn, url, principal, source any) pairs {
	return pairs{
		"PolicyDocument", pairs{"Version", "2012-10-17", "Statement", []any{pairs{
			"Action", "sqs:SendMessage", "Effect", "Allow", "Principal", principal, "Resource", arn,
			"Condition", pairs{"ArnEquals", pairs{"aws:SourceArn", source}},
		}}},
		"Queues", []any{url},
	}
}

// ruleEvent makes the rule of a schedule or of a pattern of events.
func (s *sam) ruleEvent(target *eventTarget, id string, e entry, p *node, typ string) {
	suffix := "LambdaTarget"
	var role any
	if s.source.typ == samPrefix+"StateMachine" {
		suffix, role = "StepFunctionsTarget", attributeOf(id+"Role", "Arn")
		if given := p.field("RoleArn"); given.node != nil {
			role = given
		}
	}
	var targetID any = id + suffix
	if given := p.get("Target").field("Id"); given.node != nil {
		targetID = given
	}
	state := any(p.field("State"))
	if enabled := p.field("Enabled"); enabled.node != nil {
		state = "DISABLED"
		if enabled.node.isTrue() {
			state = "ENABLED"
		}
	}
	properties := pairs{
		"Description", p.field("Description"),
		"Name", p.field("Name"),
		"State", state,
		"ScheduleExpression", p.field("Schedule"),
		"EventPattern", p.field("Pattern"),
		"EventBusName", p.field("EventBusName"),
		"Targets", []any{pairs{
			"Arn", target.arn,
			"Id", targetID,
			"RoleArn", role,
			"Input", p.field("Input"),
			"InputPath", p.field("InputPath"),
			"InputTransformer", p.field("InputTransformer"),
			"DeadLetterConfig", s.deadLetters(id, p, "events.amazonaws.com"),
			"RetryPolicy", p.field("RetryPolicy"),
		}},
	}
	if typ != "Schedule" {
		properties = append(properties, "Name", p.field("RuleName"))
	}
	s.make(e.pos, id, "AWS::Events::Rule", properties)
}

// schedule makes a schedule of EventBridge Scheduler with the role that it
// needs.
func (s *sam) schedule(target *eventTarget, id string, e entry, p *node, policy, action string) {
	var role any = p.field("RoleArn")
	if p.get("RoleArn") == nil {
		s.make(e.pos, id+"Role", "AWS::IAM::Role", pairs{
			"AssumeRolePolicyDocument", trust("scheduler.amazonaws.com"),
			"Policies", []any{inlineStatement(e.pos, id+policy, action, target.arn)},
			"PermissionsBoundary", p.field("PermissionsBoundary"),
		})
		role = attributeOf(id+"Role", "Arn")
	}
	var window any = pairs{"Mode", "OFF"}
	if given := p.field("FlexibleTimeWindow"); given.node != nil {
		window = given
	}
	var name any = id
	if given := p.field("Name"); given.node != nil {
		name = given
	} else if p.get("OmitName").isTrue() {
		name = nil
	}
	s.make(e.pos, id, "AWS::Scheduler::Schedule", pairs{
		"ScheduleExpression", p.field("ScheduleExpression"),
		"ScheduleExpressionTimezone", p.field("ScheduleExpressionTimezone"),
		"FlexibleTimeWindow", window,
		"Name", name,
		"Description", p.field("Description"),
		"State", p.field("State"),
		"StartDate", p.field("StartDate"),
		"EndDate", p.field("EndDate"),
		"GroupName", p.field("GroupName"),
		"KmsKeyArn", p.field("KmsKeyArn"),
		"Target", pairs{
			"Arn", target.arn,
			"RoleArn", role,
			"Input", p.field("Input"),
			"DeadLetterConfig", s.deadLetters(id, p, "scheduler.amazonaws.com"),
			"RetryPolicy", p.field("RetryPolicy"),
		},
	})
}

// topicEvent subscribes the function, or a queue before it, to a topic.
func (s *sam) topicEvent(target *eventTarget, id string, e entry, p *node) {
	topic := p.field("Topic")
	subscription := func(protocol string, endpoint any) {
		s.make(e.pos, id, "AWS::SNS::Subscription", pairs{
			"Endpoint", endpoint, "Protocol", protocol, "TopicArn", topic, "Region", p.field("Region"),
			"FilterPolicy", p.field("FilterPolicy"), "FilterPolicyScope", p.field("FilterPolicyScope"),
			"RedrivePolicy", p.field("RedrivePolicy"),
		})
	}
	through := p.get("SqsSubscription")
	if through == nil || through.kind == scalar && !through.isTrue() {
		subscription("lambda", target.arn)
		s.permission(e.pos, id+"Permission", target, "sns.amazonaws.com", "SourceArn", topic)
		return
	}
	var arn, url any = attributeOf(id+"Queue", "Arn"), refTo(id + "Queue")
	if given := through.field("QueueArn"); given.node != nil {
		arn, url = given, through.field("QueueUrl")
	} else {
		s.make(e.pos, id+"Queue", "AWS::SQS::Queue", pairs{})
	}
	subscription("sqs", arn)
	s.make(e.pos, through.textOr("QueuePolicyLogicalId", id+"QueuePolicy"), "AWS::SQS::QueuePolicy", queuePolicy(arn, url, "*", topic))
	var batch, enabled any = int64(10), true
	if given := through.field("BatchSize"); given.node != nil {
		batch = given
	}
	if given := through.field("Enabled"); given.node != nil {
		enabled = given
	}
	s.make(e.pos, id+"EventSourceMapping", "AWS::Lambda::EventSourceMapping", pairs{
		"BatchSize", batch, "Enabled", enabled, "EventSourceArn", arn, "FunctionName", target.name,
	})
	target.needs("service-role/AWSLambdaSQSQueueExecutionRole")
}

// bucketEvent adds the function to the notifications of a bucket of the
// template.
func (s *sam) bucketEvent(target *eventTarget, id string, e entry, p *node) {
	s.permission(e.pos, id+"Permission", target, "s3.amazonaws.com", "SourceAccount", refTo("AWS::AccountId"))
	events := p.get("Events")
	if events == nil {
		return
	}
	items := []*node{events}
	if events.kind == list {
		items = events.items
	}
	for _, item := range items {
		configuration := build(item.pos, pairs{"Event", item, "Function", target.arn, "Filter", p.field("Filter")})
		s.extend(p.get("Bucket"), configuration, "NotificationConfiguration", "LambdaConfigurations")
	}
}

// cognitoEvent makes the function the trigger of a user pool of the template.
func (s *sam) cognitoEvent(target *eventTarget, e entry, p *node) {
	id := s.source.id
	if target.name[1] != id {
		id = target.name[1].(string)
	}
	pool, _ := s.referred(p.get("UserPool"))
	s.permission(e.pos, id+"CognitoPermission", target, "cognito-idp.amazonaws.com", "SourceArn", attributeOf(pool, "Arn"))
	triggers := p.get("Trigger")
	if triggers == nil {
		return
	}
	items := []*node{triggers}
	if triggers.kind == list {
		items = triggers.items
	}
	for _, item := range items {
		if name, ok := item.text(); ok {
			s.extend(p.get("UserPool"), build(item.pos, target.arn), "LambdaConfig", name)
		}
	}
}

// referred finds the resource of the template that a Ref names.
func (s *sam) referred(n *node) (id string, d *declared) {
	name, argument, ok := n.intrinsic()
	if !ok || name != "Ref" {
		return "", nil
	}
	id, _ = argument.text()
	return id, s.t.byID[id]
}

// extend puts a value into a property of another resource: it is appended to
// the list LambdaConfigurations, and set otherwise.
func (s *sam) extend(owner, v *node, property, key string) {
	_, d := s.referred(owner)
	if d == nil {
		return
	}
	if s.source.condition != "" {
		v = build(v.pos, pairs{"Fn::If", []any{s.source.condition, v, noValue(v.pos)}})
	}
	outer := d.properties.get(property)
	if outer != nil && outer.kind == object {
		if inner := outer.get(key); inner != nil && inner.kind == list {
			v = newList(inner.pos, append(inner.items[:len(inner.items):len(inner.items)], v)...)
		} else if key == "LambdaConfigurations" {
			v = newList(v.pos, v)
		}
	} else if key == "LambdaConfigurations" {
		v = newList(v.pos, v)
	}
	d.properties = with(d.properties, d.pos, property, with(outer, v.pos, key, v))
	d.node = with(d.node, d.pos, "Properties", d.properties)
}

// with is an object with one entry set.
func with(n *node, at pos, key string, v *node) *node {
	e := field(key, v)
	if n == nil || n.kind != object {
		return newObject(at, e)
	}
	entries := make([]entry, 0, len(n.entries)+1)
	found := false
	for _, old := range n.entries {
		if old.key == key {
			old.node, found = v, true
		}
		entries = append(entries, old)
	}
	if !found {
		entries = append(entries, e)
	}
	return newObject(n.pos, entries...)
}
