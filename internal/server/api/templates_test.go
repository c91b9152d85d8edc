package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const bucketTemplate = `Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {Status: Enabled}
  Named:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: payments-data
      Tags: [{Key: team, Value: pay}]
`

// templateBody is the request to judge a template.
func templateBody(t *testing.T, members map[string]any) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"data": map[string]any{"type": "template-scan", "attributes": members}})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func cfn(contents string) map[string]any {
	return map[string]any{"type": "cloudformation-template", "contents": contents}
}

func terraform(contents string) map[string]any {
	return map[string]any{"type": "terraform-template", "contents": contents}
}

// verdicts gives the status of each check of a rule by its resource.
func verdicts(body map[string]any, rule string) map[string]string {
	out := map[string]string{}
	list, _ := at(body, "data").([]any)
	for _, k := range list {
		if at(k, "relationships", "rule", "data", "id") == rule {
			out[at(k, "attributes", "logicalResourceId").(string)] = at(k, "attributes", "status").(string)
		}
	}
	return out
}

func TestScanTemplate(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/v1/template-scanner/scan", "/api/iac-scanning/scan"} {
		body := s.ok(outsider, "POST", path, templateBody(t, cfn(bucketTemplate)))
		if got := verdicts(body, "S3-012"); got["Logs"] != "SUCCESS" || got["Named"] != "FAILURE" {
			t.Errorf("%s: S3-012 is %v", path, got)
		}
		found := false
		list, _ := at(body, "data").([]any)
		for _, k := range list {
			if at(k, "id") != "ccc:AccountId:S3-012:S3:us-east-1:payments-data" {
				continue
			}
			found = true
			a := at(k, "attributes")
			for name, want := range map[string]any{
				"region": "us-east-1", "resource": "payments-data", "logicalResourceId": "Named", "descriptorType": "s3-bucket", "service": "S3", "provider": "aws",
				"last-updated-date": nil, "cost": 0.0, "waste": 0.0, "not-scored": false, "ignored": false, "line": 6.0,
			} {
				if got := at(a, name); got != want {
					t.Errorf("%s is %v, not %v", name, got, want)
				}
			}
			if at(a, "tags", 0) != "team::pay" || size(at(a, "categories")) < 1 || size(at(a, "compliances")) < 1 || at(k, "relationships", "account", "data") != nil {
				t.Errorf("the check is %v", k)
			}
		}
		if !found {
			t.Errorf("%s: there is no check of the bucket with a name", path)
		}
	}
	unknown := strings.Replace(bucketTemplate, "Enabled", "!Ref Mode", 1) + "Parameters:\n  Mode: {Type: String}\n"
	if got := verdicts(s.ok(admin, "POST", "/v1/template-scanner/scan", templateBody(t, cfn(unknown))), "S3-012"); got["Logs"] != "UNKNOWN" {
		t.Errorf("of a parameter without a value S3-012 is %v", got)
	}
	given := cfn(unknown)
	given["parameters"] = map[string]string{"Mode": "Enabled"}
	if got := verdicts(s.ok(admin, "POST", "/v1/template-scanner/scan", templateBody(t, given)), "S3-012"); got["Logs"] != "SUCCESS" {
		t.Errorf("of a parameter with a value S3-012 is %v", got)
	}
}

func TestScanTemplateWithSettings(t *testing.T) {
	s := newServer(t)
	off := `{"data":{"attributes":{"ruleSetting":{"id":"S3-012","enabled":false,"riskLevel":"LOW"}}}}`
	s.ok(admin, "PATCH", "/v1/accounts/"+s.account.ID+"/settings/rules/S3-012", off)
	profile := s.profile(`{"data":{"attributes":{"name":"p"}},"included":[{"type":"rules","id":"S3-012","attributes":{"enabled":true,"riskLevel":"EXTREME"}}]}`)
	scan := func(caller, member, value string) *answer {
		body := cfn(bucketTemplate)
		body[member] = value
		return s.do(caller, "POST", "/v1/template-scanner/scan", templateBody(t, body))
	}
	body := scan(reader, "accountId", s.account.ID).want(http.StatusOK)
	if got := verdicts(body, "S3-012"); len(got) != 0 {
		t.Errorf("a rule that the account has disabled gave %v", got)
	}
	if at(body, "data", 0, "relationships", "account", "data", "id") != s.account.ID || !strings.HasPrefix(at(body, "data", 0, "id").(string), "ccc:"+s.account.ID+":") {
		t.Errorf("the first check is %v", at(body, "data", 0))
	}
	body = scan(admin, "profileId", profile).want(http.StatusOK)
	if got := verdicts(body, "S3-012"); len(got) != 2 || !strings.Contains(fmt.Sprint(body), "EXTREME") {
		t.Errorf("with a profile the rule gave %v", got)
	}
	scan(reader, "accountId", s.other.ID).want(http.StatusForbidden)
	scan(admin, "accountId", "nothing").want(http.StatusNotFound)
	scan(admin, "profileId", "nothing").want(http.StatusNotFound)
}

