package remedy

import (
	"maps"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
)

// The account and region of the resources that tests make, none of which a page
// has.
const (
	liveAccount = "999988887777"
	liveRegion  = "ap-southeast-2"
)

// arns are what the live source gives as the ARN of a resource of a type, where
// the page's commands name it by ARN or the type's id is one.
var arns = map[string]string{
	"AWS::AccessAnalyzer::Analyzer":             "access-analyzer:ap-southeast-2:999988887777:analyzer/judged",
	"AWS::AppRunner::Service":                   "apprunner:ap-southeast-2:999988887777:service/judged/0a1b2c3d",
	"AWS::CertificateManager::Certificate":      "acm:ap-southeast-2:999988887777:certificate/0a1b2c3d-0000-4000-8000-999988887777",
	"AWS::CloudFormation::Stack":                "cloudformation:ap-southeast-2:999988887777:stack/judged/0a1b2c3d-0000-4000-8000-999988887777",
	"AWS::DataSync::Task":                       "datasync:ap-southeast-2:999988887777:task/task-0a1b2c3d",
	"AWS::ECS::ContainerInstance":               "ecs:ap-southeast-2:999988887777:container-instance/judged/0a1b2c3d",
	"AWS::ECS::Service":                         "ecs:ap-southeast-2:999988887777:service/judged-cluster/judged",
	"AWS::ECS::TaskDefinition":                  "ecs:ap-southeast-2:999988887777:task-definition/judged:7",
	"AWS::ElasticLoadBalancingV2::Listener":     "elasticloadbalancing:ap-southeast-2:999988887777:listener/app/judged/0a1b2c3d/4e5f",
	"AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing:ap-southeast-2:999988887777:loadbalancer/app/judged/0a1b2c3d",
	"AWS::ElasticLoadBalancingV2::TargetGroup":  "elasticloadbalancing:ap-southeast-2:999988887777:targetgroup/judged/0a1b2c3d",
	"AWS::IAM::ManagedPolicy":                   "iam::999988887777:policy/judged",
	"AWS::IAM::SAMLProvider":                    "iam::999988887777:saml-provider/judged",
	"AWS::MSK::Cluster":                         "kafka:ap-southeast-2:999988887777:cluster/judged/0a1b2c3d",
	"AWS::NetworkFirewall::Firewall":            "network-firewall:ap-southeast-2:999988887777:firewall/judged",
	"AWS::NetworkFirewall::FirewallPolicy":      "network-firewall:ap-southeast-2:999988887777:firewall-policy/judged",
	"AWS::SNS::Topic":                           "sns:ap-southeast-2:999988887777:judged",
	"AWS::SNS::TopicPolicy":                     "sns:ap-southeast-2:999988887777:judged",
	"AWS::SecretsManager::RotationSchedule":     "secretsmanager:ap-southeast-2:999988887777:secret:judged-0a1b2c",
	"AWS::SecretsManager::Secret":               "secretsmanager:ap-southeast-2:999988887777:secret:judged-0a1b2c",
	"AWS::StepFunctions::StateMachine":          "states:ap-southeast-2:999988887777:stateMachine:judged",
	"AWS::Transfer::Server":                     "transfer:ap-southeast-2:999988887777:server/s-0a1b2c3d",
}

// arnsBeside are the ARNs of resources whose id is another.
var arnsBeside = map[string]string{
	"AWS::ApiGateway::Stage":        "apigateway:ap-southeast-2::/restapis/judgedapi/stages/judged-stage",
	"AWS::Batch::JobDefinition":     "batch:ap-southeast-2:999988887777:job-definition/judged:7",
	"AWS::CloudFront::Distribution": "cloudfront::999988887777:distribution/judged-0a1b2c3d",
	"AWS::CloudTrail::Trail":        "cloudtrail:ap-southeast-2:999988887777:trail/judged-0a1b2c3d",
	"AWS::IAM::User":                "iam::999988887777:user/judged-0a1b2c3d",
	"AWS::KMS::Key":                 "kms:ap-southeast-2:999988887777:key/judged-0a1b2c3d",
}

