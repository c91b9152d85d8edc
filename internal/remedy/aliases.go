package remedy

// cliServices are the AWS CLI's services of a service of CloudFormation, where
// its name in lower case is not one of them.
var cliServices = map[string][]string{
	"ACMPCA":                 {"acm-pca"},
	"AmazonMQ":               {"mq"},
	"ApiGateway":             {"apigateway"},
	"Bedrock":                {"bedrock", "bedrock-agent"},
	"BedrockAgentCore":       {"bedrock-agentcore-control"},
	"CertificateManager":     {"acm"},
	"Cognito":                {"cognito-idp", "cognito-identity"},
	"Config":                 {"configservice"},
	"ElasticLoadBalancing":   {"elb"},
	"ElasticLoadBalancingV2": {"elbv2"},
	"Elasticsearch":          {"es", "opensearch"},
	"InspectorV2":            {"inspector2"},
	"KinesisFirehose":        {"firehose"},
	"MSK":                    {"kafka"},
	"Macie":                  {"macie2"},
	"NetworkFirewall":        {"network-firewall"},
	"OpenSearchService":      {"opensearch"},
	"RedshiftServerless":     {"redshift-serverless"},
	"S3":                     {"s3api", "s3control"},
	"SES":                    {"sesv2"},
}

// namedOverlay are the types of our own that stand for things with an
// identifier of their own, of which an account has many.
var namedOverlay = map[string]bool{
	"AWS::EC2::Image":              true,
	"AWS::EC2::Snapshot":           true,
	"AWS::ECS::ContainerInstance":  true,
	"AWS::RDS::DBSnapshot":         true,
	"AWS::Route53Domains::Domain":  true,
	"AWS::EC2::OnDemandQuota":      true,
	"AWS::DynamoDB::Backup":        true,
	"AWS::EC2::ReservedInstance":   true,
	"AWS::RDS::ReservedDBInstance": true,
}

// An alias says which text of a resource an option is: the resource's ID, its
// ARN, or else a property. orARN says that an ARN will do where the page has a
// name.
type alias struct {
	from  string
	orARN bool
}

// aliases are the options that name a resource of a type and that its name does
// not tell, folded. What belongs to another resource is named by it: a policy
// by its topic, an access key by its user.
//
// Source: the parameters of the operations in the AWS CLI, and what their
// descriptions say they accept ("the name or ARN").
var aliases = map[string]map[string]alias{
	"AWS::Batch::JobDefinition":                 {"jobdefinition": {"ARN", true}},
	"AWS::Bedrock::Guardrail":                   {"guardrailidentifier": {"ARN", true}},
	"AWS::CloudTrail::Trail":                    {"name": {"ID", false}, "bucket": {"S3BucketName", false}},
	"AWS::Config::DeliveryChannel":              {"bucket": {"S3BucketName", false}},
	"AWS::EC2::OnDemandQuota":                   {"quotacode": {"QuotaCode", false}},
	"AWS::ECS::ContainerInstance":               {"cluster": {"Cluster", true}, "containerinstance": {"ARN", true}},
	"AWS::ECS::Service":                         {"cluster": {"Cluster", true}},
	"AWS::ECS::TaskDefinition":                  {"taskdefinition": {"ARN", true}},
	"AWS::ElastiCache::CacheCluster":            {"replicationgroupid": {"ReplicationGroupId", false}},
	"AWS::ElasticLoadBalancingV2::Listener":     {"loadbalancerarn": {"LoadBalancerArn", false}},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {"loadbalancer": {"LoadBalancerFullName", false}},
	"AWS::IAM::AccessKey":                       {"username": {"UserName", false}},
	"AWS::Lambda::Url":                          {"functionname": {"TargetFunctionArn", true}},
	"AWS::Route53::RecordSet":                   {"hostedzoneid": {"HostedZoneId", false}},
	"AWS::SNS::TopicPolicy":                     {"topicarn": {"ID", false}},
	"AWS::SQS::QueuePolicy":                     {"queueurl": {"ID", false}},
	"AWS::SecretsManager::RotationSchedule":     {"secretid": {"ARN", true}},
	"AWS::SecretsManager::Secret":               {"secretid": {"ARN", true}},
	"AWS::WAFv2::WebACL":                        {"scope": {"Scope", false}},
}
