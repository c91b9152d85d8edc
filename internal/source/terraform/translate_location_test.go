package terraform

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
)

const placedText = `resource "aws_security_group" "web" {
  name = "web"
  ingress {
    from_port = 22
    to_port   = 22
    protocol  = "tcp"
    cidr_blocks = [
      "10.0.0.0/8",
      "0.0.0.0/0",
    ]
  }
  # surety:ignore EC2-002 only inside
  ingress {
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }
}

resource "aws_security_group_rule" "more" {
  security_group_id = aws_security_group.web.id
  type              = "ingress"
  from_port         = 443
  to_port           = 443
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_s3_bucket" "b" {
  versioning {
    enabled = true
  }
}

resource "aws_s3_bucket_public_access_block" "b" {
  bucket            = aws_s3_bucket.b.id
  block_public_acls = true
}

resource "aws_lb" "l" {
  internal     = true
  idle_timeout = 30
}
`

// translateText evaluates and translates one file.
func translateText(t *testing.T, text string) map[string]*cloud.Resource {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	inv := ReadDir(dir, Options{})
	for _, p := range inv.Problems {
		t.Error(p.Error())
	}
	byID := map[string]*cloud.Resource{}
	for _, r := range inv.Resources {
		byID[r.ID] = r
	}
	return byID
}

func TestLocations(t *testing.T) {
	resources := translateText(t, placedText)
	for _, test := range []struct {
		id, path string
		line     int
	}{
		{"aws_security_group.web", "", 1},
		{"aws_security_group.web", "GroupName", 2},
		{"aws_security_group.web", "SecurityGroupIngress", 3},
		{"aws_security_group.web", "SecurityGroupIngress[0]", 3},
		{"aws_security_group.web", "SecurityGroupIngress[0].FromPort", 4},
		{"aws_security_group.web", "SecurityGroupIngress[0].CidrIp", 8},
		{"aws_security_group.web", "SecurityGroupIngress[1].CidrIp", 9},
		{"aws_security_group.web", "SecurityGroupIngress[1].ToPort", 5},
		{"aws_security_group.web", "SecurityGroupIngress[2].FromPort", 14},
		{"aws_security_group.web", "SecurityGroupIngress[3].CidrIp", 17},
		{"aws_security_group.web", "SecurityGroupIngress[4]", 21},
		{"aws_security_group.web", "SecurityGroupIngress[4].FromPort", 24},
		{"aws_security_group.web", "SecurityGroupEgress", 1},
		{"aws_s3_bucket.b", "VersioningConfiguration", 31},
		{"aws_s3_bucket.b", "VersioningConfiguration.Status", 32},
		{"aws_s3_bucket.b", "PublicAccessBlockConfiguration.BlockPublicAcls", 38},
		{"aws_s3_bucket.b", "PublicAccessBlockConfiguration.IgnorePublicAcls", 36},
		{"aws_s3_bucket.b", "BucketEncryption", 30},
		{"aws_lb.l", "Scheme", 42},
		{"aws_lb.l", "LoadBalancerAttributes", 41},
	} {
		r := resources[test.id]
		if r == nil {
			t.Fatalf("there is no %s", test.id)
		}
		if got := r.Locate(test.path); got == nil || got.Line != test.line {
			t.Errorf("%s %s: got %+v, want line %d", test.id, test.path, got, test.line)
		}
	}
}

func TestIgnoresFollowTheirArgument(t *testing.T) {
	r := translateText(t, placedText)["aws_security_group.web"]
	want := []cloud.Ignore{
		{Rule: "EC2-002", Reason: "only inside", Path: "SecurityGroupIngress[2]", Line: 12},
		{Rule: "EC2-002", Reason: "only inside", Path: "SecurityGroupIngress[3]", Line: 12},
	}
	if diff := cmp.Diff(want, r.Ignores); diff != "" {
		t.Errorf("ignores (-want +got):\n%s", diff)
	}
}
