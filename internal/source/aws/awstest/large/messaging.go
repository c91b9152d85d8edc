package large

import (
	"net/http"
	"strconv"
	"strings"
)

func snsOperations() operations {
	own := operations{
		"ListTopics":         listTopics,
		"GetTopicAttributes": ofTopic(getTopicAttributes),
		"ListTagsForResource": ofTopic(func(c *call, i int) *fault {
			c.w.tags("Tags", "Key", "Value", c.tags(topics, c.region, i))
			return nil
		}),
		"ListSubscriptions": listSubscriptions,
		"ListSubscriptionsByTopic": ofTopic(func(c *call, i int) *fault {
			c.w.list("Subscriptions", 1, func(int) { c.writeSubscription(i) })
			return nil
		}),
		"GetSubscriptionAttributes": nothing,
		"GetDataProtectionPolicy":   nothing,
	}
	return own.none("ListPlatformApplications", "ListPhoneNumbersOptedOut", "ListOriginationNumbers", "GetSMSAttributes")
}

// topicPages: SNS gives a hundred at a time and takes no size.
var topicPages = paging{token: "NextToken", normal: 100, badToken: "InvalidParameter"}

func (c *call) topicARN(i int) string { return c.arn("sns", c.region, c.name(topics, c.region, i)) }

func ofTopic(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("TopicArn") + c.str("ResourceArn")
		if i, ok := c.numbered(asked[strings.LastIndexByte(asked, ':')+1:], topics, c.region); ok {
			return do(c, i)
		}
		return faultf(http.StatusNotFound, "NotFound", "Topic does not exist")
	}
}

func listTopics(c *call) *fault {
	w, f := c.page(topicPages, c.count(topics, c.region))
	if f != nil {
		return f
	}
	c.w.list("Topics", w.to-w.from, func(n int) { c.w.str("TopicArn", c.topicARN(w.from+n)) })
	c.next("NextToken", w)
	return nil
}

func getTopicAttributes(c *call, i int) *fault {
	principal := `{"AWS":"*"}`
	condition := `,"Condition":{"StringEquals":{"AWS:SourceOwner":"` + c.number + `"}}`
	if c.chance(topics, c.region, i, 1, 3) {
		condition = ""
	}
	list := []pair{
		{"TopicArn", c.topicARN(i)}, {"Owner", c.number}, {"DisplayName", ""},
		{"SubscriptionsConfirmed", "1"}, {"SubscriptionsPending", "0"}, {"SubscriptionsDeleted", "0"},
		{"Policy", `{"Version":"2008-10-17","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":` + principal +
			`,"Action":["SNS:Publish","SNS:Subscribe"],"Resource":"` + c.topicARN(i) + `"` + condition + `}]}`},
	}
	if c.chance(topics, c.region, i, 2, 40) {
		list = append(list, pair{"KmsMasterKeyId", "alias/aws/sns"})
	}
	c.w.dict("Attributes", list)
	return nil
}

// writeSubscription: every topic has a queue that listens.
func (c *call) writeSubscription(topic int) {
	c.w.str("SubscriptionArn", c.topicARN(topic)+":"+c.uuid(topics, c.region, topic))
	c.w.str("Owner", c.number)
	c.w.str("Protocol", "sqs")
	c.w.str("Endpoint", c.arn("sqs", c.region, c.name(queues, c.region, topic%max(1, c.count(queues, c.region)))))
	c.w.str("TopicArn", c.topicARN(topic))
}

func listSubscriptions(c *call) *fault {
	w, f := c.page(topicPages, c.count(topics, c.region))
	if f != nil {
		return f
	}
	c.w.list("Subscriptions", w.to-w.from, func(n int) { c.writeSubscription(w.from + n) })
	c.next("NextToken", w)
	return nil
}

