package rule

import (
	"encoding/json"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types/ref"

	"github.com/surety-cloud/surety/internal/cloud"
)

// eventFunctions read what belongs to EventBridge.
func eventFunctions() []cel.EnvOption {
	return []cel.EnvOption{
		// busPermission(permission) is the policy document that EventBridge
		// makes of an AWS::Events::EventBusPolicy: of its Statement, an object
		// or JSON text, or of its Principal, Action and Condition.
		function("busPermission",
			cel.Overload("bus_permission_dyn", []*cel.Type{cel.DynType}, cel.DynType,
				cel.UnaryBinding(func(v ref.Val) ref.Val { return plain(busPermission(native(v))) }))),
	}
}

// busPermission: a principal is the id of an account, or "*" ("PutPermission"
// in the EventBridge API Reference).
func busPermission(properties any) any {
	p, ok := properties.(map[string]any)
	if !ok {
		return properties
	}
	statement := p["Statement"]
	if text, ok := statement.(string); ok {
		var object map[string]any
		if err := json.Unmarshal([]byte(text), &object); err != nil {
			statement = &cloud.Unresolved{Reason: "the statement is not valid JSON", Partial: text}
		} else {
			statement = object
		}
	}
	if statement == nil {
		statement = busStatement(p)
	}
	return map[string]any{"Version": "2012-10-17", "Statement": []any{statement}}
}

func busStatement(p map[string]any) any {
	principal := p["Principal"]
	if text, ok := principal.(string); ok && text != "*" {
		principal = map[string]any{"AWS": text}
	}
	action := p["Action"]
	if action == nil {
		action = "events:PutEvents"
	}
	statement := map[string]any{"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
	condition := p["Condition"]
	c, ok := condition.(map[string]any)
	if !ok {
		if condition != nil {
			statement["Condition"] = condition
		}
		return statement
	}
	operator, isText := c["Type"].(string)
	key, isKey := c["Key"].(string)
	if !isText || !isKey {
		statement["Condition"] = &cloud.Unresolved{Reason: "the condition is not known"}
		return statement
	}
	statement["Condition"] = map[string]any{operator: map[string]any{key: c["Value"]}}
	return statement
}
