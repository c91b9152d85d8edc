package aws

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsquery"
	"github.com/google/go-cmp/cmp"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/cloud/schema"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws/awstest"
)

var metricNow = time.Date(2026, 11, 22, 12, 34, 56, 0, time.UTC)

// A metricRequest is what GetMetricData is asked for.
type metricRequest struct {
	StartTime, EndTime float64
	NextToken          string
	MetricDataQueries  []struct {
		ID         string `json:"Id"`
		MetricStat struct {
			Metric struct {
				Namespace, MetricName string
				Dimensions            []struct{ Name, Value string }
			}
			Period int
			Stat   string
		}
	}
}

// metricSeries is a result, in the form of the API reference of GetMetricData.
type metricSeries struct {
	ID         string `json:"Id"`
	Values     []float64
	Timestamps []float64
	StatusCode string
}

// measured asks for the metrics of resources of a server that answers as
// the API reference of GetMetricData says, and returns what it was asked.
func measured(t *testing.T, needs rule.Reads, resources []*cloud.Resource, answer func(metricRequest) (status int, body any)) (*crawl, []metricRequest) {
	t.Helper()
	var mu sync.Mutex
	var asked []metricRequest
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request metricRequest
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			t.Error(err)
		}
		mu.Lock()
		asked = append(asked, request)
		mu.Unlock()
		status, body := answer(request)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	c := newCrawl(Options{Needs: needs, Now: metricNow})
	s := &session{id: awstest.Account, partition: "aws", options: &c.options, config: aws.Config{
		BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
		RetryMaxAttempts: 1,
	}}
	c.metrics(t.Context(), s, []*scope{{session: s, found: resources}})
	return c, asked
}

func volumes(n int) []*cloud.Resource {
	var list []*cloud.Resource
	for i := range n {
		id := fmt.Sprintf("vol-%04d", i)
		list = append(list, &cloud.Resource{
			Type: "AWS::EC2::Volume", ID: id, Region: "us-east-1", Account: awstest.Account, Properties: map[string]any{"VolumeId": id},
		})
	}
	return list
}

var readOps = rule.Reads{"AWS::EC2::Volume": {"VolumeReadOps": true}}

// complete answers every query with the number in its resource's name.
func complete(request metricRequest) (int, any) {
	var results []metricSeries
	for _, q := range request.MetricDataQueries {
		var n float64
		fmt.Sscanf(q.MetricStat.Metric.Dimensions[0].Value, "vol-%f", &n)
		results = append(results, metricSeries{ID: q.ID, Values: []float64{n}, Timestamps: []float64{request.StartTime}, StatusCode: "Complete"})
	}
	return http.StatusOK, map[string]any{"MetricDataResults": results}
}

func TestMetricRequest(t *testing.T) {
	list := volumes(1)
	_, asked := measured(t, readOps, list, complete)
	if len(asked) != 1 || len(asked[0].MetricDataQueries) != 1 {
		t.Fatalf("asked %+v", asked)
	}
	// Seven whole days, of which the last ended at midnight.
	end := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	if got := time.Unix(int64(asked[0].EndTime), 0).UTC(); !got.Equal(end) {
		t.Errorf("until %v, want %v", got, end)
	}
	if got := time.Unix(int64(asked[0].StartTime), 0).UTC(); !got.Equal(end.AddDate(0, 0, -7)) {
		t.Errorf("from %v", got)
	}
	stat := asked[0].MetricDataQueries[0].MetricStat
	if stat.Metric.Namespace != "AWS/EBS" || stat.Metric.MetricName != "VolumeReadOps" || stat.Period != 86400 || stat.Stat != "Sum" ||
		len(stat.Metric.Dimensions) != 1 || stat.Metric.Dimensions[0].Name != "VolumeId" || stat.Metric.Dimensions[0].Value != "vol-0000" {
		t.Errorf("asked for %+v", stat)
	}
}

func TestMetricBatches(t *testing.T) {
	list := volumes(1201)
	delete(list[3].Properties, "VolumeId") // takes no place in a batch
	_, asked := measured(t, readOps, list, complete)
	var sizes []int
	for _, r := range asked {
		sizes = append(sizes, len(r.MetricDataQueries))
	}
	if want := []int{500, 500, 200}; !slices.Equal(sizes, want) {
		t.Errorf("calls for %v metrics, want %v", sizes, want)
	}
	for i, r := range list {
		got := r.Properties["VolumeReadOps"]
		if i == 3 {
			if u, ok := got.(*cloud.Unresolved); !ok || !strings.Contains(u.Reason, "VolumeId") {
				t.Errorf("without a dimension: %v", got)
			}
			continue
		}
		if diff := cmp.Diff([]any{float64(i)}, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", r.ID, diff)
		}
	}
}

