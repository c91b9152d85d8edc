package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"
)

// TestServeDemo opens the demo as somebody does who has credentials of AWS:
// they are not used.
func TestServeDemo(t *testing.T) {
	cloud := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("the demo talks to AWS: %s %s", r.Method, r.URL)
	}))
	t.Cleanup(cloud.Close)
	folder := t.TempDir()
	for name, value := range map[string]string{
		"TMPDIR": folder, "AWS_ENDPOINT_URL": cloud.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "real", "AWS_SECRET_ACCESS_KEY": "real",
		"SURETY_DATABASE": "somewhere.db", "SURETY_KEY": "short",
	} {
		t.Setenv(name, value)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	root, said := newRoot(), &transcript{}
	root.SetErr(said)
	root.SetOut(said)
	root.SetArgs([]string{"demo", "--listen", "127.0.0.1:0"})
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	base := said.await(t, `(http://127\.0\.0\.1:\d+)/\n`, ended)[1]

	call := func(method, path, body string, change func(*http.Request)) (int, string) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if change != nil {
			change(r)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(data)
	}
	if status, who := call("GET", "/v1/users/whoami", "", nil); status != 200 || !strings.Contains(who, `"role":"ADMIN"`) {
		t.Errorf("who opens the demo is %d %s", status, who)
	}
	if status, page := call("GET", "/", "", nil); status != 200 {
		t.Errorf("the first page is %d %s", status, page)
	}
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:1": 200, "127.0.0.1:80": 200, "[::1]:80": 200, "[::1]": 200,
		"demo.example": 421, "127.0.0.1.demo.example:80": 421, "localhost.": 421, "192.0.2.1": 421, "[2001:db8::1]:80": 421,
	} {
		if status, _ := call("GET", "/v1/accounts", "", func(r *http.Request) { r.Host = host }); status != want {
			t.Errorf("a request to the host %s is answered %d", host, status)
		}
	}
	const account = `{"data":{"attributes":{"name":"mine","environment":"Test","access":{"keys":{"roleArn":"arn:aws:iam::111122223333:role/R","externalId":"abc"}}}}}`
	if status, _ := call("POST", "/v1/accounts", account, func(r *http.Request) { r.Header.Set("Origin", "https://demo.example") }); status != 403 {
		t.Errorf("a request of another site is answered %d", status)
	}
	if status, answer := call("POST", "/v1/accounts", account, nil); status != 200 {
		t.Fatalf("an account cannot be added: %d %s", status, answer)
	}
	if status, answer := call("POST", "/v1/imports", `{"data":{"attributes":{"name":"All","roleName":"R","environment":"Test"}}}`, nil); status != 200 {
		t.Fatalf("an import cannot be added: %d %s", status, answer)
	}
	failure := func(path string) string {
		_, answer := call("GET", path, "", nil)
		var list struct {
			Data []struct {
				Attributes struct{ Failure string }
			}
		}
		if err := json.Unmarshal([]byte(answer), &list); err != nil {
			t.Fatal(err)
		}
		for _, d := range list.Data {
			if d.Attributes.Failure != "" {
				return d.Attributes.Failure
			}
		}
		return ""
	}
	for path, want := range map[string]string{
		"/v1/accounts": "this is the demo: only its three accounts", "/v1/imports": "does not talk to AWS",
	} {
		for deadline := time.Now().Add(time.Minute); !strings.Contains(failure(path), want); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s does not say why it cannot be read: %q", path, failure(path))
			}
		}
	}

	stop()
	if err := <-ended; err != nil {
		t.Errorf("the demo ended with %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the demo leaves %v, %v", left, err)
	}
}
