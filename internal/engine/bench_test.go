package engine_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/rules"
)

type object = map[string]any

type list = []any

// An account is made up with what the collectors give: properties in the form
// of their types, references by id, name and ARN.
type account struct {
	b   *testing.B
	inv *cloud.Inventory
}

const accountID = "123456789012"

func (a *account) add(typ, region, id, arn string, tags map[string]string, properties object) {
	t, ok := schema.Lookup(typ)
	if !ok {
		a.b.Fatal(typ)
	}
	for name := range properties {
		if t.Property(name) == nil {
			a.b.Fatalf("%s has no property %s", typ, name)
		}
	}
	if tags != nil && typ != "AWS::EC2::LaunchTemplate" {
		var all list
		for k, v := range tags {
			all = append(all, object{"Key": k, "Value": v})
		}
		properties["Tags"] = all
	}
	a.inv.Resources = append(a.inv.Resources, &cloud.Resource{
		Type: typ, ID: id, ARN: arn, Name: tags["Name"], Account: accountID, World: accountID, Region: region,
		Tags: tags, Properties: t.Coerce(properties),
	})
}

var regions = []string{"us-east-1", "us-east-1", "us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-2"}

func at(i int) string { return regions[i%len(regions)] }

func tagsOf(kind string, i int) map[string]string {
	return map[string]string{
		"Name":        fmt.Sprintf("ec2-%s-%s-p-web-%d", at(i), at(i)[:2]+"a", i),
		"team":        fmt.Sprint("team-", i%40),
		"environment": []string{"production", "staging", "development"}[i%3],
		"cost-centre": fmt.Sprint(1000 + i%80),
		"kind":        kind,
	}
}

func (a *account) instances(n int) {
	for i := range 40 {
		a.add("AWS::EC2::LaunchTemplate", at(i), fmt.Sprintf("lt-%017x", i), "", map[string]string{"Name": fmt.Sprint("workers-", i)}, object{
			"LaunchTemplateId": fmt.Sprintf("lt-%017x", i), "LaunchTemplateName": fmt.Sprint("workers-", i),
			"LaunchTemplateData": object{
				"ImageId": fmt.Sprintf("ami-%017x", i%7), "InstanceType": "m6i.large", "Monitoring": object{"Enabled": true},
				"MetadataOptions": object{"HttpTokens": "required"}, "IamInstanceProfile": object{"Name": "worker"},
			},
		})
	}
	for i := range n {
		properties := object{
			"InstanceId": fmt.Sprintf("i-%017x", i), "InstanceType": []string{"m5.large", "m7g.xlarge", "t3.medium", "m4.large", "c6i.2xlarge"}[i%5],
			"ImageId": fmt.Sprintf("ami-%017x", i%7), "VpcId": fmt.Sprintf("vpc-%017x", i%20), "SubnetId": fmt.Sprintf("subnet-%017x", i%100),
			"AvailabilityZone": at(i) + "a", "KeyName": "deploy", "PrivateIpAddress": fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255),
			"PrivateDnsName": fmt.Sprintf("ip-10-%d-%d-%d.ec2.internal", i>>16, i>>8&255, i&255), "EbsOptimized": i%2 == 0,
			"SecurityGroupIds": list{fmt.Sprintf("sg-%017x", i%500), fmt.Sprintf("sg-%017x", (i+7)%500)},
			"Monitoring":       i%3 == 0, "DisableApiTermination": i%4 == 0, "SourceDestCheck": true, "Tenancy": "default",
			"MetadataOptions": object{"HttpTokens": []string{"required", "optional"}[i%2], "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
			"State":           object{"Code": "16", "Name": "running"},
			"BlockDeviceMappings": list{
				object{"DeviceName": "/dev/xvda", "Ebs": object{"DeleteOnTermination": true, "VolumeSize": 30, "VolumeType": "gp3", "Encrypted": true}},
			},
			"CpuOptions": object{"CoreCount": 2, "ThreadsPerCore": 2}, "HibernationOptions": object{"Configured": false}, "EnclaveOptions": object{"Enabled": false},
			"NetworkInterfaces": list{object{
				"NetworkInterfaceId": fmt.Sprintf("eni-%017x", i), "DeviceIndex": "0", "SubnetId": fmt.Sprintf("subnet-%017x", i%100),
				"GroupSet": list{fmt.Sprintf("sg-%017x", i%500)}, "AssociatePublicIpAddress": i%5 == 0, "DeleteOnTermination": true,
			}},
		}
		tags := tagsOf("instance", i)
		if i%6 != 0 {
			properties["IamInstanceProfile"] = "worker"
		}
		if i%3 == 0 {
			tags["aws:autoscaling:groupName"] = fmt.Sprint("workers-", i%40)
			properties["LaunchTemplate"] = object{"LaunchTemplateId": fmt.Sprintf("lt-%017x", i%40), "Version": "3"}
		}
		a.add("AWS::EC2::Instance", at(i), fmt.Sprintf("i-%017x", i), fmt.Sprintf("arn:aws:ec2:%s:%s:instance/i-%017x", at(i), accountID, i), tags, properties)
	}
}

