package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// A batch of metrics depends on which resources were found and which rules
// ask, so the recording is kept by the metric and not by the request.

const metricsTarget = ".GetMetricData"

func isMetrics(headers http.Header) bool {
	return strings.HasSuffix(headers.Get("X-Amz-Target"), metricsTarget)
}

type metricsRequest struct {
	StartTime, EndTime float64
	MetricDataQueries  []struct {
		Id         string
		MetricStat any
	}
}

// of names what a query asks for.
func (r *metricsRequest) of(scope string, i int) (string, error) {
	stat, err := json.Marshal(r.MetricDataQueries[i].MetricStat)
	return fmt.Sprintf("%s %v %v %s", scope, r.StartTime, r.EndTime, stat), err
}

func (t *Tape) keepMetrics(i *cassette.Interaction) error {
	var asked metricsRequest
	if err := json.Unmarshal([]byte(i.Request.Body), &asked); err != nil {
		return fmt.Errorf("recorded GetMetricData: %w", err)
	}
	var told struct{ MetricDataResults []json.RawMessage }
	if err := json.Unmarshal([]byte(i.Response.Body), &told); err != nil {
		return fmt.Errorf("recorded GetMetricData: %w", err)
	}
	byID := map[string]json.RawMessage{}
	for _, result := range told.MetricDataResults {
		var named struct{ Id string }
		if err := json.Unmarshal(result, &named); err != nil {
			return err
		}
		byID[named.Id] = result
	}
	for q := range asked.MetricDataQueries {
		key, err := asked.of(i.Request.Headers.Get("Authorization"), q)
		if err != nil {
			return err
		}
		t.metrics[key] = byID[asked.MetricDataQueries[q].Id]
	}
	return nil
}

func (t *Tape) playMetrics(request *http.Request, headers http.Header, body []byte) (*http.Response, error) {
	var asked metricsRequest
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	var told struct{ MetricDataResults []map[string]any }
	for q := range asked.MetricDataQueries {
		key, err := asked.of(headers.Get("Authorization"), q)
		if err != nil {
			return nil, err
		}
		recorded, ok := t.metrics[key]
		if !ok {
			return nil, fmt.Errorf("the recording has no answer to GetMetricData of %s", key)
		}
		result := map[string]any{}
		if recorded != nil {
			if err := json.Unmarshal(recorded, &result); err != nil {
				return nil, err
			}
		}
		result["Id"] = asked.MetricDataQueries[q].Id
		told.MetricDataResults = append(told.MetricDataResults, result)
	}
	out, err := json.Marshal(told)
	if err != nil {
		return nil, err
	}
	return response(request, http.StatusOK, http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, string(out)), nil
}