func TestScanTerraform(t *testing.T) {
	s := newServer(t)
	const hcl = "resource \"aws_s3_bucket\" \"logs\" {\n  bucket = \"payments-logs\"\n}\n"
	plan := `{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{"root_module":{"resources":[
		{"address":"aws_s3_bucket.logs","mode":"managed","type":"aws_s3_bucket","name":"logs","provider_name":"registry.terraform.io/hashicorp/aws","schema_version":0,"values":{"bucket":"payments-logs"}}]}},
		"resource_changes":[{"address":"aws_s3_bucket.logs","mode":"managed","type":"aws_s3_bucket","name":"logs","provider_name":"registry.terraform.io/hashicorp/aws",
			"change":{"actions":["create"],"before":null,"after":{"bucket":"payments-logs"},"after_unknown":{}}}],
		"configuration":{"root_module":{"resources":[{"address":"aws_s3_bucket.logs","mode":"managed","type":"aws_s3_bucket","name":"logs","expressions":{"bucket":{"constant_value":"payments-logs"}}}]}}}`
	for name, contents := range map[string]string{"a configuration": hcl, "a plan": plan} {
		t.Run(name, func(t *testing.T) {
			body := s.ok(admin, "POST", "/v1/template-scanner/scan", templateBody(t, terraform(contents)))
			if got := verdicts(body, "S3-012"); got["aws_s3_bucket.logs"] != "FAILURE" {
				t.Errorf("S3-012 is %v", got)
			}
		})
	}
}

func TestScanTemplateRefused(t *testing.T) {
	s := newServer(t)
	for name, test := range map[string]struct {
		members map[string]any
		status  int
		text    string
	}{
		"no type":               {map[string]any{"contents": "x"}, 422, "type is"},
		"another type":          {map[string]any{"type": "arm", "contents": "x"}, 422, "type is"},
		"no contents":           {cfn(""), 422, "contents is missing"},
		"contents of an object": {map[string]any{"type": "cloudformation-template", "contents": map[string]any{}}, 400, "contents"},
		"both":                  {map[string]any{"type": "cloudformation-template", "contents": "x", "accountId": "a", "profileId": "b"}, 422, "not both"},
		"no template":           {cfn("hello"), 422, "not a template that Surety knows"},
		"a broken template":     {cfn("AWSTemplateFormatVersion: 2010-09-09\nResources:\n  A:\n    Type: [AWS::S3::Bucket\n"), 422, "template:"},
		"a plan as a template":  {cfn(`{"format_version":"1.2","terraform_version":"1.9.0","planned_values":{},"resource_changes":[]}`), 422, "use terraform-template"},
		"a template as a plan":  {terraform(bucketTemplate), 422, "use cloudformation-template"},
		"broken Terraform":      {terraform("resource \"aws_s3_bucket\" \"b\" {\n  bucket = \n}\n"), 422, "template:2"},
		"too large":             {cfn(bucketTemplate + strings.Repeat("#", 10<<20)), 422, "at most 10 MB"},
		"a large configuration": {terraform("resource \"aws_s3_bucket\" \"b\" {}\n" + strings.Repeat("#", 2<<20)), 422, "1 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/template-scanner/scan", templateBody(t, test.members))
			body := got.want(test.status)
			if detail, _ := at(body, "errors", 0, "detail").(string); !strings.Contains(detail, test.text) {
				t.Errorf("the error is %q", detail)
			}
		})
	}
}

