package aws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"

	"github.com/surety-cloud/surety/internal/cloud"
)

// API Gateway, its HTTP and WebSocket APIs: the APIs, and the stages and
// routes of each.
var apiGatewayV2Collectors = []collector{{
	service: "apigatewayv2",
	types: []emits{
		{
			typ: "AWS::ApiGatewayV2::Api",
			gives: "ApiEndpoint ApiId ApiKeySelectionExpression BasePath Body BodyS3Location CorsConfiguration CredentialsArn " +
				"Description DisableExecuteApiEndpoint DisableSchemaValidation FailOnWarnings IpAddressType Name ProtocolType " +
				"RouteKey RouteSelectionExpression Target Version ApiGatewayManaged CreatedDate ImportInfo Warnings",
		},
		{
			typ: "AWS::ApiGatewayV2::Stage",
			gives: "AccessLogSettings ApiId AutoDeploy ClientCertificateId DefaultRouteSettings DeploymentId Description " +
				"RouteSettings StageName StageVariables ApiGatewayManaged CreatedDate LastDeploymentStatusMessage LastUpdatedDate",
			secret: "StageVariables",
		},
		{
			typ: "AWS::ApiGatewayV2::Route",
			gives: "ApiId ApiKeyRequired AuthorizationScopes AuthorizationType AuthorizerId ModelSelectionExpression " +
				"OperationName RequestModels RequestParameters RouteId RouteKey RouteResponseSelectionExpression Target " +
				"ApiGatewayManaged",
			tagged: "-",
		},
	},
	calls: "apigateway:GET",
	read:  readHTTPAPIs,
	parts: []part{
		{emits: "AWS::ApiGatewayV2::Stage", calls: "apigateway:GET", read: readHTTPStages},
		{emits: "AWS::ApiGatewayV2::Route", calls: "apigateway:GET", read: readRoutes},
	},
}}

// gatewayPage is the size of the pages asked for, which the API takes as text.
const gatewayPage = "500"

func readHTTPAPIs(ctx context.Context, s *scope) error {
	client := apigatewayv2.NewFromConfig(s.cfg)
	for input := (&apigatewayv2.GetApisInput{MaxResults: ptr(gatewayPage)}); ; {
		out, err := client.GetApis(ctx, input)
		if err != nil {
			return err
		}
		for i := range out.Items {
			a := &out.Items[i]
			id := deref(a.ApiId)
			s.add(found{
				typ: "AWS::ApiGatewayV2::Api", id: id, arn: s.gatewayARN("/apis/" + id), name: deref(a.Name),
				created: a.CreatedDate, tags: gatewayTags(a.Tags), from: a,
				set: props{
					// How an API was imported or quickly made is not kept; what
					// came of it stands in its routes and integrations.
					"BasePath": nil, "Body": nil, "BodyS3Location": nil, "CredentialsArn": nil, "FailOnWarnings": nil,
					"RouteKey": nil, "Target": nil,
				},
			})
		}
		if deref(out.NextToken) == "" {
			return nil
		}
		input.NextToken = out.NextToken
	}
}

func readHTTPStages(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	client := apigatewayv2.NewFromConfig(s.cfg)
	for input := (&apigatewayv2.GetStagesInput{ApiId: &r.ID, MaxResults: ptr(gatewayPage)}); ; {
		out, err := client.GetStages(ctx, input)
		if is(err, "NotFoundException") {
			return nil, errGone
		}
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			v := &out.Items[i]
			name := deref(v.StageName)
			s.add(found{
				typ: "AWS::ApiGatewayV2::Stage", id: r.ID + "|" + name, arn: r.ARN + "/stages/" + name, name: r.Name + "/" + name,
				created: v.CreatedDate, tags: gatewayTags(v.Tags), from: v,
				set: props{"ApiId": r.ID},
			})
		}
		if deref(out.NextToken) == "" {
			return nil, nil
		}
		input.NextToken = out.NextToken
	}
}

func readRoutes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	client := apigatewayv2.NewFromConfig(s.cfg)
	for input := (&apigatewayv2.GetRoutesInput{ApiId: &r.ID, MaxResults: ptr(gatewayPage)}); ; {
		out, err := client.GetRoutes(ctx, input)
		if is(err, "NotFoundException") {
			return nil, errGone
		}
		if err != nil {
			return nil, err
		}
		for i := range out.Items {
			v := &out.Items[i]
			id := deref(v.RouteId)
			s.add(found{
				typ: "AWS::ApiGatewayV2::Route", id: r.ID + "|" + id, arn: r.ARN + "/routes/" + id, name: deref(v.RouteKey),
				from: v, set: props{"ApiId": r.ID},
			})
		}
		if deref(out.NextToken) == "" {
			return nil, nil
		}
		input.NextToken = out.NextToken
	}
}
