package cloudformation

import (
	"strings"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const searchDomain = "AWS::OpenSearchService::Domain"

// searchNames are the properties that AWS::Elasticsearch::Domain has under
// other names than its successor. The other properties are the same.
var searchNames = map[string]string{"ElasticsearchClusterConfig": "ClusterConfig", "ElasticsearchVersion": "EngineVersion"}

// elasticsearch turns a domain of the older type into what it is to AWS, and to
// a live account: a domain of OpenSearch Service with an engine of
// Elasticsearch. Left out, the version is that of the older API, 1.5:
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticsearch-domain.html
func elasticsearch(r *cloud.Resource) {
	typ, ok := schema.Lookup(searchDomain)
	if !ok {
		return
	}
	r.SourceType, r.Type = r.Type, searchDomain
	version, set := r.Properties["ElasticsearchVersion"]
	switch text, known := version.(string); {
	case !set || version == "":
		r.Properties["ElasticsearchVersion"] = "Elasticsearch_1.5"
	case known:
		r.Properties["ElasticsearchVersion"] = "Elasticsearch_" + strings.TrimPrefix(text, "Elasticsearch_")
	}
	for before, after := range searchNames {
		if v, ok := r.Properties[before]; ok {
			r.Properties[after] = v
			delete(r.Properties, before)
		}
		if place := r.Source.Fields[before]; place != nil {
			r.Source.Fields[after] = place
			delete(r.Source.Fields, before)
		}
	}
	r.Properties = typ.Coerce(r.Properties)
	typ.FillTemplate(r.Properties, r.ID)
}
