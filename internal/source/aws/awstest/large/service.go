package large

import (
	"net/http"
	"strings"
)

// call is a request that is being answered.
type call struct {
	*account
	*request
	w      *encoder
	server *Server
	header http.Header
	// plainText is a content type other than the protocol's.
	plainText string
	// fleeting answers depend on more than the request, and are not kept.
	fleeting bool
}

// region names the region of the call.
func (c *call) regionName() string { return regions[c.region].name }

// operations are what a service answers: an operation writes its result to the
// call's encoder or returns the error that AWS would give.
type operations map[string]func(*call) *fault

// service is one AWS service.
type service struct {
	// name is the name that it signs with, with a suffix where two share one.
	name      string
	protocol  protocol
	namespace string
	// global services are in us-east-1, whatever region a request is signed for.
	global bool
	// bareErrors are S3's: an error without the wrapping of the query services.
	bareErrors bool
	// queryCompatible services were query services before and repeat the code
	// of an error in a header.
	queryCompatible bool
	// throttle is the error for a call beyond the limits.
	throttle   fault
	operations operations
	routes     routes
}

func (s *service) throttled() *fault {
	f := s.throttle
	return &f
}

var (
	throttling             = fault{status: http.StatusBadRequest, code: "Throttling", message: "Rate exceeded"}
	throttlingException    = fault{status: http.StatusBadRequest, code: "ThrottlingException", message: "Rate exceeded"}
	tooManyRequests        = fault{status: http.StatusTooManyRequests, code: "TooManyRequestsException", message: "Too Many Requests"}
	tooManyRequestsJSON    = fault{status: http.StatusBadRequest, code: "TooManyRequestsException", message: "Rate exceeded"}
	throttlingException429 = fault{status: http.StatusTooManyRequests, code: "ThrottlingException", message: "Rate exceeded"}
)

