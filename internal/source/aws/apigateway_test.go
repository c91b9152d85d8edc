package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestRestAPIs(t *testing.T) {
	moto := awstest.Moto(t)
	client := apigateway.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateRestApi(t.Context(), &apigateway.CreateRestApiInput{
		Name: ptr("shop"), Description: ptr("The shop"), MinimumCompressionSize: ptr(int32(1024)),
		EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}},
		Policy:                ptr(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"*"}]}`),
		Tags:                  map[string]string{"Team": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	resources, err := client.GetResources(t.Context(), &apigateway.GetResourcesInput{RestApiId: created.Id})
	if err != nil {
		t.Fatal(err)
	}
	root := resources.Items[0].Id
	for _, err := range []error{
		second(client.PutMethod(t.Context(), &apigateway.PutMethodInput{
			RestApiId: created.Id, ResourceId: root, HttpMethod: ptr("GET"), AuthorizationType: ptr("NONE"),
		})),
		second(client.PutIntegration(t.Context(), &apigateway.PutIntegrationInput{
			RestApiId: created.Id, ResourceId: root, HttpMethod: ptr("GET"), Type: types.IntegrationTypeMock,
		})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	deployment, err := client.CreateDeployment(t.Context(), &apigateway.CreateDeploymentInput{RestApiId: created.Id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.CreateStage(t.Context(), &apigateway.CreateStageInput{
		RestApiId: created.Id, StageName: ptr("prod"), DeploymentId: deployment.Id, TracingEnabled: true,
		CacheClusterEnabled: true, CacheClusterSize: types.CacheClusterSizeSize0Point5Gb,
		Variables: map[string]string{"password": "swordfish"}, Tags: map[string]string{"Tier": "web"},
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.UpdateStage(t.Context(), &apigateway.UpdateStageInput{
		RestApiId: created.Id, StageName: ptr("prod"), PatchOperations: []types.PatchOperation{
			{Op: types.OpReplace, Path: ptr("/*/*/logging/loglevel"), Value: ptr("ERROR")},
			{Op: types.OpReplace, Path: ptr("/accessLogSettings/destinationArn"), Value: ptr("arn:aws:logs:us-east-1:123456789012:log-group:api")},
		},
	}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage")

	api := one(t, got, "AWS::ApiGateway::RestApi", "shop")
	stage := one(t, got, "AWS::ApiGateway::Stage", "shop/prod")
	if time.Since(api.Created) > time.Hour || api.Properties["CreatedDate"] == nil {
		t.Errorf("created at %v, %v", api.Created, api.Properties["CreatedDate"])
	}
	api.Created = time.Time{}
	delete(api.Properties, "CreatedDate")
	arn := "arn:aws:apigateway:us-east-1::/restapis/" + *created.Id
	want := &cloud.Resource{
		Type: "AWS::ApiGateway::RestApi", ID: *created.Id, ARN: arn, Name: "shop", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"RestApiId": *created.Id, "Name": "shop", "Description": "The shop", "ApiKeySourceType": "HEADER", "Version": "V1",
			"DisableExecuteApiEndpoint": false, "MinimumCompressionSize": int64(1024), "RootResourceId": *root,
			"EndpointConfiguration": map[string]any{"Types": []any{"REGIONAL"}},
			"Policy": map[string]any{"Version": "2012-10-17", "Statement": []any{
				map[string]any{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"},
			}},
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, api); diff != "" {
		t.Errorf("API (-want +got):\n%s", diff)
	}
	want = &cloud.Resource{
		Type: "AWS::ApiGateway::Stage", ID: *created.Id + "|prod", ARN: arn + "/stages/prod", Name: "shop/prod", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Tier": "web"},
		Properties: map[string]any{
			"RestApiId": *created.Id, "StageName": "prod", "DeploymentId": *deployment.Id, "TracingEnabled": true,
			"CacheClusterEnabled": true, "CacheClusterSize": "0.5", "CacheClusterStatus": "AVAILABLE",
			"AccessLogSetting": map[string]any{"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:api"},
			"MethodSettings": []any{map[string]any{
				"ResourcePath": "/*", "HttpMethod": "*", "LoggingLevel": "ERROR", "MetricsEnabled": false, "DataTraceEnabled": false,
				"CachingEnabled": false, "CacheDataEncrypted": true, "CacheTtlInSeconds": int64(300),
				"ThrottlingBurstLimit": int64(2000), "ThrottlingRateLimit": 1000.0,
			}},
			"Variables": map[string]any{"password": stage.Properties["Variables"].(map[string]any)["password"]},
			"Tags":      []any{map[string]any{"Key": "Tier", "Value": "web"}},
		},
	}
	if diff := cmp.Diff(want, stage); diff != "" {
		t.Errorf("stage (-want +got):\n%s", diff)
	}
	if text, _ := stage.Properties["Variables"].(map[string]any)["password"].(string); !strings.HasPrefix(text, "[redacted") {
		t.Errorf("the variable is %q; want it redacted", text)
	}
}

func TestRestPolicy(t *testing.T) {
	const policy = `{"Version":"2012-10-17","Statement":[{"Resource":"arn:aws:execute-api:us-east-1:123456789012:a1/*"}]}`
	escaped := strings.ReplaceAll(strings.ReplaceAll(policy, `"`, `\"`), "/", `\/`)
	for _, text := range []string{policy, strings.ReplaceAll(policy, `"`, `\"`), escaped} {
		if got := restPolicy(text); got != policy {
			t.Errorf("restPolicy(%s) = %s", text, got)
		}
	}
	if got := restPolicy(""); got != "" {
		t.Errorf("restPolicy of none = %q", got)
	}
}

