package aws

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestHTTPAPIs(t *testing.T) {
	moto := awstest.Moto(t)
	client := apigatewayv2.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateApi(t.Context(), &apigatewayv2.CreateApiInput{
		Name: ptr("shop"), ProtocolType: types.ProtocolTypeHttp, Description: ptr("The shop"), DisableExecuteApiEndpoint: ptr(true),
		CorsConfiguration: &types.Cors{AllowOrigins: []string{"*"}, MaxAge: ptr(int32(60))}, Tags: map[string]string{"Team": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := *created.ApiId
	if _, err := client.CreateStage(t.Context(), &apigatewayv2.CreateStageInput{
		ApiId: &id, StageName: ptr("prod"), AutoDeploy: ptr(true), StageVariables: map[string]string{"key": "swordfish"},
		AccessLogSettings:    &types.AccessLogSettings{DestinationArn: ptr("arn:aws:logs:us-east-1:123456789012:log-group:api"), Format: ptr("$context.requestId")},
		DefaultRouteSettings: &types.RouteSettings{DetailedMetricsEnabled: ptr(true)}, Tags: map[string]string{"Tier": "web"},
	}); err != nil {
		t.Fatal(err)
	}
	route, err := client.CreateRoute(t.Context(), &apigatewayv2.CreateRouteInput{
		ApiId: &id, RouteKey: ptr("GET /pets"), AuthorizationType: types.AuthorizationTypeAwsIam, AuthorizationScopes: []string{"read"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route")
	for _, r := range got {
		if r.Type == "AWS::ApiGatewayV2::Route" {
			continue // has no time
		}
		if time.Since(r.Created) > time.Hour || r.Properties["CreatedDate"] == nil {
			t.Errorf("%s created at %v, %v", r.Type, r.Created, r.Properties["CreatedDate"])
		}
		r.Created = time.Time{}
		delete(r.Properties, "CreatedDate")
		delete(r.Properties, "LastUpdatedDate")
	}

	arn := "arn:aws:apigateway:us-east-1::/apis/" + id
	want := &cloud.Resource{
		Type: "AWS::ApiGatewayV2::Api", ID: id, ARN: arn, Name: "shop", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"ApiId": id, "ApiEndpoint": *created.ApiEndpoint, "Name": "shop", "ProtocolType": "HTTP", "Description": "The shop",
			"ApiKeySelectionExpression": "$request.header.x-api-key", "RouteSelectionExpression": "$request.method $request.path",
			"DisableExecuteApiEndpoint": true,
			"CorsConfiguration":         map[string]any{"AllowOrigins": []any{"*"}, "MaxAge": int64(60)},
			"Tags":                      map[string]any{"Team": "shop"},
		},
	}
	if diff := cmp.Diff(want, one(t, got, want.Type, "shop")); diff != "" {
		t.Errorf("API (-want +got):\n%s", diff)
	}
	stage := one(t, got, "AWS::ApiGatewayV2::Stage", "shop/prod")
	want = &cloud.Resource{
		Type: "AWS::ApiGatewayV2::Stage", ID: id + "|prod", ARN: arn + "/stages/prod", Name: "shop/prod", Region: "us-east-1",
		Account: awstest.Account, World: awstest.Account, Tags: map[string]string{"Tier": "web"},
		Properties: map[string]any{
			"Id": id + "|prod", "ApiId": id, "StageName": "prod", "AutoDeploy": true,
			"AccessLogSettings":    map[string]any{"DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:api", "Format": "$context.requestId"},
			"DefaultRouteSettings": map[string]any{"DetailedMetricsEnabled": true},
			"StageVariables":       map[string]any{"key": "[redacted]"},
			"Tags":                 map[string]any{"Tier": "web"},
		},
	}
	if diff := cmp.Diff(want, stage); diff != "" {
		t.Errorf("stage (-want +got):\n%s", diff)
	}
	want = &cloud.Resource{
		Type: "AWS::ApiGatewayV2::Route", ID: id + "|" + *route.RouteId, ARN: arn + "/routes/" + *route.RouteId, Name: "GET /pets",
		Region: "us-east-1", Account: awstest.Account, World: awstest.Account,
		Properties: map[string]any{
			"ApiId": id, "RouteId": *route.RouteId, "RouteKey": "GET /pets", "ApiKeyRequired": false,
			"AuthorizationType": "AWS_IAM", "AuthorizationScopes": []any{"read"},
		},
	}
	if diff := cmp.Diff(want, one(t, got, want.Type, "GET /pets")); diff != "" {
		t.Errorf("route (-want +got):\n%s", diff)
	}
}

// TestHTTPAPIPages: the SDK has no paginators for these lists. The answers are
// written after the API Gateway Version 2 API Reference.
func TestHTTPAPIPages(t *testing.T) {
	server := answering(t, map[string]answers{
		"GET /v2/apis?maxResults=500": {
			{when: "nextToken=n", body: `{"items":[{"apiId":"a2","name":"two","protocolType":"HTTP","routeSelectionExpression":"$request.method $request.path"}]}`},
			{body: `{"nextToken":"n","items":[{"apiId":"a1","name":"one","protocolType":"WEBSOCKET","routeSelectionExpression":"$request.body.action"}]}`},
		},
		"GET /v2/apis/a1/stages?maxResults=500": {
			{when: "nextToken=n", body: `{"items":[{"stageName":"test","routeSettings":{"$connect":{"loggingLevel":"INFO"}}}]}`},
			{body: `{"nextToken":"n","items":[{"stageName":"prod"}]}`},
		},
		"GET /v2/apis/a2/stages?maxResults=500": {{status: 404, body: `{"__type":"NotFoundException","message":"gone"}`}},
		"GET /v2/apis/a1/routes?maxResults=500": {
			{when: "nextToken=n", body: `{"items":[{"routeId":"r2","routeKey":"$default","authorizationType":"NONE"}]}`},
			{body: `{"nextToken":"n","items":[{"routeId":"r1","routeKey":"$connect","requestParameters":{"route.request.querystring.auth":{"required":true}}}]}`},
		},
		"GET /v2/apis/a2/routes?maxResults=500": {{body: `{"items":[]}`}},
	})
	inv, stats := server.collected(t, "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Stage", "AWS::ApiGatewayV2::Route")
	var got []string
	for _, r := range inv.Resources {
		got = append(got, strings.TrimPrefix(r.Type, "AWS::ApiGatewayV2::")+" "+r.ID)
	}
	want := []string{"Api a1", "Route a1|r1", "Route a1|r2", "Stage a1|prod", "Stage a1|test"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s%v", diff, stats.Failures)
	}
	settings := one(t, inv.Resources, "AWS::ApiGatewayV2::Stage", "a1|test").Properties["RouteSettings"]
	if diff := cmp.Diff(map[string]any{"$connect": map[string]any{"LoggingLevel": "INFO"}}, settings); diff != "" {
		t.Errorf("route settings (-want +got):\n%s", diff)
	}
	parameters := one(t, inv.Resources, "AWS::ApiGatewayV2::Route", "a1|r1").Properties["RequestParameters"]
	if diff := cmp.Diff(map[string]any{"route.request.querystring.auth": map[string]any{"Required": true}}, parameters); diff != "" {
		t.Errorf("request parameters (-want +got):\n%s", diff)
	}
}
