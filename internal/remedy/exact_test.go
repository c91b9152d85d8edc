package remedy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

// remedyOf is the remedy of a resource by a page of the knowledge base.
func remedyOf(t *testing.T, id string, res *cloud.Resource) *Remedy {
	t.Helper()
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	r, err := library.Rule(id)
	if err != nil {
		t.Fatal(err)
	}
	m, err := For(Input{Rule: r, Resource: res, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// flat is a command on one line, without its query, each part to be replaced
// in braces.
func flat(c Command) string {
	var b strings.Builder
	for _, p := range c.Parts() {
		if p.Kind == Replace {
			b.WriteString("{" + p.Text + "}")
			continue
		}
		b.WriteString(p.Text)
	}
	text := strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "\\\n", " ")), " ")
	if i := strings.Index(text, " --query"); i >= 0 {
		text = text[:i]
	}
	return text
}

func TestExact(t *testing.T) {
	for _, test := range []struct {
		rule   string
		res    cloud.Resource
		audit  string // the first command
		repair []string
	}{
		{
			rule: "EC2-075",
			res: cloud.Resource{
				Type: "AWS::EC2::SecurityGroup", ID: "sg-0aaaabbbbccccdddd", Account: "999988887777", Region: "eu-central-1",
			},
			audit: "aws ec2 describe-security-group-rules --region eu-central-1",
			repair: []string{
				"aws ec2 authorize-security-group-ingress --region eu-central-1 --group-id sg-0aaaabbbbccccdddd --protocol tcp --port 11211 --source-group {sg-0fedcba9876543210}",
				"aws ec2 revoke-security-group-ingress --region eu-central-1 --group-id sg-0aaaabbbbccccdddd --security-group-rule-ids {sgr-0123456789abcdef0}",
			},
		},
		{
			rule:  "S3-016",
			res:   cloud.Resource{Type: "AWS::S3::Bucket", ID: "invoices", ARN: "arn:aws:s3:::invoices", Account: "999988887777", Region: "eu-central-1"},
			audit: "aws s3api get-bucket-encryption --region eu-central-1 --bucket invoices",
			repair: []string{
				`aws s3api put-bucket-encryption --region eu-central-1 --bucket invoices --server-side-encryption-configuration '{"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}'`,
			},
		},
		{
			rule:  "RDS-004",
			res:   cloud.Resource{Type: "AWS::RDS::DBInstance", ID: "billing", Account: "999988887777", Region: "us-west-2"},
			audit: "aws rds describe-db-instances --region us-west-2",
			repair: []string{
				"aws rds create-db-snapshot --region us-west-2 --db-instance-identifier billing --db-snapshot-identifier {orders-plain}",
				"aws rds wait db-snapshot-available --region us-west-2 --db-snapshot-identifier {orders-plain}",
				"aws rds copy-db-snapshot --region us-west-2 --source-db-snapshot-identifier {orders-plain} --target-db-snapshot-identifier {orders-encrypted} --kms-key-id {alias/orders}",
				"aws rds wait db-snapshot-available --region us-west-2 --db-snapshot-identifier {orders-encrypted}",
				"aws rds restore-db-instance-from-db-snapshot --region us-west-2 --db-instance-identifier {orders-encrypted} --db-snapshot-identifier {orders-encrypted}",
			},
		},
		{
			rule:  "IAM-037",
			res:   cloud.Resource{Type: "AWS::IAM::User", ID: "grace", ARN: "arn:aws:iam::999988887777:user/ops/grace", Account: "999988887777", Region: "global"},
			audit: "aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::999988887777:user/ops/grace --action-names iam:CreatePolicyVersion iam:SetDefaultPolicyVersion iam:AttachUserPolicy iam:AttachGroupPolicy iam:AttachRolePolicy iam:PutUserPolicy iam:PutGroupPolicy iam:PutRolePolicy iam:UpdateAssumeRolePolicy",
			repair: []string{
				"aws iam detach-user-policy --user-name grace --policy-arn arn:aws:iam::aws:policy/IAMFullAccess",
				"aws iam delete-user-policy --user-name grace --policy-name {helpdesk}",
			},
		},
		{
			rule: "IAM-055",
			res: cloud.Resource{
				Type: "AWS::IAM::AccessKey", ID: "AKIAQQQQWWWWEEEERRRR", Account: "999988887777", Region: "global",
				Properties: map[string]any{"UserName": "grace"},
			},
			audit: "aws iam get-access-key-last-used --access-key-id AKIAQQQQWWWWEEEERRRR",
			repair: []string{
				"aws cloudtrail lookup-events --lookup-attributes AttributeKey=AccessKeyId,AttributeValue=AKIAQQQQWWWWEEEERRRR",
				"aws iam delete-access-key --user-name grace --access-key-id AKIAQQQQWWWWEEEERRRR",
				"aws iam create-access-key --user-name grace",
			},
		},
		{
			rule: "SNS-006",
			res: cloud.Resource{
				Type: "AWS::SNS::Topic", ID: "arn:aws-cn:sns:cn-north-1:999988887777:pager", ARN: "arn:aws-cn:sns:cn-north-1:999988887777:pager",
				Account: "999988887777", Region: "cn-north-1",
			},
			audit: "aws sns get-topic-attributes --region cn-north-1 --topic-arn arn:aws-cn:sns:cn-north-1:999988887777:pager",
			repair: []string{
				"aws sns set-topic-attributes --region cn-north-1 --topic-arn arn:aws-cn:sns:cn-north-1:999988887777:pager --attribute-name KmsMasterKeyId --attribute-value alias/aws/sns",
			},
		},
		{
			rule:   "KMS-002",
			res:    cloud.Resource{Type: "AWS::KMS::Key", ID: "87f4a0d9-7e71-4d03-a062-e35196419f58", Account: "999988887777", Region: "eu-central-1"},
			audit:  "aws kms get-key-rotation-status --region eu-central-1 --key-id 87f4a0d9-7e71-4d03-a062-e35196419f58",
			repair: []string{"aws kms enable-key-rotation --region eu-central-1 --key-id 87f4a0d9-7e71-4d03-a062-e35196419f58"},
		},
		{
			rule:  "Lambda-001",
			res:   cloud.Resource{Type: "AWS::Lambda::Function", ID: "resize", Account: "999988887777", Region: "eu-central-1"},
			audit: "aws lambda list-functions --region eu-central-1",
			repair: []string{
				"aws lambda update-function-configuration --region eu-central-1 --function-name resize --runtime python3.14",
				"aws lambda invoke --region eu-central-1 --function-name resize --payload {fileb://event.json} answer.json",
			},
		},
	} {
		t.Run(test.rule, func(t *testing.T) {
			m := remedyOf(t, test.rule, &test.res)
			if diff := cmp.Diff(test.audit, flat(m.Audit[0])); diff != "" {
				t.Errorf("audit (-want +got):\n%s", diff)
			}
			var repair []string
			for _, c := range m.Repair {
				repair = append(repair, flat(c))
			}
			if diff := cmp.Diff(test.repair, repair); diff != "" {
				t.Errorf("repair (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChanges(t *testing.T) {
	for text, want := range map[string]bool{
		"aws ec2 describe-instances":                false,
		"aws s3api get-bucket-acl --bucket b":       false,
		"aws iam list-users | sort":                 false,
		"aws ec2 wait image-available":              false,
		"aws inspector2 batch-get-account-status":   false,
		"aws ec2 terminate-instances":               true,
		"aws lambda invoke out.json":                true,
		"aws configure set default.x true":          true,
		"echo $(aws iam delete-user --user-name x)": true,
		`echo "$(aws iam list-users)"`:              false,
	} {
		statements, err := parseShell(text)
		if err != nil || len(statements) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		f := newFiller(&cloud.Resource{Type: "AWS::EC2::Instance"})
		if got := f.fill(repairSection, text, statements[0]).Changes; got != want {
			t.Errorf("%s: changes is %v", text, got)
		}
	}
}

func TestFault(t *testing.T) {
	m := remedyOf(t, "EC2-075", &cloud.Resource{
		Type: "AWS::EC2::SecurityGroup", ID: "sg-1", Account: "999988887777", Region: "eu-central-1",
		Properties: map[string]any{"SecurityGroupIngress": []any{map[string]any{"CidrIp": "0.0.0.0/0", "Description": "<b>&"}}},
	})
	want := Fault{Path: "SecurityGroupIngress", Present: true, Value: "[\n  {\n    \"CidrIp\": \"0.0.0.0/0\",\n    \"Description\": \"<b>&\"\n  }\n]"}
	if diff := cmp.Diff(want, m.Fault); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	m = remedyOf(t, "EC2-075", &cloud.Resource{
		Type: "AWS::EC2::SecurityGroup", ID: "sg-1",
		Properties: map[string]any{"SecurityGroupIngress": &cloud.Unresolved{Reason: "the call was denied"}},
	})
	if m.Fault.Present || m.Fault.Unknown != "the call was denied" {
		t.Errorf("an unknown value gives %+v", m.Fault)
	}
	if m.Control.Why == "" || m.Template.Why == "" || len(m.Template.Missing) != 1 {
		t.Errorf("an unknown value is corrected: %+v", m.Control)
	}
}