func TestMethodSettings(t *testing.T) {
	got := methodSettings(map[string]types.MethodSetting{
		"*/*": {}, "~1/GET": {MetricsEnabled: true}, "~1pets~1{id}/POST": {}, "~1pets/*": {},
	})
	var keys []string
	for _, e := range got {
		m := e.(map[string]any)
		keys = append(keys, m["ResourcePath"].(string)+" "+m["HttpMethod"].(string))
		if m["MetricsEnabled"] != (m["HttpMethod"] == "GET") {
			t.Errorf("settings = %v", m)
		}
	}
	if diff := cmp.Diff([]string{"/* *", "/ GET", "/~1pets *", "/~1pets~1{id} POST"}, keys); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
}

// TestStageOfWebACL and what follows have answers written after the API
// Gateway API Reference.
func TestStageOfWebACL(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /restapis?limit=500": {{body: `{"item":[{"id":"a1b2c3","name":"shop","createdDate":1764600000,"endpointConfiguration":{"types":["EDGE"]}}]}`}},
		"GET /restapis/a1b2c3/stages": {{body: `{"item":[{"stageName":"prod","deploymentId":"d1","cacheClusterEnabled":false,"tracingEnabled":false,
			"createdDate":1764600000,"lastUpdatedDate":1764600001,"clientCertificateId":"c1","documentationVersion":"1",
			"canarySettings":{"percentTraffic":10.5,"deploymentId":"d2","stageVariableOverrides":{"key":"swordfish"},"useStageCache":false},
			"webAclArn":"arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1"}]}`}},
	})
	inv, stats := server.collected(t, "AWS::ApiGateway::Stage", "AWS::WAFv2::WebACLAssociation")
	if len(stats.Failures) > 0 || len(inv.Unread) > 0 || len(inv.Resources) != 1 {
		t.Fatal(stats.Failures, inv.Unread, inv.Resources)
	}
	want := map[string]any{
		"RestApiId": "a1b2c3", "StageName": "prod", "DeploymentId": "d1", "CacheClusterEnabled": false, "TracingEnabled": false,
		"CreatedDate": "2025-12-01T14:40:00Z", "LastUpdatedDate": "2025-12-01T14:40:01Z", "ClientCertificateId": "c1", "DocumentationVersion": "1",
		"CanarySetting": map[string]any{
			"PercentTraffic": 10.5, "DeploymentId": "d2", "StageVariableOverrides": map[string]any{"key": "[redacted]"}, "UseStageCache": false,
		},
		"WebAclArn": "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1",
	}
	if diff := cmp.Diff(want, inv.Resources[0].Properties); diff != "" {
		t.Errorf("stage (-want +got):\n%s", diff)
	}
}

func TestStagesDeniedOrGone(t *testing.T) {
	list := answers{{body: `{"item":[{"id":"a1b2c3","name":"shop"}]}`}}
	denied := answering(t, map[string]answers{
		"GET /restapis?limit=500":     list,
		"GET /restapis/a1b2c3/stages": {{status: 403, body: `{"__type":"AccessDeniedException","message":"no"}`}},
	})
	inv, _ := denied.collected(t, "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage")
	if len(inv.Unread) != 1 || inv.Unread[0].Type != "AWS::ApiGateway::Stage" || len(inv.Resources) != 1 {
		t.Errorf("denied: unread %v, read %v", inv.Unread, inv.Resources)
	}
	gone := answering(t, map[string]answers{
		"GET /restapis?limit=500":     list,
		"GET /restapis/a1b2c3/stages": {{status: 404, body: `{"__type":"NotFoundException","message":"Invalid API identifier specified"}`}},
	})
	inv, stats := gone.collected(t, "AWS::ApiGateway::RestApi", "AWS::ApiGateway::Stage")
	if len(inv.Unread) != 0 || len(inv.Resources) != 0 || len(stats.Failures) != 0 {
		t.Errorf("gone: unread %v, read %v, failures %v", inv.Unread, inv.Resources, stats.Failures)
	}
}

// moto has no client certificates.
func TestClientCertificates(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /clientcertificates?limit=500": {
			{when: "position=2", body: `{"item":[{"clientCertificateId":"c2","createdDate":1764600000,"expirationDate":1796136000}]}`},
			{body: `{"position":"2","item":[{"clientCertificateId":"c1","description":"Backend","pemEncodedCertificate":"-----BEGIN CERTIFICATE-----",
				"createdDate":1764600000,"expirationDate":1796136000,"tags":{"Team":"shop"}}]}`},
		},
	})
	inv, stats := server.collected(t, "AWS::ApiGateway::ClientCertificate")
	if len(stats.Failures) > 0 || len(inv.Resources) != 2 {
		t.Fatal(stats.Failures, inv.Resources)
	}
	want := &cloud.Resource{
		Type: "AWS::ApiGateway::ClientCertificate", ID: "c1", Name: "Backend", Region: "us-east-1", Account: "123456789012", World: "123456789012",
		ARN: "arn:aws:apigateway:us-east-1::/clientcertificates/c1", Created: time.Date(2025, 12, 1, 14, 40, 0, 0, time.UTC),
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"ClientCertificateId": "c1", "Description": "Backend", "PemEncodedCertificate": "-----BEGIN CERTIFICATE-----",
			"CreatedDate": "2025-12-01T14:40:00Z", "ExpirationDate": "2026-12-01T14:40:00Z",
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, inv.Resources[0]); diff != "" {
		t.Errorf("client certificate (-want +got):\n%s", diff)
	}
}
