package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
)

// fixture is one report with everything that a format has to cope with: all
// verdicts and risks, names made to break a format, suppressed checks,
// problems, and types that could not be judged. Its checks are out of order.
func fixture() *Report {
	memcached := &rule.Rule{
		ID: "EC2-075", Title: "Memcached is not open to the internet", Risk: rule.VeryHigh,
		Categories: []string{"security"}, Service: "EC2", Resource: "AWS::EC2::SecurityGroup",
		Summary: "Memcached has no password. Whoever reaches it reads and changes what it holds.",
		Text: "Memcached has no password. Whoever reaches it reads and changes what it holds.\n\n## Audit\n\nLook at the `SecurityGroupIngress` of the group.\n\n" +
			"## Remediation\n\nGive the *clients'* group as the source.\n\n### CloudFormation\n\n```yaml fails\nCidrIp: 0.0.0.0/0 # <b>\n```\n\n```yaml passes\nCidrIp: 10.0.0.0/8\n```\n\n" +
			"### CLI\n\n```sh\naws ec2 revoke-security-group-ingress\n```\n\n## References\n\n- [Security group rules](https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html)\n",
		Standards: []string{"CIS-V8:4.4", "NIST5:AC-4", "NIST5:SC-7"},
	}
	admin := &rule.Rule{
		ID: "EC2-002", Title: "SSH is not open to the internet", Risk: rule.Extreme,
		Categories: []string{"security", "operational-excellence"}, Service: "EC2", Resource: "AWS::EC2::SecurityGroup",
	}
	described := &rule.Rule{
		ID: "EC2-040", Title: "Every rule of a security group has a description", Risk: rule.Low,
		Categories: []string{"operational-excellence"}, Service: "EC2", Resource: "AWS::EC2::SecurityGroup",
	}
	encrypted := &rule.Rule{
		ID: "S3-015", Title: "The bucket is encrypted with a key of the customer", Risk: rule.High,
		Categories: []string{"security"}, Service: "S3", Resource: "AWS::S3::Bucket",
	}
	lifecycle := &rule.Rule{
		ID: "S3-020", Title: "Old versions of objects expire", Risk: rule.Medium,
		Categories: []string{"cost-optimisation"}, Service: "S3", Resource: "AWS::S3::Bucket",
	}

	at := func(file string, line, end, column int) *cloud.Location {
		return &cloud.Location{File: file, Line: line, EndLine: end, Column: column}
	}
	web := &cloud.Resource{
		Type: "AWS::EC2::SecurityGroup", ID: "WebSecurityGroup", Name: "web",
		Tags:   map[string]string{"Owner": "team-a", "Env": "=prod"},
		Source: at("stacks/network.yaml", 8, 30, 3), Template: true,
	}
	logs := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "LogBucket",
		Source: at("stacks/network.yaml", 40, 52, 3), Template: true,
	}
	odd := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: `aws_s3_bucket.odd["a|b"]`, SourceType: "aws_s3_bucket",
		Name:   "@everyone `rm` <b>*x*</b>\x1b[31m\u202etxt",
		Source: at("modules/odd dir/main(1)#a.tf", 3, 9, 1), Template: true,
	}
	called := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "module.logs.aws_s3_bucket.this",
		World: "examples/complete", Source: at("modules/odd dir/main(1)#a.tf", 3, 9, 1), Template: true,
	}
	formula := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "=HYPERLINK(\"http://example.com\")", Name: "日本語のバケット",
		Source: at("modules/odd dir/main(1)#a.tf", 12, 14, 1), Template: true,
	}
	live := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "billing", ARN: "arn:aws:s3:::billing", Name: "billing",
		Account: "123456789012", Region: "us-east-1", Tags: map[string]string{"a,b": "c\"d\ne"},
	}

	return &Report{
		Checks: []*engine.Check{
			{Rule: lifecycle, Risk: rule.Medium, Resource: live, Verdict: engine.Fail,
				Message: "Bucket billing keeps old versions of objects for ever"},
			{Rule: described, Risk: rule.Low, Resource: web, Verdict: engine.Fail,
				Message:  "Security group WebSecurityGroup has 2 rules without a description",
				Location: at("stacks/network.yaml", 12, 17, 7)},
			{Rule: memcached, Risk: rule.VeryHigh, Resource: web, Verdict: engine.Fail,
				Message:  "Security group WebSecurityGroup lets the whole internet reach Memcached on port 11211, by both TCP and UDP, through two ranges that together make up 0.0.0.0/0",
				Location: at("stacks/network.yaml", 12, 17, 7)},
			{Rule: admin, Risk: rule.Extreme, Resource: web, Verdict: engine.Fail,
				Message:  "Security group WebSecurityGroup lets the whole internet reach SSH",
				Location: at("stacks/network.yaml", 18, 20, 7)},
			{Rule: encrypted, Risk: rule.High, Resource: logs, Verdict: engine.Unknown,
				Message:  "Could not tell: BucketEncryption: parameter KmsKeyId has no default; and 1 more",
				Missing:  []string{"BucketEncryption: parameter KmsKeyId has no default", "Tags: the macro Tagger is not run"},
				Location: at("stacks/network.yaml", 45, 47, 7)},
			{Rule: lifecycle, Risk: rule.Medium, Resource: logs, Verdict: engine.Pass,
				Message: "Old versions of objects expire"},
			{Rule: encrypted, Risk: rule.High, Resource: odd, Verdict: engine.Fail,
				Message: "Bucket @everyone `rm` <b>*x*</b>\x1b[31m\u202etxt | is not encrypted\nwith a key"},
			{Rule: lifecycle, Risk: rule.Medium, Resource: called, Verdict: engine.Fail,
				Message: "Bucket module.logs.aws_s3_bucket.this keeps old versions of objects for ever"},
			{Rule: lifecycle, Risk: rule.Medium, Resource: formula, Verdict: engine.Fail,
				Message: "=cmd|' /C calc'!A0 keeps old versions of objects for ever"},
			{Rule: encrypted, Risk: rule.High, Resource: formula, Verdict: engine.Fail,
				Message: "Bucket 日本語のバケット is not encrypted with a key of the customer",
				Suppressed: &cloud.Ignore{
					Rule: "S3-015", Reason: "public data | by design", Line: 11,
					Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC),
				}},
			{Rule: encrypted, Risk: rule.High, Resource: live, Verdict: engine.Fail,
				Message:    "Bucket billing is not encrypted with a key of the customer",
				Suppressed: &cloud.Ignore{Rule: "S3-015", Reason: "moves in May"}},
		},
		Problems: []cloud.Problem{
			{
				Severity: cloud.Error, File: "stacks/broken.yaml", Line: 3, Column: 9,
				Summary: "the file is not YAML: a mapping has no value here",
				Detail:  "End the line with a colon, or quote the text.",
				Source:  "  Type: \"AWS::S3::Bucket",
			},
			{
				Severity: cloud.Warning, File: "stacks/network.yaml",
				Summary: "the macro Tagger is not run", Detail: "What it would change is unknown.",
			},
			{Severity: cloud.Warning, Summary: "no settings file was found"},
		},
		Files:     []string{"modules/odd dir/main(1)#a.tf", "stacks/network.yaml"},
		Unmapped:  map[string]int{"aws_workspacesweb_portal": 2, "AWS::Serverless::Thing": 1},
		Resources: 6,
		Rules:     5,
		Elapsed:   241 * time.Millisecond,
		Time:      scanned,
		Version:   "1.2.3",
	}
}

