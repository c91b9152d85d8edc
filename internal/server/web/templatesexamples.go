package web

// tplExamples are small templates to try the scanner with, by the name that the
// form's buttons have.
var tplExamples = map[string]string{
	"cloudformation": `AWSTemplateFormatVersion: "2010-09-09"
Description: A web server with its database and its logs

Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties:
      AccessControl: PublicRead # so that the agency sees them

  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: Web servers
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}

  Orders:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      DBInstanceClass: db.t4g.medium
      AllocatedStorage: "50"
      MasterUsername: shop
      ManageMasterUserPassword: true
      StorageEncrypted: false
      PubliclyAccessible: true
`,
	"terraform": `# A web server with its database and its logs.

resource "aws_s3_bucket" "logs" {
  bucket = "shop-logs"
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "Web servers"

  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"] # until the VPN works
  }
}

resource "aws_db_instance" "orders" {
  engine                      = "postgres"
  instance_class              = "db.t4g.medium"
  allocated_storage           = 50
  username                    = "shop"
  manage_master_user_password = true
  storage_encrypted           = false
  publicly_accessible         = true
}
`,
}
