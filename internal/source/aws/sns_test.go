package aws

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

func TestTopics(t *testing.T) {
	moto := awstest.Moto(t)
	client := sns.NewFromConfig(moto.Config("us-east-1"))
	created, err := client.CreateTopic(t.Context(), &sns.CreateTopicInput{
		Name: ptr("orders"),
		Attributes: map[string]string{
			"KmsMasterKeyId": "alias/orders", "DisplayName": "Orders",
			"Policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sns:Publish","Resource":"*"}]}`,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	arn := *created.TopicArn
	subscribed, err := client.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &arn, Protocol: ptr("sqs"), Endpoint: ptr("arn:aws:sqs:us-east-1:123456789012:orders"), ReturnSubscriptionArn: true,
		Attributes: map[string]string{"RawMessageDelivery": "true", "FilterPolicy": `{"kind":["new"]}`},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := collected(t, moto, "AWS::SNS::TopicPolicy", "AWS::SNS::Subscription")
	subscription := one(t, got, "AWS::SNS::Subscription", *subscribed.SubscriptionArn)
	want := map[string]any{
		"Arn": *subscribed.SubscriptionArn, "TopicArn": arn, "Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:orders",
		"Owner": awstest.Account, "ConfirmationWasAuthenticated": true, "RawMessageDelivery": true,
		"FilterPolicy": map[string]any{"kind": []any{"new"}}, "FilterPolicyScope": "MessageAttributes",
	}
	delete(subscription.Properties, "DeliveryPolicy")
	if diff := cmp.Diff(want, subscription.Properties); diff != "" {
		t.Errorf("subscription (-want +got):\n%s", diff)
	}
	policy := one(t, got, "AWS::SNS::TopicPolicy", arn)
	statements := policy.Properties["PolicyDocument"].(map[string]any)["Statement"].([]any)
	if statements[0].(map[string]any)["Action"] != "sns:Publish" || policy.Name != "orders" {
		t.Errorf("policy = %v", policy)
	}
}

const topicARN = "arn:aws:sns:us-east-1:123456789012:orders"

// snsAnswers is what SNS says of a topic and its subscriptions, after the API
// reference: moto counts no confirmed subscriptions, leaves most attributes
// out, and has no GetDataProtectionPolicy.
func snsAnswers(confirmed string) map[string]answers {
	member := func(arn, owner, endpoint string) string {
		return "<member><TopicArn>" + topicARN + "</TopicArn><Protocol>sqs</Protocol><SubscriptionArn>" + arn +
			"</SubscriptionArn><Owner>" + owner + "</Owner><Endpoint>" + endpoint + "</Endpoint></member>"
	}
	own := member(topicARN+":1", "123456789012", "arn:aws:sqs:us-east-1:123456789012:orders")
	entry := func(key, value string) string {
		return "<entry><key>" + key + "</key><value>" + value + "</value></entry>"
	}
	return map[string]answers{
		"ListTopics": {{body: `<ListTopicsResponse><ListTopicsResult><Topics><member><TopicArn>` + topicARN + `</TopicArn></member></Topics></ListTopicsResult></ListTopicsResponse>`}},
		"GetTopicAttributes": {{body: `<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>` +
			entry("TopicArn", topicARN) + entry("FifoTopic", "false") + entry("TracingConfig", "Active") + entry("SignatureVersion", "2") +
			entry("KmsMasterKeyId", "arn:aws:kms:us-east-1:123456789012:key/managed") + entry("DisplayName", "") +
			entry("LambdaFailureFeedbackRoleArn", "arn:aws:iam::123456789012:role/feedback") + entry("LambdaSuccessFeedbackSampleRate", "10") +
			entry("SubscriptionsConfirmed", confirmed) + entry("SubscriptionsPending", "1") +
			`</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`}},
		"GetDataProtectionPolicy": {{body: `<GetDataProtectionPolicyResponse><GetDataProtectionPolicyResult><DataProtectionPolicy>{"Name":"p"}</DataProtectionPolicy></GetDataProtectionPolicyResult></GetDataProtectionPolicyResponse>`}},
		"ListSubscriptions": {{body: `<ListSubscriptionsResponse><ListSubscriptionsResult><Subscriptions>` + own +
			member("PendingConfirmation", "123456789012", "ada@example.com") + `</Subscriptions></ListSubscriptionsResult></ListSubscriptionsResponse>`}},
		"ListSubscriptionsByTopic": {{body: `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>` + own +
			member(topicARN+":2", "210987654321", "arn:aws:sqs:us-east-1:210987654321:copies") + `</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`}},
		"GetSubscriptionAttributes": {{body: `<GetSubscriptionAttributesResponse><GetSubscriptionAttributesResult><Attributes>` +
			entry("PendingConfirmation", "false") + `</Attributes></GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>`}},
		"TrentService.ListAliases": {{body: `{"Aliases":[{"AliasName":"alias/aws/sns","AliasArn":"arn:aws:kms:us-east-1:123456789012:alias/aws/sns","TargetKeyId":"managed"}]}`}},
	}
}

func TestTopicAttributes(t *testing.T) {
	server := answering(t, snsAnswers("1"))
	inv, stats := server.collected(t, "AWS::SNS::Topic", "AWS::SNS::Subscription")
	if len(stats.Failures) > 0 {
		t.Errorf("failures: %v", stats.Failures)
	}
	want := map[string]any{
		"TopicArn": topicARN, "TopicName": "orders", "FifoTopic": false, "TracingConfig": "Active", "SignatureVersion": "2",
		"KmsMasterKeyId":         "alias/aws/sns",
		"DataProtectionPolicy":   map[string]any{"Name": "p"},
		"DeliveryStatusLogging":  []any{map[string]any{"Protocol": "lambda", "FailureFeedbackRoleArn": "arn:aws:iam::123456789012:role/feedback", "SuccessFeedbackSampleRate": "10"}},
		"Subscription":           []any{map[string]any{"Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:orders"}},
		"SubscriptionsConfirmed": int64(1), "SubscriptionsPending": int64(1),
	}
	if diff := cmp.Diff(want, one(t, inv.Resources, "AWS::SNS::Topic", topicARN).Properties); diff != "" {
		t.Errorf("topic (-want +got):\n%s", diff)
	}
	var listed []*cloud.Resource
	for _, r := range inv.Resources {
		if r.Type == "AWS::SNS::Subscription" {
			listed = append(listed, r)
		}
	}
	if len(listed) != 1 || listed[0].ID != topicARN+":1" {
		t.Errorf("subscriptions = %v; want the one that is confirmed", listed)
	}
	if server.count("ListSubscriptions") != 1 || server.count("ListSubscriptionsByTopic") != 0 {
		t.Errorf("ListSubscriptions was called %d times, ListSubscriptionsByTopic %d times", server.count("ListSubscriptions"), server.count("ListSubscriptionsByTopic"))
	}
}

// TestForeignSubscription: the account's list does not have another account's
// subscription to its topic.
func TestForeignSubscription(t *testing.T) {
	server := answering(t, snsAnswers("2"))
	inv, _ := server.collected(t, "AWS::SNS::Topic")
	want := []any{
		map[string]any{"Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:123456789012:orders"},
		map[string]any{"Protocol": "sqs", "Endpoint": "arn:aws:sqs:us-east-1:210987654321:copies"},
	}
	if diff := cmp.Diff(want, inv.Resources[0].Properties["Subscription"]); diff != "" {
		t.Errorf("subscriptions (-want +got):\n%s", diff)
	}
}
