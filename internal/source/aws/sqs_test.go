package aws

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestQueues(t *testing.T) {
	moto := awstest.Moto(t)
	client := sqs.NewFromConfig(moto.Config("us-east-1"))
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`
	created, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: ptr("orders"),
		Attributes: map[string]string{
			"KmsMasterKeyId": "alias/orders", "VisibilityTimeout": "60", "Policy": policy,
		},
		Tags: map[string]string{"Team": "shop"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: created.QueueUrl, MessageBody: ptr("one")}); err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::SQS::Queue", "AWS::SQS::QueuePolicy")

	queue := one(t, got, "AWS::SQS::Queue", "orders")
	if time.Since(queue.Created) > time.Hour {
		t.Errorf("created at %v", queue.Created)
	}
	queue.Created = time.Time{}
	want := &cloud.Resource{
		Type: "AWS::SQS::Queue", ID: *created.QueueUrl, Name: "orders", Region: "us-east-1",
		ARN: "arn:aws:sqs:us-east-1:123456789012:orders", Account: awstest.Account, World: awstest.Account,
		Tags: map[string]string{"Team": "shop"},
		Properties: map[string]any{
			"Arn":       "arn:aws:sqs:us-east-1:123456789012:orders",
			"QueueName": "orders", "QueueUrl": *created.QueueUrl,
			"KmsMasterKeyId": "alias/orders", "VisibilityTimeout": int64(60),
			"DelaySeconds": int64(0), "MaximumMessageSize": int64(1048576), "MessageRetentionPeriod": int64(345600),
			"SqsManagedSseEnabled": true, "KmsDataKeyReusePeriodSeconds": int64(300), "ReceiveMessageWaitTimeSeconds": int64(0),
			"ApproximateNumberOfMessages": int64(1), "ApproximateNumberOfMessagesNotVisible": int64(0),
			"Tags": []any{map[string]any{"Key": "Team", "Value": "shop"}},
		},
	}
	if diff := cmp.Diff(want, queue); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
	allowed := one(t, got, "AWS::SQS::QueuePolicy", *created.QueueUrl)
	statements := allowed.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any)
	if statements[0].(map[string]any)["Action"] != "sqs:SendMessage" {
		t.Errorf("policy = %v", allowed.Properties)
	}
}
