package cloudformation

import "fmt"

// stateMachine turns AWS::Serverless::StateMachine.
func (s *sam) stateMachine() {
	p, id := s.props, s.source.id
	role := s.executionRoleArn()
	definitionLocation := p.field("DefinitionUri")
	definitionLocation.node = location(definitionLocation.node, "Bucket", "Key", "Version")
	s.main("AWS::StepFunctions::StateMachine", pairs{
		"StateMachineName", p.field("Name"),
		"StateMachineType", p.field("Type"),
		"Definition", p.field("Definition"),
		"DefinitionS3Location", definitionLocation,
		"DefinitionSubstitutions", p.field("DefinitionSubstitutions"),
		"RoleArn", role,
		"LoggingConfiguration", p.field("Logging"),
		"TracingConfiguration", p.field("Tracing"),
		"EncryptionConfiguration", p.field("EncryptionConfiguration"),
		"Tags", s.tags("stateMachine:createdBy"),
	})
	if alias := p.field("AutoPublishAlias"); alias.node != nil {
		version := id + "Version"
		s.make(alias.pos, version, "AWS::StepFunctions::StateMachineVersion", pairs{
			"StateMachineArn", refTo(id), "StateMachineRevisionId", attributeOf(id, "StateMachineRevisionId"),
		})
		s.make(alias.pos, id+"Alias"+s.literal(alias.node), "AWS::StepFunctions::StateMachineAlias", pairs{
			"Name", alias, "DeploymentPreference", pairs{"Type", "ALL_AT_ONCE", "StateMachineVersionArn", refTo(version)},
		})
	}
	target := &eventTarget{id: id, arn: refTo(id), name: refTo(id)}
	if events := p.get("Events"); events != nil && events.kind == object {
		for _, e := range events.entries {
			s.machineEvent(target, e)
		}
	}
	var managed []any
	if enabled := p.get("Tracing").get("Enabled"); enabled != nil && (enabled.kind == object || enabled.isTrue()) {
		managed = append(managed, awsManaged("AWSXrayWriteOnlyAccess"))
	}
	s.role("states.amazonaws.com", managed, nil, nil)
}

// machineEvent makes what an event of a state machine needs: each has a role
// that may start it.
func (s *sam) machineEvent(target *eventTarget, e entry) {
	typ, p := e.node.textOr("Type", ""), e.node.get("Properties")
	if p == nil {
		p = newObject(e.pos)
	}
	id := s.source.id + e.key
	starter := func(service string) {
		s.make(e.pos, id+"Role", "AWS::IAM::Role", pairs{
			"AssumeRolePolicyDocument", trust(service),
			"Policies", []any{inlineStatement(e.pos, id+"RoleStartExecutionPolicy", "states:StartExecution", target.arn)},
			"PermissionsBoundary", p.field("PermissionsBoundary"),
		})
	}
	switch typ {
	case "Schedule", "CloudWatchEvent", "EventBridgeRule":
		if p.get("RoleArn") == nil {
			starter("events.amazonaws.com")
		}
		s.ruleEvent(target, id, e, p, typ)
	case "ScheduleV2":
		s.schedule(target, id, e, p, "StartExecutionPolicy", "states:StartExecution")
	case "Api":
		starter("apigateway.amazonaws.com")
		api, _ := s.apiOf(p, false)
		s.addRoute(api, route{
			at: e.pos, path: s.literal(p.get("Path")), method: s.literal(p.get("Method")),
			integration: pairs{
				"type", "aws", "httpMethod", "POST",
				"uri", substitution("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution"),
				"credentials", attributeOf(id+"Role", "Arn"),
			},
			auth: p.get("Auth"), condition: s.source.condition,
		})
	default:
		s.t.warn(e.pos, fmt.Sprintf("event %s of %s is of type %q, which is not known", e.key, s.source.id, clip(typ, 60)), "What it makes is not judged.")
	}
}
