package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// A role is an IAM role of the shop. A role for instances has an instance
// profile of the same name.
type role struct {
	name     string
	trust    string
	attached []string          // policies by name
	inline   map[string]string // at most one, so that the order is no question
	profile  bool
	boundary string
	tags     tags
}

// trusts lets a service of AWS assume a role.
func trusts(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
}

// trustsOwn lets a service assume a role on behalf of this account alone.
func trustsOwn(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sts:AssumeRole",
		"Condition":{"StringEquals":{"aws:SourceAccount":"{account}"}}}]}`
}

var productionRoles = []role{
	{name: "HarbourlineWeb", trust: trusts("ec2"), attached: []string{"HarbourlineReadMedia", "AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"}, profile: true, tags: production("storefront", "").with("Tier", "web")},
	{name: "HarbourlineApp", trust: trusts("ec2"), attached: []string{"HarbourlineOrders", "AmazonSSMManagedInstanceCore"}, profile: true, tags: production("storefront", "").with("Tier", "app")},
	{name: "HarbourlineBastion", trust: trusts("ec2"), attached: []string{"AmazonSSMManagedInstanceCore"}, profile: true, tags: production("platform", "")},
	{name: "HarbourlineERP", trust: trusts("ec2"), attached: []string{"AmazonS3FullAccess", "IAMFullAccess"}, profile: true},

	{name: "HarbourlineDeployment", attached: []string{"HarbourlineDeploy"}, tags: production("platform", ""),
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:user/deploy-ci"},"Action":"sts:AssumeRole"}]}`},
	{name: "GitHubActions", attached: []string{"PowerUserAccess"},
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"},
			"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"},
			"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*"}}}]}`},
	{name: "GitHubStorefront", attached: []string{"HarbourlineReadMedia"}, tags: production("storefront", ""),
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::{account}:oidc-provider/token.actions.githubusercontent.com"},
			"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com",
			"token.actions.githubusercontent.com:sub":"repo:harbourline/storefront:ref:refs/heads/main"}}}]}`},
	{name: "FreightPickup", attached: []string{"HarbourlineOrders"}, tags: production("warehouse", ""),
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{freight}:root"},"Action":"sts:AssumeRole",
			"Condition":{"StringEquals":{"sts:ExternalId":"harbourline-7f3a"}}}]}`},
	{name: "TidewaterAnalytics", attached: []string{"ReadOnlyAccess"},
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":"sts:AssumeRole"}]}`},
	{name: "Anyone", trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`,
		inline: map[string]string{"everything": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`}},
	{name: "Support", attached: []string{"AWSSupportAccess"}, tags: production("platform", ""),
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"sts:AssumeRole",
			"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`},
	{name: "Auditor", attached: []string{"SecurityAudit"}, tags: production("platform", ""),
		trust: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"sts:AssumeRole",
			"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}`},

	{name: "HarbourlineWebhook", trust: trustsOwn("lambda"), attached: []string{"HarbourlineOrders", "service-role/AWSLambdaVPCAccessExecutionRole"}, tags: production("payments", "")},
	{name: "HarbourlineThumbnails", trust: trustsOwn("lambda"), attached: []string{"HarbourlineReadMedia", "service-role/AWSLambdaBasicExecutionRole"}, tags: production("storefront", "")},
	{name: "HarbourlineFunctions", trust: trusts("lambda"), attached: []string{"AdministratorAccess"}},
	{name: lostRole, trust: trusts("lambda")},
	{name: "HarbourlineTasks", trust: trustsOwn("ecs-tasks"), attached: []string{"HarbourlineOrders"}, tags: production("storefront", "")},
	{name: "HarbourlineTaskExecution", trust: trustsOwn("ecs-tasks"), attached: []string{"service-role/AmazonECSTaskExecutionRolePolicy"}, tags: production("platform", "")},
	{name: "HarbourlineCluster", trust: trusts("eks"), attached: []string{"AmazonEKSClusterPolicy"}, tags: production("data", "")},
	{name: "HarbourlineNodes", trust: trusts("ec2"), attached: []string{"AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryReadOnly", "AmazonEKS_CNI_Policy"}, tags: production("data", "")},

	{name: "HarbourlineTrail", trust: trustsOwn("cloudtrail"), tags: production("platform", ""),
		inline: map[string]string{"log-group": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents"],
			"Resource":"arn:aws:logs:us-east-1:{account}:log-group:/harbourline/trail:*"}]}`}},
	{name: "HarbourlineFlowLogs", trust: trustsOwn("vpc-flow-logs"), tags: production("platform", ""),
		inline: map[string]string{"log-group": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogStream","logs:PutLogEvents","logs:DescribeLogStreams"],
			"Resource":"arn:aws:logs:us-east-1:{account}:log-group:/harbourline/flow:*"}]}`}},
	{name: "HarbourlineConfig", trust: trustsOwn("config"), attached: []string{"service-role/AWS_ConfigRole"}, tags: production("platform", "")},
	{name: "HarbourlineReplication", trust: trustsOwn("s3"), tags: production("platform", ""),
		inline: map[string]string{"replicate": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetReplicationConfiguration","s3:ListBucket","s3:GetObjectVersionForReplication"],
			"Resource":["arn:aws:s3:::harbourline-orders","arn:aws:s3:::harbourline-orders/*"]},
			{"Effect":"Allow","Action":["s3:ReplicateObject","s3:ReplicateDelete"],"Resource":"arn:aws:s3:::harbourline-orders-copy/*"}]}`}},
	{name: "HarbourlineStacks", trust: trustsOwn("cloudformation"), attached: []string{"HarbourlineDeploy"}, tags: production("platform", "")},
	{name: "HarbourlineMonitoring", trust: trustsOwn("monitoring.rds"), attached: []string{"service-role/AmazonRDSEnhancedMonitoringRole"}, tags: production("platform", "")},
	{name: "LabNotebooks", trust: trusts("ec2"), attached: []string{"AmazonS3FullAccess"}, profile: true, boundary: "HarbourlineBoundary"},
}

func (s *shop) roles(ctx context.Context) error {
	for _, r := range productionRoles {
		if err := s.makeRole(ctx, r); err != nil {
			return fmt.Errorf("role %s: %w", r.name, err)
		}
	}
	return nil
}

func (s *shop) makeRole(ctx context.Context, r role) error {
	client := iam.NewFromConfig(s.production.Config)
	input := &iam.CreateRoleInput{RoleName: new(r.name), AssumeRolePolicyDocument: s.document(r.trust), Tags: iamTags(r.tags)}
	if r.boundary != "" {
		input.PermissionsBoundary = s.policy(r.boundary)
	}
	calls := []call{to(client.CreateRole, input)}
	for _, name := range r.attached {
		calls = append(calls, to(client.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: new(r.name), PolicyArn: s.policy(name)}))
	}
	for name, document := range r.inline {
		calls = append(calls, to(client.PutRolePolicy, &iam.PutRolePolicyInput{RoleName: new(r.name), PolicyName: new(name), PolicyDocument: s.document(document)}))
	}
	if r.profile {
		calls = append(calls,
			to(client.CreateInstanceProfile, &iam.CreateInstanceProfileInput{InstanceProfileName: new(r.name)}),
			to(client.AddRoleToInstanceProfile, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: new(r.name), RoleName: new(r.name)}))
	}
	return inOrder(ctx, calls...)
}
