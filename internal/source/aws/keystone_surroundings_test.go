package aws_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// surroundings is what examples name and leave to others to make: a subnet, a
// certificate, a cluster. Moto refuses a stack without it, so it is made first.
var surroundings = []struct {
	named *regexp.Regexp // its first group, or all of it, is the name

	// in gives what to write in place of each name; what has the name that it
	// is given keeps it.
	in func(ctx context.Context, cfg awssdk.Config, names []string) ([]string, error)
}{
	{regexp.MustCompile(`\bsubnet-[0-9a-f]{8,17}\b`), subnets},
	{regexp.MustCompile(`\bvpc-[0-9a-f]{8,17}\b`), vpcs},
	{regexp.MustCompile(`\blt-[0-9a-f]{8,17}\b`), eachOf(launchTemplate)},
	{regexp.MustCompile(`\barn:aws:acm:[a-z0-9-]+:\d+:certificate/[0-9a-f-]+`), eachOf(certificate)},
	{regexp.MustCompile(`\barn:aws:elasticloadbalancing:[a-z0-9-]+:\d+:loadbalancer/(?:app|net)/[\w-]+/[0-9a-f]+`), eachOf(loadBalancer)},
	{regexp.MustCompile(`\barn:aws:elasticloadbalancing:[a-z0-9-]+:\d+:targetgroup/[\w-]+/[0-9a-f]+`), eachOf(targetGroup)},
	{regexp.MustCompile(`(?m)^ +Cluster: ([\w-]+)$`), eachOf(cluster)},
	{regexp.MustCompile(`(?m)^ +TaskDefinition: ([\w-]+:\d+)$`), eachOf(taskDefinition)},
	{regexp.MustCompile(`(?m)^ +(?:Role: .*:role/|Roles: \[)([\w-]+)`), eachOf(role)},
	{regexp.MustCompile(`(?m)^ +IamInstanceProfile: ([\w-]+)$`), eachOf(instanceProfile)},
	{regexp.MustCompile(`(?m)^ +LogDestination: arn:aws:s3:::([\w-]+)$`), eachOf(bucket)},
	{regexp.MustCompile(`(?m)^ +S3Bucket: [\w-]+\n +S3Key: \S+$`), eachOf(program)},
	{regexp.MustCompile(`(?m)^ +TemplateURL: (https://[\w-]+\.s3\.amazonaws\.com/\S+)$`), eachOf(nested)},
}

// surround makes the surroundings of an example, and returns the example with
// moto's names for them.
func surround(ctx context.Context, cfg awssdk.Config, text string) (string, error) {
	for _, s := range surroundings {
		var names []string
		for _, found := range s.named.FindAllStringSubmatch(text, -1) {
			if name := found[len(found)-1]; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) == 0 {
			continue
		}
		now, err := s.in(ctx, cfg, names)
		if err != nil {
			return "", fmt.Errorf("surroundings of the example: %w", err)
		}
		for i, name := range names {
			text = strings.ReplaceAll(text, name, now[i])
		}
	}
	return text, nil
}

func eachOf(in func(context.Context, awssdk.Config, string) (string, error)) func(context.Context, awssdk.Config, []string) ([]string, error) {
	return func(ctx context.Context, cfg awssdk.Config, names []string) ([]string, error) {
		var out []string
		for _, name := range names {
			now, err := in(ctx, cfg, name)
			if err != nil {
				return nil, err
			}
			out = append(out, now)
		}
		return out, nil
	}
}

// subnets are those that every account has from the beginning, one in a zone.
func subnets(ctx context.Context, cfg awssdk.Config, names []string) ([]string, error) {
	out, err := ec2.NewFromConfig(cfg).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, subnet := range out.Subnets {
		ids = append(ids, *subnet.SubnetId)
	}
	if len(ids) < len(names) {
		return nil, fmt.Errorf("moto has %d subnets, and the example names %d", len(ids), len(names))
	}
	return ids, nil
}

func vpcs(ctx context.Context, cfg awssdk.Config, names []string) ([]string, error) {
	client := ec2.NewFromConfig(cfg)
	out, err := client.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{})
	if err != nil {
		return nil, err
	}
	ids := []string{*out.Vpcs[0].VpcId} // the default one, to which the subnets belong
	for len(ids) < len(names) {
		made, err := client.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: awssdk.String(fmt.Sprintf("10.%d.0.0/16", 100+len(ids)))})
		if err != nil {
			return nil, err
		}
		ids = append(ids, *made.Vpc.VpcId)
	}
	return ids, nil
}

