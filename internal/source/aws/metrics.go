package aws

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
)

const metricCalls = "cloudwatch:GetMetricData"

// maxQueries is how many metrics one call of GetMetricData takes.
const maxQueries = 500

// A query asks for one metric of one resource.
type query struct {
	resource   *cloud.Resource
	property   string
	metric     *schema.Metric
	dimensions []types.Dimension
}

// measures tells whether a rule needs a property that CloudWatch fills. That a
// rule is given the whole of a resource does not ask for its metrics, each of
// which is charged for.
func (o *Options) measures(typ, property string) bool {
	return o.Needs == nil || o.Needs[typ][property]
}

// metrics fills the properties that CloudWatch tells, in batches, and only
// those that a rule asks for. A property stays unset where there is no data.
func (c *crawl) metrics(ctx context.Context, s *session, scopes []*scope) {
	byRegion := map[string][]query{}
	for _, sc := range scopes {
		for _, r := range sc.found {
			for _, q := range c.queriesOf(r) {
				region := r.Region
				if region == "global" {
					region = s.home()
				}
				byRegion[region] = append(byRegion[region], q)
			}
		}
	}
	var running sync.WaitGroup
	for _, region := range slices.Sorted(maps.Keys(byRegion)) {
		running.Go(func() {
			// Queries of one period and reach can share a call.
			groups := map[[2]int][]query{}
			for _, q := range byRegion[region] {
				key := [2]int{q.metric.Period, q.metric.Days}
				groups[key] = append(groups[key], q)
			}
			for _, key := range slices.SortedFunc(maps.Keys(groups), func(a, b [2]int) int { return slices.Compare(a[:], b[:]) }) {
				for batch := range slices.Chunk(groups[key], maxQueries) {
					c.ask(ctx, s, region, batch)
				}
			}
		})
	}
	running.Wait()
}

// queriesOf lists what is asked of CloudWatch for a resource, by property. A
// property whose dimensions are not known is not known either.
func (c *crawl) queriesOf(r *cloud.Resource) []query {
	t, ok := schema.Lookup(r.Type)
	if !ok {
		return nil
	}
	var out []query
	for _, name := range t.Metrics {
		if !c.options.measures(r.Type, name) {
			continue
		}
		metric := t.Root.Fields[name].Metric
		has, u := hasMetric(r, metric)
		if u == nil && !has {
			continue
		}
		var dimensions []types.Dimension
		if u == nil {
			dimensions, u = dimensionsOf(r, metric)
		}
		if u != nil {
			r.Properties[name] = u
			continue
		}
		out = append(out, query{r, name, metric, dimensions})
	}
	return out
}

// hasMetric tells whether a resource is of those that have a metric, or why
// that is not known.
func hasMetric(r *cloud.Resource, metric *schema.Metric) (bool, *cloud.Unresolved) {
	for _, name := range slices.Sorted(maps.Keys(metric.Only)) {
		switch v := r.Properties[name].(type) {
		case *cloud.Unresolved:
			return false, v
		default:
			if v != metric.Only[name] {
				return false, nil
			}
		}
	}
	return true, nil
}

// dimensionsOf are those of a metric of a resource, or why one is not known.
func dimensionsOf(r *cloud.Resource, metric *schema.Metric) ([]types.Dimension, *cloud.Unresolved) {
	var out []types.Dimension
	for _, name := range slices.Sorted(maps.Keys(metric.Dimensions)) {
		from := metric.Dimensions[name]
		var value string
		if text, ok := strings.CutPrefix(from, "'"); ok {
			value = strings.TrimSuffix(text, "'")
		} else if from == "account" {
			value = r.Account
		} else {
			switch v := r.Properties[from].(type) {
			case string:
				value = v
			case *cloud.Unresolved:
				return nil, v
			}
		}
		if value == "" {
			return nil, &cloud.Unresolved{Reason: from + " is not set, by which CloudWatch knows the resource"}
		}
		out = append(out, types.Dimension{Name: ptr(name), Value: ptr(value)})
	}
	return out, nil
}

// ask makes one call for a batch of queries of one period. The time asked for
// ends with the last whole period: the day that is not over yet would look
// idler than it will be.
func (c *crawl) ask(ctx context.Context, s *session, region string, batch []query) {
	period := batch[0].metric.Period
	end := c.options.Now.UTC().Truncate(time.Duration(period) * time.Second)
	input := &cloudwatch.GetMetricDataInput{
		StartTime: ptr(end.AddDate(0, 0, -batch[0].metric.Days)), EndTime: &end,
		ScanBy: types.ScanByTimestampAscending,
	}
	for i, q := range batch {
		input.MetricDataQueries = append(input.MetricDataQueries, types.MetricDataQuery{
			Id: ptr(fmt.Sprintf("q%d", i)),
			MetricStat: &types.MetricStat{
				Metric: &types.Metric{Namespace: &q.metric.Namespace, MetricName: &q.metric.Name, Dimensions: q.dimensions},
				Period: ptr(int32(period)), Stat: &q.metric.Statistic,
			},
		})
	}
	values := make([][]any, len(batch))
	whole := make([]bool, len(batch))
	pages := cloudwatch.NewGetMetricDataPaginator(cloudWatchClient(s, region), input)
	err := each(permit(ctx, metricCalls), pages, func(page *cloudwatch.GetMetricDataOutput) {
		for _, result := range page.MetricDataResults {
			var i int
			if _, err := fmt.Sscanf(deref(result.Id), "q%d", &i); err != nil || i >= len(batch) {
				continue
			}
			for _, v := range result.Values {
				values[i] = append(values[i], v)
			}
			whole[i] = result.StatusCode == types.StatusCodeComplete || result.StatusCode == ""
		}
	})
	if err != nil {
		c.mu.Lock()
		c.fail(&scope{session: s, region: region, collector: &collector{service: "cloudwatch"}}, batch[0].resource.Type, err)
		c.mu.Unlock()
	}
	for i, q := range batch {
		switch {
		case err != nil:
			q.resource.Properties[q.property] = unknown(err)
		case !whole[i]:
			q.resource.Properties[q.property] = &cloud.Unresolved{Reason: "CloudWatch did not give all of " + q.metric.Name}
		case values[i] != nil:
			q.resource.Properties[q.property] = values[i]
		}
	}
}