// properties are what live resources have beside what a template says.
var properties = map[string]map[string]any{
	"AWS::ApiGateway::Stage":                    {"RestApiId": "judgedapi", "StageName": "judged-stage"},
	"AWS::CloudTrail::Trail":                    {"S3BucketName": "judged-logs"},
	"AWS::Config::DeliveryChannel":              {"S3BucketName": "judged-config"},
	"AWS::EC2::OnDemandQuota":                   {"QuotaCode": "L-JUDGED"},
	"AWS::ECS::ContainerInstance":               {"Cluster": "arn:aws:ecs:ap-southeast-2:999988887777:cluster/judged-cluster"},
	"AWS::ECS::Service":                         {"Cluster": "arn:aws:ecs:ap-southeast-2:999988887777:cluster/judged-cluster", "ServiceName": "judged"},
	"AWS::EC2::EIP":                             {"AllocationId": "eipalloc-0a1b2c3d", "PublicIp": "192.0.2.7"},
	"AWS::EC2::LaunchTemplate":                  {"LaunchTemplateName": "judged-template"},
	"AWS::ElastiCache::CacheCluster":            {"ReplicationGroupId": "judged-group"},
	"AWS::ElasticLoadBalancingV2::Listener":     {"LoadBalancerArn": "arn:aws:elasticloadbalancing:ap-southeast-2:999988887777:loadbalancer/app/judged/0a1b2c3d"},
	"AWS::ElasticLoadBalancingV2::LoadBalancer": {"LoadBalancerFullName": "app/judged/0a1b2c3d", "Name": "judged"},
	"AWS::IAM::AccessKey":                       {"UserName": "judged-user"},
	"AWS::Lambda::Url":                          {"TargetFunctionArn": "arn:aws:lambda:ap-southeast-2:999988887777:function:judged"},
	"AWS::NetworkFirewall::Firewall":            {"FirewallName": "judged"},
	"AWS::NetworkFirewall::FirewallPolicy":      {"FirewallPolicyName": "judged"},
	"AWS::Route53::RecordSet":                   {"HostedZoneId": "ZJUDGED"},
	"AWS::SageMaker::NotebookInstance":          {"NotebookInstanceName": "judged"},
	"AWS::CloudFormation::Stack":                {"StackName": "judged"},
	"AWS::Transfer::Server":                     {"ServerId": "s-0a1b2c3d"},
	"AWS::WAFv2::WebACL":                        {"Name": "judged", "Id": "0a1b2c3d", "Scope": "REGIONAL"},
}

// liveExample is a resource that a page's own examples say fails, as if it had
// been read from an account; nil where the page has none.
func liveExample(t *testing.T, r *rule.Rule) *cloud.Resource {
	t.Helper()
	for _, e := range r.Examples() {
		if !e.Fails {
			continue
		}
		inv, err := prove.Read(e)
		if err != nil {
			t.Errorf("%s: %s: %v", r.ID, e.Name(), err)
			continue
		}
		for _, res := range inv.Resources {
			if res.Type == r.Resource {
				return live(res)
			}
		}
	}
	return nil
}

// live makes a resource of a template one of an account.
func live(r *cloud.Resource) *cloud.Resource {
	out := *r
	out.Source, out.Template, out.Conditional = nil, false, ""
	out.Account, out.World, out.Region = liveAccount, liveAccount, liveRegion
	switch service := r.Service(); {
	case service == "IAM", service == "CloudFront", strings.HasPrefix(service, "Route53"), service == "Organizations",
		r.Type == "AWS::Account::Account", r.Type == "AWS::S3::AccountSettings":
		out.Region = "global"
	}
	out.ID, out.ARN, out.Name, out.Properties = "judged-0a1b2c3d", "", "", map[string]any{}
	for name, v := range r.Properties {
		if _, unresolved := v.(*cloud.Unresolved); !unresolved && !symbolic(v) {
			out.Properties[name] = v
		}
	}
	if arn := arns[r.Type]; arn != "" {
		out.ARN = "arn:aws:" + arn
		out.ID = out.ARN
	}
	if arn := arnsBeside[r.Type]; arn != "" {
		out.ARN = "arn:aws:" + arn
	}
	switch r.Type {
	case "AWS::SQS::Queue", "AWS::SQS::QueuePolicy":
		out.ID = "https://sqs.ap-southeast-2.amazonaws.com/999988887777/judged"
	}
	if typ, ok := schema.Lookup(r.Type); ok && len(typ.PrimaryIdentifier) == 1 {
		out.Properties[typ.PrimaryIdentifier[0]] = out.ID
	}
	maps.Copy(out.Properties, properties[r.Type])
	return &out
}

func symbolic(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, "${")
	case map[string]any:
		for _, e := range v {
			if symbolic(e) {
				return true
			}
		}
	case []any:
		for _, e := range v {
			if symbolic(e) {
				return true
			}
		}
	}
	return false
}