func sqsOperations() operations {
	own := operations{
		"ListQueues":         listQueues,
		"GetQueueAttributes": ofQueue(getQueueAttributes),
		"GetQueueUrl": func(c *call) *fault {
			i, ok := c.numbered(c.str("QueueName"), queues, c.region)
			if !ok {
				return noQueue()
			}
			c.w.str("QueueUrl", c.queueURL(i))
			return nil
		},
		"ListQueueTags": ofQueue(func(c *call, i int) *fault {
			c.w.dict("Tags", c.tags(queues, c.region, i))
			return nil
		}),
		"ListDeadLetterSourceQueues": ofQueue(func(c *call, _ int) *fault {
			c.w.strs("queueUrls")
			return nil
		}),
	}
	return own.none("ListMessageMoveTasks")
}

func (c *call) queueURL(i int) string {
	return "https://sqs." + c.regionName() + ".amazonaws.com/" + c.number + "/" + c.name(queues, c.region, i)
}

func noQueue() *fault {
	return faultf(http.StatusBadRequest, "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

func ofQueue(do func(*call, int) *fault) func(*call) *fault {
	return func(c *call) *fault {
		asked := c.str("QueueUrl")
		if i, ok := c.numbered(asked[strings.LastIndexByte(asked, '/')+1:], queues, c.region); ok {
			return do(c, i)
		}
		return noQueue()
	}
}

// listQueues gives at most 1,000, and a token only to those who ask for a size.
func listQueues(c *call) *fault {
	w, f := c.page(paging{size: "MaxResults", token: "NextToken", normal: 1000, least: 1, most: 1000,
		badToken: "InvalidAddress", badSize: "InvalidParameterValue"}, c.count(queues, c.region))
	if f != nil {
		return f
	}
	urls := make([]string, 0, w.to-w.from)
	for i := w.from; i < w.to; i++ {
		urls = append(urls, c.queueURL(i))
	}
	c.w.strs("QueueUrls", urls...)
	if c.str("MaxResults") != "" {
		c.next("NextToken", w)
	}
	return nil
}

func getQueueAttributes(c *call, i int) *fault {
	created := c.daysAgo(queues, c.region, i, 1, 1000)
	all := []pair{
		{"QueueArn", c.arn("sqs", c.region, c.name(queues, c.region, i))},
		{"CreatedTimestamp", strconv.FormatInt(created.Unix(), 10)},
		{"LastModifiedTimestamp", strconv.FormatInt(created.Unix(), 10)},
		{"VisibilityTimeout", "30"}, {"MaximumMessageSize", "262144"}, {"MessageRetentionPeriod", "345600"},
		{"DelaySeconds", "0"}, {"ReceiveMessageWaitTimeSeconds", "0"},
		{"ApproximateNumberOfMessages", "0"}, {"ApproximateNumberOfMessagesNotVisible", "0"}, {"ApproximateNumberOfMessagesDelayed", "0"},
	}
	if c.chance(queues, c.region, i, 2, 40) {
		all = append(all, pair{"KmsMasterKeyId", "alias/aws/sqs"}, pair{"KmsDataKeyReusePeriodSeconds", "300"})
	} else {
		all = append(all, pair{"SqsManagedSseEnabled", strconv.FormatBool(c.chance(queues, c.region, i, 3, 80))})
	}
	if c.chance(queues, c.region, i, 4, 50) {
		principal := `{"AWS":"` + arn("iam", "", c.number, "root") + `"}`
		if c.chance(queues, c.region, i, 5, 4) {
			principal = `"*"`
		}
		all = append(all, pair{"Policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + principal +
			`,"Action":"sqs:*","Resource":"` + c.arn("sqs", c.region, c.name(queues, c.region, i)) + `"}]}`})
	}
	wanted := c.strs("AttributeNames")
	var list []pair
	for _, p := range all {
		if matchesAny([]string{p.key, "All"}, wanted) {
			list = append(list, p)
		}
	}
	c.w.dict("Attributes", list)
	return nil
}
