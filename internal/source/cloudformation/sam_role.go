package cloudformation

import (
	"fmt"
	"slices"
	"strings"
)

// trust is the policy that lets a service assume a role.
func trust(service string) pairs {
	return pairs{"Version", "2012-10-17", "Statement", []any{pairs{
		"Action", []any{"sts:AssumeRole"}, "Effect", "Allow", "Principal", pairs{"Service", []any{service}},
	}}}
}

// awsManaged is the ARN of a policy that AWS manages.
func awsManaged(path string) pairs {
	return substitution("arn:${AWS::Partition}:iam::aws:policy/" + path)
}

// jobFunctions are AWS managed policies whose ARN has the path job-function.
var jobFunctions = []string{
	"Billing", "DatabaseAdministrator", "DataScientist", "NetworkAdministrator", "SupportUser",
	"SystemAdministrator", "ViewOnlyAccess",
}

// managedPath finds the path of an AWS managed policy that SAM lets a template
// name without it.
func managedPath(name string) string {
	switch {
	case slices.Contains(jobFunctions, name):
		return "job-function/" + name
	case strings.HasPrefix(name, "AWSLambda") && strings.HasSuffix(name, "Role"),
		strings.HasPrefix(name, "AmazonAPIGatewayPushToCloudWatch"),
		strings.HasPrefix(name, "AWSCodeDeployRole"):
		return "service-role/" + name
	}
	return name
}

// executionRoleArn is the Role of a function or a state machine: what the
// template gives, or the role that is made.
func (s *sam) executionRoleArn() any {
	role := s.props.field("Role")
	if role.node == nil {
		return attributeOf(s.source.id+"Role", "Arn")
	}
	if name, argument, ok := role.node.intrinsic(); ok && name == "Fn::If" && len(argument.items) == 3 {
		items := slices.Clone(argument.items)
		for i := 1; i < 3; i++ {
			if isNoValue(items[i]) {
				items[i] = build(items[i].pos, attributeOf(s.source.id+"Role", "Arn"))
			}
		}
		role.node = newObject(role.node.pos, field(name, newList(argument.pos, items...)))
	}
	return role
}

func isNoValue(n *node) bool {
	name, argument, ok := n.intrinsic()
	text, _ := argument.text()
	return ok && name == "Ref" && text == "AWS::NoValue"
}

// roleCondition tells whether an execution role is made, and under which
// condition: a Role that depends on one is given in one case only.
func (s *sam) roleCondition() (condition string, made bool) {
	role := s.props.get("Role")
	if role == nil {
		return s.source.condition, true
	}
	name, argument, ok := role.intrinsic()
	if !ok || name != "Fn::If" || len(argument.items) != 3 {
		return "", false
	}
	test, _ := argument.items[0].text()
	yes, no := isNoValue(argument.items[1]), isNoValue(argument.items[2])
	switch {
	case yes && no:
		return s.source.condition, true
	case yes:
		condition = test
	case no:
		condition = s.addCondition(role.pos, "NOT"+test, pairs{"Fn::Not", []any{pairs{"Condition", test}}})
	default:
		return "", false
	}
	if s.source.condition != "" {
		condition = s.addCondition(role.pos, s.source.condition+"AND"+condition,
			pairs{"Fn::And", []any{pairs{"Condition", s.source.condition}, pairs{"Condition", condition}}})
	}
	return condition, true
}

// functionRole makes the execution role of the function.
func (s *sam) functionRole(target *eventTarget) {
	managed := []any{awsManaged("service-role/AWSLambdaBasicExecutionRole")}
	if s.tracing() != nil {
		managed = append(managed, awsManaged("AWSXrayWriteOnlyAccess"))
	}
	if s.props.get("VpcConfig") != nil {
		managed = append(managed, awsManaged("service-role/AWSLambdaVPCAccessExecutionRole"))
	}
	var inline []any
	if queue := s.props.field("DeadLetterQueue"); queue.node != nil {
		action := "sqs:SendMessage"
		if queue.node.textOr("Type", "SQS") == "SNS" {
			action = "sns:Publish"
		}
		inline = append(inline, inlineStatement(queue.pos, "DeadLetterQueuePolicy", action, queue.node.field("TargetArn")))
	}
	s.role("lambda.amazonaws.com", managed, append(inline, target.inline...), target.managed)
}