// services are those that the account has, by name.
func services() map[string]*service {
	all := []*service{
		{name: "ec2", protocol: ec2Protocol, namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
			throttle:   fault{status: http.StatusServiceUnavailable, code: "RequestLimitExceeded", message: "Request limit exceeded."},
			operations: ec2Operations()},
		{name: "iam", protocol: queryProtocol, namespace: "https://iam.amazonaws.com/doc/2010-05-08/", global: true,
			throttle: throttling, operations: iamOperations()},
		{name: "sts", protocol: queryProtocol, namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
			throttle: throttling, operations: stsOperations()},
		{name: "rds", protocol: queryProtocol, namespace: "http://rds.amazonaws.com/doc/2014-10-31/",
			throttle: throttling, operations: rdsOperations()},
		{name: "sns", protocol: queryProtocol, namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
			throttle: throttlingException, operations: snsOperations()},
		{name: "elasticloadbalancing", protocol: queryProtocol, namespace: "http://elasticloadbalancing.amazonaws.com/doc/2012-06-01/",
			throttle: throttlingException, operations: classicOperations()},
		{name: "elasticloadbalancingv2", protocol: queryProtocol, namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
			throttle: throttlingException, operations: elbOperations()},
		{name: "autoscaling", protocol: queryProtocol, namespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
			throttle: throttling, operations: autoScalingOperations()},
		{name: "cloudformation", protocol: queryProtocol, namespace: "http://cloudformation.amazonaws.com/doc/2010-05-15/",
			throttle: throttling, operations: cloudFormationOperations()},
		{name: "elasticache", protocol: queryProtocol, namespace: "http://elasticache.amazonaws.com/doc/2015-02-02/",
			throttle: throttling, operations: cacheOperations()},
		{name: "redshift", protocol: queryProtocol, namespace: "http://redshift.amazonaws.com/doc/2012-12-01/",
			throttle: throttling, operations: redshiftOperations()},
		{name: "monitoring", protocol: cborProtocol, namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/", queryCompatible: true,
			throttle: throttling, operations: cloudWatchOperations()},

		{name: "s3", protocol: restXMLProtocol, bareErrors: true,
			throttle:   fault{status: http.StatusServiceUnavailable, code: "SlowDown", message: "Please reduce your request rate."},
			operations: s3Operations()},
		{name: "s3control", protocol: restXMLProtocol, throttle: fault{status: http.StatusServiceUnavailable, code: "SlowDown", message: "Please reduce your request rate."},
			operations: s3ControlOperations()},
		{name: "route53", protocol: restXMLProtocol, namespace: "https://route53.amazonaws.com/doc/2013-04-01/", global: true,
			throttle: throttling, operations: route53Operations()},
		{name: "cloudfront", protocol: restXMLProtocol, namespace: "http://cloudfront.amazonaws.com/doc/2020-05-31/", global: true,
			throttle: throttling, operations: cloudFrontOperations()},

		{name: "kms", protocol: jsonProtocol, throttle: throttlingException, operations: kmsOperations()},
		{name: "dynamodb", protocol: jsonProtocol, throttle: throttlingException, operations: dynamoOperations()},
		{name: "sqs", protocol: jsonProtocol, queryCompatible: true, operations: sqsOperations(),
			throttle: fault{status: http.StatusForbidden, code: "RequestThrottled", message: "Request is throttled."}},
		{name: "logs", protocol: jsonProtocol, throttle: throttlingException, operations: logsOperations()},
		{name: "cloudtrail", protocol: jsonProtocol, throttle: throttlingException, operations: cloudTrailOperations()},
		{name: "config", protocol: jsonProtocol, throttle: throttlingException, operations: configOperations()},
		{name: "tagging", protocol: jsonProtocol, operations: taggingOperations(),
			throttle: fault{status: http.StatusBadRequest, code: "ThrottledException", message: "Rate exceeded"}},
		{name: "secretsmanager", protocol: jsonProtocol, throttle: throttlingException, operations: secretsOperations()},
		{name: "ssm", protocol: jsonProtocol, throttle: throttlingException, operations: ssmOperations()},
		{name: "acm", protocol: jsonProtocol, throttle: throttlingException, operations: acmOperations()},
		{name: "ecr", protocol: jsonProtocol, throttle: throttlingException, operations: ecrOperations()},
		{name: "ecs", protocol: jsonProtocol, throttle: throttlingException, operations: ecsOperations()},
		{name: "kinesis", protocol: jsonProtocol, operations: kinesisOperations(),
			throttle: fault{status: http.StatusBadRequest, code: "LimitExceededException", message: "Rate exceeded for stream operations"}},
		{name: "organizations", protocol: jsonProtocol, global: true, operations: organizationsOperations(),
			throttle: fault{status: http.StatusBadRequest, code: "TooManyRequestsException", message: "You have exceeded the rate limit."}},
		{name: "route53domains", protocol: jsonProtocol, global: true, throttle: throttlingException, operations: route53DomainsOperations()},
		{name: "servicequotas", protocol: jsonProtocol, throttle: tooManyRequestsJSON, operations: serviceQuotasOperations()},
		{name: "cloudcontrolapi", protocol: jsonProtocol, throttle: throttlingException, operations: cloudControlOperations()},

		{name: "lambda", protocol: restJSONProtocol, throttle: tooManyRequests, operations: lambdaOperations()},
		{name: "elasticfilesystem", protocol: restJSONProtocol, operations: efsOperations(),
			throttle: fault{status: http.StatusBadRequest, code: "ThrottlingException", message: "Rate exceeded"}},
		{name: "eks", protocol: restJSONProtocol, throttle: throttlingException429, operations: eksOperations()},
		{name: "apigateway", protocol: restJSONProtocol, throttle: tooManyRequests, operations: apiGatewayOperations()},
		{name: "apigatewayv2", protocol: restJSONProtocol, throttle: tooManyRequests,
			operations: operations{}.none("GetApis", "GetDomainNames", "GetVpcLinks", "GetStages", "GetRoutes", "GetAuthorizers")},
		{name: "guardduty", protocol: restJSONProtocol, throttle: tooManyRequests, operations: guardDutyOperations()},
		{name: "macie2", protocol: restJSONProtocol, throttle: throttlingException429, operations: macieOperations()},
		{name: "inspector2", protocol: restJSONProtocol, throttle: throttlingException429, operations: inspectorOperations()},
		{name: "access-analyzer", protocol: restJSONProtocol, throttle: throttlingException429, operations: accessAnalyzerOperations()},
		{name: "es", protocol: restJSONProtocol, throttle: throttlingException429,
			operations: operations{}.none("ListDomainNames", "DescribeDomains", "DescribeDomain", "ListVersions", "ListTags", "DescribeReservedInstances")},
		{name: "account", protocol: restJSONProtocol, global: true, throttle: tooManyRequests, operations: accountOperations()},
	}
	byName := make(map[string]*service, len(all))
	routes := readRoutes()
	for _, s := range all {
		s.routes = routes[s.name]
		byName[s.name] = s
	}
	return byName
}

// serviceOf finds the service of a request from the name it is signed with and,
// where services share a name, from what else tells them apart.
func (s *Server) serviceOf(signed string, q *request) *service {
	name := signed
	switch signed {
	case "elasticloadbalancing":
		if q.form.Get("Version") == "2015-12-01" {
			name = "elasticloadbalancingv2"
		}
	case "s3", "s3express":
		name = "s3"
		if strings.HasPrefix(q.path, "/v20180820/") {
			name = "s3control"
		}
	case "apigateway":
		if strings.HasPrefix(q.path, "/v2/") {
			name = "apigatewayv2"
		}
	}
	return s.services[name]
}

// empty writes the result of an operation that has nothing to tell.
func (c *call) empty() {
	if c.protocol == restXMLProtocol {
		c.w.obj(c.operation+"Result", func() {})
	}
}

// nothing answers an operation of which this account has none.
func nothing(c *call) *fault {
	c.empty()
	return nil
}

// none are operations that this account has nothing for.
func (o operations) none(names ...string) operations {
	for _, name := range names {
		o[name] = nothing
	}
	return o
}

// join puts the operations of several files together.
func join(parts ...operations) operations {
	all := operations{}
	for _, part := range parts {
		for name, operate := range part {
			all[name] = operate
		}
	}
	return all
}
