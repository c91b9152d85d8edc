package aws

import (
	"archive/zip"
	"bytes"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

// code is a deployment package with an empty file.
func code(t *testing.T) *types.FunctionCode {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("index.py"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &types.FunctionCode{ZipFile: b.Bytes()}
}

// serviceRole makes a role for a service.
func serviceRole(t *testing.T, moto *awstest.Server, name, service string) *string {
	t.Helper()
	out, err := iam.NewFromConfig(moto.Config("us-east-1")).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName:                 &name,
		AssumeRolePolicyDocument: ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}]}`),
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Role.Arn
}

func TestFunctions(t *testing.T) {
	moto := awstest.Moto(t)
	client := lambda.NewFromConfig(moto.Config("us-east-1"))
	role := serviceRole(t, moto, "functions", "lambda.amazonaws.com")
	_, err := client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: ptr("orders"), Role: role, Runtime: types.RuntimePython312, Handler: ptr("index.handler"), Code: code(t),
		Timeout: ptr(int32(30)), MemorySize: ptr(int32(256)), Description: ptr("takes orders"),
		Environment: &types.Environment{Variables: map[string]string{
			"DB_PASSWORD": "correct-horse-battery", "DB_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db", "STAGE": "production",
		}},
		TracingConfig: &types.TracingConfig{Mode: types.TracingModeActive},
		Tags:          map[string]string{"Team": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: ptr("bare"), Role: role, Runtime: types.RuntimePython312, Handler: ptr("index.handler"), Code: code(t),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.PutFunctionConcurrency(t.Context(), &lambda.PutFunctionConcurrencyInput{
		FunctionName: ptr("orders"), ReservedConcurrentExecutions: ptr(int32(5)),
	}); err != nil {
		t.Fatal(err)
	}
	inv, stats := collectedIn(t, moto, []string{"us-east-1"}, "AWS::Lambda::Function")
	// moto has none of these.
	missing := []string{"lambda:ListFunctionUrlConfigs", "lambda:GetFunctionRecursionConfig", "lambda:GetRuntimeManagementConfig"}
	for _, f := range stats.Failures {
		if !slices.Contains(missing, f.Action) {
			t.Errorf("%s: %s", f.Action, f.Reason)
		}
	}
	orders := one(t, inv.Resources, "AWS::Lambda::Function", "orders")
	for _, name := range []string{"RecursiveLoop", "RuntimeManagementConfig", "CodeSize", "LastModified"} {
		delete(orders.Properties, name)
	}
	arn := "arn:aws:lambda:us-east-1:123456789012:function:orders"
	want := &cloud.Resource{
		Type: "AWS::Lambda::Function", ID: "orders", Name: "orders", Region: "us-east-1",
		ARN: arn, Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Architectures": []any{"x86_64"}, "Arn": arn, "Description": "takes orders",
			"Environment": map[string]any{"Variables": map[string]any{
				"DB_PASSWORD": "[redacted: password]", "DB_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:db", "STAGE": "[redacted]",
			}},
			"EphemeralStorage": map[string]any{"Size": int64(512)}, "FunctionName": "orders", "Handler": "index.handler",
			"MemorySize": int64(256), "PackageType": "Zip", "ReservedConcurrentExecutions": int64(5), "Role": *role, "Runtime": "python3.12",
			"SnapStart":         map[string]any{"ApplyOn": "None"},
			"SnapStartResponse": map[string]any{"ApplyOn": "None", "OptimizationStatus": "Off"},
			"Tags":              []any{map[string]any{"Key": "Team", "Value": "shop"}},
			"Timeout":           int64(30), "TracingConfig": map[string]any{"Mode": "Active"},
		},
	}
	if diff := cmp.Diff(want, orders); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
	bare := one(t, inv.Resources, "AWS::Lambda::Function", "bare").Properties
	for _, name := range []string{"Environment", "VpcConfig", "KmsKeyArn", "DeadLetterConfig", "ReservedConcurrentExecutions"} {
		if v, ok := bare[name]; ok {
			t.Errorf("%s of a function without it = %v", name, v)
		}
	}
}

func TestFunctionPermissions(t *testing.T) {
	moto := awstest.Moto(t)
	client := lambda.NewFromConfig(moto.Config("us-east-1"))
	role := serviceRole(t, moto, "functions", "lambda.amazonaws.com")
	for _, name := range []string{"orders", "bare"} {
		_, err := client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
			FunctionName: &name, Role: role, Runtime: types.RuntimePython312, Handler: ptr("index.handler"), Code: code(t),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.AddPermission(t.Context(), &lambda.AddPermissionInput{
		FunctionName: ptr("orders"), StatementId: ptr("bucket"), Action: ptr("lambda:InvokeFunction"), Principal: ptr("s3.amazonaws.com"),
		SourceArn: ptr("arn:aws:s3:::shop"), SourceAccount: ptr("123456789012"),
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::Lambda::Permission")
	if len(got) != 1 {
		t.Fatalf("%d permissions; want 1", len(got))
	}
	want := map[string]any{
		"Id": "bucket", "FunctionName": "orders", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
		"SourceArn": "arn:aws:s3:::shop", "SourceAccount": "123456789012",
	}
	if diff := cmp.Diff(want, got[0].Properties); diff != "" {
		t.Errorf("permission (-want +got):\n%s", diff)
	}
	if got[0].ID != "orders/bucket" {
		t.Errorf("id = %s", got[0].ID)
	}
}

// TestFunctionPolicy takes apart policies as Lambda writes them ("Working with
// resource-based IAM policies in Lambda" in the Developer Guide).
func TestFunctionPolicy(t *testing.T) {
	unknown := func(reason string) *cloud.Unresolved { return &cloud.Unresolved{Reason: reason} }
	for _, test := range []struct {
		name, policy string
		want         []map[string]any
	}{
		{
			"a URL for everyone",
			`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"url","Effect":"Allow","Principal":"*",
			"Action":"lambda:InvokeFunctionUrl","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",
			"Condition":{"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}}},
			{"Sid":"call","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",
			"Condition":{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}}]}`,
			[]map[string]any{
				{"Id": "url", "Principal": "*", "Action": "lambda:InvokeFunctionUrl", "FunctionUrlAuthType": "NONE"},
				{"Id": "call", "Principal": "*", "Action": "lambda:InvokeFunction", "InvokedViaFunctionUrl": "true"},
			},
		},
		{
			"an organisation",
			`{"Statement":[{"Sid":"org","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction",
			"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}`,
			[]map[string]any{{"Id": "org", "Principal": "*", "Action": "lambda:InvokeFunction", "PrincipalOrgID": "o-a1b2c3d4e5"}},
		},
		{
			"a topic",
			`{"Statement":[{"Sid":"t","Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"lambda:InvokeFunction",
			"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:sns:us-east-1:123456789012:t"},"StringEquals":{"AWS:SourceAccount":"123456789012"}}}]}`,
			[]map[string]any{{
				"Id": "t", "Principal": "sns.amazonaws.com", "Action": "lambda:InvokeFunction",
				"SourceArn": "arn:aws:sns:us-east-1:123456789012:t", "SourceAccount": "123456789012",
			}},
		},
		{
			"several principals and actions, which PutResourcePolicy takes",
			`{"Statement":[{"Sid":"x","Effect":"Allow","Principal":{"AWS":["111122223333","444455556666"]},
			"Action":["lambda:InvokeFunction","lambda:GetFunction"]}]}`,
			[]map[string]any{
				{"Id": "x/0", "Principal": "111122223333", "Action": "lambda:InvokeFunction"},
				{"Id": "x/1", "Principal": "111122223333", "Action": "lambda:GetFunction"},
				{"Id": "x/2", "Principal": "444455556666", "Action": "lambda:InvokeFunction"},
				{"Id": "x/3", "Principal": "444455556666", "Action": "lambda:GetFunction"},
			},
		},
		{
			"a condition that no permission has",
			`{"Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}`,
			[]map[string]any{{
				"Id": "x", "Principal": "*", "Action": "lambda:InvokeFunction",
				"SourceArn": unknown("statement x of the policy has the condition IpAddress aws:SourceIp, which AWS::Lambda::Permission cannot say"),
			}},
		},
		{
			"what is denied",
			`{"Statement":[{"Sid":"x","Effect":"Allow","Principal":"*","Action":"lambda:InvokeFunction"},
			{"Sid":"y","Effect":"Deny","Principal":"*","Action":"lambda:*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
			[]map[string]any{{
				"Id": "x", "Principal": "*", "Action": "lambda:InvokeFunction",
				"SourceArn": unknown("the policy denies something, too, which AWS::Lambda::Permission cannot say"),
			}},
		},
		{
			"everyone but one",
			`{"Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"NotAction":"lambda:InvokeFunction"}]}`,
			[]map[string]any{{
				"Id":        "0",
				"Principal": unknown("statement 0 of the policy names no principal that AWS::Lambda::Permission can say"),
				"Action":    unknown("statement 0 of the policy names no action that AWS::Lambda::Permission can say"),
			}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			permissions, err := functionPermissions(test.policy)
			if err != nil {
				t.Fatal(err)
			}
			var got []map[string]any
			for _, p := range permissions {
				set := map[string]any{}
				for name, v := range p {
					if v != nil {
						set[name] = v
					}
				}
				got = append(got, set)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("permissions (-want +got):\n%s", diff)
			}
		})
	}
}

// moto has no ListFunctionUrlConfigs: the answers are written after the API
// reference, as are those for what a function tells only where it is set.
func TestFunctionURLs(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /2015-03-31/functions?MaxItems=50": {{body: `{"Functions":[{"FunctionName":"orders","FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:orders",
			"PackageType":"Image","KMSKeyArn":"arn:aws:kms:us-east-1:123456789012:key/k","Layers":[{"Arn":"arn:aws:lambda:us-east-1:1:layer:l:1","CodeSize":1}],
			"Environment":{"Error":{"ErrorCode":"AccessDeniedException","Message":"not with this key"}},
			"ImageConfigResponse":{"ImageConfig":{"Command":["app.handler"]}},
			"LastModified":"2026-03-01T10:11:12.123+0000",
			"VpcConfig":{"SubnetIds":["subnet-1"],"SecurityGroupIds":["sg-1"],"VpcId":"vpc-1","Ipv6AllowedForDualStack":false}}]}`}},
		"GET /2021-10-31/functions/orders/urls?MaxItems=50": {{body: `{"FunctionUrlConfigs":[
			{"AuthType":"NONE","FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:orders","FunctionUrl":"https://a.lambda-url.us-east-1.on.aws/",
			 "InvokeMode":"BUFFERED","Cors":{"AllowOrigins":["*"]},"CreationTime":"2026-01-01T00:00:00.000Z","LastModifiedTime":"2026-01-01T00:00:00.000Z"},
			{"AuthType":"AWS_IAM","FunctionArn":"arn:aws:lambda:us-east-1:123456789012:function:orders:live","FunctionUrl":"https://b.lambda-url.us-east-1.on.aws/",
			 "InvokeMode":"BUFFERED","CreationTime":"2026-01-01T00:00:00.000Z","LastModifiedTime":"2026-01-01T00:00:00.000Z"}]}`}},
		"GET /2015-03-31/functions/orders/policy":           {{status: 404, body: `{"__type":"ResourceNotFoundException","message":"The resource you requested does not exist."}`}},
		"GET /2015-03-31/functions/orders":                  {{body: `{"Code":{"ImageUri":"123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1","RepositoryType":"ECR"}}`}},
		"GET /2019-09-30/functions/orders/concurrency":      {{body: `{}`}},
		"GET /2024-08-31/functions/orders/recursion-config": {{body: `{"RecursiveLoop":"Terminate"}`}},
	})
	inv, stats := server.collected(t, "AWS::Lambda::Function", "AWS::Lambda::Url")
	for _, f := range stats.Failures {
		t.Errorf("%s: %s", f.Action, f.Reason)
	}
	var urls []map[string]any
	for _, r := range inv.Resources {
		if r.Type == "AWS::Lambda::Url" {
			urls = append(urls, r.Properties)
		}
	}
	arn := "arn:aws:lambda:us-east-1:123456789012:function:orders"
	want := []map[string]any{
		{
			"AuthType": "NONE", "FunctionArn": arn, "TargetFunctionArn": arn, "FunctionUrl": "https://a.lambda-url.us-east-1.on.aws/",
			"InvokeMode": "BUFFERED", "Cors": map[string]any{"AllowOrigins": []any{"*"}},
		},
		{
			"AuthType": "AWS_IAM", "FunctionArn": arn + ":live", "TargetFunctionArn": arn, "Qualifier": "live",
			"FunctionUrl": "https://b.lambda-url.us-east-1.on.aws/", "InvokeMode": "BUFFERED",
		},
	}
	if diff := cmp.Diff(want, urls); diff != "" {
		t.Errorf("URLs (-want +got):\n%s", diff)
	}
	function := one(t, inv.Resources, "AWS::Lambda::Function", "orders").Properties
	wantFunction := map[string]any{
		"Arn": arn, "FunctionName": "orders", "PackageType": "Image", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k",
		"Code": map[string]any{"ImageUri": "123456789012.dkr.ecr.us-east-1.amazonaws.com/orders:1"}, "CodeSize": int64(0),
		"Environment":   map[string]any{"Variables": &cloud.Unresolved{Reason: "Lambda does not show the variables: not with this key"}},
		"ImageConfig":   map[string]any{"Command": []any{"app.handler"}},
		"LastModified":  "2026-03-01T10:11:12Z",
		"Layers":        []any{"arn:aws:lambda:us-east-1:1:layer:l:1"},
		"RecursiveLoop": "Terminate",
		"VpcConfig":     map[string]any{"SubnetIds": []any{"subnet-1"}, "SecurityGroupIds": []any{"sg-1"}, "Ipv6AllowedForDualStack": false},
	}
	if diff := cmp.Diff(wantFunction, function); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
}

func TestEventSourceMappings(t *testing.T) {
	moto := awstest.Moto(t)
	client := lambda.NewFromConfig(moto.Config("us-east-1"))
	if _, err := client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: ptr("orders"), Role: serviceRole(t, moto, "functions", "lambda.amazonaws.com"),
		Runtime: types.RuntimePython312, Handler: ptr("index.handler"), Code: code(t),
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := sqs.NewFromConfig(moto.Config("us-east-1")).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: ptr("orders")}); err != nil {
		t.Fatal(err)
	}
	mapping, err := client.CreateEventSourceMapping(t.Context(), &lambda.CreateEventSourceMappingInput{
		FunctionName: ptr("orders"), EventSourceArn: ptr("arn:aws:sqs:us-east-1:123456789012:orders"), BatchSize: ptr(int32(7)), Enabled: ptr(false),
	})
	if err != nil {
		t.Fatal(err)
	}
	got := one(t, collected(t, moto, "AWS::Lambda::EventSourceMapping"), "AWS::Lambda::EventSourceMapping", *mapping.UUID).Properties
	for name, want := range map[string]any{
		"Id": *mapping.UUID, "BatchSize": int64(7), "Enabled": false, "EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:orders",
		"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:orders",
	} {
		if got[name] != want {
			t.Errorf("%s = %v; want %v", name, got[name], want)
		}
	}
}
