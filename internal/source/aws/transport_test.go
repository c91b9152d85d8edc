package aws

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// always is an HTTP client that always gives one answer.
type always struct {
	status int
	body   string
}

func (a always) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

func TestCheckedClient(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   string
		want   error
	}{
		{"an answer", 200, `<DescribeVolumesResponse/>`, nil},
		{"a short answer", 200, `{}`, nil},
		{"nothing", 200, "", errEmptyAnswer},
		{"blanks", 200, " \n", errEmptyAnswer},
		{"a page", 200, "<!DOCTYPE HTML>\n<p>Sign in", errPage},
		{"a page without its type", 200, "\n<html><body>", errPage},
		{"text", 200, "Service Unavailable", errNoAnswer},
		{"a map in CBOR", 200, "\xbf\xff", nil},
		{"an error without a body", 403, "", nil},
		{"no content", 204, "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequest(http.MethodPost, "https://ec2.us-east-1.amazonaws.com/", nil)
			if err != nil {
				t.Fatal(err)
			}
			response, err := checked{always{test.status, test.body}}.Do(request)
			if err != test.want {
				t.Fatalf("error = %v, want %v", err, test.want)
			}
			if err != nil {
				return
			}
			if body, err := io.ReadAll(response.Body); err != nil || string(body) != test.body {
				t.Errorf("body = %q (%v), want %q", body, err, test.body)
			}
		})
	}
}
