package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// TestOnto records a call and reads the cassette back.
func TestOnto(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		_, _ = io.WriteString(w, "<ok/>")
	}))
	defer server.Close()
	path := filepath.Join(t.TempDir(), "account.cassette")
	err := onto(path, func(cfg aws.Config) error {
		request, err := http.NewRequest(http.MethodPost, server.URL+"/?x=1", strings.NewReader("Action=DescribeVpcs"))
		if err != nil {
			return err
		}
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=demo/20261122/us-east-1/ec2/aws4_request, Signature=abc")
		request.Header.Set("User-Agent", "one that changes")
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		response, err := cfg.HTTPClient.Do(request)
		if err != nil {
			return err
		}
		return response.Body.Close()
	}, aws.Config{})
	if err != nil {
		t.Fatal(err)
	}
	tape, err := cassette.LoadWithFS(path, compressed{})
	if err != nil {
		t.Fatal(err)
	}
	if len(tape.Interactions) != 1 {
		t.Fatalf("got %d interactions", len(tape.Interactions))
	}
	got := tape.Interactions[0]
	type kept struct {
		URL, Host, Body, Answer string
		Request, Response       http.Header
	}
	want := kept{
		URL: "http://demo.invalid/?x=1", Host: "demo.invalid", Body: "Action=DescribeVpcs", Answer: "<ok/>",
		Request:  http.Header{"Authorization": {"us-east-1/ec2"}, "Content-Type": {"application/x-www-form-urlencoded"}},
		Response: http.Header{"Content-Type": {"text/xml"}},
	}
	if diff := cmp.Diff(want, kept{got.Request.URL, got.Request.Host, got.Request.Body, got.Response.Body, got.Request.Headers, got.Response.Headers}); diff != "" {
		t.Errorf("interaction (-want +got):\n%s", diff)
	}
}

func TestSlimQueues(t *testing.T) {
	for _, test := range []struct{ service, body, want string }{
		{"sqs", `{"QueueUrl":"http://127.0.0.1:4100/123456789012/orders"}`, `{"QueueUrl":"https://sqs.eu-central-1.amazonaws.com/123456789012/orders"}`},
		{"ec2", `see http://127.0.0.1:4100/`, `see http://127.0.0.1:4100/`},
	} {
		i := &cassette.Interaction{
			Request: cassette.Request{
				URL: "http://127.0.0.1:4100/", Body: test.body,
				Headers: http.Header{"Authorization": {"AWS4-HMAC-SHA256 Credential=demo/20261122/eu-central-1/" + test.service + "/aws4_request"}},
			},
			Response: cassette.Response{Body: test.body, Headers: http.Header{"Content-Length": {"1"}}},
		}
		if err := slim(i); err != nil {
			t.Fatal(err)
		}
		if i.Request.Body != test.want || i.Response.Body != test.want || i.Response.ContentLength != int64(len(test.want)) || len(i.Response.Headers) > 0 {
			t.Errorf("%s: got %q and %q, %d bytes, headers %v", test.service, i.Request.Body, i.Response.Body, i.Response.ContentLength, i.Response.Headers)
		}
	}
}

func TestOntoFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "account.cassette")
	denied := errors.New("denied")
	if err := onto(path, func(aws.Config) error { return denied }, aws.Config{}); !errors.Is(err, denied) {
		t.Errorf("got %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) > 0 {
		t.Errorf("a failed reading left %v", left)
	}
}
