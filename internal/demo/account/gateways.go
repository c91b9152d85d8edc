package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"
)

// A restAPI of API Gateway with one resource and one stage.
type restAPI struct {
	input   apigateway.CreateRestApiInput
	path    string
	method  apigateway.PutMethodInput
	stage   apigateway.CreateStageInput
	changes map[string]string // of the stage, path to value
}

func (s *shop) restAPIs() []restAPI {
	return []restAPI{
		{
			input: apigateway.CreateRestApiInput{
				Name: new("harbourline-shop"), Description: new("Carts and orders"), MinimumCompressionSize: aws.Int32(1024), DisableExecuteApiEndpoint: true,
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}}, Tags: production("storefront", ""),
			},
			path:   "orders",
			method: apigateway.PutMethodInput{HttpMethod: new("GET"), AuthorizationType: new("AWS_IAM")},
			stage:  apigateway.CreateStageInput{StageName: new("prod"), Description: new("Live"), TracingEnabled: true, CacheClusterEnabled: true, CacheClusterSize: types.CacheClusterSizeSize0Point5Gb, Tags: production("storefront", "")},
			changes: map[string]string{
				"/*/*/logging/loglevel": "ERROR", "/*/*/metrics/enabled": "true", "/*/*/caching/dataEncrypted": "true", "/*/*/caching/enabled": "true", "/*/*/throttling/rateLimit": "200", "/*/*/throttling/burstLimit": "400",
			},
		},
		{
			input: apigateway.CreateRestApiInput{Name: new("partner-api"), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeEdge}}},
			path:  "stock", method: apigateway.PutMethodInput{HttpMethod: new("POST"), AuthorizationType: new("NONE")},
			stage:   apigateway.CreateStageInput{StageName: new("live"), Variables: map[string]string{"apiPassword": "partner-2020"}},
			changes: map[string]string{"/*/*/logging/dataTrace": "true", "/*/*/logging/loglevel": "OFF"},
		},
		{
			input: apigateway.CreateRestApiInput{Name: new("warehouse-internal"), EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypePrivate}}, Tags: production("warehouse", "")},
			path:  "parcels", method: apigateway.PutMethodInput{HttpMethod: new("GET"), AuthorizationType: new("AWS_IAM")},
			stage:   apigateway.CreateStageInput{StageName: new("prod"), Description: new("Live")},
			changes: map[string]string{"/*/*/logging/loglevel": "INFO"},
		},
	}
}

func (s *shop) gateways(ctx context.Context) error {
	for _, api := range s.restAPIs() {
		if err := s.restAPI(ctx, api); err != nil {
			return fmt.Errorf("API %s: %w", aws.ToString(api.input.Name), err)
		}
	}
	return inOrder(ctx, s.httpAPI, s.apiNames)
}

// apiNames are the domain names of the APIs.
func (s *shop) apiNames(ctx context.Context) error {
	return inOrder(ctx, each(apigateway.NewFromConfig(s.production.Config).CreateDomainName,
		&apigateway.CreateDomainNameInput{
			DomainName: new("api.harbourline.example"), RegionalCertificateArn: s.production.cert("api.harbourline.example"), SecurityPolicy: types.SecurityPolicyTls12,
			EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeRegional}}, Tags: production("storefront", ""),
		},
		&apigateway.CreateDomainNameInput{
			DomainName: new("partners.harbourline.example"), CertificateArn: s.production.cert("partners.harbourline.example"), SecurityPolicy: types.SecurityPolicyTls10,
			EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeEdge}},
		},
	))
}

func (s *shop) restAPI(ctx context.Context, api restAPI) error {
	client := apigateway.NewFromConfig(s.production.Config)
	made, err := client.CreateRestApi(ctx, &api.input)
	if err != nil {
		return err
	}
	resource, err := client.CreateResource(ctx, &apigateway.CreateResourceInput{RestApiId: made.Id, ParentId: made.RootResourceId, PathPart: new(api.path)})
	if err != nil {
		return err
	}
	api.method.RestApiId, api.method.ResourceId = made.Id, resource.Id
	if err := inOrder(ctx,
		to(client.PutMethod, &api.method),
		to(client.PutIntegration, &apigateway.PutIntegrationInput{RestApiId: made.Id, ResourceId: resource.Id, HttpMethod: api.method.HttpMethod, Type: types.IntegrationTypeMock}),
	); err != nil {
		return err
	}
	deployment, err := client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: made.Id})
	if err != nil {
		return err
	}
	api.stage.RestApiId, api.stage.DeploymentId = made.Id, deployment.Id
	return inOrder(ctx,
		to(client.CreateStage, &api.stage),
		to(client.UpdateStage, &apigateway.UpdateStageInput{RestApiId: made.Id, StageName: api.stage.StageName, PatchOperations: as(api.changes, func(path, value *string) types.PatchOperation {
			return types.PatchOperation{Op: types.OpReplace, Path: path, Value: value}
		})}),
	)
}

// httpAPI is the API of the app, open to pages of any origin.
func (s *shop) httpAPI(ctx context.Context) error {
	client := apigatewayv2.NewFromConfig(s.production.Config)
	made, err := client.CreateApi(ctx, &apigatewayv2.CreateApiInput{
		Name: new("harbourline-app"), ProtocolType: v2.ProtocolTypeHttp, CorsConfiguration: &v2.Cors{AllowOrigins: []string{"*"}, AllowMethods: []string{"GET", "POST"}}, Tags: production("storefront", ""),
	})
	if err != nil {
		return err
	}
	integration, err := client.CreateIntegration(ctx, &apigatewayv2.CreateIntegrationInput{
		ApiId: made.ApiId, IntegrationType: v2.IntegrationTypeAwsProxy, PayloadFormatVersion: new("2.0"), IntegrationUri: new(s.arn("lambda", Production, "function:stock-sync")),
	})
	if err != nil {
		return err
	}
	target := new("integrations/" + aws.ToString(integration.IntegrationId))
	return inOrder(ctx,
		each(client.CreateRoute,
			&apigatewayv2.CreateRouteInput{ApiId: made.ApiId, RouteKey: new("GET /stock"), AuthorizationType: v2.AuthorizationTypeAwsIam, Target: target},
			&apigatewayv2.CreateRouteInput{ApiId: made.ApiId, RouteKey: new("POST /returns"), AuthorizationType: v2.AuthorizationTypeNone, Target: target},
		),
		each(client.CreateStage,
			&apigatewayv2.CreateStageInput{
				ApiId: made.ApiId, StageName: new("prod"), Description: new("Live"), AutoDeploy: new(true), DefaultRouteSettings: &v2.RouteSettings{DetailedMetricsEnabled: new(true)},
				AccessLogSettings: &v2.AccessLogSettings{DestinationArn: new(s.arn("logs", Production, "log-group:/harbourline/orders")), Format: new(`{"id":"$context.requestId","status":"$context.status"}`)},
			},
			&apigatewayv2.CreateStageInput{ApiId: made.ApiId, StageName: new("$default"), AutoDeploy: new(true)},
		),
	)
}
