package aws

import (
	"context"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/surety-cloud/surety/internal/cloud"
)

// What follows gives the settings of a bucket that are lists of rules under
// CloudFormation's names.

func lifecycle(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	var rules []any
	for _, rule := range out.Rules {
		rules = append(rules, lifecycleRule(rule))
	}
	given := map[string]any{"Rules": rules}
	if size := out.TransitionDefaultMinimumObjectSize; size != "" {
		given["TransitionDefaultMinimumObjectSize"] = string(size)
	}
	return props{"LifecycleConfiguration": given}, nil
}

func lifecycleRule(rule types.LifecycleRule) map[string]any {
	given := rename(object(rule), "ID", "Id")
	delete(given, "Expiration")
	delete(given, "Filter")
	if e := rule.Expiration; e != nil {
		if e.Date != nil {
			given["ExpirationDate"] = e.Date.UTC().Format(time.RFC3339)
		}
		if e.Days != nil {
			given["ExpirationInDays"] = int64(*e.Days)
		}
		if e.ExpiredObjectDeleteMarker != nil {
			given["ExpiredObjectDeleteMarker"] = *e.ExpiredObjectDeleteMarker
		}
	}
	for _, name := range []string{"Transitions", "NoncurrentVersionTransitions"} {
		list, _ := given[name].([]any)
		for _, t := range list {
			rename(t.(map[string]any), "Date", "TransitionDate", "Days", "TransitionInDays", "NoncurrentDays", "TransitionInDays")
		}
	}
	f := rule.Filter
	if f == nil {
		return given
	}
	var tags []types.Tag
	prefix, over, under := f.Prefix, f.ObjectSizeGreaterThan, f.ObjectSizeLessThan
	if f.Tag != nil {
		tags = []types.Tag{*f.Tag}
	}
	if f.And != nil {
		tags, prefix, over, under = f.And.Tags, f.And.Prefix, f.And.ObjectSizeGreaterThan, f.And.ObjectSizeLessThan
	}
	if deref(prefix) != "" {
		given["Prefix"] = *prefix
	}
	if over != nil {
		given["ObjectSizeGreaterThan"] = strconv.FormatInt(*over, 10)
	}
	if under != nil {
		given["ObjectSizeLessThan"] = strconv.FormatInt(*under, 10)
	}
	if len(tags) > 0 {
		given["TagFilters"] = plain(tags)
	}
	return given
}

func replication(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: &r.ID})
	if err != nil || out.ReplicationConfiguration == nil {
		return nil, err
	}
	given := object(out.ReplicationConfiguration)
	list, _ := given["Rules"].([]any)
	for _, rule := range list {
		rule := rename(rule.(map[string]any), "ID", "Id")
		delete(rule, "ExistingObjectReplication")
		filter, _ := rule["Filter"].(map[string]any)
		rename(filter, "Tag", "TagFilter")
		and, _ := filter["And"].(map[string]any)
		rename(and, "Tags", "TagFilters")
	}
	return props{"ReplicationConfiguration": given}, nil
}

func cors(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	var rules []any
	for _, rule := range out.CORSRules {
		rules = append(rules, rename(object(rule), "ExposeHeaders", "ExposedHeaders", "ID", "Id", "MaxAgeSeconds", "MaxAge"))
	}
	return props{"CorsConfiguration": map[string]any{"CorsRules": rules}}, nil
}

func website(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	given := map[string]any{}
	if out.RedirectAllRequestsTo != nil {
		given["RedirectAllRequestsTo"] = object(out.RedirectAllRequestsTo)
	}
	if out.ErrorDocument != nil {
		given["ErrorDocument"] = deref(out.ErrorDocument.Key)
	}
	if out.IndexDocument != nil {
		given["IndexDocument"] = deref(out.IndexDocument.Suffix)
	}
	var rules []any
	for _, rule := range out.RoutingRules {
		rules = append(rules, rename(object(rule), "Condition", "RoutingRuleCondition", "Redirect", "RedirectRule"))
	}
	if len(rules) > 0 {
		given["RoutingRules"] = rules
	}
	return props{"WebsiteConfiguration": given}, nil
}

func notification(ctx context.Context, _ *scope, c *s3.Client, r *cloud.Resource) (props, error) {
	out, err := c.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &r.ID})
	if err != nil {
		return nil, err
	}
	given := map[string]any{}
	add := func(list, target string, arn *string, events []types.Event, filter *types.NotificationConfigurationFilter) {
		// CloudFormation has one event in each.
		for _, event := range events {
			entry := map[string]any{"Event": string(event), target: deref(arn)}
			if filter != nil && filter.Key != nil {
				entry["Filter"] = map[string]any{"S3Key": rename(object(filter.Key), "FilterRules", "Rules")}
			}
			entries, _ := given[list].([]any)
			given[list] = append(entries, entry)
		}
	}
	for _, l := range out.LambdaFunctionConfigurations {
		add("LambdaConfigurations", "Function", l.LambdaFunctionArn, l.Events, l.Filter)
	}
	for _, q := range out.QueueConfigurations {
		add("QueueConfigurations", "Queue", q.QueueArn, q.Events, q.Filter)
	}
	for _, t := range out.TopicConfigurations {
		add("TopicConfigurations", "Topic", t.TopicArn, t.Events, t.Filter)
	}
	if out.EventBridgeConfiguration != nil {
		given["EventBridgeConfiguration"] = map[string]any{"EventBridgeEnabled": true}
	}
	if len(given) == 0 {
		return nil, nil
	}
	return props{"NotificationConfiguration": given}, nil
}
