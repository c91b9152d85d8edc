package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/surety-cloud/surety/internal/cloud"
)

// readFunctionPolicy hands over what the resource policy of a function
// allows, a permission for each principal and action as CloudFormation has
// them. The policies of versions and aliases are others, and are not read.
func readFunctionPolicy(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := lambda.NewFromConfig(s.cfg).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, nil // it has none
	}
	if err != nil {
		return nil, err
	}
	permissions, err := functionPermissions(deref(out.Policy))
	if err != nil {
		return nil, fmt.Errorf("the policy of function %s: %w", r.ID, err)
	}
	for _, p := range permissions {
		p["FunctionName"] = r.ID
		// Ref of a permission is a name that only CloudFormation gives.
		s.add(found{typ: "AWS::Lambda::Permission", id: r.ID + "/" + p["Id"].(string), arn: r.ARN, set: p})
	}
	return nil, nil
}

// A functionStatement is one of a function's resource policy. AddPermission
// makes it with one principal and one action; PutResourcePolicy takes any.
type functionStatement struct {
	Sid          string
	Effect       string
	Principal    any
	NotPrincipal any
	Action       any
	NotAction    any
	Condition    map[string]map[string]any
}

// functionPermissions takes a policy apart into the properties of
// AWS::Lambda::Permission.
func functionPermissions(policy string) ([]props, error) {
	var document struct{ Statement []functionStatement }
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		return nil, err
	}
	var all []props
	var denies bool
	for i, statement := range document.Statement {
		if statement.Effect != "Allow" {
			denies = true
			continue
		}
		id := statement.Sid
		if id == "" {
			id = fmt.Sprint(i)
		}
		principals, actions := principalsOf(statement.Principal), textsOf(statement.Action)
		if len(principals) == 0 {
			principals = []any{&cloud.Unresolved{Reason: "statement " + id + " of the policy names no principal that AWS::Lambda::Permission can say"}}
		}
		if len(actions) == 0 {
			actions = []any{&cloud.Unresolved{Reason: "statement " + id + " of the policy names no action that AWS::Lambda::Permission can say"}}
		}
		for _, principal := range principals {
			for _, action := range actions {
				p := props{
					"Id": id, "Principal": principal, "Action": action,
					"EventSourceToken": nil, "FunctionUrlAuthType": nil, "InvokedViaFunctionUrl": nil, "PrincipalOrgID": nil,
					"SourceAccount": nil, "SourceArn": nil,
				}
				if len(principals)*len(actions) > 1 {
					p["Id"] = fmt.Sprintf("%s/%d", id, len(all))
				}
				narrow(p, id, statement.Condition)
				all = append(all, p)
			}
		}
	}
	if denies {
		for _, p := range all {
			p["SourceArn"] = &cloud.Unresolved{Reason: "the policy denies something, too, which AWS::Lambda::Permission cannot say"}
		}
	}
	return all, nil
}

// permissionConditions are the conditions that AddPermission sets, in lower
// case as IAM compares them, and the property that each is.
var permissionConditions = map[string]map[string]string{
	"stringequals": {
		"aws:sourceaccount":          "SourceAccount",
		"aws:principalorgid":         "PrincipalOrgID",
		"lambda:eventsourcetoken":    "EventSourceToken",
		"lambda:functionurlauthtype": "FunctionUrlAuthType",
	},
	"arnlike":    {"aws:sourcearn": "SourceArn"},
	"arnequals":  {"aws:sourcearn": "SourceArn"},
	"stringlike": {"aws:sourcearn": "SourceArn"},
	"bool":       {"lambda:invokedviafunctionurl": "InvokedViaFunctionUrl"},
}

// narrow sets the properties that a statement's conditions are. One that is
// none of them makes it unknown from where a call may come.
func narrow(p props, id string, conditions map[string]map[string]any) {
	for operator, keys := range conditions {
		for key, value := range keys {
			property := permissionConditions[strings.ToLower(operator)][strings.ToLower(key)]
			values := textsOf(value)
			if property == "" || len(values) != 1 {
				p["SourceArn"] = &cloud.Unresolved{
					Reason: fmt.Sprintf("statement %s of the policy has the condition %s %s, which AWS::Lambda::Permission cannot say", id, operator, key),
				}
				continue
			}
			if _, decided := p["SourceArn"].(*cloud.Unresolved); !decided || property != "SourceArn" {
				p[property] = values[0]
			}
		}
	}
}

// principalsOf lists whom a statement's principal names.
func principalsOf(principal any) []any {
	kinds, ok := principal.(map[string]any)
	if !ok {
		return textsOf(principal)
	}
	var all []any
	for _, kind := range []string{"AWS", "Service"} {
		all = append(all, textsOf(kinds[kind])...)
		delete(kinds, kind)
	}
	for kind := range kinds {
		all = append(all, &cloud.Unresolved{Reason: kind + " is no principal that AWS::Lambda::Permission can say"})
	}
	return all
}

// textsOf lists what may be one text or a list of them.
func textsOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func readFunctionURLs(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	pages := lambda.NewListFunctionUrlConfigsPaginator(lambda.NewFromConfig(s.cfg), &lambda.ListFunctionUrlConfigsInput{
		FunctionName: &r.ID, MaxItems: ptr(int32(50)),
	})
	err := each(ctx, pages, func(page *lambda.ListFunctionUrlConfigsOutput) {
		for i := range page.FunctionUrlConfigs {
			url := &page.FunctionUrlConfigs[i]
			arn := deref(url.FunctionArn)
			s.add(found{
				typ: "AWS::Lambda::Url", id: arn, arn: arn, name: r.Name,
				from: url,
				set: props{
					"Qualifier":         strings.TrimPrefix(strings.TrimPrefix(arn, r.ARN), ":"), // the URL may be an alias's
					"TargetFunctionArn": r.ARN,
				},
			})
		}
	})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	return nil, err
}
