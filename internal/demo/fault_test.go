package demo_test

import (
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	awssdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/engine"
	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/source/aws"
	"github.com/surety-cloud/surety/rules"
)

// A fault is a way in which a call fails. The answers are in the form of each
// protocol of AWS, after the API references.
type fault struct {
	name  string
	cause aws.Cause
	do    func(*http.Request) (*http.Response, error)
}

var faults = []fault{
	{"access denied", aws.Denied, func(r *http.Request) (*http.Response, error) {
		return refusal(r, 403, "AccessDenied"), nil
	}},
	{"throttled for ever", aws.Throttled, func(r *http.Request) (*http.Response, error) {
		return refusal(r, 400, "Throttling"), nil
	}},
	{"a fault of AWS", aws.Unavailable, func(r *http.Request) (*http.Response, error) {
		return refusal(r, 500, "InternalFailure"), nil
	}},
	{"no answer in time", aws.Unavailable, func(*http.Request) (*http.Response, error) { return nil, timeout{} }},
	{"a malformed answer", aws.Malformed, func(r *http.Request) (*http.Response, error) {
		return answer(r, 200, "text/plain", "%%% this is no answer", ""), nil
	}},
}

type timeout struct{}

func (timeout) Error() string   { return "i/o timeout" }
func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }

func answer(r *http.Request, status int, contentType, body, errorType string) *http.Response {
	header := http.Header{"Content-Type": {contentType}}
	if errorType != "" {
		header.Set("X-Amzn-Errortype", errorType)
	}
	if contentType == "application/cbor" {
		header.Set("Smithy-Protocol", "rpc-v2-cbor")
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: r,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// refusal is an error in the protocol of the service that is called.
func refusal(r *http.Request, status int, code string) *http.Response {
	service, content := awsmiddleware.GetServiceID(r.Context()), r.Header.Get("Content-Type")
	const message = "the test says no"
	switch {
	case service == "EC2":
		code = map[string]string{"AccessDenied": "UnauthorizedOperation", "Throttling": "RequestLimitExceeded"}[code]
		if code == "" {
			code = "InternalError"
		}
		return answer(r, status, "text/xml", "<Response><Errors><Error><Code>"+code+"</Code><Message>"+message+"</Message></Error></Errors><RequestID>1</RequestID></Response>", "")
	case service == "S3":
		if code == "Throttling" {
			status, code = 503, "SlowDown"
		}
		return answer(r, status, "application/xml", "<Error><Code>"+code+"</Code><Message>"+message+"</Message></Error>", "")
	case slices.Contains([]string{"CloudFront", "Route 53", "S3 Control"}, service), strings.HasPrefix(content, "application/x-www-form-urlencoded"):
		return answer(r, status, "text/xml", "<ErrorResponse><Error><Type>Sender</Type><Code>"+code+"</Code><Message>"+message+"</Message></Error></ErrorResponse>", "")
	case content == "application/cbor":
		// A map of two texts, "__type" and "message".
		body := "\xa2\x66__type" + short(code+"Exception") + "\x67message" + short(message)
		return answer(r, status, content, body, "")
	}
	return answer(r, status, "application/json", `{"__type":"`+code+`Exception","message":"`+message+`"}`, code+"Exception")
}

// short is a text of up to 23 bytes in CBOR.
func short(s string) string { return string(rune(0x60+len(s))) + s }

// faulty lets one operation fail each time that it is called.
type faulty struct {
	client    awssdk.HTTPClient
	operation string
	fault     *fault

	mu     sync.Mutex
	called map[string]int
}

func (f *faulty) Do(r *http.Request) (*http.Response, error) {
	operation := awsmiddleware.GetServiceID(r.Context()) + "." + awsmiddleware.GetOperationName(r.Context())
	f.mu.Lock()
	f.called[operation]++
	f.mu.Unlock()
	if operation == f.operation {
		return f.fault.do(r)
	}
	return f.client.Do(r)
}

// scan reads what some rules need of the recorded account, and judges it by
// them.
func scan(t *testing.T, options aws.Options, client *faulty, ids []string) (*cloud.Inventory, *aws.Stats, map[string]*engine.Check) {
	t.Helper()
	library, _ := pages()
	options.Accounts = slices.Clone(options.Accounts)
	config := &options.Accounts[0].Config
	client.client, client.called = config.HTTPClient, map[string]int{}
	config.HTTPClient = client
	options.Attempts, options.Backoff = 2, time.Microsecond
	options.Needs = rule.Reads{}
	for _, id := range ids {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		reads, err := r.Reads()
		if err != nil {
			t.Fatal(err)
		}
		options.Needs.Add(reads)
	}
	inv, stats := aws.Read(t.Context(), options)
	result, err := engine.Run(t.Context(), inv, engine.Options{Library: library, Rules: ids, Now: options.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range result.Problems {
		t.Error(p)
	}
	checks := map[string]*engine.Check{}
	for _, c := range result.Checks {
		checks[strings.Join([]string{c.Rule.ID, c.Resource.Region, c.Resource.Type, c.Resource.ID, c.Resource.ARN}, " ")] = c
	}
	return inv, stats, checks
}

// pages are all rules, and those of them that accounts can be judged by.
var pages = sync.OnceValues(func() (*rule.Library, []string) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		panic(err)
	}
	var live []string
	for _, id := range library.IDs() {
		r, err := library.Rule(id)
		if err != nil {
			panic(err)
		}
		if lacking, err := aws.Lacking(r); err == nil && len(lacking) == 0 {
			live = append(live, id)
		}
	}
	return library, live
})

// TestFaults lets every call that a scan of the recorded account makes fail,
// in five ways. The scan must end; what did not depend on the call must be
// judged as before, and nothing else may pass or fail. The first way is tried
// with all rules, the others with those that read a type that it bears on.
func TestFaults(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: it makes some hundred scans")
	}
	_, live := pages()
	options := account(t)
	whole := &faulty{}
	_, stats, before := scan(t, options, whole, live)
	failedBefore := map[string]bool{}
	for _, f := range stats.Failures {
		failedBefore[f.Action] = true
	}
	for _, operation := range slices.Sorted(maps.Keys(whole.called)) {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			inv, stats, after := scan(t, options, &faulty{operation: operation, fault: &faults[0]}, live)
			if operation == "STS.GetCallerIdentity" {
				if !inv.Failed() || len(inv.Resources) > 0 {
					t.Error("nobody knows whose account it is, and the scan does not say so")
				}
				return
			}
			if operation == deniedAlready {
				return
			}
			compare(t, before, after)
			failure := recorded(t, stats, failedBefore, faults[0].cause)
			if failure == nil {
				return
			}
			ids := readers(t, failure.Types)
			if len(ids) == 0 {
				return // tags: no rule's property
			}
			_, _, before := scan(t, options, &faulty{}, ids)
			for i := range faults[1:] {
				f := &faults[i+1]
				t.Run(f.name, func(t *testing.T) {
					_, stats, after := scan(t, options, &faulty{operation: operation, fault: f}, ids)
					compare(t, before, after)
					recorded(t, stats, failedBefore, f.cause)
				})
			}
		})
	}
}

