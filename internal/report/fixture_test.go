package report

import (
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
		Text:    "Memcached has no password. Whoever reaches it reads and changes what it holds.\n\n## Audit\n\nLook at the `SecurityGroupIngress` of the group.\n",
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
		Version:   "1.2.3",
	}
}

// bare is a report of a scan that understood nothing.
func bare() *Report { return &Report{Rules: 5, Elapsed: time.Millisecond} }
