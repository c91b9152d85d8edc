package large

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
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

// mostMetrics is how many queries a GetMetricData call may have.
const mostMetrics = 500

// getMetricData answers each query with a value for every period asked, which
// depends on the query alone. CloudWatch pages by data points, 100,800 to a call;
// what a scan asks for stays below that.
func getMetricData(c *call) *fault {
	queries := c.objs("MetricDataQueries")
	if len(queries) > mostMetrics {
		return faultf(http.StatusBadRequest, "ValidationError",
			"The collection MetricDataQueries must not have a size greater than "+strconv.Itoa(mostMetrics)+".")
	}
	from, to, f := c.timeRange()
	if f != nil {
		return f
	}
	c.w.list("MetricDataResults", len(queries), func(n int) {
		q := queries[n]
		stat, _ := q["MetricStat"].(map[string]any)
		id := text(q, "Id")
		c.w.str("Id", id)
		label := text(q, "Label")
		metric, _ := stat["Metric"].(map[string]any)
		if label == "" {
			label = text(metric, "MetricName")
		}
		c.w.str("Label", label)
		c.writePoints(metricKey(metric), from, to, seconds(stat["Period"]))
		c.w.str("StatusCode", "Complete")
	})
	c.w.list("Messages", 0, nil)
	c.fleeting = true
	return nil
}

func (c *call) timeRange() (from, to time.Time, f *fault) {
	from, okFrom := moment(c.str("StartTime"))
	to, okTo := moment(c.str("EndTime"))
	if !okFrom || !okTo || !from.Before(to) {
		return from, to, faultf(http.StatusBadRequest, "ValidationError", "The parameter StartTime must be less than the parameter EndTime.")
	}
	return from, to, nil
}

// moment reads a time as the protocols write it.
func moment(s string) (time.Time, bool) {
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		return time.UnixMilli(int64(n * 1000)).UTC(), true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

func seconds(v any) time.Duration {
	if n, ok := v.(json.Number); ok {
		if s, err := n.Int64(); err == nil && s > 0 {
			return time.Duration(s) * time.Second
		}
	}
	return 5 * time.Minute
}

// metricKey names a metric with its dimensions.
func metricKey(metric map[string]any) string {
	b, err := json.Marshal(metric)
	if err != nil {
		return ""
	}
	return string(b)
}

// mostPoints bounds a series.
const mostPoints = 1440

// points are the values of a series, newest first.
func (c *call) points(key string, from, to time.Time, period time.Duration) (n int, value float64) {
	n = min(int(to.Sub(from)/period), mostPoints)
	h := c.key64(key)
	return n, float64(h%9000) / 100
}

func (c *call) key64(key string) uint64 {
	h := c.account.key
	for _, b := range []byte(key) {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	return mix(h)
}

func (c *call) writePoints(key string, from, to time.Time, period time.Duration) {
	n, value := c.points(key, from, to, period)
	c.w.moments("Timestamps", n, func(i int) time.Time { return to.Add(-time.Duration(i+1) * period) })
	c.w.floats("Values", n, func(i int) float64 { return value + float64(i%7)/10 })
}

func getMetricStatistics(c *call) *fault {
	from, to, f := c.timeRange()
	if f != nil {
		return f
	}
	period, err := strconv.Atoi(c.str("Period"))
	if err != nil || period <= 0 {
		return faultf(http.StatusBadRequest, "InvalidParameterValue", "The parameter Period must be a number of seconds")
	}
	n, value := c.points(c.str("Namespace")+c.str("MetricName")+metricKey(map[string]any{"d": c.doc["Dimensions"]}), from, to, time.Duration(period)*time.Second)
	c.w.str("Label", c.str("MetricName"))
	c.w.list("Datapoints", n, func(i int) {
		c.w.time("Timestamp", to.Add(-time.Duration((i+1)*period)*time.Second))
		c.w.float("Average", value)
		c.w.float("Maximum", value+5)
		c.w.float("Minimum", max(value-5, 0))
		c.w.float("Sum", value*10)
		c.w.float("SampleCount", 10)
		c.w.str("Unit", "Percent")
	})
	c.fleeting = true
	return nil
}