func launchTemplate(ctx context.Context, cfg awssdk.Config, id string) (string, error) {
	out, err := ec2.NewFromConfig(cfg).CreateLaunchTemplate(ctx, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &id, LaunchTemplateData: &ec2types.RequestLaunchTemplateData{ImageId: awssdk.String("ami-0abcdef1234567890")},
	})
	if err != nil {
		return "", err
	}
	return *out.LaunchTemplate.LaunchTemplateId, nil
}

func certificate(ctx context.Context, cfg awssdk.Config, _ string) (string, error) {
	out, err := acm.NewFromConfig(cfg).RequestCertificate(ctx, &acm.RequestCertificateInput{DomainName: awssdk.String("shop.example.com")})
	if err != nil {
		return "", err
	}
	return *out.CertificateArn, nil
}

func loadBalancer(ctx context.Context, cfg awssdk.Config, arn string) (string, error) {
	parts := strings.Split(arn, "/")
	kind := map[string]elbv2types.LoadBalancerTypeEnum{
		"app": elbv2types.LoadBalancerTypeEnumApplication, "net": elbv2types.LoadBalancerTypeEnumNetwork,
	}[parts[1]]
	ids, err := subnets(ctx, cfg, make([]string, 2))
	if err != nil {
		return "", err
	}
	out, err := elbv2.NewFromConfig(cfg).CreateLoadBalancer(ctx, &elbv2.CreateLoadBalancerInput{Name: &parts[2], Type: kind, Subnets: ids[:2]})
	if err != nil {
		return "", err
	}
	return *out.LoadBalancers[0].LoadBalancerArn, nil
}

func targetGroup(ctx context.Context, cfg awssdk.Config, arn string) (string, error) {
	ids, err := vpcs(ctx, cfg, make([]string, 1))
	if err != nil {
		return "", err
	}
	out, err := elbv2.NewFromConfig(cfg).CreateTargetGroup(ctx, &elbv2.CreateTargetGroupInput{
		Name: &strings.Split(arn, "/")[1], Protocol: elbv2types.ProtocolEnumHttp, Port: awssdk.Int32(80), VpcId: &ids[0],
	})
	if err != nil {
		return "", err
	}
	return *out.TargetGroups[0].TargetGroupArn, nil
}

func cluster(ctx context.Context, cfg awssdk.Config, name string) (string, error) {
	_, err := ecs.NewFromConfig(cfg).CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &name})
	return name, err
}

func taskDefinition(ctx context.Context, cfg awssdk.Config, name string) (string, error) {
	family, _, _ := strings.Cut(name, ":")
	_, err := ecs.NewFromConfig(cfg).RegisterTaskDefinition(ctx, &ecs.RegisterTaskDefinitionInput{
		Family: &family,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: &family, Image: awssdk.String("example.com/" + family), Memory: awssdk.Int32(128),
		}},
	})
	return family + ":1", err
}

// role is one that services and machines may take.
func role(ctx context.Context, cfg awssdk.Config, name string) (string, error) {
	_, err := iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name,
		AssumeRolePolicyDocument: awssdk.String(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole",
			"Principal": {"Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"]}}}`),
	})
	return name, err
}

func instanceProfile(ctx context.Context, cfg awssdk.Config, name string) (string, error) {
	_, err := iam.NewFromConfig(cfg).CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name})
	return name, err
}

func bucket(ctx context.Context, cfg awssdk.Config, name string) (string, error) {
	_, err := bucketsOf(cfg).CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name})
	return name, err
}

func bucketsOf(cfg awssdk.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

// program puts the code of a function where the example takes it from.
func program(ctx context.Context, cfg awssdk.Config, lines string) (string, error) {
	words := strings.Fields(lines) // S3Bucket: BUCKET S3Key: KEY
	var empty bytes.Buffer
	if err := zip.NewWriter(&empty).Close(); err != nil {
		return "", err
	}
	return lines, object(ctx, cfg, words[1], words[3], empty.Bytes())
}

// nested puts a template where the example takes it from.
func nested(ctx context.Context, cfg awssdk.Config, url string) (string, error) {
	host, key, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	name, _, _ := strings.Cut(host, ".")
	return url, object(ctx, cfg, name, key, []byte(`{"Resources": {}}`))
}

func object(ctx context.Context, cfg awssdk.Config, in, key string, body []byte) error {
	if _, err := bucket(ctx, cfg, in); err != nil {
		return err
	}
	_, err := bucketsOf(cfg).PutObject(ctx, &s3.PutObjectInput{Bucket: &in, Key: &key, Body: bytes.NewReader(body)})
	return err
}
