package aws_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	ekstypes "github.com/aws/aws-sdk-go-v2/service/eks/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kinesistypes "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secretstypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"github.com/surety-cloud/surety/internal/prove"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
	"github.com/surety-cloud/surety/rules"
)

// serverlessVerdicts says how each rule judges the account that the functions
// below make, by the name of the resource. moto's CloudFormation makes few of
// these types, so that TestKeystone does not reach them.
var serverlessVerdicts = map[string]map[string]string{
	"DynamoDB-001": {"flawed": "fail", "sound": "pass"},
	"DynamoDB-003": {"flawed": "fail", "sound": "pass"},
	"DynamoDB-004": {"flawed": "fail", "sound": "pass"},
	"DynamoDB-005": {"flawed": "fail", "sound": "pass"},

	"EC2-241": {"flawed": "fail", "sound": "pass"},
	"EC2-242": {"flawed": "fail", "sound": "pass"},

	"ECR-001": {"flawed": "fail", "sound": "pass"},
	"ECR-002": {"flawed": "fail", "sound": "pass"},
	"ECR-003": {"flawed": "fail", "sound": "pass"},
	"ECR-004": {"flawed": "fail", "sound": "pass"},

	"ECS-002": {"flawed": "fail", "sound": "pass"},
	"ECS-003": {"flawed": "fail"}, // moto forgets the placement strategies of a service
	"ECS-207": {"flawed": "fail", "sound": "pass"},

	"EKS-001": {"flawed": "fail", "sound": "pass"},
	"EKS-002": {"flawed": "fail", "sound": "pass"},
	"EKS-003": {"flawed": "fail", "sound": "pass"},
	"EKS-004": {"flawed": "fail", "sound": "pass"},

	"Kinesis-001": {"flawed": "fail", "sound": "pass"},
	"Kinesis-002": {"flawed": "fail", "sound": "pass"},
	"Kinesis-003": {"flawed": "fail", "sound": "pass"},

	"Lambda-001": {"flawed": "fail", "sound": "pass"},
	"Lambda-002": {"flawed": "fail", "sound": "pass"},
	"Lambda-003": {"flawed": "fail", "sound": "pass"},
	"Lambda-004": {"flawed": "fail", "sound": "pass"},
	"Lambda-006": {"flawed": "pass", "sound": "pass"},
	"Lambda-008": {"flawed": "fail", "sound": "pass"},
	"Lambda-009": {"flawed": "fail"}, // moto does not tell the key
	"Lambda-012": {"flawed": "fail", "sound": "pass"},
	"Lambda-203": {"flawed": "fail", "sound": "pass"},

	"SNS-001": {"flawed": "fail", "sound": "pass"},
	"SNS-002": {"flawed": "fail", "sound": "pass"},
	"SNS-003": {"flawed": "fail", "sound": "pass"},
	"SNS-004": {"flawed": "fail", "sound": "pass"},
	"SNS-005": {"flawed": "fail", "sound": "pass"},
	"SNS-006": {"flawed": "fail", "sound": "pass"},
	"SNS-007": {"flawed": "fail", "sound": "pass"},

	"SQS-001": {"flawed": "fail"},
	"SQS-002": {"flawed": "fail"},
	"SQS-003": {"flawed": "fail", "sound": "pass", "sound-dlq": "pass"},
	"SQS-004": {"flawed": "fail", "sound": "pass", "sound-dlq": "pass"},
	"SQS-005": {"flawed": "fail", "sound": "pass", "sound-dlq": "fail"},
	"SQS-006": {"flawed": "fail", "sound": "pass"},

	"SSM-001": {"/flawed/password": "fail", "/sound/password": "pass"},

	"SecretsManager-001": {"flawed": "fail", "sound": "pass"},
	"SecretsManager-002": {"flawed": "fail", "sound": "pass"},
	"SecretsManager-003": {"sound": "pass"},
	"SecretsManager-004": {"123456789012": "pass"},
}

