package large

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	smithycbor "github.com/aws/smithy-go/encoding/cbor"
	"github.com/google/go-cmp/cmp"
)

func bare(seed uint64) *Server {
	return New(Options{Latency: -1, Unlimited: true, Seed: seed})
}

// TestUnknown: an operation that is not known has an empty result in the format
// of its service, and is listed.
func TestUnknown(t *testing.T) {
	for name, test := range map[string]struct {
		request *http.Request
		want    string
		listed  string
	}{
		"ec2": {form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeMacHosts"),
			"<DescribeMacHostsResponse", "ec2 DescribeMacHosts: 1"},
		"query": {form("rds", "us-east-1", "2014-10-31", "Action", "DescribeThings"),
			"<DescribeThingsResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><DescribeThingsResult></DescribeThingsResult>", "rds DescribeThings: 1"},
		"json":      {jsonCall("kms", "us-east-1", "TrentService.DoThings", "{}"), "{}", "kms DoThings: 1"},
		"rest-json": {signed("lambda", "us-east-1", http.MethodGet, "/2099-01-01/things", ""), "{}", "lambda GET /2099-01-01/things: 1"},
		"rest-xml":  {signed("cloudfront", "us-east-1", http.MethodGet, "/2020-05-31/things", ""), "Result>", "cloudfront GET /2020-05-31/things: 1"},
		"cbor": {signed("monitoring", "us-east-1", http.MethodPost, "/service/GraniteServiceVersion20100801/operation/DoThings", "", "Smithy-Protocol", "rpc-v2-cbor"),
			"\xbf\xff", "monitoring DoThings: 1"},
		"routed": {signed("lambda", "us-east-1", http.MethodGet, "/2015-03-31/functions/f/aliases/a", ""), "{}", "lambda GetAlias: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := bare(0)
			a := s.ask(t, test.request)
			if a.status != http.StatusOK || !strings.Contains(string(a.body), test.want) {
				t.Errorf("%d %q, want %q", a.status, a.body, test.want)
			}
			if diff := cmp.Diff([]string{test.listed}, s.Unknown()); diff != "" {
				t.Errorf("unknown (-want +got):\n%s", diff)
			}
		})
	}
}

// TestBadRequests: what is not a request of AWS's is refused, and nothing breaks.
func TestBadRequests(t *testing.T) {
	unsigned := form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeVpcs")
	unsigned.Header.Del("Authorization")
	strange := form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeVpcs")
	strange.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c")
	for name, test := range map[string]struct {
		request *http.Request
		status  int
		want    string
	}{
		"unsigned":          {unsigned, 403, "MissingAuthenticationToken"},
		"strange signature": {strange, 403, "MissingAuthenticationToken"},
		"no such service":   {jsonCall("quicksight", "us-east-1", "A.B", "{}"), 404, "UnknownService"},
		"no such region":    {jsonCall("kms", "mars-north-1", "TrentService.ListKeys", "{}"), 403, "UnrecognizedClientException"},
		"not JSON":          {jsonCall("kms", "us-east-1", "TrentService.ListKeys", "{"), 400, "SerializationException"},
		"not an object":     {jsonCall("kms", "us-east-1", "TrentService.ListKeys", "[1]"), 400, "SerializationException"},
		"a size of text":    {jsonCall("kms", "us-east-1", "TrentService.ListKeys", `{"Limit":"many"}`), 400, "ValidationException"},
		"not CBOR": {signed("monitoring", "us-east-1", http.MethodPost, "/service/G/operation/DescribeAlarms", "\xff\xff", "Smithy-Protocol", "rpc-v2-cbor"),
			400, "SerializationException"},
		"not a form": {signed("ec2", "us-east-1", http.MethodPost, "/", "a=%zz", "Content-Type", "application/x-www-form-urlencoded"), 400, "MalformedQueryString"},
		"too long":   {jsonCall("kms", "us-east-1", "TrentService.ListKeys", strings.Repeat(" ", 2<<20)), 413, "RequestEntityTooLarge"},
		"too many metrics, by form": {form("monitoring", "us-east-1", "2010-08-01", "Action", "GetMetricData", "StartTime", "2026-11-21T00:00:00Z", "EndTime", "2026-11-22T00:00:00Z"),
			400, "MetricDataQueries must have from 1"},
	} {
		t.Run(name, func(t *testing.T) {
			a := bare(0).ask(t, test.request)
			if a.status != test.status || !strings.Contains(string(a.body), test.want) {
				t.Errorf("%d %q, want %d with %s", a.status, a.body, test.status, test.want)
			}
		})
	}
}

