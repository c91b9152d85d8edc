package cloudformation

import "strings"

// An eventTarget is what the events of a function or a state machine start.
type eventTarget struct {
	id string
	// arn and name are what events refer to: the function, or its alias.
	arn, name pairs
	// uri is the name in the URI of an integration with an API.
	uri string
	// of the execution role
	managed []string
	inline  []any
}

// function turns AWS::Serverless::Function.
func (s *sam) function() {
	p, id, at := s.props, s.source.id, s.source.pos
	target := &eventTarget{id: id, arn: attributeOf(id, "Arn"), name: refTo(id), uri: "${" + id + ".Arn}"}
	role := s.executionRoleArn()
	s.main("AWS::Lambda::Function", pairs{
		"FunctionName", p.field("FunctionName"),
		"Code", s.code(),
		"Handler", p.field("Handler"),
		"Runtime", p.field("Runtime"),
		"Description", p.field("Description"),
		"MemorySize", p.field("MemorySize"),
		"Timeout", p.field("Timeout"),
		"VpcConfig", p.field("VpcConfig"),
		"Role", role,
		"Environment", p.field("Environment"),
		"KmsKeyArn", p.field("KmsKeyArn"),
		"ReservedConcurrentExecutions", p.field("ReservedConcurrentExecutions"),
		"Tags", s.tags("lambda:createdBy"),
		"Layers", p.field("Layers"),
		"FileSystemConfigs", p.field("FileSystemConfigs"),
		"ImageConfig", p.field("ImageConfig"),
		"PackageType", p.field("PackageType"),
		"Architectures", p.field("Architectures"),
		"SnapStart", p.field("SnapStart"),
		"EphemeralStorage", p.field("EphemeralStorage"),
		"TracingConfig", s.tracing(),
		"DeadLetterConfig", s.deadLetterConfig(),
		"CodeSigningConfigArn", p.field("CodeSigningConfigArn"),
		"RuntimeManagementConfig", p.field("RuntimeManagementConfig"),
		"LoggingConfig", p.field("LoggingConfig"),
		"RecursiveLoop", p.field("RecursiveLoop"),
		"TenancyConfig", p.field("TenancyConfig"),
		"DurableConfig", p.field("DurableConfig"),
	})
	alias := p.field("AutoPublishAlias")
	if alias.node != nil {
		aliasID := s.publish(alias)
		target.arn, target.name, target.uri = refTo(aliasID), refTo(aliasID), "${"+aliasID+"}"
		s.deployment(at)
	}
	s.functionURL(target)
	s.invokeConfig(target, alias)
	if events := p.get("Events"); events != nil && events.kind == object {
		for _, e := range events.entries {
			s.functionEvent(target, e)
		}
	}
	s.functionRole(target)
}

func (s *sam) tracing() any {
	mode := s.props.field("Tracing")
	if text, _ := mode.node.text(); mode.node == nil || text == "Disabled" {
		return nil
	}
	return entry{pos: mode.pos, node: build(mode.pos, pairs{"Mode", mode})}
}

func (s *sam) deadLetterConfig() any {
	queue := s.props.field("DeadLetterQueue")
	if queue.node == nil {
		return nil
	}
	return entry{pos: queue.pos, node: build(queue.pos, pairs{"TargetArn", queue.node.field("TargetArn")})}
}

// code gives the Code of the function.
func (s *sam) code() any {
	if inline := s.props.field("InlineCode"); inline.node != nil {
		return entry{pos: inline.pos, node: build(inline.pos, pairs{"ZipFile", inline})}
	}
	if image := s.props.field("ImageUri"); image.node != nil {
		return entry{pos: image.pos, node: build(image.pos, pairs{"ImageUri", image})}
	}
	uri := s.props.field("CodeUri")
	if uri.node == nil {
		// The SAM CLI takes the template's own folder, or builds the image.
		return unknown("the artifact is uploaded when the template is packaged")
	}
	uri.node = location(uri.node, "S3Bucket", "S3Key", "S3ObjectVersion")
	if kms := s.props.field("SourceKMSKeyArn"); kms.node != nil {
		kms.key = "SourceKMSKeyArn"
		uri.node = newObject(uri.node.pos, append(uri.node.entries, kms)...)
	}
	return uri
}

