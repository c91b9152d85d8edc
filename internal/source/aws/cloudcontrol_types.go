package aws

// listedTypes are the types that are read through Cloud Control, with the IAM
// actions that their list and read handlers call.
//
// Source: the handlers of each type's schema in the CloudFormation registry.
var listedTypes = []listed{
	{
		typ:     "AWS::AmazonMQ::Broker",
		actions: "mq:DescribeBroker mq:DescribeSharedResources mq:ListBrokers",
	},
	{
		typ:     "AWS::Glue::SecurityConfiguration",
		actions: "glue:GetSecurityConfiguration glue:GetSecurityConfigurations",
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