func (a *account) volumes(n int) {
	for i := range n {
		properties := object{
			"VolumeId": fmt.Sprintf("vol-%017x", i), "AvailabilityZone": at(i) + "a", "Encrypted": i%4 != 0, "Size": 20 + i%500,
			"VolumeType": []string{"gp2", "gp3", "io1"}[i%3], "Iops": 3000 + i%1000, "SnapshotId": fmt.Sprintf("snap-%017x", i), "MultiAttachEnabled": false,
		}
		if i%4 != 0 {
			properties["KmsKeyId"] = fmt.Sprintf("arn:aws:kms:%s:%s:key/%08x-1111-2222-3333-444455556666", at(i), accountID, i%9)
		}
		a.add("AWS::EC2::Volume", at(i), fmt.Sprintf("vol-%017x", i), fmt.Sprintf("arn:aws:ec2:%s:%s:volume/vol-%017x", at(i), accountID, i), tagsOf("volume", i), properties)
	}
}

func (a *account) securityGroups(n, each int) {
	for i := range n {
		var ingress list
		for j := range each {
			r := object{"IpProtocol": "tcp", "FromPort": 8000 + j, "ToPort": 8000 + j, "Description": fmt.Sprint("service ", j)}
			switch j % 4 {
			case 0:
				r["CidrIp"] = fmt.Sprintf("10.%d.%d.0/24", i%256, j)
			case 1:
				r["SourceSecurityGroupId"] = fmt.Sprintf("sg-%017x", (i+j)%n)
			case 2:
				r["CidrIp"] = fmt.Sprintf("198.51.%d.%d/32", i%256, j)
			case 3:
				r["CidrIpv6"] = fmt.Sprintf("2001:db8:%x:%x::/64", i, j)
			}
			ingress = append(ingress, r)
		}
		if i%5 == 0 {
			ingress[0] = object{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
		}
		if i%50 == 0 {
			ingress[1] = object{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
		}
		a.add("AWS::EC2::SecurityGroup", at(i), fmt.Sprintf("sg-%017x", i), fmt.Sprintf("arn:aws:ec2:%s:%s:security-group/sg-%017x", at(i), accountID, i), tagsOf("group", i), object{
			"GroupId": fmt.Sprintf("sg-%017x", i), "GroupName": fmt.Sprint("service-", i), "GroupDescription": "of a service", "VpcId": fmt.Sprintf("vpc-%017x", i%20),
			"SecurityGroupIngress": ingress, "SecurityGroupEgress": list{object{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}},
		})
	}
}

func (a *account) buckets(n int) {
	for i := range n {
		name := fmt.Sprint("example-data-", i)
		properties := object{
			"BucketName": name, "OwnershipControls": object{"Rules": list{object{"ObjectOwnership": "BucketOwnerEnforced"}}},
			"BucketEncryption": object{"ServerSideEncryptionConfiguration": list{object{
				"ServerSideEncryptionByDefault": object{"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": i%2 == 0,
			}}},
			"Grants": list{object{"Grantee": object{"Type": "CanonicalUser", "ID": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, "Permission": "FULL_CONTROL"}},
		}
		if i%3 != 0 {
			properties["PublicAccessBlockConfiguration"] = object{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}
		}
		if i%2 == 0 {
			properties["VersioningConfiguration"] = object{"Status": "Enabled"}
			properties["LifecycleConfiguration"] = object{"Rules": list{object{"Status": "Enabled", "ExpirationInDays": 90}}}
			a.add("AWS::S3::BucketPolicy", at(i), name, "", nil, object{"Bucket": name, "PolicyDocument": object{"Version": "2012-10-17", "Statement": list{
				object{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list{"arn:aws:s3:::" + name, "arn:aws:s3:::" + name + "/*"}, "Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
				object{"Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::" + accountID + ":role/reader"}, "Action": list{"s3:GetObject", "s3:ListBucket"}, "Resource": list{"arn:aws:s3:::" + name, "arn:aws:s3:::" + name + "/*"}},
			}}})
		}
		a.add("AWS::S3::Bucket", at(i), name, "arn:aws:s3:::"+name, tagsOf("bucket", i), properties)
	}
}

func (a *account) identities(n int) {
	document := func(actions ...any) object {
		return object{"Version": "2012-10-17", "Statement": list{
			object{"Effect": "Allow", "Action": actions, "Resource": list{"arn:aws:s3:::example-data-1/*", "arn:aws:s3:::example-data-2/*"}},
			object{"Effect": "Deny", "Action": "iam:*", "Resource": "*"},
		}}
	}
	for i := range 300 {
		arn := fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", accountID, i)
		a.add("AWS::IAM::ManagedPolicy", "global", arn, arn, nil, object{
			"PolicyArn": arn, "ManagedPolicyName": fmt.Sprint("app-", i), "PolicyDocument": document("s3:GetObject", "s3:PutObject", "dynamodb:Query"),
		})
	}
	for i := range 50 {
		a.add("AWS::IAM::Group", "global", fmt.Sprint("group-", i), fmt.Sprintf("arn:aws:iam::%s:group/group-%d", accountID, i), nil, object{
			"GroupName": fmt.Sprint("group-", i), "ManagedPolicyArns": list{fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", accountID, i), "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			"Policies": list{object{"PolicyName": "own", "PolicyDocument": document("sqs:SendMessage")}},
		})
	}
	for i := range n {
		a.add("AWS::IAM::User", "global", fmt.Sprint("user-", i), fmt.Sprintf("arn:aws:iam::%s:user/user-%d", accountID, i), tagsOf("user", i), object{
			"UserName": fmt.Sprint("user-", i), "Path": "/", "Groups": list{fmt.Sprint("group-", i%50), fmt.Sprint("group-", (i+1)%50)},
			"ManagedPolicyArns": list{fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", accountID, i%300)},
		})
		trust := object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"Service": []string{"ec2.amazonaws.com", "lambda.amazonaws.com"}[i%2]}, "Action": "sts:AssumeRole"}}}
		if i%10 == 0 {
			trust["Statement"] = list{object{"Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::210987654321:root"}, "Action": "sts:AssumeRole"}}
		}
		a.add("AWS::IAM::Role", "global", fmt.Sprint("role-", i), fmt.Sprintf("arn:aws:iam::%s:role/role-%d", accountID, i), tagsOf("role", i), object{
			"RoleName": fmt.Sprint("role-", i), "Arn": fmt.Sprintf("arn:aws:iam::%s:role/role-%d", accountID, i), "Path": "/", "AssumeRolePolicyDocument": trust,
			"ManagedPolicyArns": list{fmt.Sprintf("arn:aws:iam::%s:policy/app-%d", accountID, i%300), "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"},
			"Policies":          list{object{"PolicyName": "own", "PolicyDocument": document("s3:GetObject", "logs:PutLogEvents", "kms:Decrypt")}},
		})
	}
	for i := range 400 {
		a.add("AWS::Lambda::Function", at(i), fmt.Sprint("function-", i), "", tagsOf("function", i), object{
			"FunctionName": fmt.Sprint("function-", i), "Role": fmt.Sprintf("arn:aws:iam::%s:role/role-%d", accountID, i),
		})
	}
}

// BenchmarkAccount judges a large account by every rule of the types that it
// is made of. The whole must stay above 200,000 checks a second on two cores;
// 250,000 on two cores of 2026, where it takes a second of CPU.
func BenchmarkAccount(b *testing.B) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		b.Fatal(err)
	}
	for _, part := range []struct {
		name string
		fill func(a *account)
		typ  string
	}{
		{"all", func(a *account) {
			a.instances(12_906)
			a.volumes(13_433)
			a.securityGroups(500, 20)
			a.buckets(391)
			a.identities(2000)
		}, ""},
		{"instances", func(a *account) { a.instances(12_906) }, "AWS::EC2::Instance"},
		{"volumes", func(a *account) { a.volumes(13_433) }, "AWS::EC2::Volume"},
		{"groups", func(a *account) { a.securityGroups(500, 20) }, "AWS::EC2::SecurityGroup"},
		{"buckets", func(a *account) { a.buckets(391) }, "AWS::S3::Bucket"},
		{"users", func(a *account) { a.identities(2000) }, "AWS::IAM::User"},
		{"roles", func(a *account) { a.identities(2000) }, "AWS::IAM::Role"},
	} {
		b.Run(part.name, func(b *testing.B) {
			a := &account{b: b, inv: &cloud.Inventory{}}
			part.fill(a)
			options := engine.Options{Library: library, Rules: library.IDs(), Now: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
			if part.typ != "" {
				options.Rules = library.ForType(part.typ)
			}
			checks := 0
			b.ReportAllocs()
			for b.Loop() {
				result, err := engine.Run(context.Background(), a.inv, options)
				if err != nil {
					b.Fatal(err)
				}
				for _, p := range result.Problems {
					b.Fatal(p)
				}
				checks += len(result.Checks)
			}
			b.ReportMetric(float64(checks)/b.Elapsed().Seconds(), "checks/s")
			b.ReportMetric(float64(checks)/float64(b.N), "checks")
		})
	}
}
