package large

import (
	"net/http"
	"strings"
)

func logsOperations() operations {
	own := operations{
		"DescribeLogGroups": describeLogGroups,
		"ListTagsForResource": func(c *call) *fault {
			i, ok := c.logGroupOf(c.str("resourceArn"))
			if !ok {
				return noLogGroup()
			}
			c.w.dict("tags", c.tags(logGroups, c.region, i))
			return nil
		},
		"ListTagsLogGroup": func(c *call) *fault {
			i, ok := c.logGroupOf(c.str("logGroupName"))
			if !ok {
				return noLogGroup()
			}
			c.w.dict("tags", c.tags(logGroups, c.region, i))
			return nil
		},
		"DescribeMetricFilters": describeMetricFilters,
		"DescribeSubscriptionFilters": func(c *call) *fault {
			if _, ok := c.logGroupOf(c.str("logGroupName")); !ok {
				return noLogGroup()
			}
			c.w.list("subscriptionFilters", 0, nil)
			return nil
		},
		"DescribeLogStreams": func(c *call) *fault {
			if _, ok := c.logGroupOf(c.str("logGroupName") + c.str("logGroupIdentifier")); !ok {
				return noLogGroup()
			}
			c.w.list("logStreams", 0, nil)
			return nil
		},
	}
	return own.none("DescribeResourcePolicies", "DescribeDestinations", "DescribeExportTasks", "DescribeQueryDefinitions",
		"DescribeAccountPolicies", "DescribeDeliveries", "DescribeDeliverySources", "DescribeDeliveryDestinations",
		"DescribeIndexPolicies", "DescribeFieldIndexes", "GetDataProtectionPolicy", "ListLogAnomalyDetectors", "ListAnomalies")
}

func logPages(most int) paging {
	return paging{size: "limit", token: "nextToken", normal: 50, least: 1, most: most,
		badToken: "InvalidParameterException", badSize: "InvalidParameterException"}
}

func noLogGroup() *fault {
	return faultf(http.StatusBadRequest, "ResourceNotFoundException", "The specified log group does not exist.")
}

// The first log groups of a region are those of its functions; the first of all
// takes the trail.

const trailGroup = "aws-cloudtrail-logs"

func (c *call) logGroupName(i int) string {
	switch {
	case i == 0:
		return trailGroup
	case i <= c.count(functions, c.region):
		return "/aws/lambda/" + c.name(functions, c.region, i-1)
	}
	return "/app/" + c.name(logGroups, c.region, i)
}

// logGroupOf finds a group by its name or ARN.
func (c *call) logGroupOf(asked string) (int, bool) {
	if _, name, ok := strings.Cut(asked, ":log-group:"); ok {
		asked = strings.TrimSuffix(name, ":*")
	}
	if asked == trailGroup {
		return 0, true
	}
	name := asked[strings.LastIndexByte(asked, '/')+1:]
	if i, ok := c.numbered(name, functions, c.region); ok && strings.HasPrefix(asked, "/aws/lambda/") {
		return i + 1, i+1 < c.count(logGroups, c.region)
	}
	i, ok := c.numbered(name, logGroups, c.region)
	return i, ok && c.logGroupName(i) == asked
}

func describeLogGroups(c *call) *fault {
	prefix, pattern := c.str("logGroupNamePrefix"), c.str("logGroupNamePattern")
	var list []int
	for i := range c.count(logGroups, c.region) {
		if name := c.logGroupName(i); strings.HasPrefix(name, prefix) && strings.Contains(name, pattern) {
			list = append(list, i)
		}
	}
	w, f := c.page(logPages(50), len(list))
	if f != nil {
		return f
	}
	c.w.list("logGroups", w.to-w.from, func(n int) {
		i := list[w.from+n]
		name := c.logGroupName(i)
		c.w.str("logGroupName", name)
		c.w.str("arn", c.arn("logs", c.region, "log-group:"+name+":*"))
		c.w.str("logGroupArn", c.arn("logs", c.region, "log-group:"+name))
		c.w.num("creationTime", int(c.daysAgo(logGroups, c.region, i, 1, 1000).UnixMilli()))
		if days := pickOf(c.account, logGroups, c.region, i, 2, []int{0, 0, 14, 30, 90, 365}); days > 0 {
			c.w.num("retentionInDays", days)
		}
		c.w.num("metricFilterCount", c.groupFilters(i))
		c.w.num("storedBytes", c.roll(logGroups, c.region, i, 3, 1<<30))
		c.w.str("logGroupClass", "STANDARD")
		if c.chance(logGroups, c.region, i, 4, 20) && c.count(keys, c.region) > 0 {
			c.w.str("kmsKeyId", c.keyARN(c.region, i%c.count(keys, c.region)))
		}
	})
	c.next("nextToken", w)
	return nil
}

// The metric filters of a region are all on the group of its trail.
func (c *call) groupFilters(group int) int {
	if group == 0 {
		return c.count(metricFilters, c.region)
	}
	return 0
}

func describeMetricFilters(c *call) *fault {
	total := c.count(metricFilters, c.region)
	if name := c.str("logGroupName"); name != "" {
		i, ok := c.logGroupOf(name)
		if !ok {
			return noLogGroup()
		}
		total = c.groupFilters(i)
	}
	w, f := c.page(logPages(50), total)
	if f != nil {
		return f
	}
	c.w.list("metricFilters", w.to-w.from, func(n int) {
		i := w.from + n
		c.w.str("filterName", c.name(metricFilters, c.region, i))
		c.w.str("logGroupName", trailGroup)
		c.w.str("filterPattern", "{ ($.errorCode = \"*UnauthorizedOperation\") || ($.errorCode = \"AccessDenied*\") }")
		c.w.time("creationTime", c.daysAgo(metricFilters, c.region, i, 1, 600))
		c.w.list("metricTransformations", 1, func(int) {
			c.w.str("metricName", c.name(metricFilters, c.region, i))
			c.w.str("metricNamespace", "Trail")
			c.w.str("metricValue", "1")
		})
	})
	c.next("nextToken", w)
	return nil
}
