package demo_test

import (
	"testing"

	"github.com/surety-cloud/surety/internal/demo"
)

func TestScope(t *testing.T) {
	for authorization, want := range map[string]string{
		"AWS4-HMAC-SHA256 Credential=demo/20261122/us-east-1/ec2/aws4_request, SignedHeaders=host, Signature=abc": "us-east-1/ec2",
		"AWS4-HMAC-SHA256 Credential=demo/20261122/eu-central-1/s3/aws4_request":                                  "eu-central-1/s3",
		"Bearer token":             "",
		"":                         "",
		"AWS4 Credential=demo/one": "",
	} {
		if got := demo.Scope(authorization); got != want {
			t.Errorf("demo.Scope(%q) = %q, want %q", authorization, got, want)
		}
	}
}