func TestMetricPages(t *testing.T) {
	list := volumes(4)
	_, asked := measured(t, readOps, list, func(request metricRequest) (int, any) {
		if request.NextToken == "" {
			return http.StatusOK, map[string]any{"NextToken": "more", "MetricDataResults": []metricSeries{
				{ID: "q0", Values: []float64{1, 2}, StatusCode: "Complete"},
				{ID: "q1", Values: []float64{3}, StatusCode: "PartialData"},
				{ID: "q2", Values: []float64{5}, StatusCode: "PartialData"},
				{ID: "q3", StatusCode: "Complete"},
			}}
		}
		return http.StatusOK, map[string]any{"MetricDataResults": []metricSeries{
			{ID: "q1", Values: []float64{4}, StatusCode: "Complete"},
			{ID: "q2", Values: []float64{6}, StatusCode: "InternalError"},
		}}
	})
	if len(asked) != 2 {
		t.Fatalf("%d calls, want 2", len(asked))
	}
	for i, want := range []any{
		[]any{1.0, 2.0}, []any{3.0, 4.0}, &cloud.Unresolved{Reason: "CloudWatch did not give all of VolumeReadOps"}, nil,
	} {
		if diff := cmp.Diff(want, list[i].Properties["VolumeReadOps"]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", list[i].ID, diff)
		}
	}
}

func TestMetricError(t *testing.T) {
	list := volumes(2)
	c, _ := measured(t, readOps, list, func(metricRequest) (int, any) {
		return http.StatusBadRequest, map[string]any{"__type": "com.amazonaws.cloudwatch#AccessDenied", "message": "not authorized"}
	})
	for _, r := range list {
		if u, ok := r.Properties["VolumeReadOps"].(*cloud.Unresolved); !ok || !strings.Contains(u.Reason, "AccessDenied") {
			t.Errorf("%s: %v", r.ID, r.Properties["VolumeReadOps"])
		}
	}
	if len(c.failures) != 1 {
		t.Errorf("failures = %v", c.failures)
	}
}

// TestMetricsThatAreNotAsked: what no rule reads by its name costs no call.
func TestMetricsThatAreNotAsked(t *testing.T) {
	for name, needs := range map[string]rule.Reads{
		"nothing":            {},
		"another property":   {"AWS::EC2::Volume": {"Encrypted": true}},
		"another type":       {"AWS::RDS::DBInstance": {"CPUUtilization": true}},
		"the whole resource": {"AWS::EC2::Volume": {rule.Whole: true}},
	} {
		if _, asked := measured(t, needs, volumes(2), complete); len(asked) != 0 {
			t.Errorf("%s: asked %v", name, asked)
		}
	}
}

func TestMetricDimensions(t *testing.T) {
	broken := &cloud.Unresolved{Reason: "the call failed"}
	for _, test := range []struct {
		name       string
		properties map[string]any
		only       map[string]string
		has        bool
		want       map[string]string
		unresolved string
	}{
		{"all", map[string]any{"Name": "a"}, nil, true, map[string]string{"A": "a", "B": "0001", "C": "123456789012"}, ""},
		{"unset", nil, nil, true, nil, "Name is not set, by which CloudWatch knows the resource"},
		{"unresolved", map[string]any{"Name": broken}, nil, true, nil, "the call failed"},
		{"of the kind", map[string]any{"Name": "a", "Type": "x"}, map[string]string{"Type": "x"}, true, map[string]string{"A": "a", "B": "0001", "C": "123456789012"}, ""},
		{"of another kind", map[string]any{"Name": "a", "Type": "y"}, map[string]string{"Type": "x"}, false, nil, ""},
		{"of no kind", map[string]any{"Name": "a"}, map[string]string{"Type": "x"}, false, nil, ""},
		{"of an unknown kind", map[string]any{"Name": "a", "Type": broken}, map[string]string{"Type": "x"}, false, nil, "the call failed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &cloud.Resource{Account: "123456789012", Properties: test.properties}
			metric := &schema.Metric{Dimensions: map[string]string{"A": "Name", "B": "'0001'", "C": "account"}, Only: test.only}
			has, u := hasMetric(r, metric)
			if has != test.has {
				t.Errorf("has the metric: %v, want %v", has, test.has)
			}
			var got map[string]string
			if has && u == nil {
				var dimensions []types.Dimension
				dimensions, u = dimensionsOf(r, metric)
				for _, d := range dimensions {
					if got == nil {
						got = map[string]string{}
					}
					got[*d.Name] = *d.Value
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("dimensions (-want +got):\n%s", diff)
			}
			if reason := deref(u).Reason; reason != test.unresolved {
				t.Errorf("unresolved: %q, want %q", reason, test.unresolved)
			}
		})
	}
}

