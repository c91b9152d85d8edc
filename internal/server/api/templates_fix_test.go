package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestFixTemplate(t *testing.T) {
	s := newServer(t)
	body := cfn(bucketTemplate)
	body["name"], body["rules"] = "infra/buckets.yaml", []string{"S3-012"}
	fixed := at(s.ok(outsider, "POST", "/v1/template-scanner/fix", templateBody(t, body)), "data", "attributes")
	contents, _ := at(fixed, "contents").(string)
	diff, _ := at(fixed, "diff").(string)
	if strings.Count(contents, "Enabled") != 2 || !strings.Contains(contents, "BucketName: payments-data") {
		t.Errorf("the corrected template is\n%s", contents)
	}
	if !strings.Contains(diff, "--- a/infra/buckets.yaml\n+++ b/infra/buckets.yaml\n@@ ") {
		t.Errorf("the diff is\n%s", diff)
	}
	if size(at(fixed, "corrected")) != 1 || at(fixed, "corrected", 0, "rule") != "S3-012" || at(fixed, "corrected", 0, "resource") != "Named" || at(fixed, "corrected", 0, "line") == nil {
		t.Errorf("corrected is %v", at(fixed, "corrected"))
	}
	if got := verdicts(s.ok(outsider, "POST", "/v1/template-scanner/scan", templateBody(t, cfn(contents))), "S3-012"); got["Named"] != "SUCCESS" {
		t.Errorf("of the corrected template S3-012 is %v", got)
	}
}

func TestFixTerraform(t *testing.T) {
	s := newServer(t)
	body := terraform("variable \"mode\" {\n  default = \"Suspended\"\n}\n" +
		"resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"payments-logs\" # keep\n}\n" +
		"resource \"aws_s3_bucket\" \"old\" {\n  bucket = \"old\"\n}\n" +
		"resource \"aws_s3_bucket_versioning\" \"old\" {\n  bucket = aws_s3_bucket.old.id\n  versioning_configuration {\n    status = var.mode\n  }\n}\n")
	body["rules"] = []string{"S3-012"}
	fixed := at(s.ok(admin, "POST", "/v1/template-scanner/fix", templateBody(t, body)), "data", "attributes")
	contents, _ := at(fixed, "contents").(string)
	if !strings.Contains(contents, "# keep") || !strings.Contains(contents, `"Enabled"`) || !strings.Contains(at(fixed, "diff").(string), "+++ b/template.tf\n") {
		t.Errorf("the corrected configuration is\n%s", contents)
	}
	reason, _ := at(fixed, "skipped", 0, "reason").(string)
	if size(at(fixed, "skipped")) != 1 || !strings.Contains(reason, "mode") {
		t.Errorf("what a variable sets was not left alone: %v", fixed)
	}
}

// A template in which nothing fails comes back as it was.
func TestFixNothing(t *testing.T) {
	s := newServer(t)
	const queue = "Resources:\n  Q:\n    Type: AWS::SQS::Queue\n"
	body := cfn(queue)
	body["rules"] = []string{"S3-012"}
	fixed := at(s.ok(admin, "POST", "/v1/template-scanner/fix", templateBody(t, body)), "data", "attributes")
	if at(fixed, "contents") != queue || at(fixed, "diff") != "" || size(at(fixed, "corrected")) != 0 {
		t.Errorf("the answer is %v", fixed)
	}
}

func TestFixTemplateRefused(t *testing.T) {
	s := newServer(t)
	with := func(body map[string]any, name string, value any) map[string]any {
		body[name] = value
		return body
	}
	for name, test := range map[string]struct {
		members map[string]any
		text    string
	}{
		"no contents":       {cfn(""), "contents is missing"},
		"another type":      {terraform(bucketTemplate), "use cloudformation-template"},
		"no template":       {cfn("hello"), "not a template that Surety knows"},
		"a broken template": {cfn("AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: [AWS::S3::Bucket\n"), "template:"},
		"a plan":            {terraform(`{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{},"resource_changes":[]}`), "send the configuration"},
		"no such rule":      {with(cfn(bucketTemplate), "rules", []string{"S3-999"}), "S3-999"},
		"a name with lines": {with(cfn(bucketTemplate), "name", "a\n+++ b"), "name has"},
		"both":              {with(with(cfn(bucketTemplate), "accountId", "a"), "profileId", "b"), "not both"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/template-scanner/fix", templateBody(t, test.members))
			body := got.want(http.StatusUnprocessableEntity)
			if detail, _ := at(body, "errors", 0, "detail").(string); !strings.Contains(detail, test.text) {
				t.Errorf("the error is %q", detail)
			}
		})
	}
	s.do(nobody, "POST", "/v1/template-scanner/fix", templateBody(t, cfn(bucketTemplate))).want(http.StatusForbidden)
	s.do(reader, "POST", "/v1/template-scanner/fix", templateBody(t, with(cfn(bucketTemplate), "accountId", s.other.ID))).want(http.StatusForbidden)
}
