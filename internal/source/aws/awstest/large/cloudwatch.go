package large

import (
	"net/http"
	"strings"
)

func cloudWatchOperations() operations {
	own := operations{
		"DescribeAlarms":      describeAlarms,
		"GetMetricData":       getMetricData,
		"GetMetricStatistics": getMetricStatistics,
		"ListTagsForResource": func(c *call) *fault {
			asked := c.str("ResourceARN")
			i, ok := c.numbered(asked[strings.LastIndexByte(asked, ':')+1:], alarms, c.region)
			if !ok {
				return faultf(http.StatusNotFound, "ResourceNotFoundException", "The named resource does not exist.")
			}
			c.w.tags("Tags", "Key", "Value", c.tags(alarms, c.region, i))
			return nil
		},
	}
	return own.none("DescribeAlarmsForMetric", "ListDashboards", "ListMetrics", "DescribeAnomalyDetectors", "DescribeInsightRules", "ListMetricStreams")
}

var alarmPages = paging{size: "MaxRecords", token: "NextToken", normal: 50, least: 1, most: 100,
	badToken: "InvalidNextToken", badSize: "ValidationError"}

func describeAlarms(c *call) *fault {
	prefix := c.str("AlarmNamePrefix")
	names := c.strs("AlarmNames")
	var list []int
	for i := range c.count(alarms, c.region) {
		name := c.name(alarms, c.region, i)
		if strings.HasPrefix(name, prefix) && (len(names) == 0 || matchesAny([]string{name}, names)) {
			list = append(list, i)
		}
	}
	w, f := c.page(alarmPages, len(list))
	if f != nil {
		return f
	}
	c.w.list("CompositeAlarms", 0, nil)
	c.w.list("MetricAlarms", w.to-w.from, func(n int) { c.writeAlarm(list[w.from+n]) })
	c.next("NextToken", w)
	return nil
}

func (c *call) writeAlarm(i int) {
	w, r := c.w, c.region
	w.str("AlarmName", c.name(alarms, r, i))
	w.str("AlarmArn", c.arn("cloudwatch", r, "alarm:"+c.name(alarms, r, i)))
	w.time("AlarmConfigurationUpdatedTimestamp", c.daysAgo(alarms, r, i, 1, 800))
	w.flag("ActionsEnabled", c.chance(alarms, r, i, 2, 92))
	w.strs("OKActions")
	if n := c.count(topics, r); n > 0 && c.chance(alarms, r, i, 3, 85) {
		w.strs("AlarmActions", c.topicARN(i%n))
	} else {
		w.strs("AlarmActions")
	}
	w.strs("InsufficientDataActions")
	w.str("StateValue", "OK")
	w.str("StateReason", "Threshold not crossed")
	if filters := c.count(metricFilters, r); i < filters {
		w.str("MetricName", c.name(metricFilters, r, i))
		w.str("Namespace", "Trail")
	} else {
		w.str("MetricName", "CPUUtilization")
		w.str("Namespace", "AWS/EC2")
		if n := c.count(instances, r); n > 0 {
			w.list("Dimensions", 1, func(int) {
				w.str("Name", "InstanceId")
				w.str("Value", c.id("i", instances, r, i%n))
			})
		}
	}
	w.str("Statistic", "Average")
	w.num("Period", 300)
	w.num("EvaluationPeriods", 3)
	w.float("Threshold", 80)
	w.str("ComparisonOperator", "GreaterThanOrEqualToThreshold")
	w.str("TreatMissingData", "missing")
}
