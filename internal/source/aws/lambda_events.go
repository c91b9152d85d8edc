package aws

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What Lambda fetches from queues, streams and topics to call functions with:
// one list for all functions.
var lambdaEventCollectors = []collector{{
	service: "lambda",
	types: []emits{{
		typ: "AWS::Lambda::EventSourceMapping",
		gives: "AmazonManagedKafkaEventSourceConfig BatchSize BisectBatchOnFunctionError DestinationConfig DocumentDBEventSourceConfig " +
			"Enabled EventSourceArn EventSourceMappingArn FilterCriteria FunctionName FunctionResponseTypes KmsKeyArn LoggingConfig " +
			"MaximumBatchingWindowInSeconds MaximumRecordAgeInSeconds MaximumRetryAttempts MetricsConfig ParallelizationFactor " +
			"ProvisionedPollerConfig Queues ScalingConfig SelfManagedEventSource SelfManagedKafkaEventSourceConfig " +
			"SourceAccessConfigurations StartingPosition StartingPositionTimestamp Topics TumblingWindowInSeconds",
		tagged: "lambda:event-source-mapping",
	}},
	calls: "lambda:ListEventSourceMappings",
	read: func(ctx context.Context, s *scope) error {
		pages := lambda.NewListEventSourceMappingsPaginator(lambda.NewFromConfig(s.cfg), &lambda.ListEventSourceMappingsInput{
			MaxItems: ptr(int32(100)),
		})
		return each(ctx, pages, func(page *lambda.ListEventSourceMappingsOutput) {
			for i := range page.EventSourceMappings {
				m := &page.EventSourceMappings[i]
				s.add(found{
					id: deref(m.UUID), arn: deref(m.EventSourceMappingArn), name: deref(m.UUID),
					from: m,
					set: props{
						"Enabled":                   mappingEnabled(deref(m.State)),
						"FilterCriteria":            filterCriteria(m),
						"FunctionName":              m.FunctionArn, // qualified where the mapping is of an alias
						"KmsKeyArn":                 m.KMSKeyArn,
						"SelfManagedEventSource":    selfManagedSource(m.SelfManagedEventSource),
						"StartingPositionTimestamp": startingTime(m),
					},
				})
			}
		})
	},
}}

// mappingEnabled: a mapping that is being changed does not say what it will be.
func mappingEnabled(state string) any {
	switch state {
	case "Enabled", "Enabling":
		return true
	case "Disabled", "Disabling":
		return false
	}
	return &cloud.Unresolved{Reason: "the event source mapping is " + strings.ToLower(state)}
}

func filterCriteria(m *types.EventSourceMappingConfiguration) any {
	if e := m.FilterCriteriaError; e != nil {
		return &cloud.Unresolved{Reason: "Lambda does not show the filter: " + deref(e.Message)}
	}
	return m.FilterCriteria
}

func selfManagedSource(source *types.SelfManagedEventSource) any {
	if source == nil {
		return nil
	}
	return map[string]any{"Endpoints": map[string]any{"KafkaBootstrapServers": source.Endpoints["KAFKA_BOOTSTRAP_SERVERS"]}}
}

func startingTime(m *types.EventSourceMappingConfiguration) any {
	if m.StartingPositionTimestamp == nil {
		return nil
	}
	return m.StartingPositionTimestamp.Unix()
}
