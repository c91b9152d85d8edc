package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// A transcript keeps what a command says, to be looked at while it runs.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *transcript) Write(data []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(data)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// await waits until the command has said something.
func (s *transcript) await(t *testing.T, pattern string, ended <-chan error) []string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if found := re.FindStringSubmatch(s.String()); found != nil {
			return found
		}
		select {
		case err := <-ended:
			t.Fatalf("the command ended: %v\n%s", err, s)
		default:
		}
	}
	t.Fatalf("the command does not say %s:\n%s", pattern, s)
	return nil
}

// serving runs surety serve until the test ends, and gives its URL and what it
// says.
func startServe(t *testing.T, args ...string) (string, *transcript) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	root, said := newRoot(), &transcript{}
	root.SetErr(said)
	root.SetOut(said)
	root.SetArgs(append([]string{"serve", "--listen", "127.0.0.1:0", "--grace", "2s"}, args...))
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	address := said.await(t, `msg=listening address=(\S+)`, ended)
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("surety serve ended with %v\n%s", err, said)
		}
	})
	return "http://" + address[1], said
}

// TestServe goes the way of somebody who starts the server for the first time:
// the administrator's link, a password, an API key, an account.
func TestServe(t *testing.T) {
	// No account is read: there are no credentials, and nothing is asked for
	// any.
	for name, value := range map[string]string{
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "none", "AWS_SHARED_CREDENTIALS_FILE": "none", "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
	} {
		t.Setenv(name, value)
	}
	dir := t.TempDir()
	t.Setenv("SURETY_DATABASE", filepath.Join(dir, "surety.db"))
	base, said := startServe(t)
	link := regexp.MustCompile(`http://\S+/welcome/\S+`).FindString(said.String())
	if link == "" {
		t.Fatalf("the first start prints no link:\n%s", said)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	const password = "Correct-horse-7-battery"
	answer, err := browser.PostForm(link, url.Values{"email": {"admin@localhost"}, "password": {password}, "again": {password}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the password could not be set: %s", answer.Status)
	}
	key := ""
	call := func(method, path, body string) (status int, result map[string]any) {
		t.Helper()
		r, err := http.NewRequest(method, base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		client := browser
		if key != "" {
			r.Header.Set("Authorization", "ApiKey "+key)
			client = http.DefaultClient
		}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &result); err != nil {
			t.Fatalf("%s %s: %s: %s", method, path, answer.Status, data)
		}
		return answer.StatusCode, result
	}
	status, made := call("POST", "/v1/api-keys", "")
	meta, _ := made["meta"].(map[string]any)
	if key, _ = meta["key"].(string); status != 200 || len(key) != 64 {
		t.Fatalf("no API key: %d %v", status, made)
	}
	if status, who := call("GET", "/v1/users/whoami", ""); status != 200 || !strings.Contains(fmt.Sprint(who), "role:ADMIN") {
		t.Errorf("the key's user is %d %v", status, who)
	}
	status, account := call("POST", "/v1/accounts", `{"data": {"attributes": {"name": "payments", "environment": "Test",
		"access": {"keys": {"roleArn": "arn:aws:iam::111122223333:role/SuretyReadOnly", "externalId": "x1"}}}}}`)
	if status != 200 {
		t.Fatalf("no account: %d %v", status, account)
	}
	id := account["data"].(map[string]any)["id"].(string)
	// The bot tries it, and says why it cannot.
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		_, shown := call("GET", "/v1/accounts/"+id, "")
		if text := fmt.Sprint(shown); strings.Contains(text, "failed-since-date:1") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the account that cannot be read does not say so: %v\n%s", shown, said)
		}
	}
	if status, _ := call("GET", "/v1/openapi.json", ""); status != 200 {
		t.Errorf("the description of the API is %d", status)
	}
	for want, args := range map[string][]string{
		`admin@localhost +ADMIN +ACTIVE`:               {"user", "list"},
		`^https://surety.example/welcome/[\w-]{43}\n$`: {"user", "link", "admin@localhost", "--public-url", "https://surety.example"},
	} {
		root, said := newRoot(), &transcript{}
		root.SetOut(said)
		root.SetArgs(args)
		if err := root.ExecuteContext(t.Context()); err != nil || !regexp.MustCompile(want).MatchString(said.String()) {
			t.Errorf("surety %s: %v\n%s", strings.Join(args, " "), err, said)
		}
	}
	for _, secret := range []string{key, password} {
		if strings.Contains(said.String(), secret) {
			t.Error("a secret is in the log")
		}
	}
}
