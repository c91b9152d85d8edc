package remedy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

func TestControl(t *testing.T) {
	open := map[string]any{
		"GroupDescription": "Cache",
		"SecurityGroupIngress": []any{
			map[string]any{"IpProtocol": "tcp", "FromPort": int64(11211), "ToPort": int64(11211), "CidrIp": "0.0.0.0/0"},
			map[string]any{"IpProtocol": "tcp", "FromPort": int64(22), "ToPort": int64(22), "CidrIp": "10.0.0.0/8", "Description": "it's us"},
		},
	}
	for _, test := range []struct {
		name, rule string
		res        cloud.Resource
		command    string
		why        string
		replace    bool
	}{
		{
			name: "a list is given whole, quoted for the shell", rule: "EC2-075",
			res: cloud.Resource{Type: "AWS::EC2::SecurityGroup", ID: "sg-1", Region: "eu-central-1", Properties: open},
			command: `aws cloudcontrol update-resource --type-name AWS::EC2::SecurityGroup --identifier sg-1 --patch-document ` +
				`'[{"op":"add","path":"/SecurityGroupIngress","value":[{"CidrIp":"10.0.0.0/8","Description":"it'\''s us","FromPort":22,"IpProtocol":"tcp","ToPort":22}]}]' --region eu-central-1`,
		},
		{
			name: "a correction that needs what is joined only to judge", rule: "S3-016",
			res: cloud.Resource{Type: "AWS::S3::Bucket", ID: "b", Account: "1", Region: "eu-central-1"},
			command: `aws cloudcontrol update-resource --type-name AWS::S3::Bucket --identifier b --patch-document ` +
				`'[{"op":"add","path":"/BucketEncryption","value":{"ServerSideEncryptionConfiguration":[{"ServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}]' --region eu-central-1`,
		},
		{
			name: "what has no region is in us-east-1", rule: "CF-009",
			res: cloud.Resource{
				Type: "AWS::CloudFront::Distribution", ID: "E1", Region: "global",
				Properties: map[string]any{"DistributionConfig": map[string]any{"DefaultCacheBehavior": map[string]any{"Compress": false, "ViewerProtocolPolicy": "https-only"}}},
			},
			command: `aws cloudcontrol update-resource --type-name AWS::CloudFront::Distribution --identifier E1 --patch-document ` +
				`'[{"op":"add","path":"/DistributionConfig/DefaultCacheBehavior/Compress","value":true}]' --region us-east-1`,
		},
		{
			name: "a compound identifier", rule: "AG-003",
			res: cloud.Resource{
				Type: "AWS::ApiGateway::Stage", ID: "a|live", Region: "eu-central-1",
				Properties: map[string]any{"RestApiId": "a", "StageName": "live"},
			},
			command: `aws cloudcontrol update-resource --type-name AWS::ApiGateway::Stage --identifier 'a|live' --patch-document ` +
				`'[{"op":"add","path":"/TracingEnabled","value":true}]' --region eu-central-1`,
		},
		{
			name: "what is settled when the resource is made", rule: "RDS-004",
			res: cloud.Resource{Type: "AWS::RDS::DBInstance", ID: "db", Properties: map[string]any{"Engine": "postgres", "StorageEncrypted": false}},
			why: "it must be replaced by a new one", replace: true,
		},
		{
			name: "a type of our own", rule: "IAM-005",
			res: cloud.Resource{Type: "AWS::IAM::PasswordPolicy", ID: "1", Properties: map[string]any{}},
			why: "no type of CloudFormation",
		},
		{name: "no correction", rule: "KMS-007", res: cloud.Resource{Type: "AWS::CloudTrail::EventHistory", ID: "x"}, why: "states no values"},
		{
			name: "what Cloud Control does not have", rule: "ELB-002",
			res: cloud.Resource{Type: "AWS::ElasticLoadBalancing::LoadBalancer", ID: "shop", Properties: map[string]any{"CrossZone": false}},
			why: "Cloud Control cannot update",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := remedyOf(t, test.rule, &test.res).Control
			if got.Command.Text != test.command {
				t.Errorf("the command is\n%s\nnot\n%s\n(%s)", got.Command.Text, test.command, got.Why)
			}
			if test.why != "" && !strings.Contains(got.Why, test.why) || test.why == "" && got.Why != "" {
				t.Errorf("the reason is %q, not %q", got.Why, test.why)
			}
			if got.Replace != test.replace {
				t.Errorf("replace is %v", got.Replace)
			}
		})
	}
}

func TestControlNotes(t *testing.T) {
	m := remedyOf(t, "S3-016", &cloud.Resource{
		Type: "AWS::S3::Bucket", ID: "b", Region: "eu-central-1", Tags: map[string]string{"aws:cloudformation:stack-name": "shop"},
	})
	if len(m.Control.Notes) == 0 || !strings.Contains(m.Control.Notes[0], "stack shop") {
		t.Errorf("nothing says that a stack has the bucket: %v", m.Control.Notes)
	}
}

