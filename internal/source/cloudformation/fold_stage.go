package cloudformation

import (
	"maps"
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const apiStage = "AWS::ApiGateway::Stage"

// everyMethod are the properties of a StageDescription that a stage has in its
// settings for every method.
var everyMethod = []string{
	"CacheDataEncrypted", "CacheTtlInSeconds", "CachingEnabled", "DataTraceEnabled", "LoggingLevel",
	"MetricsEnabled", "ThrottlingBurstLimit", "ThrottlingRateLimit",
}

// deployedStage adds the stage that a deployment makes when it names one: the
// stage's own resource is then nowhere in the template. SAM names a stage in
// its deployments that its templates do not mean.
//
// Source: AWS::ApiGateway::Deployment in the CloudFormation Template Reference.
func (f *folder) deployedStage(r *cloud.Resource) {
	name, named := r.Properties["StageName"]
	typ, ok := schema.Lookup(apiStage)
	if !named || name == "" || !ok || strings.HasPrefix(r.SourceType, "AWS::Serverless::") {
		return
	}
	stage := *r
	stage.Type, stage.SourceType, stage.ID = apiStage, r.Type, r.ID+".StageName"
	stage.Name, stage.Tags, stage.TagsUnresolved = "", nil, ""
	stage.Properties = map[string]any{"DeploymentId": "${" + r.ID + "}", "StageName": name}
	if text, ok := name.(string); ok && !cloud.IsSymbol(text) {
		stage.Name = text
	}
	source := *r.Source
	source.Fields = map[string]*cloud.Location{}
	for _, same := range []string{"RestApiId", "StageName"} {
		if v, ok := r.Properties[same]; ok {
			stage.Properties[same] = v
		}
		if place := r.Source.Fields[same]; place != nil {
			source.Fields[same] = place
		}
	}
	place := r.Source.Fields["StageDescription"]
	switch described := r.Properties["StageDescription"].(type) {
	case nil:
	case map[string]any:
		describeStage(&stage, described)
		if place != nil {
			for part, at := range place.Fields {
				source.Fields[part] = at
			}
			source.Fields["MethodSettings"] = place
		}
	default: // what is not known
		for part := range typ.Root.Fields {
			if _, set := stage.Properties[part]; !set && !typ.ReadOnly(part) {
				stage.Properties[part] = described
			}
		}
	}
	stage.Source = &source
	stage.Properties = typ.Coerce(stage.Properties)
	typ.FillTemplate(stage.Properties, stage.ID)
	if tags, ok := stage.Properties["Tags"]; ok {
		stage.Tags = map[string]string{}
		stage.TagsUnresolved = collectTags(tags, stage.Tags)
	}
	f.beside[r] = append(f.beside[r], &stage)
}

// describeStage gives a stage what a StageDescription says.
func describeStage(stage *cloud.Resource, described map[string]any) {
	described = maps.Clone(described)
	all := map[string]any{}
	for _, name := range everyMethod {
		if v, ok := described[name]; ok {
			all[name] = v
			delete(described, name)
		}
	}
	methods, open := described["MethodSettings"].([]any)
	if !open && described["MethodSettings"] != nil {
		methods = []any{described["MethodSettings"]} // what is not known
	}
	if len(all) > 0 {
		all["HttpMethod"], all["ResourcePath"] = "*", "/*"
		methods = append([]any{all}, methods...)
	}
	if len(methods) > 0 {
		described["MethodSettings"] = methods
	}
	maps.Copy(stage.Properties, described)
}
