package prove

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInvocation(t *testing.T) {
	known, err := operations()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ line, want string }{
		{"aws ec2 describe-security-groups --group-ids sg-1 --query 'SecurityGroups[]' --output table", ""},
		{"aws --region eu-west-1 s3api list-buckets", ""},
		{"aws ec2 describe-security-groupz", `aws ec2 has no operation "describe-security-groupz"; did you mean "describe-security-groups"?`},
		{"aws ec2 describe-security-groups --group-idz sg-1", "aws ec2 describe-security-groups takes no --group-idz; did you mean --group-ids?"},
		{"aws ec22 x", `the AWS CLI has no service "ec22"; did you mean "ec2"?`},
		{"aws s3api", `"aws s3api" is no whole AWS CLI command`},
	} {
		calls := invocations(test.line)
		if len(calls) != 1 {
			t.Errorf("%s: %d calls found", test.line, len(calls))
			continue
		}
		if diff := cmp.Diff(test.want, invocation(known, calls[0])); diff != "" {
			t.Errorf("%s:\n%s", test.line, diff)
		}
	}
	if n := len(invocations(`for b in $(aws s3api list-buckets --output text); do aws s3api get-bucket-acl --bucket "$b" | jq .; done`)); n != 2 {
		t.Errorf("a loop over a substitution: %d calls found, want 2", n)
	}
}
