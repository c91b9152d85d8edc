package template_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/surety-cloud/surety/internal/source/template"
)

func TestFormOf(t *testing.T) {
	for text, want := range map[string]template.Form{
		"AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n":        template.CloudFormation,
		`{"Resources": {"B": {"Type": "AWS::S3::Bucket"}}}`:            template.CloudFormation,
		`{"format_version":"1.2","planned_values":{"root_module":{}}}`: template.Plan,
		"resource \"aws_s3_bucket\" \"b\" {}\n":                        template.Configuration,
		"hello":                                                        template.Neither,
		"":                                                             template.Neither,
		`{"version": 4, "terraform_version": "1.9.0", "lineage": "a"}`:                                template.Neither,
		"# a comment\n\nvariable \"name\" {\n  type = string\n}\n":                                    template.Configuration,
		"Transform: AWS::Serverless-2016-10-31\nResources:\n  F: {Type: AWS::Serverless::Function}\n": template.CloudFormation,
	} {
		if got := template.FormOf([]byte(text)); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
}

// TestReadTextAlone has a configuration name what stands beside it: it is not
// read, and the text goes by the name that it was given.
func TestReadTextAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"main.tf":          `resource "aws_s3_bucket" "other" { bucket = "other" }`,
		"terraform.tfvars": `name = "secret"`,
		"secret.txt":       "secret",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	inv := template.ReadText("sent", []byte("variable \"name\" { default = \"none\" }\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = \"${var.name}-${path.cwd}\"\n  tags = { t = file(\"secret.txt\") }\n}\n"), template.Options{})
	if inv.Failed() || len(inv.Resources) != 1 {
		t.Fatalf("%d resources were read: %v", len(inv.Resources), inv.Problems)
	}
	r := inv.Resources[0]
	name, _ := r.Properties["BucketName"].(string)
	if !strings.HasPrefix(name, "none-") || strings.Contains(name, here) || r.Tags["t"] == "secret" {
		t.Errorf("the bucket is %q with the tags %v", name, r.Tags)
	}
	if len(inv.Files) != 1 || inv.Files[0] != "sent" || r.Locate("BucketName").File != "sent" {
		t.Errorf("the files are %v, the name stands in %s", inv.Files, r.Locate("BucketName").File)
	}
	broken := template.ReadText("sent", []byte("resource \"aws_s3_bucket\" \"b\" {\n  bucket =\n}\n"), template.Options{})
	if !broken.Failed() || broken.Problems[0].File != "sent" || broken.Problems[0].Line != 2 {
		t.Errorf("the problems are %+v", broken.Problems)
	}
}
