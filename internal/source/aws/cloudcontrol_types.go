package aws

// listedTypes are the types that are read through Cloud Control, with the IAM
// actions that their list and read handlers call.
//
// Source: the handlers of each type's schema in the CloudFormation registry.
var listedTypes = []listed{
	{
		typ:     "AWS::ACMPCA::CertificateAuthority",
		actions: "acm-pca:DescribeCertificateAuthority acm-pca:GetCertificateAuthorityCsr acm-pca:ListCertificateAuthorities acm-pca:ListTags",
	},
	{
		typ:     "AWS::AmazonMQ::Broker",
		actions: "mq:DescribeBroker mq:DescribeSharedResources mq:ListBrokers",
	},
	{
		typ:     "AWS::AppFlow::Flow",
		actions: "appflow:DescribeFlow appflow:ListFlows appflow:ListTagsForResource",
	},
	{
		typ:     "AWS::AppRunner::Service",
		actions: "apprunner:DescribeService apprunner:ListServices",
	},
	{
		typ:     "AWS::AppSync::GraphQLApi",
		actions: "appsync:GetGraphqlApi appsync:GetGraphqlApiEnvironmentVariables appsync:ListGraphqlApis appsync:ListTagsForResource",
	},
	{
		typ:     "AWS::Athena::WorkGroup",
		actions: "athena:GetWorkGroup athena:ListTagsForResource athena:ListWorkGroups",
	},
	{
		typ:     "AWS::Backup::BackupPlan",
		actions: "backup:GetBackupPlan backup:ListBackupPlans backup:ListTags",
	},
	{
		typ:     "AWS::Backup::BackupVault",
		actions: "backup:DescribeBackupVault backup:GetBackupVaultAccessPolicy backup:GetBackupVaultNotifications backup:ListBackupVaults backup:ListTags",
	},
	{
		typ:     "AWS::Batch::JobDefinition",
		actions: "batch:DescribeJobDefinitions",
	},
	{
		typ:     "AWS::Bedrock::Agent",
		actions: "bedrock:GetAgent bedrock:GetAgentActionGroup bedrock:GetAgentCollaborator bedrock:GetAgentKnowledgeBase bedrock:GetGuardrail bedrock:ListAgentActionGroups bedrock:ListAgentCollaborators bedrock:ListAgentKnowledgeBases bedrock:ListAgents bedrock:ListGuardrails bedrock:ListTagsForResource",
	},
	{
		typ:     "AWS::Bedrock::Guardrail",
		actions: "bedrock:GetGuardrail bedrock:ListGuardrails bedrock:ListTagsForResource",
	},
	{
		typ:     "AWS::BedrockAgentCore::Runtime",
		actions: "bedrock-agentcore:GetAgentRuntime bedrock-agentcore:GetAgentRuntimeEndpoint bedrock-agentcore:ListAgentRuntimeEndpoints bedrock-agentcore:ListAgentRuntimes bedrock-agentcore:ListTagsForResource",
	},
	{
		typ:     "AWS::CodePipeline::Pipeline",
		actions: "codepipeline:GetPipeline codepipeline:GetPipelineState codepipeline:ListPipelines codepipeline:ListTagsForResource",
	},
	{
		typ:     "AWS::Cognito::IdentityPool",
		actions: "cognito-identity:DescribeIdentityPool cognito-identity:ListIdentityPools cognito-identity:ListTagsForResource",
	},
	{
		typ:     "AWS::Cognito::UserPool",
		actions: "cognito-idp:DescribeUserPool cognito-idp:GetUserPoolMfaConfig cognito-idp:ListUserPools",
	},
	{
		typ:     "AWS::DataSync::Task",
		actions: "datasync:DescribeTask datasync:ListTagsForResource datasync:ListTasks",
	},
	{
		typ:     "AWS::EMR::SecurityConfiguration",
		actions: "elasticmapreduce:DescribeSecurityConfiguration elasticmapreduce:ListSecurityConfigurations",
	},
	{
		typ:     "AWS::Events::EventBus",
		part:    "AWS::Events::EventBusPolicy",
		actions: "events:DescribeEventBus events:ListEventBuses events:ListTagsForResource",
	},
	{
		typ:     "AWS::Events::Rule",
		actions: "events:DescribeRule events:ListRules events:ListTagsForResource events:ListTargetsByRule",
	},
	{
		typ:     "AWS::Glue::SecurityConfiguration",
		actions: "glue:GetSecurityConfiguration glue:GetSecurityConfigurations",
	},
	{
		typ:     "AWS::KinesisFirehose::DeliveryStream",
		settled: "S3DestinationConfiguration DatabaseSourceConfiguration KinesisStreamSourceConfiguration MSKSourceConfiguration",
		actions: "firehose:DescribeDeliveryStream firehose:ListDeliveryStreams firehose:ListTagsForDeliveryStream",
	},
	{
		typ:     "AWS::Lightsail::Database",
		actions: "lightsail:GetRelationalDatabase lightsail:GetRelationalDatabases",
	},
	{
		typ:     "AWS::MSK::Cluster",
		actions: "kafka:DescribeCluster kafka:ListClusters",
	},
	{
		typ:     "AWS::MWAA::Environment",
		actions: "airflow:GetEnvironment airflow:ListEnvironments",
	},
	{
		typ:     "AWS::MemoryDB::Cluster",
		actions: "memorydb:DescribeClusters memorydb:ListTags",
	},
	{
		typ:     "AWS::NetworkFirewall::Firewall",
		actions: "network-firewall:DescribeFirewall network-firewall:ListFirewalls network-firewall:ListTagsForResource",
	},
	{
		typ:     "AWS::NetworkFirewall::FirewallPolicy",
		actions: "network-firewall:DescribeFirewallPolicy network-firewall:ListFirewallPolicies network-firewall:ListTagsForResource",
	},
	{
		typ:     "AWS::RedshiftServerless::Workgroup",
		actions: "ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeAvailabilityZones ec2:DescribeInternetGateways ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcAttribute redshift-serverless:GetWorkgroup redshift-serverless:ListTagsForResource redshift-serverless:ListWorkgroups",
	},
	{
		typ:     "AWS::SES::EmailIdentity",
		actions: "ses:GetEmailIdentity ses:ListEmailIdentities ses:ListTagsForResource",
	},
	{
		typ:     "AWS::SageMaker::NotebookInstance",
		actions: "sagemaker:DescribeNotebookInstance sagemaker:ListNotebookInstances sagemaker:ListTags",
	},
	{
		typ:     "AWS::StepFunctions::StateMachine",
		actions: "states:DescribeStateMachine states:ListStateMachines states:ListTagsForResource",
	},
	{
		typ:     "AWS::Transfer::Server",
		actions: "ec2:DescribeVpcEndpoints transfer:DescribeServer transfer:ListServers",
	},
	{
		typ:     "AWS::WorkSpaces::Workspace",
		actions: "workspaces:DescribeTags workspaces:DescribeWorkspaces",
	},
	{
		typ:     "AWS::WAFv2::WebACL",
		model:   `{"Scope":"REGIONAL"}`,
		actions: "wafv2:GetWebACL wafv2:ListTagsForResource wafv2:ListWebACLs",
	},
	{
		typ:     "AWS::WAFv2::WebACL",
		global:  true, // those of CloudFront
		model:   `{"Scope":"CLOUDFRONT"}`,
		actions: "wafv2:GetWebACL wafv2:ListTagsForResource wafv2:ListWebACLs",
	},
}
