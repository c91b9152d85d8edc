package aws

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/surety-cloud/surety/internal/cloud"
	"github.com/surety-cloud/surety/internal/rule"
)

// An answeringServer gives prepared answers in AWS's wire format, for what
// moto does not do as AWS does. An operation is known by the target of the
// JSON protocols ("TrentService.ListKeys"), by the Action of the query
// protocol, or by method, path and the name of the sub-resource
// ("GET /reports?policy").
type answeringServer struct {
	url     string
	answers map[string]answers

	mu     sync.Mutex
	counts map[string]int
}

// answers to one operation: the first one whose `when` stands in the request
// is given.
type answers []struct {
	when   string
	status int // 200 when it is not said
	body   string
}

// answering starts a server that answers an account's calls until the test
// ends. A call that has no answer fails the test.
func answering(t *testing.T, prepared map[string]answers) *answeringServer {
	t.Helper()
	s := &answeringServer{answers: prepared, counts: map[string]int{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		operation := operationOf(r, body)
		s.mu.Lock()
		s.counts[operation]++
		s.mu.Unlock()
		if operation == "ResourceGroupsTaggingAPI_20170126.GetResources" {
			fmt.Fprint(w, `{"ResourceTagMappingList":[]}`)
			return
		}
		request := r.URL.String() + "\n" + string(body)
		for _, a := range s.answers[operation] {
			if strings.Contains(request, a.when) {
				if strings.HasPrefix(a.body, "<") {
					w.Header().Set("Content-Type", "application/xml")
				}
				if a.status != 0 {
					w.WriteHeader(a.status)
				}
				fmt.Fprint(w, a.body)
				return
			}
		}
		t.Errorf("no answer is prepared to %s: %s", operation, request)
		w.WriteHeader(http.StatusBadRequest)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func operationOf(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target
	}
	if _, rest, ok := bytes.Cut(append([]byte("&"), body...), []byte("&Action=")); ok && r.Method == http.MethodPost {
		action, _, _ := bytes.Cut(rest, []byte("&"))
		return string(action)
	}
	operation := r.Method + " " + r.URL.Path
	if name, _, _ := strings.Cut(r.URL.RawQuery, "&"); name != "" && !strings.HasPrefix(name, "x-id=") {
		operation += "?" + strings.TrimSuffix(name, "=")
	}
	return operation
}

// count is how often an operation was called.
func (s *answeringServer) count(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[operation]
}

func (s *answeringServer) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &s.url,
		Credentials: credentials.NewStaticCredentialsProvider("testing", "testing", ""),
	}
}

// collected reads the given types in us-east-1, every property of them.
func (s *answeringServer) collected(t *testing.T, types ...string) (*cloud.Inventory, *Stats) {
	t.Helper()
	needs := rule.Reads{}
	for _, typ := range types {
		needs[typ] = map[string]bool{rule.Whole: true}
	}
	return Read(t.Context(), Options{
		Accounts: []Account{{ID: "123456789012", Partition: "aws", Config: s.config()}},
		Regions:  []string{"us-east-1"}, Needs: needs, Now: time.Now(),
		Thorough: true, Attempts: 1, Backoff: time.Millisecond,
	})
}

// second is the error of a call whose answer does not matter.
func second[T any](_ T, err error) error { return err }
