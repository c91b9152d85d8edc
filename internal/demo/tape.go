package demo

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// A Tape answers requests as they were answered when it was recorded. What
// only narrows an answer is not looked at: more is told than was asked for.
type Tape struct {
	answers map[string]*cassette.Interaction
	metrics map[string]json.RawMessage // results of GetMetricData, by what they are of
}

// Host stands in a recording for the address of the server, which is another
// one each time.
const Host = "demo.invalid"

// Play reads a recording: a cassette of go-vcr, compressed with gzip.
func Play(recording []byte) (*Tape, error) {
	played, err := cassette.LoadWithFS("account", packed(recording))
	if err != nil {
		return nil, err
	}
	t := &Tape{answers: make(map[string]*cassette.Interaction, len(played.Interactions)), metrics: map[string]json.RawMessage{}}
	for _, i := range played.Interactions {
		if isMetrics(i.Request.Headers) {
			if err := t.keepMetrics(i); err != nil {
				return nil, err
			}
			continue
		}
		key, err := keyOf(i.Request.Method, i.Request.URL, i.Request.Headers, []byte(i.Request.Body))
		if err != nil {
			return nil, err
		}
		t.answers[key] = i
	}
	return t, nil
}

// Do implements the SDK's HTTP client.
func (t *Tape) Do(request *http.Request) (*http.Response, error) {
	var body []byte
	if request.Body != nil {
		var err error
		if body, err = io.ReadAll(request.Body); err != nil {
			return nil, err
		}
	}
	headers := request.Header.Clone()
	headers.Set("Authorization", Scope(headers.Get("Authorization")))
	if isMetrics(headers) {
		return t.playMetrics(request, headers, body)
	}
	key, err := keyOf(request.Method, request.URL.String(), headers, body)
	if err != nil {
		return nil, err
	}
	recorded := t.answers[key]
	if recorded == nil {
		return nil, fmt.Errorf("the recording has no answer to %s", key)
	}
	return response(request, recorded.Response.Code, recorded.Response.Headers.Clone(), recorded.Response.Body), nil
}

func response(request *http.Request, status int, headers http.Header, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Status: http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: headers, Request: request,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// keyOf tells requests apart: what is asked of which service and region.
func keyOf(method, address string, headers http.Header, body []byte) (string, error) {
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	// Maps are written in any order.
	text := string(body)
	var object map[string]any
	if json.Unmarshal(body, &object) == nil {
		delete(object, "ResourceTypeFilters")
		sorted, err := json.Marshal(object)
		if err != nil {
			return "", err
		}
		text = string(sorted)
	}
	if form, err := url.ParseQuery(text); err == nil && form.Get("Action") == "GetAccountAuthorizationDetails" {
		maps.DeleteFunc(form, func(name string, _ []string) bool { return strings.HasPrefix(name, "Filter.") })
		text = form.Encode()
	}
	if headers.Get("Content-Type") == "application/cbor" {
		v, err := cbor.Decode(body)
		if err != nil {
			return "", err
		}
		text = ordered(v)
	}
	return strings.Join([]string{
		headers.Get("Authorization"), method, at.Path, at.Query().Encode(), headers.Get("X-Amz-Target"), text,
	}, " "), nil
}

// ordered is a value as text, the keys of its maps in order.
func ordered(v cbor.Value) string {
	switch v := v.(type) {
	case cbor.Map:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+":"+ordered(v[key]))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case cbor.List:
		var parts []string
		for _, e := range v {
			parts = append(parts, ordered(e))
		}
		return "[" + strings.Join(parts, " ") + "]"
	case *cbor.Tag:
		return fmt.Sprintf("%d(%s)", v.ID, ordered(v.Value))
	}
	return fmt.Sprint(v)
}

// Scope is "us-east-1/ec2" of a signature of version 4: the same request to
// two regions or services of one address differs in nothing else.
func Scope(authorization string) string {
	_, after, found := strings.Cut(authorization, "Credential=")
	if !found {
		return ""
	}
	credential, _, _ := strings.Cut(after, ",")
	parts := strings.Split(credential, "/")
	if len(parts) != 5 {
		return ""
	}
	return parts[2] + "/" + parts[3]
}

// packed is the file system of one compressed cassette that is only read.
type packed []byte

// ReadFile implements cassette.FS.
func (p packed) ReadFile(string) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(p))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// WriteFile implements cassette.FS.
func (packed) WriteFile(string, []byte) error { return errors.New("a recording is not written to") }

// IsFileExists implements cassette.FS.
func (packed) IsFileExists(string) bool { return true }
