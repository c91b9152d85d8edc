package large

import "maps"

// limits are AWS's limits by service, as its documentation has them, with the
// page that says so. A limit that AWS documents as a number of requests a second
// is taken to let a second's worth through at once. A service that is not here
// has no documented limits: see undocumented.
//
// All are the defaults of an account that has asked for no increase, in the
// regions of the aws partition.
var limits = map[string]serviceLimits{
	// https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
	// Each API has a bucket of its own ("each API is evaluated individually").
	"ec2": {of: ec2Own, rest: tokens(100, 20)},

	// https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
	// "There is an account-level throttling limit that is shared across all
	// Elastic Load Balancing API actions", 40 and 10, and each version of the
	// API has its own.
	"elasticloadbalancing":   {rest: tokens(40, 10).named("all requests")},
	"elasticloadbalancingv2": {rest: tokens(40, 10).named("all requests")},

	// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	"lambda": {
		of:   map[string]Limit{"GetFunction": perSecond(100), "GetPolicy": perSecond(15)},
		rest: perSecond(15).named("control plane"),
	},

	// https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html
	"kms": {
		of: map[string]Limit{
			"DescribeKey": perSecond(2000), "GetKeyPolicy": perSecond(1000), "GetKeyRotationStatus": perSecond(1000),
			"GetPublicKey": perSecond(2000), "ListAliases": perSecond(500), "ListKeys": perSecond(500),
			"ListGrants": perSecond(100), "ListKeyPolicies": perSecond(100), "ListKeyRotations": perSecond(100),
			"ListResourceTags": perSecond(2000), "ListRetirableGrants": perSecond(100),
			"DescribeCustomKeyStores": perSecond(5), "GetKeyLastUsage": perSecond(5),
		},
		rest: perSecond(5),
	},

	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
	// GetMetricData has a second limit, of data points: see datapoints.
	"monitoring": {
		of: map[string]Limit{
			"GetMetricData": perSecond(500), "GetMetricStatistics": perSecond(400), "ListMetrics": perSecond(25),
			"DescribeAlarms": perSecond(9), "DescribeAlarmsForMetric": perSecond(9), "DescribeAlarmHistory": perSecond(20),
			"DescribeAnomalyDetectors": perSecond(10), "DescribeInsightRules": perSecond(20), "GetDashboard": perSecond(10),
			"ListDashboards": perSecond(10), "ListMetricStreams": perSecond(10), "ListTagsForResource": perSecond(10),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
	"logs": {
		of: map[string]Limit{
			"DescribeLogGroups": perSecond(10), "DescribeLogStreams": perSecond(25), "DescribeMetricFilters": perSecond(5),
			"DescribeSubscriptionFilters": perSecond(5), "DescribeDestinations": perSecond(5), "DescribeExportTasks": perSecond(5),
			"ListTagsForResource": perSecond(5), "ListTagsLogGroup": perSecond(5), "GetDataProtectionPolicy": perSecond(5),
			"GetTransformer": perSecond(5),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
	// 10 for each Get, Describe and List; LookupEvents, which is not among
	// those, has 2 in https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
	"cloudtrail": {of: map[string]Limit{"LookupEvents": perSecond(2)}, rest: perSecond(10)},

	// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
	// 600 for the operations of STS together. For IAM itself AWS documents none.
	"sts": {rest: perSecond(600).named("all requests")},

	// https://docs.aws.amazon.com/tag-editor/latest/userguide/reference.html
	"tagging": {
		of:   map[string]Limit{"GetResources": perSecond(15), "GetTagKeys": perSecond(5), "GetTagValues": perSecond(5)},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html
	"route53": {rest: tokens(50, 10).named("all requests")},

	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	// All operations together, over both versions; GetResources also has 5 in 2 seconds.
	"apigateway":   {of: map[string]Limit{"GetResources": tokens(5, 2.5)}, rest: tokens(40, 10).named("all operations")},
	"apigatewayv2": {rest: tokens(40, 10).named("all operations")},

	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
	"ecs": {of: ecsOwn(), rest: undocumented},

	// https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
	// ListTagsForStream and ListStreamConsumers are 5 for each stream; here they
	// are 5 for all, which is no less strict.
	"kinesis": {
		of: map[string]Limit{
			"ListStreams": perSecond(5), "DescribeStream": perSecond(10), "DescribeStreamSummary": perSecond(20),
			"DescribeStreamConsumer": perSecond(20), "ListTagsForStream": perSecond(5), "ListStreamConsumers": perSecond(5),
			"DescribeLimits": perSecond(1), "GetResourcePolicy": perSecond(5), "DescribeAccountSettings": perSecond(5),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
	// Contributor Insights 5; "DescribeLimits should be called only periodically.
	// You can expect throttling errors if you call it more than once in a minute."
	"dynamodb": {
		of: map[string]Limit{
			"DescribeContributorInsights": perSecond(5), "ListContributorInsights": perSecond(5),
			"DescribeTableReplicaAutoScaling": perSecond(10), "DescribeLimits": tokens(1, 1.0/60),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html
	"acm": {
		of: map[string]Limit{
			"DescribeCertificate": perSecond(10), "ListCertificates": perSecond(5), "ListTagsForCertificate": perSecond(10),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/general/latest/gr/asm.html
	"secretsmanager": {
		of:   map[string]Limit{"DescribeSecret": perSecond(40000), "GetSecretValue": perSecond(10000), "ListSecrets": perSecond(100)},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/accounts/latest/reference/quotas.html
	"account": {
		of: map[string]Limit{
			"GetAlternateContact": tokens(15, 10), "GetContactInformation": tokens(15, 10),
			"GetRegionOptStatus": perSecond(5), "ListRegions": perSecond(5),
		},
		rest: undocumented,
	},

	// https://docs.aws.amazon.com/servicequotas/latest/userguide/reference_limits.html
	"servicequotas": {of: map[string]Limit{"ListServiceQuotas": perSecond(10)}, rest: perSecond(5)},

	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
	// 5,500 GET a second for a prefix. For the settings of buckets AWS documents
	// none; that figure stands here for all of a region together. For ListBuckets,
	// too, it documents none; 5 is a careful guess.
	"s3": {of: map[string]Limit{"ListBuckets": perSecond(5)}, rest: perSecond(5500).named("bucket settings")},
}

// ec2Unpaged is the bucket of the calls that unpaged names, where they have
// neither a page size nor a filter. Same page as the rest of EC2's.
var ec2Unpaged = tokens(50, 10)

// ec2Own are EC2's reading APIs with sizes of their own ("uncategorized actions").
var ec2Own = map[string]Limit{
	"DescribeAggregateIdFormat":                           tokens(10, 10),
	"DescribeByoipCidrs":                                  tokens(1, 0.5),
	"DescribeCapacityBlockExtensionOfferings":             tokens(10, 0.15),
	"DescribeCapacityBlockOfferings":                      tokens(10, 0.15),
	"DescribeDeclarativePoliciesReports":                  tokens(5, 5),
	"DescribeHostReservations":                            tokens(5, 2),
	"DescribeHostReservationOfferings":                    tokens(5, 2),
	"DescribeIdentityIdFormat":                            tokens(10, 10),
	"DescribeIdFormat":                                    tokens(10, 10),
	"DescribeInstanceTopology":                            tokens(1, 1),
	"DescribeMovingAddresses":                             tokens(1, 1),
	"DescribePrincipalIdFormat":                           tokens(10, 10),
	"DescribeReservedInstancesOfferings":                  tokens(10, 10),
	"DescribeSecurityGroupReferences":                     tokens(20, 5),
	"DescribeSpotDatafeedSubscription":                    tokens(100, 13),
	"DescribeSpotFleetInstances":                          tokens(100, 5),
	"DescribeSpotFleetRequestHistory":                     tokens(100, 5),
	"DescribeSpotFleetRequests":                           tokens(50, 3),
	"DescribeStaleSecurityGroups":                         tokens(20, 5),
	"DescribeStoreImageTasks":                             tokens(50, 0.5),
	"DescribeVerifiedAccessInstanceLoggingConfigurations": tokens(10, 2),
	"GetAssociatedEnclaveCertificateIamRoles":             tokens(10, 1),
	"GetDeclarativePoliciesReportSummary":                 tokens(5, 5),
	"GetHostReservationPurchasePreview":                   tokens(5, 2),
}

// ecsOwn are the reading actions of ECS, by the category whose bucket they share.
func ecsOwn() map[string]Limit {
	all := map[string]Limit{}
	for _, group := range []map[string]Limit{
		share(tokens(50, 20).named("cluster read"), "DescribeClusters", "ListClusters"),
		share(tokens(50, 20).named("task definition read"), "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
		share(tokens(50, 20).named("capacity provider read"), "DescribeCapacityProviders"),
		share(tokens(50, 20).named("tag read"), "ListTagsForResource"),
		share(tokens(50, 20).named("setting read"), "ListAccountSettings"),
		share(tokens(100, 20).named("cluster resource read"), "DescribeContainerInstances", "DescribeTasks", "ListAttributes", "ListContainerInstances", "ListTasks"),
		share(tokens(100, 20).named("service read"), "DescribeServices", "ListServices"),
		share(tokens(50, 20).named("service deployment"), "DescribeServiceDeployments", "ListServiceDeployments"),
		share(tokens(10, 1).named("cluster service resource read"), "ListServicesByNamespace"),
	} {
		maps.Copy(all, group)
	}
	return all
}
