package aws

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// CloudWatch Logs: log groups, the metric filters of a region in bulk, and the
// sources of deliveries.
var logsCollectors = []collector{
	{
		service: "logs",
		types: []emits{{
			typ: "AWS::Logs::LogGroup",
			gives: "Arn BearerTokenAuthenticationEnabled DataProtectionStatus DeletionProtectionEnabled KmsKeyId LogGroupArn " +
				"LogGroupClass LogGroupName MetricFilterCount RetentionInDays StoredBytes",
			tagged: "logs:log-group",
		}},
		calls: "logs:DescribeLogGroups",
		read:  readLogGroups,
	},
	{
		service: "logs",
		types: []emits{{
			typ: "AWS::Logs::MetricFilter",
			gives: "ApplyOnTransformedLogs EmitSystemFieldDimensions FieldSelectionCriteria FilterName FilterPattern " +
				"LogGroupName MetricTransformations",
			tagged: "-",
		}},
		calls: "logs:DescribeMetricFilters",
		read:  readMetricFilters,
	},
	{
		service: "logs",
		types: []emits{{
			typ:   "AWS::Logs::DeliverySource",
			gives: "Arn DeliveryDestinationArns LogType Name ResourceArn ResourceArns Service",
		}},
		calls: "logs:DescribeDeliverySources logs:DescribeDeliveries",
		read:  readDeliverySources,
	},
}

func readLogGroups(ctx context.Context, s *scope) error {
	pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(cloudwatchlogs.NewFromConfig(s.cfg),
		&cloudwatchlogs.DescribeLogGroupsInput{Limit: ptr(int32(50))})
	return each(ctx, pages, func(page *cloudwatchlogs.DescribeLogGroupsOutput) {
		for _, g := range page.LogGroups {
			name := deref(g.LogGroupName)
			// Its ARN stands in policies and tags without the ":*" that
			// CloudFormation's Arn has.
			arn := strings.TrimSuffix(deref(g.Arn), ":*")
			s.add(found{
				id: name, arn: arn, name: name, created: milliseconds(g.CreationTime), from: g,
				set: props{"Arn": arn + ":*", "LogGroupArn": arn},
			})
		}
	})
}

// milliseconds is a time that an API gives as milliseconds since 1970.
func milliseconds(ms *int64) *time.Time {
	if ms == nil {
		return nil
	}
	return ptr(time.UnixMilli(*ms).UTC())
}

func readMetricFilters(ctx context.Context, s *scope) error {
	pages := cloudwatchlogs.NewDescribeMetricFiltersPaginator(cloudwatchlogs.NewFromConfig(s.cfg),
		&cloudwatchlogs.DescribeMetricFiltersInput{Limit: ptr(int32(50))})
	return each(ctx, pages, func(page *cloudwatchlogs.DescribeMetricFiltersOutput) {
		for _, f := range page.MetricFilters {
			var transformations []any
			for _, t := range f.MetricTransformations {
				given := object(t)
				delete(given, "Dimensions")
				var dimensions []any
				for _, key := range slices.Sorted(maps.Keys(t.Dimensions)) {
					dimensions = append(dimensions, map[string]any{"Key": key, "Value": t.Dimensions[key]})
				}
				if dimensions != nil {
					given["Dimensions"] = dimensions
				}
				transformations = append(transformations, given)
			}
			name := deref(f.FilterName)
			s.add(found{
				id: name, name: name, created: milliseconds(f.CreationTime), from: f,
				set: props{"MetricTransformations": transformations},
			})
		}
	})
}

// readDeliverySources reads those of the scope's region. The deliveries of
// what has no region, such as CloudFront's distributions, are in the home
// region; where that is not among the regions to be read, the first of these
// reads them, too.
func readDeliverySources(ctx context.Context, s *scope) error {
	err := s.deliverySources(ctx, s.region, func(types.DeliverySource) bool { return true })
	if regions := s.options.Regions; len(regions) > 0 && regions[0] == s.region && !slices.Contains(regions, s.home()) {
		away := s.deliverySources(ctx, s.home(), func(d types.DeliverySource) bool { return deref(d.Service) == "cloudfront" })
		if err == nil {
			err = away
		}
	}
	return err
}

func (s *scope) deliverySources(ctx context.Context, region string, wanted func(types.DeliverySource) bool) error {
	pages := cloudwatchlogs.NewDescribeDeliverySourcesPaginator(cloudwatchlogs.NewFromConfig(s.at(region)),
		&cloudwatchlogs.DescribeDeliverySourcesInput{Limit: ptr(int32(50))})
	return each(ctx, pages, func(page *cloudwatchlogs.DescribeDeliverySourcesOutput) {
		for _, d := range page.DeliverySources {
			if !wanted(d) {
				continue
			}
			name, tags := deref(d.Name), d.Tags
			if tags == nil {
				tags = map[string]string{}
			}
			to, err := once(s.session, "deliveries "+region, func() (map[string][]string, error) { return s.deliveries(ctx, region) })
			s.add(found{
				id: name, arn: deref(d.Arn), name: name, region: region, tags: tags, from: d,
				// What a template says in ResourceArn is in ResourceArns.
				set: props{"ResourceArn": nil, "DeliveryDestinationArns": answer(to[name], err)},
			})
		}
	})
}

// deliveries lists the destinations of each source's deliveries.
func (s *scope) deliveries(ctx context.Context, region string) (map[string][]string, error) {
	bySource := map[string][]string{}
	pages := cloudwatchlogs.NewDescribeDeliveriesPaginator(cloudwatchlogs.NewFromConfig(s.at(region)),
		&cloudwatchlogs.DescribeDeliveriesInput{Limit: ptr(int32(50))})
	err := each(ctx, pages, func(page *cloudwatchlogs.DescribeDeliveriesOutput) {
		for _, d := range page.Deliveries {
			source := deref(d.DeliverySourceName)
			bySource[source] = append(bySource[source], deref(d.DeliveryDestinationArn))
		}
	})
	return bySource, err
}