func TestServerlessVerdicts(t *testing.T) {
	moto := awstest.Moto(t)
	cfg := moto.Config("us-east-1")
	key, err := kms.NewFromConfig(cfg).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	m := maker{t.Context(), cfg, *key.KeyMetadata.Arn}
	for name, make := range map[string]func() error{
		"queues": m.queues, "topics": m.topics, "tables": m.tables, "repositories": m.repositories, "containers": m.containers,
		"kubernetes": m.kubernetes, "streams": m.streams, "functions": m.functions, "secrets": m.secrets, "parameters": m.parameters,
		"instances": m.instances,
	} {
		if err := make(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range slices.Sorted(maps.Keys(serverlessVerdicts)) {
		t.Run(id, func(t *testing.T) {
			r, err := library.Rule(id)
			if err != nil {
				t.Fatal(err)
			}
			reads, err := r.Reads()
			if err != nil {
				t.Fatal(err)
			}
			inv, stats := aws.Read(t.Context(), aws.Options{
				Accounts: []aws.Account{{ID: awstest.Account, Partition: "aws", Config: cfg}},
				Regions:  []string{"us-east-1"}, Needs: reads, Thorough: true, Now: time.Now(), Attempts: 2, Backoff: time.Millisecond,
			})
			for _, f := range stats.Failures {
				t.Errorf("%s: %s", f.Action, f.Reason)
			}
			day := keystoneDay
			if id == "DynamoDB-001" {
				day = time.Now().AddDate(0, 0, 30) // when a new table is no longer new
			}
			checks, err := prove.Judge(library, r, inv, day)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]string{}
			for _, c := range checks {
				name := c.Resource.Name
				if name == "" {
					name = c.Resource.ID
				}
				got[name] = string(c.Verdict)
				if serverlessVerdicts[id][name] != "" {
					exercise(cfg, id, got[name])
				}
				if want := serverlessVerdicts[id][name]; want != "" && want != got[name] {
					t.Errorf("%s: %s %s; want %s", name, c.Verdict, c.Message, want)
				}
			}
			for name := range serverlessVerdicts[id] {
				if got[name] == "" {
					t.Errorf("%s was not judged; %v were", name, got)
				}
			}
		})
	}
}

// A maker makes resources in moto's account, flawed ones and sound ones.
type maker struct {
	ctx context.Context
	cfg awssdk.Config
	key string // the ARN of a KMS key
}

// second is the error of a call whose answer does not matter.
func second[T any](_ T, err error) error { return err }

const openPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"%s:*","Resource":"*"}]}`

func (m maker) queues() error {
	client := sqs.NewFromConfig(m.cfg)
	flawed, err := client.CreateQueue(m.ctx, &sqs.CreateQueueInput{QueueName: awssdk.String("flawed"), Attributes: map[string]string{
		"SqsManagedSseEnabled": "false", "Policy": fmt.Sprintf(openPolicy, "sqs"),
	}})
	if err != nil {
		return err
	}
	var batch []sqstypes.SendMessageBatchRequestEntry
	for i := range 10 {
		batch = append(batch, sqstypes.SendMessageBatchRequestEntry{Id: awssdk.String(fmt.Sprint(i)), MessageBody: awssdk.String("work")})
	}
	for range 11 {
		if _, err := client.SendMessageBatch(m.ctx, &sqs.SendMessageBatchInput{QueueUrl: flawed.QueueUrl, Entries: batch}); err != nil {
			return err
		}
	}
	if _, err := client.CreateQueue(m.ctx, &sqs.CreateQueueInput{QueueName: awssdk.String("sound-dlq")}); err != nil {
		return err
	}
	return second(client.CreateQueue(m.ctx, &sqs.CreateQueueInput{QueueName: awssdk.String("sound"), Attributes: map[string]string{
		"KmsMasterKeyId": m.key, "RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:sound-dlq","maxReceiveCount":5}`,
	}}))
}

