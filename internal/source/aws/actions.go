package aws

import "strings"

// prefixes are the IAM prefixes of services by the SDK's service id, where
// they differ from the id in lower case without spaces.
//
// Source: the Service Authorization Reference.
var prefixes = map[string]string{
	"AccessAnalyzer":              "access-analyzer",
	"API Gateway":                 "apigateway",
	"ApiGatewayV2":                "apigateway",
	"Auto Scaling":                "autoscaling",
	"CloudControl":                "cloudformation",
	"CloudWatch Logs":             "logs",
	"Config Service":              "config",
	"EFS":                         "elasticfilesystem",
	"Elastic Load Balancing":      "elasticloadbalancing",
	"Elastic Load Balancing v2":   "elasticloadbalancing",
	"OpenSearch":                  "es",
	"Resource Groups Tagging API": "tag",
	"Route 53":                    "route53",
	"S3 Control":                  "s3",
	"Secrets Manager":             "secretsmanager",
}

// renamed are the IAM actions of operations that have another name there.
//
// Source: "Required permissions for Amazon S3 API operations" (Amazon S3 User
// Guide) and the Service Authorization Reference.
var renamed = map[string]string{
	"AccessAnalyzer.ListFindingsV2":         "access-analyzer:ListFindings",
	"S3.ListBuckets":                        "s3:ListAllMyBuckets",
	"S3.GetBucketEncryption":                "s3:GetEncryptionConfiguration",
	"S3.GetBucketLifecycleConfiguration":    "s3:GetLifecycleConfiguration",
	"S3.GetBucketReplication":               "s3:GetReplicationConfiguration",
	"S3.GetBucketAccelerateConfiguration":   "s3:GetAccelerateConfiguration",
	"S3.GetBucketNotificationConfiguration": "s3:GetBucketNotification",
	"S3.GetBucketCors":                      "s3:GetBucketCORS",
	"S3.GetPublicAccessBlock":               "s3:GetBucketPublicAccessBlock",
	"S3.GetObjectLockConfiguration":         "s3:GetBucketObjectLockConfiguration",
	"S3.HeadBucket":                         "s3:ListBucket",
	"S3 Control.GetPublicAccessBlock":       "s3:GetAccountPublicAccessBlock",
}

// actionOf is the IAM action that an operation of the SDK needs.
func actionOf(service, operation string) string {
	if action, ok := renamed[service+"."+operation]; ok {
		return action
	}
	prefix, ok := prefixes[service]
	if !ok {
		prefix = strings.ToLower(strings.ReplaceAll(service, " ", ""))
	}
	if prefix == "apigateway" {
		return "apigateway:GET" // its actions are the methods of HTTP
	}
	return prefix + ":" + operation
}
