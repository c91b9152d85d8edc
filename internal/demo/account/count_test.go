package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iam_types "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// A kind of resource and how many of it a region has. What the account has
// once is counted in the first region alone.
type kind struct {
	name   string
	global bool
	count  func(context.Context, aws.Config) (int, error)
}

// of counts what an operation without input lists.
func of[C, I, O, P any](client func(aws.Config, ...func(*P)) *C, list func(*C, context.Context, *I, ...func(*P)) (*O, error), size func(*O) int) func(context.Context, aws.Config) (int, error) {
	return func(ctx context.Context, cfg aws.Config) (int, error) {
		answer, err := list(client(cfg), ctx, new(I))
		if err != nil {
			return 0, err
		}
		return size(answer), nil
	}
}

var kinds = append(ec2Kinds, []kind{
	{"AWS::ApiGateway::RestApi", false, of(apigateway.NewFromConfig, (*apigateway.Client).GetRestApis, func(o *apigateway.GetRestApisOutput) int { return len(o.Items) })},
	{"AWS::ApiGatewayV2::Api", false, of(apigatewayv2.NewFromConfig, (*apigatewayv2.Client).GetApis, func(o *apigatewayv2.GetApisOutput) int { return len(o.Items) })},
	{"AWS::AutoScaling::AutoScalingGroup", false, of(autoscaling.NewFromConfig, (*autoscaling.Client).DescribeAutoScalingGroups, func(o *autoscaling.DescribeAutoScalingGroupsOutput) int { return len(o.AutoScalingGroups) })},
	{"AWS::AutoScaling::LaunchConfiguration", false, of(autoscaling.NewFromConfig, (*autoscaling.Client).DescribeLaunchConfigurations, func(o *autoscaling.DescribeLaunchConfigurationsOutput) int { return len(o.LaunchConfigurations) })},
	{"AWS::CertificateManager::Certificate", false, of(acm.NewFromConfig, (*acm.Client).ListCertificates, func(o *acm.ListCertificatesOutput) int { return len(o.CertificateSummaryList) })},
	{"AWS::CloudFormation::Stack", false, of(cloudformation.NewFromConfig, (*cloudformation.Client).DescribeStacks, func(o *cloudformation.DescribeStacksOutput) int {
		return len(slices.DeleteFunc(o.Stacks, func(s cfn.Stack) bool { return s.StackStatus != cfn.StackStatusCreateComplete }))
	})},
	{"AWS::CloudFront::Distribution", true, of(cloudfront.NewFromConfig, (*cloudfront.Client).ListDistributions, func(o *cloudfront.ListDistributionsOutput) int { return len(o.DistributionList.Items) })},
	{"AWS::CloudTrail::Trail", false, of(cloudtrail.NewFromConfig, (*cloudtrail.Client).DescribeTrails, func(o *cloudtrail.DescribeTrailsOutput) int { return len(o.TrailList) })},
	{"AWS::CloudWatch::Alarm", false, func(ctx context.Context, cfg aws.Config) (int, error) {
		answer, err := watcher(&site{Config: cfg}).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
		if err != nil {
			return 0, err
		}
		return len(answer.MetricAlarms), nil
	}},
	{"AWS::Config::ConfigurationRecorder", false, of(configservice.NewFromConfig, (*configservice.Client).DescribeConfigurationRecorders, func(o *configservice.DescribeConfigurationRecordersOutput) int { return len(o.ConfigurationRecorders) })},
	{"AWS::DynamoDB::Table", false, of(dynamodb.NewFromConfig, (*dynamodb.Client).ListTables, func(o *dynamodb.ListTablesOutput) int { return len(o.TableNames) })},
	{"AWS::ECR::Repository", false, of(ecr.NewFromConfig, (*ecr.Client).DescribeRepositories, func(o *ecr.DescribeRepositoriesOutput) int { return len(o.Repositories) })},
	{"AWS::ECS::Cluster", false, of(ecs.NewFromConfig, (*ecs.Client).ListClusters, func(o *ecs.ListClustersOutput) int { return len(o.ClusterArns) })},
	{"AWS::ECS::TaskDefinition", false, of(ecs.NewFromConfig, (*ecs.Client).ListTaskDefinitions, func(o *ecs.ListTaskDefinitionsOutput) int { return len(o.TaskDefinitionArns) })},
	{"AWS::EFS::FileSystem", false, of(efs.NewFromConfig, (*efs.Client).DescribeFileSystems, func(o *efs.DescribeFileSystemsOutput) int { return len(o.FileSystems) })},
	{"AWS::EKS::Cluster", false, of(eks.NewFromConfig, (*eks.Client).ListClusters, func(o *eks.ListClustersOutput) int { return len(o.Clusters) })},
	{"AWS::ElastiCache::CacheCluster", false, of(elasticache.NewFromConfig, (*elasticache.Client).DescribeCacheClusters, func(o *elasticache.DescribeCacheClustersOutput) int { return len(o.CacheClusters) })},
	{"AWS::ElastiCache::ReplicationGroup", false, of(elasticache.NewFromConfig, (*elasticache.Client).DescribeReplicationGroups, func(o *elasticache.DescribeReplicationGroupsOutput) int { return len(o.ReplicationGroups) })},
	{"AWS::ElasticLoadBalancing::LoadBalancer", false, of(elb.NewFromConfig, (*elb.Client).DescribeLoadBalancers, func(o *elb.DescribeLoadBalancersOutput) int { return len(o.LoadBalancerDescriptions) })},
	{"AWS::ElasticLoadBalancingV2::LoadBalancer", false, of(elbv2.NewFromConfig, (*elbv2.Client).DescribeLoadBalancers, func(o *elbv2.DescribeLoadBalancersOutput) int { return len(o.LoadBalancers) })},
	{"AWS::ElasticLoadBalancingV2::TargetGroup", false, of(elbv2.NewFromConfig, (*elbv2.Client).DescribeTargetGroups, func(o *elbv2.DescribeTargetGroupsOutput) int { return len(o.TargetGroups) })},
	{"AWS::GuardDuty::Detector", false, of(guardduty.NewFromConfig, (*guardduty.Client).ListDetectors, func(o *guardduty.ListDetectorsOutput) int { return len(o.DetectorIds) })},
	{"AWS::IAM::Group", true, of(iam.NewFromConfig, (*iam.Client).ListGroups, func(o *iam.ListGroupsOutput) int { return len(o.Groups) })},
	{"AWS::IAM::ManagedPolicy", true, func(ctx context.Context, cfg aws.Config) (int, error) {
		answer, err := iam.NewFromConfig(cfg).ListPolicies(ctx, &iam.ListPoliciesInput{Scope: iam_types.PolicyScopeTypeLocal})
		if err != nil {
			return 0, err
		}
		return len(answer.Policies), nil
	}},
	{"AWS::IAM::Role", true, of(iam.NewFromConfig, (*iam.Client).ListRoles, func(o *iam.ListRolesOutput) int { return len(o.Roles) })},
	{"AWS::IAM::ServerCertificate", true, of(iam.NewFromConfig, (*iam.Client).ListServerCertificates, func(o *iam.ListServerCertificatesOutput) int { return len(o.ServerCertificateMetadataList) })},
	{"AWS::IAM::User", true, of(iam.NewFromConfig, (*iam.Client).ListUsers, func(o *iam.ListUsersOutput) int { return len(o.Users) })},
	{"AWS::KMS::Key", false, of(kms.NewFromConfig, (*kms.Client).ListKeys, func(o *kms.ListKeysOutput) int { return len(o.Keys) })},
	{"AWS::Kinesis::Stream", false, of(kinesis.NewFromConfig, (*kinesis.Client).ListStreams, func(o *kinesis.ListStreamsOutput) int { return len(o.StreamNames) })},
	{"AWS::Lambda::Function", false, of(lambda.NewFromConfig, (*lambda.Client).ListFunctions, func(o *lambda.ListFunctionsOutput) int { return len(o.Functions) })},
	{"AWS::Logs::LogGroup", false, of(cloudwatchlogs.NewFromConfig, (*cloudwatchlogs.Client).DescribeLogGroups, func(o *cloudwatchlogs.DescribeLogGroupsOutput) int { return len(o.LogGroups) })},
	{"AWS::Logs::MetricFilter", false, of(cloudwatchlogs.NewFromConfig, (*cloudwatchlogs.Client).DescribeMetricFilters, func(o *cloudwatchlogs.DescribeMetricFiltersOutput) int { return len(o.MetricFilters) })},
	{"AWS::OpenSearchService::Domain", false, of(opensearch.NewFromConfig, (*opensearch.Client).ListDomainNames, func(o *opensearch.ListDomainNamesOutput) int { return len(o.DomainNames) })},
	{"AWS::Organizations::Account", true, of(organizations.NewFromConfig, (*organizations.Client).ListAccounts, func(o *organizations.ListAccountsOutput) int { return len(o.Accounts) })},
	{"AWS::RDS::DBCluster", false, of(rds.NewFromConfig, (*rds.Client).DescribeDBClusters, func(o *rds.DescribeDBClustersOutput) int { return len(o.DBClusters) })},
	{"AWS::RDS::DBInstance", false, of(rds.NewFromConfig, (*rds.Client).DescribeDBInstances, func(o *rds.DescribeDBInstancesOutput) int { return len(o.DBInstances) })},
	{"AWS::RDS::DBSnapshot", false, of(rds.NewFromConfig, (*rds.Client).DescribeDBSnapshots, func(o *rds.DescribeDBSnapshotsOutput) int { return len(o.DBSnapshots) })},
	{"AWS::RDS::EventSubscription", false, of(rds.NewFromConfig, (*rds.Client).DescribeEventSubscriptions, func(o *rds.DescribeEventSubscriptionsOutput) int { return len(o.EventSubscriptionsList) })},
	{"AWS::Redshift::Cluster", false, of(redshift.NewFromConfig, (*redshift.Client).DescribeClusters, func(o *redshift.DescribeClustersOutput) int { return len(o.Clusters) })},
	{"AWS::Route53::HealthCheck", true, of(route53.NewFromConfig, (*route53.Client).ListHealthChecks, func(o *route53.ListHealthChecksOutput) int { return len(o.HealthChecks) })},
	{"AWS::Route53::HostedZone", true, of(route53.NewFromConfig, (*route53.Client).ListHostedZones, func(o *route53.ListHostedZonesOutput) int { return len(o.HostedZones) })},
	{"AWS::S3::Bucket", true, of(s3.NewFromConfig, (*s3.Client).ListBuckets, func(o *s3.ListBucketsOutput) int { return len(o.Buckets) })},
	{"AWS::SNS::Topic", false, of(sns.NewFromConfig, (*sns.Client).ListTopics, func(o *sns.ListTopicsOutput) int { return len(o.Topics) })},
	{"AWS::SQS::Queue", false, of(sqs.NewFromConfig, (*sqs.Client).ListQueues, func(o *sqs.ListQueuesOutput) int { return len(o.QueueUrls) })},
	{"AWS::SSM::Parameter", false, of(ssm.NewFromConfig, (*ssm.Client).DescribeParameters, func(o *ssm.DescribeParametersOutput) int { return len(o.Parameters) })},
	{"AWS::SecretsManager::Secret", false, of(secretsmanager.NewFromConfig, (*secretsmanager.Client).ListSecrets, func(o *secretsmanager.ListSecretsOutput) int { return len(o.SecretList) })},
}...)

// counted is the table of what the account has, a kind a line.
func counted(ctx context.Context, t *testing.T, cfg aws.Config) string {
	t.Helper()
	var table strings.Builder
	all := 0
	line := func(name string, counts ...any) {
		fmt.Fprintf(&table, "%-44s %14v %14v %14v\n", append([]any{name}, counts...)...)
	}
	line("", Production, Staging, Lab)
	for _, k := range kinds {
		var counts []any
		for _, region := range []string{Production, Staging, Lab} {
			if k.global && region != Production {
				counts = append(counts, "-")
				continue
			}
			n, err := k.count(ctx, inRegion(cfg, region))
			if err != nil {
				t.Errorf("%s in %s: %v", k.name, region, err)
			}
			counts, all = append(counts, n), all+n
		}
		line(k.name, counts...)
	}
	fmt.Fprintf(&table, "%d in all\n", all)
	return table.String()
}
