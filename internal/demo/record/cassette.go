package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"

	"github.com/surety-cloud/surety/internal/demo"
)

// onto runs a reading whose calls are written to a cassette. A reading that
// fails leaves no cassette.
func onto(output string, reading func(aws.Config) error, cfg aws.Config) error {
	tape, err := recorder.New(output,
		recorder.WithMode(recorder.ModeRecordOnly),
		recorder.WithSkipRequestLatency(true),
		recorder.WithRealTransport(supplied{http.DefaultTransport}),
		recorder.WithFS(compressed{}),
		recorder.WithHook(slim, recorder.BeforeSaveHook),
	)
	if err != nil {
		return err
	}
	cfg = cfg.Copy()
	cfg.HTTPClient = tape.GetDefaultClient()
	if err := reading(cfg); err != nil {
		return err
	}
	return tape.Stop()
}

// keptOfRequest are the headers without which two different requests would
// look the same.
var keptOfRequest = []string{"X-Amz-Target", "Content-Type"}

// droppedOfResponse are the headers of the server's own.
var droppedOfResponse = []string{"Date", "Server", "Connection", "Content-Length"}

// slim keeps of an interaction what playing it needs. Of the signature that is
// its scope: the same request to two regions or services of one address
// differs in nothing else.
func slim(i *cassette.Interaction) error {
	at, err := url.Parse(i.Request.URL)
	if err != nil {
		return err
	}
	asAWS := queuesAt(at.Scheme+"://"+at.Host, demo.Scope(i.Request.Headers.Get("Authorization")))
	i.Request.Body, i.Response.Body = asAWS.Replace(i.Request.Body), asAWS.Replace(i.Response.Body)
	i.Request.ContentLength, i.Response.ContentLength = int64(len(i.Request.Body)), int64(len(i.Response.Body))
	at.Host = demo.Host
	i.Request.URL, i.Request.Host, i.Request.RemoteAddr, i.Request.RequestURI = at.String(), demo.Host, "", ""
	i.Request.Form = nil // the body says it already
	headers := http.Header{}
	for _, name := range keptOfRequest {
		if values := i.Request.Headers.Values(name); len(values) > 0 {
			headers[name] = values
		}
	}
	if scope := demo.Scope(i.Request.Headers.Get("Authorization")); scope != "" {
		headers.Set("Authorization", scope)
	}
	i.Request.Headers = headers
	for name := range i.Response.Headers {
		if slices.Contains(droppedOfResponse, name) || strings.HasPrefix(name, "Access-Control-") {
			i.Response.Headers.Del(name)
		}
	}
	return nil
}

// queuesAt gives queues the address that they have at AWS: their URL is their
// id, and the server makes it of its own.
func queuesAt(server, scope string) *strings.Replacer {
	region, service, _ := strings.Cut(scope, "/")
	if service != "sqs" {
		return strings.NewReplacer()
	}
	return strings.NewReplacer(server+"/", "https://sqs."+region+".amazonaws.com/")
}

// compressed is the file system of cassettes that are kept with gzip.
type compressed struct{}

func (compressed) ReadFile(name string) ([]byte, error) {
	file, err := os.Open(name + ".gz")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s.gz: %w", name, err)
	}
	return io.ReadAll(reader)
}

func (compressed) WriteFile(name string, data []byte) error {
	var packed bytes.Buffer
	writer, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := writer.Write(data); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	return os.WriteFile(name+".gz", packed.Bytes(), 0o644)
}

func (compressed) IsFileExists(name string) bool {
	_, err := os.Stat(name + ".gz")
	return err == nil
}
