package aws

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/secret"
)

// Lambda: functions, with what lets others call them as the resources that it
// is in CloudFormation (lambda_access.go), and what calls them by itself
// (lambda_events.go).
var lambdaCollectors = slices.Concat(lambdaFunctionCollectors, lambdaEventCollectors)

var lambdaFunctionCollectors = []collector{{
	service: "lambda",
	types: []emits{
		{
			typ: "AWS::Lambda::Function",
			gives: "Architectures Arn CapacityProviderConfig DeadLetterConfig Description DurableConfig Environment EphemeralStorage " +
				"FileSystemConfigs FunctionName Handler ImageConfig KmsKeyArn Layers LoggingConfig MemorySize PackageType Role Runtime " +
				"SnapStart SnapStartResponse TenancyConfig Timeout TracingConfig VpcConfig " +
				"CodeSize LastModified MasterArn SigningJobArn SigningProfileVersionArn",
			tagged: "lambda:function",
		},
		{
			typ: "AWS::Lambda::Permission",
			gives: "Action EventSourceToken FunctionName FunctionUrlAuthType Id InvokedViaFunctionUrl Principal PrincipalOrgID " +
				"SourceAccount SourceArn",
			tagged: "-",
		},
		{
			typ:    "AWS::Lambda::Url",
			gives:  "AuthType Cors FunctionArn FunctionUrl InvokeMode Qualifier TargetFunctionArn",
			tagged: "-",
		},
	},
	calls: "lambda:ListFunctions",
	read:  readFunctions,
	parts: []part{
		{emits: "AWS::Lambda::Permission", calls: "lambda:GetPolicy", read: readFunctionPolicy},
		{emits: "AWS::Lambda::Url", calls: "lambda:ListFunctionUrlConfigs", read: readFunctionURLs},
		{gives: "Code", calls: "lambda:GetFunction", read: readFunctionCode},
		{gives: "CodeSigningConfigArn", calls: "lambda:GetFunctionCodeSigningConfig", read: readCodeSigning},
		{gives: "ReservedConcurrentExecutions", calls: "lambda:GetFunctionConcurrency", read: readConcurrency},
		{gives: "RecursiveLoop", calls: "lambda:GetFunctionRecursionConfig", read: readRecursion},
		{gives: "RuntimeManagementConfig", calls: "lambda:GetRuntimeManagementConfig", read: readRuntimeManagement},
	},
}}

func readFunctions(ctx context.Context, s *scope) error {
	pages := lambda.NewListFunctionsPaginator(lambda.NewFromConfig(s.cfg), &lambda.ListFunctionsInput{MaxItems: ptr(int32(50))})
	return each(ctx, pages, func(page *lambda.ListFunctionsOutput) {
		for i := range page.Functions {
			f := &page.Functions[i]
			s.add(found{
				typ: "AWS::Lambda::Function", id: deref(f.FunctionName), arn: deref(f.FunctionArn), name: deref(f.FunctionName),
				from: f,
				set: props{
					"Arn":               f.FunctionArn,
					"Environment":       functionEnvironment(s, f.Environment),
					"ImageConfig":       imageConfig(f.ImageConfigResponse),
					"KmsKeyArn":         f.KMSKeyArn, // told only of a key of the customer's
					"LastModified":      lambdaTime(f.LastModified),
					"Layers":            layers(f.Layers),
					"SnapStart":         snapStart(f.SnapStart),
					"SnapStartResponse": f.SnapStart,
					"VpcConfig":         functionVPC(f.VpcConfig),
				},
			})
		}
	})
}

// functionEnvironment is a function's variables, without the credentials that
// stand in them.
func functionEnvironment(s *scope, e *types.EnvironmentResponse) any {
	if e == nil {
		return nil
	}
	if e.Error != nil { // its key does not let us in
		return map[string]any{"Variables": &cloud.Unresolved{Reason: "Lambda does not show the variables: " + deref(e.Error.Message)}}
	}
	variables := map[string]any{}
	for name, value := range e.Variables {
		variables[name] = variable(s, name, value)
	}
	return map[string]any{"Variables": variables}
}

// variable is the value of an environment variable as it is kept: the name
// often is what says that a value is a credential, and what by its form is
// none (a number, an ARN) stays, for rules that tell the two apart.
func variable(s *scope, name, value string) string {
	if s.options.Secrets {
		return value
	}
	return secret.RedactNamed(name, value)
}

// lambdaTime reads Lambda's form of a time, which is not RFC 3339.
func lambdaTime(text *string) any {
	t, err := time.Parse("2006-01-02T15:04:05.999-0700", deref(text))
	if err != nil {
		return &cloud.Unresolved{Reason: "the time " + deref(text) + " is in a form that is not known"}
	}
	return t
}

func imageConfig(r *types.ImageConfigResponse) any {
	switch {
	case r == nil:
		return nil
	case r.Error != nil:
		return &cloud.Unresolved{Reason: "Lambda does not show the image's configuration: " + deref(r.Error.Message)}
	}
	return r.ImageConfig
}

func layers(list []types.Layer) []string {
	var arns []string
	for _, l := range list {
		arns = append(arns, deref(l.Arn))
	}
	return arns
}

func snapStart(r *types.SnapStartResponse) any {
	if r == nil {
		return nil
	}
	return map[string]any{"ApplyOn": string(r.ApplyOn)}
}

// functionVPC leaves out the answer of a function that is in no VPC: empty
// lists.
func functionVPC(c *types.VpcConfigResponse) any {
	if c == nil || len(c.SubnetIds) == 0 {
		return nil
	}
	out := object(c)
	delete(out, "VpcId")
	return out
}

func readFunctionCode(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := lambda.NewFromConfig(s.cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	if out.Code == nil {
		return props{"Code": nil}, nil
	}
	// The code of a function that is no image is told by a link that expires.
	return props{"Code": shaped(map[string]any{
		"ImageUri":        out.Code.ImageUri,
		"SourceKMSKeyArn": out.Code.SourceKMSKeyArn,
	})}, nil
}

func readCodeSigning(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if kind, _ := r.Properties["PackageType"].(string); kind == string(types.PackageTypeImage) {
		return props{"CodeSigningConfigArn": nil}, nil // AWS does not sign images
	}
	out, err := lambda.NewFromConfig(s.cfg).GetFunctionCodeSigningConfig(ctx, &lambda.GetFunctionCodeSigningConfigInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"CodeSigningConfigArn": out.CodeSigningConfigArn}, nil
}

func readConcurrency(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := lambda.NewFromConfig(s.cfg).GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"ReservedConcurrentExecutions": out.ReservedConcurrentExecutions}, nil
}

func readRecursion(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := lambda.NewFromConfig(s.cfg).GetFunctionRecursionConfig(ctx, &lambda.GetFunctionRecursionConfigInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"RecursiveLoop": out.RecursiveLoop}, nil
}

func readRuntimeManagement(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	if kind, _ := r.Properties["PackageType"].(string); kind == string(types.PackageTypeImage) {
		return props{"RuntimeManagementConfig": nil}, nil // the runtime is in the image
	}
	out, err := lambda.NewFromConfig(s.cfg).GetRuntimeManagementConfig(ctx, &lambda.GetRuntimeManagementConfigInput{FunctionName: &r.ID})
	if is(err, "ResourceNotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"RuntimeManagementConfig": shaped(map[string]any{
		"RuntimeVersionArn": out.RuntimeVersionArn,
		"UpdateRuntimeOn":   out.UpdateRuntimeOn,
	})}, nil
}