// TestCloudWatchInEveryProtocol: the same alarms, however they are asked for.
func TestCloudWatchInEveryProtocol(t *testing.T) {
	s := bare(0)
	byForm := s.ask(t, form("monitoring", "us-east-1", "2010-08-01", "Action", "DescribeAlarms", "MaxRecords", "100"))
	byJSON := s.ask(t, jsonCall("monitoring", "us-east-1", "GraniteServiceVersion20100801.DescribeAlarms", `{"MaxRecords":100}`))
	body := smithycbor.Encode(smithycbor.Map{"MaxRecords": smithycbor.Uint(100)})
	byCBOR := s.ask(t, signed("monitoring", "us-east-1", http.MethodPost, "/service/GraniteServiceVersion20100801/operation/DescribeAlarms", string(body),
		"Smithy-Protocol", "rpc-v2-cbor"))
	if n := bytes.Count(byForm.body, []byte("<AlarmName>")); n != 100 {
		t.Errorf("%d alarms by form", n)
	}
	var fromJSON struct{ MetricAlarms []struct{ AlarmName string } }
	if err := json.Unmarshal(byJSON.body, &fromJSON); err != nil || len(fromJSON.MetricAlarms) != 100 {
		t.Errorf("%d alarms by JSON: %v", len(fromJSON.MetricAlarms), err)
	}
	v, err := smithycbor.Decode(byCBOR.body)
	if err != nil {
		t.Fatal(err)
	}
	alarms := plain(v).(map[string]any)["MetricAlarms"].([]any)
	if len(alarms) != 100 || alarms[7].(map[string]any)["AlarmName"] != fromJSON.MetricAlarms[7].AlarmName {
		t.Errorf("%d alarms by CBOR", len(alarms))
	}
	values := s.ask(t, form("monitoring", "us-east-1", "2010-08-01", "Action", "GetMetricData", "StartTime", "2026-11-21T00:00:00Z", "EndTime", "2026-11-22T00:00:00Z",
		"MetricDataQueries.member.1.Id", "cpu", "MetricDataQueries.member.1.MetricStat.Period", "3600",
		"MetricDataQueries.member.1.MetricStat.Metric.MetricName", "CPUUtilization"))
	if n := bytes.Count(values.body, []byte("<member>2026-")); n != 24 {
		t.Errorf("%d values by form, want 24: %s", n, values.body)
	}
}

// TestSameSeedSameAccount: answers depend on request and seed alone, whether
// kept or made anew.
func TestSameSeedSameAccount(t *testing.T) {
	requests := func() []*http.Request {
		return []*http.Request{
			form("ec2", "eu-north-1", "2016-11-15", "Action", "DescribeInstances"),
			form("iam", "us-east-1", "2010-05-08", "Action", "GetAccountAuthorizationDetails", "MaxItems", "1000"),
			signed("s3", "us-east-1", http.MethodGet, "/", ""),
			jsonCall("logs", "eu-west-1", "Logs_20140328.DescribeLogGroups", "{}"),
		}
	}
	one, two, other := bare(1), bare(1), bare(2)
	for i := range requests() {
		first := one.ask(t, requests()[i]).body
		for name, body := range map[string][]byte{"again": one.ask(t, requests()[i]).body, "from another server": two.ask(t, requests()[i]).body} {
			if !bytes.Equal(first, body) {
				t.Errorf("request %d %s has another answer", i, name)
			}
		}
		if bytes.Equal(first, other.ask(t, requests()[i]).body) {
			t.Errorf("request %d has the same answer from another seed", i)
		}
	}
}

// TestSocket asks over a socket, as with AWS_ENDPOINT_URL.
func TestSocket(t *testing.T) {
	web := httptest.NewServer(bare(0))
	defer web.Close()
	r := form("ec2", "us-east-1", "2016-11-15", "Action", "DescribeVpcs")
	r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(web.URL, "http://")
	r.Host = ""
	response, err := web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(response.Body); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != 200 || !strings.Contains(b.String(), "<vpcSet>") || response.Header.Get("X-Amzn-Requestid") == "" {
		t.Errorf("%s %v %s", response.Status, response.Header, b.String())
	}
}

func TestEncoder(t *testing.T) {
	write := func(w *encoder) {
		w.open('{')
		w.str("Text", "a<b>&\"\\\n")
		w.num("Number", -70000)
		w.float("Float", 1.5)
		w.flag("Flag", true)
		w.time("Time", time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		w.strs("Texts", "a", "b")
		w.strs("None")
		w.list("List", 2, func(i int) { w.num("N", i) })
		w.dict("Map", []pair{{"k", "v"}})
		w.shut('}')
	}
	encode := func(f format) string {
		w := &encoder{format: f, item: "member"}
		write(w)
		return string(w.b)
	}
	if got, want := encode(xmlFormat), "<Text>a&lt;b&gt;&amp;\"\\\n</Text><Number>-70000</Number><Float>1.5</Float><Flag>true</Flag>"+
		"<Time>2026-11-22T12:00:00.000Z</Time><Texts><member>a</member><member>b</member></Texts><None></None>"+
		"<List><member><N>0</N></member><member><N>1</N></member></List><Map><entry><key>k</key><value>v</value></entry></Map>"; got != want {
		t.Errorf("XML\n%s\nwant\n%s", got, want)
	}
	want := map[string]any{
		"Text": "a<b>&\"\\\n", "Number": json.Number("-70000"), "Float": json.Number("1.5"), "Flag": true, "Time": json.Number("1795348800"),
		"Texts": []any{"a", "b"}, "None": []any{}, "Map": map[string]any{"k": "v"},
		"List": []any{map[string]any{"N": json.Number("0")}, map[string]any{"N": json.Number("1")}},
	}
	var fromJSON map[string]any
	d := json.NewDecoder(strings.NewReader(encode(jsonFormat)))
	d.UseNumber()
	if err := d.Decode(&fromJSON); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, fromJSON); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
	v, err := smithycbor.Decode([]byte(encode(cborFormat)))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, plain(v)); diff != "" {
		t.Errorf("CBOR (-want +got):\n%s", diff)
	}
}

// TestKept: what is kept stays within its bound, and large answers are not.
func TestKept(t *testing.T) {
	var k kept
	body := make([]byte, 60<<10)
	for i := range 1000 {
		k.put(fmt.Sprint(i), answer{body: body})
	}
	if k.size > mostKept || k.size < mostKept/2 {
		t.Errorf("%d bytes kept, want near %d", k.size, mostKept)
	}
	if _, ok := k.get("0"); !ok {
		t.Error("the first answer is not kept")
	}
	before := k.size
	k.put("large", answer{body: make([]byte, mostKeptBody)})
	if _, ok := k.get("large"); ok || k.size != before {
		t.Error("a large answer is kept")
	}
}
