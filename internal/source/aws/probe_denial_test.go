package aws

import "testing"

func TestDeniedBy(t *testing.T) {
	const user = "User: arn:aws:sts::111122223333:assumed-role/SuretyReadOnly/surety-scan is not authorized to perform: "
	for _, test := range []struct {
		message, action string
		by              DeniedBy
	}{
		{user + "sqs:listqueues on resource: arn:aws:sqs:us-east-1:111122223333: because no identity-based policy allows the sqs:listqueues action", "sqs:listqueues", ByMissing},
		{user + "ec2:DescribeVpcs with an explicit deny in an identity-based policy", "ec2:DescribeVpcs", ByIdentityPolicy},
		{user + "ec2:DescribeVpcs with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/Deny", "ec2:DescribeVpcs", ByIdentityPolicy},
		{user + "ec2:DescribeVpcs with an explicit deny in a service control policy", "ec2:DescribeVpcs", BySCP},
		{user + "ec2:DescribeVpcs because no service control policy allows the ec2:DescribeVpcs action", "ec2:DescribeVpcs", BySCP},
		{user + "s3:ListAllMyBuckets with an explicit deny in a resource control policy", "s3:ListAllMyBuckets", ByRCP},
		{user + "kms:ListKeys because no permissions boundary allows the kms:ListKeys action", "kms:ListKeys", ByBoundary},
		{user + "kms:ListKeys with an explicit deny in a permissions boundary", "kms:ListKeys", ByBoundary},
		{user + "kms:ListKeys because no session policy allows the kms:ListKeys action", "kms:ListKeys", BySession},
		{user + "kms:ListKeys with an explicit deny in a VPC endpoint policy", "kms:ListKeys", ByEndpoint},
		{user + "sts:AssumeRole on resource: arn:aws:iam::111122223333:role/X because no resource-based policy allows the sts:AssumeRole action", "sts:AssumeRole", ByResourcePolicy},
		{user + "sts:AssumeRole on resource: arn:aws:iam::111122223333:role/X", "sts:AssumeRole", ByUnknown},
		{user + "kms:ListKeys with an explicit deny in a new kind of policy", "kms:ListKeys", ByUnknown},
		{"You are not authorized to perform this operation.", "", ByUnknown},
		{"Access Denied", "", ByUnknown},
		{"", "", ByUnknown},
	} {
		if by, action := deniedBy(test.message), actionIn(test.message); by != test.by || action != test.action {
			t.Errorf("%q: denied by %s, action %q; want %s, %q", test.message, by, action, test.by, test.action)
		}
	}
}

func TestShortDenial(t *testing.T) {
	const message = "You are not authorized to perform this operation. Encoded authorization failure message: 4m9ZQ"
	if got := shortDenial(message); got != "You are not authorized to perform this operation." {
		t.Errorf("short: %q", got)
	}
}
