package aws

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// answerTimeout bounds one attempt of a call, its answer included.
const answerTimeout = 60 * time.Second

// transport is the SDK's way of sending requests with more connections kept
// open, for a scan talks to a few hosts at length.
func transport() aws.HTTPClient {
	return awshttp.NewBuildableClient().WithTimeout(answerTimeout).WithTransportOptions(func(t *http.Transport) {
		t.MaxIdleConns = 2 * maxInFlight
		t.MaxIdleConnsPerHost = 64
	})
}

// A checked client refuses what the SDK would take for an answer that says
// nothing: a body that is empty, text that is none of AWS's formats, and a page
// for people, as proxies send it. Every call of a scan reads something, and an
// empty list has a body, too.
type checked struct{ client aws.HTTPClient }

var (
	errEmptyAnswer = errors.New("the answer is empty")
	errNoAnswer    = errors.New("the answer is in none of AWS's formats")
	errPage        = errors.New("the answer is a web page, as of a proxy, and not AWS's")
)

// A readOnly body hides that the SDK's can write itself. The SDK closes it as
// soon as there is an answer, and its WriteTo then returns io.EOF; net/http,
// which may still be looking whether the body goes on, takes that for a fault
// and closes the connection under the answer that is being read.
type readOnly struct{ io.ReadCloser }

// Do implements aws.HTTPClient.
func (c checked) Do(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		request.Body = readOnly{request.Body}
	}
	response, err := c.client.Do(request)
	if err != nil || response.StatusCode != http.StatusOK || request.Method == http.MethodHead {
		return response, err
	}
	body := bufio.NewReader(response.Body)
	start, err := body.Peek(len("<!doctype html"))
	if err != nil && err != io.EOF {
		return response, nil // whoever reads on meets the error
	}
	if err := refuse(start); err != nil {
		response.Body.Close()
		return nil, err
	}
	response.Body = struct {
		io.Reader
		io.Closer
	}{body, response.Body}
	return response, nil
}

// refuse tells why what an answer begins with cannot be AWS's: XML, JSON or a
// map in CBOR.
func refuse(start []byte) error {
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")))
	if len(start) == 0 {
		return errEmptyAnswer
	}
	text := bytes.ToLower(start)
	switch first := start[0]; {
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")):
		return errPage
	case first == '<', first == '{', first == '[', first >= 0xa0 && first <= 0xbf:
		return nil
	}
	return errNoAnswer
}