// role makes an execution role with the policies that the resource asks for.
func (s *sam) role(service string, managed, inline []any, fromEvents []string) {
	condition, made := s.roleCondition()
	if !made {
		return
	}
	id := s.source.id + "Role"
	policies := s.props.field("Policies")
	more, documents := s.policies(policies.node, id)
	managed = append(managed, more...)
	for _, path := range fromEvents {
		managed = append(managed, awsManaged(path))
	}
	inline = append(inline, documents...)
	var document any = trust(service)
	if given := s.props.field("AssumeRolePolicyDocument"); given.node != nil {
		document = given
	}
	at := s.source.pos
	createdBy := "lambda:createdBy"
	if service != "lambda.amazonaws.com" {
		createdBy = "stateMachine:createdBy"
	}
	d := s.make(at, id, "AWS::IAM::Role", pairs{
		"AssumeRolePolicyDocument", document,
		"ManagedPolicyArns", listOrNil(policies.pos, at, managed),
		"Policies", listOrNil(policies.pos, at, inline),
		"PermissionsBoundary", s.props.field("PermissionsBoundary"),
		"Path", s.props.field("RolePath"),
		"Tags", s.tags(createdBy),
	})
	d.condition = condition
}

// listOrNil gives a list the place of the property that it comes from, where
// there is one; an empty list is nil.
func listOrNil(at, otherwise pos, items []any) any {
	if len(items) == 0 {
		return nil
	}
	if at.line == 0 {
		at = otherwise
	}
	return entry{pos: at, node: build(at, items)}
}

// policies parts what stands in Policies into ARNs of managed policies and
// inline policies.
func (s *sam) policies(n *node, roleID string) (managed, inline []any) {
	if n == nil {
		return nil, nil
	}
	items := []*node{n}
	if n.kind == list {
		items = n.items
	}
	for i, item := range items {
		policy, isInline := s.policy(item, fmt.Sprintf("%sPolicy%d", roleID, i))
		switch {
		case policy == nil:
		case isInline:
			inline = append(inline, policy)
		default:
			managed = append(managed, policy)
		}
	}
	return managed, inline
}

// policy turns one element of Policies.
func (s *sam) policy(n *node, name string) (policy *node, inline bool) {
	if text, ok := n.text(); ok {
		if strings.Contains(text, ":") {
			return n, false
		}
		return build(n.pos, awsManaged(managedPath(text))), false
	}
	if n.kind != object {
		return nil, false
	}
	if function, argument, ok := n.intrinsic(); ok {
		if function != "Fn::If" || len(argument.items) != 3 {
			return n, false // the ARN of a managed policy
		}
		yes, inlineYes := s.policy(argument.items[1], name)
		no, inlineNo := s.policy(argument.items[2], name)
		if yes == nil || no == nil {
			return nil, false
		}
		return newObject(n.pos, field("Fn::If", newList(argument.pos, argument.items[0], yes, no))), inlineYes || inlineNo
	}
	document := n
	if n.get("Statement") == nil {
		e, ok := n.single()
		if !ok {
			return nil, false
		}
		if document = policyTemplate(e); document == nil {
			s.t.warn(e.pos, fmt.Sprintf("SAM policy template %s is not known", clip(e.key, 80)), "What it allows is not judged. Check the spelling.")
			document = newScalar(n.pos, unknown("SAM policy template %s is not known", clip(e.key, 80)))
		}
	}
	return build(n.pos, pairs{"PolicyName", name, "PolicyDocument", document}), true
}
