package aws

import (
	"slices"
	"sync"
)

// collectors lists every collector, in the order in which they begin: those
// that take longest first.
var collectors = sync.OnceValue(func() []collector {
	return slices.Concat(
		s3Collectors, iamCollectors, ec2Collectors, vpcCollectors, lambdaCollectors, kmsCollectors,
		rdsCollectors, sqsCollectors, snsCollectors, dynamoDBCollectors, logsCollectors,
		elbCollectors, elbv2Collectors, autoScalingCollectors, cloudFormationCollectors,
		cloudTrailCollectors, eventHistoryCollectors, cloudWatchCollectors, configCollectors, ecrCollectors, ecsCollectors,
		eksCollectors, efsCollectors, elastiCacheCollectors, redshiftCollectors, openSearchCollectors,
		kinesisCollectors, secretsManagerCollectors, ssmCollectors, cloudFrontCollectors,
		route53Collectors, route53DomainsCollectors, acmCollectors, apiGatewayCollectors, apiGatewayV2Collectors,
		guardDutyCollectors, macieCollectors, inspectorCollectors, accessAnalyzerCollectors, organizationsCollectors,
		accountCollectors, serviceQuotasCollectors,
		cloudControlCollectors(),
	)
})
