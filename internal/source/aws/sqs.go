package aws

import (
	"context"
	"path"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Simple Queue Service: queues, and the policy of each as the resource that it
// is in CloudFormation.
var sqsCollectors = []collector{
	{
		service: "sqs",
		types: []emits{
			{typ: "AWS::SQS::Queue", gives: "QueueName QueueUrl", tagged: "sqs"},
			{typ: "AWS::SQS::QueuePolicy", gives: "PolicyDocument Queues", tagged: "-"},
		},
		calls: "sqs:ListQueues",
		read:  readQueues,
		parts: []part{{
			gives: "Arn ContentBasedDeduplication DeduplicationScope DelaySeconds FifoQueue FifoThroughputLimit " +
				"KmsDataKeyReusePeriodSeconds KmsMasterKeyId MaximumMessageSize MessageRetentionPeriod ReceiveMessageWaitTimeSeconds " +
				"RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled VisibilityTimeout " +
				"ApproximateNumberOfMessages ApproximateNumberOfMessagesNotVisible",
			emits: "AWS::SQS::QueuePolicy",
			calls: "sqs:GetQueueAttributes kms:ListAliases",
			read:  readQueueAttributes,
		}},
	},
}

func readQueues(ctx context.Context, s *scope) error {
	pages := sqs.NewListQueuesPaginator(sqs.NewFromConfig(s.cfg), &sqs.ListQueuesInput{MaxResults: ptr(int32(1000))})
	return each(ctx, pages, func(page *sqs.ListQueuesOutput) {
		for _, url := range page.QueueUrls {
			name := path.Base(url)
			s.add(found{
				id: url, arn: s.arn("sqs", name), name: name,
				set: props{"QueueName": name, "QueueUrl": url},
			})
		}
	})
}

func readQueueAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := sqs.NewFromConfig(s.cfg).GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &r.ID, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if is(err, "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	a := out.Attributes
	if policy := a["Policy"]; policy != "" {
		s.add(found{
			typ: "AWS::SQS::QueuePolicy", id: r.ID, arn: r.ARN, name: r.Name,
			set: props{"PolicyDocument": policy, "Queues": []any{r.ID}},
		})
	}
	if seconds, err := strconv.ParseFloat(a["CreatedTimestamp"], 64); err == nil {
		r.Created = time.Unix(int64(seconds), 0).UTC()
	}
	return props{
		"Arn":                                   a["QueueArn"],
		"ApproximateNumberOfMessages":           a["ApproximateNumberOfMessages"],
		"ApproximateNumberOfMessagesNotVisible": a["ApproximateNumberOfMessagesNotVisible"],
		"ContentBasedDeduplication":             a["ContentBasedDeduplication"],
		"DeduplicationScope":                    a["DeduplicationScope"],
		"DelaySeconds":                          a["DelaySeconds"],
		"FifoQueue":                             a["FifoQueue"],
		"FifoThroughputLimit":                   a["FifoThroughputLimit"],
		"KmsDataKeyReusePeriodSeconds":          a["KmsDataKeyReusePeriodSeconds"],
		"KmsMasterKeyId":                        keyOf(ctx, s, a["KmsMasterKeyId"]),
		"MaximumMessageSize":                    a["MaximumMessageSize"],
		"MessageRetentionPeriod":                a["MessageRetentionPeriod"],
		"ReceiveMessageWaitTimeSeconds":         a["ReceiveMessageWaitTimeSeconds"],
		"RedriveAllowPolicy":                    a["RedriveAllowPolicy"],
		"RedrivePolicy":                         a["RedrivePolicy"],
		"SqsManagedSseEnabled":                  a["SqsManagedSseEnabled"],
		"VisibilityTimeout":                     a["VisibilityTimeout"],
	}, nil
}
