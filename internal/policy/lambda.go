package policy

import "github.com/surety-cloud/surety/internal/cloud"

// FromLambdaPermission writes the properties of an AWS::Lambda::Permission as
// the policy document that Lambda makes of them, so that it is judged like any
// other.
//
// Source: "Granting Lambda function access to AWS services" in the AWS Lambda
// Developer Guide.
func FromLambdaPermission(properties any) any {
	p, ok := properties.(map[string]any)
	if !ok {
		return properties
	}
	statement := map[string]any{
		"Effect":    "Allow",
		"Principal": lambdaPrincipal(p["Principal"]),
		"Action":    p["Action"],
		"Resource":  p["FunctionName"],
	}
	equals := map[string]any{}
	for property, key := range map[string]string{
		"SourceAccount":       "aws:SourceAccount",
		"PrincipalOrgID":      "aws:PrincipalOrgID",
		"FunctionUrlAuthType": "lambda:FunctionUrlAuthType",
		"EventSourceToken":    "lambda:EventSourceToken",
	} {
		if v := p[property]; v != nil {
			equals[key] = v
		}
	}
	condition := map[string]any{}
	if len(equals) > 0 {
		condition["StringEquals"] = equals
	}
	if v := p["SourceArn"]; v != nil {
		condition["ArnLike"] = map[string]any{"aws:SourceArn": v}
	}
	if v := p["InvokedViaFunctionUrl"]; v != nil {
		condition["Bool"] = map[string]any{"lambda:InvokedViaFunctionUrl": v}
	}
	if len(condition) > 0 {
		statement["Condition"] = condition
	}
	return map[string]any{"Version": "2012-10-17", "Statement": []any{statement}}
}

// lambdaPrincipal tells the services among principals from the accounts.
func lambdaPrincipal(v any) any {
	text, ok := v.(string)
	switch {
	case !ok || text == "*":
		return v
	case service(text):
		return map[string]any{"Service": text}
	case cloud.IsSymbol(text) && AccountOf(text) == "":
		return v
	}
	return map[string]any{"AWS": text}
}