// publish makes the version and the alias that AutoPublishAlias asks for.
func (s *sam) publish(alias entry) string {
	id := s.source.id
	name, why := known(s.t.evaluate(alias.node).v)
	if why != "" {
		name = ""
	}
	versionID, aliasID := id+"Version", id+"Alias"+strings.Map(alphanumeric, name)
	s.t.aliases[id+".Version"], s.t.aliases[id+".Alias"] = versionID, aliasID
	s.make(alias.pos, versionID, "AWS::Lambda::Version", pairs{
		"FunctionName", refTo(id), "Description", s.props.field("VersionDescription"),
	})
	s.make(alias.pos, aliasID, "AWS::Lambda::Alias", pairs{
		"Name", alias,
		"FunctionName", refTo(id),
		"FunctionVersion", attributeOf(versionID, "Version"),
		"ProvisionedConcurrencyConfig", s.props.field("ProvisionedConcurrencyConfig"),
	})
	return aliasID
}

// functionURL makes the URL of the function and, where it asks for no
// authentication, the permissions that let everyone call it.
func (s *sam) functionURL(target *eventTarget) {
	config := s.props.field("FunctionUrlConfig")
	if config.node == nil {
		return
	}
	s.make(config.pos, s.source.id+"Url", "AWS::Lambda::Url", pairs{
		"TargetFunctionArn", target.name,
		"AuthType", config.node.field("AuthType"),
		"Cors", config.node.field("Cors"),
		"InvokeMode", config.node.field("InvokeMode"),
	})
	auth, why := known(s.t.evaluate(config.node.get("AuthType")).v)
	if why != "" || auth != "NONE" {
		return
	}
	s.make(config.pos, s.source.id+"UrlPublicPermissions", "AWS::Lambda::Permission", pairs{
		"Action", "lambda:InvokeFunctionUrl", "FunctionName", target.name, "Principal", "*", "FunctionUrlAuthType", "NONE",
	})
	s.make(config.pos, s.source.id+"URLInvokeAllowPublicAccess", "AWS::Lambda::Permission", pairs{
		"Action", "lambda:InvokeFunction", "FunctionName", target.name, "Principal", "*", "InvokedViaFunctionUrl", true,
	})
}

// destinationActions are what the function's role is allowed for each type
// of destination.
var destinationActions = map[string]string{
	"SQS": "sqs:SendMessage", "SNS": "sns:publish", "Lambda": "lambda:InvokeFunction",
	"EventBridge": "events:PutEvents", "S3Bucket": "s3:PutObject",
}

// invokeConfig makes the settings of asynchronous calls with their
// destinations.
func (s *sam) invokeConfig(target *eventTarget, alias entry) {
	config := s.props.field("EventInvokeConfig")
	if config.node == nil {
		return
	}
	id := s.source.id + "EventInvokeConfig"
	destinations := config.node.field("DestinationConfig")
	if destinations.node != nil {
		var made []entry
		for _, e := range destinations.node.entries {
			if e.key == "OnSuccess" || e.key == "OnFailure" {
				e.node = build(e.pos, pairs{"Destination", s.destination(target, id+e.key, e)})
			}
			made = append(made, e)
		}
		destinations.node = newObject(destinations.node.pos, made...)
	}
	var qualifier any = "$LATEST"
	if alias.node != nil {
		qualifier = alias
	}
	s.make(config.pos, id, "AWS::Lambda::EventInvokeConfig", pairs{
		"FunctionName", refTo(s.source.id),
		"Qualifier", qualifier,
		"DestinationConfig", destinations,
		"MaximumEventAgeInSeconds", config.node.field("MaximumEventAgeInSeconds"),
		"MaximumRetryAttempts", config.node.field("MaximumRetryAttempts"),
	})
}

