package cloudformation

import "testing"

func TestRecognise(t *testing.T) {
	tests := []struct {
		name, input string
		want        bool
	}{
		{"YAML", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n", true},
		{"YAML with a version only", "AWSTemplateFormatVersion: '2010-09-09'\n", true},
		{"YAML quoted", "\"Resources\":\n  A: {\"Type\": \"Custom::X\"}\n", true},
		{"YAML behind comments", "# hello\n---\nDescription: x\nResources:\n  A:\n    Type: 'AWS::S3::Bucket'\n", true},
		{"YAML indented as a whole", "  Resources:\n    A:\n      Type: AWS::S3::Bucket\n", true},
		{"YAML broken", "Resources:\n  A:\n    Type: AWS::S3::Bucket\n   Properties: [\n", true},
		{"YAML with a byte order mark", "\uFEFFResources:\n  A:\n    Type: AWS::S3::Bucket\n", true},
		{"SAM", "Transform: AWS::Serverless-2016-10-31\n", true},
		{"JSON", `{"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}`, true},
		{"JSON broken", `{"Resources": {"A": {"Type": "AWS::S3::Bucket"} "B"`, true},
		{"JSON version", `{"AWSTemplateFormatVersion": "2010-09-09"}`, true},
		{"JSON SAM", `{"Transform": "AWS::Serverless-2016-10-31"}`, true},
		{"empty", "", false},
		{"text", "hello", false},
		{"Kubernetes", "kind: Deployment\nspec:\n  resources: {}\n", false},
		{"resources of something else", "Resources:\n  - a\n", false},
		{"resources further in", "a:\n  Resources:\n    B:\n      Type: AWS::S3::Bucket\n", false},
		{"Transform of something else", "Transform: upper\n", false},
		{"Terraform plan", `{"format_version": "1.2", "planned_values": {"Resources": {"Type": "AWS::S3::Bucket"}}}`, false},
		{"a schema", `{"a": {"Resources": {"A": {"Type": "AWS::S3::Bucket"}}}}`, false},
		{"JSON text", `{"a": "\"Resources\": {\"Type\": \"AWS::S3::Bucket\"}"}`, false},
		{"JSON value", `{"a": "Resources", "b": "AWS::S3::Bucket"}`, false},
		{"JSON unclosed", `{"Resources`, false},
		{"list", `["Resources"]`, false},
	}
	for _, test := range tests {
		if got := Recognise([]byte(test.input)); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
