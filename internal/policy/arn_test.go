package policy

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitARN(t *testing.T) {
	tests := []struct {
		in   string
		want ARN
		ok   bool
	}{
		{"arn:aws:iam::111122223333:root", ARN{"aws", "iam", "", "111122223333", "root"}, true},
		{"arn:aws:s3:::b/a:b", ARN{"aws", "s3", "", "", "b/a:b"}, true},
		{"ARN:aws:s3:::b", ARN{"aws", "s3", "", "", "b"}, true},
		{"arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:t", ARN{"${AWS::Partition}", "sns", "${AWS::Region}", "${AWS::AccountId}", "t"}, true},
		{"arn:aws:s3:::${Bucket}/${aws:username}", ARN{"aws", "s3", "", "", "${Bucket}/${aws:username}"}, true},
		{`arn:aws:s3:::${aws_s3_bucket.b["a:b"].id}`, ARN{"aws", "s3", "", "", `${aws_s3_bucket.b["a:b"].id}`}, true},
		{"arn:aws:s3:::", ARN{"aws", "s3", "", "", ""}, true},
		{"arn:aws:s3:::${unfinished", ARN{"aws", "s3", "", "", "${unfinished"}, true},
		{"arn:aws:s3", ARN{}, false},
		{"${Bucket.Arn}", ARN{}, false},
		{"urn:aws:s3:::b", ARN{}, false},
		{"", ARN{}, false},
	}
	for _, test := range tests {
		got, ok := SplitARN(test.in)
		if ok != test.ok {
			t.Errorf("SplitARN(%q): ok = %v", test.in, ok)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("SplitARN(%q) (-want +got):\n%s", test.in, diff)
		}
	}
}

func FuzzSplitARN(f *testing.F) {
	f.Add("arn:aws:iam::111122223333:root")
	f.Add("arn:${AWS::Partition}:s3:::${B}/*")
	f.Add("arn:${{:}:::::")
	f.Fuzz(func(t *testing.T, text string) {
		arn, ok := SplitARN(text)
		if !ok {
			return
		}
		whole := strings.Join([]string{text[:3], arn.Partition, arn.Service, arn.Region, arn.Account, arn.Resource}, ":")
		if whole != text {
			t.Errorf("the parts of %q make %q", text, whole)
		}
	})
}

func TestNames(t *testing.T) {
	variables := map[string]bool{
		"${aws:username}": true, "${aws:PrincipalTag/team}": true, "${cognito-identity.amazonaws.com:sub}": true,
		"${AWS::AccountId}": false, "${Bucket.Arn}": false, "${aws_s3_bucket.b.arn}": false, "${Bucket}": false,
		`${aws_s3_bucket.b["x:y"].arn}`: false, "${:x}": false,
	}
	for text, want := range variables {
		if got := isVariable(text); got != want {
			t.Errorf("isVariable(%q) = %v", text, got)
		}
	}
	canonicals := map[string]string{
		"arn:aws:s3:::${Bucket}":                          "${Bucket.Arn}",
		"arn:aws:s3:::${Bucket}/*":                        "${Bucket.Arn}/*",
		"arn:${AWS::Partition}:s3:::${Bucket}/*":          "${Bucket.Arn}/*",
		"arn:aws:s3:::${aws_s3_bucket.b.id}/*":            "${aws_s3_bucket.b.Arn}/*",
		"arn:aws:s3:::${aws_s3_bucket.b.bucket}":          "${aws_s3_bucket.b.Arn}",
		"${aws_s3_bucket.b.arn}/*":                        "${aws_s3_bucket.b.Arn}/*",
		"arn:aws:s3:::${aws:username}":                    "arn:aws:s3:::${aws:username}",
		"arn:aws:sns:us-east-1:111122223333:${Topic}":     "arn:aws:sns:us-east-1:111122223333:${Topic}",
		"arn:aws:s3:us-east-1:111122223333:accesspoint/x": "arn:aws:s3:us-east-1:111122223333:accesspoint/x",
	}
	for in, want := range canonicals {
		if got := canonical(in); got != want {
			t.Errorf("canonical(%q) = %q, want %q", in, got, want)
		}
	}
	every := map[string]bool{
		"*": true, "**": true, "arn:*": true, "arn:aws:*": true, "arn:aws:*:*": true, "arn:aws:*:*:*:*": true, "arn:${AWS::Partition}:*:*:*:*": true,
		"": false, "arn:aws:s3:::*": false, "arn:aws:s3*": false, "arn:aws:*:us-east-1:*:*": false, "arn": false, "arn:aws:::::": false,
	}
	for in, want := range every {
		if got := everyResource(in); got != want {
			t.Errorf("everyResource(%q) = %v", in, got)
		}
	}
}