// scanned is when the fixtures were scanned.
var scanned = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// accounts is a report of two live accounts in two partitions, with texts and
// names that no format of findings has room for.
func accounts() *Report {
	public := &rule.Rule{
		ID: "S3-001", Title: "The bucket is not public", Risk: rule.Extreme, Categories: []string{"security", "reliability"},
		Service: "S3", Resource: "AWS::S3::Bucket", Standards: []string{"CIS-AWF:2.1.4"},
		Summary: "Everyone reads a public bucket.",
		Text:    "Everyone reads a public bucket.\n\n## Remediation\n\n" + strings.Repeat("Close it to everyone. ", 60) + "\n\n## References\n\n- [Blocking public access](https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html)\n",
	}
	used := &rule.Rule{
		ID: "IAM-010", Title: strings.Repeat("The role is used and ", 20) + "known", Risk: rule.Low, Categories: []string{"operational-excellence"},
		Service: "IAM", Resource: "AWS::IAM::Role",
	}
	for i := range 40 {
		used.Standards = append(used.Standards, fmt.Sprintf("LONG-%d:1.%d", i, i))
	}
	tags := map[string]string{"": "no key", "empty": "", "lines": "a\nb", "Größe": strings.Repeat("ß", 400)}
	for i := range 60 {
		tags[fmt.Sprintf("tag%02d", i)] = "v"
	}
	bucket := &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "billing", ARN: "arn:aws:s3:::billing", Name: "billing",
		Account: "123456789012", Region: "us-east-1", Tags: map[string]string{"Owner": "team-a", "Env": "prod"},
		Created: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC),
	}
	logs := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "logs", ARN: "arn:aws:s3:::logs", Account: "123456789012", Region: "eu-central-1"}
	role := &cloud.Resource{
		Type: "AWS::IAM::Role", ID: "admin", ARN: "arn:aws:iam::123456789012:role/admin", Name: "admin",
		Account: "123456789012", Region: "global", Tags: tags,
	}
	china := &cloud.Resource{Type: "AWS::IAM::Role", ID: "\x1b[31m" + strings.Repeat("r", 700), ARN: "arn:aws-cn:iam::210987654321:role/x", Account: "210987654321", Region: "global"}
	unknown := &cloud.Resource{Type: "AWS::S3::Bucket", ID: "*", Account: "210987654321", Region: "cn-north-1", World: "210987654321"}
	policy := &cloud.Resource{Type: "AWS::IAM::Policy", ID: "inline", Account: "123456789012", Region: "global"}
	return &Report{
		Checks: []*engine.Check{
			{Rule: public, Risk: rule.Extreme, Resource: bucket, Verdict: engine.Fail, Message: "Bucket billing is public"},
			{Rule: public, Risk: rule.Extreme, Resource: logs, Verdict: engine.Pass, Message: "The bucket is not public"},
			{Rule: used, Risk: rule.Low, Resource: role, Verdict: engine.Fail, Message: strings.Repeat("Role admin is not used. ", 100)},
			{Rule: used, Risk: rule.Low, Resource: policy, Verdict: engine.Fail, Message: "Policy\ninline is not used"},
			{Rule: used, Risk: rule.Low, Resource: china, Verdict: engine.Fail, Message: "Role r is not used"},
			{Rule: public, Risk: rule.Extreme, Resource: unknown, Verdict: engine.Unknown, Message: "Could not tell: s3:ListBucket was denied", Missing: []string{"s3:ListBucket was denied"}},
			{Rule: used, Risk: rule.Low, Resource: bucket, Verdict: engine.Unknown, Message: "Could not tell: RoleLastUsed: iam:GetRole was denied", Missing: slices.Repeat([]string{"RoleLastUsed:\niam:GetRole was denied"}, 30)},
			{Rule: used, Risk: rule.Low, Resource: logs, Verdict: engine.Fail, Message: "Role logs is not used", Suppressed: &cloud.Ignore{Reason: "break glass", Until: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)}},
		},
		Live: &Live{
			Accounts: 2, Regions: []string{"cn-north-1", "eu-central-1", "us-east-1"}, Calls: 1234,
			Unread: []Unread{{Account: "210987654321", Action: "s3:ListBucket", Cause: "denied", Reason: "not <allowed>", Regions: []string{"cn-north-1"}, Types: []string{"AWS::S3::Bucket"}, Count: 1}},
		},
		Resources: 6, Rules: 2, Elapsed: 3 * time.Second, Time: scanned, Version: "1.2.3",
	}
}

// suited is a fixture that a format can hold.
func suited(format string) *Report {
	if ForTemplates(format) != nil {
		return accounts()
	}
	return fixture()
}

// bare is a report of a scan that understood nothing.
func bare() *Report { return &Report{Rules: 5, Elapsed: time.Millisecond} }
