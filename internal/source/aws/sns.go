package aws

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// Simple Notification Service: topics, the policy of each as the resource that
// it is in CloudFormation, and the account's subscriptions.
var snsCollectors = []collector{
	{
		service: "sns",
		types: []emits{
			{typ: "AWS::SNS::Topic", gives: "TopicArn TopicName", tagged: "sns"},
			{typ: "AWS::SNS::TopicPolicy", gives: "PolicyDocument Topics", tagged: "-"},
		},
		calls: "sns:ListTopics",
		read:  readTopics,
		parts: []part{
			{
				gives: "ArchivePolicy ContentBasedDeduplication DeliveryStatusLogging DisplayName FifoThroughputScope FifoTopic " +
					"KmsMasterKeyId SignatureVersion Subscription TracingConfig SubscriptionsConfirmed SubscriptionsPending",
				emits: "AWS::SNS::TopicPolicy",
				calls: "sns:GetTopicAttributes sns:ListSubscriptions sns:ListSubscriptionsByTopic kms:ListAliases",
				read:  readTopicAttributes,
			},
			{gives: "DataProtectionPolicy", calls: "sns:GetDataProtectionPolicy", read: readDataProtection},
		},
	},
	{
		service: "sns",
		types:   []emits{{typ: "AWS::SNS::Subscription", gives: "Arn Endpoint Owner Protocol TopicArn", tagged: "-"}},
		calls:   "sns:ListSubscriptions",
		read:    readSubscriptions,
		parts: []part{{
			gives: "ConfirmationWasAuthenticated DeliveryPolicy FilterPolicy FilterPolicyScope RawMessageDelivery RedrivePolicy " +
				"ReplayPolicy SubscriptionRoleArn",
			calls: "sns:GetSubscriptionAttributes",
			read:  readSubscriptionAttributes,
		}},
	},
}

func readTopics(ctx context.Context, s *scope) error {
	pages := sns.NewListTopicsPaginator(sns.NewFromConfig(s.cfg), &sns.ListTopicsInput{})
	return each(ctx, pages, func(page *sns.ListTopicsOutput) {
		for _, t := range page.Topics {
			arn := deref(t.TopicArn)
			name := arn[strings.LastIndex(arn, ":")+1:]
			s.add(found{
				typ: "AWS::SNS::Topic", id: arn, arn: arn, name: name,
				set: props{"TopicArn": arn, "TopicName": name},
			})
		}
	})
}

func readTopicAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := sns.NewFromConfig(s.cfg).GetTopicAttributes(ctx, &sns.GetTopicAttributesInput{TopicArn: &r.ID})
	if is(err, "NotFound", "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	a := out.Attributes
	if policy := a["Policy"]; policy != "" {
		s.add(found{
			typ: "AWS::SNS::TopicPolicy", id: r.ID, arn: r.ARN, name: r.Name,
			set: props{"PolicyDocument": policy, "Topics": []any{r.ID}},
		})
	}
	given := props{
		"ArchivePolicy":             a["ArchivePolicy"],
		"ContentBasedDeduplication": a["ContentBasedDeduplication"],
		"DeliveryStatusLogging":     deliveryLogging(a),
		"DisplayName":               a["DisplayName"],
		"FifoThroughputScope":       a["FifoThroughputScope"],
		"FifoTopic":                 a["FifoTopic"],
		"KmsMasterKeyId":            keyOf(ctx, s, a["KmsMasterKeyId"]),
		"SignatureVersion":          a["SignatureVersion"],
		"SubscriptionsConfirmed":    a["SubscriptionsConfirmed"],
		"SubscriptionsPending":      a["SubscriptionsPending"],
		"TracingConfig":             a["TracingConfig"],
	}
	if s.wanted(r.Type, "Subscription") {
		given["Subscription"] = answer(topicSubscriptions(ctx, s, r.ID, a["SubscriptionsConfirmed"]))
	}
	return given, nil
}

