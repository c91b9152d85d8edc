package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/surety-cloud/surety/internal/rule"
	"github.com/surety-cloud/surety/internal/secretbox"
	"github.com/surety-cloud/surety/internal/server/api"
	"github.com/surety-cloud/surety/internal/server/auth"
	"github.com/surety-cloud/surety/internal/standard"
	"github.com/surety-cloud/surety/internal/store"
	"github.com/surety-cloud/surety/internal/store/pgtest"
	"github.com/surety-cloud/surety/rules"
	"github.com/surety-cloud/surety/standards"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// knowledge is the library of all rules and standards, read once.
var knowledge = sync.OnceValues(func() (*rule.Library, *standard.Set) {
	library, err := rule.NewLibrary(rules.Files, "rules/")
	if err != nil {
		panic(err)
	}
	set, err := standard.NewSet(standards.Files, "standards/")
	if err != nil {
		panic(err)
	}
	if err := library.Add(retired, "test/"); err != nil {
		panic(err)
	}
	library.Bear(set.Controls)
	return library, set
})

// retired is a page of a rule that is deprecated; Surety has none.
var retired = fstest.MapFS{"TST-001.md": {Data: []byte(`---
id: TST-001
title: Bucket has a name
risk: low
categories: [security]
service: S3
resource: AWS::S3::Bucket
deprecated: use S3-001
check: resource.BucketName != ""
message: Bucket {id} has no name
---

Text.
`)}}

// A server is the API on a fresh database, with callers of every kind.
type server struct {
	t     *testing.T
	store *store.Store
	url   string
	queue *queue
	now   time.Time
	// callers are the principals by the key that they send.
	callers map[string]auth.Principal
	// account is what USERs have access to; other is not.
	account, other store.Account
	// given is what the scans of merge read.
	given map[string]map[string]bool
}

// The keys of callers. reader and writer are USERs with access to the first
// account, outsider is one with none.
const (
	admin     = "admin"
	powerUser = "power"
	readOnly  = "read-only"
	writer    = "writer"
	reader    = "reader"
	outsider  = "outsider"
	nobody    = ""
)

// A queue keeps what it was asked to do.
type queue struct {
	mu      sync.Mutex
	scanned []int64
	removed int

	jobs     []store.Job
	imported []string
}

func (q *queue) ScanNow(_ context.Context, account int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.scanned = append(q.scanned, account)
	return nil
}

func (q *queue) Remove(context.Context) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.removed++
	return nil
}

// newServer starts a server on SQLite. What differs between the databases is
// tested where it stands, in the store.
func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{t: t, queue: &queue{}, now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	key, err := secretbox.LoadOrCreate(filepath.Join(t.TempDir(), "key"))
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return s.now }
	if s.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "surety.db"), store.Options{Key: key, Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	s.account = s.addAccount("payments", "111122223333")
	s.other = s.addAccount("web", "444455556666")
	s.callers = map[string]auth.Principal{
		admin:     {UserID: "u-admin", Email: "admin@example.com", Role: auth.RoleAdmin},
		powerUser: {UserID: "u-power", Email: "power@example.com", Role: auth.RolePowerUser},
		readOnly:  {UserID: "u-read", Email: "read@example.com", Role: auth.RoleReadOnly},
		writer:    {UserID: "u-writer", Email: "writer@example.com", Role: auth.RoleUser, Access: map[string]auth.Level{s.account.ID: auth.LevelFull}},
		reader:    {UserID: "u-reader", Email: "reader@example.com", Role: auth.RoleUser, Access: map[string]auth.Level{s.account.ID: auth.LevelRead}},
		outsider:  {UserID: "u-outsider", Email: "outsider@example.com", Role: auth.RoleUser},
	}
	library, set := knowledge()
	a := api.New(api.Options{
		Store: s.store, Library: library, Standards: set, Queue: s.queue, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: clock,
		Address: func(*http.Request) string { return "192.0.2.7" },
		Identify: func(r *http.Request) (auth.Principal, error) {
			key, _ := strings.CutPrefix(r.Header.Get("Authorization"), "ApiKey ")
			p, ok := s.callers[key]
			if !ok {
				return auth.Principal{}, auth.ErrNobody
			}
			return p, nil
		},
	})
	listener := httptest.NewServer(a)
	t.Cleanup(listener.Close)
	s.url = listener.URL
	return s
}

func (s *server) addAccount(name, number string) store.Account {
	s.t.Helper()
	a := store.Account{
		Name: name, Environment: "Production", AWSID: number, Tags: []string{name}, ExternalID: "6d2c", RoleARN: "arn:aws:iam::" + number + ":role/SuretyReadOnly",
		Packages: map[string]bool{"securityPackage": true},
	}
	if err := s.store.AddAccount(s.t.Context(), &a); err != nil {
		s.t.Fatal(err)
	}
	return a
}

// An answer is what the server said.
type answer struct {
	t      *testing.T
	call   string
	Status int
	Header http.Header
	Body   []byte
}

// do makes a call as a caller. body is JSON text, or nothing. A redirect is not
// followed. Every answer is held against the description of the API.
func (s *server) do(caller, method, path, body string) *answer {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if caller != nobody {
		r.Header.Set("Authorization", "ApiKey "+caller)
	}
	r.Header.Set("Content-Type", "application/vnd.api+json")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	conforms(s.t, description(), method, path, response.StatusCode, response.Header, data)
	return &answer{t: s.t, call: method + " " + path, Status: response.StatusCode, Header: response.Header, Body: data}
}

// ok is the body of an answer that has to be 200, as JSON.
func (s *server) ok(caller, method, path, body string) map[string]any {
	s.t.Helper()
	return s.do(caller, method, path, body).want(http.StatusOK)
}

// want fails the test when the status is another, and gives the body.
func (a *answer) want(status int) map[string]any {
	a.t.Helper()
	if a.Status != status {
		a.t.Fatalf("%s: the status is %d, not %d: %s", a.call, a.Status, status, a.Body)
	}
	var body map[string]any
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	if err := decoder.Decode(&body); err != nil {
		a.t.Fatalf("%s: the body is not a JSON object: %v: %s", a.call, err, a.Body)
	}
	return body
}

// at walks into JSON: names of members and numbers of elements. What is not
// there is nil.
func at(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}

// size is the length of a list in JSON; -1 for what is none.
func size(v any) int {
	if l, ok := v.([]any); ok {
		return len(l)
	}
	return -1
}

// merge scans an account: these are its checks and resources.
func (s *server) merge(a store.Account, checks []store.Found, resources ...store.Seen) {
	s.t.Helper()
	id, err := s.store.BeginScan(s.t.Context(), a.Num, "test", "manual", time.Minute)
	if err != nil {
		s.t.Fatal(err)
	}
	held := map[string]string{}
	for _, c := range checks {
		held[c.Rule] = c.Type
	}
	if _, err := s.store.Merge(s.t.Context(), &store.Merge{
		Account: a.Num, ScanID: id, Checks: checks, Resources: resources, Rules: held, Outcome: store.Complete, Given: s.given,
		Categories: func(string) []string { return []string{"security"} },
	}); err != nil && !errors.Is(err, store.ErrLost) {
		s.t.Fatal(err)
	}
}