// destination gives the ARN of a destination; a queue or topic that is asked
// for without one is made.
func (s *sam) destination(target *eventTarget, id string, e entry) any {
	typ := e.node.textOr("Type", "")
	var arn any = e.node.field("Destination")
	if e.node.get("Destination") == nil {
		switch typ {
		case "SQS":
			s.make(e.pos, id+"Queue", "AWS::SQS::Queue", pairs{})
			s.t.aliases[s.source.id+".DestinationQueue"] = id + "Queue"
			arn = attributeOf(id+"Queue", "Arn")
		case "SNS":
			s.make(e.pos, id+"Topic", "AWS::SNS::Topic", pairs{})
			s.t.aliases[s.source.id+".DestinationTopic"] = id + "Topic"
			arn = refTo(id + "Topic")
		default:
			return nil
		}
	}
	if action := destinationActions[typ]; action != "" {
		target.allow(e.pos, id+typ+"Policy", action, arn)
	}
	return arn
}

// allow adds an inline policy of one statement to the execution role.
func (target *eventTarget) allow(at pos, name string, action, resource any) {
	target.inline = append(target.inline, inlineStatement(at, name, action, resource))
}

func inlineStatement(at pos, name string, action, resource any) *node {
	return build(at, pairs{"PolicyName", name, "PolicyDocument", pairs{
		"Statement", []any{pairs{"Action", action, "Effect", "Allow", "Resource", build(at, resource)}},
	}})
}

// deployment makes what CodeDeploy needs to shift traffic between versions.
func (s *sam) deployment(at pos) {
	preference := s.props.field("DeploymentPreference")
	typ := preference.node.field("Type")
	if preference.node == nil || typ.node == nil {
		return
	}
	if enabled := preference.node.get("Enabled"); enabled != nil && !enabled.isTrue() {
		return
	}
	const application, roleID = "ServerlessDeploymentApplication", "CodeDeployServiceRole"
	condition := s.source.condition
	s.source.condition = ""
	defer func() { s.source.condition = condition }()
	s.make(preference.pos, application, "AWS::CodeDeploy::Application", pairs{"ComputePlatform", "Lambda"})
	var role any = preference.node.field("Role")
	if preference.node.get("Role") == nil {
		s.make(preference.pos, roleID, "AWS::IAM::Role", pairs{
			"AssumeRolePolicyDocument", trust("codedeploy.amazonaws.com"),
			"ManagedPolicyArns", []any{awsManaged("service-role/AWSCodeDeployRoleForLambda")},
		})
		role = attributeOf(roleID, "Arn")
	}
	var alarms any
	if list := preference.node.field("Alarms"); list.node != nil && list.node.kind == object {
		// A list given by a function stays one.
		alarms = pairs{"Enabled", true, "Alarms", list}
	} else if list.node != nil {
		var names []any
		for _, item := range list.node.items {
			names = append(names, build(item.pos, pairs{"Name", item}))
		}
		alarms = pairs{"Enabled", true, "Alarms", names}
	}
	s.make(preference.pos, s.source.id+"DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", pairs{
		"AlarmConfiguration", alarms,
		"ApplicationName", refTo(application),
		"AutoRollbackConfiguration", pairs{"Enabled", true, "Events", []any{"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"}},
		"DeploymentConfigName", substitution("CodeDeployDefault.Lambda${ConfigName}", "ConfigName", typ),
		"DeploymentStyle", pairs{"DeploymentType", "BLUE_GREEN", "DeploymentOption", "WITH_TRAFFIC_CONTROL"},
		"ServiceRoleArn", role,
		"TriggerConfigurations", preference.node.field("TriggerConfigurations"),
	})
}