func (m maker) topics() error {
	client := sns.NewFromConfig(m.cfg)
	flawed, err := client.CreateTopic(m.ctx, &sns.CreateTopicInput{Name: awssdk.String("flawed"), Attributes: map[string]string{
		"Policy": fmt.Sprintf(openPolicy, "sns"),
	}})
	if err != nil {
		return err
	}
	sound, err := client.CreateTopic(m.ctx, &sns.CreateTopicInput{Name: awssdk.String("sound"), Attributes: map[string]string{"KmsMasterKeyId": m.key}})
	if err != nil {
		return err
	}
	for topic, endpoint := range map[*string]string{
		flawed.TopicArn: "arn:aws:sqs:us-east-1:210987654321:theirs", sound.TopicArn: "arn:aws:sqs:eu-west-1:123456789012:ours",
	} {
		if _, err := client.Subscribe(m.ctx, &sns.SubscribeInput{TopicArn: topic, Protocol: awssdk.String("sqs"), Endpoint: &endpoint}); err != nil {
			return err
		}
	}
	return nil
}

func (m maker) tables() error {
	client := dynamodb.NewFromConfig(m.cfg)
	for name, sse := range map[string]*dynamodbtypes.SSESpecification{
		"flawed": nil,
		"sound":  {Enabled: awssdk.Bool(true), SSEType: dynamodbtypes.SSETypeKms, KMSMasterKeyId: &m.key},
	} {
		if _, err := client.CreateTable(m.ctx, &dynamodb.CreateTableInput{
			TableName: &name, BillingMode: dynamodbtypes.BillingModePayPerRequest, SSESpecification: sse,
			AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: awssdk.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
			KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: awssdk.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		}); err != nil {
			return err
		}
	}
	sound := awssdk.String("sound")
	for _, err := range []error{
		second(client.PutItem(m.ctx, &dynamodb.PutItemInput{
			TableName: sound, Item: map[string]dynamodbtypes.AttributeValue{"id": &dynamodbtypes.AttributeValueMemberS{Value: "1"}},
		})),
		second(client.UpdateContinuousBackups(m.ctx, &dynamodb.UpdateContinuousBackupsInput{
			TableName: sound, PointInTimeRecoverySpecification: &dynamodbtypes.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: awssdk.Bool(true)},
		})),
		second(client.CreateBackup(m.ctx, &dynamodb.CreateBackupInput{TableName: sound, BackupName: sound})),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (m maker) repositories() error {
	client := ecr.NewFromConfig(m.cfg)
	flawed, sound := awssdk.String("flawed"), awssdk.String("sound")
	for _, err := range []error{
		second(client.CreateRepository(m.ctx, &ecr.CreateRepositoryInput{RepositoryName: flawed})),
		second(client.CreateRepository(m.ctx, &ecr.CreateRepositoryInput{RepositoryName: sound})),
		second(client.SetRepositoryPolicy(m.ctx, &ecr.SetRepositoryPolicyInput{RepositoryName: flawed, PolicyText: awssdk.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`)})),
		second(client.PutImageScanningConfiguration(m.ctx, &ecr.PutImageScanningConfigurationInput{
			RepositoryName: sound, ImageScanningConfiguration: &ecrtypes.ImageScanningConfiguration{ScanOnPush: true},
		})),
		second(client.PutLifecyclePolicy(m.ctx, &ecr.PutLifecyclePolicyInput{RepositoryName: sound, LifecyclePolicyText: awssdk.String(
			`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":3},"action":{"type":"expire"}}]}`)})),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

func (m maker) containers() error {
	client := ecs.NewFromConfig(m.cfg)
	if _, err := client.CreateCluster(m.ctx, &ecs.CreateClusterInput{ClusterName: awssdk.String("shop")}); err != nil {
		return err
	}
	for name, container := range map[string]ecstypes.ContainerDefinition{
		"flawed": {Environment: []ecstypes.KeyValuePair{{Name: awssdk.String("DB_PASSWORD"), Value: awssdk.String("correct-horse-battery")}}},
		"sound": {
			Environment:      []ecstypes.KeyValuePair{{Name: awssdk.String("STAGE"), Value: awssdk.String("production")}},
			LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs},
		},
	} {
		container.Name, container.Image, container.Memory = awssdk.String("web"), awssdk.String("web:1"), awssdk.Int32(128)
		if _, err := client.RegisterTaskDefinition(m.ctx, &ecs.RegisterTaskDefinitionInput{
			Family: &name, ContainerDefinitions: []ecstypes.ContainerDefinition{container},
		}); err != nil {
			return err
		}
	}
	return second(client.CreateService(m.ctx, &ecs.CreateServiceInput{
		Cluster: awssdk.String("shop"), ServiceName: awssdk.String("flawed"), TaskDefinition: awssdk.String("flawed"),
		DesiredCount: awssdk.Int32(1), LaunchType: ecstypes.LaunchTypeEc2,
	}))
}

func (m maker) kubernetes() error {
	network, client := ec2.NewFromConfig(m.cfg), eks.NewFromConfig(m.cfg)
	for name, cluster := range map[string]struct {
		port       int32
		cidr       string
		version    string
		logEnabled bool
	}{
		"flawed": {22, "0.0.0.0/0", "1.24", false},
		"sound":  {443, "203.0.113.0/24", "1.34", true},
	} {
		group, err := network.CreateSecurityGroup(m.ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name})
		if err != nil {
			return err
		}
		if _, err := network.AuthorizeSecurityGroupIngress(m.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
			GroupId: group.GroupId, IpProtocol: awssdk.String("tcp"), FromPort: &cluster.port, ToPort: &cluster.port, CidrIp: awssdk.String("10.0.0.0/16"),
		}); err != nil {
			return err
		}
		if _, err := client.CreateCluster(m.ctx, &eks.CreateClusterInput{
			Name: &name, Version: &cluster.version, RoleArn: awssdk.String("arn:aws:iam::123456789012:role/cluster"),
			ResourcesVpcConfig: &ekstypes.VpcConfigRequest{
				SubnetIds: []string{"subnet-1"}, SecurityGroupIds: []string{*group.GroupId},
				EndpointPublicAccess: awssdk.Bool(true), PublicAccessCidrs: []string{cluster.cidr},
			},
			Logging: &ekstypes.Logging{ClusterLogging: []ekstypes.LogSetup{{Enabled: &cluster.logEnabled, Types: ekstypes.LogType("").Values()}}},
		}); err != nil {
			return err
		}
	}
	return nil
}

func (m maker) streams() error {
	client := kinesis.NewFromConfig(m.cfg)
	for _, name := range []string{"flawed", "sound"} {
		if _, err := client.CreateStream(m.ctx, &kinesis.CreateStreamInput{StreamName: &name, ShardCount: awssdk.Int32(1)}); err != nil {
			return err
		}
	}
	if _, err := client.StartStreamEncryption(m.ctx, &kinesis.StartStreamEncryptionInput{
		StreamName: awssdk.String("sound"), EncryptionType: kinesistypes.EncryptionTypeKms, KeyId: &m.key,
	}); err != nil {
		return err
	}
	return second(client.EnableEnhancedMonitoring(m.ctx, &kinesis.EnableEnhancedMonitoringInput{
		StreamName: awssdk.String("sound"), ShardLevelMetrics: []kinesistypes.MetricsName{kinesistypes.MetricsNameIteratorAgeMilliseconds},
	}))
}

func (m maker) functions() error {
	client := lambda.NewFromConfig(m.cfg)
	var code bytes.Buffer
	w := zip.NewWriter(&code)
	if _, err := w.Create("index.py"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	for name, function := range map[string]lambda.CreateFunctionInput{
		"flawed": {
			Runtime:     lambdatypes.RuntimePython38,
			Environment: &lambdatypes.Environment{Variables: map[string]string{"DB_PASSWORD": "correct-horse-battery"}},
		},
		"sound": {
			Runtime:       lambdatypes.RuntimePython314,
			Environment:   &lambdatypes.Environment{Variables: map[string]string{"DB_SECRET": "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/database-AbCdEf"}},
			TracingConfig: &lambdatypes.TracingConfig{Mode: lambdatypes.TracingModeActive},
			KMSKeyArn:     &m.key,
		},
	} {
		role, err := iam.NewFromConfig(m.cfg).CreateRole(m.ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: awssdk.String(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)})
		if err != nil {
			return err
		}
		function.FunctionName, function.Role, function.Handler = &name, role.Role.Arn, awssdk.String("index.handler")
		function.Code = &lambdatypes.FunctionCode{ZipFile: code.Bytes()}
		if _, err := client.CreateFunction(m.ctx, &function); err != nil {
			return err
		}
	}
	if _, err := client.AddPermission(m.ctx, &lambda.AddPermissionInput{
		FunctionName: awssdk.String("flawed"), StatementId: awssdk.String("all"), Action: awssdk.String("lambda:InvokeFunction"), Principal: awssdk.String("*"),
	}); err != nil {
		return err
	}
	return second(client.AddPermission(m.ctx, &lambda.AddPermissionInput{
		FunctionName: awssdk.String("sound"), StatementId: awssdk.String("bucket"), Action: awssdk.String("lambda:InvokeFunction"),
		Principal: awssdk.String("s3.amazonaws.com"), SourceAccount: awssdk.String(awstest.Account), SourceArn: awssdk.String("arn:aws:s3:::shop"),
	}))
}

func (m maker) secrets() error {
	client := secretsmanager.NewFromConfig(m.cfg)
	if _, err := client.CreateSecret(m.ctx, &secretsmanager.CreateSecretInput{Name: awssdk.String("flawed"), SecretString: awssdk.String("x")}); err != nil {
		return err
	}
	sound, err := client.CreateSecret(m.ctx, &secretsmanager.CreateSecretInput{Name: awssdk.String("sound"), SecretString: awssdk.String("x"), KmsKeyId: &m.key})
	if err != nil {
		return err
	}
	return second(client.RotateSecret(m.ctx, &secretsmanager.RotateSecretInput{
		SecretId: sound.ARN, RotationRules: &secretstypes.RotationRulesType{AutomaticallyAfterDays: awssdk.Int64(30)},
	}))
}

func (m maker) parameters() error {
	client := ssm.NewFromConfig(m.cfg)
	for name, kind := range map[string]ssmtypes.ParameterType{
		"/flawed/password": ssmtypes.ParameterTypeString, "/sound/password": ssmtypes.ParameterTypeSecureString,
	} {
		if _, err := client.PutParameter(m.ctx, &ssm.PutParameterInput{Name: &name, Type: kind, Value: awssdk.String("x")}); err != nil {
			return err
		}
	}
	return nil
}

func (m maker) instances() error {
	client := ec2.NewFromConfig(m.cfg)
	for name, script := range map[string]string{
		"flawed": "IyEvYmluL3NoCkRCX1BBU1NXT1JEPWNvcnJlY3QtaG9yc2UgL29wdC9zdGFydAo=", // DB_PASSWORD=correct-horse /opt/start
		"sound":  "IyEvYmluL3NoCi9vcHQvc3RhcnQK",
	} {
		tags := func(kind ec2types.ResourceType) []ec2types.TagSpecification {
			return []ec2types.TagSpecification{{ResourceType: kind, Tags: []ec2types.Tag{{Key: awssdk.String("Name"), Value: &name}}}}
		}
		if _, err := client.RunInstances(m.ctx, &ec2.RunInstancesInput{
			ImageId: awssdk.String("ami-12c6146b"), MinCount: awssdk.Int32(1), MaxCount: awssdk.Int32(1), InstanceType: ec2types.InstanceTypeT3Micro,
			UserData: &script, TagSpecifications: tags(ec2types.ResourceTypeInstance),
		}); err != nil {
			return err
		}
		if _, err := client.CreateLaunchTemplate(m.ctx, &ec2.CreateLaunchTemplateInput{
			LaunchTemplateName: &name, LaunchTemplateData: &ec2types.RequestLaunchTemplateData{UserData: &script},
		}); err != nil {
			return err
		}
	}
	return nil
}
