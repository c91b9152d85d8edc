package aws

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// API Gateway, its REST APIs: the APIs, the stages of each, and the client
// certificates that stages present.
var apiGatewayCollectors = []collector{
	{
		service: "apigateway",
		types: []emits{
			{
				typ: "AWS::ApiGateway::RestApi",
				gives: "ApiKeySourceType BinaryMediaTypes Body BodyS3Location CloneFrom Description DisableExecuteApiEndpoint " +
					"EndpointAccessMode EndpointConfiguration FailOnWarnings MinimumCompressionSize Mode Name Parameters Policy " +
					"RestApiId RootResourceId SecurityPolicy ApiStatus CreatedDate Version Warnings",
			},
			{
				typ: "AWS::ApiGateway::Stage",
				gives: "AccessLogSetting CacheClusterEnabled CacheClusterSize CanarySetting ClientCertificateId DeploymentId " +
					"Description DocumentationVersion MethodSettings RestApiId StageName TracingEnabled Variables " +
					"CacheClusterStatus CreatedDate LastUpdatedDate WebAclArn",
				secret: "Variables",
			},
			// What a template says there stands in the stage's WebAclArn.
			{typ: "AWS::WAFv2::WebACLAssociation", gives: "ResourceArn WebACLArn", tagged: "-"},
		},
		calls: "apigateway:GET",
		read:  readRestAPIs,
		parts: []part{{emits: "AWS::ApiGateway::Stage", calls: "apigateway:GET", read: readStages}},
	},
	{
		service: "apigateway",
		types: []emits{{
			typ:   "AWS::ApiGateway::ClientCertificate",
			gives: "ClientCertificateId Description CreatedDate ExpirationDate PemEncodedCertificate",
		}},
		calls: "apigateway:GET",
		read:  readClientCertificates,
	},
}

// gatewayARN is the ARN of something of API Gateway, which has no account in
// it: "/restapis/a1b2c3".
func (s *scope) gatewayARN(path string) string {
	return fmt.Sprintf("arn:%s:apigateway:%s::%s", s.partition, s.region, path)
}

// gatewayTags are the tags of something of API Gateway, whose lists give them.
func gatewayTags(tags map[string]string) map[string]string {
	if tags == nil {
		return map[string]string{}
	}
	return tags
}

func readRestAPIs(ctx context.Context, s *scope) error {
	if !s.needed("AWS::ApiGateway::RestApi") && !s.needed("AWS::ApiGateway::Stage") {
		return nil
	}
	pages := apigateway.NewGetRestApisPaginator(apigateway.NewFromConfig(s.cfg), &apigateway.GetRestApisInput{Limit: ptr(int32(500))})
	return each(ctx, pages, func(page *apigateway.GetRestApisOutput) {
		for i := range page.Items {
			a := &page.Items[i]
			id := deref(a.Id)
			s.add(found{
				typ: "AWS::ApiGateway::RestApi", id: id, arn: s.gatewayARN("/restapis/" + id), name: deref(a.Name),
				created: a.CreatedDate, tags: gatewayTags(a.Tags), from: a,
				set: props{
					"ApiKeySourceType": a.ApiKeySource,
					"Policy":           restPolicy(deref(a.Policy)),
					"RestApiId":        id,
					// How an API was imported is not kept; what came of it
					// stands in the others and in resources of their own.
					"Body": nil, "BodyS3Location": nil, "CloneFrom": nil, "FailOnWarnings": nil, "Mode": nil, "Parameters": nil,
				},
			})
		}
	})
}

// restPolicy is the policy of an API, which comes as the inside of a JSON
// string.
func restPolicy(text string) string {
	if json.Valid([]byte(text)) {
		return text
	}
	if inside, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `\/`, `/`) + `"`); err == nil {
		return inside
	}
	return text
}

func readStages(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := apigateway.NewFromConfig(s.cfg).GetStages(ctx, &apigateway.GetStagesInput{RestApiId: &r.ID})
	if is(err, "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	for i := range out.Item {
		v := &out.Item[i]
		name := deref(v.StageName)
		s.add(found{
			typ: "AWS::ApiGateway::Stage", id: r.ID + "|" + name, arn: r.ARN + "/stages/" + name, name: r.Name + "/" + name,
			created: v.CreatedDate, tags: gatewayTags(v.Tags), from: v,
			set: props{
				"AccessLogSetting": v.AccessLogSettings,
				"CanarySetting":    s.canary(v.CanarySettings),
				"MethodSettings":   methodSettings(v.MethodSettings),
				"RestApiId":        r.ID,
			},
		})
	}
	return nil, nil
}

func (s *scope) canary(settings *types.CanarySettings) map[string]any {
	if settings == nil {
		return nil
	}
	canary := object(settings)
	if overrides := canary["StageVariableOverrides"]; overrides != nil && !s.options.Secrets {
		canary["StageVariableOverrides"] = redact(overrides)
	}
	return canary
}

// methodSettings are the settings by method, which the API gives under
// "path/METHOD", the path with ~1 for each slash in it: "*/*" for all.
func methodSettings(settings map[string]types.MethodSetting) []any {
	var out []any
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		fields := object(settings[key])
		delete(fields, "RequireAuthorizationForCacheControl")
		delete(fields, "UnauthorizedCacheControlHeaderStrategy")
		cut := strings.LastIndexByte(key, '/')
		path := "/" + key[:max(cut, 0)]
		if path == "/~1" {
			path = "/"
		}
		fields["ResourcePath"], fields["HttpMethod"] = path, key[cut+1:]
		out = append(out, fields)
	}
	return out
}

func readClientCertificates(ctx context.Context, s *scope) error {
	pages := apigateway.NewGetClientCertificatesPaginator(apigateway.NewFromConfig(s.cfg),
		&apigateway.GetClientCertificatesInput{Limit: ptr(int32(500))})
	return each(ctx, pages, func(page *apigateway.GetClientCertificatesOutput) {
		for i := range page.Items {
			c := &page.Items[i]
			id := deref(c.ClientCertificateId)
			s.add(found{
				id: id, arn: s.gatewayARN("/clientcertificates/" + id), name: deref(c.Description), created: c.CreatedDate,
				tags: gatewayTags(c.Tags), from: c,
			})
		}
	})
}