// TestScanTemplateReadsNoFiles has templates name files that the server could
// read: nothing of them comes into the answer.
func TestScanTemplateReadsNoFiles(t *testing.T) {
	const secret = "correct-horse-battery"
	dir := t.TempDir()
	t.Chdir(dir)
	for name, content := range map[string]string{
		".git/HEAD":                       "ref: refs/heads/main", // a repository: everything below may be read by surety scan
		"secret.txt":                      secret,
		"terraform.tfvars":                `name = "` + secret + `"`,
		"more.tf":                         `resource "aws_s3_bucket" "more" { bucket = "` + secret + `" }`,
		"module/main.tf":                  `resource "aws_s3_bucket" "inner" { bucket = "` + secret + `" }`,
		"nested.yaml":                     "Resources:\n  Inner:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: " + secret + "}\n",
		".terraform/modules/modules.json": `{"Modules":[{"Key":"far","Dir":"module"}]}`,
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	passwd, err := os.ReadFile("/etc/passwd")
	if err != nil {
		t.Skip("there is no /etc/passwd to be read")
	}
	line, _, _ := strings.Cut(string(passwd), "\n")
	s := newServer(t)
	tag := func(expression string) string {
		return "variable \"name\" { default = \"none\" }\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = " + expression + "\n  tags = { t = " + expression + " }\n}\n"
	}
	for name, members := range map[string]map[string]any{
		"a variable":        terraform(tag(`var.name`)),
		"an absolute file":  terraform(tag(`file("/etc/passwd")`)),
		"a file above":      terraform(tag(`file("../../../../../../../../etc/passwd")`)),
		"a file beside":     terraform(tag(`file("secret.txt")`)),
		"a file in its dir": terraform(tag(`file("${path.cwd}/secret.txt")`)),
		"a real path":       terraform(tag(`file("` + dir + `/secret.txt")`)),
		"a template file":   terraform(tag(`templatefile("secret.txt", {})`)),
		"base64":            terraform(tag(`base64decode(filebase64("/etc/passwd"))`)),
		"names of files":    terraform(tag(`join(",", fileset(".", "**"))`)),
		"the folder":        terraform(tag(`abspath(".")`)),
		"the work folder":   terraform(tag(`path.cwd`)),
		"a local module":    terraform("module \"near\" {\n  source = \"./module\"\n}\nresource \"aws_s3_bucket\" \"b\" {}\n"),
		"a module by path":  terraform("module \"near\" {\n  source = \"" + dir + "/module\"\n}\nresource \"aws_s3_bucket\" \"b\" {}\n"),
		"a fetched module":  terraform("module \"far\" {\n  source = \"hashicorp/far/aws\"\n}\nresource \"aws_s3_bucket\" \"b\" {}\n"),
		"a nested stack":    cfn("Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: nested.yaml}\n  B:\n    Type: AWS::S3::Bucket\n"),
		"an include":        cfn("Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Fn::Transform: {Name: AWS::Include, Parameters: {Location: nested.yaml}}\n"),
		"a nested file":     cfn("Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: file:///etc/passwd}\n  B:\n    Type: AWS::S3::Bucket\n"),
	} {
		t.Run(name, func(t *testing.T) {
			got := s.do(admin, "POST", "/v1/template-scanner/scan", templateBody(t, members))
			if got.Status != http.StatusOK && got.Status != http.StatusUnprocessableEntity {
				t.Fatalf("the status is %d: %s", got.Status, got.Body)
			}
			for _, leak := range []string{secret, line, "secret.txt,", "aws_s3_bucket.more", dir} {
				if strings.Contains(string(got.Body), leak) && !strings.Contains(fmt.Sprint(members["contents"]), leak) {
					t.Errorf("the answer holds %q: %s", leak, got.Body)
				}
			}
		})
	}
}

func TestTemplateRules(t *testing.T) {
	s := newServer(t)
	library, _ := knowledge()
	for _, query := range []string{"", "?type=cloudformation-template", "?type=terraform-template"} {
		n := size(at(s.ok(nobody, "GET", "/v1/template-scanner/rules"+query, ""), "data"))
		if n < 100 || n >= len(library.IDs()) {
			t.Errorf("%s: %d rules of %d can judge templates", query, n, len(library.IDs()))
		}
	}
	s.do(nobody, "GET", "/v1/template-scanner/rules?type=arm", "").want(http.StatusUnprocessableEntity)
}
