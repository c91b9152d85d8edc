package conformity

import (
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

func TestLink(t *testing.T) {
	for _, tt := range []struct {
		name     string
		resource cloud.Resource
		want     string
		title    string
	}{
		{
			name: "by id",
			resource: cloud.Resource{Type: "AWS::EC2::Instance", ID: "i-84a2ddd991f76e15e", Name: "web", Region: "us-east-1",
				ARN: "arn:aws:ec2:us-east-1:123456789012:instance/i-84a2ddd991f76e15e"},
			want:  "https://us-east-1.console.aws.amazon.com/ec2/home?region=us-east-1#InstanceDetails:instanceId=i-84a2ddd991f76e15e",
			title: "web",
		},
		{
			name: "China",
			resource: cloud.Resource{Type: "AWS::EC2::VPC", ID: "vpc-1", Region: "cn-north-1",
				ARN: "arn:aws-cn:ec2:cn-north-1:123456789012:vpc/vpc-1"},
			want:  "https://cn-north-1.console.amazonaws.cn/vpcconsole/home?region=cn-north-1#VpcDetails:VpcId=vpc-1",
			title: "vpc-1",
		},
		{
			name:     "GovCloud, without an ARN",
			resource: cloud.Resource{Type: "AWS::EC2::Volume", ID: "vol-1", Region: "us-gov-west-1"},
			want:     "https://us-gov-west-1.console.amazonaws-us-gov.com/ec2/home?region=us-gov-west-1#VolumeDetails:volumeId=vol-1",
			title:    "vol-1",
		},
		{
			name: "global",
			resource: cloud.Resource{Type: "AWS::IAM::User", ID: "amelia+ops@example.com", Name: "amelia+ops@example.com", Region: "global",
				ARN: "arn:aws:iam::123456789012:user/amelia+ops@example.com"},
			want:  "https://console.aws.amazon.com/iam/home#/users/details/amelia%2Bops%40example.com",
			title: "amelia+ops@example.com",
		},
		{
			name: "global in China",
			resource: cloud.Resource{Type: "AWS::IAM::Role", ID: "Admin", Region: "global",
				ARN: "arn:aws-cn:iam::123456789012:role/Admin"},
			want:  "https://console.amazonaws.cn/iam/home#/roles/details/Admin",
			title: "Admin",
		},
		{
			name: "an escaped ARN",
			resource: cloud.Resource{Type: "AWS::IAM::ManagedPolicy", ID: "arn:aws:iam::123456789012:policy/p/All", Name: "All", Region: "global",
				ARN: "arn:aws:iam::123456789012:policy/p/All"},
			want:  "https://console.aws.amazon.com/iam/home#/policies/details/arn%3Aaws%3Aiam%3A%3A123456789012%3Apolicy%2Fp%2FAll",
			title: "All",
		},
		{
			name: "an ARN as it is",
			resource: cloud.Resource{Type: "AWS::SNS::Topic", Name: "alerts", Region: "eu-central-1",
				ARN: "arn:aws:sns:eu-central-1:123456789012:alerts"},
			want:  "https://eu-central-1.console.aws.amazon.com/sns/v3/home?region=eu-central-1#/topic/arn:aws:sns:eu-central-1:123456789012:alerts",
			title: "alerts",
		},
		{
			name: "a URL as id",
			resource: cloud.Resource{Type: "AWS::SQS::Queue", ID: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders", Name: "orders",
				Region: "eu-central-1", ARN: "arn:aws:sqs:eu-central-1:123456789012:orders"},
			want: "https://eu-central-1.console.aws.amazon.com/sqs/v3/home?region=eu-central-1#/queues/" +
				"https%3A%2F%2Fsqs.eu-central-1.amazonaws.com%2F123456789012%2Forders",
			title: "orders",
		},
		{
			name: "a log group",
			resource: cloud.Resource{Type: "AWS::Logs::LogGroup", ID: "/aws/lambda/dev-hello#1", Region: "us-east-2",
				ARN: "arn:aws:logs:us-east-2:123456789012:log-group:/aws/lambda/dev-hello#1"},
			want:  "https://us-east-2.console.aws.amazon.com/cloudwatch/home?region=us-east-2#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fdev-hello$25231",
			title: "/aws/lambda/dev-hello#1",
		},
		{
			name: "a parameter",
			resource: cloud.Resource{Type: "AWS::SSM::Parameter", ID: "/erp/db", Region: "us-east-1",
				ARN: "arn:aws:ssm:us-east-1:123456789012:parameter/erp/db"},
			want:  "https://us-east-1.console.aws.amazon.com/systems-manager/parameters/%252Ferp%252Fdb/description?region=us-east-1",
			title: "/erp/db",
		},
		{
			name: "pieces of the ARN",
			resource: cloud.Resource{Type: "AWS::ECS::TaskDefinition", Name: "web", Region: "us-east-1",
				ARN: "arn:aws:ecs:us-east-1:123456789012:task-definition/web:7"},
			want:  "https://us-east-1.console.aws.amazon.com/ecs/v2/task-definitions/web/7?region=us-east-1",
			title: "web",
		},
		{
			name: "a stage of a REST API",
			resource: cloud.Resource{Type: "AWS::ApiGateway::Stage", ID: "r32iftrek7|prod", Name: "shop/prod", Region: "us-east-1",
				ARN: "arn:aws:apigateway:us-east-1::/restapis/r32iftrek7/stages/prod"},
			want:  "https://us-east-1.console.aws.amazon.com/apigateway/main/apis/r32iftrek7/stages?api=r32iftrek7&region=us-east-1",
			title: "shop/prod",
		},
		{
			name: "an ECS service under its old ARN, which does not tell the cluster",
			resource: cloud.Resource{Type: "AWS::ECS::Service", Name: "web", Region: "us-east-1",
				ARN: "arn:aws:ecs:us-east-1:123456789012:service/web"},
			title: "web",
		},
		{
			name: "a repository with a slash",
			resource: cloud.Resource{Type: "AWS::ECR::Repository", ID: "team/web", Account: "123456789012", Region: "us-east-1",
				ARN: "arn:aws:ecr:us-east-1:123456789012:repository/team/web"},
			want:  "https://us-east-1.console.aws.amazon.com/ecr/repositories/private/123456789012/team/web?region=us-east-1",
			title: "team/web",
		},
		{
			name:     "a domain",
			resource: cloud.Resource{Type: "AWS::Route53Domains::Domain", ID: "shop.example", Region: "global"},
			want:     "https://console.aws.amazon.com/route53/domains/home#/DomainDetails/shop.example",
			title:    "shop.example",
		},
		{
			name:     "a template's resource",
			resource: cloud.Resource{Type: "AWS::S3::Bucket", ID: "Bucket", Region: "us-east-1", Template: true},
			title:    "Bucket",
		},
		{
			name:     "a type without a page",
			resource: cloud.Resource{Type: "AWS::Account::Region", ID: "us-east-1", Region: "us-east-1"},
			title:    "us-east-1",
		},
		{
			name:     "a partition without a known console",
			resource: cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Region: "us-iso-east-1", ARN: "arn:aws-iso:s3:::b"},
			title:    "b",
		},
		{
			name:     "a region that would be another host",
			resource: cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Region: "evil.example/us-east-1", ARN: "arn:aws:s3:::b"},
			title:    "b",
		},
		{
			name:     "no region",
			resource: cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", ARN: "arn:aws:s3:::b"},
			title:    "b",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			link, title := Link(&tt.resource)
			if link != tt.want {
				t.Errorf("link\n%s, want\n%s", link, tt.want)
			}
			if title != tt.title {
				t.Errorf("title %q, want %q", title, tt.title)
			}
		})
	}
}

// TestLinksTable: the types are there, and what is left of an address without
// its placeholders has no brace, so that each was understood.
func TestLinksTable(t *testing.T) {
	n := 0
	for f := range rows(linksTSV, 2) {
		n++
		if _, ok := vocabulary().byType[f[0]]; !ok {
			t.Errorf("%s: types.tsv has no such type", f[0])
		}
		if _, ok := schema.Lookup(f[0]); !ok {
			t.Errorf("%s: there is no such type", f[0])
		}
		for _, p := range placeholder.FindAllString(f[1], -1) {
			switch name := strings.TrimRight(strings.Trim(p, "{}"), "%$"); name {
			case "id", "name", "arn", "account", "region", "1", "2":
			default:
				t.Errorf("%s: nothing is called %s", f[0], p)
			}
		}
		if rest := placeholder.ReplaceAllString(f[1], ""); rest == "" || strings.ContainsAny(rest, "{}\t ") {
			t.Errorf("%s: %q is no address", f[0], f[1])
		}
	}
	if n != len(links()) {
		t.Errorf("links.tsv has %d lines for %d types", n, len(links()))
	}
}
