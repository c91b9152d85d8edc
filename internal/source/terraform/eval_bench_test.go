package terraform

import (
	"os"
	"path/filepath"
	"testing"
)

func benchmarkEvaluate(b *testing.B, want int, text string) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		instances, problems, _ := evaluate(dir, Options{})
		if len(instances) != want || len(problems) != 0 {
			b.Fatalf("%d instances, problems %v", len(instances), problems)
		}
	}
}

// BenchmarkForEach must stay below a second: 10,000 instances from one
// for_each, each with a dynamic block, and as many that refer to them.
func BenchmarkForEach(b *testing.B) {
	benchmarkEvaluate(b, 10_000, manyGroups)
}

// BenchmarkSmall must stay below two milliseconds: one small module.
func BenchmarkSmall(b *testing.B) {
	benchmarkEvaluate(b, 4, smallModule)
}

const manyGroups = `variable "tags" {
  default = { Team = "net" }
}
locals {
  groups = { for i in range(500) : i => i }
  names  = merge([for i in keys(local.groups) : { for j in range(10) : "web-${i}-${j}" => { port = 8000 + j, cidr = "10.0.0.0/8" } }]...)
}
resource "aws_security_group" "web" {
  for_each = local.names
  name     = each.key
  vpc_id   = "vpc-0123"
  tags     = merge(var.tags, { Name = each.key })
  dynamic "ingress" {
    for_each = [each.value.port, 443]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [each.value.cidr]
    }
  }
}
resource "aws_instance" "web" {
  for_each               = local.names
  ami                    = "ami-0123"
  vpc_security_group_ids = [aws_security_group.web[each.key].id]
  tags                   = { Name = "i-${aws_security_group.web[each.key].name}" }
}
`

const smallModule = `
variable "name" { default = "logs" }
locals {
  tags = { Team = "net" }
}
resource "aws_kms_key" "logs" {
  enable_key_rotation = true
}
resource "aws_s3_bucket" "logs" {
  bucket = "${var.name}-bucket"
  tags   = merge(local.tags, { Name = var.name })
}
resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}
data "aws_iam_policy_document" "logs" {
  statement {
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["${aws_s3_bucket.logs.arn}/*"]
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}
resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id
  policy = data.aws_iam_policy_document.logs.json
}
`
