package rule

import (
	"testing"

	"github.com/surety-cloud/surety/internal/cloud"
)

func TestCredentials(t *testing.T) {
	for _, test := range []struct {
		name, check string
		properties  map[string]any
		want        Outcome
	}{
		{"text", "check: credentials(resource.BucketName).size() == 0", map[string]any{"BucketName": "the orders"}, Conforms},
		{"no text", "check: credentials(resource.BucketName).size() == 0", nil, Conforms},
		{"a key", "check: credentials(resource.BucketName).size() == 0", map[string]any{"BucketName": "-----BEGIN RSA PRIVATE KEY-----"}, Violates},
		{"base64", "check: credentials(resource.BucketName) == ['password']", map[string]any{"BucketName": "cGFzc3dvcmQ9Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"}, Conforms},
		{"redacted", "check: credentials(resource.BucketName) == ['AWS access key', 'password']", map[string]any{"BucketName": "[redacted: AWS access key, password]"}, Conforms},
		{"not known", "check: credentials(resource.BucketName).size() == 0", map[string]any{"BucketName": &cloud.Unresolved{Reason: "no default"}}, CannotTell},
		{"a variable", "check: credentials('STAGE', resource.BucketName).size() == 0", map[string]any{"BucketName": "correct-horse"}, Conforms},
		{"a password", "check: credentials('DB_PASSWORD', resource.BucketName) == ['password']", map[string]any{"BucketName": "correct-horse"}, Conforms},
		{"a variable that is not known", "check: credentials('STAGE', resource.BucketName).size() == 0", map[string]any{"BucketName": &cloud.Unresolved{Reason: "no default"}}, CannotTell},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &cloud.Resource{Type: "AWS::S3::Bucket", Properties: test.properties}
			if got := judge(t, r, nil, test.check); got.Outcome != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
