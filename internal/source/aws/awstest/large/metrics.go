package large

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// CloudWatch's bounds on one GetMetricData call: how many metrics it may ask
// for, and how many data points an answer may have before it goes on with a
// token. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const (
	mostMetrics = 500
	mostPoints  = 100800
)

// series is what one query asks for. Its values depend on the metric alone.
type series struct {
	id, label string
	metric    string
	period    time.Duration
	points    int
}

// metricRequest is a GetMetricData call that was understood.
type metricRequest struct {
	from, to time.Time
	series   []series
	total    int // data points
	most     int // in an answer
}

func (q *request) metricRequest() (metricRequest, *fault) {
	m := metricRequest{most: mostPoints}
	var f *fault
	if m.from, m.to, f = q.timeRange(); f != nil {
		return m, f
	}
	if asked, err := strconv.Atoi(q.str("MaxDatapoints")); err == nil && asked > 0 {
		m.most = min(asked, mostPoints)
	}
	queries := q.objs("MetricDataQueries")
	if len(queries) == 0 || len(queries) > mostMetrics {
		return m, faultf(http.StatusBadRequest, "ValidationError",
			fmt.Sprintf("The collection MetricDataQueries must have from 1 to %d members, not %d.", mostMetrics, len(queries)))
	}
	for _, query := range queries {
		stat, ok := query["MetricStat"].(map[string]any)
		if !ok {
			return m, faultf(http.StatusBadRequest, "ValidationError", "Only queries with a MetricStat are answered here, not expressions.")
		}
		metric, _ := stat["Metric"].(map[string]any)
		s := series{id: text(query, "Id"), label: text(query, "Label"), metric: metricKey(metric), period: seconds(stat["Period"])}
		if s.label == "" {
			s.label = text(metric, "MetricName")
		}
		s.points = int((m.to.Sub(m.from) + s.period - 1) / s.period)
		m.total += s.points
		m.series = append(m.series, s)
	}
	return m, nil
}

// datapoints is what a GetMetricData call takes from the second of its limits:
// 396,000 data points a second when it starts more than three hours ago and
// 180,000 when not, counted by what is asked for, whatever there is.
func (q *request) datapoints(now time.Time) Taken {
	m, f := q.metricRequest()
	if f != nil {
		return Taken{perSecond(180000).named("GetMetricData points"), 0}
	}
	asked := float64(min(m.total, m.most))
	if now.Sub(m.from) > 3*time.Hour {
		return Taken{perSecond(396000).named("GetMetricData older points"), asked}
	}
	return Taken{perSecond(180000).named("GetMetricData points"), asked}
}

// getMetricData answers each query with a value for every period, newest first.
func getMetricData(c *call) *fault {
	c.fleeting = true // every scan asks for another time
	m, f := c.metricRequest()
	if f != nil {
		return f
	}
	w, f := c.page(paging{token: "NextToken", normal: m.most, badToken: "InvalidNextToken"}, m.total)
	if f != nil {
		return f
	}
	// The series of this answer, each with the part of it that fits.
	type part struct {
		series
		from, to int
	}
	var parts []part
	start := 0
	for _, s := range m.series {
		if from, to := max(w.from-start, 0), min(w.to-start, s.points); from < to {
			parts = append(parts, part{s, from, to})
		}
		start += s.points
	}
	c.w.list("MetricDataResults", len(parts), func(n int) {
		p := parts[n]
		c.w.str("Id", p.id)
		c.w.str("Label", p.label)
		value := c.metricValue(p.metric)
		c.w.moments("Timestamps", p.to-p.from, func(i int) time.Time { return m.to.Add(-time.Duration(p.from+i+1) * p.period) })
		c.w.floats("Values", p.to-p.from, func(i int) float64 { return value + float64((p.from+i)%7)/10 })
		c.w.str("StatusCode", map[bool]string{true: "Complete", false: "PartialData"}[p.to == p.points])
	})
	c.next("NextToken", w)
	c.w.list("Messages", 0, nil)
	return nil
}

func getMetricStatistics(c *call) *fault {
	c.fleeting = true
	from, to, f := c.timeRange()
	if f != nil {
		return f
	}
	period, err := strconv.Atoi(c.str("Period"))
	if err != nil || period <= 0 {
		return faultf(http.StatusBadRequest, "InvalidParameterValue", "The parameter Period must be a number of seconds")
	}
	n := int(to.Sub(from) / (time.Duration(period) * time.Second))
	if n > 1440 {
		return faultf(http.StatusBadRequest, "InvalidParameterCombination", "You have requested more data points than the limit of 1,440.")
	}
	value := c.metricValue(metricKey(map[string]any{
		"Namespace": c.str("Namespace"), "MetricName": c.str("MetricName"), "Dimensions": c.objs("Dimensions"),
	}))
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
	return nil
}

func (q *request) timeRange() (from, to time.Time, f *fault) {
	from, okFrom := moment(q.str("StartTime"))
	to, okTo := moment(q.str("EndTime"))
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

// seconds reads a period; one that is missing is a minute.
func seconds(v any) time.Duration {
	n := 0
	switch v := v.(type) {
	case json.Number:
		n, _ = strconv.Atoi(v.String())
	case string:
		n, _ = strconv.Atoi(v)
	}
	if n <= 0 {
		n = 60
	}
	return time.Duration(n) * time.Second
}

// metricKey names a metric with its dimensions.
func metricKey(metric map[string]any) string {
	b, err := json.Marshal(metric)
	if err != nil {
		return ""
	}
	return string(b)
}

// metricValue is between 0 and 90, and belongs to a metric.
func (a *account) metricValue(metric string) float64 {
	h := a.key
	for _, b := range []byte(metric) {
		h = (h ^ uint64(b)) * 0x100000001b3
	}
	return float64(mix(h)%9000) / 100
}
