package rule

import "testing"

func TestAWSManagedPolicy(t *testing.T) {
	for _, test := range []struct{ arn, want string }{
		{"arn:aws:iam::aws:policy/AdministratorAccess", "AdministratorAccess"},
		{"arn:aws-us-gov:iam::aws:policy/job-function/Billing", "Billing"},
		{"arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess", "PowerUserAccess"},
		{"arn:aws:iam::123456789012:policy/AdministratorAccess", ""},
		{"arn:aws:iam::${AWS::AccountId}:policy/AdministratorAccess", ""},
		{"${Policy}", ""},
		{"AdministratorAccess", ""},
		{"", ""},
	} {
		if got := awsManagedPolicy(test.arn); got != test.want {
			t.Errorf("awsManagedPolicy(%q) = %q, want %q", test.arn, got, test.want)
		}
	}
}
