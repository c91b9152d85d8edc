# A queue worker with faults that are easily made, to try Surety on:
#
#   surety scan template examples/terraform
#   surety fix template examples/terraform

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

variable "database_key" {
  type        = string
  description = "ARN of the key that encrypts the database."
}

locals {
  admin_ports = [22, 3389]
}

resource "aws_security_group" "worker" {
  name        = "worker"
  description = "Queue workers"

  dynamic "ingress" {
    for_each = local.admin_ports
    content {
      description = "Administration"
      protocol    = "tcp"
      from_port   = ingress.value
      to_port     = ingress.value
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_s3_bucket" "results" {
  bucket = "example-results"
}

resource "aws_s3_bucket_public_access_block" "results" {
  bucket                  = aws_s3_bucket.results.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = false
}

resource "aws_db_instance" "jobs" {
  identifier                  = "jobs"
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 20
  username                    = "jobs"
  manage_master_user_password = true
  storage_encrypted           = true
  kms_key_id                  = var.database_key
  multi_az                    = true

  # surety:ignore RDS-031 until=2027-06-30 rebuilt from the queue while we are in beta
  deletion_protection = false
}