// TestMetricsOfBalancers: the two kinds of load balancers are in namespaces of
// their own, and neither is asked for the other's.
func TestMetricsOfBalancers(t *testing.T) {
	balancer := func(kind, name string) *cloud.Resource {
		return &cloud.Resource{Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", ID: name, Region: "us-east-1", Account: awstest.Account,
			Properties: map[string]any{"Type": kind, "LoadBalancerFullName": name}}
	}
	list := []*cloud.Resource{balancer("application", "app/shop/1"), balancer("network", "net/queue/2"), balancer("gateway", "gwy/fw/3")}
	needs := rule.Reads{"AWS::ElasticLoadBalancingV2::LoadBalancer": {"RequestCount": true, "NewFlowCount": true}}
	typ, _ := schema.Lookup("AWS::ElasticLoadBalancingV2::LoadBalancer")
	for _, r := range list {
		(&Options{Needs: needs}).prune(r, typ) // what the metrics hang on stays, though no rule reads it
	}
	_, asked := measured(t, needs, list, func(metricRequest) (int, any) { return http.StatusOK, map[string]any{} })
	var got []string
	for _, r := range asked {
		for _, q := range r.MetricDataQueries {
			m := q.MetricStat.Metric
			got = append(got, m.Namespace+" "+m.MetricName+" "+m.Dimensions[0].Value)
		}
	}
	want := []string{"AWS/ApplicationELB RequestCount app/shop/1", "AWS/NetworkELB NewFlowCount net/queue/2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

// TestMetricProperties holds the overlay's metrics to what CloudWatch takes,
// and to properties that exist.
func TestMetricProperties(t *testing.T) {
	found := 0
	for _, name := range schema.Names() {
		typ, _ := schema.Lookup(name)
		for property, n := range typ.Root.Fields {
			m := n.Metric
			if m == nil {
				continue
			}
			found++
			if given, ok := Supplies(name); !ok || !given[property] {
				t.Errorf("no collector emits %s", name)
			}
			if m.Period%60 != 0 || m.Days < 1 || m.Days*86400/m.Period > 200 {
				t.Errorf("%s.%s: %d days of %d seconds", name, property, m.Days, m.Period)
			}
			if !slices.Contains([]string{"Average", "Maximum", "Minimum", "Sum", "SampleCount"}, m.Statistic) {
				t.Errorf("%s.%s: statistic %q", name, property, m.Statistic)
			}
			for _, from := range m.Dimensions {
				if typ.Property(from) == nil && from != "account" && !strings.HasPrefix(from, "'") {
					t.Errorf("%s.%s: there is no property %s", name, property, from)
				}
			}
			for on := range m.Only {
				if typ.Property(on) == nil {
					t.Errorf("%s.%s: there is no property %s", name, property, on)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no property has a metric")
	}
}

func TestMetricsOfMoto(t *testing.T) {
	moto := awstest.Moto(t)
	volume, err := ec2.NewFromConfig(moto.Config("us-east-1")).CreateVolume(t.Context(), &ec2.CreateVolumeInput{
		AvailabilityZone: ptr("us-east-1a"), Size: ptr(int32(8)), VolumeType: ec2types.VolumeTypeGp3,
	})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	midnight := now.UTC().Truncate(24 * time.Hour)
	var data []types.MetricDatum
	for at, ops := range map[time.Duration]float64{
		-8 * 24 * time.Hour: 1,                     // before the time that is asked for
		-50 * time.Hour:     2, -49 * time.Hour: 4, // of one day
		-time.Hour:  8,
		time.Second: 16, // today
	} {
		data = append(data, types.MetricDatum{
			MetricName: ptr("VolumeWriteOps"), Timestamp: ptr(midnight.Add(at)), Value: &ops,
			Dimensions: []types.Dimension{{Name: ptr("VolumeId"), Value: volume.VolumeId}},
		})
	}
	client := cloudwatch.NewFromConfig(moto.Config("us-east-1"), func(o *cloudwatch.Options) {
		o.Protocol = awsquery.New(schemas.GraniteServiceVersion20100801) // the one in which moto takes data
	})
	if _, err := client.PutMetricData(t.Context(), &cloudwatch.PutMetricDataInput{Namespace: ptr("AWS/EBS"), MetricData: data}); err != nil {
		t.Fatal(err)
	}
	inv, stats := Read(t.Context(), Options{
		Accounts: []Account{{Config: moto.Config("us-east-1")}}, Regions: []string{"us-east-1"}, Now: now,
		Needs:    rule.Reads{"AWS::EC2::Volume": {"VolumeReadOps": true, "VolumeWriteOps": true}},
		Attempts: 2, Backoff: time.Millisecond,
	})
	for _, f := range stats.Failures {
		t.Errorf("%s: %s", f.Action, f.Reason)
	}
	got := one(t, inv.Resources, "AWS::EC2::Volume", *volume.VolumeId)
	if diff := cmp.Diff([]any{6.0, 8.0}, got.Properties["VolumeWriteOps"]); diff != "" {
		t.Errorf("write operations (-want +got):\n%s", diff)
	}
	if v, ok := got.Properties["VolumeReadOps"]; ok {
		t.Errorf("read operations = %v, but CloudWatch has none", v)
	}
}