// deliveryLogging gathers the attributes <Protocol>SuccessFeedbackRoleArn,
// <Protocol>SuccessFeedbackSampleRate and <Protocol>FailureFeedbackRoleArn.
func deliveryLogging(attributes map[string]string) []any {
	var all []any
	for _, p := range []struct{ attribute, protocol string }{
		{"HTTP", "http/s"}, {"SQS", "sqs"}, {"Lambda", "lambda"}, {"Firehose", "firehose"}, {"Application", "application"},
	} {
		entry := shaped(map[string]any{
			"FailureFeedbackRoleArn":    attributes[p.attribute+"FailureFeedbackRoleArn"],
			"SuccessFeedbackRoleArn":    attributes[p.attribute+"SuccessFeedbackRoleArn"],
			"SuccessFeedbackSampleRate": attributes[p.attribute+"SuccessFeedbackSampleRate"],
		})
		if entry["FailureFeedbackRoleArn"] != nil || entry["SuccessFeedbackRoleArn"] != nil {
			entry["Protocol"] = p.protocol
			all = append(all, entry)
		}
	}
	return all
}

// subscriptions lists the account's subscriptions in the region. Those that
// nobody has confirmed yet get no messages and have no ARN: they are left out.
func subscriptions(ctx context.Context, s *scope) ([]types.Subscription, error) {
	return once(s.session, "sns:ListSubscriptions "+s.region, func() ([]types.Subscription, error) {
		var all []types.Subscription
		pages := sns.NewListSubscriptionsPaginator(sns.NewFromConfig(s.cfg), &sns.ListSubscriptionsInput{})
		err := each(ctx, pages, func(page *sns.ListSubscriptionsOutput) { all = appendConfirmed(all, page.Subscriptions) })
		return all, err
	})
}

func appendConfirmed(all, page []types.Subscription) []types.Subscription {
	for _, sub := range page {
		if strings.HasPrefix(deref(sub.SubscriptionArn), "arn:") { // else "PendingConfirmation" or "Deleted"
			all = append(all, sub)
		}
	}
	return all
}

// topicSubscriptions lists who is subscribed to a topic. The account's list
// has its own subscriptions only: where the topic counts others, it is asked.
func topicSubscriptions(ctx context.Context, s *scope, topic, confirmed string) ([]any, error) {
	listed, err := subscriptions(ctx, s)
	if err != nil {
		return nil, err
	}
	var own []types.Subscription
	for _, sub := range listed {
		if deref(sub.TopicArn) == topic {
			own = append(own, sub)
		}
	}
	if strconv.Itoa(len(own)) != confirmed {
		own = nil
		pages := sns.NewListSubscriptionsByTopicPaginator(sns.NewFromConfig(s.cfg), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
		err := each(ctx, pages, func(page *sns.ListSubscriptionsByTopicOutput) { own = appendConfirmed(own, page.Subscriptions) })
		if err != nil {
			return nil, err
		}
	}
	var all []any
	for _, sub := range own {
		all = append(all, shaped(map[string]any{"Endpoint": sub.Endpoint, "Protocol": sub.Protocol}))
	}
	return all, nil
}

func readDataProtection(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := sns.NewFromConfig(s.cfg).GetDataProtectionPolicy(ctx, &sns.GetDataProtectionPolicyInput{ResourceArn: &r.ID})
	if is(err, "NotFound", "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	return props{"DataProtectionPolicy": out.DataProtectionPolicy}, nil
}

func readSubscriptions(ctx context.Context, s *scope) error {
	all, err := subscriptions(ctx, s)
	for i := range all {
		sub := &all[i]
		arn := deref(sub.SubscriptionArn)
		s.add(found{id: arn, arn: arn, from: sub, set: props{"Arn": arn}})
	}
	return err
}

func readSubscriptionAttributes(ctx context.Context, s *scope, r *cloud.Resource) (props, error) {
	out, err := sns.NewFromConfig(s.cfg).GetSubscriptionAttributes(ctx, &sns.GetSubscriptionAttributesInput{SubscriptionArn: &r.ID})
	if is(err, "NotFound", "NotFoundException") {
		return nil, errGone
	}
	if err != nil {
		return nil, err
	}
	a := out.Attributes
	return props{
		"ConfirmationWasAuthenticated": a["ConfirmationWasAuthenticated"],
		"DeliveryPolicy":               a["DeliveryPolicy"],
		"FilterPolicy":                 a["FilterPolicy"],
		"FilterPolicyScope":            a["FilterPolicyScope"],
		"RawMessageDelivery":           a["RawMessageDelivery"],
		"RedrivePolicy":                a["RedrivePolicy"],
		"ReplayPolicy":                 a["ReplayPolicy"],
		"SubscriptionRoleArn":          a["SubscriptionRoleArn"],
	}, nil
}
