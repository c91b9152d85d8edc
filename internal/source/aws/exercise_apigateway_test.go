package aws_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestExerciseAPIGateway(t *testing.T) {
	moto := awstest.Moto(t)
	ctx := t.Context()
	client := apigateway.NewFromConfig(moto.Config("us-east-1"))
	arns := map[string]string{}
	for name, settings := range map[string]map[string]string{
		"bare":   nil,
		"clear":  {"/*/*/caching/enabled": "true", "/*/*/caching/dataEncrypted": "false"},
		"sealed": {"/*/*/caching/enabled": "true", "/*/*/caching/dataEncrypted": "true"},
	} {
		api := made[*apigateway.CreateRestApiOutput](t)(client.CreateRestApi(ctx, &apigateway.CreateRestApiInput{Name: &name})).Id
		root := made[*apigateway.GetResourcesOutput](t)(client.GetResources(ctx, &apigateway.GetResourcesInput{RestApiId: api})).Items[0].Id
		made[*apigateway.PutMethodOutput](t)(client.PutMethod(ctx, &apigateway.PutMethodInput{
			RestApiId: api, ResourceId: root, HttpMethod: new("GET"), AuthorizationType: new("NONE"),
		}))
		made[*apigateway.PutIntegrationOutput](t)(client.PutIntegration(ctx, &apigateway.PutIntegrationInput{
			RestApiId: api, ResourceId: root, HttpMethod: new("GET"), Type: types.IntegrationTypeMock,
		}))
		deployment := made[*apigateway.CreateDeploymentOutput](t)(client.CreateDeployment(ctx, &apigateway.CreateDeploymentInput{RestApiId: api})).Id
		made[*apigateway.CreateStageOutput](t)(client.CreateStage(ctx, &apigateway.CreateStageInput{
			RestApiId: api, StageName: new("live"), DeploymentId: deployment, CacheClusterEnabled: settings != nil,
		}))
		var patches []types.PatchOperation
		for path, value := range settings {
			patches = append(patches, types.PatchOperation{Op: types.OpReplace, Path: &path, Value: &value})
		}
		if patches != nil {
			made[*apigateway.UpdateStageOutput](t)(client.UpdateStage(ctx, &apigateway.UpdateStageInput{
				RestApiId: api, StageName: new("live"), PatchOperations: patches,
			}))
		}
		arns[name] = "arn:aws:apigateway:us-east-1::/restapis/" + *api + "/stages/live"
	}
	acl := callWAF(t, moto, "CreateWebACL", map[string]any{
		"Name": "shop", "Scope": "REGIONAL", "DefaultAction": map[string]any{"Allow": map[string]any{}},
		"VisibilityConfig": map[string]any{"SampledRequestsEnabled": true, "CloudWatchMetricsEnabled": true, "MetricName": "shop"},
	})["Summary"].(map[string]any)["ARN"]
	callWAF(t, moto, "AssociateWebACL", map[string]any{"WebACLArn": acl, "ResourceArn": arns["sealed"]})

	judge(t, moto, "AG-006", want{"bare/live": fail}) // moto has no client certificates
	judge(t, moto, "AG-007", want{"bare/live": fail, "clear/live": fail, "sealed/live": pass})
	judge(t, moto, "AG-009", want{"bare/live": unchecked, "clear/live": fail, "sealed/live": pass})
	callWAF(t, moto, "DisassociateWebACL", map[string]any{"ResourceArn": arns["sealed"]})
	judge(t, moto, "AG-007", want{"sealed/live": fail})
}

// callWAF calls an operation of AWS WAF, whose client is no dependency, as the
// SDK would: moto knows the service by the credential and checks no signature.
func callWAF(t *testing.T, moto *awstest.Server, operation string, input map[string]any) (output map[string]any) {
	t.Helper()
	body := string(made[[]byte](t)(json.Marshal(input)))
	request := made[*http.Request](t)(http.NewRequestWithContext(t.Context(), http.MethodPost, moto.URL, strings.NewReader(body)))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSWAF_20190729."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/wafv2/aws4_request, SignedHeaders=host, Signature=0")
	response := made[*http.Response](t)(http.DefaultClient.Do(request))
	defer response.Body.Close()
	mustEC2(t, json.NewDecoder(response.Body).Decode(&output))
	if response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %v", operation, response.Status, output)
	}
	return output
}
