package aws

import (
	"context"
	"path"

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
			{typ: "AWS::SQS::Queue", gives: "QueueName QueueUrl", tagged: "sqs:queue"},
			{typ: "AWS::SQS::QueuePolicy", gives: "PolicyDocument Queues", tagged: "-"},
		},
		calls: "sqs:ListQueues",
		read:  readQueues,
		parts: []part{{
			gives: "Arn ContentBasedDeduplication DelaySeconds FifoQueue KmsMasterKeyId MaximumMessageSize " +
				"MessageRetentionPeriod RedriveAllowPolicy RedrivePolicy SqsManagedSseEnabled VisibilityTimeout",
			emits: "AWS::SQS::QueuePolicy",
			calls: "sqs:GetQueueAttributes",
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
	return props{
		"Arn":                       a["QueueArn"],
		"ContentBasedDeduplication": a["ContentBasedDeduplication"],
		"DelaySeconds":              a["DelaySeconds"],
		"FifoQueue":                 a["FifoQueue"],
		"KmsMasterKeyId":            a["KmsMasterKeyId"],
		"MaximumMessageSize":        a["MaximumMessageSize"],
		"MessageRetentionPeriod":    a["MessageRetentionPeriod"],
		"RedriveAllowPolicy":        a["RedriveAllowPolicy"],
		"RedrivePolicy":             a["RedrivePolicy"],
		"SqsManagedSseEnabled":      a["SqsManagedSseEnabled"],
		"VisibilityTimeout":         a["VisibilityTimeout"],
	}, nil
}