// deniedAlready is the call that the recorded account itself refuses.
const deniedAlready = "EC2.GetSerialConsoleAccessStatus"

// readers are the rules that read any of some types.
func readers(t *testing.T, types []string) []string {
	t.Helper()
	library, live := pages()
	var ids []string
	for _, id := range live {
		r, err := library.Rule(id)
		if err != nil {
			t.Fatal(err)
		}
		reads, err := r.Reads()
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(types, func(typ string) bool { return reads[typ] != nil }) {
			ids = append(ids, id)
		}
	}
	return ids
}

// recorded looks for the failure among those that the summary shows.
func recorded(t *testing.T, stats *aws.Stats, before map[string]bool, cause aws.Cause) *aws.Failure {
	t.Helper()
	for i := range stats.Failures {
		f := &stats.Failures[i]
		if before[f.Action] {
			continue
		}
		if f.Cause != cause {
			t.Errorf("%s is recorded as %s, want %s: %s", f.Action, f.Cause, cause, f.Reason)
		}
		if len(f.Types) == 0 || len(f.Regions) == 0 || f.Reason == "" {
			t.Errorf("failure = %+v", f)
		}
		return f
	}
	t.Error("the failed call is not among what could not be read")
	return nil
}

// compare holds the checks of a scan with a fault against those without.
func compare(t *testing.T, before, after map[string]*engine.Check) {
	t.Helper()
	unread := map[string]bool{} // rule and region of the checks on what is unread
	for _, c := range after {
		if c.Resource.ID == "*" {
			unread[c.Rule.ID+" "+c.Resource.Region] = true
		}
	}
	complaints := 0
	complain := func(format string, args ...any) {
		if complaints++; complaints <= 5 {
			t.Errorf(format, args...)
		}
	}
	for key, b := range before {
		a := after[key]
		switch {
		case a == nil:
			if !unread[b.Rule.ID+" "+b.Resource.Region] && !unread[b.Rule.ID+" global"] {
				complain("%s: was %s and is gone", key, b.Verdict)
			}
		case a.Verdict != b.Verdict && a.Verdict != engine.Unknown:
			complain("%s: was %s and is %s: %s", key, b.Verdict, a.Verdict, a.Message)
		}
	}
	for key, a := range after {
		if before[key] == nil && a.Verdict != engine.Unknown {
			complain("%s: there was no check and now it is %s: %s", key, a.Verdict, a.Message)
		}
		if a.Verdict == engine.Unknown && len(a.Missing) == 0 {
			complain("%s: unknown without saying what is missing", key)
		}
	}
}
