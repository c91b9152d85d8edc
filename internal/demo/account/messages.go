package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	sns_types "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// A topic of SNS. {arn} in the policy is the topic.
type topic struct {
	name        string
	key         string // alias; AWS's own key if "aws", none if empty
	policy      string
	subscribers []string // protocol and endpoint
	tags        tags
}

// A queue of SQS. {arn} in the policy is the queue.
type queue struct {
	name    string
	key     string // alias; "sqs" is the key of the service, none if empty
	letters string // the queue that takes what cannot be delivered
	policy  string
	tags    tags
}

var productionTopics = []topic{
	{
		name: "harbourline-alerts", key: "harbourline-logs", subscribers: []string{"email oncall@harbourline.example"}, tags: production("platform", ""),
		policy: `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{account}:root"},"Action":"sns:Publish","Resource":"{arn}"},
			{"Effect":"Deny","Principal":"*","Action":"sns:Publish","Resource":"{arn}","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
	},
	{name: "harbourline-orders", key: "aws", subscribers: []string{"sqs arn:aws:sqs:us-east-1:{account}:harbourline-orders"}, tags: production("storefront", "")},
	{
		name: "partner-events", subscribers: []string{"http http://events.tidewater.example/harbourline"}, // nothing publishes here, so that the server calls nobody
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::{tidewater}:root"},"Action":["sns:Subscribe","sns:Publish"],"Resource":"{arn}"}]}`,
	},
	{
		name:   "newsletter",
		policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":["sns:Publish","sns:Subscribe"],"Resource":"{arn}"}]}`,
	},
}

var productionQueues = []queue{
	{name: "harbourline-orders-dlq", key: "harbourline-app", tags: production("storefront", "")},
	{
		name: "harbourline-orders", key: "harbourline-app", letters: "harbourline-orders-dlq", tags: production("storefront", ""),
		policy: `{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"{arn}","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:{account}:harbourline-orders"}}},
			{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"{arn}","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
	},
	{name: "harbourline-mail", key: "sqs", tags: production("payments", "")},
	{name: "partner-feed", policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::{tidewater}:root","arn:aws:iam::{freight}:root"]},"Action":"sqs:SendMessage","Resource":"{arn}"}]}`},
	{name: "clicks", policy: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"{arn}"}]}`},
}

func (s *shop) topics(ctx context.Context) error {
	for _, t := range productionTopics {
		if err := s.topic(ctx, s.production, t); err != nil {
			return fmt.Errorf("topic %s: %w", t.name, err)
		}
	}
	if err := s.topic(ctx, s.staging, topic{name: "staging-alerts"}); err != nil {
		return err
	}
	return nil
}

func (s *shop) topic(ctx context.Context, at *site, t topic) error {
	client := sns.NewFromConfig(at.Config)
	attributes := map[string]string{}
	switch t.key {
	case "":
	case "aws":
		attributes["KmsMasterKeyId"] = "alias/aws/sns"
	default:
		attributes["KmsMasterKeyId"] = *at.key(t.key)
	}
	if t.policy != "" {
		attributes["Policy"] = strings.ReplaceAll(*s.document(t.policy), "{arn}", s.arn("sns", at.Region, t.name))
	}
	made, err := client.CreateTopic(ctx, &sns.CreateTopicInput{
		Name: new(t.name), Attributes: attributes,
		Tags: as(t.tags, func(key, value *string) sns_types.Tag { return sns_types.Tag{Key: key, Value: value} }),
	})
	if err != nil {
		return err
	}
	at.topics[t.name] = aws.ToString(made.TopicArn)
	for _, subscriber := range t.subscribers {
		protocol, endpoint, _ := strings.Cut(*s.document(subscriber), " ")
		if _, err := client.Subscribe(ctx, &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: new(protocol), Endpoint: new(endpoint)}); err != nil {
			return err
		}
	}
	return nil
}

func (s *shop) queues(ctx context.Context) error {
	for _, q := range productionQueues {
		if err := s.queue(ctx, s.production, q); err != nil {
			return fmt.Errorf("queue %s: %w", q.name, err)
		}
	}
	return s.queue(ctx, s.staging, queue{name: "staging-orders"})
}

func (s *shop) queue(ctx context.Context, at *site, q queue) error {
	attributes := map[string]string{"SqsManagedSseEnabled": "false"}
	switch q.key {
	case "":
	case "sqs":
		attributes["SqsManagedSseEnabled"] = "true"
	default:
		attributes["KmsMasterKeyId"] = *at.key(q.key)
	}
	if q.letters != "" {
		attributes["RedrivePolicy"] = `{"deadLetterTargetArn":"` + s.arn("sqs", at.Region, q.letters) + `","maxReceiveCount":"5"}`
	}
	if q.policy != "" {
		attributes["Policy"] = strings.ReplaceAll(*s.document(q.policy), "{arn}", s.arn("sqs", at.Region, q.name))
	}
	_, err := sqs.NewFromConfig(at.Config).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: new(q.name), Attributes: attributes, Tags: q.tags})
	return err
}