// TestSecrets keeps out of a patch what was taken out of the document.
func TestSecrets(t *testing.T) {
	for _, v := range []any{
		"[redacted: password]", []any{"x", "[redacted]"}, map[string]any{"A": map[string]any{"B": "a [redacted: token]"}},
		&cloud.Unresolved{Reason: "denied"},
	} {
		if secretive(v) == "" {
			t.Errorf("%v would be written", v)
		}
	}
	if why := secretive(map[string]any{"A": "b"}); why != "" {
		t.Error(why)
	}
}

func TestTemplate(t *testing.T) {
	m := remedyOf(t, "RDS-004", &cloud.Resource{
		Type: "AWS::RDS::DBInstance", ID: "orders-db", Account: "999988887777", Region: "eu-central-1",
		Properties: map[string]any{
			"DBInstanceIdentifier": "orders-db", "Engine": "postgres", "StorageEncrypted": false, "AllocatedStorage": "100",
			"DBInstanceArn": "arn:…", "DBInstanceStatus": "available", "Port": &cloud.Unresolved{Reason: "denied"},
			"Tags": []any{map[string]any{"Key": "aws:rds:x", "Value": "1"}, map[string]any{"Key": "Team", "Value": "yes"}},
		},
	})
	want := []Line{
		{Same, "Resources:"}, {Same, "  OrdersDb:"}, {Same, "    Type: AWS::RDS::DBInstance"}, {Same, "    Properties:"},
		{Same, `      AllocatedStorage: "100"`}, {Same, "      DBInstanceIdentifier: orders-db"}, {Same, "      Engine: postgres"},
		{Gone, "      StorageEncrypted: false"}, {New, "      StorageEncrypted: true"},
		{Same, "      Tags:"}, {Same, "        - Key: Team"}, {Same, `          Value: "yes"`},
	}
	if diff := cmp.Diff(want, m.Template.Lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Port: denied"}, m.Template.Missing); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if len(m.Template.Passes) < 2 || m.Template.Why != "" {
		t.Errorf("%d examples, %q", len(m.Template.Passes), m.Template.Why)
	}
	if got := m.Template.Before; strings.Contains(got, "DBInstanceArn") || !strings.HasSuffix(got, "\n") {
		t.Error(got)
	}
}

// TestJoined makes a correction that hangs on another resource only when that
// was given.
func TestJoined(t *testing.T) {
	page := `---
id: TST-001
title: The volume is of the type that its instance asks for
risk: low
categories: [security]
service: EC2
resource: AWS::EC2::Volume
with:
  instances: AWS::EC2::Instance
check: instances.all(i, i.InstanceType == resource.VolumeType)
message: wrong
at: VolumeType
fix:
  VolumeType: instances[0].InstanceType
---

Text.
`
	r, err := rule.Parse("TST-001.md", []byte(page), rules.Files)
	if err != nil {
		t.Fatal(err)
	}
	res := &cloud.Resource{Type: "AWS::EC2::Volume", ID: "vol-1", Account: "1", Region: "eu-central-1", World: "1", Properties: map[string]any{"VolumeType": "gp2"}}
	m, err := For(Input{Rule: r, Resource: res, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.Control.Why, notKnown) || m.Template.After != "" {
		t.Errorf("without the instance: %+v", m.Control)
	}
	related := &cloud.Inventory{Resources: []*cloud.Resource{{
		Type: "AWS::EC2::Instance", ID: "i-1", Account: "1", Region: "eu-central-1", World: "1", Properties: map[string]any{"InstanceType": "io2"},
	}}}
	if m, err = For(Input{Rule: r, Resource: res, Related: related, Now: now}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.Template.After, "VolumeType: io2") {
		t.Errorf("with the instance: %+v %+v", m.Control, m.Template)
	}
}

// TestSettings corrects by the settings of the account.
func TestSettings(t *testing.T) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	r, err := library.Rule("EC2-075")
	if err != nil {
		t.Fatal(err)
	}
	in := Input{
		Rule: r, Now: now,
		Resource: &cloud.Resource{Type: "AWS::EC2::SecurityGroup", ID: "sg-1", Properties: map[string]any{"SecurityGroupIngress": []any{
			map[string]any{"IpProtocol": "tcp", "FromPort": int64(7000), "ToPort": int64(7000), "CidrIp": "0.0.0.0/0"},
		}}},
	}
	m, err := For(in)
	if err != nil {
		t.Fatal(err)
	}
	if m.Control.Why == "" {
		t.Errorf("port 7000 is corrected: %s", m.Control.Command.Text)
	}
	in.Profile = &engine.Profile{Rules: map[string]engine.RuleSettings{"EC2-075": {Settings: map[string]any{"ports": []any{int64(7000)}}}}}
	if m, err = For(in); err != nil {
		t.Fatal(err)
	}
	if m.Control.Command.Text == "" {
		t.Errorf("port 7000 is not corrected: %s", m.Control.Why)
	}
}

func TestForErrors(t *testing.T) {
	if _, err := For(Input{}); err == nil {
		t.Error("no rule and no resource is no error")
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	r, err := library.Rule("EC2-075")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := For(Input{Rule: r, Resource: &cloud.Resource{Type: "AWS::S3::Bucket"}}); err == nil || !strings.Contains(err.Error(), "judges") {
		t.Errorf("another type gives %v", err)
	}
}
